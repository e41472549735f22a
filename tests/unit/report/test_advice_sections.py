"""The sections that say what to do: figures of the audit, a place for each claim, a word for each empty case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from footprint.model.audit import Audit, GoingLine, LazyStack, UndeclaredRow, Usage
from footprint.model.memory_rows import Fit, FitPart, Limit, SetSaving
from footprint.model.runtime import StageName
from footprint.model.service_memory import Serving, ServingPart, WorkersRow, WorkersStage
from footprint.model.trial import Trial, TriedChange, TriedStart
from footprint.report.audit.advice_section import advice_section
from footprint.report.audit.decision_section import decision_section
from footprint.report.audit.doubts_section import doubts_section
from footprint.report.audit.host_section import host_section
from footprint.report.audit.hosting_sentences import workers_lines
from footprint.report.audit.next_steps_section import next_steps_section
from footprint.report.audit.requirements_section import requirements_section
from footprint.report.audit.sizes_section import least_bytes, sizes_section
from footprint.report.audit.start_command_section import start_command_section
from footprint.report.audit.suggestion_sentences import removal_line
from footprint.report.audit.use_section import use_section
from footprint.report.text.section import Excerpt, Grid, Section, Sentences
from footprint.report.text.view import DEFAULT_VIEW, View
from footprint.units import MIB
from tests.support.builders import audit, declared_at, disk, distribution, entry, evidence, first_use, stage, suggestion

SECTIONS: tuple[Callable[[Audit, View], Section], ...] = (
    *(advice_section, decision_section, doubts_section, host_section, next_steps_section, requirements_section),
    *(sizes_section, start_command_section, use_section),
)


def grids(section: Section) -> list[Grid]:
    return [block for block in section.blocks if isinstance(block, Grid)]


def rows(section: Section, which: int = 0) -> dict[str, tuple[str, ...]]:
    """Return the rows of a table by their first cell."""
    return {row[0]: row[1:] for row in grids(section)[which].rows}


def headings(section: Section) -> list[str]:
    return [block.heading for block in section.blocks if isinstance(block, Sentences) and block.heading]


def declared(name: str, usage: Usage, line: int = 1, **changes: Any) -> Any:
    return distribution(name, usage, declared=(declared_at(f"{name}==1.0", line=line),), **changes)


@pytest.mark.parametrize("make", SECTIONS)
def test_an_audit_of_nothing_says_so_or_has_no_section(make: Callable[[Audit, View], Section]) -> None:
    nothing = audit(disk=disk(site_apparent_bytes=None, outside_bytes=None, site_allocated_bytes=None))
    section = make(nothing, DEFAULT_VIEW)
    assert section.key and section.title
    assert bool(section.blocks) != bool(section.empty) or not (section.blocks or section.empty)
    for grid in grids(section):
        assert grid.rows


@pytest.mark.parametrize("make", SECTIONS)
def test_a_row_has_a_cell_for_each_heading(make: Callable[[Audit, View], Section]) -> None:
    from tests.unit.report.test_report_golden import shop

    for view in (View(), View(top=0), View(top=1)):
        for grid in grids(make(shop(), view)):
            assert {len(row) for row in grid.rows} == {len(grid.headings)}
            assert len(grid.headings) <= 8


# Use


def test_every_distribution_is_in_one_class_and_its_weight_counts_once() -> None:
    found = audit(
        declared("fastapi", Usage.STARTUP, evidence=(evidence("main.py", 3),), apparent_bytes=2 * MIB),
        declared("uvicorn", Usage.IMPLIED, reason="the start command in Procfile:1 runs uvicorn"),
        distribution("starlette", Usage.TRANSITIVE, requirement_chain=("fastapi", "starlette")),
        distribution("anyio", Usage.TRANSITIVE, requirement_chain=("fastapi", "starlette", "anyio")),
    )
    section = use_section(found, DEFAULT_VIEW)
    assert headings(section) == [
        "Imported when the app starts: 1 distribution, 2.0 MiB",
        "Implied, needed without an import of yours: 1 distribution, 1.0 MiB",
        "Transitive, required by another distribution: 2 distributions, 2.0 MiB",
    ]
    assert rows(section)["fastapi"] == ("2.0", "main.py:3")
    assert rows(section, 1)["uvicorn"][-1] == "the start command in Procfile:1 runs uvicorn"
    assert rows(section, 2)["anyio"][-1] == "fastapi > starlette"


def test_a_lazy_import_tells_its_chain_and_the_place() -> None:
    use = first_use("embed.py", 33, distributions=("st",), chain=("st", "torch", "transformers"))
    row = declared(
        "st",
        Usage.LAZY,
        first_use_rss_bytes=40 * MIB,
        exclusive_bytes=900 * MIB,
        evidence=(evidence("embed.py", 33, placement="function", function="load"),),
    )
    (cells,) = grids(use_section(audit(row, first_uses=(use,)), DEFAULT_VIEW))[0].rows
    assert cells[0] == "st" and cells[2:4] == ("900.0", "40.0")
    assert cells[5].startswith("st > torch > transformers (") and cells[6] == "embed.py:33 in load()"


def test_what_is_not_measured_is_no_zero() -> None:
    row = declared("st", Usage.LAZY, evidence=(evidence("embed.py", 33),))
    (cells,) = grids(use_section(audit(row, first_uses=(first_use(distributions=("other",)),)), DEFAULT_VIEW))[0].rows
    assert cells[3:6] == ("-", "-", "-")
    (cells,) = grids(use_section(audit(row), DEFAULT_VIEW))[0].rows
    assert cells == ("st", "1.0", "1.0", "embed.py:33")


def test_many_of_a_class_are_counted_with_their_weight() -> None:
    found = audit(*(distribution(f"d{number:02}", Usage.TRANSITIVE) for number in range(40)))
    (grid,) = grids(use_section(found, DEFAULT_VIEW))
    assert (len(grid.rows), grid.rest) == (15, ("and 25 distributions, 25.0 MiB more",))
    (grid,) = grids(use_section(found, View(top=0)))
    assert (len(grid.rows), grid.rest) == (40, ())


def test_a_family_of_names_is_one_row_with_its_weight() -> None:
    cuda = [
        distribution(
            f"nvidia-{name}-cu12", Usage.TRANSITIVE, apparent_bytes=size * MIB, requirement_chain=("torch", name)
        )
        for name, size in (("cublas", 500), ("cudnn", 700), ("nccl", 200))
    ]
    other = distribution("nvidia-ml", Usage.TRANSITIVE, requirement_chain=("monitor", "nvidia-ml"))
    found = rows(use_section(audit(*cuda, other), DEFAULT_VIEW))
    assert found["nvidia-*"] == ("1,400.0", "torch, 3 of these")
    assert found["nvidia-ml"] == ("1.0", "monitor")


def test_what_lines_bring_is_not_added_up() -> None:
    found = audit(
        declared("a", Usage.STARTUP, closure=("a", "c"), closure_bytes=3 * MIB, exclusive_bytes=MIB),
        declared("b", Usage.STARTUP, closure=("b", "c"), closure_bytes=3 * MIB, exclusive_bytes=MIB),
        distribution("c", Usage.TRANSITIVE, apparent_bytes=2 * MIB, required_by=("a", "b")),
    )
    section = use_section(found, DEFAULT_VIEW)
    assert headings(section)[-1] == "What each declared line brings; shared parts count in every one of them"
    assert rows(section, -1) == {"a": ("1", "3.0", "1.0", "c 2.0"), "b": ("1", "3.0", "1.0", "c 2.0")}


# Decision


@pytest.mark.parametrize(
    ("row", "change", "deed"),
    [
        (declared("x", Usage.STARTUP), None, "keep"),
        (declared("x", Usage.UNUSED), {"action": "remove", "confidence": "likely"}, "remove (likely)"),
        (declared("x", Usage.UNUSED), {"action": "remove", "verdict": "refuted"}, "keep: without it something breaks"),
        (declared("x", Usage.TESTS), {"action": "move"}, "move to development"),
        (declared("x", Usage.STARTUP), {"action": "defer"}, "defer"),
        (declared("x", Usage.STARTUP), {"action": "replace"}, "replace by a lighter one"),
        (declared("x", Usage.STARTUP), {"action": "remove", "suppressed": True}, "keep"),
        (declared("x", Usage.TRANSITIVE), None, "keep or unpin: it frees nothing"),
        (declared("x", Usage.UNUSED), None, "look at it: nothing is proposed"),
        (declared("x", Usage.IMPLIED, confidence="cannot tell"), None, "cannot tell"),
        (declared("x", Usage.UNUSED, version=None, apparent_bytes=None), None, "it is not installed"),
    ],
)
def test_what_to_do_with_a_line(row: Any, change: Any, deed: str) -> None:
    advice = () if change is None else (suggestion("x", **{"confidence": "certain", **change}),)
    assert rows(decision_section(audit(row, suggestions=advice), DEFAULT_VIEW))["x"][-1] == deed


def test_a_stack_of_its_own_could_be_an_extra() -> None:
    stack = LazyStack("a.py", (), ("x",), ("x", "y"), (), 30 * MIB, None, None)
    found = audit(declared("x", Usage.LAZY), lazy_stacks=(stack,))
    assert rows(decision_section(found, DEFAULT_VIEW))["x"][-1] == "keep, or make it an extra of its own"
    small = audit(declared("x", Usage.LAZY), lazy_stacks=(replace(stack, disk_bytes=MIB),))
    assert rows(decision_section(small, DEFAULT_VIEW))["x"][-1] == "keep"


def test_of_many_lines_those_with_advice_stay() -> None:
    many = [declared(f"d{number:02}", Usage.STARTUP, number, exclusive_bytes=MIB) for number in range(40)]
    small = declared("small", Usage.UNUSED, 99, exclusive_bytes=1, apparent_bytes=1)
    section = decision_section(audit(*many, small, suggestions=(suggestion("small"),)), View(top=5))
    assert list(rows(section)) == ["d00", "d01", "d02", "d03", "d04", "small"]
    assert grids(section)[0].rest == ("and 35 distributions, 35.0 MiB more, without advice and each freeing less",)


# Recommendations


def test_a_recommendation_has_its_place_and_its_saving() -> None:
    found = audit(
        suggestions=(
            suggestion("nltk", lines=(GoingLine("nltk", "requirements.txt", 9),), distributions=("nltk", "regex")),
            suggestion("idle", suppressed=True),
            suggestion("xlsx", action="defer", disk_bytes=None, rss_bytes=3 * MIB, rss_kind="predicted", code="FP103"),
        )
    )
    section = advice_section(found, DEFAULT_VIEW)
    table = grids(section)[0].rows
    assert [row[1] for row in table] == ["FP101 remove: nltk, with regex", "FP103 defer: xlsx"]
    assert table[0][2].startswith("requirements.txt:9")
    assert [row[3:5] for row in table] == [("1.0", "-"), ("-", "~3.0")]
    assert "Tried" not in [heading.text for heading in grids(section)[0].headings]


def test_what_was_tried_says_measured_and_how_it_went() -> None:
    each = suggestion("nltk", verdict="confirmed", measured_rss_bytes=MIB)
    broken = suggestion("numpy", verdict="refuted")
    section = advice_section(audit(suggestions=(each, broken), trial=Trial("overlay", ())), DEFAULT_VIEW)
    assert [(row[4], row[-1]) for row in grids(section)[0].rows] == [("1.0, measured", "it works"), ("-", "it breaks")]
    assert not [line for line in section.remarks if "tried yet" in line]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (TriedChange("x", "defer", ("x",), "likely"), "it works as far as it was tried"),
        (TriedChange("x", "defer", ("x",), "no gain"), "it works and saves nothing"),
        (TriedChange("x", "defer", ("x",), "not tried", reason="no time"), "not tried"),
        (TriedChange("y", "defer", ("y",), "proved"), "not tried"),
        (TriedChange("x", "remove", ("x",), "proved"), "not tried"),
    ],
)
def test_a_trial_says_what_came_of_each(change: TriedChange, told: str) -> None:
    found = audit(suggestions=(suggestion("x", action="defer"),), trial=Trial("overlay", (change,)))
    assert grids(advice_section(found, DEFAULT_VIEW))[0].rows[0][-1] == told


def test_a_replacement_has_its_steps() -> None:
    section = advice_section(
        audit(suggestions=(suggestion("torch", action="replace", steps=("a", "b")),)), DEFAULT_VIEW
    )
    (steps,) = [block for block in section.blocks if isinstance(block, Sentences)]
    assert (steps.heading, steps.lines) == ("1. replace by a lighter one: torch", ("a", "b"))


# Requirements


def changed(*lines: GoingLine, **changes: Any) -> Section:
    kept = declared("fastapi", Usage.STARTUP, 1)
    gone = declared("nltk", Usage.UNUSED, 3)
    extra = distribution("celery", Usage.STARTUP, declared=(declared_at("celery[redis,msgpack]>=5", line=2),))
    return requirements_section(audit(kept, gone, extra, removable_lines=lines, **changes), DEFAULT_VIEW)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (
            GoingLine("nltk", "requirements.txt", 3),
            " fastapi==1.0\n celery[redis,msgpack]>=5\n-nltk==1.0",
        ),
        (
            GoingLine("celery", "requirements.txt", 2, extras=("msgpack",)),
            " fastapi==1.0\n-celery[redis,msgpack]>=5\n+celery[redis]>=5\n nltk==1.0",
        ),
        (
            GoingLine("celery", "requirements.txt", 2, extras=("redis", "msgpack")),
            " fastapi==1.0\n-celery[redis,msgpack]>=5\n+celery>=5\n nltk==1.0",
        ),
    ],
)
def test_a_line_that_goes_is_struck_out(line: GoingLine, shown: str) -> None:
    (block,) = changed(line).blocks
    assert isinstance(block, Excerpt)
    assert (block.heading, block.syntax, block.text) == ("requirements.txt", "diff", shown)


def test_a_line_that_moves_is_named() -> None:
    _, told = changed(GoingLine("nltk", "requirements.txt", 3, moves=True)).blocks
    assert told == Sentences(("These move to a group for development: nltk (requirements.txt:3)",))


def test_a_compiled_file_is_told_and_not_edited() -> None:
    section = changed(GoingLine("nltk", "requirements.txt", 3), GoingLine("nltk", "lock.txt", 30, compiled=True))
    assert len(section.blocks) == 1
    assert section.remarks[0] == "Written by a tool, to be compiled anew afterwards: lock.txt"


def test_of_a_long_file_only_what_changes_is_shown() -> None:
    many = [declared(f"d{number:02}", Usage.STARTUP, number + 1) for number in range(70)]
    found = audit(*many, removable_lines=(GoingLine("d07", "requirements.txt", 8),))
    (block,) = requirements_section(found, DEFAULT_VIEW).blocks
    assert isinstance(block, Excerpt) and block.text == "-d07==1.0\n ... 69 other lines that stay"


def test_a_secret_in_a_line_is_not_shown() -> None:
    raw = "pkg @ https://user:hunter2@example.org/pkg.whl"
    row = distribution("pkg", Usage.UNUSED, declared=(declared_at(raw),))
    (block,) = requirements_section(
        audit(row, removable_lines=(GoingLine("pkg", "requirements.txt", 1),)), DEFAULT_VIEW
    ).blocks
    assert isinstance(block, Excerpt) and "hunter2" not in block.text and block.text.startswith("-pkg @")


# Sizes


def sized(**changes: Any) -> Section:
    startup = declared("fastapi", Usage.STARTUP, closure=("fastapi", "anyio"), closure_bytes=3 * MIB)
    lazy = declared("torch", Usage.LAZY, apparent_bytes=90 * MIB)
    below = distribution("anyio", Usage.TRANSITIVE, apparent_bytes=2 * MIB)
    found = audit(
        startup,
        lazy,
        below,
        entries=(entry(stages=(stage("ready", 200 * MIB),)),),
        disk=disk(site_apparent_bytes=100 * MIB, outside_bytes=MIB),
        **changes,
    )
    return sizes_section(found, DEFAULT_VIEW)


def test_sizes_say_how_they_are_known() -> None:
    found = rows(sized(removable_bytes=40 * MIB, deferrals=(SetSaving("web", 20 * MIB, None, 0),)))
    assert found["now"] == ("101.0", "200.0", "measured")
    assert found["with the recommended lines and deferrals"][:2] == ("61.0", "~180.0")
    assert "predicted" in found["with the recommended lines and deferrals"][2]
    assert found["least, for what the start alone needs"][:2] == ("3.0", "-")
    (told,) = [block for block in sized().blocks if isinstance(block, Sentences)]
    assert told.lines == ("The start alone needs these lines, with all that they require: fastapi",)


def test_a_trial_is_measured() -> None:
    change = TriedChange("nltk", "remove", ("nltk",), "proved")
    trial = Trial("overlay", (change,), (TriedStart("web", 200 * MIB, 150 * MIB, None, None),), disk_bytes=10 * MIB)
    assert rows(sized(trial=trial))["after those that hold"] == ("91.0", "150.0", "measured in a shadow")


def test_nothing_changes_nothing_is_told_as_after() -> None:
    assert list(rows(sized())) == ["now", "least, for what the start alone needs"]


def test_the_least_is_not_told_where_a_list_is_cut() -> None:
    from footprint.model.audit import Shortened

    row = declared("fastapi", Usage.STARTUP, shortened=(Shortened("closure", 90),))
    assert least_bytes(audit(row, entries=(entry(),))) is None
    assert least_bytes(audit(declared("fastapi", Usage.STARTUP))) is None  # nothing is started


# Host


def fit(stage_: Any, most_mib: int, limit_mib: int = 512) -> Fit:
    return Fit(
        *("web", stage_, limit_mib * MIB, most_mib * MIB, None, (limit_mib - most_mib) * MIB),
        *(most_mib <= limit_mib, None, None, None),
        source="render.yaml:5",
    )


def test_a_verdict_is_told_by_moment_with_its_percent() -> None:
    found = audit(entries=(entry(),), fits=(fit("ready", 128), fit("first_use", 600)))
    table = grids(host_section(found, DEFAULT_VIEW))[0].rows
    assert table[0][1:] == ("startup", "128.0", "512.0", "25", "384.0", "fits", "render.yaml:5")
    assert table[1][1:7] == ("after lazy imports", "600.0", "512.0", "117", "-88.0", "DOES NOT FIT")


def test_the_plan_that_is_needed_is_the_smallest_that_holds_it() -> None:
    found = audit(entries=(entry(),), fits=(fit("ready", 300), fit("first_use", 40 * 1024)))
    plans = [row[-1] for row in grids(host_section(found, DEFAULT_VIEW))[1].rows]
    assert plans[0].startswith("app-engine:f1 384.0 MiB, ") and "fly:shared-cpu-1x " not in plans[0]
    assert "render:free 512.0 MiB" in plans[0] or "more" in plans[0]
    assert plans[1].startswith("heroku:performance-xl ") and "render" not in plans[1]
    found = audit(entries=(entry(),), fits=(fit("ready", 10_000_000),))
    assert grids(host_section(found, DEFAULT_VIEW))[1].rows[0][-1] == "none of those known"


def test_a_moment_has_one_name_in_verdict_and_plan() -> None:
    parts = (FitPart("tree", 200 * MIB, measured=True), FitPart("requests", 50 * MIB, measured=True))
    told = replace(fit("first_use", 250), live=True, parts=parts, resting_bytes=250 * MIB)
    section = host_section(audit(entries=(entry(),), fits=(told,)), DEFAULT_VIEW)
    assert [grid.rows[0][1] for grid in grids(section)] == ["live, after the requests"] * 2


def test_of_moments_with_the_same_plans_the_heaviest_is_told() -> None:
    found = audit(entries=(entry(),), fits=(fit("ready", 300), fit("first_use", 310), fit("calls", 500)))
    assert [row[1:3] for row in grids(host_section(found, DEFAULT_VIEW))[1].rows] == [
        ("after lazy imports", "310.0"),
        ("after the calls", "500.0"),
    ]


def test_workers_are_estimates_and_say_how_many_fit() -> None:
    row = WorkersRow("web", "gunicorn", 4, True, 600 * MIB, 10, 140 * MIB, 30, limit_bytes=512 * MIB, fits=False)
    section = host_section(audit(entries=(entry(),), workers=(replace(row, fitting_workers=3),)), DEFAULT_VIEW)
    (cells,) = grids(section)[-1].rows
    assert cells[1:] == ("4 of gunicorn, forked after the import", "startup", "~140.0", "~600.0", "117", "DOES NOT FIT")
    assert any(isinstance(each, Sentences) and "web: 3 of 4 workers would fit" in each.lines for each in section.blocks)


def test_a_stored_stage_that_no_estimate_is_made_of_is_shown_without_its_words() -> None:
    kinds: tuple[StageName, ...] = ("ready", "import")
    stages = tuple(WorkersStage(each, 600 * MIB, None, 140 * MIB) for each in kinds)
    row = WorkersRow("web", "gunicorn", 4, True, 600 * MIB, 10, 140 * MIB, 30, stages=stages)
    assert "with 4 workers" in "".join(workers_lines(audit(entries=(entry(),), workers=(row,)), entry()))


def test_code_and_memory_are_kept_apart() -> None:
    limit = Limit(None, 250 * MIB, "--limit vercel")
    section = host_section(audit(limit=limit, disk=disk(site_apparent_bytes=300 * MIB)), DEFAULT_VIEW)
    (told,) = [block for block in section.blocks if isinstance(block, Sentences)]
    assert told.lines[0].startswith("Code and memory are two limits: 300.0 MiB")
    assert told.lines[1].startswith("Code size DOES NOT FIT")


# Doubts, start command, next steps


def test_what_is_declared_nowhere_has_its_place_and_who_brings_it() -> None:
    row = UndeclaredRow("yaml", "pyyaml", ("fastembed",), (evidence("conf.py", 2),), unreached=True)
    gone = UndeclaredRow("magic", None, (), (evidence("m.py", 3),), likely=("python-magic",), optional=True)
    found = rows(doubts_section(audit(undeclared=(row, gone)), DEFAULT_VIEW))
    assert found["yaml"] == ("pyyaml", "fastembed", "conf.py:2", "only where no entry comes")
    assert found["magic"] == ("not installed; usually python-magic", "-", "m.py:3", "its absence is caught")


def test_what_cannot_be_told_says_why() -> None:
    row = declared("openpyxl", Usage.IMPLIED, 7, confidence="cannot tell", reason="pandas asks for it")
    found = rows(doubts_section(audit(row), DEFAULT_VIEW))
    assert found["openpyxl"] == ("implied?", "requirements.txt:7", "pandas asks for it")


def test_no_doubt_has_a_sentence() -> None:
    section = doubts_section(audit(declared("x", Usage.STARTUP)), DEFAULT_VIEW)
    assert section.blocks == () and section.empty.startswith("Every import is declared")


def test_a_start_command_tells_server_and_workers() -> None:
    part = ServingPart(0, 0, 0, 0, measured=False)
    serving = Serving("gunicorn", 4, "option", True, part, part, part)
    section = start_command_section(audit(entries=(entry(server="gunicorn", serving=serving),)), DEFAULT_VIEW)
    found = rows(section)["web"]
    assert found == ("uvicorn app:app", "Procfile:1", "app:app", "gunicorn", "4, by an option, forked after the import")
    assert "footprint tune" in section.remarks[0]
    assert rows(start_command_section(audit(entries=(entry(),)), DEFAULT_VIEW))["web"][-2:] == ("-", "-")


def test_next_steps_are_commands_that_there_are() -> None:
    from footprint.cli.app import COMMANDS

    found = audit(
        declared("x", Usage.UNUSED),
        entries=(entry(),),
        suggestions=(suggestion("x"), suggestion("y", action="defer")),
    )
    for each in (found, audit()):
        (block,) = next_steps_section(each, DEFAULT_VIEW).blocks
        assert isinstance(block, Excerpt)
        lines = block.text.splitlines()
        assert [line.startswith("# ") for line in lines] == [True, False] * (len(lines) // 2)
        assert {line.split()[1] for line in lines if not line.startswith("#")} <= set(COMMANDS)


def test_a_name_is_quoted_in_a_command() -> None:
    (block,) = next_steps_section(audit(distribution("x; rm -rf ~\n#")), DEFAULT_VIEW).blocks
    assert isinstance(block, Excerpt)
    assert "footprint why 'x; rm -rf ~\\x0a#'" in block.text.splitlines()


def test_a_move_frees_nothing_where_the_group_stays_and_names_no_total() -> None:
    moves = tuple(suggestion(name, action="move", disk_bytes=MIB) for name in ("pytest-mock", "pytest-xdist"))
    value = audit(
        suggestions=moves,
        disk=disk(site_apparent_bytes=600 * MIB),
        removable_bytes=2 * MIB,
        removable_kept_bytes=2 * MIB,
    )
    line = removal_line(value)
    assert line == "The 2 changes together free 2.0 MiB where the development groups are not installed"
    assert removal_line(replace(value, removable_kept_bytes=MIB)) == (
        "The 2 changes together free 2.0 MiB, 1.0 MiB of it only without the development groups: "
        "from 600.0 MiB to 599.0 MiB on disk"
    )
