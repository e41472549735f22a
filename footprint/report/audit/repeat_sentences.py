"""What reports say of a call that was done many times: what its memory does, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.model.memory_rows import RepeatedCall
from footprint.model.runtime import CacheGrowth
from footprint.report.text.phrases import count_of, place
from footprint.units import MIB, mebibytes, size

_WORTH_BYTES, _WORTH_RATIO = 3 * MIB, 0.15
_NAMED = 3
_RISING = ("still-rising", "rising-python", "rising")
_ENDS = {
    "failed": "call {next} failed: {message}{at}",
    "crashed": "call {next} crashed: {message}",
    "hung": "call {next} did not come to an end",
    "time": "the time was over ({each} a call): --timeout gives more",
    "unread": "its memory could not be read any more",
}


def repeat_words(call: RepeatedCall) -> str:
    """Return what a call came to that was done many times, as one clause."""
    return "; ".join([f"{count_of(call.done_count, 'time', 'times')} in a row: {_kind_words(call)}", *_more(call)])


def _kind_words(call: RepeatedCall) -> str:
    slope = f"{_kib(call.slope_bytes)} KiB a call (95 %: {_kib(call.slope_low_bytes)} to {_kib(call.slope_high_bytes)})"
    match call.kind:
        case "flat":
            return "flat"
        case "fills":
            return f"fills, {size(call.grown_bytes)} until call {call.filled_count}, then flat"
        case "allocator":
            return f"rises by {slope} in what malloc takes and does not give out; what is in use does not"
        case "still-rising":
            return f"still rising by {slope}{'' if call.caches else '; a cache that fills looks the same'}"
        case "rising-python":
            made = f", most of them made at {place(call.path, call.line)}" if call.path and call.end != "failed" else ""
            return f"rises by {slope}: Python objects{made}"
        case "rising-c":
            return f"rises by {slope}: taken in C, not by Python objects"
        case "rising":
            return f"rises by {slope}: {_unknown_cause(call.traced_percent)}"
        case _:
            return _untold(call)


def _unknown_cause(traced_percent: int | None) -> str:
    if traced_percent is None:
        return "by what was not followed"
    return f"{traced_percent} % by Python objects; what the rest is cannot be told"


def _untold(call: RepeatedCall) -> str:
    if call.slope_bytes is None:
        return "too few to tell anything"
    return f"goes up and down, {_kib(call.slope_low_bytes)} to {_kib(call.slope_high_bytes)} KiB a call: not told"


def _more(call: RepeatedCall) -> Iterator[str]:
    """Yield why it ended before its time, and what is no growth but is there."""
    if call.kind in _RISING:
        yield from map(_cache_words, call.caches[:_NAMED])
    if call.end in _ENDS:
        at = f" at {place(call.path, call.line)}" if call.path else ""
        each = f"{(call.time_us or 0) / 1e6:.1f} s"
        yield _ENDS[call.end].format(next=call.done_count + 1, message=call.message, at=at, each=each)
    if (call.kept_by_allocator_bytes or 0) >= max(_WORTH_BYTES, _WORTH_RATIO * (call.floor_bytes or 0)):
        yield f"malloc keeps {mebibytes(call.kept_by_allocator_bytes)} MiB that is free"
    if (call.waiting_for_collector_bytes or 0) >= _WORTH_BYTES:
        yield f"up to {mebibytes(call.waiting_for_collector_bytes)} MiB of garbage wait for the collector"


def _cache_words(cache: CacheGrowth) -> str:
    grown = f"{cache.before_count:,} to {cache.after_count:,}"
    if cache.most_count is None:
        return f"the cache {cache.name}, which has no limit, went from {grown} entries"
    return f"the cache {cache.name} went from {grown} of its {cache.most_count:,} entries"


def _kib(count_bytes: int | None) -> str:
    return "-" if count_bytes is None else f"{count_bytes / 1024:,.1f}"
