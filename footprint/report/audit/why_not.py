"""Why a distribution is not of a stronger class: each one that comes before its own, and what it lacks for it.

The rules are tried strongest first, so each stronger one found nothing; what it would have needed is said here, with
what was seen instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from footprint.model.audit import Audit, DistributionRow, Usage

_FOR_OTHER_PURPOSES = frozenset({Usage.UNREACHED, Usage.TESTS, Usage.TYPING})
_FOR_MODULE = frozenset({"module", "class"})


def explain_stronger(audit: Audit, row: DistributionRow) -> tuple[str, ...]:
    """Return a line per class that is stronger than that of `row`, strongest first."""
    order = list(Usage)
    stronger = order[: order.index(row.usage)]
    reasons = {usage: _REASONS[usage] for usage in stronger}
    return tuple(
        f"not {usage.value}: {why if isinstance(why, str) else why(audit, row)}" for usage, why in reasons.items()
    )


def _not_startup(audit: Audit, row: DistributionRow) -> str:
    return f"{_no_module_import(row)}; {_not_loaded(audit, row)}"


def _no_module_import(row: DistributionRow) -> str:
    if row.usage is Usage.LAZY and any(item.placement in _FOR_MODULE for item in row.evidence):
        return "its import at module level did not load it, or stands under a guard"
    return "no import at module level in reached code"


def _not_loaded(audit: Audit, row: DistributionRow) -> str:
    if row.load_chain:
        ours = [step for step in row.load_chain if step.path is not None]
        place = f" (through {ours[-1].path}:{ours[-1].line})" if ours else ""
        by = "a start-up hook loads" if row.loaded_at_stage == "interpreter" else "other distributions load"
        return f"it is in memory after startup, but {by} it{place}"
    if row.version is None:
        return "it is not installed"
    if not any(entry.last_stage for entry in audit.entries):
        return "the start was not measured"
    return "not in memory after startup"


def _not_implied(audit: Audit, row: DistributionRow) -> str:
    if not row.declared:
        return "nothing declares it, and only declared lines can be needed without an import"
    words = "no start command names it"
    if row.usage in _FOR_OTHER_PURPOSES:
        return f"{words}, and your own {'import' if row.evidence else 'group'} says what it is for"
    if row.required_by and row.usage is Usage.TRANSITIVE:
        return f"{words}, and those that ask for it require it"
    if row.load_chain:
        return f"{words}, and what loads it does so only because it is installed"
    if audit.environment.kind != "installed":
        return f"{words}; whether third-party code asks for it is not known without an environment"
    return f"{words}, no used code asks for it, no plugin of it is known to be read"


def _not_unreached(audit: Audit, row: DistributionRow) -> str:
    if not audit.started:
        return "no entry point is known, so every module counts as reached"
    return "no module that lies outside what the entries reach imports it"


def _not_tests(audit: Audit, row: DistributionRow) -> str:
    groups = sorted({at.group for at in row.declared})
    if not groups:
        return "no test imports it, and no development group declares it"
    return f"no test imports it, and it is declared in {', '.join(groups)}"


def _not_transitive(audit: Audit, row: DistributionRow) -> str:
    if row.required_by:
        shown = ", ".join(row.required_by[:3])
        return f"{shown} requires it, but nothing declared leads there without it"
    return "no installed distribution requires it"


_REASONS: Mapping[Usage, str | Callable[[Audit, DistributionRow], str]] = {
    Usage.STARTUP: _not_startup,
    Usage.LAZY: "no function of reached code imports it",
    Usage.IMPLIED: _not_implied,
    Usage.UNREACHED: _not_unreached,
    Usage.TESTS: _not_tests,
    Usage.TYPING: "no import of it is for type checking only, and it holds no type stubs that are declared",
    Usage.TRANSITIVE: _not_transitive,
    Usage.UNUSED: "nothing declares it",
}
