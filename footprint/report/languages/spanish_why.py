"""The columns of the main table and their legend, and all that is known of one distribution, in Spanish."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, str] = {
    # Columns
    " (ignored)": " (ignorada)",
    "Disk MiB": "Disco MiB",
    "Distribution": "Distribución",
    "RSS MiB": "RSS MiB",
    "Use": "Uso",
    "Version": "Versión",
    "Where, why": "Dónde, por qué",
    "avoidable": "evitable",
    "frees MiB": "libera MiB",
    "lazily": "diferido",
    "not installed": "no instalado",
    "time ms": "tiempo ms",
    # What they mean
    "+: of a start that stopped, so more may follow, and what it had not begun has no figure": (
        "+: de un arranque que se detuvo, así que puede venir más, y lo que no había empezado no tiene cifra"
    ),
    "-: not loaded, not installed, or not known": "-: sin cargar, sin instalar, o no se sabe",
    "?: it cannot be told from what was read and measured; the last column says why": (
        "?: no se puede saber con lo leído y medido; la última columna dice por qué"
    ),
    "RSS: memory that its own modules added at startup": "RSS: memoria que añadieron sus propios módulos al arrancar",
    "RSS: memory that its own modules added at startup, MiB, by entry": (
        "RSS: memoria que añadieron sus propios módulos al arrancar, MiB, por entrada"
    ),
    "anon: the part of the RSS that the system cannot take back": (
        "anon: la parte de la RSS que el sistema no puede recuperar"
    ),
    "avoidable: what the start of the first entry that loads it saves when no line of yours imports it ({sure})": (
        "evitable: lo que ahorra el arranque de la primera entrada que la carga si ninguna línea del proyecto la "
        "importa ({sure})"
    ),
    "avoidable: what the start saves when no line of yours imports it ({sure})": (
        "evitable: lo que ahorra el arranque si ninguna línea del proyecto la importa ({sure})"
    ),
    "frees: what leaves the disk if this line goes, with the pins that only it needs; only for declared lines": (
        "libera: lo que sale del disco si se quita esa línea, con las versiones fijadas que solo ella necesita; "
        "solo de las líneas declaradas"
    ),
    "ignored: the project asks not to be told of it; weighed, and not suggested": (
        "ignorada: el proyecto pide no recibir avisos de ella; se pesa, y no se sugiere"
    ),
    "lazily: what the process grows by when its lazy import runs": (
        "diferido: lo que crece el proceso cuando se ejecuta su importación diferida"
    ),
    # Evidence
    " (group {group})": " (grupo {group})",
    "(not installed)": "(sin instalar)",
    "Declared:": "Declarada:",
    "Declared: nowhere in this project": "Declarada: en ningún lugar de este proyecto",
    "Evidence:": "Evidencia:",
    "Evidence: none found": "Evidencia: ninguna",
    "Why no stronger class:": "Por qué no una clase más fuerte:",
    "and {count} more": "y {count} más",
    "asked for": "pedida",
    "at module level": "a nivel de módulo",
    "for other targets": "para otros sistemas",
    "for type checking": "para comprobar tipos",
    "in a class body": "en el cuerpo de una clase",
    "in {function}()": "en {function}()",
    "start command": "comando de arranque",
    "when run as a script": "al ejecutarse como script",
    # Requirements and loading
    "({count} more)": "({count} más)",
    "Also imported at startup by: {names}": "También la importan al arrancar: {names}",
    "Loaded although nothing lists it among its requirements: what loads it may do without it, or break": (
        "Cargada aunque nada la tiene entre sus dependencias: quien la carga puede prescindir de ella, o fallar"
    ),
    "Loaded at startup (before the first line, by a start-up hook, by {entries}):": (
        "Cargada al arrancar (antes de la primera línea, por un gancho de arranque, en {entries}):"
    ),
    "Loaded at startup (stage {stage}, by {entries}):": "Cargada al arrancar (etapa {stage}, en {entries}):",
    "Loaded at startup: no": "Cargada al arrancar: no",
    "Loaded at startup: not measured": "Cargada al arrancar: sin medir",
    "Required by: no installed distribution": "La requieren: ninguna distribución instalada",
    "Required by: no locked distribution": "La requieren: ninguna distribución del archivo de bloqueo",
    "Required by: {names}": "La requieren: {names}",
    "Required through: {names}": "Requerida a través de: {names}",
    # Weight
    " and {count} more": " y {count} más",
    ", and with it {names}": ", y con ella {names}",
    ", {size} more in its source folder (an editable install)": (
        ", {size} más en su carpeta de fuentes (instalación editable)"
    ),
    ", {size} more outside site-packages": ", {size} más fuera de site-packages",
    "; still needed by {names}": "; la siguen necesitando {names}",
    "Gone, it would free: {size}": "Si no estuviera, liberaría: {size}",
    "If no line of the project imported it at startup: {memory} MiB less{needed}": (
        "Si ninguna línea del proyecto la importara al arrancar: {memory} MiB menos{needed}"
    ),
    "It requires nothing else that is installed": "No requiere nada más que esté instalado",
    "Lazily: the process grows by {size} RSS when its lazy import runs": (
        "En diferido: el proceso crece {size} de RSS cuando se ejecuta su importación diferida"
    ),
    "On disk: not weighed, there is no environment": "En disco: sin pesar, no hay entorno",
    "On disk: {size} in {files}": "En disco: {size} en {files}",
    "Removing it frees: {size}": "Quitarla libera: {size}",
    "Startup RSS{so_far}: {memory} MiB by its own modules, {all} MiB with what they loaded first, {time} ms": (
        "RSS al arrancar{so_far}: {memory} MiB de sus propios módulos, {all} MiB con lo que cargaron primero, {time} ms"
    ),
    "The rest is kept by: {names}": "El resto lo retienen: {names}",
    "Where it is not installed the start takes {memory} MiB less, if what loads it does without it": (
        "Donde no está instalada el arranque ocupa {memory} MiB menos, si quien la carga prescinde de ella"
    ),
    "With all it requires: {size} in {distributions}": "Con todo lo que requiere: {size} en {distributions}",
    # Advice
    " (suppressed)": " (silenciado)",
    "Found": "Detectado",
    "Suggested": "Sugerido",
    # Why no stronger class
    " (through {place})": " (por {place})",
    ", and those that ask for it require it": ", y quienes la piden la requieren",
    ", and what loads it does so only because it is installed": ", y quien la carga lo hace solo porque está instalada",
    ", and your own group says what it is for": ", y el grupo del proyecto dice para qué es",
    ", and your own import says what it is for": ", y la importación del proyecto dice para qué es",
    ", no used code asks for it, no plugin of it is known to be read": (
        ", ningún código en uso la pide, y no se sabe de ningún plugin suyo que se lea"
    ),
    "; whether third-party code asks for it is not known without an environment": (
        "; si la pide código de terceros no se sabe sin un entorno"
    ),
    "it is in memory after startup, but a start-up hook loads it": (
        "está en memoria tras arrancar, pero la carga un gancho de arranque"
    ),
    "it is in memory after startup, but other distributions load it": (
        "está en memoria tras arrancar, pero la cargan otras distribuciones"
    ),
    "it is not installed": "no está instalada",
    "its import at module level did not load it, or stands under a guard": (
        "su importación a nivel de módulo no la cargó, o está bajo una condición"
    ),
    "no entry point is known, so every module counts as reached": (
        "no se conoce ningún punto de entrada, así que todo módulo cuenta como alcanzado"
    ),
    "no function of reached code imports it": "ninguna función del código alcanzado la importa",
    "no import at module level in reached code": "ninguna importación a nivel de módulo en el código alcanzado",
    "no import of it is for type checking only, and it holds no type stubs that are declared": (
        "ninguna importación suya es solo para comprobar tipos, y no contiene stubs de tipos declarados"
    ),
    "no installed distribution requires it": "ninguna distribución instalada la requiere",
    "no module that lies outside what the entries reach imports it": (
        "ningún módulo fuera de lo que alcanzan las entradas la importa"
    ),
    "no start command names it": "ningún comando de arranque la nombra",
    "no test imports it, and it is declared in {groups}": "ninguna prueba la importa, y está declarada en {groups}",
    "no test imports it, and no development group declares it": (
        "ninguna prueba la importa, y ningún grupo de desarrollo la declara"
    ),
    "not in memory after startup": "no está en memoria tras arrancar",
    "not {name}: {reason}": "no es «{name}»: {reason}",
    "nothing declares it": "nada la declara",
    "nothing declares it, and only declared lines can be needed without an import": (
        "nada la declara, y solo lo declarado puede hacer falta sin una importación"
    ),
    "the start was not measured": "no se midió el arranque",
    "{names} requires it, but nothing declared leads there without it": (
        "{names} la requiere, pero nada declarado lleva hasta ahí sin ella"
    ),
}
NOUNS: Mapping[str, tuple[str, str]] = {}
