"""What a start command needs that is not installed: its server, a kind of workers, an extra. Pure.

A command that names what the environment has not cannot start there, whatever one process of the application takes. It
is another matter where the project's own files install it elsewhere: then nobody knows here what it takes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

from footprint.knowledge.servers import BY_PROGRAM, Server, ServerNeed, find_server, values_of
from footprint.model.audit import EntryRow
from footprint.model.note import Note
from footprint.model.service_memory import MissingNeed
from footprint.model.source_modules import EntryPoint, OutsideInstall
from footprint.names import DistributionName


def find_missing(
    entry: EntryPoint, installed: Collection[DistributionName], outside: Sequence[OutsideInstall]
) -> tuple[MissingNeed, ...]:
    """Return what the command of an entry needs and `installed` has not; empty where no known server is named."""
    server = BY_PROGRAM.get(entry.server or "")
    if server is None or server.is_of_platform or entry.command is None or entry.serves_by == "call":
        return ()
    found: dict[str, MissingNeed] = {}
    for need, asked_by in _needs(server, entry):
        if not any(name in installed for name in need.distributions):
            by = next((each for each in outside if _brings(each, need, entry)), None)
            place = f"{by.path}:{by.line}" if by is not None else None
            found.setdefault(need.distributions[0], MissingNeed(need.distributions[0], asked_by, place))
    return tuple(found.values())


def note_installed_elsewhere(entries: Iterable[EntryRow]) -> Iterator[Note]:
    """Yield what is not here but may well be where an entry is deployed: its share of every figure is an estimate."""
    for entry in entries:
        for each in entry.missing:
            if each.installed_by is not None:
                words = f"`{each.asked_by}` needs {each.distribution}, which is not installed in this environment"
                known = f"{each.installed_by} may bring it, so what it takes is an estimate"
                yield Note("server-elsewhere", f"{entry.name}: {words}; {known}")


def _needs(server: Server, entry: EntryPoint) -> Iterator[tuple[ServerNeed, str]]:
    """Yield what a command needs, with the words that ask for it."""
    named = find_server(entry.command)
    program = named[0] if named is not None and named[0] == server else None
    yield ServerNeed("", (server.brought_by, *server.also_in)), server.name
    for name in server.also:
        yield ServerNeed("", (name,)), server.name
    words = named[1] if named is not None and program is not None else ()
    for need in server.needs:
        options = need.options or server.pool
        values = [entry.pool] if not need.options and entry.pool else values_of(words, options)
        value = next((each for each in values if fnmatchcase(each.partition(":")[2] or each, need.value)), None)
        if value is not None:
            option = next((word for word in words if word.split("=")[0] in options), options[0] if options else "")
            yield need, f"{server.name} {option.split('=')[0]} {value}".strip()


def _brings(install: OutsideInstall, need: ServerNeed, entry: EntryPoint) -> bool:
    """Whether a line of the project's files may bring it where the application is deployed."""
    if install.whole:
        return install.path == entry.stated_in
    names = {*need.distributions, *need.extras, *BY_PROGRAM[entry.server or ""].spellings * (not need.value)}
    return not install.names.isdisjoint(names)
