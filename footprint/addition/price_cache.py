"""What is remembered of candidates: the figures of an import alone, by the wheels, the Python and the platform.

Other distributions may change what an import loads, so what is installed beside is part of the key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from footprint import __version__
from footprint.addition.added_environment import AddedEnvironment, Workshop
from footprint.documents.json_lines import try_json
from footprint.files.cache_folder import CacheFolder, find_cache_folder
from footprint.model.addition import ImportGrowth
from footprint.model.installed_environment import Interpreter
from footprint.names import ModuleName
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class PriceCache:
    """The place, or none."""

    folder: CacheFolder | None

    @classmethod
    def find(cls, *, wanted: bool) -> PriceCache:
        """Return the cache of the user, an empty one where none is wanted or there is no place for it."""
        return cls(find_cache_folder() if wanted else None)

    def read(self, key: str | None) -> ImportGrowth | None:
        """Return what was measured for a key."""
        data = self.folder.read(key) if self.folder is not None and key is not None else None
        found = try_json(data) if data is not None else None
        return _growth(found) if isinstance(found, dict) else None

    def write(self, key: str | None, growth: ImportGrowth) -> None:
        """Keep what was measured."""
        if self.folder is not None and key is not None:
            values = {"rss": growth.rss_bytes, "anon": growth.anon_bytes, "time": growth.time_us}
            self.folder.write(key, json.dumps(values).encode())


def _growth(values: Mapping[str, Any]) -> ImportGrowth | None:
    rss, anon, time = values.get("rss"), values.get("anon"), values.get("time")
    if not isinstance(rss, int) or not isinstance(time, int) or not isinstance(anon, (int, type(None))):
        return None
    return ImportGrowth(rss, anon, time)


def key_of(shop: Workshop, added: AddedEnvironment, modules: Iterable[ModuleName], started: object) -> str | None:
    """Return the key of a candidate's figures; None where the digest of a wheel is not known.

    `started` is how the import is started.
    """
    digests = [added.wheels[one.name].sha256 if one.name in added.wheels else None for one in added.came]
    if None in digests:
        return None
    python: Interpreter = shop.shadows.ground.interpreter
    about = (python.implementation, python.version, python.cache_tag, python.abi_flags, python.platform, python.libc)
    made = (shop.installer.kind, shop.with_bytecode)
    hashes = sorted(f"{one.name} {digest}" for one, digest in zip(added.came, digests, strict=True))
    whole = (__version__, about, made, hashes, shop.constraints, tuple(modules), repr(started), added.shadow.engine)
    return f"cost {hashlib.sha256(repr(whole).encode()).hexdigest()}"
