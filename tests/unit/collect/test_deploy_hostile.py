"""Deploy files that are broken, strange or hostile: a note or nothing, never the end, and soon over."""

from pathlib import Path

import pytest

from footprint.collect.deploy import read_deploy_files
from footprint.collect.deploy.settings_files import read_settings
from tests.support.projects import write

PROCFILE = "web: gunicorn main:app\n"
# file, text -> codes of notes
STRANGE = {
    "gunicorn.conf.py is no Python": ("gunicorn.conf.py", "workers = (", ["unreadable-file"]),
    "gunicorn.conf.py is nested deeply": ("gunicorn.conf.py", "x = " + "(" * 5000, ["unreadable-file"]),
    "gunicorn.conf.py is a long sum": ("gunicorn.conf.py", "workers = " + "1+" * 90 + "1", ["workers-unknown"]),
    "gunicorn.conf.py is large": ("gunicorn.conf.py", "#" * 70_000, ["unreadable-file"]),
    "gunicorn.conf.py: true is one worker, as gunicorn has it": ("gunicorn.conf.py", "workers = True\n", []),
    "gunicorn.conf.py: a number of very many digits": (
        "gunicorn.conf.py", f"workers = {'9' * 4000}\n", ["workers-unknown"],
    ),
    "gunicorn.conf.py: none or less": ("gunicorn.conf.py", "workers = 0\n", ["workers-unknown"]),
    "gunicorn.conf.py leads out by chdir": ("gunicorn.conf.py", "chdir = '../../..'\npythonpath = '/etc'\n", []),
    "other YAML is not read": (".travis.yaml", "x: [", []),
    "YAML of no manifest that is no YAML": ("values.yaml", "kind: Chart\n{{", []),
    "a manifest that is no YAML": (
        "x.yaml", "apiVersion: v1\nkind: Pod\nspec:\n  containers: [", ["yaml-unparsable"],
    ),
    "a manifest of lists where mappings belong": (
        "x.yaml", "apiVersion: v1\nkind: Pod\nmetadata: [a]\nspec: {containers: {a: b}, initContainers: 3}\n"
        "containers: 1\n", [],
    ),
    "a limit that is none": (
        "x.yaml", "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - resources: {limits: {memory: lots}}\n",
        ["limit-unknown"],
    ),
    "many documents": ("x.yaml", "apiVersion: v1\nkind: Pod\ncontainers:\n---\n" * 3000, []),
    "nested brackets": ("x.yaml", "apiVersion: v1\nkind: Pod\ncontainers: " + "[" * 500, ["yaml-unparsable"]),
    "template.yaml of types that do not fit": (
        "template.yaml", "Resources: [AWS::Serverless::Function]\nGlobals: x\nParameters: 3\n", [],
    ),
    "a handler that is no name": (
        "template.yaml",
        "Resources:\n  A:\n    Type: AWS::Serverless::Function\n"
        "    Properties: {Handler: '../../x;rm', MemorySize: {a: [b]}}\n",
        ["limit-unknown"],
    ),
    "serverless.yml of types that do not fit": (
        "serverless.yml", "functions: {a: b, c: {handler: [x]}, d: {handler: a.b, memorySize: [1]}}\nprovider: x\n",
        ["limit-unknown"],
    ),
    "vercel.json of types that do not fit": (
        "vercel.json",
        '{"functions": [".py"], "builds": {"src": 1}, "routes": [3, {"dest": "../../etc/x.py"}], "rewrites": [[]]}', [],
    ),
    "vercel.json is no JSON": ("vercel.json", "{", ["json-unparsable"]),
    "vercel.json nested deeply": ("vercel.json", "[" * 100_000, ["json-unparsable"]),
    "fly.toml of types that do not fit": (
        "fly.toml", "vm = [1, {memory = [3]}, {memory = 1.5}]\n", ["limit-unknown", "limit-unknown"],
    ),
    "fly.toml: processes that are a number": ("fly.toml", "[[vm]]\nprocesses = 3\nmemory = 256\n", []),
    "render.yaml of types that do not fit": ("render.yaml", "services: {plan: x}\nplan: [1]\n", []),
    "app.yaml of types that do not fit": ("app.yaml", "runtime: [python]\ninstance_class: {a: b}\nresources: 3\n", []),
    "railway.json: true is no size": (
        "railway.json", '{"deploy": {"limitOverride": {"containers": {"memoryBytes": true}}}}', [],
    ),
    "compose.yaml of types that do not fit": (
        "compose.yaml",
        "services: {a: {mem_limit: [1], deploy: x, environment: 3}, b: {deploy: {resources: []}}}\n", [],
    ),
    "pyproject.toml is broken: whoever reads requirements says so": ("pyproject.toml", "entrypoint = [", []),
    "pyproject.toml: an entry that is none": ("pyproject.toml", "[tool.fastapi]\nentrypoint = 3\n", []),
}  # fmt: skip


@pytest.mark.parametrize("name", STRANGE)
def test_strange_file_is_a_note_or_nothing(name: str, tmp_path: Path) -> None:
    path, text, codes = STRANGE[name]
    (tmp_path / "Procfile").write_text(PROCFILE, encoding="utf-8")
    (tmp_path / path).write_text(text, encoding="utf-8")
    found = read_deploy_files(tmp_path)
    assert [note.code for note in found.notes] == codes
    assert [command.name for command in found.commands if command.path == "Procfile"] == ["web"]


def test_many_yaml_files_are_read_in_part(tmp_path: Path) -> None:
    for number in range(210):
        (tmp_path / f"values{number:03}.yaml").write_text("a: b\n", encoding="utf-8")
    found = read_deploy_files(tmp_path)
    assert [note.code for note in found.notes] == ["many-command-files"]


def test_settings_file_out_of_the_project_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "outside.py").write_text("workers = 7\n", encoding="utf-8")
    inside = tmp_path / "project"
    write(inside, {"Procfile": "web: gunicorn -c ../outside.py main:app\n"})
    (inside / "gunicorn.conf.py").symlink_to(tmp_path / "outside.py")
    (command,) = read_deploy_files(inside).commands
    assert command.launch is not None
    assert command.launch.workers is None


VALUES = {
    "workers = 2": 2,
    "workers: int = 3": 3,
    "n = 4\nworkers = n": 4,
    'import os\nworkers = os.environ["WORKERS"]': "5",
    'workers = int(os.getenv("WORKERS", 1))': 5,
    'workers = int(os.getenv("OTHER", "6"))': 6,
    'workers = int(os.environ.get("OTHER") or 7)': 7,
    'workers = os.environ.get("OTHER")': None,
    "workers = cpu_count()": None,
    "workers = 1\nworkers += 1": None,
    "try:\n    workers = 2\nexcept OSError:\n    pass": None,
    "def f():\n    workers = 8": "absent",
    "x.workers = 8": "absent",
    "a = b = workers = 9": 9,
    "workers = int('x')": None,
    "workers = [1][0]": None,
    "__import__('os').abort()\nworkers = 1": 1,
}


@pytest.mark.parametrize("text", VALUES)
def test_settings_are_read_and_not_run(text: str) -> None:
    found = read_settings(text, {"WORKERS": "5"})
    assert (found["workers"].value if "workers" in found else "absent") == VALUES[text]
