"""What wheels weigh unpacked, as a multiple of the archive: the ratios of `data/unpacked.toml`.

Locks with uv exactly what the example and the big backend have installed, takes the size of each wheel from the lock
and the size of its files, without bytecode, from the environment. Needs the package index for the lock alone.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import big_backend
from rounds import ROOT

from footprint.analysis.cost.locked_downloads import find_downloads
from footprint.collect import disk, layout, metadata
from footprint.collect.declared.locks import read_locked
from footprint.collect.layout.wheel_tags import rank_tags

UV = Path(sys.executable).with_name("uv")


def main() -> None:
    """Print, per kind of wheel, how many there were and what they came to; then what each environment came to."""
    ratios: dict[str, dict[str, float]] = {"pure": {}, "compiled": {}}
    for environment in (ROOT / "examples" / "rag_backend" / ".venv", big_backend.environment()):
        pairs = measure(environment)
        for file, (archive, files) in pairs.items():
            ratios["pure" if file.endswith("-any.whl") else "compiled"][file] = files / archive
        whole = sum(files for _, files in pairs.values()) / sum(archive for archive, _ in pairs.values())
        print(f"{environment.relative_to(ROOT)}: {len(pairs)} wheels, all together {whole:.2f}")
    for kind, found in ratios.items():
        ends = (min(found, key=found.__getitem__), max(found, key=found.__getitem__))
        words = " to ".join(f"{found[file]:.2f} ({file.partition('-')[0]})" for file in ends)
        print(f"{kind}: {len(found)} wheels, {words}, median {statistics.median(found.values()):.2f}")


def measure(environment: Path) -> dict[str, tuple[int, int]]:
    """Return, by the name of the wheel, the bytes of the archive and those of its files."""
    python = layout.describe(environment / "bin" / "python").interpreter
    installed, _ = metadata.read_installed(python.site_dirs)
    # A local version, as torch's for the processor alone, comes from another index.
    public = {item.name: item.version for item in installed if item.origin == "index" and "+" not in item.version}
    weights = {use.name: use.apparent_bytes - use.bytecode_bytes for use in disk.scan(python, installed).uses}
    with tempfile.TemporaryDirectory() as folder:
        pins = [f"{name}=={version}" for name, version in public.items() if name not in ("pip", "setuptools")]
        release = ".".join(map(str, python.version[:2]))
        head = f'[project]\nname = "x"\nversion = "0"\nrequires-python = "=={release}.*"\n'
        Path(folder, "pyproject.toml").write_text(f"{head}dependencies = {json.dumps(pins)}\n")
        subprocess.run([UV, "lock", "--quiet", "--project", folder], check=True)
        locked = read_locked(Path(folder)).distributions
    downloads = find_downloads(locked, public, rank_tags(python), ())
    return {
        each.file: (each.least_bytes, weights[name])
        for name, each in downloads.items()
        if each.how == "wheel" and each.file and each.least_bytes
    }


if __name__ == "__main__":
    main()
