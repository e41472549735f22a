"""How often the net "named anywhere" speaks for nothing: every distribution that an application does not import itself
is looked for in the application's text, as if its line would get the advice to go."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from footprint.analysis.facts.index import Joined, gather_facts
from footprint.analysis.facts.run_facts import SecondLook
from footprint.analysis.questions import wanted_names
from footprint.analysis.use.use_facts import effective_status
from footprint.audit import named_anywhere, second_look
from footprint.audit.run import run_audit
from footprint.collect.third_party.late_loads import Leads
from footprint.config.audit_settings import read_options
from footprint.config.options import TargetOptions
from footprint.model.namings import SoughtName
from footprint.names import DistributionName
from tests.real.cases import Application
from tests.real.environments import Place


@dataclass(frozen=True, slots=True)
class NetResult:
    """What was looked for in the text of one application, and where it stands in files of the application."""

    sought_count: int
    found: dict[DistributionName, str]  # the word with its first place


def look_for_all(app: Application, place: Place) -> NetResult:
    """Look for all that is installed and that no reached import of the application accounts for."""
    return look_in(Path(place.source), {"env": place.venv, "entries": app.entries})


def look_in(project: Path, target: Mapping[str, object]) -> NetResult:
    """Look for it in a project, as `target` says in which environment and from which entries."""
    with _all_names() as results:
        run_audit(read_options({**target, "probe": False}, project))
    return results[0]


@contextmanager
def _all_names() -> Iterator[list[NetResult]]:
    results: list[NetResult] = []

    def seek(joined: Joined) -> tuple[SoughtName, ...]:
        return tuple(_names_not_imported(joined))

    def look(names: Sequence[SoughtName], joined: Joined, options: TargetOptions, leads: Leads) -> SecondLook:
        found = named_anywhere.look_for(names, joined, options, leads)
        places = {name: next((each for each in each_of if each.role == "app"), None) for name, each_of in found.items()}
        shown = {name: f'"{at.text}" in {at.path}:{at.line}' for name, at in places.items() if at is not None}
        results.append(NetResult(len(names), shown))
        return joined.look

    with patch.object(second_look, "names_to_seek", seek), patch.object(named_anywhere, "add_namings", look):
        yield results


def _names_not_imported(joined: Joined) -> Iterator[SoughtName]:
    wanted = {name for name in joined.installed if name not in joined.indexes.own_names and not _is_used(name, joined)}
    modules = joined.facts.names.modules_of(wanted)
    for name in sorted(wanted):
        yield wanted_names.names_of(name, modules.get(name, ()), joined)


def _is_used(name: DistributionName, joined: Joined) -> bool:
    facts = gather_facts(name, joined)
    return any(effective_status(use, facts) in ("startup", "lazy") for use in facts.sites)
