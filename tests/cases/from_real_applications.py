"""What real applications taught (tests/real), each cut down to a few lines."""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, a_project, code, lib, plain
from tests.cases.libraries import DJANGO

GUNICORN = lib("gunicorn/__init__.py", entry_points="[console_scripts]\ngunicorn = gunicorn.app:run\n")
WHOOSH_BACKEND = "try:\n    import whoosh\nexcept ImportError:\n    raise\nclass Engine: ...\n"
HAYSTACK = Lib(
    {
        "haystack/__init__.py": "",
        "haystack/backends/__init__.py": "",
        "haystack/backends/whoosh_backend.py": WHOOSH_BACKEND,
    }
)
HOSTED = {
    "main.py": "import os, sys\nfrom django.core.wsgi import get_wsgi_application\n"
    "os.environ['DJANGO_SETTINGS_MODULE'] = sys.argv[0]\napp = get_wsgi_application()\n",
    "requirements.txt": "django\ndjangorestframework\n",
    "site_settings/__init__.py": "",
}
WSGI = "def get_wsgi_application(): ...\n"
CORE = Lib({"django/__init__.py": "", "django/core/__init__.py": "", "django/core/wsgi.py": WSGI})
REST = lib("rest_framework/__init__.py")
SHADOWED = """try:
    from rich.traceback import install
    install(show_locals=True)
except ImportError:
    pass
def install():
    import pip
"""

CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "commands in strings (celery-director)": {
        "a list that execvp gets later": a_project(
            "import os\ndef serve():\n    args = ['gunicorn']\n    os.execvp(args[0], args)\n",
            {"gunicorn": "implied cannot-tell main.py:3"},
            {"gunicorn": GUNICORN},
        ),
        "a list that run gets": a_project(
            "import subprocess\ndef serve():\n    subprocess.run(['gunicorn', 'x:y'])\n",
            {"gunicorn": "implied likely main.py:3"},
            {"gunicorn": GUNICORN},
        ),
        "noop: a string that is no command of it": a_project(
            "NAME = 'gunicorn-like'\n", {"gunicorn": "unused"}, {"gunicorn": GUNICORN}
        ),
        "noop: a docstring": a_project(
            "def serve():\n    'gunicorn'\n", {"gunicorn": "unused"}, {"gunicorn": GUNICORN}
        ),
    },
    "third-party modules named by strings (mailman-web)": {
        "a backend in a setting asks for it": Case(
            code("import haystack\nC = {'ENGINE': 'haystack.backends.whoosh_backend.Engine'}\n", "haystack", "whoosh"),
            {"whoosh": "implied cannot-tell haystack/backends/whoosh_backend.py:2"},
            {"haystack": HAYSTACK, "whoosh": plain("whoosh")},
        ),
        "noop: the backend is in a comment": Case(
            code("import haystack\n# 'haystack.backends.whoosh_backend.Engine'\n", "haystack", "whoosh"),
            {"whoosh": "unused"},
            {"haystack": HAYSTACK, "whoosh": plain("whoosh")},
        ),
        "noop: another backend is named": Case(
            code("import haystack\nC = {'ENGINE': 'haystack.backends'}\n", "haystack", "whoosh"),
            {"whoosh": "unused"},
            {"haystack": HAYSTACK, "whoosh": plain("whoosh")},
        ),
    },
    "settings that the host names (mailman-web)": {
        "nothing in the project names them": Case(
            {**HOSTED, "site_settings/base.py": "INSTALLED_APPS = ['rest_framework']\n"},
            {"djangorestframework": "implied certain site_settings/base.py:1"},
            {"django": CORE, "djangorestframework": REST},
        ),
        "noop: without Django they are a list of words": Case(
            {**HOSTED, "main.py": "app = 1\n", "site_settings/base.py": "INSTALLED_APPS = ['rest_framework']\n"},
            {"djangorestframework": "unused", "django": "unused"},
            {"django": DJANGO, "djangorestframework": REST},
        ),
    },
    "the build (datasette)": {
        "setup.py alone imports it": a_project(
            "",
            {"setuptools": "tests certain setup.py:1"},
            {"setuptools": plain("setuptools")},
            says={"setuptools": "imported only by the build"},
            **{"setup.py": "import setuptools\nsetuptools.setup()\n"},
        ),
        "a build hook of hatchling alone imports it": a_project(
            "",
            {"setuptools": "tests certain hatch_build.py:1"},
            {"setuptools": plain("setuptools")},
            says={"setuptools": "imported only by the build"},
            **{"hatch_build.py": "import setuptools\nfrom hatchling.builders import hooks\n"},
        ),
        "a build hook of pdm in a member, and setup.py": a_project(
            "",
            {"setuptools": "tests certain member/pdm_build.py:1"},
            {"setuptools": plain("setuptools")},
            says={"setuptools": "imported only by the build"},
            **{"member/pdm_build.py": "import setuptools\n", "setup.py": "import setuptools\n"},
        ),
        "noop: a module of the application with nearly that name": a_project(
            "import pdm_builds\n",
            {"setuptools": "startup certain pdm_builds.py:1"},
            {"setuptools": plain("setuptools")},
            **{"pdm_builds.py": "import setuptools\n"},
        ),
        "noop: a test imports it, too": a_project(
            "",
            {"setuptools": "tests certain tests/test_a.py:1"},
            {"setuptools": plain("setuptools")},
            says={"setuptools": "imported only by tests"},
            **{"setup.py": "import setuptools\n", "tests/test_a.py": "import setuptools\n"},
        ),
    },
    "calls at import (datasette)": {
        "an import, and a function below, of one name": Case(
            code(SHADOWED, "rich", "pip"),
            {"pip": "lazy certain main.py:7"},
            {"rich": lib(rich__traceback="def install(**k): ...\n", rich____init__=""), "pip": plain("pip")},
        ),
        "noop: no import of that name": a_project(
            "def install():\n    import pip\ninstall()\n", {"pip": "startup certain main.py:2"}, {"pip": plain("pip")}
        ),
    },
}
