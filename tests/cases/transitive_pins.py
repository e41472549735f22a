"""What another line requires anyway: pins, and what comes along."""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, code, lib, libs

SITE: Mapping[str, Lib] = {
    "web": lib("web/__init__.py", requires=("base>=1", "win; sys_platform == 'win32'", 'fast; extra == "fast"')),
    "base": lib("base/__init__.py", requires=("deep",)),
    **libs("deep win fast lone"),
}  # fmt: skip


def app(*lines: str, text: str = "import web") -> dict[str, str]:
    return code(text, *lines, Procfile="web: python main.py\n")


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "pins": {
        "of a requirement": Case(
            app("web", "base==1.0"), {"base": "transitive certain"},
            says={"base": "required by web anyway: the line is a pin, removing it frees nothing"},
            findings=("FP104 base requirements.txt:2",),
        ),
        "of a requirement of what is not used": Case(
            app("web", "base==1.0", text=""), {"web": "unused", "base": "transitive"},
        ),
        "in another file": Case(
            {**app("web"), "requirements-lock.txt": "base==1.0\n"}, {"base": "transitive"},
            declared={"base": "main requirements-lock.txt:1"}, findings=("FP104 base requirements-lock.txt:1",),
        ),
        "of a development tool's requirement": Case(
            {**app(text=""), "requirements-dev.txt": "web\nbase==1.0\n"}, {"web": "tests", "base": "tests"},
        ),
        "noop: imported by us, too": Case(
            app("web", "base", text="import web\nimport base"), {"base": "startup certain main.py:2"},
        ),
        "noop: required on another platform only": Case(app("web", "win"), {"win": "unused"}),
        "noop: a member of an extra that nobody asks for": Case(app("web", "fast"), {"fast": "unused"}),
        "noop: what requires it is declared nowhere": Case(app("deep", text=""), {"base": "orphan", "deep": "unused"}),
    },
    "what comes along": {
        "by one step and by two": Case(
            app("web"), {"base": "transitive certain", "deep": "transitive certain"},
            says={"base": "web", "deep": "web -> base"},
        ),
        "of what is not used": Case(app("web", text=""), {"web": "unused", "base": "transitive"}),
        "noop: required by nobody": Case(app("web"), {"lone": "orphan", "win": "orphan", "fast": "orphan"}),
    },
}  # fmt: skip
