"""The first lines of a report, and figures, in Spanish."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, str] = {
    # Verdict
    "; by {lock} an estimated {range} unpacked": "; según {lock}, se estiman {range} sin comprimir",
    "{lock} pins {distributions} for deployment and has no size of any of them": "{lock} fija {distributions} para el "
    "despliegue y no indica el tamaño de ninguna",
    "{lock} pins {distributions} for deployment: {size} to download": "{lock} fija {distributions} para el despliegue: "
    "{size} de descarga",
    "{lock} pins {distributions} for deployment: at least {size} to download": "{lock} fija {distributions} para el "
    "despliegue: al menos {size} de descarga",
    "Not in that, since the lock has no size: {names}": "No incluidas, porque el archivo de bloqueo no indica su "
    "tamaño: {names}",
    "Unpacked an estimated {range}: between the least and the most that wheels came to ({source})": "Sin comprimir, se "
    "estiman {range}: entre lo menos y lo más que ocuparon las wheels medidas ({source})",
    "Code size by the lock, estimated: {judged} ({source})": "Tamaño del código según el archivo de bloqueo, estimado: "
    "{judged} ({source})",
    "{least} or more": "{least} o más",
    "{fits} in {size}": "{fits} en {size}",
    "which may or may not fit in {size}": "que puede caber o no en {size}",
    "download MiB": "descarga MiB",
    "download: the archive that fits this Python and platform, by the lock file; - where it has no size": "descarga: "
    "el archivo que sirve para este Python y esta plataforma, según el archivo de bloqueo; - donde no indica tamaño",
    "; {function} was not called": "; no se llamó a {function}",
    "; no request was sent": "; no se envió ninguna petición",
    "; no limit is known (--limit 512MiB states one)": "; no se conoce ningún límite (--limit 512MiB fija uno)",
    "; {count} more below": "; {count} más abajo",
    "; {others} below": "; {others}, abajo",
    "; {size} of it only for {place}": "; {size} solo por {place}",
    " of {size}": " de {size}",
    ", {fits} in {size}": ", {fits} en {size}",
    "Do first: {deed}": "Lo primero: {deed}",
    "Memory was not measured: {reason}": "No se midió la memoria: {reason}",
    "No entry point was found, so no memory was measured": "No se encontró ningún punto de entrada, "
    "así que no se midió la memoria",
    "Nothing to remove or to defer was found": "No se encontró nada que quitar ni que diferir",
    "Nothing was weighed: there is no environment": "No se pesó nada: no hay entorno",
    "ask for less than {name}": "pedir menos que {name}",
    "fits": "cabe",
    "import {name} where it is used": "importar {name} donde se usa",
    "keep the start away from {name}": "dejar {name} fuera del arranque",
    "live ": "en vivo ",
    "move {name} to a group for development": "mover {name} a un grupo de desarrollo",
    "put a lighter form in the place of {name}": "sustituir {name} por una variante más ligera",
    "remove {name}": "quitar {name}",
    "uninstall {name}": "desinstalar {name}",
    "{when} {memory}{of} {fits}": "{when}, {memory}{of}: {fits}",
    "{memory} MiB RSS at startup": "{memory} MiB de RSS al arrancar",
    "{memory} MiB RSS, measured": "{memory} MiB de RSS, medido",
    "{size} on disk": "{size} en disco",
    "{size} on disk in {distributions}": "{size} en disco en {distributions}",
    # Figures
    "not measured": "sin medir",
}
NOUNS: Mapping[str, tuple[str, str]] = {
    "distribution": ("distribución", "distribuciones"),
    "other entry": ("entrada más", "entradas más"),
}
