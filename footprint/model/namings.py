"""Names of distributions that stand in the project's text where no rule reads them."""

from __future__ import annotations

from typing import Literal

from footprint.names import DistributionName, ModuleName
from footprint.values import dataclass

# app: a file that runs or is read with the application; tests: of tests, tasks and documentation; dead: a module that
# nothing reaches; comment: beside the line that declares it, in words of the project, which are `text` then.
NamingRole = Literal["app", "tests", "dead", "comment"]


@dataclass(frozen=True, slots=True)
class SoughtName:
    """All by which a text may name one distribution."""

    distribution: DistributionName
    spellings: tuple[str, ...]  # of the distribution: "python-json-logger", "PyYAML"
    modules: tuple[ModuleName, ...]  # import names, dotted below a namespace: "google.cloud.storage"
    commands: tuple[str, ...] = ()  # console scripts
    plugins: tuple[str, ...] = ()  # names under which it registers for others to load
    is_dotted: bool = False  # a bare name says nothing: only a dotted one that leads to something in it


@dataclass(frozen=True, slots=True)
class Naming:
    """A name of `distribution` that stands at one place. `text` is the name alone: what is around it may be secret."""

    distribution: DistributionName
    text: str
    path: str  # relative to the project, posix
    line: int
    role: NamingRole


@dataclass(frozen=True, slots=True)
class FileNaming:
    """A name of a file of the project that stands at one place: what stands there may start the file."""

    file: str  # relative to the project, posix
    text: str
    path: str
    line: int
