"""Claims: which distribution says that a path is its own, before anything is weighed.

Laws: RECORD decides, never folder names, where a RECORD is whole. A path claimed twice is counted once.
A claim that leaves its own prefix is noted and never followed.
"""

# Names and strings, not Path objects: half the time over thousands of files.
# ruff: noqa: PTH118

from __future__ import annotations

import os
from collections.abc import Iterable, MutableMapping, Sequence
from pathlib import Path

from footprint.collect.disk.claimed_files import ClaimedFiles, FolderNames
from footprint.collect.disk.record import Record, read_evidence, read_record, separate
from footprint.collect.disk.walk import WalkedFolder
from footprint.files.reader import DISK, FolderView, NotRead
from footprint.model.installed_environment import Installed
from footprint.model.note import Note
from footprint.names import readable

_LIBRARY_FOLDERS = ("lib", "lib64", "Lib")


class Claims:
    """All claims of `installed` on the trees of one environment. Owner numbers index `installed`."""

    def __init__(
        self, prefix: Path, site_dirs: Sequence[Path], installed: Sequence[Installed], view: FolderView = DISK
    ) -> None:
        self.installed, self._view = installed, view
        self.site_dirs = tuple(dict.fromkeys(view.real_path(str(folder)) for folder in site_dirs))
        # A site folder inside another is walked with it, once.
        self.roots = tuple(s for s in self.site_dirs if not any(_inside(s, other) for other in self.site_dirs))
        self.files = {root: ClaimedFiles() for root in self.roots}
        self.folders: dict[str, dict[str, int]] = {root: {} for root in self.roots}
        self.outside: dict[str, int] = {}  # absolute path -> owner
        self.contested: dict[tuple[str, str], list[int]] = {}  # (root, path) -> owners; root "" for outside
        self.notes: list[Note] = []
        self._prefix = view.real_path(str(prefix))
        self.followed: dict[str, str] = {}  # folders that RECORDs reach by dots, and where they really are
        self.has_guesses = False  # whether something was claimed by a name, for lack of a list
        self._evidence_of: dict[int, dict[str, tuple[str, int | None]]] = {}
        self._sites = {str(folder): self.locate(view.real_path(str(folder))) for folder in site_dirs}

    def collect(self) -> None:
        """Read every RECORD, fall back where there is none, and settle what several claim."""
        guesses: list[tuple[int, tuple[str, ...]]] = []
        for owner, one in enumerate(self.installed):
            place = self._sites.get(str(one.site_dir)) or self.locate(self._view.real_path(str(one.site_dir)))
            if place is None:
                continue
            root, site = place
            names = self._claim_recorded(owner, one, root, site)
            self.folders[root].setdefault(site + one.info_name, owner)  # RECORDs omit INSTALLER, uv_cache.json
            self._claim(owner, root, site + one.info_name)  # .egg-info, .egg and .egg-link may be files
            if names:
                guesses.append((owner, names))
        self.has_guesses = bool(guesses)
        for owner, names in guesses:
            self._claim_guessed(owner, names)
        # Sources first: bytecode, which RECORD lists without a hash, follows them.
        for key in sorted(self.contested, key=lambda key: key[1].endswith(".pyc")):
            self._settle(key, self.contested[key])

    def trees(self) -> tuple[WalkedFolder, ...]:
        """Return what to walk, in the order of the site folders."""
        return tuple(WalkedFolder(root, self.files[root], self.folders[root]) for root in self.roots)

    def locate(self, path: str) -> tuple[str, str] | None:
        """Return the root that holds a real path, and the path below it with a trailing slash ("" for the root)."""
        for root in self.roots:
            if path == root:
                return root, ""
            if _inside(path, root):
                return root, path[len(root) :].strip("/") + "/"
        return None

    def absolute(self, key: tuple[str, str]) -> str:
        """Return the absolute path of a contested key."""
        return f"{key[0]}/{key[1]}" if key[0] else key[1]

    def _claim_recorded(self, owner: int, one: Installed, root: str, site: str) -> tuple[str, ...]:
        """Claim what metadata lists; return the top-level names to guess with where the list is not whole."""
        info = f"{root}/{site}{one.info_name}"
        record = read_record(f"{info}/RECORD", self._view) if one.info_name.endswith(".dist-info") else None
        if record is not None:
            self._claim_record(owner, one, (root, site), record)
            if record.damage is None:
                return ()  # most
        from footprint.collect.disk import legacy

        if record is not None:
            message = f"{record.damage}; whole folders are claimed by name instead"
            self.notes.append(Note("record-damaged", message, readable(f"{one.info_name}/RECORD")))
            return legacy.top_level_names(info, one, record.paths(), self._view)
        if one.info_name.endswith((".egg", ".egg-link")):
            return ()
        listed = legacy.installed_files(info, one.info_name, self._view)
        if listed is not None:
            self._claim_record(owner, one, (root, site), separate(listed, None))
            return ()
        if one.info_name.endswith(".dist-info"):
            self.notes.append(
                Note(
                    "record-missing", "has no RECORD that can be read; whole folders are claimed by name", one.info_name
                )
            )
        return legacy.top_level_names(info, one, (), self._view)

    def _claim_record(self, owner: int, one: Installed, place: tuple[str, str], record: Record) -> None:
        root, site = place
        groups = [((site + folder).rstrip("/"), names) for folder, names in record.groups] if site else record.groups
        self._claim_all(owner, root, groups)
        escapes = [path for path in record.odd if not self._claim_odd(owner, root, site, path)]
        if escapes:
            message = f"names {len(escapes)} paths outside its prefix, which are left alone: {escapes[0]}"
            self.notes.append(Note("record-escapes", readable(message), readable(f"{one.info_name}/RECORD")))

    def _claim_odd(self, owner: int, root: str, site: str, path: str) -> bool:
        """Claim a path with dots or an absolute one; False if it leads out of the prefix."""
        folder, name = os.path.split(path)
        if name in ("", ".", ".."):
            return True  # a folder: only files are claimed
        site_dir = f"{root}/{site}".rstrip("/")
        way = os.path.normpath(os.path.join(site_dir, folder))
        real = self.followed.get(way)
        if real is None:
            # lib64 is a link to lib in many environments: the same file under two names.
            real = self.followed[way] = self._view.real_path(way)
        place = self.locate(real)
        if place is not None:
            self._claim(owner, place[0], place[1] + name)
            return True
        if not _inside(f"{real}/{name}", self._prefix_of(site_dir)):
            # `pip install --target` records ../../bin/tool and puts it at bin/tool in the target itself.
            moved = path.removeprefix("../../")
            if moved == path or ".." in moved.split("/") or not self._view.exists(f"{site_dir}/{moved}"):
                return False
            self._claim(owner, root, site + moved)
            return True
        first = self.outside.setdefault(f"{real}/{name}", owner)
        if first != owner:
            self._contest(("", f"{real}/{name}"), first, owner)
        return True

    def _prefix_of(self, site_dir: str) -> str:
        """Return the prefix of one site folder: a shared one (system, user) is not below the environment's."""
        if _inside(site_dir, self._prefix):
            return self._prefix
        above = Path(site_dir).parents
        return str(above[2]) if len(above) > 2 and above[1].name in _LIBRARY_FOLDERS else site_dir

    def _claim(self, owner: int, root: str, path: str) -> None:
        folder, _, name = path.rpartition("/")
        self._claim_all(owner, root, [(folder, [name])])

    def _claim_all(self, owner: int, root: str, groups: Iterable[FolderNames]) -> None:
        files = self.files[root]
        for path in files.claim(owner, groups):
            self._contest((root, path), files[path], owner)

    def _contest(self, key: tuple[str, str], first: int, other: int) -> None:
        owners = self.contested.setdefault(key, [first])
        if other not in owners:
            owners.append(other)

    def _claim_guessed(self, owner: int, names: tuple[str, ...]) -> None:
        one = self.installed[owner]
        place = self._sites.get(str(one.site_dir)) or self.locate(self._view.real_path(str(one.site_dir)))
        if place is None:
            return
        from footprint.collect.disk import legacy

        root, site = place
        folders, files = legacy.entries_named(f"{root}/{site}", names, self._view)
        for name in folders:
            path = site + name
            if legacy.is_namespace(f"{root}/{path}", self._view) and self._others_below(owner, root, f"{path}/"):
                continue  # several distributions fill it: what nobody lists stays unowned
            self.folders[root].setdefault(path, owner)
        self.files[root].update({site + name: owner for name in files if site + name not in self.files[root]})

    def _others_below(self, owner: int, root: str, prefix: str) -> bool:
        return any(path.startswith(prefix) and other != owner for path, other in self.files[root].items())

    def _settle(self, key: tuple[str, str], owners: list[int]) -> None:
        """Give a path to the first claimant whose recorded size and hash fit the file, else to the first."""
        root, path = key
        files: MutableMapping[str, int] = self.files[root] if root else self.outside
        source = source_of(path) if path.endswith(".pyc") else None
        winner = files.get(source, owners[0]) if source else self._fitting(self.absolute(key), owners)
        if winner in owners:
            files[path] = winner
            owners.remove(winner)
            owners.insert(0, winner)

    def _fitting(self, path: str, owners: list[int]) -> int:
        stated = {owner: self._evidence(owner).get(path, ("", None)) for owner in owners}
        try:
            size = self._view.size(path)
            fitting = [owner for owner, (_, stated_size) in stated.items() if stated_size == size]
            if len({stated[owner][0] for owner in fitting}) > 1:
                actual = self._sha256(path)
                fitting = [owner for owner in fitting if stated[owner][0] == actual] or fitting
        except OSError:
            return owners[0]
        return (fitting or owners)[0]

    def _evidence(self, owner: int) -> dict[str, tuple[str, int | None]]:
        """Return hash and size by absolute path, of one claimant."""
        if owner not in self._evidence_of:
            one = self.installed[owner]
            site = self._view.real_path(str(one.site_dir))
            rows = read_evidence(f"{site}/{one.info_name}/RECORD", self._view)
            self._evidence_of[owner] = {os.path.normpath(f"{site}/{path}"): row for path, row in rows.items()}
        return self._evidence_of[owner]

    def _sha256(self, path: str) -> str:
        """Return the hash as RECORD has it, empty for what cannot be read."""
        try:
            digest = self._view.sha256(path)
        except NotRead:
            return ""
        import base64  # few files are claimed twice

        return "sha256=" + base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def source_of(path: str) -> str | None:
    """Return where the source of a recorded .pyc stands: `a/__pycache__/m.cpython-311.pyc` -> `a/m.py`."""
    folder, _, name = path.rpartition("/")
    stem = name.partition(".")[0]
    if folder == "__pycache__":
        return f"{stem}.py"
    if folder.endswith("/__pycache__"):
        return f"{folder[: -len('__pycache__')]}{stem}.py"
    return f"{path[:-4]}.py"


def _inside(path: str, folder: str) -> bool:
    return path != folder and path.startswith(folder.rstrip(os.sep) + os.sep)
