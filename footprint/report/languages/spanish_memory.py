"""Memory: entries, stages, limits, calls, workers, in Spanish."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, str] = {
    "{call} (needs a body)": "{call} (necesita un cuerpo)",
    # Words that several sentences share
    " and ": " y ",
    " and {others}": " y {others}",
    " at {place}": " en {place}",
    " in {function}()": " en {function}()",
    ", as far as it came": ", hasta donde llegó",
    "nothing": "nada",
    "{least} to {most}": "de {least} a {most}",
    "{memory} MiB": "{memory} MiB",
    "{name} is not installed": "{name} no está instalado",
    "there is no {name} in {distributions}": "no hay {name} en {distributions}",
    # Limits
    "DOES NOT FIT": "NO CABE",
    "CANNOT START": "NO PUEDE ARRANCAR",
    "BROKEN": "FALLA",
    " and at its peak": " y en su máximo",
    " estimated": " estimado",
    ", its peak is not known": ", no se conoce su máximo",
    "; its anonymous {memory} alone would fit: it may run, rereading files all the time": (
        "; sus {memory} anónimos por sí solos cabrían: puede funcionar, releyendo archivos todo el tiempo"
    ),
    "; no task was run": "; no se ejecutó ninguna tarea",
    "; what {names} take cannot be told: it came to no end": (
        "; no se sabe cuánto ocupan {names}: no llegaron a terminar"
    ),
    "; what {names} takes cannot be told: it came to no end": "; no se sabe cuánto ocupa {names}: no llegó a terminar",
    "; with one worker: how many there are, only the machine says": (
        "; con un worker: cuántos hay, solo lo dice la máquina"
    ),
    "Code size fits: {size} installed, of {limit} ({source}), headroom {rest} for the project's own": (
        "El tamaño del código cabe: {size} instalados, de {limit} ({source}), margen de {rest} para el código del "
        "proyecto"
    ),
    "Code size {fits}: {size} installed, of {limit} ({source}), {rest} too much": (
        "El tamaño del código {fits}: {size} instalados, de {limit} ({source}), {rest} de más"
    ),
    "after its calls": "tras sus llamadas",
    "after its lazy imports": "tras sus importaciones diferidas",
    "after its lazy imports: not known, {reason}": "tras sus importaciones diferidas: no se sabe, {reason}",
    "after the requests": "tras las peticiones",
    "all together they did not come to an end": "todas juntas no llegaron a terminar",
    "as read": "en la lectura",
    "at rest": "en reposo",
    "at startup": "al arrancar",
    "once imported": "una vez importada",
    "fits {when}: {of}, headroom {rest}": "cabe {when}: {of}, margen {rest}",
    "live {when}": "en vivo {when}",
    "most of it begins at {place}": "la mayor parte empieza en {place}",
    "peak {memory} of {limit} ({source})": "máximo {memory} de {limit} ({source})",
    "what {places} take cannot be told: it crashed or hung": (
        "no se sabe cuánto ocupan {places}: se colgaron o murieron"
    ),
    "what {places} takes cannot be told: it crashed or hung": "no se sabe cuánto ocupa {places}: se colgó o murió",
    "{fits} {when}: {of}, {rest} too much": "{fits} {when}: {of}, {rest} de más",
    "{memory} of it is data, made at or just before {place}": "{memory} son datos, creados en {place} o justo antes",
    "{memory} of it is imported at {place}": "{memory} se importan en {place}",
    "{memory} of {limit} ({source})": "{memory} de {limit} ({source})",
    "{when} as far as it came": "{when} hasta donde llegó",
    # Rehearsals
    ", at or just before {place}": ", en {place} o justo antes",
    ", begun at {place}": ", empezado en {place}",
    ", importing {modules}": ", importando {modules}",
    "rehearsed in {limit}: it failed before it could pass the limit: {reason}": (
        "ensayado en {limit}: falló antes de poder pasar el límite: {reason}"
    ),
    "rehearsed in {limit}: it stays below with its children, its calls included": (
        "ensayado en {limit}: no lo pasa con sus procesos hijos, incluidas sus llamadas"
    ),
    "rehearsed in {limit}: it stays below with its children, lazy imports included; no request was sent": (
        "ensayado en {limit}: no lo pasa con sus procesos hijos, incluidas las importaciones diferidas; no se "
        "envió ninguna petición"
    ),
    "stopped by the rehearsal at startup, at {size}: importing {modules}": (
        "detenido por el ensayo al arrancar, con {size}: importando {modules}"
    ),
    "stopped by the rehearsal during its calls, at {size}: {call}": (
        "detenido por el ensayo durante sus llamadas, con {size}: {call}"
    ),
    "stopped by the rehearsal during its lazy imports, at {size}: importing {modules}": (
        "detenido por el ensayo durante sus importaciones diferidas, con {size}: importando {modules}"
    ),
    # Import lines, first use, guests
    "+{memory} MiB RSS, {time} ms": "+{memory} MiB de RSS, {time} ms",
    "; it fails and is caught, what it had loaded stays: {reason}": (
        "; falla y se captura, lo que había cargado se queda: {reason}"
    ),
    "; {memory} MiB that it had loaded stay": "; los {memory} MiB que había cargado se quedan",
    "Loaded at startup by distributions that do not require them": (
        "Cargadas al arrancar por distribuciones que no las requieren"
    ),
    "The deferrals together save {savings}": "Los aplazamientos juntos ahorran {savings}",
    "own code by line in MiB, imports apart: {lines}": "código propio por línea en MiB, sin las importaciones: {lines}",
    "{memory} MiB RSS at startup of {entry}": "{memory} MiB de RSS al arrancar {entry}",
    "{memory} MiB, {time} ms: {place} imports {names}": "{memory} MiB, {time} ms: {place} importa {names}",
    "{name}: {hosts} import it without requiring it, and may break without it; if they do not, the start takes "
    "{memory} MiB less where it is not installed": (
        "{name}: {hosts} la importan sin requerirla, y pueden fallar sin ella; si no fallan, el arranque ocupa "
        "{memory} MiB menos donde no está instalada"
    ),
    "{name}: {hosts} imports it without requiring it, and may break without it; if it does not, the start takes "
    "{memory} MiB less where it is not installed": (
        "{name}: {hosts} la importa sin requerirla, y puede fallar sin ella; si no falla, el arranque ocupa "
        "{memory} MiB menos donde no está instalada"
    ),
    "~ is predicted from the imports seen in the measured start, to about 2.5 MiB or 3 %": (
        "~ se predice a partir de las importaciones vistas en el arranque medido, con un error de unos 2,5 MiB o un 3 %"
    ),
    # Entries and their stages
    ", anon {memory}": ", anon {memory}",
    ", which serves {application} by {server}": ", que sirve {application} con {server}",
    ", {memory} at its peak": ", {memory} en su máximo",
    ", {memory} with {children}": ", {memory} con {children}",
    "; after {time} ms, {distributions} loaded": "; a los {time} ms, {distributions} en memoria",
    "; import-time figures: the process was not brought to ready": (
        "; cifras de la importación: el proceso no se llevó hasta estar listo"
    ),
    "; {distributions} loaded before the first line": "; {distributions} en memoria antes de la primera línea",
    "; {runs} discarded for compiling bytecode": "; {runs} de más, por compilar bytecode, sin contar",
    "Entry {name}: {target} (from {source})": "Entrada {name}: {target} (de {source})",
    "RSS by part in MiB{so_far}: {parts}": "RSS por partes en MiB{so_far}: {parts}",
    "RSS by stack in MiB{so_far}: {parts}": "RSS por grupos en MiB{so_far}: {parts}",
    "bare interpreter": "intérprete solo",
    "declared lazy, never loaded at start: {names}": "declarados diferidos, sin cargar en el arranque: {names}",
    "imported": "importado",
    "interpreter with its start-up hooks": "intérprete con sus ganchos de arranque",
    "measured once": "medido una vez",
    "median of {count} runs, spread {size}": "mediana de {count} ejecuciones, dispersión {size}",
    "memory not measured: {reason}": "memoria sin medir: {reason}",
    "ready": "listo",
    "started in a shadow of project and environment, where it wrote nothing": (
        "iniciado en una copia desechable del proyecto y del entorno, donde no escribió nada"
    ),
    "the entry wrote into the project: {names}": "la entrada escribió en el proyecto: {names}",
    "{count} smaller {memory}": "{count} menores {memory}",
    "{stage}: RSS {memory} MiB": "{stage}: RSS {memory} MiB",
    # Starts that failed
    " ({places} describes one)": " ({places} describe uno)",
    ", while importing {modules}": ", mientras importaba {modules}",
    "; declared and not installed: {names}": "; declarado y sin instalar: {names}",
    "; {place} declares it": "; {place} lo declara",
    "add {names} to the requirements, or name the environment that has it with --env": (
        "añadir {names} a las dependencias, o indicar con --env el entorno que lo tiene"
    ),
    "examples: {examples}": "ejemplos: {examples}",
    "install what {places} declares, or name the environment that has it with --env": (
        "instalar lo que declara {places}, o indicar con --env el entorno que lo tiene"
    ),
    "stopped in stage {stage}{at}: {reason}": "detenido en la etapa {stage}{at}: {reason}",
    "the start needs a server{at}, and none answers here: start it{known}, name another with --set, or connect "
    "when the first request needs it": (
        "el arranque necesita un servidor{at}, y aquí no responde ninguno: iniciarlo{known}, indicar otro con "
        "--set, o conectar cuando lo necesite la primera petición"
    ),
    "the start needs the file {file}, which is not there: make it, or name another with --set": (
        "el arranque necesita el archivo {file}, que no existe: crearlo, o indicar otro con --set"
    ),
    "the start needs the file {file}, which is not there: make it: copy {places}": (
        "el arranque necesita el archivo {file}, que no existe: crearlo copiando {places}"
    ),
    "the start needs {settings} that it has not got: {names}": "el arranque necesita {settings} que no tiene: {names}",
    "to measure it: `footprint audit {flags}`": "para medirlo: `footprint audit {flags}`",
    "{file} is there as seen from {places}: the start runs in another folder. Say so in its command (`cd "
    "{folder} && ...`), or audit that folder alone": (
        "{file} existe visto desde {places}: el arranque se ejecuta en otra carpeta. Indicarlo en su comando (`cd "
        "{folder} && ...`), o auditar solo esa carpeta"
    ),
    "there is no {name} in {distribution} {version}, which is installed: install the release that the project wants, "
    "or name the environment that has it with --env": (
        "no hay {name} en {distribution} {version}, que es lo instalado: instalar la versión que quiere el proyecto, o "
        "indicar con --env el entorno que la tiene"
    ),
    "{name} is not installed in this environment{declared}: install what the project declares, or name the "
    "environment that has it with --env": (
        "{name} no está instalado en este entorno{declared}: instalar lo que declara el proyecto, o indicar con "
        "--env el entorno que lo tiene"
    ),
}
NOUNS: Mapping[str, tuple[str, str]] = {
    "child process": ("proceso hijo", "procesos hijos"),
    "file": ("archivo", "archivos"),
    "other place": ("lugar más", "lugares más"),
    "process": ("proceso", "procesos"),
    "run": ("ejecución", "ejecuciones"),
    "setting": ("variable", "variables"),
    "time": ("vez", "veces"),
    "worker": ("worker", "workers"),
}
