"""README.md of a Space of Hugging Face. Source: Hugging Face, "Spaces configuration reference"."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from footprint.collect.deploy.platforms.stated import line_at, stated_command
from footprint.late import late_pattern
from footprint.model.source_modules import StartCommand

_FRONT_MATTER = late_pattern(r"---[ \t]*\n(?:(?!---).*\n)*")
_FRONT_LINE = late_pattern(r"^(sdk|app_file)[ \t]*:[ \t]*[\"']?([^\"'\n#]*[^\"'\n#\s])", re.MULTILINE)
_SPACES = {"gradio": "python", "streamlit": "streamlit run"}


def read(text: str, path: str) -> Iterator[StartCommand]:
    """Yield what a Space of Hugging Face starts, as the front matter of its README says."""
    front = _FRONT_MATTER.match(text) if path == "README.md" else None
    keys = {match[1]: match for match in _FRONT_LINE.finditer(front[0])} if front is not None else {}
    program = _SPACES.get(keys["sdk"][2]) if "sdk" in keys else None
    if program is not None:
        stated = keys.get("app_file")
        command = f"{program} {shlex.quote(stated[2] if stated else 'app.py')}"
        yield stated_command("web", (line_at(text, stated or keys["sdk"]), command), path)
