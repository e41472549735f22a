"""What Heroku and Dokku read: Procfile, heroku.yml, app.json.

Source: the Procfile format of the Heroku documentation, heroku.yml reference, app.json schema.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator, Mapping

from footprint.collect.deploy.files.deploy_files import folder_of
from footprint.collect.deploy.platforms import stated
from footprint.documents.plain_values import table_of, tables_of
from footprint.documents.yaml_nodes import YamlNode
from footprint.late import late_pattern
from footprint.model.source_modules import StartCommand

_LINE = late_pattern(r"([A-Za-z0-9_-]+):\s*(\S.*)")
_FOR_DEVELOPERS = late_pattern(r"\.(?:dev\w*|local|windows|tests?|debug)$")


def read_procfile(text: str, path: str) -> tuple[StartCommand, ...]:
    """Return the start command of every process type in file order, `release` and the like among them."""
    purpose = "development" if _FOR_DEVELOPERS.search(posixpath.basename(path).lower()) else "start"
    lines = enumerate(text.splitlines(), start=1)
    found = ((number, match) for number, line in lines if (match := _LINE.fullmatch(line.strip())))
    return tuple(
        stated.stated_command(match[1], (number, match[2]), path, folder_of(path), purpose=purpose)
        for number, match in found
    )


@stated.of_yaml("run", "release")
def read_yaml(keys: Mapping[str, YamlNode], path: str) -> Iterator[StartCommand]:
    """Yield what a heroku.yml runs per process type, and its release command."""
    said = [
        *stated.mapping(keys.get("run")).items(),
        *([(stated.BEFORE, keys["release"])] if "release" in keys else []),
    ]
    for name, node in said:
        yield from stated.commands_at(name, stated.mapping(node).get("command") or node, path, folder_of(path))


def read_app_json(text: str, path: str) -> Iterator[StartCommand]:
    """Yield the scripts of an app.json and its cron jobs. Raises: ValueError or RecursionError for no JSON."""
    document = table_of(json.loads(text))
    scripts = table_of(document.get("scripts"))
    found = [*{**scripts, **table_of(scripts.get("dokku"))}.items()]
    found += [("cron", each.get("command")) for each in tables_of(document.get("cron"))]
    for name, command in [each for each in found if isinstance(each[1], str)][: stated.COMMANDS_AT_MOST]:
        yield stated.stated_command(name, (stated.line_of(text, command), command), path, role="job")
