"""Where a check that starts nothing looks once more, and where no look could change what it judges.

That the findings are the same without the look is told of every use case (tests/unit/test_use_cases.py).
"""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.analysis.facts.index import index_facts
from footprint.analysis.facts.roots import is_pin, is_removable
from footprint.analysis.facts.run_facts import SecondLook, group_uses
from footprint.analysis.questions.findings_at_stake import CODES, may_change, may_go, with_least_use
from footprint.analysis.reach.reach_rule import Opening
from footprint.analysis.use.classification import classify
from footprint.analysis.use.use_facts import Facts, OfDevelopers, OptionalNeed, OtherUses, PluginReader
from footprint.audit.join import judge
from footprint.model.handed_names import RUN, SOUGHT
from footprint.model.installed_environment import StartHook
from footprint.model.namings import Naming
from footprint.model.note import Note
from footprint.model.source_modules import ImportSite, Placement, ReachStatus, Reference, SiteUse, ToolUse
from footprint.model.third_party_needs import (
    Ask,
    Choice,
    Chosen,
    Engine,
    InstalledModule,
    Mention,
    NotChosen,
    SoftNeed,
    StringUse,
)
from footprint.values import replace
from tests.cases.case import Case, Lib, app, collect, lib, libs, options_of
from tests.support.builders import requirement

PLUGIN = lib("plug/__init__.py", entry_points="[odd.group]\nplug = plug\n")
RING = {"left": lib("left/__init__.py", requires=("right",)), "right": lib("right/__init__.py", requires=("left",))}
BRINGING = {"web": lib("web/__init__.py", requires=("base",)), "base": lib("base/__init__.py")}


def project(files: dict[str, str], site: dict[str, Lib]) -> Case:
    return Case(files, site=site)


LOOKS = {
    "nothing uses a line": project(app("", "redis"), libs("redis")),
    "only what nothing reaches imports a line": project(
        app("", "redis", files={"old.py": "import redis"}), libs("redis")
    ),
    "a line registers plugins": project(app("", "plug"), {"plug": PLUGIN}),
    "pins that only require each other": project(app("", "left", "right"), RING),
    "a pin holds what is imported and not declared": project(
        app("import web, far", "web", "base"), {**BRINGING, **libs("far")}
    ),
}
DOES_NOT_LOOK = {
    "every line is imported": project(app("import redis", "redis"), libs("redis")),
    "only tests import a line": project(app("", "redis", files={"tests/test_app.py": "import redis"}), libs("redis")),
    "nothing is declared": project(app("import redis"), libs("redis")),
    "no entry is known": project(
        {"lib.py": "", "requirements.txt": "redis\nplug\n"}, {**libs("redis"), "plug": PLUGIN}
    ),
    "a line is not installed": project(app("", "redis"), {}),
    "the project says that it needs a line": project(app("", "redis  # footprint: needed: by hand"), libs("redis")),
    "a pin, and every import is declared": project(app("import web", "web", "base"), BRINGING),
    "an import that nobody declares, and no pin": project(app("import web, far", "web"), {**BRINGING, **libs("far")}),
}


@pytest.mark.parametrize("name", [*LOOKS, *DOES_NOT_LOOK])
def test_a_look_is_taken_where_it_may_change_a_finding(name: str, tmp_path: Path) -> None:
    facts = collect(tmp_path, {**LOOKS, **DOES_NOT_LOOK}[name])
    assert may_change(index_facts(facts, SecondLook(), (), group_uses(facts))) is (name in LOOKS)


def test_where_more_is_judged_everything_is_looked_for(tmp_path: Path) -> None:
    case = project(
        app("import web", "web[more]"),
        {"web": lib("web/__init__.py", requires=('far; extra == "more"',)), **libs("far")},
    )
    facts, target = collect(tmp_path, case), options_of(tmp_path, case).target
    whole, brief = judge(facts, target), judge(facts, target, CODES)
    assert [each.code for each in whole.findings] == ["FP110"]
    assert not brief.findings
    assert judge(facts, target, {*CODES, "FP110"}).findings == whole.findings


# Any look at a line that a look may change nothing of

ASK = Ask("lib", InstalledModule("other.core", "/other", "other/core.py", "other"), 7, "write", True)
STRING = StringUse("lib.core", False, "app/main.py", 4, True)
PLACE = Choice("lib", "use", "app/main.py", 5, ("lib",), False, False)


def _some(*items: object) -> st.SearchStrategy[tuple[object, ...]]:
    """Any of the items, each at most once."""
    return st.sets(st.sampled_from(range(len(items)))).map(lambda found: tuple(items[each] for each in sorted(found)))


def _use(status: ReachStatus, placement: Placement, path: str) -> SiteUse:
    found = ImportSite(path, 3, "lib", (), 0, placement, None, False, "import", ("lib",))
    return SiteUse(found, status, None, (found,))


USES = st.builds(
    _use,
    st.sampled_from(["startup", "lazy", "unreached", "elsewhere", "tests", "typing"]),
    st.sampled_from([Placement.MODULE, Placement.MAIN]),
    st.sampled_from(["app/main.py", "old.py"]),
)
FACTS = st.builds(
    Facts,
    name=st.sampled_from(["lib", "pytest", "types-lib"]),
    installed=st.just(True),
    declared=_some(*(requirement("lib", group=group, line=2) for group in ("main", "dev"))).filter(bool),
    sites=st.lists(USES, max_size=2).map(tuple),
    load=st.none(),
    measured=st.just(False),
    entries_known=st.booleans(),
    loaded_files=st.just(frozenset()),
    tools=_some(*(ToolUse("lib", "Procfile", 1, "lib", purpose) for purpose in ("start", "development", "build"))),
    soft_needs=_some(SoftNeed("other", "lib", ("to_lib",))),
    required_by=_some("web", "far"),
    plugin_groups=_some("odd.group"),
    is_stubs=st.booleans(),
    is_data=st.booleans(),
    computed_imports=_some(Note("dynamic-import", "computed", "app/loader.py", 9)),
    hooks=_some(*(StartHook("/a.pth", "a.pth", 1, "import lib", ("lib",), dormant=why) for why in ("", "-S is given"))),
)
LOOKS_AT_IT = st.fixed_dictionaries(
    {
        "asks": _some(ASK),
        "mentions": _some(Mention("to_lib", "app/main.py", 20)),
        "reads_data": _some(ImportSite("app/main.py", 3, "pickle")),
        "openings": st.sampled_from([{}, {"old.py": Opening("old.py")}]),
        "namings": _some(*(Naming("lib", "lib", "app.toml", 1, role) for role in ("app", "tests", "dead"))),
        "of_developers": st.builds(
            OfDevelopers,
            files=_some(ToolUse("lib", "tox.ini", 1, "lib", "development")),
            asks=_some(ASK),
            chosen=_some(("lib", Chosen("other", PLACE, "lib", True))),
        ),
        "other": st.builds(
            OtherUses,
            strings=_some(STRING),
            drivers=st.just(()),
            engines=_some((Engine("other", ("lib",), ("use",), ("lib.core",)), STRING)),
            plugin_readers=_some(
                *(PluginReader("odd.group", "other", state, False) for state in ("used", "held", "unused", "absent"))
            ),
            optional=_some(OptionalNeed("other", "more", ASK)),
            chosen=_some(Chosen("other", PLACE, "lib", True)),
            not_chosen=_some(NotChosen(("other",), PLACE, "use", 1)),
            handed=_some(*(Reference("app/main.py", 8, "lib", place=(mark, "by")) for mark in (RUN, SOUGHT))),
            commands=_some(STRING),
            groups=_some(STRING),
        ),
    }
)


@given(facts=FACTS, look=LOOKS_AT_IT)
def test_no_look_makes_a_line_go_that_has_some_use_without(facts: Facts, look: dict[str, Any]) -> None:
    least = with_least_use(facts)
    lowest, after = classify(least), classify(replace(facts, **look))
    assert may_go(lowest) or not is_removable(after)
    assert may_go(lowest) or is_pin(least, lowest) or not is_pin(facts, after)
