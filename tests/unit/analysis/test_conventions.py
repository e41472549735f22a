"""What frameworks load by name, by folder or by a file's place, in tiny projects, and what they do not."""

from collections.abc import Mapping
from functools import lru_cache, partial
from pathlib import Path

import pytest

from footprint.analysis.conventions.named_modules import notes_left
from footprint.analysis.reach.entry_walk import classify_sites, walk, walk_all
from footprint.audit.project_code import read_code
from footprint.audit.target import Target, open_target
from footprint.config.audit_settings import read_options
from tests.unit.analysis.test_reach import Row, check_reached, entry_of, row
from tests.unit.collect.test_sources import sources_of

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


def served(settings: str = "", reached: str = "", *, entry: str = "proj.wsgi", **files: str) -> Row:
    """Return the Django project as its wsgi.py or `entry` starts it, and what is reached beside its own files."""
    there, never, others = reached.partition("never:")
    startup, _, lazy = there.partition("lazy:")
    told = f"{STARTED} {startup} lazy: proj/urls.py {lazy} {never} {others}"
    return row(django(settings, **files), told, entry=entry)


DJANGO_ROWS = {
    "settings by manage.py": served(entry="manage.py"),
    "settings by wsgi.py": served(),
    "settings by an assignment": row(
        {"main.py": 'os.environ["DJANGO_SETTINGS_MODULE"] = "settings"', "settings.py": "X = 1"}, "settings.py"
    ),
    "settings in a command": row(
        {"main.py": "", "conf/live.py": "X = 1"},
        "conf/live.py never: conf/test.py",
        command="DJANGO_SETTINGS_MODULE=conf.live gunicorn main",
    ),
    "settings as an option": row(
        {"conf/live.py": "X = 1"},
        "conf/live.py never: manage.py",
        entry="manage.py",
        command="python manage.py migrate --settings=conf.live",
    ),
    "split settings": row(
        {
            "main.py": 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conf.live")',
            "conf/base.py": 'INSTALLED_APPS = ["blog"]',
            "conf/live.py": "from .base import *",
            "conf/dev.py": "from .base import *",
            **BLOG,
        },
        "conf/__init__.py conf/base.py conf/live.py blog/__init__.py blog/models.py",
    ),
    "settings chosen by a variable": row(
        'os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"conf.{env}")',
        "lazy: conf/live.py conf/dev.py never: other.py",
    ),
    "other variable": row('os.environ.setdefault("X", "settings")', "never: settings.py"),
    "app config": served(
        'INSTALLED_APPS += ["shop.apps.ShopConfig"]',
        "shop/apps.py shop/signals.py shop/models.py lazy: shop/late.py never: shop/unrelated.py",
        shop__apps="class ShopConfig(AppConfig):\n  def ready(self):\n    import shop.signals\n"
        "  def other(self):\n    import shop.late",
    ),
    "app config that is found by itself": served(
        "",
        "blog/apps.py blog/receivers.py",
        blog__apps="class BlogConfig(AppConfig):\n  def ready(self):\n    from . import receivers",
    ),
    "app appended": served('INSTALLED_APPS.append("shop")', "shop/models.py"),
    "middleware": served(
        'MIDDLEWARE = ["shop.middle.Ware", "shop.func.make"]',
        "shop/middle.py shop/func.py",
        shop__middle="class Ware: pass",
        shop__func="def make(): pass",
    ),
    "logging": served(
        'LOGGING = {"handlers": {"h": {"class": "shop.logs.Handler"}}, "filters": {"f": {"()": "shop.filt.F"}}}',
        "shop/logs.py shop/filt.py",
        shop__logs="class Handler: pass",
        shop__filt="class F: pass",
    ),
    "names of loggers": served(
        'LOGGING = {"loggers": {"blog.views": {"handlers": ["blog.other"], "level": "INFO"}}}', "never: blog/views.py"
    ),
    "context processors, backends, routers, caches": served(
        'TEMPLATES = [{"OPTIONS": {"context_processors": ["shop.ctx.add"], "libraries": {"x": "shop.tags"}}}]\n'
        'AUTHENTICATION_BACKENDS = ["shop.auth.Backend"]\nDATABASE_ROUTERS = ["shop.routers.Router"]\n'
        'CACHES = {"default": {"BACKEND": "shop.cache.Cache"}}\nAUTH_USER_MODEL = "blog.User"',
        "lazy: shop/ctx.py shop/tags.py shop/auth.py shop/routers.py shop/cache.py",
        shop__ctx="def add(r): pass",
        shop__auth="class Backend: pass",
        shop__routers="class Router: pass",
        shop__cache="class Cache: pass",
        shop__other="class Other: pass",
    ),
    "urls": served(
        "",
        "lazy: blog/urls.py blog/views.py plain.py never: blog/other.py",
        blog__urls="from . import views",
        proj__urls='urlpatterns = [path("", include("blog.urls")), path("a", include("plain"))]',
    ),
    "found in an application by name": served(
        "",
        "lazy: blog/admin.py blog/translation.py blog/templatetags/tags.py blog/management/commands/job.py "
        "blog/work.py blog/migrations/0001_initial.py never: blog/dead.py",
        entry="manage.py",
        blog__management__commands__job="import blog.work",
    ),
    "autodiscover of any module": served(
        "",
        "blog/hooks.py",
        entry="main",
        main='from django.utils.module_loading import autodiscover_modules\nautodiscover_modules("hooks")\n' + SETTINGS,
    ),
    "no application": served('OTHER = ["shop"]', "never: shop/models.py shop/admin.py"),
}

worker = partial(row, launcher="celery")
CELERY_ROWS = {
    "include, worker": worker('app = Celery("x", include=["jobs.a", "plain"])', "jobs/a.py plain.py never: jobs/b.py"),
    "include, web": row('app = Celery("x", include=["jobs.a", "plain"])', "lazy: jobs/a.py plain.py never: jobs/b.py"),
    "conf": worker(
        {
            "main.py": 'app.conf.include = ["a"]\napp.conf.imports = ("b",)\napp.conf.update(imports=["c"], x="d")',
            **dict.fromkeys(["a.py", "b.py", "c.py", "d.py"], ""),
        },
        "a.py b.py c.py",
    ),
    "configuration module": worker(
        {
            "main.py": 'app.config_from_object("celeryconfig")',
            "celeryconfig.py": 'imports = ("jobs",)\nbroker_url = "redis"',
        },
        "celeryconfig.py jobs.py never: redis.py",
    ),
    "autodiscover": worker('app.autodiscover_tasks(["a", "b.c"])', "a/tasks.py b/c/tasks.py never: a/x.py d/tasks.py"),
    "autodiscover, web": row('app.autodiscover_tasks(["a"])', "lazy: a/tasks.py never: d/tasks.py"),
    "related name": worker(
        'app.autodiscover_tasks(["a"], related_name="jobs")', "a/__init__.py a/jobs.py never: a/tasks.py"
    ),
    "applications of Django": worker(
        {
            **django(),
            "proj/__init__.py": "from .celery import app",
            "proj/celery.py": SETTINGS + 'app = Celery("p")\napp.config_from_object("django.conf:settings")\n'
            "app.autodiscover_tasks()",
        },
        f"{STARTED} proj/celery.py blog/tasks.py lazy: proj/urls.py never: other/tasks.py",
        entry="proj",
    ),
    "applications that cannot be read": row("app.autodiscover_tasks(load_apps())", "lazy: a/tasks.py never: b/jobs.py"),
    "beat": row(
        {
            "main.py": 'app.conf.beat_schedule = {"x": {"task": "jobs.a.run", "schedule": 1.0}}',
            "jobs/a.py": "def run(): pass",
            "jobs/b.py": "def run(): pass",
        },
        "lazy: jobs/a.py",
    ),
    "app in the submodule": worker(
        {"p/celery.py": "app = 1"}, "p/__init__.py p/celery.py never: p/other.py", entry="p"
    ),
    "include of another call": worker('x = f(include=["a"])', "never: a.py"),
    "include of something else": worker('x = f(included=["a"])', "never: a.py"),
    "discover of something else": worker("app.discover_tasks()", "never: a/tasks.py"),
}

FLASK_ROWS = {
    "factory": row(
        {
            "main.py": "from app import create_app\napp = create_app()",
            "app/__init__.py": "from .f import create_app",
            "app/f.py": "def create_app():\n  register()\ndef register():\n  from .bp import bp",
        },
        "app/__init__.py app/f.py app/bp.py never: app/dead.py",
    ),
    "factory by the launcher": row(
        "def create_app():\n  from r import router", "r.py never: dead.py", entry="main:create_app()"
    ),
    "configuration object": row(
        {"main.py": 'app.config.from_object("config.Prod")', "config.py": "class Prod: pass"}, "config.py"
    ),
    "configuration module": row('app.config.from_object("config")', "config.py"),
    "configuration file": row(
        {"main.py": 'app.config.from_pyfile("conf.py")', "conf.py": "import a"}, "conf.py a.py never: dead.py"
    ),
    "import string": row(
        {"main.py": 'import_string("v.a:bp")\nimport_string("v.b.bp")', "v/a.py": "bp = 1", "v/b.py": "bp = 1"},
        "v/a.py v/b.py never: v/c.py",
    ),
    "import string in a view": row(
        {"main.py": 'def view():\n    return import_string("v.b.bp")', "v/b.py": "bp = 1"}, "lazy: v/b.py"
    ),
    "variable": row('os.environ["FLASK_APP"] = "web"', "web.py never: dead.py"),
    "lifespan": row("app = FastAPI(lifespan=run)\nasync def run(app):\n    import a\n    yield", "a.py never: b.py"),
    "object of something else": row('Schema.from_orm("config")', "never: config.py"),
}

LOOP = "import pkgutil, importlib\n"
LAZY = "import lazy_loader as lazy\n__getattr__, __dir__, __all__ = lazy."


def late(name: str) -> str:
    """A function that imports the module whose name is made so."""
    return f"{LOOP}def get(name):\n  return importlib.import_module({name})"


def named(table: str, name: str = "_ALL[name]") -> str:
    """A package that gives its names by `__getattr__`, out of a table."""
    return (
        f"import importlib\n_ALL = {table}\ndef __getattr__(name):\n  return importlib.import_module({name}, __name__)"
    )


COMPUTED_ROWS = {
    "f-string in a function": row(
        late('f"app.commands.{name}"'), "lazy: app/commands/a.py app/commands/b.py never: app/dead.py"
    ),
    "f-string at startup, one of them": row(
        LOOP + 'importlib.import_module(f"conf.{env}")', "conf/__init__.py lazy: conf/a.py never: dead.py"
    ),
    "prefix of a name": row(
        'def get(name):\n  return __import__(f"app.cmd_{name}", None, None, ["cli"])',
        "lazy: app/cmd_a.py never: app/other.py",
    ),
    "name in the middle": row(late('f"apps.{name}.models"'), "lazy: apps/a/models.py never: apps/a/views.py"),
    "sum": row(late('"app." + name'), "lazy: app/a.py never: b.py"),
    "percent": row(late('"app.%s" % name'), "lazy: app/a.py never: b.py"),
    "format": row(late('"app.{}.x".format(name)'), "lazy: app/a/x.py never: app/a/y.py"),
    "by a constant": row(
        LOOP + 'BASE = "app.commands"\ndef get(name):\n  path = f"{BASE}.{name}"\n'
        "  return importlib.import_module(path)",
        "lazy: app/commands/a.py never: app/x.py",
    ),
    "relative to the package": row(
        "import p",
        "p/__init__.py lazy: p/a.py never: q/a.py",
        init=LOOP + 'def get(name):\n  importlib.import_module("." + name, __package__)',
    ),
    "relative in a module": row(
        {
            "main.py": "import p.load",
            "p/load.py": LOOP + 'def get(n):\n  importlib.import_module(f".{n}", package=__package__)',
        },
        "p/load.py lazy: p/a.py never: q/a.py",
    ),
    "loop over the package": row(
        "import p",
        "p/__init__.py p/a.py p/q/__init__.py never: p/q/b.py z.py",
        init=LOOP + 'for m in pkgutil.iter_modules(__path__):\n    importlib.import_module(f"{__name__}.{m.name}")',
    ),
    "walk over another package": row(
        LOOP + "import p\ndef load():\n  for m in pkgutil.walk_packages(p.__path__, p.__name__ + '.'):\n"
        "    importlib.import_module(m.name)\nload()",
        "p/__init__.py p/a.py p/q/__init__.py p/q/b.py never: z.py",
    ),
    "walk over another package, unpacked": row(
        LOOP + "from app import p\ndef load():\n"
        '  for _, name, _ in pkgutil.iter_modules(p.__path__, prefix="app.p."):\n    importlib.import_module(name)',
        "app/p/__init__.py lazy: app/p/a.py never: z.py",
    ),
    "folder": row(
        "import p",
        "p/__init__.py p/a.py never: z.py",
        init="import importlib\nfrom pathlib import Path\n"
        'for f in Path(__file__).parent.glob("*.py"):\n  importlib.import_module(f"{__package__}.{f.stem}")',
    ),
    "folder, listed": row(
        "import p",
        "p/__init__.py p/a.py never: z.py",
        init="import os, importlib\n"
        'for f in os.listdir(os.path.dirname(__file__)):\n  if f.endswith(".py"):\n'
        '    importlib.import_module("." + f[:-3], __name__)',
    ),
    "comprehension": row(
        "import p",
        "p/__init__.py p/a.py never: z.py",
        init=LOOP + 'ALL = [importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)]',
    ),
    "over a literal list": row(
        'import importlib\nfor name in ("a", "b"):\n  importlib.import_module(f"app.{name}")',
        "app/a.py app/b.py never: app/c.py",
    ),
    "tests are no plugins": row(
        LOOP + 'def get(n):\n  importlib.import_module(f"app.{n}")', "lazy: app/a.py never: app/tests/test_a.py"
    ),
    "nothing is known": row(LOOP + "def get(n):\n  importlib.import_module(n)", "never: a.py"),
    "another package": row(LOOP + 'def get(n):\n  importlib.import_module(f"celery.{n}")', "never: a.py"),
}

LAZY_ROWS = {
    "lazy group": row(
        {
            "main.py": '@click.group(cls=LazyGroup, lazy_subcommands={"x": "app.cmd.x", "y": "app.y:cli", "z": "z"})\n'
            "def cli(): pass",
            "app/y.py": "cli = 1",
        },
        "lazy: app/cmd/x.py app/y.py z.py never: app/z.py",
    ),
    "typer": row("from app import users\napp.add_typer(users.app)", "app/users.py never: app/z.py"),
    "argparse": row(
        {
            "main.py": "from app.cmd import run\nparser.set_defaults(func=run)",
            "app/cmd.py": "def run():\n  import late",
        },
        "app/cmd.py lazy: late.py never: z.py",
    ),
    "lazy_loader": row(
        "import p",
        "p/__init__.py lazy: p/a.py p/b.py p/sub/c.py never: p/z.py a.py",
        init=LAZY + 'attach(__name__, submodules={"a"}, submod_attrs={"b": ["f"], "sub.c": ["g"]})',
    ),
    "lazy_loader, taken at once": row(
        "from p import a, f",
        "p/__init__.py p/a.py p/b.py lazy: p/c.py",
        init=LAZY + 'attach(__name__, submodules=["a"], submod_attrs={"b": ["f"], "c": ["g"]})',
    ),
    "lazy_loader, called at once": row(
        "import p\np.f()\np.a.x()",
        "p/__init__.py p/a.py p/b.py lazy: p/c.py",
        init=LAZY + 'attach(__name__, submodules=["a"], submod_attrs={"b": ["f"], "c": ["g"]})',
    ),
    "lazy_loader, stub": row(
        {
            "main.py": "from p import g",
            "p/__init__.py": "import lazy_loader as lazy\n__getattr__, __dir__, __all__ = "
            "lazy.attach_stub(__name__, __file__)",
            "p/__init__.pyi": "from .a import f\nfrom .b import g\nfrom . import c",
        },
        "p/__init__.py p/b.py lazy: p/a.py p/c.py never: p/z.py",
    ),
    "PEP 562": row(
        "import p", "p/__init__.py lazy: p/a.py p/b.py p/c.py p/d.py", init=named('{"A": ".a", "B": "b", "C": "p.c:C"}')
    ),
    "PEP 562, taken at once": row(
        "from p import A", "p/__init__.py p/a.py lazy: p/b.py", init=named('{"A": ".a", "B": ("p.b", "B")}')
    ),
    "PEP 562, names by module": row(
        "from p import A",
        "p/__init__.py p/a.py lazy: p/b.py",
        init=named('{"a": ["A"], "b": ["B"]}', "'.' + _find(name)"),
    ),
    "re-export": row(
        {
            "main.py": "from app import create_app\ncreate_app()",
            "app/__init__.py": "from .core import *",
            "app/core.py": "def create_app():\n  import late",
        },
        "app/__init__.py app/core.py late.py",
    ),
    "a table without __getattr__": row(
        "import p", "p/__init__.py never: p/a.py p/b.py", init='X = {"A": ".a", "B": "b"}'
    ),
}

PLACE_ROWS = {
    "streamlit": row(
        {"main.py": "import streamlit", "pages/1_first.py": "import a"},
        "lazy: pages/1_first.py a.py never: lib/x.py",
        entry="main.py",
        launcher="streamlit",
    ),
    "streamlit, by its import": row("import streamlit as st", "lazy: pages/1_first.py", entry="main.py"),
    "streamlit, named pages": row(
        'import streamlit as st\nst.Page("views/a.py")\nst.switch_page("views/b.py")',
        "lazy: views/a.py views/b.py never: views/c.py",
        entry="main.py",
        launcher="streamlit",
    ),
    "no streamlit": row("import flask", "never: pages/a.py", entry="main.py"),
    "gunicorn": row(
        {"main.py": "", "gunicorn.conf.py": 'wsgi_app = "web:app"\nimport log\ndef on_starting(s):\n  import late'},
        "gunicorn.conf.py web.py log.py lazy: late.py never: dead.py",
        launcher="gunicorn",
    ),
    "gunicorn, named": row(
        {"main.py": "", "etc/g.py": "import log"},
        "etc/g.py log.py never: gunicorn.conf.py",
        launcher="gunicorn",
        command="gunicorn -c etc/g.py main:app",
    ),
    "gunicorn, classes": row(
        {"main.py": "", "srv/work.py": "class W: pass", "srv/logs.py": "class L: pass", "srv/more.py": "class M: pass"},
        "srv/work.py srv/logs.py",
        launcher="gunicorn",
        command="gunicorn -k srv.work.W --logger-class=srv.logs.L main:app",
    ),
    "gunicorn, classes that are not ours": row(
        {"main.py": "", "srv.py": "class W: pass"},
        launcher="gunicorn",
        command="gunicorn -k uvicorn.workers.UvicornWorker --logger-class logs.srv.W main:app",
    ),
    "no gunicorn": row("", "never: gunicorn.conf.py", launcher="uvicorn"),
    "scrapy": row(
        {
            "main.py": 'SPIDER_MODULES = ["proj.spiders"]\nITEM_PIPELINES = {"proj.pipes.Pipe": 300}',
            "proj/pipes.py": "class Pipe: pass",
        },
        "lazy: proj/__init__.py proj/spiders/__init__.py proj/spiders/a.py proj/pipes.py never: proj/z.py",
    ),
    "modules of a worker": row(
        "", "jobs/a.py never: jobs/b.py web.py", launcher="dramatiq", command="dramatiq main jobs.a --threads 2"
    ),
    "package run as a module": row(
        {"p/__main__.py": "from . import a"}, "p/__init__.py p/a.py p/__main__.py never: p/z.py", entry="-m p"
    ),
    "run_path": row('import runpy\nrunpy.run_path("job.py")', "job.py never: z.py"),
    "opened": row('open("job.py")', "never: job.py"),
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
    check_reached(tmp_path, row)


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


# what a tool reaches beside the application is lazy
BESIDE = {
    "migrations": row(
        {
            "alembic/env.py": "from alembic import context\nfrom app.models import Base\ntarget_metadata = Base",
            "alembic/versions/0001_a.py": "import sqlalchemy",
        },
        "lazy: alembic/env.py alembic/versions/0001_a.py app/models.py never: app/dead.py",
    ),
    "migrations in a service": row(
        {"back/migrations/env.py": "from alembic import context\nimport models"},
        "lazy: back/migrations/env.py back/migrations/versions/a.py back/models.py never: models.py",
    ),
    "spiders": row(
        {
            "proj/settings.py": 'ITEM_PIPELINES = {"proj.pipes.Pipe": 1}',
            "proj/spiders/a.py": "import scrapy\nfrom proj import items",
            "proj/pipes.py": "class Pipe: pass",
        },
        "lazy: proj/settings.py proj/spiders/a.py proj/items.py proj/pipes.py never: proj/dead.py",
    ),
    "dags": row(
        {"dags/a.py": "import airflow\nimport shared", "dags/b.py": "from airflow import DAG"},
        "lazy: dags/a.py dags/b.py dags/shared.py never: dags/c.py",
    ),
    "commands of Django": row(
        {
            "manage.py": "def main():\n    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'conf.dev')\n"
            "    from django.core.management import execute_from_command_line\nmain()",
            "conf/dev.py": "from .base import *",
        },
        "lazy: manage.py conf/dev.py conf/base.py never: conf/live.py",
    ),
    "another manage.py": row({"manage.py": "import click, conf"}, "never: conf.py"),
    "another env.py": row({"app/env.py": "import os"}, "never: app/versions/a.py"),
    "migrations of a test": row({"tests/alembic/env.py": "from alembic import context"}),
    "spiders of another kind": row({"zoo/spiders/a.py": "import legs"}, "never: zoo/settings.py"),
    "dags of another kind": row({"dags/a.py": "import networkx"}),
}


@pytest.mark.parametrize("row", BESIDE.values(), ids=BESIDE)
def test_tools_run_files_beside_the_application(tmp_path: Path, row: Row) -> None:
    reaches = walk_all(sources_of(tmp_path, row.files), ())
    found = {one.path: one.status for each in reaches for one in each.modules}
    assert found == dict.fromkeys(row.lazy.split(), "lazy")


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
