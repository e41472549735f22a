"""What used third-party code asks for: followed imports, late names, loaders, askers. Tiny real site folders."""

from pathlib import Path

import pytest

from footprint.collect.imports.scan.scanner import scan_imports
from footprint.collect.mentions import find_group_reads
from footprint.collect.third_party import third_party_askers
from footprint.collect.third_party.late_loads import Library, find_loaders, follow
from footprint.collect.third_party.third_party_askers import Sources, find_askers, find_mentions
from footprint.model.source_modules import ImportSite, Placement
from footprint.model.third_party_needs import InstalledModule


def write(site: Path, files: dict[str, str]) -> Library:
    """Write modules; the first folder of a path is its distribution."""
    owners = {}
    for path, text in files.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(text, encoding="utf-8")
        owners[path] = path.partition("/")[0].removesuffix(".py")
    return Library((site,), (owners,))


def asked(module: str, *names: str) -> ImportSite:
    form = "from" if names else "import"
    return ImportSite("app.py", 1, module, names, 0, Placement.FUNCTION, "f", False, form, ())  # type: ignore[arg-type]


FOLLOWED = {
    "module level, transitively": (
        {"lib/__init__.py": "from lib import core", "lib/core.py": "import dep", "dep.py": ""},
        asked("lib"),
        ["lib", "lib.core", "dep"],
    ),
    "packages above": (
        {"lib/__init__.py": "import dep", "lib/sub/__init__.py": "", "lib/sub/x.py": "", "dep.py": ""},
        asked("lib.sub.x"),
        ["dep", "lib", "lib.sub", "lib.sub.x"],
    ),
    "submodule by from-import": (
        {"lib/__init__.py": "", "lib/a.py": "", "lib/b.py": ""},
        asked("lib", "a"),
        ["lib", "lib.a"],
    ),
    "noop: in a function": ({"lib/__init__.py": "def f():\n    import dep\n", "dep.py": ""}, asked("lib"), ["lib"]),
    "noop: for type checkers": (
        {"lib/__init__.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import dep\n", "dep.py": ""},
        asked("lib"),
        ["lib"],
    ),
    "late name, by its table": (
        {
            "lib/__init__.py": "_T = {'Chroma': 'lib.chroma', 'Neo': 'lib.neo'}\ndef __getattr__(name): ...\n",
            "lib/chroma.py": "",
            "lib/neo.py": "",
        },
        asked("lib", "Chroma"),
        ["lib", "lib.chroma"],
    ),
    "late name, by lists of names": (
        {
            "lib/__init__.py": "_S = {'chroma': ['Chroma', 'Other'], 'neo': ['Neo']}\ndef __getattr__(name): ...\n",
            "lib/chroma.py": "",
            "lib/neo.py": "",
        },
        asked("lib", "Other"),
        ["lib", "lib.chroma"],
    ),
    "late name, by the block for type checkers": (
        {
            "lib/__init__.py": (
                "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from lib.chroma import Chroma\n"
                "    from lib.neo import Neo\ndef __getattr__(name): ...\n"
            ),
            "lib/chroma.py": "",
            "lib/neo.py": "",
        },
        asked("lib", "Chroma"),
        ["lib", "lib.chroma"],
    ),
    "noop: a table without __getattr__": (
        {"lib/__init__.py": "T = {'Chroma': 'lib.chroma'}\n", "lib/chroma.py": ""},
        asked("lib", "Chroma"),
        ["lib"],
    ),
    "a circle ends": ({"a.py": "import b", "b.py": "import a"}, asked("a"), ["a", "b"]),
    "noop: not installed": ({"lib/__init__.py": "import nowhere"}, asked("lib"), ["lib"]),
    "a file that is no Python": ({"lib/__init__.py": "def ("}, asked("lib"), ["lib"]),
}


@pytest.mark.parametrize("name", FOLLOWED)
def test_only_what_would_load_is_followed(name: str, tmp_path: Path) -> None:
    files, site, expected = FOLLOWED[name]
    found = follow([site], write(tmp_path, files), scan_imports, known=())
    assert sorted(module.module for module in found) == sorted(expected)


def test_known_files_are_not_followed(tmp_path: Path) -> None:
    library = write(tmp_path, {"lib/__init__.py": "import dep", "dep.py": ""})
    known = library.find("lib")
    assert known is not None
    assert follow([asked("lib")], library, scan_imports, known={known.file}) == ()


LOADERS = {
    "lists a folder and imports what it finds": (
        "import os\nfor n in os.listdir(d):\n    __import__(p + n, globals())\n",
        True,
    ),
    "joins its own name": ("from importlib import import_module\nimport_module(f'{__name__}.{x}')\n", True),
    "noop: a literal": ("from importlib import import_module\nimport_module('lib.other')\n", False),
    "noop: imports what it is told to": (
        "import importlib\ndef load(name):\n    return importlib.import_module(name)\n",
        False,
    ),
    "noop: late names": ("def __getattr__(n):\n    return import_module(f'lib.{n}')\n", False),
    "noop: no import by name": ("import os\nos.listdir('.')\n", False),
}


@pytest.mark.parametrize("name", LOADERS)
def test_loaders_load_their_own_modules_by_computed_names(name: str, tmp_path: Path) -> None:
    text, expected = LOADERS[name]
    library = write(tmp_path, {"lib/__init__.py": text})
    assert find_loaders(library.all_of({"lib"}), among={"lib"}) == (frozenset({"lib"}) if expected else frozenset())


ASKED = {
    "in a function": ("def f():\n    import wanted\n", [(2, "f", False)]),
    "guarded": ("try:\n    import wanted\nexcept ImportError:\n    wanted = None\n", [(2, None, True)]),
    "submodule": ("from wanted.sub import x\n", [(1, None, False)]),
    "by a helper for optional imports": (
        "def f():\n    import_optional_dependency('wanted')\n",
        [(2, "a function that imports by name", True)],
    ),
    "dotted string where names are imported": (
        "import importlib\nT = {'s3': 'wanted.S3FileSystem'}\nimportlib.import_module(T[x])\n",
        [(2, "a function that imports by name", True)],
    ),
    "noop: bare word in a string": ("import importlib\nimportlib.import_module(x)\nT = 'wanted'\n", []),
    "noop: dotted string where nothing is imported by name": ("T = 'wanted.sub'\n", []),
    "noop: for type checkers": ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import wanted\n", []),
    "noop: a longer name": ("import wantedly\n", []),
    "noop: relative": ("from .wanted import x\n", []),
    "noop: in a comment or string": ("# import wanted\nx = 'import wanted'\n", []),
}


@pytest.mark.parametrize("name", ASKED)
def test_askers_are_found_with_line_function_and_guard(name: str, tmp_path: Path) -> None:
    text, expected = ASKED[name]
    file = tmp_path / "mod.py"
    file.write_text(text, encoding="utf-8")
    module = InstalledModule("other.mod", str(file), "other/mod.py", "other")
    asks = find_askers([module], {"wanted": "wanted-dist"}, scan_imports, loaded=())
    assert [(ask.line, ask.function, ask.guarded) for ask in asks] == expected
    assert all(ask.wanted == "wanted-dist" and not ask.loaded for ask in asks)


STATEMENTS = {
    "behind another": "import os, wanted\n",
    "behind several": "import os.path as p, json, wanted.sub as w\n",
    "behind one with a semicolon": "import a; import os, wanted\n",
    "behind one of a longer line": "import os,wanted\r\n",
    "in the next line": "import os, \\\n    wanted\n",
    "in the next line of a file of Windows": "import os,\\\r\n wanted\r\n",
    "all of it in the next line": "import \\\n wanted\n",
    "from the next line": "from \\\n wanted import x\n",
    "behind a tab": "import\twanted\n",
    "behind a form feed": "import \x0cwanted\n",
    "guarded, behind another": "try:\n    import json, wanted\nexcept ImportError:\n    pass\n",
    "of a name that is not ASCII": "import os, w\u00e4nted\n",
    "by a function": "import importlib\nimportlib.import_module('wanted')\n",
    "by a function, with a keyword": "import importlib\nimportlib.import_module(name='wanted')\n",
    "by a function with another name": "from importlib import import_module as load\nload('wanted')\n",
    "by a function, in the next line": "import importlib\nimportlib.import_module(\n    'wanted.sub')\n",
    "noop: its name alone": "wanted = 1\nprint('wanted', wanted)\n",
    "noop: one that begins so": "import os, wantedly\n",
}


@pytest.mark.parametrize("asker", ["other", "torch"], ids=["by one that is not wanted", "by one that is wanted itself"])
@pytest.mark.parametrize("name", STATEMENTS)
def test_no_statement_escapes_the_plain_search(
    name: str, asker: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = write(tmp_path, {f"{asker}/x.py": STATEMENTS[name]})
    wanted = {"wanted": "wanted-dist", "w\u00e4nted": "wanted-too", "torch": "torch"}
    found = find_askers(library.all_of({asker}), wanted, scan_imports, loaded=())
    assert bool(found) == (not name.startswith("noop"))
    monkeypatch.setattr(third_party_askers._Statements, "stand_in", lambda *_: True)
    assert find_askers(library.all_of({asker}), wanted, scan_imports, loaded=()) == found


def test_a_distribution_does_not_ask_for_itself(tmp_path: Path) -> None:
    file = tmp_path / "mod.py"
    file.write_text("import wanted\n", encoding="utf-8")
    module = InstalledModule("wanted.mod", str(file), "wanted/mod.py", "wanted-dist")
    assert find_askers([module], {"wanted": "wanted-dist"}, scan_imports, loaded=()) == ()


ASKED_BY_A_WANTED_ONE = {  # of yaml, by a module of torch, which is wanted itself
    "a plain import": ("import torch\nimport yaml\n", [2]),
    "noop: of itself alone": ("import torch\nfrom torch import nn\n", []),
    "behind its own": ("import torch, yaml\n", [1]),
    "behind its own, continued": ("import torch.nn as nn, \\\n    yaml.nodes\n", [1]),
    "noop: a name in a text": ("import torch\nTEXT = 'yaml'\n", []),
}


@pytest.mark.parametrize("name", ASKED_BY_A_WANTED_ONE)
def test_a_wanted_distribution_asks_for_others_alone(name: str, tmp_path: Path) -> None:
    text, lines = ASKED_BY_A_WANTED_ONE[name]
    library = write(tmp_path, {"torch/x.py": text})
    wanted = {"torch": "torch", "yaml": "pyyaml"}
    asks = find_askers(library.all_of({"torch"}), wanted, scan_imports, loaded=())
    assert [(ask.wanted, ask.line) for ask in asks] == [("pyyaml", line) for line in lines]


GROUPS_READ = {
    "by importlib.metadata": ("entry_points(group='app.plugins')", True),
    "by pkg_resources": ("for e in iter_entry_points('app.plugins'): ...", True),
    "by pluggy": ("manager.load_setuptools_entrypoints('app.plugins')", True),
    "by stevedore": ("import stevedore\nstevedore.ExtensionManager('app.plugins')", True),
    "noop: another group": ("entry_points(group='other.plugins')", False),
    "noop: no look-up": ("GROUP = 'app.plugins'", False),
    "noop: part of a longer name": ("my_entry_points(group='app.plugins')", False),
}


@pytest.mark.parametrize("name", GROUPS_READ)
def test_groups_are_read_beside_a_look_up(name: str, tmp_path: Path) -> None:
    text, is_read = GROUPS_READ[name]
    library = write(tmp_path, {"lib/x.py": text})
    found = find_group_reads(library.all_of({"lib"}), {"app.plugins"}, Sources().ask)
    assert [read.group for read in found] == (["app.plugins"] if is_read else [])


MENTIONED = {
    "a class anywhere": ("from fastapi import (\n    UploadFile,\n)\n", "UploadFile", 2),
    "a method": ("df.to_sql('t')\n", "to_sql", 1),
    "a function that is called": ("x = read_sql (q)\n", "read_sql", 1),
    "noop: a plain word": ("'''fill the to_sql gap'''\n", "to_sql", None),
    "noop: in a comment": ("# df.to_sql()\n", "to_sql", None),
    "noop: a longer name": ("df.to_sql_server()\n", "to_sql", None),
}


@pytest.mark.parametrize("name", MENTIONED)
def test_mentions_are_of_code(name: str, tmp_path: Path) -> None:
    text, word, line = MENTIONED[name]
    (tmp_path / "a.py").write_text(text, encoding="utf-8")
    found = find_mentions(tmp_path, ["a.py"], [word])
    assert [(mention.word, mention.line) for mention in found] == ([(word, line)] if line else [])
