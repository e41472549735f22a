"""The text of a gunicorn.conf.py: the one that is proposed, and the one that is measured in place of the user's. Pure.

The measured one runs the user's own first and sets the same things after it, so that what is proposed was measured.
Its hook takes one argument: gunicorn refuses any other.
"""

from __future__ import annotations

from collections.abc import Sequence

from footprint.model.requested_calls import Request
from footprint.model.tuning import Factor, Hook

_OWN_FILE = """
__file__ = {path!r}
with open(__file__, "rb") as _file:
    exec(compile(_file.read(), __file__, "exec"))
"""
_OWN_MODULE = """
from importlib import import_module as _import_module
globals().update((name, value) for name, value in vars(_import_module({name!r})).items() if name[:2] != "__")
"""
_MEASURED = """
timeout = 0  # a worker that is held still is not to be killed
"""
_TELL = """\
    import json
    cfg = server.cfg
    told = {{"workers": cfg.workers, "threads": cfg.threads, "class": str(cfg.worker_class_str),
            "preload": bool(cfg.preload_app)}}
    with open({path!r}, "w") as file:
        json.dump(told, file)
"""
_HOOK = """
_when_ready = globals().get("when_ready")


def when_ready(server):
    if _when_ready is not None:
        _when_ready(server)
"""
_STEPS: dict[Hook, str] = {
    "load": """\
    for request in _REQUESTS:  # what they load is there before the workers are forked, and shared by them
        _ask(server.app.wsgi(), *request)
""",
    "freeze": """\
    gc.collect()
    gc.freeze()  # no worker writes to what it shares only to collect its garbage
""",
}
_ASK_WSGI = """

def _ask(app, method, path, query, headers):
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "wsgi.input": io.BytesIO()}
    environ.update(("HTTP_" + name.upper().replace("-", "_"), value) for name, value in headers)
    setup_testing_defaults(environ)
    answer = app(environ, lambda status, headers, error=None: lambda data: None)
    for _ in answer:
        pass
    if hasattr(answer, "close"):
        answer.close()
"""
_ASK_ASGI = """

def _ask(app, method, path, query, headers):
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http"}
    scope.update(path=path, raw_path=path.encode(), query_string=query.encode(), root_path="")
    scope["headers"] = [(name.lower().encode(), value.encode()) for name, value in [("host", "localhost"), *headers]]
    scope.update(server=("localhost", 80), client=("127.0.0.1", 0))
    asyncio.run(_run(app, scope))


async def _run(app, scope):
    received = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive():
        return received.pop() if received else await asyncio.get_running_loop().create_future()

    async def send(message):
        pass

    await app(scope, receive, send)
"""


def settings_of(factors: Sequence[Factor]) -> dict[str, str]:
    """Return the settings of all factors, a later one over an earlier."""
    return {name: value for factor in factors for name, value in factor.settings}


def hooks_of(factors: Sequence[Factor]) -> tuple[Hook, ...]:
    """Return what is done before the fork, in order."""
    wanted = {hook for factor in factors for hook in factor.hooks}
    return tuple(hook for hook in _STEPS if hook in wanted)


def proposed_text(factors: Sequence[Factor], requests: Sequence[Request], *, asgi: bool) -> str:
    """Return what belongs into the gunicorn.conf.py of the project, at its end where it has one."""
    hooks = hooks_of(factors)
    imports = ["import gc"] if "freeze" in hooks else []
    if "load" in hooks:
        imports += ["import asyncio"] if asgi else ["import io", "from wsgiref.util import setup_testing_defaults"]
    parts = ["\n".join(sorted(imports, key=lambda line: (line.startswith("from"), line)))]
    parts.append("\n".join(f"{name} = {value}" for name, value in settings_of(factors).items()))
    text = "\n\n".join(part for part in parts if part) + "\n"
    if "load" in hooks:
        asked = ",\n    ".join(map(_literal, requests))
        text += f"_REQUESTS = [\n    {asked},\n]\n{_ASK_ASGI if asgi else _ASK_WSGI}\n"
    return text + (_HOOK + "".join(_STEPS[hook] for hook in hooks) if hooks else "")


def measured_text(own: str | None, proposed: str, told: str) -> str:
    """Return the file that is really given to gunicorn: `own` is that of the user, `told` where it says what it is."""
    text = ""
    if own is not None:
        module = own.removeprefix("python:")
        text = _OWN_MODULE.format(name=module) if module != own else _OWN_FILE.format(path=own.removeprefix("file:"))
    return f"{text}{_MEASURED}{_HOOK}{_TELL.format(path=told)}\n{_again(proposed)}"


def _again(proposed: str) -> str:
    """Return the text with a name of its own for the hook before it: two of them follow each other."""
    return proposed.replace("_when_ready", "_first_when_ready")


def _literal(request: Request) -> str:
    path, _, query = request.url.partition("?")
    return repr((request.method, path, query, list(request.headers)))
