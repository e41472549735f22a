"""The page for a browser, in Spanish."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, str] = {
    # Parts
    "More parts": "Más apartados",
    "Parts of the report": "Partes del informe",
    "Skip to the report": "Saltar al informe",
    "Memory by stage": "Memoria por etapas",
    "Where the weight is": "Dónde está el peso",
    "What the start imports": "Qué importa el arranque",
    "The start over time": "El arranque en el tiempo",
    "measured {when}": "medido {when}",
    "Download the audit as JSON": "Descargar la auditoría en JSON",
    "Made by footprint {version}. This page asks nothing of any other machine.": "Hecho con footprint {version}. "
    "Esta página no pide nada a ninguna otra máquina.",
    "All rectangles together: {size} MiB": "Todos los rectángulos juntos: {size} MiB",
    "The picture of the imports needs JavaScript; the audit as JSON has the same in `import_trees`.": "El gráfico de "
    "los imports necesita JavaScript; la auditoría en JSON contiene lo mismo en `import_trees`.",
    # Table
    "Frees MiB": "Libera MiB",
    "Avoidable MiB": "Evitable MiB",
    "Lazily MiB": "Diferido MiB",
    "Import ms": "Import ms",
    "All distributions, the heaviest on disk first": "Todas las distribuciones, primero las que más ocupan en disco",
    "(ignored)": "(ignorada)",
    "declared": "declarada",
    # Classes
    # Memory
    "does not fit": "no cabe",
    "peak {memory}": "pico {memory}",
    "{percent} % of {memory}": "{percent} % de {memory}",
    "{stage}, one process": "{stage}, un proceso",
    "{stage}, with its server": "{stage}, con su servidor",
    "{stage}, one worker": "{stage}, un worker",
    "{stage}, {count} workers": "{stage}, {count} workers",
    "{stage}, {count} workers with preload": "{stage}, {count} workers con preload",
    "before {memory}, {change}": "antes {memory}, {change}",
    "Dashed: what one process took before, in {before}": "Línea discontinua: lo que ocupaba antes un proceso, en "
    "{before}",
    "Disk change MiB": "Cambio de disco MiB",
    "entered the start": "ha entrado en el arranque",
    "entered the start, {memory} MiB": "ha entrado en el arranque, {memory} MiB",
    "left the start": "ha salido del arranque",
    "left the start, {memory} MiB": "ha salido del arranque, {memory} MiB",
    "Point at a part for its figures; a click or Enter opens it": "Señala una parte para ver sus cifras; un clic o "
    "Intro la abre",
    "Memory of {entry} over time; the table below has the same figures": "Memoria de {entry} en el tiempo; la tabla de "
    "abajo tiene las mismas cifras",
    "Stage or call": "Etapa o llamada",
    "Time ms": "Tiempo ms",
    "Peak MiB": "Pico MiB",
    # Suggestions
    "not tried: footprint audit --verify fast does it": "sin probar: footprint audit --verify fast lo prueba",
    "tried: it works by its start; only a command or a request that calls it would prove it": "probado: arranca bien; "
    "solo lo demostraría un comando o una petición que lo use",
    "tried: it works, and saves less than half a MiB": "probado: funciona y ahorra menos de medio MiB",
    "tried: it works": "probado: funciona",
    "The change": "El cambio",
    "low effort": "poco esfuerzo",
    "medium effort": "esfuerzo medio",
    "high effort": "mucho esfuerzo",
    "It breaks: {message}": "Rompe: {message}",
    "Why it was not tried: {reason}": "Por qué no se probó: {reason}",
    "Nothing ticked. Tick suggestions to see what they free together, exactly.": "Nada marcado. Marca sugerencias para "
    "ver exactamente qué liberan juntas.",
    "Ticked together: {disk} MiB of disk by {count} distributions": "Lo marcado, junto: {disk} MiB de disco en {count} "
    "distribuciones",
    "{entry}: {rss} MiB RSS and {time} ms less at startup, predicted": "{entry}: {rss} MiB de RSS y {time} ms menos al "
    "arrancar, predicho",
    "Measured in a trial of all that hold: {entry} {before} -> {after} MiB": "Medido en una prueba con todas las que "
    "funcionan: {entry} {before} -> {after} MiB",
    # Pictures
    "Treemap of the disk: the table below has the same figures": "Mapa del disco: la tabla de abajo tiene las mismas "
    "cifras",
    "shared and unowned": "compartido y sin dueño",
    "Everything": "Todo",
    "avoidable {x} MiB": "evitable {x} MiB",
    "Back": "Atrás",
    "Copied": "Copiado",
    "Copy": "Copiar",
    "with what it loads {x}": "con lo que carga {x}",
    "Dark": "Oscuro",
    "Light": "Claro",
    "As the system": "Como el sistema",
    "Colours": "Colores",
    "Details": "Detalles",
    "Disk": "Disco",
    "Evidence": "Pruebas",
    "Folders in MiB": "Carpetas en MiB",
    "Click a class to hide or to show it": "Pulsa una clase para ocultarla o mostrarla",
    "line of the project: {x}": "línea del proyecto: {x}",
    "{x} of {y} shown": "{x} de {y} a la vista",
    "own code": "código propio",
    "not known": "desconocido",
    "Required by": "Requerida por",
    "{x} smaller": "{x} menores",
    "Startup RSS": "RSS al arrancar",
    "Import time": "Tiempo de import",
    "Bytes": "Bytes",
    "Search names and modules": "Buscar nombres y módulos",
    "itself {x}": "por sí mismo {x}",
    "Sort by this column": "Ordenar por esta columna",
    "directly in it": "directamente dentro",
    "ms": "ms",
}
NOUNS: Mapping[str, tuple[str, str]] = {
    "smaller one": ("más pequeña", "más pequeñas"),
}
