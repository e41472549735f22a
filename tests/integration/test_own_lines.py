"""Which line of the project memory went to, in real starts: calls, data, class bodies, decorators, the lifespan."""

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from footprint.model.runtime import ProbeRun
from tests.support.machine import on_interpreters
from tests.support.probing import costs, entry, failed, probe, versions, whole, write

MIB = 1 << 20
MAKE = "def make(size):\n    return bytearray(b'x') * (size << 20)\n"
# name -> (files, lines that take memory: file and line -> MiB); a second line stands for what older Pythons say
CASES: Mapping[str, tuple[Mapping[str, str], Mapping[tuple[str, tuple[int, ...]], float]]] = {
    "a call of its own function": ({"main.py": f"{MAKE}DATA = make(5)\n"}, {("main.py", (3,)): 5}),
    "two calls, an import between": (
        {"main.py": "from make import make\nA = make(4)\nimport json.tool\nB = make(7)\n"},
        {("main.py", (2,)): 4, ("main.py", (4,)): 7},
    ),
    "a call that imports itself": (
        {"main.py": "import lib\nCLIENT = lib.client()\n",
         "lib.py": "def client():\n    import late\n    return late.DATA, bytearray(b'x') * (5 << 20)\n",
         "late.py": "DATA = bytearray(b'y') * (3 << 20)\n"},
        {("main.py", (2,)): 5, ("late.py", (1,)): 3},
    ),
    "a comprehension": ({"main.py": "a = 1\nROWS = [str(i) * 20 for i in range(40000)]\n"}, {("main.py", (2,)): 5}),
    "a generator used up in a line": (
        {"main.py": "from make import make\nROWS = list(make(1) for _ in range(6))\nb = 1\nC = make(3)\n"},
        {("main.py", (2,)): 6, ("main.py", (4,)): 3},
    ),
    "a generator that is kept": (
        {"main.py": "from make import make\nG = (make(2) for _ in range(2))\nA = next(G)\nB = make(4)\n"},
        {("main.py", (3,)): 2, ("main.py", (4,)): 4},
    ),
    "a loop": (
        {"main.py": "ROWS = {}\nfor i in range(9000):\n    ROWS[i] = b'q' * (1000 + i % 2)\nend = 1\n"},
        {("main.py", (2, 3)): 8.6},
    ),
    "a file that is read": (
        {"main.py": "import json\nwith open('rows.json') as file:\n    ROWS = json.load(file)\n",
         "rows.json": "[" + ", ".join(f'"{i:0400}"' for i in range(16000)) + "]"},
        {("main.py", (3,)): 7},
    ),
    "a class in a class": (
        {"main.py": "from make import make\nclass A:\n    class B:\n        table = make(5)\n    more = make(3)\n"},
        {("main.py", (4,)): 5, ("main.py", (5,)): 3},
    ),
    "a metaclass": (
        {"main.py": "from meta import Meta\nclass A(metaclass=Meta):\n    x = 1\nc = 3\n",
         "meta.py": "from make import make\nclass Meta(type):\n"
          "    def __init__(cls, *a):\n        cls.kept = make(5)\n"},
        {("main.py", (2,)): 5},
    ),
    "decorators": (
        {"main.py": "from deco import register\n@register\nclass A:\n    x = 1\n@register\ndef f(): pass\n",
         "deco.py": "from make import make\nL = []\ndef register(x):\n    L.append(make(3))\n    return x\n"},
        {("main.py", (2, 3)): 3, ("main.py", (5, 6)): 3},
    ),
    "a default of an argument": (
        {"main.py": "from make import make\ndef f(x=make(4)):\n    return x\n"}, {("main.py", (2,)): 4},
    ),
    "in an imported module": (
        {"main.py": "import pkg.inner\n", "pkg/__init__.py": "", "pkg/inner.py": "from make import make\n"
         "X = make(4)\n"},
        {("pkg/inner.py", (2,)): 4},
    ),
    "after an import that failed": (
        {"main.py": "from make import make\ntry:\n    import nothing\n"
         "except ImportError as error:\n    E = error\nX = make(4)\n"},
        {("main.py", (6,)): 4},
    ),
    "in a branch": (
        {"main.py": "from make import make\nif True:\n"
         "    X = make(4)\nelse:\n    X = make(9)\n"}, {("main.py", (3,)): 4},
    ),
    "in the lifespan": (
        {"main.py": "from make import make\nasync def app(scope, receive, send):\n"
         "    await receive()\n    import late\n"
         "    app.kept = make(7)\n    await send({'type': 'lifespan.startup.complete'})\n    await receive()\n",
         "late.py": "Y = bytearray(b'l') * (2 << 20)\n"},
        {("main.py", (5,)): 7, ("late.py", (1,)): 2},
    ),
    "in a function that the lifespan awaits": (
        {"main.py": "from make import make\nasync def load():\n"
         "    app.kept = make(6)\nasync def app(scope, receive, send):\n"
         "    await receive()\n    await load()\n"
          "    await send({'type': 'lifespan.startup.complete'})\n    await receive()\n"},
        {("main.py", (6,)): 6},
    ),
    "in the factory": ({"main.py": f"{MAKE}def app():\n    x = 1\n    return make(4)\n"}, {("main.py", (5,)): 4}),
    "noop: nothing large": ({"main.py": "import json\nx = [1, 2, 3]\nclass A:\n    y = 2\n"}, {}),
    "noop: a module that sets a trace function": (
        {"main.py": "import sys\nfrom make import make\nsys.settrace(lambda *a: None)\n"
         "X = make(4)\nassert sys.gettrace()\n"},
        {("main.py", (4,)): 4},
    ),
}  # fmt: skip
ATTRIBUTES = {"in the lifespan": "app", "in a function that the lifespan awaits": "app", "in the factory": "app"}
BLIND_BEFORE_312 = {"noop: a module that sets a trace function"}


def lines_of(run: ProbeRun, project: Path) -> dict[tuple[str, int], int]:
    """Return what each line of the project took, without what is below half a MiB."""
    found: dict[tuple[str, int], int] = {}
    for line in (line for cost in run.costs for line in cost.lines):
        key = Path(line.path).relative_to(project.resolve()).as_posix(), line.line
        found[key] = found.get(key, 0) + line.rss_bytes
    return {key: rss for key, rss in found.items() if rss >= MIB // 2}


@pytest.mark.parametrize("python", on_interpreters())
@pytest.mark.parametrize("name", CASES)
def test_the_line_that_took_memory_is_known(name: str, python: Path, tmp_path: Path) -> None:
    files, wanted = CASES[name]
    project = write(tmp_path, {"make.py": MAKE, **files})
    point = entry("main", ATTRIBUTES.get(name), factory=name == "in the factory")
    run = whole(probe(python, project, point))
    found = lines_of(run, project)
    if name in BLIND_BEFORE_312 and python in {versions().get(each) for each in ("3.8", "3.9", "3.10", "3.11")}:
        assert found == {}
        return
    for (path, numbers), mib in wanted.items():
        took = sum(found.pop((path, number), 0) for number in numbers)
        assert took == pytest.approx(mib * MIB, abs=(0.75 + 0.3 * mib) * MIB), (path, numbers, found)
    assert found == {}
    assert sum(cost.self_rss_bytes for cost in run.costs) == run.stages[-1].rss_bytes - run.baseline_rss_bytes
    assert all(sum(line.rss_bytes for line in cost.lines) <= cost.self_rss_bytes + MIB for cost in run.costs)


GONE = "x = bytearray(b'x') * (40 << 20); del x"
# name -> (files, the line by which the process passed its highest mark by 40 MiB)
PEAKS: Mapping[str, tuple[Mapping[str, str], tuple[str, int]]] = {
    "by the last line of another module": (
        {"main.py": "import other\nimport json\na = 1\n", "other.py": f"a = 1\n{GONE}\n"}, ("other.py", 2)
    ),
    "by a call": (
        {"main.py": "from lib import load\na = 1\nload()\nimport json.tool\n", "lib.py": f"def load():\n    {GONE}\n"},
        ("main.py", 3),
    ),
    "freed by a later line": (
        {"main.py": "a = 1\nx = bytearray(b'x') * (40 << 20)\ny = len(x)\ndel x\n"}, ("main.py", 2)
    ),
    "in a class body": ({"main.py": f"class A:\n    y = 1\n    {GONE}\nb = 2\n"}, ("main.py", 3)),
    "in the factory": ({"main.py": f"def app():\n    y = 1\n    {GONE}\n"}, ("main.py", 3)),
    "in the lifespan": (
        {"main.py": f"async def app(scope, receive, send):\n    await receive()\n    {GONE}\n"
         "    await send({'type': 'lifespan.startup.complete'})\n    await receive()\n"},
        ("main.py", 3),
    ),
    "in a line that asks for another module then": (
        {"main.py": f"{GONE}; import other\nimport last\n", "other.py": "class A:\n    class B: pass\n",
         "last.py": "x = sum(range(200_000))\n"}, ("main.py", 1)
    ),
    "after what stays": (
        {"main.py": f"A = bytearray(b'x') * (12 << 20)\n{GONE}\nB = bytearray(b'y') * (8 << 20)\n"}, ("main.py", 2)
    ),
}  # fmt: skip
WAIT = "import time; time.sleep(30)"
WORK = "sum(range(2_000_000))"
CHILDREN: Mapping[str, tuple[str, set[int]]] = {
    "one that stays": (f"import subprocess, sys\na = 1\nP = subprocess.Popen([sys.executable, '-c', {WAIT!r}])\n", {3}),
    "one that is over": (f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {WORK!r}])\na = 1\n", {2}),
    "noop: none": (f"import subprocess, sys\n{GONE}\n", set()),
}


@pytest.mark.parametrize("python", on_interpreters())
@pytest.mark.parametrize("name", PEAKS)
def test_the_line_of_the_peak_is_known(name: str, python: Path, tmp_path: Path) -> None:
    files, wanted = PEAKS[name]
    point = entry("main", ATTRIBUTES.get(name), factory=name == "in the factory")
    project = write(tmp_path, files)
    run = whole(probe(python, project, point))
    highest = max(run.rises, key=lambda rise: rise.peak_bytes - rise.before_bytes)
    assert (Path(highest.path).relative_to(project.resolve()).as_posix(), highest.line) == wanted
    assert highest.peak_bytes - highest.before_bytes == pytest.approx(40 * MIB, abs=13 * MIB)
    peaks = [stage.peak_rss_bytes or 0 for stage in run.stages]
    assert max(rise.peak_bytes for rise in run.rises) <= max(peaks)


@pytest.mark.parametrize("python", on_interpreters())
@pytest.mark.parametrize("name", CHILDREN)
def test_the_line_that_starts_a_process_is_known(name: str, python: Path, tmp_path: Path) -> None:
    text, wanted = CHILDREN[name]
    run = whole(probe(python, write(tmp_path, {"main.py": text})))
    assert {rise.line for rise in run.rises if rise.has_children} == wanted


SEEN = """\
import sys, threading, warnings
FRAMES = []
def deep():
    frame, names = sys._getframe(1), []
    while frame:
        names.append(frame.f_code.co_name)
        frame = frame.f_back
    return names, sys._getframe(0).f_lineno, sys.gettrace(), sys.getprofile(), sorted(locals())
def outer(value):
    kept = dict(locals())
    return deep(), kept
FOUND = outer(1)
class A:
    FOUND = outer(2)
def show():
    return list(FOUND[0][0]), FOUND[0][1:], sorted(FOUND[1]), A.FOUND[0][1:]
"""


@pytest.mark.parametrize("python", on_interpreters())
def test_the_application_sees_nothing_of_it(python: Path, tmp_path: Path) -> None:
    text = "import seen\nprint(repr(seen.show()), flush=True)\nraise SystemExit(repr(seen.show()))\n"
    messages = []
    for hook in ("none", "find_and_load"):
        runtime = probe(python, write(tmp_path, {"main.py": text, "seen.py": SEEN}), entry("main"), hook=hook)
        message = failed(runtime).message
        messages.append(message.partition("(['deep'")[2] or message)
    assert "None, None" in messages[0]
    shown = [message.partition("]")[2] for message in messages]  # the frames of the hook itself are known
    assert shown[0] == shown[1]


def test_large_constants_do_not_stay(tmp_path: Path) -> None:
    """The code of a module is gone when it has run, and its constants with it."""
    text = "import gc\nX = len('" + "y" * (12 << 20) + "')\n"
    rss = []
    for hook in ("none", "find_and_load"):
        project = write(tmp_path, {"big.py": text, "main.py": "import big\nimport json\n"})
        rss.append(whole(probe(Path(sys.executable), project, entry("main"), hook=hook)).stages[-1].rss_bytes)
    assert abs(rss[0] - rss[1]) < MIB


def test_loads_know_the_line_that_ran(tmp_path: Path) -> None:
    files = {
        "main.py": "import lib\nx = 1\nlib.client()\n",
        "lib.py": "def client():\n    import late\n",
        "late.py": "",
    }
    found = costs(whole(probe(Path(sys.executable), write(tmp_path, files), entry("main"))))
    at = {name: found[name].begun_at for name in ("lib", "late")}
    assert {name: place and place[1] for name, place in at.items()} == {"lib": 1, "late": 3}


LATE = "import lib, sys\ndef look():\n    lib.SEEN.append(sys.gettrace())\nlook()\n"


def test_what_others_load_is_not_traced(tmp_path: Path) -> None:
    """A trace function would cost each call of a large library: there is none while it loads, and one of ours after."""
    files = {
        "make.py": MAKE,
        "main.py": "import lib\nfrom make import make\ndef load():\n    lib.KEPT = make(4)\napp = lib.App(load)\n",
        "site-packages/lib.py": (
            "import sys\nSEEN = [sys.gettrace()]\nclass App:\n"
            "    def __init__(self, load):\n        self.load = load\n"
            "    async def __call__(self, scope, receive, send):\n        await receive()\n"
            "        try:\n            import lib_broken\n        except ImportError:\n            pass\n"
            "        import lib_late\n        __import__('importlib').import_module('lib_later')\n"
            "        self.load()\n        print(SEEN, file=open('seen', 'w'), flush=True)\n"
            "        await send({'type': 'lifespan.startup.complete'})\n        await receive()\n"
        ),
        "site-packages/lib_broken.py": "import lib, lib_none\n",
        **dict.fromkeys(("site-packages/lib_late.py", "site-packages/lib_later.py"), LATE),
    }
    for name, python in versions().items():
        project = write(tmp_path / name, files)
        run = whole(probe(python, project, entry("main", "app"), env={"PYTHONPATH": str(project / "site-packages")}))
        assert (project / "seen").read_text() == "[None, None, None]\n", name
        assert lines_of(run, project) == {("main.py", 4): pytest.approx(4 * MIB, abs=2 * MIB)}, name
