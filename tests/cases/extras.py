"""Extras: those that a line asks for, and members of extras on lines of their own."""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, code, lib, libs

SITE: Mapping[str, Lib] = {
    "web": lib(
        web____init__="", web__fast="def f():\n    import loop\n",
        requires=("base", 'loop; extra == "fast"', 'lint; extra == "dev"', 'web[fast]; extra == "all"'),
    ),
    **libs("base loop lint other"),
}  # fmt: skip


QUEUE = "import web\nif __name__ == '__main__':\n    web.run()\n"  # that may be started, or may not


def app(*lines: str, text: str = "import web", **more: str) -> dict[str, str]:
    files = {name.replace("_", "."): content for name, content in more.items()}
    return code(text, *lines, Procfile="web: python main.py\n", **files)


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "an extra that a line asks for": {
        "brings its members": Case(app("web[fast]"), {"web": "startup main.py:1", "loop": "transitive"}),
        "and the member on a line of its own is a pin": Case(
            app("web[fast]", "loop==1.0"), {"loop": "transitive certain"}, says={"loop": "is a pin"},
            findings=("FP104 loop requirements.txt:2",),
        ),
        "the extra's owner is not used": Case(app("web[fast]", text=""), {"web": "unused", "loop": "transitive"}),
        "noop: an extra that nobody asks for": Case(app("web"), {"loop": "orphan", "base": "transitive"}),
        "noop: another extra": Case(app("web[dev]"), {"loop": "orphan", "lint": "transitive"}),
        "noop: an extra that there is not": Case(app("web[quick]"), {"loop": "orphan"}),
    },
    "a member on a line of its own": {
        "its owner imports it": Case(
            app("web", "loop"), {"loop": "implied cannot-tell web/fast.py:2"}, says={"loop": "extra fast"},
        ),
        "noop: its owner is not used": Case(app("web", "loop", text=""), {"loop": "unused"}),
        "nobody can tell whether its owner is used": Case(
            app("web", "loop", text="", queue_py=QUEUE),
            {"web": "unreached cannot-tell queue.py:1", "loop": "unused cannot-tell"},
            says={"loop": "web may ask for it (extra fast), and whether web is used is not known"}, removes={},
        ),
        "nobody can tell whether its owner is used, and dead code imports it": Case(
            app("web", "loop", text="", queue_py=QUEUE, dead_py="import loop\n"),
            {"web": "unreached cannot-tell queue.py:1", "loop": "unreached cannot-tell dead.py:1"}, removes={},
        ),
        "its owner is named in a file, and nothing says why": Case(
            app("web", "loop", text="", jobs_yaml="backend: web.fast\n"),
            {"web": "implied cannot-tell jobs.yaml:1", "loop": "unused cannot-tell"}, removes={},
        ),
        "through an extra that names the extra of the owner": Case(
            app("kit", "loop", text="", queue_py="import kit\nif __name__ == '__main__':\n    kit.run()\n"),
            {"kit": "unreached cannot-tell queue.py:1", "loop": "unused cannot-tell"}, removes={},
            site={**SITE, "kit": lib("kit/__init__.py", requires=('web[fast]; extra == "quick"',))},
        ),
        "noop: an owner in doubt asks for it for its developers only": Case(
            app("web", "lint", text="", queue_py=QUEUE), {"web": "unreached cannot-tell", "lint": "unused likely"},
        ),
        "noop: an owner in doubt has no extra of it": Case(
            app("web", "other", text="", queue_py=QUEUE), {"web": "unreached cannot-tell", "other": "unused likely"},
        ),
        "noop: an extra of the owner's developers": Case(app("web", "lint"), {"lint": "unused"}),
        "noop: in no extra": Case(app("web", "other"), {"other": "unused"}),
    },
    "extras of ours": {
        "used by the code that it is for": Case(
            {"pyproject.toml": '[project]\nname = "p"\ndependencies = []\n'
             '[project.optional-dependencies]\nfast = ["loop"]\n',
             "main.py": "def f():\n    import loop\n", "Procfile": "web: python main.py\n"},
            {"loop": "lazy main.py:2"}, declared={"loop": "optional:fast pyproject.toml:5"},
        ),
        "noop: used by nothing": Case(
            {"pyproject.toml": '[project]\nname = "p"\ndependencies = []\n'
             '[project.optional-dependencies]\nfast = ["loop"]\n',
             "main.py": "", "Procfile": "web: python main.py\n"},
            {"loop": "unused"},
        ),
    },
}  # fmt: skip
