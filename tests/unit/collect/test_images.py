"""Container images made by hand: formats, figures to the byte, and what is hostile or damaged."""

import gzip
import io
import json
import os
import shutil
import tarfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from footprint.collect.images import read_image
from footprint.collect.images.layer_reader import LayerBudget
from footprint.collect.images.manifests import WantedImage
from footprint.collect.images.tar_headers import TarBroken, parse_header, parse_pax
from footprint.collect.images.tar_members import TarBytes, read_members
from footprint.errors import FootprintError, ImageUnreadable
from footprint.image.whole_image import examine_image
from footprint.model.image_files import ImageRead
from footprint.model.image_report import ImageReport
from footprint.report.image.spare_sentences import spare_section
from footprint.report.text.section import Sentences
from tests.support.command import footprint
from tests.support.image_archives import (
    LAYER,
    MANIFEST,
    Content,
    archive_layout,
    digest,
    dist,
    make_config,
    make_docker_archive,
    make_layer,
    make_layout,
    make_manifest,
    write_blobs,
)
from tests.support.machine import UNCOVERED, need

SITE = "usr/lib/python3.11/site-packages"
LONG = "/".join(["a-folder-with-a-long-name"] * 12)


def read(path: Path, **wanted: str) -> ImageRead:
    return read_image(path, WantedImage(**wanted), lambda _: None)


def examine(path: Path, project: Path | None = None) -> ImageReport:
    return examine_image(path, WantedImage(), project, lambda _: None)


MEMBERS: dict[str, Content] = {
    "./": None,
    "etc/": None,
    "etc/name": b"a" * 700,
    f"{LONG}/file": b"b" * 5000,
    "etc/short": ("link", "/etc/name"),
    "etc/again": ("hard", "etc/name"),
    "etc/néw": b"",
}
BYTES = 5700
FORMS = {"ustar": tarfile.USTAR_FORMAT, "gnu": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT}


def save_layout(folder: Path, layers: Sequence[bytes]) -> Path:
    return make_layout(folder / "layout", layers)


def save_plain_layout(folder: Path, layers: Sequence[bytes]) -> Path:
    return make_layout(folder / "layout", layers, packed=False)


def save_docker(folder: Path, layers: Sequence[bytes]) -> Path:
    return make_docker_archive(folder / "docker.tar", layers)


def save_oci_archive(folder: Path, layers: Sequence[bytes]) -> Path:
    return archive_layout(save_layout(folder, layers), folder / "oci.tar")


def save_new_docker(folder: Path, layers: Sequence[bytes]) -> Path:
    config = digest(make_config(layers)).replace(":", "/")
    names = [f"blobs/{digest(layer).replace(':', '/')}" for layer in layers]
    manifest = [{"Config": f"blobs/{config}", "RepoTags": ["app:1"], "Layers": names}]
    more: dict[str, Content] = {"manifest.json": json.dumps(manifest).encode()}
    return archive_layout(save_plain_layout(folder, layers), folder / "docker25.tar", **more)


WAYS = (save_layout, save_plain_layout, save_docker, save_oci_archive, save_new_docker)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("save", WAYS)
def test_every_format_tells_the_same_to_the_byte(
    save: Callable[[Path, Sequence[bytes]], Path], form: str, tmp_path: Path
) -> None:
    members = {name: content for name, content in MEMBERS.items() if form != "ustar" or len(name) < 256}
    layers = [make_layer(members, form=FORMS[form]), make_layer({"etc/.wh.name": b"", "more": b"c"})]
    image = read(save(tmp_path, layers))
    expected = {name.strip("/").removeprefix("./") for name in members} - {"", "."}
    assert set(image.files[0].entries) == expected
    assert [layer.tar_bytes for layer in image.layers] == [len(layer) for layer in layers]
    assert [layer.unpacked_bytes for layer in image.layers] == [
        BYTES - 5000 * (form == "ustar" and LONG not in str(members)),
        1,
    ]
    assert [layer.diff_id for layer in image.layers] == [digest(layer) for layer in layers]
    assert image.files[1].deleted == ("etc/name",)
    assert [layer.instruction for layer in image.layers] == ["RUN a", "RUN b"]
    assert (image.name, image.platform) == ("app:1", "linux/amd64")
    packed = [layer.packed_bytes for layer in image.layers]
    gzipped = [len(gzip.compress(layer, 1)) for layer in layers]
    assert packed == (gzipped if save in (save_layout, save_oci_archive) else [len(layer) for layer in layers])


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("length", range(96, 104))
def test_a_name_that_is_cut_behind_a_slash_is_still_one_of_a_file(form: str, length: int, tmp_path: Path) -> None:
    """The header of a long name has its first 100 characters; where these end in a slash it looks like a folder."""
    name = f"{'x' * (length - 1)}/file"
    layer = make_layer({name: b"1" * 700, "after": b"2"}, form=FORMS[form])
    entries = read(make_layout(tmp_path / "layout", [layer])).files[0].entries
    assert {path: (entry.kind, entry.size_bytes) for path, entry in entries.items()} == {
        name: ("file", 700), "after": ("file", 1),
    }  # fmt: skip


def test_members_of_gzip_that_follow_each_other_are_one_layer(tmp_path: Path) -> None:
    """pigz writes one for each block, stargz one for each file; some writers pad with zeros."""
    layer = make_layer({f"file{number}": os.urandom(3000) for number in range(60)})
    parts = [layer[at : at + 1000] for at in range(0, len(layer), 1000)]
    blob = b"".join(map(gzip.compress, parts)) + bytes(700)
    folder = tmp_path / "layout"
    config = make_config([layer])
    manifest = make_manifest(config, [(f"{LAYER}+gzip", blob)])
    write_blobs(folder, [blob, config, manifest])
    entry = {"mediaType": MANIFEST, "digest": digest(manifest), "size": len(manifest)}
    (folder / "index.json").write_text(json.dumps({"manifests": [entry]}))
    (read_layer,) = read(folder).layers
    assert (read_layer.tar_bytes, read_layer.unpacked_bytes) == (len(layer), 180_000)


def test_zstd_is_read_where_something_here_reads_it(tmp_path: Path) -> None:
    program = shutil.which("zstd")
    need(program, "the program zstd")
    import subprocess

    layer = make_layer({"file": b"abc" * 400_000})
    blob = subprocess.run([str(program), "-c", "-q"], input=layer, capture_output=True, check=True).stdout
    for data, is_sound in ((blob, True), (blob[:-20], False)):
        folder = tmp_path / str(is_sound)
        config = make_config([layer])
        manifest = make_manifest(config, [(f"{LAYER}+zstd", data)])
        write_blobs(folder, [data, config, manifest])
        entry = {"mediaType": MANIFEST, "digest": digest(manifest), "size": len(manifest)}
        (folder / "index.json").write_text(json.dumps({"manifests": [entry]}))
        if is_sound:
            assert (read(folder).layers[0].packing, read(folder).layers[0].tar_bytes) == ("zstd", len(layer))
        else:
            with pytest.raises(ImageUnreadable):
                read(folder)


def test_the_image_for_this_machine_is_taken_from_an_index_of_several(tmp_path: Path) -> None:
    manifests, folder = [], tmp_path / "layout"
    for name in ("amd64", "arm64"):
        layer = make_layer({name: b"x"})
        config = make_config([layer]).replace(b"amd64", name.encode())
        manifest = make_manifest(config, [(LAYER, layer)])
        write_blobs(folder, [layer, config, manifest])
        described = {
            "mediaType": MANIFEST,
            "digest": digest(manifest),
            "platform": {"os": "linux", "architecture": name},
        }
        manifests.append(described)
    proof = {"mediaType": MANIFEST, "digest": "sha256:" + "0" * 64}
    proof["annotations"] = {"vnd.docker.reference.type": "attestation-manifest"}  # type: ignore[assignment]
    inner = json.dumps({"manifests": [*manifests, proof]}).encode()
    write_blobs(folder, [inner])
    kind = "application/vnd.oci.image.index.v1+json"
    (folder / "index.json").write_text(json.dumps({"manifests": [{"mediaType": kind, "digest": digest(inner)}]}))
    image = read(folder, machine="linux/arm64")
    assert (image.platform, [note.code for note in image.notes]) == ("linux/arm64", ["other-platforms"])
    assert read(folder, platform="linux/amd64").platform == "linux/amd64"
    with pytest.raises(ImageUnreadable, match="no image for linux/s390x in it; there are those for linux/amd64"):
        read(folder, platform="linux/s390x")


# What is hidden


LAYERS_AND_HIDDEN: Mapping[str, tuple[list[dict[str, Content]], dict[str, tuple[int, int, str]], int]] = {
    # layers -> hidden path: (layer, by, how); bytes hidden
    "deleted": ([{"a": b"12", "b": b"3"}, {".wh.a": b""}], {"a": (1, 2, "deleted")}, 2),
    "a folder deleted": (
        [{"d/e/a": b"12", "d/b": b"3"}, {".wh.d": b""}], {"d/e/a": (1, 2, "deleted"), "d/b": (1, 2, "deleted")}, 3
    ),
    "opaque": ([{"d/a": b"12", "b": b"3"}, {"d/.wh..wh..opq": b"", "d/c": b"1"}], {"d/a": (1, 2, "deleted")}, 2),
    "opaque behind what it brings": (
        [{"d/a": b"12"}, {"d/c": b"1", "d/.wh..wh..opq": b""}], {"d/a": (1, 2, "deleted")}, 2
    ),
    "replaced": ([{"a": b"12"}, {"a": b"345"}], {"a": (1, 2, "replaced")}, 2),
    "deleted and brought again": ([{"a": b"12"}, {".wh.a": b"", "a": b"3"}], {"a": (1, 2, "deleted")}, 2),
    "a file in place of a folder": ([{"d/a": b"12"}, {"d": b"3"}], {"d/a": (1, 2, "replaced")}, 2),
    "a folder in place of a file": ([{"d": b"12"}, {"d/a": b"3"}], {"d": (1, 2, "replaced")}, 2),
    "a folder in place of a file of its own layer": (
        [{"d": b"12", "d/": None, "d/a": b"3"}], {"d": (1, 1, "replaced")}, 2
    ),
    "a file in place of a folder of its own layer": (
        [{"d/": None, "d/a": b"12", "d": b"3"}], {"d/a": (1, 1, "replaced")}, 2
    ),
    "a whiteout of nothing": ([{"a": b"12"}, {".wh.none": b"", "x/.wh.y": b"", "x/.wh..wh..opq": b""}], {}, 0),
    "a link deleted": ([{"l": ("link", "/etc/passwd")}, {".wh.l": b""}], {}, 0),
    "a hard link keeps it": ([{"a": b"12", "h": ("hard", "a")}, {".wh.a": b""}], {}, 0),
    "a hard link of a higher layer keeps it": ([{"a": b"12"}, {"h": ("hard", "a")}, {".wh.a": b""}], {}, 0),
    "a hard link to a hard link below": (
        [{"a": b"12", "b": ("hard", "a")}, {"h": ("hard", "b")}, {".wh.a": b"", ".wh.b": b""}], {}, 0
    ),
    "a hard link of a higher layer, and what replaced its file": (
        [{"a": b"12"}, {"h": ("hard", "a")}, {"a": b"345"}, {".wh.a": b""}], {"a": (3, 4, "deleted")}, 3
    ),
    "a hard link of a higher layer that is deleted as well": (
        [{"a": b"12"}, {"h": ("hard", "a")}, {".wh.a": b"", ".wh.h": b""}], {"a": (1, 3, "deleted")}, 2
    ),
    "a hard link to a file that was deleted before": (
        [{"a": b"12"}, {".wh.a": b""}, {"h": ("hard", "a")}], {"a": (1, 2, "deleted")}, 2
    ),
    "both names deleted": (
        [{"a": b"12", "h": ("hard", "a")}, {".wh.a": b"", ".wh.h": b""}], {"a": (1, 2, "deleted")}, 2
    ),
    "links in a circle": ([{"a": ("link", "b"), "b": ("link", "a"), "h": ("hard", "i"), "i": ("hard", "h")}], {}, 0),
    "marks of aufs": ([{".wh..wh.plnk": None, ".wh..wh.aufs": b"", "a": b"1"}], {}, 0),
}  # fmt: skip


@pytest.mark.parametrize("case", LAYERS_AND_HIDDEN)
def test_hidden_bytes_are_exact(case: str, tmp_path: Path) -> None:
    layers, hidden, count = LAYERS_AND_HIDDEN[case]
    report = examine(make_layout(tmp_path / "layout", [make_layer(members) for members in layers]))
    assert report.hidden_bytes == count == report.unpacked_bytes - report.seen_bytes
    assert sum(row.file_bytes for row in report.hidden) == count
    assert {(row.layer, row.by_layer, row.how) for row in report.hidden} == set(hidden.values())
    assert sum(row.file_count for row in report.hidden) == len(hidden)
    assert sum(layer.hidden_bytes for layer in report.layers) == count


def test_a_name_twice_in_one_layer_is_paid_twice(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for content in (b"12", b"345"):
            member = tarfile.TarInfo("a")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    report = examine(make_layout(tmp_path / "layout", [buffer.getvalue()]))
    assert (report.unpacked_bytes, report.seen_bytes, report.hidden_bytes) == (5, 3, 2)


# Whose bytes they are


def test_an_upgrade_hides_the_distribution_that_it_replaces(tmp_path: Path) -> None:
    old = dist("acme", "1.0", {"acme/__init__.py": b"1" * 100, "acme/gone.py": b"2" * 50}, site=SITE)
    new = dist("acme", "2.0", {"acme/__init__.py": b"3" * 120}, site=SITE)
    deleted: dict[str, Content] = {f"{SITE}/.wh.acme-1.0.dist-info": b"", f"{SITE}/acme/.wh.gone.py": b""}
    report = examine(make_layout(tmp_path / "layout", [make_layer(old), make_layer(deleted | new)]))
    rows = {(row.version): (row.file_bytes, row.hidden_bytes) for row in report.distributions}
    everything = [sum(len(each) for each in files.values() if isinstance(each, bytes)) for files in (old, new)]
    assert rows == {"1.0": (0, everything[0]), "2.0": (everything[1], 0)}
    assert report.hidden_bytes == everything[0]


def test_bytecode_folders_and_scripts_go_with_their_distribution(tmp_path: Path) -> None:
    files = {"acme/__init__.py": b"1" * 10, "../../../bin/acme": b"#!/usr/bin/python\n", "acme.libs/x.so": b"4" * 9}
    members = dist("acme", "1.0", files, site=SITE)
    members["usr/bin/acme"] = members.pop(f"{SITE}/../../../bin/acme")
    compiled: dict[str, Content] = {f"{SITE}/acme/__pycache__/__init__.cpython-311.pyc": b"5" * 30}
    loose: dict[str, Content] = {f"{SITE}/stray.txt": b"6" * 5}
    report = examine(make_layout(tmp_path / "layout", [make_layer(members), make_layer(compiled | loose)]))
    (site,), (row,) = report.sites, report.distributions
    assert (site.unowned_bytes, site.bytecode_bytes, site.bytecode_count, site.source_count) == (5, 30, 1, 1)
    assert (row.outside_bytes, row.bytecode_bytes) == (18, 30)
    assert {each.layer: each.file_bytes for each in row.layers}[2] == 30
    assert site.file_bytes == site.named_bytes + 5


def test_debian_is_joined_by_metadata_and_by_the_lists_of_dpkg(tmp_path: Path) -> None:
    site = "usr/lib/python3/dist-packages"
    members: dict[str, Content] = {
        f"{site}/apt_pkg.so": b"1" * 11,
        f"{site}/old.py": b"2" * 7,
        f"{site}/__pycache__/apt_inst.cpython-311.pyc": b"3" * 5,
        f"{site}/apt_inst.py": b"4" * 3,
        f"{site}/PyOld-2.egg-info": b"Metadata-Version: 1.0\nName: PyOld\nVersion: 2\n",
        f"{site}/named/__init__.py": b"5" * 13,
        f"{site}/Named-1.egg-info/PKG-INFO": b"Metadata-Version: 1.0\nName: Named\nVersion: 1\n",
        f"{site}/Named-1.egg-info/top_level.txt": b"named\n",
        "var/lib/dpkg/info/python3-apt:amd64.list": (
            f"/.\n/usr\n/usr/share/x\n/{site}/apt_pkg.so\n/{site}/apt_inst.py\n/{site}/old.py\n".encode()
        ),
    }
    report = examine(make_layout(tmp_path / "layout", [make_layer(members)]))
    rows = {(row.name, row.origin): row.file_bytes for row in report.distributions}
    assert rows[("python3-apt", "dpkg")] == 11 + 3 + 5 + 7
    assert rows[("named", "metadata")] > 13
    assert report.sites[0].unowned_bytes == 0


def test_a_folder_filled_by_target_is_one_and_a_cache_is_none(tmp_path: Path) -> None:
    members = dist("acme", "1.0", {"acme.py": b"1"}, site="srv/vendor")
    members |= dist("acme", "1.0", {"acme.py": b"1"}, site="root/.cache/uv/archive-v0/xyz")
    members |= dist("inner", "1.0", {"inner.py": b"1"}, site=f"{SITE}/setuptools/_vendor")
    members |= dist("setuptools", "1", {"setuptools/__init__.py": b""}, site=SITE)
    report = examine(make_layout(tmp_path / "layout", [make_layer(members)]))
    assert [site.path for site in report.sites] == ["/srv/vendor", f"/{SITE}"]
    assert {part.kind for part in report.parts} == {"uv cache"}


PARTS: Mapping[str, str | None] = {
    "root/.cache/pip/http-v2/a": "pip cache",
    "home/app/.cache/uv/wheels/a": "uv cache",
    "var/lib/apt/lists/deb.debian.org_dists": "apt lists",
    "var/cache/apt/archives/gcc.deb": "apt packages",
    "usr/bin/x86_64-linux-gnu-gcc-12": "build tools",
    "usr/bin/gcc": "build tools",
    "usr/lib/gcc/x86_64-linux-gnu/12/cc1": "build tools",
    "usr/local/cargo/bin/rustc": "build tools",
    "usr/include/stdio.h": "headers",
    "usr/lib/x86_64-linux-gnu/libc.a": "static libraries",
    "app/.git/objects/ab/cd": "version control",
    "opt/conda/pkgs/numpy.conda": "conda packages",
    "usr/bin/gcclike": None,
    "usr/share/apt/lists": None,
    "app/pip/cache.py": None,
    "usr/lib/x86_64-linux-gnu/libc.so.6": None,
}


@pytest.mark.parametrize("path", PARTS)
def test_kinds_that_no_application_needs_are_known_by_their_place(path: str, tmp_path: Path) -> None:
    report = examine(make_layout(tmp_path / "layout", [make_layer({path: b"1234"})]))
    assert [(part.kind, part.file_bytes) for part in report.parts] == ([(PARTS[path], 4)] if PARTS[path] else [])


def test_copies_of_one_content_are_counted_once_too_many(tmp_path: Path) -> None:
    content = os.urandom(8000)
    layers: list[dict[str, Content]] = [{"app/a": content, "b": content}, {"app/a": content}]
    report = examine(make_layout(tmp_path / "layout", [make_layer(each) for each in layers]))
    assert report.doubled_bytes == 16_000
    assert [(row.count, row.same_path, row.layers) for row in report.doubled] == [(3, False, (1, 1, 2))]
    assert "15.6 KiB in 2 copies too many: /app/a (layer 1) and /b (layer 1) and /app/a (layer 2)" in _told(report)
    again = examine(make_layout(tmp_path / "again", [make_layer({"a": content}), make_layer({"a": content})]))
    assert [(row.count, row.same_path) for row in again.doubled] == [(2, True)]


def _told(report: ImageReport) -> list[str]:
    blocks = spare_section(report, 0).blocks
    return [str(line) for block in blocks if isinstance(block, Sentences) for line in block.lines]


def test_libraries_for_gpus_are_held_against_the_deploy_files(tmp_path: Path) -> None:
    layer = make_layer(dist("nvidia_cublas_cu12", "12.1", {"nvidia/cublas/lib/x.so": b"1" * 5000}, site=SITE))
    project = tmp_path / "project"
    project.mkdir()
    image = make_layout(tmp_path / "layout", [layer])
    assert (examine(image, project).gpu_bytes > 5000, examine(image, project).gpu_expected) == (True, None)
    (project / "settings.yaml").write_text("debug: true\n")
    assert examine(image, project).gpu_expected is None
    (project / "Dockerfile").write_text("FROM python:3.11\nCOPY . .\n")  # another one starts what is in it
    assert examine(image, project).gpu_expected is False
    assert examine(image).gpu_expected is None
    (project / "compose.yaml").write_text("services:\n  web:\n    runtime: nvidia\n    image: x\n")
    assert examine(image, project).gpu_expected is True
    cuda = make_layout(tmp_path / "cuda", [layer], Env=["NVIDIA_VISIBLE_DEVICES=all"])
    assert examine(cuda, project).gpu_expected is True


def test_the_configuration_is_told_and_its_secrets_are_not(tmp_path: Path) -> None:
    layout = make_layout(
        tmp_path / "layout", [make_layer({"a": b""})], Entrypoint=["gunicorn"], Cmd=["-w", "4", "app:app"],
        User="1000", WorkingDir="/srv", Env=["API_TOKEN=hunter22secret", "PORT=8000", "BROKEN"], Memory=536_870_912,
    )  # fmt: skip
    start = examine(layout).start
    assert (start.line, start.user, start.working_folder) == ("gunicorn -w 4 app:app", "1000", "/srv")
    assert start.environment == (("API_TOKEN", "***"), ("PORT", "8000"))
    assert start.memory_limit_bytes == 536_870_912


# What is hostile or damaged: an error that says why, nothing written, little held


def _raw(name: bytes, size: int = 0, kind: bytes = b"0", more: bytes = b"") -> bytes:
    """Return a header with any name and size; `more`: that the map of a sparse file goes on."""
    field = b"%011o\0" % size if size < 1 << 33 else b"\x80" + size.to_bytes(11, "big")
    block = bytearray(name.ljust(100, b"\0") + b"0000644\0" * 3 + field + b"00000000000\0" + b" " * 8 + kind)
    block += bytes(100) + b"ustar\x0000"
    block = block.ljust(482, b"\0") + more
    block = block.ljust(512, b"\0")
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def _pax(text: bytes) -> bytes:
    return _raw(b"x", len(text), b"x") + text.ljust(-(-len(text) // 512) * 512, b"\0")


END = bytes(1024)
SOUND = make_layer({"a": b"1" * 2000})
HOSTILE: Mapping[str, tuple[bytes, str]] = {
    "a name that leads out": (make_layer({"../../etc/passwd": b"x"}), "leads out of the image"),
    "a name with dots inside": (make_layer({"a/../../b": b"x"}), "leads out of the image"),
    "a hard link that leads out": (make_layer({"a": ("hard", "../../etc/passwd")}), "leads out of the image"),
    "cut off in a header": (SOUND[:300], "cut off"),
    "cut off in a content": (SOUND[:1500], "cut off"),
    "not an archive": (b"hello, world" * 100, "checksum|something else where a number"),
    "a checksum that is wrong": (SOUND[:148] + b"000000\0 " + SOUND[156:], "checksum"),
    "a size of an exabyte": (_raw(b"a", 1 << 60) + END, "cut off"),
    "a size larger than any": (_raw(b"a", 1 << 80) + END, "larger than any disk"),
    "a negative size": (_raw(b"a")[:124] + b"\xff" * 12 + _raw(b"a")[136:] + END, "checksum|negative"),
    "something behind a zero block": (bytes(512) + SOUND, "where its end should be"),
    "a name of megabytes": (_raw(b"x", 3 << 20, b"L") + bytes(3 << 20) + END, "larger than any name"),
    "a name longer than a path": (_pax(b"5020 path=" + b"a" * 5009 + b"\n") + _raw(b"a") + END, "longer than 4096"),
    "records without an end": (_pax(b"99 path=a\n") + _raw(b"a") + END, "as long as it says"),
    "records that are none": (_pax(b"path=a\n") + _raw(b"a") + END, "not a list of records"),
    "a size that is not a number": (_pax(b"10 size=x\n") + _raw(b"a") + END, "not a number"),
    "an extended header at the end": (_pax(b"10 path=a\n") + END, "after an extended header"),
    "a sparse map without an end": (_raw(b"a", 0, b"S", more=b"\1"), "cut off"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_layer_ends_in_a_clear_error(case: str, tmp_path: Path) -> None:
    layer, said = HOSTILE[case]
    before = sorted(tmp_path.rglob("*"))
    for save in (save_layout, save_docker):
        image = save(tmp_path, [bytes(layer)])
        with pytest.raises(ImageUnreadable, match=said) as error:
            read(image)
        assert str(error.value).startswith("cannot read layer 1 of ")
        shutil.rmtree(image) if image.is_dir() else image.unlink()
    assert sorted(tmp_path.rglob("*")) == before


HARMLESS: Mapping[str, dict[str, Content]] = {
    "absolute names": {"/etc/x": b"1", "//srv//y": b"2"},
    "links that lead out": {"a": ("link", "../../../etc/passwd"), f"{SITE}": ("link", "/proc/self/root")},
    "a link in place of RECORD": dist("acme", "1", {"acme.py": b"x"}, site=SITE)
    | {f"{SITE}/acme-1.dist-info/RECORD": ("link", "/etc/passwd")},
    "metadata in a circle": {f"{SITE}/a-1.dist-info/METADATA": ("link", "METADATA"), f"{SITE}/a.py": b"1"},
    "a RECORD that leads out": {
        f"{SITE}/a-1.dist-info/METADATA": b"Name: a\nVersion: 1\n\n",
        f"{SITE}/a-1.dist-info/RECORD": b"../../../../../../etc/passwd,,\n/etc/shadow,,\na-1.dist-info/RECORD,,\n",
    },
    "names with escapes": {"a\x1b[31m\u202eb\nc": b"1", f"{SITE}/\x1b]8;;x-1.dist-info/METADATA": b"Name: \x1b[2J\n\n"},
    "no file at all": {},
}


@pytest.mark.parametrize("case", HARMLESS)
def test_odd_layers_are_read_and_nothing_of_this_machine_answers(case: str, tmp_path: Path) -> None:
    report = examine(make_layout(tmp_path / "layout", [make_layer(HARMLESS[case])]))
    assert report.seen_bytes == sum(len(each) for each in HARMLESS[case].values() if isinstance(each, bytes))
    assert all(row.file_bytes + row.outside_bytes <= report.seen_bytes for row in report.distributions)


def test_device_nodes_and_pipes_are_names_without_content(tmp_path: Path) -> None:
    layer = b"".join(_raw(name, 512, kind) for name, kind in ((b"c", b"3"), (b"b", b"4"), (b"p", b"6"))) + END
    image = read(make_layout(tmp_path / "layout", [layer]))
    assert {entry.kind for entry in image.files[0].entries.values()} == {"other"}
    assert image.layers[0].unpacked_bytes == 0


def test_a_bomb_is_given_up(tmp_path: Path) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = bytes(1 << 20)
    blob = packer.compress(_raw(b"a", 600 << 20)) + b"".join(packer.compress(zeros) for _ in range(600))
    layout = _layout_of_blob(tmp_path / "layout", blob + packer.flush())
    with pytest.raises(ImageUnreadable, match="it unpacks to more than 400 times its size"):
        read(layout)


@pytest.mark.large
def test_a_million_entries_are_given_up(tmp_path: Path) -> None:
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    thousand = b"".join(_raw(b"d%d/f%d" % (number, number)) for number in range(1000))
    blob = b"".join(packer.compress(thousand) for _ in range(1000)) + packer.compress(END) + packer.flush()
    layout = _layout_of_blob(tmp_path / "layout", blob)
    # In a process that coverage does not follow: each line of the reader is run a million times.
    done = footprint("image", layout, env=UNCOVERED, started=True)
    assert done.returncode == 3
    assert "the image holds more than 750,000 files" in done.stderr


def test_files_are_counted_over_all_layers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_layout(tmp_path / "layout", [make_layer({"a": b"1", "b": b"2"}), make_layer({"c": b"3"})])
    monkeypatch.setattr(LayerBudget, "entries", 3)
    assert sum(len(layer.entries) for layer in read(folder).files) == 3
    monkeypatch.setattr(LayerBudget, "entries", 2)
    with pytest.raises(ImageUnreadable, match=r"layer 2 .*the image holds more than 2 files"):
        read(folder)


def _layout_of_blob(folder: Path, blob: bytes) -> Path:
    """Write the layout of one gzip layer, of which the configuration tells another digest."""
    config = make_config([b""])
    manifest = make_manifest(config, [(f"{LAYER}+gzip", blob)])
    write_blobs(folder, [blob, config, manifest])
    entry = {"mediaType": MANIFEST, "digest": digest(manifest), "size": len(manifest)}
    (folder / "index.json").write_text(json.dumps({"manifests": [entry]}))
    return folder


def _largest(folder: Path) -> Path:
    return max((folder / "blobs/sha256").iterdir(), key=lambda each: each.stat().st_size)


def _spoil_blob(folder: Path) -> None:
    _largest(folder).write_bytes(gzip.compress(make_layer({"b": b"2" * 9000})))


def _cut_blob(folder: Path) -> None:
    largest = _largest(folder)
    largest.write_bytes(largest.read_bytes()[:-100])


def _link_blob(folder: Path) -> None:
    largest = _largest(folder)
    shutil.move(largest, folder / "elsewhere")
    largest.symlink_to(folder / "elsewhere")


def _lose_blob(folder: Path) -> None:
    _largest(folder).unlink()


def _huge_index(folder: Path) -> None:
    (folder / "index.json").write_bytes(b"[" * (5 << 20))


def _deep_index(folder: Path) -> None:
    (folder / "index.json").write_bytes(b"[" * 100_000)


def _foreign_digest(folder: Path) -> None:
    index = json.loads((folder / "index.json").read_text())
    index["manifests"][0]["digest"] = "sha256:../../../../etc/passwd"
    (folder / "index.json").write_text(json.dumps(index))


def _endless_index(folder: Path) -> None:
    kind = "application/vnd.oci.image.index.v1+json"
    inner = json.dumps({"manifests": []}).encode()
    for _ in range(7):
        inner = json.dumps({"manifests": [{"mediaType": kind, "digest": digest(inner)}]}).encode()
        write_blobs(folder, [inner])
    (folder / "index.json").write_bytes(inner)


SPOILED: Mapping[Callable[[Path], None], str] = {
    _spoil_blob: "was changed or damaged", _cut_blob: "cut off", _link_blob: "a link, which is not followed",
    _lose_blob: "no such file", _huge_index: "larger than any manifest", _deep_index: "no image is in it",
    _foreign_digest: "is not the SHA-256 of a blob", _endless_index: "leads to others without an end|no image",
}  # fmt: skip


@pytest.mark.parametrize("spoil", SPOILED)
def test_a_layout_that_was_spoiled_is_refused(spoil: Callable[[Path], None], tmp_path: Path) -> None:
    folder = make_layout(tmp_path / "layout", [make_layer({"a": os.urandom(9000)})])
    spoil(folder)
    with pytest.raises(ImageUnreadable, match=SPOILED[spoil]):
        read(folder)


def test_a_wrong_diff_id_is_refused(tmp_path: Path) -> None:
    layers = [make_layer({"a": b"1"})]
    image = make_docker_archive(tmp_path / "docker.tar", layers)
    other = digest(make_layer({"a": b"2"})).encode()
    image.write_bytes(image.read_bytes().replace(digest(layers[0]).encode(), other))
    with pytest.raises(ImageUnreadable, match="its archive is not sha256:"):
        read(image)


NOT_IMAGES: Mapping[str, tuple[bytes, str]] = {
    "empty": (b"", "it is not an image"),
    "text": (b"hello " * 200, "checksum|number"),
    "an archive of something else": (make_layer({"a": b"x"}), "it is not an image"),
    "packed as a whole": (gzip.compress(b"x"), "packed as a whole: run gunzip on it first"),
    "members in a circle": (
        make_layer({"manifest.json": ("link", "b"), "b": ("link", "manifest.json")}), "it is not an image"
    ),
    "no images": (make_layer({"manifest.json": b"[]"}), "no image is in it"),
    "several images": (
        make_layer({"manifest.json": b'[{"RepoTags": ["a:1"]}, {"RepoTags": ["b:1"]}]'}), "name one by --ref: a:1, b:1"
    ),
    "names of other kinds": (make_layer({"manifest.json": b'[{"Config": 1, "Layers": {"a": []}}]'}), "configuration"),
}  # fmt: skip


@pytest.mark.parametrize("case", NOT_IMAGES)
def test_what_is_not_an_image_is_said(case: str, tmp_path: Path) -> None:
    content, said = NOT_IMAGES[case]
    (tmp_path / "x.tar").write_bytes(content)
    with pytest.raises(FootprintError, match=said):
        read(tmp_path / "x.tar")


def test_headers_of_other_programs_are_read() -> None:
    old = bytearray(_raw(b"folder/"))
    old[257:265] = bytes(8)
    old[148:156] = b"        "
    old[148:156] = b"%06o\0 " % sum(old)
    (member,) = read_members(TarBytes(iter([bytes(old)])))
    assert (member.kind, member.size) == (b"5", 0)
    assert parse_header(_raw(b"a", 1 << 40)).size == 1 << 40
    assert parse_pax(b"12 path=a=b\n13 comment=x\n") == {"path": b"a=b"}
    with pytest.raises(TarBroken):
        parse_header(b"\1" * 512)
