"""What to do, in detail: each step with its place, effort, and saving, measured where it was tried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from footprint.model.audit import Audit, Suggestion
from footprint.model.trial import Trial, TrialVerdict
from footprint.report.audit.decision_section import ADVICE_WORDS
from footprint.report.audit.memory_sentences import predicted
from footprint.report.audit.suggestion_sentences import explain_suggestions, shown_suggestions, together_lines
from footprint.report.languages.class_words import confidence_word
from footprint.report.languages.figures import mebibytes
from footprint.report.languages.messages import few, message, say
from footprint.report.languages.stored_sentences import retell
from footprint.report.text.phrases import place
from footprint.report.text.section import Block, Grid, Heading, Section, Sentences
from footprint.report.text.view import View

_EFFORTS: Mapping[str, str] = {"low": message("low"), "medium": message("medium"), "high": message("high")}
_VERDICTS: Mapping[TrialVerdict, str] = {
    "proved": message("it works"),
    "likely": message("it works as far as it was tried"),
    "no gain": message("it works and saves nothing"),
    "breaks": message("it breaks"),
    "not tried": message("not tried"),
}
_OF_STORED: Mapping[str, TrialVerdict] = {"confirmed": "proved", "refuted": "breaks", "not verified": "not tried"}
_IN_CODE = ("defer", "split")  # actions of which the place alone does not say what to do
_SHOWN, _PLACES, _OTHERS = 25, 3, 1


def advice_section(audit: Audit, view: View) -> Section:
    """Return every suggestion as a row, in the order of the audit: what is worth most to the limit first."""
    shown = shown_suggestions(audit)
    if not shown:
        return Section("actions", say("What to do"), empty=say("Nothing to remove or to defer was found"))
    most = None if view.top == 0 else _SHOWN
    blocks = advice_blocks(shown[:most], len(shown), audit.trial)
    grid, *steps = blocks
    return Section("actions", say("What to do"), (grid, *_together(audit), *steps), remarks=tuple(_remarks(audit)))


def _together(audit: Audit) -> tuple[Block, ...]:
    lines = together_lines(audit)
    return (Sentences(lines),) if lines else ()


def advice_blocks(shown: Sequence[Suggestion], count: int, trial: Trial | None) -> Iterator[Block]:
    """Yield the table, and the steps of those that need more than one."""
    headings = (
        *(Heading("", "figure"), Heading(say("What"), "text"), Heading(say("Where"), "text")),
        *(Heading(say("Disk MiB"), "figure"), Heading(say("RSS MiB"), "figure")),
        *(Heading(say("Effort"), "text"), Heading(say("How sure"), "text")),
        *((Heading(say("Tried"), "text"),) if trial is not None else ()),
    )
    left = count - len(shown)
    rest = (say("and {count} more, each worth less (`--top 0` shows all)", count=left),) if left > 0 else ()
    yield Grid(headings, tuple(_cells(number, each, trial) for number, each in enumerate(shown, start=1)), rest)
    if moves := [(number, each) for number, each in enumerate(shown, start=1) if each.action in _IN_CODE]:
        lines = tuple(f"{number}: {retell(each.detail)}" for number, each in moves)
        yield Sentences(lines, heading=say("What changes in the code"))
    for number, each in enumerate(shown, start=1):
        if each.steps:
            name = f"{number}. {say(ADVICE_WORDS[each.action])}: {each.subject}"
            yield Sentences(tuple(retell(step) for step in each.steps), heading=name)


def _cells(number: int, each: Suggestion, trial: Trial | None) -> tuple[str, ...]:
    others = [name for name in each.distributions if name != each.distribution]
    what = f"{say(ADVICE_WORDS[each.action])}: {each.subject}"
    if others:
        what = say("{what}, with {others}", what=what, others=few(others, _OTHERS))
    return (
        *(str(number), f"{each.code} {what}", _where(each)),
        *(mebibytes(each.disk_bytes), _memory(each), say(_EFFORTS[each.effort])),
        *(confidence_word(each.confidence), *((_tried(each, trial),) if trial is not None else ())),
    )


def _tried(each: Suggestion, trial: Trial) -> str:
    """Return what came of trying one: by the trial of it, which knows more than the suggestion has room for."""
    change = trial.change_of(each.action, each.subject)
    return say(_VERDICTS[change.verdict if change is not None else _OF_STORED[each.verdict]])


def _where(each: Suggestion) -> str:
    places = [place(line.file, line.line) for line in each.lines if not line.compiled]
    places += [place(item.path, item.line) for item in each.evidence]
    return few(list(dict.fromkeys(places)), _PLACES) or "-"


def _memory(each: Suggestion) -> str:
    if each.measured_rss_bytes is not None:
        return say("{memory}, measured", memory=mebibytes(each.measured_rss_bytes))
    return predicted(each.rss_bytes) if each.rss_kind == "predicted" else mebibytes(each.rss_bytes)


def _remarks(audit: Audit) -> Iterator[str]:
    yield explain_suggestions(audit)
    yield say("Effort: low is one place, medium is several or code that goes with it, high is code to rewrite.")
