"""The values of settings, scripts and templates that name something. Read line by line: a template is no document yet.

Laws: a key names nothing by itself, unless it stands where plugins are listed, or is the dotted name of something
installed. What a known scheme says of services, images and machines is no name of a module.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from footprint.collect.namings import command_words, keyed_values
from footprint.collect.namings.python_strings import python_names
from footprint.collect.namings.sought_names import FoundName, Sought, at_line
from footprint.collect.namings.text_kinds import TextKind
from footprint.late import late_pattern
from footprint.names import text_bytes, word_set
from footprint.values import replace

# Comments and empty lines, then `[section]`: a template of settings.
_SECTIONS = late_pattern(r"(?:[ \t]*(?:[#;][^\n]*)?\n)*[ \t]*\[[A-Za-z][\w:. -]*\][ \t]*\r?\n")
_RUNS = word_set("""
    run runs script scripts command commands cmd cmds args entrypoint exec bash shell start entry tasks prestart
    processes program hook hooks cron jobs execstart
""")
# Keys of compose files, clusters, pipelines and manifests: their values are services, images, machines, stages, kinds.
_OTHERS = word_set("""
    image container_name hostname profiles service needs stage uses namespace app from component servicename
    secretname targetport port runs-on tag version id type kind event events serviceaccountname group region
    schedule license repository stages network alias services runservices addons job_name after before wants bindsto
    partof
""")
# Nothing below these names a module either.
_OTHERS_THROUGHOUT = word_set("""
    depends_on links networks volumes volumes_from labels branches metadata matchlabels selector ports dependencies
    dev-dependencies devdependencies install_requires extras_require tests_require requires setup_requires deps
    requirements packages python_packages pip conda apt build-system extras additional_dependencies
    optional-dependencies overrides dependency-groups peerdependencies constraints
""")
_LISTS_PLUGINS = word_set("""
    plugin plugins extension extensions app apps backend backends module modules driver drivers engine engines
    handler handlers provider providers loader loaders import imports theme middleware middlewares integration
    integrations transport transports libraries library
""")
# Tables of pyproject.toml, setup.cfg and tox.ini for tools of developers, and those that declare or describe.
_TOOLS = word_set("""
    mypy ruff isort black pytest coverage pylint pyright deptry flake8 bandit tox codespell poetry uv pdm hatch
    setuptools setuptools_scm flit footprint commitizen towncrier pixi semantic_release bumpversion cibuildwheel
    pydocstyle vulture interrogate basedpyright rye maturin creosote fawltydeps importlinter pydantic-mypy
    django-stubs djlint pytype yapf autopep8 testenv metadata options project bdist_wheel sdist egg_info aliases ty
    pyrefly
""")
_TABLES = late_pattern(r"(?:^|/)(?:pyproject\.toml|setup\.cfg|tox\.ini|ruff\.toml|mypy\.ini)$")
_TAGS = late_pattern(r"\{%([^{}]{0,400})%\}|\{\{([^{}]{0,400})\}\}|<%([^<]{0,4000})%>|\$\{([^{}]{0,400})\}")
_QUOTED = late_pattern(r"""["']([^"'\n]{1,200})["']""")
_ATTRIBUTE = late_pattern(r"""(?<![\w:.-])([\w:.-]+)\s*=\s*["']([^"'\n<>]{1,200})["']""")
_IMPORT = late_pattern(
    r"^[ \t]*(?:from[ \t]+[A-Za-z_][\w.]*[ \t]+c?import\b|c?import[ \t]+[A-Za-z_][\w.]*)[^\n]*", re.MULTILINE
)
_ASSIGNMENT = late_pattern(r"""["']?\b([A-Za-z_]\w*)=("[^"]*"|'[^']*'|[^\s,"']*)["']?,?\s*""")
_PAIR = late_pattern(r"""^\s*["']?([\w.-]+)["']?\s*[=:]\s*(.+)""")


def settings_names(text: str, reading: TextKind, path: str, names: Sought) -> Iterator[FoundName]:
    """Yield what a text names, read as its kind is read."""
    if reading.kind == "template" and _SECTIONS.match(text):  # its name does not say of what it is one
        reading = replace(reading, kind="ini")
    if reading.kind in _VALUES:
        for value in _values_of(text, reading, path, names):
            yield from _names_of(value, names, commands_only=reading.commands_only)
    elif reading.kind in _COMMANDS:
        for line, command in _COMMANDS[reading.kind](text, names.stands_in_text):
            yield from at_line(line, command_words.command_names(command, names))
    else:
        yield from _OTHER_KINDS[reading.kind](text, path, names)


def names_in_table(text: str, reading: TextKind | None, path: str, names: Sought) -> Iterator[FoundName]:
    """Yield what the keys of a text name, or the first cells of its lines.

    For a text of which the project's code reads what to import: there a key is as good as a value.
    """
    if reading is not None and reading.kind in _VALUES:
        for value in _values_of(text, reading, path, names):
            if value.is_key and not any(keyed_values.is_contrary(key) for key in value.keys):
                yield from at_line(value.line, names.in_text(value.text))
        return
    for number, line in enumerate(keyed_values.lines_of(text), start=1):
        cell = re.split(r"[,;|\t]", line.strip(), maxsplit=1)[0].strip("\"'")
        yield from at_line(number, names.in_text(cell) if names.stands_in_text(cell) else ())


def _values_of(text: str, reading: TextKind, path: str, names: Sought) -> Iterator[keyed_values.KeyedValue]:
    is_table = _TABLES.search(path) is not None
    for value in _VALUES[reading.kind](text, names.stands_in_text):
        if not (is_table and _is_of_a_tool(value)):
            yield value


def _names_of(value: keyed_values.KeyedValue, names: Sought, *, commands_only: bool) -> Iterator[FoundName]:
    for each in _variables_of(value):
        yield from _names_of_one(each, names, commands_only=commands_only)


def _names_of_one(value: keyed_values.KeyedValue, names: Sought, *, commands_only: bool) -> Iterator[FoundName]:
    keys = [key.lower() for key in value.keys]
    if value.is_section or any(keyed_values.is_contrary(key) for key in keys) or _OTHERS_THROUGHOUT.intersection(keys):
        return
    last = keys[-1] if keys else ""
    if value.is_key:
        is_listed = bool(keys) and not _LISTS_PLUGINS.isdisjoint(keyed_values.parts_of(last))
        found = (each for each in names.in_text(value.text) if is_listed or "." in each.text)
        yield from () if commands_only else at_line(value.line, found)
        return
    if value.is_command or any(_RUNS.intersection(keyed_values.parts_of(key)) for key in keys):
        yield from at_line(value.line, command_words.command_names(value.text, names))
    if commands_only or keyed_values.is_label(last) or last in _OTHERS:
        return
    is_service = "service" in keys or "services" in keys
    is_name = last == "name" and (
        is_service or not any(_LISTS_PLUGINS.intersection(keyed_values.parts_of(key)) for key in keys)
    )
    found = (each for each in names.in_text(value.text) if not is_name or "." in each.text)
    yield from at_line(value.line, found)
    yield from at_line(value.line, names.in_code(value.text))


def _variables_of(value: keyed_values.KeyedValue) -> Iterator[keyed_values.KeyedValue]:
    """Yield the values of a list of variables, `BROKER=redis` or `A="x",B="y"` below `environment`; else the value."""
    assigned = [] if value.is_command or value.is_key else list(_ASSIGNMENT.finditer(value.text))
    if not assigned or assigned[0].start() > 0:
        yield value
    for match in assigned:
        yield keyed_values.KeyedValue((*value.keys, match[1]), match[2].strip("\"'"), value.line)


def _is_of_a_tool(value: keyed_values.KeyedValue) -> bool:
    heads = [key for each in value.keys for key in re.split(r"[:.]", each.lower())]
    is_entry = any("entry" in key or "script" in key or "plugin" in key or "task" in key for key in heads)
    return bool(_TOOLS.intersection(heads)) and not is_entry


def _in_template(text: str, path: str, names: Sought) -> Iterator[FoundName]:
    """Only what the template engine reads counts: strings in its tags, libraries that they load, code of Mako."""
    for tag in _TAGS.finditer(text):
        inner = next(filter(None, tag.groups()), "")
        if not names.stands_in_text(inner):
            continue
        words = inner.split()
        found = [each for quoted in _QUOTED.finditer(inner) for each in names.in_text(quoted[1]) if "." in each.text]
        found += [each for word in words[1:] if words[0] == "load" for each in names.in_text(word)]
        found += names.in_code(tag[3].lstrip("!")) if tag[3] else ()
        yield from _at_position(text, tag.start(), found)


def _in_xml(text: str, path: str, names: Sought) -> Iterator[FoundName]:
    for attribute in _ATTRIBUTE.finditer(text):
        is_module = not _LISTS_PLUGINS.union({"package", "class", "factory"}).isdisjoint(
            keyed_values.parts_of(attribute[1])
        )
        found = [each for each in names.in_text(attribute[2]) if is_module or "." in each.text]
        yield from _at_position(text, attribute.start(), found)


def _in_code(text: str, path: str, names: Sought) -> Iterator[FoundName]:
    """Code that is not Python yet, or a dialect of it: its import statements and whole literals."""
    for match in _IMPORT.finditer(text):
        statement = match[0].strip().replace("cimport", "import")
        yield from _at_position(text, match.start(), list(names.in_code(statement)))
    yield from names.quoted_in(text_bytes(text))


def _at_position(text: str, position: int, found: list[FoundName]) -> Iterator[FoundName]:
    if found:  # lines are not counted for nothing: a text may have very many tags
        yield from at_line(text.count("\n", 0, position) + 1, found)


def _in_lines(text: str, path: str, names: Sought) -> Iterator[FoundName]:
    for number, line in enumerate(keyed_values.lines_of(text), start=1):
        pair = _PAIR.match(line.partition("#")[0]) if names.stands_in_text(line) else None
        if pair is not None:
            for each in [match[1] for match in _QUOTED.finditer(pair[2])] or [pair[2].strip(" \t,;")]:
                yield from _names_of(keyed_values.KeyedValue((pair[1],), each, number), names, commands_only=False)


_VALUES: Mapping[str, Callable[[str, keyed_values.Concerns], Iterable[keyed_values.KeyedValue]]] = {
    "yaml": keyed_values.yaml_values,
    "json": keyed_values.json_values,
    "toml": keyed_values.toml_values,
    "ini": keyed_values.ini_values,
    "env": command_words.env_values,
}
_COMMANDS: Mapping[str, Callable[[str, keyed_values.Concerns], Iterable[tuple[int, str]]]] = {
    "shell": command_words.shell_lines,
    "dockerfile": command_words.dockerfile_lines,
    "makefile": command_words.makefile_lines,
    "crontab": command_words.crontab_lines,
    "procfile": command_words.procfile_lines,
}
_OTHER_KINDS: Mapping[str, Callable[[str, str, Sought], Iterator[FoundName]]] = {
    "template": _in_template,
    "xml": _in_xml,
    "code": _in_code,
    "spec": lambda text, path, names: python_names(text_bytes(text), path, names, frozenset({path.rpartition("/")[2]})),
    "lines": _in_lines,
    "list": lambda text, path, names: iter(()),  # names nothing, unless the code reads it
}
