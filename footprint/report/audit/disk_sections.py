"""What of the disk could be left out: stacks that one file alone brings, and files that no start reads."""

from __future__ import annotations

from collections.abc import Mapping

from footprint.model.audit import Audit, LazyStack
from footprint.report.audit.memory_sentences import predicted
from footprint.report.languages.figures import mebibytes, size
from footprint.report.languages.messages import count_of, few, listed, message, say
from footprint.report.text.section import Section
from footprint.report.text.view import View
from footprint.units import MIB

_SMALLEST_STACK_BYTES = 20 * MIB
_SMALLEST_PART = 20  # a twentieth of all that is installed
_PLACES_NAMED = 3
_IDLE: Mapping[str, str] = {
    "tests": message("tests {size} in {files}"),
    "type stubs": message("type stubs {size} in {files}"),
    "headers": message("headers {size} in {files}"),
    "static libraries": message("static libraries {size} in {files}"),
}
_OTHER_IDLE = message("{kind} {size} in {files}")  # of a later version


def stacks_section(audit: Audit, _: View) -> Section:
    """Return the stacks that weigh something, heaviest first; the smaller ones stand in the JSON alone."""
    title = say("Stacks that one file brings, without which the app starts")
    remark = say("An extra or a service of its own could hold each.")
    return Section.of_lines("stacks", title, stack_lines(audit), remarks=(remark,))


def idle_section(audit: Audit, _: View) -> Section:
    """Return what is installed and read by no start."""
    return Section.of_lines("idle", say("Installed, and read by no start (for information)"), idle_lines(audit))


def stack_lines(audit: Audit) -> tuple[str, ...]:
    """Return a sentence per stack that weighs something, heaviest first."""
    total = audit.disk.site_apparent_bytes
    if not total:
        return ()
    return tuple(
        _stack_words(stack)
        for stack in audit.lazy_stacks
        if stack.disk_bytes is not None and stack.disk_bytes >= min(_SMALLEST_STACK_BYTES, total // _SMALLEST_PART)
    )


def _stack_words(stack: LazyStack) -> str:
    figures = [say("{size} on disk", size=size(stack.disk_bytes))]
    if stack.first_use_rss_bytes:
        figures.append(say("{memory} MiB RSS when first imported", memory=mebibytes(stack.first_use_rss_bytes)))
    if stack.startup_rss_bytes:
        figures.append(say("{memory} MiB RSS at startup", memory=predicted(stack.startup_rss_bytes)))
    return say(
        "{figures}, reached only by {place}: {what}",
        figures=", ".join(figures),
        place=_stack_place(stack),
        what=listed(_brought(stack)),
    )


def _stack_place(stack: LazyStack) -> str:
    lines = ", ".join(str(number) for number in dict.fromkeys(item.line for item in stack.evidence[:_PLACES_NAMED]))
    shown, further = f"{stack.path}:{lines}", len(stack.evidence) - _PLACES_NAMED
    return say("{place} and {count} more", place=shown, count=further) if further > 0 else shown


def _brought(stack: LazyStack) -> list[str]:
    """Return what a stack is made of: what is imported, the pins, and what they require."""
    pins = {line.name for line in stack.lines if not line.compiled} - set(stack.names)
    rest = len(set(stack.distributions) - pins - set(stack.names))
    brings = [few(stack.names)]
    if pins:
        brings.append(count_of(len(pins), "pin"))
    if rest:
        is_one = len(stack.names) == 1
        of = message("{distributions} that it requires" if is_one else "{distributions} that they require")
        brings.append(say(of, distributions=count_of(rest, "distribution")))
    return brings


def idle_lines(audit: Audit) -> tuple[str, ...]:
    """Return what is installed and read by no start, kind by kind, where it comes to something."""
    total, idle = audit.disk.site_apparent_bytes or 0, audit.disk.idle
    if sum(each.apparent_bytes for each in idle) < max(min(_SMALLEST_STACK_BYTES, total // _SMALLEST_PART), 1):
        return ()
    kinds = [
        say(
            _IDLE.get(each.kind, _OTHER_IDLE),
            kind=each.kind,
            size=size(each.apparent_bytes),
            files=count_of(each.file_count, "file"),
        )
        for each in idle
    ]
    return (
        say("{kinds}: no installer leaves them out, and an image can be built without them", kinds=", ".join(kinds)),
    )
