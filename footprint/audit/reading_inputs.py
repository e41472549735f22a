"""What the reading of a project's modules follows from, told by digests: where all are the same, so is what is read."""

from __future__ import annotations

from footprint.audit.target import Target
from footprint.audit.target_reader import reading_facts
from footprint.collect.sources import Foreign, FoundSources
from footprint.files.file_facts import digest_of
from footprint.files.kept_sources import ReadingInputs


def inputs_of(found: FoundSources, target: Target, stated: tuple[object, ...], foreign: Foreign) -> ReadingInputs:
    """Return it for the files that were found; `stated` is what the deploy files and the environment say of them."""
    tree = found.tree
    others = (tree.files, sorted(tree.packages), tree.ignored, tree.all_ignored_found, tree.notes, tree.installations)
    return ReadingInputs(
        files=found.files,
        target=digest_of(reading_facts(target.interpreter), target.interpreter.site_dirs),
        others=digest_of(others, found.layout, stated, sorted(foreign.names)),
        known_names=lambda: digest_of(sorted(foreign.known())),
    )
