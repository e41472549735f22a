"""render.yaml: what the services start, and their plans. Source: Render blueprint specification."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from footprint.collect.deploy.platforms import stated
from footprint.documents.yaml_nodes import YamlNode
from footprint.model.limits import StatedLimit
from footprint.model.source_modules import Purpose, Role, StartCommand

_RENDER_KINDS = frozenset({"web", "worker", "pserv", "cron"})  # a key-value store has plans of its own


@stated.of_yaml("Command", "plan")
def read(document: Mapping[str, YamlNode], path: str) -> Iterator[StartCommand | StatedLimit]:
    """Yield what the services of a render.yaml start, and their plans; the type names one that is alone of its type.

    A service without a plan has no limit here: which plan it gets depends on its type and on when it was made.
    """
    tables = [*map(stated.mapping, stated.items_of(document.get("services")))]
    types = Counter(stated.text_of(table.get("type")) for table in tables)
    for table in tables:
        kind, name = stated.text_of(table.get("type")) or "web", stated.text_of(table.get("name"))
        here = stated.beside(path, stated.text_of(table.get("rootDir")) or ".")
        shown = kind if types[kind] == 1 or name is None else name
        keys: tuple[tuple[str, str, Purpose], ...] = (
            ("startCommand", shown, "start"),
            ("dockerCommand", shown, "start"),
            ("preDeployCommand", stated.BEFORE, "start"),
            ("buildCommand", "build", "build"),
        )
        role: Role | None = "job" if kind == "cron" else None
        environ = stated.environ_of(table.get("envVars"))
        for key, each, purpose in keys:
            more = {"role": role, "purpose": purpose}
            yield from stated.commands_at(each, table.get(key), path, here, environ=environ, **more)
        plan = table.get("plan")
        if kind in _RENDER_KINDS and plan is not None and (slug := stated.text_of(plan)) is not None:
            name_of_plan = f"render:{slug.strip().lower()}"
            yield StatedLimit(shown, None, None, path, plan.line, "plan", name_of_plan, here, role == "job")
