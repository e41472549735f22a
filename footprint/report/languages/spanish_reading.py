"""Notes on requirement files, code and deploy files, in Spanish: patterns of the sentences that an audit holds."""

from __future__ import annotations

from collections.abc import Mapping

PATTERNS: Mapping[str, str] = {
    # Requirement files
    "no requirement file was found (pyproject.toml, requirements*.txt, setup.py, setup.cfg, Pipfile, "
    "environment.yml, pixi.toml): nothing is declared, so no import can be called undeclared and no line unused": (
        "no se encontró ningún archivo de dependencias (pyproject.toml, requirements*.txt, setup.py, setup.cfg, "
        "Pipfile, environment.yml, pixi.toml): no hay nada declarado, así que ninguna importación se puede dar por "
        "no declarada ni ninguna línea por sin uso"
    ),
    "write one, or name yours with --requirement": "escribir uno, o indicar el propio con --requirement",
    "{places}: read, and no requirement stands there": "{places}: se leyó, y no contiene ninguna dependencia",
    "if others declare them, name those with --requirement": "si las declaran otros, indicarlos con --requirement",
    "a link that leads nowhere: not read": "un enlace que no lleva a ningún sitio: sin leer",
    "not a regular file: not read": "no es un archivo normal: sin leer",
    "a link that leaves the project: not read": "un enlace que sale del proyecto: sin leer",
    "larger than {n} MiB: not read": "mayor que {n} MiB: sin leer",
    "larger than {n} KiB: not read": "mayor que {n} KiB: sin leer",
    "binary: not read": "binario: sin leer",
    "not read: {text}": "sin leer: {text}",
    "not read: larger than {n} MiB": "sin leer: mayor que {n} MiB",
    "cannot read: {text}": "no se puede leer: {text}",
    "compiled from {places}, which is read: its lines limit versions and declare nothing": (
        "compilado a partir de {places}, que se lee: sus líneas limitan versiones y no declaran nada"
    ),
    "{n} more of this kind in this file": "{n} más de este tipo en este archivo",
    "more than {n} folders: the rest was not searched for requirement files": (
        "más de {n} carpetas: en el resto no se buscaron archivos de dependencias"
    ),
    "no project in {pattern}": "ningún proyecto en {pattern}",
    "no folder {path}": "no existe la carpeta {path}",
    "a merge was left unfinished here: not read, lock again": (
        "aquí quedó un merge sin terminar: sin leer, volver a bloquear"
    ),
    "a merge was left unfinished here: nothing was read, settle it": (
        "aquí quedó un merge sin terminar: no se leyó nada, resolverlo"
    ),
    "a merge was left unfinished here: the lines of both sides are read, settle it": (
        "aquí quedó un merge sin terminar: se leen las líneas de ambos lados, resolverlo"
    ),
    "{place} looks like a requirements file, and nothing else declares anything: {clause}": (
        "{place} parece un archivo de dependencias, y nada más declara nada: {clause}"
    ),
    "looks like a requirements file, and nothing else declares anything: {clause}": (
        "parece un archivo de dependencias, y nada más declara nada: {clause}"
    ),
    "is of a kind that is not read here, and nothing else declares anything: {clause}": (
        "es de un tipo que aquí no se lee, y nada más declara nada: {clause}"
    ),
    "name it with --requirement": "indicarlo con --requirement",
    "declare its requirements in pyproject.toml or requirements.txt, too": (
        "declarar sus dependencias también en pyproject.toml o requirements.txt"
    ),
    "{place} looks like requirements, and no tool that is known here reads it there: what the project needs "
    "belongs in `dependencies` of [project], or name its file with --requirement": (
        "{place} parece una lista de dependencias, y ninguna herramienta conocida aquí la lee ahí: lo que necesita "
        "el proyecto va en `dependencies` de [project], o indicar su archivo con --requirement"
    ),
    "{value} is on the network and was not read": "{value} está en la red y no se leyó",
    "{option} is not an option of pip, or lacks its value": "{option} no es una opción de pip, o le falta el valor",
    "{path} is outside the project and was not read": "{path} está fuera del proyecto y no se leyó",
    "{path} does not exist": "{path} no existe",
    "{path} includes itself by this line: pip refuses it": "{path} se incluye a sí mismo en esta línea: pip lo rechaza",
    "not UTF-8 and no encoding named: read as latin-1": "no es UTF-8 ni indica codificación: leído como latin-1",
    "not UTF-8: not read": "no es UTF-8: sin leer",
    "its tool does not read it either: save it as UTF-8": "su herramienta tampoco lo lee: guardarlo como UTF-8",
    "longer than {n} characters": "más de {n} caracteres",
    "a local requirement outside the project folder: its files are not read": (
        "una dependencia local fuera de la carpeta del proyecto: no se leen sus archivos"
    ),
    "cannot read {path}: {text}": "no se puede leer {path}: {text}",
    "{name} is computed: cannot tell what it holds without running the file, which is not done": (
        "{name} se calcula: no se sabe qué contiene sin ejecutar el archivo, cosa que no se hace"
    ),
    "write it as a list of strings, or in pyproject.toml": "escribirlo como lista de cadenas, o en pyproject.toml",
    "no call of setup() was found: cannot tell what the file declares without running it": (
        "no se encontró ninguna llamada a setup(): no se sabe qué declara el archivo sin ejecutarlo"
    ),
    "not Python that can be parsed: {text}": "no es Python que se pueda analizar: {text}",
    "not valid TOML: {text}": "no es TOML válido: {text}",
    "not valid JSON: {text}": "no es JSON válido: {text}",
    "not valid YAML: {text}": "no es YAML válido: {text}",
    "nested too deeply: not read": "anidado a demasiada profundidad: sin leer",
    "nothing of the file was read: mend this line": "no se leyó nada del archivo: corregir esta línea",
    "not read": "sin leer",
    "{name} declares nothing: {clause}": "{name} no declara nada: {clause}",
    "`dynamic = {text}` is missing in [project] of {path}, so {name} does not read it": (
        "falta `dynamic = {text}` en [project] de {path}, así que {name} no lo lee"
    ),
    "no build backend is named, which does not read a table of {name}": (
        "no se nombra ningún sistema de compilación, y el usual no lee una tabla de {name}"
    ),
    "the build backend is {name}, which does not read a table of {name2}": (
        "el sistema de compilación es {name}, que no lee una tabla de {name2}"
    ),
    "{text} does not say which distribution it is: write it as NAME @ URL": (
        "{text} no dice qué distribución es: escribirlo como NOMBRE @ URL"
    ),
    "group {name} includes {name2}, which is not there": "el grupo {name} incluye {name2}, que no existe",
    "group {name} includes itself through {name2}": "el grupo {name} se incluye a sí mismo a través de {name2}",
    "two groups are called {name} when spelled alike: tools refuse both": (
        "dos grupos se llaman {name} al normalizar el nombre: las herramientas rechazan ambos"
    ),
    "{name} stands in tool.poetry.group.{group}: Poetry reads {text}": (
        "{name} está en tool.poetry.group.{group}: Poetry lee {text}"
    ),
    "{name} is in tool.poetry.dependencies and not in project.dependencies: Poetry ignores it": (
        "{name} está en tool.poetry.dependencies y no en project.dependencies: Poetry lo ignora"
    ),
    "neither a specification nor a list for pip: write `- name=1.0`, or `- pip:` and a list below it": (
        "ni una especificación ni una lista para pip: escribir `- name=1.0`, o `- pip:` y una lista debajo"
    ),
    "not a string in the list for pip: write `- name==1.0`": (
        "no es una cadena en la lista de pip: escribir `- name==1.0`"
    ),
    "no conda specification: {text}: it begins with the name of a package": (
        "no es una especificación de conda: {text}: empieza por el nombre de un paquete"
    ),
    "a script has one header at most: none is read": "un script tiene una cabecera como mucho: no se lee ninguna",
    "the script header has no closing `# ///`: not read": "la cabecera del script no tiene el cierre `# ///`: sin leer",
    # The project's code
    "no entry point found: give one with --entry module:attr": (
        "no se encontró ningún punto de entrada: indicar uno con --entry módulo:atributo"
    ),
    "no entry point found: {place} runs {name}, which is installed": (
        "no se encontró ningún punto de entrada: {place} ejecuta {name}, que está instalado"
    ),
    "--entry {name} measures what it imports": "--entry {name} mide lo que importa",
    "until then every module counts as reached": "hasta entonces todo módulo cuenta como alcanzado",
    "what `{command}` starts is not known: {clause}. So nothing in {clause2} is called unreached for certain": (
        "no se sabe qué inicia `{command}`: {clause}. Por eso nada en {clause2} se da por sin alcanzar con seguridad"
    ),
    "the project": "el proyecto",
    "if it runs a file of the project, name that with --entry": (
        "si ejecuta un archivo del proyecto, indicarlo con --entry"
    ),
    "{n} more starts are not understood": "{n} arranques más no se entienden",
    "{word} is only known where it runs": "{word} solo se conoce donde se ejecuta",
    "nothing is known of the program {name}": "no se sabe nada del programa {name}",
    "it runs what it is given, and nothing gives it anything here": "ejecuta lo que se le da, y aquí nada le da nada",
    "the file from which {name} takes what to start is not there": (
        "no existe el archivo del que {name} toma qué iniciar"
    ),
    "{name} has no task to begin with here": "{name} no tiene aquí ninguna tarea",
    "{name} has no task {name2} here": "{name} no tiene aquí la tarea {name2}",
    "{path} is in another language": "{path} está en otro lenguaje",
    "{path} is not text": "{path} no es texto",
    "it starts what its base starts, {name}": "inicia lo que inicia su base, {name}",
    "there is no file {path}": "no existe el archivo {path}",
    "there is no module {module}": "no existe el módulo {module}",
    "what {name} is to run is not stated": "no se dice qué debe ejecutar {name}",
    "its image, {name}, is not made here": "su imagen, {name}, no se construye aquí",
    "neither it nor its Dockerfile states a command": "ni él ni su Dockerfile indican un comando",
    "{target} leads to no file of the project": "{target} no lleva a ningún archivo del proyecto",
    "import of a name that is computed": "importación de un nombre que se calcula",
    "{name} of a name that is computed": "{name} de un nombre que se calcula",
    "{name} is computed: Python 3.15 may import more of this file lazily than is told here": (
        "{name} se calcula: Python 3.15 puede importar en diferido más de este archivo de lo que aquí se dice"
    ),
    "git ignores folders that are too large to be searched: Python files in them are left out": (
        "git ignora carpetas demasiado grandes para recorrerlas: sus archivos de Python se dejan fuera"
    ),
    "{n} Python file left out because git ignores them: {places}": (
        "{n} archivo de Python fuera porque git los ignora: {places}"
    ),
    "{n} Python files left out because git ignores them: {places}": (
        "{n} archivos de Python fuera porque git los ignora: {places}"
    ),
    "at least {n} Python files left out because git ignores them: {places}": (
        "al menos {n} archivos de Python fuera porque git los ignora: {places}"
    ),
    "--no-gitignore reads them": "--no-gitignore los lee",
    "not parsed: nested too deeply, read line by line": (
        "sin analizar: anidado a demasiada profundidad, leído línea a línea"
    ),
    "not parsed: {text}": "sin analizar: {text}",
    "{n} bytes, read line by line instead of parsed": "{n} bytes, leído línea a línea en vez de analizado",
    "null bytes": "bytes nulos",
    "cannot be decoded: {text}": "no se puede decodificar: {text}",
    "saved as {name}, which Python refuses: save it as UTF-8": (
        "guardado como {name}, que Python rechaza: guardarlo como UTF-8"
    ),
    "not read: a zip archive behind a Python shebang": "sin leer: un archivo zip tras un shebang de Python",
    "not searched: {text}": "sin recorrer: {text}",
    "more than {n} files without a suffix: scripts are not looked for in the rest": (
        "más de {n} archivos sin extensión: en el resto no se buscan scripts"
    ),
    "an ignore file was not read: {text}": "no se leyó un archivo de exclusiones: {text}",
    "an ignore file is too large: only its beginning counts": (
        "un archivo de exclusiones es demasiado grande: solo cuenta su principio"
    ),
    "not a notebook: it is not a JSON object": "no es un notebook: no es un objeto JSON",
    "{n} code cells before that were read": "se leyeron {n} celdas de código anteriores",
    # Deploy files
    "{n} YAML files may be manifests: the first {n2} were read": (
        "{n} archivos YAML pueden ser manifiestos: se leyeron los {n2} primeros"
    ),
    "{n} files may state commands: the first {n2} were read": (
        "{n} archivos pueden contener comandos: se leyeron los {n2} primeros"
    ),
    "the files with commands are larger than 4 MiB together: not read on": (
        "los archivos con comandos suman más de 4 MiB: no se siguió leyendo"
    ),
    "a template, not YAML: its limits are not read, and of its commands only those spelled out": (
        "una plantilla, no YAML: no se leen sus límites, y de sus comandos solo los que están escritos por completo"
    ),
    "{name}: mem_limit and deploy.resources.limits.memory differ: the smaller is taken": (
        "{name}: mem_limit y deploy.resources.limits.memory difieren: se toma el menor"
    ),
    "{name}: the limit {text} is not a size that footprint can read": (
        "{name}: el límite {text} no es un tamaño que footprint pueda leer"
    ),
    "{name}: the limit {text} is not a quantity of memory": "{name}: el límite {text} no es una cantidad de memoria",
    "the memory {text} is not a size that can be read here": "la memoria {text} no es un tamaño que se pueda leer aquí",
    "{name}: the memory {text} is only known where it is deployed": (
        "{name}: la memoria {text} solo se conoce donde se despliega"
    ),
    "{names} run in the real command only: what they take, only --live can tell": (
        "{names} se ejecutan solo en el comando real: lo que ocupan solo lo puede decir --live"
    ),
    "the number of workers is only known where it runs: workers = {text}": (
        "el número de workers solo se conoce donde se ejecuta: workers = {text}"
    ),
    "{name} has two limits: {text}": "{name} tiene dos límites: {text}",
    "the first is taken, --limit overrules both": "se toma el primero, --limit manda sobre ambos",
    "nothing is known of the plan {plan}: give its memory with --limit SIZE": (
        "no se sabe nada del plan {plan}: dar su memoria con --limit TAMAÑO"
    ),
    # What stands in a file as it should not
    "{text} where conda reads a mapping: nothing of it was read": "{text} donde conda lee un mapa: no se leyó nada",
    "write `dependencies:` and {clause}": "escribir `dependencies:` y {clause}",
    "a list: `- name=1.0` on a line of its own for each": "una lista: `- name=1.0` en una línea aparte por cada una",
    "{name} is {clause}: nothing of it was read": "{name} es {clause}: no se leyó nada",
    "write it as {clause}": "escribirlo como {clause}",
    "{place}, and nothing else declares anything: {clause}": "{place}, y nada más declara nada: {clause}",
    '{place}: not a string: {text}: write it as "name>=1.0"': (
        '{place}: no es una cadena: {text}: escribirlo como "name>=1.0"'
    ),
    "not the name of a file: {text}": "no es el nombre de un archivo: {text}",
    "{name}: neither a version nor a table: {text}: write {text2} for any version": (
        "{name}: ni una versión ni una tabla: {text}: escribir {text2} para cualquier versión"
    ),
    "cannot read the version of {name}: {text}": "no se puede leer la versión de {name}: {text}",
    "{place}: the line of item {word} was not found": "{place}: no se encontró la línea del elemento {word}",
    "{place}: neither a requirement nor an include: {text}": "{place}: ni una dependencia ni una inclusión: {text}",
    "{place} is {clause}, not a table: nothing of it was read": "{place} es {clause}, no una tabla: no se leyó nada",
    "{place} is {clause}, not an array: nothing of it was read": "{place} es {clause}, no una lista: no se leyó nada",
    "write lines like {text} below {text2}": "escribir líneas como {text} debajo de {text2}",
    "write {text}": "escribir {text}",
    "an array": "una lista",
    "a table": "una tabla",
    "a string": "una cadena",
    "a number": "un número",
    "true or false": "verdadero o falso",
    "a single value": "un único valor",
    "a mapping": "un mapa",
    "a list": "una lista",
    "{option} in {section} is read by no tool that is known here: it belongs in [options]": (
        "{option} en {section} no lo lee ninguna herramienta conocida aquí: va en [options]"
    ),
    "filled in by Hatch, cannot tell: {text}": "lo rellena Hatch, no se sabe: {text}",
    "not valid JSON: it ends too early": "no es JSON válido: termina demasiado pronto",
    "not valid JSON: it ends in the middle": "no es JSON válido: termina a la mitad",
    "not valid JSON: brackets do not match": "no es JSON válido: los corchetes no cuadran",
    "not valid JSON: a string does not end": "no es JSON válido: una cadena no termina",
}
