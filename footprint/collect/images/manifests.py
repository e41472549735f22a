"""Which image an archive holds: its index, manifest and configuration, checked by their digests.

Laws: what is not what it says is an error; a number of a stranger is bounded before it is used.
Source: OCI image specification, "Image Index", "Image Manifest", "Image Configuration"; docker's image-spec v1.2.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from footprint.collect.images.blob_stores import BlobStore, blob_name
from footprint.collect.images.tar_headers import TarBroken
from footprint.documents.json_lines import try_json
from footprint.model.image_files import ImageStart
from footprint.names import readable
from footprint.units import few
from footprint.values import dataclass

_INDEXES = ("application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json")
_NAMES = ("io.containerd.image.name", "org.opencontainers.image.ref.name")
_DEPTH, _MANIFESTS_AT_MOST = 4, 1000
_LAYERS_AT_MOST = 1000
_WORDS_AT_MOST, _WORD_AT_MOST = 1000, 8192
_LARGEST = 1 << 62


@dataclass(frozen=True, slots=True)
class WantedImage:
    """Which of several images is asked for."""

    reference: str | None = None  # its name or tag
    platform: str | None = None  # "linux/arm64"
    machine: str = ""  # that of this machine, where nothing is asked for


@dataclass(frozen=True, slots=True)
class FoundImage:
    """One image by its manifest and configuration."""

    name: str
    digest: str
    platform: str
    start: ImageStart
    blobs: tuple[str, ...]  # where the layers lie, from the lowest
    digests: tuple[str, ...]  # of the blobs; "" where none is told
    diff_ids: tuple[str, ...]
    instructions: tuple[str | None, ...]
    others: tuple[str, ...] = ()  # platforms that were not asked for


@dataclass(frozen=True, slots=True)
class _Candidate:
    name: str
    platform: str
    digest: str


def find_image(store: BlobStore, wanted: WantedImage) -> FoundImage:
    """Return the image that is asked for. Raises: TarBroken, also where several are there and none is named."""
    found = _find(store, wanted)
    if wanted.platform is not None and found.platform != wanted.platform:
        there = found.platform or "none that is told"
        raise TarBroken(f"there is no image for {wanted.platform} in it; there is one for {there}")
    return found


def _find(store: BlobStore, wanted: WantedImage) -> FoundImage:
    if store.text("oci-layout") is not None and store.text("index.json") is not None:
        return _by_index(store, wanted)
    text = store.text("manifest.json")
    if text is not None:
        return _by_docker(store, text, wanted)
    if store.text("repositories") is not None:
        raise TarBroken("it is of docker before 1.10, without manifest.json: save it again")
    raise TarBroken("it is not an image: neither index.json with oci-layout nor manifest.json is in it")


def _by_index(store: BlobStore, wanted: WantedImage) -> FoundImage:
    found = list(_candidates(store))
    chosen, others = _choose(found, wanted)
    manifest = _blob(store, chosen.digest)
    layers = [each for each in _list(manifest, "layers") if isinstance(each, dict)][: _LAYERS_AT_MOST + 1]
    _refuse_encrypted(layers)
    digest = _part(manifest, "config").get("digest")
    config = _blob(store, digest)
    digests = tuple(str(each.get("digest")) for each in layers)
    return _image(config, chosen.name, (chosen.digest, tuple(map(blob_name, digests)), digests), others)


def _candidates(store: BlobStore) -> Iterator[_Candidate]:
    """Yield every image of the index; an index may name others."""
    index = try_json(store.text("index.json") or b"")
    waiting = [("", each, 0) for each in _list(index, "manifests")]
    for _ in range(_MANIFESTS_AT_MOST):
        if not waiting:
            return
        above, each, depth = waiting.pop(0)
        if not isinstance(each, dict):
            continue
        notes = _part(each, "annotations")
        if notes.get("vnd.docker.reference.type") == "attestation-manifest":
            continue
        name = next((str(notes[key]) for key in _NAMES if key in notes), above)
        if each.get("mediaType") in _INDEXES:
            if depth == _DEPTH:
                raise TarBroken("its index leads to others without an end")
            waiting += [(name, inner, depth + 1) for inner in _list(_blob(store, each.get("digest")), "manifests")]
            continue
        yield _Candidate(_word(name), _platform(_part(each, "platform")), str(each.get("digest")))
    raise TarBroken(f"its index names more than {_MANIFESTS_AT_MOST} images")


def _choose(found: Sequence[_Candidate], wanted: WantedImage) -> tuple[_Candidate, tuple[str, ...]]:
    left = [each for each in found if wanted.reference is None or _is_named(each.name, wanted.reference)]
    names = tuple(dict.fromkeys(each.name or each.digest for each in found))
    if not left:
        raise TarBroken(f"there is no image {wanted.reference} in it; there are {few(names)}" if found else _NONE)
    if wanted.platform is not None:
        left = [each for each in left if each.platform in ("", wanted.platform)]
        if not left:
            there = few(sorted({each.platform for each in found}))
            raise TarBroken(f"there is no image for {wanted.platform} in it; there are those for {there}")
    if len({each.name for each in left}) > 1:
        raise TarBroken(f"it holds several images: name one by --ref: {few(names, 6)}")
    here = [each for each in left if each.platform == wanted.machine]
    chosen = (here or left)[0]
    return chosen, tuple(sorted({each.platform for each in left if each is not chosen and each.platform}))


_NONE = "no image is in it"


def _is_named(name: str, reference: str) -> bool:
    return name == reference or name.rpartition("/")[2] == reference or name.rpartition(":")[2] == reference


def _by_docker(store: BlobStore, text: bytes, wanted: WantedImage) -> FoundImage:
    parsed = try_json(text)
    images = [each for each in parsed if isinstance(each, dict)] if isinstance(parsed, list) else []
    named = [(tuple(map(str, _list(each, "RepoTags"))), each) for each in images]
    reference = wanted.reference
    left = [pair for pair in named if reference is None or any(_is_named(tag, reference) for tag in pair[0])]
    names = [tag for tags, _ in named for tag in tags]
    if not left:
        raise TarBroken(f"there is no image {reference} in it; there are {few(names)}" if images else _NONE)
    if len(left) > 1:
        raise TarBroken(f"it holds several images: name one by --ref: {few(names, 6)}")
    tags, image = left[0]
    config = store.text(str(image.get("Config")))
    if config is None:
        raise TarBroken("the configuration that its manifest names is not in it")
    blobs = tuple(str(each) for each in _list(image, "Layers"))
    return _image(try_json(config), _word(tags[0]) if tags else "", ("", blobs, ("",) * len(blobs)), ())


def _image(
    config: Any, name: str, stored: tuple[str, tuple[str, ...], tuple[str, ...]], others: tuple[str, ...]
) -> FoundImage:
    digest, blobs, digests = stored
    if not isinstance(config, dict):
        raise TarBroken("its configuration is not a JSON object")
    diff_ids = tuple(str(each) for each in _list(_part(config, "rootfs"), "diff_ids"))
    if len(blobs) > _LAYERS_AT_MOST:
        raise TarBroken(f"it has more than {_LAYERS_AT_MOST} layers")
    if len(diff_ids) != len(blobs):
        raise TarBroken(f"its configuration tells of {len(diff_ids)} layers, its manifest of {len(blobs)}")
    return FoundImage(
        name=name,
        digest=digest,
        platform=_platform(config),
        start=_start(config),
        blobs=blobs,
        digests=digests,
        diff_ids=diff_ids,
        instructions=_instructions(config, len(blobs)),
        others=others,
    )


def _instructions(config: Mapping[str, Any], count: int) -> tuple[str | None, ...]:
    """Return the instruction of each layer; without any where the history tells of another number of layers."""
    history = [each for each in _list(config, "history") if isinstance(each, dict)]
    made = [each for each in history if each.get("empty_layer") is not True]
    if len(made) != count:
        return (None,) * count
    texts = (each.get("created_by") for each in made)
    return tuple(_word(text) if isinstance(text, str) and text.strip() else None for text in texts)


def _start(config: Mapping[str, Any]) -> ImageStart:
    inner = _part(config, "config")
    pairs = (text.partition("=") for text in _words(inner, "Env"))
    limit = inner.get("Memory")
    has_limit = isinstance(limit, int) and not isinstance(limit, bool) and 0 < limit < _LARGEST
    return ImageStart(
        entrypoint=_words(inner, "Entrypoint"),
        command=_words(inner, "Cmd"),
        user=_text(inner, "User"),
        working_folder=_text(inner, "WorkingDir"),
        environment=tuple((name, value) for name, equals, value in pairs if equals),
        memory_limit_bytes=limit if has_limit else None,
    )


def _blob(store: BlobStore, digest: object) -> Any:
    """Return the values of a JSON blob, which must be what its digest says. Raises: TarBroken."""
    name = blob_name(digest)
    data = store.text(name)
    if data is None:
        raise TarBroken(f"the blob {digest} is not in it")
    if f"sha256:{hashlib.sha256(data).hexdigest()}" != digest:
        raise TarBroken(f"the blob {digest} holds something else: it was changed or damaged")
    return try_json(data)


def _refuse_encrypted(layers: Sequence[Mapping[str, Any]]) -> None:
    kinds = [str(each.get("mediaType")) for each in layers]
    if any(kind.endswith("+encrypted") for kind in kinds):
        raise TarBroken("a layer of it is encrypted")


def _platform(values: Mapping[str, Any]) -> str:
    parts = [_text(values, key) for key in ("os", "architecture", "variant")]
    return "/".join(filter(None, parts)) if parts[0] and parts[1] else ""


def _part(values: Any, key: str) -> Mapping[str, Any]:
    found = values.get(key) if isinstance(values, dict) else None
    return found if isinstance(found, dict) else {}


def _list(values: Any, key: str) -> list[Any]:
    found = values.get(key) if isinstance(values, dict) else None
    return found if isinstance(found, list) else []


def _words(values: Any, key: str) -> tuple[str, ...]:
    found = values.get(key) if isinstance(values, dict) else None
    given = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    return tuple(each[:_WORD_AT_MOST] for each in given[:_WORDS_AT_MOST] if isinstance(each, str))


def _text(values: Any, key: str) -> str:
    found = values.get(key) if isinstance(values, dict) else None
    return found[:_WORD_AT_MOST] if isinstance(found, str) else ""


def _word(text: str) -> str:
    """Return a name or an instruction on one line, without what a history writes before it."""
    shown = " ".join(text[:_WORD_AT_MOST].split())
    for start in ("/bin/sh -c #(nop) ", "/bin/sh -c #(nop)"):
        shown = shown.removeprefix(start)
    shown = f"RUN {shown.removeprefix('/bin/sh -c ')}" if shown.startswith("/bin/sh -c ") else shown
    return readable(shown.removesuffix("# buildkit").strip())
