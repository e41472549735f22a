"""What could be asked of a ready application: its routes and its tasks, as the framework keeps them. Nothing is called.

Run once everything is measured. Django loads its URLs when the first request comes: nothing is told of it.
"""

import sys

MOST = 100
DEEPEST = 20  # an application can be mounted in itself
OWN_PATHS = ("/openapi.json", "/docs", "/redoc", "/docs/oauth2-redirect")  # that FastAPI adds
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def tell(recorder, app):
    """Write a record for each route without a parameter, and for each task."""
    try:
        found = list(dict.fromkeys(find(app)))[:MOST]
    except Exception:  # any object may be called an application
        return
    for kind, name in found:
        recorder.send(("K %s %s\n" % (kind, name.replace("\n", " ")[:300])).encode("utf-8", "backslashreplace"))


def find(app):
    """Yield method and path, or "task" and its name."""
    roots = {base.__module__.partition(".")[0] for base in type(app).__mro__}
    if "starlette" in roots:
        for route, path in routes_of(app):
            for method in METHODS:
                if method in (getattr(route, "methods", None) or ()):
                    yield method, path
    elif "flask" in roots:
        for rule in app.url_map.iter_rules():
            for method in METHODS:
                if method in rule.methods and not rule.arguments:
                    yield method, rule.rule
    elif type(app) is type(sys):  # celery is given a module, and finds its application in it
        for value in list(vars(app).values()):
            yield from tasks_of(value)
    else:
        yield from tasks_of(app)


def tasks_of(app):
    """Yield the tasks of an application of celery, none of anything else."""
    if type(app).__module__.partition(".")[0] == "celery" and type(app).__name__ == "Celery":
        for name in sorted(app.tasks):
            if not name.startswith("celery."):
                yield "task", name


def routes_of(app):
    """Yield the routes of an application and of what is mounted in it, each with its path."""
    waiting = [(app, "", 0)]
    while waiting:
        part, prefix, deep = waiting.pop(0)
        for route in (getattr(part, "routes", None) or ()) if deep < DEEPEST else ():
            path = prefix + getattr(route, "path", "{")
            if "{" in path or path in OWN_PATHS:
                continue
            if type(route).__name__ == "Mount":
                waiting.append((route, path, deep + 1))
            else:
                yield route, path
