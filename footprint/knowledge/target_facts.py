"""What a condition in source code can ask of the interpreter that it runs on."""

from __future__ import annotations

from collections.abc import Mapping

from footprint.names import word_set

# As code writes them; calls take no argument.
TARGET_VALUES = word_set("""
    sys.version_info sys.version_info.major sys.version_info.minor sys.version_info.micro sys.hexversion sys.platform
    sys.implementation.name os.name platform.system() platform.machine() platform.python_implementation()
""")
LOADED = "sys.modules"  # what is in it is loaded; nothing is that is not there
# True or false by themselves, whoever has them: six, a module of ours. Nobody calls anything else so.
TARGET_FLAGS = frozenset({"PY2", "PY3"})

TargetFact = str | int | bool | tuple[int | str, ...]
TargetFacts = Mapping[str, TargetFact]  # by the names above; one that is missing is not known

LAZY_SINCE = (3, 15)  # `lazy import` and `__lazy_modules__`: PEP 810
LAZY_LIST = "__lazy_modules__"
NEWER_SYNTAX = "newer-syntax"  # of a note: right for a newer interpreter than the one that runs this
