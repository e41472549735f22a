"""The real applications: where they come from, what their own tests need, and what a copy of them does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from rounds import ROOT

sys.path.insert(0, str(ROOT))
from tests.real.cases import load_applications
from tests.real.environments import UV, Place, clean_environment, provide, run

LIMIT_S = 1800
_NOT_COPIED = shutil.ignore_patterns(".git", "__pycache__", ".pytest_cache")


@dataclass(frozen=True, slots=True)
class Tested:
    """An application of tests/real/apps with what its tests need. `few`: those that judge a removal, in seconds."""

    name: str
    start: str  # a statement that starts it
    entry: str
    pins: tuple[str, ...]
    few: tuple[str, ...]
    all: tuple[str, ...]
    files: tuple[str, ...] = ()  # empty ones that its sdist leaves out; without pytest.ini, ours would be read


@dataclass(frozen=True, slots=True)
class Ended:
    """How an application did: its start, and the tests that passed and failed."""

    starts: bool
    passed: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    words: str = ""  # the last line of a start that failed


TESTED = (
    Tested(
        "datasette",
        "import datasette.cli",
        "datasette.cli:cli",
        (
            "beautifulsoup4==4.15.0", "cffi==2.1.1", "cogapp==3.6.0", "cryptography==50.0.2", "execnet==2.1.2",
            "iniconfig==2.3.1", "packaging==26.4", "pycparser==3.12", "pygments==2.21.0", "pytest==9.2.0",
            "pytest-asyncio==1.5.0", "pytest-timeout==2.4.0", "pytest-xdist==3.8.0", "soupsieve==4.1.3",
            "trustme==1.2.1",
        ),
        ("tests/test_utils.py", "tests/test_publish_cloudrun.py", "tests/test_package.py"),
        ("tests", "--continue-on-collection-errors"),  # the sdist leaves out what most of them share
        ("tests/__init__.py", "pytest.ini"),
    ),
    Tested(
        "ihatemoney",
        "import ihatemoney.wsgi",
        "ihatemoney.wsgi:application",
        ("iniconfig==2.3.1", "pluggy==1.7.0", "pygments==2.21.0", "pytest==9.2.0", "pytest-flask==1.3.0"),
        ("ihatemoney/tests/main_test.py", "-k", "Converter or Email or Form"),
        ("ihatemoney/tests",),
        ("pytest.ini",),
    ),
    Tested(
        "mcp-atlassian",
        "from mcp_atlassian.servers import main_mcp",
        "mcp_atlassian.servers:main_mcp",
        (
            "coverage==7.17.5", "iniconfig==2.3.1", "pluggy==1.7.0", "pytest==9.2.0", "pytest-asyncio==1.5.0",
        ),
        ("tests/unit/jira/test_fields.py", "tests/unit/utils/test_oauth.py", "tests/unit/servers/test_context.py"),
        tuple(f"tests/unit/{room}" for room in ("jira", "confluence", "preprocessing", "utils", "servers")),
    ),
)  # fmt: skip


def place_of(tested: Tested) -> Place:
    """Return the application with its tests' environment, made once, all of it pinned."""
    app = next(each for each in load_applications() if each.name == tested.name)
    names = tuple(pin.partition("==")[0] for pin in tested.pins)
    own = tuple(pin for pin in app.constraints if pin.partition("==")[0] not in names)
    place = provide(
        replace(
            app,
            name=f"{app.name}-tests",
            also_install=(*app.also_install, *tested.pins),
            constraints=(*own, *tested.pins),
        )
    )
    for path in tested.files:
        (place.source / path).touch()
    return place


@contextmanager
def copied(place: Place, *, linked: bool = False) -> Iterator[Place]:
    """Lend a copy of project and environment, whose editable install leads to the copy.

    `linked`: hard links for the environment, where nothing is measured. The path of the copy is as long as the
    original's.
    """
    top = place.source.parent
    with tempfile.TemporaryDirectory(dir=top.parent, prefix=f"{top.name[:8]}-") as folder:
        copy = Place(Path(folder) / "source", Path(folder) / "venv", Path(folder) / "host")
        shutil.copytree(place.source, copy.source, symlinks=True, ignore=_NOT_COPIED)
        copy_one = os.link if linked else shutil.copy2
        shutil.copytree(place.venv, copy.venv, symlinks=True, copy_function=copy_one)
        shutil.copytree(place.home, copy.home, symlinks=True)
        site = next(copy.venv.glob("lib/python*/site-packages"))
        for path in (*site.glob("*.pth"), *site.glob("__editable__*.py")):
            text = path.read_text(encoding="utf-8")
            path.unlink()  # it may be a link to the original
            path.write_text(text.replace(str(place.source), str(copy.source)), encoding="utf-8")
        yield copy


def uninstall(python: Path, names: Sequence[str]) -> None:
    """Really uninstall distributions from the environment of an interpreter."""
    run([*UV, "pip", "uninstall", "--quiet", "--python", str(python), *names])


def ended(place: Place, tested: Tested, tests: Sequence[str], variables: Mapping[str, str] | None = None) -> Ended:
    """Start the application and run these tests of it, with a home of their own."""
    home = place.source.parent / "home"
    home.mkdir(exist_ok=True)
    env = clean_environment({"HOME": str(home), "PATH": f"{place.python.parent}{os.pathsep}{os.environ['PATH']}"})
    env |= variables or {}
    done = _run([place.python, "-c", tested.start], place, env)
    if done.returncode:
        return Ended(False, words=done.stderr.strip().rpartition("\n")[2])
    report = place.source.parent / "junit.xml"
    report.unlink(missing_ok=True)
    _run([place.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *tests], place, env)
    cases = list(ET.parse(report).iter("testcase")) if report.exists() else []
    names = {f"{case.get('classname')}::{case.get('name')}": case for case in cases}
    failed = frozenset(
        name for name, case in names.items() if any(case.find(k) is not None for k in ("failure", "error"))
    )
    skipped = frozenset(name for name, case in names.items() if case.find("skipped") is not None)
    return Ended(True, frozenset(names) - failed - skipped, failed)


def _run(words: Sequence[object], place: Place, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        list(map(str, words)), cwd=place.source, env=env, capture_output=True, text=True, timeout=LIMIT_S, check=False
    )
