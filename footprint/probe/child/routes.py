"""The routes of an application that can be asked without knowing more: GET, and no parameter in the path.

As FastAPI, Starlette, Flask and Django state them themselves. Run in a fork: Django loads its URLs for it.
"""

import re
import sys

MOST = 100
DEEPEST = 20  # an application can be mounted in itself
OWN_PATHS = ("/openapi.json", "/docs", "/redoc", "/docs/oauth2-redirect")  # that FastAPI adds
NAMED_GROUP = re.compile(r"[<({\[*+?|]")


def find(app, refused):
    """Return the paths, those left out of which a word is among the `refused`."""
    names = {base.__module__.partition(".")[0] for base in type(app).__mro__}
    if "starlette" in names:
        found = list(of_starlette(app, ""))
    elif "flask" in names:
        found = [rule.rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and not rule.arguments]
    elif "django" in names:
        __import__("django.urls")
        found = list(of_django(sys.modules["django.urls"].get_resolver(), ""))
    else:
        found = []
    kept = [path for path in dict.fromkeys(found) if not refused.intersection(re.findall("[a-z]+", path.lower()))]
    return kept[:MOST]


def of_starlette(app, prefix, deep=0):
    """Yield the paths of routes and of what is mounted."""
    for route in (getattr(app, "routes", None) or ()) if deep < DEEPEST else ():
        path = prefix + getattr(route, "path", "{")
        if "{" in path or path in OWN_PATHS:
            continue
        if "GET" in (getattr(route, "methods", None) or ()):
            yield path
        elif type(route).__name__ == "Mount":
            yield from of_starlette(route, path, deep + 1)


def of_django(resolver, prefix, deep=0):
    """Yield the paths of patterns that are plain text."""
    for pattern in resolver.url_patterns if deep < DEEPEST else ():
        text = str(pattern.pattern).lstrip("^")
        text = text[:-1] if text.endswith("$") else text
        if NAMED_GROUP.search(text):
            continue
        if hasattr(pattern, "url_patterns"):
            yield from of_django(pattern, prefix + text, deep + 1)
        else:
            yield "/" + (prefix + text).lstrip("/")
