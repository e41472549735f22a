"""What frameworks load by themselves: settings, applications, tasks, factories, migrations, command groups."""

from collections.abc import Mapping

from tests.cases.case import Case, cases_of, code, lib, libs
from tests.cases.libraries import DJANGO, settings

SITE = {**libs("a b c celery flask fastapi alembic click typer pytest sqlalchemy"), "django": DJANGO}
SHOP = {"shop/apps.py": "from django.apps import AppConfig\nclass ShopConfig(AppConfig): ...\n"}
WEB = "web: uvicorn main:app\n"


def django(text: str, *lines: str, **files: str) -> dict[str, str]:
    return {**settings(text, *lines), "shop/urls.py": "urlpatterns = []\n", **SHOP, **files}


a_site = cases_of(django)


def app(text: str, *lines: str, files: Mapping[str, str] | None = None, procfile: str = WEB) -> dict[str, str]:
    return {**code(text, *lines, Procfile=procfile), **(files or {})}


a_service = cases_of(app)


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "Django": {
        "models of an installed application": a_site(
            "INSTALLED_APPS = ['cart']\n", {"a": "startup cart/models.py:1"},
            files={"cart/__init__.py": "", "cart/models.py": "import a\n"}),
        # Django loads the URLs with the first request.
        "an installed application of others": a_site(
            "INSTALLED_APPS = ['corsheaders']\n", {"django-cors-headers": "implied certain shop/settings.py:2"},
            {**SITE, "django-cors-headers": lib("corsheaders/__init__.py")}),
        "noop: models of what is not installed": a_site(
            "INSTALLED_APPS = []\n", {"a": "unreached cart/models.py:1"},
            files={"cart/__init__.py": "", "cart/models.py": "import a\n"}),
        "noop: tests of an application": a_site(
            "INSTALLED_APPS = ['cart']\n", {"a": "tests cart/tests.py:1"},
            files={"cart/__init__.py": "", "cart/tests.py": "import a\n"}),
        "noop: a comment in the settings": a_site(
            "# INSTALLED_APPS = ['corsheaders']\n", {"django-cors-headers": "unused"},
            {**SITE, "django-cors-headers": lib("corsheaders/__init__.py")}),
    },
    "Celery": {
        "tasks found by autodiscover": a_service(
            "from celery import Celery\nqueue = Celery('p')\nqueue.autodiscover_tasks(['jobs'])",
            {"a": "startup jobs/tasks.py:1"}, declares="celery a",
            files={"jobs/__init__.py": "", "jobs/tasks.py": "import a\n"}, procfile="worker: celery -A main worker\n"),
        "noop: another package's tasks": a_service(
            "from celery import Celery\nqueue = Celery('p')\nqueue.autodiscover_tasks(['jobs'])",
            {"a": "unreached old/tasks.py:1"}, declares="celery a",
            files={"old/__init__.py": "", "old/tasks.py": "import a\n", "jobs/__init__.py": ""},
            procfile="worker: celery -A main worker\n"),
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
        "noop: a route imports late": a_service(
            "from flask import Flask\napp = Flask('p')\n@app.route('/')\ndef index():\n    import a\n",
            {"a": "lazy main.py:5"}, declares="flask a"),
        "noop: a dependency of FastAPI runs per request": a_service(
            "from fastapi import Depends, FastAPI\napp = FastAPI()\ndef db():\n    import a\n"
            "@app.get('/')\ndef index(x=Depends(db)): ...\n", {"a": "lazy main.py:4"}, declares="fastapi a"),
    },
    "pytest": {
        "a test": Case(app("", "a", files={"tests/test_a.py": "import a\n"}), {"a": "tests tests/test_a.py:1"}),
        "noop: a module of the application named like one": a_service(
            "import contest\nimport latest", {"a": "startup contest.py:1"},
            files={"contest.py": "import a\n", "latest.py": ""}),
    },
    "Alembic": {
        "env.py, when the release step migrates": Case(
            app("", "alembic", "a", procfile=f"release: alembic upgrade head\n{WEB}",
                files={"alembic.ini": "[alembic]\nscript_location = migrations\n",
                       "migrations/env.py": "from alembic import context\nimport a\n",
                       "migrations/versions/1_x.py": "from alembic import op\nimport b\n"}),
            {"a": "lazy migrations/env.py:2"}, findings=("FP105 b migrations/versions/1_x.py:2",),
        ),
        "noop: folders named migrations without Alembic": a_service(
            "", {"a": "unreached migrations/env.py:1"}, files={"migrations/env.py": "import a\n"}),
    },
    "command groups": {
        "a lazy group: names in a table": a_service(
            "import click\nclass Lazy(click.Group):\n    def get_command(self, ctx, name):\n"
            "        import importlib\n        return importlib.import_module(self.lazy[name])\n"
            "cli = Lazy(lazy_subcommands={'one': 'cmds.one.run'})", {"a": "lazy cmds/one.py:1"}, declares="click a",
            files={"cmds/__init__.py": "", "cmds/one.py": "import a\nrun = 1\n"}),
        "noop: a command that no group takes": a_service(
            "import click\n@click.group()\ndef cli(): ...", {"a": "unreached cmds/one.py:1"}, declares="click a",
            files={"cmds/__init__.py": "", "cmds/one.py": "import a\nrun = 1\n"}),
    },
}  # fmt: skip
