"""What reports say of a start that failed: where, what it has not got, and what to type."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from footprint.model.audit import Audit
from footprint.model.runtime import Cause, Failure, NeededSetting, last_said
from footprint.names import normalise, top_level
from footprint.report.audit.memory_sentences import STOPPED
from footprint.report.text.phrases import count_of
from footprint.units import few

_MOST_NAMED = 20
_LONGEST_MESSAGE = 200  # where the line below it says the same of every setting


def failure_lines(failure: Failure, audit: Audit | None = None) -> list[str]:
    """Return where a start stopped and why, and what to do where that can be told."""
    if failure.kind == "untrusted":
        return [failure.message]
    at = f" at {failure.path}:{failure.line}" if failure.path else ""
    under_way = f", while importing {' > '.join(failure.under_way[-4:])}" if failure.under_way else ""
    message = failure.message
    if failure.cause is not None and failure.cause.settings and len(message) > _LONGEST_MESSAGE:
        message = f"{message[:_LONGEST_MESSAGE].rstrip()} ..."
    lines = [f"{STOPPED} in stage {failure.stage}{at}: {message}{under_way}"]
    if failure.cause is not None:
        return [*lines, *_cause_lines(failure.cause, audit)]
    return [*lines, *last_said(failure.stderr_tail, failure.message)]


def _cause_lines(cause: Cause, audit: Audit | None) -> Iterator[str]:
    places = few(list(cause.places))
    match cause.kind:
        case "settings":
            yield from _settings_lines(cause.settings)
        case "server":
            at = f" at {cause.subject}" if cause.subject else ""
            known = f" ({places} describes one)" if places else ""
            yield (
                f"the start needs a server{at}, and none answers here: start it{known}, name another with --set, "
                "or connect when the first request needs it"
            )
        case "file":
            example = f": copy {places}" if places else ", or name another with --set"
            yield f"the start needs the file {cause.subject}, which is not there: make it{example}"
        case "folder" if cause.places:
            yield (
                f"{cause.subject} is there as seen from {places}: the start runs in another folder. Say so in its "
                f"command (`cd {cause.places[0]} && ...`), or audit that folder alone"
            )
        case "distribution":
            yield _distribution_words(cause.subject, audit)


def _settings_lines(settings: tuple[NeededSetting, ...]) -> Iterator[str]:
    shown = [f"{each.name} ({each.path}:{each.line})" if each.path else each.name for each in settings]
    yield f"the start needs {count_of(len(settings), 'setting')} that it has not got: {few(shown, _MOST_NAMED)}"
    examples = [f"{each.name} {', '.join(each.examples)}" for each in settings if each.examples]
    if examples:
        yield f"examples: {few(examples, _MOST_NAMED)}"
    files = dict.fromkeys(each.env_file for each in settings if each.env_file)
    words = [f"--env-file {shlex.quote(file)}" for file in files]
    words += [f"--set {each.name}=..." for each in settings[:_MOST_NAMED] if not each.env_file]
    yield f"to measure it: `footprint audit {' '.join(words)}`"


def _distribution_words(module: str, audit: Audit | None) -> str:
    name = normalise(top_level(module))
    row = audit.row(name) if audit is not None else None
    absent = [each.name for each in audit.distributions if each.declared and each.version is None] if audit else []
    declared = f"; declared and not installed: {few(absent)}" if absent else ""
    if row is not None and row.declared:
        declared = f"; {row.declared[0].file}:{row.declared[0].line} declares it"
    return (
        f"{top_level(module)} is not installed in this environment{declared}: install what the project declares, "
        "or name the environment that has it with --env"
    )
