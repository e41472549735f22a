"""The console scripts that the project itself defines, as its packaging files say: name to "module:attribute".

Source: entry points specification; [project.scripts], [tool.poetry.scripts], setuptools' declarative configuration.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from footprint.collect.deploy.files.deploy_files import Locations
from footprint.documents.toml import try_toml
from footprint.late import late_pattern

_LINE = late_pattern(r"([A-Za-z0-9][\w.-]*)\s*=\s*([A-Za-z_][\w.]*(?::\s*[A-Za-z_][\w.]*)?)")
_SECTION = late_pattern(r"\[console_scripts\]([^\[\"']*)")  # of entry_points.txt, as one text in setup.py
_IN_SETUP = late_pattern(r"[\"']([A-Za-z0-9][\w.-]*)[ \t]*=[ \t]*([A-Za-z_][\w.]*:[A-Za-z_][\w.]*)[\"']")


class OwnScripts:
    """Console scripts by the folder of the packaging files; each file is read once."""

    def __init__(self, locations: Locations) -> None:
        """Take where files are read from."""
        self._locations = locations
        self._by_folder: dict[str, Mapping[str, str]] = {}

    def of(self, folder: str) -> Mapping[str, str]:
        """Return those that the files in a folder define."""
        if folder not in self._by_folder:
            self._by_folder[folder] = {**self._setup_py(folder), **self._setup_cfg(folder), **self._pyproject(folder)}
        return self._by_folder[folder]

    def _text(self, folder: str, name: str, word: str) -> str:
        """Return the text of a file, "" where it has not got a word."""
        text = self._locations.read(posixpath.normpath(posixpath.join(folder, name))) or ""
        return text if word in text else ""

    def _pyproject(self, folder: str) -> Mapping[str, str]:
        document = try_toml(self._text(folder, "pyproject.toml", "scripts"), "pyproject.toml")
        found: dict[str, str] = {}
        for table in (("tool", "flit", "scripts"), ("tool", "poetry", "scripts"), ("project", "scripts")):
            for name, value in document.table(*table).items():
                target = value.get("reference") if isinstance(value, dict) else value
                if isinstance(target, str):
                    found[name] = target
        return found

    def _setup_cfg(self, folder: str) -> Mapping[str, str]:
        if not (text := self._text(folder, "setup.cfg", "console_scripts")):
            return {}
        import configparser  # few files have such a section

        parser = configparser.ConfigParser(interpolation=None, strict=False)
        try:
            parser.read_string(text)
        except (configparser.Error, ValueError):
            return {}
        of_pbr = parser.get("entry_points", "console_scripts", fallback="")
        return _scripts_of(parser.get("options.entry_points", "console_scripts", fallback=of_pbr))

    def _setup_py(self, folder: str) -> Mapping[str, str]:
        text = self._text(folder, "setup.py", "console_scripts")
        sections = "\n".join(_SECTION.findall(text)).replace("\\n", "\n")
        return {**_scripts_of(sections), **dict(_IN_SETUP.findall(text))}


def _scripts_of(lines: str) -> Mapping[str, str]:
    matches = (_LINE.fullmatch(line.strip()) for line in lines.splitlines())
    return {match[1]: match[2] for match in matches if match}
