"""The formats there are: each is the module of its name in the room of the report, loaded when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from footprint.report.text.view import DEFAULT_VIEW, View

if TYPE_CHECKING:
    from footprint.model.addition import AdditionReport
    from footprint.model.audit import Audit
    from footprint.model.audit_difference import AuditDifference
    from footprint.model.combinations import Freed
    from footprint.model.deferrals import Deferrals
    from footprint.model.fleet_answer import FleetAnswer
    from footprint.model.fleet_picture import FleetPicture
    from footprint.model.fleet_report import FleetReport
    from footprint.model.gate_report import GateReport
    from footprint.model.image_report import ImageDifference, ImageReport
    from footprint.model.service_plans import ServicesReport
    from footprint.model.trial import Trial
    from footprint.model.trim import Trim
    from footprint.model.tuning import Tuning

    Report = (
        AdditionReport | Audit | AuditDifference | Deferrals | FleetAnswer | FleetPicture | FleetReport | Freed
        | GateReport | ImageDifference | ImageReport | ServicesReport | Trial | Trim | Tuning
    )  # fmt: skip

_BOTH = ("table", "markdown", "json")
DEFER = DIFF = IMAGE = TRIM = TUNE = (*_BOTH,)
AUDIT = (*_BOTH, "html", "csv", "cyclonedx", "summary", "badge")
COST = (*_BOTH, "badge")
TRIAL = ("table", "json")
ANSWER = (*_BOTH, "csv")
SERVICES = (*_BOTH, "html", "jsonl")  # the last: every audit a line
FLEET = ("table", "markdown", "jsonl")  # the last: every project a line, as soon as it is audited
CHECK = (*_BOTH, "junit", "sarif", "github", "gitlab")
_ROOMS: Mapping[str, str] = {  # by the class of the report: most commands have no use for the others
    "Audit": "audit", "Freed": "freed", "AuditDifference": "difference", "Deferrals": "deferral", "GateReport": "gate",
    "FleetAnswer": "answer", "ImageDifference": "image", "ImageReport": "image", "FleetReport": "projects",
    "ServicesReport": "fleet", "Trial": "trial", "Trim": "trim", "Tuning": "tune",
    "AdditionReport": "addition",
}  # fmt: skip
_PAGES: Mapping[str, str] = {
    "Audit": "html",
    "FleetPicture": "fleet_page",
    "ServicesReport": "services_page",
}  # in a room of their own
# As JSON they are their fields, no more.
_WHOLE = frozenset(
    {
        "AdditionReport",
        "AuditDifference",
        "Deferrals",
        "ImageDifference",
        "ImageReport",
        "ServicesReport",
        "Trim",
        "Tuning",
    }
)


def render(name: str, report: Report, view: View = DEFAULT_VIEW) -> str:
    """Return a report in one of its formats: an audit in one of AUDIT, a check in one of CHECK, and so on."""
    kind = type(report).__name__
    if name == "json" and kind in _WHOLE:
        from footprint.report.audit.json import render_whole

        return render_whole(report)
    module = f"page.{_PAGES[kind]}" if name == "html" else f"{_ROOMS[kind]}.{name}"
    write: Callable[[Report, View], str] = import_module(f"footprint.report.{module}").render
    if view.language == "en":
        return write(report, view)
    from footprint.report.languages.messages import spoken

    with spoken(view.language):
        return write(report, view)
