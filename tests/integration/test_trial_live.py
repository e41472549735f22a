"""Requests to the real server as the judge of a trial: what they show breaks, what they call is proved."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.canary import look
from tests.support.command import footprint
from tests.support.projects import make_shop, write

SERVER = """\
import http.server
import importlib
import sys

import heavy


def large():
    return len(heavy.data)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/large":
            large()
        elif self.path == "/late":
            importlib.import_module("".join(reversed("thgil")))
        elif self.path == "/broken":
            raise RuntimeError("always")
        open("requests.log", "a").write(self.path)
        self.send_response(200)
        self.end_headers()


if __name__ == "__main__":
    http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = make_shop(tmp_path / "shop")
    (folder / "app.py").unlink()
    return write(folder, {"serve.py": SERVER, "Procfile": "web: exec python serve.py $PORT\n"})


def tried(folder: Path, port: int, *words: str) -> dict[str, Any]:
    live = ("--live", "--set", f"PORT={port}", "--ready", f"port:{port}")
    done = footprint("what-if", folder, "-f", "json", *live, *words)
    assert done.stdout, done.stderr
    (change,) = json.loads(done.stdout)["changes"]
    found: dict[str, Any] = change
    return found


def test_what_only_a_request_needs_breaks(shop: Path, port: int) -> None:
    before = look(shop)
    change = tried(shop, port, "--without", "light", "--request", "/late")
    assert (change["verdict"], change["breakage"]["by"]) == ("breaks", "requests")
    assert change["breakage"]["message"].startswith("GET /late: no answer, 200 before")
    assert {path for path in look(shop).keys() - before.keys() if "__pycache__" not in path} == set()


# what is asked for -> verdict of a deferral, and by what
CALLED = {
    "/large": ("proved", ["start", "live", "requests"]),
    "/": ("likely", ["start", "live", "requests"]),  # no function that has the import ran
    "/broken": ("likely", ["start", "live"]),  # unchanged it fails, too
}


@pytest.mark.parametrize("path", CALLED)
def test_a_deferral_is_proved_by_a_request_that_calls_it(shop: Path, port: int, path: str) -> None:
    change = tried(shop, port, "--defer", "heavy", "--request", path)
    assert (change["verdict"], change["by"]) == CALLED[path]
