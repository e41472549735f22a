"""Kubernetes manifests and Cloud Run services: what containers start and may take.

Source: Kubernetes API reference (Container, PodTemplateSpec, CronJob); Cloud Run YAML reference.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import takewhile

from footprint.collect.deploy.platforms import stated
from footprint.documents.yaml_nodes import YamlInvalid, YamlNode, parse_yaml
from footprint.knowledge.bystanders import is_backing
from footprint.model.limits import StatedLimit
from footprint.model.note import Note
from footprint.model.source_modules import Role, StartCommand
from footprint.names import word_set

DOCUMENTS_AT_MOST = 100
_TEMPLATE = ("spec", "template", "spec")
# Kinds with a pod, and where in them it stands.
_PODS = {
    # Services are those of Knative, which Cloud Run takes.
    **dict.fromkeys(word_set("Deployment StatefulSet DaemonSet ReplicaSet Rollout Service Job"), _TEMPLATE),
    "Pod": ("spec",),
    "CronJob": ("spec", "jobTemplate", *_TEMPLATE),
}
_JOBS = frozenset({"Job", "CronJob"})
_OWN_FOLDERS = word_set("k8s kubernetes manifests deploy deployment infra ops base overlays kustomize")
_MANIFEST = re.compile(rf"^kind:\s*[\"']?(?:{'|'.join(_PODS)})\b", re.MULTILINE)
_SERVING = re.compile(r"(?:serving\.knative\.dev|run\.googleapis\.com)/")
_HELM = re.compile(r"\{\{")
_BRACE_LINE = re.compile(r"^[ \t]*(?:\{\{[^{}\n]*\}\}[ \t]*)+$", re.MULTILINE)
_BRACES = re.compile(r"\{\{[^{}\n]*\}\}")
_FILLED = "of-the-template"
_COMMAND_KEY = re.compile(r"(^ *(?:- +)?)?(?:\bcommand|\bargs)['\"]?[ \t]*:")
_TEMPLATE_NOTE = "a template, not YAML: its limits are not read, and of its commands only those spelled out"
_SEPARATOR = re.compile(r"^---(?=\s|$).*$", re.MULTILINE)


def is_manifest(text: str) -> bool:
    """Whether a text is a manifest of something with containers, by its words alone."""
    return "apiVersion:" in text and "containers:" in text and _MANIFEST.search(text) is not None


def read(text: str, path: str) -> Iterator[stated.Stated]:
    """Yield what the containers of a manifest start and may take; nothing for any other YAML.

    A document that is not YAML, which a Helm template is not, is a note; the others are read.
    """
    for start, document in _documents(text) if is_manifest(text) else ():
        if not is_manifest(document):
            continue
        try:
            # line ends in front keep the lines of the file
            yield from _document(stated.mapping(parse_yaml("\n" * start + document)), path)
        except YamlInvalid as error:
            helm = _HELM.search(document) is not None
            yield Note(
                "yaml-template" if helm else "yaml-unparsable", _TEMPLATE_NOTE if helm else str(error), path, error.line
            )
            yield from _commands_of_template("\n" * start + document, path) if helm else ()


def _commands_of_template(text: str, path: str) -> Iterator[stated.Stated]:
    """Yield the commands that a Helm template spells out, as far as it is YAML without what stands in braces."""
    plain = _BRACES.sub(_FILLED, _BRACE_LINE.sub("", text))
    if not _may_spell_a_command(plain):  # that takes a hundredth of the time of reading it as YAML
        return
    try:
        said = _document(stated.mapping(parse_yaml(plain)), path)
    except YamlInvalid:
        return
    yield from (each for each in said if isinstance(each, StartCommand) and _FILLED not in each.command)


def _may_spell_a_command(plain: str) -> bool:
    """Whether there is a command or a list of arguments without anything of the template."""
    lines = plain.split("\n")
    for number, line in enumerate(lines):
        for key in _COMMAND_KEY.finditer(line):
            if key[1] is None:  # in braces of YAML: who knows to where
                return True
            below = map(lines.__getitem__, range(number + 1, len(lines)))
            block = takewhile(partial(_belongs, len(key[1])), below)
            if _FILLED not in line[key.end() :] and not any(_FILLED in each for each in block):
                return True
    return False


def _belongs(depth: int, line: str) -> bool:
    """Whether a line is of the value of a key that stands at `depth`."""
    words = line.lstrip(" ")
    indent = len(line) - len(words)
    return not words or indent > depth or (indent == depth and words.startswith("-"))


def _documents(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line ends before it, text) of every document of a stream."""
    start = 0
    for count, match in enumerate(_SEPARATOR.finditer(text)):
        if count >= DOCUMENTS_AT_MOST:
            return
        yield text.count("\n", 0, start), text[start : match.start()]
        start = match.end()
    yield text.count("\n", 0, start), text[start:]


def _document(tree: Mapping[str, YamlNode], path: str) -> list[stated.Stated]:
    kind = stated.text_of(tree.get("kind")) or ""
    serving = _SERVING.match(stated.text_of(tree.get("apiVersion")) or "") is not None
    if kind == "Service" and not serving:
        return []
    where = ("spec", "template", *_TEMPLATE) if serving and kind == "Job" else _PODS.get(kind, ("spec",))
    pod = stated.node_at(tree.get(where[0]), *where[1:])
    name = stated.text_of(stated.node_at(tree.get("metadata"), "name")) or "web"
    containers = [stated.mapping(item) for item in stated.items_of(stated.node_at(pod, "containers"))]
    ours = [item for item in containers if not is_backing(stated.text_of(item.get("image")))]
    found: list[stated.Stated] = []
    for container in ours:
        label = name if len(ours) == 1 else stated.text_of(container.get("name")) or name
        found += _start(label, container, path, role="job" if kind in _JOBS else None)
        found += _limit(label, container, path, is_job=kind in _JOBS, serving=serving)
    for container in (stated.mapping(item) for item in stated.items_of(stated.node_at(pod, "initContainers"))):
        found += _start("release", container, path, role="job")  # runs once before, as a release command does
    return found


def _start(name: str, keys: Mapping[str, YamlNode], path: str, *, role: Role | None) -> Iterator[StartCommand]:
    """Yield what a container starts; arguments alone are the image's entrypoint's, and nothing is known of that."""
    words = [item for key in ("command", "args") for item in stated.items_of(keys.get(key)) if item.text is not None]
    if not words:
        return
    command = shlex.join(re.sub(r"\$\((\w+)\)", r"${\1}", item.text or "") for item in words)
    folder, environ = stated.code_folder(path, _OWN_FOLDERS), stated.environ_of(keys.get("env"))
    yield stated.stated_command(name, (words[0].line, command), path, folder, environ=environ, role=role)


def _limit(
    name: str, keys: Mapping[str, YamlNode], path: str, *, is_job: bool, serving: bool
) -> Iterator[StatedLimit | Note]:
    """Yield what a container may take; requests are not limits. Cloud Run has a limit where none is stated."""
    node = stated.node_at(keys.get("resources"), "limits", "memory")
    text = stated.text_of(node)
    folder = stated.code_folder(path, _OWN_FOLDERS)
    if node is None or text is None:
        image = keys.get("image")
        if serving and image is not None:
            yield StatedLimit(name, None, None, path, image.line, "plan", "cloud-run", folder=folder, own_only=is_job)
        return
    count_bytes = stated.quantity(text)
    if count_bytes is None:
        yield Note("limit-unknown", f"{name}: the limit {text[:80]} is not a quantity of memory", path, node.line)
        return
    yield StatedLimit(name, count_bytes, None, path, node.line, "stated", folder=folder, own_only=is_job)
