"""What every format says of deferrals, in the same words and rounding; only the layout differs."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.model.deferrals import Deferrals, TakenDeferral
from footprint.report.audit.memory_sentences import PREDICTION_WORDS, predicted
from footprint.report.text.phrases import place
from footprint.report.text.trial_sentences import TRIED_TOGETHER, trial_lines
from footprint.report.trim.change_page import ChangePage
from footprint.units import few, places, size

NOTHING = "Nothing to defer: no import was found that only functions use and that saves memory at startup."
NOT_MEASURED = "Nothing is proposed: what a deferral saves is only known from a measured start."
NOT_TRIED = (
    "Not tried: nothing was started with these changes. A deferred import runs when a function is first called, which "
    "a start alone does not show: start the application, call it and run its tests before you deploy it."
)
_FORMS = {
    "move": "",
    "lazy": "written as `lazy import`, since every supported Python knows it",
    "listed": "named in __lazy_modules__, which older supported versions of Python do not read",
}


def page(deferrals: Deferrals) -> ChangePage:
    """Return all that is said of deferrals."""
    return ChangePage(
        title=f"Deferrals of {deferrals.project} as changes of its modules",
        header=("Deferral", "RSS MiB", "Confidence", "Imports", "Where to", "Why"),
        alignment="lrllll",
        rows=_deferral_rows(deferrals),
        total=_total(deferrals),
        lists=(
            (TRIED_TOGETHER, trial_lines(deferrals.trial) if deferrals.trial is not None else ()),
            ("Left alone", _left_lines(deferrals)),
            ("To keep it so, in pyproject.toml", guard_lines(deferrals)),
        ),
        files=deferrals.files,
    )


def _deferral_rows(deferrals: Deferrals) -> list[tuple[str, ...]]:
    return [
        (
            item.distribution,
            predicted(item.rss_bytes),
            item.confidence,
            places((each.path, each.line) for each in item.imports),
            _where(item, deferrals),
            item.reason,
        )
        for item in deferrals.deferrals
    ]


def _where(item: TakenDeferral, deferrals: Deferrals) -> str:
    if deferrals.form != "move":
        return _FORMS[deferrals.form]
    functions = dict.fromkeys(f"{name}()" for each in item.imports for name in each.functions)
    return few(tuple(functions)) + (
        ", a copy for type checkers" if any(each.for_types for each in item.imports) else ""
    )


def _total(deferrals: Deferrals) -> Iterator[str]:
    """Yield what all of it saves, and how sure that is."""
    if not deferrals.deferrals:
        yield NOTHING if deferrals.is_measured else NOT_MEASURED
        return
    for saving in deferrals.together:
        yield f"Together they save {size(saving.rss_bytes)} of the start of {saving.entry}, predicted"
    if not deferrals.together:
        yield "What they save together was not predicted: only some of what the audit proposes is taken"
    yield f"{PREDICTION_WORDS}."
    if deferrals.trial is None:
        yield NOT_TRIED


def _left_lines(deferrals: Deferrals) -> Iterator[str]:
    for each in deferrals.left:
        where = place(each.path, each.line, ": ")
        at = "" if each.place == f"{each.path}:{each.line}" or each.place in each.message else f" ({each.place})"
        yield f"{where}{each.distribution} stays: {each.message}{at}"


def guard_lines(deferrals: Deferrals) -> Iterator[str]:
    """Yield what keeps the deferred libraries out of the start from now on."""
    if deferrals.guard:
        names = ", ".join(f'"{name}"' for name in deferrals.guard)
        yield f"forbid-at-startup = [{names}] under [tool.footprint]: `footprint check` fails when one is loaded again"
        if deferrals.form == "move":  # a lazy import stands at the top of its module
            yield f"banned-module-level-imports = [{names}] under [tool.ruff.lint.flake8-tidy-imports]: ruff's TID253"
