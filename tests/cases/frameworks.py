"""What frameworks load by themselves: settings, applications, tasks, factories, migrations, command groups."""

from collections.abc import Mapping

from tests.cases.case import Case, code, lib, libs
from tests.cases.libraries import DJANGO, settings

SITE = {**libs("a b c celery flask fastapi alembic click typer pytest sqlalchemy"), "django": DJANGO}
SHOP = {"shop/apps.py": "from django.apps import AppConfig\nclass ShopConfig(AppConfig): ...\n"}
WEB = "web: uvicorn main:app\n"


def django(text: str, *lines: str, **files: str) -> dict[str, str]:
    return {**settings(text, *lines), "shop/urls.py": "urlpatterns = []\n", **SHOP, **files}


def app(text: str, *lines: str, files: Mapping[str, str] | None = None, procfile: str = WEB) -> dict[str, str]:
    return {**code(text, *lines, Procfile=procfile), **(files or {})}


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "Django": {
        "models of an installed application": Case(
            {**django("INSTALLED_APPS = ['cart']\n", "a"), "cart/__init__.py": "", "cart/models.py": "import a\n"},
            {"a": "startup cart/models.py:1"},
        ),
        # Django loads the URLs with the first request.
        "an installed application of others": Case(
            django("INSTALLED_APPS = ['corsheaders']\n", "django-cors-headers"),
            {"django-cors-headers": "implied certain shop/settings.py:2"},
            {**SITE, "django-cors-headers": lib("corsheaders/__init__.py")},
        ),
        "noop: models of what is not installed": Case(
            {**django("INSTALLED_APPS = []\n", "a"), "cart/__init__.py": "", "cart/models.py": "import a\n"},
            {"a": "unreached cart/models.py:1"},
        ),
        "noop: tests of an application": Case(
            {**django("INSTALLED_APPS = ['cart']\n", "a"), "cart/__init__.py": "", "cart/tests.py": "import a\n"},
            {"a": "tests cart/tests.py:1"},
        ),
        "noop: a comment in the settings": Case(
            django("# INSTALLED_APPS = ['corsheaders']\n", "django-cors-headers"), {"django-cors-headers": "unused"},
            {**SITE, "django-cors-headers": lib("corsheaders/__init__.py")},
        ),
    },
    "Celery": {
        "tasks found by autodiscover": Case(
            app("from celery import Celery\nqueue = Celery('p')\nqueue.autodiscover_tasks(['jobs'])", "celery", "a",
                files={"jobs/__init__.py": "", "jobs/tasks.py": "import a\n"},
                procfile="worker: celery -A main worker\n"),
            {"a": "startup jobs/tasks.py:1"},
        ),
        "noop: another package's tasks": Case(
            app("from celery import Celery\nqueue = Celery('p')\nqueue.autodiscover_tasks(['jobs'])", "celery", "a",
                files={"old/__init__.py": "", "old/tasks.py": "import a\n", "jobs/__init__.py": ""},
                procfile="worker: celery -A main worker\n"),
            {"a": "unreached old/tasks.py:1"},
        ),
    },
    "Flask and FastAPI": {
        "a factory that the server calls": Case(
            {"main.py": "def create_app():\n    from flask import Flask\n    import a\n    return Flask('p')\n",
             "requirements.txt": "flask\na\n", "Procfile": "web: gunicorn 'main:create_app()'\n"},
            {"flask": "startup main.py:2", "a": "startup main.py:3"},
        ),
        "FLASK_APP": Case(
            {"site_app.py": "import a\napp = 1\n", ".flaskenv": "FLASK_APP=site_app\n",
              "requirements.txt": "a\nflask\n",
             "Procfile": "web: flask run\n"},
            {"a": "startup site_app.py:1"},
        ),
        "noop: a route imports late": Case(
            app("from flask import Flask\napp = Flask('p')\n@app.route('/')\ndef index():\n    import a\n", "flask",
              "a"),
            {"a": "lazy main.py:5"},
        ),
        "noop: a dependency of FastAPI runs per request": Case(
            app("from fastapi import Depends, FastAPI\napp = FastAPI()\ndef db():\n    import a\n"
                "@app.get('/')\ndef index(x=Depends(db)): ...\n", "fastapi", "a"),
            {"a": "lazy main.py:4"},
        ),
    },
    "pytest": {
        "a test": Case(app("", "a", files={"tests/test_a.py": "import a\n"}), {"a": "tests tests/test_a.py:1"}),
        "noop: a module of the application named like one": Case(
            app("import contest\nimport latest", "a", files={"contest.py": "import a\n", "latest.py": ""}),
            {"a": "startup contest.py:1"},
        ),
    },
    "Alembic": {
        "env.py, when the release step migrates": Case(
            app("", "alembic", "a", procfile=f"release: alembic upgrade head\n{WEB}",
                files={"alembic.ini": "[alembic]\nscript_location = migrations\n",
                       "migrations/env.py": "from alembic import context\nimport a\n",
                       "migrations/versions/1_x.py": "from alembic import op\nimport b\n"}),
            {"a": "lazy migrations/env.py:2"}, findings=("FP105 b migrations/versions/1_x.py:2",),
        ),
        "noop: folders named migrations without Alembic": Case(
            app("", "a", files={"migrations/env.py": "import a\n"}), {"a": "unreached migrations/env.py:1"},
        ),
    },
    "command groups": {
        "a lazy group: names in a table": Case(
            app("import click\nclass Lazy(click.Group):\n    def get_command(self, ctx, name):\n"
                "        import importlib\n        return importlib.import_module(self.lazy[name])\n"
                "cli = Lazy(lazy_subcommands={'one': 'cmds.one.run'})", "click", "a",
                files={"cmds/__init__.py": "", "cmds/one.py": "import a\nrun = 1\n"}),
            {"a": "lazy cmds/one.py:1"},
        ),
        "noop: a command that no group takes": Case(
            app("import click\n@click.group()\ndef cli(): ...", "click", "a",
                files={"cmds/__init__.py": "", "cmds/one.py": "import a\nrun = 1\n"}),
            {"a": "unreached cmds/one.py:1"},
        ),
    },
}  # fmt: skip
