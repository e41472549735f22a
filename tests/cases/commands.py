"""Console scripts that files of commands name: what starts the application, what builds it, what developers run."""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, a_project, code, lib

SITE: Mapping[str, Lib] = {
    name: lib(f"{name}/__init__.py", f"{name}/main.py", entry_points=f"[console_scripts]\n{name} = {name}.main:main\n")
    for name in ("gunicorn", "uvicorn", "celery", "alembic", "honcho", "supervisor", "black", "pytest", "hypercorn")
}
WORKERS: Mapping[str, Lib] = {
    **SITE, "uvicorn": lib("uvicorn/__init__.py", "uvicorn/main.py", uvicorn__workers="class UvicornWorker: ...\n"),
    "gevent": lib("gevent/__init__.py"),
}  # fmt: skip


def app(name: str, text: str, *lines: str) -> dict[str, str]:
    """A project whose file `name` holds commands."""
    return {**code("", *(lines or ("gunicorn",))), name: text}


def sure(place: str, usage: str = "implied certain") -> dict[str, str]:
    return {"gunicorn": f"{usage} {place}"}


RUN = "gunicorn main:app"
HOLDING = {**SITE, "honcho": lib("honcho/__init__.py", requires=("gunicorn",))}


def undeclared(name: str, start: str, site: Mapping[str, Lib] | None = None, **more: str) -> Case:
    """The case of a start command that runs what nothing declares."""
    files = {**code("", "honcho"), "Procfile": f"{start}\n", **more}
    said = {name: "is run by a start command and not declared"}
    return Case(
        files, {name: "implied certain Procfile:1"}, site, undeclared=said, findings=(f"FP105 {name} Procfile:1",)
    )


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "what starts the application and nothing declares": {
        "gunicorn": undeclared("gunicorn", f"web: {RUN}"),
        "uvicorn": undeclared("uvicorn", "web: uvicorn main:app"),
        "hypercorn": undeclared("hypercorn", "web: hypercorn main:app"),
        "celery": undeclared("celery", "worker: celery -A main worker"),
        "a console script of another": undeclared("alembic", "release: alembic upgrade head"),
        "noop: the Dockerfile installs it": a_project(
            "", {"gunicorn": "implied certain Dockerfile:3"}, declares="honcho",
            files={"Dockerfile": f"FROM python\nRUN pip install gunicorn\nCMD {RUN}\n"}),
        "noop: a declared one brings it": a_project(
            "", {"gunicorn": "transitive"}, HOLDING, declares="honcho", files={"Procfile": f"web: {RUN}\n"}),
        "noop: developers run it": a_project(
            "", {"black": "orphan"}, declares="honcho", files={"Makefile": "lint:\n\tblack .\n"}),
    },
    "what starts the application": {
        "Procfile": Case(app("Procfile", f"web: {RUN}\n"), sure("Procfile:1")),
        "Dockerfile, in a shell, with variables": Case(
            app("Dockerfile", f"FROM python\nENV PORT=80\nCMD exec {RUN} --bind :$PORT\n"), sure("Dockerfile:3"),
        ),
        "migrations in the release step": Case(
            app("Procfile", f"release: alembic upgrade head\nweb: {RUN}\n", "gunicorn", "alembic"),
            {"alembic": "implied Procfile:1"},
        ),
        "the worker class of the server": Case(
            app("Procfile", f"web: {RUN} -k uvicorn.workers.UvicornWorker\n", "gunicorn", "uvicorn"),
            {"gunicorn": "implied certain Procfile:1", "uvicorn": "implied Procfile:1"}, WORKERS,
        ),
        "the worker class by its short name": Case(
            app("Procfile", f"web: {RUN} --worker-class gevent\n", "gunicorn", "gevent"),
            {"gevent": "implied Procfile:1"}, WORKERS,
        ),
        "not installed": Case(app("Procfile", f"web: {RUN}\n"), sure("Procfile:1"), {}),
        "the server that the code runs by itself": a_project(
            "import uvicorn\ndef run():\n    uvicorn.run('main:app')", {"uvicorn": "startup main.py:1"}),
        "noop: an argument": Case(app("Procfile", "web: echo gunicorn\n"), {"gunicorn": "unused"}),
        "noop: a file name": Case(
            app("Procfile", "web: uvicorn main:app --log-config gunicorn.ini\n", "gunicorn", "uvicorn"),
            {"gunicorn": "unused"},
        ),
        "noop: part of another word": Case(
            app("Procfile", "web: my-gunicorn-wrapper main:app\n"), {"gunicorn": "unused"},
        ),
        "noop: a package of the system": Case(
            app("Dockerfile", 'FROM python\nRUN apt-get install -y supervisor\nCMD ["python", "main.py"]\n',
              "supervisor"),
            {"supervisor": "unused"},
        ),
    },
    "what developers run": {
        "a formatter in a Makefile": Case(
            app("Makefile", "fmt:\n\tblack .\n", "black"), {"black": "tests likely Makefile:2"},
        ),
        "noop: a start command makes it more than a tool": Case(
            {**app("Makefile", f"run:\n\t{RUN}\n"), "Procfile": f"web: {RUN}\n"}, sure("Procfile:1"),
        ),
    },
    "what builds the image": {
        "run while the image is built": Case(
            app("Dockerfile", 'FROM python\nRUN alembic --version\nCMD ["python", "main.py"]\n', "alembic"),
            {"alembic": "implied likely Dockerfile:2"},
        ),
        "noop: in the image's comment": Case(
            app("Dockerfile", 'FROM python\n# RUN alembic --version\nCMD ["python", "main.py"]\n', "alembic"),
            {"alembic": "unused"},
        ),
    },
}  # fmt: skip
