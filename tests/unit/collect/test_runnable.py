from __future__ import annotations

from pathlib import Path

import pytest

from footprint.collect.texts import find_runnable

CASES = {
    "guard": ("a.py", 'import x\nif __name__ == "__main__":\n    x.run()\n', True),
    "guard in brackets": ("a.py", "if (__name__ == '__main__'):\n    pass\n", True),
    "guard the other way round": ("a.py", "if '__main__' == __name__:\n    pass\n", True),
    "shebang": ("a.py", "#!/usr/bin/env python\nimport x\n", True),
    "package's own start": ("pkg/__main__.py", "import x\n", True),
    "a notebook as text": ("a.py", "# ---\n# jupyter:\n#   jupytext:\n# ---\nimport x\n", True),
    "cells of an editor": ("a.py", "import x\n# %%\nx.run()\n", True),
    "noop: a percent sign": ("a.py", "x = 1\n# 50 %% of all\n", False),
    "noop: plain module": ("a.py", "import x\n", False),
    "noop: guard inside a function": ("a.py", "def f():\n    if __name__ == '__main__':\n        pass\n", False),
    "noop: in a comment": ("a.py", "# if __name__ == '__main__':\n", False),
    "noop: not that name": ("a.py", "if __name__ == 'a':\n    pass\n", False),
}


@pytest.mark.parametrize("name", CASES)
def test_what_can_be_started_by_itself(name: str, tmp_path: Path) -> None:
    path, text, expected = CASES[name]
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_text(text, encoding="utf-8")
    assert find_runnable(tmp_path, [path]) == ({path} if expected else frozenset())


def test_a_file_that_is_gone_cannot_be_started(tmp_path: Path) -> None:
    assert find_runnable(tmp_path, ["gone.py"]) == frozenset()
