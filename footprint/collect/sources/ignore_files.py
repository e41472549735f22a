"""Which ignore files hold for a folder, and what they say together.

They are the `.gitignore` files of the project, those of the enclosing git repository above it, and the repository's
`.git/info/exclude`. Without a repository the project's own still count: an unpacked archive is the same project. What
only one machine knows (`core.excludesFile`) is not asked. A project folder that is itself ignored from above was named
by somebody who wants it read, so nothing above it counts then: a home folder may be a repository that ignores all.
Source: gitignore(5). Git does not follow a linked `.gitignore` either.
"""

from __future__ import annotations

import os
from pathlib import Path

from footprint.collect.sources.gitignore import IgnoreRules
from footprint.files.paths import is_work_tree
from footprint.files.reader import NotRead, read_start
from footprint.model.note import Note
from footprint.values import dataclass

_LARGEST_BYTES = 1 << 18
_PATTERNS_AT_MOST = 1_000  # that are no plain names, in one file; compiling as many takes half a second
_ALL_PATTERNS_AT_MOST = 5_000
FILE_NAME = ".gitignore"


@dataclass(frozen=True, slots=True)
class Layer:
    """The rules of one file, and how a path of the project becomes one of theirs."""

    rules: IgnoreRules
    prefix: bytes  # put in front: "services/api/" for rules two folders above the project
    skipped: int  # bytes cut off: the length of "app/" for rules in that folder


Layers = tuple[Layer, ...]  # weakest first


class IgnoreFiles:
    """Reads ignore files below and above one project; what cannot be read is in `notes`."""

    def __init__(self, project: Path) -> None:
        """Read nothing yet."""
        self._project = project
        self._patterns = 0
        self.notes: list[Note] = []

    def above(self) -> Layers:
        """Return the rules from above the project: of its repository, when there is one around it."""
        project = self._project.resolve()
        root = next((folder for folder in (project, *project.parents) if is_work_tree(folder)), None)
        if root is None:
            return ()
        parts = project.relative_to(root).parts
        layers = list(self._of_repository(root, "".join(f"{part}/" for part in parts), 0))
        for depth in range(len(parts)):
            rest = "/".join(parts[depth:])
            rules = self._read(root.joinpath(*parts[:depth], FILE_NAME), None)
            if rules is not None:
                layers.append(Layer(rules, os.fsencode(f"{rest}/"), 0))
        ours = os.fsencode("/".join(parts))
        for end in [position for position, sign in enumerate(ours) if sign == b"/"[0]] + [len(ours)]:
            path = ours[:end]
            if path and _says_above(layers, path, len(ours)):
                return ()
        return tuple(layers)

    def below(self, folder: str, names: frozenset[str], layers: Layers) -> Layers:
        """Return `layers` with what the files in `folder`, which holds `names`, add to them.

        `folder` is relative to the project, "" for the project itself. A repository within the project starts anew.
        """
        skipped = len(os.fsencode(folder)) + 1 if folder else 0
        if folder and ".git" in names and is_work_tree(self._project / folder):
            layers = self._of_repository(self._project / folder, "", skipped)
        if FILE_NAME in names:
            path = f"{folder}/{FILE_NAME}" if folder else FILE_NAME
            rules = self._read(self._project / path, path)
            if rules is not None:
                layers = (*layers, Layer(rules, b"", skipped))
        return layers

    def _of_repository(self, root: Path, prefix: str, skipped: int) -> Layers:
        rules = self._read(root / ".git" / "info" / "exclude", None)
        return () if rules is None else (Layer(rules, os.fsencode(prefix), skipped),)

    def _read(self, path: Path, shown: str | None) -> IgnoreRules | None:
        """Return the rules of a file; None when it is not there or holds none. `shown` is its name in notes."""
        try:
            if path.is_symlink():
                return None
            data = read_start(path, bytes_at_most=_LARGEST_BYTES + 1)
        except NotRead as why:
            if why.reason not in ("absent", "not-regular"):
                self._note(f"an ignore file was not read: {why}", shown)
            return None
        except OSError:
            return None
        rules = IgnoreRules(data[:_LARGEST_BYTES], min(_PATTERNS_AT_MOST, _ALL_PATTERNS_AT_MOST - self._patterns))
        self._patterns += rules.special_count
        if len(data) > _LARGEST_BYTES or rules.is_cut:
            self._note("an ignore file is too large: only its beginning counts", shown)
        return None if rules.is_empty else rules

    def _note(self, message: str, shown: str | None) -> None:
        self.notes.append(Note("ignore-file", message, shown))


def is_ignored(layers: Layers, path: str, *, is_folder: bool) -> bool:
    """Whether a path, relative to the project, is ignored; its folder is taken to be none that is."""
    raw = os.fsencode(path)
    for layer in reversed(layers):
        said = layer.rules.decide(layer.prefix + raw[layer.skipped :], is_folder=is_folder)
        if said is not None:
            return said
    return False


def _says_above(layers: list[Layer], path: bytes, length: int) -> bool:
    """Whether rules from above ignore `path`, the project or a folder around it, relative to the repository.

    `length` is that of the project's own path: a layer whose prefix is shorter stands that much further down.
    """
    starts = ((layer, length + 1 - len(layer.prefix)) for layer in reversed(layers))
    said = (layer.rules.decide(path[start:], is_folder=True) for layer, start in starts if start < len(path))
    return next((each for each in said if each is not None), False)
