"""Dated, sourced knowledge that ships with footprint (`footprint/data/*.toml`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from footprint.knowledge.shipped_files import load_data
from footprint.model.limits import Plan
from footprint.model.third_party_needs import Chooser, DataNeed, Driver, Engine, PluginGroups, SoftNeed, ToolFiles
from footprint.names import ByModule, DistributionName, normalise
from footprint.units import parse_size
from footprint.values import replace

if TYPE_CHECKING:
    from footprint.model.environment_facts import UnpackedRatio
    from footprint.model.lighter_variants import GpuWords, LighterVariant, SpareExtra


_WORDS = ("calls", "keywords", "settings", "commands", "options")  # of a chooser


def _names(given: Iterable[str]) -> tuple[DistributionName, ...]:
    return tuple(map(normalise, given))


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
        DataNeed(normalise(row["needs"]), tuple(row["modules"]), _names(row["askers"])) for row in table["data_need"]
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
    words: dict[str, Any] = {name: tuple(map(str, row.get(name, ()))) for name in _WORDS}
    firsts = [*words["calls"][:1], *words["keywords"][:1], *words["settings"][:1]]
    plain: dict[str, Any] = {name: row[name] for name in ("position", "any_case") if name in row}
    return Chooser(
        name=" ".join([takers[0], *firsts, *words["options"]]),
        takers=_names(takers),
        values={value: _names(needs) for value, needs in values.items()},
        source=row["source"],
        is_flag=row.get("flag", False),
        absent=_names(row["absent"]) if "absent" in row else None,
        by_suffix={suffix: _names(needs) for suffix, needs in row.get("by_suffix", {}).items()},
        **plain,
        **words,
    )


def read_drivers() -> tuple[Driver, ...]:
    """Return what well-known distributions load because of a URL scheme or a literal (data/drivers.toml)."""
    return tuple(
        Driver(text, kind == "schemes", _names(needs), _names(row["names"]))
        for row in load_data("drivers.toml")["reader"]
        for kind in ("schemes", "strings")
        for text, needs in row.get(kind, {}).items()
    )


def read_variants() -> tuple[tuple[LighterVariant, ...], GpuWords]:
    """Return the lighter forms of heavy distributions, and what shows that a host has a GPU (data/variants.toml)."""
    from footprint.model.lighter_variants import GpuWords, LighterVariant

    document = load_data("variants.toml")
    rows = map(_tuples, document["variant"])
    return tuple(LighterVariant(**row) for row in rows), GpuWords(**_tuples(document["gpu"]))


def read_spare_extras() -> tuple[SpareExtra, ...]:
    """Return the extras that their distributions do without (data/variants.toml)."""
    from footprint.model.lighter_variants import SpareExtra

    return tuple(SpareExtra(**_tuples(row)) for row in load_data("variants.toml")["extra"])


def read_unpacked_ratios() -> tuple[tuple[UnpackedRatio, ...], str]:
    """Return what wheels weigh unpacked, by kind, and how that is known: with its month (data/unpacked.toml)."""
    from footprint.model.environment_facts import UnpackedRatio

    document = load_data("unpacked.toml")
    ratios = (UnpackedRatio(row["kind"], row["least"], row["most"]) for row in document["ratio"])
    return tuple(ratios), f"{document['source']}, {document['checked']:%Y-%m}"


def _tuples(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


def read_plugin_groups() -> PluginGroups:
    """Return who loads the plugins of well-known groups of entry points (data/plugins.toml)."""
    document = load_data("plugins.toml")
    readers = {group: _names(found) for group, found in document["groups"].items()}
    return PluginGroups(readers, frozenset(map(normalise, document["development"])))


def read_tool_files() -> tuple[Mapping[DistributionName, ToolFiles], frozenset[DistributionName]]:
    """Return what tools of developers read, and who is run by whoever opens a notebook (data/tool_files.toml)."""
    document = load_data("tool_files.toml")
    rows = {
        normalise(name): ToolFiles(tuple(row["files"]), tuple(row["tables"])) for name, row in document["tools"].items()
    }
    return rows, frozenset(map(normalise, document["notebooks"]))


def read_developers_tools() -> frozenset[DistributionName]:
    """Return the tools that only developers run, whatever file says so (data/tool_files.toml)."""
    document = load_data("tool_files.toml")
    return frozenset(map(normalise, (*document["tools"], *document["notebooks"], *document["developers"])))


def read_import_names() -> ByModule[tuple[DistributionName, ...]]:
    """Return who provides import names that differ from the distribution's, when nothing installed answers to them.

    Keys are import names (`PIL`), and dotted ones within shared namespaces (`google.cloud.storage`): the longest
    that fits a module counts. Several distributions are alternatives, the usual one first (data/import_names.toml).
    """
    document = load_data("import_names.toml")
    rows = {**document["distributions"], **document["namespaces"]}
    return {name: _names(found) for name, found in rows.items()}


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
