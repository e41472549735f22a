"""The calls by which code starts a server: which one, and where the application and the workers stand in them.

Source: the documentation of uvicorn, hypercorn, granian, waitress, Werkzeug, aiohttp, gevent, eventlet, cheroot,
bjoern, daphne, gunicorn ("Custom Application"), Flask, Celery; `wsgiref` and `subprocess` of Python.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class ServingCall:
    """One function. `position` and `keyword` say which argument the application is."""

    server: str  # as in model.servers, where it has a row
    position: int = 0
    keyword: str = "app"


CALLS: Mapping[str, ServingCall] = {
    **dict.fromkeys(
        ("uvicorn.run", "uvicorn.main.run", "uvicorn.Config", "uvicorn.config.Config"), ServingCall("uvicorn")
    ),
    **dict.fromkeys(("hypercorn.asyncio.serve", "hypercorn.trio.serve"), ServingCall("hypercorn.asyncio")),
    **dict.fromkeys(("granian.Granian", "granian.server.Granian"), ServingCall("granian", keyword="target")),
    **dict.fromkeys(("waitress.serve", "waitress.create_server"), ServingCall("waitress-serve")),
    **dict.fromkeys(("werkzeug.serving.run_simple", "werkzeug.run_simple"), ServingCall("flask", 2, "application")),
    "daphne.server.Server": ServingCall("daphne", keyword="application"),
    "aiohttp.web.run_app": ServingCall("aiohttp"),
    "gevent.pywsgi.WSGIServer": ServingCall("gevent", 1, "application"),
    "eventlet.wsgi.server": ServingCall("eventlet", 1, "site"),
    "cheroot.wsgi.Server": ServingCall("cheroot", 1, "wsgi_app"),
    "bjoern.run": ServingCall("bjoern", keyword="wsgi_app"),
    "wsgiref.simple_server.make_server": ServingCall("wsgiref", 2),
}  # fmt: skip

# Methods of an application that serve it, by the class that makes one.
RUNS: Mapping[str, str] = {
    "Flask": "flask", "APIFlask": "flask", "OpenAPI": "flask", "Dash": "flask", "Quart": "hypercorn", "Sanic": "sanic",
    "Bottle": "wsgiref", "Litestar": "uvicorn", "FastMCP": "uvicorn", "Robyn": "robyn", "SocketIO": "flask",
    "Celery": "celery", "Flet": "flet",
}  # fmt: skip
METHODS = frozenset({"run", "run_server", "worker_main", "start", "Worker"})
GUNICORN = frozenset({"BaseApplication", "Application", "WSGIApplication"})  # bases of an application of one's own

# Functions that start another program: whether it takes the place of this one.
PROGRAMS: Mapping[str, Literal["exec", "child"]] = {
    **{f"subprocess.{name}": "child" for name in ("run", "Popen", "call", "check_call", "check_output")},
    **{f"asyncio.create_subprocess_{name}": "child" for name in ("exec", "shell")},
    **{f"os.spawn{name}": "child" for name in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")},
    **{f"os.exec{name}": "exec" for name in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")},
    "os.system": "child", "os.popen": "child", "sh": "child", "pty.spawn": "child",
}  # fmt: skip
