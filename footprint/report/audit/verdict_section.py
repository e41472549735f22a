"""The verdict as a section: what a reader wants to know before all else."""

from __future__ import annotations

from footprint.model.audit import Audit
from footprint.report.audit.environment_sentences import UNREAD, unread_lines
from footprint.report.audit.verdict_sentences import alarming_lines, verdict_lines
from footprint.report.languages.messages import say
from footprint.report.text.phrases import other_python_line
from footprint.report.text.section import Section, Sentences
from footprint.report.text.view import View


def verdict_section(audit: Audit, _: View) -> Section:
    """Return the verdict in three lines at most, and what makes all of it doubtful.

    Doubts come first where a start failed: they may be why.
    """
    verdict, doubts = Sentences(verdict_lines(audit), alarming=alarming_lines(audit)), _doubts(audit)
    has_failed = any(entry.failure is not None for entry in audit.started)
    return Section("verdict", say("Verdict"), (*doubts, verdict) if has_failed else (verdict, *doubts))


def _doubts(audit: Audit) -> tuple[Sentences, ...]:
    blocks = []
    if other := other_python_line(audit.notes):
        blocks.append(Sentences((other,), alarm=True))
    if unread := unread_lines(audit):
        blocks.append(Sentences(unread, heading=say(UNREAD), alarm=True))
    return tuple(blocks)
