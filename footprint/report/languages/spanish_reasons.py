"""Why a distribution is of its class, in Spanish: patterns of the sentences that an audit holds."""

from __future__ import annotations

from collections.abc import Mapping

PATTERNS: Mapping[str, str] = {
    # Classes and what they mean, stages, parts of memory
    "startup": "arranque",
    "lazy": "diferida",
    "implied": "implícita",
    "unreached": "sin alcanzar",
    "tests": "pruebas",
    "typing": "tipado",
    "transitive": "transitiva",
    "unused": "sin uso",
    "orphan": "huérfana",
    "imported when the app starts": "se importa al arrancar la aplicación",
    "imported only when certain functions run": "se importa solo cuando se ejecutan ciertas funciones",
    "needed without an import of yours: a server, a driver, a plugin": (
        "hace falta sin que el proyecto la importe: un servidor, un driver, un plugin"
    ),
    "imported only by modules that nothing imports": "solo la importan módulos que nadie importa",
    "used by tests or development only": "se usa solo en pruebas o en desarrollo",
    "used for type checking only": "se usa solo para comprobar tipos",
    "required by another distribution": "la requiere otra distribución",
    "declared, and no use was found": "declarada, y no se encontró ningún uso",
    "installed, but neither declared nor required by what is declared": (
        "instalada, pero ni declarada ni requerida por lo declarado"
    ),
    "certain": "seguro",
    "likely": "probable",
    "cannot tell": "no se puede saber",
    "interpreter": "intérprete",
    "import": "importación",
    "ready": "listo",
    "first_use": "primer uso",
    "calls": "llamadas",
    "standard library": "biblioteca estándar",
    "own code": "código propio",
    "rest": "resto",
    "process": "proceso",
    "children": "procesos hijos",
    "server": "servidor",
    "workers": "workers",
    "tree": "árbol de procesos",
    "growth": "importaciones diferidas",
    "requests": "peticiones",
    "web": "web",
    "worker": "worker",
    "job": "tarea",
    "when they are ready": "cuando están listos",
    "once each has collected its garbage": "una vez que cada uno ha pasado el recolector de basura",
    # At startup, lazily
    "imported by {places}": "importada por {places}",
    "imported by {places}, when the entry runs: the measured start only imports it": (
        "importada por {places}, cuando se ejecuta la entrada: el arranque medido solo la importa"
    ),
    "no entry point is known": "no se conoce ningún punto de entrada",
    "imported only inside {names}, yet loaded at startup: {chain}": (
        "importada solo dentro de {names}, y sin embargo cargada al arrancar: {chain}"
    ),
    "imported late, by {places}, yet loaded at startup: {chain}": (
        "importada tarde, por {places}, y sin embargo cargada al arrancar: {chain}"
    ),
    "loaded at startup by {place}, by a dynamic import": (
        "cargada al arrancar por {place}, con una importación dinámica"
    ),
    "loaded at startup by the launcher or a thread, while no module was loading": (
        "cargada al arrancar por el lanzador o por un hilo, sin que se cargara ningún módulo"
    ),
    "imported by {place}, which only a job runs: {target} ({place2})": (
        "importada por {place}, que solo ejecuta una tarea: {target} ({place2})"
    ),
    "imported by {place}, which only a worker runs: {target} ({place2})": (
        "importada por {place}, que solo ejecuta un worker: {target} ({place2})"
    ),
    "imported by {place}, which only another web process runs: {target} ({place2})": (
        "importada por {place}, que solo ejecuta otro proceso web: {target} ({place2})"
    ),
    "imported by {place}, but is not installed": "importada por {place}, pero no está instalada",
    "imported by {place}, but did not load in the measured start": (
        "importada por {place}, pero no se cargó en el arranque medido"
    ),
    "imported inside {names} only": "importada solo dentro de {names}",
    "imported late, by {places}": "importada tarde, por {places}",
    "loaded at startup: {chain}": "cargada al arrancar: {chain}",
    "its modules are those of {names}": "sus módulos son los de {names}",
    # Unreached, elsewhere
    "only when {path} is run by itself ({place}), and no known start does that": (
        "solo cuando se ejecuta {path} por sí mismo ({place}), y ningún arranque conocido lo hace"
    ),
    "imported only by {path}, which nothing imports but which can be run by itself: is it an entry?": (
        "importada solo por {path}, que nadie importa pero que puede ejecutarse por sí mismo: ¿es una entrada?"
    ),
    "imported only by {path}, which nothing imports but which is named in {place}: is it an entry?": (
        "importada solo por {path}, que nadie importa pero que se nombra en {place}: ¿es una entrada?"
    ),
    "imported only by {path}, which no known start reaches but which can be run by itself: is it an entry?": (
        "importada solo por {path}, que ningún arranque conocido alcanza pero que puede ejecutarse por sí mismo: ¿es "
        "una entrada?"
    ),
    "imported only by {path}, which no known start reaches but which is named in {place}: is it an entry?": (
        "importada solo por {path}, que ningún arranque conocido alcanza pero que se nombra en {place}: ¿es una "
        "entrada?"
    ),
    "imported only by {path}, which no known start reaches but {path2} leads to, and that can be run by itself: "
    "is it an entry?": (
        "importada solo por {path}, que ningún arranque conocido alcanza pero al que lleva {path2}, que puede "
        "ejecutarse por sí mismo: ¿es una entrada?"
    ),
    "imported only by {path}, which no known start reaches but {path2} leads to, and that is named in {place}: "
    "is it an entry?": (
        "importada solo por {path}, que ningún arranque conocido alcanza pero al que lleva {path2}, que se nombra "
        "en {place}: ¿es una entrada?"
    ),
    "imported only by {path} and {n} more, which nothing reached imports": (
        "importada solo por {path} y {n} más, que ningún código alcanzado importa"
    ),
    "imported only by {path}, which nothing imports": "importada solo por {path}, que nadie importa",
    "imported only by {path}, which only unreached code imports ({place})": (
        "importada solo por {path}, que solo importa código no alcanzado ({place})"
    ),
    "imported only by {path}, which only tests or the build import ({place})": (
        "importada solo por {path}, que solo importan pruebas o la compilación ({place})"
    ),
    "only for other targets: {place} runs where {text}": "solo para otros sistemas: {place} se ejecuta donde {text}",
    "only for other targets: {place}, which leads to {place2}, runs where {text}": (
        "solo para otros sistemas: {place}, que lleva a {place2}, se ejecuta donde {text}"
    ),
    "only where another module is loaded: {place} runs where {text}": (
        "solo donde está cargado otro módulo: {place} se ejecuta donde {text}"
    ),
    "only where another module is loaded: {place}, which leads to {place2}, runs where {text}": (
        "solo donde está cargado otro módulo: {place}, que lleva a {place2}, se ejecuta donde {text}"
    ),
    "an environment marker on the line would keep it from this one": (
        "un marcador de entorno en la línea la dejaría fuera de este"
    ),
    # Tests, typing
    "imported only by the build: {place}": "importada solo por la compilación: {place}",
    "imported only by tests: {place}": "importada solo por pruebas: {place}",
    "used by development tooling in {place}": "usada por herramientas de desarrollo en {place}",
    "declared for development in {place}": "declarada para desarrollo en {place}",
    "imported only for type checking: {place}": "importada solo para comprobar tipos: {place}",
    "type stubs of what {place} imports: only a type checker reads them": (
        "stubs de tipos de lo que importa {place}: solo los lee un comprobador de tipos"
    ),
    "type stubs: only a type checker reads them": "stubs de tipos: solo los lee un comprobador de tipos",
    'named only for tests, tasks or documentation: "{text}" in {place}': (
        'nombrada solo para pruebas, tareas o documentación: "{text}" en {place}'
    ),
    "for developers: {place} is there for it": "para desarrollo: {place} está ahí para ella",
    "{module} needs it, which only tests load": "la necesita {module}, que solo cargan las pruebas",
    '{name} needs it for {what} "{text}" in tests: {place}': (
        '{name} la necesita por {what} "{text}" en pruebas: {place}'
    ),
    "runs the test functions, the first in {place}": "ejecuta las funciones de prueba, la primera en {place}",
    "may run the tests of {place}, for which unittest would do": (
        "puede ejecutar las pruebas de {place}, para las que bastaría unittest"
    ),
    "plugin of {name}": "plugin de {name}",
    # Transitive, unused, orphans
    "required by {names} anyway: the line is a pin, removing it frees nothing": (
        "requerida por {names} de todos modos: la línea solo fija su versión, quitarla no libera nada"
    ),
    "required by {names} anyway: {place} says where it is installed from, which holds with the line only": (
        "requerida por {names} de todos modos: {place} dice de dónde se instala, lo que vale solo con la línea"
    ),
    "required by {names} anyway, but not with all that the line asks for: {extras}": (
        "requerida por {names} de todos modos, pero no con todo lo que pide la línea: {extras}"
    ),
    "required through {chain}": "requerida a través de {chain}",
    "locked for {names} only": "bloqueada solo para {names}",
    "declared for conda and not installed: it may be a library or a program, not a Python distribution": (
        "declarada para conda y sin instalar: puede ser una biblioteca o un programa, no una distribución de Python"
    ),
    "no import, no start command, no requirer, and not in memory after startup": (
        "ninguna importación, ningún comando de arranque, nadie la requiere, y no está en memoria tras arrancar"
    ),
    "no import, no start command, no requirer but {names}, for development only, and not in memory after startup": (
        "ninguna importación, ningún comando de arranque, solo requerida por {names}, para desarrollo, y no está "
        "en memoria tras arrancar"
    ),
    "no import, no start command, no requirer but {names}, which only such a ring requires, and not in memory "
    "after startup": (
        "ninguna importación, ningún comando de arranque, solo requerida por {names}, que se requieren entre sí, y "
        "no está en memoria tras arrancar"
    ),
    "no import, no start command and no requirer": (
        "ninguna importación, ningún comando de arranque y nadie la requiere"
    ),
    "no import, no start command and no requirer but {names}, for development only": (
        "ninguna importación, ningún comando de arranque y solo requerida por {names}, para desarrollo"
    ),
    "no import, no start command and no requirer but {names}, which only such a ring requires": (
        "ninguna importación, ningún comando de arranque y solo requerida por {names}, que se requieren entre sí"
    ),
    "no import, no start command, no requirer": "ninguna importación, ningún comando de arranque, nadie la requiere",
    "no import, no start command, no requirer but {names}, for development only": (
        "ninguna importación, ningún comando de arranque, solo requerida por {names}, para desarrollo"
    ),
    "no import, no start command, no requirer but {names}, which only such a ring requires": (
        "ninguna importación, ningún comando de arranque, solo requerida por {names}, que se requieren entre sí"
    ),
    "startup was not measured": "no se midió el arranque",
    "{module} loads it because it is there": "{module} la carga porque está ahí",
    "declared, not installed": "declarada, sin instalar",
    "no line accounts for {names}, which may be its modules": (
        "ninguna línea explica {names}, que pueden ser sus módulos"
    ),
    "declared for an extra that is not installed here, and nothing imports it": (
        "declarada para un extra que aquí no está instalado, y nada la importa"
    ),
    "declared, not installed, and nothing imports it": "declarada, sin instalar, y nada la importa",
    "the project itself, installed into its environment": "el propio proyecto, instalado en su entorno",
    "installed, but nothing declared requires it": "instalada, pero nada declarado la requiere",
    "no import of {names}, no start command and no requirer": (
        "ninguna importación de {names}, ningún comando de arranque y nadie la requiere"
    ),
    "no import of {names}, no start command": "ninguna importación de {names}, ningún comando de arranque",
    "no import by its own name, no start command and no requirer": (
        "ninguna importación por su propio nombre, ningún comando de arranque y nadie la requiere"
    ),
    "no import by its own name, no start command": (
        "ninguna importación por su propio nombre, ningún comando de arranque"
    ),
    "without an environment it is not known what requires it or whether third-party code asks for it": (
        "sin un entorno no se sabe qué la requiere ni si la pide código de terceros"
    ),
    "without an environment it is not known what requires it or which modules it installs": (
        "sin un entorno no se sabe qué la requiere ni qué módulos instala"
    ),
    "without an environment it is not known whether third-party code asks for it": (
        "sin un entorno no se sabe si la pide código de terceros"
    ),
    "without an environment it is not known which modules it installs": "sin un entorno no se sabe qué módulos instala",
    "nothing accounts for {names}": "nada explica {names}",
    # Doubts
    "the entry is a guess ({clause}): name yours with --entry": (
        "la entrada es una suposición ({clause}): indicar la propia con --entry"
    ),
    "{place} starts something else ({clause})": "{place} inicia otra cosa ({clause})",
    "{place} says that it is published: whoever installs it may import that": (
        "{place} dice que se publica: quien lo instale puede importar eso"
    ),
    '{place} says what it is for: "{text}"': '{place} dice para qué está: "{text}"',
    "{place} imports by a computed name": "{place} importa con un nombre calculado",
    "{name} is not installed: what it requires is not known": "{name} no está instalada: no se sabe qué requiere",
    "named in {place}, which nothing reaches": "nombrada en {place}, que no se alcanza",
    "that it provides this name is a guess from its own": "que provea ese nombre se supone por el suyo propio",
    "{place} could not be read": "no se pudo leer {place}",
    "{place} could not be read and may declare it": "no se pudo leer {place}, que puede declararla",
    "{place} could not be read and may declare {name}, which requires it": (
        "no se pudo leer {place}, que puede declarar {name}, que la requiere"
    ),
    "{place} could not be read: what stands there may need it": (
        "no se pudo leer {place}: lo que hay ahí puede necesitarla"
    ),
    "{name} may ask for it (extra {extra}), and whether {name2} is used is not known": (
        "{name} puede pedirla (extra {extra}), y no se sabe si {name2} se usa"
    ),
    "it alone brings in {name}, which {place} imports and nothing declares: declare that first": (
        "solo ella trae {name}, que importa {place} y nadie declara: declararla primero"
    ),
    "it alone brings in {name}, which {module} imports at startup without requiring it: declare that first": (
        "solo ella trae {name}, que {module} importa al arrancar sin requerirla: declararla primero"
    ),
    "{name} does without it by default, and nothing sets {what}": (
        "{name} prescinde de ella por omisión, y nada define {what}"
    ),
    '{what} takes "{text}" in {places}, which does without it': (
        '{what} toma "{text}" en {places}, que prescinde de ella'
    ),
    "{what} in {places} takes its default, which does without it": (
        "{what} en {places} toma su valor por omisión, que prescinde de ella"
    ),
    "registers plugins for {names}, which is not used": "registra plugins para {names}, que no se usa",
    "its {file} does nothing unless {names} is set": "su {file} no hace nada si no se define {names}",
    # Implied
    "the start command in {place} runs {what}, and nothing declared brings it in": (
        "el comando de arranque en {place} ejecuta {what}, y nada declarado la trae"
    ),
    "the image build in {place} runs {what}, and nothing declared brings it in": (
        "la construcción de la imagen en {place} ejecuta {what}, y nada declarado la trae"
    ),
    "{module} asks for it in a test of whether it is installed": (
        "{module} la pide en una prueba de si está instalada"
    ),
    "{module} asks for it in a function that imports by name": "{module} la pide en una función que importa por nombre",
    "Python runs {name} from {version} on": "Python ejecuta {name} desde {version}",
    "the start command in {place} runs {what}": "el comando de arranque en {place} ejecuta {what}",
    "the image build in {place} runs {what}": "la construcción de la imagen en {place} ejecuta {what}",
    "{name} needs it for {text}, used in {place}": "{name} la necesita por {text}, que se usa en {place}",
    "loaded at startup by {module} because it is installed": "cargada al arrancar por {module} porque está instalada",
    "loaded at first use by {module} because it is installed": (
        "cargada en el primer uso por {module} porque está instalada"
    ),
    "loaded at first use by {module}, which does not list it among its requirements": (
        "cargada en el primer uso por {module}, que no la tiene entre sus dependencias"
    ),
    "the need is not tested": "no se comprobó que haga falta",
    "no argument was found to choose it": "no se encontró ningún argumento que la elija",
    "loaded at startup by {module}, which does not list it among its requirements": (
        "cargada al arrancar por {module}, que no la tiene entre sus dependencias"
    ),
    "{module}, imported by {place}, reads it where the system has no such files: slim images may have none": (
        "{module}, importado por {place}, la lee donde el sistema no tiene esos archivos: las imágenes slim pueden "
        "no tenerlos"
    ),
    "{module}, imported by {place}, may load objects of it from a file, such as a trained model": (
        "{module}, importado por {place}, puede cargar objetos suyos de un archivo, como un modelo entrenado"
    ),
    "what the file holds is not read": "no se lee lo que contiene el archivo",
    "{module} asks for it when it is imported": "{module} la pide al importarse",
    "{module} asks for it in {function}": "{module} la pide en {function}",
    "whether that is needed is not tested": "no se comprobó si hace falta",
    "{module} reads it where the system has no such files: slim images may have none": (
        "{module} la lee donde el sistema no tiene esos archivos: las imágenes slim pueden no tenerlos"
    ),
    'named as "{text}" in {place}': 'nombrada como "{text}" en {place}',
    "{name} loads it for {text}, which stands in {place}": "{name} la carga por {text}, que está en {place}",
    "{name} needs it for {text} in {place}": "{name} la necesita por {text} en {place}",
    '{what} in {place} runs its command "{text}"': '{what} en {place} ejecuta su comando "{text}"',
    '"{text}" in {place} may be its command, run from there': (
        '"{text}" en {place} puede ser su comando, ejecutado desde ahí'
    ),
    "{what} in {place} runs {module} in another interpreter": "{what} en {place} ejecuta {module} en otro intérprete",
    "{what} in {place} reads its metadata, which fails when it is not installed": (
        "{what} en {place} lee sus metadatos, lo que falla si no está instalada"
    ),
    "{what} in {place} takes names like {module}: it may load this one": (
        "{what} en {place} recibe nombres como {module}: puede cargar este"
    ),
    "{what} in {place} asks whether it is there and goes on without": (
        "{what} en {place} pregunta si está y sigue sin ella"
    ),
    "{what} in {place} reads its metadata and goes on without": "{what} en {place} lee sus metadatos y sigue sin ella",
    "what for is not known": "no se sabe para qué",
    '"{text}" in {place} may be an argument for {name}, which then needs it': (
        '"{text}" en {place} puede ser un argumento de {name}, que entonces la necesita'
    ),
    "{name} loads plugins of the group {group}, in which it registers": (
        "{name} carga plugins del grupo {group}, en el que se registra"
    ),
    "registers plugins ({names})": "registra plugins ({names})",
    "whether something loads them is not known": "no se sabe si algo los carga",
    "registers plugins for {name} ({group})": "registra plugins para {name} ({group})",
    "whether that runs here is not known": "no se sabe si eso se ejecuta aquí",
    'registers plugins of the group "{group}", which {place} names': (
        'registra plugins del grupo "{group}", que nombra {place}'
    ),
    "optional for {name} (extra {extra})": "opcional para {name} (extra {extra})",
    "whether {module} asks for it here is not known": "no se sabe si {module} la pide aquí",
    "called needed in {place}": "marcada como necesaria en {place}",
    "called needed in {place}: {text}": "marcada como necesaria en {place}: {text}",
    '"{text}" stands in {place}, and what reads it is not known': '"{text}" está en {place}, y no se sabe qué lo lee',
    "if nothing needs it, remove the line": "si nada la necesita, quitar la línea",
    "else write `# footprint: needed: why` beside {place}": (
        "si no, escribir `# footprint: needed: motivo` junto a {place}"
    ),
    "imported by {place} of {name}, which has requirements of its own ({place2}) and in which no entry starts": (
        "importada por {place} de {name}, que tiene dependencias propias ({place2}) y donde no empieza ninguna entrada"
    ),
    "imported by {place} of {name}, which {name2} requires: a distribution of its own, whose lines its own "
    "modules judge": (
        "importada por {place} de {name}, que {name2} requiere: una distribución aparte, cuyas líneas juzgan sus "
        "propios módulos"
    ),
    "imported by {place} of {name}, a distribution of its own that {name2} does not require: only {folder} needs it": (
        "importada por {place} de {name}, una distribución aparte que {name2} no requiere: solo {folder} la necesita"
    ),
    "its start-up hook runs {module}, and {clause}": "su gancho de arranque ejecuta {module}, y {clause}",
    "{place} runs {module} whenever Python starts": "{place} ejecuta {module} cada vez que arranca Python",
    "{place} runs {module} whenever Python starts, yet it was not in memory": (
        "{place} ejecuta {module} cada vez que arranca Python, y sin embargo no estaba en memoria"
    ),
}
