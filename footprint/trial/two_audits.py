"""Two audits to hold against each other: of two environments, or of two commits in the environment of today.

A commit's files are read from a copy of ours. What is started runs in a shadow of the project in which they lie in the
place of today's, so that everything that leads to the project, an editable install too, leads to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from footprint.audit.checkout import Checkout, open_checkout
from footprint.audit.listener import Progress
from footprint.audit.minimal_file import minimal_text
from footprint.audit.run import run_audit
from footprint.audit.scratch_environment import Installation, find_own_paths, make_scratch
from footprint.audit.target import open_target
from footprint.collect import interpreter
from footprint.collect.declared import read_declared
from footprint.collect.git.commits import Commit, find_commits, list_commit, read_commit
from footprint.config.options import Options, StartOptions
from footprint.errors import CannotMeasure
from footprint.files.paths import place_in, rebased
from footprint.files.private import private_folder
from footprint.files.reader import try_read
from footprint.files.tree_writer import write_tree
from footprint.model.audit import Audit
from footprint.model.note import Note
from footprint.model.requirements import DeclaredFiles
from footprint.trial.ground import Change, NoShadow
from footprint.trial.moved_project import read_elsewhere
from footprint.trial.shadows import Shadows
from footprint.units import few
from footprint.values import dataclass, replace

Pair = tuple[Audit, Audit]
_FILE_AT_MOST = 1 << 30
_Lines = set[tuple[str, str, str]]


def audit_environments(options: Options, environments: Sequence[Path], progress: Progress) -> Pair:
    """Return the audits of one project in two environments, one after the other."""
    targets = [replace(options.target, env=each, python=None, site_packages=(), no_env=False) for each in environments]
    before, after = (run_audit(replace(options, target=each), progress) for each in targets)
    return before, after


@dataclass(frozen=True, slots=True)
class Installing:
    """That commits which declare other things are to be audited in environments of their own."""

    find_links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Copy:
    """The files of one commit, in a folder of ours, and what they declare."""

    commit: Commit
    folder: Path
    paths: frozenset[str]
    declared: DeclaredFiles
    options: Options  # of its audit
    is_on_path: bool  # the environment leads to today's project: elsewhere a start would run that


def audit_commits(
    options: Options, span: str, installing: Installing | None, progress: Progress
) -> tuple[Pair, tuple[str, str], tuple[Note, ...]]:
    """Return the audits of two commits, what the reader calls them, and what to know.

    Each commit's files are written into a folder of ours, which is gone afterwards; the work tree is left alone. Both
    are audited in the environment of today, but where they declare other things and that is asked for: then each in
    one that is made for it. Raises: UsageError, CannotMeasure where git does not give them, or one cannot be made.
    """
    project = options.target.project
    commits = find_commits(project, span)
    options, is_on_path, notes = _settle(options)
    with ExitStack() as held:
        copies = [_copy(held, options, commit, is_on_path, progress) for commit in commits]
        before, after = (_lines(each.declared) for each in copies)
        others = sorted({name for name, *_ in before ^ after})
        if others and installing is not None:
            copies = [_install(held, each, before & after, installing, project, progress) for each in copies]
        elif others:
            notes = (*notes, _other_requirements(others))
        today = frozenset((*list_commit(find_commits(project, "..")[0]), *_modules(options)))
        first, second = (_audit(each, today, project, progress) for each in copies)
    return (first, second), (commits[0].asked, commits[1].asked), notes


def _settle(options: Options) -> tuple[Options, bool, tuple[Note, ...]]:
    """Return the options with the environment of today by its path, and starts only where they run a commit's code.

    And whether that environment leads to the project.
    """
    target = options.target
    if not target.no_env and not target.site_packages:
        python, _ = interpreter.find(python=target.python, env=target.env, project=target.project)
        target = replace(target, python=Path.cwd() / python, env=None)
    options = replace(options, target=target)
    found = open_target(options.target, starts=False, may_be_missing=True)
    if not found.roots or not options.probe.enabled or (why := _why_no_shadow(options)) is None:
        return options, bool(found.roots), ()
    message = (
        "the environment has the project itself on its path (an editable install), so a start would run the files of "
        f"today and not those of a commit, and there is no shadow for them ({why}): nothing was started, and what is "
        "said of the start is read from the code"
    )
    return replace(options, probe=StartOptions(enabled=False)), True, (Note("project-on-path", message),)


def _why_no_shadow(options: Options) -> str | None:
    try:
        with Shadows.of(open_target(options.target, starts=True), options.target).give(Change()):
            return None
    except NoShadow as why:
        return str(why)


def _copy(held: ExitStack, options: Options, commit: Commit, is_on_path: bool, progress: Progress) -> _Copy:
    folder = held.enter_context(private_folder("commit")) / (options.target.project.resolve().name or "project")
    progress(f"writing the files of {commit.asked}")
    write_tree(folder, read_commit(commit))
    files = tuple(rebased(path, options.target.project, folder) for path in options.target.requirements)
    options = replace(options, target=replace(options.target, project=folder, requirements=files))
    return _Copy(commit, folder, frozenset(list_commit(commit)), read_declared(folder, files), options, is_on_path)


def _modules(options: Options) -> Iterator[str]:
    """Yield the paths of the modules that the project has today, whether git knows them or not."""
    quiet = replace(options, probe=StartOptions(enabled=False))
    yield from (module.path for module in open_checkout(quiet, lambda stage: None, thorough=False).code.sources.modules)


def _install(
    held: ExitStack, copy: _Copy, same: _Lines, installing: Installing, project: Path, progress: Progress
) -> _Copy:
    """Return a copy that is audited in an environment of what it declares, in the versions of now where both agree."""
    target = open_target(copy.options.target, starts=False)
    python = target.interpreter.executable
    if python is None:
        raise CannotMeasure("--install needs an interpreter to make an environment with, and there is none")
    progress(f"installing what {copy.commit.asked} declares")
    lines = [line for line in copy.declared.requirements if line.kind == "requirement" and line.group == "main"]
    agreed, paths = {name for name, *_ in same}, find_own_paths(target.interpreter, project)
    pins = [f"{one.name}=={one.version}\n" for one in target.installed if one.name in agreed]
    wanted = Installation(minimal_text(lines, copy.declared.local_paths), "".join(pins), installing.find_links, paths)
    env, _ = make_scratch(held.enter_context(private_folder("install")), python, wanted, copy.folder)
    target_options = replace(copy.options.target, env=env, python=None)
    return replace(copy, options=replace(copy.options, target=target_options), is_on_path=False)


def _audit(copy: _Copy, today: frozenset[str], project: Path, progress: Progress) -> Audit:
    @contextmanager
    def cover(checkout: Checkout) -> Iterator[Checkout]:
        """Give the checkout so that it is started in a shadow of today's project, else where it is, if that does."""
        if not checkout.can_start:
            yield checkout
            return
        with ExitStack() as held:
            try:
                target, python = replace(checkout.options.target, project=project), checkout.target.interpreter
                change = _change(copy, today, project, python.prefix)
                shadow = held.enter_context(Shadows.of(checkout.target, target).give(change))
            except NoShadow:
                if copy.is_on_path:
                    raise
                yield checkout
            else:
                yield replace(checkout, shadow=read_elsewhere(shadow, project, python, copy.folder))

    return run_audit(copy.options, progress, cover=cover)


def _change(copy: _Copy, today: frozenset[str], project: Path, prefix: Path) -> Change:
    return change_to(copy.folder, copy.paths, today, project, prefix)


def change_to(folder: Path, paths: frozenset[str], today: frozenset[str], project: Path, prefix: Path) -> Change:
    """Return what makes today's project that of a commit, whose files lie in a folder of ours.

    What git does not know, such as settings, stays. `today` are the paths that the project has today.
    """
    edits: dict[str, bytes] = {}
    for path in paths:
        content = try_read(folder / path, bytes_at_most=_FILE_AT_MOST)
        if content is not None and content != try_read(project / path, bytes_at_most=_FILE_AT_MOST):
            edits[path] = content
    return Change(edits=edits, hidden=frozenset(_hidden(paths, today, place_in(project, prefix) or "")))


def _hidden(paths: frozenset[str], today: frozenset[str], env: str) -> Iterator[str]:
    """Yield what a commit has not: a folder whole where it has nothing in it, for a folder can be imported, too."""
    folders = {str(above) for path in (*paths, env) for above in Path(path).parents}
    for path in today - paths - folders:
        above = [str(each) for each in Path(path).parents[-2::-1]]
        yield next((folder for folder in (*above, path) if folder not in folders | paths), path)


def _other_requirements(names: Sequence[str]) -> Note:
    """Return what to say where the commits declare other things than what is installed today was made for."""
    message = (
        f"the commits do not declare the same of {few(names, 5)}. Both were audited in the environment of today, so "
        "weights are those of what is installed there. --install makes an environment for each"
    )
    return Note("other-requirements", message)


def _lines(declared: DeclaredFiles) -> _Lines:
    return {(each.name, each.group, each.specifier) for each in declared.requirements}
