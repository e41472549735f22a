"""`footprint image` beside the programs that read the same bytes: `sha256sum`, and `gzip -dc | tar -t` of each layer.

    python benchmarks/bench_image.py [--rounds N] [--environment FOLDER] [--check]

The image holds the big backend (`big_backend.py`, 1.9 GB unpacked) or the environment that is named, as one gzip layer
of an OCI layout, with two small layers over it. It is written here, by tarfile and zlib, into a temporary folder. Both
sides run in turns; wall time and the time of the processors are compared, and the peak of the resident memory of ours
is read off its own process.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import resource
import shlex
import subprocess
import sys
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from rounds import ROOT, Command, compare

RATIO, RSS_MIB = 1.5, 150
_PIECE = 1 << 20
_BIG = ROOT / ".cache/big-backend/environment"


class _Blob(io.RawIOBase):
    """A gzip file that knows the digests of what is written, and of what it holds."""

    def __init__(self, path: Path) -> None:
        self._file, self._packer = path.open("wb"), zlib.compressobj(6, zlib.DEFLATED, 31)
        self.plain, self.packed, self.path = hashlib.sha256(), hashlib.sha256(), path

    def writable(self) -> bool:
        """Say that this is for writing."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Pack a piece."""
        self.plain.update(data)
        self._put(self._packer.compress(data))
        return len(data)

    def finish(self) -> tuple[str, str, int]:
        """End the file; return its digest, that of the archive in it, and its size."""
        self._put(self._packer.flush())
        self._file.close()
        return self.packed.hexdigest(), self.plain.hexdigest(), self.path.stat().st_size

    def _put(self, data: bytes) -> None:
        self.packed.update(data)
        self._file.write(data)


def write_layout(folder: Path, environment: Path) -> list[Path]:
    """Write the image; return its layers."""
    blobs = folder / "blobs/sha256"
    blobs.mkdir(parents=True)
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    layers, diff_ids = [], []
    for name, add in (("venv", _add_environment), ("small", _add_small), ("smaller", _add_small)):
        blob = _Blob(folder / name)
        with tarfile.open(fileobj=blob, mode="w|", bufsize=_PIECE) as archive:
            add(archive, environment, name)
        packed, plain, size = blob.finish()
        blob.path.rename(blobs / packed)
        diff_ids.append(f"sha256:{plain}")
        kind = "application/vnd.oci.image.layer.v1.tar+gzip"
        layers.append({"mediaType": kind, "digest": f"sha256:{packed}", "size": size})
    config: dict[str, object] = {
        "architecture": "amd64",
        "os": "linux",
        "rootfs": {"type": "layers", "diff_ids": diff_ids},
    }
    manifest: dict[str, object] = {"schemaVersion": 2, "config": _write(blobs, config), "layers": layers}
    media = "application/vnd.oci.image.manifest.v1+json"
    (folder / "index.json").write_text(json.dumps({"manifests": [{"mediaType": media, **_write(blobs, manifest)}]}))
    return [blobs / str(layer["digest"]).partition(":")[2] for layer in layers]


def _add_environment(archive: tarfile.TarFile, environment: Path, _: str) -> None:
    archive.add(environment.resolve(), "opt/venv")


def _add_small(archive: tarfile.TarFile, _: Path, name: str) -> None:
    member = tarfile.TarInfo(f"srv/{name}")
    member.size = 5
    archive.addfile(member, io.BytesIO(b"hello"))


def _write(blobs: Path, values: dict[str, object]) -> dict[str, object]:
    data = json.dumps(values).encode()
    digest = hashlib.sha256(data).hexdigest()
    (blobs / digest).write_bytes(data)
    return {"digest": f"sha256:{digest}", "size": len(data)}


def _reading(layers: list[Path]) -> Iterator[str]:
    for layer in layers:
        name = shlex.quote(str(layer))
        yield f"sha256sum {name} && gzip -dc {name} | tar -t > /dev/null"


def main() -> int:
    """Print the ratios and the memory; with --check fail where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--environment", type=Path, default=_BIG)
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    if not given.environment.is_dir():
        parser.error(f"{given.environment} is not there: python benchmarks/big_backend.py makes it")
    with tempfile.TemporaryDirectory() as scratch:
        layout = Path(scratch, "layout")
        layers = write_layout(layout, given.environment)
        ours = [sys.executable, "-m", "footprint", "image", str(layout), "-f", "json"]
        subprocess.run(ours, stdout=subprocess.DEVNULL, check=True)
        peak_mib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"peak RSS of footprint image: {peak_mib:.0f} MiB (target {RSS_MIB})")
        shell = ["sh", "-c", " && ".join(_reading(layers))]
        took = compare(
            Command("footprint image", ours), Command("sha256sum, gzip | tar", shell),
            rounds=given.rounds, target_ratio=RATIO,
        )  # fmt: skip
    missed = took.wall > RATIO or peak_mib > RSS_MIB
    return int(given.check and missed)


if __name__ == "__main__":
    sys.exit(main())
