"""What to do: each suggestion with its worth, what to change where, and what a trial said of it; a script adds sums."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.model.audit import Audit, Suggestion
from footprint.report.audit.verdict_sentences import deed_of
from footprint.report.languages.messages import message, say
from footprint.report.languages.stored_sentences import retell
from footprint.report.page.section_html import excerpt
from footprint.report.page.tags import escape, paragraphs, path_text, tag
from footprint.report.text.phrases import place

_VERDICTS = {
    "not verified": message("not tried: footprint audit --verify fast does it"),
    "confirmed": message("tried: it works without"),
    "refuted": message("tried: it breaks something"),
}
_EFFORTS = {"low": message("low effort"), "medium": message("medium effort"), "high": message("high effort")}


def suggestions_html(audit: Audit) -> str:
    """Return the suggestions, those first that are worth most, but for what the project does not want to be told."""
    combined = audit.what_if.choices if audit.what_if is not None else ()
    shown = [(number, each) for number, each in enumerate(audit.suggestions) if not each.suppressed]
    if not shown:
        return paragraphs([say("Nothing to remove or to defer was found")], "empty")
    items = (_item(audit, number, each, number in combined) for number, each in shown)
    return tag("div", class_="sums", id="sums", aria_live="polite", hidden=True) + tag("ol", *items, class_="deeds")


def _item(audit: Audit, number: int, each: Suggestion, can_be_ticked: bool) -> str:
    head = tag("label", _box(number) if can_be_ticked else "", tag("strong", path_text(deed_of(each))))
    facts = [each.code, say(_EFFORTS[each.effort]), say(_VERDICTS[each.verdict])]
    body = [tag("p", escape(" · ".join(facts)), class_=f"facts v-{each.verdict.replace(' ', '-')}")]
    body.append(tag("p", path_text(retell(each.detail))))
    body += [tag("p", path_text(line), class_="broken") for line in _broken(audit, each)]
    text = "\n".join(_change(audit, each))
    if text:
        summary = tag("summary", escape(say("The change")))
        body.append(tag("details", summary, excerpt(text, f"deed-{number}")))
    return tag("li", head, *body, id=f"deed-{number}")


def _box(number: int) -> str:
    return tag("input", type="checkbox", value=number, class_="tick", hidden=True)


def _broken(audit: Audit, each: Suggestion) -> Iterator[str]:
    """Yield what a trial of it broke, or why it was not tried."""
    for change in audit.trial.changes if audit.trial is not None else ():
        if (change.kind, change.subject) != (each.action, each.subject):
            continue
        if change.breakage is not None:
            where = place(change.breakage.path, change.breakage.line)
            yield say("It breaks: {message}", message=retell(change.breakage.message)) + (
                f" ({where})" if where else ""
            )
        elif change.reason:
            yield say("Why it was not tried: {reason}", reason=retell(change.reason))


def _change(audit: Audit, each: Suggestion) -> Iterator[str]:
    """Yield the lines that change, as they stand in their files, then the steps of a replacement."""
    file = ""
    for line in each.lines:
        if line.file != file:
            yield f"# {line.file}"
            file = line.file
        row = audit.row(line.name)
        raw = (
            next((at.raw for at in row.declared if (at.file, at.line) == (line.file, line.line)), None) if row else None
        )
        yield f"{'~' if line.extras or line.moves else '-'} {raw if raw is not None else line.name}  (:{line.line})"
    if each.action == "defer":
        for item in each.evidence:
            yield f"{place(item.path, item.line)}"
        yield "footprint defer"
    yield from each.steps
