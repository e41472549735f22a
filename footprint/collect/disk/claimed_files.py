"""Who claims which file of a tree, by folder: the walk asks for all of a folder at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableMapping


class ClaimedFiles(MutableMapping[str, int]):
    """Owner numbers by path, relative and posix. Iterated folder by folder."""

    def __init__(self) -> None:
        self._folders: dict[str, dict[str, int]] = {}

    def claim(self, owner: int, paths: Iterable[str]) -> list[str]:
        """Give the paths that nobody has to `owner`, and return those that another one has."""
        last, names, taken, folders = "/", dict[str, int](), [], self._folders
        for path in paths:
            folder, _, name = path.rpartition("/")
            if folder != last:  # a RECORD lists folder by folder
                last, names = folder, folders.setdefault(folder, {})
            if names.setdefault(name, owner) != owner:
                taken.append(path)
        return taken

    def of_folder(self, folder: str) -> Mapping[str, int]:
        """Return the owners of the files that lie in one folder, by their names; "" is the tree itself."""
        return self._folders.get(folder, {})

    def __getitem__(self, path: str) -> int:
        folder, _, name = path.rpartition("/")
        try:
            return self._folders[folder][name]
        except KeyError:
            raise KeyError(path) from None

    def __setitem__(self, path: str, owner: int) -> None:
        folder, _, name = path.rpartition("/")
        self._folders.setdefault(folder, {})[name] = owner

    def __delitem__(self, path: str) -> None:
        folder, _, name = path.rpartition("/")
        del self._folders[folder][name]

    def __iter__(self) -> Iterator[str]:
        for folder, names in self._folders.items():
            prefix = f"{folder}/" if folder else ""
            yield from (prefix + name for name in names)

    def __len__(self) -> int:
        return sum(map(len, self._folders.values()))
