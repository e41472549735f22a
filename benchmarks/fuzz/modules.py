"""All modules of footprint, imported."""

from __future__ import annotations

import contextlib
import gc
import importlib
import pkgutil


def load_everything() -> None:
    """Import every module of footprint and what they import late, so that a fork need not."""
    import footprint

    for module in pkgutil.walk_packages(footprint.__path__, "footprint."):
        if not module.name.startswith(("footprint.probe.child", "footprint.pytest_plugin", "footprint.testing")):
            importlib.import_module(module.name)
    for name in ("rich.table", "rich.console", "ruamel.yaml", "psutil", "tomllib", "zipfile", "encodings.idna"):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()
