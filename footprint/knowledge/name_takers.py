"""The functions that take names: one row of TAKERS per known function, by its full name.

What else takes names is found by following a parameter to one of these, see `collect/imports/flow.py`.
Source: the documentation of the standard library (importlib, runpy, pkgutil, timeit) and of each library named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from footprint.model.handed_names import Taker
from footprint.names import ModuleName, ancestors
from footprint.pairs import group_pairs

# What each function does with the name that it is given, and which of its parameters that is.
TAKERS: Mapping[str, Taker] = {
    **dict.fromkeys((
        "importlib.import_module", "importlib.__import__", "builtins.__import__", "__import__", "imp.find_module",
        "imp.load_module", "celery.utils.imports.import_from_cwd", "twisted.python.reflect.namedModule",
        "oslo_utils.importutils.import_module", "oslo_utils.importutils.try_import",
        "test.support.import_helper.import_module", "pandas.compat._optional.import_optional_dependency",
        "scooby.report.get_version", "wandb.util.get_module",
    ), Taker("loaded")),
    **dict.fromkeys(("importlib.util.find_spec", "importlib.find_loader"), Taker("sought")),
    "pkgutil.find_loader": Taker("sought", keyword="fullname"),
    "pkgutil.get_loader": Taker("sought", keyword="module_or_name"),
    **dict.fromkeys((
        "pkgutil.resolve_name", "unittest.mock._importer", "flask.helpers.import_string",
        "airflow.utils.module_loading.import_string", "kombu.utils.imports.symbol_by_name",
        "celery.utils.imports.symbol_by_name", "celery.utils.imports.instantiate", "zope.dottedname.resolve.resolve",
        "twisted.python.reflect.namedAny", "twisted.python.reflect.namedObject", "oslo_utils.importutils.import_class",
        "oslo_utils.importutils.import_object", "traitlets.import_item", "traitlets.utils.importstring.import_item",
        "pyramid.path.DottedNameResolver.resolve",
    ), Taker("loaded", "object")),
    "pkgutil.get_data": Taker("loaded", keyword="package"),
    "importlib.resources.files": Taker("loaded", keyword="anchor"),
    **dict.fromkeys(("runpy.run_module", "runpy._run_module_as_main"), Taker("loaded", keyword="mod_name")),
    **dict.fromkeys((
        "pydoc.locate", "scrapy.utils.misc.load_object", "hydra.utils.get_class", "hydra.utils.get_method",
        "hydra.utils.get_object",
    ), Taker("loaded", "object", keyword="path")),
    **dict.fromkeys((
        "exec", "eval", "builtins.exec", "builtins.eval", "compile", "timeit.timeit", "timeit.repeat", "timeit.Timer",
        "code.interact", "cProfile.run", "cProfile.runctx", "profile.run",
    ), Taker("code")),
    **dict.fromkeys((
        "werkzeug.utils.import_string", "jinja2.utils.import_string",
    ), Taker("loaded", "object", keyword="import_name")),
    "django.utils.module_loading.import_string": Taker("loaded", "object", keyword="dotted_path"),
    "uvicorn.importer.import_from_string": Taker("loaded", "object", keyword="import_str"),
    "pytest.importorskip": Taker("loaded", keyword="modname"),
    "scooby.Report": Taker("sought", keyword="additional"),
    "sqlalchemy.dialects.registry.register": Taker("later", position=1, keyword="modulepath"),
    "lazy_loader.load": Taker("later", keyword="fullname"),
    "lazy_import.lazy_module": Taker("later", keyword="modname"),
    **dict.fromkeys((
        "lazy_import.lazy_callable", "lazy_import.lazy_class",
    ), Taker("later", "object", keyword="modname")),
    **dict.fromkeys(("lazy_imports_lite.load", "lazy_module.lazy_module"), Taker("later")),
    "apipkg.initpkg": Taker("later", "object", position=1, keyword="exportdefs"),
    "apipkg.ApiModule": Taker("later", "object", position=1, keyword="attr"),
    "apipkg.AliasModule": Taker("later", "object", position=1, keyword="modpath"),
    **dict.fromkeys((
        "tensorflow.python.util.lazy_loader.LazyLoader", "mlflow.utils.lazy_load.LazyLoader",
    ), Taker("later", position=2)),
    "aws_xray_sdk.core.patch": Taker("loaded", keyword="modules_to_patch"),
    **dict.fromkeys((
        "importlib.metadata.version", "importlib.metadata.distribution", "importlib.metadata.metadata",
        "importlib.metadata.requires", "importlib.metadata.files", "importlib_metadata.version",
        "importlib_metadata.distribution", "importlib_metadata.metadata", "importlib_metadata.requires",
        "importlib_metadata.files",
    ), Taker("metadata", "requirement", keyword="distribution_name")),
    **dict.fromkeys((
        "importlib.metadata.Distribution.from_name", "importlib_metadata.Distribution.from_name",
    ), Taker("metadata", "requirement")),
    **dict.fromkeys((
        "pkg_resources.get_distribution", "pkg_resources.load_entry_point", "pkg_resources.get_entry_map",
        "pkg_resources.get_entry_info",
    ), Taker("metadata", "requirement", keyword="dist")),
    **dict.fromkeys((
        "pkg_resources.require", "pkg_resources.working_set.require",
    ), Taker("metadata", "requirement", keyword="requirements")),
    "pkg_resources.working_set.find": Taker("metadata", "requirement", keyword="req"),
    **dict.fromkeys((
        "pkg_resources.resource_filename", "pkg_resources.resource_string",
    ), Taker("loaded", keyword="package_or_requirement")),
    "setuptools_scm.get_version": Taker("sought", keyword="unknown"),
}  # fmt: skip

# Further parameters of the same functions: timeit.timeit(stmt, setup="import numpy"), import_module(".x", "package").
FURTHER: Mapping[str, tuple[tuple[int, str], ...]] = {
    "importlib.import_module": ((1, "package"),),
    "timeit.timeit": ((1, "setup"),),
    "timeit.repeat": ((1, "setup"),),
    "timeit.Timer": ((1, "setup"),),
}


def words_of_takers(name: ModuleName) -> frozenset[str]:
    """Return what a file that imports `name` has to hold to call one of TAKERS by it: ".import_module" of importlib.

    None of these where `name` is the function itself: then a call may be by any name, and "" stands for that.
    """
    return _words_by_name().get(name, frozenset())


@cache
def _words_by_name() -> dict[ModuleName, frozenset[str]]:
    dotted = [name for name in TAKERS if "." in name]
    pairs = ((above, f".{name.rpartition('.')[2]}") for name in dotted for above in ancestors(name))
    return {name: frozenset(words) for name, words in group_pairs([*pairs, *((name, "") for name in dotted)]).items()}


# The words that a function is named by which imports what it is given, whoever wrote it: optional_import,
# import_or_skip, LazyModule, import_optional_dependency.
_IMPORT = frozenset({"import", "imports", "importer", "importorskip", "importstring"})
_LAZY = frozenset({"lazy", "deferred", "delayed"})
_OBJECTS = frozenset({"module", "modules", "import", "imports", "loader", "load", "importer", "package"})
_FITTING = (
    _IMPORT
    | _LAZY
    | _OBJECTS
    | frozenset({
        "optional", "soft", "try", "maybe", "safe", "safely", "attempt", "dynamic", "dynamically", "string", "item",
        "dependency", "dep", "from", "by", "name", "path", "object", "class", "attr", "attribute", "symbol", "backend",
        "or", "skip", "none", "require", "required", "ensure", "check", "get", "dotted", "plugin", "library", "lib",
    })
)  # fmt: skip
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


def taker_by_name(last: str) -> Taker | None:
    """Return what a function of others does by its name, which says that it imports what it is given; None for most."""
    words = {word.lower() for word in _WORDS.findall(last)}
    if not words or not words <= _FITTING:
        return None
    if not _LAZY.isdisjoint(words) and not _OBJECTS.isdisjoint(words):
        return Taker("later", "object")
    return Taker("loaded", "object") if not _IMPORT.isdisjoint(words) else None
