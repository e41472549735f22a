"""An import that is added to the beginning of a module."""

import ast
from collections.abc import Mapping

import pytest

from footprint.edit.imports.added_import import with_added_import

_ADDED = "import x as _footprint_added_0\n"
# the module -> the module with the import; None: it is left alone
MODULES: Mapping[str, str | None] = {
    "": _ADDED,
    "a = 1\n": _ADDED + "a = 1\n",
    '"""Doc."""\na = 1\n': '"""Doc."""\n' + _ADDED + "a = 1\n",
    '"""Doc."""': '"""Doc."""\n' + _ADDED,
    "from __future__ import annotations\nimport os\n": "from __future__ import annotations\n" + _ADDED + "import os\n",
    '"""Doc."""\nfrom __future__ import annotations\n': '"""Doc."""\nfrom __future__ import annotations\n' + _ADDED,
    "#!/usr/bin/python\n# coding: utf-8\na = 1\n": "#!/usr/bin/python\n# coding: utf-8\n" + _ADDED + "a = 1\n",
    "# only a comment\n": "# only a comment\n" + _ADDED,
    '"""Doc.""" ; a = 1\n': None,
    "from __future__ import annotations; a = 1\n": None,
    "def f(:\n": None,
    "a = 1\r\n": "import x as _footprint_added_0\r\na = 1\r\n",
}


@pytest.mark.parametrize("text", MODULES)
def test_an_import_comes_first(text: str) -> None:
    wanted = MODULES[text]
    found = with_added_import(text.encode(), ("x",))
    assert found == (None if wanted is None else wanted.encode())
    if found is not None:
        compile(found, "module.py", "exec", dont_inherit=True)
        assert ast.get_docstring(ast.parse(found)) == ast.get_docstring(ast.parse(text))


def test_what_is_not_text_is_left_alone() -> None:
    assert with_added_import(b"\xff\xfe\x00", ("x",)) is None


def test_several_have_names_of_their_own() -> None:
    found = with_added_import(b"a = 1\n", ("x", "y.z"))
    assert found == b"import x as _footprint_added_0\nimport y.z as _footprint_added_1\na = 1\n"
