"""Uses that no rule explains: the project says so beside the line, or some text of it names the distribution.

Laws: a name that stands somewhere proves no use, and takes the advice to remove away. The project's word is certain.
"""

from __future__ import annotations

from footprint.analysis.use.use_facts import Classification, Facts, text_evidence
from footprint.model.audit import Evidence, Usage


def called_needed(facts: Facts) -> Classification | None:
    """A comment `# footprint: needed: why` stands beside a line that declares it."""
    if not facts.needed:
        return None
    comment = facts.needed[0]
    why = f": {comment.reason}" if comment.reason else ""
    reason = f"called needed in {comment.path}:{comment.line}{why}"
    return Classification(Usage.IMPLIED, reason, "certain", (Evidence(comment.path, comment.line, "comment", None),))


def named_anywhere(facts: Facts) -> Classification | None:
    """Its name stands in a file that runs or is read with the application, and no rule says what it does there."""
    places = [naming for naming in facts.namings if naming.role == "app"]
    if not places:
        return None
    first, line = places[0], facts.declared[0]
    reason = (
        f'"{first.text}" stands in {first.path}:{first.line}, and what reads it is not known; if nothing needs it,'
        f" remove the line; else write `# footprint: needed: why` beside {line.path}:{line.line}"
    )
    return Classification(Usage.IMPLIED, reason, "cannot tell", text_evidence(places))


def named_for_tests(facts: Facts) -> Classification | None:
    """Its name stands only in files of tests, tasks or documentation: it is used there at most."""
    places = [naming for naming in facts.namings if naming.role == "tests"]
    if not places or facts.required_by:
        return None
    first = places[0]
    is_plain = all(naming.text.isidentifier() for naming in places)
    reason = f'named only for tests, tasks or documentation: "{first.text}" in {first.path}:{first.line}'
    return Classification(Usage.TESTS, reason, "cannot tell" if is_plain else "likely", text_evidence(places))
