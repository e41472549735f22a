"""Applications that are installed like any library: the project states what to start, and has little code or none."""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, lib

SHOP = lib(
    "shop/wsgi.py", "shop/worker.py", "shop/__main__.py", "shop/__init__.py",
    entry_points="[distutils.commands]\nbuild = shop.build:Build\n",
)  # fmt: skip
COMMAND = "[console_scripts]\n{0} = {0}.main:main\n"
SITE: Mapping[str, Lib] = {
    "acme-shop": SHOP, "setuptools": lib("setuptools/__init__.py"), "babel": lib("babel/__init__.py"),
    **{name: lib(f"{name}/main.py", entry_points=COMMAND.format(name)) for name in ("gunicorn", "uvicorn", "celery")},
}  # fmt: skip
UNIT = "[Service]\nWorkingDirectory=/srv/shop\nExecStart=/srv/venv/bin/gunicorn {}\n"
COMPOSE = "services:\n  web:\n    build: .\n    command: gunicorn shop.wsgi\n"


def started(files: Mapping[str, str], place: str, says: str = "runs shop.wsgi") -> Case:
    """The case of a project of no code that starts what acme-shop provides."""
    return Case(
        {"requirements.txt": "acme-shop\ngunicorn\nuvicorn\ncelery\n", **files},
        {"acme-shop": f"implied certain {place}"}, says={"acme-shop": says},
    )  # fmt: skip


def procfile(command: str, says: str = "runs shop.wsgi") -> Case:
    return started({"Procfile": f"web: {command}\n"}, "Procfile:1", says)


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "what a start command serves": {
        "by gunicorn": procfile("gunicorn shop.wsgi"),
        "an object by uvicorn": procfile("uvicorn shop:app --port 8000", "runs shop"),
        "a factory": procfile("gunicorn 'shop.wsgi:create_app()'"),
        "by a worker": procfile("celery -A shop.worker worker", "runs shop.worker"),
        "a module": procfile("python -m shop serve", "runs shop"),
        "in a Dockerfile": started(
            {"Dockerfile": 'FROM python\nCMD ["gunicorn", "shop.wsgi:application"]\n'}, "Dockerfile:2"),
        "in a compose file": started({"Dockerfile": "FROM python\n", "compose.yaml": COMPOSE}, "compose.yaml:4"),
        "in a unit": started({"deploy/web.service": UNIT.format("shop.wsgi")}, "deploy/web.service:3"),
        "in a script that a start command runs": started(
            {"Procfile": "web: sh start.sh\n", "start.sh": "set -e\nexec gunicorn shop.wsgi\n"}, "Procfile:1"),
        "beside code of ours": started({"Procfile": "web: gunicorn shop.wsgi\n", "local.py": "X = 1\n"}, "Procfile:1"),
        "not declared": Case(
            {"requirements.txt": "gunicorn\n", "Procfile": "web: gunicorn shop.wsgi\n"},
            {"acme-shop": "implied certain Procfile:1"}, findings=("FP105 acme-shop Procfile:1",)),
        "noop: a module of ours": Case(
            {"requirements.txt": "acme-shop\ngunicorn\n", "Procfile": "web: gunicorn shop.wsgi\n",
             "shop/__init__.py": "", "shop/wsgi.py": "app = 1\n"},
            {"acme-shop": "unused"}),
        "noop: a recipe": Case(
            {"requirements.txt": "acme-shop\ngunicorn\n", "main.py": "app = 1\n",
             "Procfile": "web: gunicorn main:app\n", "Makefile": "demo:\n\tgunicorn shop.wsgi\n"},
            {"acme-shop": "unused"}),
        "noop: a module called like a distribution": Case(
            {"requirements.txt": "babel\ngunicorn\n", "babel.py": "app = 1\n", "Procfile": "web: gunicorn babel:app\n"},
            {"babel": "unused"}),
    },
    "plugins of what every environment is born with": {
        "a command of setuptools": Case(
            {"requirements.txt": "acme-shop\n", "main.py": "app = 1\n", "Procfile": "web: python main.py\n"},
            {"acme-shop": "unused"}),
        "no code, no command": Case(
            {"requirements.txt": "acme-shop\n"}, {"acme-shop": "unused cannot-tell"}, removes={}),
        "noop: it is called so": Case(
            {"requirements.txt": "setuptools-scm\n", "main.py": "app = 1\n", "Procfile": "web: python main.py\n"},
            {"setuptools-scm": "tests certain"},
            {**SITE, "setuptools-scm": lib("setuptools_scm/__init__.py",
             entry_points="[setuptools.finalize_distribution_options]\nx = setuptools_scm:x\n")}),
    },
}  # fmt: skip
