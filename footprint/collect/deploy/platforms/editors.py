"""Commands in the run configurations of editors: Visual Studio Code's launch.json and tasks.json, PyCharm's XML.

Source: VS Code, "Python debugging", "Tasks", "Variables reference"; JSON with comments; PyCharm's run configurations.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

from footprint.collect.deploy.platforms.stated import line_of
from footprint.documents.json_lines import try_json

_COMMENT = re.compile(r'("(?:[^"\\\n]|\\.)*")|//[^\n]*|/\*.{0,500}?\*/', re.DOTALL)
_TRAILING = re.compile(r'("(?:[^"\\\n]|\\.)*")|,(?=\s*[}\]])')
_LONGEST = 100_000  # characters: what is longer was not written by hand
_ROOT = re.compile(r"\$\{workspace(?:Folder|Root)(?::[^}]*)?\}[/\\]?|\$PROJECT_DIR\$/?|\$\{fileDirname\}/")
_PYTHONS = re.compile(r"\$\{(?:command:python\.|config:python)[^}]*\}")
_OPTION = re.compile(r'<option\s+name="(\w+)"\s+value="([^"\n]*)"')


def read_editor_runs(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line, command) of everything that the configurations start; nothing for a text that is neither."""
    if text.lstrip().startswith("<"):
        options = dict(_OPTION.findall(text))
        words = ["-m"] * (options.get("MODULE_MODE") == "true") + [options.get("SCRIPT_NAME", "")]
        if words[-1]:
            yield 1, _in_folder(["python", *words], {"cwd": options.get("WORKING_DIRECTORY")})
        return
    plain = text[: _LONGEST * (len(text) <= _LONGEST)]
    for pattern in (_COMMENT, _TRAILING):
        plain = pattern.sub(lambda match: match[1] or "", plain)
    document = try_json(plain)
    for key in ("configurations", "tasks"):
        items = document.get(key) if isinstance(document, dict) else None
        for item in items if isinstance(items, list) else ():
            words = _words(item) if isinstance(item, dict) else []
            if words:
                yield _line_of(text, item), _in_folder(words, item)


def _words(item: dict[str, Any]) -> list[str]:
    given = [word for word in _list(item.get("args")) if isinstance(word, str)]
    program, module, command = (item.get(key) for key in ("program", "module", "command"))
    if str(item.get("type")) in {"python", "debugpy"}:
        named = ["-m", module] if isinstance(module, str) else [program] if isinstance(program, str) else []
        return ["python", *named, *given] if named else []
    if not isinstance(command, str):
        return []
    words = command.split() if not given else [command]
    return [*words, *given]


def _in_folder(words: list[str], item: dict[str, Any]) -> str:
    options = item.get("options")
    folder = item.get("cwd") or (options.get("cwd") if isinstance(options, dict) else None)
    line = " ".join(_quoted(word) for word in words)
    inside = _plain(folder) if isinstance(folder, str) else ""
    return f"cd {shlex.quote(inside)} && {line}" if inside else line


def _quoted(word: str) -> str:
    return shlex.quote(_plain(_PYTHONS.sub("python", word)))


def _plain(path: str) -> str:
    return _ROOT.sub("", path).replace("\\", "/")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _line_of(text: str, item: dict[str, Any]) -> int:
    """Return the line of what the configuration is called, the first line where it has no name."""
    name = item.get("name") or item.get("label")
    return line_of(text, name) if isinstance(name, str) else 1
