"""The functions that take names: one row of TAKERS per known function, by its full name.

What else takes names is found by following a parameter to one of these, see `collect/imports/flow.py`.
Source: the documentation of the standard library (importlib, runpy, pkgutil, timeit) and of each library named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from footprint.model.handed_names import Taker

_MODULE = Taker("loaded")
_OBJECT = Taker("loaded", "object")
_LATER = Taker("later")
_METADATA = Taker("metadata", "requirement", 0, "distribution_name")
_CODE = Taker("code")

TAKERS: Mapping[str, Taker] = {
    "importlib.import_module": _MODULE,
    "importlib.__import__": _MODULE,
    "builtins.__import__": _MODULE,
    "__import__": _MODULE,
    "importlib.util.find_spec": Taker("sought"),
    "importlib.find_loader": Taker("sought"),
    "pkgutil.find_loader": Taker("sought", keyword="fullname"),
    "pkgutil.get_loader": Taker("sought", keyword="module_or_name"),
    "imp.find_module": _MODULE,
    "imp.load_module": _MODULE,
    "pkgutil.resolve_name": _OBJECT,
    "pkgutil.get_data": Taker("loaded", keyword="package"),
    "importlib.resources.files": Taker("loaded", keyword="anchor"),
    "runpy.run_module": Taker("loaded", keyword="mod_name"),
    "runpy._run_module_as_main": Taker("loaded", keyword="mod_name"),
    "pydoc.locate": Taker("loaded", "object", keyword="path"),
    "unittest.mock._importer": _OBJECT,
    "exec": _CODE,
    "eval": _CODE,
    "builtins.exec": _CODE,
    "builtins.eval": _CODE,
    "compile": _CODE,
    "timeit.timeit": _CODE,
    "timeit.repeat": _CODE,
    "timeit.Timer": _CODE,
    "code.interact": _CODE,
    "cProfile.run": _CODE,
    "cProfile.runctx": _CODE,
    "profile.run": _CODE,
    "werkzeug.utils.import_string": Taker("loaded", "object", keyword="import_name"),
    "flask.helpers.import_string": _OBJECT,
    "django.utils.module_loading.import_string": Taker("loaded", "object", keyword="dotted_path"),
    "jinja2.utils.import_string": Taker("loaded", "object", keyword="import_name"),
    "airflow.utils.module_loading.import_string": _OBJECT,
    "kombu.utils.imports.symbol_by_name": _OBJECT,
    "celery.utils.imports.symbol_by_name": _OBJECT,
    "celery.utils.imports.instantiate": _OBJECT,
    "celery.utils.imports.import_from_cwd": _MODULE,
    "uvicorn.importer.import_from_string": Taker("loaded", "object", keyword="import_str"),
    "scrapy.utils.misc.load_object": Taker("loaded", "object", keyword="path"),
    "zope.dottedname.resolve.resolve": _OBJECT,
    "twisted.python.reflect.namedModule": _MODULE,
    "twisted.python.reflect.namedAny": _OBJECT,
    "twisted.python.reflect.namedObject": _OBJECT,
    "hydra.utils.get_class": Taker("loaded", "object", keyword="path"),
    "hydra.utils.get_method": Taker("loaded", "object", keyword="path"),
    "hydra.utils.get_object": Taker("loaded", "object", keyword="path"),
    "oslo_utils.importutils.import_module": _MODULE,
    "oslo_utils.importutils.import_class": _OBJECT,
    "oslo_utils.importutils.import_object": _OBJECT,
    "oslo_utils.importutils.try_import": _MODULE,
    "traitlets.import_item": _OBJECT,
    "traitlets.utils.importstring.import_item": _OBJECT,
    "pyramid.path.DottedNameResolver.resolve": _OBJECT,
    "pytest.importorskip": Taker("loaded", keyword="modname"),
    "test.support.import_helper.import_module": _MODULE,
    "pandas.compat._optional.import_optional_dependency": _MODULE,
    "scooby.report.get_version": _MODULE,
    "scooby.Report": Taker("sought", keyword="additional"),
    "sqlalchemy.dialects.registry.register": Taker("later", position=1, keyword="modulepath"),
    "lazy_loader.load": Taker("later", keyword="fullname"),
    "lazy_import.lazy_module": Taker("later", keyword="modname"),
    "lazy_import.lazy_callable": Taker("later", "object", keyword="modname"),
    "lazy_import.lazy_class": Taker("later", "object", keyword="modname"),
    "lazy_imports_lite.load": _LATER,
    "lazy_module.lazy_module": _LATER,
    "apipkg.initpkg": Taker("later", "object", 1, "exportdefs"),
    "apipkg.ApiModule": Taker("later", "object", 1, "attr"),
    "apipkg.AliasModule": Taker("later", "object", 1, "modpath"),
    "tensorflow.python.util.lazy_loader.LazyLoader": Taker("later", position=2),
    "mlflow.utils.lazy_load.LazyLoader": Taker("later", position=2),
    "wandb.util.get_module": _MODULE,
    "aws_xray_sdk.core.patch": Taker("loaded", keyword="modules_to_patch"),
    "importlib.metadata.version": _METADATA,
    "importlib.metadata.distribution": _METADATA,
    "importlib.metadata.metadata": _METADATA,
    "importlib.metadata.requires": _METADATA,
    "importlib.metadata.files": _METADATA,
    "importlib.metadata.Distribution.from_name": Taker("metadata", "requirement"),
    "importlib_metadata.version": _METADATA,
    "importlib_metadata.distribution": _METADATA,
    "importlib_metadata.metadata": _METADATA,
    "importlib_metadata.requires": _METADATA,
    "importlib_metadata.files": _METADATA,
    "importlib_metadata.Distribution.from_name": Taker("metadata", "requirement"),
    "pkg_resources.get_distribution": Taker("metadata", "requirement", keyword="dist"),
    "pkg_resources.require": Taker("metadata", "requirement", keyword="requirements"),
    "pkg_resources.load_entry_point": Taker("metadata", "requirement", keyword="dist"),
    "pkg_resources.get_entry_map": Taker("metadata", "requirement", keyword="dist"),
    "pkg_resources.get_entry_info": Taker("metadata", "requirement", keyword="dist"),
    "pkg_resources.working_set.require": Taker("metadata", "requirement", keyword="requirements"),
    "pkg_resources.working_set.find": Taker("metadata", "requirement", keyword="req"),
    "pkg_resources.resource_filename": Taker("loaded", keyword="package_or_requirement"),
    "pkg_resources.resource_string": Taker("loaded", keyword="package_or_requirement"),
    "setuptools_scm.get_version": Taker("sought", keyword="unknown"),
}

# Further parameters of the same functions: timeit.timeit(stmt, setup="import numpy"), import_module(".x", "package").
FURTHER: Mapping[str, tuple[tuple[int, str], ...]] = {
    "importlib.import_module": ((1, "package"),),
    "timeit.timeit": ((1, "setup"),),
    "timeit.repeat": ((1, "setup"),),
    "timeit.Timer": ((1, "setup"),),
}

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
    is_lazy = not _LAZY.isdisjoint(words)
    if is_lazy and not _OBJECTS.isdisjoint(words):
        return Taker("later", "object")
    return Taker("loaded", "object") if not _IMPORT.isdisjoint(words) else None
