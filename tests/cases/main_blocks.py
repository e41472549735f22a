"""What stands under `if __name__ == "__main__"`: run when the file is the script, and never by whoever imports it."""

from collections.abc import Mapping

from tests.cases.case import Case, a_tree, lib, libs

SITE = {
    **libs("fastapi a b"),
    **{
        name: lib(f"{name}/__init__.py", entry_points=f"[console_scripts]\n{name} = {name}:run\n")
        for name in ("uvicorn", "gunicorn", "hypercorn", "waitress", "granian", "daphne")
    },
}


def served(server: str, command: str, block: str = "", **more: str) -> dict[str, str]:
    """An application that `command` serves, and that can be run as a script, too."""
    block = block or f"    import {server}\n    {server}.run(app)\n"
    text = f'import fastapi\napp = 1\nif __name__ == "__main__":\n{block}'
    return {"main.py": text, "Procfile": f"web: {command}\n", "requirements.txt": f"fastapi\n{server}\n", **more}


def implied(server: str, command: str, block: str = "") -> Case:
    return Case(served(server, command, block), {server: "implied certain Procfile:1"})


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "a server": {
        "main block: uvicorn by the command": implied("uvicorn", "uvicorn main:app"),
        "main block: python -m uvicorn": implied("uvicorn", "python -m uvicorn main:app"),
        "main block: gunicorn's BaseApplication": implied(
            "gunicorn",
            "gunicorn main:app",
            "    from gunicorn.app.base import BaseApplication\n    BaseApplication()\n",
        ),
        "main block: hypercorn": implied("hypercorn", "hypercorn main:app"),
        "main block: waitress": implied(
            "waitress", "waitress main:app", "    from waitress import serve\n    serve(app)\n"
        ),
        "main block: granian": implied("granian", "granian --interface asgi main:app"),
        "main block: daphne": implied("daphne", "daphne main:app"),
        "main block: the script is what starts": Case(
            served("uvicorn", "python main.py"), {"uvicorn": "startup certain main.py:4"}
        ),
        "main block: a function that only the block calls": Case(
            {
                **served("uvicorn", "python main.py"),
                "main.py": 'import fastapi\ndef run():\n    import uvicorn\nif __name__ == "__main__":\n    run()\n',
            },
            {"uvicorn": "startup certain main.py:3"},
        ),
        "main block: the package is what starts": a_tree(
            {"pkg/__main__.py": 'if __name__ == "__main__":\n    import uvicorn\n'},
            {"uvicorn": "startup certain pkg/__main__.py:2"},
            web="python -m pkg",
            empty="pkg/__init__.py",
        ),
        "main block: no command, no other entry": Case(
            {**served("uvicorn", ""), "Procfile": ""}, {"uvicorn": "unreached cannot-tell main.py:4"}
        ),
        "main block: another server is what the command runs": Case(
            {**served("uvicorn", "hypercorn main:app"), "requirements.txt": "fastapi\nuvicorn\nhypercorn\n"},
            {"uvicorn": "unreached cannot-tell main.py:4", "hypercorn": "implied certain Procfile:1"},
            says={"uvicorn": "only when main.py is run by itself"},
        ),
        "noop: a command names another server and no block names this one": a_tree(
            {"main.py": "import fastapi\napp = 1\n"},
            {"uvicorn": "unused"},
            web="hypercorn main:app",
            declares="fastapi uvicorn hypercorn",
        ),
    },
}
