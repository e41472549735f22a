"""The first lines of a report, and figures, in Spanish."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, str] = {
    # Verdict
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
    "No start command was found, so no memory was measured": "No se encontró ningún comando de arranque, "
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
