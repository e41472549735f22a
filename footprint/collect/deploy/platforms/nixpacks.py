"""nixpacks.toml. Source: Nixpacks, configuration as code."""

from __future__ import annotations

from footprint.collect.deploy.platforms.stated import toml_commands
from footprint.documents.toml import parse_toml
from footprint.model.source_modules import StartCommand


def read(text: str, path: str) -> tuple[StartCommand, ...]:
    """Return the start command of a nixpacks.toml, and what its phases run.

    Raises: TomlInvalid.
    """
    document = parse_toml(text, path)
    found = list(toml_commands(document, "web", ("start", "cmd")))
    for phase in document.table("phases"):
        commands = document.get("phases", phase, "cmds")
        for number in range(len(commands) if isinstance(commands, list) else 0):
            found += toml_commands(document, "build", ("phases", phase, "cmds", number), "build")
    return tuple(found)
