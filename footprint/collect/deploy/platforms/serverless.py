"""Functions on AWS Lambda: handlers, memory and the limit of their code.

Source: Serverless Framework documentation, serverless.yml reference and the serverless-wsgi plugin; AWS SAM
specification, AWS::Serverless::Function; AWS Lambda Developer Guide, handlers in Python; Zappa.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping

from footprint.collect.deploy.commands.launcher_arguments import aim, handler_launch, keep_environ
from footprint.collect.deploy.files.deploy_files import folder_of, join
from footprint.collect.deploy.platforms import stated
from footprint.documents.plain_values import table_of
from footprint.documents.yaml_nodes import YamlNode
from footprint.model.limits import StatedLimit
from footprint.model.note import Note
from footprint.model.source_modules import Launch, StartCommand
from footprint.values import replace

_LAYERS = frozenset({"AWS::Serverless::LayerVersion", "AWS::Lambda::LayerVersion"})
_FUNCTIONS = frozenset({"AWS::Serverless::Function", "AWS::Lambda::Function"})
_OWN_VALUE = re.compile(r"\$\{(?:self:([\w.]+)|[\w:.-]+)(?:,\s*[\"']?(\w+)[\"']?)?\}")


@stated.of_yaml("functions")
def read_serverless(keys: Mapping[str, YamlNode], path: str) -> Iterator[stated.Stated]:
    """Yield the handler and the limit of every Python function of a serverless.yml."""
    provider = stated.mapping(keys.get("provider"))
    if (stated.text_of(provider.get("name")) or "aws") != "aws":
        return
    for name, node in stated.mapping(keys.get("functions")).items():
        function = stated.mapping(node)
        handler = function.get("handler")
        runtime = stated.text_of(function.get("runtime")) or stated.text_of(provider.get("runtime")) or "python"
        if not runtime.startswith(("python", "${")) or (handler is None and "image" not in function):
            continue
        target, line = _wrapped(keys, handler)
        environ = stated.environ_of(function.get("environment")) or stated.environ_of(provider.get("environment"))
        layers = (
            stated.text_of(stated.mapping(layer).get("path")) for layer in stated.mapping(keys.get("layers")).values()
        )
        yield from _command(name, target, path, line, ".", _with_layers(environ, layers, "."))
        size = function.get("memorySize") or provider.get("memorySize")
        default = StatedLimit(name, None, None, path, line or node.line, "plan", "serverless")
        yield from _limit(default, size, _own_value(keys, size), is_image="image" in function)


@stated.of_yaml(*_FUNCTIONS)
def read_sam(keys: Mapping[str, YamlNode], path: str) -> Iterator[stated.Stated]:
    """Yield the handler and the limit of every Python function of a SAM or CloudFormation template."""
    shared = stated.mapping(stated.node_at(keys.get("Globals"), "Function"))
    for name, node in stated.mapping(keys.get("Resources")).items():
        resource = stated.mapping(node)
        if stated.text_of(resource.get("Type")) not in _FUNCTIONS:
            continue
        own = {**shared, **stated.mapping(resource.get("Properties"))}
        runtime = stated.text_of(own.get("Runtime")) or "python"
        is_image = stated.text_of(own.get("PackageType")) == "Image"
        if not (runtime.startswith("python") or runtime in stated.mapping(keys.get("Parameters"))) and not is_image:
            continue
        handler = own.get("Handler")
        code = stated.text_of(own.get("CodeUri")) or "."
        folder = "." if "://" in code or code.startswith(("/", "$")) else code
        line = handler.line if handler is not None else node.line
        environ = stated.environ_of(stated.node_at(own.get("Environment"), "Variables"))
        layers = (stated.text_of(stated.node_at(layer, "Properties", "ContentUri")) for layer in _layers(keys))
        yield from _command(name, stated.text_of(handler), path, line, folder, _with_layers(environ, layers, folder))
        size = own.get("MemorySize")
        default = StatedLimit(name, None, None, path, line, "plan", "lambda", join(folder_of(path), folder))
        yield from _limit(default, size, _parameter(keys, size), is_image=is_image)


def read_zappa(text: str, path: str) -> Iterator[StartCommand]:
    """Yield the application of a zappa_settings.json. Raises: ValueError or RecursionError for no JSON."""
    for stage in table_of(json.loads(text)).values():
        target = table_of(stage).get("app_function")
        if isinstance(target, str):
            module, _, attribute = target.rpartition(".")
            launch = aim(Launch("lambda", ()), f"{module}:{attribute}")
            yield StartCommand(
                "web", f"app_function: {target}", path, stated.line_of(text, target), stated.code_folder(path), launch
            )
            return


def _layers(keys: Mapping[str, YamlNode]) -> Iterator[YamlNode]:
    resources = stated.mapping(keys.get("Resources")).values()
    return (node for node in resources if stated.text_of(stated.mapping(node).get("Type")) in _LAYERS)


def _with_layers(environ: Mapping[str, str], layers: Iterable[str | None], folder: str) -> dict[str, str]:
    """Return the variables with the local layers on the path, relative to the function's `folder`.

    The runtime has `python` of each layer there; SAM builds one whose folder holds the modules themselves.
    """
    local = [layer for layer in layers if layer and "://" not in layer and not layer.startswith(("/", "$"))]
    places = [place for layer in local for place in (posixpath.join(layer, "python"), layer)]
    paths = [posixpath.relpath(place, folder) for place in places]
    return {**environ, "PYTHONPATH": ":".join(filter(None, [environ.get("PYTHONPATH"), *paths]))}


def _command(
    name: str, handler: str | None, path: str, line: int, folder: str, environ: Mapping[str, str]
) -> Iterator[StartCommand]:
    launch = handler_launch(handler) if handler is not None else None
    if handler is None or launch is None:
        return
    here = join(folder_of(path), folder)
    kept = tuple(keep_environ(dict(environ)).items())
    yield StartCommand(name, f"handler: {handler}", path, line, here, launch, environ=kept)


def _wrapped(keys: Mapping[str, YamlNode], handler: YamlNode | None) -> tuple[str | None, int]:
    """Return the handler and its line; the application for that of the serverless-wsgi plugin."""
    text = stated.text_of(handler)
    if text in {"wsgi_handler.handler", "wsgi.handler"}:
        app = stated.node_at(keys.get("custom"), "wsgi", "app")
        if app is not None and stated.text_of(app) is not None:
            return stated.text_of(app), app.line
    return text, handler.line if handler is not None else 0


def _limit(
    service: StatedLimit, size: YamlNode | None, text: str | None, *, is_image: bool
) -> Iterator[StatedLimit | Note]:
    """Yield what a function may take: the size stated, else the platform's default; an image may be larger."""
    default = replace(service, plan=f"{(service.plan or '').partition(':')[0]}:{'image' if is_image else 'default'}")
    count_bytes = stated.megabytes(text) if text is not None else None
    code = None if is_image else "lambda"
    if size is None:
        yield default
    elif count_bytes is None:
        shown = (stated.text_of(size) or "of several parts")[:80]
        message = f"{service.service}: the memory {shown} is only known where it is deployed"
        yield Note("limit-unknown", message, service.path, size.line)
        yield replace(service, how="stated", plan=code, line=size.line)
    else:
        yield replace(service, memory_bytes=count_bytes, how="stated", plan=code, line=size.line)


def _own_value(keys: Mapping[str, YamlNode], node: YamlNode | None) -> str | None:
    """Return the text of a value, what `${self:custom.size}` refers to and the default of `${opt:x, 512}` among it."""
    text = stated.text_of(node)
    match = _OWN_VALUE.fullmatch(text or "")
    if match is None:
        return text
    first, *rest = (match[1] or "").split(".")
    return stated.text_of(stated.node_at(keys.get(first), *rest)) or match[2]


def _parameter(keys: Mapping[str, YamlNode], node: YamlNode | None) -> str | None:
    """Return the text of a value, the default of the parameter that `!Ref` or `Ref:` names among it."""
    text = stated.text_of(node) or stated.text_of(stated.mapping(node).get("Ref"))
    default = stated.text_of(stated.node_at(keys.get("Parameters"), text, "Default")) if text is not None else None
    return default or text
