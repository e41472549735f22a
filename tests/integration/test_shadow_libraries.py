"""Large libraries below overlays: mapped from their own file system, as without a shadow, and never written."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from footprint.addition.added_environment import Workshop, open_added
from footprint.addition.installation import WantedCandidates
from footprint.addition.installer_programs import InstallerChoice, find_installer
from footprint.analysis.additions.asked_candidates import read_candidates
from footprint.collect.disk.claims import Claims
from footprint.probe.program_end import run_to_end
from footprint.probe.shadow import Shadow
from footprint.probe.started_program import Order
from footprint.trial.ground import Change
from footprint.trial.large_libraries import find_large_libraries
from tests.support.canary import look
from tests.support.file_index import Release, make_index
from tests.support.machine import install, only_where
from tests.support.own_code import copy_own_code
from tests.support.projects import make_env, site_of, write
from tests.support.shadows import can_overlay, shadows_of

NOBODY = 65534
LARGE = b"\x7fELF" + b"l" * (1 << 20)
SMALL = LARGE[:-5]
FILES: Mapping[str, bytes] = {
    "lib/__init__.py": b"",
    "lib/_core.abi3.so": LARGE,
    "lib/_small.so": SMALL,
    "lib/data.bin": LARGE,
    "lib.libs/libdeep.so.1.2": LARGE,
    "goes/_gone.so": LARGE,
}
# What a program says of the files: the file system that each is of, and what comes of writing, removing, renaming.
SEEN = """
import json, os, sys
seen = {}
for path in sys.argv[2:]:
    if not os.path.exists(path):
        seen[path] = None
        continue
    device = os.stat(path).st_dev
    try:
        with open(path, "r+b") as file:
            file.write(b"written")
        is_written = True
    except OSError:
        is_written = False
    seen[path] = [device, is_written, len(open(path, "rb").read())]
open(sys.argv[1], "w").write(json.dumps(seen))
"""


def seen_in(shadow: Shadow, folder: Path, *paths: Path) -> dict[str, Any]:
    """Return what a program in a shadow says of files, by their names: none of it where it is not there."""
    script, told = write(folder, {"seen.py": SEEN}) / "seen.py", folder / "told.json"
    words = (str(shadow.interpreter.executable), "-I", "-S", str(script), str(told), *map(str, paths))
    output = os.open(os.devnull, os.O_WRONLY)
    try:
        order = Order(words, folder, os.environ, output, output, overlays=shadow.overlays, libraries=shadow.libraries)
        assert run_to_end(order, 60) == 0
    finally:
        os.close(output)
    return {Path(path).name: value for path, value in json.loads(told.read_text()).items()}


def make_project(folder: Path) -> tuple[Path, Path]:
    project = write(folder / "project", {"app.py": "import lib\n"})
    site = site_of(make_env(project / ".venv"))
    for name in ("lib", "goes"):
        install(site, name, {path: data for path, data in FILES.items() if path.startswith((f"{name}/", f"{name}."))})
    (site / "lib/_linked.so").symlink_to("_core.abi3.so")
    return project, site


def test_which_files_are_large_libraries(tmp_path: Path) -> None:
    project, site = make_project(tmp_path)
    (site / "lib/_unlisted.so").write_bytes(LARGE)  # nobody says that it is theirs
    (project / ".venv/lib/libpython3.so.1.0").write_bytes(LARGE)
    shadows = shadows_of(project, "links")
    found = {Path(path).name for path in shadows.ground.libraries}
    assert found == {"_core.abi3.so", "libdeep.so.1.2", "_gone.so", "libpython3.so.1.0"}
    claims = Claims(project / ".venv", (site,), ())
    claims.collect()
    assert find_large_libraries(claims) == ()


def test_they_are_those_of_the_file_system_and_cannot_be_written(tmp_path: Path) -> None:
    only_where(can_overlay(), "the right to mount an overlay")
    project, site = make_project(tmp_path)
    before = look(project)
    with shadows_of(project, "overlay").give(Change(frozenset({"goes"}))) as shadow:
        names = (*FILES, "lib/_linked.so")
        found = seen_in(shadow, tmp_path / "seen", *(site / name for name in names))
        assert shadow.list_written() != ()  # what is none of them is written as before
    device = site.stat().st_dev
    assert found["_core.abi3.so"] == [device, False, len(LARGE)]
    assert found["libdeep.so.1.2"] == [device, False, len(LARGE)]
    assert found["_linked.so"] == [device, False, len(LARGE)]
    assert found["_gone.so"] is None
    for name, size in (("_small.so", len(SMALL)), ("data.bin", len(LARGE)), ("__init__.py", len(b"written"))):
        other, is_written, length = found[name]
        assert (other != device, is_written, length) == (True, True, size)
    assert look(project) == before


def test_those_that_come_with_a_candidate_are_those_of_the_upper_layer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only_where(can_overlay(), "the right to mount an overlay")
    project, site = make_project(tmp_path)
    newer = Release("lib", "2.0", files={"lib/__init__.py": b"", "lib/_core.abi3.so": LARGE + b"newer"})
    index = make_index(tmp_path / "index", [Release("more", files={"more/_more.so": LARGE}), newer])
    for name in ("PIP_INDEX_URL", "UV_DEFAULT_INDEX"):
        monkeypatch.setenv(name, index)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_NO_CONFIG", "1")
    shadows = shadows_of(project, "overlay")
    (tmp_path / "home").mkdir()
    installer = find_installer(shadows.ground.interpreter, tmp_path / "home", InstallerChoice())
    shop = Workshop(shadows, installer, "", with_bytecode=False, installed=tuple(shadows.ground.claims.installed))
    with open_added(shop, WantedCandidates(tuple(read_candidates(["more", "lib==2.0"])))) as added:
        found = seen_in(added.shadow, tmp_path / "seen", site / "more/_more.so", site / "lib/_core.abi3.so")
    device = site.stat().st_dev
    assert found == {
        "_more.so": [device, False, len(LARGE)],
        "_core.abi3.so": [device, False, len(LARGE) + len(b"newer")],
    }


# Prints whether a library is of the file system of the real one, whether a small one is, and whether it was written.
AS_NOBODY = """
import os, sys
from pathlib import Path
from footprint.audit.target import open_target
from footprint.config.options import TargetOptions
from footprint.probe.program_end import run_to_end
from footprint.probe.started_program import Order
from footprint.trial.ground import Change
from footprint.trial.shadows import Shadows
project, site, told = map(Path, sys.argv[1:])
options = TargetOptions(project=project, env=project / ".venv")
words = ("import os, sys; large, small, told = sys.argv[1:]; of = [os.stat(each).st_dev for each in (large, small)]; "
         "print(os.getuid(), *of, os.access(large, os.W_OK), file=open(told, 'w'))")
with Shadows.of(open_target(options, starts=True), options, "overlay").give(Change()) as shadow:
    python = str(shadow.interpreter.executable)
    command = (python, "-c", words, str(site / "lib/_core.abi3.so"), str(site / "lib/_small.so"), str(told))
    nothing = os.open(os.devnull, os.O_WRONLY)
    print(run_to_end(Order(command, project, os.environ, nothing, nothing, overlays=shadow.overlays,
                           libraries=shadow.libraries), 60))
"""


def test_an_ordinary_user_has_them_too() -> None:
    only_where(os.geteuid() == 0, "root, to become somebody else")
    only_where(can_overlay(), "the right to mount an overlay")
    python = Path(f"/usr/bin/python{sys.version_info[0]}.{sys.version_info[1]}")
    only_where(python.exists(), "an interpreter of this version that everybody may start")
    # Not in pytest's own folder: each session that begins closes that to everybody else.
    with tempfile.TemporaryDirectory(prefix="footprint-test-") as name:
        folder, told = Path(name), Path(name, "told.txt")
        project = write(folder / "project", {"app.py": "import lib\n"})
        subprocess.run([python, "-m", "venv", "--without-pip", project / ".venv"], check=True)
        site = site_of(project / ".venv")
        install(site, "lib", {path: data for path, data in FILES.items() if path.startswith("lib")})
        for path in (folder, *folder.rglob("*")):
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
        ours = copy_own_code(folder / "code")
        done = subprocess.run(
            [python, "-c", AS_NOBODY, project, site, told],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "TMPDIR": str(folder), "PYTHONPATH": str(ours)},
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.stdout, done.stderr) == ("0\n", "")
        user, large, small, may_write = told.read_text().split()
        assert (int(user), int(large), may_write) == (NOBODY, site.stat().st_dev, "False")
        assert small != large
