"""What `pip install -e` leaves in the environment: path files, finders, links and egg-links to folders elsewhere."""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, a_project, cases_of, code, plain

PROJECT = "../libs/acme"  # beside the project's folder
PACKAGE = {f"{PROJECT}/acmepkg/__init__.py": "import helper\n", f"{PROJECT}/acmepkg/mod.py": ""}
SOURCE = {f"{PROJECT}/src/acmepkg/__init__.py": "", f"{PROJECT}/src/acmepkg/mod.py": ""}
PYPROJECT = {f"{PROJECT}/pyproject.toml": '[project]\nname = "acme"\n', f"{PROJECT}/setup.py": ""}
HERE = "{FOLDER}/libs/acme"


def editable(files: Mapping[str, str], *requires: str, name: str = "acme", url: str = HERE) -> Lib:
    """Return an editable install whose files lie at the top of the site folder."""
    told = f'{{"url": "file://{url}", "dir_info": {{"editable": true}}}}'
    return Lib({**files, f"{name}-1.0.dist-info/direct_url.json": told}, requires)


def finder(mapping: str) -> dict[str, str]:
    """Return the two files of setuptools' finder."""
    return {
        "__editable__.acme-1.0.pth": "import __editable___acme_1_0_finder; __editable___acme_1_0_finder.install()",
        "__editable___acme_1_0_finder.py": f"import sys\nMAPPING: dict[str, str] = {mapping}\nNAMESPACES = {{}}\n",
    }


def app(text: str, *lines: str, **more: str) -> dict[str, str]:
    return {**code(text, *lines), **PYPROJECT, **more}


with_acme = cases_of(app)


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "editable installs": {
        "A14 setuptools finder": with_acme(
            "import acmepkg", {"acme": "startup certain main.py:1"},
            {"acme": editable(finder(f"{{'acmepkg': '{HERE}/acmepkg'}}"))}, files=PACKAGE),
        "A14 sibling: a path file to a src folder": with_acme(
            "from acmepkg import mod", {"acme": "startup certain main.py:1"},
            {"acme": editable({"__editable__.acme-1.0.pth": f"{HERE}/src\n"})}, files=SOURCE),
        "A14 sibling: a path file to the project's folder, tests beside the package": with_acme(
            "import acmepkg", {"acme": "startup certain main.py:1"}, {"acme": editable({"acme.pth": f"{HERE}\n"})},
            files={**PACKAGE, f"{PROJECT}/tests/__init__.py": ""}),
        "A14 sibling: an egg-link and easy-install.pth": with_acme(
            "import acmepkg", {"acme": "startup certain main.py:1"},
            {"develop": Lib({"acme.egg-link": f"{HERE}\n.", "easy-install.pth": f"{HERE}\n"})},
            files={**PACKAGE, f"{PROJECT}/acme.egg-info/PKG-INFO": "Name: acme\nVersion: 1\n",
                   f"{PROJECT}/acme.egg-info/top_level.txt": "acmepkg\n"}),
        "A14 sibling: the finder of editables, as hatchling and pdm-backend write it": Case(
            {**app("import acmepkg", "acme"), **PACKAGE},
            {"acme": "startup certain main.py:1"},
            {"acme": editable({
                "_editable_impl_acme.pth": "import _editable_impl_acme",
                "_editable_impl_acme.py": "from editables.redirector import RedirectingFinder as F\nF.install()\n"
                f"F.map_module('acmepkg', '{HERE}/acmepkg/__init__.py')\n",
            })},
        ),
        "A14 sibling: the finder of scikit-build-core": with_acme(
            "import acmepkg", {"acme": "startup certain main.py:1"},
            {"acme": editable({"_acme_editable.pth": "import _acme_editable",
                               "_acme_editable.py": f"install({{'acmepkg': '{HERE}/src/acmepkg/__init__.py', "
                               f"'acmepkg.mod': '{HERE}/src/acmepkg/mod.py'}}, {{}}, None, False, True, [], [])\n"})},
            files=SOURCE),
        "A14 sibling: a folder of another name than the package": with_acme(
            "import acmepkg", {"acme": "startup certain main.py:1"},
            {"acme": editable(finder(f"{{'acmepkg': '{HERE}/lib'}}"))}, files={f"{PROJECT}/lib/__init__.py": ""}),
        "A14 sibling: a namespace package beside an installed one": with_acme(
            "import corp.billing\nimport corp.auth",
            {"acme": "startup certain main.py:1", "corp-auth": "startup certain main.py:2"},
            {"acme": editable(finder(f"{{'corp.billing': '{HERE}/src/corp/billing'}}")),
             "corp-auth": Lib({"corp/auth/__init__.py": ""})}, files={f"{PROJECT}/src/corp/billing/__init__.py": ""}),
        "A14 sibling: a line that names the folder": Case(
            {**app("import acmepkg", "-e ../libs/acme"), **PACKAGE},
            {"acme": "startup certain main.py:1"},
            {"acme": editable(finder(f"{{'acmepkg': '{HERE}/acmepkg'}}"))},
            declared={"acme": "main requirements.txt:1"},
        ),
        "A14 sibling: what it requires is no use of ours": with_acme(
            "import acmepkg", {"acme": "startup certain main.py:1", "helper": "transitive certain"},
            {"acme": editable(finder(f"{{'acmepkg': '{HERE}/acmepkg'}}"), "helper"), "helper": plain("helper")},
            declares="acme", files=PACKAGE),
        "A14 sibling: it asks for a line that it does not require": with_acme(
            "import acmepkg",
            {"acme": "startup certain main.py:1", "helper": "implied cannot-tell acmepkg/__init__.py:1"},
            {"acme": editable(finder(f"{{'acmepkg': '{HERE}/acmepkg'}}")), "helper": plain("helper")}, files=PACKAGE),
        "A14 sibling: its folder lies in the project, which makes it our own": Case(
            {**code("import acmepkg", "-e ./libs/acme"), "libs/acme/acmepkg/__init__.py": "import helper\n",
             "libs/acme/pyproject.toml": '[project]\nname = "acme"\ndependencies = ["helper"]\n'},
            {"helper": "startup certain libs/acme/acmepkg/__init__.py:1"},
            {"acme": editable(finder("{'acmepkg': '{FOLDER}/project/libs/acme/acmepkg'}"), "helper",
                              url="{FOLDER}/project/libs/acme"), "helper": plain("helper")},
        ),
        "A14 sibling: a repository that pip checked out into the project": Case(
            {**code("import acmepkg", "-e git+https://github.com/o/acme#egg=acme"), "src/acme/.git/HEAD": "ref: x\n",
             "src/acme/acmepkg/__init__.py": "import helper\n",
             "src/acme/pyproject.toml": '[project]\nname = "acme"\n'},
            {"acme": "startup certain main.py:1", "helper": "transitive certain"},
            {"acme": editable(finder("{'acmepkg': '{FOLDER}/project/src/acme/acmepkg'}"), "helper",
                              url="{FOLDER}/project/src/acme"), "helper": plain("helper")},
        ),
        "A14 sibling: a path line of the environment to a folder of the project": a_project(
            "import acmepkg", {"helper": "startup certain parts/of/ours/acmepkg/__init__.py:1"},
            {"helper": Lib({"helper/__init__.py": "", "ours.pth": "{FOLDER}/project/parts/of/ours\n"})},
            files={"parts/of/ours/acmepkg/__init__.py": "import helper\n"}),
        "noop: installed so and not imported": with_acme(
            "", {"acme": "unused likely"}, {"acme": editable(finder(f"{{'acmepkg': '{HERE}/acmepkg'}}"))},
            files=PACKAGE),
        "noop: tests, build files and environments beside the package are none of its modules": with_acme(
            "import conftest\nimport acmepkg", {"acme": "startup certain main.py:2"},
            {"acme": editable({"acme.pth": f"{HERE}\n"})},
            files={**PACKAGE, f"{PROJECT}/conftest.py": "", f"{PROJECT}/setup.py": "", "conftest.py": ""}),
        "noop: a finder whose folder is gone": with_acme(
            "import acmepkg", {"acme": "unused likely"}, {"acme": editable(finder(f"{{'acmepkg': '{HERE}/acmepkg'}}"))},
            undeclared={"acmepkg": "not installed"}, findings=("FP105 * main.py:1",)),
    }
}  # fmt: skip
