"""The readers of the net on text that nobody writes, and what an audit does with it."""

from pathlib import Path

import pytest

from footprint.collect.namings import NamingPlaces, find_namings
from footprint.collect.namings.text_kinds import find_reading
from footprint.collect.texts import find_module_strings
from footprint.model.namings import SoughtName
from tests.support.work import within_patience

REDIS = SoughtName("redis", ("redis",), ("redis",), ("redis-run",), ("redisstore",))

# a file, and what is repeated in it until it is as large as what is read
HOSTILE = {
    "YAML: a line of blanks": ("a.yml", "a redis" + " " * 1_900 + "\n"),
    "YAML: one line": ("a.yml", "[redis a "),
    "YAML: keys in a flow": ("a.yml", "{redis-a-"),
    "YAML: deeper and deeper": ("a.yml", None),
    "TOML: headers without an end": ("a.toml", "[redis \n"),
    "TOML: strings": ("a.toml", 'a = ["redis", "redis"]\n'),
    "INI: words": ("a.ini", "redis redis\n"),
    "JSON: open objects": ("a.json", '{"redis":'),
    "JSON: keys": ("a.json", '"redis":{"a":'),
    "JSON: comments": ("a.json", "/* redis "),
    "env: one line": (".env", "A=redis redis"),
    "shell: documents": ("run.sh", "python <<% redis "),
    "shell: continued lines": ("run.sh", "redis \\\n"),
    "shell: quotes": ("run.sh", "\"redis' \n"),
    "Dockerfile: words": ("Dockerfile", 'RUN ["redis'),
    "crontab: times": ("crontab", "* redis "),
    "template: tags": ("a.html", "{% redis "),
    "template: closed tags": ("a.html", "{% load redis %}"),
    "XML: attributes": ("a.xml", "redis=redis-"),
    "code: imports": ("a.pyx", "import redis\n"),
    "notebook": ("a.ipynb", "[[[redis"),
    "Python: literals": ("a.py", "start('redis')\n"),
    "Python: one line": ("a.py", "'redis','redis',"),
    "Python: no Python": ("a.py", "'redis' ( "),
    "Python: nested calls": ("a.py", "print('redis' + f("),
}


def _places(path: str, *, computes: bool) -> NamingPlaces:
    is_code = path.endswith((".py", ".ipynb"))
    return NamingPlaces({path: "app"} if is_code else {}, () if is_code else (path,), frozenset(), computes=computes)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_no_time(name: str, tmp_path: Path) -> None:
    path, unit = HOSTILE[name]
    size = 250_000
    text = "".join(f"{' ' * depth}redis:\n" for depth in range(690)) if unit is None else unit * (size // len(unit))
    (tmp_path / path).write_text(text, encoding="utf-8")
    with within_patience():
        find_namings(tmp_path, (REDIS,), _places(path, computes=True), lambda _: True)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("conf/a.yaml", "yaml"), ("a.yml.j2", "yaml"), (".env.example", "env"), ("deploy/run", "shell"), ("a.html",
        "template"),
        ("Dockerfile.web", "dockerfile"), ("etc/cron.d/job", "shell"), ("a.conf", "ini"), ("x.py.jinja", "code"),
    ],
)  # fmt: skip
def test_a_file_is_read_as_its_name_says(path: str, kind: str) -> None:
    reading = find_reading(path)
    assert reading is not None
    assert reading.kind == kind


@pytest.mark.parametrize(
    "path",
    ["README.md", "docs/a.rst", "requirements/prod.txt", "uv.lock", "LICENSE.txt", "locale/de/a.json", "a.js",
    "a.css", "a.csv",
     "data.sql", "environment.yml", ".pre-commit-config.yaml", "footprint-baseline.json", "node_modules/a/b.yml"],
)  # fmt: skip
def test_what_names_nothing_is_not_read(path: str) -> None:
    assert find_reading(path) is None


def test_no_more_than_the_name_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a.env").write_text("A=thing+redis://user:hunter2@host/db\nB=python -m redis --password hunter2\n")
    found = find_namings(tmp_path, (REDIS,), _places("a.env", computes=False), lambda _: True)
    assert [(each.text, each.line) for each in found] == [("redis://", 1)]


def test_very_many_names_are_found_alike(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("start('redis')\nstart('python-json-logger')\n")
    logger = SoughtName("python-json-logger", ("python-json-logger",), ("pythonjsonlogger",))
    others = [SoughtName(f"other{number}", (f"other{number}",), (f"other{number}",)) for number in range(100)]
    found = find_namings(tmp_path, (REDIS, logger, *others), _places("a.py", computes=False), lambda _: True)
    assert [each.distribution for each in found] == ["redis", "python-json-logger"]


def test_the_application_speaks_before_the_tests(tmp_path: Path) -> None:
    for name in ("a.py", "test_a.py"):
        (tmp_path / name).write_text("start('redis')\n")
    places = NamingPlaces({"test_a.py": "tests", "a.py": "app"}, (), frozenset())
    found = find_namings(tmp_path, (REDIS,), places, lambda _: True)
    assert [(each.path, each.role) for each in found] == [("a.py", "app")]


# Which files have to be read in full because they may name modules other than by a dotted name in quotes

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
    "an attribute": "app.conf.include += ['tasks']\n",
    "a call with more than a name": "urlpatterns = [path('', include(('blog.urls', 'blog')))]\n",
    "a call that loads all below": "config.scan('blog.views')\n",
    "a call that loads its own package": "config.scan()\n",
    "a call with a name that is relative": "config.include('.routes')\n",
    "a call with a file": "app.config.from_pyfile('settings.py')\n",
    "a loader on lines of its own": "lazy.attach(\n    __name__,\n    ['io'],\n)\n",
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
    "a keyword of another call": "Index('a', include=['tasks'])\n",
    "a call with a dotted name": "urlpatterns = [path('', include('blog.urls'))]\n",
    "another method": "message.attach(part)\n",
    "applications as a value": "if setting == 'INSTALLED_APPS':\n    changed(setting='INSTALLED_APPS', value=1)\n",
}


@pytest.mark.parametrize("text", UNUSUAL.values(), ids=UNUSUAL)
def test_what_may_name_modules_in_another_way_cannot_be_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "m.py").write_text(text)
    assert find_module_strings(tmp_path, ["m.py"]) == {"m.py": None}


@pytest.mark.parametrize("text", USUAL.values(), ids=USUAL)
def test_what_names_none_is_told_by_its_strings(tmp_path: Path, text: str) -> None:
    (tmp_path / "m.py").write_text(text)
    assert find_module_strings(tmp_path, ["m.py"])["m.py"] is not None
