"""`footprint image --start`: the entry of a real image runs in its unpacked files, and nothing is left or changed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import psutil
import pytest

from footprint.report.audit.schema import make_schema
from tests.support.command import footprint
from tests.support.image_archives import make_layer, make_layout
from tests.support.started_images import PROGRAM, make_started, program_layer

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="an image is started on Linux only")

LISTENS = """
import _socket, time
found = _socket.socket()
found.bind(("127.0.0.1", 0))
found.listen()
held = b"x" * (40 << 20)
time.sleep(600)
"""
FORKS = """
import posix, time
posix.fork()
posix.setsid() if posix.getpid() > 1 else None
time.sleep(600)
"""
WRITES = """
import posix, time
out = []
for path in ("/escaped", "/tmp/escaped", "../../../../escaped", OUTSIDE):
    try:
        posix.close(posix.open(path, posix.O_CREAT | posix.O_WRONLY))
        out.append("wrote " + path)
    except OSError as error:
        out.append("refused " + path)
print(*out, sep="\\n", flush=True)
"""
REFUSED = """
import posix
def tried(what, name, *given):
    try:
        getattr(posix, name)(*given)
        print(what, "went through", flush=True)
    except OSError as error:
        print(what, "refused", flush=True)
tried("kernel", "open", "/proc/sys/vm/overcommit_memory", posix.O_WRONLY)
tried("device", "mknod", "/tmp/device", 0o20666, posix.makedev(1, 1))
tried("host", "stat", OUTSIDE)
print("processes", sum(name.isdigit() for name in posix.listdir("/proc")), "as", posix.getuid(), flush=True)
print("setuid", oct(posix.stat("/usr/bin/tool").st_mode & 0o7777), flush=True)
posix.open("/dev/null", posix.O_RDWR)
"""

# What runs -> outcome, exit status, what the output has, what the message has.
CASES: Mapping[str, tuple[str, dict[str, Any], str, int | None, str, str]] = {
    "listens": (LISTENS, {}, "listens", None, "", "listens at 127.0.0.1:"),
    "exits 0": ("print('over')", {}, "ended", 0, "over", "exited with status 0"),
    "exits 3": ("import sys; print('bad', file=sys.stderr); sys.exit(3)", {}, "ended", 3, "bad", "status 3"),
    "dies of a signal": ("import posix; posix.abort()", {}, "killed", None, "", "killed by SIG"),  # of number 1: SEGV
    "two processes that rest": (FORKS, {}, "rests", None, "", "listens nowhere"),
    "never at rest": ("while True: pass", {}, "hangs", None, "", "within 3 s"),
    "a missing program": ("", {"Entrypoint": ["nothing-there"]}, "not-started", None, "",
                          "its program nothing-there cannot be used in the image: No such file or directory"),
    "a folder as the program": ("", {"Entrypoint": ["/usr"]}, "not-started", None, "", "Permission denied"),
    "a file as the folder": ("", {"WorkingDir": "/usr/bin/python"}, "not-started", None, "",
                             "its folder /usr/bin/python cannot be used in the image: Not a directory"),
    "a folder that is made": ("import posix; print(posix.getcwd())", {"WorkingDir": "/srv/app"}, "ended", 0, "/srv/app",
                              "status 0"),
    "a zero byte": ("", {"Cmd": ["a\0b"]}, "not-started", None, "", "no program can be given"),
    "half a character": ("", {"Cmd": ["a\ud800"]}, "not-started", None, "", "no program can be given"),
    "nothing to start": ("", {"Entrypoint": [], "Cmd": []}, "not-started", None, "", "neither an entry point"),
}  # fmt: skip


def can_start() -> bool:
    """Whether this machine lets us have namespaces: a container of CI may not."""
    words = ["unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork", "--mount-proc", "true"]
    return (
        shutil.which("unshare") is not None and subprocess.run(words, check=False, capture_output=True).returncode == 0
    )


ALLOWED = can_start()


def started(layout: Path, *arguments: str | Path, temporary: Path) -> dict[str, Any]:
    """Start an image; nothing of it may be left."""
    temporary.mkdir(exist_ok=True)
    done = footprint("image", layout, "--start", "-f", "json", *arguments, env={**os.environ, "TMPDIR": str(temporary)})
    assert (done.returncode, done.stderr) == (0, "")
    assert list(temporary.glob("footprint-image-*")) == []
    whole = json.loads(done.stdout)
    jsonschema.Draft202012Validator(make_schema("image")).validate(whole)
    found: dict[str, Any] = whole["started"]
    if not ALLOWED and "this system does not let us have" in found["message"]:
        assert (found["outcome"], found["resident_bytes"]) == ("not-started", None)
        pytest.xfail("this system gives no namespaces, and that is said: " + found["message"])
    return found


@pytest.mark.parametrize("case", CASES)
def test_what_an_entry_does_is_told(case: str, tmp_path: Path) -> None:
    code, inner, outcome, status, output, message = CASES[case]
    layout = make_started(tmp_path / "layout", code, **inner)
    found = started(layout, "--timeout", "3" if outcome == "hangs" else "30", temporary=tmp_path / "tmp")
    assert found["outcome"] == outcome, found
    assert message in found["message"]
    assert output in found["output_tail"]
    if outcome != "killed":
        assert found["exit_status"] == status
    is_measured = outcome in ("listens", "rests")
    assert (found["resident_bytes"] is not None) == is_measured == (found["ready_after_us"] is not None)
    if case == "listens":
        assert 40 << 20 < found["resident_bytes"] <= found["highest_rss_bytes"] < 200 << 20
    if case == "two processes that rest":
        assert len(found["processes"]) == 2
        assert found["resident_bytes"] <= sum(each["rss_bytes"] for each in found["processes"])


def test_what_it_writes_stays_in_its_own_files(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    layout = make_started(tmp_path / "layout", f"OUTSIDE = {str(outside)!r}{WRITES}")
    found = started(layout, temporary=tmp_path / "tmp")
    assert "wrote /escaped" in found["output_tail"] and f"refused {outside}" in found["output_tail"]
    assert not outside.exists()
    assert not any(Path(place, "escaped").exists() for place in ("/", "/tmp", tmp_path))


def test_it_has_no_rights_outside_of_its_namespace(tmp_path: Path) -> None:
    tool = make_layer({"usr/bin/tool": b"#!/bin/sh\n"})
    at = tool.index(b"0000755\0")
    head = bytearray(tool)
    head[at : at + 7] = b"0006755"
    head[148:156] = b"%06o\0 " % (sum(head[:148]) + 8 * 32 + sum(head[156:512]))
    layout = make_started(tmp_path / "layout", f"OUTSIDE = {str(tmp_path)!r}{REFUSED}", more=(bytes(head),))
    found = started(layout, temporary=tmp_path / "tmp")
    assert found["output_tail"].splitlines() == [
        "kernel refused", "device refused", "host refused", "processes 1 as 0", "setuid 0o755",
    ]  # fmt: skip
    assert (found["outcome"], found["exit_status"]) == ("ended", 0)


def test_it_gets_no_namespace_in_which_it_would_have_more_rights(tmp_path: Path) -> None:
    program = shutil.which("unshare")
    layers = () if program is None else (program_layer(Path(program)),)
    layout = make_started(tmp_path / "layout", "print('went through')", more=layers,
                          Entrypoint=["unshare", "--user", "--map-root-user"],
                          Cmd=["python", "-S", PROGRAM])  # fmt: skip
    found = started(layout, temporary=tmp_path / "tmp")
    assert found["exit_status"] and "unshare failed" in found["output_tail"]


@pytest.mark.skipif(not ALLOWED, reason="a small disk is made by namespaces")
def test_an_image_that_is_too_large_for_the_disk_is_weighed_only(tmp_path: Path) -> None:
    layout = make_started(tmp_path / "layout", "print(1)")
    (tmp_path / "tmp").mkdir()
    mount = f'mount -t tmpfs -o size=8m none "{tmp_path}/tmp"'
    line = f'{mount}; exec "{sys.executable}" -m footprint image "{layout}" --start'
    words = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", line]
    env = {**os.environ, "TMPDIR": f"{tmp_path}/tmp"}
    done = subprocess.run(words, check=False, capture_output=True, text=True, env=env)
    assert (done.returncode, done.stderr) == (0, "")
    assert "the temporary folder has 8.0 MiB left: set TMPDIR to a folder on a larger disk" in " ".join(
        done.stdout.split()
    )


def test_secrets_are_starred_and_settings_win(tmp_path: Path) -> None:
    code = "import posix; e = posix.environ; print(e[b'API_TOKEN'], e[b'PLAIN'], e[b'DB_PASSWORD'], sorted(e))"
    layout = make_started(tmp_path / "layout", code, Env=["API_TOKEN=abcdef0123456789", "PLAIN=image"])
    (tmp_path / "env").write_text("DB_PASSWORD=hunter2hunter2\n")
    found = started(layout, "--set", "PLAIN=given", "--env-file", tmp_path / "env", temporary=tmp_path / "tmp")
    assert "given" in found["output_tail"]
    assert "abcdef0123456789" not in found["output_tail"] and "hunter2" not in found["output_tail"]
    names = found["output_tail"].partition("[")[2]
    assert "TMPDIR" not in names and "FOOTPRINT" not in names


def test_what_a_container_sees_is_laid_down_and_no_link_is_followed(tmp_path: Path) -> None:
    """Whiteouts, hard links, a link that a later layer replaces by a folder, and links that lead out."""
    outside = tmp_path / "outside"
    outside.mkdir()
    layers = (
        make_layer({"srv/gone": b"1", "srv/kept": b"kept", "srv/again": ("hard", "srv/kept"),
                    "srv/out": ("link", str(outside)), "dev": ("link", str(outside)), "proc/1/x": b"1",
                    "srv/old/a": b"1"}),
        make_layer({"srv/.wh.gone": b"", "srv/.wh.kept": b"", "srv/out/new": b"new", "srv/old/.wh..wh..opq": b"",
                    "srv/old/b": b"2", "srv/up": ("link", "../../../../..")}),
    )  # fmt: skip
    code = (
        "import posix; print(sorted(posix.listdir('/srv')), sorted(posix.listdir('/srv/old')), "
        "posix.read(posix.open('/srv/again', 0), 9), posix.listdir('/srv/out'), sorted(posix.listdir('/srv/up')) == "
        "sorted(posix.listdir('/')))"
    )
    layout = make_started(tmp_path / "layout", code, more=layers)
    found = started(layout, temporary=tmp_path / "tmp")
    said = "['again', 'old', 'out', 'up'] ['b'] b'kept' ['new'] True"
    assert found["output_tail"].strip() == said
    assert list(outside.iterdir()) == []


LIMITS: Mapping[str, tuple[list[str], str, str | None]] = {
    "fits": (["--limit", "400MiB"], "", "fits"),
    "exceeds": (["--limit", "4MiB"], "", "exceeds"),
    "of a deploy file": ([], "services:\n  web:\n    build: .\n    mem_limit: 300m\n", "fits"),
    "none": ([], "", None),
}


@pytest.mark.parametrize("case", LIMITS)
def test_a_limit_is_judged_by_what_was_measured(case: str, tmp_path: Path) -> None:
    given, compose, fit = LIMITS[case]
    layout = make_started(tmp_path / "layout", "import time; time.sleep(600)")
    project = tmp_path / "project"
    project.mkdir()
    if compose:
        (project / "compose.yaml").write_text(compose)
    found = started(layout, *given, "--project", project, temporary=tmp_path / "tmp")
    assert found["fit"] == fit and (found["limit_bytes"] is None) == (fit is None)


def test_the_reports_tell_the_start(tmp_path: Path) -> None:
    code = "print('\\x1b[31mready|<b>', flush=True); import time; time.sleep(600)"
    layout = make_started(tmp_path / "layout", code)
    for format_, heading in (("table", "Started in the image"), ("markdown", "## Started in the image")):
        done = footprint("image", layout, "--start", "-f", format_, "--limit", "4MiB")
        assert (done.returncode, done.stderr) == (0, "")
        assert heading in done.stdout and "\x1b" not in done.stdout
        if ALLOWED:
            assert "exceeds the limit at rest" in done.stdout and "resident at rest: " in done.stdout
    assert "Started in the image" not in footprint("image", layout).stdout


def test_without_the_right_it_is_weighed_and_that_is_said(tmp_path: Path) -> None:
    layout = make_started(tmp_path / "layout", "print(1)")
    line = f'echo 0 > /proc/sys/user/max_user_namespaces; exec "{sys.executable}" -m footprint image "{layout}" --start'
    words = (
        ["unshare", "--user", "--map-root-user", "sh", "-c", line] if ALLOWED else ["sh", "-c", line.partition("; ")[2]]
    )
    done = subprocess.run(
        words, check=False, capture_output=True, text=True, env={**os.environ, "TMPDIR": str(tmp_path)}
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "it was not started: this system does not let us have" in done.stdout
    assert "seen by a container" in done.stdout
    assert list(tmp_path.glob("footprint-image-*")) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_nothing_is_left_when_the_command_is_ended(number: int, tmp_path: Path) -> None:
    """It is ended once the entry runs: that forks, leaves its session and grows."""
    layout = make_started(tmp_path / "layout", FORKS.replace("time.sleep(600)", "while True: pass"))
    words = [sys.executable, "-m", "footprint", "image", str(layout), "--start", "--timeout", "60"]
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as command:
        deadline = time.monotonic() + 20
        while ALLOWED and not below(command.pid, PROGRAM) and time.monotonic() < deadline:
            time.sleep(0.05)
        running = below(command.pid, PROGRAM)
        command.send_signal(number)
        command.communicate(timeout=30)
    assert command.returncode == 128 + number or not ALLOWED
    assert running or not ALLOWED
    assert not [pid for pid in running if psutil.pid_exists(pid)]
    assert list(tmp_path.glob("footprint-image-*")) == []


def below(pid: int, words: str) -> list[int]:
    """Return the processes of the image that have come of a command so far."""
    try:
        found = psutil.Process(pid).children(recursive=True)
        return [each.pid for each in found if words in " ".join(each.cmdline())]
    except psutil.Error:
        return []


MISTAKES: Mapping[str, tuple[list[str], str]] = {
    "a limit alone": (["--limit", "1GiB"], "--limit: only with --start"),
    "a variable alone": (["--set", "A=1"], "--set and --env-file: only with --start"),
    "a time limit alone": (["--timeout", "3"], "--timeout: only with --start"),
    "two images": (["--start", "--diff", "layout"], "leave --diff out"),
    "no time": (["--start", "--timeout", "0"], "--timeout"),
    "no limit": (["--start", "--limit", "much"], "--limit much"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_is_said_before_anything_is_read(case: str, tmp_path: Path) -> None:
    given, said = MISTAKES[case]
    make_layout(tmp_path / "layout", [make_layer({"a": b"x"})])
    done = footprint("image", "layout", *given, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
