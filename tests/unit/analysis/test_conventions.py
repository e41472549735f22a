"""What frameworks load by name, by folder or by a file's place, in tiny projects, and what they do not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import pytest

from footprint.analysis.conventions.named_modules import notes_left
from footprint.analysis.reach.entry_walk import classify_sites, walk, walk_all
from footprint.audit.project_code import read_code
from footprint.audit.target import Target, open_target
from footprint.config.audit_settings import read_options
from tests.unit.analysis.test_reach import entry_of
from tests.unit.collect.test_sources import sources_of


@dataclass(frozen=True)
class Row:
    """One tiny project: its files, where it starts, and what is reached; what is in neither list is not."""

    files: Mapping[str, str]
    startup: str = ""  # paths, separated by blanks; the entry's own file is not repeated
    lazy: str = ""
    entry: str = "main"
    launcher: str | None = None
    command: str | None = None


SETTINGS = 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "proj.settings")\n'
BLOG = {"blog/__init__.py": "", "blog/models.py": ""}
DJANGO = {
    "manage.py": f"def main():\n    {SETTINGS.splitlines()[0]}\n    {SETTINGS.splitlines()[1]}\n"
    'if __name__ == "__main__":\n    main()',
    "proj/__init__.py": "",
    "proj/wsgi.py": SETTINGS,
    "proj/settings.py": 'INSTALLED_APPS = ["blog"]\nROOT_URLCONF = "proj.urls"',
    "proj/urls.py": "",
    **BLOG,
}
STARTED = "proj/__init__.py proj/settings.py blog/__init__.py blog/models.py"


def django(settings: str = "", **files: str) -> dict[str, str]:
    """Return the Django project with more settings and more files; `__` in a name stands for a slash."""
    more = {f"{name.replace('__', '/')}.py": text for name, text in files.items()}
    return {**DJANGO, "proj/settings.py": f"{DJANGO['proj/settings.py']}\n{settings}", **more}


DJANGO_ROWS = {
    "settings by manage.py": Row(django(), STARTED, "proj/urls.py", "manage.py"),
    "settings by wsgi.py": Row(django(), STARTED, "proj/urls.py", "proj.wsgi"),
    "settings by an assignment": Row(
        {"main.py": 'os.environ["DJANGO_SETTINGS_MODULE"] = "settings"', "settings.py": "X = 1"}, "settings.py"
    ),
    "settings in a command": Row(
        {"main.py": "", "conf/live.py": "X = 1", "conf/test.py": ""},
        "conf/live.py",
        command="DJANGO_SETTINGS_MODULE=conf.live gunicorn main",
    ),
    "settings as an option": Row(
        {"manage.py": "", "conf/live.py": "X = 1"},
        "conf/live.py",
        entry="manage.py",
        command="python manage.py migrate --settings=conf.live",
    ),
    "split settings": Row(
        {
            "main.py": 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conf.live")',
            "conf/__init__.py": "",
            "conf/base.py": 'INSTALLED_APPS = ["blog"]',
            "conf/live.py": "from .base import *",
            "conf/dev.py": "from .base import *",
            **BLOG,
        },
        "conf/__init__.py conf/base.py conf/live.py blog/__init__.py blog/models.py",
    ),
    "settings chosen by a variable": Row(
        {
            "main.py": 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"conf.{env}")',
            "conf/live.py": "",
            "conf/dev.py": "",
            "other.py": "",
        },
        "",
        "conf/live.py conf/dev.py",
    ),
    "other variable": Row({"main.py": 'os.environ.setdefault("X", "settings")', "settings.py": ""}),
    "app config": Row(
        django(
            'INSTALLED_APPS += ["shop.apps.ShopConfig"]',
            shop__apps="class ShopConfig(AppConfig):\n  def ready(self):\n    import shop.signals\n"
            "  def other(self):\n    import shop.late",
            shop__signals="",
            shop__late="",
            shop__models="",
            shop__unrelated="",
        ),
        f"{STARTED} shop/apps.py shop/signals.py shop/models.py",
        "proj/urls.py shop/late.py",
        "proj.wsgi",
    ),
    "app config that is found by itself": Row(
        django(
            blog__apps="class BlogConfig(AppConfig):\n  def ready(self):\n    from . import receivers",
            blog__receivers="",
        ),
        f"{STARTED} blog/apps.py blog/receivers.py",
        "proj/urls.py",
        "proj.wsgi",
    ),
    "app appended": Row(
        django('INSTALLED_APPS.append("shop")', shop__models=""),
        f"{STARTED} shop/models.py",
        "proj/urls.py",
        "proj.wsgi",
    ),
    "middleware": Row(
        django(
            'MIDDLEWARE = ["shop.middle.Ware", "shop.func.make"]',
            shop__middle="class Ware: pass",
            shop__func="def make(): pass",
        ),
        f"{STARTED} shop/middle.py shop/func.py",
        "proj/urls.py",
        "proj.wsgi",
    ),
    "logging": Row(
        django(
            'LOGGING = {"handlers": {"h": {"class": "shop.logs.Handler"}}, "filters": {"f": {"()": "shop.filt.F"}}}',
            shop__logs="class Handler: pass",
            shop__filt="class F: pass",
        ),
        f"{STARTED} shop/logs.py shop/filt.py",
        "proj/urls.py",
        "proj.wsgi",
    ),
    "names of loggers": Row(
        django('LOGGING = {"loggers": {"blog.views": {"handlers": ["blog.other"], "level": "INFO"}}}', blog__views=""),
        STARTED,
        "proj/urls.py",
        "proj.wsgi",
    ),
    "context processors, backends, routers, caches": Row(
        django(
            'TEMPLATES = [{"OPTIONS": {"context_processors": ["shop.ctx.add"], "libraries": {"x": "shop.tags"}}}]\n'
            'AUTHENTICATION_BACKENDS = ["shop.auth.Backend"]\nDATABASE_ROUTERS = ["shop.routers.Router"]\n'
            'CACHES = {"default": {"BACKEND": "shop.cache.Cache"}}\nAUTH_USER_MODEL = "blog.User"',
            shop__ctx="def add(r): pass",
            shop__tags="",
            shop__auth="class Backend: pass",
            shop__routers="class Router: pass",
            shop__cache="class Cache: pass",
            shop__other="class Other: pass",
        ),
        STARTED,
        "proj/urls.py shop/ctx.py shop/tags.py shop/auth.py shop/routers.py shop/cache.py",
        "proj.wsgi",
    ),
    "urls": Row(
        {
            **django(blog__urls="from . import views", blog__views="", blog__other=""),
            "proj/urls.py": 'urlpatterns = [path("", include("blog.urls")), path("a", include("plain"))]',
            "plain.py": "",
        },
        STARTED,
        "proj/urls.py blog/urls.py blog/views.py plain.py",
        "proj.wsgi",
    ),
    "found in an application by name": Row(
        {
            **django(
                blog__admin="",
                blog__templatetags__tags="",
                blog__management__commands__job="import blog.work",
                blog__work="",
                blog__dead="",
                blog__translation="",
            ),
            "blog/migrations/0001_initial.py": "",
        },
        STARTED,
        "proj/urls.py blog/admin.py blog/translation.py blog/templatetags/tags.py blog/management/commands/job.py "
        "blog/work.py blog/migrations/0001_initial.py",
        "manage.py",
    ),
    "autodiscover of any module": Row(
        django(
            blog__hooks="",
            main="from django.utils.module_loading import autodiscover_modules\n"
            'autodiscover_modules("hooks")\n' + SETTINGS,
        ),
        f"{STARTED} blog/hooks.py",
        "proj/urls.py",
    ),
    "no application": Row(
        django('OTHER = ["shop"]', shop__models="", shop__admin=""), STARTED, "proj/urls.py", "proj.wsgi"
    ),
}

CELERY_ROWS = {
    "include, worker": Row(
        {"main.py": 'app = Celery("x", include=["jobs.a", "plain"])', "jobs/a.py": "", "jobs/b.py": "", "plain.py": ""},
        "jobs/a.py plain.py",
        launcher="celery",
    ),
    "include, web": Row(
        {"main.py": 'app = Celery("x", include=["jobs.a", "plain"])', "jobs/a.py": "", "jobs/b.py": "", "plain.py": ""},
        "",
        "jobs/a.py plain.py",
    ),
    "conf": Row(
        {
            "main.py": 'app.conf.include = ["a"]\napp.conf.imports = ("b",)\napp.conf.update(imports=["c"], x="d")',
            **dict.fromkeys(["a.py", "b.py", "c.py", "d.py"], ""),
        },
        "a.py b.py c.py",
        launcher="celery",
    ),
    "configuration module": Row(
        {
            "main.py": 'app.config_from_object("celeryconfig")',
            "celeryconfig.py": 'imports = ("jobs",)\nbroker_url = "redis"',
            "jobs.py": "",
            "redis.py": "",
        },
        "celeryconfig.py jobs.py",
        launcher="celery",
    ),
    "autodiscover": Row(
        {
            "main.py": 'app.autodiscover_tasks(["a", "b.c"])',
            "a/tasks.py": "",
            "a/x.py": "",
            "b/c/tasks.py": "",
            "d/tasks.py": "",
        },
        "a/tasks.py b/c/tasks.py",
        launcher="celery",
    ),
    "autodiscover, web": Row(
        {"main.py": 'app.autodiscover_tasks(["a"])', "a/tasks.py": "", "d/tasks.py": ""}, "", "a/tasks.py"
    ),
    "related name": Row(
        {
            "main.py": 'app.autodiscover_tasks(["a"], related_name="jobs")',
            "a/__init__.py": "",
            "a/tasks.py": "",
            "a/jobs.py": "",
        },
        "a/__init__.py a/jobs.py",
        launcher="celery",
    ),
    "applications of Django": Row(
        {
            **django(blog__tasks="", other__tasks=""),
            "proj/__init__.py": "from .celery import app",
            "proj/celery.py": SETTINGS + 'app = Celery("p")\napp.config_from_object("django.conf:settings")\n'
            "app.autodiscover_tasks()",
        },
        f"{STARTED} proj/celery.py blog/tasks.py",
        "proj/urls.py",
        "proj",
        launcher="celery",
    ),
    "applications that cannot be read": Row(
        {"main.py": "app.autodiscover_tasks(load_apps())", "a/tasks.py": "", "b/jobs.py": ""}, "", "a/tasks.py"
    ),
    "beat": Row(
        {
            "main.py": 'app.conf.beat_schedule = {"x": {"task": "jobs.a.run", "schedule": 1.0}}',
            "jobs/a.py": "def run(): pass",
            "jobs/b.py": "def run(): pass",
        },
        "",
        "jobs/a.py",
    ),
    "app in the submodule": Row(
        {"p/__init__.py": "", "p/celery.py": "app = 1", "p/other.py": ""},
        "p/__init__.py p/celery.py",
        entry="p",
        launcher="celery",
    ),
    "include of something else": Row({"main.py": 'x = f(included=["a"])', "a.py": ""}, launcher="celery"),
    "discover of something else": Row({"main.py": "app.discover_tasks()", "a/tasks.py": ""}, launcher="celery"),
}

FLASK_ROWS = {
    "factory": Row(
        {
            "main.py": "from app import create_app\napp = create_app()",
            "app/__init__.py": "from .f import create_app",
            "app/f.py": "def create_app():\n  register()\ndef register():\n  from .bp import bp",
            "app/bp.py": "",
            "app/dead.py": "",
        },
        "app/__init__.py app/f.py app/bp.py",
    ),
    "factory by the launcher": Row(
        {"main.py": "def create_app():\n  from r import router", "r.py": "", "dead.py": ""},
        "r.py",
        entry="main:create_app()",
    ),
    "configuration object": Row(
        {"main.py": 'app.config.from_object("config.Prod")', "config.py": "class Prod: pass"}, "config.py"
    ),
    "configuration module": Row({"main.py": 'app.config.from_object("config")', "config.py": ""}, "config.py"),
    "configuration file": Row(
        {"main.py": 'app.config.from_pyfile("conf.py")', "conf.py": "import a", "a.py": "", "dead.py": ""},
        "conf.py a.py",
    ),
    "import string": Row(
        {
            "main.py": 'import_string("v.a:bp")\nimport_string("v.b.bp")',
            "v/a.py": "bp = 1",
            "v/b.py": "bp = 1",
            "v/c.py": "",
        },
        "v/a.py v/b.py",
    ),
    "import string in a view": Row(
        {"main.py": 'def view():\n    return import_string("v.b.bp")', "v/b.py": "bp = 1"}, "", "v/b.py"
    ),
    "variable": Row({"main.py": 'os.environ["FLASK_APP"] = "web"', "web.py": "", "dead.py": ""}, "web.py"),
    "lifespan": Row(
        {
            "main.py": "app = FastAPI(lifespan=run)\nasync def run(app):\n    import a\n    yield",
            "a.py": "",
            "b.py": "",
        },
        "a.py",
    ),
    "object of something else": Row({"main.py": 'Schema.from_orm("config")', "config.py": ""}),
}

LOOP = "import pkgutil, importlib\n"
COMPUTED_ROWS = {
    "f-string in a function": Row(
        {
            "main.py": LOOP + 'def get(name):\n  return importlib.import_module(f"app.commands.{name}")',
            "app/commands/a.py": "",
            "app/commands/b.py": "",
            "app/dead.py": "",
        },
        "",
        "app/commands/a.py app/commands/b.py",
    ),
    "f-string at startup, one of them": Row(
        {
            "main.py": LOOP + 'importlib.import_module(f"conf.{env}")',
            "conf/__init__.py": "",
            "conf/a.py": "",
            "dead.py": "",
        },
        "conf/__init__.py",
        "conf/a.py",
    ),
    "prefix of a name": Row(
        {
            "main.py": 'def get(name):\n  return __import__(f"app.cmd_{name}", None, None, ["cli"])',
            "app/cmd_a.py": "",
            "app/other.py": "",
        },
        "",
        "app/cmd_a.py",
    ),
    "name in the middle": Row(
        {
            "main.py": LOOP + 'def get(name):\n  return importlib.import_module(f"apps.{name}.models")',
            "apps/a/models.py": "",
            "apps/a/views.py": "",
        },
        "",
        "apps/a/models.py",
    ),
    "sum": Row(
        {
            "main.py": LOOP + 'def get(name):\n  return importlib.import_module("app." + name)',
            "app/a.py": "",
            "b.py": "",
        },
        "",
        "app/a.py",
    ),
    "percent": Row(
        {
            "main.py": LOOP + 'def get(name):\n  return importlib.import_module("app.%s" % name)',
            "app/a.py": "",
            "b.py": "",
        },
        "",
        "app/a.py",
    ),
    "format": Row(
        {
            "main.py": LOOP + 'def get(name):\n  return importlib.import_module("app.{}.x".format(name))',
            "app/a/x.py": "",
            "app/a/y.py": "",
        },
        "",
        "app/a/x.py",
    ),
    "by a constant": Row(
        {
            "main.py": LOOP + 'BASE = "app.commands"\ndef get(name):\n  path = f"{BASE}.{name}"\n'
            "  return importlib.import_module(path)",
            "app/commands/a.py": "",
            "app/x.py": "",
        },
        "",
        "app/commands/a.py",
    ),
    "relative to the package": Row(
        {
            "main.py": "import p",
            "p/__init__.py": LOOP + 'def get(name):\n  importlib.import_module("." + name, __package__)',
            "p/a.py": "",
            "q/a.py": "",
        },
        "p/__init__.py",
        "p/a.py",
    ),
    "relative in a module": Row(
        {
            "main.py": "import p.load",
            "p/load.py": LOOP + 'def get(n):\n  importlib.import_module(f".{n}", package=__package__)',
            "p/a.py": "",
            "q/a.py": "",
        },
        "p/load.py",
        "p/a.py",
    ),
    "loop over the package": Row(
        {
            "main.py": "import p",
            "p/__init__.py": LOOP + "for m in pkgutil.iter_modules(__path__):\n"
            '    importlib.import_module(f"{__name__}.{m.name}")',
            "p/a.py": "",
            "p/q/__init__.py": "",
            "p/q/b.py": "",
            "z.py": "",
        },
        "p/__init__.py p/a.py p/q/__init__.py",
        "",
    ),
    "walk over another package": Row(
        {
            "main.py": LOOP + "import p\ndef load():\n  for m in pkgutil.walk_packages(p.__path__, p.__name__ + '.'):\n"
            "    importlib.import_module(m.name)\nload()",
            "p/__init__.py": "",
            "p/a.py": "",
            "p/q/__init__.py": "",
            "p/q/b.py": "",
            "z.py": "",
        },
        "p/__init__.py p/a.py p/q/__init__.py p/q/b.py",
    ),
    "walk over another package, unpacked": Row(
        {
            "main.py": LOOP + "from app import p\ndef load():\n"
            '  for _, name, _ in pkgutil.iter_modules(p.__path__, prefix="app.p."):\n    importlib.import_module(name)',
            "app/p/__init__.py": "",
            "app/p/a.py": "",
            "z.py": "",
        },
        "app/p/__init__.py",
        "app/p/a.py",
    ),
    "folder": Row(
        {
            "main.py": "import p",
            "p/__init__.py": "import importlib\nfrom pathlib import Path\n"
            'for f in Path(__file__).parent.glob("*.py"):\n  importlib.import_module(f"{__package__}.{f.stem}")',
            "p/a.py": "",
            "z.py": "",
        },
        "p/__init__.py p/a.py",
    ),
    "folder, listed": Row(
        {
            "main.py": "import p",
            "p/__init__.py": "import os, importlib\n"
            'for f in os.listdir(os.path.dirname(__file__)):\n  if f.endswith(".py"):\n'
            '    importlib.import_module("." + f[:-3], __name__)',
            "p/a.py": "",
            "z.py": "",
        },
        "p/__init__.py p/a.py",
    ),
    "comprehension": Row(
        {
            "main.py": "import p",
            "p/__init__.py": LOOP
            + 'ALL = [importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)]',
            "p/a.py": "",
            "z.py": "",
        },
        "p/__init__.py p/a.py",
    ),
    "over a literal list": Row(
        {
            "main.py": 'import importlib\nfor name in ("a", "b"):\n  importlib.import_module(f"app.{name}")',
            "app/a.py": "",
            "app/b.py": "",
            "app/c.py": "",
        },
        "app/a.py app/b.py",
    ),
    "tests are no plugins": Row(
        {
            "main.py": LOOP + 'def get(n):\n  importlib.import_module(f"app.{n}")',
            "app/a.py": "",
            "app/tests/test_a.py": "",
        },
        "",
        "app/a.py",
    ),
    "nothing is known": Row({"main.py": LOOP + "def get(n):\n  importlib.import_module(n)", "a.py": ""}),
    "another package": Row({"main.py": LOOP + 'def get(n):\n  importlib.import_module(f"celery.{n}")', "a.py": ""}),
}

LAZY_ROWS = {
    "lazy group": Row(
        {
            "main.py": '@click.group(cls=LazyGroup, lazy_subcommands={"x": "app.cmd.x", "y": "app.y:cli", "z": "z"})\n'
            "def cli(): pass",
            "app/cmd/x.py": "",
            "app/y.py": "cli = 1",
            "app/z.py": "",
            "z.py": "",
        },
        "",
        "app/cmd/x.py app/y.py z.py",
    ),
    "typer": Row(
        {"main.py": "from app import users\napp.add_typer(users.app)", "app/users.py": "", "app/z.py": ""},
        "app/users.py",
    ),
    "argparse": Row(
        {
            "main.py": "from app.cmd import run\nparser.set_defaults(func=run)",
            "app/cmd.py": "def run():\n  import late",
            "late.py": "",
            "z.py": "",
        },
        "app/cmd.py",
        "late.py",
    ),
    "lazy_loader": Row(
        {
            "main.py": "import p",
            "p/__init__.py": "import lazy_loader as lazy\n__getattr__, __dir__, __all__ = lazy.attach("
            '__name__, submodules={"a"}, submod_attrs={"b": ["f"], "sub.c": ["g"]})',
            "p/a.py": "",
            "p/b.py": "",
            "p/sub/c.py": "",
            "p/z.py": "",
            "a.py": "",
        },
        "p/__init__.py",
        "p/a.py p/b.py p/sub/c.py",
    ),
    "lazy_loader, taken at once": Row(
        {
            "main.py": "from p import a, f",
            "p/__init__.py": "import lazy_loader as lazy\n__getattr__, __dir__, __all__ = "
            'lazy.attach(__name__, submodules=["a"], submod_attrs={"b": ["f"], "c": ["g"]})',
            "p/a.py": "",
            "p/b.py": "",
            "p/c.py": "",
        },
        "p/__init__.py p/a.py p/b.py",
        "p/c.py",
    ),
    "lazy_loader, called at once": Row(
        {
            "main.py": "import p\np.f()\np.a.x()",
            "p/__init__.py": "import lazy_loader as lazy\n__getattr__, __dir__, "
            '__all__ = lazy.attach(__name__, submodules=["a"], submod_attrs={"b": ["f"], "c": ["g"]})',
            "p/a.py": "",
            "p/b.py": "",
            "p/c.py": "",
        },
        "p/__init__.py p/a.py p/b.py",
        "p/c.py",
    ),
    "lazy_loader, stub": Row(
        {
            "main.py": "from p import g",
            "p/__init__.py": "import lazy_loader as lazy\n__getattr__, __dir__, __all__ = "
            "lazy.attach_stub(__name__, __file__)",
            "p/__init__.pyi": "from .a import f\nfrom .b import g\nfrom . import c",
            "p/a.py": "",
            "p/b.py": "",
            "p/c.py": "",
            "p/z.py": "",
        },
        "p/__init__.py p/b.py",
        "p/a.py p/c.py",
    ),
    "PEP 562": Row(
        {
            "main.py": "import p",
            "p/__init__.py": 'import importlib\n_ALL = {"A": ".a", "B": "b", "C": "p.c:C"}\n'
            "def __getattr__(name):\n  return importlib.import_module(_ALL[name], __name__)",
            "p/a.py": "",
            "p/b.py": "",
            "p/c.py": "",
            "p/d.py": "",
        },
        "p/__init__.py",
        "p/a.py p/b.py p/c.py p/d.py",
    ),
    "PEP 562, taken at once": Row(
        {
            "main.py": "from p import A",
            "p/__init__.py": 'import importlib\n_ALL = {"A": ".a", "B": ("p.b", "B")}\n'
            "def __getattr__(name):\n  return importlib.import_module(_ALL[name], __name__)",
            "p/a.py": "",
            "p/b.py": "",
        },
        "p/__init__.py p/a.py",
        "p/b.py",
    ),
    "PEP 562, names by module": Row(
        {
            "main.py": "from p import A",
            "p/__init__.py": 'import importlib\n_ALL = {"a": ["A"], "b": ["B"]}\n'
            "def __getattr__(name):\n  return importlib.import_module('.' + _find(name), __name__)",
            "p/a.py": "",
            "p/b.py": "",
        },
        "p/__init__.py p/a.py",
        "p/b.py",
    ),
    "re-export": Row(
        {
            "main.py": "from app import create_app\ncreate_app()",
            "app/__init__.py": "from .core import *",
            "app/core.py": "def create_app():\n  import late",
            "late.py": "",
        },
        "app/__init__.py app/core.py late.py",
    ),
    "a table without __getattr__": Row(
        {"main.py": "import p", "p/__init__.py": 'X = {"A": ".a", "B": "b"}', "p/a.py": "", "p/b.py": ""},
        "p/__init__.py",
    ),
}

PLACE_ROWS = {
    "streamlit": Row(
        {"main.py": "import streamlit", "pages/1_first.py": "import a", "a.py": "", "lib/x.py": ""},
        "",
        "pages/1_first.py a.py",
        entry="main.py",
        launcher="streamlit",
    ),
    "streamlit, by its import": Row(
        {"main.py": "import streamlit as st", "pages/1_first.py": ""}, "", "pages/1_first.py", entry="main.py"
    ),
    "streamlit, named pages": Row(
        {
            "main.py": 'import streamlit as st\nst.Page("views/a.py")\nst.switch_page("views/b.py")',
            "views/a.py": "",
            "views/b.py": "",
            "views/c.py": "",
        },
        "",
        "views/a.py views/b.py",
        entry="main.py",
        launcher="streamlit",
    ),
    "no streamlit": Row({"main.py": "import flask", "pages/a.py": ""}, entry="main.py"),
    "gunicorn": Row(
        {
            "main.py": "",
            "gunicorn.conf.py": 'wsgi_app = "web:app"\nimport log\ndef on_starting(s):\n  import late',
            "web.py": "",
            "log.py": "",
            "late.py": "",
            "dead.py": "",
        },
        "gunicorn.conf.py web.py log.py",
        "late.py",
        launcher="gunicorn",
    ),
    "gunicorn, named": Row(
        {"main.py": "", "etc/g.py": "import log", "log.py": "", "gunicorn.conf.py": ""},
        "etc/g.py log.py",
        launcher="gunicorn",
        command="gunicorn -c etc/g.py main:app",
    ),
    "gunicorn, classes": Row(
        {"main.py": "", "srv/work.py": "class W: pass", "srv/logs.py": "class L: pass", "srv/more.py": "class M: pass"},
        "srv/work.py srv/logs.py",
        launcher="gunicorn",
        command="gunicorn -k srv.work.W --logger-class=srv.logs.L main:app",
    ),
    "gunicorn, classes that are not ours": Row(
        {"main.py": "", "srv.py": "class W: pass"},
        launcher="gunicorn",
        command="gunicorn -k uvicorn.workers.UvicornWorker --logger-class logs.srv.W main:app",
    ),
    "no gunicorn": Row({"main.py": "", "gunicorn.conf.py": ""}, launcher="uvicorn"),
    "scrapy": Row(
        {
            "main.py": 'SPIDER_MODULES = ["proj.spiders"]\nITEM_PIPELINES = {"proj.pipes.Pipe": 300}',
            "proj/__init__.py": "",
            "proj/spiders/__init__.py": "",
            "proj/spiders/a.py": "",
            "proj/pipes.py": "class Pipe: pass",
            "proj/z.py": "",
        },
        "",
        "proj/__init__.py proj/spiders/__init__.py proj/spiders/a.py proj/pipes.py",
    ),
    "modules of a worker": Row(
        {"main.py": "", "jobs/a.py": "", "jobs/b.py": "", "web.py": ""},
        "jobs/a.py",
        launcher="dramatiq",
        command="dramatiq main jobs.a --threads 2",
    ),
    "package run as a module": Row(
        {"p/__init__.py": "", "p/__main__.py": "from . import a", "p/a.py": "", "p/z.py": ""},
        "p/__init__.py p/a.py p/__main__.py",
        entry="-m p",
    ),
    "run_path": Row({"main.py": 'import runpy\nrunpy.run_path("job.py")', "job.py": "", "z.py": ""}, "job.py"),
    "opened": Row({"main.py": 'open("job.py")', "job.py": ""}),
}


ROWS = {
    f"{group}: {name}": row
    for group, rows in {
        "Django": DJANGO_ROWS,
        "Celery": CELERY_ROWS,
        "Flask": FLASK_ROWS,
        "computed": COMPUTED_ROWS,
        "lazy": LAZY_ROWS,
        "place": PLACE_ROWS,
    }.items()
    for name, row in rows.items()
}


COMMANDS = {
    "celery": "celery -A {} worker",
    "gunicorn": "gunicorn {}:app",
    "streamlit": "streamlit run {}",
    "uvicorn": "uvicorn {}:app",
}


@lru_cache
def target() -> Target:
    """Return the interpreter of the tests: it is asked once."""
    return open_target(read_options({}, Path(__file__).parent).target, starts=True)


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_reading_in_full_only_what_matters_changes_nothing(tmp_path: Path, row: Row) -> None:
    sources = sources_of(tmp_path, row.files)
    command = row.command or (COMMANDS[row.launcher].format(row.entry) if row.launcher else None)
    if command is not None:
        (tmp_path / "Procfile").write_text(f"web: {command}")
    options = read_options({"entries": () if command else (row.entry,)}, tmp_path)
    code = read_code(options.target, target(), thorough=False)
    assert code.entries
    full, quick = walk(sources, code.entries), walk(code.sources, code.entries)
    statuses, expected = ([{one.path: one.status for one in each.modules} for each in found] for found in (quick, full))
    assert statuses == expected
    assert [each.startup_functions for each in quick] == [each.startup_functions for each in full]
    assert [each.notes for each in quick] == [each.notes for each in full]


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_framework_loads(tmp_path: Path, row: Row) -> None:
    sources = sources_of(tmp_path, row.files)
    entry = entry_of(tmp_path, sources, row.entry)
    (reach,) = walk(sources, (replace(entry, launcher=row.launcher, command=row.command),))
    found = {module.path: module.status for module in reach.modules}
    own = {path for path in found if path in {entry.file, f"{(entry.module or '').replace('.', '/')}.py"}}
    expected = dict.fromkeys(row.startup.split(), "startup") | dict.fromkeys(row.lazy.split(), "lazy")
    assert {path: status for path, status in found.items() if path not in own - expected.keys()} == expected


READ = {
    "part of the name": ('importlib.import_module(f"app.{name}")', 0),
    "a package of somebody else": ('importlib.import_module(f"celery.{name}")', 1),
    "nothing of the name": ("importlib.import_module(name)", 1),
    "end of the name": ('importlib.import_module(f"{name}.models")', 1),
    "one of two": ('importlib.import_module(f"app.{name}"); importlib.import_module(name)', 1),
}


@pytest.mark.parametrize(("text", "count"), READ.values(), ids=READ)
def test_computed_import_is_noted_only_when_it_cannot_be_read(tmp_path: Path, text: str, count: int) -> None:
    files = {"main.py": f"import importlib\n{text.replace('; ', chr(10))}", "app/a.py": ""}
    sources = sources_of(tmp_path, files)
    (reach,) = walk(sources, (entry_of(tmp_path, sources, "main"),))
    assert len(reach.notes) == len(notes_left(sources)) == count


def test_what_an_application_brings_names_the_line_that_installs_it(tmp_path: Path) -> None:
    files = django(blog__views="", proj__urls='include("blog.views")')
    sources = sources_of(tmp_path, files)
    (reach,) = walk(sources, (entry_of(tmp_path, sources, "proj.wsgi"),))
    chains = {one.path: [f"{site.path}:{site.line}" for site in one.chain] for one in reach.modules}
    assert chains["blog/models.py"] == ["proj/wsgi.py:2", "proj/settings.py:1"]
    assert chains["blog/views.py"] == ["proj/wsgi.py:2", "proj/settings.py:2", "proj/urls.py:1"]


HOSTILE = {
    "many stars": {
        "main.py": "import importlib\nimportlib.import_module(f'p.{" + "}a{".join("abcdefghijklmnopqrstuvwxyz") + "}')",
        f"p/{'a' * 200}b.py": "",
    },
    "names made of names": {
        "main.py": "import importlib\na = 'p.'\n"
        + "".join(
            f"{name} = f'{''.join(['{' + before + '}'] * 30)}'\n"
            for before, name in zip("abcdefg", "bcdefgh", strict=True)
        )
        + "importlib.import_module(h)",
    },
    "names that are made of themselves": {"main.py": "import importlib\na = b\nb = a\nimportlib.import_module(a)"},
    "many lists": {
        "main.py": "import importlib\nx = " + repr(list("abcdefghij")) + "\n"
        "for a in x:\n for b in x:\n  for c in x:\n   importlib.import_module(f'p.{a}.{b}.{c}')",
    },
    "an application that is all": {"main.py": "INSTALLED_APPS = ['.', '..', '', 'main', 'a.b.c', 'main.main']"},
    "a table of nonsense": {
        "main.py": "X = {1: 2, None: 'a', 'b': ['.', '...', 'c' * 300], **Y, 'main': 'main'}\ndef __getattr__(n): pass"
    },
    "deep attach": {"main.py": "lazy.attach(__name__, *a, **b)\nlazy.attach(__name__, {}, {1: 2, **c})"},
}


@pytest.mark.parametrize("files", HOSTILE.values(), ids=HOSTILE)
def test_hostile_file_ends_the_walk_at_itself(tmp_path: Path, files: Mapping[str, str]) -> None:
    sources = sources_of(tmp_path, files)
    (reach,) = walk(sources, (entry_of(tmp_path, sources, "main"),))
    assert "main.py" in {one.path for one in reach.modules}


# (files, paths that a tool reaches beside the application)
BESIDE = {
    "migrations": (
        {
            "alembic/env.py": "from alembic import context\nfrom app.models import Base\ntarget_metadata = Base",
            "alembic/versions/0001_a.py": "import sqlalchemy",
            "app/models.py": "",
            "app/dead.py": "",
        },
        "alembic/env.py alembic/versions/0001_a.py app/models.py",
    ),
    "migrations in a service": (
        {
            "back/migrations/env.py": "from alembic import context\nimport models",
            "back/migrations/versions/a.py": "",
            "back/models.py": "",
            "models.py": "",
        },
        "back/migrations/env.py back/migrations/versions/a.py back/models.py",
    ),
    "spiders": (
        {
            "proj/settings.py": 'ITEM_PIPELINES = {"proj.pipes.Pipe": 1}',
            "proj/spiders/a.py": "import scrapy\nfrom proj import items",
            "proj/items.py": "",
            "proj/pipes.py": "class Pipe: pass",
            "proj/dead.py": "",
        },
        "proj/settings.py proj/spiders/a.py proj/items.py proj/pipes.py",
    ),
    "dags": (
        {
            "dags/a.py": "import airflow\nimport shared",
            "dags/b.py": "from airflow import DAG",
            "dags/c.py": "",
            "dags/shared.py": "",
        },
        "dags/a.py dags/b.py dags/shared.py",
    ),
    "commands of Django": (
        {
            "manage.py": "def main():\n    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'conf.dev')\n"
            "    from django.core.management import execute_from_command_line\nmain()",
            "conf/dev.py": "from .base import *",
            "conf/base.py": "",
            "conf/live.py": "",
        },
        "manage.py conf/dev.py conf/base.py",
    ),
    "another manage.py": ({"manage.py": "import click, conf", "conf.py": ""}, ""),
    "another env.py": ({"app/env.py": "import os", "app/versions/a.py": ""}, ""),
    "migrations of a test": ({"tests/alembic/env.py": "from alembic import context"}, ""),
    "spiders of another kind": ({"zoo/settings.py": "", "zoo/spiders/a.py": "import legs"}, ""),
    "dags of another kind": ({"dags/a.py": "import networkx"}, ""),
}


@pytest.mark.parametrize(("files", "expected"), BESIDE.values(), ids=BESIDE)
def test_tools_run_files_beside_the_application(tmp_path: Path, files: Mapping[str, str], expected: str) -> None:
    reaches = walk_all(sources_of(tmp_path, files), ())
    found = {one.path: one.status for each in reaches for one in each.modules}
    assert found == dict.fromkeys(expected.split(), "lazy")


SUPPORT = {
    "imports pytest": ({"kit.py": "import pytest\nimport faker"}, "tests"),
    "named by a conftest": (
        {"conftest.py": 'pytest_plugins = ["app.kit"]', "app/kit.py": "import faker"},
        "tests",
    ),
    "named by one name": ({"conftest.py": 'pytest_plugins = "kit"', "kit.py": "import faker"}, "tests"),
    "imports pytest, and the application imports it": (
        {"main.py": "import kit", "kit.py": "import pytest\nimport faker"},
        "startup",
    ),
    "named by something else": ({"conftest.py": 'plugins = ["app.kit"]', "app/kit.py": "import faker"}, "unreached"),
    "imports pytest in a function": ({"kit.py": "def f():\n    import pytest\nimport faker"}, "unreached"),
}


@pytest.mark.parametrize(("files", "expected"), SUPPORT.values(), ids=SUPPORT)
def test_what_serves_tests_only_is_for_tests(tmp_path: Path, files: Mapping[str, str], expected: str) -> None:
    sources = sources_of(tmp_path, {"main.py": "", **files})
    reaches = walk(sources, (entry_of(tmp_path, sources, "main"),))
    assert {use.status for use in classify_sites(sources, reaches) if use.site.module == "faker"} == {expected}
