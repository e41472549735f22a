"""Environments with broken, endless, special, deep and strange files: dist-info, eggs, .pth, pyvenv.cfg."""

from __future__ import annotations

import base64
import io
import json
import os
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from benchmarks.fuzz.case import Case
from benchmarks.fuzz.hostile import (
    MARKERS,
    NAMES,
    VERSIONS,
    chance,
    damaged,
    encoded,
    file_name,
    json_bytes,
    line,
    pick,
    requirement,
    text,
    tree,
)
from benchmarks.fuzz.kinds import ground
from benchmarks.fuzz.kinds.ground import write
from benchmarks.fuzz.place import Place

Harm = Callable[[Random, Path, Path, Place], str]  # the random source, the site folder, one dist-info -> what was done


def make(place: Place, random: Random) -> Case:
    """Return a static command on an environment to which one thing or several happened."""
    ground.plain_project(place)
    secret = ground.secret(random)
    env = place.project / ".venv"
    site = ground.plain_environment(env)
    info = ground.install(
        site, "broken", {"broken/__init__.py": "import idna\n", "broken/a.py": "def f():\n    import requests\n"}
    )
    chosen = random.sample(HARMS, random.choice((1, 1, 2, 3)))
    done = [ground.try_to(lambda harm=harm: harm(random, site, info, place)) for harm in chosen]  # type: ignore[misc]
    if chance(random, 0.3):
        done.append(_direct_url_with_secret(random, info, secret))
    if chance(random, 0.4):
        done.append(_python_that_leaves_a_trace(env, place))
    targets: tuple[tuple[str, ...], ...] = ((), ("--env", str(env)), ("--site-packages", str(site)))
    arguments, kind = ground.static_call(random, place, pick(random, targets))
    return Case(arguments, place.project, "; ".join(done), json=kind, secrets=(secret,))


def _metadata(random: Random, site: Path, info: Path, place: Place) -> str:
    lines = [f"Name: {pick(random, NAMES)}", f"Version: {pick(random, VERSIONS)}"]
    for _ in range(random.randint(0, 12)):
        field = pick(
            random, ("Requires-Dist", "Provides-Extra", "Requires-Python", "Name", "Dynamic", "Metadata-Version")
        )
        lines.append(f"{field}: {requirement(random)}")
    if ground.seldom(random):
        lines.append("Requires-Dist: x" + " " * 100_000)
    if ground.seldom(random):
        lines += [f"Requires-Dist: x{number % 30}; {pick(random, MARKERS)}" for number in range(5000)]
    if ground.seldom(random):
        lines.append("Description: " + "x" * 3_000_000)
    random.shuffle(lines)
    content = encoded(pick(random, ("\n", "\n", "\n", "\r\n", "\n ")).join(lines))
    write(info / "METADATA", damaged(random, content) if chance(random, 0.3) else content)
    return "METADATA of any content"


def _record(random: Random, site: Path, info: Path, place: Place) -> str:
    rows = [
        f"{_record_path(random, place)},{_hash(random)},{pick(random, ('', '-1', '1' * 300, 'x', '1.5', '7'))}"
        for _ in range(20)
    ]
    rows += [line(random) for _ in range(3)] + ['"unclosed', ",,,,,,", '"a""b",,']
    content = encoded("\n".join(rows))
    write(info / "RECORD", damaged(random, content) if chance(random, 0.3) else content)
    return "RECORD of any content"


def _record_path(random: Random, place: Place) -> str:
    return pick(
        random,
        (
            "broken/__init__.py", "../../../../../../etc/passwd", "/etc/passwd", str(place.target / "keep.txt"),
            "../../../../../target/keep.txt", "broken/../../x", "\ud800", "a\0b", "x" * 5000, "broken/" * 700 + "x.py",
            "C:\\x.py", "../../../bin/tool", ".", "", line(random).replace(",", ""), "idna/__init__.py",
        ),
    )  # fmt: skip


def _hash(random: Random) -> str:
    return pick(random, ("", "sha256=" + base64.b64encode(random.randbytes(12)).decode(), "md5=", "=", "\ud800"))


def _special(random: Random, site: Path, info: Path, place: Place) -> str:
    names = ("METADATA", "RECORD", "direct_url.json", "top_level.txt", "entry_points.txt", "INSTALLER", "REQUESTED")
    path = pick(
        random,
        (
            *(info / name for name in names),
            site / "x.pth", site / "y.egg", site / "z.egg-link", site / "w.egg-info", site / "v-1.0.dist-info",
            site / "broken/__init__.py", site / "broken/b.so", site / "u.py", site / "__editable__.q.pth",
            site.parents[2] / "pyvenv.cfg", site / "t.dist-info",
        ),
    )  # fmt: skip
    path = ground.free(path)
    return f"{path.name}: {ground.special_file(random, path, place)}"


def _direct_url(random: Random, site: Path, info: Path, place: Place) -> str:
    url = pick(
        random, (text(random), "file:///dev/zero", place.target.as_uri(), "file://\ud800", "file:///" + "a/" * 3000, 7)
    )
    value = pick(
        random, ({"url": url, "dir_info": {"editable": True}}, {"url": url, "vcs_info": tree(random)}, tree(random))
    )
    write(info / "direct_url.json", json_bytes(random, value))
    return "direct_url.json of any content"


def _direct_url_with_secret(random: Random, info: Path, secret: str) -> str:
    url = pick(
        random,
        (f"https://user:{secret}@host/x.whl", f"git+https://{secret}@host/x.git", f"https://h/x?token={secret}@y"),
    )
    if "token=" in url:
        url = f"https://oauth2:{secret}@h/x.zip"
    place = info / "direct_url.json"  # another kind may have made a folder of it
    if place.is_symlink() or not place.is_dir():
        place.unlink(missing_ok=True)
        write(place, json.dumps({"url": url, "archive_info": {}}))
    return "a password in direct_url.json"


def _egg_link(random: Random, site: Path, info: Path, place: Place) -> str:
    content = pick(
        random,
        ("a\0b\n.", str(place.target) + "\n.", "/dev/zero", "/" + "a/" * 3000, text(random), "../" * 40, "\n\n", "."),
    )
    write(site / "linked.egg-link", content)
    return "an egg-link that leads anywhere"


def _egg(random: Random, site: Path, info: Path, place: Place) -> str:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        big = ground.seldom(random)
        archive.writestr("EGG-INFO/PKG-INFO", b"Name: z\n" + (b"x" * (300 << 20) if big else encoded(text(random))))
        name = pick(random, ("../../x", "EGG-INFO/requires.txt", "/etc/x", "a" * 300, "EGG-INFO/top_level.txt"))
        archive.writestr(name, encoded(text(random)))
        if "requires" not in name and chance(random, 0.3):
            lines = "\n".join(["[x:", "[]", requirement(random), "[" * 50])
            archive.writestr("EGG-INFO/requires.txt", lines.encode("utf-8", "replace"))
    content = held.getvalue()
    if chance(random, 0.3):  # encrypted, so they say
        content = content.replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01").replace(
            b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"
        )
    write(site / "zipped-1.0-py3.egg", damaged(random, content) if chance(random, 0.5) else content)
    return "a zipped egg, damaged or large"


def _egg_info(random: Random, site: Path, info: Path, place: Place) -> str:
    folder = site / f"{pick(random, ('old', 'x-1.0', '-', 'a-b-c'))}.egg-info"
    write(folder / "PKG-INFO", damaged(random, encoded(f"Name: old\nVersion: {pick(random, VERSIONS)}\n")))
    for name in ("requires.txt", "SOURCES.txt", "installed-files.txt", "top_level.txt", "entry_points.txt"):
        rows = [
            pick(random, ("../../../../x", "[a]", "[:", requirement(random), line(random), str(place.target)))
            for _ in range(6)
        ]
        write(folder / name, "\n".join(rows))
    return "an egg-info of any content"


def _pth(random: Random, site: Path, info: Path, place: Place) -> str:
    ways = (
        f"import os; {ground.tracing_lines(place)}",
        str(place.target),
        "/dev/zero\n" * 3,
        "a\0b",
        "../" * 100,
        "import sys; sys.exit(3)\n",
        "import time; time.sleep(97)\n",
        "x" * 2_000_000 if ground.seldom(random) else "x",
        f"import {'a.' * 500}b",
        line(random),
    )
    write(site / pick(random, ("a.pth", "__editable__.b.pth", "distutils-precedence.pth", "c.pth")), pick(random, ways))
    write(site / "sitecustomize.py", ground.tracing_lines(place))
    return "a .pth of any content, and a sitecustomize that leaves a trace"


def _pyvenv(random: Random, site: Path, info: Path, place: Place) -> str:
    ground.foreign_python(place.target / "bin" / "python3", place)
    lines = [
        f"home = {pick(random, (str(place.target / 'bin'), '/dev/zero', 'a' * 5000, '', '../..', line(random)))}",
        f"version = {pick(random, VERSIONS)}",
        f"version_info = {line(random)}",
        f"include-system-site-packages = {pick(random, ('true', 'false', 'x'))}",
        line(random),
    ]
    random.shuffle(lines)
    content = encoded("\n".join(lines[: random.randint(0, 5)]))
    write(site.parents[2] / "pyvenv.cfg", damaged(random, content) if chance(random, 0.2) else content)
    return "pyvenv.cfg of any content"


def _names(random: Random, site: Path, info: Path, place: Place) -> str:
    for _ in range(random.choice((1, 5, 40))):
        ending = pick(random, (b"", b".dist-info", b"-1.0.dist-info", b".py", b".egg-info", b".so"))
        path = site / os.fsdecode(file_name(random) + ending)
        if os.path.lexists(path):
            continue
        if chance(random, 0.6):
            path.mkdir()
            (path / "METADATA").write_bytes(encoded(f"Name: {text(random)}\nVersion: {pick(random, VERSIONS)}\n"))
        else:
            path.write_bytes(b"x")
    return "names of any bytes"


def _deep(random: Random, site: Path, info: Path, place: Place) -> str:
    depth = pick(random, (60, 300, 1500)) if chance(random, 0.3) else 40
    ground.deep_folder(site / "broken", depth)
    (site / "idna" / "round").symlink_to(site / "idna")
    (site / "idna" / "away").symlink_to(place.target)
    return f"folders {depth} deep, links in a ring"


def _many(random: Random, site: Path, info: Path, place: Place) -> str:
    count = pick(random, (30, 120, 400)) if chance(random, 0.3) else 20
    for number in range(count):
        requires = "".join(
            f"Requires-Dist: d{random.randrange(count)}{pick(random, ('', '[x]', '>=1', ' ; extra == ' + repr('x')))}\n"
            for _ in range(3)
        )
        ground.install(
            site,
            f"d{number}",
            {f"d{number % 9}.py": "x = 1\n"},
            metadata=f"Requires-Dist: d{number + 1}\nProvides-Extra: x\n{requires}",
        )
    return f"{count} distributions that require each other"


def _text_files(random: Random, site: Path, info: Path, place: Place) -> str:
    for name in ("top_level.txt", "entry_points.txt", "INSTALLER", "namespace_packages.txt", "dependency_links.txt"):
        content = encoded("\n".join(text(random) for _ in range(6)))
        write(info / name, damaged(random, content) if chance(random, 0.4) else content)
    write(info / "entry_points.txt", f"[console_scripts]\n{line(random)} = {line(random)}\n[{line(random)}]\nx=\n")
    return "top_level and entry_points of any content"


def _sources(random: Random, site: Path, info: Path, place: Place) -> str:
    from benchmarks.fuzz.kinds.sources import source

    for name in ("a.py", "b.py", "sub/__init__.py"):
        write(site / "broken" / name, source(random))
    return "installed modules of any content"


def _closed(random: Random, site: Path, info: Path, place: Place) -> str:
    path = pick(random, (site / "broken", info, site / "idna", info / "METADATA", site.parents[2] / "bin"))
    path.chmod(pick(random, (0, 0o100, 0o400)))
    return f"{path.name} is closed"


def _python_that_leaves_a_trace(env: Path, place: Place) -> str:
    if os.access(env / "bin", os.W_OK | os.X_OK):
        (env / "bin/python").unlink(missing_ok=True)
        ground.foreign_python(env / "bin/python", place)
    return "bin/python leaves a trace"


HARMS: Sequence[Harm] = (
    _metadata,
    _metadata,
    _record,
    _special,
    _special,
    _special,
    _direct_url,
    _egg_link,
    _egg,
    _egg_info,
    _pth,
    _pyvenv,
    _names,
    _deep,
    _many,
    _text_files,
    _sources,
    _closed,
)
