"""render.yaml: what the services start, and their plans. Source: Render blueprint specification."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from footprint.collect.deploy.platforms.stated import (
    BEFORE,
    beside,
    command_of,
    environ_of,
    mapping,
    stated_command,
    text_of,
)
from footprint.documents.yaml_nodes import parse_yaml
from footprint.model.limits import StatedLimit
from footprint.model.source_modules import Purpose, Role, StartCommand

_RENDER_KINDS = frozenset({"web", "worker", "pserv", "cron"})  # a key-value store has plans of its own


def read(text: str, path: str) -> tuple[StartCommand | StatedLimit, ...]:
    """Return what the services of a render.yaml start, and their plans; the type names one that is alone of its type.

    A service without a plan has no limit here: which plan it gets depends on its type and on when it was made.
    Raises: YamlInvalid.
    """
    if "Command" not in text and "plan" not in text:
        return ()
    services = mapping(parse_yaml(text)).get("services")
    tables = [mapping(item) for item in services.items()] if services is not None else []
    types = Counter(text_of(table.get("type")) for table in tables)
    found: list[StartCommand | StatedLimit] = []
    for table in tables:
        kind, name = text_of(table.get("type")) or "web", text_of(table.get("name"))
        here = beside(path, text_of(table.get("rootDir")) or ".")
        shown = kind if types[kind] == 1 or name is None else name
        keys: tuple[tuple[str, str, Purpose], ...] = (
            ("startCommand", shown, "start"),
            ("dockerCommand", shown, "start"),
            ("preDeployCommand", BEFORE, "start"),
            ("buildCommand", "build", "build"),
        )
        role: Role | None = "job" if kind == "cron" else None
        environ = environ_of(table.get("envVars"))
        for key, each, purpose in keys:
            command = command_of(table.get(key))
            if command is not None:
                stated = stated_command(each, command, path, here, environ=environ, role=role)
                found.append(replace(stated, purpose=purpose))
        plan = table.get("plan")
        if kind in _RENDER_KINDS and plan is not None and (slug := text_of(plan)) is not None:
            name_of_plan = f"render:{slug.strip().lower()}"
            found.append(StatedLimit(shown, None, None, path, plan.line, "plan", name_of_plan, here, role == "job"))
    return tuple(found)
