"""The classes: one row per situation, also for what must not happen."""

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
from tests.support.builders import requirement


def site(path: str = "app/main.py", line: int = 3, *, function: str | None = None, guarded: bool = False) -> ImportSite:
    placement = Placement.FUNCTION if function else Placement.MODULE
    return ImportSite(path, line, "lib", (), 0, placement, function, guarded, "import", ("lib",))


def use(
    status: ReachStatus, path: str = "app/main.py", *, function: str | None = None, guarded: bool = False
) -> SiteUse:
    found = site(path, function=function, guarded=guarded)
    return SiteUse(found, status, "web" if status in ("startup", "lazy") else None, (found,))


def line(group: str = "main") -> DeclaredRequirement:
    return requirement("lib", group=group, line=2)


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


def row(expected: str, *sites: SiteUse, **changes: object) -> tuple[Facts, str]:
    """A distribution of which only this is known, and its class with the confidence in it."""
    return replace(FACTS, sites=sites, **changes), expected  # type: ignore[arg-type]


CASES = {
    "imported at module level and loaded": row("startup certain", use("startup"), load=load()),
    "imported at module level, not measured": row("startup certain", use("startup"), measured=False),
    "guarded import, not measured": row("startup likely", use("startup", guarded=True), measured=False),
    "by the function of the entry, which measuring does not call": row(
        "startup likely", use("startup", function="main"), uncalled={"web"}
    ),
    "by a file that only that function leads to": row("startup likely", use("startup"), uncalled={"web"}),
    "noop: by a file that was loaded, and did not load it": row(
        "lazy likely", use("startup"), uncalled={"web"}, loaded_files=frozenset({"app/main.py"})
    ),
    "noop: another entry's function is not called": row(
        "lazy likely", use("startup", function="main"), uncalled={"tool"}
    ),
    "noop: not installed": row("lazy likely", use("startup", function="main"), uncalled={"web"}, installed=False),
    "guarded import that did not load": row("lazy likely", use("startup", guarded=True)),
    "in a function, yet loaded by another": row("startup certain", use("lazy", function="f"), load=load("other")),
    "in a function only": row("lazy certain", use("lazy", function="f")),
    "startup wins over lazy": row("startup certain", use("lazy", function="f"), use("startup"), measured=False),
    "loaded by own code without an import statement": row("startup certain", load=load()),
    "in a module that nothing imports": row("unreached certain", use("unreached")),
    "in a module that the probe saw loaded": row(
        "startup certain", use("unreached"), load=load(), loaded_files=frozenset({"app/main.py"})
    ),
    "no entry known": row("startup likely", use("startup"), measured=False, entries_known=False),
    "in a module that a computed import may load": row(
        "unreached cannot tell", use("unreached", "app/plugins/a.py"), computed_imports=(COMPUTED,)
    ),
    "in a module that a guessed entry does not reach": row(
        "unreached cannot tell", use("unreached"), entry_guess="common name: main.py"
    ),
    "in a module that can be run by itself": row(
        "unreached cannot tell", use("unreached", "prestart.py"), openings={"prestart.py": Opening("prestart.py")}
    ),
    "in a module that a computed import elsewhere will not load": row(
        "unreached certain", use("unreached", "scripts/a.py"), computed_imports=(COMPUTED,)
    ),
    "nothing speaks for it, but something is imported by a computed name": row(
        "unused likely", computed_imports=(COMPUTED,)
    ),
    "asked for at module level by what would load late": row(
        "implied cannot tell", asks=(replace(ask(function=None), loaded=False),)
    ),
    "lazy wins over unreached": row("lazy certain", use("unreached", "dead.py"), use("lazy", function="f")),
    "named in a start command": row("implied certain", tools=(TOOL,)),
    "loaded by one who does not require it": row("implied likely", load=load("other")),
    "loaded by one who takes it when it is there": row("implied cannot tell", load=load("other"), asks=(ask(),)),
    "documented need, word used": row("implied likely", asks=(ask(),), soft_needs=(NEED,), mentions=(MENTION,)),
    "documented need, word not used": row("unused certain", asks=(ask(),), soft_needs=(NEED,)),
    "guest of one whose need is documented and not used": row(
        "unused certain", asks=(ask(),), soft_needs=(NEED,), load=load("other")
    ),
    "guest, and our own import is in dead code": row(
        "unreached certain", use("unreached"), asks=(ask(),), load=load("other")
    ),
    "asked for in a function, nothing documented": row("implied cannot tell", asks=(ask(),)),
    "asked for at module level, measured: it has run": row("unused certain", asks=(ask(function=None),)),
    "asked for at module level, not measured": row("implied cannot tell", asks=(ask(function=None),), measured=False),
    "plugin": row("implied cannot tell", plugin_groups=("pytest11",)),
    "imported by tests only": row("tests certain", use("tests", "tests/test_a.py")),
    "tests outrank an open ask": row("tests certain", use("tests", "tests/test_a.py"), asks=(ask(),)),
    "declared for development": row("tests certain", declared=(line("dev"),)),
    "declared for development, plugin": row("tests certain", declared=(line("dev"),), plugin_groups=("pytest11",)),
    "declared in an optional development group": row("tests certain", declared=(line("optional:test"),)),
    "declared in main and dev": row("unused certain", declared=(line(), line("dev"))),
    "type checking only": row("typing certain", use("typing")),
    "stubs for development": row("typing certain", is_stubs=True, declared=(line("dev"),)),
    "stubs in main": row("typing certain", is_stubs=True),
    "pin of a requirement": row("transitive certain", required_by=("other",)),
    "pin that is asked for, too": row("transitive certain", required_by=("other",), asks=(ask("third"),)),
    "pin that is in memory": row("transitive certain", required_by=("other",), load=load("other")),
    "not declared, required": row("transitive certain", declared=(), required_by=("other",)),
    "not declared, imported": row("startup certain", use("startup"), declared=(), load=load()),
    "not declared, not required": row("orphan certain", declared=()),
    "not declared, asked for": row("orphan certain", declared=(), asks=(ask(),)),
    "nothing speaks for it": row("unused certain"),
    "nothing speaks for it, not measured": row("unused likely", measured=False),
    "nothing speaks for it, no entry known": row("unused cannot tell", measured=False, entries_known=False),
    "declared, not installed, not imported": row("unused likely", installed=False),
    "declared, not installed, imported": row("lazy likely", use("startup", guarded=True), installed=False),
}


@pytest.mark.parametrize("name", CASES)
def test_class_follows_the_facts(name: str) -> None:
    known, expected = CASES[name]
    verdict = classify(known)
    assert f"{verdict.usage.value} {verdict.confidence}" == expected, verdict.reason
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


SERVED = replace(TOOL, tool="lib.wsgi", command="gunicorn lib.wsgi", is_module=True)
BY_NOBODY = Load("import", ("web",), (LoadStep("lib", None, None),), None, None)
BY_OURS = replace(BY_NOBODY, importer_module="app.main")


@pytest.mark.parametrize(
    ("load", "changes", "expected"),
    [
        (BY_NOBODY, {"tools": (SERVED,)}, "the start command in Procfile:1 runs lib.wsgi"),
        (BY_NOBODY, {"is_project": True}, "the project itself, installed into its environment"),
        (BY_NOBODY, {}, "loaded at startup by the launcher or a thread, while no module was loading"),
        (BY_NOBODY, {"tools": (TOOL,)}, "loaded at startup by the launcher or a thread, while no module was loading"),
        (BY_OURS, {"tools": (SERVED,)}, "loaded at startup by app.main, by a dynamic import"),
        (load(), {"is_project": True}, "loaded at startup by app/main.py:3, by a dynamic import"),
    ],
    ids=["a command", "the project", "nobody known", "noop: a tool", "noop: code of ours", "noop: a line of ours"],
)
def test_what_no_import_loaded_says_who_did(load: Load, changes: dict[str, object], expected: str) -> None:
    verdict = classify(replace(FACTS, load=load, **changes))  # type: ignore[arg-type]
    assert (verdict.usage, verdict.confidence, verdict.reason) == (Usage.STARTUP, "certain", expected)
