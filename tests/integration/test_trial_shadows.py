"""Shadows: a program sees the change, writes what it likes, and nothing of the user's is touched; nothing is left."""

import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

import pytest

from footprint.audit.target import open_target
from footprint.config.options import TargetOptions
from footprint.model.trial import Engine
from footprint.probe import runner
from footprint.probe.launch import ProbeOptions
from footprint.trial.command_run import CommandRun, run_command
from footprint.trial.ground import Change, NoShadow
from footprint.trial.shadows import Shadows
from tests.support.canary import look, plant
from tests.support.machine import UNCOVERED, install, marked_processes, on_interpreters, only_where
from tests.support.own_code import ROOT, copy_own_code
from tests.support.probing import entry, whole
from tests.support.projects import make_env, site_of, write
from tests.support.shadows import ENGINES, can_overlay, shadows_of

NOBODY = 65534

# One operation each on a file or folder that is there, as an application or a test may do it.
OPERATIONS = """
import os, shutil, sqlite3, sys, time
from pathlib import Path


def everything(top):
    open(top / "log.txt", "a").write("a line\\n")
    open(top / "cut.txt", "w").close()
    with sqlite3.connect(top / "data.sqlite") as database:
        database.execute("insert into seen values (1)")
    os.chmod(top / "mode.txt", 0o600)
    os.utime(top / "time.txt", (1, 1))
    os.unlink(top / "gone.txt")
    shutil.rmtree(top / "tree")
    (top / "new.txt").write_text("new")
    (top / "folder" / "inner.txt").write_text("changed")
    (top / "folder" / "new.txt").write_text("new")
    os.rename(top / "old.txt", top / "renamed.txt")
    os.replace(top / "beside.txt", top / "replaced.txt")
    os.chmod(top / "folder", 0o700)
"""
CHANGED = {
    "log.txt": "written",
    "cut.txt": "written",
    "data.sqlite": "written",
    "mode.txt": "mode",
    "gone.txt": "deleted",
    "new.txt": "written",
    "folder/inner.txt": "written",
    "folder/new.txt": "written",
    "old.txt": "deleted",
    "renamed.txt": "written",
    "beside.txt": "deleted",
    "replaced.txt": "written",
    "folder": "mode",
}


def furnish(top: Path) -> None:
    names = ("log", "cut", "mode", "time", "gone", "old", "beside", "replaced")
    write(top, {f"{name}.txt": f"{name}\n" for name in names})
    write(top, {"tree/deep/a.txt": "a", "folder/inner.txt": "inner"})
    for name in ("mode.txt", "log.txt"):
        (top / name).chmod(0o644)
    (top / "folder").chmod(0o755)
    code = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('create table seen (x)')"
    subprocess.run([sys.executable, "-c", code, top / "data.sqlite"], check=True)


def make_project(folder: Path) -> Path:
    """Return a project that does everything to itself, and with SITE set to the site folder, at its start."""
    project = write(
        folder / "project",
        {
            "operations.py": OPERATIONS,
            "main.py": "import os, extra\nfrom pathlib import Path\nfrom operations import everything\n"
            "everything(Path(__file__).parent / 'data')\n"
            "if os.environ.get('SITE'):\n    everything(Path(extra.__file__).parent / 'data')\n",
        },
    )
    site = site_of(make_env(project / ".venv"))
    install(site, "extra", {"extra/__init__.py": b""})
    furnish(project / "data")
    furnish(site / "extra/data")
    # What has no bytecode is started twice, and this does nothing twice.
    subprocess.run(
        [sys.executable, "-m", "compileall", "-q", project / "main.py", project / "operations.py"], check=True
    )
    subprocess.run([sys.executable, "-m", "compileall", "-q", site], check=True)
    return project


def start(shadows: Shadows, change: Change, *, site: bool = False) -> dict[str, str]:
    """Start main.py in a shadow, and return what it wrote, as it is told, by path relative to the project."""
    with shadows.give(change) as shadow:
        how = ProbeOptions(shadow=shadow, env={"SITE": "1"} if site else {}, timeout_s=300)
        with runner.start(shadow.interpreter, entry(file="main.py", module=None), shadow.project, how) as probe:
            whole(probe.result())
        project = str(shadows.ground.project)
        return {os.path.relpath(each.path, project): each.kind for each in shadow.list_written()}


def run(shadows: Shadows, change: Change, *command: str) -> CommandRun:
    with shadows.give(change) as shadow:
        return run_command(shadow, command, shadows.ground.project, {}, 60)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    only_where(request.param == "links" or can_overlay(), "the right to mount an overlay, also in a user namespace")
    found: Engine = request.param
    return found


@pytest.fixture
def private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which all of ours is made: it must be empty in the end."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def test_the_project_is_as_it_was(engine: Engine, tmp_path: Path, private: Path) -> None:
    project = make_project(tmp_path)
    before = look(project)
    found = start(shadows_of(project, engine), Change())
    told = {path: kind for path, kind in found.items() if path.startswith("data/")}
    assert {f"data/{path}": kind for path, kind in CHANGED.items()}.items() <= told.items()
    assert {path for path in found if not path.startswith("data")} == set()
    assert look(project) == before
    assert list(private.iterdir()) == []


def test_the_environment_is_as_it_was(tmp_path: Path, private: Path) -> None:
    only_where(can_overlay(), "the right to mount an overlay")
    project = make_project(tmp_path)
    before = look(project)
    found = start(shadows_of(project, "overlay"), Change(), site=True)
    (at,) = {path.rpartition("/log.txt")[0] for path in found if path.endswith("extra/data/log.txt")}
    assert {f"{at}/{path}": kind for path, kind in CHANGED.items()}.items() <= found.items()
    assert look(project) == before
    assert list(private.iterdir()) == []


def test_links_tell_what_was_written_to_the_real_environment(tmp_path: Path, private: Path) -> None:
    project = make_project(tmp_path)
    found = start(shadows_of(project, "links"), Change(), site=True)
    assert {path.rpartition("extra/data/")[2] for path in found if "extra/data/" in path} >= set(CHANGED) - {"data"}
    assert list(private.iterdir()) == []


def test_a_command_changes_nothing_either(engine: Engine, tmp_path: Path, private: Path) -> None:
    project = make_project(tmp_path)
    code = "from pathlib import Path; from operations import everything; everything(Path('data'))"
    before = look(project)
    done = run(shadows_of(project, engine), Change(), "python", "-c", code + "; print(open('data/log.txt').read())")
    assert (done.status, done.output.split()) == (0, ["log", "a", "line"])
    assert look(project) == before
    assert list(private.iterdir()) == []


def test_a_command_changes_nothing_of_the_environment(tmp_path: Path, private: Path) -> None:
    only_where(can_overlay(), "the right to mount an overlay")
    project = make_project(tmp_path)
    code = "import extra; from pathlib import Path; from operations import everything\n"
    code += "top = Path(extra.__file__).parent / 'data'; everything(top); print((top / 'log.txt').read_text())"
    before = look(project)
    done = run(shadows_of(project, "overlay"), Change(), "python", "-c", code)
    assert (done.status, done.output.split()) == (0, ["log", "a", "line"])
    assert look(project) == before
    assert list(private.iterdir()) == []


def test_an_edit_is_seen_by_the_program_alone(engine: Engine, tmp_path: Path) -> None:
    project = write(tmp_path / "project", {"main.py": "print('before')\n", "pkg/__init__.py": "X = 1\n"})
    make_env(project / ".venv")
    (project / "main.py").chmod(0o640)
    change = Change(edits={"main.py": b"import pkg, os\nprint('after', pkg.X, oct(os.stat('main.py').st_mode))\n"})
    assert run(shadows_of(project, engine), change, "python", "main.py").output == "after 1 0o100640\n"
    assert (project / "main.py").read_text() == "print('before')\n"


def test_what_goes_is_gone_and_what_others_own_stays(engine: Engine, tmp_path: Path) -> None:
    project = write(tmp_path / "project", {"main.py": ""})
    site = site_of(make_env(project / ".venv"))
    install(site, "goes", {"space/goes/__init__.py": b"", "both.py": b"", "goes.py": b"", "goes-data/x.txt": b"1"})
    install(site, "stays", {"space/stays/__init__.py": b"", "both.py": b""})
    subprocess.run([project / ".venv/bin/python", "-c", "import goes, both, space.goes"], check=True)  # bytecode
    write(site, {"space/goes/unowned.txt": ""})
    code = (
        "import os, sys, glob, both, space.stays, importlib.metadata as m\n"
        "print(sorted(d.metadata['Name'] for d in m.distributions()))\n"
        "os.chdir(both.__file__.rpartition('/')[0])\n"
        "print(sorted(p for p in glob.glob('**', recursive=True) if 'goes' in p))\n"
    )
    done = run(shadows_of(project, engine), Change(frozenset({"goes"})), "python", "-c", code)
    assert done.output.splitlines() == ["['stays']", "['space/goes', 'space/goes/unowned.txt']"]


@pytest.mark.parametrize("python", on_interpreters())
@pytest.mark.parametrize("more", [(), ("--system-site-packages",)], ids=["alone", "shared"])
def test_any_interpreter_has_shadows(python: Path, more: tuple[str, ...], engine: Engine, tmp_path: Path) -> None:
    project = write(tmp_path / "project", {"main.py": ""})
    env = project / ".venv"
    subprocess.run([python, "-m", "venv", "--without-pip", *more, env], check=True)
    site = site_of(env)
    install(site, "goes", {"goes/__init__.py": b""})
    install(site, "stays", {"stays/__init__.py": b""})
    code = (
        "import sys, os, stays\n"
        "ours = [d for p in sys.path if os.path.isdir(p) for d in os.listdir(p) if d in ('goes', 'stays')]\n"
        "print(sys.prefix != sys.base_prefix, *sorted(ours))\n"
    )
    seen = [
        run(shadows_of(project, engine), Change(frozenset(names)), "python", "-c", code) for names in ((), ("goes",))
    ]
    assert [each.output.split() for each in seen] == [["True", "goes", "stays"], ["True", "stays"]]


def test_a_base_interpreter_is_left_as_it_is(engine: Engine, tmp_path: Path) -> None:
    """Where the environment is that of the interpreter itself, in links a shadow is a virtual one of it."""
    project = write(tmp_path / "project", {"main.py": ""})
    base = Path(os.path.realpath(sys.executable))
    code = "import importlib.util as u; print(u.find_spec('pip') is not None)"
    only_where(subprocess.run([base, "-I", "-c", code], capture_output=True, check=False).stdout == b"True\n", "pip")
    options = TargetOptions(project=project, python=base)
    shadows = Shadows.of(open_target(options, starts=True), options, engine)
    only_where(any(one.name == "pip" for one in shadows.ground.claims.installed), "a pip of its own")
    name = "python" if engine == "links" else str(base)
    assert run(shadows, Change(), name, "-c", code).output == "True\n"
    assert run(shadows, Change(frozenset({"pip"})), name, "-c", code).output == "False\n"


def test_a_mount_inside_of_what_is_covered_is_no_overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = write(tmp_path / "project", {"main.py": "", "data/x": ""})
    make_env(project / ".venv")
    monkeypatch.setattr("footprint.trial.overlay._mounts", lambda: iter([str(project / "data")]))
    with pytest.raises(NoShadow, match="is a mount of its own inside"), shadows_of(project, "overlay").give(Change()):
        pass


def test_scripts_and_their_first_line_lead_into_the_shadow(engine: Engine, tmp_path: Path) -> None:
    project = write(tmp_path / "project", {"main.py": ""})
    env = make_env(project / ".venv")
    site = site_of(env)
    script = f"#!{env}/bin/python\nimport helper, sys; print(sys.prefix == {str(env)!r}, helper.__file__)\n".encode()
    write(env / "bin", {"tool": script})
    info = install(site, "helper", {"helper.py": b""})
    with (info / "RECORD").open("a") as record:
        record.write("../../../bin/tool,,\n")
    done = run(shadows_of(project, engine), Change(), "tool")
    assert done.status == 0, done.output
    assert done.output.split()[1] == str(site / "helper.py")
    with pytest.raises(NoShadow, match=r"tool: No such file|tool is not found"):
        run(shadows_of(project, engine), Change(frozenset({"helper"})), "tool")


def test_an_editable_install_of_the_project_runs_the_shadow_of_it(engine: Engine, tmp_path: Path) -> None:
    project = write(tmp_path / "project", {"src/own/__init__.py": "print('before')\n", "main.py": "import own\n"})
    site = site_of(make_env(project / ".venv"))
    install(site, "own", {"__editable__.own-1.0.pth": f"{project}/src\n".encode()})
    done = run(
        shadows_of(project, engine),
        Change(edits={"src/own/__init__.py": b"print('after')\n"}),
        "python",
        "-c",
        "import own",
    )
    assert done.output == "after\n"


def test_a_system_without_overlays_gets_links_and_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = write(tmp_path / "project", {"main.py": ""})
    make_env(project / ".venv")
    monkeypatch.setattr("footprint.trial.overlay.run_to_end", lambda *_: 1)
    shadows = shadows_of(project, None)
    with shadows.give(Change()) as shadow:
        assert (shadow.engine, shadows.why) == ("links", "this system lets us mount no overlay")


def test_libraries_that_links_would_still_find_are_not_tried(tmp_path: Path) -> None:
    project = write(tmp_path / "project", {"main.py": ""})
    site = site_of(make_env(project / ".venv"))
    install(site, "lib-runtime", {"nvidia/libx.so.12": b"\x7fELF"})
    install(site, "torch", {"torch/__init__.py": b""}, metadata="Requires-Dist: lib_runtime>=1\n")
    with (
        pytest.raises(NoShadow, match="torch may find the libraries of lib-runtime"),
        shadows_of(project, "links").give(Change(frozenset({"lib-runtime"}))),
    ):
        pass


def test_clean_up_follows_no_link_and_opens_what_is_closed(engine: Engine, tmp_path: Path, private: Path) -> None:
    victim = plant(tmp_path / "victim")
    before = look(victim)
    project = write(tmp_path / "project", {"main.py": ""})
    make_env(project / ".venv")
    code = textwrap.dedent(f"""
        import os
        for top in (".", os.path.expanduser("~")):
            os.symlink({str(victim)!r}, top + "/link")
            os.makedirs(top + "/closed/inner")
            open(top + "/closed/inner/file", "w").close()
            os.chmod(top + "/closed/inner", 0)
            os.chmod(top + "/closed", 0)
    """)
    assert run(shadows_of(project, engine), Change(), "python", "-c", code).status == 0
    assert look(victim) == before
    assert list(private.iterdir()) == []


def test_a_command_that_hangs_is_ended_with_all_it_started(engine: Engine, tmp_path: Path, private: Path) -> None:
    project = write(tmp_path / "project", {"main.py": ""})
    make_env(project / ".venv")
    mark = f"SHADOW_TEST={os.getpid()}{engine}"
    code = "import subprocess, time; subprocess.Popen(['sleep', '300'], start_new_session=True); time.sleep(300)"
    with shadows_of(project, engine).give(Change()) as shadow:
        name, _, value = mark.partition("=")
        done = run_command(shadow, ("python", "-c", code), project, {name: value}, 1)
    assert (done.status, done.said) == (None, "not over in time")
    assert marked_processes(mark) == []
    assert list(private.iterdir()) == []


INTERRUPTED = """
import os, sys
from pathlib import Path
from footprint import ending
from footprint.trial.command_run import run_command
from footprint.trial.ground import Change
from tests.support.shadows import shadows_of
project = Path(sys.argv[1])
def work():
    with shadows_of(project, sys.argv[2]).give(Change()) as shadow:
        code = "import time; open('began', 'w'); print(1); time.sleep(300)"
        run_command(shadow, ("python", "-c", code), project, {}, 300)
    return 0
ending.take_signals()
print("begins", flush=True)
sys.exit(ending.run(work))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("delay_s", [0.05, 0.4, 1.5])
def test_a_signal_leaves_nothing(
    number: signal.Signals, delay_s: float, engine: Engine, tmp_path: Path, private: Path
) -> None:
    project = write(tmp_path / "project", {"main.py": ""})
    make_env(project / ".venv")
    before = look(project)
    mark = f"SHADOW_TEST={os.getpid()}{number}{delay_s}{engine}"
    name, _, value = mark.partition("=")
    command = [sys.executable, "-c", INTERRUPTED, str(project), engine]
    env = {**os.environ, **UNCOVERED, name: value}
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        running.stdout.readline()
        time.sleep(delay_s)
        running.send_signal(number)
        running.communicate()
    assert running.returncode == 128 + number
    assert marked_processes(mark) == []
    assert list(private.iterdir()) == []
    assert look(project) == before


def test_an_ordinary_user_has_overlays_too() -> None:
    only_where(os.geteuid() == 0, "root, to become somebody else")
    only_where(can_overlay(), "the right to mount an overlay")
    python = Path(f"/usr/bin/python{sys.version_info[0]}.{sys.version_info[1]}")
    only_where(python.exists(), "an interpreter of this version that everybody may start")
    code = (
        "import os, sys\nfrom pathlib import Path\n"
        "from footprint.audit.target import open_target\nfrom footprint.config.options import TargetOptions\n"
        "from footprint.trial.command_run import run_command\nfrom footprint.trial.ground import Change\n"
        "from footprint.trial.shadows import Shadows\n"
        "project = Path(sys.argv[1])\noptions = TargetOptions(project=project, env=project / '.venv')\n"
        "shadows = Shadows.of(open_target(options, starts=True), options)\n"
        "with shadows.give(Change(frozenset({'goes'}))) as shadow:\n"
        "    words = 'import os; print(os.getuid(), os.listdir(os.environ[\"SITE\"])); '\n"
        '    words += \'open("made", "w"); os.chmod("data", 0)\'\n'
        "    done = run_command(shadow, ('python', '-c', words), project, {'SITE': sys.argv[2]}, 60)\n"
        "    written = [(each.path, each.kind) for each in shadow.list_written()]\n"
        "    print(shadow.engine, done.status, done.output, written)\n"
        "print(os.listdir(os.environ['TMPDIR']))\n"
    )
    # Not in pytest's own folder: each session that begins closes that to everybody else.
    with tempfile.TemporaryDirectory(prefix="footprint-test-") as folder:
        project, temporary = Path(folder, "project"), Path(folder, "temporary")
        write(project, {"data/x": ""})
        temporary.mkdir()
        subprocess.run([python, "-m", "venv", "--without-pip", project / ".venv"], check=True)
        site = site_of(project / ".venv")
        install(site, "goes", {"goes.py": b""})
        for path in (Path(folder), *Path(folder).rglob("*")):
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
        ours = copy_own_code(Path(folder, "code"))
        done = subprocess.run(
            [python, "-c", code, project, site],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "TMPDIR": str(temporary), "PYTHONPATH": str(ours)},
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stderr == ""
        told, listed, left = done.stdout.splitlines()
        assert told == f"overlay 0 {NOBODY} []"
        assert listed == f" [('{project}/data', 'mode'), ('{project}/made', 'written')]"
        assert left == "[]"
        assert sorted(path.name for path in project.iterdir()) == [".venv", "data"]
