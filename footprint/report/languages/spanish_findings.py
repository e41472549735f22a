"""Suggestions and findings, in Spanish: patterns of the sentences that an audit holds."""

from __future__ import annotations

from collections.abc import Mapping

PATTERNS: Mapping[str, str] = {
    # Suggestions
    "remove {names} from {places}: {clause}": "quitar {names} de {places}: {clause}",
    "with it goes a pin that nothing else needs: {names} ({places})": (
        "con ella se va una versión fijada que nadie más necesita: {names} ({places})"
    ),
    "with it go {n} pins that nothing else needs: {names} ({places})": (
        "con ella se van {n} versiones fijadas que nadie más necesita: {names} ({places})"
    ),
    "compiled anew, {places} leave too": "al compilar de nuevo, también se van {places}",
    "the environment is born with {names}, so that frees nothing": (
        "el entorno nace con {names}, así que eso no libera nada"
    ),
    "the module goes with it, or keeps a broken import": (
        "el módulo se va con ella, o se queda con una importación rota"
    ),
    "it is loaded at startup only because it is installed, so memory may fall too": (
        "se carga al arrancar solo porque está instalada, así que también puede bajar la memoria"
    ),
    "ask for {name} without {extras} ({places}), which alone brings {names}": (
        "pedir {name} sin {extras} ({places}), que es lo único que trae {names}"
    ),
    "without {extra} {clause}": "sin {extra} {clause}",
    "it serves by asyncio's own loop and h11, slower under load, without WebSockets, reloading by watchfiles, "
    ".env and YAML files": (
        "sirve con el bucle de asyncio y h11, más lento bajo carga, sin WebSockets, sin recarga con watchfiles, "
        "sin .env ni archivos YAML"
    ),
    "messages are JSON, as they are where no setting says otherwise": (
        "los mensajes son JSON, como lo son si ningún ajuste dice otra cosa"
    ),
    "nothing asks for {extra}": "nada pide {extra}",
    "{word}: {known}": "{word}: {known}",
    "with it goes {places}": "con ella se va {places}",
    "move {name} ({places}) to a development group: {clause}": (
        "mover {name} ({places}) a un grupo de desarrollo: {clause}"
    ),
    "remove {name} from {places}, since {place} declares it for development: {clause}": (
        "quitar {name} de {places}, ya que {place} la declara para desarrollo: {clause}"
    ),
    "with it {names} ({places})": "con ella {names} ({places})",
    "tests import it, too": "las pruebas también la importan",
    "the module goes, or keeps a broken import": "el módulo se va, o se queda con una importación rota",
    "alone it frees nothing: it has to move together with {names}": (
        "sola no libera nada: tiene que moverse junto con {names}"
    ),
    "what is deployed is lighter, and this environment keeps it where the group is installed": (
        "lo que se despliega pesa menos, y este entorno la conserva donde se instala el grupo"
    ),
    "import {name} where it is used: {places} into {functions}": (
        "importar {name} donde se usa: {places} dentro de {functions}"
    ),
    "import {name} where it is used: {places} into {functions}, together with {names}: alone it saves less than "
    "{n} MiB": (
        "importar {name} donde se usa: {places} dentro de {functions}, junto con {names}: por sí sola ahorra menos "
        "de {n} MiB"
    ),
    "{places} into {functions}": "{places} dentro de {functions}",
    "{places} into {functions}, together with {names}: alone it saves less than {n} MiB": (
        "{places} dentro de {functions}, junto con {names}: por sí sola ahorra menos de {n} MiB"
    ),
    "import {name} by `lazy import`, which every Python that the project supports has: {places}": (
        "importar {name} con `lazy import`, que tienen todas las versiones de Python que admite el proyecto: {places}"
    ),
    "import {name} by `lazy import`, which every Python that the project supports has: {places}, together with "
    "{names}: alone it saves less than {n} MiB": (
        "importar {name} con `lazy import`, que tienen todas las versiones de Python que admite el proyecto: "
        "{places}, junto con {names}: por sí sola ahorra menos de {n} MiB"
    ),
    "name what is imported of {name} in `__lazy_modules__`, which older Pythons do not read: {places}": (
        "nombrar lo que se importa de {name} en `__lazy_modules__`, que las versiones antiguas de Python no leen: "
        "{places}"
    ),
    "name what is imported of {name} in `__lazy_modules__`, which older Pythons do not read: {places}, together "
    "with {names}: alone it saves less than {n} MiB": (
        "nombrar lo que se importa de {name} en `__lazy_modules__`, que las versiones antiguas de Python no leen: "
        "{places}, junto con {names}: por sí sola ahorra menos de {n} MiB"
    ),
    "whoever imports anything of {package} loads {names}, since {places} hands on {names2}, which no start takes "
    "from there": (
        "quien importa algo de {package} carga {names}, ya que {places} reexporta {names2}, que ningún arranque "
        "toma de ahí"
    ),
    "by hand, since names of a package are its interface: import them from their modules, or let {path} give "
    "them when they are asked for": (
        "a mano, ya que los nombres de un paquete son su interfaz: importarlos desde sus módulos, o hacer que "
        "{path} los dé cuando se pidan"
    ),
    "in {package}: _WHERE = {text}": "en {package}: _WHERE = {text}",
    "def __getattr__(name): of a name in _WHERE return getattr(importlib.import_module(_WHERE[name]), name)": (
        "def __getattr__(name): de un nombre que está en _WHERE devolver "
        "getattr(importlib.import_module(_WHERE[name]), name)"
    ),
    "uninstall {names}: {clause}": "desinstalar {names}: {clause}",
    "a fresh installation would not have it": "una instalación limpia no la tendría",
    "install {name} in place of {name2} ({places}): {clause}": (
        "instalar {name} en lugar de {name2} ({places}): {clause}"
    ),
    "install the build of {name} for processors alone ({places}): {clause}": (
        "instalar la versión de {name} solo para CPU ({places}): {clause}"
    ),
    "install {name} without the extra for GPUs ({places}): {clause}": (
        "instalar {name} sin el extra para GPU ({places}): {clause}"
    ),
    "{clause}. {size} in {names} cannot be used there": "{clause}. {size} en {names} no se pueden usar ahí",
    "no file gives the host a GPU": "ningún archivo le da una GPU a la máquina",
    "no file gives the host a GPU, and its extra and-cuda brings what only a GPU can use": (
        "ningún archivo le da una GPU a la máquina, y su extra and-cuda trae lo que solo puede usar una GPU"
    ),
    "no file gives the host a GPU, and its extra cuda brings what only a GPU can use": (
        "ningún archivo le da una GPU a la máquina, y su extra cuda trae lo que solo puede usar una GPU"
    ),
    "no file opens a window (cv2.imshow and its like)": "ningún archivo abre una ventana (cv2.imshow y similares)",
    "typically {n} -> {n2} MiB on disk and {n3} -> {n4} MiB of memory": (
        "normalmente {n} -> {n2} MiB en disco y {n3} -> {n4} MiB de memoria"
    ),
    "typically a seventh of the disk less": "normalmente una séptima parte menos de disco",
    "only chromadb.HttpClient is used, so the database runs elsewhere": (
        "solo se usa chromadb.HttpClient, así que la base de datos se ejecuta en otro lugar"
    ),
    "typically {n} -> {n2} MiB on disk, and little less memory": (
        "normalmente {n} -> {n2} MiB en disco, y poca memoria menos"
    ),
    "it is no longer developed": "ya no se desarrolla",
    "the new library has other calls, so the code changes with it": (
        "la biblioteca nueva tiene otras llamadas, así que el código cambia con ella"
    ),
    "brought by {names}": "traída por {names}",
    "remove {places}": "quitar {places}",
    # Pins and clashes
    "{name} is a pin: required by {names} anyway, removing the line frees nothing": (
        "{name} es solo una versión fijada: requerida por {names} de todos modos, quitar la línea no libera nada"
    ),
    "{name} is a pin: required by {names} anyway, removing the line frees only what its extra brings: {names2}": (
        "{name} es solo una versión fijada: requerida por {names} de todos modos, quitar la línea libera solo lo "
        "que trae su extra: {names2}"
    ),
    "it goes with {name}": "se va con {name}",
    "{n} lines ask for {name} in different versions, from {place} on they are not compared": (
        "{n} líneas piden {name} en versiones distintas, a partir de {place} no se comparan"
    ),
    "{place} and {place2} say the same twice": "{place} y {place2} dicen lo mismo dos veces",
    "{place} and {place2} exclude each other": "{place} y {place2} se excluyen",
    "{place} and {place2} differ, and the installed {version} satisfies only one": (
        "{place} y {place2} difieren, y la {version} instalada cumple solo una"
    ),
    # Undeclared
    "{name} is imported and not declared": "{name} se importa y no está declarada",
    "{name} is imported and not declared, optional (every import is guarded)": (
        "{name} se importa y no está declarada, opcional (toda importación está protegida)"
    ),
    "{name} is imported by modules that nothing reaches and not declared": (
        "{name} la importan módulos que no se alcanzan y no está declarada"
    ),
    "{name} is imported by modules that nothing reaches and not declared, optional (every import is guarded)": (
        "{name} la importan módulos que no se alcanzan y no está declarada, opcional (toda importación está protegida)"
    ),
    "{name} is imported by modules that only the import of a computed name in {place} may load and not declared": (
        "{name} la importan módulos que solo puede cargar la importación de un nombre calculado en {place}, y no está "
        "declarada"
    ),
    "{name} is imported by modules that only the import of a computed name in {place} may load and not declared, "
    "optional (every import is guarded)": (
        "{name} la importan módulos que solo puede cargar la importación de un nombre calculado en {place}, y no está "
        "declarada, opcional (toda importación está protegida)"
    ),
    "only the import of a computed name in {place} may come there": (
        "solo puede llegar ahí la importación de un nombre calculado en {place}"
    ),
    "{name} is imported by what only developers run and not declared": (
        "{name} la importa lo que solo ejecutan los desarrolladores y no está declarada"
    ),
    "{name} is imported by what only developers run and not declared, optional (every import is guarded)": (
        "{name} la importa lo que solo ejecutan los desarrolladores y no está declarada, opcional (toda "
        "importación está protegida)"
    ),
    "{name} is run by a start command and not declared": "{name} la ejecuta un comando de arranque y no está declarada",
    "{name} is run by a start command and not declared, optional (every import is guarded)": (
        "{name} la ejecuta un comando de arranque y no está declarada, opcional (toda importación está protegida)"
    ),
    "brought in by {names}": "traída por {names}",
    "not installed": "no instalado",
    "not installed, usually {names}": "no instalado, suele ser {names}",
    "provided by no name that is known here": "no la provee ningún nombre conocido aquí",
    "provided by no name that is known here, usually {names}": (
        "no la provee ningún nombre conocido aquí, suele ser {names}"
    ),
    "whether a declared line provides it cannot be told without an environment": (
        "si la provee una línea declarada no se sabe sin un entorno"
    ),
    "it may be declared in {place}, which could not be read": "puede estar declarada en {place}, que no se pudo leer",
    "{name}, which may bring it, is declared for the extra {extra} ({place}) and not installed": (
        "{name}, que quizá la trae, está declarada para el extra {extra} ({place}) y sin instalar"
    ),
    "nothing declared brings it in": "nada declarado la trae",
    "only {name} brings it in": "solo la trae {name}",
    "{names} brings it in, for development only": "traída por {names}, solo para desarrollo",
    "{name} requires it only if {text}": "{name} la requiere solo si {text}",
    "{name} requires it only with its extra {extra}": "{name} la requiere solo con su extra {extra}",
    "{name} requires it with its extra {extra}, for which {place} asks": (
        "{name} la requiere con su extra {extra}, que pide {place}"
    ),
    "only {place} declares it, of a member that {names} does not require": (
        "solo la declara {place}, de un miembro que {names} no requiere"
    ),
    # For development, standard library
    "{name} is declared for development only ({place}) and imported by {places}": (
        "{name} está declarada solo para desarrollo ({place}) e importada por {places}"
    ),
    "{name} is declared for development only ({place}) and imported by {places}, optional (every import is guarded)": (
        "{name} está declarada solo para desarrollo ({place}) e importada por {places}, opcional (toda importación "
        "está protegida)"
    ),
    "whether that is for developers, too, cannot be told without an entry": (
        "si eso también es para desarrollo no se sabe sin una entrada"
    ),
    "without the line only {name} brings it in": "sin la línea solo la trae {name}",
    "{name} is declared for development only by {names} ({place}) and imported by {place2}": (
        "{name} está declarada solo para desarrollo por {names} ({place}) e importada por {place2}"
    ),
    "only members that it does not require declare it in full": "solo la declaran del todo miembros que no requiere",
    "{name} is a name of the standard library of Python {version}, which wins on import": (
        "{name} es un nombre de la biblioteca estándar de Python {version}, que gana al importar"
    ),
    "{name} is a backport of {module}, in the standard library since Python {version}": (
        "{name} es un backport de {module}, en la biblioteca estándar desde Python {version}"
    ),
    # What fails
    "`{statement}` fails when it runs: {text}": "`{statement}` falla cuando se ejecuta: {text}",
    "`{statement}` hangs when it runs: {clause}": "`{statement}` se cuelga cuando se ejecuta: {clause}",
    "`{statement}` crashes when it runs: {clause}": "`{statement}` muere cuando se ejecuta: {clause}",
    "`{statement}` in {function}() fails when it runs: {text}": (
        "`{statement}` en {function}() falla cuando se ejecuta: {text}"
    ),
    "`{statement}` in {function}() hangs when it runs: {clause}": (
        "`{statement}` en {function}() se cuelga cuando se ejecuta: {clause}"
    ),
    "`{statement}` in {function}() crashes when it runs: {clause}": (
        "`{statement}` en {function}() muere cuando se ejecuta: {clause}"
    ),
    "the app starts without it": "la aplicación arranca sin ello",
    "{name} is imported when {places} runs, and is not installed: the app starts, that path fails": (
        "{name} se importa cuando se ejecuta {places}, y no está instalada: la aplicación arranca, ese camino falla"
    ),
    "{name} is imported when {places} runs, and there is no such module in {names}: the app starts, that path fails": (
        "{name} se importa cuando se ejecuta {places}, y no hay tal módulo en {names}: la aplicación arranca, ese "
        "camino falla"
    ),
    "{place} declares it only for `{marker}`": "{place} la declara solo para `{marker}`",
    "{name} is declared for the extra {extra} ({place})": "{name} está declarada para el extra {extra} ({place})",
    "{place} catches that it is missing": "{place} prevé que falte",
    "{call} fails once the app is ready: {clause}": "{call} falla con la aplicación lista: {clause}",
    "{call} hangs once the app is ready: {clause}": "{call} se cuelga con la aplicación lista: {clause}",
    "{call} crashes once the app is ready: {clause}": "{call} muere con la aplicación lista: {clause}",
    # Installed files
    "{names} install the same file ({places}": "{names} instalan el mismo archivo ({places}",
    "{names} install the same {n} files ({places}": "{names} instalan los mismos {n} archivos ({places}",
    "{size}): the last one installed wins, and pip takes them along with either": (
        "{size}): gana la última instalada, y pip los borra con cualquiera de ellas"
    ),
    "keep one of them": "conservar una sola",
    "{name} requires {names}, so they belong together": "{name} requiere {names}, así que van juntas",
    "{size} in the site folders belong to no distribution, so nothing uninstalls them: {places}": (
        "{size} en las carpetas site no pertenecen a ninguna distribución, así que nada los desinstala: {places}"
    ),
    # Suppressions
    "nothing to suppress: {code} is not reported for {pattern}": (
        "nada que silenciar: {code} no se reporta para {pattern}"
    ),
    "nothing to suppress: {code} is not reported for {pattern}, which is {clause}": (
        "nada que silenciar: {code} no se reporta para {pattern}, que es {clause}"
    ),
    "nothing of that name is declared or installed": "nada con ese nombre está declarado ni instalado",
    "did you mean {name}?": "¿se quiso decir {name}?",
    "nothing to suppress on this line": "nada que silenciar en esta línea",
    "{code} is neither a code nor a class to ignore": "{code} no es ni un código ni una clase que ignorar",
    "nothing to suppress: {code} is not reported on this line": (
        "nada que silenciar: {code} no se reporta en esta línea"
    ),
    "nothing to call needed: no requirement is declared on this line": (
        "nada que marcar como necesario: en esta línea no se declara ninguna dependencia"
    ),
    "nothing to call needed: {name} is {clause} without the comment: {clause2}": (
        "nada que marcar como necesario: {name} es {clause} sin el comentario: {clause2}"
    ),
    # Deployment
    "`{command}` is for developers: {name} watches the files to start anew when one changes, by a process of its own": (
        "`{command}` es para desarrollo: {name} vigila los archivos para reiniciarse cuando cambia uno, con un "
        "proceso propio"
    ),
    "leave that out where it is deployed": "quitarlo donde se despliega",
    "`{command}` starts Django's development server, which is none for production by its own documentation": (
        "`{command}` inicia el servidor de desarrollo de Django, que según su propia documentación no es para "
        "producción"
    ),
    "`{command}` starts the development server of Flask, which is none for production by its own documentation": (
        "`{command}` inicia el servidor de desarrollo de Flask, que según su propia documentación no es para producción"
    ),
    "`{command}` starts Django's development server, which is none for production by its own documentation, and "
    "it watches the files to start anew when one changes, by a process of its own": (
        "`{command}` inicia el servidor de desarrollo de Django, que según su propia documentación no es para "
        "producción, y vigila los archivos para reiniciarse cuando cambia uno, con un proceso propio"
    ),
    "`{command}` starts the development server of Flask, which is none for production by its own documentation, "
    "and it watches the files to start anew when one changes, by a process of its own": (
        "`{command}` inicia el servidor de desarrollo de Flask, que según su propia documentación no es para "
        "producción, y vigila los archivos para reiniciarse cuando cambia uno, con un proceso propio"
    ),
    "{text} keeps bytecode from being written where it runs, so the application compiles the project's own "
    "modules, each time it starts (the installer has compiled the rest)": (
        "{text} impide escribir bytecode donde se ejecuta, así que la aplicación compila los módulos del proyecto "
        "cada vez que arranca (el instalador compiló el resto)"
    ),
    "{text} keeps bytecode from being written where it runs, so the application compiles every module that it "
    "imports, each time it starts: the installer has compiled nothing": (
        "{text} impide escribir bytecode donde se ejecuta, así que la aplicación compila todos los módulos que "
        "importa cada vez que arranca: el instalador no compiló nada"
    ),
    "`{command}` leaves the image without bytecode, so each new container compiles every module that it imports "
    "when it starts": (
        "`{command}` deja la imagen sin bytecode, así que cada contenedor nuevo compila al arrancar todos los "
        "módulos que importa"
    ),
    "`{command}` installs in the image what only developers need: {names}": (
        "`{command}` instala en la imagen lo que solo necesitan los desarrolladores: {names}"
    ),
    "not installed here, so not weighed": "sin instalar aquí, así que sin pesar",
    "with what only they bring {n} distributions, {size} on disk here": (
        "con lo que solo ellas traen {n} distribuciones, {size} en disco aquí"
    ),
    "with what only they bring {n} distribution, {size} on disk here": (
        "con lo que solo ellas traen {n} distribución, {size} en disco aquí"
    ),
    "{n} services share the host ({names}) and none states a limit of memory: when it runs out, the kernel ends "
    "whichever is largest": (
        "{n} servicios comparten la máquina ({names}) y ninguno fija un límite de memoria: cuando se agota, el "
        "kernel mata al mayor"
    ),
    "`mem_limit` keeps each to its own": "`mem_limit` ata cada uno a lo suyo",
    "{name} starts {n} workers of {server}, which take about {size} {clause}, in a limit of {size2}: {n2} would "
    "fit (an estimate from one process)": (
        "{name} inicia {n} workers de {server}, que ocupan unos {size} {clause}, con un límite de {size2}: cabrían "
        "{n2} (estimado a partir de un proceso)"
    ),
    "{name} starts {n} workers of {server}, which take about {size} {clause}, in a limit of {size2}: not even "
    "one fits (an estimate from one process)": (
        "{name} inicia {n} workers de {server}, que ocupan unos {size} {clause}, con un límite de {size2}: no cabe "
        "ni uno (estimado a partir de un proceso)"
    ),
    "when they have started": "cuando han arrancado",
    "once each has run its lazy imports": "una vez que cada uno ha ejecutado sus importaciones diferidas",
    "once each has done its calls": "una vez que cada uno ha hecho sus llamadas",
    "{n} workers of {server} import {target} one by one: with --preload they would share it, and take about {n2} "
    "MiB less of {size} {clause} (an estimate, each has collected its garbage)": (
        "{n} workers de {server} importan {target} uno a uno: con --preload la compartirían, y ocuparían unos {n2} "
        "MiB menos de {size} {clause} (estimado, cada uno ha pasado el recolector de basura)"
    ),
    "what importing it opens, connections and threads, would be shared as well: open them after the fork": (
        "lo que abre al importarse, conexiones e hilos, también se compartiría: abrirlo después del fork"
    ),
}
