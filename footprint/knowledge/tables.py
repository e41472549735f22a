"""Dated, sourced knowledge that ships with footprint (`footprint/data/*.toml`)."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from importlib import resources
from typing import Any

from footprint.knowledge.explanations import Explanation
from footprint.model.alternative_needs import Chooser
from footprint.model.limits import Plan
from footprint.model.third_party_needs import DataNeed, Driver, Engine, PluginGroups, SoftNeed, ToolFiles
from footprint.names import DistributionName, ModuleName, normalise
from footprint.units import parse_size

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def read_soft_needs() -> tuple[SoftNeed, ...]:
    """Return the documented optional needs of well-known distributions (data/implied.toml)."""
    return tuple(
        SoftNeed(normalise(asker["name"]), normalise(needed), tuple(row["words"]))
        for asker in load_data("implied.toml")["asker"]
        for row in asker["rows"]
        for needed in row["needs"]
    )


def read_data_needs() -> tuple[DataNeed, ...]:
    """Return which modules take data of a distribution, or its objects, without naming it (data/implied.toml)."""
    table = load_data("implied.toml")
    data = (
        DataNeed(normalise(row["needs"]), tuple(row["modules"]), tuple(map(normalise, row["askers"])))
        for row in table["data_need"]
    )
    kept = (
        DataNeed(normalise(name), tuple(row["modules"]), is_kept=True) for row in table["kept"] for name in row["needs"]
    )
    return (*data, *kept)


def read_engines() -> tuple[Engine, ...]:
    """Return the needs that an argument chooses: `BeautifulSoup(page, "html5lib")` (data/choices.toml)."""
    found: list[Engine] = []
    for chooser in _stated_choosers():
        words = tuple(call.rpartition(".")[2] for call in chooser.calls)
        for needs in dict.fromkeys(needs for needs in chooser.values.values() if needs) if words else ():
            arguments = tuple(value for value, needed in chooser.values.items() if needed == needs)
            found.append(Engine(chooser.takers[0], needs, words, arguments))
    return tuple(found)


def read_choosers() -> tuple[Chooser, ...]:
    """Return where choices between alternatives are stated (data/choices.toml, and URLs by data/drivers.toml)."""
    return (*_stated_choosers(), *_url_choosers())


def _stated_choosers() -> tuple[Chooser, ...]:
    return tuple(_chooser(row, row["takers"], row["values"]) for row in load_data("choices.toml")["chooser"])


def _url_choosers() -> Iterator[Chooser]:
    for row in load_data("drivers.toml")["reader"]:
        if "calls" in row:
            plain = dict.fromkeys(row["plain"], ())
            strings = {text: needs for text, needs in row.get("strings", {}).items() if text in row["alike"]}
            values = {**plain, **row.get("schemes", {}), **strings}
            yield replace(_chooser(row, row["names"], values), by_url=True, alike=row["alike"])


def _chooser(row: Mapping[str, Any], takers: Sequence[str], values: Mapping[str, Sequence[str]]) -> Chooser:
    calls, keywords, settings, commands, options = (
        tuple(map(str, row.get(field, ()))) for field in ("calls", "keywords", "settings", "commands", "options")
    )
    name = " ".join([takers[0], *calls[:1], *keywords[:1], *settings[:1], *options])
    return Chooser(
        name=name,
        takers=tuple(map(normalise, takers)),
        values={value: tuple(map(normalise, needs)) for value, needs in values.items()},
        source=row["source"],
        position=row.get("position"),
        any_case=row.get("any_case", False),
        is_flag=row.get("flag", False),
        absent=tuple(map(normalise, row["absent"])) if "absent" in row else None,
        by_suffix={suffix: tuple(map(normalise, needs)) for suffix, needs in row.get("by_suffix", {}).items()},
        calls=calls,
        keywords=keywords,
        settings=settings,
        commands=commands,
        options=options,
    )


def read_drivers() -> tuple[Driver, ...]:
    """Return what well-known distributions load because of a URL scheme or a literal (data/drivers.toml)."""
    return tuple(
        Driver(text, kind == "schemes", tuple(map(normalise, needs)), tuple(map(normalise, row["names"])))
        for row in load_data("drivers.toml")["reader"]
        for kind in ("schemes", "strings")
        for text, needs in row.get(kind, {}).items()
    )


def read_plugin_groups() -> PluginGroups:
    """Return who loads the plugins of well-known groups of entry points (data/plugins.toml)."""
    document = load_data("plugins.toml")
    readers = {group: tuple(map(normalise, found)) for group, found in document["groups"].items()}
    return PluginGroups(readers, frozenset(map(normalise, document["development"])))


def read_tool_files() -> tuple[Mapping[DistributionName, ToolFiles], frozenset[DistributionName]]:
    """Return what tools of developers read, and who is run by whoever opens a notebook (data/tool_files.toml)."""
    document = load_data("tool_files.toml")
    rows = {
        normalise(name): ToolFiles(tuple(row["files"]), tuple(row["tables"])) for name, row in document["tools"].items()
    }
    return rows, frozenset(map(normalise, document["notebooks"]))


def read_import_names() -> Mapping[ModuleName, tuple[DistributionName, ...]]:
    """Return who provides import names that differ from the distribution's, when nothing installed answers to them.

    Keys are import names (`PIL`), and dotted ones within shared namespaces (`google.cloud.storage`): the longest
    that fits a module counts. Several distributions are alternatives, the usual one first (data/import_names.toml).
    """
    document = load_data("import_names.toml")
    rows = {**document["distributions"], **document["namespaces"]}
    return {name: tuple(normalise(distribution) for distribution in found) for name, found in rows.items()}


def read_explanations() -> Mapping[str, Explanation]:
    """Return what every code and every usage class means, by its name, codes first (data/codes.toml)."""
    document = load_data("codes.toml")
    rows = {**document["codes"], **document["classes"]}
    return {name: Explanation(name=name, **({"ignore": ""} | row)) for name, row in rows.items()}


def read_plans() -> Mapping[str, Plan]:
    """Return what the plans of hosting platforms allow, by name: "render:starter", "vercel" (data/limits.toml)."""
    found = {}
    for row in load_data("limits.toml")["platform"]:
        memory, disk = row.get("memory", {}), row.get("disk", {})
        for plan in dict.fromkeys([*memory, *disk]):
            sizes = [parse_size(each[plan]) if plan in each else None for each in (memory, disk)]
            name = f"{row['name']}:{plan}" if plan else row["name"]
            found[name] = Plan(name, sizes[0], sizes[1], row["source"], row["checked"])
    return found


@functools.cache  # several readers share a file, and one that audits many projects reads it once
def load_data(name: str) -> dict[str, Any]:
    """Return one of our tables."""
    return tomllib.loads((resources.files("footprint") / "data" / name).read_text(encoding="utf-8"))
