"""Suppressions: where comments are found, what they silence, and when they are stale."""

from pathlib import Path

import pytest

from footprint.analysis.findings.suppressed import Candidate, Undecided, mark_ignored, matches, suppress
from footprint.audit.source_marks import read_source_marks
from footprint.collect.comments import read_ignore_comments
from footprint.config.audit_settings import read_options
from footprint.errors import UsageError
from footprint.model.audit import Finding, Usage
from footprint.model.requests_to_ignore import IgnoreComment, IgnoreSetting, Suppressions
from tests.support.builders import declared_at, distribution
from tests.support.projects import write

NOTHING = Undecided(frozenset(), frozenset(), frozenset())
IMPORT, SECOND, LINE = ("app.py", 3), ("app.py", 9), ("requirements.txt", 2)


def candidate(code: str = "FP101", *, every: bool = False) -> Candidate:
    finding = Finding(code, "warning", "it is so", "pillow", "app.py", 3)
    return Candidate(finding, ("pillow", "PIL"), (IMPORT, SECOND, LINE) if not every else (IMPORT, SECOND), every)


def setting(pattern: str, code: str = "FP101") -> IgnoreSetting:
    return IgnoreSetting(code, pattern, "pyproject.toml", 7)


def comment(place: tuple[str, int], *codes: str) -> IgnoreComment:
    return IgnoreComment(place[0], place[1], codes, place[1])


# asked, is it suppressed, how many stale ones
CASES = {
    "noop: nothing asked": (Suppressions(), False, 0),
    "by distribution": (Suppressions((setting("pillow"),)), True, 0),
    "by another spelling": (Suppressions((setting("Pillow"),)), True, 0),
    "by import name": (Suppressions((setting("PIL"),)), True, 0),
    "by pattern": (Suppressions((setting("pil*"),)), True, 0),
    "noop: another name": (Suppressions((setting("pillow-simd"),)), False, 1),
    "noop: another code": (Suppressions((setting("pillow", "FP104"),)), False, 1),
    "comment on the import": (Suppressions((), (comment(IMPORT, "FP101"),)), True, 0),
    "comment on the requirement": (Suppressions((), (comment(LINE, "FP101"),)), True, 0),
    "comment without a code": (Suppressions((), (comment(LINE),)), True, 0),
    "comment with another code, too": (Suppressions((), (comment(LINE, "FP104", "FP101"),)), True, 1),
    "noop: comment with another code": (Suppressions((), (comment(LINE, "FP104"),)), False, 1),
    "noop: comment on another line": (Suppressions((), (comment(("app.py", 4), "FP101"),)), False, 1),
    "noop: comment without a code on another line": (Suppressions((), (comment(("app.py", 4)),)), False, 1),
    "noop: comment with no code of ours": (Suppressions((), (comment(LINE, "E501"),)), False, 1),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_silenced_and_what_is_stale(case: str) -> None:
    asked, silenced, stale = CASES[case]
    first, *others = suppress((candidate(),), asked, NOTHING)
    assert first.suppressed is silenced
    assert [finding.code for finding in others] == ["FP902"] * stale
    assert all(finding.line is not None and finding.path and not finding.suppressed for finding in others)


def test_each_place_needs_its_comment_where_each_is_a_fault_of_its_own() -> None:
    one = Suppressions((), (comment(IMPORT, "FP105"),))
    both = Suppressions((), (comment(IMPORT, "FP105"), comment(SECOND)))
    assert [item.suppressed for item in suppress((candidate("FP105", every=True),), one, NOTHING)] == [False]
    assert [item.suppressed for item in suppress((candidate("FP105", every=True),), both, NOTHING)] == [True]


UNDECIDED: dict[str, tuple[IgnoreSetting | IgnoreComment, Undecided]] = {
    "the code": (setting("torch", "FP103"), Undecided(frozenset({"FP103"}), frozenset(), frozenset())),
    "the name": (setting("torch"), Undecided(frozenset(), frozenset({("FP101", "torch")}), frozenset())),
    "the place": (comment(("a.py", 1)), Undecided(frozenset(), frozenset(), frozenset({("FP103", ("a.py", 1))}))),
    "the code of a comment": (comment(("a.py", 1), "FP103"), Undecided(frozenset({"FP103"}), frozenset(), frozenset())),
}


@pytest.mark.parametrize("case", UNDECIDED)
def test_nothing_is_stale_that_this_run_could_not_find(case: str) -> None:
    asked, undecided = UNDECIDED[case]
    given = Suppressions((asked,)) if isinstance(asked, IgnoreSetting) else Suppressions((), (asked,))
    assert suppress((), given, undecided) == ()
    assert [item.code for item in suppress((), given, NOTHING)] == ["FP902"]


@pytest.mark.parametrize(
    ("pattern", "name", "meant"),
    [
        ("PIL", "PIL", True), ("pil", "PIL", True), ("types-*", "types-PyYAML", True),
        ("types_*", "types-pyyaml", True),
        ("*", "anything", True), ("types-*", "typeshed", False), ("yaml", "pyyaml", False), ("a.b", "a-b", True),
    ],
)  # fmt: skip
def test_patterns(pattern: str, name: str, meant: bool) -> None:
    assert matches(pattern, name) is meant


# what the project writes, what the run found of it, what is said
STALE = {
    "used by now": ("boto3", {"boto3": Usage.STARTUP}, "unused is not reported for boto3, which is startup"),
    "gone": ("boto3", {"pandas": Usage.LAZY}, "for boto3; nothing of that name is declared or installed"),
    "misspelt": ("bto3", {"boto3": Usage.UNUSED}, "installed; did you mean boto3?"),
    "a pattern": ("boto*", {"boto3": Usage.STARTUP}, "unused is not reported for boto*"),
}


@pytest.mark.parametrize("case", STALE)
def test_a_stale_setting_says_what_became_of_the_name(case: str) -> None:
    pattern, usages, said = STALE[case]
    asked = Suppressions((IgnoreSetting("FP101", pattern, "pyproject.toml", 7, "unused"),))
    (finding,) = suppress((), asked, NOTHING, usages)
    assert finding.message.endswith(said)


def test_a_comment_with_a_misspelt_word_says_what_is_meant() -> None:
    asked = Suppressions((), (comment(LINE, "UNUSD", "FP9O2", "FP101"),))
    said = [finding.message for finding in suppress((candidate(),), asked, NOTHING)[1:]]
    assert [words.rpartition("; ")[2] for words in said] == ["did you mean unused?", "did you mean FP902?"]


# class, how sure, what the project asks, whether the row is shown as ignored
IGNORED = {
    "by class": (Usage.UNUSED, (setting("lib"),), (), True),
    "cannot tell: the request stands": (Usage.UNUSED, (setting("li*"),), (), True),
    "by another class": (Usage.UNREACHED, (setting("lib"),), (), False),
    "unreached": (Usage.UNREACHED, (setting("lib", "FP102"),), (), True),
    "a pin": (Usage.TRANSITIVE, (setting("lib", "FP104"),), (), True),
    "beside the line": (Usage.UNUSED, (), (comment(("requirements.txt", 1), "FP101"),), True),
    "beside another line": (Usage.UNUSED, (), (comment(("requirements.txt", 2), "FP101"),), False),
    "noop: in use": (Usage.STARTUP, (setting("lib"), setting("lib", "FP102")), (), False),
}


@pytest.mark.parametrize("case", IGNORED)
def test_which_rows_are_shown_as_ignored(case: str) -> None:
    usage, settings, comments, ignored = IGNORED[case]
    row = distribution("lib", usage, declared=(declared_at("lib", "requirements.txt", 1),))
    (marked,) = mark_ignored([row], Suppressions(settings, comments))
    assert marked.ignored is ignored


PYTHON = """\
import a  # footprint: ignore
import b  # footprint: ignore[FP103, fp105]
from c import (
    d,  # footprint: ignore[FP103]
)  #footprint:ignore[FP105]
TEXT = "import e  # footprint: ignore"
import f  # footprint: ignored
# footprint: ignore
import g
def h():
    import i  # noqa  # footprint: ignore
"""
REQUIREMENTS = "one  # footprint: ignore[FP101]\ntwo\n# footprint:\nthree # footprint: ignore\n"


def test_comments_are_found_beside_their_statements(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": PYTHON, "requirements.txt": REQUIREMENTS})
    in_sources = read_source_marks(tmp_path, ["app.py", "app.py", "gone.py"]).comments
    found = (*in_sources, *read_ignore_comments(tmp_path, ["requirements.txt", "requirements.txt", "gone.txt"]))
    assert [(item.path, item.line, item.codes, item.comment_line) for item in found] == [
        ("app.py", 1, (), 1),
        ("app.py", 2, ("FP103", "FP105"), 2),
        ("app.py", 3, ("FP103",), 4),
        ("app.py", 3, ("FP105",), 5),
        ("app.py", 8, (), 8),
        ("app.py", 11, (), 11),
        ("requirements.txt", 1, ("FP101",), 1),
        ("requirements.txt", 4, (), 4),
    ]


def test_classes_stand_for_codes_in_comments_and_settings(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("a  # footprint: ignore[unused, Unreached, lazy]\n")
    (comment_,) = read_ignore_comments(tmp_path, ["requirements.txt"])
    assert comment_.codes == ("FP101", "FP102", "LAZY")
    text = '[tool.footprint.ignore]\nunused = ["boto3"]\nunreached = ["x"]\ntransitive = ["y"]\nundeclared = ["z"]\n'
    (tmp_path / "pyproject.toml").write_text(text)
    found = read_options({}, tmp_path).target.ignore
    assert [(item.code, item.written, item.pattern, item.line) for item in found] == [
        ("FP101", "unused", "boto3", 2),
        ("FP102", "unreached", "x", 3),
        ("FP104", "transitive", "y", 4),
        ("FP105", "undeclared", "z", 5),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "import a  # footprint: ignore\nx = (\n",
        "import a  # footprint: ignore\n  x = 'open\n",
        "\ufeffimport a  # footprint: ignore\n",
    ],
)
def test_a_file_that_is_no_python_keeps_its_comments(tmp_path: Path, text: str) -> None:
    (tmp_path / "app.py").write_text(text, encoding="utf-8")
    found = read_source_marks(tmp_path, ["app.py"]).comments
    assert [(item.line, item.codes) for item in found] == [(1, ())]


TABLES = '[tool.footprint.ignore]\nFP104 = [\n  "a",\n  "uvicorn",\n]\n'


def test_settings_know_their_lines(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(TABLES)
    found = read_options({}, tmp_path).target.ignore
    assert [(item.pattern, item.line) for item in found] == [
        ("a", 3),
        ("uvicorn", 4),
    ]
    (tmp_path / "pyproject.toml").write_text(
        '[tool.footprint]\nignore = {FP101 = ["uvicorn"], FP105 = ["PIL", "x*"]}\n'
    )
    found = read_options({}, tmp_path).target.ignore
    assert [(item.code, item.pattern, item.line) for item in found] == [
        ("FP101", "uvicorn", 2), ("FP105", "PIL", 2), ("FP105", "x*", 2)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ('{FP199 = ["x"]}', "did you mean FP1"), ('{unusd = ["x"]}', "did you mean unused"),
        ('{lazy = ["x"]}', "unused, unreached, transitive, undeclared and the codes"),
        ('{wholly = ["x"]}', "footprint explain"), ('{fp101 = ["x"]}', "did you mean FP101"),
        ('{FP101 = "x"}', "list of names"),
        ("{FP101 = [1]}", "list of names"), ('{FP101 = [""]}', "list of names"), ('["FP101"]', "wrong type"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_followed(tmp_path: Path, value: str, words: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.footprint]\nignore = {value}\n")
    with pytest.raises(UsageError, match=words):
        read_options({}, tmp_path)
