"""Uses that no rule of the code explains: the project says so, a text names it, a member or its developers need it.

And those by what runs whenever Python starts: a line of a .pth or .start file, a sitecustomize. Laws: pure. A name
that stands somewhere proves no use, and takes the advice to remove away; the project's word is certain. Whose file a
start-up hook is, and whose modules it imports, are both at work before the first line of the application.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from footprint.analysis.names.import_names import ImportNames
from footprint.analysis.use.use_facts import (
    Classification,
    Facts,
    ask_evidence,
    command_evidence,
    site_evidence,
    text_evidence,
)
from footprint.model.audit import Evidence, Usage
from footprint.model.installed_environment import DiskScan, StartHook
from footprint.model.source_modules import ImportSite
from footprint.model.third_party_needs import FirstTest
from footprint.names import ByName, DistributionName, Names
from footprint.pairs import group_pairs
from footprint.values import replace


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
        reason = f"for developers: {what} is there for it"
        return Classification(Usage.TESTS, reason, "likely", command_evidence(found.files))
    if found.asks:
        reason = f"{found.asks[0].asker.module} needs it, which only tests load"
        return Classification(Usage.TESTS, reason, "likely", ask_evidence(found.asks))
    if found.chosen:
        (_, first), *_ = found.chosen
        place = first.place
        reason = f'{first.taker} needs it for {place.what} "{first.value}" in tests: {place.path}:{place.line}'
        evidence = (Evidence(place.path, place.line, "string", None, "test"),)
        return Classification(Usage.TESTS, reason, "likely", evidence)
    return None


def _runs_tests(first: FirstTest) -> Classification:
    evidence = (Evidence(first.path, first.line, "command", None, "test"),)
    if first.needs_runner:
        reason = f"runs the test functions, the first in {first.path}:{first.line}"
        return Classification(Usage.TESTS, reason, "certain", evidence)
    reason = f"may run the tests of {first.path}:{first.line}, for which unittest would do"
    return Classification(Usage.TESTS, reason, "cannot tell", evidence)


def own_hooks(
    hooks: Iterable[StartHook], scan: DiskScan, editable: Names, names: ImportNames, given: Collection[str]
) -> ByName[tuple[StartHook, ...]]:
    """Return the hooks by whose they are: the owner of the file, and who provides what it imports.

    `given` are variables that are set for the start. The finder of an `editable` install is no use of it.
    """
    found: list[tuple[DistributionName, StartHook]] = []
    for hook in hooks:
        owner = _owner_of_file(hook, scan)
        providers = {name for module in hook.modules for name in names.owner_of_module(module)}
        if owner in editable and owner not in providers:
            continue
        switched = replace(hook, variables=()) if any(name in given for name in hook.variables) else hook
        found += ((name, switched) for name in sorted({*providers, *([owner] if owner else [])}))
    return group_pairs(found)


def run_by_hook(facts: Facts) -> Classification | None:
    """Return the use that a hook makes, None where none runs."""
    live = [hook for hook in facts.hooks if not hook.variables]
    if not live:
        return None
    hook = next((hook for hook in live if not hook.dormant), live[0])
    evidence = tuple(Evidence(each.shown, each.line, "hook", None, each.text) for each in live)
    if hook.dormant:
        reason = f"its start-up hook runs {hook.modules[0]}, and {hook.dormant}"
        return Classification(Usage.IMPLIED, reason, "cannot tell", evidence)
    reason = f"{hook.shown}:{hook.line} runs {hook.modules[0]} whenever Python starts"
    if facts.measured and facts.load is None:
        return Classification(Usage.IMPLIED, f"{reason}, yet it was not in memory", "likely", evidence)
    return Classification(Usage.IMPLIED, reason, "certain", evidence)


def sites_of_hooks(hooks: Iterable[StartHook]) -> Iterator[ImportSite]:
    """Yield what hooks import as import sites of modules that run."""
    for hook in hooks:
        for module in hook.modules if not hook.variables and not hook.dormant else ():
            yield ImportSite(hook.shown, hook.line, module)


def explain_idle_hook(facts: Facts) -> str:
    """Return why a hook of it is no use, in words; "" where it has none."""
    hook = next((hook for hook in facts.hooks if hook.variables), None)
    return f"its {hook.shown} does nothing unless {' or '.join(hook.variables)} is set" if hook is not None else ""


def _owner_of_file(hook: StartHook, scan: DiskScan) -> DistributionName | None:
    if hook.file in scan.path_files:
        return scan.path_files[hook.file]
    sites = zip(scan.site_dirs, scan.owners, strict=True)
    return next((owners[hook.shown] for site, owners in sites if _is_in(hook, site.as_posix(), owners)), None)


def _is_in(hook: StartHook, site: str, owners: Mapping[str, DistributionName]) -> bool:
    return hook.file == f"{site}/{hook.shown}" and hook.shown in owners
