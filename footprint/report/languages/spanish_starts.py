"""What a start came to, how it was chosen and limited, in Spanish: patterns of the sentences that an audit holds."""

from __future__ import annotations

from collections.abc import Mapping

PATTERNS: Mapping[str, str] = {
    # Where an entry and an environment were found, and what limits it
    "console script {name}": "script de consola {name}",
    "common name: {path}": "nombre habitual: {path}",
    "the command line": "la línea de comandos",
    "--env": "--env",
    "--python": "--python",
    "the interpreter that runs footprint": "el intérprete que ejecuta footprint",
    "name another with --python or --env": "indicar otro con --python o --env",
    "the active environment ({variable})": "el entorno activo ({variable})",
    "{path} in the project": "{path} en el proyecto",
    "the project's folder itself": "la propia carpeta del proyecto",
    ".venv in {folder} above the project": ".venv en {folder}, por encima del proyecto",
    "{path} of Poetry": "{path} de Poetry",
    "{path} of Pipenv": "{path} de Pipenv",
    "{path} of hatch": "{path} de hatch",
    "given by --site-packages, no interpreter": "dado con --site-packages, sin intérprete",
    "{places} in the project, filled by pip install --target: no interpreter": (
        "{places} en el proyecto, llenado con pip install --target: sin intérprete"
    ),
    "no environment was found": "no se encontró ningún entorno",
    "versions from {names}": "versiones de {names}",
    "nothing is locked": "no hay nada bloqueado",
    "{place}, plan {plan}, checked {date}": "{place}, plan {plan}, consultado el {date}",
    "--limit {plan}, checked {date}": "--limit {plan}, consultado el {date}",
    "{plan}, checked {date}": "{plan}, consultado el {date}",
    # Why there is no figure
    "not started": "sin iniciar",
    "--no-probe starts nothing": "--no-probe no inicia nada",
    "there is no environment to start it in": "no hay entorno en el que iniciarla",
    "there is no interpreter to start: a folder that pip install --target filled is not an environment": (
        "no hay intérprete que iniciar: una carpeta llenada con pip install --target no es un entorno"
    ),
    "the interpreter of the environment cannot be started": "el intérprete del entorno no se puede iniciar",
    "--site-packages names a folder, not an interpreter to start": (
        "--site-packages indica una carpeta, no un intérprete que iniciar"
    ),
    "there is no interpreter to run it: only a site-packages folder was given": (
        "no hay intérprete que la ejecute: solo se dio una carpeta site-packages"
    ),
    "there is no interpreter to start": "no hay intérprete que iniciar",
    "not measured beside the others: measure it with --entry {name}": (
        "no se midió junto a las demás: medirla con --entry {name}"
    ),
    "nothing came back": "no volvió nada",
    "no run came back": "no volvió ninguna ejecución",
    "stopped": "detenido",
    "{names} is not installed in this environment, so `{command}` cannot start": (
        "{names} no está instalado en este entorno, así que `{command}` no puede arrancar"
    ),
    "{names} are not installed in this environment, so `{command}` cannot start": (
        "{names} no están instalados en este entorno, así que `{command}` no puede arrancar"
    ),
    "the working folder {path} does not exist": "la carpeta de trabajo {path} no existe",
    "the file {path} does not exist": "el archivo {path} no existe",
    "starting an entry needs Linux or another POSIX system": "iniciar una entrada necesita Linux u otro sistema POSIX",
    "cannot start {program}: it is neither in the environment nor in PATH; a script of the project is there once the "
    "project is installed": (
        "no se puede iniciar {program}: no está ni en el entorno ni en PATH; un script del proyecto está ahí una vez "
        "instalado el proyecto"
    ),
    "cannot start {program}: {text}": "no se puede iniciar {program}: {text}",
    # How a process ended
    "killed by {signal}": "terminado por {signal}",
    "killed by {signal} (by the kernel for lack of memory, or by somebody else)": (
        "terminado por {signal} (por el kernel por falta de memoria, o por otro)"
    ),
    "killed by {signal} (by the kernel for lack of memory or of processor time, or by somebody else)": (
        "terminado por {signal} (por el kernel por falta de memoria o de tiempo de procesador, o por otro)"
    ),
    "killed by {signal} (its limit of processor time, RLIMIT_CPU, is used up)": (
        "terminado por {signal} (agotó su límite de tiempo de procesador, RLIMIT_CPU)"
    ),
    "exited with status {n}": "salió con estado {n}",
    "exited with status {n} (what a shell says of {signal})": "salió con estado {n} (lo que dice un shell de {signal})",
    "{text} (it got no more memory: of a limit such as RLIMIT_AS, or of the machine)": (
        "{text} (no obtuvo más memoria: por un límite como RLIMIT_AS, o por la máquina)"
    ),
    "passed the memory limit at {size}": "pasó el límite de memoria con {size}",
    "not over after {n} s, killed": "sin terminar tras {n} s, terminado",
    "stopped: it imported endlessly": "detenido: importaba sin fin",
    "the interpreter: {clause} before the entry was imported": "el intérprete: {clause} antes de importar la entrada",
    "the entry closed the descriptor that the probe writes to, or set a limit to it": (
        "la entrada cerró el descriptor en el que escribe la sonda, o le puso un límite"
    ),
    "not trusted: the records of this start cannot be right: {text}": (
        "no fiable: los registros de este arranque no pueden ser correctos: {text}"
    ),
    "the start loads {path}, which is not the shadow's": "el arranque carga {path}, que no es de la copia desechable",
    "footprint failed while it was measured ({text})": "footprint falló mientras se medía ({text})",
    "it did not come to an end": "no llegó a terminar",
    "it did not finish": "no terminó",
    "it did not answer": "no respondió",
    "it answered {n}": "respondió {n}",
    "it answered {n}, not {n2}": "respondió {n}, no {n2}",
    "it promised {n} bytes in Content-Length and sent {n2}": "prometió {n} bytes en Content-Length y envió {n2}",
    "the entry is no ASGI or WSGI application": "la entrada no es una aplicación ASGI ni WSGI",
    "it crashed in a fork, which it may not bear": "murió en un fork, que quizá no soporta",
    "it did not come to an end in a fork, which it may not bear": (
        "no llegó a terminar en un fork, que quizá no soporta"
    ),
    "it failed in a fork, which it may not bear": "falló en un fork, que quizá no soporta",
    "no start of its own told more": "ningún arranque aparte dijo más",
    "its last output: {text}": "su última salida: {text}",
    "a traceback ends: {text}": "un traceback termina: {text}",
    # The real command
    "{command} (from {place}): {known}": "{command} (de {place}): {known}",
    "{clause} before its memory was read": "{clause} antes de leer su memoria",
    "{clause} before it was ready": "{clause} antes de estar listo",
    "{clause} during the requests": "{clause} durante las peticiones",
    "not ready within {n} s (waited for {text})": "no estuvo listo en {n} s (se esperaba {text})",
    "{url} answered {n}": "{url} respondió {n}",
    "{url} answered {n}, with one session open": "{url} respondió {n}, con una sesión abierta",
    "listens at {places}": "escucha en {places}",
    "listens at {places}, with one session open": "escucha en {places}, con una sesión abierta",
    "listens nowhere, and has not grown for {n} s": "no escucha en ningún sitio, y no crece desde hace {n} s",
    "its output says {text}": "su salida dice {text}",
    "it has not grown for {n} s": "no crece desde hace {n} s",
    # Trials
    "writes {path}": "escribe {path}",
    "removes {path}": "borra {path}",
    "changes the mode of {path}": "cambia los permisos de {path}",
    "no start goes through, and no command was given: nothing could break": (
        "ningún arranque llega al final, y no se dio ningún comando: nada podría fallar"
    ),
    "the time for trials was over": "se acabó el tiempo para las pruebas",
    "nothing is started": "no se inicia nada",
    "the command was not over in {n} s unchanged": "el comando no terminó en {n} s sin cambios",
    "it writes to the environment, which links cannot keep apart: {path}": (
        "escribe en el entorno, que los enlaces no pueden aislar: {path}"
    ),
    "it gave no figures": "no dio cifras",
    "{target} does not start in a shadow of links: {clause}": "{target} no arranca en una copia de enlaces: {clause}",
    "the start in the shadow tells nothing: {clause}": "el arranque en la copia no dice nada: {clause}",
    "it is not reached any more": "ya no se alcanza",
    "it is not found any more": "ya no se encuentra",
    "{command} was not over in time": "{command} no terminó a tiempo",
    "not over in time": "sin terminar a tiempo",
    "the command {command} is not found": "no se encuentra el comando {command}",
    "the command of {name} is not ready unchanged: {clause}": (
        "el comando de {name} no llega a estar listo sin cambios: {clause}"
    ),
    "its deferral breaks {clause}": "su aplazamiento rompe {clause}",
    "no answer": "sin respuesta",
    "overlays are there on Linux only": "los overlays solo existen en Linux",
    "this system lets us mount no overlay": "este sistema no deja montar overlays",
    "the root folder cannot be covered": "la carpeta raíz no se puede cubrir",
    "{path} is a mount of its own inside {path2}": "{path} es un montaje aparte dentro de {path2}",
    "{path} lies outside of environment and project": "{path} está fuera del entorno y del proyecto",
    "the change cannot be made in an overlay: {text}": "el cambio no se puede hacer en un overlay: {text}",
    "no shadow of links can be made: {text}": "no se puede hacer una copia de enlaces: {text}",
    "{name} may find the libraries of {name2} beside its own files, through the links": (
        "{name} puede encontrar las bibliotecas de {name2} junto a sus propios archivos, a través de los enlaces"
    ),
    "{name} is installed by `setup.py develop`, which leaves a line of easy-install.pth": (
        "{name} está instalada con `setup.py develop`, que deja una línea de easy-install.pth"
    ),
    "it stays": "se queda",
    "{path} needs it, which no start of the application shows: it stays, whatever a trial says": (
        "la necesita {path}, lo que ningún arranque de la aplicación muestra: se queda, diga lo que diga una prueba"
    ),
    "{place} imports it in a function, which no start here has tried: give a command after -- that calls it": (
        "{place} la importa en una función, que ningún arranque de aquí ha probado: dar tras -- un comando que la llame"
    ),
    "as asked for": "como se pidió",
}
