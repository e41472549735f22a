"""`footprint image` on images that other programs made of a real environment: umoci lays the layers, skopeo saves."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from footprint.report.audit.schema import make_schema
from tests.support.command import footprint
from tests.support.image_archives import make_layer, make_layout
from tests.support.installer import kept, once_a_session, require_pinned, uv
from tests.support.machine import need
from tests.support.projects import make_env, site_of

LINES = ("jinja2", "six", "idna", "uvicorn", "pip")
NAMED = 0.995  # of the bytes below site-packages
HIDDEN = ("jinja2", "idna")


@dataclass(frozen=True)
class Made:
    """An image in every format, and what went into it."""

    formats: Mapping[str, Path]
    site: Path
    layer_bytes: tuple[int, ...]
    hidden_bytes: int


def bytes_below(*folders: Path) -> int:
    """Count the files below, those with several names once."""
    found = {}
    for folder in folders:
        for path in (each for each in folder.rglob("*") if each.is_file() and not each.is_symlink()):
            status = path.stat()
            found[(status.st_dev, status.st_ino)] = status.st_size
    return sum(found.values())


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    for program in ("umoci", "skopeo"):
        need(shutil.which(program), f"the program {program}, which makes images")

    def fill(folder: Path) -> None:
        python = make_env(folder / "env") / "bin/python"
        uv("pip", "install", "--quiet", "--compile-bytecode", "--python", python, *LINES)
        require_pinned(site_of(folder / "env"))

    env = kept("image-app", fill, 1) / "env"
    site = site_of(env)
    inside = f"/opt/venv/{site.relative_to(env)}"
    folder = once_a_session(tmp_path_factory, "image-made", lambda folder: make_images(folder, env, inside))
    formats = {"oci-layout": folder / "layout"}
    formats |= {kind: folder / f"{kind}.tar" for kind in ("docker-archive", "oci-archive")}
    hidden = bytes_below(*(site / name for name in HIDDEN))
    return Made(formats, site, (bytes_below(env), 0, bytes_below(folder / "idna")), hidden)


def make_images(folder: Path, env: Path, inside: str) -> None:
    """Lay an environment, a whiteout and a folder that hides what was in it; save the same image in three ways."""
    layout, again = folder / "layout", folder / "idna"
    again.mkdir(parents=True)
    (again / "core.py").write_bytes(b"# newer\n" * 100)
    insert: list[str | Path] = ["umoci", "insert", "--rootless", "--image", f"{layout}:app"]
    copy: list[str | Path] = ["skopeo", "--insecure-policy", "copy", "-q", f"oci:{layout}:app"]
    commands: tuple[list[str | Path], ...] = (
        ["umoci", "init", "--layout", layout],
        ["umoci", "new", "--image", f"{layout}:app"],
        [*insert, "--history.created_by", "RUN pip install -r requirements.txt", env, "/opt/venv"],
        [*insert, "--history.created_by", "RUN rm -r jinja2", "--whiteout", f"{inside}/jinja2"],
        [*insert, "--history.created_by", "COPY idna", "--opaque", again, f"{inside}/idna"],
        ["umoci", "config", "--image", f"{layout}:app", "--config.entrypoint", "/opt/venv/bin/uvicorn",
         "--config.cmd", "main:app", "--config.user", "1000", "--config.env", "APP_TOKEN=abcdef0123456789"],
        [*copy, f"docker-archive:{folder}/docker-archive.tar:app:1"],
        [*copy, f"oci-archive:{folder}/oci-archive.tar:app:1"],
    )  # fmt: skip
    for command in commands:
        subprocess.run([str(word) for word in command], check=True, capture_output=True)


def image_json(*arguments: str | Path) -> dict[str, Any]:
    done = footprint("image", *arguments, "-f", "json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.parametrize("kind", ["oci-layout", "docker-archive", "oci-archive"])
def test_an_image_of_an_independent_program_is_told_to_the_byte(made: Made, kind: str) -> None:
    found = image_json(made.formats[kind])
    jsonschema.Draft202012Validator(make_schema("image")).validate(found)
    assert found["kind"] == kind
    layers = found["layers"]
    assert tuple(layer["unpacked_bytes"] for layer in layers) == made.layer_bytes
    assert found["hidden_bytes"] == made.hidden_bytes == layers[0]["hidden_bytes"]
    assert found["unpacked_bytes"] - found["hidden_bytes"] == found["seen_bytes"]
    (site,) = found["sites"]
    assert site["named_bytes"] >= site["file_bytes"] * NAMED
    assert site["file_bytes"] == bytes_below(made.site) - made.hidden_bytes + made.layer_bytes[2]
    assert {(row["by_layer"], row["how"]) for row in found["hidden"]} == {(2, "deleted"), (3, "deleted")}
    rows = {row["name"]: row for row in found["distributions"]}
    assert set(LINES) <= rows.keys()
    for name in HIDDEN:
        assert rows[name]["hidden_bytes"] == bytes_below(made.site / name)
    assert rows["idna"]["layers"][-1] == {"layer": 3, "file_bytes": made.layer_bytes[2]}
    if kind != "docker-archive":
        blobs = {path.name: path.stat().st_size for path in (made.formats["oci-layout"] / "blobs/sha256").iterdir()}
        assert [layer["packed_bytes"] for layer in layers] == [
            blobs[layer["digest"].partition(":")[2]] for layer in layers
        ]


@pytest.mark.slow
@pytest.mark.network
def test_a_distribution_weighs_in_an_image_what_it_weighs_on_the_disk(made: Made) -> None:
    """But for folders, which an archive gives no bytes."""
    scanned = json.loads(footprint("scan", "--site-packages", made.site, "-f", "json").stdout)
    folders = {}
    for row in scanned["distributions"]:
        folders[row["name"]] = row["file_count"]
    rows = {row["name"]: row for row in image_json(made.formats["oci-layout"])["distributions"]}
    for row in scanned["distributions"]:
        ours = rows[row["name"]]
        whole = ours["file_bytes"] + ours["hidden_bytes"] - (made.layer_bytes[2] if row["name"] == "idna" else 0)
        assert 0 <= row["apparent_bytes"] - whole < 4096 * 200, row["name"]
        assert ours["bytecode_bytes"] <= row["bytecode_bytes"]
        assert (row["name"] in HIDDEN) == (ours["hidden_bytes"] > 0)


@pytest.mark.slow
@pytest.mark.network
def test_the_reports_name_layers_distributions_and_what_is_hidden(made: Made) -> None:
    table = footprint("image", made.formats["oci-layout"])
    page = footprint("image", made.formats["oci-layout"], "-f", "markdown")
    assert (table.returncode, table.stderr, page.returncode) == (0, "", 0)
    for said in (table.stdout, page.stdout):
        assert "RUN pip install -r requirements.txt" in said
        assert "uvicorn main:app" in said and "user: 1000" in said
        assert "abcdef0123456789" not in said
        assert "jinja2" in said
    assert "## Layers, from the lowest" in page.stdout


@pytest.mark.slow
@pytest.mark.network
def test_two_images_are_compared_by_layers_and_distributions(made: Made, tmp_path: Path) -> None:
    layout = tmp_path / "layout"
    shutil.copytree(made.formats["oci-layout"], layout)
    inside = f"/opt/venv/{made.site.relative_to(made.site.parents[2])}/six.py"
    insert = ["umoci", "insert", "--rootless", "--image", f"{layout}:app", "--whiteout", inside]
    subprocess.run(insert, check=True, capture_output=True)
    found = image_json("--diff", made.formats["oci-layout"], layout)
    jsonschema.Draft202012Validator(make_schema("image-diff")).validate(found)
    assert (found["shared_layer_count"], len(found["new_layers"]), found["gone_layers"]) == (3, 1, [])
    (row,) = found["distributions"]
    assert row["name"] == "six"
    assert row["bytes_before"] - row["file_bytes"] == (made.site / "six.py").stat().st_size
    same = footprint("image", "--diff", layout, layout)
    assert "No distribution changed." in same.stdout and "4 layers as before" in same.stdout


def test_what_has_nothing_to_say_leaves_no_gap(tmp_path: Path) -> None:
    told = footprint("image", make_layout(tmp_path / "layout", [])).stdout
    assert "\n\nIt has no layer.\n\n" in told
    assert "\n\n\n" not in told
    assert not told.endswith("\n\n")


def test_names_of_an_image_are_harmless_wherever_they_are_shown(tmp_path: Path) -> None:
    site = "usr/lib/python3/site-packages"
    head = b"Metadata-Version: 2.1\nName: \x1b[31mevil|<b>\nVersion: 1\x1b[2J\n\n"
    members = {f"{site}/\x1b[31me\u202evil|`<script>-1.dist-info/METADATA": head, f"{site}/x.py": b"1"}
    layout = make_layout(
        tmp_path / "layout", [make_layer(members)], name="\x1b]0;x\x07name", User="\x1b[1mroot", Cmd=["\u202e\x1b[A"],
        Env=["A\x1b[H=\x1b[J"],
    )  # fmt: skip
    for format_ in ("table", "markdown", "json"):
        done = footprint("image", layout, "-f", format_, "--top", "0")
        assert done.returncode == 0, done.stderr
        assert not any(sign in done.stdout + done.stderr for sign in "\x1b\x07\u202e")


MISTAKES: Mapping[str, tuple[list[str], int, str]] = {
    "nothing there": (["none.tar"], 2, "none.tar: no such file: name an OCI layout"),
    "a folder of something else": (["."], 2, "is not an OCI layout: it has no oci-layout with an index.json"),
    "another name": (["layout", "--ref", "web"], 3, "there is no image web in it; there are app:1"),
    "another platform": (["layout", "--platform", "linux/s390x"], 3, "no image for linux/s390x"),
    "not a project": (["layout", "--project", "none"], 2, "--project none is not a folder"),
    "an unknown format": (["layout", "-f", "html"], 2, "'html' is not a format"),
    "an old image that is not there": (["layout", "--diff", "none"], 2, "none: no such file"),
    "damaged": (["damaged.tar"], 3, "cannot read damaged.tar: it is cut off"),
}  # fmt: skip


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_is_one_line_that_says_what_to_do(case: str, tmp_path: Path) -> None:
    given, code, said = MISTAKES[case]
    layer = make_layer({"a": b"x" * 3000})
    make_layout(tmp_path / "layout", [layer])
    (tmp_path / "damaged.tar").write_bytes(layer[:1000])
    before = sorted(tmp_path.rglob("*"))
    done = footprint("image", *given, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr and done.stderr.count("\n") == 1
    assert sorted(tmp_path.rglob("*")) == before


IMAGE_BUDGETS: Mapping[str, tuple[list[str], int, dict[str, str]]] = {
    "held": (["--image", "layout", "--max-image", "1 MiB", "--max-layer", "1 MiB"], 0,
             {"FP421": "passed", "FP422": "passed"}),
    "too large": (["--image", "layout", "--max-image", "5000 B"], 1, {"FP421": "violated"}),
    "a layer too large": (["--image", "layout", "--max-layer", "5000 B"], 1, {"FP422": "violated"}),
    "layers that hold one by one": (["--image", "layout", "--max-layer", "6000 B", "--max-image", "6000 B"], 1,
                                    {"FP421": "violated", "FP422": "passed"}),
    "no image": (["--max-image", "5000 B", "--max-layer", "1 MiB"], 0,
                 {"FP421": "not judged", "FP422": "not judged"}),
    "neither": ([], 0, {}),
}  # fmt: skip


@pytest.mark.parametrize("case", IMAGE_BUDGETS)
def test_a_check_judges_an_image_by_its_budgets(case: str, tmp_path: Path) -> None:
    """What a layer deletes counts: 6000 and 3000 bytes are stored, 3000 are seen."""
    given, code, outcomes = IMAGE_BUDGETS[case]
    layers = [make_layer({"a": b"x" * 6000}), make_layer({".wh.a": b"", "b": b"y" * 3000})]
    make_layout(tmp_path / "layout", layers)
    (tmp_path / "site").mkdir()
    words = ["check", ".", "--static", "--site-packages", "site", *given, "-f", "json"]
    done = footprint(*words, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    found = {row["code"]: row for row in json.loads(done.stdout)["verdicts"] if row["code"] in ("FP421", "FP422")}
    assert {name: row["outcome"] for name, row in found.items()} == outcomes
    if code:
        (row,) = [row for row in found.values() if row["outcome"] == "violated"]
        assert row["measured"] == (9000 if row["code"] == "FP421" else 6000)


def test_an_image_without_a_budget_is_a_mistake(tmp_path: Path) -> None:
    done = footprint("check", ".", "--static", "--image", "none.tar", cwd=tmp_path)
    assert done.returncode == 2 and "no budget to judge it by: give --max-image or --max-layer" in done.stderr
