"""Lists that Django and others read, however they are put together (A12)."""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, lib, libs
from tests.cases.libraries import DJANGO

SITE: Mapping[str, Lib] = {
    "django": DJANGO,
    "django-cors-headers": lib("corsheaders/__init__.py", "corsheaders/apps.py", "corsheaders/middleware.py"),
    "django-environ": lib("environ/__init__.py"),
    "django-split-settings": lib("split_settings/tools.py", "split_settings/__init__.py"),
    "django-configurations": lib("configurations/__init__.py"),
    **libs("whitenoise celery scrapy flask"),
}
MANAGE = (
    "import os, sys\nif __name__ == '__main__':\n    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n"
)
MANAGE += "    from django.core.management import execute_from_command_line\n    execute_from_command_line(sys.argv)\n"
WSGI = "import os\nfrom django.core.wsgi import get_wsgi_application\n"
WSGI += "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\napplication = get_wsgi_application()\n"


def project(settings: str, files: Mapping[str, str] | None = None, *lines: str) -> dict[str, str]:
    return {
        "manage.py": MANAGE, "shop/__init__.py": "", "shop/wsgi.py": WSGI, "shop/settings.py": settings,
        "requirements.txt": "\n".join(("django", "django-cors-headers", *lines)) + "\n",
        "Procfile": "web: gunicorn shop.wsgi\n", **(files or {}),
    }  # fmt: skip


def used(settings: str, place: str = "shop/settings.py:1", files: Mapping[str, str] | None = None, *lines: str) -> Case:
    """Django loads corsheaders, as `place` says."""
    return Case(
        project(settings, files, *lines),
        {"django-cors-headers": f"implied certain {place}"},
        says={"django-cors-headers": 'named as "corsheaders'},
    )


APPS = "INSTALLED_APPS = ['django.contrib.auth']\n"
DJANGO_APPS = "DJANGO = ['django.contrib.auth']\n"

CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "A12 Django lists of any name": {
        "A12 a list of any name, added": used(
            "THIRD_PARTY = ['corsheaders']\nINSTALLED_APPS = ['django.contrib.auth'] + THIRD_PARTY\n"),
        "A12 APPS": used("APPS = ['corsheaders']\nINSTALLED_APPS = APPS\n"),
        "A12 PLUGINS by extend": used(APPS + "PLUGINS = ['corsheaders']\nINSTALLED_APPS.extend(PLUGINS)\n",
                                      "shop/settings.py:2"),
        "A12 a function": used("def apps():\n    return ['corsheaders']\nINSTALLED_APPS = apps()\n",
                               "shop/settings.py:2"),
        "A12 the values of a table": used("EXTRA = {'cors': 'corsheaders'}\nINSTALLED_APPS = [*EXTRA.values()]\n"),
        "A12 a list of a sibling": used(
            "from .applications import THIRD\nINSTALLED_APPS = ['django.contrib.auth', *THIRD]\n",
            "shop/applications.py:1", {"shop/applications.py": "THIRD = ['corsheaders']\n"}),
        "A12 sibling: += of a list": used(APPS + "MORE = ['corsheaders']\nINSTALLED_APPS += MORE\n",
                                          "shop/settings.py:2"),
        "A12 sibling: append": used(APPS + "NAME = 'corsheaders'\nINSTALLED_APPS.append(NAME)\n", "shop/settings.py:2"),
        "A12 sibling: insert": used(APPS + "FIRST = 'corsheaders'\nINSTALLED_APPS.insert(0, FIRST)\n",
                                    "shop/settings.py:2"),
        "A12 sibling: a slice": used(APPS + "X = ['corsheaders']\nINSTALLED_APPS[0:0] = X\n", "shop/settings.py:2"),
        "A12 sibling: spread": used(DJANGO_APPS + "THIRD = ['corsheaders']\nINSTALLED_APPS = [*DJANGO, *THIRD]\n",
                                    "shop/settings.py:2"),
        "A12 sibling: sum": used(DJANGO_APPS + "B = ['corsheaders']\nINSTALLED_APPS = sum([DJANGO, B], [])\n",
                                 "shop/settings.py:2"),
        "A12 sibling: chain": used(
            "import itertools\nB = ('corsheaders',)\nINSTALLED_APPS = list(itertools.chain(('django',), B))\n",
            "shop/settings.py:2"),
        "A12 sibling: chain of tables": used(
            "from itertools import chain\nT = {'a': ['corsheaders']}\n"
            "INSTALLED_APPS = list(chain.from_iterable(T.values()))\n", "shop/settings.py:2"),
        "A12 sibling: tuples": used("EXTRA = ('corsheaders',)\nINSTALLED_APPS = ('django.contrib.auth',) + EXTRA\n"),
        "A12 sibling: sets": used("A = {'corsheaders'}\nINSTALLED_APPS = list({'django.contrib.auth'} | A)\n"),
        "A12 sibling: sorted": used("A = ['corsheaders']\nINSTALLED_APPS = sorted(set(A))\n"),
        "A12 sibling: filter": used("A = ['corsheaders', None]\nINSTALLED_APPS = list(filter(None, A))\n"),
        "A12 sibling: dict.fromkeys": used("A = ['corsheaders']\nINSTALLED_APPS = list(dict.fromkeys(A))\n"),
        "A12 sibling: a conditional": used(
            "DEBUG = True\nDEV = ['corsheaders']\nINSTALLED_APPS = ['django'] + (DEV if DEBUG else [])\n",
            "shop/settings.py:2"),
        "A12 sibling: under if": used(
            APPS + "DEV = ['corsheaders']\nDEBUG = False\nif DEBUG:\n    INSTALLED_APPS += DEV\n",
            "shop/settings.py:2"),
        "A12 sibling: in try": used(
            APPS + "try:\n    import local\n    INSTALLED_APPS += local.EXTRA\nexcept ImportError:\n    pass\n",
            "local.py:1", {"local.py": "EXTRA = ['corsheaders']\n"}),
        "A12 sibling: a comprehension": used(
            "T = [('corsheaders', True)]\nINSTALLED_APPS = [name for name, on in T if on]\n"),
        "A12 sibling: the keys of a table": used(
            "T = {'corsheaders': True}\nINSTALLED_APPS = [name for name, on in T.items() if on]\n"),
        "A12 sibling: a prefix": used(
            "N = ['CorsConfig']\nINSTALLED_APPS = [f'corsheaders.apps.{n}' for n in N]\n", "shop/settings.py:2"),
        "A12 sibling: a generator": used(
            "def apps():\n    yield 'django.contrib.auth'\n    yield 'corsheaders'\nINSTALLED_APPS = list(apps())\n",
            "shop/settings.py:3"),
        "A12 sibling: words of a text": used("INSTALLED_APPS = 'django.contrib.auth corsheaders'.split()\n"),
        "A12 sibling: lines of a text": used(
            "T = '''\ndjango.contrib.auth\ncorsheaders\n'''\nINSTALLED_APPS = T.strip().splitlines()\n",
            "shop/settings.py:3"),
        "A12 sibling: commas": used("INSTALLED_APPS = [a.strip() for a in 'django, corsheaders'.split(',')]\n"),
        "A12 sibling: a default of the environment": used(
            "import environ\nenv = environ.Env()\nINSTALLED_APPS = env.list('APPS', default=['corsheaders'])\n",
            "shop/settings.py:3", None, "django-environ"),
        "A12 sibling: a default of os.environ": used(
            "import os\nINSTALLED_APPS = os.environ.get('APPS', 'corsheaders').split(',')\n", "shop/settings.py:2"),
        "A12 sibling: globals": used(APPS + "X = ['corsheaders']\nglobals()['INSTALLED_APPS'] += X\n",
                                     "shop/settings.py:2"),
        "A12 sibling: globals, updated": used("X = ['corsheaders']\nglobals().update({'INSTALLED_APPS': X})\n"),
        "A12 sibling: locals, updated": used("X = ['corsheaders']\nlocals().update(INSTALLED_APPS=X)\n"),
        "A12 sibling: annotated": used("X: list[str] = ['corsheaders']\nINSTALLED_APPS: list[str] = ['django', *X]\n"),
        "A12 sibling: a walrus": used("INSTALLED_APPS = ['django'] + (X := ['corsheaders'])\n"),
        "A12 sibling: two names at once": used("A, B = ['django'], ['corsheaders']\nINSTALLED_APPS = A + B\n"),
        "A12 sibling: a name of a name": used("A = ['corsheaders']\nB = A\nC = B\nINSTALLED_APPS = C\n"),
        "A12 sibling: a class": used(
            "class Apps:\n    THIRD = ['corsheaders']\nINSTALLED_APPS = ['django'] + Apps.THIRD\n",
            "shop/settings.py:2"),
        "A12 sibling: a nested table": used(
            "C = {'apps': {'third': ['corsheaders']}}\nINSTALLED_APPS = C['apps']['third']\n"),
        "A12 sibling: a lambda": used("add = lambda: ['corsheaders']\nINSTALLED_APPS = add()\n"),
        "A12 sibling: a function with an argument": used(
            "def with_django(more):\n    return ['django'] + more\nINSTALLED_APPS = with_django(['corsheaders'])\n",
            "shop/settings.py:3"),
        "A12 sibling: a function that changes a list": used(
            APPS + "def add(names):\n    for n in names:\n        INSTALLED_APPS.append(n)\nadd(['corsheaders'])\n",
            "shop/settings.py:5"),
        "A12 sibling: a path of its configuration": used(
            "THIRD = ['corsheaders.apps.CorsHeadersAppConfig']\nINSTALLED_APPS = ['django'] + THIRD\n"),
        "A12 sibling: reduce": used(
            "from functools import reduce\nX = ['corsheaders']\n"
            "INSTALLED_APPS = reduce(lambda a, b: a + b, [['django'], X])\n", "shop/settings.py:2"),
        "A12 sibling: a copy that grows": used(
            "BASE = ['django']\nINSTALLED_APPS = BASE.copy()\nINSTALLED_APPS.extend(n for n in ['corsheaders'])\n",
            "shop/settings.py:3"),
        "A12 sibling: a list that grows before": used(
            "names = []\nnames.append('corsheaders')\nINSTALLED_APPS = names\n", "shop/settings.py:2"),
        "A12 sibling: import *": used(
            "from .base import *\n", "shop/base.py:1", {"shop/base.py": "X = ['corsheaders']\nINSTALLED_APPS = X\n"}),
        "A12 sibling: import *, and more": used(
            "from .base import *\nINSTALLED_APPS += EXTRA\n", "shop/base.py:2",
            {"shop/base.py": "INSTALLED_APPS = ['django']\nEXTRA = ['corsheaders']\n"}),
        "A12 sibling: import *, and append": used(
            "from .base import *\nN = 'corsheaders'\nINSTALLED_APPS.append(N)\n", "shop/settings.py:2",
            {"shop/base.py": "INSTALLED_APPS = ['django']\n"}),
        "A12 sibling: by the sibling's name": used(
            "from shop import base\nINSTALLED_APPS = base.APPS + ['django']\n", "shop/base.py:1",
            {"shop/base.py": "APPS = ['corsheaders']\n"}),
        "A12 sibling: a function of a sibling": used(
            "from shop.base import build\nINSTALLED_APPS = build()\n", "shop/base.py:2",
            {"shop/base.py": "def build():\n    return ['corsheaders']\n"}),
        "A12 sibling: two files on the way": used(
            "from shop.a import APPS\nINSTALLED_APPS = APPS\n", "shop/b.py:1",
            {"shop/a.py": "from shop.b import MORE\nAPPS = ['django'] + MORE\n",
             "shop/b.py": "MORE = ['corsheaders']\n"}),
        "A12 sibling: the package's __init__ gives it": used(
            "from conf import APPS\nINSTALLED_APPS = APPS\n", "conf/lists.py:1",
            {"conf/__init__.py": "from .lists import APPS\n", "conf/lists.py": "APPS = ['corsheaders']\n"}),
        "A12 sibling: settings as a package": Case(
            {**{k: v for k, v in project("").items() if k != "shop/settings.py"},
             "shop/settings/__init__.py": "from .prod import *\n", "shop/settings/prod.py": "from .base import *\n",
             "shop/settings/base.py": "THIRD = ['corsheaders']\nINSTALLED_APPS = THIRD\n"},
            {"django-cors-headers": "implied certain shop/settings/base.py:1"},
        ),
        "A12 sibling: split settings": used(
            "from split_settings.tools import include\ninclude('parts/apps.py')\n", "shop/parts/apps.py:1",
            {"shop/parts/apps.py": "X = ['corsheaders']\nINSTALLED_APPS = X\n"}, "django-split-settings"),
        "A12 sibling: split settings by a pattern": used(
            "from split_settings.tools import include, optional\ninclude('parts/*.py', optional('local.py'))\n",
            "shop/parts/apps.py:1", {"shop/parts/apps.py": "X = ['corsheaders']\nINSTALLED_APPS = X\n"},
            "django-split-settings"),
        "A12 sibling: a file that is executed": used(
            "from pathlib import Path\nexec((Path(__file__).parent / 'apps.py').read_text())\n", "shop/apps.py:1",
            {"shop/apps.py": "X = ['corsheaders']\nINSTALLED_APPS = X\n"}),
        "A12 sibling: a class of configurations": used(
            "from configurations import Configuration\nclass Base(Configuration):\n    THIRD = ['corsheaders']\n"
            "    INSTALLED_APPS = ['django'] + THIRD\n", "shop/settings.py:3", None, "django-configurations"),
        "A12 sibling: a property of such a class": used(
            "from configurations import Configuration\nclass Base(Configuration):\n    INSTALLED_APPS = ['django']\n"
            "class Dev(Base):\n    @property\n    def INSTALLED_APPS(self):\n"
            "        return super().INSTALLED_APPS + ['corsheaders']\n", "shop/settings.py:7", None,
            "django-configurations"),
        "A12 sibling: settings.configure": Case(
            {**project(""), "shop/wsgi.py": "from django.conf import settings\nX = ['corsheaders']\n"
             "settings.configure(INSTALLED_APPS=X)\nimport django\ndjango.setup()\n"},
            {"django-cors-headers": "implied certain shop/wsgi.py:2"},
        ),
        "A12 sibling: middleware": used(
            "M = ['corsheaders.middleware.CorsMiddleware']\nINSTALLED_APPS = []\nMIDDLEWARE = ['django.x.Y'] + M\n"),
        "A12 sibling: middleware, inserted": used(
            "INSTALLED_APPS = []\nMIDDLEWARE = []\nM = 'corsheaders.middleware.CorsMiddleware'\n"
            "MIDDLEWARE.insert(0, M)\n", "shop/settings.py:3"),
        "A12 sibling: groups of groups": used(
            "G = (['django'], ['corsheaders'])\nINSTALLED_APPS = [app for group in G for app in group]\n"),
        "A12 sibling: those that are there": used(
            "from importlib.util import find_spec\nINSTALLED_APPS = []\nfor app in ('corsheaders',):\n"
            "    if find_spec(app):\n        INSTALLED_APPS.append(app)\n", "shop/settings.py:3"),
        "A12 sibling: rows of a table": used(
            "T = [{'name': 'corsheaders', 'on': 1}]\nINSTALLED_APPS = [row['name'] for row in T]\n"),
        "A12 sibling: named tuples": used(
            "from collections import namedtuple\nApp = namedtuple('App', 'name on')\nT = [App('corsheaders', True)]\n"
            "INSTALLED_APPS = [a.name for a in T if a.on]\n", "shop/settings.py:3"),
        "A12 sibling: an enumeration": used(
            "import enum\nclass Apps(enum.Enum):\n    CORS = 'corsheaders'\n"
            "INSTALLED_APPS = [a.value for a in Apps]\n", "shop/settings.py:3"),
        "A12 sibling: a dataclass with a factory": used(
            "from dataclasses import dataclass, field\n@dataclass\nclass S:\n"
            "    apps: list = field(default_factory=lambda: ['corsheaders'])\nINSTALLED_APPS = S().apps\n",
            "shop/settings.py:4"),
        "A12 sibling: a module by its name": used(
            "from importlib import import_module\nextra = import_module('shop.extra')\nINSTALLED_APPS = extra.APPS\n",
            "shop/extra.py:1", {"shop/extra.py": "APPS = ['corsheaders']\n"}),
        "A12 sibling: setattr": used(
            "import sys\nX = ['corsheaders']\nsetattr(sys.modules[__name__], 'INSTALLED_APPS', X)\n",
            "shop/settings.py:2"),
        "A12 sibling: JSON in a text": used("import json\nINSTALLED_APPS = json.loads('[\"corsheaders\"]')\n",
                                            "shop/settings.py:2"),
        "A12 sibling: by the environment": used(
            "import os\nT = {'dev': ['corsheaders'], 'prod': []}\n"
            "INSTALLED_APPS = ['django', *T.get(os.environ['ENV'], [])]\n", "shop/settings.py:2"),
        "A12 sibling: match": used(
            APPS + "match 1:\n    case 1:\n        X = ['corsheaders']\n        INSTALLED_APPS += X\n",
            "shop/settings.py:4"),
        "A12 sibling: an application of ours": Case(
            {**project("OURS = ['blog']\nINSTALLED_APPS = OURS\n"), "blog/__init__.py": "",
             "blog/models.py": "import corsheaders\n"},
            {"django-cors-headers": "startup blog/models.py:1"},
        ),
        "A12 sibling: an application of ours, listed in a sibling": Case(
            {**project("from .lists import OURS\nINSTALLED_APPS = OURS\n"), "shop/lists.py": "OURS = ['blog']\n",
             "blog/__init__.py": "", "blog/models.py": "import corsheaders\n"},
            {"django-cors-headers": "startup blog/models.py:1"},
        ),
        "noop: A12 another application": Case(
            project("T = ['whitenoise']\nINSTALLED_APPS = T\n", None, "whitenoise"),
            {"django-cors-headers": "unused", "whitenoise": "implied certain"},
        ),
        "noop: A12 an application of ours that nothing installs": Case(
            {**project("INSTALLED_APPS = []\n"), "blog/__init__.py": "", "blog/models.py": "import corsheaders\n"},
            {"django-cors-headers": "unreached blog/models.py:1"},
        ),
    },
    "A12 lists of other frameworks": {
        "A12 sibling: Celery's include": Case(
            {"main.py": "from celery import Celery\nTASKS = ['jobs.mail']\napp = Celery('p', include=TASKS)\n",
             "jobs/__init__.py": "", "jobs/mail.py": "import whitenoise\n", "Procfile": "w: celery -A main worker\n",
             "requirements.txt": "celery\nwhitenoise\n"},
            {"whitenoise": "startup jobs/mail.py:1"},
        ),
        "A12 sibling: Celery's imports, put together": Case(
            {"main.py": "from celery import Celery\napp = Celery('p')\nA = ('jobs',)\nB = ('mail',)\n"
             "app.conf.imports = A + B\n", "jobs.py": "", "mail.py": "import whitenoise\n",
             "Procfile": "w: celery -A main worker\n", "requirements.txt": "celery\nwhitenoise\n"},
            {"whitenoise": "startup mail.py:1"},
        ),
        "A12 sibling: extensions by a list": Case(
            {"main.py": "from werkzeug.utils import import_string\nEXT = ['whitenoise']\n"
             "for name in EXT:\n    import_string(name)\napp = 1\n",
             "Procfile": "web: gunicorn main:app\n", "requirements.txt": "flask\nwhitenoise\nwerkzeug\n"},
            {"whitenoise": "startup main.py:2"}, {**SITE, **libs("werkzeug")},
        ),
        "A12 sibling: spiders, by a list": Case(
            {"main.py": "import scrapy\n", "shop/__init__.py": "", "shop/settings.py": "S = 'shop.spiders'\n"
             "SPIDER_MODULES = [S]\n", "shop/spiders/__init__.py": "",
             "shop/spiders/a.py": "import scrapy\nimport whitenoise\n", "requirements.txt": "scrapy\nwhitenoise\n",
             "Procfile": "w: python main.py\n"},
            {"whitenoise": "lazy shop/spiders/a.py:2"},
        ),
        "noop: A12 a list that no framework reads": Case(
            {"main.py": "from celery import Celery\nOTHER = ['jobs.mail']\napp = Celery('p', include=['jobs'])\n",
             "jobs/__init__.py": "", "jobs/post.py": "import whitenoise\n", "Procfile": "w: celery -A main worker\n",
             "requirements.txt": "celery\nwhitenoise\n"},
            {"whitenoise": "unreached jobs/post.py:1"},
        ),
    },
}  # fmt: skip
