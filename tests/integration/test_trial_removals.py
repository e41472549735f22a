"""What a trial says of a removal is what really uninstalling does: the same applications, with pip in a real copy."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from footprint.audit.checkout import open_checkout
from footprint.audit.entry_starts import measure
from footprint.audit.listener import silent
from footprint.collect import disk
from footprint.config.options import Options
from footprint.model.trial import Engine, Trial, TriedChange
from footprint.trial.bench import Bench, UserCommand
from footprint.trial.changes import remove, try_changes
from tests.support.canary import look
from tests.support.installer import pip
from tests.support.machine import install, only_where
from tests.support.projects import make_env, site_of, write
from tests.support.shadows import ENGINES, can_overlay

# kind -> (application, files that the distribution of that name owns, further lines of its METADATA, works without it).
# In texts `@` is the name of the distribution as a module: each kind has its own.
HELPERS = "import importlib, importlib.metadata as metadata, importlib.util, os, subprocess, sys\n"
CASES: dict[str, tuple[str, dict[str, str], bool]] = {
    "imported": ("import @", {"@.py": ""}, False),
    "package": ("from @.inner import X", {"@/__init__.py": "", "@/inner.py": "X = 1"}, False),
    "unused": ("", {"@.py": "", "@_data/x.txt": "1"}, True),
    "guarded": ("try:\n    import @\nexcept ImportError:\n    pass", {"@.py": ""}, True),
    "raised-again": (
        "try:\n    import @\nexcept ImportError as e:\n    raise RuntimeError('install the extra') from e",
        {"@.py": ""},
        False,
    ),
    "plugin": (
        "found = {e.name: e for e in metadata.distribution('@').entry_points}\nfound['it'].load()",
        {"@.py": "def make(): pass", "!entry_points.txt": "[some.group]\nit = @:make\n"},
        False,
    ),
    "plugin-of-many": (
        "for d in metadata.distributions():\n    [e.load() for e in d.entry_points if e.group == 'many.group']",
        {"@.py": "def make(): pass", "!entry_points.txt": "[many.group]\nit = @:make\n"},
        True,
    ),
    "namespace": ("import spacious.@", {"spacious/@/__init__.py": ""}, False),
    "namespace-unused": ("import spacious", {"spacious/@/__init__.py": ""}, True),
    "hook": ("print(sys.hooked_@)", {"@.pth": "import sys; sys.hooked_@ = 1\n"}, False),
    "hook-unused": ("", {"@.pth": "import sys; sys.hooked_@ = 1\n"}, True),
    "path-line": ("import inside_@", {"@.pth": "@_folder\n", "@_folder/inside_@.py": ""}, False),
    "data": ("open(os.path.join(SITE, '@_data', 'x.txt'))", {"@_data/x.txt": "1"}, False),
    "data-of-prefix": ("open(os.path.join(sys.prefix, 'share', '@', 'x.txt'))", {"../../../share/@/x.txt": "1"}, False),
    "data-unused": ("", {"@_data/x.txt": "1"}, True),
    "version": ("metadata.version('@')", {"@.py": ""}, False),
    "version-guarded": (
        "try:\n    metadata.version('@')\nexcept metadata.PackageNotFoundError:\n    pass",
        {"@.py": ""},
        True,
    ),
    "by-string": ("importlib.import_module('@')", {"@.py": ""}, False),
    "looked-for": ("importlib.util.find_spec('@')", {"@/__init__.py": ""}, True),
    "owned-twice": ("import shared_@", {"shared_@.py": ""}, True),
    "in-another": ("import host_@.extra", {"host_@/extra.py": ""}, False),
    "left-over": ("import @\nassert @.__file__ is None or @.X == 1", {"@/__init__.py": "X = 1"}, True),
    "left-over-missed": ("from @ import X", {"@/__init__.py": "X = 1"}, False),
    "transitive": ("import host_@", {"@.py": ""}, False),
    "a-resource": (
        "import importlib.resources as r, @\nr.files('@')" if sys.version_info >= (3, 9) else "import @",
        {"@/__init__.py": "", "@/x.txt": ""},
        False,
    ),
    "script": (
        "subprocess.run([os.path.join(os.path.dirname(sys.executable), '@')], check=True)",
        {"@.py": "", "../../../bin/@": "#!/bin/sh\nexit 0\n"},
        False,
    ),
    "lazy": ("def late():\n    import @", {"@.py": ""}, False),
    "lazy-guarded": (
        "def late():\n    try:\n        import @\n    except ImportError:\n        pass",
        {"@.py": ""},
        True,
    ),
    "tests": ("", {"@.py": ""}, False),
}
# Installed beside: what else is there and stays.
BESIDE: dict[str, tuple[str, dict[str, str]]] = {
    "owned-twice": ("second-@", {"shared_@.py": ""}),
    "in-another": ("host-@", {"host_@/__init__.py": ""}),
    "transitive": ("host-@", {"host_@.py": "import @"}),
    "namespace-unused": ("other-@", {"spacious/other_@/__init__.py": ""}),
}
UNOWNED = {"left-over": "@/unowned.txt", "left-over-missed": "@/unowned.txt"}
TESTS = {"tests": "import sys, app_@\nif '-k' not in sys.argv:\n    import @\n"}


def of(kind: str, text: str) -> str:
    return text.replace("@", kind.replace("-", "_"))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with `project`, its environment, and `without`, where pip has uninstalled all that can go."""
    top = tmp_path_factory.mktemp("removals")
    project = top / "project"
    site = site_of(make_env(project / ".venv"))
    for kind, (code, files, _) in CASES.items():
        own = {of(kind, path): of(kind, text) for path, text in files.items()}
        install_all(site, of(kind, "@").replace("_", "-"), own)
        if kind in BESIDE:
            name, more = BESIDE[kind]
            install_all(site, of(kind, name).replace("_", "-"), {of(kind, p): of(kind, t) for p, t in more.items()})
        if kind in UNOWNED:
            write(site, {of(kind, UNOWNED[kind]): ""})
        head = f"{HELPERS}SITE = os.path.dirname(os.path.dirname(os.path.dirname(sys.executable)))\n"
        head += "SITE = next(p for p in sys.path if p.endswith('site-packages'))\n"
        write(project, {of(kind, "app_@.py"): head + of(kind, code) + "\n"})
        write(project, {of(kind, "check_@.py"): of(kind, TESTS.get(kind, "import app_@\n"))})
    subprocess.run([project / ".venv/bin/python", "-m", "compileall", "-q", project, site], check=False)
    shutil.copytree(project, top / "without", symlinks=True)
    names = [of(kind, "@").replace("_", "-") for kind in CASES]
    pip("--python", top / "without/.venv/bin/python", "uninstall", "--yes", *names)
    # pip takes what another distribution has as well: in an environment that is made anew that is there.
    shutil.copy(site / "shared_owned_twice.py", site_of(top / "without/.venv"))
    return top


def install_all(site: Path, name: str, files: dict[str, str]) -> None:
    own = {path: text.encode() for path, text in files.items() if not path.startswith("!")}
    info = install(site, name, own)
    for path, text in files.items():
        if path.startswith("!"):
            (info / path[1:]).write_text(text)
            with (info / "RECORD").open("a") as record:
                record.write(f"{info.name}/{path[1:]},,\n")
        elif "/bin/" in path:
            (site / path).chmod(0o755)


def really(place: Path, kind: str) -> bool:
    """Whether the application works where the distribution is uninstalled: its start, its lazy imports, its tests."""
    project = place / "without"
    python = project / ".venv/bin/python"
    module = of(kind, "app_@")
    runs = ([f"{module}.py"], ["-c", f"import {module} as it; getattr(it, 'late', int)()"], [of(kind, "check_@.py")])
    done = (subprocess.run([python, *each], cwd=project, capture_output=True, check=False) for each in runs)
    return all(each.returncode == 0 for each in done)


def try_one(place: Path, kind: str, engine: Engine, *, names: tuple[str, ...] = ()) -> Trial:
    project = place / "project"
    entry = of(kind, "app_@.py")
    checkout = open_checkout(Options.of(project=project, env=project / ".venv", entries=(entry,)), silent)
    before, scan = measure(checkout, silent, lambda: disk.scan(checkout.target.interpreter, checkout.target.there))
    assert before[0].failure is None, before[0].failure
    command = UserCommand(("python", of(kind, "check_@.py")), project)
    bench = Bench(checkout, before, command, silent)
    bench.shadows.engine = engine
    chosen = names or (of(kind, "@").replace("_", "-"),)
    return try_changes(bench, [remove(name) for name in chosen], scan)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    only_where(request.param == "links" or can_overlay(), "the right to mount an overlay")
    found: Engine = request.param
    return found


def cases() -> Iterator[object]:
    return (pytest.param(kind, works, id=kind) for kind, (_, _, works) in CASES.items())


@pytest.mark.parametrize(("kind", "works"), cases())
def test_the_verdict_is_what_uninstalling_does(kind: str, works: bool, engine: Engine, place: Path) -> None:
    assert really(place, kind) == works
    trial = try_one(place, kind, engine)
    (change,) = trial.changes
    assert (change.verdict, trial.engine) == ("proved" if works else "breaks", engine), change


def by_name(trial: Trial) -> dict[str, TriedChange]:
    return {change.subject: change for change in trial.changes}


def test_what_is_missed_goes_back_with_who_misses_it(place: Path) -> None:
    engine: Engine = "overlay" if can_overlay() else "links"
    before = look(place / "project")
    names = ("imported", "unused", "transitive", "guarded", "hook-unused")
    code = "import app_imported, app_guarded\nimport host_transitive\n"
    write(place / "project", {"app_several.py": code, "check_several.py": ""})
    try:
        trial = try_one(place, "several", engine, names=names)
    finally:
        for name in ("app_several.py", "check_several.py"):
            (place / "project" / name).unlink()
    found = by_name(trial)
    assert {name: change.verdict for name, change in found.items()} == {
        "imported": "breaks",
        "unused": "proved",
        "transitive": "breaks",
        "guarded": "proved",
        "hook-unused": "proved",
    }
    assert trial.start_count == 3 + (engine == "links")  # one for each that is missed, and one that holds
    missed = found["imported"].breakage
    assert missed is not None
    assert (missed.path, missed.line) == ("app_imported.py", 4)
    other = found["transitive"].breakage
    assert other is not None
    assert (other.path, other.line, other.needed_at) == ("app_several.py", 2, "host_transitive.py:1")
    assert found["unused"].by == ("start", "tests")
    assert {path: seen for path, seen in look(place / "project").items() if path != "."} == {
        path: seen for path, seen in before.items() if path != "."
    }
