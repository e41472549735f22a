"""The routes of an application that can be asked without knowing more: GET, and no parameter in the path.

As FastAPI, Starlette, Flask and Django state them themselves, also where they stand in one another or in a middleware.
Run in a fork: Django loads its URLs for it.
"""

import re
import sys

MOST = 100
DEEPEST = 20  # an application can be mounted in itself
WITHIN = ("app", "application", "wsgi_app", "wsgi_application")  # where a middleware keeps what it stands around
PATTERN = re.compile(r"[<({\[*+?|]|\\[a-zA-Z]")  # in a path: more than its text


def find(app, refused):
    """Return the paths, those left out of which a word is among the `refused`."""
    found = dict.fromkeys(path or "/" for path in of_any(app, ""))
    kept = [path for path in found if not refused.intersection(re.findall("[a-z]+", path.lower()))]
    return kept[:MOST]


def of_any(app, prefix, deep=0):
    """Yield the paths of an application of any kind, or of that in a middleware."""
    if deep > DEEPEST:
        return
    names = {base.__module__.partition(".")[0] for base in type(app).__mro__}
    if "flask" in names:
        yield from of_flask(app, prefix)
        yield from of_any(app.wsgi_app, prefix, deep + 1)  # a middleware may have taken its place
    elif "django" in names:
        __import__("django.urls")
        yield from of_django(sys.modules["django.urls"].get_resolver(), prefix + "/")
    elif isinstance(getattr(app, "routes", None), list):
        yield from of_starlette(app.routes, prefix, deep)
    else:
        mounts = getattr(app, "mounts", None)  # of werkzeug
        for path, mounted in mounts.items() if isinstance(mounts, dict) else ():
            yield from of_any(mounted, prefix + path, deep + 1)
        inner = next((found for found in (getattr(app, name, None) for name in WITHIN) if found is not None), None)
        if inner is not None:
            yield from of_any(inner, prefix, deep + 1)


def of_flask(app, prefix):
    """Yield the paths of rules, blueprints among them: what has a default is no parameter."""
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods and not rule.arguments.difference(rule.defaults or ()) and not rule.subdomain:
            yield prefix + rule.rule


def of_starlette(routes, prefix, deep):
    """Yield the paths of routes and of what is mounted."""
    contexts = getattr(sys.modules.get("fastapi.routing"), "iter_route_contexts", None)
    for route in contexts(routes) if contexts else routes:  # a recent FastAPI has routers within its routes
        path = prefix + (getattr(route, "path", None) or "")
        endpoint = getattr(route, "endpoint", None)
        if "{" in path or getattr(endpoint, "__module__", "") == "fastapi.applications":  # its documentation
            continue
        original = getattr(route, "original_route", route)
        if type(original).__name__ == "Mount":
            yield from of_any(original.app, path, deep + 1)
        elif states_get(getattr(route, "methods", ()), endpoint):
            yield path


def states_get(methods, endpoint):
    """Say whether GET is among the methods, or a class has a function of that name."""
    return "GET" in methods if methods is not None else isinstance(endpoint, type) and hasattr(endpoint, "get")


def of_django(resolver, prefix, deep=0):
    """Yield the paths of patterns that are plain text. Of a function the methods are not known."""
    for pattern in resolver.url_patterns if deep < DEEPEST else ():
        text = str(pattern.pattern).lstrip("^")
        text = text[:-1] if text.endswith("$") else text
        if PATTERN.search(text):
            continue
        path = prefix + text.replace("\\", "")
        if hasattr(pattern, "url_patterns"):
            yield from of_django(pattern, path, deep + 1)
        elif answers_get(pattern.callback):
            yield path


def answers_get(view):
    """Say whether nothing speaks against GET: neither its class, nor the methods that a router gave it."""
    actions, kind = getattr(view, "actions", None), getattr(view, "view_class", None)
    if actions:
        return "get" in actions
    return kind is None or hasattr(kind, "get")
