"""Extras that bring what nothing uses: what a line can ask for less, and what it must go on asking for."""

from collections.abc import Mapping
from dataclasses import replace

from tests.cases.case import Case, app, lib, libs

SITE = {
    "web": lib(
        web____init__="try:\n    import quick\nexcept ImportError:\n    quick = None\n",
        web__db="import driver\n",
        requires=(
            'loop; extra == "fast"', 'quick; extra == "speed"', 'driver; extra == "db"', 'web[fast,db]; extra == "all"',
            'absent; extra == "plain"', 'web[fast]; extra == "most"',
        ),
    ),
    "loop": lib(loop____init__="class Fast: ...\n", requires=("deep",)),
    "uvicorn": lib(
        uvicorn____init__="", uvicorn__auto="try:\n    import uvloop\nexcept ImportError:\n    pass\n",
        requires=('uvloop; extra == "standard"', 'dotenv; extra == "standard"'),
        entry_points="[console_scripts]\nuvicorn = uvicorn:main\n",
    ),
    "celery": lib(celery____init__="import kombu\n", requires=(
        "kombu", 'msgpack; extra == "msgpack"', 'kombu[redis]; extra == "redis"')),
    "kombu": lib(
        kombu____init__="try:\n    import msgpack\nexcept ImportError:\n    pass\n",
        kombu__redis="try:\n    import redis\nexcept ImportError:\n    redis = None\n",
        requires=('redis; extra == "redis"',)),
    "other": lib("other/__init__.py", requires=("loop",)),
    "front": lib(front____init__="import web\n", requires=(
        "web", 'web[fast]; extra == "fast"', 'web[db]; extra == "db"', 'front[db]; extra == "all"',
        'web[speed]; extra == "speed"')),
    **libs("deep quick driver uvloop dotenv msgpack redis"),
}  # fmt: skip


def asks(line: str, advises: str = "", *lines: str, text: str = "import web", **files: str) -> Case:
    """The case of an application that declares a line with an extra and more; `advises`: what is narrowed, or ""."""
    given = {name.replace("_", "."): content for name, content in files.items()}
    found = {f"narrow {advises.partition(': ')[0]}": advises.partition(": ")[2]} if advises else {}
    return Case(app(text, line, *lines, files=given), {line.partition("[")[0]: "startup"}, advises=found, removes={})


def undeclared(line: str, text: str) -> Case:
    """The same where the project imports what it does not declare, which is told."""
    name = text.rpartition(" ")[2]
    case = app(f"import web\n{text}", line)
    return Case(case, {"web": "startup"}, advises={}, findings=(f"FP105 {name} main.py:2",))


def with_copy(case: Case, line: str, name: str = "acme") -> Case:
    """The same where something is installed that asks for `line` once more: the project's own copy, or a stray."""
    files = {**case.files, "pyproject.toml": '[project]\nname = "acme"\ndynamic = ["dependencies"]\n'}
    return replace(case, files=files, site={**SITE, name: lib(f"{name}/__init__.py", requires=(line,))})


PACKED = "celery[msgpack]"
SOCKETS = "app = 1\n@app.websocket('/w')\ndef f(): ...\n"
SERVED = app("", "uvicorn[standard]", procfile="web: uvicorn main:app\n")
CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "nothing uses what it brings": {
        "one extra": asks("web[fast]", "web[fast]: web 1"),
        "with its pins": asks("web[fast]", "web[fast]: web 1, deep 3, loop 2", "loop==1.0", "deep==1.0"),
        "one of two": asks("web[fast,db]", "web[fast]: web 1", text="import web.db"),
        "an extra that is made of others, nothing of which is used": asks("web[most]", "web[most]: web 1"),
        "an extra that asks another distribution for one": asks(
            "front[fast]", "front[fast]: front 1", text="import front"),
        "noop: and the project imports what that brings": Case(
            app("import front\nimport driver", "front[db]"), {"front": "startup"}, advises={},
            findings=("FP105 driver main.py:2",)),
        "noop: through one more extra of its own": Case(
            app("import front\nimport driver", "front[all]"), {"front": "startup"}, advises={},
            findings=("FP105 driver main.py:2",)),
        "noop: and a module of the other asks for it": asks(
            "front[all]", "", "web", text="import front\nimport web.db"),
        "noop: and the other asks for it under a guard": asks("front[speed]", text="import front"),
        "noop: and it stands in a setting": asks(
            "front[fast]", text="import front", settings_yaml="backend: loop.Fast\n"),
        "noop: an extra that is made of others, and a module of it asks for what one brings": asks("web[all]"),
        "noop: one of what it brings is used": asks("web[all]", text="import web.db"),
        "noop: the project imports it, and declares it nowhere": undeclared("web[fast]", "import loop"),
        "noop: and imports what that brings in turn": undeclared("web[fast]", "import deep"),
        "noop: in a function": undeclared("web[fast]", "def f(): import loop"),
        "noop: only tests use it": Case(
            app("import web", "web[fast]", files={"tests/test_app.py": "import loop\n"}), {"web": "startup"},
            advises={},
        ),
        "noop: the distribution itself asks for it, under a guard": asks("web[speed]"),
        "noop: another line requires it as well": asks("web[fast]", "", "other", text="import web, other"),
        "noop: a line of its own": asks("web[fast]", "", "loop", text="import web, loop"),
        "noop: it stands in a setting": asks("web[fast]", settings_yaml="backend: loop.Fast\n"),
        "noop: its version is read": asks(
            "web[fast]", text="import web\nfrom importlib.metadata import version\nversion('loop')"
        ),
        "noop: there is no such extra": asks("web[none]"),
        "noop: it is not installed": asks("web[plain]"),
        "silenced": Case(
            app("import web", "web[fast]  # footprint: ignore[FP110]"), {"web": "startup"},
            suppressed=("FP110 web requirements.txt:1",),
        ),
        "noop: the line itself goes": Case(
            app("", "web[fast]"), {"web": "unused"}, advises={}, removes={"web": "web 1"},
        ),
        "noop: developers ask for it, too": Case(
            app("import web", "web[fast]", files={"requirements-dev.txt": "web[fast]\n"}), {"web": "startup"},
            advises={},
        ),
    },
    "an extra that is known to be done without": {
        "a server": Case(SERVED, {"uvicorn": "implied"}, advises={"narrow uvicorn[standard]": "uvicorn 1"}),
        "noop: a word of the project needs it": Case(
            {**SERVED, "main.py": SOCKETS}, {"uvicorn": "implied"}, advises={},
        ),
        "noop: an option of the command needs it": Case(
            {**SERVED, "Procfile": "web: uvicorn main:app --loop uvloop\n"}, {"uvicorn": "implied"}, advises={},
        ),
        "noop: the project imports a part of it": Case(
            {**SERVED, "main.py": "app = 1\nimport dotenv\n"}, {"uvicorn": "implied"}, advises={},
            findings=("FP105 dotenv main.py:2",),
        ),
        "noop: a URL names the broker that its broker library brings": asks(
            "celery[redis]", text="import celery\napp = celery.Celery('x', broker='redis://h:6379/0')"),
        "noop: the URL stands in a file of settings": asks(
            "celery[redis]", text="import celery", _env="CELERY_BROKER_URL=redis://h:6379/0\n"),
        "noop: nothing names the broker, and its library would load it": asks("celery[redis]", text="import celery"),
        "a serialiser that no setting names": asks(PACKED, f"{PACKED}: celery 1", text="import celery"),
        "noop: a setting names it": asks(PACKED, text="import celery\ntask_serializer = 'msgpack'"),
    },
    "the extra is asked for once more by what nothing declared requires (dagster-webserver)": {
        "noop: an installed copy of the project, and a word of it needs the extra": with_copy(
            Case({**SERVED, "main.py": SOCKETS}, {"uvicorn": "implied"}, advises={}), "uvicorn[standard]"
        ),
        "noop: a stray that was left in the environment": with_copy(
            Case({**SERVED, "main.py": SOCKETS}, {"uvicorn": "implied"}, advises={}), "uvicorn[standard]", "stray"
        ),
        "noop: the distribution itself asks for it, under a guard": with_copy(asks("web[speed]"), "web[speed]"),
        "no word needs it": with_copy(
            Case(SERVED, {"uvicorn": "implied"}, advises={"narrow uvicorn[standard]": "uvicorn 1"}), "uvicorn[standard]"
        ),
        "nothing uses it": with_copy(asks("web[fast]", "web[fast]: web 1"), "web[fast]"),
        "a pin of it is one all the same": with_copy(
            Case(app("import web", "web[speed]", "quick==1.0"), {"web": "startup", "quick": "transitive certain"}),
            "web[speed]",
        ),
    },
}  # fmt: skip
