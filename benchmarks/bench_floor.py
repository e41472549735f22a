"""What Python can do at best about the files of an environment, as multiples of the processor time of `du -s` on them.

    python benchmarks/bench_floor.py [SITE-PACKAGES] [--rounds N]

Each row is a whole process, with the start of its interpreter, run in turns with `du`: nothing is weighed
or joined but in the last two. Without a folder it is that of the backend of `big_backend.py`.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import big_backend

_WALK = """
import os, sys
def go(folder):
    with os.scandir(folder) as entries:
        found = list(entries)
    for entry in found:
        {ask}
        if entry.is_dir(follow_symlinks=False):
            go(entry.path)
go(sys.argv[1])
"""
_BY_DESCRIPTOR = """
import os, sys
def go(folder):
    inner = []
    for name in os.listdir(folder):
        if os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode & 0o170000 == 0o040000:
            inner.append(name)
    for name in inner:
        below = os.open(name, os.O_RDONLY, dir_fd=folder)
        go(below)
        os.close(below)
go(os.open(sys.argv[1], os.O_RDONLY))
"""
# What a second scan does: the names are known, a line for each folder.
_KNOWN = """
import os, sys
top = os.open(sys.argv[1], os.O_PATH)
for line in open(sys.argv[2], encoding="utf-8", errors="surrogateescape").read().split("\\n"):
    folder, *names = line.split("/" * 2)
    inner = os.open(folder or ".", os.O_PATH, dir_fd=top)
    os.stat(inner)
    {ask}
    os.close(inner)
"""
_ASK = "[os.stat(name, dir_fd=inner, follow_symlinks=False).st_ctime_ns for name in names]"

# What a scan has to do beside asking: read the metadata and the RECORDs, compare them with what is there, keep the
# names; and a second time read the metadata and what was kept. Libraries that any command loads are loaded.
_SHARED = r"""
import argparse, hashlib, json, os, pathlib, re, sys
top = sys.argv[1]
infos = sorted(name for name in os.listdir(top) if name.endswith(".dist-info"))
def read(info, name):
    with open(f"{top}/{info}/{name}", encoding="utf-8", errors="replace", newline="") as file:
        return file.read(16384 if name == "METADATA" else -1)
header = re.compile(r"^(Name|Version|Requires-Dist):[ ]*(.*(?:\n[ ].*)*)", re.MULTILINE)
known = [header.findall(read(info, "METADATA").partition("\n\n")[0]) for info in infos]
"""
_ALL_OF_A_FIRST = (
    _SHARED
    + r"""
end, listed, found = re.compile(r",[^,]*,\d*\r?\n"), {}, []
for owner, info in enumerate(infos):
    for path in end.split(read(info, "RECORD")):
        folder, _, name = path.rpartition("/")
        listed.setdefault(folder, (owner, []))[1].append(name)
def go(folder, prefix):
    names, sizes, changed, inner = [], [], [], []
    for name in os.listdir(folder):
        status = os.lstat(name, dir_fd=folder)
        if status.st_mode & 0o170000 == 0o040000:
            inner.append(name)
            continue
        names.append(name)
        sizes.append(status.st_size)
        changed.append(status.st_ctime_ns)
    own = listed.get(prefix[:-1])
    is_own = own is not None and sorted(names) == own[1]
    found.append((prefix, "/".join(names), sum(sizes), is_own, max(changed, default=0)))
    for name in inner:
        below = os.open(name, os.O_RDONLY, dir_fd=folder)
        go(below, f"{prefix}{name}/")
        os.close(below)
go(os.open(top, os.O_RDONLY), "")
kept = json.dumps(found).encode()
open(os.devnull, "wb").write(hashlib.blake2b(kept).digest() + kept)
"""
)
_ALL_OF_A_SECOND = _SHARED + _KNOWN.format(ask=_ASK)


def main() -> int:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("site", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    site = options.site or next((big_backend.environment() / "lib").glob("python*/site-packages"))
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", errors="surrogateescape") as names:
        count = _write_names(site, names.name)
        commands = {
            "an interpreter that does nothing": ("pass",),
            "listing, nothing asked": (_WALK.format(ask="pass"), str(site)),
            "os.scandir, stat by entry": (_WALK.format(ask="entry.stat(follow_symlinks=False)"), str(site)),
            "os.listdir, stat by descriptor": (_BY_DESCRIPTOR, str(site)),
            "names known, every folder asked": (_KNOWN.format(ask="pass"), str(site), names.name),
            "names known, every folder and file asked": (_KNOWN.format(ask=_ASK), str(site), names.name),
            "all that a first scan has to do": (_ALL_OF_A_FIRST, str(site)),
            "all that a second scan has to do": (_ALL_OF_A_SECOND, str(site), names.name),
        }
        ratios: dict[str, list[float]] = {name: [] for name in commands}
        for number in range(options.rounds + 1):
            below = _take("du", "-s", f"{site}/.")
            for name, words in commands.items():
                spent = _take(sys.executable, "-c", *words)
                ratios[name] += [spent / below] if number else []
    print(f"{count} files, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    for name, found in ratios.items():
        print(f"{name}: median {statistics.median(found):.2f} x du -s (from {min(found):.2f} to {max(found):.2f})")
    return 0


def _write_names(site: Path, path: str) -> int:
    rows = [(str(Path(folder).relative_to(site)), files) for folder, _, files in os.walk(site)]
    text = "\n".join("//".join((folder, *files)) for folder, files in rows)
    Path(path).write_text(text, encoding="utf-8", errors="surrogateescape")
    return sum(len(files) for _, files in rows)


def _take(*command: str) -> float:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command[0]} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    sys.exit(main())
