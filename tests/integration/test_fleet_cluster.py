"""A fleet on a real Dask cluster on loopback: three workers, one of which is killed midway."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from footprint.errors import UsageError
from footprint.fleet.dask_cluster import check_scheduler
from tests.integration.test_fleet_cli import lines_of, settled
from tests.support.command import answer, command_line, footprint, plain_environment, wait_for
from tests.support.fleets import NAMES, generated
from tests.support.machine import need
from tests.support.projects import make_env_of, write

COUNT = 24


@dataclass(frozen=True)
class Cluster:
    address: str
    workers: tuple[subprocess.Popen[bytes], ...]
    root: Path  # of the projects


def start(held: ExitStack, folder: Path, *words: str, **variables: str) -> subprocess.Popen[bytes]:
    folder.mkdir()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]],
            cwd=folder, env=plain_environment(DASK_DISTRIBUTED__COMM__RETRY__COUNT="2", **variables),
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
    held.callback(process.wait)
    held.callback(process.kill)
    return process


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("cluster")
    make_env_of(folder / "env", " ".join(NAMES))
    subprocess.run(["git", "init", "-q", folder], check=True)
    for number in range(COUNT):
        write(folder, generated(Path(f"p{number:02}"), number))
    file = folder / "scheduler.json"
    common = ("--scheduler-file", str(file), "--no-dashboard")
    with ExitStack() as held:
        start(held, folder / "s", "dask_scheduler", *common, "--host", "127.0.0.1", "--port", "0")
        wait_for(lambda: file.is_file() and file.stat().st_size > 0, 60)
        words = ("--no-nanny", "--nthreads", "1", "--resources", "start=1", "--host", "127.0.0.1")
        workers = [start(held, folder / f"w{number}", "dask_worker", *common, *words) for number in range(3)]
        yield Cluster(json.loads(file.read_text())["address"], tuple(workers), folder)


def test_every_project_is_there_once_though_a_worker_is_killed(cluster: Cluster, tmp_path: Path) -> None:
    """What was killed had a project under way: it is audited by another one; what fails is a row there as well."""
    hang = f"import os, time\nopen({str(tmp_path / 'pid')!r}, 'a').write(f'{{os.getpid()}}\\n')\ntime.sleep(4)\n"
    write(tmp_path / "slow", {"app.py": hang, "requirements.txt": "heavy\n"})
    table = f'[[project]]\npath = "{tmp_path}/slow"\nenv = "{cluster.root}/env"\nentry = "app.py"\n'
    table += f'[[project]]\npath = "{tmp_path}/gone"\n'
    table += "".join(f'[[project]]\npath = "{cluster.root}/p{number:02}"\n' for number in range(COUNT))
    write(tmp_path, {"repos.toml": table})
    out = tmp_path / "out.jsonl"
    words = ("fleet", tmp_path / "repos.toml", "--scheduler", cluster.address, "--runs", "1", "-o", f"jsonl:{out}")
    run = subprocess.Popen(
        command_line(words), env=plain_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    mark = tmp_path / "pid"
    wait_for(lambda: mark.is_file() and mark.read_text().endswith("\n"), 90)
    owners = {worker.pid: worker for worker in cluster.workers}
    (killed,) = owners.keys() & {*ancestors(int(mark.read_text().split()[0]))}
    os.kill(killed, signal.SIGKILL)
    output, said = run.communicate(timeout=300)
    assert run.returncode == 0, said
    assert said.startswith("footprint fleet starts the applications of up to 26 projects, one at a time")
    found = lines_of(out)  # asserts that none is there twice
    assert sorted(found) == sorted(["slow", "gone", *(f"p{number:02}" for number in range(COUNT))])
    assert {name for name, line in found.items() if line["outcome"] == "failed"} == {"gone"}
    assert "25 projects audited, 1 failed" in output
    assert len(mark.read_text().split()) == 2  # it was started again by another worker
    assert found["slow"]["audit"]["entries"][0]["stages"]["import"] is not None
    assert all(line["host"] and line["libc"] and line["processor"] for line in found.values())
    assert len([worker for worker in cluster.workers if worker.poll() is None]) == 2


def ancestors(pid: int) -> Iterator[int]:
    while pid > 1:
        yield pid
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def test_an_audit_is_the_same_as_here(cluster: Cluster, tmp_path: Path) -> None:
    places = [cluster.root / f"p{number:02}" for number in (3, 7)]
    out = tmp_path / "out.jsonl"
    done = footprint("fleet", *places, "--no-probe", "--scheduler", cluster.address, "-o", f"jsonl:{out}")
    assert (done.returncode, done.stderr) == (0, "")
    for place in places:
        assert settled(lines_of(out)[place.name]["audit"]) == settled(answer("audit", "--no-probe", place))


def make_certificate(folder: Path) -> dict[str, str]:
    """Return the variables by which Dask finds the certificate of everybody in a cluster, in a new file."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    words = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=fleet", "-days", "2")
    subprocess.run(["openssl", *words, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    found = {"DASK_DISTRIBUTED__COMM__TLS__CA_FILE": str(certificate)}
    for who in ("SCHEDULER", "WORKER", "CLIENT"):
        found[f"DASK_DISTRIBUTED__COMM__TLS__{who}__CERT"] = str(certificate)
        found[f"DASK_DISTRIBUTED__COMM__TLS__{who}__KEY"] = str(key)
    return found


def test_a_cluster_by_tls_that_may_start_nothing_says_how_it_may(cluster: Cluster, tmp_path: Path) -> None:
    need(shutil.which("openssl"), "openssl, to make a certificate")
    file, tls = tmp_path / "scheduler.json", make_certificate(tmp_path)
    common = ("--scheduler-file", str(file), "--no-dashboard", "--host", "127.0.0.1", "--protocol", "tls")
    with ExitStack() as held:
        start(held, tmp_path / "s", "dask_scheduler", *common, "--port", "0", **tls)
        wait_for(lambda: file.is_file() and file.stat().st_size > 0, 60)
        address = json.loads(file.read_text())["address"]
        assert address.startswith("tls://")
        start(held, tmp_path / "w", "dask_worker", *common, "--no-nanny", "--nthreads", "1", **tls)
        done = footprint("fleet", cluster.root / "p01", "--scheduler", address, env=tls, started=True)
        assert done.returncode == 2 and "--resources start=1" in done.stderr, done.stderr
        done = footprint("fleet", cluster.root / "p01", "--scheduler", address, "--no-probe", env=tls, started=True)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        done = footprint("fleet", cluster.root / "p01", "--scheduler", address, "--no-probe")
        assert done.returncode == 3 and "cannot reach the scheduler" in done.stderr, done.stderr


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:8786", "tcp://localhost:1", "tcp://[::1]:8786", "tls://host:8786"]
)
def test_addresses_that_may_be_talked_to(address: str) -> None:
    assert check_scheduler(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "tcp://host:8786", "tcp://10.0.0.1:8786", "tcp://0.0.0.0:8786", "tcp://localhost.example.com:8786",
        "tcp://127.0.0.1", "127.0.0.1:8786", "inproc://a/1", "ws://127.0.0.1:8786", "ucx://127.0.0.1:8786", "tls://",
        "tcp://127.0.0.1:x", "tcp://127.0.0.1@host:8786", "tcp://[::1", "",
    ],
)  # fmt: skip
def test_addresses_that_are_refused(address: str) -> None:
    with pytest.raises(UsageError, match="--scheduler"):
        check_scheduler(address)


def test_mistakes_with_a_scheduler(tmp_path: Path) -> None:
    project = write(tmp_path / "p", {"requirements.txt": ""})
    began = time.monotonic()
    for words, code, said in (
        (("--scheduler", "tcp://127.0.0.1:1"), 3, "cannot reach the scheduler"),
        (("--scheduler", "tcp://example.com:8786"), 2, "only reached by tls://"),
        (("--scheduler", "tcp://127.0.0.1:1", "--jobs", "2"), 2, "--jobs is for this machine"),
    ):
        done = footprint("fleet", project, "--no-probe", *words)
        assert done.returncode == code and said in done.stderr, done.stderr
    assert time.monotonic() - began < 300


def test_dask_is_loaded_for_a_scheduler_alone_and_its_absence_is_told(tmp_path: Path) -> None:
    """In an interpreter that cannot import it, what does not need it works, and what does says how to install it."""
    project = write(tmp_path / "p", {"requirements.txt": ""})
    code = "import sys; sys.modules['distributed'] = sys.modules['dask'] = None; sys.argv[0] = 'footprint'\n"
    code += "from footprint.cli.app import main; sys.exit(main())"
    for words, expected in ((), 0), (("--scheduler", "tcp://127.0.0.1:8786"), 2):
        line = [sys.executable, "-c", code, "fleet", str(project), "--no-probe", *words]
        done = subprocess.run(line, capture_output=True, text=True, env=plain_environment(), check=False)
        assert done.returncode == expected, done.stderr
    assert "pip install 'footprint-audit[dask]'" in done.stderr
