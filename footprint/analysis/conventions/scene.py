"""What a convention answers, and what it may look at.

Laws: pure. A convention knows one framework and nothing of how files are walked. It says how early a file is loaded
at best; where the code that names the file runs later, the file is loaded later, too.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from footprint.analysis.names.first_party import Bindings, FirstParty
from footprint.model.entry_origins import StartLine
from footprint.model.source_modules import EntryPoint, ImportSite, ReachedModule, Reference, SourceModule
from footprint.names import ByPath, ModuleName
from footprint.values import dataclass

_MOST_PARTS = 4  # between the stars of a pattern

Depth = Literal["startup", "lazy"]


@dataclass(frozen=True, slots=True)
class Lead:
    """A file that something else than an import statement loads, and the functions in it that run then."""

    module: SourceModule
    depth: Depth
    because: ImportSite | None  # None: the launcher loads it
    runs: tuple[str, ...] = ()
    beside: bool = False  # in another process than the entry's: a worker, a command, the runner of tests


class Scene:
    """One entry's view of the project, and what the conventions have met in it."""

    def __init__(
        self, entry: EntryPoint, view: FirstParty, modules: Iterable[SourceModule], reached: ByPath[ReachedModule]
    ) -> None:
        self.entry, self.first_party = entry, view
        files = {module.path: module for module in modules}
        self.by_path = {path: module for path, module in files.items() if not path.endswith(".pyi")}
        self.stubs = {path: module for path, module in files.items() if path not in self.by_path}
        self.reached = reached  # grows while the entry is walked
        self.applications: dict[ModuleName, Reference] = {}  # of Django: package to the line that installs it
        self.task_modules: dict[str, str] = {}  # of files that call autodiscover_tasks: which modules it looks for
        self.discovering: set[str] = set()  # those of these files that name no packages
        self.looked_at: set[str] = set()  # for such calls
        self.discovered: dict[str, Reference] = {}  # names of modules that are looked for in every application
        self.offers: dict[str, Mapping[str, Sequence[Reference | ImportSite]]] = {}  # of lazy packages, by path
        self.by_call: dict[str, Mapping[int, Sequence[Reference]]] = {}  # imports of computed names, by path and line
        self.bindings = Bindings()
        self._paths = sorted(self.by_path)
        self._names: list[ModuleName] = []
        self._folders: dict[ModuleName, str] | None = None
        self._matches: dict[tuple[str, bool], tuple[SourceModule, ...]] = {}

    @property
    def is_worker(self) -> bool:
        """Whether a worker of Celery is started."""
        return self.entry.launcher == "celery"

    def leads(
        self,
        files: Iterable[SourceModule],
        depth: Depth,
        because: ImportSite | None,
        *,
        beside: bool = False,
        runs: tuple[str, ...] = (),
    ) -> Iterator[Lead]:
        """Yield one lead for each of `files`."""
        return (Lead(file, depth, because, runs, beside) for file in files)

    def leads_to(self, name: ModuleName, because: ImportSite | None) -> Iterator[Lead]:
        """Yield one lead at startup for each file that importing a module of ours runs; none where it is not ours."""
        files = self.first_party.files_of(name) if self.first_party.find(name) is not None else ()
        return self.leads(files, "startup", because)

    def worker_leads(self, files: Iterable[SourceModule], because: ImportSite | None) -> Iterator[Lead]:
        """Yield one lead for each of `files` that a worker of Celery loads when it starts, and no other process."""
        return self.leads(files, "startup" if self.is_worker else "lazy", because, beside=not self.is_worker)

    def named_by(self, reference: Reference) -> tuple[SourceModule, ...]:
        """Return the files that a string names: a module, or an attribute that a module binds."""
        module = reference.module
        if "/" in module or module.endswith(".py"):
            return self.file_at(reference)
        if self.first_party.find(module) is not None:
            return self.first_party.files_of(module)
        owner, _, attribute = module.rpartition(".")
        found = self.first_party.find(owner) if owner and not reference.names else None
        if found is not None and attribute in found.binds:
            return self.first_party.files_of(owner)
        return ()

    def file_at(self, reference: Reference) -> tuple[SourceModule, ...]:
        """Return the file that a string gives the path of: beside the code, or from where the launcher stands."""
        here = reference.path.rpartition("/")[0]
        for folder in (here, self.entry.working_dir, self.entry.import_root or ".", "."):
            path = reference.module if folder in ("", ".") else f"{folder}/{reference.module}"
            if path in self.by_path:
                return (self.by_path[path],)
        return ()

    def matching(self, pattern: str, *, is_one_level: bool = False) -> tuple[SourceModule, ...]:
        """Return the files of the modules that fit "app.*.models", tests left out, with the packages above them.

        "*" stands for any text, or, with `is_one_level`, for one without a dot.
        """
        key = (pattern, is_one_level)
        if key not in self._matches:
            self._matches[key] = tuple({file.path: file for file in self._match(pattern, is_one_level)}.values())
        return self._matches[key]

    def _match(self, pattern: str, is_one_level: bool) -> Iterator[SourceModule]:
        texts = pattern.split("*")
        if len(texts) > _MOST_PARTS:  # made to take long
            texts, is_one_level = [texts[0], ""], False
        part = r"\w+" if is_one_level else r"[\w.]+"
        expression = re.compile(part.join(map(re.escape, texts)))
        self._names = self._names or sorted(self.first_party.names())
        for index in range(bisect_left(self._names, texts[0]), len(self._names)):
            name = self._names[index]
            if not name.startswith(texts[0]):
                return
            if expression.fullmatch(name):
                module = self.first_party.find(name)
                if module is not None and not module.is_for_developers and not name.endswith("__main__"):
                    yield from self.first_party.files_of(name)

    def files_below(self, folder: str) -> Iterator[SourceModule]:
        """Yield the files in `folder` and below."""
        prefix = "" if folder in ("", ".") else f"{folder}/"
        for index in range(bisect_left(self._paths, prefix), len(self._paths)):
            if not self._paths[index].startswith(prefix):
                return
            yield self.by_path[self._paths[index]]

    def folder_of(self, package: ModuleName) -> str | None:
        """Return the folder of a package, with an `__init__.py` or without."""
        if self._folders is None:
            self._folders = {}
            for name in self.first_party.names():
                module = self.first_party.find(name)
                if module is not None:
                    owner = name if module.is_package else name.rpartition(".")[0]
                    self._folders.setdefault(owner, module.path.rpartition("/")[0])
        return self._folders.get(package)

    def by_launcher(self, module: ModuleName) -> Reference:
        """Return the command of the entry as what names `module`."""
        source = self.entry.source
        path, line = (source.path, source.line) if isinstance(source, StartLine) else (str(source), 1)
        return Reference(path, line, module, form="string")
