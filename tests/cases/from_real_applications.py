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

# What names a file of the build -> that file.
BUILD_FILES = {
    "a backend of its own": ('[build-system]\nbuild-backend = "own"\nbackend-path = ["_build"]\n', "_build/own.py"),
    "an object of one": (
        '[build-system]\nbuild-backend = "sub.own:backend"\nbackend-path = ["tools/.", "x"]\n',
        "tools/sub/own.py",
    ),
    "a hook of hatchling": ('[tool.hatch.build.hooks.custom]\npath = "hooks/js.py"\n', "hooks/js.py"),
    "its hook for one target": ('[tool.hatch.build.targets.wheel.hooks.custom]\npath = "./js.py"\n', "js.py"),
    "its hook for metadata": ('[tool.hatch.metadata.hooks.custom]\npath = "extras.py"\n', "extras.py"),
    "its builder": ('[tool.hatch.build.targets.custom]\npath = "builder.py"\n', "builder.py"),
    "a script of poetry": ('[tool.poetry.build]\nscript = "make.py"\n', "make.py"),
    "a script of poetry, as it was spelled": ('[tool.poetry]\nbuild = "make.py"\n', "make.py"),
    "a hook of pdm": ('[tool.pdm.build]\ncustom-hook = "hooks/pdm.py"\n', "hooks/pdm.py"),
    "a setup script of pdm": ('[tool.pdm.build]\nsetup-script = "make.py:build"\n', "make.py"),
    "a command of setuptools": ('[tool.setuptools.cmdclass]\nbuild_py = "made.BuildPy"\n', "made.py"),
    "a provider of scikit-build": (
        '[tool.scikit-build.metadata.version]\nprovider = "sky"\nprovider-path = "cmake"\n',
        "cmake/sky.py",
    ),
}

CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "files of the build that pyproject.toml names (pretix)": {
        **{
            what: a_project(
                "",
                {"setuptools": f"tests certain {path}:1"},
                {"setuptools": plain("setuptools")},
                says={"setuptools": f"imported only by the build: {path}:1"},
                **{"pyproject.toml": text, path: "import setuptools\nimport tomli\n"},
            )
            for what, (text, path) in BUILD_FILES.items()
        },
        "noop: the application imports it as well": a_project(
            "import made\n",
            {"setuptools": "startup certain made.py:1"},
            {"setuptools": plain("setuptools")},
            **{"pyproject.toml": BUILD_FILES["a command of setuptools"][0], "made.py": "import setuptools\n"},
        ),
        "noop: a backend that builds itself lies in its package": a_project(
            "",
            {"setuptools": "unreached"},
            {"setuptools": plain("setuptools")},
            **{
                "pyproject.toml": '[build-system]\nbuild-backend = "own.api"\nbackend-path = ["."]\n',
                "own/__init__.py": "",
                "own/api.py": "import setuptools\n",
            },
        ),
        "noop: without backend-path it is one that is installed": a_project(
            "",
            {"setuptools": "unreached"},
            {"setuptools": plain("setuptools")},
            **{"pyproject.toml": '[build-system]\nbuild-backend = "own"\n', "own.py": "import setuptools\n"},
        ),
        "noop: nonsense in the place of paths": a_project(
            "",
            {"setuptools": "unreached"},
            {"setuptools": plain("setuptools")},
            **{
                "pyproject.toml": '[build-system]\nbuild-backend = 1\nbackend-path = "."\n'
                '[tool.poetry]\nbuild = ["x"]\n'
                "[tool.pdm]\nbuild = 3\n[tool.hatch.build]\nhooks = []\n[tool.hatch.build.targets]\nwheel = 1\n"
                '[tool.setuptools.cmdclass]\na = "x"\nb = 2\n',
                "x.py": "import setuptools\n",
            },
        ),
    },
    "who imports what nothing reaches (pretix)": {
        "nobody": a_project(
            "",
            {"sepaxml": "unreached cannot-tell export.py:1"},
            {"sepaxml": plain("sepaxml")},
            says={"sepaxml": "imported only by export.py, which nothing imports"},
            **{"export.py": "import sepaxml\n"},
        ),
        "a file that nothing reaches": a_project(
            "",
            {"sepaxml": "unreached cannot-tell shop/export.py:1"},
            {"sepaxml": plain("sepaxml")},
            says={"sepaxml": "shop/export.py, which only unreached code imports (shop/views.py:2)"},
            **{
                "shop/__init__.py": "",
                "shop/views.py": "import os\nfrom shop import export\n",
                "shop/export.py": "import sepaxml\n",
            },
        ),
        "the package above is imported by its child": a_project(
            "",
            {"sepaxml": "unreached cannot-tell shop/__init__.py:1"},
            {"sepaxml": plain("sepaxml")},
            says={"sepaxml": "shop/__init__.py, which only unreached code imports (other.py:1)"},
            **{"shop/__init__.py": "import sepaxml\n", "shop/views.py": "", "other.py": "import shop.views\n"},
        ),
        "a relative import": a_project(
            "",
            {"sepaxml": "unreached cannot-tell shop/export.py:1"},
            {"sepaxml": plain("sepaxml")},
            says={"sepaxml": "which only unreached code imports (shop/views.py:1)"},
            **{
                "shop/__init__.py": "",
                "shop/views.py": "from .export import run\n",
                "shop/export.py": "import sepaxml\nrun = 1\n",
            },
        ),
        "tests alone": a_project(
            "",
            {"sepaxml": "unreached cannot-tell export.py:1"},
            {"sepaxml": plain("sepaxml")},
            says={"sepaxml": "export.py, which only tests or the build import (tests/test_a.py:1)"},
            **{"export.py": "import sepaxml\n", "tests/test_a.py": "import export\n"},
        ),
        "the build alone": a_project(
            "",
            {"sepaxml": "unreached cannot-tell export.py:1"},
            {"sepaxml": plain("sepaxml")},
            says={"sepaxml": "export.py, which only tests or the build import (setup.py:1)"},
            **{"export.py": "import sepaxml\n", "setup.py": "import export\n"},
        ),
        "code before tests": a_project(
            "",
            {"sepaxml": "unreached cannot-tell export.py:1"},
            {"sepaxml": plain("sepaxml")},
            says={"sepaxml": "which only unreached code imports (zoo.py:1)"},
            **{"export.py": "import sepaxml\n", "tests/test_a.py": "import export\n", "zoo.py": "import export\n"},
        ),
        "noop: itself, a type checker, and a module of another package by that name": a_project(
            "",
            {"sepaxml": "unreached cannot-tell shop/export.py:1"},
            {"sepaxml": plain("sepaxml")},
            says={"sepaxml": "shop/export.py, which nothing imports"},
            **{
                "shop/__init__.py": "",
                "shop/export.py": "import sepaxml\nfrom shop import export\n",
                "zoo/__init__.py": "import typing\nif typing.TYPE_CHECKING:\n    import shop.export\n",
                "zoo/views.py": "from zoo import export\n",
                "zoo/export.py": "",
            },
        ),
    },
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
