"""What is wrong or doubtful: findings, requirements that are not met, notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from footprint.knowledge.codes import CLASS_CODES
from footprint.model.audit import Audit, Finding
from footprint.model.rule import Severity
from footprint.pairs import group_pairs
from footprint.report.audit.environment_sentences import note_words
from footprint.report.audit.suggestion_sentences import shown_suggestions
from footprint.report.languages.messages import count_of, few, message, say
from footprint.report.languages.stored_sentences import retell
from footprint.report.text.phrases import place
from footprint.report.text.section import Section
from footprint.report.text.view import View

_PIN, _FEW_PINS = CLASS_CODES["transitive"], 3
_KINDS: Mapping[str, str] = {
    "missing": message("missing: {name} requires {requirement}"),
    "conflict": message("conflict: {name} requires {requirement}"),
    "unparsable": message("unparsable: {name} requires {requirement}"),
}


def findings_section(audit: Audit, _: View) -> Section:
    """Return what is wrong with the declarations and is not said by a suggestion, and how much there is of it."""
    summary = finding_summary(audit) or ""
    return Section.of_lines("findings", say("Findings"), finding_lines(audit), empty=summary, remarks=(summary,))


def findings_brief(audit: Audit, _: View) -> Section:
    """Return what is wrong, with one line for all pins of a file: they are many, and weigh nothing."""
    lines, summary = finding_lines(audit, few_pins=1), finding_summary(audit) or ""
    return Section.of_lines("findings", say("Findings"), lines, empty=summary, remarks=(summary,))


def problems_section(audit: Audit, _: View) -> Section:
    """Return the requirements that the environment does not meet."""
    return Section.of_lines("problems", say("Requirements not met"), problem_lines(audit))


def notes_section(audit: Audit, _: View) -> Section:
    """Return what could not be read or is to be known, as far as no other part says it."""
    return Section.of_lines(
        "notes", say("Notes"), tuple(note_words(note) for note in audit.notes if note.about is None)
    )


def finding_lines(audit: Audit, few_pins: int = _FEW_PINS) -> tuple[str, ...]:
    """Return a line per finding that no suggestion says; more than a few pins of one file share a line."""
    suggested = {suggestion.code for suggestion in audit.suggestions}
    found = [each for each in audit.findings if not each.suppressed and each.code not in suggested]
    lines = [_finding_line(finding) for finding in found if finding.code != _PIN]
    for path, pins in group_pairs((finding.path, finding) for finding in found if finding.code == _PIN).items():
        if len(pins) <= few_pins:
            lines += map(_finding_line, pins)
            continue
        names = few([finding.distribution or "" for finding in pins])
        words = say("{count} lines only pin what others require anyway: {names}", count=len(pins), names=names)
        lines.append(f"{_PIN} {path}: {words}")
    return tuple(lines)


def finding_summary(audit: Audit) -> str | None:
    """Return how many findings there are by severity, and how many were suppressed; None when there are none."""
    if not audit.findings:
        return None
    counts: Counter[Severity] = Counter(finding.severity for finding in audit.findings if not finding.suppressed)
    words = [
        *([count_of(counts["error"], "error")] if counts["error"] else []),
        *([count_of(counts["warning"], "warning")] if counts["warning"] else []),
        *([count_of(counts["info"], "remark")] if counts["info"] else []),
    ]
    suppressed = sum(1 for finding in audit.findings if finding.suppressed)
    shown = ", ".join(words)
    if shown_suggestions(audit):
        shown = say("{findings}, suggestions among them", findings=shown)
    silent = say("{count} suppressed", count=suppressed) if suppressed else ""
    return "; ".join(filter(None, (shown, silent, say("`footprint explain CODE` tells more"))))


def _finding_line(finding: Finding) -> str:
    return f"{finding.code} {place(finding.path, finding.line, ': ')}{retell(finding.message)}"


def problem_lines(audit: Audit) -> tuple[str, ...]:
    """Return a line per requirement that the environment does not meet."""
    there = message(", installed is {version}" if audit.environment.kind == "installed" else ", locked is {version}")
    lines = []
    for problem in audit.problems:
        by = problem.required_by or say("the project")
        words = say(_KINDS[problem.kind], name=by, requirement=problem.requirement)
        found = say(there, version=problem.installed_version) if problem.installed_version else ""
        lines.append(f"{words}{found}")
    return tuple(lines)
