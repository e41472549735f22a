"""What to do: each suggestion with its worth, what to change where, and what a trial said of it; a script adds sums."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from footprint.model.audit import Audit, Suggestion
from footprint.model.trial import Trial, TrialVerdict, TriedChange
from footprint.report.audit.verdict_sentences import deed_of
from footprint.report.languages.messages import message, say
from footprint.report.languages.stored_sentences import retell
from footprint.report.page.section_html import excerpt
from footprint.report.page.tags import escape, paragraphs, path_text, tag
from footprint.report.text.phrases import place
from footprint.values import dataclass

_UNTRIED = message("not tried: footprint audit --verify fast does it")
_VERDICTS: Mapping[TrialVerdict, str] = {
    "proved": message("tried: it works"),
    "likely": message("tried: it works by its start; only a command or a request that calls it would prove it"),
    "breaks": message("tried: it breaks something"),
    "no gain": message("tried: it works, and saves less than half a MiB"),
    "not tried": message("not tried"),
}
_OF_STORED: Mapping[str, TrialVerdict] = {"confirmed": "proved", "refuted": "breaks"}
_EFFORTS = {"low": message("low effort"), "medium": message("medium effort"), "high": message("high effort")}


@dataclass(frozen=True, slots=True)
class _Known:
    """What is looked up for every suggestion."""

    lines: Mapping[tuple[str, str, int], str]  # name, file, line -> as it stands there
    trial: Trial | None
    combined: Collection[int]

    @classmethod
    def of(cls, audit: Audit) -> _Known:
        lines = {(row.name, at.file, at.line): at.raw for row in audit.distributions for at in row.declared}
        return cls(lines, audit.trial, frozenset(audit.what_if.choices if audit.what_if is not None else ()))


def suggestions_html(audit: Audit) -> str:
    """Return the suggestions, those first that are worth most, but for what the project does not want to be told."""
    known = _Known.of(audit)
    shown = [(number, each) for number, each in enumerate(audit.suggestions) if not each.suppressed]
    if not shown:
        return paragraphs([say("Nothing to remove or to defer was found")], "empty")
    items = (_item(known, number, each) for number, each in shown)
    return tag("div", class_="sums", id="sums", aria_live="polite", hidden=True) + tag("ol", *items, class_="deeds")


def _item(known: _Known, number: int, each: Suggestion) -> str:
    box = tag("input", type="checkbox", value=number, class_="tick", hidden=True) if number in known.combined else ""
    change = known.trial.change_of(each.action, each.subject) if known.trial is not None else None
    verdict = change.verdict if change is not None else _OF_STORED.get(each.verdict)
    tried = say(_UNTRIED) if verdict is None else say(_VERDICTS[verdict])
    facts = escape(" · ".join((each.code, say(_EFFORTS[each.effort]), tried)))
    body = [
        tag("label", box, tag("strong", path_text(deed_of(each)))),
        tag("p", facts, class_=f"facts v-{verdict or 'none'}".replace(" ", "-")),
        tag("p", path_text(retell(each.detail))),
    ]
    if why := _why(change):
        body.append(tag("p", path_text(why), class_="broken"))
    if text := "\n".join(_change(known, each)):
        summary = tag("summary", escape(say("The change")))
        body.append(tag("details", summary, excerpt(text, f"deed-{number}")))
    return tag("li", *body, id=f"deed-{number}")


def _why(change: TriedChange | None) -> str:
    """Return what a trial broke, or why it was not tried; nothing where it went well."""
    if change is None:
        return ""
    if change.breakage is not None:
        where = place(change.breakage.path, change.breakage.line)
        said = say("It breaks: {message}", message=retell(change.breakage.message))
        return f"{said} ({where})" if where else said
    return say("Why it was not tried: {reason}", reason=retell(change.reason)) if change.reason else ""


def _change(known: _Known, each: Suggestion) -> Iterator[str]:
    """Yield the lines that change, as they stand in their files, then the steps of a replacement."""
    file = ""
    for line in each.lines:
        if line.file != file:
            yield f"# {line.file}"
            file = line.file
        raw = known.lines.get((line.name, line.file, line.line), line.name)
        yield f"{'~' if line.extras or line.moves else '-'} {raw}  (:{line.line})"
    if each.action == "defer":
        yield from (place(item.path, item.line) for item in each.evidence)
        yield "footprint defer"
    yield from each.steps
