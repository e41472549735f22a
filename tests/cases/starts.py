"""What other programs of the project run: each command that starts something is followed to a file, or is a doubt."""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, lib, libs

SITE: Mapping[str, Lib] = {
    **libs("flask redis celery-app:celery_app"),
    **{
        name: lib(f"{name}/__init__.py", entry_points=f"[console_scripts]\n{name} = {name}:main\n")
        for name in ("gunicorn", "uvicorn", "celery", "streamlit")
    },
}
APP = "from flask import Flask\napp = Flask(__name__)\n"
WEB = "web: gunicorn web:app\n"
LINES = "flask\ngunicorn\nredis\n"
PYTHON = "FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\n"


def beside(files: Mapping[str, str], code: str = "pre.py", *, web: str = WEB) -> dict[str, str]:
    """A web application, and a module `code` with redis that only `files` start."""
    return {"web.py": APP, "Procfile": web, "requirements.txt": LINES, code: "import redis\n", **files}


def job(files: Mapping[str, str], code: str = "pre.py", *, web: str = WEB, line: int = 1) -> Case:
    """The truth where a command is understood: its module is reached, by a job."""
    says = {"redis": "a job runs"}
    return Case(beside(files, code, web=web), {"redis": f"lazy certain {code}:{line}"}, says=says)


def other(files: Mapping[str, str], code: str = "pre.py", *, web: str = WEB) -> Case:
    """The same of a worker or a web process."""
    return Case(beside(files, code, web=web), {"redis": f"lazy certain {code}:1"})


def dead(files: Mapping[str, str], code: str = "pre.py") -> Case:
    """The truth where nothing runs it: unreached."""
    return Case(beside(files, code), {"redis": f"unreached {code}:1"}, findings=(f"FP102 redis {LINE}",))


LINE = "requirements.txt:3"
SERVE = 'CMD ["gunicorn", "web:app"]\n'
DOCUMENTS = {
    "RUN": {"Dockerfile": f"{PYTHON}RUN <<EOF\nset -e\npython pre.py\nEOF\n{SERVE}"},
    "RUN, with a mount": {
        "Dockerfile": f"{PYTHON}RUN --mount=type=cache,target=/c <<'EOF'\npython pre.py\nEOF\n{SERVE}"
    },
    "RUN, bash": {"Dockerfile": f"{PYTHON}RUN bash -ex <<EOF\npython -m pre\nEOF\n{SERVE}"},
    "RUN, Python": {"Dockerfile": f"{PYTHON}RUN python3 <<EOF\nimport pre\npre.main()\nEOF\n{SERVE}"},
    "RUN, by its first line": {"Dockerfile": f"{PYTHON}RUN <<EOF\n#!/usr/bin/env python3\nimport pre\nEOF\n{SERVE}"},
    "COPY, the entrypoint": {
        "Dockerfile": f"{PYTHON}COPY <<EOF /start.sh\n#!/bin/sh\npython pre.py\nexec gunicorn web:app\nEOF\n"
        'CMD ["sh", "/start.sh"]\n',
    },
    "COPY, what runs its arguments": {
        "Dockerfile": f"{PYTHON}COPY --chmod=755 <<-'E' start.sh\n\t#!/bin/sh\n\tpython pre.py\n\texec \"$@\"\n\tE\n"
        'ENTRYPOINT ["./start.sh"]\n' + SERVE,
    },
    "in a script": {"seed.sh": "#!/bin/sh\npython - <<'EOF'\nfrom pre import main\nmain()\nEOF\n"},
    "in a Makefile's shell": {"scripts/seed.sh": "bash -s <<EOF\npython pre.py\nEOF\n"},
}
NO_DOCUMENTS = {
    "a file of settings": {"Dockerfile": f"{PYTHON}COPY <<EOF /etc/notes.txt\npython pre.py\nEOF\n{SERVE}"},
    "shown": {"seed.sh": "#!/bin/sh\ncat <<EOF\npython pre.py\nEOF\n"},
    "fed to another program": {"Dockerfile": f"{PYTHON}RUN tee /x <<EOF\npython pre.py\nEOF\n{SERVE}"},
}
SPACES = {
    "gradio": "---\ntitle: x\nsdk: gradio\napp_file: pre.py\n---\n# x\n",
    "streamlit": "---\nsdk: streamlit\napp_file: pre.py # the page\n---\n",
    "quoted": "---\napp_file: 'pre.py'\nsdk: \"gradio\"\n---\n",
}
NO_SPACES = {
    "docker": "---\nsdk: docker\napp_file: pre.py\n---\n",
    "in the text": "# x\n\n---\nsdk: gradio\napp_file: pre.py\n---\n",
    "another generator": "---\nlayout: default\nfile: pre.py\n---\n",
}


def space(readme: str, usage: str = "startup certain") -> Case:
    """A Space of Hugging Face, without any other start but a web application that is named."""
    files = {**beside({"README.md": readme}), "pre.py": "import redis\n"}
    files.pop("Procfile")
    if usage == "unreached":
        return Case(files, {"redis": "unreached pre.py:1"}, findings=(f"FP102 redis {LINE}",), entries=("web:app",))
    return Case(files, {"redis": f"{usage} pre.py:1"})


BATCH = {
    "plain": {"seed.bat": "@echo off\r\npython pre.py %*\r\npause\r\n"},
    "cmd": {"tools/seed.cmd": "cd /d %~dp0..\n@python pre.py\n"},
    "the folder of the script": {
        "seed.bat": 'call venv\\Scripts\\activate.bat\n"%~dp0venv\\Scripts\\python.exe" "%~dp0pre.py"\n'
    },
    "the launcher of Windows": {"seed.bat": "py -3.12 -m pre\n"},
    "start": {"seed.bat": 'start "seed" /B /WAIT python pre.py\n'},
    "cmd /k": {"seed.bat": 'start cmd /k "python pre.py"\n'},
    "under a condition": {"seed.bat": "if exist .env (\n  python pre.py\n) else (\n  echo no .env\n)\n"},
    "a variable": {"seed.bat": "set PY=venv\\Scripts\\python.exe\n%PY% pre.py\n"},
    "called by another": {"run.bat": 'if "%1"=="seed" call jobs\\seed.bat\n', "jobs/seed.bat": "python ..\\pre.py\n"},
    "joined lines": {"seed.bat": "python ^\n  -u ^\n  pre.py\n"},
    "PowerShell": {"seed.ps1": "# seed\n& .\\.venv\\Scripts\\python.exe .\\pre.py\n"},
    "PowerShell, a process": {"seed.ps1": 'Start-Process -FilePath "python" -ArgumentList "-u", "pre.py"\n'},
    "PowerShell, a block": {"seed.ps1": "if ($args.Count -gt 0) {\n  python $PSScriptRoot\\pre.py\n}\n"},
}
NO_BATCH = {
    "a comment": {"seed.bat": "rem python pre.py\n:: python pre.py\nREM python pre.py\n"},
    "words": {"seed.bat": "@echo python pre.py\n", "seed.ps1": "# python pre.py\nWrite-Host python pre.py\n"},
    "files": {"seed.bat": "copy pre.py old.py\ndel pre.py\n"},
    "a file that is open": {".vscode/launch.json": '{"configurations": [{"type": "debugpy", "program": "${file}"}]}'},
    "a comment in JSON": {
        ".vscode/launch.json": '{"configurations": [\n  // {"type": "debugpy", "program": "pre.py"},\n]}',
    },
    "settings of an editor": {".vscode/settings.json": '{"files.exclude": {"pre.py": true}}'},
    "another language": {".vscode/launch.json": '{"configurations": [{"type": "node", "program": "pre.py"}]}'},
}
EDITORS = {
    "a program": {
        ".vscode/launch.json": '{\n  // seed\n  "configurations": [\n    {"name": "Seed", "type": "debugpy",\n'
        '     "program": "${workspaceFolder}/pre.py",},\n  ],\n}\n',
    },
    "a module": {
        ".vscode/launch.json": '{"configurations": [{"name": "s", "type": "python", "module": "pre", "args": ["-x"]}]}',
    },
    "a folder": {
        ".vscode/launch.json": '{"configurations": [{"type": "debugpy", "program": "pre.py",'
        ' "cwd": "${workspaceFolder}"}]}',
    },
    "a task": {
        ".vscode/tasks.json": '{"tasks": [{"label": "s", "type": "shell", "command": "python", "args": ["pre.py"]}]}',
    },
    "a task in one line": {
        ".vscode/tasks.json": '{"tasks": [{"label": "s", "command": "${command:python.interpreterPath} pre.py"}]}',
    },
    "PyCharm": {
        ".idea/runConfigurations/seed.xml": "<component><configuration>\n"
        '<option name="SCRIPT_NAME" value="$PROJECT_DIR$/pre.py" />\n</configuration></component>\n',
    },
    "PyCharm, a module": {
        ".run/seed.run.xml": '<component><configuration>\n<option name="SCRIPT_NAME" value="pre" />\n'
        '<option name="MODULE_MODE" value="true" />\n</configuration></component>\n',
    },
}

SERVICES: Mapping[str, str] = {
    "api/app.py": APP, "api/requirements.txt": "flask\ngunicorn\n", "worker/requirements.txt": "redis\n",
    "api/Dockerfile": f"{PYTHON}CMD gunicorn app:app\n", "worker/consumer.py": "import redis\n",
}  # fmt: skip
COMPOSE = "services:\n  api:\n    build: ./api\n  worker:\n    build: ./worker\n"


def services(files: Mapping[str, str], expect: str = "lazy certain worker/consumer.py:1") -> Case:
    """Two services, of which the second starts as `files` say."""
    return Case({**SERVICES, **files}, {"redis": expect})


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "a second service": {
        "B1 second service, its script": services(
            {
                "compose.yaml": COMPOSE, "worker/run.sh": "#!/bin/sh\nexec python consumer.py\n",
                "worker/Dockerfile": f'{PYTHON}CMD ["./run.sh"]\n',
            },
        ),
        "B1 second service, no compose file": services(
            {"worker/run.sh": "exec python consumer.py\n", "worker/Dockerfile": f'{PYTHON}CMD ["./run.sh"]\n'},
        ),
        "B1 sibling: with a known entry": Case(
            {
                **SERVICES, "compose.yaml": COMPOSE, "worker/run.sh": "#!/bin/sh\nexec python consumer.py\n",
                "worker/Dockerfile": f'{PYTHON}CMD ["./run.sh"]\n',
            },
            {"redis": "lazy certain worker/consumer.py:1"}, entries=("api/app.py:app",),
        ),
        "B1 sibling: an absolute path in the image": services(
            {
                "worker/docker/start.sh": "#!/bin/bash\nset -e\nexec python -u consumer.py\n",
                "worker/Dockerfile": f'{PYTHON}COPY docker/start.sh /usr/bin/start\nCMD ["/usr/bin/start"]\n',
            },
        ),
        "B1 sibling: a script that calls a script": services(
            {
                "worker/scripts/run.sh": '#!/bin/sh\ncd "$(dirname "$0")/.."\n. scripts/env.sh\nsh scripts/go.sh\n',
                "worker/scripts/env.sh": "export X=1\n", "worker/scripts/go.sh": "exec python consumer.py\n",
                "worker/Dockerfile": f"{PYTHON}ENTRYPOINT /app/scripts/run.sh\n",
            },
        ),
        "B1 sibling: an entrypoint that runs what it is given": services(
            {
                "worker/entrypoint.sh": '#!/bin/sh\nset -e\nexec "$@"\n',
                "compose.yaml": f"{COMPOSE}    command: python consumer.py\n",
                "worker/Dockerfile": f'{PYTHON}ENTRYPOINT ["./entrypoint.sh"]\n',
            },
            "startup certain worker/consumer.py:1",
        ),
        "B1 sibling: an entrypoint with roles": services(
            {
                "worker/entrypoint.sh": '#!/bin/sh\ncase "$1" in\n  worker) exec python consumer.py ;;\n'
                '  *) exec "$@" ;;\nesac\n',
                "worker/Dockerfile": f'{PYTHON}ENTRYPOINT ["/app/entrypoint.sh"]\n',
                "compose.yaml": COMPOSE + "    command: worker\n",
            },
        ),
        "B1 sibling: extends": services(
            {
                "compose.yaml": COMPOSE + "    command: ./run.sh\n  second:\n    extends: worker\n",
                "worker/run.sh": "exec python consumer.py\n", "worker/Dockerfile": PYTHON,
            },
        ),
        "B1 sibling: Kubernetes": services(
            {
                "k8s/worker.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: worker}\nspec:\n"
                "  template:\n    spec:\n      containers:\n      - name: w\n        image: w\n"
                '        command: ["sh", "run.sh"]\n',
                "worker/run.sh": "exec python consumer.py\n", "worker/Dockerfile": PYTHON,
            },
        ),
        "B1 sibling: bash -c": services(
            {"worker/Dockerfile": f'{PYTHON}CMD ["bash", "-c", "cd /app && exec python consumer.py"]\n'},
            "startup certain worker/consumer.py:1",
        ),
        "B1 sibling: code in the command": services(
            {"worker/Dockerfile": f"{PYTHON}CMD python -c 'import consumer; consumer.main()'\n"},
        ),
        "B1 sibling: the script is not there": services(
            {"worker/Dockerfile": f'{PYTHON}CMD ["./run.sh"]\n'}, "unreached cannot-tell worker/consumer.py:1",
        ),
        "B1 sibling: a variable": services(
            {"worker/Dockerfile": f"{PYTHON}CMD exec $START_COMMAND\n"}, "unreached cannot-tell worker/consumer.py:1",
        ),
        "B1 sibling: the image's own entrypoint": services(
            {"worker/Dockerfile": "FROM registry.example.org/base/worker:1\nCOPY . /app\n"},
            "unreached cannot-tell worker/consumer.py:1",
        ),
        "B1 sibling: another language": services(
            {
                "worker/Dockerfile": f'{PYTHON}CMD ["node", "run.js"]\n',
                "worker/run.js": "require('child_process').spawn('python3', [process.env.SCRIPT]);\n",
            },
            "unreached cannot-tell worker/consumer.py:1",
        ),
        "B1 sibling: another language that names the file": services(
            {
                "worker/Dockerfile": f'{PYTHON}CMD ["node", "run.js"]\n',
                "worker/run.js": "require('child_process').spawn('python3', ['consumer.py']);\n",
            },
        ),
        **{
            f"noop: nikola: {what}": services(
                {
                    "worker/Dockerfile": f'{PYTHON}CMD ["./run.sh"]\n',
                    "worker/run.sh": f"#!/bin/sh\n{line}\nexec python other.py\n", "worker/other.py": "",
                    name: "Now python consumer.py does it.\n",
                },
                "unreached worker/consumer.py:1",
            )
            for what, line, name in (
                ("code beside what it reads", "perl -0777 -i -pe 's/a/b/' CHANGES", "worker/CHANGES"),
                ("code of Ruby", "ruby -ne 'puts $_' CHANGES", "worker/CHANGES"),
                ("code of node", "node --eval 'f()' CHANGES", "worker/CHANGES"),
                ("a text", "eslint CHANGES.txt", "worker/CHANGES.txt"),
                ("a page", "npx prettier docs/usage.md", "worker/docs/usage.md"),
            )
        },
        "nikola sibling: a file after an option": services(
            {
                "worker/Dockerfile": f'{PYTHON}CMD ["perl", "-w", "run.pl"]\n',
                "worker/run.pl": "system('python3 consumer.py');\n",
            },
        ),
        "noop: the doubt is about another folder": Case(
            {
                **SERVICES, "worker/Dockerfile": f'{PYTHON}CMD ["./run.sh"]\n', "api/old.py": "import redis\n",
                "api/requirements.txt": "flask\ngunicorn\nredis\n", "worker/consumer.py": "",
            },
            {"redis": "unreached api/old.py:1"}, findings=("FP102 redis api/requirements.txt:3",),
        ),
        "noop: services of others": services(
            {
                "compose.yaml": "services:\n  api:\n    build: ./api\n  db:\n    image: postgres\n"
                "    command: postgres -c x=1\n  proxy:\n    image: nginx\n    entrypoint: /start-nginx.sh\n"
                "  cache:\n    image: acme/cache\n    command: run\n",
            },
            "unreached worker/consumer.py:1",
        ),
        "noop: a frontend": services(
            {
                "ui/package.json": '{"scripts": {"start": "next start"}}',
                "ui/Dockerfile": 'FROM node\nCMD ["npm", "start"]\n',
            },
            "unreached worker/consumer.py:1",
        ),
        "noop: an image that waits for a command": services(
            {"worker/Dockerfile": PYTHON}, "unreached worker/consumer.py:1",
        ),
    },
    "named by a command": {
        "B2 release of a Procfile": job({"Procfile": f"release: python jobs/pre.py\n{WEB}"}, "jobs/pre.py"),
        "B2 prestart.sh": job({"scripts/prestart.sh": "#!/bin/sh\npython pre.py\n"}),
        "B2 Makefile": job({"Makefile": "seed:\n\tpython pre.py\n"}),
        "B2 supervisord": other({"supervisord.conf": "[program:pre]\ncommand=python pre.py\n"}),
        "B2 sibling: before the server, in one line": job({"Procfile": "web: python pre.py && gunicorn web:app\n"}),
        "B2 sibling: before the server, in its script": job(
            {"start.sh": "#!/bin/sh\npython -m jobs.pre\nexec gunicorn web:app\n", "Procfile": "web: sh start.sh\n"},
            "jobs/pre.py",
        ),
        "B2 sibling: a module": job({"Procfile": f"{WEB}release: python -m jobs.pre\n"}, "jobs/pre.py"),
        "B2 sibling: a package": job({"Procfile": f"{WEB}release: python -m jobs\n"}, "jobs/__main__.py"),
        "B2 sibling: while the image is built": job(
            {"Dockerfile": f'{PYTHON}RUN python pre.py\nCMD ["gunicorn", "web:app"]\n'}
        ),
        "B2 sibling: crontab": job(
            {"deploy/crontab": "0 3 * * * root cd /app && flock -n /tmp/l python pre.py >> log 2>&1\n"}
        ),
        "B2 sibling: a oneshot unit": job(
            {"deploy/pre.service": "[Service]\nType=oneshot\nExecStart=/srv/app/venv/bin/python /srv/app/pre.py\n"}
        ),
        "B2 sibling: a workflow": job(
            {".github/workflows/n.yml": "jobs:\n  a:\n    steps:\n      - run: python pre.py\n"}
        ),
        "B2 sibling: GitLab": job({".gitlab-ci.yml": "nightly:\n  script:\n    - python pre.py\n"}),
        "B2 sibling: justfile": job({"justfile": "seed:\n    uv run pre.py\n"}),
        "B2 sibling: Taskfile": job({"Taskfile.yml": "tasks:\n  s:\n    cmds:\n      - python pre.py\n"}),
        "B2 sibling: package.json": job({"package.json": '{"scripts": {"seed": "python pre.py"}}'}),
        "B2 sibling: a task of poe": job({"pyproject.toml": '[tool.poe.tasks]\nseed = "python pre.py"\n'}),
        "B2 sibling: a function of poe": job({"pyproject.toml": '[tool.poe.tasks]\nseed = {script = "pre:main"}\n'}),
        "B2 sibling: a script of hatch": job(
            {"pyproject.toml": "[tool.hatch.envs.default.scripts]\nseed = ['python pre.py']\n"}
        ),
        "B2 sibling: pdm": job({"pyproject.toml": "[tool.pdm.scripts]\nseed.call = 'pre:main'\n"}),
        "B2 sibling: taskipy": job({"pyproject.toml": "[tool.taskipy.tasks]\nseed = 'python pre.py'\n"}),
        "B2 sibling: pixi": job({"pyproject.toml": "[tool.pixi.tasks]\nseed = 'python pre.py'\n"}),
        "B2 sibling: tox": job({"tox.ini": "[testenv:seed]\ncommands =\n    python pre.py\n"}),
        "B2 sibling: a script without suffix": job({"bin/seed": "#!/usr/bin/env bash\npython pre.py\n"}),
        "B2 sibling: Fly's release command": job(
            {"fly.toml": '[deploy]\nrelease_command = "python pre.py"\n[processes]\nweb = "gunicorn web:app"\n'}
        ),
        "B2 sibling: Heroku's postdeploy": job({"app.json": '{"scripts": {"postdeploy": "python pre.py"}}'}),
        "B2 sibling: a CronJob": job(
            {
                "k8s/pre.yaml": "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: pre}\nspec:\n  jobTemplate:\n"
                "    spec:\n      template:\n        spec:\n          containers:\n          - image: x\n"
                '            command: ["python", "pre.py"]\n',
            },
        ),
        "B2 sibling: the exec bit and a shebang": job(
            {"Procfile": f"{WEB}release: bin/pre\n", "bin/pre": "#!/usr/bin/env python3\nimport redis\n", "pre.py": ""},
            "bin/pre", line=2,
        ),
        "B2 sibling: a console script of the project": job(
            {
                "pyproject.toml": '[project]\nname = "p"\nversion = "1"\n[project.scripts]\nseed = "pre:main"\n',
                "Procfile": f"{WEB}release: seed --all\n", "pre.py": "import redis\ndef main(): pass\n",
            },
        ),
        "B2 sibling: make in the release step": job(
            {"Procfile": f"{WEB}release: make seed\n", "Makefile": "seed:\n\tpython pre.py\n"}
        ),
        "B2 sibling: an ECS task definition": job(
            {
                "task-definition.json": '{"containerDefinitions": [{"name": "x", "image": "x",\n'
                ' "command": ["python", "jobs/seed_db.py"]}]}',
            },
            "jobs/seed_db.py",
        ),
        "B2 sibling: under its guard": Case(
            beside({"Makefile": "s:\n\tpython pre.py\n", "pre.py": "if __name__ == '__main__':\n    import redis\n"}),
            {"redis": "lazy certain pre.py:2"},
        ),
        "B2 sibling: what the job imports": Case(
            beside(
                {"Makefile": "seed:\n\tpython -m jobs.run\n", "jobs/run.py": "from jobs import more\n", "pre.py": ""},
                "jobs/more.py",
            ),
            {"redis": "lazy certain jobs/more.py:1"}, says={"redis": "-m jobs.run (Makefile:2)"},
        ),
        **{
            f"B6 sibling: a console script of the project, as the image has it: {path}": Case(
                {
                    "pyproject.toml": '[project]\nname = "p"\nversion = "1"\ndependencies = ["redis", "flask"]\n'
                    '[project.scripts]\nserve = "p.cli:run"\n',
                    "p/__init__.py": "", "p/cli.py": "import flask\nfrom p import redis\ndef run(): ...\n",
                    "p/redis.py": "import redis\n", "serve/__main__.py": "import p.gone\n", "serve/logging.py": "",
                    "Dockerfile": f'FROM python:3.12\nRUN pip install p\nENTRYPOINT ["{path}"]\n',
                },
                {"redis": "startup certain p/redis.py:1", "flask": "startup certain p/cli.py:1"},
            )
            for path in ("/usr/local/bin/serve", "/opt/venv/bin/serve", "/srv/app/bin/serve", "serve")
        },
        "noop: a folder is no program": Case(
            {
                "app.py": APP, "requirements.txt": LINES, "serve/__main__.py": "import redis\n",
                "Dockerfile": f'{PYTHON}CMD ["gunicorn", "app:app"]\n', "start.sh": "./serve\n",
            },
            {"redis": "unreached serve/__main__.py:1"},
        ),
        "B4 sibling: a module named as what it imports, beside a script": Case(
            {
                "p/main.py": "import flask\n", "p/__init__.py": "", "p/redis.py": "import redis\n",
                "app.py": "import p.redis\nimport flask\n", "requirements.txt": "flask\nredis\n",
                "Procfile": "web: python app.py\nworker: python p/main.py\n",
            },
            {"redis": "startup certain p/redis.py:1"},
        ),
        **{f"E2 sibling: a batch file: {title}": job(files) for title, files in BATCH.items()},
        **{f"E2 sibling: an editor: {title}": job(files) for title, files in EDITORS.items()},
        **{f"E2 sibling: a here-document: {title}": job(files) for title, files in DOCUMENTS.items()},
        **{f"noop: a here-document: {title}": dead(files) for title, files in NO_DOCUMENTS.items()},
        **{f"E2 sibling: a Space: {title}": space(text) for title, text in SPACES.items()},
        **{f"noop: no Space: {title}": space(text, "unreached") for title, text in NO_SPACES.items()},
        **{f"noop: no start of Windows: {title}": dead(files) for title, files in NO_BATCH.items()},
        "noop: a comment in a Makefile": dead({"Makefile": "seed:\n\t# python pre.py\n\ttrue\n"}),
        "noop: only talked about": dead(
            {"Makefile": "help:\n\techo python pre.py\n", "README.md": "Run `python pre.py`.\n"}
        ),
        "noop: another file of that name": dead(
            {"Makefile": "seed:\n\tpython tools/pre.py\n", "tools/pre.py": ""}, "old/pre.py"
        ),
        "noop: copied, not run": dead(
            {"Dockerfile": f'{PYTHON}COPY pre.py /old/pre.py\nCMD ["gunicorn", "web:app"]\n'}
        ),
        "noop: for developers, and declared for them": Case(
            {
                **beside({"Makefile": "seed:\n\tpython pre.py\n", "requirements.txt": "flask\ngunicorn\n"}),
                "requirements-dev.txt": "redis\n",
            },
            {"redis": "tests certain"},
        ),
        "noop: the test run is no job": Case(
            beside({"Makefile": "t:\n\tpython tests/run.py\n", "tests/run.py": "import redis\n", "pre.py": ""}),
            {"redis": "tests certain tests/run.py:1"},
        ),
    },
}  # fmt: skip
