"""What a report in markdown says beyond the table: decisions, recommendations, requirements, in Spanish."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, str] = {
    # Memory, part by part
    "MiB": "MiB",
    "all processes of the real command, ready": "todos los procesos del comando real, listos",
    "all together": "todo junto",
    "after lazy imports": "tras los imports diferidos",
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
    "what lazy imports add": "lo que suman los imports diferidos",
    "what the calls add": "lo que suman las llamadas",
    "what the requests added": "lo que sumaron las peticiones",
    "{name}, with all it brings": "{name}, con todo lo que arrastra",
    "{percent} % of {limit}": "{percent} % de {limit}",
    "~: estimated or predicted; without it a figure was measured": "~: estimado o predicho; sin ese signo, medido",
}
NOUNS: Mapping[str, tuple[str, str]] = {
    "smaller one": ("más pequeña", "más pequeñas"),
}
