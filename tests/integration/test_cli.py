"""The command line as a user meets it: help, exit codes, streams, encodings, terminals."""

import fcntl
import json
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from footprint import __version__
from footprint.cli.app import COMMANDS, load_command
from footprint.config.settings_table import Setting
from tests.support.command import (
    audit_json,
    command_line,
    footprint,
    plain_environment,
    remarks,
    rows_of,
    undated,
    wait_for,
)
from tests.support.machine import install, marked_processes
from tests.support.projects import make_env, make_shop, site_of, write

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_shop(tmp_path_factory.mktemp("cli") / "shop")


@pytest.fixture(scope="module")
def stored(shop: Path) -> Path:
    file = shop / "audit.json"
    assert footprint("audit", shop, "-o", f"json:{file}").returncode == 0
    return file


# Help


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_lists_its_flags(command: str) -> None:
    """Those that docs/configuration.md says it takes."""
    done = footprint(command, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    listed = set(re.findall(r"(?<![\w-])--[a-z-]+", done.stdout))
    taken = (row.flags or [f"--{row.key}"] for row in load_command(command).takes if isinstance(row, Setting))
    assert {flag for flags in taken for word in flags for flag in word.split("/") if flag[:2] == "--"} <= listed
    assert f"Usage: footprint {command}" in done.stdout


def test_help_names_every_command_and_the_exit_codes() -> None:
    done = footprint("--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.findall(r"^  ([\w-]+) ", done.stdout.partition("Commands:")[2], re.MULTILINE)[: len(COMMANDS)] == [
        "audit", "scan", "imports", "probe", "why", "what-if", "cost", "trim", "defer", "tune", "check", "init",
        "report",
        "open", "diff", "services", "fleet", "ask", "image", "lsp", "explain", "schema", "cache",
    ]  # fmt: skip
    for words in ("0 done", "2 usage", "3 could not measure", "130 interrupted"):
        assert words in " ".join(done.stdout.split())


@pytest.mark.parametrize("flag", ["--version", "-V"])
def test_version(flag: str) -> None:
    done = footprint(flag)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"footprint {__version__}\n", "")


# Exit codes and messages

MISTAKES: Mapping[str, tuple[list[str], list[str]]] = {
    "unknown flag": (["audit", "--tops", "3"], ["--tops"]),
    "unknown command": (["audti"], ["audti"]),
    "unknown format": (["audit", "-f", "yaml"], ["'yaml'", "table, markdown, json"]),
    "unknown output format": (["audit", "-o", "yaml:x"], ["'yaml'", "table, markdown, json"]),
    "output without a file": (["audit", "-o", "markdown"], ["FORMAT:FILE", "-o markdown:footprint.md"]),
    "output into a missing folder": (["audit", "--no-probe", "-o", "json:no/such/x"], ["no/such/x"]),
    "project that is no folder": (["audit", "nowhere"], ["nowhere", "is not a folder"]),
    "unknown entry": (["audit", "--entry", "ap:app"], ["--entry ap:app", "app"]),
    "entry file that is not there": (["audit", "--entry", "ap.py"], ["ap.py", "app.py"]),
    "entry that is a notebook": (["audit", "--entry", "src/book.ipynb"], ["src/book.ipynb is a notebook"]),
    "unknown language": (["audit", "--lang", "xx"], ["'xx'", "en", "es"]),
    "missing env": (["audit", "--env", "no-env"], ["--env no-env", "virtual environment"]),
    "folder that is no env": (["audit", "--env", "src"], ["--env src", "bin/python"]),
    "missing interpreter": (["audit", "--python", "./no-python"], ["no-python", "does not exist"]),
    "folder as interpreter": (["audit", "--python", "src"], ["--env"]),
    "missing site-packages": (["audit", "--site-packages", "no-site"], ["no-site", "exists"]),
    "two targets": (["audit", "--env", ".venv", "--site-packages", "src"], ["one of --python, --env"]),
    "no runs": (["audit", "--runs", "0"], ["--runs", "at least one"]),
    "no time": (["audit", "--timeout", "0"], ["--timeout", "above 0"]),
    "broken setting": (["audit", "--set", "KEY"], ["--set KEY", "KEY=VALUE"]),
    "missing env file": (["audit", "--env-file", "none.env"], ["none.env"]),
    "missing requirement file": (["audit", "-r", "none.txt"], ["none.txt"]),
    "unknown sort": (["audit", "--sort", "weight"], ["disk", "rss", "time"]),
    "negative top": (["audit", "--top", "-1"], ["--top"]),
    "stage format": (["scan", "-f", "markdown"], ["table, json"]),
    "report without a file": (["report"], ["AUDIT"]),
    "report of a missing file": (["report", "none.json"], ["none.json"]),
    "report of something else": (["report", "app.py"], ["footprint audit -f json"]),
    "why without a name": (["why"], ["distribution"]),
    "why of an unknown name": (["why", "havy", "--no-probe"], ["did you mean heavy?"]),
    "an environment, and none": (["audit", "--no-env", "--env", ".venv"], ["give one of"]),
    "an interpreter, and none": (["audit", "--no-env", "--python", "python"], ["give one of"]),
    "no workers": (["audit", "--workers", "0"], ["--workers 0"]),
    "live: no start command": (["audit", "--live"], ["no start command in the deploy files"]),
    "live: a request that is none": (["audit", "--live", "--request", "nowhere"], ["--request nowhere"]),
    "live: a readiness that is none": (["audit", "--live", "--ready", "soon"], ["--ready soon"]),
    "probe: no entry": (["probe", "src"], ["--entry"]),
    "probe: no command anywhere": (["probe", "--live"], ["no start command in the deploy files"]),
    "probe: a command without --live": (["probe", "--", "python", "x.py"], ["--live"]),
    "probe: a readiness that is none": (["probe", "--live", "--ready", "soon", "--", "python"], ["--ready soon"]),
    "probe: a request that is none": (["probe", "--live", "--request", "FETCH x", "--", "python"], ["FETCH x"]),
    "probe: several entries in one folded file": (
        ["probe", "--entry", "app", "--entry", "src/other.py", "-f", "folded"],
        ["folded holds one entry and there are 2 (app, src/other.py): choose one with --entry"],
    ),
    "probe: --min alone": (["probe", "--min", "1MiB"], ["--min goes with --tree"]),
    "probe: --min of nothing": (["probe", "--tree", "--min", "much"], ["'much' is not a size"]),
    "probe: --tree as JSON": (["probe", "--tree", "-f", "json"], ["--tree is a table"]),
    "probe: --tree of the live command": (["probe", "--live", "--tree"], ["not for --live"]),
    "probe: unknown format": (["probe", "-f", "flame"], ["'flame' is not a format"]),
    "probe: output without a file": (["probe", "-o", "folded"], ["for example -o speedscope:start.json"]),
    "probe: output into a missing folder": (
        ["probe", "--entry", "app", "-o", "json:no/such/file"], ["cannot write no/such/file"],
    ),
    "check: a file for a project": (["check", "app.py"], ["is not a folder"]),
    "check: a raise without an update": (["check", "--allow-increase"], ["--update-baseline"]),
    "check: unknown format": (["check", "-f", "yaml"], ["'yaml'"]),
    "check: output without a file": (["check", "-o", "sarif"], ["FORMAT:FILE"]),
    "check: unknown rule": (["check", "--rule", "unusd=error"], ["unusd"]),
    "check: no tolerance": (["check", "--max-increase", "lots"], ["lots"]),
    "check: no runs": (["check", "--runs", "0"], ["--runs"]),
    "check: no base": (["check", "--against", "nowhere.json"], ["nowhere.json"]),
    "check: no answer to noise": (["check", "--on-noise", "perhaps"], ["perhaps"]),
    "what-if of nothing": (["what-if"], ["--without NAME"]),
    "what-if of two environments": (["what-if", "--without", "x", "--env", "a", "--env", "b"], ["one virtual"]),
    "what-if of no name": (["what-if", "--env", "=1"], ["KEY=VALUE"]),
    "cost of nothing": (["cost"], ["nothing to price", "--against"]),
    "cost of a branch and more": (["cost", "x", "--against", "main"], ["name no requirement beside it"]),
    "cost of a module that is none": (["cost", "x", "--import", "y"], ["NAME=MODULE"]),
    "cost of a missing file": (["cost", "-r", "none.txt"], ["none.txt"]),
    "cost of two as a badge": (["cost", "x", "y", "-f", "badge"], ["one candidate"]),
    "cost alone in an environment": (["cost", "x", "--alone", "--env", ".venv"], ["--python"]),
    "diff of nothing": (["diff"], ["nothing to compare", "--env twice"]),
    "diff of one audit": (["diff", "stored.json"], ["stored.json alone", "BEFORE..AFTER"]),
    "diff of one environment": (["diff", "--env", ".venv"], ["--env", "two JSON audits"]),
    "diff of something else": (["diff", "app.py", "app.py"], ["footprint audit -f json"]),
    "diff of standard input twice": (["diff", "-", "-"], ["not both"]),
    "diff of commits outside of git": (["diff", "main..", "src"], ["git rev-parse"]),
}  # fmt: skip


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_exits_2_and_says_what_to_do(shop: Path, case: str) -> None:
    args, words = MISTAKES[case]
    write(shop, {"src/other.py": "", "src/book.ipynb": "{}"})
    done = footprint(*args, cwd=shop)
    assert done.returncode == 2, done.stdout
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1].startswith("footprint: ") and "Traceback" not in done.stderr
    for word in words:
        assert word in " ".join(done.stderr.split())


def test_an_interpreter_that_is_none_exits_3(shop: Path) -> None:
    tool = shutil.which("true")
    assert tool
    done = footprint("audit", "--python", tool, cwd=shop)
    assert (done.returncode, done.stdout) == (3, "")
    assert "--python" in done.stderr


def test_a_healthy_audit_exits_0_and_says_only_what_it_starts(shop: Path) -> None:
    done = footprint("audit", cwd=shop, env={"TERM": "xterm"})  # no progress goes to a file
    assert (done.returncode, remarks(done)) == (0, "")
    assert "the app prints this" not in done.stdout


# Formats and streams


def test_json_is_pure_although_the_app_prints_and_notes_exist(shop: Path) -> None:
    done = footprint("audit", shop, "-f", "json", "--entry", "app")
    found = json.loads(done.stdout)
    assert done.stdout.endswith("}\n") and done.stdout.startswith("{")
    assert {name: row["usage"] for name, row in rows_of(found).items()} == {
        "heavy": "startup",
        "light": "lazy",
        "idle": "unused",
    }


def test_several_outputs_and_the_table_are_one_audit(shop: Path, tmp_path: Path) -> None:
    files = {name: tmp_path / name for name in ("markdown", "json", "table")}
    done = footprint("audit", shop, *(flag for name, path in files.items() for flag in ("-o", f"{name}:{path}")))
    assert done.returncode == 0
    assert files["table"].read_text() == done.stdout
    for name in ("table", "markdown"):
        assert files[name].read_text() == footprint("report", files["json"], "-f", name).stdout


def test_a_stored_audit_is_read_from_standard_input(stored: Path) -> None:
    done = footprint("report", "-", "-f", "json", stdin=stored.read_text())
    assert (done.returncode, done.stdout) == (0, stored.read_text())


# environment, flags -> the language of the report
LANGUAGES: Mapping[str, tuple[dict[str, str], list[str], str]] = {
    "nothing said": ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": ""}, [], "en"),
    "the flag": ({"LC_ALL": "en_GB.UTF-8"}, ["--lang", "es"], "es"),
    "the flag against the environment": ({"LC_ALL": "es_ES.UTF-8"}, ["--lang", "en"], "en"),
    "LANG": ({"LC_ALL": "", "LANG": "es_AR.UTF-8"}, [], "es"),
    "LC_MESSAGES before LANG": ({"LC_ALL": "", "LC_MESSAGES": "es", "LANG": "en_US.UTF-8"}, [], "es"),
    "LC_ALL before all": ({"LC_ALL": "C.UTF-8", "LC_MESSAGES": "es", "LANG": "es_ES"}, [], "en"),
    "with a modifier": ({"LC_ALL": "es_ES@euro"}, [], "es"),
    "as a browser writes it": ({"LC_ALL": "es-419"}, [], "es"),
    "one that begins alike": ({"LC_ALL": "est_EE.UTF-8"}, [], "en"),
    "one that we have not": ({"LC_ALL": "fr_FR.UTF-8"}, [], "en"),
}
SAID = {"en": " on disk in 3 distributions", "es": " en disco en 3 distribuciones"}


@pytest.mark.parametrize("case", LANGUAGES)
def test_the_language_of_a_report(stored: Path, tmp_path: Path, case: str) -> None:
    variables, flags, language = LANGUAGES[case]
    file = tmp_path / "summary.txt"
    done = footprint("report", stored, "-f", "summary", "-o", f"summary:{file}", *flags, env=variables)
    assert (done.returncode, done.stderr) == (0, "")
    for text in (done.stdout, file.read_text()):
        assert {name for name, words in SAID.items() if words in text} == {language}


STARTED = {
    "en": "footprint audit starts the application with .venv/bin/python, as you. --no-probe starts nothing.",
    "es": "footprint audit arranca la aplicación con .venv/bin/python, con tu usuario. --no-probe no arranca nada.",
}


@pytest.mark.parametrize("language", STARTED)
def test_what_is_started_is_said_in_the_language_of_the_report(shop: Path, language: str) -> None:
    done = footprint("audit", "--entry", "app", "--lang", language, "-f", "summary", cwd=shop)
    first = done.stderr.splitlines()[0]
    assert first.replace(" (app)", "").startswith(STARTED[language])
    assert (" starts " in first or "application" in first) == (language == "en")


def test_json_is_english(stored: Path) -> None:
    assert footprint("report", stored, "-f", "json", "--lang", "es").stdout == stored.read_text()


def test_top_and_sort(stored: Path) -> None:
    names = ("heavy", "light", "idle")

    def order(*flags: str) -> list[str]:
        lines = footprint("report", stored, *flags).stdout.splitlines()
        return [line.split()[0] for line in lines if line.split()[:1] and line.split()[0] in names]

    assert order("--sort", "name") == ["heavy", "idle", "light"]
    assert order()[0] == "idle"  # by disk
    assert order("--top", "1") == ["idle"]
    assert set(order("--top", "0")) == set(names)
    assert order("--sort", "rss")[0] == "heavy"


def test_why_says_it_all(shop: Path, stored: Path) -> None:
    direct = footprint("why", "Heavy", shop)
    assert direct.returncode == 0
    for words in ("heavy 1.0: startup", "requirements.txt:1 heavy==1.0", "app.py:2", "Removing it frees"):
        assert words in direct.stdout
    again = footprint("why", "heavy", "--audit", stored)
    assert (again.returncode, again.stderr) == (0, "")
    assert "heavy 1.0: startup" in again.stdout


@pytest.mark.parametrize("command", ["scan", "imports", "probe"])
def test_stages_alone(shop: Path, command: str) -> None:
    entry = () if command == "scan" else ("--entry", "app")
    table = footprint(command, shop, *entry)
    plain = footprint(command, shop, *entry, "-f", "json")
    assert (table.returncode, plain.returncode) == (0, 0), table.stderr
    assert "heavy" in table.stdout
    assert "heavy" in json.dumps(json.loads(plain.stdout))
    assert "the app prints this" not in table.stdout


def test_a_closed_pipe_is_no_error(stored: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        command_line(["report", stored]), stdout=writer, stderr=subprocess.PIPE, env=plain_environment(), check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


# Pipes, terminals, encodings


def test_a_pipe_gets_no_colour_nothing_cut_and_no_trailing_blanks(stored: Path) -> None:
    for width in ("40", "200"):
        done = footprint("report", stored, env={"COLUMNS": width, "TERM": "xterm-256color"})
        assert "\x1b" not in done.stdout
        assert [line for line in done.stdout.splitlines() if line != line.rstrip()] == []
        assert "no import, no start command, no requirer, and not in memory after startup" in done.stdout


def on_terminal(
    args: Iterable[str | Path], *, columns: int = 100, env: Mapping[str, str] | None = None
) -> tuple[str, int]:
    """Run the command with a terminal for all its streams; return all that it shows, and the exit code."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    variables = plain_environment(**{"TERM": "xterm-256color", **(env or {})})
    child = subprocess.Popen(
        command_line(list(args)), stdin=theirs, stdout=theirs, stderr=theirs, env=variables, close_fds=True
    )
    os.close(theirs)
    return read_terminal(ours, child), child.wait()


def read_terminal(descriptor: int, child: subprocess.Popen[bytes], until: str | None = None) -> str:
    """Return what a terminal shows until the child has ended, or until it shows `until`."""
    shown = bytearray()
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and (until is None or until.encode() not in shown):
        if not select.select([descriptor], [], [], 0.2)[0]:
            if child.poll() is not None:
                break
            continue
        try:
            data = os.read(descriptor, 65536)
        except OSError:  # Linux: the other side is closed
            break
        if not data:
            break
        shown += data
    return shown.decode("utf-8", "replace").replace("\r\n", "\n")


@pytest.mark.parametrize("columns", [60, 80, 100, 160])
def test_a_table_fits_the_terminal(stored: Path, columns: int) -> None:
    shown, code = on_terminal(["report", stored], columns=columns)
    assert code == 0
    lines = ESCAPE.sub("", shown).splitlines()
    assert max(len(line) for line in lines) <= columns
    assert "heavy" in shown and "requirements.txt:3" in ESCAPE.sub("", shown)


def test_columns_outranks_the_terminal(stored: Path) -> None:
    lines = ESCAPE.sub("", on_terminal(["report", stored], columns=200, env={"COLUMNS": "100"})[0]).splitlines()
    assert 80 < max(len(line) for line in lines) <= 100


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"NO_COLOR": ""}, {"TERM": "dumb"}, {}])
def test_colour_is_for_terminals_that_want_it(stored: Path, env: dict[str, str]) -> None:
    # https://no-color.org: only a value that is not empty counts.
    assert ("\x1b[" in on_terminal(["report", stored], env=env)[0]) == (env in ({}, {"NO_COLOR": ""}))


def test_progress_is_shown_on_a_terminal_and_wiped(shop: Path) -> None:
    shown, code = on_terminal(["audit", shop])
    assert code == 0
    first, _, shown = shown.partition("\n")
    assert "--no-probe starts nothing." in first
    assert "weighing the installed distributions ..." in shown
    progress, _, report = shown.rpartition("\x1b[2K")
    assert "\n" not in progress
    assert ESCAPE.sub("", report).startswith("footprint ")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
@pytest.mark.parametrize("format_", ["table", "markdown", "json"])
def test_any_encoding_can_show_a_report(tmp_path: Path, encoding: str, format_: str) -> None:
    write(tmp_path, {"requirements.txt": "größe\n", "naïve_ファイル.py": "import größe\n"})
    site = write(tmp_path / "site", {"größe/__init__.py": "", "größe-1.0.dist-info/METADATA": "Name: x\n\n"})
    done = subprocess.run(
        command_line(["audit", tmp_path, "--site-packages", site, "-f", format_]),
        env=plain_environment(PYTHONIOENCODING=encoding),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    text = done.stdout.decode(encoding)  # what an encoding has is shown, the rest as what it has
    assert "ファ" not in text or encoding == "utf-8"
    assert text.isascii() or (encoding != "ascii" and format_ != "json")


# Which environment


def test_footprint_in_the_audited_environment_leaves_itself_out(tmp_path: Path) -> None:
    env = make_env(tmp_path / "env")
    site = site_of(env)
    # We require what nobody else does, and one thing that the project needs as well.
    needs = "Requires-Dist: typer\nRequires-Dist: rich\nRequires-Dist: packaging\n"
    install(site, "footprint-audit", {"footprint_audit_marker.py": b"x" * 1000}, metadata=needs)
    for name in ("typer", "rich", "packaging"):
        install(site, name, {f"{name}/__init__.py": b"x = 1\n" * 1000})
    project = write(tmp_path / "project", {"requirements.txt": "packaging\n", "app.py": "import packaging\n"})
    found = audit_json(project, "--env", env, "--no-probe")
    assert set(rows_of(found)) == {"packaging"}
    (note,) = [note for note in found["notes"] if note["code"] == "footprint-installed"]
    assert all(name in note["message"] for name in ("footprint-audit", "rich", "typer"))
    assert "packaging" not in note["message"]
    assert found["disk"]["own_bytes"] > 12_000
    assert found["disk"]["reconciles"] is True


def test_the_current_folder_is_the_default_project(shop: Path) -> None:
    from_inside = audit_json("--no-probe", cwd=shop)
    from_outside = audit_json(shop, "--no-probe")
    assert undated(from_inside) == undated(from_outside)
    assert from_inside["project"] == "shop"


# Interrupts


ENDINGS = [
    (signal.SIGINT, 130, "footprint: interrupted"),
    (signal.SIGTERM, 143, "footprint: ended by SIGTERM"),
    (signal.SIGHUP, 129, "footprint: ended by SIGHUP, the terminal has gone"),
]


@pytest.mark.parametrize(("sent", "code", "said"), ENDINGS)
def test_an_end_from_outside_leaves_nothing_behind(tmp_path: Path, sent: signal.Signals, code: int, said: str) -> None:
    marker = f"footprint-test-{os.getpid()}-{sent.name}"
    (tmp_path / "tmp").mkdir()
    write(tmp_path, {"app.py": "import time\ntime.sleep(100)\n", "requirements.txt": ""})
    make_env(tmp_path / ".venv")
    ours, theirs = pty.openpty()
    env = plain_environment(TERM="xterm", FOOTPRINT_TEST_MARKER=marker, TMPDIR=str(tmp_path / "tmp"))
    child = subprocess.Popen(
        command_line(["audit", tmp_path, "--entry", "app"]),
        stdin=theirs, stdout=theirs, stderr=theirs, env=env, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    read_terminal(ours, child, until="starting app")
    wait_for(lambda: len(marked_processes(marker)) >= 2)
    os.killpg(child.pid, sent)
    shown = read_terminal(ours, child)
    assert child.wait(timeout=300) == code
    _, wiped, left = shown.rpartition("\x1b[2K")  # the progress line, which may have been written once more
    assert wiped and ESCAPE.sub("", left).replace("^C", "").strip() == said
    wait_for(lambda: not marked_processes(marker))
    assert list((tmp_path / "tmp").iterdir()) == []


def test_nohup_is_respected(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": "import os, signal\nos.kill(os.getppid(), signal.SIGHUP)\n", "requirements.txt": ""})
    make_env(tmp_path / ".venv")

    def ignore() -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    assert footprint("audit", tmp_path, "--entry", "app", before=ignore).returncode == 0


def test_the_name_of_a_failed_entry_is_escaped(tmp_path: Path) -> None:
    """It comes from a deploy file."""
    (tmp_path / "app.py").write_text("raise SystemExit(4)\n")
    (tmp_path / "compose.yml").write_text('services:\n  "we\\e[31mb":\n    command: uvicorn app:app\n')
    done = footprint("audit", tmp_path, "--python", sys.executable)
    assert done.returncode == 3, done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert "could not be measured" in done.stderr
