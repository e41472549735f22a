"""Images that can be started: an interpreter of this machine with its libraries and a little of its library."""

import re
import subprocess
import sys
import sysconfig
from functools import cache
from pathlib import Path
from typing import Any

from tests.support.image_archives import Content, make_layer, make_layout

_MODULES = ("codecs.py", "io.py", "abc.py", "site.py", "os.py", "stat.py", "posixpath.py", "genericpath.py",
            "_collections_abc.py", "encodings/__init__.py", "encodings/aliases.py", "encodings/utf_8.py",
            "encodings/ascii.py", "encodings/latin_1.py")  # fmt: skip
PROGRAM = "/opt/program.py"


@cache
def base_layer() -> bytes:
    """Return a layer with the interpreter of the tests, and what it needs to begin and to open a socket."""
    program = Path(sys.executable).resolve()
    stdlib = Path(sysconfig.get_path("stdlib"))
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    members: dict[str, Content] = {"usr/bin/python": program.read_bytes()}
    members |= {path.lstrip("/"): Path(path).read_bytes() for path in _libraries(Path(sys.executable).resolve())}
    members |= {f"usr/lib/{version}/{name}": (stdlib / name).read_bytes() for name in _MODULES}
    dynamic = [*(stdlib / "lib-dynload").glob("_socket.*.so")]
    members |= {f"usr/lib/{version}/lib-dynload/{path.name}": path.read_bytes() for path in dynamic}
    return make_layer(members)


def program_layer(program: Path) -> bytes:
    """Return a layer with a program of this machine, in /usr/bin."""
    members = {path.lstrip("/"): Path(path).read_bytes() for path in _libraries(program)}
    return make_layer({**members, f"usr/bin/{program.name}": program.read_bytes()})


def make_started(folder: Path, code: str, *, more: tuple[bytes, ...] = (), **inner: Any) -> Path:
    """Write an image whose entry runs some code of Python."""
    env = ["PATH=/usr/bin", "PYTHONHOME=/usr", "LD_LIBRARY_PATH=" + ":".join(_folders()), *inner.pop("Env", [])]
    inner = {"Entrypoint": ["python", "-S", "-B"], "Cmd": [PROGRAM]} | inner
    own = make_layer({PROGRAM[1:]: code.encode()})  # not by -c, for which Python 3.13 loads more of its library
    return make_layout(folder, [base_layer(), *more, own], packed=False, Env=env, **inner)


def _folders() -> list[str]:
    return sorted({str(Path(path).parent) for path in _libraries(Path(sys.executable).resolve())})


@cache
def _libraries(program: Path) -> tuple[str, ...]:
    """Return the libraries of a program, the loader among them."""
    found = subprocess.run(["ldd", program], check=True, capture_output=True, text=True).stdout
    return tuple(re.findall(r"(?:=> )?(/\S+) \(0x", found))
