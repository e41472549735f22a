"""No file that a stranger wrote ends the reading, takes long, or leads out of the project."""

import os
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footprint.collect.declared import READERS, read_declared
from footprint.collect.declared.bounded_text import BYTES_AT_MOST
from footprint.collect.declared.locks import read_locked
from footprint.documents.toml import TomlInvalid, parse_toml
from footprint.documents.yaml_nodes import YamlInvalid, parse_yaml
from footprint.model.requirements import DeclaredFiles
from tests.support.projects import write
from tests.unit.collect.test_declared_kinds import KINDS

NAMES = (
    "requirements.txt", "pyproject.toml", "hatch.toml", "pixi.toml", "setup.cfg", "setup.py", "Pipfile",
    "environment.yml", "script.py",
)  # fmt: skip
LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "pylock.x.toml", "Pipfile.lock")
TREE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def codes(declared: DeclaredFiles) -> list[tuple[str, str | None]]:
    return [(note.code, note.path) for note in declared.notes]


def check(declared: DeclaredFiles, lines: int) -> None:
    assert all(1 <= line.line <= lines for line in declared.requirements)
    assert all(note.line is None or 1 <= note.line <= lines for note in declared.notes)
    assert all(line.path and line.group for line in declared.requirements)
    assert all(note.path for note in declared.notes)


def test_every_reader_is_under_test() -> None:
    patterns = {pattern for reader in READERS for pattern in reader.patterns if "*" not in pattern}
    assert patterns <= {*NAMES, "environment.yaml", "conda.yml", "conda.yaml"}


@TREE
@given(data=st.binary(max_size=400), name=st.sampled_from(NAMES))
def test_random_bytes(tmp_path: Path, data: bytes, name: str) -> None:
    (tmp_path / name).write_bytes(data)
    check(read_declared(tmp_path, [Path(name)]), data.count(b"\n") + data.count(b"\r") + 1)
    (tmp_path / name).unlink()


FRAGMENTS = (
    "[", "]", "{", "}", "=", '"', "'", "\n"
    "", ",", ":", "- ", "#", "\0", "\ufeff", "é", "*", "&a ", "1", "true", "\\", "    ",
    "[[", '"""', "a", ".", "..", "/etc/passwd", "file", "git", "path", "version", "x = 1\n",
    "é" * 90, "^", "~", "||", "<", ">",
    "include-group", "2020-01-01", "%", "@", "!", "|", "?", "lambda: ", "*a", "**a", "(", ")", "\t", "-r ",
    "${PROJECT_ROOT}",
)  # fmt: skip


@TREE
@given(
    kind=st.sampled_from(sorted(KINDS)),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from(FRAGMENTS)), min_size=1, max_size=4),
)
def test_mutated_files(tmp_path: Path, kind: str, cuts: list[tuple[float, int, str]]) -> None:
    file, text, _ = KINDS[kind]
    for where, count, fragment in cuts:
        at = int(where * len(text))
        text = text[:at] + fragment + text[at + count :]
    path = tmp_path / Path(file).name
    path.write_text(text, encoding="utf-8", newline="")
    check(read_declared(tmp_path, [path]), text.count("\n") + text.count("\r") + 1)
    path.unlink()


LOCK_TEXTS = (
    '[[package]]\nname = "a"\nversion = "1"\nsource = {editable = "."}\ndependencies = [{name = "b"}, "c>1"]\n'
    'groups = ["main"]\n[package.optional-dependencies]\nx = [{name = "c"}]\n[package.dev-dependencies]\n'
    'y = [{name = "d"}]\n'
    '[[packages]]\nname = "a"\nmarker = "\'x\' in extras"\n[extras]\nx = ["a"]\n',
    '{"default": {"a": {"version": "==1"}}, "_meta": {}, "develop": {"b": {}}}',
)


@TREE
@given(
    name=st.sampled_from(LOCKS),
    text=st.sampled_from(LOCK_TEXTS),
    where=st.floats(0, 1),
    count=st.integers(0, 12),
    fragment=st.sampled_from(FRAGMENTS),
)
def test_mutated_locks(tmp_path: Path, name: str, text: str, where: float, count: int, fragment: str) -> None:
    at = int(where * len(text))
    text = text[:at] + fragment + text[at + count :]
    (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    found = read_locked(tmp_path)
    assert len(found.files) + len(found.notes) == 1
    assert all(1 <= one.line <= text.count("\n") + 1 for one in found.distributions)
    (tmp_path / name).unlink()


# --- what would exhaust the reader

DEEP = 10_000
TOML_BOMBS = {
    "arrays": "a = " + "[" * DEEP + "]" * DEEP,
    "tables": "a = " + "{a = " * DEEP + "1" + "}" * DEEP,
    "keys": ".".join(["a"] * DEEP) + " = 1",
    "quoted keys": ".".join(['"a"'] * DEEP) + " = 1",
    "header": "[" + ".".join(["a"] * DEEP) + "]",
    "digits": "a = " + "9" * 100_000,
}


@pytest.mark.parametrize("text", TOML_BOMBS.values(), ids=TOML_BOMBS)
def test_toml_that_would_exhaust_the_reader_is_noted(tmp_path: Path, text: str) -> None:
    for name in ("pyproject.toml", "Pipfile"):
        (tmp_path / name).write_text(text)
    (tmp_path / "uv.lock").write_text(text)
    declared = read_declared(tmp_path)
    assert sorted(codes(declared)) == [("toml-unparsable", "Pipfile"), ("toml-unparsable", "pyproject.toml")]
    assert [note.code for note in read_locked(tmp_path).notes] == ["lock-unparsable"]


@pytest.mark.parametrize(
    "text",
    ['a = "' + ".".join("x" * 200) + '"', "a = [" + ", ".join(f'"{n}.{n}"' for n in range(100)) + "]", "a.b.c = 1"],
)
def test_dots_that_are_no_keys_are_no_bomb(text: str) -> None:
    assert "a" in parse_toml(text, "x").tables


def test_deep_values_have_no_lines_and_are_harmless() -> None:
    parsed = parse_toml("a = " + "[" * 100 + "1" + "]" * 100, "x")
    assert parsed.line("a", 0, 0) == 1


LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
YAML_BOMBS = {
    "flow, 10,000 deep": "a: " + "[" * DEEP,
    "flow, closed": "a: " + "[" * DEEP + "]" * DEEP,
    "maps": "{a: " * DEEP,
    "flow behind strings": "a: " + '["]", ' * DEEP,
    "block": "- " * DEEP,
    "keys": "? " * DEEP,
    "many aliases": "a: &a x\nb: [" + "*a, " * 1000 + "]",
    "large": "#" * (300 * 1024),
}


@pytest.mark.parametrize("text", YAML_BOMBS.values(), ids=YAML_BOMBS)
def test_yaml_that_would_exhaust_the_reader_is_noted(tmp_path: Path, text: str) -> None:
    (tmp_path / "environment.yml").write_text(text)
    assert codes(read_declared(tmp_path)) == [("yaml-unparsable", "environment.yml")]


def test_a_billion_laughs_stay_few(tmp_path: Path) -> None:
    (tmp_path / "environment.yml").write_text(f"{LAUGHS}dependencies: *i\n")
    declared = read_declared(tmp_path)
    assert declared.requirements == ()
    assert codes(declared) == [("requirement-unparsable", "environment.yml")]


def test_an_alias_is_followed(tmp_path: Path) -> None:
    (tmp_path / "environment.yml").write_text("x: &x\n- a\n- b\ndependencies: *x\n")
    assert [(line.name, line.line) for line in read_declared(tmp_path).requirements] == [("a", 2), ("b", 3)]


@pytest.mark.parametrize("text", ["a: !!python/object/apply:os.system [echo]", "!!python/name:os.system"])
def test_tags_make_no_objects(text: str) -> None:
    root = parse_yaml(text)
    assert root.text is not None or [key for key, _ in root.pairs()] == ["a"]


@TREE
@given(st.lists(st.sampled_from([*FRAGMENTS, "<<: ", "%YAML 1.1\n", "---\n", "...\n", "!!", "&", "|2\n", ">-\n"])))
def test_any_yaml_is_read_or_refused(fragments: list[str]) -> None:
    try:
        parse_yaml("".join(fragments))
    except YamlInvalid as error:
        assert str(error)


@TREE
@given(st.lists(st.sampled_from(FRAGMENTS)))
def test_any_toml_is_read_or_refused(fragments: list[str]) -> None:
    try:
        parse_toml("".join(fragments), "x")
    except TomlInvalid as error:
        assert str(error)


def test_code_that_is_nested_too_deeply_is_noted(tmp_path: Path) -> None:
    (tmp_path / "setup.py").write_text("setup(install_requires=" + "[" * 150 + "]" * 150 + ")")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/setup.py").write_text("setup(install_requires=" + "-" * 5000 + "1)")
    declared = read_declared(tmp_path)
    assert declared.requirements == ()
    assert {code for code, _ in codes(declared)} <= {"setup-computed", "setup-unparsable"}
    assert declared.notes


CHAINS = {
    "names": "x0 = {}\n"
    + "".join(f"x{n} = x{n - 1}\n" for n in range(1, 3000))
    + "setup(**x2999, install_requires=x2999)",
    "sums": "setup(install_requires=" + "+".join(["['a']"] * 3000) + ")",
    "functions": "".join(f"def f{n}(): return f{n + 1}()\n" for n in range(3000)) + "setup(install_requires=f0())",
}


@pytest.mark.parametrize("text", CHAINS.values(), ids=CHAINS)
def test_long_chains_in_code_end(tmp_path: Path, text: str) -> None:
    (tmp_path / "setup.py").write_text(text)
    declared = read_declared(tmp_path)
    assert {code for code, _ in codes(declared)} <= {"setup-computed", "setup-unparsable"}
    assert declared.notes


@pytest.mark.parametrize("name", NAMES[:-1])
def test_files_that_are_too_large_or_binary_are_skipped(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"#" * (BYTES_AT_MOST + 1))
    assert codes(read_declared(tmp_path)) == [("requirements-too-large", name)]
    (tmp_path / name).write_bytes(random.Random(0).randbytes(5000))
    declared = read_declared(tmp_path)
    assert (declared.requirements, codes(declared)) == ((), [("requirements-binary", name)])


@pytest.mark.parametrize("name", NAMES[:-1])
def test_links_out_of_the_project_are_not_followed(tmp_path: Path, name: str) -> None:
    (tmp_path / "outside").write_text("secret")
    project = tmp_path / "project"
    project.mkdir()
    (project / name).symlink_to(tmp_path / "outside")
    declared = read_declared(project)
    assert (declared.files, declared.requirements) == ((), ())
    assert codes(declared) == [("requirements-outside", name)]


@pytest.mark.parametrize("name", NAMES[:-1])
def test_a_link_within_the_project_is_followed(tmp_path: Path, name: str) -> None:
    write(tmp_path, {"kept/real": ""})
    (tmp_path / name).symlink_to(tmp_path / "kept/real")
    declared = read_declared(tmp_path)
    assert (declared.files, declared.notes) == ((name,), ())


@pytest.mark.parametrize("name", NAMES[:-1])
def test_pipes_and_folders_are_no_files(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    (tmp_path / "sub" / name).mkdir(parents=True)
    declared = read_declared(tmp_path)
    assert (declared.requirements, declared.local_paths, declared.files) == ((), (), ())
    assert codes(declared) == [("requirements-unreadable", name)]


def test_lines_that_are_written_to_hurt_end(tmp_path: Path) -> None:
    lines = [" " * 500_000 + "x", "[" * 500_000, "a" + " " * 500_000 + "@", "a://" * 100_000, "-e " + "[" * 500_000]
    (tmp_path / "requirements.txt").write_text("\n".join(lines))
    declared = read_declared(tmp_path)
    assert [line.name for line in declared.requirements] == ["x"]
    assert [note.line for note in declared.notes] == [2, 3, 4, 5]
    assert all(len(note.message) < 500 for note in declared.notes)
