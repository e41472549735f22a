"""An audit for other tools: CSV, CycloneDX, one line, a badge, and the schema of its JSON."""

import csv
import io
import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft7Validator, Draft202012Validator
from referencing import Registry, Resource

from footprint.model.audit import Audit, LazyStack, Usage
from footprint.model.memory_rows import Fit, Limit
from footprint.report import formats
from footprint.report.audit import badge, cyclonedx, summary
from footprint.report.audit import csv as csv_report
from footprint.report.audit import json as json_report
from footprint.report.audit.schema import KINDS, make_schema
from footprint.report.audit.verdict_sentences import alarming_lines, verdict_lines
from footprint.units import MIB
from tests.support.builders import audit, disk, distribution, entry, evidence, failure, stage, suggestion
from tests.unit.report.test_report_golden import HOSTILE_NAME, shop
from tests.unit.report.test_report_stored import audits

LIMIT = Limit(512 * MIB, 1000 * MIB, "render.yaml:4")
READY = entry(stages=(stage("interpreter", 9 * MIB), stage("import", 80 * MIB), stage("ready", 90 * MIB)))


def fit(name: str, most: int, moment: Any = "ready", limit: int = 512) -> Fit:
    headroom = (limit - most) * MIB
    return Fit(name, moment, limit * MIB, most * MIB, None, headroom, headroom >= 0, None, None, None)


# CSV


def rows_of(value: Audit) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_report.render(value))))


def test_csv_has_every_distribution_with_its_figures() -> None:
    found = shop()
    rows = rows_of(found)
    assert [row["name"] for row in rows] == [row.name for row in found.distributions]
    for row, shown in zip(found.distributions, rows, strict=True):
        assert shown["usage"] == row.usage.value
        for name in ("apparent_bytes", "exclusive_bytes", "startup_self_rss_bytes", "first_use_rss_bytes"):
            value = getattr(row, name)
            assert shown[name] == ("" if value is None else str(value))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum(a)", "\t=1", "\r=1"])
def test_no_cell_of_a_spreadsheet_is_a_formula(text: str) -> None:
    (row,) = rows_of(audit(distribution("a", reason=text, version=text)))
    assert row["reason"][0] not in "=+-@\t\r" and row["version"][0] not in "=+-@\t\r"


def test_zero_is_no_empty_cell() -> None:
    (row,) = rows_of(audit(distribution("a", apparent_bytes=0, startup_self_rss_bytes=None)))
    assert (row["apparent_bytes"], row["startup_self_rss_bytes"]) == ("0", "")


# CycloneDX


@cache
def bill_validator() -> Draft7Validator:
    folder = files("cyclonedx.schema") / "_res"
    schemas = {
        name: json.loads((folder / f"{name}.SNAPSHOT.schema.json").read_text())
        for name in ("bom-1.6", "spdx", "jsf-0.82")
    }
    named = [(each["$id"], Resource.from_contents(each)) for each in schemas.values()]
    return Draft7Validator(schemas["bom-1.6"], registry=Registry().with_resources(named))


def bill_of(value: Audit) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(cyclonedx.render(value))
    assert [error.message for error in bill_validator().iter_errors(found)] == []
    return found


def test_a_bill_of_materials_is_what_the_schema_asks_for() -> None:
    found = shop()
    bill = bill_of(found)
    there = [row for row in found.distributions if row.version is not None]
    assert [each["name"] for each in bill["components"]] == [row.name for row in there]
    references = [each["bom-ref"] for each in bill["components"]]
    assert len(set(references)) == len(there) < len(found.distributions)
    fastapi = next(each for each in bill["components"] if each["name"] == "fastapi")
    assert fastapi["purl"] == "pkg:pypi/fastapi@0.115.14" and fastapi["scope"] == "required"
    said = {each["name"]: each["value"] for each in fastapi["properties"]}
    assert (said["footprint:usage"], said["footprint:startup_self_rss_bytes"]) == ("startup", "6900000")
    needs = {each["ref"]: each["dependsOn"] for each in bill["dependencies"]}
    assert fastapi["bom-ref"] in needs["project"] and needs.keys() == {"project", *references}
    assert {each for some in needs.values() for each in some} <= set(references)


def test_the_validator_refuses_what_is_no_bill_of_materials() -> None:
    bill = bill_of(shop())
    bill["components"][0]["type"] = "distribution"
    assert list(bill_validator().iter_errors(bill))


@settings(
    max_examples=30,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(audits())
def test_any_audit_is_a_bill_of_materials(value: Audit) -> None:
    names = [row.name for row in value.distributions]
    if len(set(names)) == len(names):
        bill_of(value)


def test_a_requirer_that_is_named_twice_depends_once() -> None:
    """A stored audit says what it likes; the schema wants each reference once."""
    bill = bill_of(audit(distribution("a"), distribution("b", required_by=("a", "a"))))
    (needs,) = [each["dependsOn"] for each in bill["dependencies"] if each["ref"].startswith("pkg:pypi/a@")]
    assert len(needs) == 1


def test_what_was_not_measured_is_no_property() -> None:
    row = distribution("a", startup_self_rss_bytes=None, apparent_bytes=0)
    (component,) = bill_of(audit(row))["components"]
    names = {each["name"]: each["value"] for each in component["properties"]}
    assert "footprint:startup_self_rss_bytes" not in names and names["footprint:apparent_bytes"] == "0"


# The verdict, and the one line

STACK = LazyStack("app/embed.py", (), ("fastembed",), ("fastembed",), (), 7 * MIB, None, None)
UNCALLED = entry(stages=(stage("interpreter", 9 * MIB), stage("import", 80 * MIB)), uncalled="main()")
STOPPED = entry(stages=(stage("interpreter", 9 * MIB),), failure=failure("KeyError: 'URL'"))
VERDICTS: dict[str, tuple[Audit, tuple[str, str, str]]] = {
    "it fits, and no request was sent": (
        audit(entries=(READY,), limit=LIMIT, fits=(fit("web", 90), fit("web", 120, "first_use"))),
        (
            "At startup 90.0 of 512.0 MiB fits; after its lazy imports 120.0 fits; no request was sent",
            "MiB on disk in 0 distributions, fits in 1,000.0 MiB",
            "Nothing to remove or to defer was found",
        ),
    ),
    "a stage does not fit": (
        audit(entries=(READY,), limit=LIMIT, fits=(fit("web", 90), fit("web", 577, "calls"))),
        ("after its calls 577.0 DOES NOT FIT", "", ""),
    ),
    "no limit": (
        audit(entries=(READY,)),
        ("Ready 90.0 MiB; no limit is known (--limit 512MiB states one)", "", ""),
    ),
    "a function that was only imported": (
        audit(entries=(UNCALLED,)),
        ("Imported 80.0 MiB; main() was not called; no limit is known (--limit 512MiB states one)", "", ""),
    ),
    "the same against a limit": (
        audit(entries=(UNCALLED,), limit=LIMIT, fits=(fit("web", 80),)),
        ("Once imported 80.0 of 512.0 MiB fits; main() was not called", "", ""),
    ),
    "it does not start": (audit(entries=(STOPPED,)), ("Memory was not measured: KeyError: 'URL'", "", "")),
    "nothing is started": (audit(entries=()), ("No entry point was found, so no memory was measured", "", "")),
    "the tightest of two": (
        audit(entries=(READY, replace(READY, name="job")), limit=LIMIT, fits=(fit("web", 90), fit("job", 600))),
        ("job: At startup 600.0 of 512.0 MiB DOES NOT FIT; no request was sent; 1 other entry below", "", ""),
    ),
    "too much on disk": (
        audit(distribution("a"), limit=Limit(None, MIB // 2, "vercel.json"), disk=disk(site_apparent_bytes=3 * MIB)),
        ("", "3.0 MiB on disk in 1 distribution, DOES NOT FIT in 512.0 KiB", ""),
    ),
    "most of it comes late": (
        audit(disk=disk(site_apparent_bytes=10 * MIB), lazy_stacks=(STACK,)),
        ("", "10.0 MiB on disk in 0 distributions; 7.0 of it only for app/embed.py", ""),
    ),
    "what to do first": (
        audit(
            suggestions=(
                suggestion("matplotlib", disk_bytes=67 * MIB, evidence=(evidence("requirements.txt", 22),)),
                suggestion("b"),
            )
        ),
        ("", "", "Do first: remove matplotlib, requirements.txt:22 (67.0 MiB on disk"),
    ),
}


ALARMING = {
    "a stage does not fit": (0,),
    "it does not start": (0,),
    "the tightest of two": (0,),
    "too much on disk": (1,),
}


@pytest.mark.parametrize("case", VERDICTS)
def test_a_line_that_tells_of_trouble_is_marked(case: str) -> None:
    assert alarming_lines(VERDICTS[case][0]) == ALARMING.get(case, ())


@pytest.mark.parametrize("case", VERDICTS)
def test_the_verdict_comes_first(case: str) -> None:
    value, expected = VERDICTS[case]
    lines = verdict_lines(value)
    assert len(lines) == 3
    for line, words in zip(lines, expected, strict=True):
        assert words in line


def test_a_summary_is_one_line_whatever_the_names_are() -> None:
    text = summary.render(replace(shop(), project="a\nb\x1b[2J"))
    assert text.count("\n") == 1 and text.endswith("\n") and "\x1b" not in text


# The badge

COLOURS = {
    "fits": (audit(entries=(READY,), fits=(fit("web", 90),)), "#2e7d32", "90.0 MiB of 512.0 MiB"),
    "nearly too much": (audit(entries=(READY,), fits=(fit("web", 500),)), "#8a5a00", "500.0 MiB of 512.0 MiB"),
    "too much": (audit(entries=(READY,), fits=(fit("web", 513),)), "#b3261e", "513.0 MiB of 512.0 MiB"),
    "no limit": (audit(entries=(READY,)), "#555", "90.0 MiB at startup"),
    "only imported": (audit(entries=(UNCALLED,)), "#555", "80.0 MiB imported"),
    "it does not start": (audit(entries=(STOPPED,)), "#b3261e", "does not start"),
    "nothing is started": (audit(entries=(), disk=disk(site_apparent_bytes=MIB)), "#555", "1.0 MiB on disk"),
}


@pytest.mark.parametrize("case", COLOURS)
def test_a_badge_shows_the_verdict(case: str) -> None:
    value, colour, words = COLOURS[case]
    picture = badge.render(value)
    assert colour in picture and f">{words}<" in picture


def test_a_badge_is_a_picture_and_nothing_else() -> None:
    picture = ET.fromstring(badge.render(replace(shop(), project=HOSTILE_NAME + "\x00\ud800&é")))
    tags = {each.tag.rpartition("}")[2] for each in picture.iter()}
    assert tags == {"svg", "title", "rect", "g", "text"}
    assert not [name for each in picture.iter() for name in each.attrib if name.startswith("on") or "href" in name]


# The schema


@cache
def validator(kind: str) -> Draft202012Validator:
    schema = make_schema(kind)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(audits())
def test_the_schema_takes_every_audit(value: Audit) -> None:
    assert [error.message for error in validator("audit").iter_errors(json.loads(json_report.render(value)))] == []


REFUSED: dict[str, dict[str, Any]] = {
    "another version": {"schema_version": 2},
    "a figure as text": {"removable_bytes": "7"},
    "a class that there is not": {"distributions": [{"usage": "idle"}]},
    "no list": {"notes": None},
}


@pytest.mark.parametrize("case", REFUSED)
def test_the_schema_refuses(case: str) -> None:
    assert list(validator("audit").iter_errors(json_report.to_json(shop()) | REFUSED[case]))


def test_the_schema_asks_for_every_field() -> None:
    plain = json_report.to_json(shop())
    for name in plain:
        assert list(validator("audit").iter_errors({key: value for key, value in plain.items() if key != name})), name


@pytest.mark.parametrize("kind", KINDS)
def test_there_is_a_schema_of(kind: str) -> None:
    assert "tool" in make_schema(kind)["required"] and validator(kind)


def test_unused_is_told_apart_from_what_runs() -> None:
    rows = [distribution(usage.value, usage) for usage in Usage]
    scopes = {each["name"]: each.get("scope") for each in bill_of(audit(*rows))["components"]}
    assert {name for name, scope in scopes.items() if scope == "required"} == {"startup", "lazy", "implied"}
    assert {name for name, scope in scopes.items() if scope == "excluded"} == {"tests", "typing"}


def test_every_format_ends_its_last_line() -> None:
    assert all(formats.render(name, shop()).endswith("\n") for name in formats.AUDIT)
