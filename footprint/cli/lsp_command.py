"""`footprint lsp`."""

from __future__ import annotations

import sys
from functools import partial

from footprint.cli.arguments import Argument, Given
from footprint.config.settings_table import rows

ABOUT = """\
Show the figures of the last stored audit in an editor: a language server on standard input and output.

It reads .footprint/audit.json, which `footprint audit --store` writes, of the folder that is open in the editor or of
PROJECT. It measures nothing, starts nothing and writes nothing."""
TAKES = (
    Argument(
        "project", "The folder whose audit is shown; none: that of each file.", "path", "PROJECT", is_optional=True
    ),
    *rows("lang"),
)


def run(given: Given) -> None:
    """Serve the editor that started us until it leaves. Raises: UsageError for a folder that is none."""
    from footprint.cli.streams import own_input
    from footprint.editor.editor_session import EditorSession
    from footprint.editor.language_server import serve
    from footprint.errors import UsageError

    project = given["project"]
    if project is not None and not project.is_dir():
        raise UsageError(f"{project} is not a folder")
    make_session = partial(
        EditorSession, project=project.absolute() if project is not None else None, language=given["lang"]
    )
    raise SystemExit(serve(own_input(), sys.stdout.buffer, make_session))
