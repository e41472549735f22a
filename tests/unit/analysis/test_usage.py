"""The classes: one row per situation, also for what must not happen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from footprint.analysis.reach.reach_rule import Opening
from footprint.analysis.use.classification import classify
from footprint.analysis.use.use_facts import Facts
from footprint.model.audit import Usage
from footprint.model.memory_rows import Load, LoadStep
from footprint.model.note import Note
from footprint.model.requirements import DeclaredRequirement
from footprint.model.source_modules import ImportSite, Placement, ReachStatus, SiteUse, ToolUse
from footprint.model.third_party_needs import Ask, InstalledModule, Mention, SoftNeed


def site(path: str = "app/main.py", line: int = 3, *, function: str | None = None, guarded: bool = False) -> ImportSite:
    placement = Placement.FUNCTION if function else Placement.MODULE
    return ImportSite(path, line, "lib", (), 0, placement, function, guarded, "import", ("lib",))


def use(
    status: ReachStatus, path: str = "app/main.py", *, function: str | None = None, guarded: bool = False
) -> SiteUse:
    found = site(path, function=function, guarded=guarded)
    return SiteUse(found, status, "web" if status in ("startup", "lazy") else None, (found,))


def line(group: str = "main") -> DeclaredRequirement:
    return DeclaredRequirement("lib", (), "", None, None, group, "requirement", "requirements.txt", 2, "lib")


def load(importer: str | None = None) -> Load:
    chain = (LoadStep("app.main", None, None), LoadStep("lib", "app/main.py", 3))
    return Load("import", ("web",), chain, importer, f"{importer}.core" if importer else "app.main")


def ask(asker: str = "other", *, function: str | None = "write", guarded: bool = True) -> Ask:
    return Ask("lib", InstalledModule(f"{asker}.core", f"/{asker}", f"{asker}/core.py", asker), 7, function, guarded)


NEED = SoftNeed("other", "lib", ("to_lib",))
MENTION = Mention("to_lib", "app/main.py", 20)
COMPUTED = Note("dynamic-import", "computed", "app/loader.py", 9)
FACTS = Facts("lib", True, (line(),), (), None, True, True, frozenset())
TOOL = ToolUse("lib", "Procfile", 1, "lib app:main")

CASES = {
    "imported at module level and loaded": (dict(sites=(use("startup"),), load=load()), Usage.STARTUP, "certain"),
    "imported at module level, not measured": (dict(sites=(use("startup"),), measured=False), Usage.STARTUP, "certain"),
    "guarded import, not measured": (
        dict(sites=(use("startup", guarded=True),), measured=False),
        Usage.STARTUP,
        "likely",
    ),
    "by the function of the entry, which measuring does not call": (
        dict(sites=(use("startup", function="main"),), uncalled={"web"}),
        Usage.STARTUP,
        "likely",
    ),
    "by a file that only that function leads to": (
        dict(sites=(use("startup"),), uncalled={"web"}),
        Usage.STARTUP,
        "likely",
    ),
    "noop: by a file that was loaded, and did not load it": (
        dict(sites=(use("startup"),), uncalled={"web"}, loaded_files=frozenset({"app/main.py"})),
        Usage.LAZY,
        "likely",
    ),
    "noop: another entry's function is not called": (
        dict(sites=(use("startup", function="main"),), uncalled={"tool"}),
        Usage.LAZY,
        "likely",
    ),
    "noop: not installed": (
        dict(sites=(use("startup", function="main"),), uncalled={"web"}, installed=False),
        Usage.LAZY,
        "likely",
    ),
    "guarded import that did not load": (dict(sites=(use("startup", guarded=True),)), Usage.LAZY, "likely"),
    "in a function, yet loaded by another": (
        dict(sites=(use("lazy", function="f"),), load=load("other")),
        Usage.STARTUP,
        "certain",
    ),
    "in a function only": (dict(sites=(use("lazy", function="f"),)), Usage.LAZY, "certain"),
    "startup wins over lazy": (
        dict(sites=(use("lazy", function="f"), use("startup")), measured=False),
        Usage.STARTUP,
        "certain",
    ),
    "loaded by own code without an import statement": (dict(load=load()), Usage.STARTUP, "certain"),
    "in a module that nothing imports": (dict(sites=(use("unreached"),)), Usage.UNREACHED, "certain"),
    "in a module that the probe saw loaded": (
        dict(sites=(use("unreached"),), load=load(), loaded_files=frozenset({"app/main.py"})),
        Usage.STARTUP,
        "certain",
    ),
    "no entry known": (
        dict(sites=(use("startup"),), measured=False, entries_known=False),
        Usage.STARTUP,
        "likely",
    ),
    "in a module that a computed import may load": (
        dict(sites=(use("unreached", "app/plugins/a.py"),), computed_imports=(COMPUTED,)),
        Usage.UNREACHED,
        "cannot tell",
    ),
    "in a module that a guessed entry does not reach": (
        dict(sites=(use("unreached"),), entry_guess="common name: main.py"),
        Usage.UNREACHED,
        "cannot tell",
    ),
    "in a module that can be run by itself": (
        dict(sites=(use("unreached", "prestart.py"),), openings={"prestart.py": Opening("prestart.py")}),
        Usage.UNREACHED,
        "cannot tell",
    ),
    "in a module that a computed import elsewhere will not load": (
        dict(sites=(use("unreached", "scripts/a.py"),), computed_imports=(COMPUTED,)),
        Usage.UNREACHED,
        "certain",
    ),
    "nothing speaks for it, but something is imported by a computed name": (
        dict(computed_imports=(COMPUTED,)),
        Usage.UNUSED,
        "likely",
    ),
    "asked for at module level by what would load late": (
        dict(asks=(replace(ask(function=None), loaded=False),)),
        Usage.IMPLIED,
        "cannot tell",
    ),
    "lazy wins over unreached": (
        dict(sites=(use("unreached", "dead.py"), use("lazy", function="f"))),
        Usage.LAZY,
        "certain",
    ),
    "named in a start command": (dict(tools=(TOOL,)), Usage.IMPLIED, "certain"),
    "loaded by one who does not require it": (dict(load=load("other")), Usage.IMPLIED, "likely"),
    "loaded by one who takes it when it is there": (
        dict(load=load("other"), asks=(ask(),)),
        Usage.IMPLIED,
        "cannot tell",
    ),
    "documented need, word used": (
        dict(asks=(ask(),), soft_needs=(NEED,), mentions=(MENTION,)),
        Usage.IMPLIED,
        "likely",
    ),
    "documented need, word not used": (dict(asks=(ask(),), soft_needs=(NEED,)), Usage.UNUSED, "certain"),
    "guest of one whose need is documented and not used": (
        dict(asks=(ask(),), soft_needs=(NEED,), load=load("other")),
        Usage.UNUSED,
        "certain",
    ),
    "guest, and our own import is in dead code": (
        dict(asks=(ask(),), load=load("other"), sites=(use("unreached"),)),
        Usage.UNREACHED,
        "certain",
    ),
    "asked for in a function, nothing documented": (dict(asks=(ask(),)), Usage.IMPLIED, "cannot tell"),
    "asked for at module level, measured: it has run": (dict(asks=(ask(function=None),)), Usage.UNUSED, "certain"),
    "asked for at module level, not measured": (
        dict(asks=(ask(function=None),), measured=False),
        Usage.IMPLIED,
        "cannot tell",
    ),
    "plugin": (dict(plugin_groups=("pytest11",)), Usage.IMPLIED, "cannot tell"),
    "imported by tests only": (dict(sites=(use("tests", "tests/test_a.py"),)), Usage.TESTS, "certain"),
    "tests outrank an open ask": (
        dict(sites=(use("tests", "tests/test_a.py"),), asks=(ask(),)),
        Usage.TESTS,
        "certain",
    ),
    "declared for development": (dict(declared=(line("dev"),)), Usage.TESTS, "certain"),
    "declared for development, plugin": (
        dict(declared=(line("dev"),), plugin_groups=("pytest11",)),
        Usage.TESTS,
        "certain",
    ),
    "declared in an optional development group": (dict(declared=(line("optional:test"),)), Usage.TESTS, "certain"),
    "declared in main and dev": (dict(declared=(line(), line("dev"))), Usage.UNUSED, "certain"),
    "type checking only": (dict(sites=(use("typing"),)), Usage.TYPING, "certain"),
    "stubs for development": (dict(is_stubs=True, declared=(line("dev"),)), Usage.TYPING, "certain"),
    "stubs in main": (dict(is_stubs=True), Usage.TYPING, "certain"),
    "pin of a requirement": (dict(required_by=("other",)), Usage.TRANSITIVE, "certain"),
    "pin that is asked for, too": (dict(required_by=("other",), asks=(ask("third"),)), Usage.TRANSITIVE, "certain"),
    "pin that is in memory": (dict(required_by=("other",), load=load("other")), Usage.TRANSITIVE, "certain"),
    "not declared, required": (dict(declared=(), required_by=("other",)), Usage.TRANSITIVE, "certain"),
    "not declared, imported": (dict(declared=(), sites=(use("startup"),), load=load()), Usage.STARTUP, "certain"),
    "not declared, not required": (dict(declared=()), Usage.ORPHAN, "certain"),
    "not declared, asked for": (dict(declared=(), asks=(ask(),)), Usage.ORPHAN, "certain"),
    "nothing speaks for it": (dict(), Usage.UNUSED, "certain"),
    "nothing speaks for it, not measured": (dict(measured=False), Usage.UNUSED, "likely"),
    "nothing speaks for it, no entry known": (dict(measured=False, entries_known=False), Usage.UNUSED, "cannot tell"),
    "declared, not installed, not imported": (dict(installed=False), Usage.UNUSED, "likely"),
    "declared, not installed, imported": (
        dict(installed=False, sites=(use("startup", guarded=True),)),
        Usage.LAZY,
        "likely",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_class_follows_the_facts(name: str) -> None:
    changes, usage, confidence = CASES[name]
    verdict = classify(replace(FACTS, **changes))  # type: ignore[arg-type]
    assert (verdict.usage, verdict.confidence) == (usage, confidence), verdict.reason
    assert verdict.reason


def test_every_class_cites_the_imports_it_rests_on() -> None:
    for status in ("startup", "lazy", "unreached", "tests", "typing"):
        function = "f" if status == "lazy" else None
        facts = replace(FACTS, sites=(use(status, function=function),), measured=False)
        verdict = classify(facts)
        assert verdict.usage.value == status
        assert [(item.path, item.line) for item in verdict.evidence] == [("app/main.py", 3)]


def test_startup_against_the_code_shows_the_chain() -> None:
    verdict = classify(replace(FACTS, sites=(use("lazy", function="f"),), load=load("other")))
    assert "app.main -> lib (app/main.py:3)" in verdict.reason


def test_unused_that_is_in_memory_says_who_loads_it() -> None:
    verdict = classify(replace(FACTS, asks=(ask(),), soft_needs=(NEED,), load=load("other")))
    assert "not in memory" not in verdict.reason
    assert "other.core" in verdict.reason


def test_documented_need_cites_our_line_and_theirs() -> None:
    verdict = classify(replace(FACTS, asks=(ask(),), soft_needs=(NEED,), mentions=(MENTION,)))
    assert [(item.path, item.line) for item in verdict.evidence] == [("app/main.py", 20), ("other/core.py", 7)]
