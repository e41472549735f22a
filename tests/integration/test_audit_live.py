"""`footprint audit --live`: the real command beside the measured import, and the audit whole when it fails."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import audit_json, footprint
from tests.support.machine import patiently
from tests.support.probing import write

MIB = 1 << 20
SERVER = """
    import http.server, os, sys

    def main():
        for _ in range(int(os.environ.get("CHILDREN", "0"))):
            if os.fork() == 0:
                import signal
                signal.pause()
        kept = b"x" * (20 << 20)
        server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler)
        server.serve_forever()

    if __name__ == "__main__":
        main()
"""


def audit(folder: Path, *arguments: str, **options: Any) -> dict[str, Any]:
    return audit_json(folder, "--python", sys.executable, *arguments, **options)


def project(folder: Path, procfile: str = "web: exec python serve.py $PORT\n") -> Path:
    return write(folder, {"serve.py": SERVER, "Procfile": procfile})


def test_one_process_is_its_rss_and_the_limit_is_judged_by_it(tmp_path: Path, port: int) -> None:
    arguments = ["--live", "--set", f"PORT={port}", "--ready", f"port:{port}", "--limit", "30MiB"]
    found = audit(project(tmp_path), *arguments)
    (entry,) = found["entries"]
    live = entry["live"]
    assert (live["process_count"], live["python_count"], live["source"]) == (1, 1, "Procfile:1")
    assert live["ready_by"] and live["total_bytes"] == live["rss_bytes"] > 28 * MIB
    assert live["rss_bytes"] > entry["stages"]["import"]["rss_bytes"] + 15 * MIB
    (fit,) = found["fits"]
    assert (fit["live"], fit["fits"], fit["rss_bytes"]) == (True, False, live["total_bytes"])
    assert fit["anon_bytes"] == live["anon_bytes"]


def test_what_several_processes_share_counts_once(tmp_path: Path, port: int) -> None:
    arguments = ["--live", "--set", f"PORT={port}", "--set", "CHILDREN=2", "--ready", f"port:{port}"]
    done = footprint(
        "audit", project(tmp_path), "--python", sys.executable, *arguments, "-o", f"json:{tmp_path}/a.json"
    )
    assert done.returncode == 0, done.stderr
    live = json.loads((tmp_path / "a.json").read_text())["entries"][0]["live"]
    assert (live["process_count"], live["python_count"]) == (3, 3)
    # PSS leaves a share of the interpreter's pages to whatever other Python runs here.
    assert live["counted_by"] == "private" and live["pss_bytes"] <= live["total_bytes"] < live["rss_bytes"]
    line = next(line for line in done.stdout.splitlines() if line.startswith("live: ready after"))
    assert "MiB in 3 processes; RSS and anon count" in line and " more than importing it" in line


def test_a_shell_in_front_does_not_make_it_several(tmp_path: Path, port: int) -> None:
    folder = project(tmp_path, "web: cd . && python serve.py $PORT; true\n")
    live = audit(folder, "--live", "--set", f"PORT={port}", "--ready", f"port:{port}")["entries"][0]["live"]
    assert (live["process_count"], live["python_count"]) == (2, 1)
    assert live["total_bytes"] == live["rss_bytes"]


def test_the_settings_ask_for_it(tmp_path: Path, port: int) -> None:
    folder = project(tmp_path, f"web: python serve.py {port}\n")
    write(folder, {"pyproject.toml": f'[tool.footprint]\nlive = true\nready = "port:{port}"\n'})
    assert audit(folder)["entries"][0]["live"]["python_count"] == 1
    assert audit(folder, "--no-probe")["entries"][0]["live"] is None


@pytest.mark.parametrize(
    ("procfile", "message"),
    [
        ("web: exec python serve.py $PORT\n", "not ready within"),
        ("web: python -c 'print(1/0)' && python serve.py\n", "ZeroDivisionError"),
    ],
)
def test_a_command_that_never_gets_ready_leaves_the_audit_whole(
    procfile: str, message: str, tmp_path: Path, port: int
) -> None:
    folder = project(tmp_path, procfile)
    arguments = ("--live", "--set", f"PORT={port}", "--ready", "port:1", "--timeout")
    found, _ = patiently(
        lambda limit_s: audit(folder, *arguments, f"{limit_s:g}", exit_code=3),
        lambda found: found["entries"][0]["stages"]["import"] is not None and message in str(found["entries"]),
        first_s=2,
    )
    (entry,) = found["entries"]
    assert entry["live"] is None and message in entry["live_failure"]
    assert entry["stages"]["import"]["rss_bytes"] > 5 * MIB and found["distributions"]


def test_workers_are_estimated_as_the_command_says_and_as_asked(tmp_path: Path) -> None:
    folder = write(tmp_path, {"app.py": "app = b'x' * (20 << 20)\n", "Procfile": "web: gunicorn -w 3 app:app\n"})
    rows = audit(folder, "--limit", "60MiB")["workers"]  # it is not installed, so nothing is said of the limit
    assert [(row["workers"], row["preload"], row["fits"]) for row in rows] == [(3, False, None), (3, True, None)]
    write(folder, {"Dockerfile": "FROM python\nRUN pip install gunicorn\n"})
    rows = audit(folder, "--limit", "60MiB")["workers"]
    assert [(row["workers"], row["preload"], row["fits"]) for row in rows] == [(3, False, False), (3, True, False)]
    (row,) = audit(folder, "--workers", "1", "--no-preload")["workers"]
    assert (row["workers"], row["preload"], row["limit_bytes"]) == (1, False, None)
    assert 35 * MIB < row["total_bytes"] < 70 * MIB


# A route that loads something late, and then makes data of it: in a server of as many workers as it is told.
ASKED = """
    import os, signal, socket, sys

    def work():
        global kept
        import asyncio
        kept = [b"x" * (1 << 20) for _ in range(60)]
        return len(kept)

    def main():
        server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
        for _ in range(int(os.environ.get("WORKERS", "0"))):
            if os.fork() == 0: break
        else:
            if "WORKERS" in os.environ: signal.pause()
        while True:
            connection, _ = server.accept()
            if b"/work" in connection.recv(9999): work()
            connection.sendall(b"HTTP/1.1 204 x\\r\\n\\r\\n")
            connection.close()

    if __name__ == "__main__":
        main()
"""


def test_what_a_request_takes_is_judged_and_its_line_is_named(tmp_path: Path, port: int) -> None:
    write(tmp_path, {"serve.py": ASKED, "Procfile": "web: exec python serve.py $PORT\n"})
    arguments = ("--live", "--set", f"PORT={port}", "--request", "/work", "--limit", "60MiB")
    done = footprint(*("audit", tmp_path, "--python", sys.executable, *arguments, "-o", f"json:{tmp_path}/a.json"))
    found = json.loads((tmp_path / "a.json").read_text())
    live = found["entries"][0]["live"]
    (growth,) = live["requests"]
    assert growth["request"] == "GET /work" and 60 * MIB < growth["total_bytes"] < 75 * MIB
    assert live["total_bytes"] == live["ready_total_bytes"] + growth["total_bytes"]
    ready, asked = found["fits"]
    assert (ready["fits"], asked["fits"], asked["stage"]) == (True, False, "first_use")
    assert [part["kind"] for part in asked["parts"]] == ["tree", "requests"]
    assert (asked["is_data"], asked["path"]) == (True, "serve.py") and asked["line"] in (7, 8)
    told = next(line for line in done.stdout.splitlines() if line.startswith("DOES NOT FIT live"))
    assert "of it is data, made at or just before serve.py:" in told


def test_the_processes_that_take_requests_are_counted(tmp_path: Path, port: int) -> None:
    """Each of them takes its own first use; the one above them none."""
    write(tmp_path, {"serve.py": ASKED, "Procfile": "web: exec python serve.py $PORT\n"})
    live = audit(tmp_path, "--live", "--set", f"PORT={port}", "--set", "WORKERS=3")["entries"][0]["live"]
    assert (live["worker_count"], live["process_count"], live["listening"]) == (3, 4, [f"127.0.0.1:{port}"])
