"""Who holds what: production and development apart, chains from lines that stand for themselves."""

from collections.abc import Mapping

from tests.cases import frozen_files
from tests.cases.case import Case, code, lib, libs
from tests.cases.frozen_files import ALL, WEB, frozen, wants

SITE = frozen_files.SITE

CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "C3 production and development": {
        "C3 only development requires it": Case(
            {
                "pyproject.toml": '[project]\nname = "x"\nversion = "1"\ndependencies = ["arrow", "idna"]\n'
                '[dependency-groups]\ndev = ["requests"]\n',
                "main.py": "import arrow\napp = 1\n",
                "Procfile": "web: python main.py\n",
            },
            {"idna": "unused", "requests": "tests", "arrow": "startup"},
            {**libs("arrow idna"), "requests": wants("requests", "idna")},
            says={"idna": "no requirer but requests, for development only"},
            removes={"idna": "idna pyproject.toml:4"},
        ),
        "C3 sibling: by a file of its own": Case(
            {**code("import flask", "flask", "lone", "joblib"), **WEB, "requirements-dev.txt": "learn\nnumbers-lib\n"},
            {"joblib": "unused", "learn": "tests", "numbers-lib": "tests"},
            findings=("FP105 gunicorn Procfile:1",),
            removes={"joblib": "joblib 3", "lone": "lone 2"},
        ),
        "C3 sibling: through another": Case(
            {**code("import flask", "flask", "llvm"), "requirements-dev.txt": "numba\n"},
            {"llvm": "unused"},
            removes={"llvm": "llvm 2"},
        ),
        "C3 sibling: pinned for development, too": Case(
            {**code("import flask", "flask", "numba==1.0", "llvm==1.0"), "requirements-dev.txt": "llvm==1.0\n"},
            {"numba": "unused", "llvm": "transitive"},
            removes={"numba": "numba 2, llvm 3"},
        ),
        "C3 sibling: what development brings is not declared": Case(
            {**code("import flask\nimport joblib", "flask"), "requirements-dev.txt": "learn\n"},
            {"joblib": "startup"},
            undeclared={"joblib": "learn brings it in, for development only"},
            findings=("FP105 joblib main.py:2",),
        ),
        "C3 sibling: what development declares for itself stays when production frees it": Case(
            {**code("import flask", "flask", "torch"), "requirements-dev.txt": "joblib\nsympy\n"},
            {"torch": "unused", "sympy": "tests"},
            removes={"torch": "torch 2"},
        ),
        "noop: C3 production requires it, too": Case(
            {**code("import flask", "flask", "markupsafe"), "requirements-dev.txt": "learn\n"},
            {"markupsafe": "transitive"},
            says={"markupsafe": "required by jinja2, werkzeug anyway"},
            removes={},
        ),
        "noop: C3 declared for development, and used by what runs": Case(
            {**code("import flask\nimport learn", "flask", "joblib"), **WEB, "requirements-dev.txt": "learn\n"},
            {"learn": "startup", "joblib": "transitive"},
            removes={},
            findings=("FP105 gunicorn Procfile:1", "FP106 learn main.py:2"),
        ),
        "noop: C3 everything is for development": Case(
            {"main.py": "app = 1\n", "requirements-dev.txt": "learn\njoblib\n"},
            {"learn": "tests", "joblib": "tests"},
            removes={},
        ),
    },
    "C4 the shortest way from a line that stands for itself": {
        "C4 a cycle is not shown": Case(
            code("import fastapi", "fastapi"),
            {"sentry": "transitive"},
            {"fastapi": wants("fastapi", "cli"), "cli": wants("cli", "sentry"), "sentry": wants("sentry", "fastapi")},
            chains={"sentry": "fastapi > cli > sentry", "cli": "fastapi > cli", "fastapi": "fastapi"},
        ),
        "C4 only the extra of one line brings it": Case(
            code("import django\nimport compressor", "django-compressor", "Django[argon2]"),
            {"argon2-cffi": "transitive"},
            {
                "django": lib("django/__init__.py", requires=('argon2-cffi; extra == "argon2"',)),
                "argon2-cffi": lib("argon2/__init__.py"),
                "django-compressor": wants("compressor", "django"),
            },
            chains={"argon2-cffi": "django > argon2-cffi"},
        ),
        "C4 a declared and used line is not passed over": Case(
            code("import learn\nimport numbers_lib\nimport topics", "topics", "learn", "numbers-lib"),
            {"joblib": "transitive"},
            chains={"joblib": "learn > joblib", "numbers-lib": "numbers-lib"},
        ),
        "C4 sibling: the used line lies deeper": Case(
            code("import umap\nimport topics", "topics", "umap"),
            {"llvm": "transitive"},
            chains={"llvm": "umap > numba > llvm", "numba": "umap > numba"},
        ),
        "C4 sibling: an extra of an extra": Case(
            code("import all_", "all_[every]"),
            {"leaf": "transitive"},
            {
                "all-": lib("all_/__init__.py", requires=('all_[some]; extra == "every"', 'leaf; extra == "some"')),
                **libs("leaf"),
            },
            chains={"leaf": "all- > leaf"},
        ),
        "C4 sibling: pins are passed through": Case(
            frozen(ALL),
            {"umap": "transitive"},
            chains={"llvm": "topics > umap > numba > llvm", "umap": "topics > umap"},
        ),
        "noop: C4 nothing leads there": Case(code("import flask", "flask"), {"lone": "orphan"}, chains={"lone": ""}),
    },
    "removals never take away what is imported": {
        "C1 sibling: nothing but an unused line brings in what is imported": Case(
            code("import flask\nimport learn", "flask", "topics"),
            {"topics": "unused cannot-tell", "learn": "startup"},
            says={"topics": "it alone brings in learn, which main.py:2 imports"},
            removes={},
            findings=("FP105 learn main.py:2",),
        ),
        "C1 sibling: two unused lines bring it in": Case(
            code("import flask\nimport learn", "flask", "keywords", "topics"),
            {"keywords": "unused cannot-tell", "topics": "unused likely"},
            removes={"topics": "topics 3"},
            findings=("FP105 learn main.py:2",),
        ),
        "C1 sibling: only the tests import it": Case(
            {**code("import flask", "flask", "topics"), "tests/test_x.py": "import learn\n"},
            {"topics": "unused cannot-tell"},
            removes={},
        ),
        "noop: C1 imported under a guard": Case(
            code("import flask\ntry:\n    import learn\nexcept ImportError:\n    learn = None", "flask", "topics"),
            {"topics": "unused likely"},
            removes={"topics": "topics 2"},
            findings=("FP105 learn main.py:3",),
        ),
        "noop: C1 what is imported is brought in by a used line": Case(
            code("import flask\nimport click", "flask", "lone"),
            {"lone": "unused likely"},
            removes={"lone": "lone 2"},
            findings=("FP105 click main.py:2",),
        ),
    },
}
