"""Which lighter forms of what is installed nothing in the project speaks against."""

from __future__ import annotations

from itertools import chain

from footprint.analysis.facts.index import Joined
from footprint.analysis.facts.run_facts import Collected
from footprint.collect.sources.project_files import find_text_files
from footprint.config.options import TargetOptions
from footprint.knowledge.tables import read_spare_extras, read_variants
from footprint.model.lighter_variants import GpuWords, LighterVariant, SpareExtra


def find_variants(joined: Joined, options: TargetOptions) -> tuple[LighterVariant, ...]:
    """Return the rows of data/variants.toml whose words stand, or do not stand, in the project as they have to.

    Files are read only where something heavy is installed: most projects have nothing of it.
    """
    variants, gpu = read_variants()
    installed = {each.name for each in joined.facts.installed}
    found = [each for each in variants if each.heavy in installed and (not each.brings or _brings(each, joined))]
    if not found:
        return ()
    words = {*chain(gpu.deploy, gpu.code, gpu.asks), *chain(*(each.unless + each.needs for each in found))}
    there = _find(words, joined.facts, options)
    return tuple(each for each in found if _holds(each, gpu, there))


def find_spare_extras(facts: Collected, options: TargetOptions) -> tuple[SpareExtra, ...]:
    """Return the extras that lines ask for, that can be done without, and that no word of the project needs."""
    asked = {(line.name, extra) for line in facts.declared.requirements for extra in line.extras}
    found = [each for each in read_spare_extras() if (each.of, each.extra) in asked] if asked else []
    there = _find(set(chain(*(each.unless for each in found))), facts, options) if found else set()
    return tuple(each for each in found if there.isdisjoint(each.unless))


def _find(words: set[str], facts: Collected, options: TargetOptions) -> set[str]:
    from footprint.collect.project_words import find_words  # few have what they are asked about

    texts = find_text_files(options.project, options.exclude, respect_gitignore=options.respect_gitignore)
    code = [module.path for module in facts.sources.modules if not module.is_for_developers]
    return find_words(options.project, (*code, *texts), words)


def _brings(variant: LighterVariant, joined: Joined) -> bool:
    """Whether anything is installed that begins as one of what it brings does."""
    begins = tuple(pattern.partition("*")[0] for pattern in variant.brings)
    return any(each.name.startswith(begins) for each in joined.facts.installed)


def _holds(variant: LighterVariant, gpu: GpuWords, there: set[str]) -> bool:
    if not there.isdisjoint(variant.unless) or (variant.needs and there.isdisjoint(variant.needs)):
        return False
    if not variant.gpu:
        return True
    uses = not there.isdisjoint(gpu.code) and there.isdisjoint(gpu.asks)
    return there.isdisjoint(gpu.deploy) and not uses
