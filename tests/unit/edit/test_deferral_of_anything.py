"""Small modules made at random out of what people write: whatever the edit does to them, they print the same."""

import ast
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from footprint.edit.imports.deferral import Wanted, defer_imports
from footprint.edit.imports.import_statements import bound_name
from footprint.edit.imports.imported_name import ModuleAround
from footprint.edit.imports.project_names import read_project
from tests.support.projects import write
from tests.unit.edit.deferral_case import LIBRARY

SEEDS = range(6)
MODULES_OF_A_SEED = 60

# N is a name that an import binds; each ends up in a function or at the top level of a module.
IMPORTS = {
    "import lib": "lib.VALUE",
    "import lib as alias": "alias.VALUE",
    "from lib import VALUE": "VALUE",
    "from lib import VALUE as renamed, LIMIT": "renamed",
    "from lib import (\n    LIMIT as limit,  # seven\n    f as call,\n)": "call(limit)",
    "import lib.sub": "lib.sub.NAME",
    "from lib import sub as part": "part.g()",
    "import other": "other.VALUE",
    "from other import VALUE as second; import plugin": "(second, plugin.run())",
    "import json, other as third": "json.dumps(third.VALUE)",
}
BODIES = (
    "    return {use}",
    '    """Say {use}."""\n    return {use}',
    '    """Say."""\n\n    # then\n    return [{use} for _ in range(2)]',
    "    def inner():\n        return {use}\n\n    return inner()",
    "    def inner(a={use}):\n        return a, {use}\n\n    return inner()",
    "    return (lambda: {use})()",
    "    class Local:\n        value = {use}\n\n        def get(self):\n            return self.value, {use}\n\n"
    "    return Local().get()",
    "    {name} = 5\n    return {name}",
    "    def inner({name}):\n        return {name}\n\n    return inner(3), {use}",
    "    try:\n        return {use}, 1 // 0\n    except ZeroDivisionError as error:\n        return str(error), {use}",
    "    found: {name} = {use}\n    return found",
    "    for each in [{use}]:\n        pass\n    return each",
    "    import os\n\n    return os.sep, {use}",
    "    with open(__file__) as file:\n        return {use}, bool(file)",
    "    return f'{{{use}!r:>9}}'",
    "    if {use}:\n        return {use}\n    return None",
    "    return sum(1 for {name} in range(3)), {use}",
    "    x = y = {use}; return x, y",
)
RISKY_BODIES = (
    "    return locals(), {use}",
    "    return sorted(set(globals()) & {{'{name}'}}), {use}",
    "    global {name}\n    {name} = {name}\n    return {use}",
    "    return eval({text})",
)
HEADS = (
    "def {function}():\n{body}",
    "def {function}(a=1, *b, c=2, **d):\n{body}",
    "def {function}(\n    a=1,  # one\n    # two\n):\n{body}",
    "class C{function}:\n    def get(self):\n{indented}\n\n\ndef {function}():\n    return C{function}().get()",
    "async def _{function}():\n{body}\n\n\ndef {function}():\n    import asyncio\n\n"
    "    return asyncio.run(_{function}())",
    "def _{function}():\n    yield 1\n{body}\n\n\ndef {function}():\n    return list(_{function}())",
    "def {function}(): return {use}",
    "if True:\n\n    def {function}():\n{indented}",
    "def {function}(a: '{name}' = None) -> '{name}':\n{body}",
    "@staticmethod\ndef _{function}():\n{body}\n\n\ndef {function}():\n    return _{function}.__func__()",
)
RISKY_HEADS = (
    "def {function}(a={use}):\n    return a",
    "{function} = lambda: {use}",
)
TOPS = (
    "A = 1", "B = {use}", "__all__ = ['{name}']", "class Top:\n    value = {use}", "{name} = {name}",
    "assert {use}", "GOT = [{use} for _ in range(1)]", "if __name__ == '__main__':\n    print({use})",
    "def unused():\n    pass",
    "NAMES = sorted(each for each in dir() if each == '{name}')", "def early():\n    return {use}\n\n\nEARLY = early()",
)  # fmt: skip


def make_module(chance: random.Random) -> str:
    """Return a module with a function `run` that prints what its parts say."""
    statements = chance.sample(sorted(IMPORTS), chance.randint(1, 3))
    parts = ["from __future__ import annotations"] if chance.random() < 0.3 else []
    parts += [chance.choice(["", "\n"]) + each for each in statements]
    uses = [IMPORTS[each] for each in statements]
    functions, after = [], []
    for number in range(chance.randint(1, 4)):
        use = chance.choice(uses)
        name = next(each for each in ("json", *_names(use)) if each in use)
        body = chance.choice(RISKY_BODIES if chance.random() < 0.04 else BODIES).format(
            use=use, name=name, text=repr(use)
        )
        head = chance.choice(RISKY_HEADS if chance.random() < 0.08 else HEADS)
        indented = "\n".join(f"    {line}" if line else line for line in body.split("\n"))
        after.append(head.format(function=f"f{number}", body=body, indented=indented, use=use, name=name))
        after.append(chance.choice(TOPS).format(use=use, name=name) if chance.random() < 0.2 else "")
        functions.append(f"f{number}")
    after.append("def run():\n    return [" + ", ".join(f"{each}()" for each in functions) + "]")
    text = "\n".join(parts) + "\n\n\n" + "\n\n\n".join(filter(None, after)) + "\n"
    return text.replace("\n", "\r\n") if chance.random() < 0.1 else text


def _names(use: str) -> list[str]:
    return [node.id for node in ast.walk(ast.parse(use)) if isinstance(node, ast.Name)]


def deferred(text: str, path: str) -> tuple[str, int]:
    """Return the text with all imports deferred that can be, and how many are."""
    project = read_project({path: text})
    wanted = [
        Wanted(node.lineno, tuple(bound_name(node, alias) for alias in node.names))
        for node in ast.parse(text).body
        if isinstance(node, (ast.Import, ast.ImportFrom))
    ]
    made = defer_imports(text, wanted, ModuleAround(path, project))
    again = defer_imports(
        made.text, [Wanted(each.line, each.names) for each in made.deferred], ModuleAround(path, project)
    )
    assert again.text == made.text
    return made.text, len(made.deferred)


def run_all(folder: Path, texts: Sequence[str]) -> list[str]:
    """Return what each module says, or what it raises."""
    driver = (
        "import importlib, re\n"
        f"for number in range({len(texts)}):\n"
        "    try:\n"
        "        said = repr(importlib.import_module(f'm{number}').run())\n"
        "    except Exception as error:\n"
        "        said = f'{type(error).__name__}: {error}'\n"
        "    print(re.sub('0x[0-9a-f]+', '0x', said))\n"
    )
    write(folder, {**LIBRARY, "driver.py": driver, **{f"m{number}.py": text for number, text in enumerate(texts)}})
    done = subprocess.run(
        [sys.executable, "-B", "-W", "ignore", "driver.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return [*done.stdout.splitlines(), done.stderr]


@pytest.mark.parametrize("seed", SEEDS)
def test_modules_say_the_same(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    texts = [make_module(chance) for _ in range(MODULES_OF_A_SEED)]
    edited = [deferred(text, f"m{number}.py") for number, text in enumerate(texts)]
    assert sum(count for _, count in edited) > MODULES_OF_A_SEED // 3
    old = run_all(tmp_path / "old", texts)
    new = run_all(tmp_path / "new", [text for text, _ in edited])
    assert {
        number: (texts[number], edited[number][0]) for number in range(len(texts)) if old[number] != new[number]
    } == {}
    assert old[-1] == new[-1]
