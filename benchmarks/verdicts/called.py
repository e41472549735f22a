"""Ten small services that start well within a limit and pass it when they are asked.

What five of them take they keep; the other five need most of it for a moment. Nothing here knows what judges them.
"""

from __future__ import annotations

from verdicts.applications import FLASK, GUNICORN, STARLETTE, UVICORN, Service

_APP = '\n\napp = Starlette(routes=[Route("/", home), Route("/work", work, methods=["GET", "POST"])])\n'
_KEPT = """
kept = mebibytes(60)
held = []


def work(request):
    held.append(mebibytes(70))
    return PlainTextResponse("done")
"""
_OBJECTS = """
kept = mebibytes(40)
held = {}


async def work(request):
    held.update((number, {"number": number, "name": str(number)}) for number in range(200_000))
    return PlainTextResponse("done")
"""
_MODEL = """
held = {}


def work(request):
    if "model" not in held:
        with open("model.bin", "rb") as file:
            held["model"] = file.read()
    return PlainTextResponse(str(len(held["model"])))
"""
_PANDAS = """
kept = mebibytes(50)


@app.route("/work")
def work():
    import pandas

    return str(pandas.DataFrame({"a": range(1000)}).a.sum())
"""
_WORKERS = """
held = []


@app.route("/work")
def work():
    if not held:
        held.append(mebibytes(60))
    return "done"
"""
_MOMENT = """
kept = mebibytes(60)


async def work(request):
    passing = mebibytes(90)
    rows = len(passing)
    del passing
    return PlainTextResponse(str(rows))
"""
_TEXT = """
import json


def work(request):
    rows = json.loads(json.dumps([{"number": number, "name": str(number)} for number in range(150_000)]))
    return PlainTextResponse(str(len(rows)))
"""
_ANSWER = """
kept = mebibytes(30)


async def work(request):
    return PlainTextResponse(b"x" * (40 << 20))
"""
_BODY = """
kept = mebibytes(30)


async def work(request):
    return PlainTextResponse(str(len(await request.body())))
"""
_CHILD = """
kept = mebibytes(40)


def work(request):
    work = "kept = bytearray(b'x') * (70 << 20)"
    subprocess.run([sys.executable, "-c", work], check=True)
    return PlainTextResponse("done")
"""

_PAGES = ("/", "/work")

CALLED: tuple[Service, ...] = (
    Service("kept buffer", {"main.py": f"{STARLETTE}{_KEPT}{_APP}"}, UVICORN, _PAGES),
    Service("kept objects", {"main.py": f"{STARLETTE}{_OBJECTS}{_APP}"}, UVICORN, _PAGES),
    Service("model", {"main.py": f"{STARLETTE}{_MODEL}{_APP}", "model.bin": "m" * (64 << 20)}, UVICORN, _PAGES),
    Service("pandas", {"main.py": f"{FLASK}{_PANDAS}"}, GUNICORN, _PAGES),
    Service(
        "each of two workers", {"main.py": f"{FLASK}{_WORKERS}"}, (*GUNICORN, "--workers", "2"), ("/", *["/work"] * 40)
    ),
    Service("for a moment", {"main.py": f"{STARLETTE}{_MOMENT}{_APP}"}, UVICORN, _PAGES),
    Service("text for a moment", {"main.py": f"{STARLETTE}{_TEXT}{_APP}"}, UVICORN, _PAGES),
    Service("large answer", {"main.py": f"{STARLETTE}{_ANSWER}{_APP}"}, UVICORN, _PAGES),
    Service(
        "large body",
        {"main.py": f"{STARLETTE}{_BODY}{_APP}", "body.bin": "q" * (24 << 20)},
        UVICORN,
        ("/", "POST /work @body.bin"),
    ),
    Service("child of a request", {"main.py": f"{STARLETTE}{_CHILD}{_APP}"}, UVICORN, _PAGES),
)
