"""What git ignores: every answer is compared with the installed git's own."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footprint.collect.sources.gitignore import IgnoreRules
from footprint.collect.sources.ignore_files import IgnoreFiles, Layers, is_ignored
from tests.support.machine import need
from tests.support.projects import write
from tests.support.work import within_patience

GIT = shutil.which("git")


def git(folder: Path, *args: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "HOME": str(folder)}
    env["GIT_CEILING_DIRECTORIES"] = str(folder.parent)
    return subprocess.run([str(GIT), *args], cwd=folder, env=env, input=stdin, capture_output=True, check=False)


def init(folder: Path) -> Path:
    need(GIT, "git")
    folder.mkdir(parents=True, exist_ok=True)
    assert git(folder, "init", "-q").returncode == 0
    return folder


def ignored_by_git(folder: Path, paths: Sequence[str]) -> set[str]:
    """Return what `git check-ignore` says of paths; those that end in a slash are folders, and are made."""
    for path in paths:
        if path.endswith("/"):
            (folder / path).mkdir(parents=True, exist_ok=True)
    by_path = {path.rstrip("/"): path for path in paths}
    stdin = b"".join(os.fsencode(path) + b"\0" for path in by_path)
    done = git(folder, "check-ignore", "--no-index", "-z", "--stdin", stdin=stdin)
    assert done.returncode in (0, 1), done.stderr
    return {by_path[os.fsdecode(path)] for path in done.stdout.split(b"\0") if path}


def ignored_by_us(project: Path, paths: Sequence[str]) -> set[str]:
    """Return what our rules say, walking down to each path as the search does."""
    files = IgnoreFiles(project)
    above = files.above()
    return {path for path in paths if _walks_into_ignored(project, files, above, path)}


def _walks_into_ignored(project: Path, files: IgnoreFiles, layers: Layers, path: str) -> bool:
    parts = path.rstrip("/").split("/")
    for depth in range(len(parts)):
        folder = "/".join(parts[:depth])
        names = frozenset(entry.name for entry in (project / folder).iterdir()) if (project / folder).is_dir() else ()
        layers = files.below(folder, frozenset(names), layers)
        here = "/".join(parts[: depth + 1])
        is_folder = depth < len(parts) - 1 or path.endswith("/")
        if is_ignored(layers, here, is_folder=is_folder):
            return True
    return False


# One ignore file at the top, and the paths below it: git is asked about each
TABLE: dict[str, tuple[bytes, str]] = {
    "anchored folder that is a file": (b"/b/c/", "b/c"),
    "star needs something behind a slash": (b"b/*", "b/ b/a.py b/c/"),
    "below a folder, folders only": (b"b/**/", "b/ b/a.py b/c/ b/c/d/"),
    "plain name": (b"a.py", "a.py b/a.py b/c/a.py aa.py a.pyc a.py/x"),
    "name of a folder only": (b"gen/", "gen/ gen/a.py b/gen/a.py c/gen"),
    "anchored by a slash in front": (b"/a.py", "a.py b/a.py"),
    "anchored by a slash within": (b"b/a.py", "b/a.py c/b/a.py a.py"),
    "anchored folder": (b"/b/c/", "b/c/ b/c/a.py d/b/c/a.py"),
    "star": (b"*.py", "a.py b/a.py .py a.pyi py"),
    "star stays in its folder": (b"b/*.py", "b/a.py b/c/a.py"),
    "stars": (b"*_*_pb2.py", "a_b_pb2.py a_pb2.py _a__pb2.py __pb2.py a_b_pb2.pyc"),
    "question mark": (b"a?.py", "ab.py a.py abc.py a/.py"),
    "class": (b"[ab].py", "a.py b.py c.py"),
    "negated class": (b"[!ab].py", "a.py c.py"),
    "negated by a caret": (b"[^ab].py", "a.py c.py"),
    "range": (b"[a-c]x", "ax bx dx -x"),
    "dash at the end": (b"[a-]x", "ax -x bx"),
    "bracket as first member": (b"[]a]x", "]x ax bx"),
    "escaped member": (rb"[\]a]x", "]x ax \\x"),
    "named class": (b"[[:digit:]_].py", "1.py _.py a.py"),
    "unknown named class": (b"[[:nothing:]].py", "1.py n.py"),
    "class that is none": (b"[[:a]x", "[x ax x"),
    "class that is not closed": (b"[ab.py", "[ab.py a.py"),
    "class does not match a slash": (b"a[!x]b/c", "a/b/c ayb/c"),
    "reversed range": (b"[c-a]x", "ax bx cx"),
    "leading double star": (b"**/a.py", "a.py b/a.py b/c/a.py ba.py"),
    "trailing double star": (b"b/**", "b/ b/a.py b/c/a.py b/d/ c/b/a.py"),
    "double star within": (b"b/**/a.py", "b/a.py b/c/a.py b/c/d/a.py ba.py c/b/a.py"),
    "several double stars": (b"b/**/c/**/a*x.py", "b/c/ax.py b/x/c/y/abx.py b/c/a.py b/c/c/d/ax.py b/ax/c/a/x.py"),
    "double star in a name": (b"a**.py", "ab.py b/abc.py a/b.py"),
    "double star alone": (b"**", "a b/c"),
    "everything below the top": (b"/**", "a b/c"),
    "slash alone": (b"/", "a b/c"),
    "everything but": (b"*\n!a.py\n!b/\n", "a.py b/ b/a.py b/c.py c.py c/a.py"),
    "negation": (b"*.py\n!a.py", "a.py b.py b/a.py"),
    "negation that comes first": (b"!a.py\n*.py", "a.py b.py"),
    "ignored again": (b"*.py\n!a.py\na.py", "a.py"),
    "negation cannot reach into an ignored folder": (b"gen/\n!gen/a.py", "gen/a.py gen/b.py"),
    "negation reaches into a folder of ignored files": (b"gen/*\n!gen/a.py", "gen/a.py gen/b.py gen/c/a.py"),
    "escaped exclamation mark": (rb"\!a.py", "!a.py a.py"),
    "escaped hash": (rb"\#a.py", "#a.py"),
    "comment": (b"#a.py\n\n  \n", "#a.py a.py"),
    "spaces at the end": (b"a.py  ", "a.py"),
    "escaped space at the end": (b"a\\ ", "a\\ a"),
    "spaces behind an escaped one": (b"a\\   ", "a"),
    "escaped backslash before spaces": (b"a\\\\  ", "a a\\"),
    "tab at the end": (b"a.py\t", "a.py a.py\t"),
    "space within": (b"a b.py", "a"),
    "Windows line ends": (b"a.py\r\nb.py\r\n", "a.py b.py c.py"),
    "carriage return at the very end": (b"a.py\r", "a.py"),
    "byte order mark": (b"\xef\xbb\xbfa.py\nb.py", "a.py b.py"),
    "escaped letter": (rb"\a.py", "a.py \\a.py"),
    "backslash at the end": (b"a\\", "a a\\"),
    "dots are dots": (b"a.py", "axpy"),
    "signs of expressions": (b"a+(b|c)$^.py", "a+(b|c)$^.py aab.py"),
    "bytes, not letters": (b"?.py", "é.py e.py"),
    "two bytes": (b"??.py", "é.py ee.py"),
    "letters beyond ASCII": ("é*.py".encode(), "é.py éa.py e.py"),
    "two slashes": (b"a//b", "a/b"),
    "folder and slash": (b"a/b//", "a/b/ a/b/c"),
}


@pytest.mark.parametrize("name", TABLE)
def test_the_answer_is_that_of_git(name: str, tmp_path: Path) -> None:
    patterns, paths = TABLE[name]
    init(tmp_path)
    (tmp_path / ".gitignore").write_bytes(patterns)
    asked = [path for path in paths.split(" ") if path]
    assert ignored_by_us(tmp_path, asked) == ignored_by_git(tmp_path, asked)


PIECES = ["a", "b", "ab", ".py", "/", "*", "**", "**/", "/**/", "?", "[a-b]", "[!a]", "\\a", "!", "#", " ", "[", "\\"]
patterns = st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map("".join)
names = st.sampled_from(["a", "b", "ab", "ba", "a.py", "b.py", "ab.py", "c", "#a", "!a"])
paths = st.lists(names, min_size=1, max_size=4).map("/".join)
FOLDERS = ["a/", "b/", "ab/", "ab/a/", "ab/b/", "c/", "c/a/", "c/a/b/", "c/ab/"]


def _is_documented(pattern: str) -> bool:
    """Whether `**` stands where gitignore(5) says what it means; git itself is of two minds about `a**/b`."""
    position = pattern.find("**")
    while position >= 0:
        end = position
        while pattern[end : end + 1] == "*":
            end += 1
        start = pattern.lstrip("!")
        if position > len(pattern) - len(start) and pattern[position - 1] != "/" and "/" in pattern:
            return False
        position = pattern.find("**", end)
    return True


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return init(tmp_path_factory.mktemp("repository"))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(patterns, min_size=1, max_size=4), asked=st.lists(paths, min_size=1, max_size=12, unique=True))
def test_generated_patterns_are_answered_as_git_does(repository: Path, lines: list[str], asked: list[str]) -> None:
    lines = [line for line in lines if _is_documented(line)]
    (repository / ".gitignore").write_text("\n".join(lines))
    asked = [*(path for path in asked if f"{path}/" not in FOLDERS), *FOLDERS]
    assert ignored_by_us(repository, asked) == ignored_by_git(repository, asked)


def test_the_deepest_file_speaks_first_and_the_repository_last(tmp_path: Path) -> None:
    project = init(tmp_path)
    write(
        project,
        {
            ".git/info/exclude": b"*.tmp.py\nonly_excluded.py\n",
            ".gitignore": b"*.gen.py\n!a.tmp.py\n/top.py\n",
            "app/.gitignore": b"!*.gen.py\n/top.py\n",
            "app/deep/.gitignore": b"*.gen.py\n",
        },
    )
    names = (
        "x.gen.py a.tmp.py b.tmp.py top.py only_excluded.py app/x.gen.py app/top.py app/deep/x.gen.py app/deep/top.py"
    )
    asked = names.split()
    assert ignored_by_us(project, asked) == ignored_by_git(project, asked)
    assert "app/x.gen.py" not in ignored_by_us(project, asked)


def test_rules_above_a_project_in_a_repository_count(tmp_path: Path) -> None:
    repository = init(tmp_path)
    write(
        repository,
        {
            ".git/info/exclude": b"services/api/e.py\n",
            ".gitignore": b"*_pb2.py\n/services/api/local.py\n",
            "services/.gitignore": b"api/b.py\n!keep_pb2.py\n",
            "services/api/.gitignore": b"c.py\n",
        },
    )
    names = ["a_pb2.py", "keep_pb2.py", "local.py", "deep/local.py", "b.py", "c.py", "e.py", "deep/e.py", "d.py"]
    expected = ignored_by_git(repository, [f"services/api/{name}" for name in names])
    assert {f"services/api/{name}" for name in ignored_by_us(repository / "services/api", names)} == expected
    assert len(expected) == 5


@pytest.mark.parametrize("rule", [b"*\n", b"src/\n", b"/src/app\n", b"app\n", b"*\n!.gitignore\n"])
def test_a_project_that_is_itself_ignored_is_read_for_being_named(tmp_path: Path, rule: bytes) -> None:
    repository = init(tmp_path)
    write(repository, {".gitignore": rule, "src/app/.gitignore": b"b.py\n"})
    assert ignored_by_us(repository / "src/app", ["a.py", "b.py"]) == {"b.py"}


def test_without_a_repository_the_projects_own_files_count_and_none_above(tmp_path: Path) -> None:
    write(tmp_path, {".gitignore": b"a.py\n", "app/.gitignore": b"b.py\n"})
    assert ignored_by_us(tmp_path / "app", ["a.py", "b.py"]) == {"b.py"}


def test_a_repository_within_the_project_has_rules_of_its_own(tmp_path: Path) -> None:
    project = init(tmp_path)
    inner = init(tmp_path / "vendor/lib")
    write(project, {".gitignore": b"*.py\n", "vendor/lib/.gitignore": b"b.py\n"})
    write(inner, {".git/info/exclude": b"/c.py\n"})
    asked = ["a.py", "vendor/a.py", "vendor/lib/a.py", "vendor/lib/b.py", "vendor/lib/c.py", "vendor/lib/d/c.py"]
    found = ignored_by_us(project, asked)
    assert found == {"a.py", "vendor/a.py", "vendor/lib/b.py", "vendor/lib/c.py"}
    assert {path.removeprefix("vendor/lib/") for path in found if path.startswith("vendor/lib/")} == ignored_by_git(
        inner, ["a.py", "b.py", "c.py", "d/c.py"]
    )


def test_a_linked_ignore_file_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("a.py\n")
    (tmp_path / "project").mkdir()
    (tmp_path / "project/.gitignore").symlink_to(tmp_path / "elsewhere")
    assert ignored_by_us(tmp_path / "project", ["a.py"]) == set()


@pytest.mark.parametrize("pattern", ["x{}.py", "[x]{}.py"])
def test_a_monstrous_ignore_file_is_cut_with_a_note(tmp_path: Path, pattern: str) -> None:
    lines = [pattern.format(number) for number in range(60_000)]
    (tmp_path / ".gitignore").write_text("\n".join(lines))
    files = IgnoreFiles(tmp_path)
    layers = files.below("", frozenset({".gitignore"}), ())
    assert is_ignored(layers, "x1.py", is_folder=False)
    assert not is_ignored(layers, "x59999.py", is_folder=False)
    assert [(note.code, note.path) for note in files.notes] == [("ignore-file", ".gitignore")]


def test_hundreds_of_patterns_with_several_stars_are_told_apart() -> None:
    rules = IgnoreRules(b"\n".join(b"*a%d*b*.py" % number for number in range(600)), 1000)
    found = [rules.decide(name, is_folder=False) for name in (b"xa599yb.py", b"xa5ybz.py", b"xayb.py", b"xa600b.py")]
    assert found == [True, True, None, True]  # a60 and 0b


BOMBS = [
    b"*a" * 60 + b"b",
    b"/" + b"*a" * 60 + b"b",
    b"/" + b"**/a*/" * 30 + b"b",
    b"/" + b"**/" * 80 + b"b",
    b"?*" * 80,
]


@pytest.mark.parametrize("pattern", BOMBS)
def test_no_pattern_takes_forever(pattern: bytes) -> None:
    rules = IgnoreRules(pattern, 10)
    with within_patience():  # a search that goes back takes years
        rules.decide(b"/".join([b"a" * 40] * 100), is_folder=False)
        rules.decide(b"a" * 250, is_folder=False)
