"""What earns the word "certain" for a line that can go: each condition, violated alone, takes it away and says why."""

from dataclasses import replace

import pytest

from footprint.analysis.use.classification import classify
from footprint.analysis.use.use_facts import Facts
from footprint.model.audit import Usage
from footprint.model.namings import Naming
from footprint.model.note import Note
from footprint.model.requests_to_ignore import NeededComment
from footprint.model.source_modules import ImportSite, Placement, SiteUse, UnknownStart
from tests.support.builders import requirement

LINE = requirement("lib", line=2)
SITE = ImportSite("app/dead.py", 3, "lib", (), 0, Placement.MODULE, None, False, "import", ("lib",))
UNUSED = Facts("lib", True, (LINE,), (), None, True, True, frozenset())
UNREACHED = replace(UNUSED, sites=(SiteUse(SITE, "unreached", None, (SITE,)),))

START = UnknownStart("compose.yml", 7, "./run.sh", ".", "there is no file run.sh")
GUESS = dict(entry_guess="common name: main.py")
COMPUTED = dict(computed_imports=(Note("dynamic-import", "computed", "app/load.py", 9),))
# name: what is violated, words of the reason, confidence of unused, confidence of unreached
VIOLATIONS = {
    "not measured": (dict(measured=False), "", "likely", "likely"),
    "the entry is a guess": (GUESS, "the entry is a guess (common name: main.py)", "likely", "cannot tell"),
    "a start is not understood": (dict(unknown_starts=(START,)), "compose.yml:7", "likely", "cannot tell"),
    "a loader of computed names": (COMPUTED, "app/load.py:9 imports by a computed name", "likely", "cannot tell"),
    "a requirement is not installed": (dict(unmet=("gevent>=24",)), "gevent>=24 is not installed", "likely", "likely"),
    "dead code names it": (
        dict(namings=(Naming("lib", "lib", "app/dead.py", 5, "dead"),)), "named in app/dead.py:5", "likely", "likely",
    ),
}  # fmt: skip


@pytest.mark.parametrize("facts", [UNUSED, UNREACHED], ids=["unused", "unreached"])
def test_with_every_condition_met_it_is_certain(facts: Facts) -> None:
    assert classify(facts).confidence == "certain"


@pytest.mark.parametrize("name", VIOLATIONS)
def test_a_violation_takes_the_word_away_from_unused(name: str) -> None:
    changes, words, confidence, _ = VIOLATIONS[name]
    verdict = classify(replace(UNUSED, **changes))  # type: ignore[arg-type]
    assert (verdict.usage, verdict.confidence) == (Usage.UNUSED, confidence)
    assert words in verdict.reason


@pytest.mark.parametrize("name", VIOLATIONS)
def test_a_violation_takes_the_word_away_from_unreached(name: str) -> None:
    changes, words, _, confidence = VIOLATIONS[name]
    verdict = classify(replace(UNREACHED, **changes))  # type: ignore[arg-type]
    assert (verdict.usage, verdict.confidence) == (Usage.UNREACHED, confidence)
    assert words in verdict.reason


def test_a_doubt_about_another_folder_leaves_unreached_certain() -> None:
    elsewhere = replace(START, covers="worker")
    assert classify(replace(UNREACHED, unknown_starts=(elsewhere,))).confidence == "certain"
    assert classify(replace(UNUSED, unknown_starts=(elsewhere,))).confidence == "likely"


@pytest.mark.parametrize("facts", [UNUSED, UNREACHED], ids=["unused", "unreached"])
def test_a_name_in_any_file_makes_it_implied(facts: Facts) -> None:
    verdict = classify(replace(facts, namings=(Naming("lib", "lib.Client", "conf/a.yaml", 4, "app"),)))
    assert (verdict.usage, verdict.confidence) == (Usage.IMPLIED, "cannot tell")
    assert [(item.path, item.line) for item in verdict.evidence] == [("conf/a.yaml", 4)]
    assert "`# footprint: needed: why` beside requirements.txt:2" in verdict.reason


@pytest.mark.parametrize("facts", [UNUSED, UNREACHED], ids=["unused", "unreached"])
def test_the_word_of_the_project_is_certain(facts: Facts) -> None:
    verdict = classify(replace(facts, needed=(NeededComment("requirements.txt", 2, "the plugin host loads it"),)))
    assert (verdict.usage, verdict.confidence) == (Usage.IMPLIED, "certain")
    assert "requirements.txt:2: the plugin host loads it" in verdict.reason


def test_tests_that_name_it_are_a_use_by_tests() -> None:
    named = Naming("lib", "lib.Client", "tests/test_a.py", 4, "tests")
    assert (classify(replace(UNUSED, namings=(named,))).usage) is Usage.TESTS
    assert classify(replace(UNREACHED, namings=(named,))).usage is Usage.UNREACHED
