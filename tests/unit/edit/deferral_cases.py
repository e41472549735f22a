"""The tables of deferrals: what moves, and what stays for which reason."""

from collections.abc import Mapping

from footprint.edit.imports.refusals import Obstacle
from tests.unit.edit.deferral_case import DeferCase

MOVES: Mapping[str, DeferCase] = {
    "plain": DeferCase("import lib\n\n\ndef run():\n    return lib.f(1)\n"),
    "from": DeferCase("from lib import f\n\n\ndef run():\n    return f(1)\n", name="f"),
    "alias": DeferCase("import lib as l\n\n\ndef run():\n    return l.f(1)\n", name="l"),
    "from with an alias": DeferCase(
        "from lib import f as g, VALUE as v\n\n\ndef run():\n    return g(v)\n", name="g v"
    ),
    "one alias of a from-import, of one module": DeferCase(
        "from lib import f\nfrom other import VALUE\n\n\ndef run():\n    return f(1), VALUE\n", name="f"
    ),
    "one of two modules": DeferCase("import lib, other\n\n\ndef run():\n    return lib.f(1), other.VALUE\n"),
    "the second of two modules": DeferCase("import other, lib\n\n\ndef run():\n    return lib.f(1), other.VALUE\n"),
    "dotted with an alias": DeferCase(
        "import lib.sub as s\n\n\ndef run():\n    return s.g()\n", name="s", loaded="lib.sub"
    ),
    "dotted": DeferCase("import lib.sub\n\n\ndef run():\n    return lib.sub.g(), lib.f()\n"),
    "a function that imports a part of it by itself": DeferCase(
        "import lib\n\n\ndef run():\n    import lib.sub\n    return lib.sub.g()\n\n\ndef more():\n    return lib.f(1)\n",
        program="import m\nprint(m.run(), m.more())",
    ),
    "two functions": DeferCase(
        "import lib\n\n\ndef a():\n    return lib.f(1)\n\n\ndef run():\n    return a(), lib.VALUE\n"
    ),
    "docstring": DeferCase('import lib\n\n\ndef run():\n    """Say."""\n    return lib.f(1), run.__doc__\n'),
    "docstring and a blank line": DeferCase(
        'import lib\n\n\ndef run():\n    """Say."""\n\n    return lib.f(1), run.__doc__\n'
    ),
    "comment before the first statement": DeferCase("import lib\n\n\ndef run():\n    # adds\n    return lib.f(1)\n"),
    "type comment": DeferCase("import lib\n\n\ndef run(a=1):\n    # type: (int) -> int\n    return lib.f(a)\n"),
    "one line": DeferCase("import lib\n\n\ndef run(): return lib.f(1)\n"),
    "one line with several statements": DeferCase("import lib\n\n\ndef run(): a = lib.f(1); return a\n"),
    "one line with a docstring": DeferCase("import lib\n\n\ndef run(): 'doc'; return lib.f(1), run.__doc__\n"),
    "header over several lines": DeferCase(
        "import lib\n\n\ndef run(\n    a=1,  # one\n    # more\n):\n    return lib.f(a)\n"
    ),
    "header that ends with a backslash": DeferCase("import lib\n\n\ndef run(): \\\n    return lib.f(1)\n"),
    "async": DeferCase(
        "import asyncio\nimport lib\n\n\nasync def work():\n    return lib.f(1)\n\n\n"
        "def run():\n    return asyncio.run(work())\n"
    ),
    "generator": DeferCase(
        "import lib\n\n\ndef work():\n    yield lib.f(1)\n    yield lib.VALUE\n\n\ndef run():\n    return list(work())\n"
    ),
    "nested function that alone uses it": DeferCase(
        "import lib\n\n\ndef run():\n    def inner():\n        return lib.f(1)\n\n    return inner()\n"
    ),
    "nested function and the outer one": DeferCase(
        "import lib\n\n\ndef run():\n    def inner():\n        return lib.f(1)\n\n    return inner(), lib.VALUE\n"
    ),
    "method": DeferCase(
        "import lib\n\n\nclass A:\n    def go(self):\n        return lib.f(1)\n\n\ndef run():\n    return A().go()\n"
    ),
    "class in a function": DeferCase(
        "import lib\n\n\ndef run():\n    class A(lib.Base):\n        size = lib.VALUE\n\n        def go(self):\n"
        "            return lib.f(self.size), self.kind\n\n    return A().go()\n"
    ),
    "decorated first statement": DeferCase(
        "import lib\n\n\ndef run():\n    @lib.deco\n    def inner():\n        return 1\n\n    return inner()\n"
    ),
    "lambda in a function": DeferCase("import lib\n\n\ndef run():\n    return (lambda a: lib.f(a))(1)\n"),
    "comprehension in a function": DeferCase("import lib\n\n\ndef run():\n    return [lib.f(a) for a in range(2)]\n"),
    "comprehension with a variable of that name": DeferCase(
        "import lib\n\n\ndef run():\n    return [lib for lib in range(2)], lib.f(1)\n"
    ),
    "walrus in a function": DeferCase("import lib\n\n\ndef run():\n    if (a := lib.f(1)) > 1:\n        return a\n"),
    "except clause in a function": DeferCase(
        "import lib\n\n\ndef run():\n    try:\n        lib.fail()\n    except lib.Error as error:\n        return str(error)\n"
    ),
    "isinstance in a function": DeferCase("import lib\n\n\ndef run():\n    return isinstance(1, lib.Base)\n"),
    "match in a function": DeferCase(
        "import lib\n\n\ndef run():\n    match lib.Point(3):\n        case lib.Point(x):\n            return x\n",
        since=(3, 10),
    ),
    "format text in a function": DeferCase('import lib\n\n\ndef run():\n    return f"{lib.VALUE!r:>5}"\n'),
    "parameter of that name in another function": DeferCase(
        "import lib\n\n\ndef run():\n    return lib.f(1), same(5)\n\n\ndef same(lib):\n    return lib\n"
    ),
    "local of that name in another function": DeferCase(
        "import lib\n\n\ndef run():\n    return lib.f(1), same()\n\n\ndef same():\n    lib = 3\n    return lib\n"
    ),
    "nested function with a parameter of that name": DeferCase(
        "import lib\n\n\ndef run():\n    def same(lib):\n        return lib\n\n    return lib.f(1), same(5)\n"
    ),
    "variable of an outer function": DeferCase(
        "import lib\n\n\ndef outer(lib):\n    def inner():\n        return lib\n\n    return inner()\n\n\n"
        "def run():\n    return outer(3), lib.f(1)\n"
    ),
    "variable annotation in a function": DeferCase(
        "import lib\n\n\ndef run():\n    point: lib.Point = lib.Point(2)\n    return point.x\n"
    ),
    "future annotation": DeferCase(
        "from __future__ import annotations\n\nimport lib\n\n\ndef run(a: lib.Point | None = None) -> int:\n"
        "    return lib.f(1)\n"
    ),
    "future annotation, with a block for types": DeferCase(
        "from __future__ import annotations\n\nfrom typing import TYPE_CHECKING\n\nimport lib\n\n"
        "if TYPE_CHECKING:\n    from other import VALUE\n\n\ndef run(a: lib.Point | None = None) -> int:\n"
        "    return lib.f(1)\n"
    ),
    "text annotation": DeferCase(
        "import lib\n\n\ndef run(a: 'lib.Point' = None) -> 'lib.Point':\n    return lib.f(1)\n"
    ),
    "in a block for types as well": DeferCase(
        "from typing import TYPE_CHECKING\n\nimport lib\n\nif TYPE_CHECKING:\n    Number = lib.Point\n\n\n"
        "def run():\n    return lib.f(1)\n"
    ),
    "semicolon before": DeferCase("import other; import lib\n\n\ndef run():\n    return lib.f(1), other.VALUE\n"),
    "semicolon after": DeferCase("import lib; import other\n\n\ndef run():\n    return lib.f(1), other.VALUE\n"),
    "semicolon and a value": DeferCase("import lib; A = 1  # one\n\n\ndef run():\n    return lib.f(A)\n"),
    "semicolon at the end": DeferCase("import lib;\n\n\ndef run():\n    return lib.f(1)\n"),
    "comment on its line": DeferCase("import lib  # heavy\n\n\ndef run():\n    return lib.f(1)\n"),
    "comment above": DeferCase(
        "import other\n\n# heavy\nimport lib\n\n\ndef run():\n    return lib.f(1), other.VALUE\n"
    ),
    "brackets": DeferCase(
        "from lib import (  # both\n    VALUE,  # a number\n    f,\n)\n\n\ndef run():\n    return f(VALUE)\n",
        name="VALUE f",
    ),
    "brackets, different functions": DeferCase(
        "from lib import (\n    VALUE,  # a number\n    f,\n)\n\n\ndef run():\n    return f(1), one()\n\n\n"
        "def one():\n    return VALUE\n",
        name="VALUE f",
    ),
    "backslash": DeferCase("from lib import VALUE, \\\n    f\n\n\ndef run():\n    return f(VALUE)\n", name="VALUE f"),
    "tabs": DeferCase("import lib\n\n\ndef run():\n\tif True:\n\t\treturn lib.f(1)\n"),
    "CRLF": DeferCase("import lib\r\n\r\n\r\ndef run():\r\n    return lib.f(1)\r\n"),
    "byte order mark": DeferCase("\ufeffimport lib\n\n\ndef run():\n    return lib.f(1)\n"),
    "no end of the last line": DeferCase("import lib\n\n\ndef run():\n    return lib.f(1)"),
    "at the end, without an end of the line": DeferCase("def run():\n    return lib.f(1)\n\n\nimport lib"),
    "form feed": DeferCase("import lib\n\x0c\n\ndef run():\n    return lib.f(1)\n"),
    "letters of other scripts": DeferCase(
        'import lib; S = "ä€𝄞"\n\n\ndef run(): ß = "ä€𝄞"; return lib.f(1), len(S + ß)\n'
    ),
    "module text": DeferCase('"""Doc."""\n\nimport lib\n\n\ndef run():\n    return lib.f(1), __doc__\n'),
    "script block": DeferCase(
        "import lib\n\n\ndef run():\n    return lib.f(1)\n\n\nif __name__ == '__main__':\n    print(run())\n"
    ),
    "function in a condition": DeferCase("import lib\n\nif True:\n\n    def run():\n        return lib.f(1)\n"),
    "relative": DeferCase(
        "from . import helper\n\n\ndef run():\n    return helper.go()\n",
        name="helper",
        path="app/m.py",
        files={"app/__init__.py": "", "app/helper.py": "def go():\n    return 'went'\n"},
        program="import app.m\nprint(app.m.run())",
        loaded="app.helper",
        can_be_listed=False,
    ),
    "local name read through eval elsewhere": DeferCase(
        "import lib\n\n\ndef run():\n    return lib.f(1)\n", files={"tools.py": "print(eval('1 + 1'))\n"}
    ),
    "a library that reads a variable that nobody sets": DeferCase(
        "import lib\n\n\ndef run():\n    return lib.MODE\n",
        site={"lib/__init__.py": "import os\nMODE = os.environ.get('LIB_MODE', 'unset')\n"},
        files={"tools.py": "import os\nos.environ['OTHER'] = '1'\n"},
    ),
    "first call from threads": DeferCase(
        "import lib\n\n\ndef work():\n    return lib.f(1)\n\n\ndef run():\n    from concurrent.futures import ThreadPoolExecutor\n"
        "    with ThreadPoolExecutor(8) as pool:\n        return [each.result() for each in [pool.submit(work) for _ in range(8)]]\n"
    ),
    "a path that changes, where no file of the project has its name": DeferCase(
        "import lib\n\n\ndef run():\n    return lib.f(1)\n",
        files={"conftest.py": "import sys\nsys.path.insert(0, 'x')\n"},
    ),
}

USED = "\n\n\ndef run():\n    return lib.f(1)\n"

STAYS: Mapping[str, DeferCase] = {
    "base class": DeferCase("import lib\n\n\nclass A(lib.Base):\n    pass" + USED, Obstacle.BASE),
    "keyword of a class": DeferCase(
        "import lib\n\n\nclass A(metaclass=type(lib.Base)):\n    pass" + USED, Obstacle.BASE
    ),
    "decorator": DeferCase("import lib\n\n\n@lib.deco\ndef run():\n    return lib.f(1)\n", Obstacle.DECORATOR),
    "default": DeferCase("import lib\n\n\ndef run(a=lib.VALUE):\n    return lib.f(a)\n", Obstacle.DEFAULT),
    "keyword default": DeferCase("import lib\n\n\ndef run(*, a=lib.VALUE):\n    return lib.f(a)\n", Obstacle.DEFAULT),
    "annotation": DeferCase(
        "import lib\n\n\ndef run(a: lib.Point = None):\n    return lib.f(1)\n", Obstacle.ANNOTATION
    ),
    "return annotation": DeferCase(
        "import lib\n\n\ndef run() -> lib.Point:\n    return lib.f(1)\n", Obstacle.ANNOTATION
    ),
    "annotation of a variable": DeferCase("import lib\n\nA: lib.Point = 1" + USED, Obstacle.ANNOTATION),
    "annotation under a future that get_type_hints reads": DeferCase(
        "from __future__ import annotations\n\nimport typing\n\nimport lib\n\n\ndef work(a: lib.Point): \n    return lib.f(1)\n\n\n"
        "def run():\n    return typing.get_type_hints(work)\n",
        Obstacle.HINTS_READ,
        same_in_all_forms=False,
    ),
    "annotation under a future that a decorator reads": DeferCase(
        "from __future__ import annotations\n\nimport lib\nfrom route import route\n\n\n@route\ndef work(a: lib.Point):\n"
        "    return lib.f(1)\n\n\ndef run():\n    return work(1)\n",
        Obstacle.HINTS_READ,
        site={
            "route.py": "import typing\n\n\ndef route(function):\n    def inner(*given):\n"
            "        return str(typing.get_type_hints(function)), function(*given)\n\n    return inner\n"
        },
        same_in_all_forms=False,
    ),
    "annotation under a future of what is handed on": DeferCase(
        "from __future__ import annotations\n\nimport lib\nfrom route import route\n\n\ndef work(a: lib.Point):\n"
        "    return lib.f(1)\n\n\ndef run():\n    return route(work)(1)\n",
        Obstacle.HINTS_READ,
        site={
            "route.py": "import typing\n\n\ndef route(function):\n    def inner(*given):\n"
            "        return str(typing.get_type_hints(function)), function(*given)\n\n    return inner\n"
        },
        same_in_all_forms=False,
    ),
    "dataclass field": DeferCase(
        "from __future__ import annotations\n\nimport dataclasses\n\nimport lib\n\n\n@dataclasses.dataclass\nclass A:\n"
        "    point: lib.Point\n\n\ndef run():\n    return lib.f(1), [each.type for each in dataclasses.fields(A)]\n",
        Obstacle.FIELD,
    ),
    "ClassVar of a dataclass": DeferCase(
        "from __future__ import annotations\n\nimport dataclasses\nimport typing\n\n\n@dataclasses.dataclass\nclass A:\n"
        "    a: int\n    b: typing.ClassVar[int] = 3\n\n\ndef run():\n    typing.cast(int, 1)\n"
        "    return [each.name for each in dataclasses.fields(A)]\n",
        Obstacle.FIELD,
        name="typing",
    ),
    "field of a model": DeferCase(
        "from __future__ import annotations\n\nimport lib\nfrom models import Model\n\n\nclass A(Model):\n    point: lib.Point\n\n\n"
        "def run():\n    return lib.f(1), A.hints()\n",
        Obstacle.FIELD,
        site={
            "models.py": "import typing\n\n\nclass Model:\n    @classmethod\n    def hints(cls):\n"
            "        return str(typing.get_type_hints(cls))\n"
        },
    ),
    "text annotation of a field": DeferCase(
        "import lib\nfrom models import Model\n\n\nclass A(Model):\n    point: 'lib.Point'\n\n\n"
        "def run():\n    return lib.f(1), A.hints()\n",
        Obstacle.FIELD,
        site={
            "models.py": "import typing\n\n\nclass Model:\n    @classmethod\n    def hints(cls):\n"
            "        return str(typing.get_type_hints(cls))\n"
        },
    ),
    "isinstance in the module": DeferCase("import lib\n\nA = isinstance(1, lib.Base)" + USED, Obstacle.AT_IMPORT),
    "except clause in the module": DeferCase(
        "import lib\n\ntry:\n    A = 1 / 0\nexcept (lib.Error, ZeroDivisionError):\n    A = 2" + USED, Obstacle.EXCEPT
    ),
    "comprehension in the module": DeferCase(
        "import lib\n\nA = [lib.f(a) for a in range(2)]" + USED, Obstacle.COMPREHENSION
    ),
    "class body": DeferCase("import lib\n\n\nclass A:\n    size = lib.VALUE" + USED, Obstacle.CLASS_BODY),
    "class body that binds the name": DeferCase(
        "import lib\n\n\ndef run():\n    class A:\n        lib = lib\n\n    return A.lib.f(1), lib.VALUE\n",
        Obstacle.LOCAL,
    ),
    "match in the module": DeferCase(
        "import lib\n\nmatch 42:\n    case lib.VALUE:\n        A = 1" + USED, Obstacle.MATCH, since=(3, 10)
    ),
    "walrus in the module": DeferCase("import lib\n\nif (A := lib.VALUE) > 1:\n    B = 2" + USED, Obstacle.WALRUS),
    "alias of a type": DeferCase("import lib\n\nPoint = lib.Point" + USED, Obstacle.AT_IMPORT),
    "lambda in the module": DeferCase(
        "import lib\n\nrun = lambda: lib.f(1)\n", Obstacle.LAMBDA, same_in_all_forms=False
    ),
    "lambda in a class": DeferCase(
        "import lib\n\n\nclass A:\n    go = lambda self: lib.f(1)\n\n\ndef run():\n    return A().go()\n",
        Obstacle.LAMBDA,
        same_in_all_forms=False,
    ),
    "global": DeferCase(
        "import lib\n\n\ndef run():\n    global lib\n    lib = lib.f(1)\n    return lib, again()\n\n\ndef again():\n    return lib\n",
        Obstacle.REBOUND,
    ),
    "del": DeferCase(
        "import lib\n\n\ndef run():\n    try:\n        return lib.f(1)\n    except NameError:\n        return 0\n\n\ndel lib\n",
        Obstacle.REBOUND,
    ),
    "augmented assignment": DeferCase(
        "from lib import VALUE\n\nVALUE += 1\n\n\ndef run():\n    return VALUE\n", Obstacle.REBOUND, name="VALUE"
    ),
    "bound anew": DeferCase("import lib\n\nlib = lib" + USED, Obstacle.REBOUND),
    "bound by a loop": DeferCase(
        "import lib\n\nfor lib in (__import__('other'),):\n    pass\n\n\ndef run():\n    return lib.VALUE\n",
        Obstacle.REBOUND,
    ),
    "bound by star after it": DeferCase(
        "from lib import VALUE\nfrom other import *\n\n\ndef run():\n    return VALUE\n", Obstacle.REBOUND, name="VALUE"
    ),
    "two imports of one name": DeferCase(
        "from lib import VALUE\nfrom other import VALUE\n\n\ndef run():\n    return VALUE\n",
        Obstacle.BOUND_TWICE,
        name="VALUE",
    ),
    "two dotted imports of one name": DeferCase(
        "import lib\nimport lib.sub\n\n\ndef run():\n    return lib.sub.g()\n", Obstacle.BOUND_TWICE
    ),
    "eval": DeferCase(
        "import lib\n\n\ndef run():\n    return eval('lib.f(1)')\n\n\ndef other():\n    return lib.VALUE\n",
        Obstacle.NAMESPACE,
    ),
    "exec": DeferCase(
        "import lib\n\n\ndef run():\n    exec('print(lib.VALUE)')\n\n\ndef other():\n    return lib.VALUE\n",
        Obstacle.NAMESPACE,
    ),
    "globals": DeferCase(
        "import lib\n\n\ndef run():\n    return globals()['lib'].f(1), lib.VALUE\n", Obstacle.NAMESPACE
    ),
    "vars of the module": DeferCase(
        "import lib\n\nA = sorted(vars())" + USED.replace("lib.f(1)", "A, lib.f(1)"), Obstacle.NAMESPACE
    ),
    "locals of the function": DeferCase(
        "import lib\n\n\ndef run(a=1):\n    return sorted(locals()), lib.f(1)\n", Obstacle.NAMESPACE
    ),
    "dir of the module": DeferCase(
        "import lib\n\n\ndef run():\n    return lib.f(1), NAMES\n\n\nNAMES = dir()\n", Obstacle.NAMESPACE
    ),
    "itself by sys.modules": DeferCase(
        "import sys\n\nimport lib\n\n\ndef run():\n    return getattr(sys.modules[__name__], 'lib').f(1), lib.VALUE\n",
        Obstacle.NAMESPACE,
    ),
    "itself by import_module": DeferCase(
        "import importlib\n\nimport lib\n\n\ndef run():\n    return importlib.import_module(__name__).lib.f(1), lib.VALUE\n",
        Obstacle.NAMESPACE,
    ),
    "frame": DeferCase(
        "import sys\n\nimport lib\n\n\ndef run():\n    return sys._getframe().f_globals['lib'].VALUE, lib.f(1)\n",
        Obstacle.NAMESPACE,
    ),
    "globals of a function": DeferCase(
        "import lib\n\n\ndef run():\n    return run.__globals__['lib'].VALUE, lib.f(1)\n", Obstacle.NAMESPACE
    ),
    "doctest": DeferCase(
        'import lib\n\n\ndef run():\n    """Say.\n\n    >>> lib.f(1)\n    2\n    """\n    return lib.f(1)\n',
        Obstacle.DOCTEST,
        program="import doctest, m\nprint(doctest.testmod(m), m.run())",
    ),
    "conditional": DeferCase("if True:\n    import lib" + USED, Obstacle.CONDITIONAL),
    "guard with a flag": DeferCase(
        "try:\n    import lib\n    HAS = True\nexcept ImportError:\n    HAS = False" + USED, Obstacle.CONDITIONAL
    ),
    "guard with None": DeferCase(
        "try:\n    import lib\nexcept ImportError:\n    lib = None" + USED, Obstacle.CONDITIONAL
    ),
    "with": DeferCase(
        "import contextlib\n\nwith contextlib.suppress(ImportError):\n    import lib" + USED, Obstacle.CONDITIONAL
    ),
    "in a class": DeferCase("class A:\n    import lib\n\n\ndef run():\n    return A.lib.f(1)\n", Obstacle.IN_CLASS),
    "in a function": DeferCase("def run():\n    import lib\n\n    return lib.f(1)\n", Obstacle.IN_FUNCTION),
    "star": DeferCase("from lib import *\n\n\ndef run():\n    return f(1)\n", Obstacle.STAR, name="*"),
    "future": DeferCase(
        "from __future__ import division\n\n\ndef run():\n    return division.optional\n",
        Obstacle.FUTURE,
        name="division",
    ),
    "private in a class": DeferCase(
        "import lib as __lib\n\n\ndef run():\n    return __lib.f(1)\n",
        Obstacle.PRIVATE,
        name="__lib",
        same_in_all_forms=False,
    ),
    "exported by __all__": DeferCase(
        "from lib import f\n\n__all__ = ['f', 'run']\n\n\ndef run():\n    return f(1)\n",
        Obstacle.EXPORTED,
        name="f",
        program="from m import *\nprint(f(2), run())",
    ),
    "exported by a longer __all__": DeferCase(
        "from lib import f\n\n__all__ = ['run']\n__all__ += ['f']\n\n\ndef run():\n    return f(1)\n",
        Obstacle.EXPORTED,
        name="f",
        program="from m import *\nprint(f(2), run())",
    ),
    "exported by an alias": DeferCase(
        "from lib import f as f\n\n\ndef run():\n    return f(1)\n",
        Obstacle.EXPORTED,
        name="f",
        program="import m\nprint(m.f(2), m.run())",
    ),
    "taken by another module": DeferCase(
        "from lib import f\n\n\ndef run():\n    return f(1)\n",
        Obstacle.TAKEN,
        name="f",
        files={"user.py": "from m import f\n\nprint(f(3))\n"},
        program="import user, m\nprint(m.run())",
        same_in_all_forms=False,
    ),
    "taken with star": DeferCase(
        "from lib import f\n\n\ndef run():\n    return f(1)\n",
        Obstacle.TAKEN,
        name="f",
        files={"user.py": "from m import *\n\nprint(f(3))\n"},
        program="import user, m\nprint(m.run())",
        same_in_all_forms=False,
    ),
    "taken as an attribute": DeferCase(
        "import lib" + USED,
        Obstacle.TAKEN,
        files={"user.py": "import m\n\nprint(m.lib.VALUE)\n"},
        program="import user, m\nprint(m.run())",
        same_in_all_forms=False,
    ),
    "taken as an attribute of a submodule": DeferCase(
        "import lib" + USED,
        Obstacle.TAKEN,
        path="app/m.py",
        files={"app/__init__.py": "", "user.py": "from app import m as it\n\nprint(it.lib.VALUE)\n"},
        program="import user, app.m\nprint(app.m.run())",
        same_in_all_forms=False,
    ),
    "taken relatively": DeferCase(
        "import lib" + USED,
        Obstacle.TAKEN,
        path="src/app/m.py",
        files={"src/app/__init__.py": "from .m import lib as that\n\nprint(that.VALUE)\n"},
        program="import sys\nsys.path.insert(0, 'src')\nimport app.m\nprint(app.m.run())",
        same_in_all_forms=False,
    ),
    "taken from a module loaded by text": DeferCase(
        "import lib" + USED,
        Obstacle.TAKEN,
        files={"user.py": "import importlib\n\nthat = importlib.import_module('m')\nprint(that.lib.VALUE)\n"},
        program="import user, m\nprint(m.run())",
        same_in_all_forms=False,
    ),
    "taken with getattr": DeferCase(
        "import lib" + USED,
        Obstacle.NAMED,
        files={"user.py": "import m\n\nprint(getattr(m, 'lib').VALUE)\n"},
        program="import user, m\nprint(m.run())",
        same_in_all_forms=False,
    ),
    "patched": DeferCase(
        "from lib import f\n\n\ndef run():\n    return f(1)\n",
        Obstacle.NAMED,
        name="f",
        files={
            "test_m.py": "from unittest.mock import patch\nimport m\n\nwith patch('m.f', lambda a: 5):\n    print(m.run())\n"
        },
        program="import test_m",
        same_in_all_forms=False,
    ),
    "patched in a package": DeferCase(
        "from lib import f\n\n\ndef run():\n    return f(1)\n",
        Obstacle.NAMED,
        name="f",
        path="app/m.py",
        files={
            "app/__init__.py": "",
            "test_m.py": "from unittest.mock import patch\nfrom app import m\n\nwith patch('app.m.f', lambda a: 5):\n    print(m.run())\n",
        },
        program="import test_m",
        same_in_all_forms=False,
    ),
    "patched by object": DeferCase(
        "from lib import f\n\n\ndef run():\n    return f(1)\n",
        Obstacle.NAMED,
        name="f",
        files={
            "test_m.py": "from unittest.mock import patch\nimport m\n\nwith patch.object(m, 'f', lambda a: 5):\n    print(m.run())\n"
        },
        program="import test_m",
        same_in_all_forms=False,
    ),
    "patched deeper": DeferCase(
        "import lib" + USED,
        Obstacle.NAMED,
        files={
            "test_m.py": "from unittest.mock import patch\nimport m\n\nwith patch('m.lib.f', lambda a: 5):\n    print(m.run())\n"
        },
        program="import test_m",
        same_in_all_forms=False,
    ),
    "set by hand": DeferCase(
        "from lib import f\n\n\ndef run():\n    return f(1)\n",
        Obstacle.TAKEN,
        name="f",
        files={"test_m.py": "import m\n\nm.f = lambda a: 5\nprint(m.run())\n"},
        program="import test_m",
        same_in_all_forms=False,
    ),
    "set with setattr": DeferCase(
        "from lib import f\n\n\ndef run():\n    return f(1)\n",
        Obstacle.NAMED,
        name="f",
        files={"test_m.py": "import m\n\nsetattr(m, 'f', lambda a: 5)\nprint(m.run())\n"},
        program="import test_m",
        same_in_all_forms=False,
    ),
    "patched at its home": DeferCase(
        "from lib import f\n\n\ndef run():\n    return f(1)\n",
        Obstacle.REPLACED,
        name="f",
        files={
            "test_m.py": "from unittest.mock import patch\nimport m\n\nwith patch('lib.f', lambda a: 5):\n    print(m.run())\n"
        },
        program="import test_m",
    ),
    "patched at its home by object": DeferCase(
        "from lib import f\n\n\ndef run():\n    return f(1)\n",
        Obstacle.REPLACED,
        name="f",
        files={
            "test_m.py": "from unittest.mock import patch\nimport lib\nimport m\n\n"
            "with patch.object(lib, 'f', lambda a: 5):\n    print(m.run())\n"
        },
        program="import test_m",
    ),
    "replaced at its home": DeferCase(
        "from lib import VALUE\n\n\ndef run():\n    return VALUE\n",
        Obstacle.REPLACED,
        name="VALUE",
        files={"start.py": "import lib\nimport m\n\nlib.VALUE = 5\nprint(m.run())\n"},
        program="import start",
    ),
    "rebound at its home": DeferCase(
        "from state import X\n\n\ndef run():\n    return X\n",
        Obstacle.REPLACED,
        name="X",
        files={
            "state.py": "X = 1\n\n\ndef change():\n    global X\n    X = 9\n",
            "start.py": "import state\nimport m\n\nstate.change()\nprint(m.run())\n",
        },
        program="import start",
        loaded="state",
    ),
    "a library that reads the environment": DeferCase(
        "import lib\n\n\ndef run():\n    return lib.MODE\n",
        Obstacle.LIBRARY_READS,
        site={"lib/__init__.py": "import os\nMODE = os.environ.get('MODE', 'unset')\n"},
        files={"start.py": "import os\nimport m\n\nos.environ['MODE'] = 'late'\nprint(m.run())\n"},
        program="import start",
    ),
    "a library that reads the environment in a function it calls": DeferCase(
        "import lib\n\n\ndef run():\n    return lib.MODE\n",
        Obstacle.LIBRARY_READS,
        site={"lib/__init__.py": "import os\n\n\ndef read():\n    return os.getenv('MODE')\n\n\nMODE = read()\n"},
        files={"start.py": "import os\nimport m\n\nos.environ['MODE'] = 'late'\nprint(m.run())\n"},
        program="import start",
    ),
    "a library that reads the folder": DeferCase(
        "import lib\n\n\ndef run():\n    return lib.HERE\n",
        Obstacle.LIBRARY_READS,
        site={"lib/__init__.py": "import os\nHERE = os.getcwd()\n"},
        files={"start.py": "import os\nimport m\n\nos.chdir('/')\nprint(m.run() == '/')\n"},
        program="import start",
    ),
    "a library that reads the arguments": DeferCase(
        "import lib\n\n\ndef run():\n    return lib.COUNT\n",
        Obstacle.LIBRARY_READS,
        site={"lib/__init__.py": "import sys\nCOUNT = len(sys.argv)\n"},
        files={"start.py": "import sys\nimport m\n\nsys.argv.append('late')\nprint(m.run())\n"},
        program="import start",
    ),
    "a library that reads the clock": DeferCase(
        "import lib\n\n\ndef run():\n    return lib.BEGAN > 1\n",
        Obstacle.LIBRARY_READS,
        site={"lib/__init__.py": "import time\nBEGAN = time.time()\n"},
    ),
    "a library that registers itself": DeferCase(
        "import plugin\n\n\ndef run():\n    return plugin.run()\n",
        Obstacle.LIBRARY_CHANGES,
        name="plugin",
        loaded="plugin",
        site={
            "registry.py": "ALL = []\n\n\ndef add(name):\n    ALL.append(name)\n",
            "plugin.py": "import registry\n\nregistry.add('plugin')\n\n\ndef run():\n    return 'run'\n",
        },
        program="import m, registry\nprint(list(registry.ALL), m.run())",
    ),
    "a library that changes the process": DeferCase(
        "import lib\n\n\ndef run():\n    return lib.VALUE\n",
        Obstacle.LIBRARY_CHANGES,
        site={"lib/__init__.py": "import sys\nsys.setrecursionlimit(4321)\nVALUE = 1\n"},
        program="import m, sys\nprint(sys.getrecursionlimit(), m.run())",
    ),
    "a library that patches another": DeferCase(
        "import lib\n\n\ndef run():\n    return lib.VALUE\n",
        Obstacle.LIBRARY_CHANGES,
        site={"lib/__init__.py": "import other\nother.VALUE = 'patched'\nVALUE = 1\n"},
        program="import m, other\nprint(other.VALUE, m.run())",
    ),
    "registers by being imported": DeferCase(
        "import plugin\n\n\ndef run():\n    import registry\n\n    return registry.ALL\n",
        Obstacle.NEVER_USED,
        name="plugin",
        loaded="plugin",
        site={"registry.py": "ALL = []\n", "plugin.py": "import registry\n\nregistry.ALL.append('plugin')\n"},
    ),
    "only annotations": DeferCase(
        "from __future__ import annotations\n\nimport lib\n\n\ndef run(a: lib.Point | None = None):\n    return 1\n",
        Obstacle.ONLY_HINTS,
    ),
    "asked in sys.modules": DeferCase(
        "import lib" + USED,
        Obstacle.SYS_MODULES,
        files={"start.py": "import sys\nimport m\n\nprint('lib' in sys.modules, m.run())\n"},
        program="import start",
    ),
    "asked with get": DeferCase(
        "import lib" + USED,
        Obstacle.SYS_MODULES,
        files={"start.py": "import sys\nimport m\n\nprint(sys.modules.get('lib') is None, m.run())\n"},
        program="import start",
    ),
    "all of sys.modules": DeferCase(
        "import lib" + USED,
        Obstacle.SYS_MODULES,
        files={
            "start.py": "import sys\nimport m\n\nprint(any(each == 'lib' for each in list(sys.modules)), m.run())\n"
        },
        program="import start",
    ),
    "replaced in sys.modules": DeferCase(
        "import lib" + USED,
        Obstacle.SYS_MODULES,
        files={
            "start.py": "import sys\nimport types\nfrom unittest.mock import patch\nimport m\n\n"
            "with patch.dict(sys.modules, {'lib': types.SimpleNamespace(f=lambda a: 5)}):\n    print(m.run())\n"
        },
        program="import start",
    ),
    "a submodule that others use": DeferCase(
        "import lib.sub\n\n\ndef run():\n    return lib.sub.g()\n",
        Obstacle.SUBMODULE,
        files={"user.py": "import lib\n\n\ndef go():\n    return lib.sub.NAME\n"},
        program="import m, user\nprint(user.go(), m.run())",
    ),
    "a submodule that others use, by from": DeferCase(
        "from lib.sub import g\n\n\ndef run():\n    return g()\n",
        Obstacle.SUBMODULE,
        name="g",
        files={"user.py": "import lib\n\n\ndef go():\n    return lib.sub.NAME\n"},
        program="import m, user\nprint(user.go(), m.run())",
    ),
    "a submodule that the file uses otherwise": DeferCase(
        "import lib as that\nfrom lib import sub\n\nA = 1\n\n\ndef run():\n    return sub.g()\n\n\ndef other():\n    return that.sub.NAME\n",
        Obstacle.SUBMODULE,
        name="sub",
        program="import m\nprint(m.other(), m.run())",
    ),
    "another file by another path": DeferCase(
        "import same\n\n\ndef run():\n    return same.VALUE\n",
        Obstacle.PATH,
        name="same",
        loaded="same",
        files={
            "same.py": "VALUE = 'first'\n",
            "sub/same.py": "VALUE = 'second'\n",
            "start.py": "import sys\nimport m\n\nsys.path.insert(0, 'sub')\nprint(m.run())\n",
        },
        program="import start",
    ),
    "another file by another folder": DeferCase(
        "import same\n\n\ndef run():\n    return same.VALUE\n",
        Obstacle.PATH,
        name="same",
        loaded="same",
        files={
            "same.py": "VALUE = 'first'\n",
            "sub/same.py": "VALUE = 'second'\n",
            "start.py": "import os\nimport m\n\nos.chdir('sub')\nprint(m.run())\n",
        },
        program="import start",
    ),
    "__del__": DeferCase(
        "import lib\n\n\nclass A:\n    def __del__(self):\n        print(lib.f(1))\n\n\nKEPT = A()\n\n\ndef run():\n    return lib.VALUE\n",
        Obstacle.AT_EXIT,
    ),
    "a function that __del__ calls": DeferCase(
        "import lib\n\n\ndef bye():\n    print(lib.f(1))\n\n\nclass A:\n    def __del__(self):\n        bye()\n\n\nKEPT = A()\n\n\n"
        "def run():\n    return lib.VALUE\n",
        Obstacle.AT_EXIT,
    ),
    "atexit": DeferCase(
        "import atexit\n\nimport lib\n\n\n@atexit.register\ndef bye():\n    print(lib.f(1))\n\n\ndef run():\n    return lib.VALUE\n",
        Obstacle.AT_EXIT,
    ),
    "called by the module": DeferCase(
        "import lib\n\n\ndef work():\n    return lib.f(1)\n\n\nA = work()\n\n\ndef run():\n    return A\n",
        Obstacle.STARTUP_CALL,
    ),
    "called by what the module calls": DeferCase(
        "import lib\n\n\ndef work():\n    return lib.f(1)\n\n\ndef start():\n    return work()\n\n\nA = start()\n\n\ndef run():\n    return A\n",
        Obstacle.STARTUP_CALL,
    ),
    "a method that the module calls": DeferCase(
        "import lib\n\n\nclass A:\n    def __init__(self):\n        self.a = lib.f(1)\n\n\nKEPT = A()\n\n\ndef run():\n    return KEPT.a\n",
        Obstacle.STARTUP_CALL,
    ),
    "a decorator of its own": DeferCase(
        "import lib\n\n\ndef deco(function):\n    lib.f(1)\n    return function\n\n\n@deco\ndef run():\n    return 1\n",
        Obstacle.STARTUP_CALL,
    ),
    "compiled": DeferCase(
        "import lib\nfrom compiler import njit\n\n\n@njit\ndef run():\n    return lib.f(1)\n",
        Obstacle.COMPILED,
        site={
            "compiler.py": "def njit(function):\n    if 'lib' in function.__code__.co_varnames:\n"
            "        raise TypeError('lib is unknown')\n    return function\n"
        },
    ),
    "script block that uses it": DeferCase(
        "import lib" + USED + "\n\nif __name__ == '__main__':\n    print(lib.VALUE)\n",
        Obstacle.MAIN_BLOCK,
        program="import runpy\nrunpy.run_path('m.py', run_name='__main__')",
    ),
}
