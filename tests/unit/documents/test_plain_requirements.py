"""Requirements that are read without packaging: the same as packaging reads, or left to it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.markers import InvalidMarker, Marker, UndefinedComparison
from packaging.requirements import InvalidRequirement, Requirement

from footprint.documents import plain_requirements
from footprint.documents.plain_requirements import RequirementInvalid, plain_truth, read_requirement

HERE = {
    "implementation_name": "cpython",
    "implementation_version": "3.11.7",
    "os_name": "posix",
    "platform_machine": "x86_64",
    "platform_release": "6.1.0",
    "platform_system": "Linux",
    "platform_version": "#1 SMP",
    "python_full_version": "3.11.7",
    "platform_python_implementation": "CPython",
    "python_version": "3.11",
    "sys_platform": "linux",
    "extra": "",
}
PLAIN = (
    "requests",
    "Django >= 4.2, <6",
    "zope.interface==5.*",
    " uvicorn [standard] ~= 0.30 ",
    "a[b , c-d]!=1.0,>=0.9",
    "tzdata; sys_platform == 'win32'",
    'x>=1; python_version < "3.8" and os_name=="nt" or platform_machine != "arm64"',
    "numpy==1!2.0rc1.post2.dev3",
)
LEFT = (
    "x @ https://example.org/x.whl",
    "x (>=1)",
    "x>=1,",
    "x[]",
    "x===foo",
    "x; 'win32' == sys_platform",
    "x; (python_version < '3')",
    "x; extra == 'b'",
    "x; python_version in '3.8 3.9'",
    "x; python_version ~= '3.8'",
    'x; os_name == "a\\n"',
    "x" * 600,
    "\N{KELVIN SIGN}",
    "x; ",
    "x;",
    "x\n",
    "x>=1\xa0",
)
MARKERS = (
    'python_version < "3.11"',
    "python_version >= '3.11'",
    'python_version == "3.11.0"',
    'python_version != "3.11.0.0"',
    'python_version > "3"',
    'python_full_version <= "3.11.7"',
    'python_full_version < "3.11.10"',
    'extra == "dev"',
    'extra != "A_B"',
    'extra == ""',
    'sys_platform == "linux" and (os_name == "nt" or os_name == "posix")',
    '((platform_machine == "x86_64"))and python_version>"3.10"or os_name=="nt"',
    'os_name == "nt" or os_name == "posix" and extra == "x"',
    'platform_python_implementation != "PyPy"',
)
MARKERS_LEFT = (
    "",
    "()",
    "(",
    ")",
    "and",
    'os_name == "nt" and',
    'os_name == "nt" os_name == "nt"',
    'os_name == "nt" and or os_name == "nt"',
    'os_name == "nt")',
    '(os_name == "nt"',
    'os_name > "nt"',
    'os_name == "v2"',
    'os_name == ""',
    'os_name in "nt posix"',
    '"nt" == os_name',
    'python_version == "3.*"',
    'python_version === "3.11"',
    'python_version < "3.11rc1"',
    'python_version < "x"',
    'platform_release == "6"',
    'os.name == "nt"',
    'unheard == "x"',
    'extra > "x"',
    f'{"(" * 60}os_name == "nt"{")" * 60}',
)


def _as_packaging(text: str) -> tuple[object, ...] | None:
    try:
        found = Requirement(text)
    except (InvalidRequirement, RecursionError):
        return None
    marker = None if found.marker is None else str(found.marker)
    return found.name, found.extras, str(found.specifier), marker, found.url


def _here(text: str) -> tuple[object, ...] | None:
    try:
        found = read_requirement(text)
    except RequirementInvalid:
        return None
    return found.name, set(found.extras), str(found.specifier), found.marker, found.url


@pytest.mark.parametrize("text", PLAIN)
def test_a_usual_requirement_is_read_without_packaging(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_requirements, "_read_by_packaging", pytest.fail)
    assert _here(text) == _as_packaging(text)


@pytest.mark.parametrize("text", LEFT)
def test_any_other_is_read_by_packaging(text: str) -> None:
    assert plain_requirements._read_usual(text) is None
    assert _here(text) == _as_packaging(text)


def test_what_is_no_requirement_is_named_as_packaging_names_it() -> None:
    with pytest.raises(InvalidRequirement) as theirs:
        Requirement("x>=")
    with pytest.raises(RequirementInvalid) as ours:
        read_requirement("x>=")
    assert str(ours.value) == str(theirs.value)


@pytest.mark.parametrize("marker", MARKERS)
def test_a_plain_condition_holds_where_packaging_says_so(marker: str) -> None:
    for extra in ("", "dev", "a-b", "x"):
        there = HERE | {"extra": extra}
        assert plain_truth(marker, there) is Marker(marker).evaluate(there)


@pytest.mark.parametrize("marker", MARKERS_LEFT)
def test_any_other_condition_is_left_open(marker: str) -> None:
    assert plain_truth(marker, HERE) is None


@pytest.mark.parametrize("version", ["3.15.0b1", "3.11.7+", "", "3.11.7 "])
def test_a_version_that_is_not_numbers_alone_is_left_open(version: str) -> None:
    assert plain_truth('python_full_version >= "3.8"', HERE | {"python_full_version": version}) is None


def test_a_value_that_nobody_knows_is_left_open() -> None:
    known = {name: value for name, value in HERE.items() if name != "platform_machine"}
    assert plain_truth('platform_machine == "arm64"', known) is None


_BLANKS = st.sampled_from(["", " ", "  ", "\t"])
_RELEASES = st.from_regex(r"[0-9]{1,2}(\.[0-9]{1,2}){0,3}", fullmatch=True)
_SIGNS = st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "~=", "===", "in", "not in"])
_VALUES = _RELEASES | st.sampled_from(
    ["3.*", "3.11rc1", "linux", "win32", "Linux", "CPython", "v3", "", "a_B", "dev", "x y", "3.11 ", "posix,nt", "é"]
)


@st.composite
def _comparisons(draw: st.DrawFn) -> str:
    variable = draw(st.sampled_from([*HERE, "os.name", "python_implementation", "none"]))
    quote, parts = draw(st.sampled_from("'\"")), [draw(_BLANKS) for _ in range(4)]
    sides = [variable, f"{quote}{draw(_VALUES)}{quote}"]
    left, right = sides if draw(st.integers(0, 9)) else sides[::-1]
    return f"{parts[0]}{left}{parts[1]}{draw(_SIGNS)}{parts[2]}{right}{parts[3]}"


_CONDITIONS = st.recursive(
    _comparisons(),
    lambda inner: (
        st.tuples(inner, st.sampled_from(["and", "or", " and ", " or ", ""]), inner).map("".join)
        | st.tuples(_BLANKS, inner, _BLANKS).map(lambda parts: f"{parts[0]}({parts[1]}){parts[2]}")
    ),
    max_leaves=6,
)


@st.composite
def _requirements(draw: st.DrawFn) -> str:
    name = draw(st.from_regex(r"[A-Za-z0-9._-]{1,6}", fullmatch=True))
    extras = draw(
        st.just("") | st.lists(st.sampled_from(["a", "B-c", "d.e", "", "f_"])).map(",".join).map("[{}]".format)
    )
    sign = st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "~=", "===", "=", ""])
    end = st.sampled_from(["", ".*", "rc1", "+l.1", ".post1", "-1", ".dev0", "!1", "_", "*"])
    clause = st.tuples(_BLANKS, sign, _BLANKS, _RELEASES, end, _BLANKS).map("".join)
    clauses = draw(st.lists(clause, max_size=3).map(",".join))
    marker = draw(st.just("") | _CONDITIONS.map(";{}".format) | _comparisons().map("; {}".format))
    return draw(_BLANKS) + name + draw(_BLANKS) + extras + draw(_BLANKS) + clauses + marker


def _truth(marker: str, environment: Mapping[str, str]) -> bool | None:
    try:
        return Marker(marker).evaluate(environment)
    except (InvalidMarker, UndefinedComparison, KeyError):
        return None


@given(_CONDITIONS, st.sampled_from(["", "dev", "A.b"]), _RELEASES)
def test_what_a_condition_comes_to_is_what_packaging_says(marker: str, extra: str, version: str) -> None:
    there = HERE | {"extra": extra, "python_version": version, "python_full_version": f"{version}.0"}
    found = plain_truth(marker, there)
    assert found is None or found is _truth(marker, there)


@given(_requirements())
def test_what_a_requirement_says_is_what_packaging_reads(text: str) -> None:
    assert _here(text) == _as_packaging(text)
