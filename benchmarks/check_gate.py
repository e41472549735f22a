"""Whether the gate is quiet when nothing changed and speaks when something did: the example in a throw-away repository.

    check_gate.py            50 unchanged runs, 20 of a lazy import moved to the top, and one of each other change
    check_gate.py --busy     the same while another process keeps every processor busy
    check_gate.py --runs N --moved N
    check_gate.py --seeded      regressions of other kinds alone, each told with its file and line

Ends with 1 when a single run answered wrongly.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench_audit import ENVIRONMENT, EXAMPLE
from environments import CONSTRAINTS, run_pip
from rounds import python_in

LAZY = "    from fastembed import TextEmbedding\n"
NUMPY = "import numpy as np\n"
MOVED = "backend/embedding_manager.py"
UNUSED = "humanize==4.13.0"
BUSY = "while True: pass"


def main() -> None:
    """Run the series and print what each answered."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--moved", type=int, default=20)
    parser.add_argument("--busy", action="store_true")
    parser.add_argument("--seeded", action="store_true", help="only the seeded regressions")
    wanted = parser.parse_args()
    if wanted.seeded:
        with tempfile.TemporaryDirectory() as place, keep_busy(wanted.busy):
            sys.exit(bool(seeded(Path(place))))
    python_in(ENVIRONMENT)
    with tempfile.TemporaryDirectory() as place, keep_busy(wanted.busy):
        repository = make_repository(Path(place, "example"))
        wrong = repeat("unchanged", repository, wanted.runs, expected="exit 0, passed")
        wrong += moved_to_the_top(repository, wanted.moved)
        wrong += grown_by_two_per_cent(repository)
        wrong += unused_requirement(repository)
        wrong += seeded(Path(place))
    print("every run answered as it should" if not wrong else f"{wrong} runs answered wrongly")
    sys.exit(bool(wrong))


def make_repository(folder: Path) -> Path:
    """Return a repository of the example with its baseline, committed."""
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".venv", "__pycache__", "footprint.*"))
    (folder / ".gitignore").write_text("__pycache__/\n")
    git(folder, "init", "--quiet")
    commit(folder, "the example")
    done = check(folder, "--update-baseline")
    if done.returncode != 0:
        sys.exit(done.stdout + done.stderr)
    commit(folder, "record the baseline")
    return folder


def moved_to_the_top(repository: Path, times: int) -> int:
    """Move the lazy import of the example to the top of its file; return how many runs answered wrongly."""
    path = repository / MOVED
    text = path.read_text()
    assert LAZY in text and NUMPY in text
    path.write_text(text.replace(LAZY, "").replace(NUMPY, NUMPY + LAZY.strip() + "\n"))
    line = path.read_text().splitlines().index(LAZY.strip()) + 1
    commit(repository, "import fastembed at the top")
    wrong = repeat("moved to the top", repository, times, expected=f"exit 1, failed, FP411 {MOVED}:{line}")
    git(repository, "revert", "--no-edit", "HEAD")
    return wrong


CHILD = "x = bytearray(b'x' * (90 << 20)); import time; time.sleep(1)"
KEPT = "bytearray(b'x' * (12 << 20))"
# name -> (changes: file -> (what is replaced, by what); code, file and line that has to be named)
SEEDED: dict[str, tuple[dict[str, tuple[str, str]], str, str, str]] = {
    "import moved to the top": (
        {"app.py": ("import small\n", "import small\nimport heavy\n")},
        "FP411",
        "app.py",
        "import heavy",
    ),
    "import moved into the lifespan": (
        {"app.py": ("    #LIFESPAN", "    import heavy")},
        "FP411",
        "app.py",
        "    import heavy",
    ),
    "new call at module level": ({"app.py": ("#CALL", "CLIENT = small.make()")}, "FP411", "app.py", "CLIENT ="),
    "data at import": ({"data.py": ("#DATA", f"TABLE = {KEPT}")}, "FP411", "data.py", "TABLE ="),
    "data read from a file": (
        {"data.py": ("#DATA", "TABLE = open('rows.bin', 'rb').read()")},
        "FP411",
        "data.py",
        "TABLE =",
    ),
    "data in the lifespan": (
        {"app.py": ("    #LIFESPAN", f"    app.kept = {KEPT}")},
        "FP411",
        "app.py",
        "    app.kept",
    ),
    "class body": ({"data.py": ("#DATA", f"class Table:\n    rows = {KEPT}")}, "FP411", "data.py", "    rows ="),
    "decorator": ({"app.py": ("#CALL", "@small.register\ndef handler(): pass")}, "FP411", "app.py", "@small"),
    "a call that imports": ({"app.py": ("#CALL", "small.connect()")}, "FP411", "app.py", "small.connect"),
    "a version that loads more": (
        {
            "lib/small.py": ("import json", "import json, heavy"),
            "lib/small-1.0.dist-info/METADATA": ("Version: 1.0", "Version: 1.1"),
        },
        "FP411",
        "app.py",
        "import small",
    ),
    "larger peak": (
        {"data.py": ("#DATA", "rows = bytearray(b'x' * (60 << 20)); del rows")},
        "FP416",
        "data.py",
        "rows =",
    ),
    "a child process": (
        {"app.py": ("#CALL", f"import subprocess, sys\nCHILD = subprocess.Popen([sys.executable, '-c', {CHILD!r}])")},
        "FP416",
        "app.py",
        "CHILD =",
    ),
    "a child process that is over": (
        {"app.py": ("#CALL", f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {CHILD!r}])")},
        "FP416",
        "app.py",
        "subprocess.run",
    ),
    "more workers": ({"Procfile": ("--workers 4", "--workers 12")}, "FP417", "Procfile", "web:"),
    "preload dropped": ({"Procfile": (" --preload", "")}, "FP417", "Procfile", "web:"),
}
SERVERS = ("gunicorn", "uvicorn")  # what the Procfile starts: a command that cannot start is not measured
SEEDED_FILES = {
    "app.py": "import small\nimport data\n#CALL\n"
    "async def app(scope, receive, send):\n    await receive()\n"
    "    #LIFESPAN\n    await send({'type': 'lifespan.startup.complete'})\n    await receive()\n"
    "def later():\n    import heavy\n",
    "data.py": "SHARED = bytearray(b'x') * (36 << 20)\n#DATA\n",  # what workers share with a preload
    "Procfile": "web: gunicorn -k uvicorn.workers.UvicornWorker --preload --workers 4 app:app\n",
    "lib/small.py": f"import json\ndef make():\n    return {KEPT}\nKEPT = []\ndef register(f):\n"
    "    KEPT.append(make())\n    return f\ndef connect():\n    import heavy\n",
    "lib/heavy.py": f"DATA = {KEPT}\n",
}


def seeded(place: Path) -> int:
    """Seed each regression into a small application of its own; return how many were not told with their line."""
    wrong = 0
    for name, (changes, code, path, start) in SEEDED.items():
        folder, site = place / name.replace(" ", "-"), None
        subprocess.run((sys.executable, "-m", "venv", "--without-pip", folder / ".venv"), check=True)
        python, held = folder / ".venv" / "bin" / "python", CONSTRAINTS / "bench-live.txt"
        run_pip(python, "install", *SERVERS, held=held, by=Path(sys.executable))
        (site,) = (folder / ".venv").glob("lib/python*/site-packages")
        for file, text in SEEDED_FILES.items():
            (site / file[4:] if file.startswith("lib/") else folder / file).write_text(text)
        for each in ("small", "heavy"):
            info = site / f"{each}-1.0.dist-info"
            info.mkdir()
            (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {each}\nVersion: 1.0\n")
            (info / "RECORD").write_text(
                f"{each}.py,,\n{each}-1.0.dist-info/METADATA,,\n{each}-1.0.dist-info/RECORD,,\n"
            )
        (folder / "rows.bin").write_bytes(b"x" * (12 << 20))
        (folder / "requirements.txt").write_text("\n".join(("small", "heavy", *SERVERS)))
        where = ("--env", str(folder / ".venv"))
        check(folder, "--update-baseline", *where)
        for file, (before, after) in changes.items():
            changed = site / file[4:] if file.startswith("lib/") else folder / file
            text = changed.read_text()
            assert before in text, (name, before)
            changed.write_text(text.replace(before, after))
        lines = (folder / path).read_text().splitlines()
        line = next((number for number, each in enumerate(lines, 1) if each.startswith(start)), None)
        wanted = f"{code} {path}:{line}"
        answer = describe(check(folder, *where, "-f", "json"))
        is_told = answer.startswith("exit 1, failed") and wanted in answer
        wrong += not is_told
        print(f"seeded: {name}: {'told' if is_told else 'NOT TOLD'}, wanted {wanted}: {answer}", flush=True)
    return wrong


def grown_by_two_per_cent(repository: Path) -> int:
    """Keep 2 % more anonymous memory than the baseline has; return how many runs answered wrongly."""
    (environment,) = json.loads((repository / "footprint-baseline.json").read_text())["environments"].values()
    anon_mib = environment["entries"]["web"]["startup_anon_mib"]
    with (repository / "backend" / "main.py").open("a") as file:
        file.write(f"\nKEPT = bytearray(b'x' * {int(anon_mib * 0.02 * (1 << 20))})\n")
    commit(repository, "keep 2 % more")
    wrong = repeat("2 % more, 5 % and 5 MiB allowed", repository, 5, expected="exit 0, passed")
    args = ("--max-increase", "1%,0.5MiB")
    wrong += repeat(
        "2 % more, 1 % and 0.5 MiB allowed", repository, 10, *args, expected="exit 1, failed, FP411 None:None"
    )
    git(repository, "revert", "--no-edit", "HEAD")
    return wrong


def unused_requirement(repository: Path) -> int:
    """Add a requirement that nothing uses, and install it; return how many runs answered wrongly."""
    environment = repository.parent / "environment"
    shutil.copytree(ENVIRONMENT, environment, symlinks=True, copy_function=link)
    run_pip(environment / "bin" / "python", "install", "--no-deps", UNUSED)
    path = repository / "requirements.txt"
    path.write_text(f"{path.read_text()}{UNUSED}\n")
    line = len(path.read_text().splitlines())
    commit(repository, "add a requirement")
    where, expected = ("--env", str(environment)), f"exit 1, failed, FP101 requirements.txt:{line}"
    wrong = repeat("unused requirement", repository, 5, *where, expected=expected)
    wrong += repeat("unused requirement, static", repository, 5, "--static", *where, expected=expected)
    git(repository, "revert", "--no-edit", "HEAD")
    return wrong


def link(source: str, target: str) -> None:
    """Make a second name for a file, or a copy where the file system has none across its borders."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def repeat(name: str, repository: Path, times: int, *args: str, expected: str) -> int:
    """Check `times` times, print how often which answer came, and return how many were not the expected one."""
    answers = Counter(describe(check(repository, *args, "-f", "json")) for _ in range(times))
    for answer, count in answers.most_common():
        print(f"{name}: {count} of {times}: {answer}", flush=True)
    return times - answers[expected]


def describe(done: subprocess.CompletedProcess[str]) -> str:
    """Return the exit code, the conclusion, and the first rule of memory or use that failed, with its place."""
    if not done.stdout:
        return f"exit {done.returncode}: {done.stderr.strip()[-200:]}"
    report: dict[str, Any] = json.loads(done.stdout)
    failed = [each for each in report["verdicts"] if each["outcome"] == "violated" and each["level"] == "error"]
    words = [f"{each['code']} {each['path']}:{each['line']}" for each in failed]
    return ", ".join([f"exit {done.returncode}", report["conclusion"], *words])


def check(repository: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Run the command on the repository, in the example's environment unless another is given."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COVERAGE_"))}
    where = () if "--env" in args else ("--env", str(ENVIRONMENT))
    command = [sys.executable, "-m", "footprint", "check", str(repository), *where, *args]
    return subprocess.run(command, env=variables, capture_output=True, text=True, check=False)


def commit(repository: Path, message: str) -> None:
    """Commit everything."""
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", message)


def git(repository: Path, *args: str) -> None:
    """Run git there, as nobody in particular."""
    who = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(("git", *who, *args), cwd=repository, check=True, capture_output=True)


@contextmanager
def keep_busy(wanted: bool) -> Iterator[None]:
    """Keep every processor busy meanwhile."""
    count = (os.cpu_count() or 1) if wanted else 0
    others = [subprocess.Popen((sys.executable, "-c", BUSY)) for _ in range(count)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


if __name__ == "__main__":
    main()
