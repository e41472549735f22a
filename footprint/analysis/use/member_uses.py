"""Lines of a distribution of its own within the project: its own modules judge them, whoever starts them."""

from __future__ import annotations

from footprint.analysis.use.use_facts import Classification, Facts, site_evidence
from footprint.model.audit import Usage


def of_member(facts: Facts) -> Classification | None:
    """Say of what only a member's own modules import that the member needs it: never that a module goes with it."""
    use = facts.member_use
    if use is None:
        return None
    first = use.sites[0].site
    reason = f"imported by {first.path}:{first.line} of {use.member.name or use.member.folder}, "
    if not use.member.name:
        reason += f"which has requirements of its own ({use.line.path}:{use.line.line}) and in which no entry starts"
        return Classification(Usage.UNREACHED, reason, "cannot tell", site_evidence(use.sites))
    if use.asked_for:
        reason += f"which {use.starting} requires: a distribution of its own, whose lines its own modules judge"
        return Classification(Usage.IMPLIED, reason, "certain", site_evidence(use.sites))
    reason += f"a distribution of its own that {use.starting} does not require: only {use.member.folder} needs it"
    return Classification(Usage.IMPLIED, reason, "likely", site_evidence(use.sites))
