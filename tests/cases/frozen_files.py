"""Frozen requirement files: pins hold nothing, and go with what brought them. And who holds what at all."""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, a_project, code, lib, libs


def wants(name: str, *requires: str) -> Lib:
    return lib(f"{name}/__init__.py", requires=requires)


WEB = {"Procfile": "web: gunicorn main:app\n"}
# flask and gunicorn are the application; topics is what it once tried, with its stack; loop is a ring.
SITE: Mapping[str, Lib] = {
    "flask": lib("flask/__init__.py", requires=("werkzeug", "click", "jinja2")),
    "jinja2": wants("jinja2", "markupsafe"),
    "werkzeug": wants("werkzeug", "markupsafe"),
    "gunicorn": lib(
        "gunicorn/__init__.py", requires=("packaging",), entry_points="[console_scripts]\ngunicorn = gunicorn:run\n"
    ),
    "topics": lib("topics/__init__.py", requires=("learn", "umap", "numbers-lib")),
    "keywords": lib("keywords/__init__.py", requires=("learn", "rich-text")),
    "learn": lib("learn/__init__.py", requires=("numbers-lib", "joblib")),
    "umap": wants("umap", "learn", "numba"),
    "numba": wants("numba", "llvm"),
    "embed": lib("embed/__init__.py", requires=("torch", "numbers-lib")),
    "torch": wants("torch", "sympy"),
    **libs("click markupsafe packaging joblib llvm sympy numbers-lib:numbers_lib rich-text:rich_text lone"),
}
FLASK_PINS = "click flask gunicorn jinja2 markupsafe packaging werkzeug"
STACK = "topics umap numba llvm learn joblib numbers-lib"
UMAP_GO = "topics 1, llvm 4, numba 3, umap 2"
ALL = " ".join(sorted(f"{FLASK_PINS} {STACK}".split()))


def text_of(names: str) -> str:
    return "".join(f"{name}==1.0\n" for name in names.split())


def frozen(names: str, text: str = "import flask") -> dict[str, str]:
    """A project whose requirements.txt is its `pip freeze`: these, and those of the application."""
    pins = names if "flask" in names else f"{names} {FLASK_PINS}"
    return {**code(text), "requirements.txt": text_of(pins), **WEB}


def at(offset: int) -> str:
    """Return what goes with topics from a freeze of everything that begins `offset` lines down."""
    names = ["topics", "joblib", "learn", "llvm", "numba", "numbers-lib", "umap"]
    return ", ".join(f"{name} {ALL.split().index(name) + 1 + offset}" for name in names)


COMPILED_GO = at(0)

CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "C1 pins hold nothing": {
        "C1 a freeze alone": Case(
            frozen(ALL),
            dict(
                topics="unused",
                learn="transitive",
                umap="transitive",
                flask="startup",
                gunicorn="implied",
                click="transitive",
            ),
            removes={"topics": COMPILED_GO},
        ),
        "C1 sibling: two stacks share what neither frees alone": Case(
            frozen("topics umap numba llvm keywords rich-text learn joblib numbers-lib"),
            {"topics": "unused", "keywords": "unused", "learn": "transitive"},
            removes={"topics": UMAP_GO, "keywords": "keywords 5, rich-text 6"},
        ),
        "C1 sibling: a pin that the project imports stays": Case(
            frozen(STACK, text="import flask\nimport learn"),
            {"learn": "startup", "numbers-lib": "transitive", "umap": "transitive"},
            removes={"topics": UMAP_GO},
        ),
        "C1 sibling: a pin that a string names stays": Case(
            frozen(STACK, text="import flask, importlib\nlearn = importlib.import_module('learn')"),
            {"learn": "startup"},
            removes={"topics": UMAP_GO},
        ),
        "C1 sibling: a pin of a pin of what is not used": Case(
            frozen("keywords rich-text learn joblib numbers-lib"),
            {"joblib": "transitive"},
            removes={"keywords": "keywords 1, joblib 4, learn 3, numbers-lib 5, rich-text 2"},
        ),
        "C1 sibling: imported by dead code only": Case(
            {**frozen("embed torch sympy numbers-lib"), "pkg/__init__.py": "", "pkg/dead.py": "import embed\n"},
            {"embed": "unreached", "torch": "transitive"},
            removes={"embed": "embed 1, numbers-lib 4, sympy 3, torch 2"},
        ),
        "C1 sibling: in a file that the first includes": Case(
            {**code("import flask", "-r pins.txt", "topics"), **WEB, "pins.txt": text_of(f"{STACK[7:]} {FLASK_PINS}")},
            {"topics": "unused"},
            removes={
                "topics": "topics 2, joblib pins.txt:5, learn pins.txt:4, llvm pins.txt:3, numba pins.txt:2, "
                "numbers-lib pins.txt:6, umap pins.txt:1"
            },
        ),
        "C1 sibling: a pin that a settings file names by a path stays": Case(
            {**frozen(STACK), "conf/model.yaml": "model:\n  _target_: learn.Model\n"},
            {"learn": "implied conf/model.yaml:2", "topics": "unused"},
            {
                **SITE,
                "learn": lib(
                    "learn/__init__.py", requires=("numbers-lib", "joblib"), learn____init__="class Model: pass\n"
                ),
            },
            removes={"topics": UMAP_GO},
        ),
        "C1 sibling: a pin that is a driver in a URL stays": Case(
            frozen("topics psycopg2-binary sqlalchemy", "import flask, sqlalchemy\nx = 'postgresql+psycopg2://h/d'"),
            {"psycopg2-binary": "implied", "topics": "unused"},
            {
                **SITE,
                "topics": wants("topics", "psycopg2-binary"),
                **libs("sqlalchemy"),
                "psycopg2-binary": lib("psycopg2/__init__.py"),
            },
            removes={"topics": "topics 1"},
        ),
        "noop: C1 a pin whose bare name is a word somewhere": Case(
            {**frozen(STACK), "conf/model.yaml": "what: learn\n"},
            {"learn": "transitive"},
            removes={"topics": "topics 1, joblib 6, learn 5, llvm 4, numba 3, numbers-lib 7, umap 2"},
        ),
        "noop: C1 the whole stack is used": Case(
            frozen(ALL, text="import flask\nimport topics"),
            {"topics": "startup", "umap": "transitive"},
            removes={},
        ),
        "noop: C1 what cannot be told holds": Case(
            {
                **frozen(STACK),
                "manage_topics.py": "import topics\nif __name__ == '__main__':\n    topics.run()\n",
            },
            {"topics": "unreached cannot-tell"},
            removes={},
        ),
    },
    "C1 loops of pins": {
        "C1 sibling: two that require each other": a_project(
            "import flask",
            {"flask": "startup", "left": "unused", "right": "unused"},
            {**SITE, "left": wants("left", "right"), "right": wants("right", "left", "lone")},
            says={"left": "no requirer but right"},
            removes={"left": "left 2, right 3"},
        ),
        "C1 sibling: three, with what they bring pinned": Case(
            code("import flask", "flask", "c", "b", "a", "lone"),
            {"a": "unused", "b": "unused", "c": "unused", "lone": "transitive"},
            {**SITE, "a": wants("a", "b"), "b": wants("b", "c"), "c": wants("c", "a", "lone")},
            removes={"a": "a 4, b 3, c 2, lone 5"},
        ),
        "C1 sibling: one that an unused line requires": Case(
            code("import flask", "flask", "left", "right", "top"),
            {"left": "transitive", "right": "transitive", "top": "unused"},
            {**SITE, "left": wants("left", "right"), "right": wants("right", "left"), "top": wants("top", "left")},
            removes={"top": "top 4, left 2, right 3"},
        ),
        "C1 sibling: a pin that asks for an extra holds what that brings": Case(
            code("import cli", "cli", "server[fast]"),
            {"server": "transitive", "loop": "transitive"},
            {"cli": wants("cli", "server"), "server": wants("server", 'loop; extra == "fast"'), **libs("loop")},
            {"server": "required by cli anyway, but not with all that the line asks for: [fast]"},
            findings=("FP104 server requirements.txt:2",),
            removes={},
        ),
        "noop: C1 one of the two is used": a_project(
            "import left",
            {"left": "startup", "right": "transitive"},
            {"left": wants("left", "right"), "right": wants("right", "left")},
            removes={},
        ),
        "noop: C1 one of the two is a command that is run": Case(
            {**code("", "left", "right"), "Procfile": "web: right main:app\n"},
            {"right": "implied", "left": "transitive"},
            {
                "left": wants("left", "right"),
                "right": lib(
                    "right/__init__.py", requires=("left",), entry_points="[console_scripts]\nright = right:run\n"
                ),
            },
            removes={},
        ),
    },
}
