"""What a report in markdown says beyond the table: decisions, recommendations, requirements, in Spanish."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, str] = {
    # Memory, part by part
    "MiB": "MiB",
    "all processes of the real command, ready": "todos los procesos del comando real, listos",
    "all together": "todo junto",
    "after lazy imports": "tras las importaciones diferidas",
    "after the calls": "tras las llamadas",
    "after the requests": "tras las peticiones",
    "data and models that the call keeps": "datos y modelos que retiene la llamada",
    "further workers": "los demás workers",
    "headroom": "margen",
    "imported": "importado",
    "interpreter": "intérprete",
    "its child processes": "sus procesos hijos",
    "live, {moment}": "en vivo, {moment}",
    "modules that the call loads": "módulos que carga la llamada",
    "more for a moment, at the peak": "de más por un momento, en el pico",
    "own code and its data": "código propio y sus datos",
    "part of the limit": "parte del límite",
    "rest": "resto",
    "standard library": "biblioteca estándar",
    "startup": "arranque",
    "the process": "el proceso",
    "the server around it": "el servidor que lo envuelve",
    "threads, frames, buffers": "hilos, marcos, búferes",
    "web framework: {name}": "framework web: {name}",
    "what lazy imports add: {names}": "lo que suman las importaciones diferidas: {names}",
    "what lazy imports add": "lo que suman las importaciones diferidas",
    "what the calls add": "lo que suman las llamadas",
    "what the requests added": "lo que sumaron las peticiones",
    "{name}, with all it brings": "{name}, con todo lo que arrastra",
    "{percent} % of {limit}": "{percent} % de {limit}",
    "~: estimated or predicted; without it a figure was measured": "~: estimado o predicho; sin ese signo, medido",
    # Use and decisions
    "Declared": "Declarada",
    "Disk MiB": "Disco MiB",
    "Do": "Hacer",
    "Effort": "Esfuerzo",
    "Effort: low is one place, medium is several or code that goes with it, high is code to rewrite.": (
        "Esfuerzo: bajo es un solo sitio, medio son varios o código que se va con ello, alto es código que hay que "
        "reescribir."
    ),
    "How sure": "Certeza",
    "No requirement line was found, so there is nothing to decide about": (
        "No se encontró ninguna línea de requisitos, así que no hay nada que decidir"
    ),
    "RSS MiB": "RSS MiB",
    "Tried": "Probado",
    "Use": "Uso",
    "Weight versus use: what to do with each line": "Peso frente a uso: qué hacer con cada línea",
    "What": "Qué",
    "Where": "Dónde",
    "and {count} more, each worth less (`--top 0` shows all)": "y {count} más, cada una de menos valor (`--top 0` "
    "las muestra todas)",
    "and {weight} more, without advice and each freeing less": "y {weight} más, sin recomendación y que liberan menos",
    "ask for less": "pedir menos",
    "cannot tell": "no se puede saber",
    "defer": "diferir",
    "first use MiB": "primer uso MiB",
    "frees MiB": "libera MiB",
    "frees: what leaves the disk with the line; what two lines share is freed by neither alone": (
        "libera: lo que sale del disco con la línea; lo que comparten dos líneas no lo libera ninguna por sí sola"
    ),
    "high": "alto",
    "it works and saves nothing": "funciona y no ahorra nada",
    "it works as far as it was tried": "funciona hasta donde se probó",
    "it breaks": "se rompe",
    "it is not installed": "no está instalada",
    "it works": "funciona",
    "keep": "conservar",
    "keep from the start": "dejar fuera del arranque",
    "keep or unpin: it frees nothing": "dejar o quitar la versión fija: no libera nada",
    "keep, or make it an extra of its own": "conservar, o llevarla a un extra propio",
    "keep: without it something breaks": "conservar: sin ella algo se rompe",
    "look at it: nothing is proposed": "revisar: no se propone nada",
    "low": "bajo",
    "medium": "medio",
    "move to development": "pasar a desarrollo",
    "not tried": "sin probar",
    "remove": "quitar",
    "replace by a lighter one": "sustituir por otra más ligera",
    "uninstall": "desinstalar",
    "{memory}, measured": "{memory}, medido",
    "RSS MiB (avoidable)": "RSS MiB (evitable)",
    "{what}, with {others}": "{what}, con {others}",
    # What is used, and how
    " (and {count} more)": " (y {count} más)",
    " (cannot be told)": " (no se puede saber)",
    "Declared, and required by others anyway; the line pins a version: {lines}": (
        "Declaradas, aunque otras ya las requieren; la línea fija una versión: {lines}"
    ),
    "Distribution": "Distribución",
    "For tests or development only: {weight}": "Solo para pruebas o desarrollo: {weight}",
    "For type checking only: {weight}": "Solo para comprobar tipos: {weight}",
    "Implied, needed without an import of yours: {weight}": (
        "Implícitas, necesarias sin que el proyecto las importe: {weight}"
    ),
    "Imported when the app starts: {weight}": "Importadas al arrancar la aplicación: {weight}",
    "Lazy, imported only when certain functions run: {weight}": (
        "Diferidas, importadas solo al ejecutar ciertas funciones: {weight}"
    ),
    "Loaded at startup by": "La carga al arrancar",
    "Nothing is declared or installed": "No hay nada declarado ni instalado",
    "Orphans, neither declared nor required by what is declared: {weight}": (
        "Huérfanas, ni declaradas ni requeridas por lo declarado: {weight}"
    ),
    "Required through": "Requerida a través de",
    "The heaviest of these, MiB": "Lo más pesado de ello, MiB",
    "Transitive, required by another distribution: {weight}": "Transitivas, requeridas por otra distribución: {weight}",
    "Unreached, imported only by modules that nothing imports: {weight}": (
        "Sin alcanzar, importadas solo por módulos que nadie importa: {weight}"
    ),
    "Unused, declared and no use found: {weight}": "Sin uso, declaradas y sin uso encontrado: {weight}",
    "What each declared line brings; shared parts count in every one of them": (
        "Qué arrastra cada línea declarada; lo compartido cuenta en todas ellas"
    ),
    "What is used, how and where": "Qué se usa, cómo y dónde",
    "What it drags in, MiB": "Qué arrastra, MiB",
    "and {lines} with less": "y {lines} con menos",
    "and {weight} more": "y {weight} más",
    "requires": "requiere",
    "time ms": "tiempo ms",
    "with all it requires, MiB": "con todo lo que requiere, MiB",
    "with what it loads": "con lo que carga",
    "{count}, {size}": "{count}, {size}",
    "{places} in {function}()": "{places} en {function}()",
    "{size} MiB": "{size} MiB",
    "{through}, {count} of these": "{through}, {count} de estas",
    # What is not declared, and doubts
    "Brought by": "Llega con",
    "Every import is declared, and of every declared line it could be told how it is used": (
        "Todas las importaciones están declaradas, y de cada línea declarada se sabe cómo se usa"
    ),
    "How these are used cannot be told": "De estas no se puede saber cómo se usan",
    "Import": "Importación",
    "Imported and declared nowhere": "Importado y no declarado en ningún sitio",
    "Not declared, and what could not be told": "Lo no declarado y lo que no se pudo saber",
    "Provided by": "Lo trae",
    "Remark": "Observación",
    "Why": "Por qué",
    "a declared line may provide it": "puede que lo traiga una línea declarada",
    "a start command runs it": "lo ejecuta un comando de arranque",
    "and {count} more": "y {count} más",
    "for development only": "solo para desarrollo",
    "its absence is caught": "su ausencia está prevista",
    "only where the import of a computed name in {place} may lead": (
        "solo donde puede llegar la importación de un nombre calculado en {place}"
    ),
    "may be declared in {place}, which was not understood": "puede estar declarado en {place}, que no se entendió",
    "not installed": "no instalado",
    "not installed; usually {names}": "no instalado; normalmente {names}",
    "only where no entry comes": "solo donde no llega ninguna entrada",
    # The host
    "Code and memory are two limits: {size} on disk is what the distributions add to an image or a slug, "
    "with the base image and the project's own files on top; only what is imported takes memory": (
        "Código y memoria son dos límites distintos: {size} en disco es lo que las distribuciones suman a una "
        "imagen o un slug, y aparte van la imagen base y los archivos del proyecto; solo lo que se importa "
        "ocupa memoria"
    ),
    "Entry": "Entrada",
    "Limit stated in": "Límite indicado en",
    "Moment": "Momento",
    "Several workers, estimated from one process": "Varios workers, estimado a partir de un proceso",
    "The plan that is needed, with nothing to spare": "El plan necesario, sin nada de sobra",
    "The smallest known plan of each platform that holds it": (
        "El plan más pequeño conocido de cada plataforma en el que cabe"
    ),
    "Verdict": "Veredicto",
    "What it means for the host": "Qué significa para el host",
    "Workers": "Workers",
    "all MiB": "todos MiB",
    "each MiB": "cada uno MiB",
    "headroom MiB": "margen MiB",
    "limit MiB": "límite MiB",
    "none of those known": "ninguno de los conocidos",
    "takes MiB": "ocupa MiB",
    "{count} of {server}": "{count} de {server}",
    "{entry}: {count} of {workers} workers would fit": "{entry}: cabrían {count} de {workers} workers",
    "% of limit": "% del límite",
    "{workers}, forked after the import": "{workers}, creados por fork tras la importación",
    "What changes in the code": "Qué cambia en el código",
    # How it was measured
    "Measured at {time} on {machine}": "Medido el {time} en {machine}",
    "{size} of memory": "{size} de memoria",
    "in a container ({kind})": "en un contenedor ({kind})",
    "limited to {size}": "limitado a {size}",
    "Figure": "Cifra",
    "How it comes about": "Cómo se obtiene",
    "Off by": "Error",
    "memory of the start": "memoria del arranque",
    "read in the process": "leída en el proceso",
    "0.75 MiB": "0,75 MiB",
    "avoidable, saved by deferring": "evitable, ahorrada al diferir",
    "predicted from one start": "predicha a partir de un arranque",
    "2.5 MiB or 3 %": "2,5 MiB o un 3 %",
    "saved by a change that was tried": "ahorrado por un cambio probado",
    "measured where it was made": "medido donde se hizo",
    "1.5 MiB": "1,5 MiB",
    "first use": "primer uso",
    "measured in forks of the ready process": "medido en forks del proceso listo",
    "3 %": "3 %",
    "several workers": "varios workers",
    "estimated from one process": "estimado a partir de un proceso",
    "5 %, after calls 6 %": "5 %, tras las llamadas 6 %",
    "disk, and what a removal frees": "disco, y lo que libera quitar algo",
    "file by file; the requirement graph": "archivo por archivo; el grafo de requisitos",
    "exact": "exacto",
    " into ": " dentro de ",
    # Requirements and sizes
    "Comments and includes of the files are left out here; `footprint trim --write` edits the files themselves.": (
        "Aquí se omiten los comentarios y las inclusiones de los archivos; `footprint trim --write` edita los "
        "propios archivos."
    ),
    "How it is known": "Cómo se sabe",
    "No line has to change": "Ninguna línea tiene que cambiar",
    "Recommended requirements": "Requisitos recomendados",
    "Sizes now, after the advice, and at the least": "Tamaños ahora, tras los cambios y como mínimo",
    "These move to a group for development: {names}": "Pasan a un grupo de desarrollo: {names}",
    "Written by a tool, to be compiled anew afterwards: {files}": (
        "Los escribe una herramienta y hay que volver a compilarlos después: {files}"
    ),
    "with the recommended lines and deferrals": "con las líneas y los aplazamientos recomendados",
    "after those that hold": "tras las que se sostienen",
    "disk: exact by the requirement graph; memory: predicted": (
        "disco: exacto según el grafo de requisitos; memoria: predicha"
    ),
    "exact by the requirement graph": "exacto según el grafo de requisitos",
    "exact by the requirement graph: what is imported lazily fails then": (
        "exacto según el grafo de requisitos: lo que se importa de forma diferida falla entonces"
    ),
    "least, for what the start alone needs": "mínimo, lo que solo el arranque necesita",
    "measured": "medido",
    "measured in a shadow": "medido en una copia desechable",
    "now": "ahora",
    "startup RSS MiB, one process": "RSS al arrancar MiB, un proceso",
    "startup RSS MiB, one process of {entry}": "RSS al arrancar MiB, un proceso de {entry}",
    "{lines} that stay": "{lines} que se quedan",
    "The start alone needs these lines, with all that they require: {lines}": (
        "El arranque por sí solo necesita estas líneas, con todo lo que requieren: {lines}"
    ),
    # Start command and next steps
    "Command": "Comando",
    "Imports": "Importa",
    "Next steps": "Siguientes pasos",
    "No entry point was found: `--entry module:app` names one": (
        "No se encontró ningún punto de entrada: `--entry module:app` indica uno"
    ),
    "Server": "Servidor",
    "Start command": "Comando de arranque",
    "Stated in": "Indicado en",
    "`footprint tune` starts the real command with other settings (preload, allocator) and tells which help.": (
        "`footprint tune` arranca el comando real con otros ajustes (preload, asignador de memoria) y dice "
        "cuáles ayudan."
    ),
    "as many as the machine says": "los que diga la máquina",
    "ask why one is there": "preguntar por qué está una",
    "keep it that way in CI: first settings and a baseline": "mantenerlo así en CI: primeros ajustes y una línea base",
    "look at the smaller requirement files, then write them": (
        "ver los archivos de requisitos reducidos, y después escribirlos"
    ),
    "move imports into the functions that use them, tried before it writes": (
        "mover importaciones a las funciones que los usan, probado antes de escribir"
    ),
    "name what is started, so that memory can be measured": "indicar qué se arranca, para poder medir la memoria",
    "the same, tried, with the tests of the project as judge": (
        "lo mismo, probado, con las pruebas del proyecto como juez"
    ),
    "keep the figures in the project, for the editor and for pages": (
        "guardar las cifras en el proyecto, para el editor y para las páginas"
    ),
    "look at them as a page with pictures": "verlas en una página con gráficos",
    "then, in every pull request": "y después, en cada pull request",
    "try every change in a shadow of environment and project, and start it": (
        "probar cada cambio en una copia desechable del entorno y del proyecto, y arrancarla"
    ),
    "{count}, by an option": "{count}, por una opción",
    "{count}, by its settings": "{count}, por su configuración",
    "{count}, by the environment": "{count}, por el entorno",
    "{count}, its default": "{count}, por defecto",
}
NOUNS: Mapping[str, tuple[str, str]] = {
    "processor": ("procesador", "procesadores"),
    "declared line": ("línea declarada", "líneas declaradas"),
    "other line": ("otra línea", "otras líneas"),
    "smaller one": ("más pequeña", "más pequeñas"),
}
