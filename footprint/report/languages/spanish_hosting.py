"""The real command, workers, several entries on one host, and calls, in Spanish."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, str] = {
    # The real command
    ", {count} of them Python": ", {count} de ellos de Python",
    ", {count} of {workers} workers grew": ", crecieron {count} de {workers} workers",
    "; RSS and anon count what they share once for each": "; RSS y anon cuentan lo compartido una vez por proceso",
    "; about {memory} MiB more when each has taken one (an estimate)": (
        "; unos {memory} MiB más cuando cada uno haya atendido una (estimado)"
    ),
    "; by `{command}` ({source})": "; con `{command}` ({source})",
    "; {count} of the {wanted} workers that it asks for": "; {count} de los {wanted} workers que pide",
    "STILL GROWING when read, by {memory} MiB in the last seconds,": (
        "AÚN CRECÍA en la lectura, {memory} MiB en los últimos segundos,"
    ),
    "data at or just before {place} {memory}": "datos en {place} o justo antes {memory}",
    "for a while {memory}": "por un rato {memory}",
    "import at {place} {memory}": "importación en {place} {memory}",
    "importing it": "solo con importarlo",
    "in all": "en total",
    "its lifespan alone": "con solo su lifespan",
    "live: grown on the way{lines}": "en vivo: crecimiento por el camino{lines}",
    "live: not measured: {reason}": "en vivo: sin medir: {reason}",
    "live: {words}": "en vivo: {words}",
    "read at rest": "leído en reposo",
    "ready after {time} ms ({by}), ": "listo a los {time} ms ({by}), ",
    "{figures} MiB in {processes}": "{figures} MiB en {processes}",
    "{memory} MiB less than {what}": "{memory} MiB menos que {what}",
    "{memory} MiB more than {what}": "{memory} MiB más que {what}",
    "{rest} after {time} ms: ": "{rest} a los {time} ms: ",
    # Workers
    " in {limit}": " en {limit}",
    " of {server}": " de {server}",
    ", but does with preload": ", pero sí con preload",
    ", which decides": ", que es lo que decide",
    ", {memory} at the peak of the start": ", {memory} en el máximo del arranque",
    ", {memory} with each at its peak": ", {memory} con cada uno en su máximo",
    "; what a forked worker writes to was seen in a fork of that process": (
        "; en qué páginas escribe un worker creado por fork se vio en un fork de ese proceso"
    ),
    "; what forked workers share is assumed": "; lo que comparten los workers creados por fork se supone",
    "about {total}": "unos {total}",
    "before any has collected its garbage": "antes de que ninguno haya pasado el recolector de basura",
    "estimated from one process": "estimado a partir de un proceso",
    "estimated from one process and the server with nothing to serve": (
        "estimado a partir de un proceso y del servidor sin nada que servir"
    ),
    "estimated likewise": "estimado del mismo modo",
    "how many workers {server} starts, only the machine says: ": (
        "cuántos workers inicia {server}, solo lo dice la máquina: "
    ),
    "with preload about {total}": "con preload unos {total}",
    "with {workers}": "con {workers}",
    # One host
    " (anonymous memory of each, file pages once), {size} if nothing were shared; ": (
        " (memoria anónima de cada una, páginas de archivos una vez), {size} si no se compartiera nada; "
    ),
    " (of {names} one worker: how many, only the machine says)": (
        " (de {names} un worker: cuántos, solo lo dice la máquina)"
    ),
    " with their servers and workers": " con sus servidores y workers",
    "All {count} entries on one host": "Las {count} entradas en una misma máquina",
    "about {size}": "unos {size}",
    "at least {size}": "al menos {size}",
    "{count} of {total} entries ({names}; the others were not measured) on one host": (
        "{count} de {total} entradas ({names}; las otras no se midieron) en una misma máquina"
    ),
    "{memory} MiB of it are in each: the interpreter, the standard library": (
        "{memory} MiB están en cada una: el intérprete, la biblioteca estándar"
    ),
    # Calls
    " (peak +{memory})": " (máximo +{memory})",
    "+{memory} MiB RSS{peak}, {time} ms": "+{memory} MiB de RSS{peak}, {time} ms",
    ", or --request auto for every GET,": ", o con --request auto para todos los GET",
    "Calls, really done once the app was ready: each alone on top of it, so they overlap; no server was started": (
        "Llamadas, hechas de verdad con la aplicación lista: cada una por separado sobre ella, así que se solapan; "
        "no se inició ningún servidor"
    ),
    "FAILED": "FALLÓ",
    "UNDECIDED": "SIN DECIDIR",
    "data made at or just before {places}": "datos creados en el lugar o justo antes: {places}",
    "imports {memory}": "importaciones {memory}",
    "in a start of its own": "en un arranque aparte",
    "mapped {files}": "mapeó {files}",
    "not called: {function}, which the command runs: what it loads and makes is in no figure of the start; "
    "`footprint probe --live -- COMMAND` runs the real command": (
        "sin llamar: {function}, que es lo que ejecuta el comando: lo que carga y crea no entra en ninguna cifra del "
        "arranque; `footprint probe --live -- COMANDO` ejecuta el comando real"
    ),
    "not called: {names}: none was run, so what a task takes is not measured; {flag} does it": (
        "sin llamar: {names}: no se ejecutó ninguna, así que no se midió lo que ocupa una tarea; se hace con {flag}"
    ),
    "not called: {names}: none was sent, so what the first request takes is not measured; {flag} does it": (
        "sin llamar: {names}: no se envió ninguna, así que no se midió lo que ocupa la primera petición; se hace "
        "con {flag}"
    ),
    "read {files}": "leyó {files}",
    "wrote {files}": "escribió {files}",
    "{place} {memory} for a moment": "{place} {memory} por un momento",
    # Calls that were repeated
    "call {next} crashed: {reason}": "la llamada {next} murió: {reason}",
    "call {next} did not come to an end": "la llamada {next} no llegó a terminar",
    "call {next} failed: {reason}{at}": "la llamada {next} falló: {reason}{at}",
    "fills, {size} until call {number}, then flat": "se llena, {size} hasta la llamada {number}, después estable",
    "flat": "estable",
    "goes up and down, {low} to {high} KiB a call: not told": (
        "sube y baja, de {low} a {high} KiB por llamada: no se sabe"
    ),
    "its memory could not be read any more": "su memoria ya no se pudo leer",
    "malloc keeps {memory} MiB that is free": "malloc retiene {memory} MiB libres",
    "rises by {slope} in what malloc takes and does not give out; what is in use does not": (
        "sube {slope} en lo que malloc toma y no reparte; lo que está en uso no sube"
    ),
    "rises by {slope}: Python objects": "sube {slope}: objetos de Python",
    "rises by {slope}: Python objects, most of them made at {place}": (
        "sube {slope}: objetos de Python, la mayoría creados en {place}"
    ),
    "rises by {slope}: by what was not followed": "sube {slope}: por algo que no se siguió",
    "rises by {slope}: taken in C, not by Python objects": (
        "sube {slope}: memoria tomada en C, no por objetos de Python"
    ),
    "rises by {slope}: {percent} % by Python objects; what the rest is cannot be told": (
        "sube {slope}: un {percent} % por objetos de Python; qué es el resto no se sabe"
    ),
    "still rising by {slope}": "sigue subiendo {slope}",
    "still rising by {slope}; a cache that fills looks the same": (
        "sigue subiendo {slope}; una caché que se llena se ve igual"
    ),
    "the cache {name} went from {before} to {after} of its {most} entries": (
        "la caché {name} pasó de {before} a {after} de sus {most} entradas"
    ),
    "the cache {name}, which has no limit, went from {before} to {after} entries": (
        "la caché {name}, que no tiene límite, pasó de {before} a {after} entradas"
    ),
    "the time was over ({each} a call): --timeout gives more": (
        "se acabó el tiempo ({each} por llamada): --timeout da más"
    ),
    "too few to tell anything": "muy pocas para saber algo",
    "up to {memory} MiB of garbage wait for the collector": "hasta {memory} MiB de basura esperan al recolector",
    "{slope} KiB a call (95 %: {low} to {high})": "{slope} KiB por llamada (95 %: de {low} a {high})",
    "{times} in a row: {outcome}": "{times} seguidas: {outcome}",
}
NOUNS: Mapping[str, tuple[str, str]] = {}
