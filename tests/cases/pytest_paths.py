"""Where pytest looks for tests: folders of tests, and the code itself, whose doctests and neighbours it is to find."""

from collections.abc import Mapping

from tests.cases.case import Case, libs

SITE = libs("a b")
LOOKS = "[tool.pytest.ini_options]\ntestpaths = [{}]\n"
BOT = {"bot/__init__.py": "", "bot/run.py": "def main(): ...\n", "bot/plugins/__init__.py": "",
       "bot/plugins/url.py": "import a\n"}  # fmt: skip
PLUGIN = {"a": "unreached bot/plugins/url.py:1"}
TESTS = {"a": "tests certain"}


def looks(*folders: str, more: str = "", **files: str) -> dict[str, str]:
    """A project with a requirement whose pytest looks into `folders`."""
    said = LOOKS.format(", ".join(f"'{folder}'" for folder in folders))
    return {"requirements.txt": "a\n", "pyproject.toml": f"{said}{more}", **files}


def project(name: str, more: str = "") -> str:
    return f"[project]\nname = '{name}'\nversion = '1'\n{more}"


def started(files: Mapping[str, str]) -> dict[str, str]:
    """The same beside a program that uses nothing of it."""
    return {"main.py": "", "Procfile": "web: python main.py\n", **files}


# A project's own code -> the files that say so, beside the package `bot`.
CODE: Mapping[str, dict[str, str]] = {
    "sopel: the package that it is named after": looks("test", "bot", more=project("bot")),
    "sopel sibling: spelled with a dash": {
        **looks("my_bot", more=project("My-Bot")), **{f"my_{path}": text for path, text in BOT.items()}},
    "sopel sibling: an entry point": looks("bot", more=project("x", "[project.scripts]\nx = 'bot.run:main'\n")),
    "sopel sibling: an entry point of plugins": looks(
        "bot", more=project("x", "[project.entry-points.'y.z']\nx = 'bot.plugins'\n")),
    "sopel sibling: a list of setuptools": looks(
        "bot", more="[tool.setuptools]\npackages = ['bot', 'bot.plugins']\n"),
    "sopel sibling: a pattern of setuptools": looks(
        "bot", more="[tool.setuptools.packages.find]\ninclude = ['bot*']\n"),
    "sopel sibling: a list of hatchling": looks(
        "bot", more="[tool.hatch.build.targets.wheel]\npackages = ['bot']\n"),
    "sopel sibling: a list of Poetry": looks("bot", more="[tool.poetry]\npackages = [{include = 'bot'}]\n"),
    "sopel sibling: Flit": looks("bot", more="[tool.flit.module]\nname = 'bot'\n"),
    "sopel sibling: setup.py": looks("bot", **{"setup.py": "setup(name='x', packages=['bot', 'bot.plugins'])\n"}),
    "sopel sibling: setup.py, a table": looks("bot", **{"setup.py": "kw = {'name': 'bot'}\nsetup(**kw)\n"}),
    "sopel sibling: setup.cfg": {
        "requirements.txt": "a\n", "setup.cfg": "[metadata]\nname = bot\n[tool:pytest]\ntestpaths = bot docs\n"},
    "sopel sibling: setup.cfg, a list": {
        "requirements.txt": "a\n", "setup.cfg": "[options]\npackages =\n    bot\n",
        "pytest.ini": "[pytest]\ntestpaths = bot\n"},
    "sopel sibling: doctests of the code and of its documents": looks("bot", "docs", more=project("bot")),
    "sopel sibling: tests within it": looks("bot", **{"bot/tests/test_url.py": "from bot.plugins import url\n"}),
    "sopel sibling: tests further within": looks(
        "bot", **{"bot/plugins/tests/test_url.py": "import bot.plugins.url\n"}),
    **{
        f"sopel sibling: tests within it, in {folder}": looks(
            "bot", **{f"bot/{folder}/url_checks.py": "import bot.plugins.url\n"})
        for folder in ("testing", "_tests", "Tests", "unit_tests", "plugins/end-to-end-tests")
    },
    "sopel sibling: a test beside a module": looks("bot", **{"bot/plugins/test_url.py": "from . import url\n"}),
    "sopel sibling: a test beside a module, its word last": looks(
        "bot", **{"bot/run_test.py": "from .run import main\n"}),
}  # fmt: skip

# Folders of tests, whatever they are called.
OF_TESTS: Mapping[str, dict[str, str]] = {
    "a package of tests": looks("bot", more=project("x")),
    "of a project that is called alike": looks("bot", more=project("robot")),
    "a list of other packages": looks("bot", more="[tool.setuptools]\npackages = ['x', 'bots']\n"),
    "tests that share helpers": looks("bot", **{"bot/test_all.py": "from .plugins import url\n"}),
    "a folder within the package": looks("bot/plugins", more=project("bot")),
    "a folder that only ends like one of tests": looks("bot", **{"bot/ab_tests/url_checks.py": "\n"}),
    "what is found anywhere": looks("bot", more="[tool.setuptools.packages.find]\ninclude = ['*']\n"),
}

CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "where pytest looks for tests": {
        **{name: Case(started({**BOT, **files} if "my_bot/run.py" not in files else files), _expect)
           for name, files in CODE.items()
           for _expect in [{"a": "unreached my_bot/plugins/url.py:1"} if "my_bot/run.py" in files else PLUGIN]},
        "sopel sibling: an entry comes into it": Case(
            {**BOT, **looks("bot"), "Procfile": "web: python -m bot.run\n"}, PLUGIN),
        "sopel sibling: in src": Case(
            started({**{f"src/{path}": text for path, text in BOT.items()}, **looks("src/bot", more=project("bot"))}),
            {"a": "unreached src/bot/plugins/url.py:1"}),
        "sopel sibling: a library that nothing starts": Case(
            {**BOT, **looks("bot", "docs", more=project("bot"))}, {"a": "startup bot/plugins/url.py:1"}),
        **{f"noop: sopel sibling: {name}": Case(started({**BOT, **files}), TESTS) for name, files in OF_TESTS.items()},
        "noop: sopel sibling: a suite beside the package": Case(
            started({**BOT, **looks("bot", "suite", more=project("bot")), "suite/__init__.py": "",
                     "suite/first.py": "import b\n", "requirements.txt": "a\nb\n"}), {"b": "tests certain", **PLUGIN}),
        "noop: sopel sibling: checks that a tool of developers starts": Case(
            started({**looks("checks", more=project("x")), "checks/first.py": "import a\n", "checks/all.py": "",
                     "Makefile": "test:\n\tpython checks/all.py\n"}), TESTS),
    },
}  # fmt: skip
