"""Projects that are offered to an index, whichever file says so: whoever installs one may import any module of it."""

from collections.abc import Mapping

from tests.cases.case import NOOP, Case, lib, libs

SITE = libs("a b")
PACKAGE = {
    "p/__init__.py": "",
    "p/cli.py": "import a\ndef main(): ...\n",
    "p/contrib/__init__.py": "",
    "p/contrib/mq.py": "import b\n",
}
OFFERED = {"b": "unreached cannot-tell p/contrib/mq.py:1"}
ALONE = {"b": "unreached likely p/contrib/mq.py:1"}
KIND = "'Topic :: Internet'"
PRIVATE = "'Private :: Do Not Upload'"
SETUP = "from setuptools import setup\n"
GIVEN = "name='p', install_requires=['a', 'b'], entry_points={'console_scripts': ['p=p.cli:main']}"
HEAD = "[metadata]\nname = p\n"
OPTIONS = "[options]\ninstall_requires =\n    a\n    b\n[options.entry_points]\nconsole_scripts =\n    p = p.cli:main\n"
OF_PBR = "[entry_points]\nconsole_scripts =\n    p = p.cli:main\n"
TABLE = "[project]\nname = 'p'\nversion = '1'\ndependencies = ['a', 'b']\n"
SCRIPTS = "[project.scripts]\np = 'p.cli:main'\n"
FLIT = "[tool.flit.metadata]\nmodule = 'p'\nrequires = ['a', 'b']\n"
DYNAMIC = f"{TABLE}dynamic = ['classifiers']\n{SCRIPTS}"

LEXER = {**PACKAGE, "p/contrib/mq.py": "import pygments\n"}
WITH_LEXER = GIVEN.replace("'b'", "'pygments', 'lexer'")
LEXERS = {**libs("a pygments"), "lexer": lib("lexer/__init__.py", entry_points="[pygments.lexers]\nx = lexer:X\n")}

# What says that a project is published -> its files, the file and line that say so.
SAID: Mapping[str, tuple[dict[str, str], str]] = {
    "setup(classifiers=[...])": ({"setup.py": f"{SETUP}setup({GIVEN}, classifiers=[{KIND}])\n"}, "setup.py:2"),
    "buildbot: a table that setup() is given": (
        {"setup.py": f"{SETUP}args = {{\n'classifiers': [{KIND}]}}\nsetup(**args, {GIVEN})\n"}, "setup.py:3"),
    "buildbot sibling: put into it later": (
        {"setup.py": f"{SETUP}args = dict({GIVEN})\nargs['classifiers'] = [{KIND}]\nsetup(**args)\n"}, "setup.py:3"),
    "buildbot sibling: a name": (
        {"setup.py": f"{SETUP}KINDS = [{KIND}]\nsetup({GIVEN}, classifiers=KINDS)\n"}, "setup.py:3"),
    "buildbot sibling: lines of a text": (
        {"setup.py": f"{SETUP}KINDS = '''\nTopic :: Internet\n'''\n"
                     f"setup({GIVEN}, classifiers=[k for k in KINDS.split('\\n') if k])\n"}, "setup.py:5"),
    "buildbot sibling: computed": (
        {"setup.py": f"{SETUP}import meta\nsetup({GIVEN}, classifiers=meta.classifiers())\n"}, "setup.py:3"),
    "buildbot sibling: computed in part": (
        {"setup.py": f"{SETUP}setup({GIVEN}, classifiers=[{KIND}, *more()])\n"}, "setup.py:2"),
    "setup.cfg": ({"setup.cfg": f"{HEAD}classifiers =\n    Topic :: Internet\n{OPTIONS}"}, "setup.cfg:3"),
    "setup.cfg of pbr": (
        {"setup.cfg": f"{HEAD}classifier =\n    Topic :: Internet\n{OF_PBR}", "requirements.txt": "a\nb\n"},
        "setup.cfg:3"),
    "setup.cfg: a file": (
        {"setup.cfg": f"{HEAD}classifiers = file: kinds.txt\n{OPTIONS}", "kinds.txt": "Topic :: Internet\n"},
        "setup.cfg:3"),
    "setup.cfg: a file that is not there": (
        {"setup.cfg": f"{HEAD}classifiers = file: kinds.txt\n{OPTIONS}"}, "setup.cfg:3"),
    "Flit": ({"pyproject.toml": f"{FLIT}classifiers = [{KIND}]\n[tool.flit.scripts]\np = 'p.cli:main'\n"},
             "pyproject.toml:4"),
    "put together by the build": ({"pyproject.toml": DYNAMIC}, "pyproject.toml:5"),
    "put together by the build, of a file": (
        {"pyproject.toml": f"{DYNAMIC}[tool.setuptools.dynamic]\nclassifiers = {{file = ['kinds.txt']}}\n",
         "kinds.txt": "Topic :: Internet\n"}, "pyproject.toml:5"),
}  # fmt: skip

# What does not.
NOT_SAID: Mapping[str, dict[str, str]] = {
    "setup() without": {"setup.py": f"{SETUP}setup({GIVEN})\n"},
    "an empty list": {"setup.py": f"{SETUP}setup({GIVEN}, classifiers=[])\n"},
    "None": {"setup.py": f"{SETUP}setup({GIVEN}, classifiers=None)\n"},
    "a list that nothing is given": {"setup.py": f"{SETUP}classifiers = [{KIND}]\nsetup({GIVEN})\n"},
    "private in setup.py": {"setup.py": f"{SETUP}setup({GIVEN}, classifiers=[{KIND}, {PRIVATE}])\n"},
    "private, the rest computed": {"setup.py": f"{SETUP}setup({GIVEN}, classifiers=[{PRIVATE}, *more()])\n"},
    "private in lines of a text": {
        "setup.py": f"{SETUP}setup({GIVEN}, classifiers='''\nPrivate :: x\nTopic :: y\n'''.strip().splitlines())\n"},
    "private in setup.cfg": {"setup.cfg": f"{HEAD}classifiers =\n    Topic :: x\n    Private :: y\n{OPTIONS}"},
    "private in a file": {
        "setup.cfg": f"{HEAD}classifiers = file: kinds.txt\n{OPTIONS}", "kinds.txt": "Topic :: x\nPrivate :: y\n"},
    "private in Flit": {
        "pyproject.toml": f"{FLIT}classifiers = [{PRIVATE}]\n[tool.flit.scripts]\np = 'p.cli:main'\n"},
    "private beside what is put together": {
        "pyproject.toml": DYNAMIC, "setup.py": f"{SETUP}setup(classifiers=[{KIND}, {PRIVATE}])\n"},
    "private in a file that is put together": {
        "pyproject.toml": f"{DYNAMIC}[tool.setuptools.dynamic]\nclassifiers = {{file = 'kinds.txt'}}\n",
        "kinds.txt": "Private :: y\n"},
    "another project below": {
        "pyproject.toml": f"{TABLE}{SCRIPTS}", "plug/setup.py": f"{SETUP}setup(name='q', classifiers=[{KIND}])\n"},
    "classifiers of something else": {
        "pyproject.toml": f"{TABLE}{SCRIPTS}[tool.x]\nclassifiers = [{KIND}]\n"},
}  # fmt: skip

CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "a project that others install, by its own files": {
        **{
            what: Case({**PACKAGE, **files}, OFFERED, removes={}, says={"b": f"{place} says that it is published"})
            for what, (files, place) in SAID.items()
        },
        "buildbot sibling: a private one below leaves it as it is": Case(
            {**PACKAGE, "setup.py": f"{SETUP}setup({GIVEN}, classifiers=[{KIND}])\n",
             "plug/setup.py": f"{SETUP}setup(name='q', classifiers=[{PRIVATE}])\n"}, OFFERED, removes={}),
        "errbot: a plugin of what may be used": Case(
            {**LEXER, "setup.py": f"{SETUP}setup({WITH_LEXER}, classifiers=[{KIND}])\n"},
            {"lexer": "implied cannot-tell", "pygments": "unreached cannot-tell p/contrib/mq.py:1"}, LEXERS, removes={},
            says={"lexer": "plugins for pygments (pygments.lexers); whether that runs here is not known"}),
        "noop: errbot sibling: a plugin of what goes": Case(
            {**LEXER, "setup.py": f"{SETUP}setup({WITH_LEXER})\n"},
            {"lexer": "unused likely", "pygments": "unreached likely"}, LEXERS),
        "noop: errbot sibling: a plugin of what nothing imports": Case(
            {**LEXER, "setup.py": f"{SETUP}setup({WITH_LEXER}, classifiers=[{KIND}])\n", "p/contrib/mq.py": ""},
            {"lexer": "unused likely", "pygments": "unused likely"}, LEXERS),
        **{f"{NOOP} buildbot sibling: {what}": Case({**PACKAGE, **files}, ALONE) for what, files in NOT_SAID.items()},
    },
}  # fmt: skip
