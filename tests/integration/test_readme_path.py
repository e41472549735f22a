"""What README tells a stranger, followed literally in an empty home: install, audit, read, try, apply, gate."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.support.command import plain_environment
from tests.support.doc_commands import ROOT
from tests.support.installer import require_pinned, uv
from tests.support.projects import make_env, site_of, write

APP = "import jinja2\n\n\ndef show():\n    return jinja2.Template('1').render()\n"


def blocks(heading: str) -> list[str]:
    """Return the shell blocks of README below a heading."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (part,) = re.findall(rf"^## {heading}\n(.*?)^## ", text, re.MULTILINE | re.DOTALL)
    return re.findall(r"^```sh\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)


@pytest.mark.slow
@pytest.mark.slow_check  # its commands are tried one by one in test_doc_commands.py
@pytest.mark.network
def test_a_stranger_gets_through(tmp_path: Path, clone: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "footprint").symlink_to(clone)
    project = write(
        tmp_path / "my-backend",
        {"main.py": APP, "requirements.txt": "jinja2\nidna\n", "Procfile": "web: python main.py\n"},
    )
    python = make_env(project / ".venv") / "bin/python"
    uv("pip", "install", "--quiet", "--compile-bytecode", "--python", python, "jinja2", "idna")
    require_pinned(site_of(project / ".venv"))
    install, start = blocks("Install"), blocks("Quick start")
    script = "\n".join(["set -e", *install, *start, "footprint trim --write", "footprint check || true"])
    env = plain_environment(HOME=str(home), BROWSER="true", PATH="/usr/local/bin:/usr/bin:/bin")
    env["PATH"] = f"{python.resolve().parent}:{env['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=env, capture_output=True, text=True, check=False, timeout=600
    )
    said = f"{done.stdout}\n{done.stderr}"
    assert done.returncode == 0, said
    assert "Traceback" not in said
    assert "remove idna" in said
    assert (project / "requirements.txt").read_text() == "jinja2\n"
    assert "[tool.footprint" in (project / "pyproject.toml").read_text()
    assert (project / "footprint-baseline.json").exists()
    assert (project / ".footprint/audit.json").exists()
    assert {path.name for path in home.iterdir()} <= {".footprint-env", ".cache"}
