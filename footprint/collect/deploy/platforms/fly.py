"""fly.toml: processes and machines. Source: Fly.io app configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from footprint.collect.deploy.files.deploy_files import folder_of
from footprint.collect.deploy.platforms.stated import BEFORE, fly_size, toml_commands
from footprint.documents.toml import TomlDocument, parse_toml
from footprint.model.limits import StatedLimit
from footprint.model.note import Note
from footprint.model.source_modules import StartCommand


def read(text: str, path: str) -> tuple[StartCommand | StatedLimit | Note, ...]:
    """Return the processes of a fly.toml, or the command of its one process, its release command, and its machines.

    Raises: TomlInvalid.
    """
    document = parse_toml(text, path)
    found = [
        each for name in document.table("processes") for each in toml_commands(document, name, ("processes", name))
    ]
    found = found or list(toml_commands(document, "web", ("experimental", "cmd")))
    names = [command.name for command in found] or ["web"]
    return (*found, *toml_commands(document, BEFORE, ("deploy", "release_command")), *_machines(document, names))


def _machines(document: TomlDocument, names: list[str]) -> Iterator[StatedLimit | Note]:
    """Yield what the machines of each process have: `memory` comes before `size`, which alone gives its least.

    Without a [[vm]] nothing is enforced by the file.
    """
    machines = document.get("vm")
    for index, row in enumerate(machines if isinstance(machines, list) else [machines]):
        if not isinstance(row, dict):
            continue
        where: tuple[str | int, ...] = ("vm", index) if isinstance(machines, list) else ("vm",)
        processes = row.get("processes")
        of = [name for name in names if not isinstance(processes, list) or name in processes]
        key = next((key for key in ("memory", "memory_mb") if key in row), "size")
        line, value = document.line(*where, key), row.get(key)
        here = folder_of(document.path)
        if key == "size" and isinstance(value, str | None):
            plan = f"fly:{value.lower() if value is not None else _preset(row)}"
            line = line if value is not None else document.line(*where, "cpus")
            yield from (StatedLimit(name, None, None, document.path, line, "plan", plan, here) for name in of)
        elif (size := fly_size(value)) is not None:
            yield from (StatedLimit(name, size, None, document.path, line, "stated", folder=here) for name in of)
        elif value is not None:
            message = f"the memory {str(value)[:80]} is not a size that can be read here"
            yield Note("limit-unknown", message, document.path, line)


def _preset(row: Mapping[str, object]) -> str:
    """Return the size that a machine described by its processors alone is of."""
    kind = "performance-" if row.get("cpu_kind") == "performance" else "shared-cpu-"
    return f"{kind}{row.get('cpus', 1)}x"[:40]
