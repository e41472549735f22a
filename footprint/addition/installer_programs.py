"""uv or pip as a program: with a time limit, a private HOME, and the user's own settings of indexes.

Laws: nothing is installed but below overlays, or into a folder of ours. Without `build` wheels alone are taken, so that
no code of what is installed runs. Source: uv and pip, `--help` and their documentation of environment variables.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from footprint.errors import CannotMeasure
from footprint.model.installed_environment import Interpreter
from footprint.probe.program_end import ProgramEnd, run_printing
from footprint.probe.started_program import Overlay
from footprint.values import dataclass

INSTALL_S = 1800.0
_SHORT_S = 120.0
# Those of a shell, which lead another interpreter astray, and settings of where to install: we say that.
_DROPPED = frozenset(
    {"VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX"}
    | {"PYTHONSTARTUP", "PIP_TARGET", "PIP_PREFIX", "PIP_USER", "PIP_ROOT", "PIP_REQUIREMENT", "PIP_CONSTRAINT"}
    | {"PIP_REQUIRE_VIRTUALENV", "PIP_REPORT", "PIP_DRY_RUN", "PIP_LOG", "PIP_QUIET", "PIP_VERBOSE", "PIP_PYTHON"}
    | {"PIP_UPGRADE", "PIP_NO_DEPS", "PIP_ONLY_BINARY", "PIP_NO_BINARY", "PIP_NO_COMPILE", "PIP_FORCE_REINSTALL"}
    | {"UV_PYTHON", "UV_TARGET", "UV_PREFIX", "UV_SYSTEM_PYTHON", "UV_CONSTRAINT", "UV_COMPILE_BYTECODE"}
    | {"UV_NO_BUILD", "UV_NO_BINARY", "UV_DRY_RUN", "UV_LINK_MODE", "UV_PROJECT_ENVIRONMENT", "UV_REINSTALL"}
)
Kind = Literal["uv", "pip"]


@dataclass(frozen=True, slots=True)
class Installer:
    """The program that installs: uv, or the pip of an interpreter. `words` start it."""

    kind: Kind
    words: tuple[str, ...]
    home: Path  # private; it runs there: settings of a project could lead uv out of the shadow (`[tool.uv.pip] target`)
    find_links: tuple[str, ...] = ()
    build: bool = False

    def run(
        self, *words: str | Path, overlays: tuple[Overlay, ...] = (), limit_s: float = INSTALL_S, alone: bool = False
    ) -> ProgramEnd:
        """Run it with words of its own; `alone`: these are all words, of another program."""
        command = tuple(map(str, words if alone else (*self.words, *words)))
        environment = {**_settings(self.home), "HOME": str(self.home), "TMPDIR": str(self.home)}
        try:
            return run_printing(command, self.home, environment, limit_s, overlays)
        except OSError as error:
            raise CannotMeasure(f"cannot start {command[0]}: {error.strerror or error}") from error

    @property
    def wheels_only(self) -> tuple[str, ...]:
        """The words that keep it from building anything."""
        return () if self.build else ("--only-binary", ":all:")

    @property
    def links(self) -> tuple[str, ...]:
        """The words that name further places of wheels."""
        return tuple(word for link in self.find_links for word in ("--find-links", link))


@dataclass(frozen=True, slots=True)
class InstallerChoice:
    """What the user says of it. `kind` None: uv where it is there."""

    kind: Kind | None = None
    find_links: tuple[str, ...] = ()
    build: bool = False


def find_installer(python: Interpreter, home: Path, choice: InstallerChoice) -> Installer:
    """Return what installs for an interpreter: uv, else its own pip, else the one that runs us.

    Raises: CannotMeasure where there is none.
    """
    uv = find_uv() if choice.kind != "pip" else None
    if uv is not None:
        return Installer("uv", (uv,), home, choice.find_links, choice.build)
    if choice.kind == "uv":
        raise CannotMeasure("--installer uv: there is no program uv; install it, or leave the flag out")
    assert python.executable is not None
    own = ("-m", "pip", "--disable-pip-version-check", "--no-input")
    for words in ((str(python.executable), *own), (sys.executable, *own, "--python", str(python.executable))):
        found = Installer("pip", words, home, choice.find_links, choice.build)
        if found.run("--version", limit_s=_SHORT_S).status == 0:
            return found
    raise CannotMeasure("there is neither uv nor pip to install with: install uv, or pip into the environment")


def find_uv() -> str | None:
    """Return uv as the user's shell finds it, else the one beside our own interpreter."""
    beside = Path(sys.executable).with_name("uv")
    return shutil.which("uv") or (str(beside) if os.access(beside, os.X_OK) else None)


def _settings(home: Path) -> Mapping[str, str]:
    """Return our environment, with where the user's settings, caches and passwords lie: HOME is another one."""
    given = {name: value for name, value in os.environ.items() if name not in _DROPPED}
    real = Path(given.get("HOME") or home)
    config = given.get("XDG_CONFIG_HOME") or str(real / ".config")
    cache = Path(given.get("XDG_CACHE_HOME") or real / ".cache")
    kept = {
        "XDG_CONFIG_HOME": config,
        "UV_CACHE_DIR": given.get("UV_CACHE_DIR") or str(cache / "uv"),
        "PIP_CACHE_DIR": given.get("PIP_CACHE_DIR") or str(cache / "pip"),
        "UV_LINK_MODE": "copy",  # a hard link into the cache would be written through
        "UV_BREAK_SYSTEM_PACKAGES": "1",  # only a shadow of them
        "PIP_BREAK_SYSTEM_PACKAGES": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
        "UV_NO_PROGRESS": "1",
        "PIP_PROGRESS_BAR": "off",
        "NO_COLOR": "1",
        "LC_ALL": "C.UTF-8",
    }
    for name, file in (("NETRC", ".netrc"), ("PIP_CONFIG_FILE", ".pip/pip.conf")):
        if name not in given and (real / file).is_file():
            kept[name] = str(real / file)
    return {**given, **kept}
