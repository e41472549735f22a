"""Starts that do unusual things with the import system, threads and processes: all go through, and nothing is lost.

Of each: the run comes to its end, the self costs add up to end minus start, what is named was loaded by whom it
says, and no process is left (`probing.probe` looks for them).
"""

import json
import os
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import pytest

from constraints import pins
from footprint.model.runtime import ImportEdge, ProbeRun, Statement
from footprint.report.start import speedscope
from footprint.report.start.start_tree import StartTree
from tests.support.command import footprint
from tests.support.installer import kept, require_pinned, uv
from tests.support.machine import on_interpreters
from tests.support.probing import adds_up, costs, entry, probe, whole, write

PYTHONS = on_interpreters()
EDGES = PYTHONS[:: max(1, len(PYTHONS) - 1)]  # the oldest and the newest
HERE = Path(sys.executable)


@dataclass(frozen=True)
class Case:
    """A project, and who must have loaded what. None: the entry itself, the probe for it, or a thread."""

    files: dict[str, str]
    importers: dict[str, str | None]
    absent: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    attribute: str | None = None
    edges: tuple[tuple[str, str], ...] = field(default=())


def case(main: str, importers: dict[str, str | None], **more: Any) -> Case:
    """Return the case of main.py and of `more` modules, `pkg__mod` for pkg/mod.py; some are fields of the case."""
    told = {each.name: more.pop(each.name) for each in fields(Case) if each.name in more}
    modules = {name.replace("__", "/", 1) + ".py": text for name, text in more.items()}
    return Case({"main.py": main, **modules}, importers, **told)


SLOW = "import time\ntime.sleep(0.02)\n"
CASES: Mapping[str, Case] = {
    "threads that want the same module at once": case(
        """
            import threading
            def work(number):
                __import__("own%d" % number)
            threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
            [thread.start() for thread in threads]
            import shared.deep
            [thread.join() for thread in threads]
            import decimal
        """,
        {"main": None, "decimal": "main", **{f"own{number}": "main" for number in range(8)}},
        edges=(("own3", "shared.deep"), ("own7", "shared.other"), ("main", "shared.deep")),
        **{f"own{number}": "import shared.deep\nimport shared.other\n" for number in range(8)},
        shared____init__=SLOW,
        shared__deep=SLOW + "x = b'x' * (3 << 20)",
        shared__other=SLOW,
    ),
    "a thread that goes on importing when the start is over": case(
        """
            import threading, time
            def work():
                for number in range(3000):
                    __import__("many.m%d" % number)
            threading.Thread(target=work, daemon=True).start()
            time.sleep(0.02)
            import decimal
        """,
        {"main": None, "decimal": "main", "many.m0": "main", "many": "many.m0"},
        many____init__="",
        **{f"many__m{number}": "" for number in range(3000)},
    ),
    "a pool of threads that imports": case(
        """
            import importlib
            from concurrent.futures import ThreadPoolExecutor
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(importlib.import_module, ["part%d" % n for n in range(12)]))
            import decimal
        """,
        {"decimal": "main", **{f"leaf{number}": f"part{number}" for number in range(12)}},
        **{f"part{number}": f"import leaf{number}" for number in range(12)},
        **{f"leaf{number}": SLOW for number in range(12)},
    ),
    "asyncio while importing and in the lifespan": case(
        """
            import asyncio
            async def prepare():
                await asyncio.sleep(0)
                import early
                loop = asyncio.get_running_loop()
                await loop.run_in_executor(None, __import__, "threaded")
            asyncio.run(prepare())

            async def app(scope, receive, send):
                await receive()
                async def load(name):
                    await asyncio.sleep(0)
                    __import__(name)
                await asyncio.gather(*map(load, ("late_a", "late_b")))
                await asyncio.get_running_loop().run_in_executor(None, __import__, "late_threaded")
                await send({"type": "lifespan.startup.complete"})
                await asyncio.sleep(1000)
        """,
        {
            "early": "main", "colorsys": "early", "threaded": None, "sched": "threaded",
            "late_a": "main", "wave": "late_a", "late_b": "main", "late_threaded": None, "chunked": "late_threaded",
        },
        attribute="app",
        edges=(("<thread>", "threaded"), ("<thread>", "late_threaded")),
        early="import colorsys",
        threaded="import sched",
        late_a="import wave",
        late_b="x = b'x' * (3 << 20)",
        late_threaded="import chunked",
        chunked="",
    ),
    **{
        f"multiprocessing by {method}": case(
            f"""
            import multiprocessing
            context = multiprocessing.get_context("{method}")
            import work
            process = context.Process(target=work.run)
            process.start()
            process.join()
            assert process.exitcode == 0, process.exitcode
            pool = context.Pool(2)
            assert pool.map(work.double, [1, 2, 3]) == [2, 4, 6]
            manager = context.Manager().dict()
            import decimal
        """,
            {"work": "main", "decimal": "main"},
            absent=("only_in_child",),
            work="""
            def run():
                import only_in_child
            def double(number):
                import only_in_child
                return 2 * number
        """,
            only_in_child="x = b'x' * (3 << 20)",
        )
        for method in ("fork", "spawn", "forkserver")
    },
    "a fork at import whose child imports and ends": case(
        "import middle",
        {"middle": "main", "decimal": "middle"},
        absent=("only_in_child",),
        only_in_child="",
        middle="""
            import os
            pids = [os.fork() for _ in range(2)]
            if 0 in pids:
                __import__("only_in_child")
                os._exit(0)
            for pid in pids:
                os.waitpid(pid, 0)
            import decimal
        """,
    ),
    "a trace function and a profile function": case(
        """
            import sys, threading
            seen = []
            def trace(frame, event, argument):
                seen.append(frame.f_code.co_name)
                return trace
            sys.settrace(trace)
            threading.settrace(trace)
            import traced
            sys.settrace(None)
            sys.setprofile(lambda *arguments: None)
            import profiled
            assert seen
        """,
        {"traced": "main", "decimal": "traced", "profiled": "main", "colorsys": "profiled"},
        traced="import decimal",
        profiled="import colorsys",
    ),
    "finders, loaders and path hooks of its own": case(
        """
            import sys, importlib.abc, importlib.util, importlib.machinery
            class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
                def find_spec(self, name, path=None, target=None):
                    if name.startswith("made"):
                        return importlib.util.spec_from_loader(name, self, is_package="." not in name)
                def create_module(self, spec):
                    return None
                def exec_module(self, module):
                    if module.__name__ == "made":
                        exec("import made.inner", module.__dict__)
                    else:
                        exec("import colorsys", module.__dict__)
            sys.meta_path.insert(0, Finder())
            import made
            class Entry:
                def __init__(self, path):
                    if path != "/magic":
                        raise ImportError
                def find_spec(self, name, target=None):
                    if name == "conjured":
                        return importlib.machinery.ModuleSpec(name, Finder())
            sys.path_hooks.insert(0, Entry)
            sys.path.insert(0, "/magic")
            sys.path_importer_cache.clear()
            import conjured
        """,
        {"made": "main", "made.inner": "made", "colorsys": "made.inner", "conjured": "main"},
    ),
    "__import__ replaced for good, _find_and_load called by hand, a reload": case(
        """
            import builtins, importlib, sys
            original = builtins.__import__
            def ours(name, *arguments, **options):
                return original(name, *arguments, **options)
            builtins.__import__ = ours
            import first
            importlib.reload(first)
            del sys.modules["first"]
            importlib._bootstrap._find_and_load("second", ours)
            importlib.util = None
            builtins.__import__ = __import__
            import third
        """,
        {"first": "main", "colorsys": "first", "second": "main", "sched": "second", "third": "main", "wave": "third"},
        first="import colorsys",
        second="import sched",
        third="import wave",
    ),
    "importlib.util.LazyLoader": case(
        """
            import sys, importlib.util
            spec = importlib.util.find_spec("lazy")
            spec.loader = importlib.util.LazyLoader(spec.loader)
            module = importlib.util.module_from_spec(spec)
            sys.modules["lazy"] = module
            spec.loader.exec_module(module)
            import user
        """,
        {"user": "main", "colorsys": "user"},
        lazy="import colorsys\nx = 1",
        user="import lazy\nlazy.x",
    ),
    "a frozen module and a module of the interpreter itself": case(
        "import before\nimport __hello__\nimport _symtable",
        {"before": "main", "xxsubtype": "before", "__hello__": "main"},
        before="import xxsubtype",
    ),
    "C extensions that import": case(
        """
            import number, tree
            import datetime
            datetime.datetime.strptime("1 2000", "%d %Y")
        """,
        {"_decimal": "number", "numbers": "_decimal", "_elementtree": "tree", "copy": "_elementtree",
         "_strptime": "main"},
        number="import _decimal",
        tree="import _elementtree",
    ),
    "modules that replace or remove themselves": case(
        """
            import an_object, another, not_there
            assert an_object.answer == 42
            assert another.__name__ == "stand_in"
            try:
                import gone
            except (ImportError, KeyError):
                pass
            import decimal
        """,
        {"an_object": "main", "colorsys": "an_object", "stand_in": "another", "sched": "stand_in",
         "not_there": "main", "gone": "main", "wave": "gone", "decimal": "main"},
        an_object="""
            import sys, colorsys
            class Module:
                answer = 42
                def __getattr__(self, name):
                    raise AttributeError(name)
            sys.modules[__name__] = Module()
        """,
        another="import sys\nimport stand_in\nsys.modules[__name__] = stand_in",
        stand_in="import sched",
        not_there="""
            import sys
            class Hostile:
                @property
                def __class__(self):
                    raise RuntimeError
                def __getattribute__(self, name):
                    raise AttributeError(name)
            sys.modules[__name__] = Hostile()
        """,
        gone="import sys, wave\ndel sys.modules[__name__]",
    ),
    "circles, one of which fails": case(
        """
            import one
            try:
                import broken
            except ImportError:
                pass
            import pkg
        """,
        {"one": "main", "two": "one", "three": "two", "decimal": "three", "broken": "main", "back": "broken",
         "pkg": "main", "pkg.left": "pkg", "pkg.right": "pkg.left"},
        failed=("broken", "back"),
        edges=(("three", "one"), ("back", "broken"), ("pkg.right", "pkg.left")),
        one="import two\nx = 1",
        two="import three\ny = 2",
        three="import one, two\nimport decimal",
        broken="import back\nx = 1",
        back="from broken import x",
        pkg____init__="from .left import a\nb = 1",
        pkg__left="from . import right\na = 1",
        pkg__right="import pkg.left\nfrom pkg import left",
    ),
}  # fmt: skip


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_it_goes_through_and_adds_up(case: Case, python: Path, tmp_path: Path) -> None:
    project = write(tmp_path / "project", case.files)
    run = whole(probe(python, project, entry("main", case.attribute)))
    check(run, case)


def check(run: ProbeRun, case: Case) -> None:
    found = costs(run)
    assert {name: found[name].importer for name in case.importers} == case.importers
    assert {name for name in case.absent if name in found} == set()
    assert {name for name in case.importers if not found[name].ok} >= set(case.failed)
    assert {ImportEdge(*edge) for edge in case.edges} <= run.edges
    assert adds_up(run)
    spans = {cost.order: cost for cost in run.costs}
    for cost in run.costs:  # the tree is one, and every sum of it is what its parts say
        assert cost.parent is None or cost.parent < cost.order
        around = spans[cost.parent].module if cost.parent is not None else None
        assert cost.importer in (None, around, cost.asked_by)
    document = speedscope.render([StartTree("web", "main", run, {}, {})])
    assert '"endValue"' in document


@pytest.mark.parametrize("python", EDGES[-1:])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_hook_for_unknown_interpreters_goes_through_as_well(case: Case, python: Path, tmp_path: Path) -> None:
    """It sees neither built-in modules nor those without a file of their own; what it sees adds up all the same."""
    project = write(tmp_path / "project", case.files)
    runtime = probe(python, project, entry("main", case.attribute), hook="meta_path")
    assert runtime.hook == "meta_path"
    run = whole(runtime)
    assert adds_up(run)
    assert costs(run)["main"].importer is None


@pytest.mark.parametrize("python", EDGES)
def test_what_a_thread_loads_while_lazy_imports_are_tried_is_no_part_of_the_start(python: Path, tmp_path: Path) -> None:
    case = CASES["a thread that goes on importing when the start is over"]
    statements = tuple(Statement(name) for name in ("wave", "sched", "colorsys"))
    run = whole(probe(python, write(tmp_path / "project", case.files), first_use=statements))
    assert run.stages[-1].stage == "first_use"
    check(run, case)


@pytest.mark.parametrize("python", PYTHONS)
def test_modules_in_archives(python: Path, tmp_path: Path) -> None:
    project = write(
        tmp_path / "project",
        {"main.py": "import sys\nsys.path.insert(0, 'bundle.zip')\nimport packed.inner\nimport decimal"},
    )
    with zipfile.ZipFile(project / "bundle.zip", "w") as archive:
        archive.writestr("packed/__init__.py", "import colorsys\n")
        archive.writestr("packed/inner.py", "import sched\nx = b'x' * (3 << 20)\n")
    run = whole(probe(python, project))
    importers = {"packed.inner": "main", "packed": "packed.inner", "colorsys": "packed", "sched": "packed.inner"}
    check(run, Case({}, {**importers, "decimal": "main"}))
    assert dict(run.origins)["packed.inner"] == str(project.resolve() / "bundle.zip/packed/inner.py")
    assert costs(run)["packed.inner"].self_rss_bytes >= 3 << 20


# Import hooks of libraries that are used for real


@pytest.fixture(scope="module")
def libraries() -> Path:
    """A folder with libraries that hook into imports; written in Python alone, so that any interpreter takes them."""
    oldest = None if os.environ.get(pins.NEWEST) else pins.file_for((3, 9))
    asked = ("--python-version", "3.9", "beartype", "typeguard", "pytest")

    def fill(folder: Path) -> None:
        uv("pip", "install", "--quiet", "--target", folder, *asked, constraints=oldest)
        require_pinned(folder, pins.read(oldest) if oldest else None)

    return kept("libraries", fill, asked, constraints=oldest)


HOOKED = "def f(x: int) -> int:\n    return x\n"
LIBRARY_CASES: Mapping[str, Case] = {
    "beartype's claw": case(
        "import beartype.claw\nbeartype.claw.beartype_package('pkg')\nimport pkg.sub\nimport wave",
        {"pkg.sub": "main", "colorsys": "pkg.sub", "sched": "pkg.sub", "wave": "main"},
        pkg____init__="",
        pkg__sub=HOOKED + "import colorsys\ntry:\n    f('no')\nexcept Exception:\n    import sched",
    ),
    "typeguard's hook": case(
        "from typeguard import install_import_hook\ninstall_import_hook('pkg')\nimport pkg.sub",
        {"pkg.sub": "main", "colorsys": "pkg.sub", "sched": "pkg.sub"},
        pkg____init__="",
        pkg__sub=HOOKED + "import colorsys\ntry:\n    f('no')\nexcept Exception:\n    import sched",
    ),
    "pytest's rewriting of asserts": case(
        """
            import pytest
            assert pytest.main(["-q", "-p", "no:cacheprovider", "test_it.py"]) == 0
            import wave
        """,
        {"pytest": "main", "test_it": "main", "helper": "test_it", "colorsys": "helper", "wave": "main"},
        test_it="import helper\n\ndef test():\n    assert helper.x == 1\n",
        helper="import colorsys\nx = 1",
    ),
}


@pytest.mark.network
@pytest.mark.parametrize("python", [python for python in PYTHONS if python.id != "3.8"][::4])
@pytest.mark.parametrize("case", LIBRARY_CASES.values(), ids=LIBRARY_CASES)
def test_hooks_of_libraries(case: Case, python: Path, libraries: Path, tmp_path: Path) -> None:
    project = write(tmp_path / "project", case.files)
    environment = {"PYTHONPATH": str(libraries)}
    check(whole(probe(python, project, env=environment)), case)


@pytest.mark.slow_check
def test_a_chain_of_five_thousand_modules(tmp_path: Path) -> None:
    """Each module imports the next one: nothing of ours is as deep as that."""
    deep = "import sys, threading\nsys.setrecursionlimit(10**6)\nthreading.stack_size(512 << 20)\n"
    deep += "thread = threading.Thread(target=__import__, args=('m0',))\nthread.start()\nthread.join()\nimport m0\n"
    files = {f"m{number}.py": f"import m{number + 1}\n" for number in range(5000)}
    project = write(tmp_path / "project", {**files, "m5000.py": "x = b'x' * (3 << 20)\n", "main.py": deep})
    done = footprint("audit", project, "--entry", "main.py", "-f", "json", "--timeout", "200")
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    assert json.loads(done.stdout)["entries"][0]["failure"] is None
    for format_ in ("table", "speedscope", "folded", "importtime"):
        words = ("--tree",) if format_ == "table" else ()
        done = footprint("probe", project, "--entry", "main.py", "--timeout", "200", "-f", format_, *words)
        assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
