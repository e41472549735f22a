"""Uses by registration: plugins of a group of entry points, and members of a used distribution's extra."""

from __future__ import annotations

from footprint.analysis.use.implied_facts import PluginReader
from footprint.analysis.use.use_facts import Classification, Facts, ask_evidence, text_evidence
from footprint.model.audit import Evidence, Usage
from footprint.model.third_party_needs import StringUse


def is_plugin(facts: Facts) -> Classification | None:
    """It registers plugins: what that means depends on who loads them."""
    if not facts.plugin_groups or facts.sites or facts.required_by or facts.only_for_development:
        return None
    readers = facts.other.plugin_readers
    if facts.other.groups:
        return _asked_for_by_us(facts.other.groups)
    for reader in readers:
        if reader.state == "used" and not reader.development:
            reason = f"{reader.reader} loads plugins of the group {reader.group}, in which it registers"
            return Classification(Usage.IMPLIED, reason, "likely", _reader_evidence(reader))
    unknown = [group for group in facts.plugin_groups if group not in {reader.group for reader in readers}]
    if unknown:
        reason = f"registers plugins ({', '.join(unknown)}); whether something loads them is not known"
        return Classification(Usage.IMPLIED, reason, "cannot tell")
    held = [reader for reader in readers if reader.state == "held" and not reader.development]
    if held:
        reason = f"registers plugins for {held[0].reader} ({held[0].group}); whether that runs here is not known"
        return Classification(Usage.IMPLIED, reason, "cannot tell")
    for reader in readers:
        if reader.development and reader.state != "absent":
            sure = reader.reader in facts.name.split("-")  # pytest-cov is nothing else
            return Classification(Usage.TESTS, f"plugin of {reader.reader}", "certain" if sure else "likely")
    return None


def _asked_for_by_us(uses: tuple[StringUse, ...]) -> Classification:
    first = uses[0]
    reason = f'registers plugins of the group "{first.text}", which {first.path}:{first.line} names'
    return Classification(Usage.IMPLIED, reason, "likely", text_evidence(uses))


def explain_unused_plugin(facts: Facts) -> str | None:
    """Return why plugins that it registers do not count, None when it registers none or a reader is not settled."""
    names = dict.fromkeys(
        reader.reader for reader in facts.other.plugin_readers if reader.state in ("unused", "absent")
    )
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
