"""What commands print beside a report: progress, hints, the static picture, in Spanish."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, str] = {
    "By reading": "Según el código",
    "Disk MiB": "Disco MiB",
    "Distribution": "Distribución",
    "No import found does not mean unused: servers, drivers and plugins are needed without one.": "Que no se encuentre "
    "ninguna importación no significa que no se use: servidores, drivers y plugins hacen falta sin ella.",
    "No entry point was found: every module counts as reached": "No se encontró ningún punto de entrada: todos "
    "los módulos cuentan como alcanzados",
    "Starts at {entries}": "Arranca en {entries}",
    "Where": "Dónde",
    "`footprint --help` lists all commands.": "`footprint --help` muestra todos los comandos.",
    "`footprint audit` tells which, and adds what a start costs in memory and time, what it really loads, and what "
    "removing or deferring would save. It starts the app; with --no-probe it only reads.": "`footprint audit` dice "
    "cuáles, y añade la memoria y el tiempo del arranque, lo que carga de verdad y lo que ahorraría quitar o "
    "diferir. Arranca la aplicación; con --no-probe solo lee.",
    "and {count} smaller: {size} MiB on disk": "y {count} más pequeñas: {size} MiB en disco",
    "declared, no import found": "declarada, sin importación",
    "imported at startup": "importada al arrancar",
    "imported by tests": "importada por tests",
    "imported by unreached code": "importada por código no alcanzado",
    "imported elsewhere": "importada en otras condiciones",
    "imported for typing": "importada para tipos",
    "imported late": "importada más tarde",
    "not declared, no import found": "no declarada, sin importación",
    "{kind}: {count}, {size} MiB: {names}": "{kind}: {count}, {size} MiB: {names}",
    "{project}: nothing was weighed, there is no environment": "{project}: no se pesó nada, no hay entorno",
    "{project}: {size} on disk in {distributions} ({environment})": "{project}: {size} en disco en {distributions} "
    "({environment})",
}
NOUNS: Mapping[str, tuple[str, str]] = {
    "commit": ("commit", "commits"),
    "entry": ("entrada", "entradas"),
    "layer": ("capa", "capas"),
    "limit": ("límite", "límites"),
    "new layer": ("capa nueva", "capas nuevas"),
    "other": ("otra", "otras"),
    "place": ("lugar", "lugares"),
    "project": ("proyecto", "proyectos"),
    "service": ("servicio", "servicios"),
    "variable": ("variable", "variables"),
}
