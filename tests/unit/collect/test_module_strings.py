"""Which files have to be read in full because they may name modules other than by a dotted name in quotes."""

from __future__ import annotations

from pathlib import Path

import pytest

from footprint.collect.texts import find_module_strings

UNUSUAL = {
    "applications": "INSTALLED_APPS = ['blog']\n",
    "applications added": "INSTALLED_APPS.append('blog')\n",
    "applications given": "settings.configure(INSTALLED_APPS=['blog'])\n",
    "applications by key": "config['INSTALLED_APPS'] = ['blog']\n",
    "applications with a type": "LOCAL_APPS: list[str] = ['blog']\n",
    "applications joined": "from base import INSTALLED_APPS\nAPPS = INSTALLED_APPS + ['blog']\n",
    "a loader": "__getattr__, __dir__, __all__ = lazy.attach(__name__, ['io'])\n",
    "a loader by another name": "from lazy_loader import attach as late\n",
    "a place assigned": "ROOT_URLCONF = 'urls'\n",
    "a key": "os.environ['DJANGO_SETTINGS_MODULE'] = 'settings'\n",
    "a call": "urlpatterns = [path('', include('urls'))]\n",
    "a keyword": "Celery('app', include=['tasks'])\n",
    "a literal to load": "import_string ( f'{package}.views')\n",
    "a lazy package": "def __getattr__(name):\n    return load(name)\n",
    "a word behind a longer one": "submit_imports = 1\nimports = ['tasks']\n",
}
USUAL = {
    "a dotted name": "load('app.views')\n",
    "a name to load by a variable": "import_string(self.path)\n",
    "applications read": "for app in settings.INSTALLED_APPS:\n    load(app)\n",
    "applications spoken of": "raise Error('blog is not in INSTALLED_APPS.')\n",
    "part of a word": "reinclude('urls'); include_all('urls'); MY_LAZY_APPS_LIST = 1\n",
    "a word without its sign": "# include the imports\n",
}


@pytest.mark.parametrize("text", UNUSUAL.values(), ids=UNUSUAL)
def test_what_may_name_modules_in_another_way_cannot_be_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "m.py").write_text(text)
    assert find_module_strings(tmp_path, ["m.py"]) == {"m.py": None}


@pytest.mark.parametrize("text", USUAL.values(), ids=USUAL)
def test_what_names_none_is_told_by_its_strings(tmp_path: Path, text: str) -> None:
    (tmp_path / "m.py").write_text(text)
    assert find_module_strings(tmp_path, ["m.py"])["m.py"] is not None
