"""Tiny projects and environments for the command line tests: real files, nothing from an index."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.support.machine import install


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write `files` below `folder` and return it; what begins with `#!` can be run."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        if content[:2] in ("#!", b"#!"):
            path.chmod(0o755)
    return folder


def package(pin: str, *lines: str, table: str = "package") -> str:
    """Return the table of a lock file about `name version`, or a name alone, with `lines` below it."""
    told = zip(("name", "version"), pin.split(), strict=False)
    return "\n".join((f"[[{table}]]", *(f'{key} = "{value}"' for key, value in told), *lines, ""))


def uv_names(key: str, *names: str) -> str:
    """Return a list of uv.lock with a name a line; of a `[table] key`, the head comes first."""
    head, _, key = key.rpartition(" ")
    return "\n".join((*([head] if head else []), f"{key} = [", *(f'    {{ name = "{name}" }},' for name in names), "]"))


def make_env(folder: Path) -> Path:
    """Return a virtual environment without pip, of the interpreter that runs the tests."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return folder


def site_of(env: Path) -> Path:
    (site,) = env.glob("lib/python*/site-packages")
    return site


def make_env_of(env: Path, names: str) -> Path:
    """Return the site folder of a new environment in which each of these is a distribution of an empty module."""
    site = site_of(make_env(env))
    for name in names.split():
        install(site, name, {f"{name}.py": b""})
    return site


def make_shop(folder: Path) -> Path:
    """Return a project with an environment: `app.py` imports `heavy`, and `light` in a function; `idle` is unused."""
    write(
        folder,
        {
            "requirements.txt": "heavy==1.0\nlight==1.0\nidle==1.0\n",
            "app.py": "print('the app prints this')\nimport heavy\n\n\ndef run():\n    import light\n",
        },
    )
    site = make_env_of(folder / ".venv", "light")
    install(site, "heavy", {"heavy/__init__.py": b"data = b'x' * (8 << 20)\n"})
    install(site, "idle", {"idle/__init__.py": b"", "idle/data.bin": b"0" * 300_000})
    return folder
