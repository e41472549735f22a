"""Which files of a project are read in full: those of which more than the import statements matters."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from footprint.audit.project_code import ProjectCode, read_code
from footprint.audit.target import open_target
from footprint.config.audit_settings import read_options
from tests.support.projects import write

# A script that imports late.py in a function that nothing calls, and modules that nothing imports.
AROUND = {
    "app.py": "import sys\n\n\ndef later():\n    import late\n\n\nif __name__ == '__main__':\n    print(sys)\n",
    "delete.py": "",
    "shop/__init__.py": "from decimal import Decimal as price\n\nFULL = 1\n",
    "shop/models.py": "",
    "known.py": "",
}


def read(folder: Path, files: Mapping[str, str]) -> ProjectCode:
    write(folder, {**AROUND, **files})
    options = read_options({"entries": ("app.py",), "no_env": True, "probe": False}, folder).target
    return read_code(options, open_target(options, starts=False, may_be_missing=True), thorough=False)


def is_read(code: ProjectCode, path: str = "late.py") -> bool:
    return next(module.complete for module in code.sources.modules if module.path == path)


MATTER = {
    "a module of ours": "start('shop.models')\n",
    "a module and a name in it": "start('delete:run')\n",
    "a name that the package binds": "start('shop.FULL')\n",
    "a plain name to import": "from tools import lazy_import\nlazy_import('delete')\n",
    "a plain name to import, handed over": "from tools import lazy_import\nlist(map(lazy_import, ['delete']))\n",
    "a plain name for a known function": "from pkgutil import resolve_name as find\nfind('delete')\n",
    "the same by its module": "import pkgutil\npkgutil.resolve_name('delete')\n",
    "the same by its package": "from importlib import util\nutil.find_spec('delete')\n",
    "a plain name to run": "import subprocess\nsubprocess.run(['python', '-m', 'delete'])\n",
    "a plain name in code": "exec('import ' + 'delete')\n",
    "a plain name that is computed": "import importlib\nimportlib.import_module(pick('delete'))\n",
    "a plain name in a list of a framework": "app.conf.imports = ['delete']\n",
    "the same by another name": "import x.conf.y\nconf = app.conf\nconf.include = ['delete']\n",
    "a plain name for a keyword of Celery": "from celery import Celery as App\nApp('x', include=['delete'])\n",
    "a plain name for Celery": "app = celery.Celery('x', include=['delete'])\n",
}
DO_NOT = {
    "no string": "import json\n",
    "a plain name": "ACTIONS = ['delete', 'known', 'shop']\n",
    "a plain name as a key": "ACTIONS = {'delete': 1}\n",
    "a plain name that is formatted": "print(f'{1}delete{2}')\n",
    "a name that the package imports, which is no module": "start('shop.Decimal')\n",
    "a name that is nowhere in the package": "start('shop.E004')\n",
    "a module of others": "start('redis.client')\n",
    "a method that is called like a known function": "import re\nre.compile('delete')\nself.find('delete')\n",
    "a lazy text": "from django.utils.translation import gettext_lazy as _\n_('delete')\ngettext_lazy('delete')\n",
    "modules above known functions": "import pkgutil\nimport unittest.mock\nACTIONS = ['delete']\n",
    "applications spoken of": "raise Error('INSTALLED_APPS has no delete', 'delete')\n",
    "methods called like functions": "class Node:\n    def eval(self):\n        return self.compile('delete')\n",
    "a keyword of another call": "Index('a', include=['delete'])\n",
    "an attribute of another object": "class Index:\n    def __init__(self):\n        self.include = ('delete',)\n",
    "a word like an option": "print('one-minute', 'delete')\n",
}


@pytest.mark.parametrize("text", MATTER.values(), ids=MATTER)
def test_a_file_that_is_reached_later_is_read_where_its_strings_may_lead_on(tmp_path: Path, text: str) -> None:
    assert is_read(read(tmp_path, {"late.py": text}))


@pytest.mark.parametrize("text", DO_NOT.values(), ids=DO_NOT)
def test_it_is_not_where_they_lead_nowhere(tmp_path: Path, text: str) -> None:
    assert not is_read(read(tmp_path, {"late.py": text}))


def test_it_is_not_where_they_lead_to_what_is_reached(tmp_path: Path) -> None:
    assert not is_read(read(tmp_path, {"late.py": "import shop.models\nstart('shop.models')\n"}))


def test_what_is_named_is_reached(tmp_path: Path) -> None:
    code = read(tmp_path, {"late.py": "start('shop.FULL')\n", "shop/__init__.py": "import csv\n\nFULL = 1\n"})
    assert code.walked is not None
    (reach,) = code.walked[1]
    assert {module.path for module in reach.modules} == {"app.py", "late.py", "shop/__init__.py"}
