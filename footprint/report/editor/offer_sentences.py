"""What a suggestion says as an edit: what it saves, whether it was tried, and why it is not offered."""

from __future__ import annotations

from footprint.model.audit import Suggestion
from footprint.model.edited_lines import OfferedEdit
from footprint.model.trial import TriedChange
from footprint.report.audit.memory_sentences import predicted
from footprint.report.audit.verdict_sentences import DEEDS
from footprint.report.languages.figures import mebibytes, size
from footprint.report.languages.messages import message, say
from footprint.report.languages.stored_sentences import retell
from footprint.report.text.trial_sentences import breakage_words

NOT_FOUND = message("{name} is not found where the audit saw it ({place})")
TOO_LARGE = message("the project is too large to be looked through here; `footprint defer` does it")
UNREADABLE = message("{path} is not a file that can be edited here")


def offer_words(offer: OfferedEdit) -> str:
    """Return what a suggestion asks for, what that saves, and whether it was tried."""
    each = offer.suggestion
    deed = say(DEEDS[each.action], name=each.subject)
    savings = []
    if each.measured_rss_bytes is not None:
        savings.append(say("saves {memory} MiB RSS, measured", memory=mebibytes(each.measured_rss_bytes)))
    elif each.rss_bytes:
        savings.append(say("saves {memory} MiB RSS, predicted", memory=predicted(each.rss_bytes)))
    if each.disk_bytes:
        savings.append(say("frees {size} on disk", size=size(each.disk_bytes)))
    words = ", ".join([*savings, offer.verdict or say("not tried")])
    return f"{deed[:1].upper()}{deed[1:]}: {words}"


def tried_words(change: TriedChange | None) -> str | None:
    """Return what a trial came to, None where there was none."""
    if change is None or change.verdict == "not tried":
        return None
    if change.verdict == "proved":
        return say("tried: it holds")
    if change.verdict == "likely":
        return say("tried: nothing broke, which is no proof yet")
    return say("tried: it saves nothing") if change.verdict == "no gain" else say("tried: it breaks something")


def refused_by_trial(suggestion: Suggestion, change: TriedChange | None) -> str | None:
    """Return why a suggestion should not be followed, by what a trial of it came to; None where nothing speaks."""
    if change is None:
        return say("tried: it breaks something") if suggestion.verdict == "refuted" else None
    if change.breakage is not None:
        return retell(breakage_words(change.breakage))
    if change.verdict in ("breaks", "no gain"):
        return tried_words(change)
    return retell(change.reason) if change.verdict == "not tried" and change.reason else None
