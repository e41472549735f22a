"""nixpacks.toml. Source: Nixpacks, configuration as code."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.collect.deploy.platforms.stated import toml_commands
from footprint.documents.plain_values import list_of
from footprint.documents.toml import parse_toml
from footprint.model.source_modules import StartCommand


def read(text: str, path: str) -> Iterator[StartCommand]:
    """Yield the start command of a nixpacks.toml, and what its phases run.

    Raises: TomlInvalid.
    """
    document = parse_toml(text, path)
    yield from toml_commands(document, "web", ("start", "cmd"))
    for phase in document.table("phases"):
        for number in range(len(list_of(document.get("phases", phase, "cmds")))):
            yield from toml_commands(document, "build", ("phases", phase, "cmds", number), "build")
