"""The tables of deferrals: what moves, and what stays for which reason."""

from collections.abc import Mapping
from textwrap import indent
from typing import Any

from footprint.edit.imports.refusals import Obstacle
from tests.unit.edit.deferral_case import DeferCase

# a file that uses the module -> the program that runs it
PROGRAMS = {"start": "import start", "test_m": "import test_m", "user": "import user, m\nprint(m.run())"}
MODELS = {
    "models.py": "import typing\n\n\nclass Model:\n    @classmethod\n    def hints(cls):\n"
    "        return str(typing.get_type_hints(cls))\n"
}
ROUTE = {
    "route.py": "import typing\n\n\ndef route(function):\n    def inner(*given):\n"
    "        return str(typing.get_type_hints(function)), function(*given)\n\n    return inner\n"
}


def case(code: str, reason: Obstacle | None = None, lib: str | None = None, **changes: Any) -> DeferCase:
    """Return a case with another `lib`, or with a file that uses the module in place of the usual program."""
    if lib is not None:
        changes["site"] = {"lib/__init__.py": lib}
    for name in PROGRAMS.keys() & changes.keys():
        changes["files"] = changes.get("files", {}) | {f"{name}.py": changes.pop(name)}
        changes["program"] = PROGRAMS[name]
    return DeferCase(code, reason, **changes)


def run(body: str, reason: Obstacle | None = None, **changes: Any) -> DeferCase:
    """Return a case whose module imports lib and has a function `run` of this body."""
    return case(f"import lib\n\n\ndef run():\n{indent(body, '    ')}\n", reason, **changes)


def called(before: str, reason: Obstacle | None = None, returns: str = "lib.f(1)", **changes: Any) -> DeferCase:
    """Return a case whose module has, behind what is given, a function `run` that returns this."""
    return case(f"{before}\n\n\ndef run():\n    return {returns}\n", reason, **changes)


def from_lib(reason: Obstacle, **changes: Any) -> DeferCase:
    return called("from lib import f", reason, "f(1)", name="f", **changes)


MOVES: Mapping[str, DeferCase] = {
    "plain": run("return lib.f(1)"),
    "from": called("from lib import f", returns="f(1)", name="f"),
    "alias": called("import lib as l", returns="l.f(1)", name="l"),
    "from with an alias": called("from lib import f as g, VALUE as v", returns="g(v)", name="g v"),
    "one alias of a from-import, of one module": called(
        "from lib import f\nfrom other import VALUE", returns="f(1), VALUE", name="f"
    ),
    "one of two modules": called("import lib, other", returns="lib.f(1), other.VALUE"),
    "the second of two modules": called("import other, lib", returns="lib.f(1), other.VALUE"),
    "dotted with an alias": called("import lib.sub as s", returns="s.g()", name="s", loaded="lib.sub"),
    "dotted": called("import lib.sub", returns="lib.sub.g(), lib.f()"),
    "a function that imports a part of it by itself": case(
        "import lib\n\n\ndef run():\n    import lib.sub\n    return lib.sub.g()\n\n\ndef more():\n    return lib.f(1)\n",
        program="import m\nprint(m.run(), m.more())",
    ),
    "two functions": called("import lib\n\n\ndef a():\n    return lib.f(1)", returns="a(), lib.VALUE"),
    "docstring": run('"""Say."""\nreturn lib.f(1), run.__doc__'),
    "docstring and a blank line": run('"""Say."""\n\nreturn lib.f(1), run.__doc__'),
    "comment before the first statement": run("# adds\nreturn lib.f(1)"),
    "type comment": case("import lib\n\n\ndef run(a=1):\n    # type: (int) -> int\n    return lib.f(a)\n"),
    "one line": case("import lib\n\n\ndef run(): return lib.f(1)\n"),
    "one line with several statements": case("import lib\n\n\ndef run(): a = lib.f(1); return a\n"),
    "one line with a docstring": case("import lib\n\n\ndef run(): 'doc'; return lib.f(1), run.__doc__\n"),
    "header over several lines": case(
        "import lib\n\n\ndef run(\n    a=1,  # one\n    # more\n):\n    return lib.f(a)\n"
    ),
    "header that ends with a backslash": case("import lib\n\n\ndef run(): \\\n    return lib.f(1)\n"),
    "async": called(
        "import asyncio\nimport lib\n\n\nasync def work():\n    return lib.f(1)", returns="asyncio.run(work())"
    ),
    "generator": called("import lib\n\n\ndef work():\n    yield lib.f(1)\n    yield lib.VALUE", returns="list(work())"),
    "nested function that alone uses it": run("def inner():\n    return lib.f(1)\n\nreturn inner()"),
    "nested function and the outer one": run("def inner():\n    return lib.f(1)\n\nreturn inner(), lib.VALUE"),
    "method": called("import lib\n\n\nclass A:\n    def go(self):\n        return lib.f(1)", returns="A().go()"),
    "class in a function": run(
        "class A(lib.Base):\n    size = lib.VALUE\n\n    def go(self):\n        return lib.f(self.size), self.kind\n\nreturn A().go()"
    ),
    "decorated first statement": run("@lib.deco\ndef inner():\n    return 1\n\nreturn inner()"),
    "lambda in a function": run("return (lambda a: lib.f(a))(1)"),
    "comprehension in a function": run("return [lib.f(a) for a in range(2)]"),
    "comprehension with a variable of that name": run("return [lib for lib in range(2)], lib.f(1)"),
    "walrus in a function": run("if (a := lib.f(1)) > 1:\n    return a"),
    "except clause in a function": run("try:\n    lib.fail()\nexcept lib.Error as error:\n    return str(error)"),
    "isinstance in a function": run("return isinstance(1, lib.Base)"),
    "match in a function": run("match lib.Point(3):\n    case lib.Point(x):\n        return x", since=(3, 10)),
    "format text in a function": run('return f"{lib.VALUE!r:>5}"'),
    "parameter of that name in another function": case(
        "import lib\n\n\ndef run():\n    return lib.f(1), same(5)\n\n\ndef same(lib):\n    return lib\n"
    ),
    "local of that name in another function": case(
        "import lib\n\n\ndef run():\n    return lib.f(1), same()\n\n\ndef same():\n    lib = 3\n    return lib\n"
    ),
    "nested function with a parameter of that name": run("def same(lib):\n    return lib\n\nreturn lib.f(1), same(5)"),
    "variable of an outer function": called(
        "import lib\n\n\ndef outer(lib):\n    def inner():\n        return lib\n\n    return inner()",
        returns="outer(3), lib.f(1)",
    ),
    "variable annotation in a function": run("point: lib.Point = lib.Point(2)\nreturn point.x"),
    "future annotation": case(
        "from __future__ import annotations\n\nimport lib\n\n\ndef run(a: lib.Point | None = None) -> int:\n"
        "    return lib.f(1)\n"
    ),
    "future annotation, with a block for types": case(
        "from __future__ import annotations\n\nfrom typing import TYPE_CHECKING\n\nimport lib\n\n"
        "if TYPE_CHECKING:\n    from other import VALUE\n\n\ndef run(a: lib.Point | None = None) -> int:\n"
        "    return lib.f(1)\n"
    ),
    "text annotation": case("import lib\n\n\ndef run(a: 'lib.Point' = None) -> 'lib.Point':\n    return lib.f(1)\n"),
    "in a block for types as well": called(
        "from typing import TYPE_CHECKING\n\nimport lib\n\nif TYPE_CHECKING:\n    Number = lib.Point"
    ),
    "semicolon before": called("import other; import lib", returns="lib.f(1), other.VALUE"),
    "semicolon after": called("import lib; import other", returns="lib.f(1), other.VALUE"),
    "semicolon and a value": called("import lib; A = 1  # one", returns="lib.f(A)"),
    "semicolon at the end": called("import lib;"),
    "comment on its line": called("import lib  # heavy"),
    "comment above": called("import other\n\n# heavy\nimport lib", returns="lib.f(1), other.VALUE"),
    "brackets": called(
        "from lib import (  # both\n    VALUE,  # a number\n    f,\n)", returns="f(VALUE)", name="VALUE f"
    ),
    "brackets, different functions": case(
        "from lib import (\n    VALUE,  # a number\n    f,\n)\n\n\ndef run():\n    return f(1), one()\n\n\n"
        "def one():\n    return VALUE\n",
        name="VALUE f",
    ),
    "backslash": called("from lib import VALUE, \\\n    f", returns="f(VALUE)", name="VALUE f"),
    "tabs": case("import lib\n\n\ndef run():\n\tif True:\n\t\treturn lib.f(1)\n"),
    "CRLF": case("import lib\r\n\r\n\r\ndef run():\r\n    return lib.f(1)\r\n"),
    "byte order mark": called("\ufeffimport lib"),
    "no end of the last line": case("import lib\n\n\ndef run():\n    return lib.f(1)"),
    "at the end, without an end of the line": case("def run():\n    return lib.f(1)\n\n\nimport lib"),
    "form feed": case("import lib\n\x0c\n\ndef run():\n    return lib.f(1)\n"),
    "letters of other scripts": case('import lib; S = "ä€𝄞"\n\n\ndef run(): ß = "ä€𝄞"; return lib.f(1), len(S + ß)\n'),
    "module text": called('"""Doc."""\n\nimport lib', returns="lib.f(1), __doc__"),
    "script block": case(
        "import lib\n\n\ndef run():\n    return lib.f(1)\n\n\nif __name__ == '__main__':\n    print(run())\n"
    ),
    "function in a condition": case("import lib\n\nif True:\n\n    def run():\n        return lib.f(1)\n"),
    "relative": called(
        "from . import helper",
        returns="helper.go()",
        name="helper",
        path="app/m.py",
        files={"app/__init__.py": "", "app/helper.py": "def go():\n    return 'went'\n"},
        program="import app.m\nprint(app.m.run())",
        loaded="app.helper",
        can_be_listed=False,
    ),
    "local name read through eval elsewhere": run("return lib.f(1)", files={"tools.py": "print(eval('1 + 1'))\n"}),
    "a library that reads a variable that nobody sets": run(
        "return lib.MODE",
        files={"tools.py": "import os\nos.environ['OTHER'] = '1'\n"},
        lib="import os\nMODE = os.environ.get('LIB_MODE', 'unset')\n",
    ),
    "first call from threads": case(
        "import lib\n\n\ndef work():\n    return lib.f(1)\n\n\ndef run():\n    from concurrent.futures import ThreadPoolExecutor\n"
        "    with ThreadPoolExecutor(8) as pool:\n        return [each.result() for each in [pool.submit(work) for _ in range(8)]]\n"
    ),
    "a path that changes, where no file of the project has its name": run(
        "return lib.f(1)", files={"conftest.py": "import sys\nsys.path.insert(0, 'x')\n"}
    ),
}

STAYS: Mapping[str, DeferCase] = {
    "base class": called("import lib\n\n\nclass A(lib.Base):\n    pass", Obstacle.BASE),
    "keyword of a class": called("import lib\n\n\nclass A(metaclass=type(lib.Base)):\n    pass", Obstacle.BASE),
    "decorator": case("import lib\n\n\n@lib.deco\ndef run():\n    return lib.f(1)\n", Obstacle.DECORATOR),
    "default": case("import lib\n\n\ndef run(a=lib.VALUE):\n    return lib.f(a)\n", Obstacle.DEFAULT),
    "keyword default": case("import lib\n\n\ndef run(*, a=lib.VALUE):\n    return lib.f(a)\n", Obstacle.DEFAULT),
    "annotation": case("import lib\n\n\ndef run(a: lib.Point = None):\n    return lib.f(1)\n", Obstacle.ANNOTATION),
    "return annotation": case("import lib\n\n\ndef run() -> lib.Point:\n    return lib.f(1)\n", Obstacle.ANNOTATION),
    "annotation of a variable": called("import lib\n\nA: lib.Point = 1", Obstacle.ANNOTATION),
    "annotation under a future that get_type_hints reads": called(
        "from __future__ import annotations\n\nimport typing\n\nimport lib\n\n\ndef work(a: lib.Point): \n    return lib.f(1)",
        Obstacle.HINTS_READ,
        returns="typing.get_type_hints(work)",
        same_in_all_forms=False,
    ),
    "annotation under a future that a decorator reads": called(
        "from __future__ import annotations\n\nimport lib\nfrom route import route\n\n\n@route\ndef work(a: lib.Point):\n    return lib.f(1)",
        Obstacle.HINTS_READ,
        returns="work(1)",
        site=ROUTE,
        same_in_all_forms=False,
    ),
    "annotation under a future of what is handed on": called(
        "from __future__ import annotations\n\nimport lib\nfrom route import route\n\n\ndef work(a: lib.Point):\n    return lib.f(1)",
        Obstacle.HINTS_READ,
        returns="route(work)(1)",
        site=ROUTE,
        same_in_all_forms=False,
    ),
    "dataclass field": called(
        "from __future__ import annotations\n\nimport dataclasses\n\nimport lib\n\n\n@dataclasses.dataclass\nclass A:\n    point: lib.Point",
        Obstacle.FIELD,
        returns="lib.f(1), [each.type for each in dataclasses.fields(A)]",
    ),
    "ClassVar of a dataclass": case(
        "from __future__ import annotations\n\nimport dataclasses\nimport typing\n\n\n@dataclasses.dataclass\nclass A:\n"
        "    a: int\n    b: typing.ClassVar[int] = 3\n\n\ndef run():\n    typing.cast(int, 1)\n"
        "    return [each.name for each in dataclasses.fields(A)]\n",
        Obstacle.FIELD,
        name="typing",
    ),
    "field of a model": called(
        "from __future__ import annotations\n\nimport lib\nfrom models import Model\n\n\nclass A(Model):\n    point: lib.Point",
        Obstacle.FIELD,
        returns="lib.f(1), A.hints()",
        site=MODELS,
    ),
    "text annotation of a field": called(
        "import lib\nfrom models import Model\n\n\nclass A(Model):\n    point: 'lib.Point'",
        Obstacle.FIELD,
        returns="lib.f(1), A.hints()",
        site=MODELS,
    ),
    "isinstance in the module": called("import lib\n\nA = isinstance(1, lib.Base)", Obstacle.AT_IMPORT),
    "except clause in the module": called(
        "import lib\n\ntry:\n    A = 1 / 0\nexcept (lib.Error, ZeroDivisionError):\n    A = 2", Obstacle.EXCEPT
    ),
    "comprehension in the module": called("import lib\n\nA = [lib.f(a) for a in range(2)]", Obstacle.COMPREHENSION),
    "class body": called("import lib\n\n\nclass A:\n    size = lib.VALUE", Obstacle.CLASS_BODY),
    "class body that binds the name": run("class A:\n    lib = lib\n\nreturn A.lib.f(1), lib.VALUE", Obstacle.LOCAL),
    "match in the module": called(
        "import lib\n\nmatch 42:\n    case lib.VALUE:\n        A = 1", Obstacle.MATCH, since=(3, 10)
    ),
    "walrus in the module": called("import lib\n\nif (A := lib.VALUE) > 1:\n    B = 2", Obstacle.WALRUS),
    "alias of a type": called("import lib\n\nPoint = lib.Point", Obstacle.AT_IMPORT),
    "lambda in the module": case("import lib\n\nrun = lambda: lib.f(1)\n", Obstacle.LAMBDA, same_in_all_forms=False),
    "lambda in a class": called(
        "import lib\n\n\nclass A:\n    go = lambda self: lib.f(1)",
        Obstacle.LAMBDA,
        returns="A().go()",
        same_in_all_forms=False,
    ),
    "global": case(
        "import lib\n\n\ndef run():\n    global lib\n    lib = lib.f(1)\n    return lib, again()\n\n\ndef again():\n    return lib\n",
        Obstacle.REBOUND,
    ),
    "del": case(
        "import lib\n\n\ndef run():\n    try:\n        return lib.f(1)\n    except NameError:\n        return 0\n\n\ndel lib\n",
        Obstacle.REBOUND,
    ),
    "augmented assignment": called(
        "from lib import VALUE\n\nVALUE += 1", Obstacle.REBOUND, returns="VALUE", name="VALUE"
    ),
    "bound anew": called("import lib\n\nlib = lib", Obstacle.REBOUND),
    "bound by a loop": called(
        "import lib\n\nfor lib in (__import__('other'),):\n    pass", Obstacle.REBOUND, returns="lib.VALUE"
    ),
    "bound by star after it": called(
        "from lib import VALUE\nfrom other import *", Obstacle.REBOUND, returns="VALUE", name="VALUE"
    ),
    "two imports of one name": called(
        "from lib import VALUE\nfrom other import VALUE", Obstacle.BOUND_TWICE, returns="VALUE", name="VALUE"
    ),
    "two dotted imports of one name": called("import lib\nimport lib.sub", Obstacle.BOUND_TWICE, returns="lib.sub.g()"),
    "eval": case(
        "import lib\n\n\ndef run():\n    return eval('lib.f(1)')\n\n\ndef other():\n    return lib.VALUE\n",
        Obstacle.NAMESPACE,
    ),
    "exec": case(
        "import lib\n\n\ndef run():\n    exec('print(lib.VALUE)')\n\n\ndef other():\n    return lib.VALUE\n",
        Obstacle.NAMESPACE,
    ),
    "globals": run("return globals()['lib'].f(1), lib.VALUE", Obstacle.NAMESPACE),
    "vars of the module": called("import lib\n\nA = sorted(vars())", Obstacle.NAMESPACE, returns="A, lib.f(1)"),
    "locals of the function": case(
        "import lib\n\n\ndef run(a=1):\n    return sorted(locals()), lib.f(1)\n", Obstacle.NAMESPACE
    ),
    "dir of the module": case(
        "import lib\n\n\ndef run():\n    return lib.f(1), NAMES\n\n\nNAMES = dir()\n", Obstacle.NAMESPACE
    ),
    "itself by sys.modules": called(
        "import sys\n\nimport lib", Obstacle.NAMESPACE, returns="getattr(sys.modules[__name__], 'lib').f(1), lib.VALUE"
    ),
    "itself by import_module": called(
        "import importlib\n\nimport lib",
        Obstacle.NAMESPACE,
        returns="importlib.import_module(__name__).lib.f(1), lib.VALUE",
    ),
    "frame": called(
        "import sys\n\nimport lib", Obstacle.NAMESPACE, returns="sys._getframe().f_globals['lib'].VALUE, lib.f(1)"
    ),
    "globals of a function": run("return run.__globals__['lib'].VALUE, lib.f(1)", Obstacle.NAMESPACE),
    "doctest": run(
        '"""Say.\n\n>>> lib.f(1)\n2\n"""\nreturn lib.f(1)',
        Obstacle.DOCTEST,
        program="import doctest, m\nprint(doctest.testmod(m), m.run())",
    ),
    "conditional": called("if True:\n    import lib", Obstacle.CONDITIONAL),
    "guard with a flag": called(
        "try:\n    import lib\n    HAS = True\nexcept ImportError:\n    HAS = False", Obstacle.CONDITIONAL
    ),
    "guard with None": called("try:\n    import lib\nexcept ImportError:\n    lib = None", Obstacle.CONDITIONAL),
    "with": called("import contextlib\n\nwith contextlib.suppress(ImportError):\n    import lib", Obstacle.CONDITIONAL),
    "in a class": called("class A:\n    import lib", Obstacle.IN_CLASS, returns="A.lib.f(1)"),
    "in a function": case("def run():\n    import lib\n\n    return lib.f(1)\n", Obstacle.IN_FUNCTION),
    "star": called("from lib import *", Obstacle.STAR, returns="f(1)", name="*"),
    "future": called("from __future__ import division", Obstacle.FUTURE, returns="division.optional", name="division"),
    "private in a class": called(
        "import lib as __lib", Obstacle.PRIVATE, returns="__lib.f(1)", name="__lib", same_in_all_forms=False
    ),
    "exported by __all__": called(
        "from lib import f\n\n__all__ = ['f', 'run']",
        Obstacle.EXPORTED,
        returns="f(1)",
        name="f",
        program="from m import *\nprint(f(2), run())",
    ),
    "exported by a longer __all__": called(
        "from lib import f\n\n__all__ = ['run']\n__all__ += ['f']",
        Obstacle.EXPORTED,
        returns="f(1)",
        name="f",
        program="from m import *\nprint(f(2), run())",
    ),
    "exported by an alias": called(
        "from lib import f as f",
        Obstacle.EXPORTED,
        returns="f(1)",
        name="f",
        program="import m\nprint(m.f(2), m.run())",
    ),
    "taken by another module": from_lib(
        Obstacle.TAKEN, same_in_all_forms=False, user="from m import f\n\nprint(f(3))\n"
    ),
    "taken with star": from_lib(Obstacle.TAKEN, same_in_all_forms=False, user="from m import *\n\nprint(f(3))\n"),
    "taken as an attribute": run(
        "return lib.f(1)", Obstacle.TAKEN, same_in_all_forms=False, user="import m\n\nprint(m.lib.VALUE)\n"
    ),
    "taken as an attribute of a submodule": run(
        "return lib.f(1)",
        Obstacle.TAKEN,
        path="app/m.py",
        files={"app/__init__.py": "", "user.py": "from app import m as it\n\nprint(it.lib.VALUE)\n"},
        program="import user, app.m\nprint(app.m.run())",
        same_in_all_forms=False,
    ),
    "taken relatively": run(
        "return lib.f(1)",
        Obstacle.TAKEN,
        path="src/app/m.py",
        files={"src/app/__init__.py": "from .m import lib as that\n\nprint(that.VALUE)\n"},
        program="import sys\nsys.path.insert(0, 'src')\nimport app.m\nprint(app.m.run())",
        same_in_all_forms=False,
    ),
    "taken from a module loaded by text": run(
        "return lib.f(1)",
        Obstacle.TAKEN,
        same_in_all_forms=False,
        user="import importlib\n\nthat = importlib.import_module('m')\nprint(that.lib.VALUE)\n",
    ),
    "taken with getattr": run(
        "return lib.f(1)", Obstacle.NAMED, same_in_all_forms=False, user="import m\n\nprint(getattr(m, 'lib').VALUE)\n"
    ),
    "patched": from_lib(
        Obstacle.NAMED,
        same_in_all_forms=False,
        test_m="from unittest.mock import patch\nimport m\n\nwith patch('m.f', lambda a: 5):\n    print(m.run())\n",
    ),
    "patched in a package": from_lib(
        Obstacle.NAMED,
        path="app/m.py",
        same_in_all_forms=False,
        files={"app/__init__.py": ""},
        test_m="from unittest.mock import patch\nfrom app import m\n\nwith patch('app.m.f', lambda a: 5):\n    print(m.run())\n",
    ),
    "patched by object": from_lib(
        Obstacle.NAMED,
        same_in_all_forms=False,
        test_m="from unittest.mock import patch\nimport m\n\nwith patch.object(m, 'f', lambda a: 5):\n    print(m.run())\n",
    ),
    "patched deeper": run(
        "return lib.f(1)",
        Obstacle.NAMED,
        same_in_all_forms=False,
        test_m="from unittest.mock import patch\nimport m\n\nwith patch('m.lib.f', lambda a: 5):\n    print(m.run())\n",
    ),
    "set by hand": from_lib(
        Obstacle.TAKEN, same_in_all_forms=False, test_m="import m\n\nm.f = lambda a: 5\nprint(m.run())\n"
    ),
    "set with setattr": from_lib(
        Obstacle.NAMED, same_in_all_forms=False, test_m="import m\n\nsetattr(m, 'f', lambda a: 5)\nprint(m.run())\n"
    ),
    "patched at its home": from_lib(
        Obstacle.REPLACED,
        test_m="from unittest.mock import patch\nimport m\n\nwith patch('lib.f', lambda a: 5):\n    print(m.run())\n",
    ),
    "patched at its home by object": from_lib(
        Obstacle.REPLACED,
        test_m="from unittest.mock import patch\nimport lib\nimport m\n\n"
        "with patch.object(lib, 'f', lambda a: 5):\n    print(m.run())\n",
    ),
    "replaced at its home": called(
        "from lib import VALUE",
        Obstacle.REPLACED,
        returns="VALUE",
        name="VALUE",
        start="import lib\nimport m\n\nlib.VALUE = 5\nprint(m.run())\n",
    ),
    "rebound at its home": called(
        "from state import X",
        Obstacle.REPLACED,
        returns="X",
        name="X",
        loaded="state",
        files={"state.py": "X = 1\n\n\ndef change():\n    global X\n    X = 9\n"},
        start="import state\nimport m\n\nstate.change()\nprint(m.run())\n",
    ),
    "a library that reads the environment": run(
        "return lib.MODE",
        Obstacle.LIBRARY_READS,
        start="import os\nimport m\n\nos.environ['MODE'] = 'late'\nprint(m.run())\n",
        lib="import os\nMODE = os.environ.get('MODE', 'unset')\n",
    ),
    "a library that reads the environment in a function it calls": run(
        "return lib.MODE",
        Obstacle.LIBRARY_READS,
        start="import os\nimport m\n\nos.environ['MODE'] = 'late'\nprint(m.run())\n",
        lib="import os\n\n\ndef read():\n    return os.getenv('MODE')\n\n\nMODE = read()\n",
    ),
    "a library that reads the folder": run(
        "return lib.HERE",
        Obstacle.LIBRARY_READS,
        start="import os\nimport m\n\nos.chdir('/')\nprint(m.run() == '/')\n",
        lib="import os\nHERE = os.getcwd()\n",
    ),
    "a library that reads the arguments": run(
        "return lib.COUNT",
        Obstacle.LIBRARY_READS,
        start="import sys\nimport m\n\nsys.argv.append('late')\nprint(m.run())\n",
        lib="import sys\nCOUNT = len(sys.argv)\n",
    ),
    "a library that reads the clock": run(
        "return lib.BEGAN > 1", Obstacle.LIBRARY_READS, lib="import time\nBEGAN = time.time()\n"
    ),
    "a library that registers itself": called(
        "import plugin",
        Obstacle.LIBRARY_CHANGES,
        returns="plugin.run()",
        name="plugin",
        loaded="plugin",
        site={
            "registry.py": "ALL = []\n\n\ndef add(name):\n    ALL.append(name)\n",
            "plugin.py": "import registry\n\nregistry.add('plugin')\n\n\ndef run():\n    return 'run'\n",
        },
        program="import m, registry\nprint(list(registry.ALL), m.run())",
    ),
    "a library that changes the process": run(
        "return lib.VALUE",
        Obstacle.LIBRARY_CHANGES,
        program="import m, sys\nprint(sys.getrecursionlimit(), m.run())",
        lib="import sys\nsys.setrecursionlimit(4321)\nVALUE = 1\n",
    ),
    "a library that patches another": run(
        "return lib.VALUE",
        Obstacle.LIBRARY_CHANGES,
        program="import m, other\nprint(other.VALUE, m.run())",
        lib="import other\nother.VALUE = 'patched'\nVALUE = 1\n",
    ),
    "registers by being imported": case(
        "import plugin\n\n\ndef run():\n    import registry\n\n    return registry.ALL\n",
        Obstacle.NEVER_USED,
        name="plugin",
        loaded="plugin",
        site={"registry.py": "ALL = []\n", "plugin.py": "import registry\n\nregistry.ALL.append('plugin')\n"},
    ),
    "only annotations": case(
        "from __future__ import annotations\n\nimport lib\n\n\ndef run(a: lib.Point | None = None):\n    return 1\n",
        Obstacle.ONLY_HINTS,
    ),
    "asked in sys.modules": run(
        "return lib.f(1)", Obstacle.SYS_MODULES, start="import sys\nimport m\n\nprint('lib' in sys.modules, m.run())\n"
    ),
    "asked with get": run(
        "return lib.f(1)",
        Obstacle.SYS_MODULES,
        start="import sys\nimport m\n\nprint(sys.modules.get('lib') is None, m.run())\n",
    ),
    "all of sys.modules": run(
        "return lib.f(1)",
        Obstacle.SYS_MODULES,
        start="import sys\nimport m\n\nprint(any(each == 'lib' for each in list(sys.modules)), m.run())\n",
    ),
    "replaced in sys.modules": run(
        "return lib.f(1)",
        Obstacle.SYS_MODULES,
        start="import sys\nimport types\nfrom unittest.mock import patch\nimport m\n\n"
        "with patch.dict(sys.modules, {'lib': types.SimpleNamespace(f=lambda a: 5)}):\n    print(m.run())\n",
    ),
    "a submodule that others use": called(
        "import lib.sub",
        Obstacle.SUBMODULE,
        returns="lib.sub.g()",
        files={"user.py": "import lib\n\n\ndef go():\n    return lib.sub.NAME\n"},
        program="import m, user\nprint(user.go(), m.run())",
    ),
    "a submodule that others use, by from": called(
        "from lib.sub import g",
        Obstacle.SUBMODULE,
        returns="g()",
        name="g",
        files={"user.py": "import lib\n\n\ndef go():\n    return lib.sub.NAME\n"},
        program="import m, user\nprint(user.go(), m.run())",
    ),
    "a submodule that the file uses otherwise": case(
        "import lib as that\nfrom lib import sub\n\nA = 1\n\n\ndef run():\n    return sub.g()\n\n\ndef other():\n    return that.sub.NAME\n",
        Obstacle.SUBMODULE,
        name="sub",
        program="import m\nprint(m.other(), m.run())",
    ),
    "another file by another path": called(
        "import same",
        Obstacle.PATH,
        returns="same.VALUE",
        name="same",
        loaded="same",
        files={"same.py": "VALUE = 'first'\n", "sub/same.py": "VALUE = 'second'\n"},
        start="import sys\nimport m\n\nsys.path.insert(0, 'sub')\nprint(m.run())\n",
    ),
    "another file by another folder": called(
        "import same",
        Obstacle.PATH,
        returns="same.VALUE",
        name="same",
        loaded="same",
        files={"same.py": "VALUE = 'first'\n", "sub/same.py": "VALUE = 'second'\n"},
        start="import os\nimport m\n\nos.chdir('sub')\nprint(m.run())\n",
    ),
    "__del__": called(
        "import lib\n\n\nclass A:\n    def __del__(self):\n        print(lib.f(1))\n\n\nKEPT = A()",
        Obstacle.AT_EXIT,
        returns="lib.VALUE",
    ),
    "a function that __del__ calls": called(
        "import lib\n\n\ndef bye():\n    print(lib.f(1))\n\n\nclass A:\n    def __del__(self):\n        bye()\n\n\nKEPT = A()",
        Obstacle.AT_EXIT,
        returns="lib.VALUE",
    ),
    "atexit": called(
        "import atexit\n\nimport lib\n\n\n@atexit.register\ndef bye():\n    print(lib.f(1))",
        Obstacle.AT_EXIT,
        returns="lib.VALUE",
    ),
    "called by the module": called(
        "import lib\n\n\ndef work():\n    return lib.f(1)\n\n\nA = work()", Obstacle.STARTUP_CALL, returns="A"
    ),
    "called by what the module calls": called(
        "import lib\n\n\ndef work():\n    return lib.f(1)\n\n\ndef start():\n    return work()\n\n\nA = start()",
        Obstacle.STARTUP_CALL,
        returns="A",
    ),
    "a method that the module calls": called(
        "import lib\n\n\nclass A:\n    def __init__(self):\n        self.a = lib.f(1)\n\n\nKEPT = A()",
        Obstacle.STARTUP_CALL,
        returns="KEPT.a",
    ),
    "a decorator of its own": case(
        "import lib\n\n\ndef deco(function):\n    lib.f(1)\n    return function\n\n\n@deco\ndef run():\n    return 1\n",
        Obstacle.STARTUP_CALL,
    ),
    "compiled": case(
        "import lib\nfrom compiler import njit\n\n\n@njit\ndef run():\n    return lib.f(1)\n",
        Obstacle.COMPILED,
        site={
            "compiler.py": "def njit(function):\n    if 'lib' in function.__code__.co_varnames:\n"
            "        raise TypeError('lib is unknown')\n    return function\n"
        },
    ),
    "script block that uses it": case(
        "import lib\n\n\ndef run():\n    return lib.f(1)\n\n\nif __name__ == '__main__':\n    print(lib.VALUE)\n",
        Obstacle.MAIN_BLOCK,
        program="import runpy\nrunpy.run_path('m.py', run_name='__main__')",
    ),
}
