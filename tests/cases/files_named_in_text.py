"""Files that no known start reaches, and that some text of the project names: somebody may run them."""

from collections.abc import Mapping

from tests.cases.case import Case, libs

_WEB = "from flask import Flask\napp = Flask(__name__)\n"
_SITE = libs("flask gunicorn pika")


def _case(expect: str, says: str, line: str = "", **more: str) -> Case:
    """A web application at whose end `line` stands, and files beside it: `worker__main_py` is worker/main.py."""
    files = {
        "web.py": f"{_WEB}import subprocess, sys\n{line}\n",
        "Procfile": "web: gunicorn web:app\n",
        "requirements.txt": "flask\ngunicorn\npika\n",
    }
    files |= {name.replace("__", "/").replace("_DOT_", "."): text for name, text in more.items()}
    return Case(files, {"pika": expect}, _SITE, says={"pika": says})


_USES = "import pika\n\n\ndef handler(event, context):\n    return pika\n"
_TF = 'resource "aws_lambda_function" "x" {\n  handler = "functions.thumb.handler"\n}\n'
_HELM = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-worker
spec:
  template:
    spec:
      containers:
      - name: worker
        image: "{{ .Values.image }}"
        command: ["python", "outbox.py"]
        {{- if .Values.debug }}
        env: []
        {{- end }}
"""
_NO = "which nothing imports"

CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "somebody may run it": {
        "B1 sibling: a string of a child process": _case(
            "unreached cannot-tell old.py:1",
            "named in web.py:4",
            "subprocess.Popen([sys.executable, 'old.py'])",
            old_DOT_py=_USES,
        ),
        "B1 sibling: a path put together": _case(
            "unreached cannot-tell worker/main.py:1",
            "named in web.py:4",
            "subprocess.run([sys.executable, 'worker/main.py'])",
            worker__main_DOT_py=_USES,
        ),
        "B1 sibling: the handler of a function in HCL": _case(
            "unreached cannot-tell functions/thumb.py:1",
            "named in infra/main.tf:2",
            functions__thumb_DOT_py=_USES,
            infra__main_DOT_tf=_TF,
        ),
        "B1 sibling: a handler in YAML of no known kind": _case(
            "unreached cannot-tell thumb.py:1",
            "named in functions.yml:2",
            thumb_DOT_py=_USES,
            functions_DOT_yml="fn:\n  handler: thumb.handler\n",
        ),
        "B1 sibling: what leads to it is named": _case(
            "unreached cannot-tell lib2.py:1",
            "old.py leads to",
            "subprocess.Popen([sys.executable, 'old.py'])",
            old_DOT_py="import lib2\n",
            lib2_DOT_py=_USES,
        ),
        "B2 sibling: what leads to it can be run by itself": _case(
            "unreached cannot-tell lib2.py:1",
            "job.py leads to, and that can be run by itself",
            job_DOT_py="import lib2\nif __name__ == '__main__':\n    lib2.handler(1, 2)\n",
            lib2_DOT_py=_USES,
        ),
        "B1 sibling: a command in a Helm template": _case(
            "startup certain outbox.py:1", "imported by", chart__templates__worker_DOT_yaml=_HELM, outbox_DOT_py=_USES
        ),
        "noop: a comment": _case("unreached likely", _NO, "# python old.py", old_DOT_py=_USES),
        "noop: a docstring": _case("unreached likely", _NO, "def f():\n    'python old.py'", old_DOT_py=_USES),
        "noop: a message": _case("unreached likely", _NO, "print('moved from old.py')", old_DOT_py=_USES),
        "noop: a file of that name elsewhere": _case(
            "unreached likely",
            _NO,
            "subprocess.run(['python', 'jobs/main.py'])",
            old__main_DOT_py=_USES,
            jobs__main_DOT_py="",
        ),
        "noop: what tools leave out": _case(
            "unreached likely",
            _NO,
            old_DOT_py=_USES,
            pyproject_DOT_toml="[tool.ruff]\nexclude = ['old.py']\n",
            sonar_DOT_properties="sonar.exclusions=old.py\n",
            lint_DOT_yml="ignore: [old.py]\n",
        ),
    },
}
