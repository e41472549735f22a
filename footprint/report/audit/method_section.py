"""How it was measured: where, by what, and how far the figures can be trusted."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.model.audit import Audit
from footprint.model.environment_facts import Machine
from footprint.report.audit.environment_sentences import disk_line, environment_line
from footprint.report.languages.figures import size
from footprint.report.languages.messages import count_of, few, message, say
from footprint.report.text.section import Grid, Heading, Section, Sentences
from footprint.report.text.view import View

_FILES_NAMED = 12
# What kind of figure, how it comes about, how far off it may be: docs/accuracy.md holds each against the real thing.
_STAGES = message("memory of the start"), message("read in the process"), message("0.75 MiB")
_PREDICTED = message("avoidable, saved by deferring"), message("predicted from one start"), message("2.5 MiB or 3 %")
_TRIED = message("saved by a change that was tried"), message("measured where it was made"), message("1.5 MiB")
_FIRST_USE = message("first use"), message("measured in forks of the ready process"), message("3 %")
_WORKERS = message("several workers"), message("estimated from one process"), message("5 %, after calls 6 %")
_DISK = (
    message("disk, and what a removal frees"),
    message("file by file; the requirement graph"),
    message("exact"),
)


def method_section(audit: Audit, _: View) -> Section:
    """Return what was read and started, and by which means."""
    grid = _accuracy(audit)
    blocks = (Sentences(tuple(_lines(audit))), *((grid,) if grid.rows else ()))
    return Section("method", say("How it was measured"), blocks)


def _lines(audit: Audit) -> Iterator[str]:
    yield environment_line(audit)
    if audit.measured is not None:
        yield say("Measured at {time} on {machine}", time=audit.measured.at, machine=_machine(audit.measured.machine))
    yield say("Disk: {figures}", figures=disk_line(audit))
    if audit.disk.site_apparent_bytes is not None:
        yield say(
            "Every file below site-packages was read once (lstat) and joined to the RECORD of its distribution, "
            "folders such as numpy.libs with it; apparent bytes"
        )
    if any(entry.last_stage for entry in audit.entries):
        yield say(
            "Each entry was started in a fresh process of the target interpreter; its memory was read at every import"
        )
    if audit.declared_files:
        yield say("Requirement files read: {files}", files=few(audit.declared_files, _FILES_NAMED))
    else:
        yield say("Requirement files read: none was found")
    yield say("footprint {version}, {project}", version=audit.tool_version, project=audit.project)


def _machine(machine: Machine) -> str:
    """Return what figures depend on besides the project: `Debian 12, x86_64, AMD EPYC, 2 processors, 8 GiB`."""
    words = [machine.distribution or machine.system, machine.architecture, machine.processor, machine.libc]
    if machine.processor_count is not None:
        words.append(count_of(machine.processor_count, "processor"))
    if machine.memory_bytes is not None:
        words.append(say("{size} of memory", size=size(machine.memory_bytes)))
    if machine.container is not None:
        words.append(say("in a container ({kind})", kind=machine.container))
    if machine.memory_limit_bytes is not None:
        words.append(say("limited to {size}", size=size(machine.memory_limit_bytes)))
    return ", ".join(filter(None, words))


def _accuracy(audit: Audit) -> Grid:
    """Return how far off each kind of figure of this report may be."""
    measured = any(entry.last_stage for entry in audit.entries)
    kinds = (
        (_DISK, audit.disk.site_apparent_bytes is not None),
        (_STAGES, measured),
        (_PREDICTED, measured),
        (_TRIED, audit.trial is not None and bool(audit.trial.starts)),
        (_FIRST_USE, bool(audit.first_uses)),
        (_WORKERS, bool(audit.workers)),
    )
    heads = (Heading(say("Figure"), "text"), Heading(say("How it comes about"), "text"), Heading(say("Off by"), "text"))
    return Grid(heads, tuple(tuple(map(say, kind)) for kind, is_told in kinds if is_told))
