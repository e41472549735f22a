"""A package index of files ("Simple repository API"): small wheels and source archives, also yanked or for others."""

import hashlib
import io
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.machine import record_row

_SETUP = """\
from pathlib import Path
from setuptools import setup
Path.home().joinpath("ran-setup.txt").write_text("x")
setup(name={name!r}, version={version!r}, py_modules=[{name!r}])
"""


@dataclass(frozen=True)
class Release:
    """One file of the index. `tag`: that of its wheel; "sdist" for a source archive."""

    name: str
    version: str = "1.0"
    files: Mapping[str, bytes] = field(default_factory=dict)
    metadata: str = ""
    tag: str = "py3-none-any"
    yanked: str | None = None
    requires_python: str = ""


def make_index(folder: Path, releases: Iterable[Release]) -> str:
    """Write the index and return its URL: pip and uv take it as `--index-url` and `--default-index`."""
    simple = folder / "simple"
    links: dict[str, list[str]] = {}
    for one in releases:
        place = simple / one.name.lower().replace("_", "-")
        place.mkdir(parents=True, exist_ok=True)
        path = place / (_write_sdist(place, one) if one.tag == "sdist" else _write_wheel(place, one))
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        more = f' data-yanked="{one.yanked}"' if one.yanked is not None else ""
        more += f' data-requires-python="{one.requires_python.replace(">", "&gt;")}"' if one.requires_python else ""
        links.setdefault(place.name, []).append(f'<a href="{path.name}#sha256={digest}"{more}>{path.name}</a><br>')
    for name, lines in links.items():
        text = "<!DOCTYPE html><html><body>\n" + "\n".join(lines) + "\n</body></html>\n"
        (simple / name / "index.html").write_text(text, encoding="utf-8")
    return simple.as_uri()


def _write_wheel(folder: Path, one: Release) -> str:
    info = f"{one.name}-{one.version}.dist-info"
    python = f"Requires-Python: {one.requires_python}\n" if one.requires_python else ""
    head = f"Metadata-Version: 2.1\nName: {one.name}\nVersion: {one.version}\n{python}{one.metadata}\n".encode()
    tags = f"Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: {one.tag}\n".encode()
    everything = {**one.files, f"{info}/METADATA": head, f"{info}/WHEEL": tags}
    rows = "".join(record_row(path, content) for path, content in everything.items())
    name = f"{one.name}-{one.version}-{one.tag}.whl"
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, content in {**everything, f"{info}/RECORD": f"{rows}{info}/RECORD,,\n".encode()}.items():
            wheel.writestr(path, content)
    return name


def _write_sdist(folder: Path, one: Release) -> str:
    top = f"{one.name}-{one.version}"
    head = f"Metadata-Version: 2.1\nName: {one.name}\nVersion: {one.version}\n{one.metadata}\n".encode()
    setup = _SETUP.format(name=one.name, version=one.version).encode()
    with tarfile.open(folder / f"{top}.tar.gz", "w:gz") as archive:
        for path, content in {"PKG-INFO": head, "setup.py": setup, **one.files}.items():
            member = tarfile.TarInfo(f"{top}/{path}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return f"{top}.tar.gz"
