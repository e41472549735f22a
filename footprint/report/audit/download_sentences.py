"""What a lock file says of the host's limit on code, where nothing is installed: a range, and what that proves."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.model.audit import Audit
from footprint.model.environment_facts import DownloadTotal
from footprint.report.audit.memory_sentences import TOO_MUCH
from footprint.report.languages.figures import size
from footprint.report.languages.messages import count_of, few, message, say
from footprint.report.languages.stored_sentences import retell

_NAMED = 5


def exceeds_by_lock(audit: Audit) -> bool:
    """Whether the least that the lock file lets expect is more than the host allows."""
    total, limit = audit.disk.downloads, audit.limit.disk_bytes if audit.limit is not None else None
    least = total.unpacked_least_bytes if total is not None else None
    return limit is not None and least is not None and least > limit


def download_verdict(audit: Audit) -> str:
    """Return what follows the word that nothing was weighed: the range by the lock file, against the limit."""
    total = audit.disk.downloads
    if total is None or total.unpacked_least_bytes is None:
        return ""
    words = say("; by {lock} an estimated {range} unpacked", lock=few(total.lock_files), range=_range(total))
    return f"{words}, {_judged(audit, total)}" if _judged(audit, total) else words


def download_lines(audit: Audit) -> Iterator[str]:
    """Yield what the lock file pins for deployment: downloads, unpacked size as a range, the limit on code."""
    total = audit.disk.downloads
    if total is None:
        return
    of = count_of(total.distribution_count, "distribution")
    figures = {"lock": few(total.lock_files), "distributions": of}
    if total.least_bytes is None:
        yield say("{lock} pins {distributions} for deployment and has no size of any of them", **figures)
        return
    words = message("{lock} pins {distributions} for deployment: {size} to download")
    unsure = message("{lock} pins {distributions} for deployment: at least {size} to download")
    yield say(words if total.most_bytes == total.least_bytes else unsure, **figures, size=size(total.least_bytes))
    if total.unknown:
        yield say("Not in that, since the lock has no size: {names}", names=few(total.unknown, _NAMED))
    if total.unpacked_least_bytes is None:
        return
    yield say(
        "Unpacked an estimated {range}: between the least and the most that wheels came to ({source})",
        range=_range(total),
        source=total.estimated_by,
    )
    if (judged := _judged(audit, total)) and audit.limit is not None:
        yield say(
            "Code size by the lock, estimated: {judged} ({source})", judged=judged, source=retell(audit.limit.source)
        )


def _range(total: DownloadTotal) -> str:
    least = size(total.unpacked_least_bytes)
    if total.unpacked_most_bytes is None:
        return say("{least} or more", least=least)
    return say("{least} to {most}", least=least, most=size(total.unpacked_most_bytes))


def _judged(audit: Audit, total: DownloadTotal) -> str:
    """Return whether that fits; empty where no limit on code is known."""
    limit = audit.limit.disk_bytes if audit.limit is not None else None
    if limit is None:
        return ""
    if exceeds_by_lock(audit):
        return say("{fits} in {size}", fits=say(TOO_MUCH), size=size(limit))
    if total.unpacked_most_bytes is not None and total.unpacked_most_bytes <= limit:
        return say("{fits} in {size}", fits=say("fits"), size=size(limit))
    return say("which may or may not fit in {size}", size=size(limit))
