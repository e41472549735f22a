"""A shadow of links, where no overlay can be had: an environment whose entries lead to the real ones, a copied project.

What it cannot do: paths differ, and whoever follows a link comes to the real file. So what was written to the real
environment is seen afterwards and told; and a library that looks beside the real place of a file finds what the change
took away, so nothing is tried where that could be.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from footprint.files import link_tree
from footprint.files.link_tree import Leaving, Look
from footprint.files.private import private_folder
from footprint.files.reader import NotRead, read_start, try_read
from footprint.model.installed_environment import Interpreter
from footprint.model.trial import WrittenPath
from footprint.names import normalise
from footprint.probe.shadow import Shadow
from footprint.trial.going import find_going
from footprint.trial.ground import Change, Ground, NoShadow
from footprint.values import replace

_PROJECT_AT_MOST = 512 << 20
_FILES_AT_MOST = 500_000
_TEXT_AT_MOST = 1 << 20
_SCRIPT_AT_MOST = 64 << 10
_WRITTEN_AT_MOST = 1000
_LIBRARY = re.compile(r"\.so(\.\d+)*$")
_EXTENSION = re.compile(r"\.(cpython-[^/]*|abi3)\.so$")
_NAME = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
_OF_PATH = (".pth", ".egg-link", "_finder.py", ".start")


@contextmanager
def open_links(ground: Ground, change: Change) -> Iterator[Shadow]:
    """Give a shadow with one change in it. Raises: NoShadow where it would not show what the change does."""
    going = find_going(ground.claims, change.without)
    _refuse_libraries(ground, change, going)
    with private_folder("shadow", ("env", "project")) as place:
        mapped = _Mapped(ground, str(place / "env"), str(place / "project"))
        try:
            link_tree.copy_project(str(ground.project), mapped.project, bytes_at_most=_PROJECT_AT_MOST)
            for path in change.hidden:
                link_tree.remove(f"{mapped.project}/{path}")
            for path, content in change.edits.items():
                link_tree.replace_file(Path(mapped.project, path), content)
            mapped.link_environment(going, _metadata(ground) if change.opens_metadata else ())
            before = _look(mapped, ground)
        except OSError as error:
            raise NoShadow(f"no shadow of links can be made: {error.strerror or error}") from error
        yield Shadow(
            engine="links",
            interpreter=mapped.interpreter(),
            project=Path(mapped.project),
            overlays=(),
            # Bytecode of a private folder would cost the memory and time of compiling in each shadow.
            environment={"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": ""},
            list_written=lambda: _list_written(before, _look(mapped, ground), mapped),
            find_escaped=mapped.find_escaped,
            shown=mapped.show,
            placed=mapped.place,
            touches=lambda path: not _is_of_copy(path, ground),
            edit=mapped.edit,
        )


class _Mapped:
    """Real places, and those of the shadow."""

    def __init__(self, ground: Ground, env: str, project: str) -> None:
        self.ground, self.env, self.project = ground, env, project
        python = ground.interpreter
        assert python.executable is not None
        self.executable = str(python.executable.absolute())
        self.prefix = os.path.realpath(python.prefix)
        self.is_venv = Path(self.prefix, "pyvenv.cfg").is_file()
        version = f"python{python.version[0]}.{python.version[1]}"
        self.site = f"{env}/lib/{version}/site-packages"
        sites = [os.path.realpath(site) for site in python.site_dirs]
        inner = [site for site in sites if self.is_venv and site.startswith(f"{self.prefix}/")]
        self.sites = {site: env + site[len(self.prefix) :] for site in inner} | {
            site: self.site for site in sites if site not in inner
        }
        self.site = next(iter(self.sites.values()), self.site)
        names = {
            **{str(path.absolute()): self.project for path in (ground.project,)},
            **self.sites,
            **({self.prefix: env, os.path.abspath(python.prefix): env} if self.is_venv else {}),  # noqa: PTH100
        }
        self._names = dict(sorted(names.items(), key=lambda pair: -len(pair[0])))
        alternatives = "|".join(map(re.escape, self._names))
        self._real = re.compile(rf"({alternatives})(?=[/'\"\s:;,)\]]|$)")

    def link_environment(self, going: Iterable[str], opened_too: Iterable[str] = ()) -> None:
        """Make the environment; folders in `opened_too` are no links. Raises: OSError."""
        hidden = frozenset(going)
        opened = {str(above) for path in (*hidden, *self.sites) for above in Path(path).parents}
        opened |= {*self.sites, f"{self.prefix}/bin", *opened_too}
        leaving = Leaving(hidden, opened)
        if self.is_venv:
            # Own environments inside of it, and a project there, are others' business.
            outside = {str(self.ground.project)} if self._holds_project() else set()
            link_tree.mirror(self.prefix, self.env, Leaving(hidden | outside, opened), self._replace)
            self._settle_configuration()
        else:
            version = ".".join(map(str, self.ground.interpreter.version))
            base = str(Path(os.path.realpath(self.executable)).parent)
            text = f"home = {base}\ninclude-system-site-packages = false\nversion = {version}\n"
            link_tree.write_new(f"{self.env}/pyvenv.cfg", text.encode())
            link_tree.link_to(self.executable, f"{self.env}/bin/python")
        for site, ours in self.sites.items():
            if not self.is_venv or not site.startswith(f"{self.prefix}/"):
                link_tree.mirror(site, ours, leaving, self._replace)

    def _holds_project(self) -> bool:
        return str(self.ground.project).startswith(f"{self.prefix}/")

    def _settle_configuration(self) -> None:
        """Site folders of the base are in ours, less what goes: the base's own must not be on the path again."""
        if all(site.startswith(f"{self.prefix}/") for site in self.sites):
            return
        path = Path(self.env, "pyvenv.cfg")
        text = (try_read(f"{self.prefix}/pyvenv.cfg", bytes_at_most=_TEXT_AT_MOST) or b"").decode("utf-8", "replace")
        text = re.sub(r"(?im)^(include-system-site-packages\s*=\s*)true", r"\1false", text)
        link_tree.replace_file(path, text.encode())

    def _replace(self, path: str) -> bytes | None:
        """Return the file as it must be in the shadow, None where it is the same: scripts, and what leads to code."""
        if path.startswith(f"{self.prefix}/bin/"):
            head = self._script_head(path)
            return self._rewritten(path, _SCRIPT_AT_MOST) if head.startswith(b"#!") else None
        return self._rewritten(path, _TEXT_AT_MOST) if path.endswith(_OF_PATH) else None

    def _script_head(self, path: str) -> bytes:
        try:
            return read_start(path, bytes_at_most=2)
        except NotRead:
            return b""

    def _rewritten(self, path: str, most: int) -> bytes | None:
        data = try_read(path, bytes_at_most=most)
        if data is None:
            return None
        text = data.decode("utf-8", "surrogateescape")
        changed = self.place(text)
        return changed.encode("utf-8", "surrogateescape") if changed != text else None

    def interpreter(self) -> Interpreter:
        """Return the interpreter of the shadow."""
        name = Path(self.executable).name if self.is_venv else "python"
        python = self.ground.interpreter
        return replace(
            python,
            executable=Path(self.env, "bin", name),
            prefix=Path(self.env),
            site_dirs=tuple(dict.fromkeys(Path(site) for site in self.sites.values())),
        )

    def edit(self, contents: Mapping[str, bytes]) -> None:
        """Give files of the copied project another content. Raises: OSError."""
        for path, content in contents.items():
            link_tree.replace_file(Path(self.project, path), content)

    def find_escaped(self, files: Iterable[str]) -> str | None:
        """Return a file that a module came from and that is a real one, not the shadow's."""
        tops = (f"{self.ground.project}/", *(f"{site}/" for site in self.sites))
        inside = (f"{self.env}/", f"{self.project}/")
        return next((path for path in files if path.startswith(tops) and not path.startswith(inside)), None)

    def place(self, text: str) -> str:
        """Return a text with our paths in place of real ones."""
        return self._real.sub(lambda found: self._names[found[1]], text)

    def show(self, text: str) -> str:
        """Return a text with real paths in place of ours."""
        for ours, real in self.shown_names().items():
            text = text.replace(ours, real)
        return text

    def shown_names(self) -> Mapping[str, str]:
        """Return the real path of each of our own, the longest first."""
        names = {self.project: str(self.ground.project), **{ours: real for real, ours in self.sites.items()}}
        names |= {self.env: self.prefix} if self.is_venv else {}
        return dict(sorted(names.items(), key=lambda pair: -len(pair[0])))


def _refuse_libraries(ground: Ground, change: Change, going: Iterable[str]) -> None:
    """Raises: NoShadow where a library that goes may still be found: by its place beside the real file."""
    shared = [path for path in going if _holds_library(path)]
    if not shared:
        return
    for one in ground.claims.installed:
        if one.name in change.without:
            continue
        required = {normalise(found[1]) for line in one.requires if (found := _NAME.match(line))}
        if needed := required & change.without:
            message = f"{one.name} may find the libraries of {min(needed)} beside its own files, through the links"
            raise NoShadow(message)


def _metadata(ground: Ground) -> Iterator[str]:
    """Yield the metadata folders of all that is installed."""
    return (f"{os.path.realpath(one.site_dir)}/{one.info_name}" for one in ground.claims.installed)


def _holds_library(path: str) -> bool:
    if _LIBRARY.search(path):
        return not _EXTENSION.search(path)
    names = (Path(each).name for each in link_tree.look_at(path, most=_FILES_AT_MOST))
    return any(_LIBRARY.search(name) and not _EXTENSION.search(name) for name in names)


def _is_of_copy(path: str, ground: Ground) -> bool:
    """Whether a real path is one of the project, which is copied, and of no environment inside of it."""
    sites = tuple(f"{site}/" for site in ground.interpreter.site_dirs)
    return path.startswith(f"{ground.project}/") and not path.startswith(sites)


def _look(mapped: _Mapped, ground: Ground) -> dict[str, tuple[int, int, int]]:
    """Return what the copy of the project and the real site folders hold. Raises: TooLarge."""
    found: dict[str, tuple[int, int, int]] = {}
    for folder in (mapped.project, *mapped.sites):
        found |= link_tree.look_at(folder, most=_FILES_AT_MOST)
    return found


def _list_written(before: Look, after: Look, mapped: _Mapped) -> tuple[WrittenPath, ...]:
    found = []
    for path in sorted({*before, *after}):
        old, new = before.get(path), after.get(path)
        if old == new:
            continue
        place = mapped.show(path)
        if new is None:
            found.append(WrittenPath(place, "deleted"))
        else:
            is_mode = old is not None and old[1:] == new[1:]
            found.append(WrittenPath(place, "mode" if is_mode else "written"))
    return tuple(found[:_WRITTEN_AT_MOST])
