"""Calls in forks against an untouched server that got the same requests: what is held, the peak, and the cause."""

import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from benchmarks.called_applications import MAKE_ONNX
from footprint.config.call_texts import parse_request
from footprint.model.runtime import CallRun, ProbeRun
from tests.support.command import EXAMPLE_ENV
from tests.support.machine import need
from tests.support.probing import entry, probe, whole, write

MIB = 1 << 20
APP = """
import io

from fastapi import FastAPI, Response

app = FastAPI()
held = {}


@app.get("/items")
def items():
    return {"items": list(range(10))}


@app.get("/excel")
def excel():
    import pandas

    frame = pandas.DataFrame({name: range(20_000) for name in "abcdef"})
    out = io.BytesIO()
    frame.to_excel(out, engine="xlsxwriter")
    return Response(out.getvalue())


@app.get("/resize")
async def resize():
    from PIL import Image

    image = Image.new("RGB", (4000, 3000), "red").resize((800, 600))
    out = io.BytesIO()
    image.save(out, "JPEG")
    return Response(out.getvalue(), media_type="image/jpeg")


@app.get("/predict")
def predict():
    import joblib

    if "model" not in held:
        held["model"] = joblib.load("model.joblib")
    return {"label": int(held["model"].predict([[1.0] * 20])[0])}


@app.get("/onnx")
def onnx():
    import numpy
    import onnxruntime

    if "onnx" not in held:
        held["onnx"] = onnxruntime.InferenceSession("weights.onnx", providers=["CPUExecutionProvider"])
    return {"sum": float(held["onnx"].run(None, {"x": numpy.ones((1, 3000), "float32")})[0].sum())}
"""
MAKE = (
    """
import joblib, numpy
from sklearn.ensemble import RandomForestClassifier
random = numpy.random.default_rng(1)
x = random.random((20_000, 20))
joblib.dump(RandomForestClassifier(30, n_jobs=1).fit(x, (x.sum(1) > 10).astype(int)), "model.joblib")
"""
    + MAKE_ONNX
)
PATHS = ("/items", "/excel", "/resize", "/predict", "/onnx")
PYTHON = EXAMPLE_ENV / "bin" / "python"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    need(EXAMPLE_ENV.is_dir(), "the example's environment: make demo builds it")
    folder = write(tmp_path_factory.mktemp("served"), {"main.py": APP, "make.py": MAKE})
    subprocess.run([str(PYTHON), "make.py"], cwd=folder, check=True)
    return folder


@pytest.fixture(scope="module")
def calls(served: Path) -> dict[str, CallRun]:
    asked = tuple(parse_request(path) for path in PATHS)
    run = whole(probe(PYTHON, served, entry("main", "app"), calls=asked))
    return {call.name.removeprefix("GET "): call for call in run.calls} | {"all": in_a_row(run)}


def in_a_row(run: ProbeRun) -> CallRun:
    start, last = run.stages[-2:]
    assert last.stage == "calls" and last.peak_rss_bytes is not None
    grown, peak = last.rss_bytes - start.rss_bytes, last.peak_rss_bytes - start.rss_bytes
    return CallRun("all", "done", None, grown, None, peak, None)


def status(pid: int) -> dict[str, int]:
    rows = (line.split() for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return {words[0].rstrip(":"): int(words[1]) << 10 for words in rows if words[0] in ("VmRSS:", "VmHWM:")}


def serve(folder: Path, paths: tuple[str, ...]) -> tuple[int, int, int]:
    """Return RSS of a server that is ready, and RSS and peak once it answered."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    command = [str(PYTHON), "-m", "uvicorn", "main:app", "--port", str(port), "--loop", "asyncio"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            for _ in range(600):
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except OSError:
                    time.sleep(0.1)
            time.sleep(0.5)
            ready = status(server.pid)["VmRSS"]
            Path(f"/proc/{server.pid}/clear_refs").write_text("5")
            for path in paths:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
                    assert answer.status == 200 and answer.read()
            after = status(server.pid)
            return ready, after["VmRSS"], after["VmHWM"]
        finally:
            server.kill()


@pytest.mark.parametrize("path", [*PATHS, "all"])
def test_a_call_takes_what_it_takes_of_a_server(path: str, served: Path, calls: dict[str, CallRun]) -> None:
    ready, resting, peak = serve(served, PATHS if path == "all" else (path,))
    call = calls[path]
    assert call.outcome == "done" and call.rss_bytes is not None and call.peak_bytes is not None
    assert abs(ready + call.rss_bytes - resting) <= 0.03 * resting, (ready, resting, call.rss_bytes)
    assert abs(ready + call.peak_bytes - peak) <= 0.03 * peak, (ready, peak, call.peak_bytes)


# of a growth: whether imports have most of it, a word of its heaviest line, and files that it opened
CAUSES = {
    "/excel": (True, "pandas", ()),
    "/resize": (False, "image = Image.new", ()),
    "/predict": (True, "joblib.load", (("model.joblib", "read"),)),
    "/onnx": (False, "InferenceSession", (("weights.onnx", "read"),)),
}


@pytest.mark.parametrize("path", CAUSES)
def test_a_growth_is_put_to_its_cause(path: str, calls: dict[str, CallRun]) -> None:
    by_imports, word, files = CAUSES[path]
    call, lines = calls[path], APP.splitlines()
    heaviest = max(call.lines, key=lambda line: max(line.rss_bytes, line.peak_bytes))
    assert heaviest.path == "main.py" and word in lines[(heaviest.line or 0) - 1], heaviest
    assert (heaviest.kind == "import") == by_imports
    assert tuple((file.path, file.how) for file in call.files) == files


ROUTES = """
from fastapi import APIRouter, FastAPI
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

app = FastAPI()
router = APIRouter(prefix="/api")


@app.get("/")
def index():
    return 1


@router.get("/items")
def items():
    return 2


@router.get("/found")
def found(number: int):
    return number


@router.get("/broken")
def broken():
    raise RuntimeError("no table")


@router.get("/items/{number}")
def item(number):
    return 3


@app.post("/items")
def add():
    return 4


@app.get("/auth/logout")
def logout():
    raise RuntimeError("never asked")


async def inner(request):
    return PlainTextResponse("inner")


app.include_router(router)
app.mount("/sub", Starlette(routes=[Route("/inner", inner)]))
"""


def test_auto_asks_every_route_that_needs_no_more(tmp_path: Path) -> None:
    need(EXAMPLE_ENV.is_dir(), "the example's environment: make demo builds it")
    write(tmp_path, {"main.py": ROUTES})
    asked = (parse_request("/"),)
    run = whole(probe(PYTHON, tmp_path, entry("main", "app"), calls=asked, asks_routes=True))
    told = [(call.name, call.outcome, call.status) for call in run.calls]
    assert told == [
        ("GET /", "done", 200),
        ("GET /api/items", "done", 200),
        ("GET /api/found", "done", 422),  # it wants more than its path, which is no fault
        ("GET /api/broken", "failed", 500),
        ("GET /sub/inner", "done", 200),
    ]
    assert run.stages[-1].stage == "calls"
