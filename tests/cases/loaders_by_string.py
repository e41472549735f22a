"""Modules that code loads by a name in a string: lazy loaders, helpers of ours, tables of names (A2, A5)."""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, an_app, app, lib, libs

SITE: Mapping[str, Lib] = {
    **libs("flask lazy-loader boto3 numpy tensorflow pytest monai werkzeug scooby apipkg"),
    "redis": lib("redis/client.py", redis____init__="class Redis: ...\n"),
}  # fmt: skip


def lazily(text: str, place: str = "main.py:2", *lines: str, files: Mapping[str, str] | None = None) -> Case:
    """The project declares redis and loads it late, as `place` says."""
    return Case(app(text, "redis", *lines, files=files), {"redis": f"lazy {place}"})


def early(text: str, place: str = "main.py:2", *lines: str, files: Mapping[str, str] | None = None) -> Case:
    """The project declares redis and loads it at startup, as `place` says."""
    return Case(app(text, "redis", *lines, files=files), {"redis": f"startup {place}"})


def unused(text: str, *lines: str, files: Mapping[str, str] | None = None) -> Case:
    """The project declares redis and does not use it."""
    return Case(app(text, "redis", *lines, files=files), {"redis": "unused"})


RECIPE = """import importlib.util, sys
def lazy_import(name):
    spec = importlib.util.find_spec(name)
    loader = importlib.util.LazyLoader(spec.loader)
    spec.loader = loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    loader.exec_module(module)
    return module
"""
HELPER = "import importlib\ndef optional(name):\n    try:\n        return importlib.import_module(name)\n"
HELPER += "    except ImportError:\n        return None\n"
LOAD = "import importlib\ndef load(name):\n    return importlib.import_module(name)\n"
LAZY_CLASS = """import importlib
class Lazy:
    def __init__(self, name):
        self._name = name
    def __getattr__(self, attribute):
        return getattr(importlib.import_module(self._name), attribute)
"""

CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "A2 loaders by string": {
        "A2 lazy_loader": an_app(
            "import lazy_loader as lazy\nredis = lazy.load('redis')",
            {"redis": "lazy certain main.py:2", "lazy-loader": "startup main.py:1"}),
        "A2 the recipe of importlib's documentation": lazily(RECIPE + "redis = lazy_import('redis')", "main.py:10"),
        "A2 sibling: lazy_loader, the function alone": lazily(
            "from lazy_loader import load\nredis = load('redis')", "main.py:2", "lazy-loader"),
        "A2 sibling: the recipe in another module": lazily(
            "from tools.lazy import lazy_import\nredis = lazy_import('redis')",
            files={"tools/__init__.py": "", "tools/lazy.py": RECIPE}),
        "A2 sibling: the recipe, exported by the package": lazily(
            "import tools\nredis = tools.lazy_import('redis')",
            files={"tools/__init__.py": "from .lazy import lazy_import\n", "tools/lazy.py": RECIPE}),
        "A2 sibling: a class of ours that loads at the first attribute": lazily(
            LAZY_CLASS + "redis = Lazy('redis')", "main.py:7"),
        "A2 sibling: such a class in another module": lazily(
            "from tools import Lazy as L\nredis = L('redis')", files={"tools.py": LAZY_CLASS}),
        "A2 sibling: TensorFlow's LazyLoader": lazily(
            "from tensorflow.python.util.lazy_loader import LazyLoader\nr = LazyLoader('r', globals(), 'redis')",
            "main.py:2", "tensorflow"),
        "A2 sibling: a spec that is loaded": lazily(
            "import importlib.util\ndef f():\n    spec = importlib.util.find_spec('redis')\n"
            "    m = importlib.util.module_from_spec(spec)\n    spec.loader.exec_module(m)", "main.py:3"),
        "A2 sibling: pkgutil.resolve_name": early("import pkgutil\nR = pkgutil.resolve_name('redis:Redis')"),
        "A2 sibling: import_string of Werkzeug": early(
            "from werkzeug.utils import import_string\nR = import_string('redis')", "main.py:2", "werkzeug"),
        "A2 sibling: a helper of another library, by its name": lazily(
            "from monai.utils import optional_import\ndef f():\n    r, ok = optional_import('redis')", "main.py:3",
            "monai"),
        "A2 sibling: runpy": lazily("import runpy\ndef f(m='redis'):\n    runpy.run_module(m)"),
        "A2 sibling: apipkg": lazily(
            "import apipkg\napipkg.initpkg(__name__, {'R': 'redis:Redis'})", "main.py:2", "apipkg"),
        "A2 sibling: skipped in tests where it is not there": an_app(
            "", {"redis": "tests tests/test_a.py:2"},
            files={"tests/test_a.py": "import pytest\nr = pytest.importorskip('redis')\n"}),
        "A2 sibling: declared, not installed": an_app(
            "import lazy_loader as lazy\nredis = lazy.load('redis')", {"redis": "lazy main.py:2"}, libs("lazy-loader"),
            declares="redis lazy-loader"),
        "A2 sibling: a module that is only looked for": an_app(
            "import importlib.util\nHAS = importlib.util.find_spec('redis') is not None",
            {"redis": "implied cannot-tell main.py:2"}),
        "noop: A2 in a module that nothing reaches": an_app(
            "", {"redis": "unreached old.py:2"}, declares="redis lazy-loader",
            files={"old.py": "import lazy_loader\nredis = lazy_loader.load('redis')\n"}),
        "noop: A5 one of several, and not declared": an_app(
            "import importlib\nT = {'a': 'redis', 'b': 'boto3'}\ndef f(k):\n    importlib.import_module(T[k])",
            {"redis": "lazy main.py:2"}),
        "noop: A2 a name that nothing declares": an_app(
            "import lazy_loader as lazy\nx = lazy.load('redis')\ny = lazy.load('nowhere')", {"redis": "lazy"},
            declares="redis lazy-loader"),
    },
    "A5 the name stands there": {
        "A5 a table": lazily(
            "import importlib\nBACKENDS = {'cache': 'redis'}\ndef f(k):\n    importlib.import_module(BACKENDS[k])"),
        "A5 a table behind __getattr__": lazily(
            "import importlib\n_LAZY = {'Redis': 'redis'}\ndef __getattr__(name):\n"
            "    return getattr(importlib.import_module(_LAZY[name]), name)"),
        "A5 a default of the environment": early(
            "import os, importlib\nm = importlib.import_module(os.environ.get('LIB', 'redis'))"),
        "A5 a default of a parameter": lazily(
            "import importlib\ndef client(kind='redis'):\n    return importlib.import_module(kind)"),
        "A5 a helper": early(HELPER + "r = optional('redis')", "main.py:7"),
        "A5 sibling: a helper, called in a function": lazily(HELPER + "def f():\n    optional('redis')", "main.py:8"),
        "A5 sibling: a helper in another module": early(
            "from tools import optional\nr = optional('redis')", files={"tools.py": HELPER}),
        "A5 sibling: a helper of a helper, three files": early(
            "from a import get\nr = get('redis')",
            files={"a.py": "from b import load\ndef get(n):\n    return load(n)\n", "b.py": LOAD}),
        "A5 sibling: a method": early(
            "import importlib\nclass Registry:\n    def load(self, n):\n        return importlib.import_module(n)\n"
            "r = Registry().load('redis')", "main.py:5"),
        "A5 sibling: a method of an instance of another module": early(
            "from tools import registry\nregistry.load_it('redis')",
            files={"tools.py": "import importlib\nclass R:\n    def load_it(self, name):\n"
                               "        return importlib.import_module(name)\nregistry = R()\n"}),
        "A5 sibling: by keyword": early(HELPER + "r = optional(name='redis')", "main.py:7"),
        "A5 sibling: several names": early(
            "import importlib\ndef load(*names):\n    return [importlib.import_module(n) for n in names]\n"
            "load('numpy', 'redis')", "main.py:4", "numpy"),
        "A5 sibling: a decorator": lazily(
            "import importlib\ndef needs(name):\n    def deco(f):\n        def run():\n"
            "            importlib.import_module(name)\n        return run\n    return deco\n"
            "@needs('redis')\ndef job(): ...", "main.py:8"),
        "A5 sibling: a table of pairs": early(
            "import importlib\nT = [('redis', 'Redis'), ('numpy', 'array')]\n"
            "X = [getattr(importlib.import_module(m), n) for m, n in T]", "main.py:2", "numpy"),
        "A5 sibling: a table in another module": lazily(
            "import importlib\nfrom names import BACKENDS\ndef f(k):\n    importlib.import_module(BACKENDS[k])",
            "names.py:1", files={"names.py": "BACKENDS = {'cache': 'redis'}\n"}),
        "A5 sibling: a table of paths, split": lazily(
            "import importlib\nT = {'c': 'redis.client.Redis'}\ndef f(k):\n    m, _, n = T[k].rpartition('.')\n"
            "    return getattr(importlib.import_module(m), n)"),
        "A5 sibling: an attribute of a class": lazily(
            "import importlib\nclass Config:\n    BACKEND = 'redis'\ndef f():\n"
            "    importlib.import_module(Config.BACKEND)", "main.py:3"),
        "A5 sibling: an attribute of a settings object elsewhere": lazily(
            "import importlib\nfrom conf import settings\ndef f():\n    importlib.import_module(settings.BACKEND)",
            "conf.py:2", files={"conf.py": "class S:\n    BACKEND = 'redis'\nsettings = S()\n"}),
        "A5 sibling: a dataclass": lazily(
            "import importlib\nfrom dataclasses import dataclass\n@dataclass\nclass Spec:\n    module: str\n"
            "S = [Spec('redis'), Spec(module='numpy')]\ndef f():\n    for s in S:\n"
            "        importlib.import_module(s.module)", "main.py:6", "numpy"),
        "A5 sibling: an enumeration": lazily(
            "import importlib, enum\nclass B(enum.Enum):\n    R = 'redis'\ndef f(b):\n"
            "    importlib.import_module(B(b).value if b else B.R.value)", "main.py:3"),
        "A5 sibling: match": lazily(
            "import importlib\ndef f(k):\n    match k:\n        case 'c': m = 'redis'\n        case _: m = 'numpy'\n"
            "    return importlib.import_module(m)", "main.py:4", "numpy"),
        "A5 sibling: if and else": lazily(
            "import importlib\ndef f(k):\n    m = 'redis' if k else 'numpy'\n    return importlib.import_module(m)",
            "main.py:3", "numpy"),
        "A5 sibling: a loop": early(
            "import importlib\nNAMES = ['redis']\nfor name in NAMES:\n    importlib.import_module(name)"),
        "A5 sibling: a loop over a table's values": early(
            "import importlib\nT = dict(a='redis')\nfor n in sorted(T.values()):\n    importlib.import_module(n)"),
        "A5 sibling: a loop over items": early(
            "import importlib\nT = {'redis': 'Redis'}\nfor m, n in T.items():\n"
            "    globals()[n] = getattr(importlib.import_module(m), n)"),
        "A5 sibling: a prefix": lazily(
            "import importlib\ndef f(n):\n    importlib.import_module(f'redis.{n}')", "main.py:3"),
        "A5 sibling: put together": lazily(
            "import importlib\nP = 'redis'\ndef f():\n    importlib.import_module(P + '.client')"),
        "A5 sibling: what a function returns": lazily(
            "import importlib\ndef which():\n    return 'redis'\ndef f():\n    importlib.import_module(which())",
            "main.py:3"),
        "A5 sibling: registered": lazily(
            "import importlib\nR = {}\ndef register(key, path):\n    R[key] = path\nregister('c', 'redis')\n"
            "def f(k):\n    return importlib.import_module(R[k])", "main.py:5"),
        "A5 sibling: map": early(
            "import importlib\nX = list(map(importlib.import_module, ['redis']))", "main.py:2"),
        "A5 sibling: __import__": lazily(
            "def f(n='redis'):\n    return __import__(n)", "main.py:1"),
        "A5 sibling: a lambda": early(
            "import importlib\nload = lambda n: importlib.import_module(n)\nr = load('redis')", "main.py:3"),
        "A5 sibling: a name that is set in a function": lazily(
            "import importlib\nN = None\ndef choose():\n    global N\n    N = 'redis'\ndef f():\n"
            "    importlib.import_module(N)", "main.py:5"),
        "A5 sibling: a property": lazily(
            "import importlib\nclass B:\n    @property\n    def name(self):\n        return 'redis'\n"
            "    def module(self):\n        return importlib.import_module(self.name)", "main.py:5"),
        "A5 sibling: a subclass says which": lazily(
            "import importlib\nclass B:\n    name = None\n    def module(self):\n"
            "        return importlib.import_module(self.name)\nclass R(B):\n    name = 'redis'", "main.py:7"),
        "A5 sibling: options of a command line": early(
            "import importlib, argparse\np = argparse.ArgumentParser()\np.add_argument('--lib', default='redis')\n"
            "a = p.parse_args()\nm = importlib.import_module(a.lib)", "main.py:3"),
        "A5 sibling: an option of a command": lazily(
            "import importlib, click\n@click.command()\n@click.option('--cache-lib', default='redis')\n"
            "def f(cache_lib):\n    importlib.import_module(cache_lib)", "main.py:3", "click"),
        "A5 sibling: the environment, set before": early(
            "import importlib, os\nos.environ.setdefault('LIB', 'redis')\n"
            "m = importlib.import_module(os.environ['LIB'])"),
        "A5 sibling: a field with its default": lazily(
            "import importlib\nfrom pydantic import BaseModel, Field\nclass S(BaseModel):\n"
            "    lib: str = Field('redis')\ns = S()\ndef f():\n    importlib.import_module(s.lib)", "main.py:4",
            "pydantic"),
        "A5 sibling: keywords of any name": early(
            "import importlib\ndef load_all(**mods):\n    for m in mods.values():\n        importlib.import_module(m)\n"
            "load_all(cache='redis')", "main.py:5"),
        "A5 sibling: arguments that are spread": early(
            "import importlib\ndef load(name):\n    importlib.import_module(name)\nA = ['redis']\nload(*A)",
            "main.py:4"),
        "A5 sibling: names that are let pass": lazily(
            "import importlib\n_SUB = {'redis'}\ndef __getattr__(name):\n    if name in _SUB:\n"
            "        return importlib.import_module(name)\n    raise AttributeError"),
        "A5 sibling: by percent": early("import importlib\nP = 'redis'\nm = importlib.import_module('%s.client' % P)"),
        "A5 sibling: a text that is changed": lazily(
            "import importlib\ndef f():\n    importlib.import_module('redis-py'.replace('-py', '').strip())",
            "main.py:3"),
        "A5 sibling: JSON in a text": lazily(
            "import importlib, json\nC = json.loads('{\"lib\": \"redis\"}')\ndef f():\n"
            "    importlib.import_module(C['lib'])"),
        "A5 sibling: the package of a relative name": lazily(
            "import importlib\ndef f(name, package='redis'):\n    importlib.import_module(name, package=package)"),
        "A5 sibling: a thread pool": early(
            "import importlib\nfrom concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor() as pool:\n"
            "    list(pool.map(importlib.import_module, ['redis']))", "main.py:4"),
        "noop: A5 a table with other names": unused(
            "import importlib\nT = {'cache': 'numpy'}\ndef f(k):\n    importlib.import_module(T[k])", "numpy"),
        "noop: A5 a helper that gets another name": unused(LOAD + "load('numpy')", "numpy"),
    },
}  # fmt: skip
