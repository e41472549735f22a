"""Commands in the run configurations of editors: Visual Studio Code's launch.json and tasks.json, PyCharm's XML.

Source: VS Code, "Python debugging", "Tasks", "Variables reference"; JSON with comments; PyCharm's run configurations.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from footprint.collect.deploy.platforms.stated import line_of
from footprint.documents.json_lines import try_json
from footprint.documents.plain_values import table_of, tables_of, texts_of

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
    document = table_of(try_json(plain))
    for item in (*tables_of(document.get("configurations")), *tables_of(document.get("tasks"))):
        if words := _words(item):
            yield _line_of(text, item), _in_folder(words, item)


def _words(item: Mapping[str, Any]) -> list[str]:
    given = texts_of(item.get("args"))
    program, module, command = (item.get(key) for key in ("program", "module", "command"))
    if str(item.get("type")) in {"python", "debugpy"}:
        named = ["-m", module] if isinstance(module, str) else [program] if isinstance(program, str) else []
        return ["python", *named, *given] if named else []
    if not isinstance(command, str):
        return []
    return [command, *given] if given else command.split()


def _in_folder(words: list[str], item: Mapping[str, Any]) -> str:
    folder = item.get("cwd") or table_of(item.get("options")).get("cwd")
    line = " ".join(_quoted(word) for word in words)
    inside = _plain(folder) if isinstance(folder, str) else ""
    return f"cd {shlex.quote(inside)} && {line}" if inside else line


def _quoted(word: str) -> str:
    return shlex.quote(_plain(_PYTHONS.sub("python", word)))


def _plain(path: str) -> str:
    return _ROOT.sub("", path).replace("\\", "/")


def _line_of(text: str, item: Mapping[str, Any]) -> int:
    """Return the line of what the configuration is called, the first line where it has no name."""
    name = item.get("name") or item.get("label")
    return line_of(text, name) if isinstance(name, str) else 1
