"""The completion scripts in the shells that they are for: commands, flags, choices, formats, paths."""

from __future__ import annotations

import os
import pty
import re
import select
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from footprint.cli.app import COMMANDS, load_command
from tests.support.command import footprint, plain_environment
from tests.support.machine import need
from tests.support.projects import write

SHELLS = ("bash", "zsh", "fish")
# What is typed before Tab -> what the line is then; no blank at the end: it goes on.
LINES: Mapping[str, tuple[str, str]] = {
    "a command": ("sca", "scan "),
    "a command with a dash": ("what", "what-if "),
    "a flag": ("report --summ", "report --summary "),
    "a flag of one command alone": ("what-if --witho", "what-if --without"),
    "a pair of flags": ("audit --no-lifes", "audit --no-lifespan "),
    "a choice": ("report --sort ti", "report --sort time "),
    "a choice behind =": ("report --sort=ti", "report --sort=time "),
    "a language": ("report --lang e", "report --lang e"),
    "a format": ("audit -f cycl", "audit -f cyclonedx "),
    "a format of another command": ("check --format sar", "check --format sarif "),
    "a format to write": ("report -o cycl", "report -o cyclonedx:"),
    "the file to write": ("report -o json:stor", "report -o json:stored.json "),
    "a file": ("report sto", "report stored.json "),
    "a file of a flag": ("why --audit sto", "why --audit stored.json "),
    "a folder": ("audit pro", "audit project/"),
    "a folder of a flag": ("audit --env pro", "audit --env project/"),
    "a code": ("explain FP41", "explain FP41"),
    "a rule": ("explain time-i", "explain time-increase "),
    "a kind of JSON": ("schema tri", "schema trim "),
    "a shell": ("--show-completion fi", "--show-completion fish "),
    "a flag of the whole": ("--vers", "--version "),
    "noop: what nobody can guess": ("audit --timeout sto", "audit --timeout sto"),
    "noop: no such flag": ("report --allow", "report --allow"),
    "noop: a file is no environment": ("audit --env sto", "audit --env sto"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a file, a folder and the scripts."""
    files = {"stored.json": "{}", "project/app.py": ""}
    files |= {f"script.{shell}": footprint("--show-completion", shell).stdout for shell in SHELLS}
    return write(tmp_path_factory.mktemp("completion"), files)


def start(shell: str, folder: Path) -> tuple[list[str], str]:
    """Return how a shell is started without the user's files, and what it reads first."""
    script = folder / f"script.{shell}"
    return {
        "bash": (["bash", "--norc", "--noprofile", "-i"], f"bind 'set enable-bracketed-paste off'; . {script}"),
        "zsh": (["zsh", "-f", "-i"], f"autoload -U compinit; compinit -u -D; . {script}"),
        "fish": ([], ""),
    }[shell]


class Typist:
    """Somebody at a terminal with a shell."""

    def __init__(self, shell: str, folder: Path) -> None:
        command, first = start(shell, folder)
        env = plain_environment(TERM="dumb", HOME=str(folder), HISTFILE="", PS1="> ")
        self.ours, theirs = pty.openpty()
        self.child = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=env, cwd=folder, start_new_session=True
        )
        os.close(theirs)
        self.say(f"PS1='> '; PROMPT='> '; {first}; show() {{ printf '<%s>\\n' \"$*\"; }}\necho rea''dy\n")
        self.read_until("ready\r")

    def say(self, text: str) -> None:
        os.write(self.ours, text.encode())

    def read_until(self, word: str, seconds: float = 20) -> str:
        """Return what is shown until a word comes, or nothing more within the time."""
        shown, deadline = "", time.monotonic() + seconds
        while word not in shown and time.monotonic() < deadline:
            if select.select([self.ours], [], [], 0.2)[0]:
                shown += os.read(self.ours, 65536).decode("utf-8", "replace")
        return shown

    def complete(self, line: str) -> str:
        """Type a line and Tab; return what the shell has as the line then: it is handed to `show`, whole."""
        self.say(f"footprint {line}\t")
        time.sleep(0.3)
        self.say("\x01show '\x05|'\n")  # to the beginning, a quote, to the end
        shown = self.read_until("|>")
        found = re.findall(r"<footprint (.*?)\|>", shown)
        return str(found[-1]) if found else shown

    def close(self) -> None:
        self.child.kill()
        self.child.wait()
        os.close(self.ours)


@pytest.fixture(scope="module", params=["bash", "zsh"])
def typist(request: pytest.FixtureRequest, folder: Path) -> Iterator[Typist]:
    need(shutil.which(request.param), f"{request.param} from the distribution's packages")
    found = Typist(request.param, folder)
    yield found
    found.close()


@pytest.mark.parametrize("case", LINES)
def test_tab_in_a_terminal(typist: Typist, case: str) -> None:
    typed, then = LINES[case]
    assert typist.complete(typed).rstrip("/ ") == then.rstrip("/ ")  # zsh takes the slash back


@pytest.mark.parametrize("case", LINES)
def test_what_fish_offers(folder: Path, case: str) -> None:
    need(shutil.which("fish"), "fish from the distribution's packages")
    typed, then = LINES[case]
    command = f"source script.fish; complete -C {shlex.quote(f'footprint {typed}')}"
    env = plain_environment(HOME=str(folder))
    done = subprocess.run(
        ["fish", "-N", "-c", command], cwd=folder, env=env, capture_output=True, text=True, check=True
    )
    offered = [line.partition("\t")[0] for line in done.stdout.splitlines()]
    whole = then.split(" ")[-2 if then.endswith(" ") else -1]
    word = typed.split(" ")[-1]
    if then == typed:  # several, or none
        assert len(offered) != 1 and all(each.startswith(word) for each in offered)
        assert bool(offered) is not case.startswith("noop")
    else:
        assert [each for each in offered if each.startswith(word)] == [whole]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_flag_of_the_help_is_in_the_scripts(name: str, folder: Path) -> None:
    told = footprint(name, "--help").stdout.partition("\nOptions:")[2]
    flags = set(re.findall(r"^  (?:-\w, )?--([a-z-]+)", told, re.MULTILINE))
    assert "help" in flags
    for shell in SHELLS:
        script = (folder / f"script.{shell}").read_text()
        marks = {"fish": "\n".join(re.findall(rf"'__footprint_is {name}'.*", script)), "bash": "", "zsh": ""}
        part = marks[shell] or script[script.index(f"    {name})") :].partition(";;\n        esac")[0]
        assert [flag for flag in flags if not re.search(rf"-(?:l |-){flag}(?![\w-])", part)] == []


@pytest.mark.parametrize("shell", SHELLS)
def test_the_shell_takes_the_script(shell: str, folder: Path) -> None:
    need(shutil.which(shell), f"{shell} from the distribution's packages")
    done = subprocess.run([shell, "-n", folder / f"script.{shell}"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_formats_are_those_of_the_command(name: str, tmp_path: Path) -> None:
    from footprint.cli.completion import describe

    command = load_command(name)
    flags = {flag: each.value.words for each in describe(command).flags for flag in each.names}
    if "--format" not in flags:
        return
    words = ["--without", "x"] if name == "what-if" else ["x"] if name in ("image", "report") else []
    done = footprint(name, *words, "-f", "no-such-format", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.strip().endswith(f"there are {', '.join(flags['--format'])}")
    assert flags.get("--output", flags["--format"]) == flags["--format"]


@pytest.mark.parametrize("words", [[], ["tcsh"], ["bash", "zsh"]])
def test_another_shell_is_a_mistake(words: list[str]) -> None:
    done = footprint("--show-completion", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "footprint: --show-completion takes one shell: bash, zsh, fish\n"
