"""Container images made by hand: layers out of members, laid down as each program that saves images does it."""

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Content = bytes | tuple[str, str] | None  # a file; ("link" or "hard", target); None: a folder
LAYER = "application/vnd.oci.image.layer.v1.tar"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def make_layer(members: Mapping[str, Content], *, form: int = tarfile.PAX_FORMAT) -> bytes:
    """Return an archive of these members, in their order."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.mode = 0o755
            if content is None:
                member.type = tarfile.DIRTYPE
            elif isinstance(content, tuple):
                member.type = tarfile.SYMTYPE if content[0] == "link" else tarfile.LNKTYPE
                member.linkname = content[1]
            else:
                member.size = len(content)
            archive.addfile(member, io.BytesIO(content) if isinstance(content, bytes) else None)
    return buffer.getvalue()


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def make_config(layers: Sequence[bytes], **inner: Any) -> bytes:
    """Return the configuration of an image; its history names the layers by letters."""
    return json.dumps(
        {
            "architecture": "amd64",
            "os": "linux",
            "config": inner,
            "rootfs": {"type": "layers", "diff_ids": [digest(layer) for layer in layers]},
            "history": [{"created_by": f"RUN {chr(97 + place)}"} for place in range(len(layers))],
        }
    ).encode()


def make_layout(
    folder: Path, layers: Sequence[bytes], *, name: str = "app:1", packed: bool = True, **inner: Any
) -> Path:
    """Write an OCI layout; `packed`: by gzip."""
    blobs = [gzip.compress(layer, 1) if packed else layer for layer in layers]
    config = make_config(layers, **inner)
    kind = f"{LAYER}+gzip" if packed else LAYER
    manifest = make_manifest(config, [(kind, blob) for blob in blobs])
    write_blobs(folder, [*blobs, config, manifest])
    entry = {"mediaType": MANIFEST, "digest": digest(manifest), "size": len(manifest)}
    entry["annotations"] = {"org.opencontainers.image.ref.name": name}
    index = {"schemaVersion": 2, "manifests": [entry]}
    (folder / "index.json").write_text(json.dumps(index))
    return folder


def make_manifest(config: bytes, layers: Sequence[tuple[str, bytes]]) -> bytes:
    described = [{"mediaType": kind, "digest": digest(blob), "size": len(blob)} for kind, blob in layers]
    inner = {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": digest(config), "size": len(config)}
    return json.dumps({"schemaVersion": 2, "config": inner, "layers": described}).encode()


def write_blobs(folder: Path, blobs: Sequence[bytes]) -> None:
    place = folder / "blobs" / "sha256"
    place.mkdir(parents=True, exist_ok=True)
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    for blob in blobs:
        (place / digest(blob).partition(":")[2]).write_bytes(blob)


def make_docker_archive(path: Path, layers: Sequence[bytes], *, tag: str = "app:1", **inner: Any) -> Path:
    """Write what `docker save` wrote before docker 25: layers in folders of their own, equal ones as links."""
    config = make_config(layers, **inner)
    members: dict[str, Content] = {}
    names: list[str] = []
    for place, layer in enumerate(layers):
        name = f"{place:064d}"
        first = layers.index(layer)
        link: Content = ("link", f"../{first:064d}/layer.tar")
        members |= {f"{name}/": None, f"{name}/VERSION": b"1.0"}
        members[f"{name}/layer.tar"] = layer if first == place else link
        names.append(f"{name}/layer.tar")
    own = f"{digest(config).partition(':')[2]}.json"
    members |= {own: config}
    members["manifest.json"] = json.dumps([{"Config": own, "RepoTags": [tag], "Layers": names}]).encode()
    path.write_bytes(make_layer(members, form=tarfile.GNU_FORMAT))
    return path


def archive_layout(folder: Path, path: Path, **more: Content) -> Path:
    """Write a layout as an archive: an oci-archive; with a manifest.json what docker saves since 25."""
    members: dict[str, Content] = {
        each.relative_to(folder).as_posix(): each.read_bytes() for each in sorted(folder.rglob("*")) if each.is_file()
    }
    path.write_bytes(make_layer(members | more))
    return path


def dist(name: str, version: str, files: Mapping[str, bytes], *, site: str) -> dict[str, Content]:
    """Return a distribution in a site folder, as an installer writes it."""
    info = f"{name}-{version}.dist-info"
    head = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\nAbout it.\n".encode()
    everything = {**files, f"{info}/METADATA": head}
    rows = "".join(f"{path},,{len(content)}\n" for path, content in everything.items())
    record = f"{rows}{info}/RECORD,,\n".encode()
    return {f"{site}/{path}": content for path, content in (everything | {f"{info}/RECORD": record}).items()}
