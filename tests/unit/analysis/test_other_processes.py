"""C7: what only another process loads is reached, and no part of what the entry's own process loads later."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from footprint.analysis.cost.first_use_rows import lazy_statements
from footprint.analysis.reach.entry_walk import classify_sites, walk
from footprint.collect.imports.walker import read_imports
from footprint.collect.sources import read_sources
from footprint.model.entry_origins import StartLine
from footprint.model.source_modules import EntryPoint, Role
from tests.support.probing import write

SETTINGS = """\
INSTALLED_APPS = ["shop"]
TEST_RUNNER = "tools.runner.Runner"
CELERY_IMPORTS = ["jobs.nightly"]
ROOT_URLCONF = "urls"
"""
DJANGO = {
    "manage.py": "import os, sys, django\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n",
    "wsgi.py": "import os\nfrom django.core.wsgi import get_wsgi_application\n"
    "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\napplication = get_wsgi_application()\n",
    "settings.py": SETTINGS,
    "urls.py": "import own_urls\nimport shop.views\n",
    "tools/__init__.py": "",
    "tools/runner.py": "import test_library\nclass Runner: ...\n",
    "jobs/__init__.py": "",
    "jobs/nightly.py": "import of_worker\n",
    "shop/__init__.py": "",
    "shop/models.py": "",
    "shop/views.py": "def v():\n    import in_view\n    from shop.shared import x\n",
    "shop/shared.py": "import shared_one\n",
    "shop/admin.py": "import in_admin\n",
    "shop/tasks.py": "import of_tasks\nfrom shop.shared import x\n",
    "shop/management/__init__.py": "",
    "shop/management/commands/__init__.py": "",
    "shop/management/commands/load.py": "import of_command\ndef handle():\n    import of_command_late\n",
    "shop/migrations/0001_initial.py": "import of_migration\n",
}
OTHERS = {"test_library", "of_worker", "of_tasks", "of_command", "of_command_late", "of_migration"}
CELERY = {
    "web.py": "from jobs import app\n",
    "jobs.py": "from celery import Celery\napp = Celery('x', include=['work'])\n"
    "app.conf.beat_schedule = {'a': {'task': 'beaten.run'}}\napp.config_from_object('configured')\n",
    "work.py": "import of_worker\n",
    "beaten.py": "import of_beat\nrun = 1\n",
    "configured.py": "import of_configuration\n",
}


def entry(module: str, launcher: str = "gunicorn", command: str | None = None, file: str | None = None) -> EntryPoint:
    target = None if file else module
    return EntryPoint("web", module, target, "app", file, ".", False, StartLine("Procfile", 1), command, launcher)


def lazily(folder: Path, files: Mapping[str, str], point: EntryPoint) -> tuple[set[str], set[str]]:
    """Return what an entry's own process loads late, and what is reached at all."""
    sources = read_sources(write(folder, files), read=read_imports)
    uses = classify_sites(sources, walk(sources, [point]))
    own = {statement.module for statement in lazy_statements(uses, ())}
    return own, {use.site.module for use in uses if use.status in ("startup", "lazy")}


def test_a_web_process_of_django(tmp_path: Path) -> None:
    own, reached = lazily(tmp_path, DJANGO, entry("wsgi"))
    assert reached >= OTHERS
    assert not own & OTHERS
    assert own >= {"own_urls", "in_view", "in_admin", "shared_one"}


def test_what_both_load_is_of_the_own_process(tmp_path: Path) -> None:
    own, _ = lazily(tmp_path, {**DJANGO, "shop/views.py": "import shop.tasks\n"}, entry("wsgi"))
    assert {"of_tasks", "shared_one"} <= own


@pytest.mark.parametrize("name", ["load", "other"])
def test_a_command_of_manage_py_is_the_process_itself(name: str, tmp_path: Path) -> None:
    point = entry("manage.py", "python", f"python manage.py {name}", file="manage.py")
    own, reached = lazily(tmp_path, DJANGO, point)
    assert reached >= OTHERS
    assert ({"of_command", "of_command_late"} <= own) is (name == "load")


def test_tasks_are_loaded_by_workers(tmp_path: Path) -> None:
    own, reached = lazily(tmp_path / "web", CELERY, entry("web"))
    assert {"of_worker", "of_beat", "of_configuration"} <= reached
    assert own == {"of_configuration"}
    sources = read_sources(write(tmp_path / "worker", CELERY), read=read_imports)
    (use,) = (
        each
        for each in classify_sites(sources, walk(sources, [entry("jobs", "celery", "celery -A jobs worker")]))
        if each.site.module == "of_worker"
    )
    assert (use.status, use.other_process) == ("startup", False)


# A file beside `web`, what it loads late in functions, and which of that the web process does itself.
GIVEN = {
    "a task of Celery": ("@app.task\ndef run():\n    import late\n", "run.delay()", False),
    "with arguments": ("@celery.task(bind=True)\ndef run(self):\n    import late\n", "run.apply_async()", False),
    "shared": ("@shared_task\ndef run():\n    import late\n", "run.delay()", False),
    "of Dramatiq": ("@dramatiq.actor(max_retries=1)\ndef run():\n    import late\n", "run.send()", False),
    "of Huey": ("@huey.task()\ndef run():\n    import late\n", "run.schedule()", False),
    "of RQ": ("@job('low')\ndef run():\n    import late\n", "run.delay()", False),
    "a command of Flask": ("@app.cli.command('x')\ndef run():\n    import late\n", "", False),
    "a command of typer": ("@cli.command()\ndef run():\n    import late\n", "", False),
    "a function inside": ("@app.task\ndef run():\n    def inner():\n        import late\n", "run.delay()", False),
    "a task that calls another": (
        "@app.task\ndef run():\n    import late\n@app.task\ndef more():\n    run()\n", "more.delay()", False,
    ),
    "noop: called like any function": ("@app.task\ndef run():\n    import late\n", "run()", True),
    "noop: called by its module": ("@app.task\ndef run():\n    import late\n", "work.run()", True),
    "noop: a route": ("@app.get('/')\ndef run():\n    import late\n", "", True),
    "noop: a scheduler in the process": ("@scheduler.scheduled_job('cron')\ndef run():\n    import late\n", "", True),
    "noop: a name of ours": ("@task\ndef run():\n    import late\n", "", True),
}  # fmt: skip


@pytest.mark.parametrize("name", GIVEN)
def test_the_body_of_a_task_or_a_command_is_of_who_runs_it(name: str, tmp_path: Path) -> None:
    text, call, is_own = GIVEN[name]
    files = {"web.py": f"import work\nfrom work import *\ndef view():\n    {call or 'pass'}\n", "work.py": text}
    own, reached = lazily(tmp_path, files, entry("web"))
    assert "late" in reached and ("late" in own) is is_own


@pytest.mark.parametrize("role", ["worker", "job"])
def test_noop_who_runs_tasks_loads_what_they_import(role: Role, tmp_path: Path) -> None:
    point = replace(entry("work", "dramatiq"), role=role)
    own, _ = lazily(tmp_path, {"work.py": "@dramatiq.actor\ndef run():\n    import late\n"}, point)
    assert own == {"late"}
