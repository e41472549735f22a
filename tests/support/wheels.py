"""Small wheels in a folder, from which installers work without an index."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

from tests.support.machine import record_row

OFFLINE = {"PIP_NO_INDEX": "1", "UV_NO_INDEX": "1", "UV_OFFLINE": "1"}


def make_wheel(folder: Path, name: str, files: Mapping[str, bytes], metadata: str = "") -> None:
    folder.mkdir(exist_ok=True)
    info = f"{name}-1.0.dist-info"
    head = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{metadata}\n".encode()
    tags = b"Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    everything = {**files, f"{info}/METADATA": head, f"{info}/WHEEL": tags}
    rows = "".join(record_row(path, content) for path, content in everything.items())
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
        for path, content in {**everything, f"{info}/RECORD": f"{rows}{info}/RECORD,,\n".encode()}.items():
            wheel.writestr(path, content)


def make_wheels(folder: Path) -> Path:
    make_wheel(folder, "heavy", {"heavy/__init__.py": b"data = b'x' * (8 << 20)\n"})
    make_wheel(folder, "light", {"light.py": b""})
    make_wheel(folder, "idle", {"idle.py": b""})
    make_wheel(folder, "spare", {"spare.py": b"#" * 1000}, "Requires-Dist: below\n")
    make_wheel(folder, "below", {"below.py": b"#" * 2000})
    return folder
