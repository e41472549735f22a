"""What an environment is born with: pip, and what else its maker puts into it before anything is installed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from footprint.collect.layout.environment_files import read_config
from footprint.collect.layout.release import parse_version
from footprint.files.reader import list_names
from footprint.model.installed_environment import Numbers
from footprint.names import DistributionName, normalise

_OF_VIRTUALENV = ".virtualenv"  # "pip-26.3.virtualenv": left beside each seed
_LAST_WITH_SETUPTOOLS = (3, 11)
_OF_CONDA = frozenset({"pip", "setuptools", "wheel"})  # its pip requires the other two


def find_seeds(site_dirs: Collection[Path], version: Numbers, *, is_interpreter: bool) -> frozenset[DistributionName]:
    """Return the names that an environment has from its birth on: no line that leaves takes them away.

    `is_interpreter`: the folders belong to an interpreter; a folder that was only filled (`pip install --target`) is
    born empty. Without a pyvenv.cfg it is that of an image or an operating system, which have pip like `venv` has it.
    Source: ensurepip (setuptools up to 3.11), virtualenv's seeds, `uv venv --seed`.
    """
    for folder in site_dirs:
        for prefix in (folder.parent.parent.parent, folder.parent.parent):  # lib/python3.x/site-packages, Lib/...
            config = read_config(prefix)
            if config is not None:
                stated = parse_version(config.get("version_info", config.get("version", "")))
                return _of_virtual(config, folder, stated[:2] if stated else version[:2])
            if (prefix / "conda-meta").is_dir():
                return _OF_CONDA
    if not is_interpreter:
        return frozenset()
    return _of_ensurepip(version[:2]) | ({"wheel"} if version[:2] <= _LAST_WITH_SETUPTOOLS else set())


def _of_virtual(config: Mapping[str, str], folder: Path, version: tuple[int, int]) -> frozenset[DistributionName]:
    if "uv" in config:
        return _of_ensurepip(version) | {"wheel"} if config.get("seed") == "true" else frozenset()
    if "virtualenv" in config:
        return frozenset(_named_by_virtualenv(folder))
    return frozenset() if "--without-pip" in config.get("command", "").split() else _of_ensurepip(version)


def _of_ensurepip(version: tuple[int, int]) -> frozenset[DistributionName]:
    return frozenset({"pip", "setuptools"} if version <= _LAST_WITH_SETUPTOOLS else {"pip"})


def _named_by_virtualenv(folder: Path) -> set[DistributionName]:
    marks = [name for name in list_names(folder) if name.endswith(_OF_VIRTUALENV)]
    return {normalise(mark.partition("-")[0]) for mark in marks} or {"pip"}
