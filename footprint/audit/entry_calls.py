"""What is called of which entry once it is ready: requests of what serves, functions of jobs and workers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from footprint.config.call_texts import parse_call, parse_request, read_event
from footprint.config.options import StartOptions, TargetOptions
from footprint.errors import UsageError
from footprint.model.note import Note
from footprint.model.requested_calls import AUTO, READING, Call, Request
from footprint.model.source_modules import EntryPoint

EntryCalls = Mapping[str, tuple[Call, ...]]  # by name of the entry


def choose_calls(
    target: TargetOptions, given: StartOptions, entries: Sequence[EntryPoint]
) -> tuple[EntryCalls, tuple[Note, ...]]:
    """Return the calls of each entry, and what to say of those that nobody is asked.

    Raises: UsageError for one that cannot be read, and for an entry that there is not.
    """
    event = read_event(given.event) if given.event is not None else None
    asked: list[Call] = [parse_request(text, target.project) for text in given.requests if text != AUTO]
    asked += [parse_call(text, target.project, event) for text in given.calls]
    known = {entry.name for entry in entries}
    if unknown := next((call.entry for call in asked if call.entry and call.entry not in known), None):
        raise UsageError(f"{unknown}: there is no such entry; there are {', '.join(sorted(known))}")
    found = {entry.name: tuple(_of_entry(entry, asked, entries, given)) for entry in entries}
    return found, tuple(_unasked(asked, found, given))


def _of_entry(
    entry: EntryPoint, asked: Sequence[Call], entries: Sequence[EntryPoint], given: StartOptions
) -> Iterator[Call]:
    jobs = [each.name for each in entries if each.role != "web"]
    for call in asked:
        if isinstance(call, Request):
            is_for = has_application(entry) and (call.method in READING or given.allow_writes)
        else:
            is_for = bool(call.entry) or entry.name in (jobs[:1] or [entries[0].name])
        if is_for and call.entry in ("", entry.name):
            yield call


def has_application(entry: EntryPoint) -> bool:
    """Whether an entry names an object that answers requests."""
    return entry.role == "web" and bool((entry.serves or entry).attribute)


def _unasked(asked: Sequence[Call], found: EntryCalls, given: StartOptions) -> Iterator[Note]:
    for call in asked:
        if any(call in calls for calls in found.values()):
            continue
        if isinstance(call, Request) and call.method not in READING and not given.allow_writes:
            if not given.live:
                yield Note("call-not-done", f"{call.name}: not sent, it may write: --allow-writes sends it")
        elif found and not given.live:
            yield Note("call-not-done", f"{call.name}: not sent, no entry names an application: --live sends it")
