"""Candidates as they are asked for, the wheel that was taken, and what is imported for one."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from footprint.analysis.additions.asked_candidates import read_candidates
from footprint.analysis.additions.branch_lines import compare_lines, requirement_text
from footprint.analysis.additions.import_choice import choose_imports
from footprint.analysis.additions.locked_wheels import WheelFile, choose_wheel, downloaded, read_lock, read_report
from footprint.model.requirements import plain_line
from footprint.values import replace

# what is asked for -> (name, extras) of each row; a name of "" cannot be read
ASKED: Mapping[tuple[str, ...], list[tuple[str, tuple[str, ...]]]] = {
    ("flask",): [("flask", ())],
    ("Flask==3.0", "flask"): [("flask", ()), ("flask", ())],
    ("uvicorn[standard]",): [("uvicorn", ()), ("uvicorn", ("standard",))],
    ("uvicorn", "uvicorn[standard]"): [("uvicorn", ()), ("uvicorn", ("standard",))],
    ("uvicorn[a]", "uvicorn[b]"): [("uvicorn", ()), ("uvicorn", ("a",)), ("uvicorn", ("b",))],
    ("flask", "flask"): [("flask", ())],
    ("flask ==",): [("", ())],
    ("-r /etc/passwd",): [("", ())],
    ("--index-url x",): [("", ())],
    ("a; b",): [("", ())],
    ("../here",): [("", ())],
    ("a\nb",): [("", ())],
}
# requirement -> whether an installer would build it although only wheels are asked for
BUILT: Mapping[str, bool] = {
    "a": False,
    "a==1": False,
    "a @ https://x/a-1-py3-none-any.whl": False,
    "a@https://x/a-1-py3-none-any.whl#sha256=00": False,
    "a @ file:///x/a-1-py3-none-any.whl ; os_name == 'posix'": False,
    "a @ HTTPS://x/a-1-py3-none-any.whl?token=1": False,
    "a @ https://x/a-1.tar.gz": True,
    "a@https://x/a-1.tar.gz": True,
    "a[b]@ https://x/a-1.tar.gz": True,
    "a @ https://x/a-1.tar.gz?x=.whl": True,
    "a @ https://x/a-1.tar.gz#x.whl": True,
    "a @ git+https://x/a.whl": True,
    "a @ ssh://x/a.whl": True,
    "a @ file:///x/a": True,
    "a @ https://[x/a.whl": True,
}
# distribution, its outermost modules -> what is imported
IMPORTED: Sequence[tuple[str, tuple[str, ...], tuple[str, ...]]] = (
    ("flask", ("flask",), ("flask",)),
    ("attrs", ("attr", "attrs"), ("attrs",)),
    ("pyyaml", ("_yaml", "yaml"), ("yaml",)),
    ("setuptools", ("_distutils_hack", "pkg_resources", "setuptools"), ("setuptools",)),
    ("google-cloud-storage", ("google.cloud.storage", "google.cloud.other"), ("google.cloud.storage",)),
    ("python-dateutil", ("dateutil",), ("dateutil",)),
    ("x", ("a", "b", "c", "d"), ("a", "b", "c")),
    ("x", ("tests", "docs", "thing"), ("thing",)),
    ("types-x", (), ()),
    ("x", ("_private",), ()),
)
_PURE, _NATIVE = "a-1.0-py3-none-any.whl", "a-1.0-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
_OTHER = "a-1.0-cp312-cp312-win_amd64.whl"
_NATIVE_TAGS = ("cp311-cp311-manylinux_2_17_x86_64", "cp311-cp311-manylinux2014_x86_64")
# files of a release, tags of WHEEL -> the one that was taken
TAKEN: Sequence[tuple[tuple[str, ...], tuple[str, ...], str | None]] = (
    ((_PURE, _NATIVE), _NATIVE_TAGS, _NATIVE),
    ((_PURE, _NATIVE), ("py3-none-any",), _PURE),
    ((_OTHER, _NATIVE), tuple(reversed(_NATIVE_TAGS)), _NATIVE),
    ((_PURE,), (), _PURE),
    ((_PURE, _NATIVE), (), None),
    ((_PURE, _NATIVE), ("nonsense",), None),
    ((), ("py3-none-any",), None),
    (("not-a-wheel.whl", _PURE), ("py3-none-any",), _PURE),
)


@pytest.mark.parametrize("asked", ASKED, ids="+".join)
def test_candidates_are_read(asked: tuple[str, ...]) -> None:
    found = read_candidates(asked)
    assert [(each.name, each.extras) for each in found] == ASKED[asked]
    assert all((each.refusal is not None) == (not each.name) for each in found)


@pytest.mark.parametrize("asked", BUILT)
def test_what_has_the_address_of_a_wheel_alone_is_not_built(asked: str) -> None:
    found = read_candidates([asked])
    assert [each.refusal for each in found] == [None] * len(found)
    assert {each.builds for each in found} == {BUILT[asked]}


@pytest.mark.parametrize(("name", "modules", "imported"), IMPORTED)
def test_a_module_stands_for_a_distribution(name: str, modules: tuple[str, ...], imported: tuple[str, ...]) -> None:
    assert choose_imports(name, modules) == imported


@pytest.mark.parametrize(("files", "tags", "taken"), TAKEN)
def test_the_wheel_that_was_taken_is_that_of_its_tags(
    files: tuple[str, ...], tags: tuple[str, ...], taken: str | None
) -> None:
    found = choose_wheel([WheelFile(name, 1, None) for name in files], tags)
    assert (found.name if found is not None else None) == taken


def test_a_lock_of_a_stranger_is_read_as_far_as_it_is_one() -> None:
    rows: list[Any] = [
        {"name": "A_b", "wheels": [{"url": f"https://x/{_PURE}", "size": 7, "hashes": {"sha256": "aa"}}]},
        {"name": "c", "wheels": [{"url": "file:///tmp/c%20d-1.0-py3-none-any.whl"}, {"size": 1}, 3]},
        {"name": "d", "wheels": {"url": 1}},
        {"name": 4},
        {},
        {"name": "e", "wheels": [{"url": f"https://x/{_PURE}", "size": -1, "hashes": 3}]},
    ]
    found = read_lock(rows)
    assert found["a-b"] == (WheelFile(_PURE, 7, "aa"),)
    assert found["c"][0].path == "/tmp/c d-1.0-py3-none-any.whl"
    assert found["d"] == ()
    assert (found["e"][0].size_bytes, found["e"][0].sha256) == (None, None)


@pytest.mark.parametrize("report", [None, [], {}, {"install": 3}, {"install": [{}]}, {"install": [{"metadata": {}}]}])
def test_a_report_that_says_nothing_gives_nothing(report: object) -> None:
    assert list(read_report(report)) == []


def test_bytes_of_files_that_are_not_all_known_are_no_sum() -> None:
    wheels = {"a": WheelFile(_PURE, 7, None), "b": WheelFile(_PURE, None, None)}
    assert downloaded(wheels, ["a"]) == 7
    assert downloaded(wheels, []) == 0
    assert downloaded(wheels, ["a", "b"]) is None
    assert downloaded(wheels, ["a", "c"]) is None


def test_lines_that_are_new_or_say_something_else_are_added() -> None:
    old = [
        plain_line("a", "main", "r.txt", 1, raw="a"),
        plain_line("b", "main", "r.txt", 2, raw="b==1", specifier="==1"),
    ]
    new = [
        plain_line("a", "main", "other.txt", 9, raw="a"),
        plain_line("b", "main", "r.txt", 1, raw="b==2", specifier="==2"),
        replace(plain_line("c", "main", "r.txt", 2, raw="c[x]"), extras=("x",)),
        plain_line("d", "dev", "r.txt", 3, raw="d"),
    ]
    found = compare_lines(old, new)
    assert [requirement_text(line) for line in found.added] == ["b==2", "c[x]"]
    assert found.removed == ()
    assert compare_lines(new, []).removed == ("a", "b", "c")
    assert compare_lines(new, new).added == ()
