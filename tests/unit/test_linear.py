"""Hostile text costs about as many times more as it is longer: ten times the text, not a hundred times the work.

Counted are calls; what regular expressions do in one call is timed by benchmarks/bench_hostile.py.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from footprint.collect.declared import read_declared
from footprint.collect.declared.poetry import to_specifier
from footprint.collect.deploy.commands.launchers import command_tools, parse_command, read_programs
from footprint.collect.deploy.platforms.dockerfile import _final_stage, read_image
from footprint.collect.deploy.platforms.kubernetes import read as read_manifest
from footprint.collect.deploy.platforms.pipelines import read_noxfile
from footprint.collect.deploy.platforms.recipes import read_package_json, task_commands
from footprint.collect.deploy.platforms.services import read_circus
from footprint.collect.deploy.platforms.stated import compose_size
from footprint.collect.deploy.platforms.uwsgi import read_options
from footprint.collect.imports.walker import read_imports
from footprint.collect.sources.magics import to_python
from footprint.credentials import star_credentials
from footprint.documents.toml import TomlInvalid, parse_tables
from footprint.knowledge.bystanders import is_backing
from tests.support.work import count_calls, within_patience

pytestmark = pytest.mark.large

_LONGER = 10
_GROWTH_AT_MOST = 12  # linear work grows tenfold, that of a square a hundredfold
_FIXED_CALLS = 200  # that any text costs


def _cell(text: str) -> object:
    return to_python(["x = 1", *text.split("\n")], check=False)


def _scripts(text: str) -> object:
    pairs = ",\n".join(f'"{number}": "x"' for number in range(len(text)))
    return list(read_package_json(f'{{"scripts": {{{pairs}}}}}'))


def _programs(text: str) -> object:
    return list(read_programs([(1, text)]))


def _template(text: str) -> object:
    return list(read_manifest(f"{{{{ if .y }}}}\napiVersion: v1\nkind: Pod\ncontainers:\n{text}", "k8s/pod.yaml"))


# what reads, what is repeated -> how often, at the shorter length
HOSTILE: dict[str, tuple[Callable[[str], object], str, int]] = {
    "image: a name of many words": (lambda text: is_backing(f"postgres{text}x"), "-db", 30),
    "image: a name of many digits": (lambda text: is_backing(f"redis{text}x"), "1", 90),
    "compose: a size of many digits": (compose_size, "1", 12_000),
    "compose: a size of open variables": (compose_size, "${a:-", 2_400),
    "cell: a line of blanks": (_cell, " ", 1_000),
    "cell: quotes that are opened after a backslash on every line": (_cell, "\\'\\\n", 300),
    "noxfile: a run on every line": (lambda text: list(read_noxfile(text)), "s.run('a')\n", 1_500),
    "package.json: very many scripts": (_scripts, "x", 300),
    "command: open variables with defaults": (parse_command, "${a:-", 390),
    "tools: open variables with defaults": (command_tools, "${a:-", 390),
    "script: a case of many patterns": (_programs, "a|", 1_000),
    "script: a line that runs nothing": (lambda text: _programs(f"echo {text}"), "a ", 1_000),
    "script: redirections": (_programs, "2>&1 ", 400),
    "script: blanks in code": (lambda text: _programs(f"python -c '{text}'"), "\n ", 600),
    "Makefile: a rule of many targets": (lambda text: task_commands("Makefile", text, "x"), "a ", 4_000),
    "justfile: a recipe of many blanks": (lambda text: task_commands("justfile", f"a{text}", "x"), " ", 4_000),
    "Helm: arguments of the template, very many times": (_template, "  args: {{ .x }}\n", 200),
    "Helm: arguments below arguments": (_template, "- args: {{ .x }}\n", 200),
    "Helm: blank lines": (lambda text: _template(f"args: {{{{ .x }}}}\n{text}"), "\n", 1_000),
    "uwsgi.ini: blanks": (lambda text: read_options(f"[uwsgi]\nmodule={text}x"), " ", 4_000),
    "circus.ini: blanks": (lambda text: list(read_circus(f"[watcher:a]\ncmd={text}x", "c.ini")), " ", 4_000),
    "Dockerfile: variables": (lambda text: read_image(f"FROM a\nENV A=b\nCOPY {text} /x", "Dockerfile"), "$A ", 1_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_work_grows_about_as_the_text(name: str) -> None:
    read, unit, count = HOSTILE[name]
    read(unit)  # what is made once, at the first reading
    shorter = count_calls(lambda: read(unit * count))
    with within_patience():
        assert count_calls(lambda: read(unit * count * _LONGER)) < shorter * _GROWTH_AT_MOST + _FIXED_CALLS


def test_what_each_stage_of_a_dockerfile_takes_over_has_an_end() -> None:
    """Copies of what grows with every stage are no calls: the square of them is seen by what is kept."""
    stages = "".join(
        f"FROM {f's{each - 1}' if each else 'a'} AS s{each}\nENV V{each}=x\nWORKDIR d\n" for each in range(5_000)
    )
    with within_patience():
        stage = _final_stage(stages)
    assert (len(stage.values), len(stage.work_dir)) <= (500, 4096)


def test_longer_text_is_cut_or_refused() -> None:
    assert is_backing("postgres" + "-db" * 90)
    assert not is_backing("postgres" + "-db" * 100)
    assert compose_size("512m" + " " * 100) == compose_size("512m" + " " * 100_000 + "x") == 512 << 20


def _module(text: str) -> object:
    return read_imports(text.encode(), path="m.py", module="m", is_package=False)


def _toml(text: str) -> None:
    with pytest.raises(TomlInvalid):
        parse_tables(text)


# What an expression would split in as many ways as there are characters, or cubed: it would take hours.
ENDLESS: dict[str, Callable[[str], object]] = {
    "an import that is none, blanks": lambda text: _module(f"from{' ' * len(text)}!"),
    "an import that is none, dots": lambda text: _module(f"from {'.' * len(text)}!\nimport"),
    "an import that is none, names": lambda text: _module(f"from {'a.' * len(text)}!\nimport"),
    "a constraint of blanks": lambda text: to_specifier(f">=1,{text}!"),
    "a line of TOML with quotes that do not end": lambda text: _toml("a = " + "." * 99 + '\\"' * len(text)),
    "words of a URL's scheme": lambda text: star_credentials(f"://{'a' * len(text)}"),
    "words with dashes": lambda text: star_credentials(f"={'a-' * len(text)}"),
    "words with more dashes": lambda text: star_credentials(f"={'a--' * len(text)}"),
    "names of headers": lambda text: star_credentials(f"={'x-' * len(text)}"),
    "marks of a URL": lambda text: star_credentials(f"={'://' * len(text)}"),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_expressions_try_no_text_twice(name: str) -> None:
    with within_patience():
        ENDLESS[name](" " * 200_000)


@pytest.mark.parametrize(
    "line", ["a{}!", "a{}[x]{}!", "a @ http://x{}?y", "https://{}", "a=={}!", "a; {}!", "-r {}!"], ids=repr
)
@pytest.mark.parametrize("unit", [" ", "://", "["], ids=repr)
def test_lines_of_compiled_files(line: str, unit: str, tmp_path: Path) -> None:
    text = line.replace("{}", unit * 100_000)
    (tmp_path / "requirements.txt").write_text(f"# This file is autogenerated by pip-compile\nb==1\n{text}\n")
    with within_patience():
        assert "b" in [found.name for found in read_declared(tmp_path).requirements]


@pytest.mark.parametrize(
    "text", ["--db-password=hunter22", "a -pgpassword=hunter22", "1-token=hunter22", "x_token=hunter22"]
)
def test_what_is_hidden_stays_hidden(text: str) -> None:
    assert "hunter22" not in star_credentials(text)
