"""What reports say of what was audited: the environment, its weight and its parts, what of it is not known."""

from __future__ import annotations

from collections import Counter

from footprint.model.audit import Audit, Usage
from footprint.model.note import Note
from footprint.report.audit.hosting_sentences import host_line
from footprint.report.languages.class_words import class_word
from footprint.report.languages.figures import size
from footprint.report.languages.messages import count_of, few, message, say
from footprint.report.languages.stored_sentences import retell
from footprint.report.text.phrases import place

UNREAD = message("What is declared is not wholly known")
_BESIDE_SHOWN = 5


def environment_line(audit: Audit) -> str:
    """Return what was audited: the environment, its interpreter, and how it was chosen."""
    environment, chosen = audit.environment, retell(audit.environment.chosen)
    python = f"{environment.implementation} {environment.python}"
    if environment.kind != "installed":
        return say("Environment: none, read as for {python} ({chosen})", python=python, chosen=chosen)
    folder = environment.prefix_relative or say("outside the project")
    folder = say("the project's own folder") if folder == "." else folder
    python = f"{python}, {environment.platform}"
    return say("Environment: {folder}, {python} (chosen: {chosen})", folder=folder, python=python, chosen=chosen)


def host_facts(audit: Audit) -> list[str]:
    """Return what stands between the entries and the disk: what else is started, and what all take on one host."""
    return [line for line in (beside_line(audit), host_line(audit)) if line is not None]


def beside_line(audit: Audit) -> str | None:
    """Return what else commands of the project start; None where that is nothing."""
    if not audit.beside:
        return None
    found = [f"{entry.role} {entry.name} = {entry.target} ({entry.source})" for entry in audit.beside]
    return say(
        "Also started, reached and not measured (name one with --entry): {entries}", entries=few(found, _BESIDE_SHOWN)
    )


def disk_line(audit: Audit) -> str:
    """Return the disk total, what it consists of and whether the parts add up."""
    disk = audit.disk
    if disk.site_apparent_bytes is None:
        return say("not weighed: there is no environment; classes are those of the files alone (note no-environment)")
    count = sum(1 for row in audit.distributions if row.version is not None)
    words = [
        say("{size} in {distributions}", size=size(disk.site_apparent_bytes), distributions=_distributions(count)),
        say("{size} allocated", size=size(disk.site_allocated_bytes)),
    ]
    if disk.outside_bytes:
        words.append(say("outside site-packages {size}", size=size(disk.outside_bytes)))
    if disk.unowned_bytes:
        words.append(say("in no distribution {size}", size=size(disk.unowned_bytes)))
    if disk.own_bytes:
        words.append(say("left out, see the notes {size}", size=size(disk.own_bytes)))
    has_bytecode = audit.environment.bytecode
    words.append(say("with bytecode" if has_bytecode else "without bytecode (it grows when first run)"))
    words.append(
        say("parts add up to the folder's total" if disk.reconciles else "PARTS DO NOT ADD UP: please report this")
    )
    return "; ".join(words)


def _distributions(count: int) -> str:
    return count_of(count, "distribution")


def usage_line(audit: Audit) -> str:
    """Return how many distributions there are of each class, declared lines apart from the others."""
    declared = Counter(row.usage for row in audit.distributions if row.declared)
    others = Counter(row.usage for row in audit.distributions if not row.declared)
    figures = {"count": others.total(), "classes": _count_words(others)}
    if not declared:
        return say("nothing is known to be declared | installed {count}: {classes}", **figures)
    return say(
        "declared {declared}: {declared_classes} | not declared {count}: {classes}",
        declared=declared.total(),
        declared_classes=_count_words(declared),
        **figures,
    )


def _count_words(counts: Counter[Usage]) -> str:
    return ", ".join(f"{class_word(usage)} {counts[usage]}" for usage in Usage if counts[usage]) or say("none")


def unread_lines(audit: Audit) -> tuple[str, ...]:
    """Return a line per note on what of the declarations is not known: it stands before all that rests on them."""
    return tuple(note_words(note) for note in audit.notes if note.about == "declarations")


def note_words(note: Note) -> str:
    """Return a note with its code and its place."""
    return f"{note.code}: {place(note.path, note.line, ': ')}{retell(note.message)}"
