"""What is loaded or compiled only when it is asked for."""

import pkgutil
import re
from importlib import import_module

import pytest

import footprint
from footprint.late import Late, LatePattern, late_pattern

# What other interpreters run; the rest of the package may be loaded here.
_ELSEWHERE = ("footprint.probe.child", "footprint.__main__", "footprint.pytest_plugin")


def test_a_pattern_is_compiled_when_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled, compile_ = [], re.compile

    def note(text: str, flags: int) -> re.Pattern[str]:
        compiled.append((text, flags))
        return compile_(text, flags)

    monkeypatch.setattr(re, "compile", note)
    pattern = late_pattern("(a)b", re.IGNORECASE)
    assert compiled == []
    found = [pattern.match("xAb"), pattern.fullmatch("Ab"), pattern.search("xAb")]
    assert [each and each[1] for each in found] == [None, "A", "A"]
    assert [pattern.sub("-", "xab"), pattern.pattern, pattern.findall("abAB")] == ["x-", "(a)b", ["a", "A"]]
    assert compiled == [("(a)b", re.IGNORECASE)]


def test_what_no_pattern_has_it_has_not_either() -> None:
    with pytest.raises(AttributeError):
        late_pattern("a").nothing  # type: ignore[attr-defined]  # noqa: B018


def test_a_pattern_of_bytes_finds_bytes() -> None:
    assert late_pattern(rb"\d+").findall(b"a1b22") == [b"1", b"22"]


def test_every_late_pattern_of_the_package_can_be_compiled() -> None:
    names = (each.name for each in pkgutil.walk_packages(footprint.__path__, "footprint."))
    modules = [import_module(name) for name in names if not name.startswith(_ELSEWHERE)]
    late = [value for module in modules for value in vars(module).values() if isinstance(value, LatePattern)]
    assert len(late) > 200
    assert all(isinstance(each.flags, int) for each in late)


def test_a_function_is_loaded_when_it_is_called() -> None:
    assert Late("posixpath", "join")("a", "b") == "a/b"
