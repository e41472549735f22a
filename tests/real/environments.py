"""Source and environment of a real application: downloaded once, kept in .cache/real, stamped."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from constraints import pins
from footprint.names import DistributionName
from tests.real.cases import Application
from tests.support.installer import require_pinned

REPOSITORY = Path(__file__).parents[2]
CACHE = REPOSITORY / ".cache" / "real"
UV = (sys.executable, "-m", "uv")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an application lies on this machine."""

    source: Path
    venv: Path
    home: Path  # what the host keeps for it: settings, data

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"


def provide(app: Application) -> Place:
    """Download and install `app` unless that has been done; its environment holds exactly what is pinned."""
    home = CACHE / f"{app.name}-{app.version}"
    place = Place(home / "source", home / "venv", home / "host")
    wanted = (app.distribution, app.version, app.python, app.extras, app.also_install, app.constraints, app.home)
    stamp, key = home / "stamp", hashlib.sha256(repr(wanted).encode()).hexdigest()
    with _alone(home):
        if not (stamp.is_file() and stamp.read_text() == key and place.python.exists()):
            shutil.rmtree(home, ignore_errors=True)
            home.mkdir(parents=True)
            _install(app, home, place)
            stamp.write_text(key)
    return place


@contextlib.contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Keep another run, which would build the same, waiting."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{home.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _install(app: Application, home: Path, place: Place) -> None:
    _download(app, home, place.source)
    (home / "constraints.txt").write_text("\n".join((*app.constraints, "")))
    place.home.mkdir()
    for path, content in app.home:
        file = place.home / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    extras = f"[{','.join(app.extras)}]" if app.extras else ""
    run([*UV, "venv", "--quiet", "--python", app.python, str(place.venv)])
    held = home / "constraints.txt"
    only = pins.variables(held) | {name: own for name, own in _building(app, home).items() if "BUILD" in name}
    install = [*UV, "pip", "install", "--quiet", "--python", str(place.python)]
    run([*install, "-e", f"{place.source}{extras}", *app.also_install], extra=only)
    require_pinned(next(place.venv.glob("lib/python*/site-packages")), pins.read(held))
    # The application is audited with bytecode in place, as it is on a host that has started once.
    subprocess.run(
        [str(place.python), "-m", "compileall", "-q", str(place.venv / "lib")], capture_output=True, check=False
    )


def _building(app: Application, home: Path) -> dict[str, str]:
    """Hold what builds an application to our own constraints, but for what its build asks for."""
    own = dict(line.split("==") for line in app.builds_with)
    held = home / "build-constraints.txt"
    held.write_text("".join(f"{name}=={release}\n" for name, release in (pins.read(pins.file_for()) | own).items()))
    return pins.variables(held)


@contextlib.contextmanager
def without(place: Place, distribution: DistributionName) -> Iterator[Place]:
    """Lend a copy of the environment (hard links) from which `distribution` is uninstalled."""
    with tempfile.TemporaryDirectory(dir=place.venv.parent, prefix=f"without-{distribution}-") as folder:
        copy = Path(folder) / "venv"
        shutil.copytree(place.venv, copy, symlinks=True, copy_function=os.link)
        run([*UV, "pip", "uninstall", "--quiet", "--python", str(copy / "bin" / "python"), distribution])
        yield Place(place.source, copy, place.home)


def provide_tool(name: str, version: str, *, python: str, beside: bool) -> Path:
    """Install a peer into a folder of its own. `beside`: to be put on the path of an application's interpreter."""
    home = CACHE / "tools" / f"{name}-{version}-{python}"
    if (home / "stamp").is_file():
        return home
    shutil.rmtree(home, ignore_errors=True)
    if beside:
        target = ["--python", python, "--target", str(home)]
    else:
        run([*UV, "venv", "--quiet", "--python", python, str(home)])
        target = ["--python", str(home / "bin" / "python")]
    run([*UV, "pip", "install", "--quiet", *target, f"{name}=={version}"], extra=pins.variables())
    (home / "stamp").write_text(version)
    return home


def run(
    command: Sequence[str], *, cwd: Path | None = None, ok: Sequence[int] = (0,), extra: Mapping[str, str] | None = None
) -> str:
    """Run to its end and return what it printed. Raises: RuntimeError with its words, if it fails."""
    env = clean_environment(extra)
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode not in ok:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return done.stdout


def clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return this process's environment without what would lead another interpreter astray."""
    led_astray = ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE")
    return {**{key: value for key, value in os.environ.items() if key not in led_astray}, **(extra or {})}


def _download(app: Application, home: Path, source: Path) -> None:
    """Fetch the sdist by pip, which knows the index of this machine, and unpack its one folder as `source`."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"]
    asked = ["--no-binary", app.distribution, "-d", str(home), f"{app.distribution}=={app.version}"]
    run([*pip, *asked], extra=_building(app, home))  # pip builds what a sdist says of itself
    (archive,) = home.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        tar.extractall(home / "unpacked", filter="data")
    (folder,) = (home / "unpacked").iterdir()
    folder.rename(source)
    archive.unlink()
