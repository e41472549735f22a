"""What was read in the project's own files: modules, import statements, entry points."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Literal

from footprint.model.entry_origins import CommonName, EntryOrigin, GivenEntry, Script, StartLine
from footprint.model.handed_names import Loader, Taking
from footprint.model.note import Note
from footprint.names import ModuleName
from footprint.values import dataclass


class Placement(str, Enum):
    """Where an import statement stands, which decides when it runs."""

    MODULE = "module"  # runs when the module is imported
    CLASS = "class"  # in a class body: runs when the module is imported, too
    FUNCTION = "function"  # runs when the function is called
    TYPE_CHECKING = "type-checking"  # never runs
    MAIN = "main"  # under `if __name__ == "__main__"`: runs when the file is the script
    ELSEWHERE = "other-target"  # under a condition on interpreter or platform that is false for the target: never runs

    @property
    def runs_at_import(self) -> bool:
        """Whether importing the module runs the statement."""
        return self in (Placement.MODULE, Placement.CLASS)


# "string": a literal such as "app.main:app" that names a module; it stands in `references`, never among the sites.
ImportForm = Literal["import", "from", "import_module", "__import__", "lazy", "string"]

_path_of = lru_cache(maxsize=256)(PurePosixPath)
LAZY_VARIABLE = "PYTHON_LAZY_IMPORTS"  # of CPython 3.15


@dataclass(frozen=True, slots=True)
class ImportSite:
    """One imported module at one place; `import a, b` gives two sites, `from a import b, c` one.

    `module` is absolute: relative imports are resolved against the importing module.
    """

    path: str  # relative to the project, posix
    line: int
    module: ModuleName
    names: tuple[str, ...] = ()  # of a from-import; ("*",) for a star; () otherwise
    level: int = 0  # leading dots as written
    placement: Placement = Placement.MODULE
    function: str | None = None  # dotted name of the enclosing function: "Exporter.to_excel"
    guarded: bool = False  # in a try whose handlers catch ImportError (or more), or in such a handler
    form: ImportForm = "import"
    bound: tuple[str, ...] = ()  # names that the statement binds in its scope
    # Only for placements that run at import: where the bound names are used in the same file.
    used_in_functions: tuple[str, ...] = ()
    used_at_import_line: int | None = None  # a use that runs at import: base class, decorator, default, ...
    condition: str | None = None  # what it needs of interpreter and platform: "sys.version_info < (3, 11)"
    hands_on: bool = False  # in an `__init__` that itself does nothing with what the statement binds but list it

    @property
    def asked_names(self) -> tuple[ModuleName, ...]:
        """All that it may load: the module, and below it what the names may be."""
        return (self.module, *(f"{self.module}.{name}" for name in self.names)) if self.module else ()

    @property
    def targets(self) -> tuple[ModuleName, ...]:
        """What it is after: the names as modules; the module itself where it names none, or all."""
        if not self.names or self.names == ("*",):
            return (self.module,)
        return tuple(f"{self.module}.{name}" for name in self.names)


@dataclass(frozen=True, slots=True)
class Reference(ImportSite):
    """A string that could name a module, in the words of an import site.

    `module` may also be a pattern ("app.commands.*", with names ("*",) when all of them are meant) or the path of a
    file. `place` has the words around it, outermost first: what it is assigned to, calls ("Celery()"), keywords,
    keys ("[class]"). `fallback`: it is one of several, another may be taken.
    """

    fallback: bool = False
    place: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Calls:
    """The dotted names that one function calls as written: "create_app", "factory.build", "self.load".

    `function` is its dotted name; "" is what importing the module runs, "__main__" what running it as a script adds.
    """

    function: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileImports:
    """What one file says about imports, before the file has a place in a project."""

    sites: tuple[ImportSite, ...]  # in line order
    parsed: bool  # False: the sites are what could be saved from a file that `ast` refuses
    exports: tuple[str, ...] = ()  # literal __all__
    binds: tuple[str, ...] = ()  # names that the module's top level defines or assigns, imports left out
    calls: tuple[Calls, ...] = ()
    references: tuple[Reference, ...] = ()  # strings that could name a module, form "string"; bound: the name assigned
    loaders: tuple[Loader, ...] = ()  # functions of the file that load what they are given the name of
    takings: tuple[Taking, ...] = ()  # values of other modules that it hands to such functions
    given_away: tuple[str, ...] = ()  # functions that a decorator gives to another process: a task, a command
    notes: tuple[Note, ...] = ()
    complete: bool = True  # False: only sites and notes were read; uses of names are unknown, the other fields empty


def name_under(path: str, root: str) -> ModuleName | None:
    """Return the name under which the file at `path` is imported from `root`, both relative to the project.

    None when it cannot be: it lies elsewhere, a part of its path is no identifier, or it is a notebook or a script
    without a suffix.
    """
    if not path.endswith((".py", ".pyi")):
        return None
    # By text: this is asked thousands of times of few roots, and pathlib takes ten times as long.
    if root != ".":
        root = root if root.isidentifier() else str(_path_of(root))
        if root != "." and not path.startswith(f"{root}/"):
            return None
        path = path if root == "." else path[len(root) + 1 :]
    *folders, file = path.split("/")
    stem = file.rpartition(".")[0] or file
    parts = folders if stem == "__init__" else [*folders, stem]
    return ".".join(parts) if parts and all(map(str.isidentifier, parts)) else None


@dataclass(frozen=True, slots=True)
class SourceModule:
    """One first-party file. `module` is its name as the launcher would import it."""

    path: str  # relative to the project, posix
    module: ModuleName
    is_package: bool  # an __init__.py
    role: Literal["app", "test", "script", "build"]  # script: no importable name; build: only the build runs it
    sites: tuple[ImportSite, ...]
    parsed: bool  # False: a syntax error; the sites are what could be saved
    exports: tuple[str, ...] = ()  # literal __all__
    binds: tuple[str, ...] = ()  # as in FileImports, like the next five
    calls: tuple[Calls, ...] = ()
    references: tuple[Reference, ...] = ()
    loaders: tuple[Loader, ...] = ()
    takings: tuple[Taking, ...] = ()
    given_away: tuple[str, ...] = ()
    other_names: tuple[ModuleName, ...] = ()  # names under which other import roots would find the same file
    complete: bool = True  # as in FileImports
    puts_on_path: tuple[str, ...] = ()  # folders of the project that its code adds to sys.path

    @property
    def is_for_developers(self) -> bool:
        """Whether only tests or the build run it, as far as its place and the settings tell."""
        return self.role in ("test", "build")

    def root_of(self, name: ModuleName) -> str:
        """Return the folder, relative to the project, from which this file is imported as `name`, one of its names."""
        count = len(name.split(".")) + (1 if self.is_package else 0)
        return "/".join(self.path.split("/")[:-count]) or "."


@dataclass(frozen=True, slots=True)
class ProjectSources:
    """All first-party modules under a project folder."""

    roots: tuple[str, ...]  # import roots relative to the project: ".", "src", "backend"
    modules: tuple[SourceModule, ...]  # sorted by path
    notes: tuple[Note, ...]
    test_folders: tuple[str, ...] = ()  # where pytest is told to look for tests, but for what the project installs
    installations: tuple[str, ...] = ()  # folders that an installer filled, what it put there left out


# web: answers requests; worker: takes tasks for as long as the application runs; job: everything else that a command
# runs, before it, beside it, by the clock or by hand.
Role = Literal["web", "worker", "job"]

# start: runs or prepares the deployed application; build: makes its image; development: tests, lint, and the like.
Purpose = Literal["start", "build", "development"]


# Who says how many workers: with "settings" and no number, only the machine does.
WorkersFrom = Literal["option", "environment", "settings"]


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """Where the application starts.

    Exactly one of `module` and `file` is set. `working_dir` is where the launcher stands
    (`cd backend && ...`), relative to the project.
    """

    name: str  # "web"
    target: str  # as given or found: "backend.main:app", "scripts/run.py", "-m worker"
    module: ModuleName | None = None
    attribute: str | None = None
    file: str | None = None
    working_dir: str = "."
    factory: bool = False
    source: EntryOrigin = GivenEntry()
    command: str | None = None  # the start command it was found in, unparsed
    launcher: str | None = None  # "uvicorn", "gunicorn", ...: the console script that the command runs
    import_root: str | None = None  # first on the path, relative to the project; None: working_dir
    workers: int | None = None  # as in Launch, like the next
    preload: bool | None = None
    role: Role = "web"
    beside: bool = False  # reached, and measured only where somebody names it
    purpose: Purpose = "start"  # what the command that runs it is for
    import_path: tuple[str, ...] = ()  # PYTHONPATH of its start, as deploy files state it: absolute
    is_console_script: bool = False
    lazy_imports: str = ""  # the mode of CPython 3.15 that its start states: "all", "normal"
    workers_from: WorkersFrom | None = None
    pool: str | None = None  # as in Launch
    server: str | None = None  # that serves it: a row of model.servers, or the name of another
    serves: EntryPoint | None = None  # what a script serves: the application in the process whose memory counts
    serves_by: Literal["call", "exec", "child"] | None = None  # in its own process, instead of it, beside it
    served_at: str | None = None  # "run.py:12", the call that does

    @property
    def path_root(self) -> str:
        """The folder, relative to the project, that comes first on its import path."""
        return self.import_root or self.working_dir

    @property
    def stated_in(self) -> str:
        """The file of the command that it was found in; "" where it was found otherwise."""
        return self.source.path if isinstance(self.source, StartLine) else ""

    @property
    def is_script(self) -> bool:
        """Whether its file runs as `__main__`."""
        return (self.file is not None and self.attribute is None) or self.target.startswith("-m ")

    @property
    def runs_function(self) -> bool:
        """Whether starting it calls its attribute, as a console script does."""
        return self.attribute is not None and (self.is_console_script or isinstance(self.source, Script))

    @property
    def uncalled(self) -> str | None:
        """The function that its launcher calls and no measured start does, since it may never return: "main()"."""
        if not self.runs_function or self.factory or self.serves is not None:
            return None
        return f"{self.attribute}()"

    @property
    def is_guess(self) -> bool:
        """Whether only a common file name speaks for it: then the application may start elsewhere, too."""
        return isinstance(self.source, CommonName)


@dataclass(frozen=True, slots=True)
class Launch:
    """A start command, understood: what it runs and which console tools it takes. Module and file are never both set.

    Neither is set when the launcher finds its target by itself (`fastapi run`, `gunicorn -c conf.py`).
    """

    launcher: str  # "uvicorn", "python", "celery"
    tools: tuple[str, ...]  # console scripts and worker classes needed, wrappers included: ("gunicorn", "uvicorn")
    module: ModuleName | None = None
    attribute: str | None = None
    file: str | None = None  # relative to working_dir
    working_dir: str = "."  # relative to where the command starts, "." for there
    factory: bool = False
    is_script: bool = False  # the target runs as __main__
    import_root: str | None = None  # put on the path besides working_dir: uvicorn --app-dir, gunicorn --pythonpath
    workers: int | None = None  # processes that serve; None: not stated, or only known where it runs
    workers_from: WorkersFrom | None = None
    preload: bool | None = None  # the application is imported once, before the workers are forked; None: not stated
    threads: int | None = None  # of each worker
    pool: str | None = None  # the kind of its workers: gunicorn -k, celery -P
    settings: str | None = None  # the file of settings that it names: gunicorn -c
    is_console_script: bool = False  # of the project itself: the attribute is called


# stated: a start file says it in so many words; followed: a script or a unit does; recipe: a file for developers does.
Trust = Literal["stated", "followed", "recipe"]


@dataclass(frozen=True, slots=True)
class StartCommand:
    """One start command where a deploy file states it. `launch` is None when no launcher in it is known."""

    name: str  # process type or service: "web"
    command: str  # unparsed, a list joined by shell rules
    path: str  # relative to the project, posix
    line: int
    working_dir: str  # relative to the project, posix
    launch: Launch | None
    purpose: Purpose = "start"
    environ: tuple[tuple[str, str], ...] = ()  # what the same file sets of the variables that say how to start
    role: Role | None = None  # as the file says; None: to be told from the name and the launcher
    trust: Trust = "stated"
    copies: tuple[tuple[str, str], ...] = ()  # of the image: (path in the build context, absolute path in it)
    image: str | None = None  # the Dockerfile of ours that it runs in
    foreign: bool = False  # it runs in an image that is not made of this project
    folders: tuple[str, ...] = ()  # where it may stand besides: the working folder of its image

    @property
    def origin(self) -> StartLine:
        """Where it stands, as the entry that it starts says it."""
        return StartLine(self.path, self.line)


@dataclass(frozen=True, slots=True)
class ToolUse:
    """A console tool, or an installed module, that a command names: its distribution is needed without any import."""

    tool: str  # "uvicorn"
    path: str
    line: int
    command: str
    purpose: Purpose = "start"
    is_module: bool = False  # `tool` is one: "shop.wsgi"


@dataclass(frozen=True, slots=True)
class OutsideInstall:
    """What a line of the project's files brings where it is deployed, beside the requirements.

    `names`, normalised: distributions, packages, extras ("uvicorn[standard]"). `whole`: a base image, with anything.
    """

    path: str
    line: int
    names: frozenset[str] = frozenset()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class UnknownStart:
    """A command that starts something, of which it is not known what of ours it runs: a doubt about the files it may.

    `covers` is a folder of the project, "." for all of it.
    """

    path: str  # the file that states it, relative to the project, posix
    line: int
    command: str
    covers: str
    why: str  # "there is no file run.sh"
    program: str | None = None  # the word that may be the name of a console script

    def may_run(self, path: str) -> bool:
        """Whether a file of the project is in its reach."""
        return self.covers == "." or path.startswith(f"{self.covers}/")


# elsewhere: reached only where a condition holds that is false for the target
ReachStatus = Literal["startup", "lazy", "unreached", "elsewhere", "tests", "typing"]


@dataclass(frozen=True, slots=True)
class ReachedModule:
    """One first-party file that an entry reaches, and the import sites that lead to it, the entry's own first."""

    path: str
    module: ModuleName
    status: Literal["startup", "lazy"]
    chain: tuple[ImportSite, ...]  # empty for the entry's own file
    other_process: bool = False  # only there: by a command of manage.py, a worker, the runner of tests
    guarded: bool = False  # on every way here somebody catches what importing this file raises


@dataclass(frozen=True, slots=True)
class Reach:
    """What one entry reaches. `startup_functions` are (path, dotted name) of functions that run at import or start."""

    entry: EntryPoint
    modules: tuple[ReachedModule, ...]  # sorted by path
    startup_functions: frozenset[tuple[str, str]]
    notes: tuple[Note, ...]
    elsewhere: tuple[ReachedModule, ...] = ()  # reached on other targets only, lazily as far as is known
    given_away: frozenset[tuple[str, str]] = frozenset()  # functions that only another process runs, as above


@dataclass(frozen=True, slots=True)
class SiteUse:
    """One import of something that is not first-party, its strongest status over all entries, and how it is reached."""

    site: ImportSite
    status: ReachStatus
    entry: str | None  # name of the entry that gives the status; None when none reaches it
    chain: tuple[ImportSite, ...]  # from the entry's file to this site, the site last; only itself when unreached
    job: EntryPoint | None = None  # that entry, when it is one beside those that are measured
    other_process: bool = False  # as in ReachedModule
    caught_above: bool = False  # who imports the file catches that what this import names is missing

    @property
    def place(self) -> str:
        """Where the import stands, for a reader."""
        return f"{self.site.path}:{self.site.line}"
