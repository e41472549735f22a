"""Names that code hands over: to readers of metadata, to other interpreters, to whatever runs code (A3, A4)."""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, an_app, app, lib, libs

SITE: Mapping[str, Lib] = {
    **libs("flask numpy importlib-metadata"),
    "redis": lib("redis/client.py", redis____init__="class Redis: ...\n"),
    "python-dateutil": lib("dateutil/__init__.py"),
    "gunicorn": lib("gunicorn/__init__.py", entry_points="[console_scripts]\ngunicorn = gunicorn.app:run\n"),
}  # fmt: skip
RUN = "import subprocess\nimport sys\n"


def implied(text: str, place: str = "main.py:2", *lines: str, files: Mapping[str, str] | None = None) -> Case:
    """The project declares redis, and needs it without an import, as `place` says."""
    return Case(app(text, "redis", *lines, files=files), {"redis": f"implied {place}"})


def used(text: str, expected: str, *lines: str, files: Mapping[str, str] | None = None) -> Case:
    """The project declares redis, and that is said of it."""
    return Case(app(text, "redis", *lines, files=files), {"redis": expected})


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "A3 metadata": {
        "A3 version at module level": implied(
            "from importlib.metadata import version\nV = version('redis')", "certain main.py:2"),
        "A3 sibling: by another name": implied(
            "from importlib.metadata import version as v\nV = v('redis')", "certain main.py:2"),
        "A3 sibling: by the module": implied("import importlib.metadata\nV = importlib.metadata.version('redis')"),
        "A3 sibling: by the module's alias": implied("import importlib.metadata as md\nV = md.version('redis')"),
        "A3 sibling: from importlib": implied("from importlib import metadata\nV = metadata.version('redis')"),
        "A3 sibling: distribution": implied(
            "from importlib.metadata import distribution\nV = distribution('redis').version"),
        "A3 sibling: metadata": implied("from importlib.metadata import metadata\nV = metadata('redis')['Summary']"),
        "A3 sibling: requires and files": implied(
            "from importlib.metadata import files, requires\nV = requires('redis'), files('redis')"),
        "A3 sibling: in a function": implied(
            "from importlib.metadata import version\ndef about():\n    return version('redis')", "certain main.py:3"),
        "A3 sibling: by keyword": implied(
            "from importlib.metadata import version\nV = version(distribution_name='redis')"),
        "A3 sibling: in a loop": implied(
            "from importlib.metadata import version\nV = {n: version(n) for n in ('flask', 'redis')}", "main.py:2",
            "flask"),
        "A3 sibling: a helper of ours": implied(
            "from about import version_of\nV = version_of('redis')",
            files={"about.py": "from importlib.metadata import version\ndef version_of(n):\n    return version(n)\n"}),
        "A3 sibling: the backport": implied(
            "import importlib_metadata\nV = importlib_metadata.version('redis')", "main.py:2", "importlib-metadata"),
        "A3 sibling: the backport where the standard one is missing": implied(
            "try:\n    from importlib.metadata import version\nexcept ImportError:\n"
            "    from importlib_metadata import version\nV = version('redis')", "main.py:5", "importlib-metadata"),
        "A3 sibling: pkg_resources": implied(
            "import pkg_resources\nV = pkg_resources.get_distribution('redis').version", "certain main.py:2",
            "setuptools"),
        "A3 sibling: pkg_resources.require": implied(
            "from pkg_resources import require\nrequire(['redis>=3'])", "main.py:2", "setuptools"),
        "A3 sibling: a name that is no import name": an_app(
            "from importlib.metadata import version\nV = version('Python_DateUtil')",
            {"python-dateutil": "implied certain main.py:2"}),
        "A3 sibling: goes on without it": implied(
            "from importlib.metadata import version, PackageNotFoundError\ntry:\n    V = version('redis')\n"
            "except PackageNotFoundError:\n    V = None", "cannot-tell main.py:3"),
        "A3 sibling: suppressed": implied(
            "import contextlib\nfrom importlib.metadata import version, PackageNotFoundError\n"
            "with contextlib.suppress(PackageNotFoundError):\n    V = version('redis')", "cannot-tell main.py:4"),
        "A3 sibling: one of a list": implied(
            "from importlib import metadata\nP = ['redis', 'numpy']\ndef f():\n"
            "    return list(map(metadata.version, P))",
            "certain main.py:2", "numpy"),
        "noop: A3 its own version": an_app(
            "from importlib.metadata import version\nV = version(__name__)", {"redis": "unused"}),
        "noop: A3 of another distribution": an_app(
            "from importlib.metadata import version\nV = version('flask')", {"redis": "unused", "flask": "implied"}),
    },
    "A4 other interpreters": {
        "A4 python -m": implied(RUN + "subprocess.run([sys.executable, '-m', 'redis'])", "certain main.py:3"),
        "A4 exec": used("exec('import redis')", "startup main.py:1"),
        "A4 sibling: with options before": implied(RUN + "subprocess.run(['python3', '-u', '-m', 'redis.cli', 'x'])",
                                                   "main.py:3"),
        "A4 sibling: Popen in a function": implied(
            RUN + "def f():\n    return subprocess.Popen(args=[sys.executable, '-m', 'redis'])", "main.py:4"),
        "A4 sibling: a command that is put together": implied(
            RUN + "cmd = [sys.executable]\ncmd += ['-m', 'redis']\nsubprocess.call(cmd)", "main.py:4"),
        "A4 sibling: spread into another list": implied(
            RUN + "ARGS = ('-m', 'redis')\nsubprocess.call([sys.executable, *ARGS])", "main.py:3"),
        "A4 sibling: the module by a variable": implied(
            RUN + "MODULE = 'redis'\nsubprocess.call([sys.executable, '-m', MODULE])", "main.py:3"),
        "A4 sibling: the module by a parameter": implied(
            RUN + "def start(module):\n    subprocess.call([sys.executable, '-m', module])\nstart('redis')",
            "main.py:5"),
        "A4 sibling: the module by a parameter of another file": implied(
            "from jobs import start\nstart('redis')",
            files={"jobs.py": RUN + "def start(module):\n    subprocess.call([sys.executable, '-m', module])\n"}),
        "A4 sibling: execv": implied("import os, sys\nos.execv(sys.executable, [sys.executable, '-m', 'redis'])"),
        "A4 sibling: execl": implied("import os, sys\nos.execlp('python', 'python', '-m', 'redis')"),
        "A4 sibling: asyncio": implied(
            "import asyncio, sys\nasync def f():\n"
            "    await asyncio.create_subprocess_exec(sys.executable, '-m', 'redis')", "main.py:3"),
        "A4 sibling: asyncio, by a shell": implied(
            "import asyncio\nasync def f():\n    await asyncio.create_subprocess_shell('python -m redis')",
            "main.py:3"),
        "A4 sibling: os.system": implied("import os\nos.system('cd /x && python3.11 -m redis --port 1')"),
        "A4 sibling: Popen of a text": implied(
            "import subprocess\nsubprocess.Popen('python -m redis', shell=True)"),
        "A4 sibling: an f-string": implied(
            "import subprocess, sys\nsubprocess.run(f'{sys.executable} -m redis --port {1}', shell=True)"),
        "A4 sibling: shlex": implied(
            "import shlex, subprocess\nsubprocess.run(shlex.split('python -m redis'))"),
        "A4 sibling: text that is split": implied(
            "import subprocess\nsubprocess.run('python -m redis'.split())"),
        "A4 sibling: -c": implied(RUN + "subprocess.run([sys.executable, '-c', 'import redis; redis.x()'])",
                                  "main.py:3"),
        "A4 sibling: -c of a text": implied("import os\nos.system('python -c \"import redis\"')"),
        "A4 sibling: -c of several lines": implied(
            RUN + "CODE = '''\nimport sys\nfrom redis import Redis\n'''\nsubprocess.run([sys.executable, '-c', CODE])",
            "main.py:3"),
        "A4 sibling: -m and its module in one word": implied(
            RUN + "subprocess.run([sys.executable, '-mredis'])", "main.py:3"),
        "A4 sibling: a table of commands": implied(
            RUN + "C = {'a': [sys.executable, '-m', 'redis']}\ndef f(k):\n    subprocess.run(C[k])", "main.py:3"),
        "A4 sibling: a shell of its own": implied(
            RUN + "subprocess.run(['bash', '-lc', 'exec python -m redis serve'])", "main.py:3"),
        "A4 sibling: pexpect": implied("import pexpect\nc = pexpect.spawn('python -m redis')", "main.py:2", "pexpect"),
        "A4 sibling: exec in a loop": used(
            "for m in ['redis']:\n    exec(f'import {m}')", "startup main.py:2"),
        "A4 sibling: a console script in a text": an_app(
            "import os\nos.system('gunicorn x:app')", {"gunicorn": "implied main.py:2"}),
        "A4 sibling: eval": used("x = eval(\"__import__('redis')\")", "startup main.py:1"),
        "A4 sibling: exec in a function": used("def f():\n    exec('from redis import Redis')", "lazy main.py:2"),
        "A4 sibling: exec of a text with dedent": used(
            "import textwrap\nCODE = '''\n    import redis\n'''\ndef f():\n    exec(textwrap.dedent(CODE))",
            "lazy main.py:2"),
        "A4 sibling: exec of compiled code": used(
            "def f():\n    exec(compile('import redis', 'x', 'exec'))", "lazy main.py:2"),
        "A4 sibling: timeit": used(
            "import timeit\ndef f():\n    timeit.timeit('redis.x', setup='import redis')", "lazy main.py:3"),
        "A4 sibling: runpy, a literal": used(
            "import runpy\ndef f():\n    runpy.run_module('redis', run_name='__main__')", "lazy main.py:3"),
        "A4 sibling: runpy by another name": used(
            "from runpy import run_module as run\ndef f(m='redis'):\n    run(m)", "lazy main.py:2"),
        "noop: A4 another module": an_app(
            RUN + "subprocess.run([sys.executable, '-m', 'flask'])", {"redis": "unused", "flask": "implied"}),
        "noop: A4 code that imports something else": Case(app("exec('import json')", "redis"), {"redis": "unused"}),
    },
}  # fmt: skip
