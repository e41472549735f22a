"""Libraries and projects that several tables use."""

from tests.cases.case import cases_of, code, lib

ALCHEMY = lib(sqlalchemy____init__="def create_engine(url): ...\n")
DJANGO = lib("django/db/__init__.py", django____init__="def setup(): ...\n")
SOUP = lib(bs4____init__="class BeautifulSoup: ...\n")
PANDAS = lib(pandas____init__="def read_csv(p): ...\n")
ENGINE = "from sqlalchemy import create_engine\n"


def alchemy(text: str, *lines: str, **more: str) -> dict[str, str]:
    return code(ENGINE + text, "sqlalchemy", *lines, **more)


def settings(text: str, *lines: str) -> dict[str, str]:
    start = "import os\nimport django\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\ndjango.setup()"
    return {
        **code(start, "django", *lines),
        "shop/__init__.py": "",
        "shop/settings.py": "INSTALLED_APPS = []\n" + text,
    }


of_alchemy = cases_of(alchemy)
of_django = cases_of(settings)
