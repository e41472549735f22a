"""Notes of an audit on environments, the disk and starts, in Spanish: patterns of the sentences that it holds."""

from __future__ import annotations

from collections.abc import Mapping

PATTERNS: Mapping[str, str] = {
    # The environment
    "the project wants Python {version}, and this is {version2}: failures and gaps may be due to that": (
        "el proyecto quiere Python {version}, y este es {version2}: los fallos y huecos pueden deberse a eso"
    ),
    "{place} is broken: {clause}": "{place} está roto: {clause}",
    "{clause} is used": "se usa {clause}",
    "its {program} leads to {path}, which is not there": "su {program} lleva a {path}, que no existe",
    "it has no {program}": "no tiene {program}",
    "it was made on Windows": "se hizo en Windows",
    "it has no pyvenv.cfg, so its interpreter sees what is installed elsewhere": "no tiene pyvenv.cfg, así que su "
    "intérprete ve lo que está instalado en otro sitio",
    "its {program} is not executable": "su {program} no es ejecutable",
    "there are also {places}: choose another with --env": "también hay {places}: elegir otro con --env",
    "the project has no environment": "el proyecto no tiene entorno",
    "{places} holds what pip install --target put there and is read as one. Nothing is started: to measure, "
    "install the same into .venv": (
        "{places} contiene lo que puso ahí pip install --target y se lee como si lo fuera. No se inicia nada: para "
        "medir, instalar lo mismo en .venv"
    ),
    "beside the site folders the start imports from {places}: read as part of the environment": (
        "además de las carpetas site el arranque importa desde {places}: se lee como parte del entorno"
    ),
    "{clause} is broken: {clause2}. What is installed there is read, nothing of it can be started: make it anew, "
    "or name another with --env": (
        "{clause} está roto: {clause2}. Se lee lo que hay instalado, no se puede iniciar nada de él: rehacerlo, o "
        "indicar otro con --env"
    ),
    "the interpreter of the environment was not started, so it is not known {clause}": (
        "no se inició el intérprete del entorno, así que no se sabe {clause}"
    ),
    "the interpreter of the environment was not started, so it is not known {clause}: --ask-python starts it": (
        "no se inició el intérprete del entorno, así que no se sabe {clause}: --ask-python lo inicia"
    ),
    "{clause}: --ask-python starts it": "{clause}: --ask-python lo inicia",
    "what {text} in {folder} would add to the path": "qué añadiría a la ruta {text} en {folder}",
    "which packages of the system it shares: `home` of its pyvenv.cfg has none": (
        "qué paquetes del sistema comparte: `home` de su pyvenv.cfg no tiene ninguno"
    ),
    "which patch release of Python {n} it is ({version} is assumed)": (
        "qué versión de parche de Python {n} es (se supone {version})"
    ),
    "which {name} it is (implementation_version)": "qué {name} es (implementation_version)",
    "why pyvenv.cfg says {text} where its packages are in {folder}": (
        "por qué pyvenv.cfg dice {text} si sus paquetes están en {folder}"
    ),
    "nothing was weighed or measured, because {clause}": "no se pesó ni se midió nada, porque {clause}",
    "--no-env was given": "se dio --no-env",
    "versions and requirements are those of {names}": "las versiones y dependencias son las de {names}",
    "there is no lock file either: the declared lines are all there is": (
        "tampoco hay archivo de bloqueo: solo hay las líneas declaradas"
    ),
    "{python} (the one running) is assumed": "se supone {python} (el que se está ejecutando)",
    "{python} (allowed by {place}) is assumed": "se supone {python} (permitido por {place})",
    "{python} is assumed": "se supone {python}",
    "what third-party code asks for is not known, so no line is called unused for certain. To weigh it: {clause}": (
        "no se sabe qué pide el código de terceros, así que ninguna línea se da por sin uso con seguridad. Para "
        "pesarlo: {clause}"
    ),
    "`uv sync`, then `footprint audit`": "`uv sync`, después `footprint audit`",
    "`poetry install`, then `poetry run footprint audit` or --env with what `poetry env info -p` prints": (
        "`poetry install`, después `poetry run footprint audit` o --env con lo que imprime `poetry env info -p`"
    ),
    "`pdm install`, then `footprint audit`": "`pdm install`, después `footprint audit`",
    "`pipenv install`, then --env with what `pipenv --venv` prints": (
        "`pipenv install`, después --env con lo que imprime `pipenv --venv`"
    ),
    "install the project into .venv (`python -m venv .venv`, `.venv/bin/pip install ...`), then audit again": (
        "instalar el proyecto en .venv (`python -m venv .venv`, `.venv/bin/pip install ...`), y auditar de nuevo"
    ),
    "{name} is the audited project itself: left out": "{name} es el propio proyecto auditado: se deja fuera",
    "footprint runs from inside this environment": "footprint se ejecuta desde este entorno",
    "left out: {names}": "se deja fuera: {names}",
    "frozen from {place}, which is read: what that brings is declared there": (
        "congelado a partir de {place}, que se lee: lo que trae se declara ahí"
    ),
    # Installed distributions and the disk
    "cannot be opened: {text}": "no se puede abrir: {text}",
    "cannot be listed: {text}": "no se puede listar: {text}",
    "cannot be read: {text}": "no se puede leer: {text}",
    "not a folder": "no es una carpeta",
    "left by an interrupted uninstall": "lo dejó una desinstalación interrumpida",
    "it can be deleted": "se puede borrar",
    "no {text} in it, so it is not a distribution": "no contiene {text}, así que no es una distribución",
    "{name} is not UTF-8": "{name} no es UTF-8",
    "is not UTF-8": "no es UTF-8",
    "it was read as Latin-1": "se leyó como Latin-1",
    "has no valid Name": "no tiene un Name válido",
    "the folder's name is used": "se usa el nombre de la carpeta",
    "is not the JSON it should be": "no es el JSON que debería",
    "{n} symbolic links are weighed as links, not as what they point to": (
        "{n} enlaces simbólicos se pesan como enlaces, no como aquello a lo que apuntan"
    ),
    "has no RECORD that can be read": "no tiene un RECORD que se pueda leer",
    "whole folders are claimed by name": "se le asignan carpetas enteras por el nombre",
    "whole folders are claimed by name instead": "en su lugar se le asignan carpetas enteras por el nombre",
    "names {n} paths outside its prefix, which are left alone: {path}": (
        "nombra {n} rutas fuera de su prefijo, que no se tocan: {path}"
    ),
    "does not list itself, so its end may be missing": "no se lista a sí mismo, así que puede faltarle el final",
    "contains zero bytes": "contiene bytes nulos",
    "breaks off: {text}": "se interrumpe: {text}",
    "ends in the middle of a row": "termina en mitad de una fila",
    "more than {n} files in source folders: the rest is not weighed": (
        "más de {n} archivos en carpetas de fuentes: el resto no se pesa"
    ),
    "is nested too deep": "está anidado a demasiada profundidad",
    "what is below is not weighed": "lo que hay debajo no se pesa",
    "cannot be read ({text})": "no se puede leer ({text})",
    "RECORD {known}": "RECORD {known}",
    # Starts
    "{place} sets {text}, so lazy imports for other values of it are not counted: {names}": (
        "{place} define {text}, así que no se cuentan las importaciones diferidas de otros valores: {names}"
    ),
    "--set gives {name}, so lazy imports for other values of it are not counted: {names}": (
        "--set da {name}, así que no se cuentan las importaciones diferidas de otros valores: {names}"
    ),
    "lazy imports between which {name} chooses are added up, since no deploy file sets it: {names}": (
        "se suman las importaciones diferidas entre las que elige {name}, ya que ningún archivo de despliegue la "
        "define: {names}"
    ),
    "--set {text}=... counts one": "--set {text}=... cuenta una",
    "{call}: not sent, it may write: --allow-writes sends it": (
        "{call}: no se envió, puede escribir: --allow-writes la envía"
    ),
    "{call}: not sent, no entry names an application: --live sends it": (
        "{call}: no se envió, ninguna entrada nombra una aplicación: --live la envía"
    ),
    "{name} has no application that could be called": "{name} no tiene ninguna aplicación a la que llamar",
    "the application does not answer the lifespan protocol": "la aplicación no responde al protocolo lifespan",
    "memory per import cannot be read on this platform": (
        "en esta plataforma no se puede leer la memoria por importación"
    ),
    "a child process runs when it has started, RSS {sizes} MiB: {size} of its memory ({clause})": (
        "un proceso hijo sigue en marcha cuando ha arrancado, RSS {sizes} MiB: {size} de su memoria ({clause})"
    ),
    "{n} child processes run when it has started, RSS {sizes} MiB: {size} of its memory ({clause})": (
        "{n} procesos hijos siguen en marcha cuando ha arrancado, RSS {sizes} MiB: {size} de su memoria ({clause})"
    ),
    "by PSS": "por PSS",
    "what is each one's own, and shared pages once": "lo propio de cada uno, y las páginas compartidas una vez",
    "RSS: what they share counts for each, and the system does not tell how much that is": (
        "RSS: lo que comparten cuenta para cada uno, y el sistema no dice cuánto es"
    ),
    "still growing when read: only --live can tell": "aún crecía en la lectura: solo lo puede decir --live",
    "a child process ran and ended at import, {size} with it at the most": (
        "un proceso hijo se ejecutó y terminó durante la importación, {size} con él como máximo"
    ),
    "a child process ran and ended in its start-up handlers, {size} with it at the most": (
        "un proceso hijo se ejecutó y terminó en sus manejadores de arranque, {size} con él como máximo"
    ),
    "a child process ran and ended in its lazy imports, {size} with it at the most": (
        "un proceso hijo se ejecutó y terminó en sus importaciones diferidas, {size} con él como máximo"
    ),
    "a child process ran and ended in its calls, {size} with it at the most": (
        "un proceso hijo se ejecutó y terminó en sus llamadas, {size} con él como máximo"
    ),
    "{n} child processes ran and ended at import, {size} with it at the most": (
        "{n} procesos hijos se ejecutaron y terminaron durante la importación, {size} con ellos como máximo"
    ),
    "{n} child processes ran and ended in its start-up handlers, {size} with it at the most": (
        "{n} procesos hijos se ejecutaron y terminaron en sus manejadores de arranque, {size} con ellos como máximo"
    ),
    "{n} child processes ran and ended in its lazy imports, {size} with it at the most": (
        "{n} procesos hijos se ejecutaron y terminaron en sus importaciones diferidas, {size} con ellos como máximo"
    ),
    "{n} child processes ran and ended in its calls, {size} with it at the most": (
        "{n} procesos hijos se ejecutaron y terminaron en sus llamadas, {size} con ellos como máximo"
    ),
    "what lives for some milliseconds only is not seen": "lo que vive solo unos milisegundos no se ve",
    "a thread goes on when it has started: what that takes later, only --live can tell": (
        "un hilo sigue en marcha cuando ha arrancado: lo que ocupe después solo lo puede decir --live"
    ),
    "{n} threads go on when it has started: what that takes later, only --live can tell": (
        "{n} hilos siguen en marcha cuando ha arrancado: lo que ocupen después solo lo puede decir --live"
    ),
    "the system does not tell the peak of each stage: it is the most that was seen": (
        "el sistema no dice el máximo de cada etapa: es lo más alto que se vio"
    ),
    "too many files to tell what the entry wrote": "demasiados archivos para saber qué escribió la entrada",
    "--request auto found no GET route without parameters: give requests of your own": (
        "--request auto no encontró ninguna ruta GET sin parámetros: dar peticiones propias"
    ),
    "open when it was ready, and closed for its calls: {places}": (
        "abiertas cuando estaba listo, y cerradas para sus llamadas: {places}"
    ),
    "{n} of {n2} calls were done before the time was over": (
        "se hicieron {n} de {n2} llamadas antes de acabarse el tiempo"
    ),
    "{call} was not done many times: it did not come to an end, or the time was over": (
        "{call} no se repitió: no llegó a terminar, o se acabó el tiempo"
    ),
    "start-up hooks load modules before the first line": (
        "hay ganchos de arranque que cargan módulos antes de la primera línea"
    ),
    "what they take counts for the interpreter": "lo que ocupan cuenta para el intérprete",
    "one more run of the entry failed: {clause}": "una ejecución más de la entrada falló: {clause}",
    "{n} of {n2} lazy imports were tried before the time was over": (
        "se probaron {n} de {n2} importaciones diferidas antes de acabarse el tiempo"
    ),
    "{n} modules had no usable .pyc and could not get one": (
        "{n} módulos no tenían un .pyc utilizable ni pudieron obtenerlo"
    ),
    "measured with a cache of our own, as if they had": "se midió con una caché propia, como si lo tuvieran",
    "{n} modules were compiled while measuring: memory and time are higher than warm": (
        "se compilaron {n} módulos durante la medición: memoria y tiempo son mayores que en caliente"
    ),
    "what the application left running cannot be found here: look for processes of it": (
        "aquí no se puede encontrar lo que la aplicación dejó en marcha: buscar procesos suyos"
    ),
    "{name} ran in a shadow of overlays, which is thrown away: it wrote nothing there": (
        "{name} se ejecutó en una copia desechable hecha con overlays: no escribió nada en ella"
    ),
    "{name} ran in a shadow of overlays, which is thrown away: it {clause}": (
        "{name} se ejecutó en una copia desechable hecha con overlays: {clause}"
    ),
    "{name} ran in a shadow of links and copies ({clause}), which is thrown away: it wrote nothing there": (
        "{name} se ejecutó en una copia desechable de enlaces y archivos copiados ({clause}): no escribió nada en ella"
    ),
    "{name} ran in a shadow of links and copies ({clause}), which is thrown away: it {clause2}": (
        "{name} se ejecutó en una copia desechable de enlaces y archivos copiados ({clause}): {clause2}"
    ),
    "{name} changed the real environment, which links cannot prevent: it {clause}": (
        "{name} cambió el entorno real, lo que los enlaces no pueden impedir: {clause}"
    ),
    "`{command}` needs {name}, which is not installed in this environment": (
        "`{command}` necesita {name}, que no está instalado en este entorno"
    ),
    "{place} may bring it, so what it takes is an estimate": (
        "{place} puede traerlo, así que lo que ocupa es una estimación"
    ),
    "{n} workers forked from one process take {n2} MiB {clause} and {size} once each has collected its garbage, "
    "to {text}": (
        "{n} workers creados por fork de un proceso ocupan {n2} MiB {clause} y {size} una vez que cada uno ha "
        "pasado el recolector de basura, con un margen de {text}"
    ),
    "the verdict takes the latter, and only --live can tell": (
        "el veredicto toma lo segundo, y solo lo puede decir --live"
    ),
    "after their calls": "tras sus llamadas",
    "after their lazy imports": "tras sus importaciones diferidas",
    "outlived {name} and was ended: {text}": "sobrevivió a {name} y se terminó: {text}",
    "{name}: not sent, since no process of the command listens at {places}": (
        "{name}: no se envió, ya que ningún proceso del comando escucha en {places}"
    ),
    "{n} Python processes were not recorded: only their memory is known": (
        "{n} procesos de Python no se registraron: solo se conoce su memoria"
    ),
    "it keeps trying to connect: its output says {text}": "sigue intentando conectarse: su salida dice {text}",
    "--repeat: nothing is called": "--repeat: no se llama a nada",
    "name it with --request or --call": "indicarlo con --request o --call",
    "a child process runs when it has started, RSS {sizes} MiB: {size} of its memory ({clause}": (
        "un proceso hijo sigue en marcha cuando ha arrancado, RSS {sizes} MiB: {size} de su memoria ({clause}"
    ),
    "{n} child processes run when it has started, RSS {sizes} MiB: {size} of its memory ({clause}": (
        "{n} procesos hijos siguen en marcha cuando ha arrancado, RSS {sizes} MiB: {size} de su memoria ({clause}"
    ),
    "counted as PSS all take {size} instead of {size2})": "contados como PSS todos ocupan {size} en vez de {size2})",
    "counted as private pages and shared ones once all take {size} instead of {size2})": (
        "contados como páginas privadas y las compartidas una vez todos ocupan {size} en vez de {size2})"
    ),
}
