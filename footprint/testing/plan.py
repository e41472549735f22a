"""Which rules of `footprint check` may have something to judge, as far as files tell: before anything is started."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.audit.entry_limits import find_limits
from footprint.audit.project_code import open_project
from footprint.audit.target import open_target
from footprint.config import TargetOptions
from footprint.config.gate_settings import BASELINE_NAME
from footprint.config.options import EntrySettings, GateSettings
from footprint.model.gate_report import RULE_BY_CODE
from footprint.model.memory_rows import Limit

Place = tuple[str | None, str]  # an entry's name, None for the environment; the name of a rule


def plan_rules(options: TargetOptions, settings: GateSettings) -> tuple[Place, ...]:
    """Return the rules of each entry, then those of the environment; what is off or was not asked for is left out.

    Raises: FootprintError for settings that cannot be followed.
    """
    target = open_target(options, starts=False, may_be_missing=True)
    target, code = open_project(options, target, thorough=False)
    limits = find_limits(options, code.entries, code.limits, code.commands)
    compared = settings.baseline is not None or (options.project / BASELINE_NAME).exists()
    planned: list[Place] = []
    for entry in code.entries:
        codes = _of_entry(settings.of(entry.name), limits.of(entry.name), compared=compared)
        planned += [(entry.name, RULE_BY_CODE[code].name) for code in codes if _is_on(settings, code, entry.name)]
    codes = _of_environment(settings, limits.whole, compared=compared)
    planned += [(None, RULE_BY_CODE[code].name) for code in codes if _is_on(settings, code)]
    return tuple(planned)


def _is_on(settings: GateSettings, code: str, entry: str | None = None) -> bool:
    return settings.level(code, entry) != "off"


def _of_entry(own: EntrySettings, limit: Limit | None, *, compared: bool) -> Iterator[str]:
    limited = limit is not None and limit.memory_bytes is not None
    asked = {
        "FP301": bool(own.forbid_at_startup),
        "FP302": own.allow_at_startup is not None,
        "FP303": compared,
        "FP401": limited or own.max_startup_anon is not None,
        "FP402": limited or own.max_startup_rss is not None,
        "FP403": own.max_first_use_rss is not None,
        "FP404": own.max_total is not None,
        "FP407": limited or own.max_startup_peak is not None,
        "FP411": compared,
        "FP412": compared,
        "FP416": compared,
        "FP417": compared,
        "FP415": own.max_time_ratio is not None,
        "FP905": True,
    }
    return (code for code, wanted in asked.items() if wanted)


def _of_environment(settings: GateSettings, limit: Limit | None, *, compared: bool) -> Iterator[str]:
    asked = {
        "FP405": settings.max_disk is not None or (limit is not None and limit.disk_bytes is not None),
        "FP406": settings.max_distributions is not None,
        "FP413": compared,
        "FP414": compared,
        "FP101": True,
        "FP102": True,
        "FP105": True,
        "FP901": compared,
    }
    return (code for code, wanted in asked.items() if wanted)
