"""The sections of a report and the table in a terminal, in Spanish."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, str] = {
    # Titles of sections
    "Findings": "Hallazgos",
    "Footprint of {project}": "Huella de {project}",
    "How it was measured": "Cómo se midió",
    "Installed, and read by no start (for information)": "Instalado y no leído por ningún arranque (informativo)",
    "Memory": "Memoria",
    "Memory against the limit": "Memoria frente al límite",
    "Notes": "Notas",
    "Requirements not met": "Requisitos que no se cumplen",
    "Calls, really done once the app was ready": "Llamadas, hechas de verdad con la aplicación lista",
    "Import lines that cost most at startup": "Líneas de importación que más cuestan al arrancar",
    "Lazy imports, really run once the app was ready": (
        "Importaciones diferidas, ejecutadas de verdad con la aplicación lista"
    ),
    "Stacks that one file brings, without which the app starts": (
        "Conjuntos que trae un solo archivo y sin los que la aplicación arranca"
    ),
    "Verdict": "Veredicto",
    "Weight and use": "Peso y uso",
    "What is declared is not wholly known": "No se conoce del todo lo que se declara",
    "What the words mean": "Qué significan las palabras",
    "What to do": "Qué hacer",
    # What is said below a section
    "An extra or a service of its own could hold each.": "Cada uno cabría en un extra o en un servicio propio.",
    "Each is meant alone: what two lines share is saved only when both are gone.": (
        "Cada una se cuenta por separado: lo que dos líneas comparten solo se ahorra si faltan ambas."
    ),
    "Each was done alone on top of the start, so the figures overlap; no server was started.": (
        "Cada una se hizo por separado sobre el arranque, así que las cifras se solapan; no se inició ningún servidor."
    ),
    "Each was run alone, so the figures overlap; what requests take is not in them.": (
        "Cada una se ejecutó por separado, así que las cifras se solapan; lo que ocupan las peticiones no se incluye."
    ),
    # Headings of columns
    "avoidable": "evitable",
    "Code": "Código",
    "Disk MiB": "Disco MiB",
    "Distribution": "Distribución",
    "Entry": "Entrada",
    "frees MiB": "libera MiB",
    "lazily": "diferido",
    "of limit": "del límite",
    "RSS MiB": "RSS MiB",
    "Stage": "Etapa",
    "time ms": "tiempo ms",
    "Use": "Uso",
    "Version": "Versión",
    "What": "Qué",
    "Where, why": "Dónde, por qué",
    # Cells
    "{place} and {count} more": "{place} y {count} más",
    "{places} in {function}()": "{places} en {function}()",
    "a pin, required by {names} anyway": "una versión fijada que de todos modos requiere {names}",
    "a pin, required by {names} anyway, loaded by {place}": (
        "una versión fijada que de todos modos requiere {names}; la carga {place}"
    ),
    "not installed": "no instalado",
    "required by {names}": "requerida por {names}",
    "required by {names}, loaded by {place}": "requerida por {names}; la carga {place}",
    "via {name}": "a través de {name}",
    "via {name}, loaded by {place}": "a través de {name}; la carga {place}",
    # What is not in a row of its own
    "and {count} declared that weigh little: {names}: {weight}": (
        "y {count} declaradas que pesan poco: {names}: {weight}"
    ),
    "and {count} installed, neither declared nor required: {names}: {weight}": (
        "y {count} instaladas que nadie declara ni requiere: {names}: {weight}"
    ),
    "and {count} more (--top 0 shows all)": "y {count} más (--top 0 lo muestra todo)",
    "and {count} smaller that others require: {weight}": "y {count} menores que otras requieren: {weight}",
    "and what the environment was made with: {names}: {weight}": (
        "y aquello con lo que se creó el entorno: {names}: {weight}"
    ),
    "{memory} MiB RSS in {count} of them": "{memory} MiB de RSS en {count} de ellas",
    "not weighed": "sin pesar",
    "Nothing is installed, and nothing is declared": "No hay nada instalado ni nada declarado",
    # Suggestions
    " by {count} lines ({lines})": " con {count} líneas ({lines})",
    ", {size} more than one by one": ", {size} más que una por una",
    ", {size} of it only without the development groups": ", {size} solo si no se instalan los grupos de desarrollo",
    ", as far as the start came": ", hasta donde llegó el arranque",
    ", of the entry that saves most": ", de la entrada que más ahorra",
    "{what}: from {before} to {after} on disk": "{what}: de {before} a {after} en disco",
    "Disk figures are exact": "Las cifras de disco son exactas",
    "First comes what saves most disk, which is close to its limit.": (
        "Primero va lo que más disco ahorra, que está cerca de su límite."
    ),
    "First comes what saves most memory, which is close to its limit.": (
        "Primero va lo que más memoria ahorra, que está cerca de su límite."
    ),
    "First comes what saves the largest part of disk or memory.": (
        "Primero va lo que ahorra la mayor parte de disco o de memoria."
    ),
    "None is tried yet: `footprint audit --verify fast` does it.": (
        "Ninguna se ha probado todavía: `footprint audit --verify fast` las prueba."
    ),
    "None is tried.": "Ninguna se ha probado.",
    "{what} where the development groups are not installed": "{what} donde no se instalan los grupos de desarrollo",
    "The {count} changes together free {size}": "Los {count} cambios juntos liberan {size}",
    "The {count} removals together free {size}": "Las {count} eliminaciones juntas liberan {size}",
    "The change of lines frees {size}": "El cambio de líneas libera {size}",
    "The removal frees {size}": "La eliminación libera {size}",
    "What a removal frees is not known: nothing was weighed": "No se sabe qué libera una eliminación: no se pesó nada",
    # Memory
    "{no} in {limit}, {excess} too much": "{no} en {limit}, sobran {excess}",
    "all else {memory}": "todo lo demás {memory}",
    "at startup, by what brought it, in MiB: {parts}": "al arrancar, según lo que la trajo, en MiB: {parts}",
    "fits in {limit}, {headroom} left": "cabe en {limit}, quedan {headroom}",
    "live {stage}": "en vivo {stage}",
    "memory not measured: {reason}": "memoria sin medir: {reason}",
    # Stacks, and what no start reads
    "{distributions} that it requires": "{distributions} que requiere",
    "{distributions} that they require": "{distributions} que requieren",
    "{figures}, reached only by {place}: {what}": "{figures}, solo se llega desde {place}: {what}",
    "{kinds}: no installer leaves them out, and an image can be built without them": (
        "{kinds}: ningún instalador los omite, y una imagen puede construirse sin ellos"
    ),
    "{memory} MiB RSS when first imported": "{memory} MiB de RSS al importarse por primera vez",
    "{kind} {size} in {files}": "{kind} {size} en {files}",
    "headers {size} in {files}": "cabeceras {size} en {files}",
    "static libraries {size} in {files}": "bibliotecas estáticas {size} en {files}",
    "tests {size} in {files}": "pruebas {size} en {files}",
    "type stubs {size} in {files}": "stubs de tipos {size} en {files}",
    # Findings
    ", installed is {version}": ", está instalada {version}",
    ", locked is {version}": ", está bloqueada {version}",
    "{count} lines only pin what others require anyway: {names}": (
        "{count} líneas solo fijan lo que otras requieren igualmente: {names}"
    ),
    "{count} suppressed": "{count} silenciados",
    "{findings}, suggestions among them": "{findings}, sugerencias incluidas",
    "`footprint explain CODE` tells more": "`footprint explain CÓDIGO` dice más",
    "conflict: {name} requires {requirement}": "conflicto: {name} requiere {requirement}",
    "missing: {name} requires {requirement}": "falta: {name} requiere {requirement}",
    "the project": "el proyecto",
    "unparsable: {name} requires {requirement}": "ilegible: {name} requiere {requirement}",
    # The environment and how it was measured
    "{size} allocated": "{size} asignados",
    "{size} in {distributions}": "{size} en {distributions}",
    "Also started, reached and not measured (name one with --entry): {entries}": (
        "También se arrancan, se alcanzan y no se midieron (--entry nombra una): {entries}"
    ),
    "declared {declared}: {declared_classes} | not declared {count}: {classes}": (
        "declaradas {declared}: {declared_classes} | no declaradas {count}: {classes}"
    ),
    "Disk: {figures}": "Disco: {figures}",
    "Each entry was started in a fresh process of the target interpreter; its memory was read at every import": (
        "Cada entrada se arrancó en un proceso nuevo del intérprete auditado; su memoria se leyó en cada importación"
    ),
    "Environment: {folder}, {python} (chosen: {chosen})": "Entorno: {folder}, {python} (elegido: {chosen})",
    "Environment: none, read as for {python} ({chosen})": "Entorno: ninguno, leído como para {python} ({chosen})",
    "Every file below site-packages was read once (lstat) and joined to the RECORD of its distribution, folders "
    "such as numpy.libs with it; apparent bytes": (
        "Cada archivo bajo site-packages se leyó una vez (lstat) y se asoció al RECORD de su distribución, carpetas "
        "como numpy.libs incluidas; bytes aparentes"
    ),
    "footprint {version}, {project}": "footprint {version}, {project}",
    "in no distribution {size}": "en ninguna distribución {size}",
    "left out, see the notes {size}": "dejado fuera, ver las notas, {size}",
    "none": "ninguna",
    "not weighed: there is no environment; classes are those of the files alone (note no-environment)": (
        "sin pesar: no hay entorno; las clases son las que dicen los archivos (nota no-environment)"
    ),
    "nothing is known to be declared | installed {count}: {classes}": (
        "no se sabe de nada declarado | instaladas {count}: {classes}"
    ),
    "outside site-packages {size}": "fuera de site-packages {size}",
    "outside the project": "fuera del proyecto",
    "PARTS DO NOT ADD UP: please report this": "LAS PARTES NO SUMAN EL TOTAL: por favor, notificarlo",
    "parts add up to the folder's total": "las partes suman el total de la carpeta",
    "Requirement files read: {files}": "Archivos de requisitos leídos: {files}",
    "Requirement files read: none was found": "Archivos de requisitos leídos: no se encontró ninguno",
    "the project's own folder": "la carpeta del propio proyecto",
    "with bytecode": "con bytecode",
    "without bytecode (it grows when first run)": "sin bytecode (crece con la primera ejecución)",
    # Trees of requirements
    ", stays: others require it": ", se queda: otras la requieren",
    "{line} (see above)": "{line} (ver arriba)",
    "{memory} MiB RSS at startup": "{memory} MiB de RSS al arrancar",
    "What it brings:": "Lo que trae:",
    "Who requires it, up to the lines that are declared:": "Quién la requiere, hasta las líneas declaradas:",
    "and {count} more": "y {count} más",
    # Where there is more
    "--legend tells what the words mean": "--legend dice qué significan las palabras",
    "--top 0 shows all of it": "--top 0 lo muestra todo",
    "`footprint why NAME` tells all of one distribution": "`footprint why NOMBRE` lo dice todo de una distribución",
}
NOUNS: Mapping[str, tuple[str, str]] = {
    "error": ("error", "errores"),
    "file": ("archivo", "archivos"),
    "pin": ("versión fijada", "versiones fijadas"),
    "remark": ("observación", "observaciones"),
    "warning": ("advertencia", "advertencias"),
}
