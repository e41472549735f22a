"""Uses that no rule of the code explains: the project says so, a text names it, a member or its developers need it.

Laws: a name that stands somewhere proves no use, and takes the advice to remove away. The project's word is certain.
"""

from __future__ import annotations

from footprint.analysis.use.use_facts import (
    Classification,
    Facts,
    ask_evidence,
    command_evidence,
    site_evidence,
    text_evidence,
)
from footprint.model.audit import Evidence, Usage
from footprint.model.source_modules import FirstTest


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


TEST_RUNNER = "pytest"


def needed_by_developers(facts: Facts) -> Classification | None:
    """Return the class of a line that only developers need, None when nothing speaks for that."""
    found = facts.of_developers
    if found.first_test is not None and (found.first_test.needs_runner or not found.files):
        return _runs_tests(found.first_test)
    if found.files:
        use = found.files[0]
        what = f"{use.command} in {use.path}:{use.line}" if use.command != use.path else use.path
        return Classification(
            Usage.TESTS, f"for developers: {what} is there for it", "likely", command_evidence(found.files)
        )
    if found.asks:
        reason = f"{found.asks[0].asker.module} needs it, which only tests load"
        return Classification(Usage.TESTS, reason, "likely", ask_evidence(found.asks))
    return None


def _runs_tests(first: FirstTest) -> Classification:
    evidence = (Evidence(first.path, first.line, "command", None, "test"),)
    if first.needs_runner:
        reason = f"runs the test functions, the first in {first.path}:{first.line}"
        return Classification(Usage.TESTS, reason, "certain", evidence)
    reason = f"may run the tests of {first.path}:{first.line}, for which unittest would do"
    return Classification(Usage.TESTS, reason, "cannot tell", evidence)
