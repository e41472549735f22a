"""The page of a fleet: what is on it of known lines, and that nothing of a line can come alive there."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from footprint.fleet.fleet_run import make_report
from footprint.fleet.line_files import line_text, parse_line
from footprint.fleet.line_rows import row_of
from footprint.fleet.picture_of_lines import make_picture
from footprint.model.audit import Audit
from footprint.model.environment_facts import DownloadTotal
from footprint.model.fleet_line import FLEET_FORMAT, FleetLine
from footprint.model.fleet_picture import FleetPicture
from footprint.model.memory_rows import Fit
from footprint.report import formats
from footprint.units import MIB
from tests.support import builders


def line(project: str, audit: Audit | None, **changes: Any) -> FleetLine:
    plain = FleetLine(
        FLEET_FORMAT, project, f"/srv/{project}", "checkout", None, None, "2026-11-30T08:20:00Z", "ci-1", None, None,
        None, "done" if audit else "failed", None if audit else "no interpreter", 1.0, audit,
    )  # fmt: skip
    return replace(plain, **changes)


def sized(mebibytes: int, **more: Any) -> Audit:
    return builders.audit(disk=builders.disk(site_apparent_bytes=mebibytes * MIB), **more)


def fit(takes: int, *, fits: bool) -> Fit:
    return Fit("web", "ready", 100 * MIB, takes * MIB, None, (100 - takes) * MIB, fits, None, None, None)


def commit(project: str, name: str, day: str, audit: Audit | None) -> FleetLine:
    return line(project, audit, source="commit", commit=name * 40, committed_at=f"{day}T00:00:00Z")


TORCH = builders.distribution("torch", apparent_bytes=30 * MIB, loaded_at_stage="ready", startup_self_rss_bytes=9 * MIB)
OTHER = builders.distribution("torch", version="2.0", apparent_bytes=20 * MIB)
FLEET = (
    line("api", sized(50, fits=(fit(80, fits=True), fit(120, fits=False)))),
    line("bot", builders.audit(TORCH, entries=(builders.entry(),), fits=(fit(40, fits=True),))),
    line("cron", builders.audit(OTHER, builders.distribution("nltk"), entries=(builders.entry(),))),
    line("lost", None),
    commit("lost", "a", "2026-01-01", sized(10)),  # the newest failed: that is not hidden by an older one
    commit("old", "c", "2026-03-01", sized(30)),
    commit("old", "b", "2026-01-01", sized(20)),
    commit("old", "d", "2026-02-01", None),
)


def picture_of(*lines: FleetLine) -> FleetPicture:
    stored = (parse_line(line_text(each)) for each in lines)
    return make_picture((each for each in stored if each is not None), "repos.toml")


def test_every_service_is_a_row_by_its_newest_audit() -> None:
    found = {
        each.project: (each.reason, each.disk_bytes, each.takes_bytes, each.limit_bytes, each.fits)
        for each in picture_of(*FLEET).services
    }
    assert found == {
        "api": (None, 50 * MIB, 120 * MIB, 100 * MIB, False),
        "bot": (None, 3 * MIB, 40 * MIB, 100 * MIB, True),
        "cron": (None, 3 * MIB, 30 * MIB, None, None),
        "lost": ("no interpreter", None, None, None, None),
        "old": (None, 30 * MIB, None, None, None),
    }


def test_distributions_are_summed_over_services() -> None:
    torch, nltk = picture_of(*FLEET).distributions
    assert (torch.name, torch.projects, torch.versions, torch.loaded_count) == (
        "torch",
        ("bot", "cron"),
        ("1.0", "2.0"),
        1,
    )
    assert (torch.disk_bytes, torch.startup_rss_bytes) == (50 * MIB, 9 * MIB)
    assert (nltk.name, nltk.startup_rss_bytes) == ("nltk", None)


def test_a_trend_is_in_the_order_of_time_and_needs_two_audits() -> None:
    (trend,) = picture_of(*FLEET).trends
    assert (trend.project, trend.figure, [point.value for point in trend.points]) == (
        "old",
        "disk",
        [20 * MIB, 30 * MIB],
    )


def test_a_folder_and_its_commits_are_trends_of_their_own() -> None:
    """In the folder all that is installed is counted, in a commit what its lock file pins."""
    locked = builders.environment(kind="locked")
    pinned, bare = (builders.disk(site_apparent_bytes=None, downloads=downloads) for downloads in (LOCKED, None))
    lines = (
        commit("a", "b", "2026-01-01", builders.audit(TORCH, disk=pinned, environment=locked)),
        commit("a", "c", "2026-02-01", builders.audit(TORCH, disk=bare, environment=locked)),
        line("a", builders.audit(TORCH, OTHER, disk=pinned), at="2026-03-01T00:00:00Z"),
        line("a", builders.audit(TORCH, OTHER, disk=pinned), at="2026-04-01T00:00:00Z"),
    )
    found = [
        (trend.source, trend.figure, [point.value for point in trend.points]) for trend in picture_of(*lines).trends
    ]
    assert found == [("checkout", "downloads", [9 * MIB] * 2), ("commit", "distributions", [1, 1])]
    page = formats.render("html", picture_of(*lines))
    assert ">the folder<" in page and ">commits<" in page


@pytest.mark.parametrize("lines", [FLEET, FLEET[3:4], ()], ids=["all", "failed", "none"])
def test_the_page_asks_for_nothing_and_has_its_policy(lines: tuple[FleetLine, ...]) -> None:
    text = formats.render("html", picture_of(*lines))
    assert text.startswith("<!doctype html>") and "default-src 'none'" in text
    assert not re.search(r"(?:src|href)=", re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL))
    assert ("no interpreter" in text) == bool(lines)
    assert "None" not in re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)


class Tags(HTMLParser):
    """Every element of a page, and every attribute that would run something."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs if name.startswith("on") or name in ("href", "src", "style")}


def test_what_a_line_says_stays_text() -> None:
    evil = '"><img src=x onerror=alert(1)></script><script>alert(2)</script>\x1b[31m\u202e'
    rows = (builders.distribution(evil, version=evil, apparent_bytes=MIB),)
    lines = (line(evil, builders.audit(*rows)), line(f"{evil}2", None, reason=evil))
    text = formats.render("html", make_picture((each for each in map(parse_line, map(line_text, lines)) if each), evil))
    tags = Tags()
    tags.feed(text)
    assert "img" not in tags.names and tags.attributes == set()
    assert text.count("<script") == 2 and "\x1b" not in text and "\u202e" not in text


def test_a_hostile_audit_ends_nothing(tmp_path: Path) -> None:
    values = json.loads(line_text(FLEET[0]))
    odd = {
        "distributions": [{"name": "a", "version": "1", "apparent_bytes": "x"}, 7],
        "fits": [{"limit_bytes": 0}],
        "disk": 1,
    }
    stored = parse_line(json.dumps({**values, "audit": odd}))
    assert stored is not None
    (service,) = make_picture([stored], "x").services
    assert (service.disk_bytes, service.takes_bytes, service.fits) == (None, None, None)


LOCKED = DownloadTotal(("uv.lock",), 1, 9 * MIB, 9 * MIB, None, None, (), "")
PART = replace(LOCKED, most_bytes=None, unknown=("torch",))
# lines, and what table and page say of them, or do not say
SAID: dict[str, tuple[tuple[FleetLine, ...], tuple[str, ...], tuple[str, ...]]] = {
    "no lock file": ((line("a", sized(3)),), ("1 project audited, 0 failed",), ("Download", "No request")),
    "sizes of a lock": ((line("a", builders.audit(disk=builders.disk(downloads=LOCKED))),),
                        ("Download MiB", "9.0"), ("at least",)),
    "some of them": ((line("a", builders.audit(disk=builders.disk(downloads=PART))),), ("at least 9.0",), ()),
    "projects and commits": ((line("a", sized(3)), commit("a", "b", "2026-01-01", sized(2)), line("c", None)),
                             ("1 project and 1 commit audited, 1 failed",), ()),
    "nothing": ((line("c", None),), ("none audited, 1 failed",), ()),
    "versions that nothing tells": (
        (line("a", builders.audit(builders.distribution("torch", version=None, apparent_bytes=None),
                                  disk=builders.disk(site_apparent_bytes=None),
                                  environment=builders.environment(kind="declared"))),),
        (), ("   0 ", ">0<"),
    ),
    "fits, as far as it was judged": ((line("a", sized(3, fits=(fit(80, fits=True),))),), ("No request was sent",), ()),
    "does not fit": ((line("a", sized(3, fits=(fit(120, fits=False),))),), (), ("No request was sent",)),
    "called": ((line("a", sized(3, fits=(replace(fit(80, fits=True), stage="calls"),))),), (), ("No request",)),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "said", "unsaid"), SAID.values(), ids=SAID)
def test_what_table_and_page_say(lines: tuple[FleetLine, ...], said: tuple[str, ...], unsaid: tuple[str, ...]) -> None:
    stored = [each for each in map(parse_line, map(line_text, lines)) if each is not None]
    table = formats.render("table", make_report("x", list(map(row_of, stored))))
    page = re.sub(r"<(script|style).*?</\1>", "", formats.render("html", make_picture(stored, "x")), flags=re.DOTALL)
    assert [each for each in said if each not in table] == []
    assert [each for each in said if each not in page and "audited" not in each] == []
    assert [each for each in unsaid if each in table or each in page] == []
