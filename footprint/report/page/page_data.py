"""What the script of the page looks into: small columns of the audit, and the whole audit packed for a download."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from footprint.model.audit import Audit, DistributionRow, Usage
from footprint.model.audit_difference import AuditDifference
from footprint.model.import_tree import ImportTree
from footprint.report.audit import json as audit_json
from footprint.report.languages.stored_sentences import retell
from footprint.report.page.distribution_table import disk_changes, sorted_rows
from footprint.report.page.page_labels import class_labels, page_figures, page_labels
from footprint.report.text.phrases import place
from footprint.report.text.safe import printable

_EVIDENCE_SHOWN, _NAMES_SHOWN = 12, 30
_USAGES = tuple(Usage)
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})
_MTIME = 0  # the same audit gives the same page


def page_data(audit: Audit, before: AuditDifference | None = None) -> str:
    """Return the data as JSON that stands in a script element: nothing in it can end that, or begin another."""
    changes = disk_changes(before)
    return _safe_json(
        {
            **_frame(audit.project),
            "rows": [_row(row, changes.get(row.name)) for row in sorted_rows(audit)],
            "others": (audit.disk.shared_bytes or 0) + (audit.disk.unowned_bytes or 0),
            "entries": [printable(tree.entry) for tree in audit.import_trees],
            "trees": [_tree(tree) for tree in audit.import_trees],
            "whatif": _what_if(audit),
            "trial": _trial(audit),
        }
    )


def frame_data(name: str) -> str:
    """Return the data of a page without pictures to look into."""
    return _safe_json(_frame(name))


def _frame(name: str) -> dict[str, Any]:
    """Return what the script reads on every page, with no audit in it."""
    texts = {"labels": page_labels(), "figures": page_figures(), "classes": class_labels(), "project": printable(name)}
    return {**texts, "rows": [], "others": 0, "entries": [], "trees": [], "whatif": None, "trial": []}


def _safe_json(values: dict[str, Any]) -> str:
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return text.translate(_ESCAPES).encode("utf-8", "backslashreplace").decode()


def packed_audit(audit: Audit) -> str:
    """Return the audit as JSON, packed by gzip, as text of base64."""
    whole = json.dumps(audit_json.to_json(audit), separators=(",", ":")).encode()
    return base64.b64encode(gzip.compress(whole, 6, mtime=_MTIME)).decode()


def _row(row: DistributionRow, change: int | None) -> list[Any]:
    """Return the columns of a row that the script reads, in the order of its constants NAME to CHANGE."""
    return [
        printable(row.name),
        _USAGES.index(row.usage),
        row.apparent_bytes,
        row.exclusive_bytes if row.declared else None,
        row.startup_self_rss_bytes,
        row.avoidable_rss_bytes if row.usage is Usage.STARTUP else None,
        row.first_use_rss_bytes,
        row.import_time_us,
        printable(retell(row.reason)),
        [printable(_place(item)) for item in row.evidence[:_EVIDENCE_SHOWN]],
        [printable(name) for name in row.required_by[:_NAMES_SHOWN]],
        [[printable(path), count] for path, count in row.folders],
        [count for _, count in row.startup_self_rss_by_entry] if len(row.startup_self_rss_by_entry) > 1 else [],
        [printable(name) for name, _ in row.startup_self_rss_by_entry]
        if len(row.startup_self_rss_by_entry) > 1
        else [],
        [printable(step.module) for step in row.load_chain],
        change,
    ]


def _place(item: Any) -> str:
    inside = f" {item.function}()" if item.function else ""
    detail = f": {item.detail}" if item.detail else ""
    return f"{place(item.path, item.line)}{inside}{detail}"


def _tree(tree: ImportTree) -> dict[str, Any]:
    """Return the columns of a start: names without the package that a load before it has, times from the first on."""
    numbers: dict[str, int] = {}
    names: list[str] = []
    packages: list[int] = []
    for row, module in enumerate(tree.modules):
        package, _, last = module.rpartition(".")
        known = numbers.get(package, -1) if package else -1
        names.append(printable(last if known >= 0 else module))
        packages.append(known)
        numbers.setdefault(module, row)
    return {
        "names": names,
        "packages": packages,
        "parents": _steps(tree.parents),
        "rss": tree.self_rss_bytes,
        "time": tree.self_time_us,
        "avoidable": tree.avoidable_rss_bytes,
        "owners": tree.owners,
        "distributions": [printable(name) for name in tree.distributions],
        "lines": _runs(tree.lines),
        "places": [printable(each) for each in tree.places],
        "ready": tree.ready_from,
    }


def _steps(parents: Sequence[int]) -> list[int]:
    """Return how far above its own row the parent of each stands; 0: it has none."""
    return [row - parent if parent >= 0 else 0 for row, parent in enumerate(parents)]


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    """Return where a column changes, and to what."""
    changes = [row for row, (before, now) in enumerate(pairwise((None, *numbers))) if before != now]
    return [[row, numbers[row]] for row in changes]


def _what_if(audit: Audit) -> dict[str, Any] | None:
    found = audit.what_if
    if found is None:
        return None
    values: dict[str, Any] = audit_json.plain(found)
    starts = [{**each, "entry": printable(each["entry"])} for each in values["starts"]]
    return {**values, "distributions": [printable(name) for name in found.distributions], "starts": starts}


def _trial(audit: Audit) -> list[list[Any]]:
    if audit.trial is None:
        return []
    return [[printable(each.entry), each.rss_before_bytes, each.rss_after_bytes] for each in audit.trial.starts]
