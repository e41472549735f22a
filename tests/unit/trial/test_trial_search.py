"""The search for what holds: all at once, who is named goes back, halves where nobody is."""

import itertools
import random

import pytest

from footprint.model.trial import Breakage
from footprint.trial.bench import Outcome
from footprint.trial.culprits import TakenAway, find_asker, find_culprits
from footprint.trial.search import Found, search

ITEMS = ("a", "b", "c", "d", "e", "f", "g")


def sorted_text(items: set[str]) -> str:
    return "".join(sorted(items)) or "none"


def run(bad: dict[str, str], *, names: str = "") -> tuple[Found, int]:
    """Search where each of `bad` breaks with a message; `names` are those whose message names them."""
    tried = []

    def try_set(items: frozenset[str]) -> Outcome:
        tried.append(items)
        first = next((item for item in bad if item in items), None)
        return Outcome(Breakage("start", bad[first]) if first else None, printed=first or "")

    def name(outcome: Outcome, items: frozenset[str]) -> frozenset[str]:
        return frozenset({outcome.printed} & set(names) & items)

    return search(ITEMS, try_set, name), len(tried)


@pytest.mark.parametrize("bad", [set(c) for n in range(4) for c in itertools.combinations("aceg", n)], ids=sorted_text)
@pytest.mark.parametrize("names", ["", "aceg", "ac"])
def test_what_holds_is_all_that_can(bad: set[str], names: str) -> None:
    found, starts = run({each: f"{each} is missed" for each in sorted(bad)}, names=names)
    assert found.holds == frozenset(ITEMS) - bad
    assert found.put_back.keys() == bad
    assert {item: why.message for item, why in found.put_back.items()} == {each: f"{each} is missed" for each in bad}
    assert found.outcome is not None and found.outcome.breakage is None
    if bad <= set(names):
        assert starts == len(bad) + 1


def test_one_message_for_several_names_nobody_for_ever() -> None:
    found, starts = run({"a": "it fails", "c": "it fails"}, names="ac")
    assert (found.holds, set(found.put_back)) == (frozenset("bdefg"), {"a", "c"})
    assert starts <= 14


def test_who_was_named_and_is_not_to_blame_comes_out_again() -> None:
    def try_set(items: frozenset[str]) -> Outcome:
        return Outcome(Breakage("start", "it fails") if "g" in items else None, printed="a")

    found = search(ITEMS, try_set, lambda outcome, items: frozenset({"a"}) & items)
    assert (found.holds, set(found.put_back)) == (frozenset("abcdef"), {"g"})


def test_two_that_hold_alone_and_not_together() -> None:
    def try_set(items: frozenset[str]) -> Outcome:
        return Outcome(Breakage("start", "one of two is needed") if {"b", "f"} <= items else None)

    found = search(ITEMS, try_set, lambda *_: frozenset())
    assert len(found.holds) == 6 and len(found.put_back) == 1
    assert found.put_back.keys() <= {"b", "f"}


def test_nothing_new_begins_when_the_time_is_over() -> None:
    left = iter([True, True, False])
    found = search(
        ITEMS, lambda items: Outcome(Breakage("start", "x")), lambda *_: frozenset(), has_time=lambda: next(left)
    )
    assert found.holds | found.put_back.keys() | found.not_tried == set(ITEMS)
    assert found.not_tried


def test_any_search_ends_with_what_holds() -> None:
    draw = random.Random(14)
    for _ in range(300):
        bad = {each: draw.choice(["same", each]) for each in ITEMS if draw.random() < 0.4}
        names = "".join(each for each in ITEMS if draw.random() < 0.5)
        found, _ = run(bad, names=names)
        assert found.holds == frozenset(ITEMS) - bad.keys()


# message, what was printed -> who is missed of `mail-check` (mail_check), `spacy` (spacy, data in spacy_data), `lib`.
NAMED = {
    ("ModuleNotFoundError: No module named 'spacy'", ""): "spacy",
    ("ModuleNotFoundError: No module named 'spacy.lang.en'", ""): "spacy",
    ("ModuleNotFoundError: No module named 'other'", ""): "",
    ("ImportError: cannot import name 'lang' from 'spacy' (unknown location)", ""): "spacy",
    ("ImportError: langchain.x not found", "ModuleNotFoundError: No module named 'mail_check'\nmore"): "mail-check",
    ("importlib.metadata.PackageNotFoundError: No package metadata was found for mail_check", ""): "mail-check",
    ("PackageNotFoundError: Mail.Check", ""): "mail-check",
    ("FileNotFoundError: [Errno 2] No such file or directory: '/e/site-packages/spacy_data/x.bin'", ""): "spacy",
    ("ImportError: liblib.so.3: cannot open shared object file: No such file or directory", ""): "lib",
    ("ImportError: mail-check is not installed, run `pip install x[email]`", ""): "mail-check",
    ("ValueError: it does not work", "a line about nothing"): "",
    ("ValueError: it does not work", "we use spacy here"): "",
}


@pytest.mark.parametrize(("told", "missed"), NAMED.items(), ids=[told[0][:60] for told in NAMED])
def test_the_error_names_who_is_missed(told: tuple[str, str], missed: str) -> None:
    files = {
        "spacy/__init__.py": "spacy",
        "spacy/lang/en.py": "spacy",
        "spacy_data/x.bin": "spacy",
        "mail_check.py": "mail-check",
        "lib.libs/liblib.so.3": "lib",
    }

    def of_module(module: str) -> frozenset[str]:
        path = module.replace(".", "/")
        return frozenset(owner for file, owner in files.items() if file.startswith((f"{path}/", f"{path}.")))

    def of_file(path: str) -> frozenset[str]:
        return frozenset(owner for file, owner in files.items() if path.endswith(file) or file.endswith(path))

    taken = TakenAway(frozenset(files.values()), of_module, of_file)
    assert find_culprits(*told, taken) == frozenset({missed} - {""})


ASKED = """Traceback (most recent call last):
  File "/ours/recorder.py", line 3, in main
  File "<frozen importlib._bootstrap>", line 1204, in _gcd_import
  File "/p/main.py", line 12, in <module>
    import host
  File "/e/site-packages/host.py", line 1, in <module>
    import gone
  File "<frozen importlib._bootstrap>", line 1, in _find
ModuleNotFoundError: No module named 'gone'

During handling of the above exception, another exception occurred:
  File "/p/late.py", line 1, in <module>
"""


def test_who_asked_stands_before_the_error() -> None:
    error = "ModuleNotFoundError: No module named 'gone'"
    assert find_asker(ASKED, error, ("/ours",)) == ("/e/site-packages/host.py", 1)
    assert find_asker("", error, ()) is None
    tests = "tests/test_x.py:3: in <module>\n    import gone\nE   ModuleNotFoundError: No module named 'gone'\n"
    assert find_asker(tests, error, ()) == ("tests/test_x.py", 3)
