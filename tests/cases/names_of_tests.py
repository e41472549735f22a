"""Files of tests that code names by a string: settings say where factories stand, and only tests load them."""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, lib, libs
from tests.cases.libraries import DJANGO

SITE: Mapping[str, Lib] = {"django": DJANGO, "factory-boy": lib("factory/__init__.py"), **libs("gunicorn redis")}
TEXT = '[project]\nname = "shop"\ndependencies = ["django", "gunicorn"]\n'
DEVELOPED = f'{TEXT}[dependency-groups]\ndev = ["factory-boy"]\n'
WSGI = "import os\nfrom django.core.wsgi import get_wsgi_application\n"
WSGI += "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\napplication = get_wsgi_application()\n"
BY_TESTS = "tests certain users/tests/factories.py:1"


def project(settings: str, **more: str) -> Mapping[str, str]:
    return {
        "pyproject.toml": DEVELOPED, "Procfile": "web: gunicorn shop.wsgi\n", "shop/__init__.py": "",
        "shop/wsgi.py": WSGI, "shop/settings.py": settings, "users/__init__.py": "", "users/models.py": "",
        "users/tests/__init__.py": "", "users/tests/factories.py": "import factory\nclass UserFactory: ...\n", **more,
    }  # fmt: skip


def named(settings: str, expected: str = BY_TESTS, **more: str) -> Case:
    return Case(project(settings, **more), {"factory-boy": expected})


USED = ("FP106 factory-boy users/tests/factories.py:1",)

CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "a string that names what tests have": {
        "a setting": named("USER_FACTORY = 'users.tests.factories.UserFactory'\n"),
        "a table": named("FACTORIES = {'user': 'users.tests.factories.UserFactory'}\n"),
        "a list": named("FACTORIES = ['users.tests.factories', 'users.models']\n"),
        "the form of an application": named("FACTORY = 'users.tests.factories:UserFactory'\n"),
        "the module alone": named("FACTORY = 'users.tests.factories'\n"),
        "a default": named("def load(path='users.tests.factories.UserFactory'): ...\n"),
        "sibling: beside the tests, in a file called so": named(
            "RUNNER = 'users.test_runner.Runner'\n", "tests users/test_runner.py:1 users/tests/factories.py:1",
            **{"users/test_runner.py": "import factory\nclass Runner: ...\n"}),
        "noop: a setting that code of ours loads": Case(
            project("USER_FACTORY = 'users.tests.factories.UserFactory'\n"
                    "from django.utils.module_loading import import_string\n"
                    "def load(): return import_string(USER_FACTORY)\n"),
            {"factory-boy": "lazy users/tests/factories.py:1"}, findings=USED),
        "noop: an application that Django installs": Case(
            project("INSTALLED_APPS = ['users.tests']\n", **{"users/tests/models.py": "import factory\n"}),
            {"factory-boy": "startup users/tests/models.py:1"},
            findings=("FP106 factory-boy users/tests/models.py:1",)),
        "noop: an import": Case(
            project("from users.tests import factories\n"), {"factory-boy": "startup users/tests/factories.py:1"},
            findings=USED),
        "noop: an import by name": Case(
            project("from importlib import import_module\nF = import_module('users.tests.factories')\n"),
            {"factory-boy": "startup users/tests/factories.py:1"}, findings=USED),
        "noop: a string that names code of ours": Case(
            {**project("BACKEND = 'users.backends.Backend'\n"),
             "users/backends.py": "import redis\nclass Backend: ...\n",
             "pyproject.toml": TEXT.replace('"gunicorn"', '"gunicorn", "redis"')},
            {"redis": "lazy users/backends.py:1"}),
    },
}  # fmt: skip
