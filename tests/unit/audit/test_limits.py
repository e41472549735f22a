"""Which limit an entry is judged by: options, plans, and what deploy files state, by tables."""

from dataclasses import replace

import pytest

from footprint.audit.entry_limits import find_limits, parse_limit
from footprint.collect.deploy.commands.launchers import parse_command
from footprint.config.options import TargetOptions
from footprint.errors import UsageError
from footprint.knowledge.tables import read_plans
from footprint.model.entry_origins import read_origin
from footprint.model.limits import StatedLimit
from footprint.model.memory_rows import Limit
from footprint.model.source_modules import EntryPoint, StartCommand
from footprint.report.audit.memory_sentences import code_size_line
from tests.support.builders import audit

MIB = 1 << 20

GIVEN = {
    "512MiB": (512 * MIB, None, "--limit"),
    "512MB": (512 * 10**6, None, "--limit"),
    "render:free": (512 * MIB, None, "--limit render:free, checked 2026-08"),
    "Render:Pro Plus": (8192 * MIB, None, "--limit render:pro plus, checked 2026-08"),
    "heroku:performance_m": (2560 * MIB, None, "--limit heroku:performance-m, checked 2026-08"),
    "app-engine:F4_1G": (3072 * MIB, None, "--limit app-engine:f4_1g, checked 2026-11"),
    "vercel": (None, 262_144_000, "--limit vercel, checked 2025-12"),
    "lambda": (None, 262_144_000, "--limit lambda, checked 2026-08"),
    "lambda, 1GiB": (1024 * MIB, 262_144_000, "--limit lambda, 1GiB; lambda, checked 2026-08"),
    "render:free,400MiB": (400 * MIB, None, "--limit render:free,400MiB; render:free, checked 2026-08"),
    "vercel:hobby,code=500MiB": (
        2048 * MIB, 500 * MIB, "--limit vercel:hobby,code=500MiB; vercel:hobby, checked 2025-12",
    ),
    "code=250MB": (None, 250 * 10**6, "--limit"),
}  # fmt: skip

WRONG = {
    "512M": "is not a size",
    "render": "render has render:free, render:starter",
    "render:fre": "render has render:free",
    "rendr:free": "did you mean render:free",
    "nowhere": "plans are known of render, heroku",
    "": "neither a size",
    "code=x": "is not a size",
}


@pytest.mark.parametrize("text", GIVEN)
def test_limit_given_as_size_or_plan(text: str) -> None:
    limit = parse_limit(text)
    assert (limit.memory_bytes, limit.disk_bytes, limit.source) == GIVEN[text]


@pytest.mark.parametrize("text", WRONG)
def test_limit_that_is_neither_says_what_there_is(text: str) -> None:
    with pytest.raises(UsageError, match=WRONG[text]):
        parse_limit(text)


def test_plans_say_something_and_are_sourced() -> None:
    plans = read_plans()
    assert len(plans) > 40
    for name, plan in plans.items():
        assert name == name.lower() == plan.name
        assert plan.memory_bytes is not None or plan.disk_bytes is not None, name
        assert plan.source
        assert len(plan.checked) == len("2026-08")
        assert all(figure is None or figure >= 128 * MIB for figure in (plan.memory_bytes, plan.disk_bytes)), name


def command(name: str, text: str, path: str, line: int) -> StartCommand:
    return StartCommand(name, text, path, line, ".", parse_command(text))


def entry(name: str, source: str, *, folder: str = ".") -> EntryPoint:
    return EntryPoint(name, "main:app", "main", "app", None, folder, False, read_origin(source), None, None)


def stated(service: str, mib: int | None, path: str, line: int = 9, **more: object) -> StatedLimit:
    memory = None if mib is None else mib * MIB
    return replace(StatedLimit(service, memory, None, path, line, "stated"), **more)  # type: ignore[arg-type]


WEB, WORKER = entry("web", "compose.yaml:3"), entry("worker", "compose.yaml:6")
COMMANDS = (
    command("web", "uvicorn main:app", "compose.yaml", 3),
    command("worker", "celery -A jobs worker", "compose.yaml", 6),
    command("api", "uvicorn main:app", "render.yaml", 4),
)
# entries, stated limits -> (MiB, source) of each entry
CHOSEN: dict[str, tuple[tuple[EntryPoint, ...], tuple[StatedLimit, ...], list[tuple[int, str] | None]]] = {
    "each service has its own": (
        (WEB, WORKER),
        (stated("web", 512, "compose.yaml"), stated("worker", 1024, "compose.yaml", 12)),
        [(512, "compose.yaml:9"), (1024, "compose.yaml:12")],
    ),
    "noop: the limit of another service of the file": (
        (WEB, WORKER), (stated("worker", 1024, "compose.yaml", 12),), [None, (1024, "compose.yaml:12")],
    ),
    "another file starts the same": (
        (WEB,), (stated("api", None, "render.yaml", 5, how="plan", plan="render:starter"),),
        [(512, "render.yaml:5, plan starter, checked 2026-08")],
    ),
    "a platform before compose, the own file before both": (
        (entry("web", "Procfile:1"),), (stated("web", 300, "compose.yaml"), stated("web", 400, "fly.toml")),
        [(400, "fly.toml:9")],
    ),
    "the only service": (
        (entry("app", "--entry"),), (stated("shop", 256, "k8s/shop.yaml"),), [(256, "k8s/shop.yaml:9")],
    ),
    "noop: which of two services cannot be told": (
        (entry("app", "--entry"),), (stated("a", 256, "k8s/a.yaml"), stated("b", 256, "k8s/a.yaml", 30)), [None],
    ),
    "built from the same folder": (
        (entry("app", "--entry", folder="api"),),
        (stated("a", 256, "compose.yaml", folder="web"), stated("b", 128, "compose.yaml", folder="api")),
        [(128, "compose.yaml:9")],
    ),
    "noop: a job's limit is not the application's": (
        (entry("web", "Procfile:1"),), (stated("cleanup", 64, "k8s/cron.yaml", own_only=True),), [None],
    ),
    "noop: a plan that nobody knows": (
        (WEB,), (stated("web", None, "compose.yaml", how="plan", plan="render:giant"),), [None],
    ),
    "noop: nothing stated": ((WEB,), (), [None]),
}  # fmt: skip


@pytest.mark.parametrize("name", CHOSEN)
def test_each_entry_has_the_limit_of_its_service(name: str) -> None:
    entries, limits, expected = CHOSEN[name]
    found = find_limits(TargetOptions(), entries, limits, COMMANDS)
    shown = [found.entries.get(each.name) for each in entries]
    assert [each and ((each.memory_bytes or 0) // MIB, each.source) for each in shown] == expected


def test_two_limits_of_one_entry_are_a_note_and_the_options_overrule_both() -> None:
    limits = (stated("web", 300, "compose.yaml"), stated("web", 400, "fly.toml", 7))
    both = (WEB,)
    found = find_limits(TargetOptions(), (entry("web", "Procfile:1"),), limits, COMMANDS)
    assert [(note.code, note.path, note.line) for note in found.notes] == [("limits-differ", "fly.toml", 7)]
    given = find_limits(TargetOptions(limit="1GiB"), both, limits, COMMANDS)
    assert given.entries["web"] == given.whole == Limit(1024 * MIB, None, "--limit")
    assert given.notes == ()


def test_words_on_the_size_of_the_code() -> None:
    told = audit(limit=Limit(None, 10, "vercel.json:1"))
    total = told.disk.site_apparent_bytes
    assert total is not None
    assert total > 10
    line = code_size_line(told)
    assert line is not None
    assert line.startswith("Code size DOES NOT FIT")
    assert "vercel.json:1" in line
    roomy = code_size_line(audit(limit=Limit(None, total + 1, "x")))
    assert roomy is not None
    assert roomy.startswith("Code size fits")
    assert roomy.endswith("headroom 1 B for the project's own")
    assert code_size_line(audit(limit=Limit(5, None, "x"))) is None
    assert code_size_line(audit(limit=None)) is None
