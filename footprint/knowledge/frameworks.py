"""The places where frameworks take the name of a module as a string: one row per word, for whoever reads or follows it.

Source: the documentation of Django (settings, URL dispatcher), Celery (configuration, autodiscover_tasks), Flask
(Config, application discovery), Werkzeug (import_string), Streamlit (Page, switch_page), Scrapy (SPIDER_MODULES),
click (lazily loading subcommands), runpy, Pyramid (Configurator.include, scan, dotted names that begin with a dot),
Venusian (Scanner.scan), Dependency Injector (wiring), Werkzeug (find_modules), discord.py (extensions).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Literal

# startup: loaded as soon as the code runs that holds the string; worker: the same, but only in a worker process of
# Celery, and looked up later elsewhere; worker only: nowhere else; lazy: looked up later; below: like lazy, and with
# everything below the package; whole: like startup, and with everything below; beside: only in processes that no entry
# starts, such as the runner of tests.
When = Literal["startup", "worker", "worker only", "lazy", "below", "whole", "beside"]

# What answers requests: by the distribution that a project requires for it.
WEB_FRAMEWORKS = frozenset({
    "aiohttp", "blacksheep", "bottle", "cherrypy", "django", "falcon", "fastapi", "flask", "litestar", "pyramid",
    "quart", "robyn", "sanic", "starlette", "streamlit", "tornado",
})  # fmt: skip

# By the last word of a call ("()"), of a keyword, of a key or of what is assigned to.
PLACES: Mapping[str, When] = {
    # MIDDLEWARE is loaded by the handler that get_wsgi_application() makes, LOGGING by django.setup().
    **dict.fromkeys((
        "DJANGO_SETTINGS_MODULE", "MIDDLEWARE", "LOGGING", "LOGGING_CONFIG", "FLASK_APP", "from_object()",
        "from_pyfile()", "import_string()", "import_from_string()", "run_path()", "config.include()",
        "configurator.include()", "load_extension()",
    ), "startup"),
    **dict.fromkeys((
        "config.scan()", "configurator.scan()", "scan()", "wire()", "find_modules()", "load_extensions()",
    ), "whole"),
    **dict.fromkeys(("TEST_RUNNER", "CRONJOBS", "CRON_CLASSES"), "beside"),
    # ROOT_URLCONF at the first request.
    **dict.fromkeys((
        "ROOT_URLCONF", "include()", "autodiscover_modules()", "st.Page()", "st.switch_page()", "st.page_link()",
        "lazy_subcommands",
    ), "lazy"),
    **dict.fromkeys((
        "CELERY_IMPORTS", "CELERY_INCLUDE", "conf.include", "conf.imports", "imports", "CELERY_BEAT_SCHEDULE",
        "CELERYBEAT_SCHEDULE", "beat_schedule",
    ), "worker only"),
    **dict.fromkeys(("config_from_object()", "CELERY_TASK_ROUTES", "task_routes"), "worker"),
    **dict.fromkeys(("SPIDER_MODULES", "NEWSPIDER_MODULE"), "below"),
}  # fmt: skip
# Words of places that a convention of its own reads, in which a name without a dot can be a module, too.
_OTHER_PLACES = frozenset({"autodiscover_tasks()", "related_name", "pytest_plugins", "Celery()"})
# Ends of the names of lists whose every member Django loads; the walk follows our own modules through the same.
LOADED_SETTINGS = ("_APPS", "MIDDLEWARE", "MIDDLEWARE_CLASSES")
FILE_PLACES = frozenset({"from_pyfile()", "run_path()", "st.Page()", "st.switch_page()", "st.page_link()"})
# Classes and functions, never a whole module; and words that others use as well.
_ONLY_DOTTED = frozenset({"MIDDLEWARE", "LOGGING", "LOGGING_CONFIG", "scan()", "wire()"})
# What a place calls in the module that it loads.
CALLED_IN: Mapping[str, str] = {
    **dict.fromkeys(("config.include()", "configurator.include()"), "includeme"),
    **dict.fromkeys(("load_extension()", "load_extensions()"), "setup"),
}
_OF_PYRAMID = frozenset({"config", "configurator"})


def row_of(place: Sequence[str]) -> tuple[str, When] | None:
    """Return the row that speaks of a string at `place`, as in `ImportSite.place`; the innermost word wins."""
    for word in reversed(place):
        for key in _keys_of(word):
            if key in PLACES:
                return key, PLACES[key]
        if word.endswith("MIDDLEWARE"):
            return "MIDDLEWARE", "startup"
    return None


@lru_cache(maxsize=4096)
def takes_plain_names(place: tuple[str, ...]) -> bool:
    """Whether a string without a dot can name a module there: INSTALLED_APPS = ["blog"]."""
    if installs(place):
        return True
    keys = {key for word in place for key in _keys_of(word)}
    return bool(keys & _OTHER_PLACES or (keys & PLACES.keys()) - _ONLY_DOTTED)


def installs(place: Sequence[str]) -> bool:
    """Whether applications of Django are named there: INSTALLED_APPS = [...], LOCAL_APPS.append(...)."""
    return any(part.endswith("_APPS") for word in place for part in word.split("."))


def takes_relative_names(place: Sequence[str]) -> bool:
    """Whether ".views" names a module beside the code there: in what a Configurator of Pyramid is told."""
    return any(word.endswith("()") and "." in word and word.split(".")[-2] in _OF_PYRAMID for word in place)


def scans_package(call: str) -> bool:
    """Whether a call loads all modules of the package that it is given; of its own, where it is given none."""
    return takes_relative_names((f"{call}()",)) and call.endswith(".scan")


def takes_files(place: Sequence[str]) -> bool:
    """Whether a string there can be the path of a Python file."""
    return any(key in FILE_PLACES for word in place for key in _keys_of(word))


def _keys_of(word: str) -> tuple[str, ...]:
    """Return what a row may call a word: `app.conf.include` as "conf.include" and "include"."""
    parts = word.strip("[]").split(".")
    return (".".join(parts[-2:]), parts[-1]) if len(parts) > 1 else (word,)
