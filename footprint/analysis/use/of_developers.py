"""What only developers need: the runner of tests, tools with files of their own, what libraries of tests load."""

from __future__ import annotations

from footprint.analysis.use.use_facts import Classification, Facts, ask_evidence, command_evidence
from footprint.model.audit import Evidence, Usage
from footprint.model.source_modules import FirstTest

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
