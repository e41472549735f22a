"""A stored audit comes back as the value it was; anything else is refused with a reason."""

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footprint.errors import AuditUnreadable
from footprint.model.audit import SCHEMA_VERSION, Audit, EntryRow, StageRow
from footprint.model.entry_origins import EntryOrigin, read_origin
from footprint.model.runtime import STAGES, Statement
from footprint.report import formats
from footprint.report.audit import json as json_report
from footprint.report.audit import stored, table
from footprint.report.text.view import View
from tests.support.builders import audit, distribution, entry

_T = TypeVar("_T")

# JSON holds no lone surrogate: test_report_golden has a name with one.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
NAMES = st.from_regex(r"\A[A-Za-z_]\w{0,5}(\.\w{1,3})?\Z")  # of modules: a statement is stored as code writes it


ORIGINS = st.sampled_from(("--entry", "console script web", "common name: a.py", "a:7"))
WITH_TEXT: dict[Any, st.SearchStrategy[Any]] = {
    EntryOrigin: st.one_of(TEXT, ORIGINS).map(read_origin),
    Statement: st.builds(Statement, NAMES, st.lists(NAMES, max_size=2).map(tuple)),
}


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for any annotation of the model: a field of a new kind is covered without being named here."""
    if hint in WITH_TEXT:
        return WITH_TEXT[hint]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return st.lists(values_of(arguments[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*map(values_of, arguments))
    if arguments:  # a union with None
        return st.one_of(*map(values_of, arguments))
    if hint is type(None):
        return st.none()
    if hint is EntryRow:
        return entries()
    if isinstance(hint, type) and is_dataclass(hint):
        return builds(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    simple: dict[Any, st.SearchStrategy[Any]] = {
        str: TEXT,
        int: st.integers(-(2**53), 2**53),
        bool: st.booleans(),
    }
    return simple[hint]


def builds(kind: type[_T], **fixed: st.SearchStrategy[Any]) -> st.SearchStrategy[_T]:
    hints = get_type_hints(kind)
    names = [item.name for item in fields(kind)]  # type: ignore[arg-type]
    return st.builds(kind, **{name: fixed[name] if name in fixed else values_of(hints[name]) for name in names})


def entries() -> st.SearchStrategy[EntryRow]:
    """Return entries whose stages are distinct and in order: the contract stores them as a mapping."""
    rows = st.lists(values_of(StageRow), max_size=4, unique_by=lambda row: row.reading.stage)
    return builds(EntryRow, stages=rows.map(lambda found: tuple(sorted(found, key=_stage_order))))


def _stage_order(row: StageRow) -> int:
    return STAGES.index(row.reading.stage)


def audits() -> st.SearchStrategy[Audit]:
    return builds(Audit, schema_version=st.just(SCHEMA_VERSION))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(audits())
def test_what_was_rendered_is_read_back(value: Audit) -> None:
    assert stored.parse(json_report.render(value)) == value


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(audits())
def test_every_format_can_show_any_audit(value: Audit) -> None:
    for name in formats.AUDIT:
        assert formats.render(name, value).endswith("\n")


def test_fields_of_a_later_version_are_passed_over() -> None:
    value = audit(distribution(), entries=(entry(),))
    plain = json_report.to_json(value)
    plain["colour"] = "blue"
    plain["distributions"][0]["mood"] = {"is": "good"}
    plain["entries"][0]["stages"]["ready_and_warm"] = None
    assert stored.parse(json.dumps(plain)) == value


def test_a_field_that_an_earlier_version_did_not_write_takes_its_default() -> None:
    plain = json_report.to_json(audit(distribution()))
    del plain["declared_files"], plain["removable_bytes"]
    read = stored.parse(json.dumps(plain))
    assert (read.declared_files, read.removable_bytes) == ((), 0)


Plain = dict[str, Any]


def changed(change: Callable[[Plain], object]) -> str:
    plain = json_report.to_json(audit(distribution(), entries=(entry(),)))
    change(plain)
    return json.dumps(plain)


MALFORMED = {
    "empty": "",
    "no JSON": "hello",
    "cut off": json_report.render(audit(distribution()))[:-30],
    "a list": "[]",
    "a number": "17",
    "null": "null",
    "an empty object": "{}",
    "deep nesting": "[" * 100_000,
    "another schema": changed(lambda plain: plain.update(schema_version=99)),
    "a schema that is text": changed(lambda plain: plain.update(schema_version="1")),
    "no tool": changed(lambda plain: plain.pop("tool")),
    "a tool that is text": changed(lambda plain: plain.update(tool="footprint")),
    "no distributions": changed(lambda plain: plain.pop("distributions")),
    "distributions that are a number": changed(lambda plain: plain.update(distributions=3)),
    "a distribution that is text": changed(lambda plain: plain.update(distributions=["numpy"])),
    "a name that is a number": changed(lambda plain: plain["distributions"][0].update(name=5)),
    "bytes that are text": changed(lambda plain: plain["distributions"][0].update(apparent_bytes="12")),
    "bytes that are a fraction": changed(lambda plain: plain["distributions"][0].update(apparent_bytes=1.5)),
    "more bytes than there are": changed(lambda plain: plain["distributions"][0].update(apparent_bytes=10**400)),
    "bytes that are true": changed(lambda plain: plain["distributions"][0].update(apparent_bytes=True)),
    "an unknown class": changed(lambda plain: plain["distributions"][0].update(usage="adored")),
    "an unknown confidence": changed(lambda plain: plain["distributions"][0].update(confidence="hopeful")),
    "names that are text": changed(lambda plain: plain["distributions"][0].update(kept_by="numpy")),
    "names that are numbers": changed(lambda plain: plain["distributions"][0].update(kept_by=[1])),
    "parts that are numbers": changed(lambda plain: plain["distributions"][0].update(parts=[1])),
    "evidence without a path": changed(lambda plain: plain["distributions"][0].update(evidence=[{"line": 1}])),
    "a version that must not be null": changed(lambda plain: plain["distributions"][0].update(reason=None)),
    "stages that are a list": changed(lambda plain: plain["entries"][0].update(stages=[])),
    "a stage that is a number": changed(lambda plain: plain["entries"][0]["stages"].update(ready=1)),
    "a stage without a count": changed(lambda plain: plain["entries"][0]["stages"]["import"].pop("distribution_count")),
    "a count that is text": changed(
        lambda plain: plain["entries"][0]["stages"]["import"].update(distribution_count="many")
    ),
    "an environment that is a list": changed(lambda plain: plain.update(environment=[])),
    "entries that are a mapping": changed(lambda plain: plain.update(entries={"a": 1})),
    "a number that is none": '{"schema_version": NaN}',
    "half a character": '{"schema_version": 1, "tool": {"version": "\\ud800"}}',
}


@pytest.mark.parametrize("case", MALFORMED)
def test_anything_else_is_refused(case: str) -> None:
    with pytest.raises(AuditUnreadable) as refused:
        stored.parse(MALFORMED[case])
    assert refused.value.exit_code == 2
    assert "footprint audit" in str(refused.value)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_stored_audit_with_any_one_value_exchanged_is_read_or_refused(data: st.DataObject) -> None:
    plain = json_report.to_json(audit(distribution(), entries=(entry(),)))
    holder: Any = plain
    while True:  # walk to a random place and put something else there
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(holder[key], (dict, list)) or not holder[key] or data.draw(st.booleans()):
            break
        holder = holder[key]
    holder[key] = data.draw(
        st.none() | st.integers() | st.text(max_size=3) | st.lists(st.none(), max_size=1) | st.just({})
    )
    try:
        read = stored.parse(json.dumps(plain))
    except AuditUnreadable:
        return
    for name in formats.AUDIT:
        formats.render(name, read)


def test_memory_of_an_audit_stored_before_there_were_stacks_is_told_by_part() -> None:
    plain = json.loads(json_report.render(audit(entries=(entry(),))))
    del plain["entries"][0]["stacks"]
    whole = table.render(stored.parse(json.dumps(plain)), View(top=0))
    (words,) = [line for line in whole.splitlines() if "RSS by" in line]
    assert words.strip() == "RSS by part in MiB: interpreter 10.0, pkg 20.0"
