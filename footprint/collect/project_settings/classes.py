"""The fields of pydantic's settings classes that have no default.

Source: the documentation of pydantic-settings, and of pydantic 1 (BaseSettings, Config.env_prefix, Field(env=...)).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from footprint.documents.python_trees import last_name, text_of
from footprint.values import dataclass

_DEEPEST = 5
_ALIASES = ("validation_alias", "alias", "env")


@dataclass(frozen=True, slots=True)
class _Class:
    path: str
    node: ast.ClassDef
    is_first: bool  # its module imports BaseSettings from pydantic itself: there Optional has a default


def needed_fields(files: Iterable[tuple[str, ast.Module]]) -> Iterator[tuple[str, str, str, int]]:
    """Yield (variable, field, path, line) of what must be set for a class of settings that some code makes."""
    classes: dict[str, _Class] = {}
    called: set[str] = set()
    for path, tree in files:
        nodes = list(ast.walk(tree))
        called.update(last_name(node.func) for node in nodes if isinstance(node, ast.Call))
        of_first = (node for node in nodes if isinstance(node, ast.ImportFrom) and node.module == "pydantic")
        first = any(each.name == "BaseSettings" for node in of_first for each in node.names)
        classes |= {node.name: _Class(path, node, first) for node in nodes if isinstance(node, ast.ClassDef)}
    for name, found in classes.items():
        if name in called and _is_settings(found, classes):
            yield from _fields(found, classes, _config(found, classes), "", 0)


def all_fields(files: Iterable[tuple[str, ast.Module]]) -> dict[str, str]:
    """Return the variables of all fields of classes of settings, by the name of the field; of one name only one."""
    nodes = [(path, node) for path, tree in files for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    classes = {node.name: _Class(path, node, is_first=False) for path, node in nodes}
    found: dict[str, str] = {}
    for each in classes.values():
        if not _is_settings(each, classes):
            continue
        prefix = _config(each, classes).get("env_prefix", "")
        for node in each.node.body:
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                name = node.target.id
                variable = _alias(node.annotation, node.value) or f"{prefix}{name}".upper()
                found[name] = variable if found.get(name, variable) == variable else ""
    return {name: variable for name, variable in found.items() if variable}


def _bases(found: _Class, classes: Mapping[str, _Class]) -> Iterator[_Class]:
    """Yield a class and those of ours that it inherits from, itself first."""
    pending, seen = [found], set[str]()
    for each in pending:  # grows
        if each.node.name not in seen:
            seen.add(each.node.name)
            yield each
            pending += [classes[name] for base in each.node.bases if (name := last_name(base)) in classes]


def _is_settings(found: _Class, classes: Mapping[str, _Class]) -> bool:
    return any(last_name(base) == "BaseSettings" for each in _bases(found, classes) for base in each.node.bases)


def _config(found: _Class, classes: Mapping[str, _Class]) -> Mapping[str, str]:
    """Return what the nearest configuration says of prefixes."""
    config: dict[str, str] = {}
    for each in _bases(found, classes):
        for node in each.node.body:
            match node:
                case ast.Assign(targets=[ast.Name(id="model_config")], value=value):
                    pairs = [(pair.arg or "", pair.value) for pair in getattr(value, "keywords", ())]
                    if isinstance(value, ast.Dict):
                        pairs += [(text_of(key), item) for key, item in zip(value.keys, value.values, strict=True)]
                case ast.ClassDef(name="Config", body=body):
                    inner = [line for line in body if isinstance(line, ast.Assign)]
                    pairs = [(last_name(line.targets[0]), line.value) for line in inner]
                case _:
                    continue
            for name, item in pairs:
                config.setdefault(name, text_of(item))
    return config


def _fields(
    found: _Class, classes: Mapping[str, _Class], config: Mapping[str, str], prefix: str, depth: int
) -> Iterator[tuple[str, str, str, int]]:
    own_prefix = prefix or config.get("env_prefix", "")
    delimiter = config.get("env_nested_delimiter", "")
    seen: set[str] = set()
    for each in _bases(found, classes):
        for node in each.node.body:
            match node:
                case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value) if name not in seen:
                    seen.add(name)
                case ast.Assign(targets=[ast.Name(id=name)]):
                    seen.add(name)
                    continue
                case _:
                    continue
            if name.startswith("_") or not _is_needed(annotation, value, first=each.is_first):
                continue
            inner = classes.get(last_name(annotation))
            if inner is not None and delimiter and depth < _DEEPEST and not _is_settings(inner, classes):
                yield from _fields(inner, classes, config, f"{own_prefix}{name}{delimiter}", depth + 1)
                continue
            yield _alias(annotation, value) or f"{own_prefix}{name}".upper(), name, each.path, node.lineno


def _is_needed(annotation: ast.expr, value: ast.expr | None, *, first: bool) -> bool:
    """Return whether a field has no default."""
    words = {last_name(part) for part in ast.walk(annotation)}
    if "ClassVar" in words:
        return False
    if value is None:
        may_be_none = "Optional" in words or any(
            isinstance(part, ast.Constant) and part.value is None for part in ast.walk(annotation)
        )
        return not (first and may_be_none)
    match value:
        case ast.Constant(value=constant):
            return constant is ...
        case ast.Call(func=function, args=arguments, keywords=keywords) if last_name(function) == "Field":
            given = [*arguments[:1], *(each.value for each in keywords if each.arg in ("default", "default_factory"))]
            return all(isinstance(each, ast.Constant) and each.value is ... for each in given)
    return False


def _alias(annotation: ast.expr, value: ast.expr | None) -> str:
    """Return the variable that a field names by itself: a prefix does not count for it."""
    for part in (*ast.walk(annotation), *(ast.walk(value) if value is not None else ())):
        if isinstance(part, ast.Call) and last_name(part.func) == "Field":
            for keyword in sorted(part.keywords, key=lambda each: each.arg != _ALIASES[0]):
                texts = [text_of(each) for each in ast.walk(keyword.value) if text_of(each)]
                if keyword.arg in _ALIASES and texts:
                    return texts[0].upper()
    return ""
