"""Interpreters and environments as their files describe them: held against what they say of themselves when asked."""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from packaging.markers import default_environment

from footprint.collect import interpreter, layout
from footprint.collect.layout import pth
from footprint.collect.layout.environment_files import read_config
from footprint.collect.layout.release import parse_version, stdlib_names_of
from footprint.errors import InterpreterUnusable
from footprint.model.installed_environment import Interpreter
from tests.support.installer import uv
from tests.support.machine import interpreters, labels, need
from tests.support.projects import write

pytestmark = pytest.mark.usefixtures("no_active_environment")

MINOR = f"{sys.version_info.major}.{sys.version_info.minor}"
BASE = Path(sys.base_prefix, "bin", f"python{MINOR}")  # outside any environment
LABELS = labels()

# Up to 3.9 an interpreter has no list of its standard library: asked, it says what lies in its folder.
ONLY_ASKED = frozenset({"test", "xxlimited", "xxsubtype"})


def compare(python: Path) -> Interpreter:
    """Describe an interpreter and ask it: both say the same. Paths of the standard library are not described."""
    described = layout.describe(python)
    asked = interpreter.inspect(python)
    found = described.interpreter
    assert described.unknown == ()
    same = "executable version implementation platform cache_tag libc abi_flags prefix site_dirs"
    for field in same.split():
        assert getattr(found, field) == getattr(asked, field), field
    assert found.markers == asked.markers
    real = {path.resolve() for path in asked.sys_path}
    assert {path.resolve() for path in found.sys_path} <= real
    public = {name for name in found.stdlib_names ^ asked.stdlib_names if not name.startswith("_")}
    assert public <= (ONLY_ASKED if asked.version < (3, 10) else set())
    return found


def python_of(label: str) -> Path:
    python = dict(interpreters()).get(label)
    need(python, f"Python {label}")
    assert python is not None
    return python


@pytest.mark.parametrize("label", LABELS)
def test_an_installation_and_its_environments_are_described_as_they_answer(label: str, tmp_path: Path) -> None:
    python = python_of(label)
    compare(python)
    subprocess.run([python, "-m", "venv", "--without-pip", tmp_path / "own"], check=True)
    own = compare(tmp_path / "own/bin/python")
    assert [site.parts[-2:] for site in own.site_dirs] == [(f"python{label.rstrip('d')}", "site-packages")]
    subprocess.run([python, "-m", "venv", "--without-pip", "--copies", tmp_path / "copied"], check=True)
    compare(tmp_path / "copied/bin/python3")
    subprocess.run([python, "-m", "venv", "--without-pip", "--system-site-packages", tmp_path / "shared"], check=True)
    (site,) = own.site_dirs
    (site / "more.pth").write_text(f"# said\n\n{tmp_path}\nnot/there\nimport os\n")
    assert tmp_path in compare(tmp_path / "own/bin/python").sys_path
    assert len(compare(tmp_path / "shared/bin/python").site_dirs) > 1


def test_the_running_interpreter_is_described_as_it_answers() -> None:
    assert compare(Path(sys.executable)).markers == dict(default_environment())
    assert layout.describe_running() == layout.describe(Path(sys.executable)).interpreter


def test_the_systems_interpreter_is_described_as_it_answers() -> None:
    python = Path("/usr/bin/python3")
    if not python.resolve().name.startswith("python3."):
        pytest.skip("the system has no Python of its own")  # many images of containers have none
    if not layout.describe(python).unknown:  # without headers the patch release is not told
        compare(python)


def test_environments_of_uv_are_described_as_they_answer(tmp_path: Path) -> None:
    for name, flags in (("own", []), ("shared", ["--system-site-packages"])):
        uv("venv", "--quiet", "--python", BASE, *flags, tmp_path / name)
        compare(tmp_path / name / "bin/python")


def test_the_user_site_belongs_to_a_bare_interpreter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONUSERBASE", str(tmp_path))
    user_site = tmp_path / f"lib/python{MINOR}/site-packages"
    write(user_site, {"more.pth": f"{tmp_path}\n"})
    assert compare(BASE).site_dirs[0] == user_site.resolve()
    monkeypatch.setenv("PYTHONNOUSERSITE", "1")
    assert user_site.resolve() not in compare(BASE).site_dirs


def test_a_linked_environment_is_known_by_its_own_folder(tmp_path: Path) -> None:
    venv.create(tmp_path / "real", symlinks=True, with_pip=False)
    (tmp_path / "link").symlink_to("real")
    assert compare(tmp_path / "link/bin/python").prefix == (tmp_path / "real").resolve()


# What stands in pyvenv.cfg, beside which folders, and what is read of it. The version is none that is installed here.
VENV = "home = /nowhere/bin\ninclude-system-site-packages = false\nversion = 3.31.2\n"
SITE = "lib/python3.31/site-packages"
CONFIGS: dict[str, tuple[str, str, str, str, str]] = {
    "venv": (VENV, SITE, "3.31.2", "cpython", ""),
    "virtualenv": ("implementation = CPython\nversion_info = 3.31.2.final.0\n", SITE, "3.31.2", "cpython", ""),
    "uv": ("home = /x\nuv = 0.5.1\nversion_info = 3.31.2\nrelocatable = true\n", SITE, "3.31.2", "cpython", ""),
    "a pre-release": ("version = 3.31.0rc2\n", SITE, "3.31.0rc2", "cpython", ""),
    "a pre-release of virtualenv": ("version_info = 3.31.0.candidate.2\n", SITE, "3.31.0rc2", "cpython", ""),
    "a build of a distribution": ("version = 3.31.2+\n", SITE, "3.31.2", "cpython", ""),
    "lib64": (VENV, "lib64/python3.31/site-packages", "3.31.2", "cpython", ""),
    "Windows": (VENV, "Lib/site-packages", "3.31.2", "cpython", ""),
    "free-threaded": (VENV, "lib/python3.31t/site-packages", "3.31.2", "cpython", ""),
    "blanks and case": ("  Version\t=  3.31.2  \n===\n\n", SITE, "3.31.2", "cpython", ""),
    "PyPy": ("version = 3.10.14\n", "lib/pypy3.10/site-packages", "3.10.14", "pypy", "implementation_version"),
    "no version": ("home = /x\n", SITE, "3.31.0", "cpython", "which patch release"),
    "a version without a patch release": ("version = 3.31\n", SITE, "3.31.0", "cpython", "which patch release"),
    "no version at all": ("version = [[[\n", SITE, "3.31.0", "cpython", "which patch release"),
    "another version": ("version = 3.9.1\n", SITE, "3.31.0", "cpython", "why pyvenv.cfg says 3.9"),
    "a share that is not there": (f"{VENV}include-system-site-packages = true\n", SITE, "3.31.2", "cpython", "`home`"),
    "a relative home": (
        "home = .\ninclude-system-site-packages = true\nversion = 3.31.2\n", SITE, "3.31.2", "cpython", "`home`"
    ),
    "a NUL in home": (
        "home = /\0/bin\ninclude-system-site-packages = true\nversion = 3.31.2\n", SITE, "3.31.2", "cpython", "`home`"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CONFIGS)
def test_pyvenv_cfg_of_every_maker(case: str, tmp_path: Path) -> None:
    config, site, full, implementation, unknown = CONFIGS[case]
    write(tmp_path, {"bin/python": "no program", "pyvenv.cfg": config, f"{site}/x.py": ""})
    described = layout.describe(tmp_path / "bin/python")
    found = described.interpreter
    assert found.site_dirs == ((tmp_path / site).resolve(),)
    assert found.markers["python_full_version"] == full
    assert (found.implementation, found.markers["implementation_name"]) == (implementation, implementation)
    assert found.cache_tag == f"{implementation}{'-' if implementation == 'cpython' else ''}3{found.version[1]}"
    assert found.markers.keys() == default_environment().keys()
    assert unknown in " ".join(described.unknown) and bool(unknown) == bool(described.unknown)


def test_of_several_folders_the_stated_one_counts_else_the_one_of_the_programs_name(tmp_path: Path) -> None:
    write(tmp_path, {f"lib/python3.{minor}/site-packages/x.py": "" for minor in (9, 31)} | {"bin/python": ""})
    (tmp_path / "pyvenv.cfg").write_text(VENV)
    assert layout.describe(tmp_path / "bin/python").interpreter.version == (3, 31, 2)
    (tmp_path / "pyvenv.cfg").write_text("")
    with pytest.raises(InterpreterUnusable, match="--ask-python"):
        layout.describe(tmp_path / "bin/python")
    (tmp_path / "bin/python3.9").write_text("")
    assert layout.describe(tmp_path / "bin/python3.9").interpreter.version == (3, 9, 0)


def test_conda_says_its_version_by_its_packages(tmp_path: Path) -> None:
    library = {"lib/python3.9/os.py": "", "lib/python3.9/site-packages/x.py": "", "bin/python3.9": ""}
    meta = {f"conda-meta/{name}.json": "{}" for name in ("python-3.9.5-h12debd9_4", "python-dateutil-2.8.2-pyh_0")}
    write(tmp_path, library | meta)
    (tmp_path / "bin/python").symlink_to("python3.9")
    described = layout.describe(tmp_path / "bin/python")
    assert (described.interpreter.version, described.unknown) == ((3, 9, 5), ())
    assert described.interpreter.site_dirs == (tmp_path / "lib/python3.9/site-packages",)


@pytest.mark.parametrize("stated", ["3.7.17", "2.7.18", "3.6"])
def test_an_old_one_is_refused_as_when_it_is_asked(stated: str, tmp_path: Path) -> None:
    write(tmp_path, {"bin/python": "", "pyvenv.cfg": f"version = {stated}\n"})
    with pytest.raises(InterpreterUnusable, match=r"3\.8 is the oldest"):
        layout.describe(tmp_path / "bin/python")


def test_no_lines_of_a_pth_file_are_run_and_those_that_matter_are_named(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    program = f"import os; open({str(ran)!r}, 'w')"
    files: dict[str, str | bytes] = {
        "a.pth": f"{program}\nimport\tos; open({str(ran)!r}, 'w')\nsub\nsub\n",
        "b.pth": f"{program}; import site; site.addsitedir('/x')\n",
        "c.pth": "import sys; sys.path.insert(0, 'x')\n",
        "d.pth": b"\xff\xfe\0\nsub\0\n" + b"x" * 5000 + b"\n" + os.fsencode(tmp_path / "other") + b"\r\n",
        "e.txt": "other\n",
        "sub/x.py": "",
        "sitecustomize.py": program,
    }
    write(tmp_path / "site", files)
    (tmp_path / "other").mkdir()
    os.mkfifo(tmp_path / "site/f.pth")
    (tmp_path / "site/g.pth").symlink_to("/dev/zero")
    found = pth.read(str(tmp_path / "site"))
    assert found.folders == (str(tmp_path / "site/sub"), str(tmp_path / "other"))
    assert found.programs == ("b.pth", "c.pth", "sitecustomize.py")
    assert not ran.exists()


@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "large", "absent"])
def test_what_is_no_readable_pyvenv_cfg_makes_no_environment(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "pyvenv.cfg"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "folder":
        path.mkdir()
    elif kind == "large":
        path.write_text("version = 3.11.1\n" * 100_000)
    assert read_config(tmp_path) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3.11.7", (3, 11, 7, "")),
        ("3.14.0a7", (3, 14, 0, "a7")),
        ("3.14.0.beta.1", (3, 14, 0, "b1")),
        ("3.12", (3, 12, None, "")),
        ("", None),
        ("3", None),
        ("3.11.7; rm", None),
        ("9" * 5000 + ".1.1", None),
        ("٣.١.١x", None),
    ],
)
def test_written_versions(text: str, expected: object) -> None:
    assert parse_version(text) == expected


def test_names_of_the_standard_library_of_another_version() -> None:
    ours = sys.stdlib_module_names
    version = (sys.version_info.major, sys.version_info.minor, 0)
    assert stdlib_names_of(version, ours, version) == ours
    old, new = (stdlib_names_of((3, minor, 0), ours, version) for minor in (8, 13))
    assert {"distutils", "imp", "cgi", "formatter"} <= old and not {"zoneinfo", "tomllib", "graphlib"} & old
    assert {"zoneinfo", "tomllib", "graphlib"} <= new and not {"distutils", "imp", "cgi", "formatter"} & new
    assert stdlib_names_of(version, old, (3, 8, 0)) >= ours - {"_frozen_importlib", "_frozen_importlib_external"}
