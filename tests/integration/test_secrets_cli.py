"""One application that shows all that it knows, under every command: no output has it."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.support.command import footprint
from tests.support.projects import make_env, write

DBPASS, SET, OURS, GIVEN_URL, ASSIGNED = "hunter2-dbpass", "set/välue'9", "our-own-t0ken", "url-pa55", "assigned-77"
SECRETS = (DBPASS, SET, OURS, GIVEN_URL, ASSIGNED)
WAYS = {
    *SECRETS,
    repr(SET)[1:-1],
    json.dumps(SET)[1:-1],
    quote(SET),
    quote(SET, safe=""),
    base64.b64encode(DBPASS.encode()).decode(),
}
MAIN = """
import base64, os, sys, urllib.parse
known = [os.environ[name] for name in ("DBPASS", "ODD", "DATABASE_URL", "OUR_TOKEN")]
print("stdout", *known)
print("stderr", *map(repr, known), urllib.parse.quote(known[1]), file=sys.stderr)
print(base64.b64encode(known[0].encode()).decode(), file=sys.stderr)
raise RuntimeError("cannot connect " + " ".join(known) + " on port " + os.environ["PORT"])
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("secrets")
    make_env(folder / ".venv")
    return write(
        folder,
        {
            "main.py": MAIN,
            "Procfile": f"web: PLAIN=1 OTHER={ASSIGNED} API_KEY=key-99 python main.py\n",
            "requirements.txt": f"x @ https://user:{GIVEN_URL}@example.com/x.whl\n",
            "given.env": f"DBPASS={DBPASS}\nDATABASE_URL=postgres://app:{GIVEN_URL}@localhost/shop\nPORT=8000\nDEBUG=true\n",
        },
    )


def outputs(shop: Path, *args: str) -> Iterator[str]:
    """Yield what a command prints and writes."""
    files = [shop / f"out.{name}" for name in ("json", "markdown")] if args[0] in ("audit", "check") else []
    written = [option for file in files for option in ("-o", f"{file.suffix[1:]}:{file}")]
    given = ("--env-file", str(shop / "given.env"), "--set", f"ODD={SET}")
    done = footprint(*args[:1], shop, *args[1:], *given, *written, env={"OUR_TOKEN": OURS})
    assert done.returncode == 3, done.stderr
    yield done.stdout
    yield done.stderr
    for file in files:
        yield file.read_text()
        file.unlink()


COMMANDS = [
    ("audit",),
    ("check", "-f", "github", "--update-baseline"),
    ("probe", "-f", "json"),
    ("probe", "-f", "json", "--live"),
]


@pytest.mark.parametrize("args", COMMANDS, ids=" ".join)
def test_no_command_shows_what_the_application_knows(shop: Path, args: tuple[str, ...]) -> None:
    extra = ["--ready", "quiet:1"] if "--live" in args else []
    found = list(outputs(shop, *args, *extra))
    assert any("***" in text for text in found)
    assert {way for text in found for way in WAYS if way in text} == set()
    if args == ("audit",):
        entry = json.loads(found[2])["entries"][0]
        assert entry["failure"]["message"].startswith("RuntimeError: cannot connect *** *** *** *** on port 8000")
        assert "stderr '***'" in entry["failure"]["stderr_tail"]
