"""Names and values of settings files, line by line: env files, compose, Dockerfiles, TOML, INI, YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from footprint.files.reader import try_read
from footprint.values import dataclass

_LARGEST_BYTES = 1 << 20
_LONGEST_LINE = 2_000
_LINE = re.compile(r"""\s*(?:-\s+)?(?:export\s+|ENV\s+|ARG\s+)?["']?([A-Za-z_][\w.]*)["']?\s*[=:\s]\s*(\S.*)""")
_PAIR = re.compile(r"""(?:^|\s)([A-Za-z_]\w*)=("[^"]*"|'[^']*'|\S+)""")  # several in one line of a Dockerfile
_DEFAULT = re.compile(r"\$\{[^}:]*:?-([^}]*)\}")
# An env file describes one machine, and an example of one none at all; these say what is deployed.
_DEPLOYED = re.compile(r"(?i)dockerfile|containerfile|compose|render\.ya?ml|fly\.|app\.ya?ml|app\.json|procfile")


@dataclass(frozen=True, slots=True)
class SettingLine:
    """One name with its value, as it stands in a file; never to be shown, it may be a secret."""

    name: str
    value: str
    path: str
    line: int
    is_deployed: bool


def read_settings(file: Path, path: str) -> Iterator[SettingLine]:
    """Yield what a settings file assigns; `path` is how the project calls it."""
    data = try_read(file, bytes_at_most=_LARGEST_BYTES) or b""
    is_deployed = _DEPLOYED.search(path.rpartition("/")[2]) is not None
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), start=1):
        if len(line) > _LONGEST_LINE or line.lstrip().startswith(("#", ";", "//")):
            continue
        text = re.split(r"\s#", line, maxsplit=1)[0]
        found = _LINE.match(text)
        pairs = dict(_PAIR.findall(text)) or ({found[1]: found[2]} if found else {})
        for name, value in pairs.items():
            yield SettingLine(name, _bare(value), path, number, is_deployed)


def _bare(value: str) -> str:
    text = value.strip().rstrip(",").strip("\"'")
    default = _DEFAULT.fullmatch(text)
    return default[1] if default else text
