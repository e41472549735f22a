"""Who claims which file of a tree, by folder: the walk asks for all of a folder at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableMapping

FolderNames = tuple[str, list[str]]  # a folder without a slash at its end, and names of files in it
Listed = tuple[int, list[str]]  # the one owner of a folder's files, and their names in the order of its list


class ClaimedFiles(MutableMapping[str, int]):
    """Owner numbers by path, relative and posix. Iterated folder by folder.

    The files of most folders are in one list alone. Such a folder stays a list: to compare it with what is there takes
    less time than to look up each name, and it is made into a table when somebody asks for one.
    """

    def __init__(self) -> None:
        self._folders: dict[str, dict[str, int] | Listed] = {}

    def claim(self, owner: int, groups: Iterable[FolderNames]) -> list[str]:
        """Give the files that nobody has to `owner`, and return the paths of those that another one has."""
        taken = list[str]()
        for folder, names in groups:
            held = self._folders.get(folder)
            if held is None:
                self._folders[folder] = owner, [*names]
            elif isinstance(held, tuple) and held[0] == owner:  # the list comes back to a folder
                held[1].extend(names)
            else:
                own = self._table(folder)
                claimed = [name for name in names if own.setdefault(name, owner) != owner]
                taken += [f"{folder}/{name}" if folder else name for name in claimed]
        return taken

    def as_listed(self, folder: str) -> Listed | None:
        """Return what one owner lists of a folder, None where several have files in it or nobody has."""
        held = self._folders.get(folder)
        return held if isinstance(held, tuple) else None

    def of_folder(self, folder: str) -> Mapping[str, int]:
        """Return the owners of the files that lie in one folder, by their names; "" is the tree itself."""
        return self._table(folder) if folder in self._folders else {}

    def _table(self, folder: str) -> dict[str, int]:
        """Return the owners of a folder's files as a table that can be changed."""
        held = self._folders.get(folder, {})
        if isinstance(held, tuple) or not held:
            held = self._folders[folder] = dict.fromkeys(held[1], held[0]) if isinstance(held, tuple) else {}
        return held

    def __getitem__(self, path: str) -> int:
        folder, _, name = path.rpartition("/")
        try:
            return self.of_folder(folder)[name]
        except KeyError:
            raise KeyError(path) from None

    def __setitem__(self, path: str, owner: int) -> None:
        folder, _, name = path.rpartition("/")
        self._table(folder)[name] = owner

    def __delitem__(self, path: str) -> None:
        folder, _, name = path.rpartition("/")
        del self._table(folder)[name]

    def __iter__(self) -> Iterator[str]:
        for folder in self._folders:
            prefix = f"{folder}/" if folder else ""
            yield from (prefix + name for name in self._table(folder))

    def __len__(self) -> int:
        return sum(len(self._table(folder)) for folder in self._folders)
