"""Which names are looked for in all of the project's text before a line is called unused or unreached, and where.

Laws: only what would get the advice to go is looked for. What a file is for stands in what reaches it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from footprint.analysis.facts.index import Joined, gather_facts
from footprint.analysis.facts.roots import find_roots, is_removable, verdict_on
from footprint.analysis.questions.open_questions import reached_paths, unreached_paths
from footprint.analysis.reach.reach_rule import UnreachedFiles
from footprint.model.audit import Usage
from footprint.model.installed_environment import Installed
from footprint.model.namings import NamingRole, SoughtName
from footprint.model.source_modules import SourceModule
from footprint.names import DistributionName, ModuleName

# Pins that only require each other are judged without each other.
_MAY_GO = frozenset({Usage.UNUSED, Usage.UNREACHED, Usage.TRANSITIVE})
# Files by which the build, tasks and documentation are described: what they name is no part of the application.
_BESIDE = frozenset({"noxfile.py", "tasks.py", "fabfile.py", "dodo.py", "toxfile.py"})
_DOCUMENTATION = frozenset({"docs", "doc", "documentation"})
_BUILD_GROUPS = ("distutils.", "setuptools.", "egg_info.")
_DECLARES = frozenset({"setup.py"})


def names_to_seek(joined: Joined) -> tuple[SoughtName, ...]:
    """Return the names of every declared distribution that would be called unused or unreached with advice.

    Of the pins that would go with such a line only modules are sought, with what stands in them: "torch.nn.Linear". The
    bare name of something that came along is mostly an ordinary word.
    """
    if {verdict_on(name, joined).usage for name in joined.declared}.isdisjoint(_MAY_GO):
        return ()
    roots = find_roots((), joined)
    advised = [name for name in joined.declared if name in joined.installed and is_removable(roots.verdicts[name])]
    leaving = roots.leaving_with(advised) & joined.declared.keys() - set(advised) if advised else frozenset()
    modules = joined.facts.names.modules_of(frozenset((*advised, *leaving)))
    return (
        *(names_of(name, modules.get(name, ()), joined) for name in advised),
        *(SoughtName(name, (), modules.get(name, ()), is_dotted=True) for name in sorted(leaving)),
    )


def files_to_seek(sought: Iterable[SoughtName], joined: Joined) -> frozenset[str]:
    """Return the files that nothing reaches and by which alone something sought would be called unreached."""
    found = set[str]()
    for each in sought:
        if verdict_on(each.distribution, joined).usage is Usage.UNREACHED:
            found.update(use.site.path for use in gather_facts(each.distribution, joined).sites)
    return UnreachedFiles(joined.facts.sources, unreached_paths(joined)).leading_to(found) if found else frozenset()


def names_of(name: DistributionName, modules: tuple[ModuleName, ...], joined: Joined) -> SoughtName:
    """Return all by which a text may name an installed distribution that provides `modules`."""
    item = joined.installed[name]
    unseen = gather_facts(name, joined).unseen
    if unseen is not None:
        modules = unseen.import_names or (name.replace("-", "_"),)
    spellings = (name, item.display_name, name.replace("-", "_"), item.display_name.replace("-", "_"))
    commands = [record.name for record in item.entry_points if record.group.endswith("_scripts")]
    plugins = [word for word in _plugins_of(item) if not joined.facts.names.is_installed(word) or word in modules]
    found = [tuple(dict.fromkeys(each)) for each in (filter(None, spellings), modules, commands, plugins)]
    return SoughtName(name, found[0], found[1], found[2], found[3])


def _plugins_of(item: Installed) -> Iterator[str]:
    """Yield the names under which others load it, those for its build apart.

    One that is the import name of something else speaks of that: an instrumentation registers as what it instruments.
    """
    for record in item.entry_points:
        if not record.group.endswith("_scripts") and not record.group.startswith(_BUILD_GROUPS):
            yield record.name


def roles_of_code(joined: Joined) -> Mapping[str, NamingRole]:
    """Return what each Python file of the project is for; none for what only declares."""
    reached = frozenset(reached_paths(joined))
    guess = any(entry.is_guess for entry in joined.facts.entries)
    roles: dict[str, NamingRole] = {}
    for module in joined.facts.sources.modules:
        folder, _, file = module.path.rpartition("/")
        if file in _DECLARES:
            continue
        is_started = any(start.may_run(module.path) for start in joined.facts.unknown_starts)
        is_open = module.path in joined.look.runnable or is_started
        if module.is_for_developers or file in _BESIDE or not _DOCUMENTATION.isdisjoint(folder.split("/")):
            roles[module.path] = "tests"
        else:
            roles[module.path] = "app" if module.path in reached or (is_open and not guess) else "dead"
    return roles


def imported_words(joined: Joined) -> frozenset[str]:
    """Return the last parts of all modules and names that any file imports: somebody may read their variables."""
    sites = [site for module in joined.facts.sources.modules for site in module.sites]
    return frozenset([name for site in sites for name in (site.module.rpartition(".")[2], *site.names)])


def texts_to_read(paths: Iterable[str], joined: Joined) -> tuple[str, ...]:
    """Return the files that may name what is loaded: requirement and lock files declare."""
    declaring = {path for path in joined.facts.declared.files if not path.endswith(("pyproject.toml", "setup.cfg"))}
    lock_files = joined.facts.missing.lock_files if joined.facts.missing is not None else ()
    return tuple(path for path in paths if path not in declaring and path not in lock_files)


def names_that_could_move(joined: Joined) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names that imports at startup bind, and the modules in which; none where no start was measured."""
    if not joined.observed:
        return frozenset(), frozenset()
    names: set[str] = set()
    modules: set[str] = set()
    for uses in joined.uses.by_distribution.values():
        for use in uses:
            module = joined.sources.get(use.site.path)  # None: a settings file names it
            if module is not None and use.status == "startup" and use.site.used_at_import_line is None:
                names.update(use.site.bound)
                modules.update((module.module, *module.other_names))
    return frozenset(names), frozenset(modules)


def names_in_files(joined: Joined) -> dict[str, Mapping[str, str]]:
    """Return, for every file of the project, what the names that it imports stand for."""
    return {module.path: _stands_for(module) for module in joined.facts.sources.modules}


def _stands_for(module: SourceModule) -> dict[str, str]:
    found: dict[str, str] = {}
    for site in module.sites:
        if site.names:
            found.update((name, f"{site.module}.{each}") for name, each in zip(site.bound, site.names, strict=False))
        elif len(site.bound) == 1 and site.bound[0] != site.module.partition(".")[0]:
            found[site.bound[0]] = site.module
    return found
