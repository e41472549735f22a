"""What reports say of a call that was done many times: what its memory does, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.model.memory_rows import RepeatedCall
from footprint.model.runtime import CacheGrowth
from footprint.report.languages.figures import localise, mebibytes, size, whole
from footprint.report.languages.messages import count_of, message, say
from footprint.report.languages.stored_sentences import retell
from footprint.report.text.phrases import place
from footprint.units import MIB

_WORTH_BYTES, _WORTH_RATIO = 3 * MIB, 0.15
_NAMED = 3
_RISING = ("still-rising", "rising-python", "rising")
_ENDS = {
    "failed": message("call {next} failed: {reason}{at}"),
    "crashed": message("call {next} crashed: {reason}"),
    "hung": message("call {next} did not come to an end"),
    "time": message("the time was over ({each} a call): --timeout gives more"),
    "unread": message("its memory could not be read any more"),
}


def repeat_words(call: RepeatedCall) -> str:
    """Return what a call came to that was done many times, as one clause."""
    times = say("{times} in a row: {outcome}", times=count_of(call.done_count, "time"), outcome=_kind_words(call))
    return "; ".join([times, *_more(call)])


def _kind_words(call: RepeatedCall) -> str:
    low, high = _kib(call.slope_low_bytes), _kib(call.slope_high_bytes)
    slope = say("{slope} KiB a call (95 %: {low} to {high})", slope=_kib(call.slope_bytes), low=low, high=high)
    match call.kind:
        case "flat":
            return say("flat")
        case "fills":
            grown = size(call.grown_bytes)
            return say("fills, {size} until call {number}, then flat", size=grown, number=call.filled_count)
        case "allocator":
            words = message("rises by {slope} in what malloc takes and does not give out; what is in use does not")
        case "still-rising" if call.caches:
            words = message("still rising by {slope}")
        case "still-rising":
            words = message("still rising by {slope}; a cache that fills looks the same")
        case "rising-python" if call.path and call.end != "failed":
            words = message("rises by {slope}: Python objects, most of them made at {place}")
            return say(words, slope=slope, place=place(call.path, call.line))
        case "rising-python":
            words = message("rises by {slope}: Python objects")
        case "rising-c":
            words = message("rises by {slope}: taken in C, not by Python objects")
        case "rising" if call.traced_percent is None:
            words = message("rises by {slope}: by what was not followed")
        case "rising":
            words = message("rises by {slope}: {percent} % by Python objects; what the rest is cannot be told")
            return say(words, slope=slope, percent=call.traced_percent)
        case _:
            return _untold(call)
    return say(words, slope=slope)


def _untold(call: RepeatedCall) -> str:
    if call.slope_bytes is None:
        return say("too few to tell anything")
    words = message("goes up and down, {low} to {high} KiB a call: not told")
    return say(words, low=_kib(call.slope_low_bytes), high=_kib(call.slope_high_bytes))


def _more(call: RepeatedCall) -> Iterator[str]:
    """Yield why it ended before its time, and what is no growth but is there."""
    if call.kind in _RISING:
        yield from map(_cache_words, call.caches[:_NAMED])
    if call.end in _ENDS:
        at = say(" at {place}", place=place(call.path, call.line)) if call.path else ""
        each = localise(f"{(call.time_us or 0) / 1e6:.1f} s")
        reason = retell(call.message or "")
        yield say(_ENDS[call.end], next=call.done_count + 1, reason=reason, at=at, each=each)
    if (call.kept_by_allocator_bytes or 0) >= max(_WORTH_BYTES, _WORTH_RATIO * (call.floor_bytes or 0)):
        yield say("malloc keeps {memory} MiB that is free", memory=mebibytes(call.kept_by_allocator_bytes))
    if (call.waiting_for_collector_bytes or 0) >= _WORTH_BYTES:
        waiting = mebibytes(call.waiting_for_collector_bytes)
        yield say("up to {memory} MiB of garbage wait for the collector", memory=waiting)


def _cache_words(cache: CacheGrowth) -> str:
    figures = {"name": cache.name, "before": whole(cache.before_count), "after": whole(cache.after_count)}
    if cache.most_count is None:
        return say("the cache {name}, which has no limit, went from {before} to {after} entries", **figures)
    words = message("the cache {name} went from {before} to {after} of its {most} entries")
    return say(words, **figures, most=whole(cache.most_count))


def _kib(count_bytes: int | None) -> str:
    return "-" if count_bytes is None else localise(f"{count_bytes / 1024:,.1f}")
