"""What a command starts and is at, in Spanish: patterns of what stands on standard error."""

from __future__ import annotations

from collections.abc import Mapping

PATTERNS: Mapping[str, str] = {
    # What is about to be started
    "{program} starts {clause} with {clause2}, as you. {clause3}": "{program} arranca {clause} con {clause2}, con tu "
    "usuario. {clause3}",
    "the application": "la aplicación",
    "the application ({names})": "la aplicación ({names})",
    "the application and its start command": "la aplicación y su comando de arranque",
    "the application, and again in a shadow with its advice taken,": "la aplicación, y otra vez en una copia con los "
    "consejos aplicados,",
    "{path} if it has what the project declares": "{path} si tiene lo que declara el proyecto",
    "--no-probe starts nothing.": "--no-probe no arranca nada.",
    "--no-probe starts nothing. If a verdict needs it, its server is started as well, with an empty application.": (
        "--no-probe no arranca nada. Si un veredicto lo necesita, también se arranca su servidor, con una aplicación "
        "vacía."
    ),
    # Stages
    "step {n}": "paso {n}",
    "asking the target interpreter": "preguntando al intérprete",
    "reading the environment": "leyendo el entorno",
    "reading the project": "leyendo el proyecto",
    "weighing the installed distributions": "pesando las distribuciones instaladas",
    "joining": "juntando los datos",
    "auditing {name}, {n} of {n2}": "auditando {name}, {n} de {n2}",
    "starting {target}": "arrancando {target}",
    "starting {target}, {n} of {n2}": "arrancando {target}, {n} de {n2}",
    "starting {target} without a hook, {n} of {n2}": "arrancando {target} sin instrumentar, {n} de {n2}",
    "starting {target} without bytecode": "arrancando {target} sin bytecode",
    "starting {target} with the change": "arrancando {target} con el cambio",
    "starting {target} unchanged in a shadow": "arrancando {target} sin cambios en una copia",
    "starting the command of {name} unchanged in a shadow": "arrancando el comando de {name} sin cambios en una copia",
    "starting the command of {name} with the change": "arrancando el comando de {name} con el cambio",
    "starting {server} with an empty application": "arrancando {server} con una aplicación vacía",
    "rehearsing {target} in {size}": "ensayando {target} en {size}",
    "running the command unchanged, twice": "ejecutando el comando sin cambios, dos veces",
    "running the command with the change": "ejecutando el comando con el cambio",
    "editing the requirement files": "editando los archivos de requisitos",
    "moving the imports": "moviendo las importaciones",
    "trying the removals": "probando lo que se quita",
    "trying the deferrals": "probando lo que se difiere",
    "writing the files of {commit}": "escribiendo los archivos de {commit}",
    "installing what {commit} declares": "instalando lo que declara {commit}",
}
