"""Uses that a name states: modules in settings, drivers in URLs, engines by argument, plugins that are registered.

Laws: a string is as good as an import where it is known what reads it; else it is likely, never certain.
"""

from __future__ import annotations

from collections.abc import Iterable

from footprint.analysis.use.use_facts import Classification, DriverUse, Facts, PluginReader, ask_evidence, text_evidence
from footprint.knowledge.environment_tools import BORN_WITH
from footprint.knowledge.frameworks import LOADED_SETTINGS
from footprint.model import handed_names
from footprint.model.audit import Confidence, Evidence, Usage
from footprint.model.source_modules import Reference
from footprint.model.third_party_needs import Chosen, StringUse

# Calls of the standard library that run a command or look for it, by their last name.
RUNNERS = frozenset(
    {"run", "Popen", "call", "check_call", "check_output", "create_subprocess_exec", "which"}
    | {f"{family}{kind}" for family in ("exec", "spawn") for kind in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")}
)


def named_in_string(facts: Facts) -> Classification | None:
    """A dotted string of reached code leads to a module of the distribution."""
    uses = sorted(facts.other.strings, key=lambda use: (not _is_loaded(use), use.path, use.line))
    if not uses:
        return None
    first = uses[0]
    sure: Confidence = "certain" if _is_loaded(first) and facts.entries_known else "likely"
    where = f"in {first.assigned} " if first.assigned else ""
    reason = f'named as "{first.text}" {where}in {first.path}:{first.line}'
    return Classification(Usage.IMPLIED, reason, sure, text_evidence(uses))


def is_installed_by_name(facts: Facts) -> bool:
    """Whether a list that a framework loads names it: that explains a load which no other distribution asked for."""
    return any(_is_loaded(use) for use in facts.other.strings)


def _is_loaded(use: StringUse) -> bool:
    return use.assigned.endswith(LOADED_SETTINGS)


def named_as_driver(facts: Facts) -> Classification | None:
    """A URL scheme or a backend's name makes a reader load it."""
    found = [found for found in facts.other.drivers if _counts(found, facts)]
    if not found:
        return None
    found.sort(key=lambda each: (not _is_sure(each), not each.use.in_code, each.use.path, each.use.line))
    first = found[0]
    shown = f"{first.use.text}://" if first.use.is_url else f'"{first.use.text}"'
    reason = f"{first.reader} loads it for {shown}, which stands in {first.use.path}:{first.use.line}"
    sure: Confidence = "certain" if _is_sure(first) and facts.entries_known else "likely"
    return Classification(Usage.IMPLIED, reason, sure, text_evidence(each.use for each in found))


def _counts(found: DriverUse, facts: Facts) -> bool:
    """Whether it says more than what is known anyway: a pin stays a pin for a scheme that leaves the driver open."""
    if facts.only_for_development and not found.use.in_code:
        return False
    return (_is_explicit(found) and found.use.in_code) or not facts.required_by


def _is_explicit(found: DriverUse) -> bool:
    return "+" in found.driver.text or not found.driver.is_scheme


def _is_sure(found: DriverUse) -> bool:
    return _is_explicit(found) and found.alone and found.use.in_code  # settings may be another machine's


def chosen_by_argument(facts: Facts) -> Classification | None:
    """A literal argument chooses it: `BeautifulSoup(page, "html5lib")`."""
    called = [(engine, use) for engine, use in facts.other.engines if use.caller in engine.words]
    if not called:
        return None
    engine, use = called[0]
    reason = f'{engine.asker} needs it for {use.caller}(..., "{use.text}") in {use.path}:{use.line}'
    sure: Confidence = "certain" if len(engine.needs) == 1 and facts.entries_known else "likely"
    return Classification(Usage.IMPLIED, reason, sure, text_evidence(use for _, use in called))


def chosen_in_place(facts: Facts) -> Classification | None:
    """An option, a setting or an argument takes what needs it: `celery worker -P eventlet`."""
    if not facts.other.chosen or facts.only_for_development:
        return None
    order = sorted(facts.other.chosen, key=lambda each: (not _is_settled(each), each.place.path, each.place.line))
    first = order[0]
    reason = f'{first.taker} needs it for {first.place.what} "{first.value}" in {first.place.path}:{first.place.line}'
    evidence = dict.fromkeys(Evidence(each.place.path, each.place.line, "string", None, each.value) for each in order)
    sure: Confidence = "certain" if _is_settled(first) and facts.entries_known else "likely"
    return Classification(Usage.IMPLIED, reason, sure, tuple(evidence))


def _is_settled(chosen: Chosen) -> bool:
    return chosen.alone and not chosen.place.is_open and not chosen.place.by_environment


def named_as_command(facts: Facts) -> Classification | None:
    """A console script of it stands in a string: subprocess.run(["gunicorn"]), or args = ["gunicorn"] for execvp."""
    uses = sorted(facts.other.commands, key=lambda use: (use.caller not in RUNNERS, use.path, use.line))
    if not uses or facts.required_by or facts.only_for_development:
        return None
    first = uses[0]
    if first.caller in RUNNERS:
        reason = f'{first.caller}() in {first.path}:{first.line} runs its command "{first.text}"'
        return Classification(Usage.IMPLIED, reason, "likely", text_evidence(uses))
    reason = f'"{first.text}" in {first.path}:{first.line} may be its command, run from there'
    return Classification(Usage.IMPLIED, reason, "cannot tell", text_evidence(uses))


def handed_on(facts: Facts) -> Classification | None:
    """Another interpreter is started with it, or its metadata is read, which fails without it."""
    uses = [use for use in facts.other.handed if not _is_doubtful(use)]
    if not uses:
        return None
    uses.sort(key=lambda use: (use.place[0] != handed_names.RUN, use.guarded, use.path, use.line))
    first = uses[0]
    where = f"{first.place[1]} in {first.path}:{first.line}"
    sure: Confidence = "certain" if facts.entries_known and not first.guarded else "likely"
    if first.place[0] == handed_names.RUN:
        reason = f"{where} runs {first.module} in another interpreter"
        return Classification(Usage.IMPLIED, reason, sure, _evidence(uses))
    reason = f"{where} reads its metadata, which fails when it is not installed"
    return Classification(Usage.IMPLIED, reason, sure, _evidence(uses))


def looked_for(facts: Facts) -> Classification | None:
    """It is looked for, or its metadata is, and the code goes on without; or a name that is partly known fits it."""
    doubtful = filter(_is_doubtful, facts.other.handed)
    uses = sorted(doubtful, key=lambda use: (use.place[0] == handed_names.PARTLY, use.path, use.line))
    if not uses:
        return None
    first = uses[0]
    if first.place[0] == handed_names.PARTLY:
        reason = f"{first.place[1]} in {first.path}:{first.line} takes names like {first.module}: it may load this one"
        return Classification(Usage.IMPLIED, reason, "cannot tell", _evidence(uses))
    does = "reads its metadata" if first.place[0] == handed_names.METADATA else "asks whether it is there"
    reason = f"{first.place[1]} in {first.path}:{first.line} {does} and goes on without; what for is not known"
    return Classification(Usage.IMPLIED, reason, "cannot tell", _evidence(uses))


def _is_doubtful(use: Reference) -> bool:
    mark = use.place[0]
    return mark in (handed_names.SOUGHT, handed_names.PARTLY) or (mark == handed_names.METADATA and use.guarded)


def _evidence(uses: Iterable[Reference]) -> tuple[Evidence, ...]:
    return tuple(Evidence(use.path, use.line, use.placement.value, use.function, use.place[1]) for use in uses)


def may_be_argument(facts: Facts) -> Classification | None:
    """Its name stands in a string, and a variable may carry it to where an engine is chosen."""
    if not facts.other.engines or facts.required_by or facts.only_for_development:
        return None
    engine, use = facts.other.engines[0]
    reason = f'"{use.text}" in {use.path}:{use.line} may be an argument for {engine.asker}, which then needs it'
    return Classification(Usage.IMPLIED, reason, "cannot tell", text_evidence((use,)))


def is_plugin(facts: Facts) -> Classification | None:
    """It registers plugins: what that means depends on who loads them."""
    if not facts.plugin_groups or facts.sites or facts.required_by or facts.only_for_development:
        return None
    readers = [each for each in facts.other.plugin_readers if each.reader != facts.name]  # of its own it says nothing
    if facts.other.groups:
        return _asked_for_by_us(facts.other.groups)
    for reader in readers:
        if reader.state == "used" and not reader.development:
            reason = f"{reader.reader} loads plugins of the group {reader.group}, in which it registers"
            return Classification(Usage.IMPLIED, reason, "likely", _reader_evidence(reader))
    known = {each.group for each in facts.other.plugin_readers}
    unknown = [group for group in facts.plugin_groups if group not in known]
    if unknown:
        reason = f"registers plugins ({', '.join(unknown)}); whether something loads them is not known"
        return Classification(Usage.IMPLIED, reason, "cannot tell")
    # What developers use elsewhere may be at work where the application itself imports it.
    held = [each for each in readers if each.state == ("used" if each.development else "held")]
    if held:
        reason = f"registers plugins for {held[0].reader} ({held[0].group}); whether that runs here is not known"
        return Classification(Usage.IMPLIED, reason, "cannot tell")
    for reader in readers:
        if reader.development and reader.state != "absent":
            sure = reader.reader in facts.name.split("-")  # pytest-cov is nothing else
            if not sure and reader.reader in BORN_WITH and facts.name not in BORN_WITH:
                continue  # an application that brings setuptools a command of its own
            return Classification(Usage.TESTS, f"plugin of {reader.reader}", "certain" if sure else "likely")
    return None


def _asked_for_by_us(uses: tuple[StringUse, ...]) -> Classification:
    first = uses[0]
    reason = f'registers plugins of the group "{first.text}", which {first.path}:{first.line} names'
    return Classification(Usage.IMPLIED, reason, "likely", text_evidence(uses))


def explain_unused_plugin(facts: Facts) -> str | None:
    """Return why plugins that it registers do not count, None when it registers none or a reader is not settled."""
    readers = facts.other.plugin_readers
    idle = (each.reader for each in readers if each.state in ("unused", "absent"))
    names = dict.fromkeys(reader for reader in idle if reader != facts.name)
    return f"registers plugins for {' and '.join(names)}, which is not used" if names else None


def _reader_evidence(reader: PluginReader) -> tuple[Evidence, ...]:
    if reader.read is None:
        return ()
    return (Evidence(reader.read.reader.shown, reader.read.line, "asked-for", None, reader.read.reader.module),)


def is_optional_requirement(facts: Facts) -> Classification | None:
    """A used distribution names it in an extra and imports it itself, but whether that code runs is not known."""
    if facts.required_by or facts.sites or facts.only_for_development:
        return None
    for need in facts.other.optional:
        if any(known.asker == need.requirer for known in facts.soft_needs):
            continue  # documented: the words decide, and they were not found
        asker = need.ask.asker.module
        reason = f"optional for {need.requirer} (extra {need.extra}); whether {asker} asks for it here is not known"
        return Classification(Usage.IMPLIED, reason, "cannot tell", ask_evidence([need.ask]))
    return None
