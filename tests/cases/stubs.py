"""Stub distributions: they are for type checkers, whether what they describe is used or not."""

from collections.abc import Mapping

from tests.cases.case import Case, a_project, code, lib, libs

SITE = {
    **libs("pyyaml:yaml requests tqdm a"),
    "types-pyyaml": lib("yaml-stubs/__init__.pyi"),
    "types-requests": lib("requests-stubs/__init__.pyi"),
    "pandas-stubs": lib("pandas-stubs/__init__.pyi"),
    "typeshed-client": lib("typeshed_client/__init__.py"),
    "stubs-tool": lib("stubs_tool/__init__.py"),
}

CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "stubs": {
        "of what is used": a_project(
            "import yaml", {"types-pyyaml": "typing certain main.py:1"}, declares="pyyaml types-PyYAML",
            says={"types-pyyaml": "type stubs of what main.py:1 imports"}),
        "named -stubs": a_project(
            "import pandas", {"pandas-stubs": "typing main.py:1"}, {**SITE, **libs("pandas")},
            declares="pandas pandas-stubs"),
        "of an import in a function": a_project(
            "def f():\n    import requests", {"requests": "lazy main.py:2", "types-requests": "typing main.py:2"}),
        "of what is used by nothing": Case(code("", "types-requests"), {"types-requests": "typing"}),
        "declared for development": a_project(
            "import yaml", {"types-pyyaml": "typing main.py:1"}, declares="pyyaml",
            files={"requirements-dev.txt": "types-PyYAML\n"}, declared={"types-pyyaml": "dev requirements-dev.txt:1"}),
        "only a .pyi of ours imports it": a_project(
            "", {"a": "typing certain hints.pyi:1"}, files={"hints.pyi": "from a import X\n"}),
        "the types that a stub is imported for": a_project(
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from _typeshed import Incomplete",
            {"a": "unused"}),
        "noop: a name that only begins so": a_project(
            "import typeshed_client", {"typeshed-client": "startup main.py:1"}),
        "noop: a tool for stubs": Case(code("", "stubs-tool"), {"stubs-tool": "unused"}),
        "noop: the described one, without any import": Case(code("", "pyyaml", "types-PyYAML"), {"pyyaml": "unused"}),
    },
}  # fmt: skip
