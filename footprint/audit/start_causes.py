"""What a start that failed has not got: settings, a server, a file, its folder, a distribution."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Iterator

from footprint.audit.checkout import Checkout
from footprint.audit.project_code import walk_entries
from footprint.collect.deploy.files.deploy_files import text_at
from footprint.collect.deploy.stated_variables import choose_env_files, is_env_file, places_of, read_examples
from footprint.collect.project_settings.required_settings import Need, find_needed
from footprint.config.audit_settings import try_env_file
from footprint.model.runtime import LATER, Cause, EntryRuntime, Failure, NeededSetting
from footprint.model.source_modules import EntryPoint
from footprint.names import top_level
from footprint.values import dataclass, replace

_NAME = r"[A-Z][A-Z0-9_]{2,99}"
# What errors say of a setting: of libraries that read the environment by themselves, of pydantic 2 and 1. Of several
# that would do the first is taken.
_NAMED = re.compile(
    rf"""(?:environment|env) var(?:iable)?s?:? (?:named )?['"`]?({_NAME})\b|"""
    rf"""(?<!or `)(?<!or )['"`]?\b({_NAME})['"`]?(?:,? or ['"`]?{_NAME}['"`]?)? (?:environment variable|env var|"""
    r"""(?:setting |variable )?(?:is |was |must be |not )(?:not |required|missing|set\b|unset|found|defined|empty))|"""
    rf"""^KeyError: '({_NAME})'|UndefinedValueError: ({_NAME}) not found"""
)
_FIELDS = re.compile(r"\b([a-zA-Z_][\w.]*)\s+[Ff]ield required [\[(]type=(?:missing|value_error\.missing)")
_EMPTY = re.compile(r"The (\w+) setting must not be empty")  # of Django
_REFUSED = re.compile(
    r"(?i)connection ?refused|\[errno 111\]|error 111|connect call failed|could not connect to server|"
    r"can't connect to|no ?brokers ?available|serverselectiontimeout|name or service not known|name resolution|"
    r"getaddrinfo failed|could not translate host name|failed to establish a new connection|cannot connect to host|"
    r"network is unreachable"
)
_WAITS = re.compile(r" in (?:create_connection|connect\w*|getaddrinfo)\b")  # as faulthandler tells where it hung
_ADDRESS = re.compile(
    r"""(?<![\w.])['"(]*([A-Za-z][\w.-]*|\d+(?:\.\d+){3})['"]?(?: \([\d.:]+\))?(?:, port[= ]|, |:)(\d{2,5})\b"""
)
_HOST = re.compile(r"""(?:host name|server (?:on|at)|host=?) ['"]([\w.-]+)['"]""")
_NO_FILE = re.compile(r"No such file or directory: '([^'\n]+)'")
_NO_MODULE = re.compile(r"ModuleNotFoundError: No module named '([\w.]+)'")
_EXAMPLES = ("example", "sample", "template", "dist")
_MOST_PLACES = 3


@dataclass(frozen=True, slots=True)
class Causes:
    """Tells why starts of one project failed; reads its files when the first did."""

    checkout: Checkout

    def explain(self, entry: EntryPoint, runtime: EntryRuntime) -> EntryRuntime:
        """Return what a start came to, with what it has not got where it failed for want of something."""
        failure = runtime.failure
        if failure is None or failure.stage in LATER or failure.kind not in ("exception", "exit", "timeout"):
            return runtime
        cause = self._settings(entry, failure) or self._other(entry, failure)
        return replace(runtime, failure=replace(failure, cause=cause)) if cause is not None else runtime

    def _settings(self, entry: EntryPoint, failure: Failure) -> Cause | None:
        text = f"{failure.message}\n{failure.stderr_tail}"
        last = failure.message
        needs, functions = self._needs(entry)
        fields = {name.rpartition(".")[2] for name in _FIELDS.findall(text)}
        named = {name: None for found in _NAMED.findall(last) for name in found if name}
        named |= {need.setting.name: None for need in needs if _is_told(need, failure, fields)}
        named |= {name: None for word in _EMPTY.findall(last) for name in self._behind(word)}
        told = {need.field for need in needs} | {need.setting.name.lower() for need in needs}
        named |= {name.upper(): None for name in fields if name.lower() not in told}
        names = {need.field: need.setting.name for need in needs}  # of a field, with its prefix
        named = {names.get(name, name): None for name in named if not self._is_set(names.get(name, name))}
        if not named:
            return None
        functions |= {need.function for need in needs if need.setting.name in named}
        loads = self._loads_env_file()
        missing = {name: NeededSetting(name) for name in named}
        for need in needs:
            name = need.setting.name
            there = self._is_set(name) or (loads and name in try_env_file(self.checkout.project / ".env"))
            if name in named or (need.sure and need.function in functions and not there):
                missing[name] = need.setting
        return Cause("settings", settings=tuple(self._with_examples(entry, missing.values())))

    def _needs(self, entry: EntryPoint) -> tuple[tuple[Need, ...], set[str]]:
        """Return what the files that a start imports need, and the functions that it runs."""
        for reach in walk_entries(self.checkout.target, self.checkout.code):
            if reach.entry.name == entry.name:
                paths = [module.path for module in reach.modules if module.status == "startup"]
                return find_needed(self.checkout.project, paths), {"", *(name for _, name in reach.startup_functions)}
        return (), {""}

    def _is_set(self, name: str) -> bool:
        given = {**os.environ, **self.checkout.options.probe.environment}
        return name in given or name.lower() in given

    def _behind(self, word: str) -> Iterator[str]:
        """Yield the variables that a setting is read from: SECRET_KEY = os.environ.get("DJANGO_KEY", "")."""
        pattern = re.compile(rf"^{re.escape(word)}\s*=.*?['\"]({_NAME})['\"]", re.MULTILINE)
        for module in self.checkout.code.sources.modules:
            if "settings" in module.path:
                text = text_at(self.checkout.project, module.path) or ""
                yield from (match[1] for match in pattern.finditer(text))

    def _loads_env_file(self) -> bool:
        words = re.compile(r"dotenv|env_file|read_env|decouple|starlette\.config")
        modules = self.checkout.code.sources.modules
        return any(words.search(text_at(self.checkout.project, each.path) or "") for each in modules)

    def _with_examples(self, entry: EntryPoint, settings: Iterable[NeededSetting]) -> Iterator[NeededSetting]:
        project, missing = self.checkout.project, list(settings)
        folders = {posixpath.dirname(each.path) or "." for each in missing if each.path} | {entry.working_dir}
        examples = read_examples(project, sorted(folders))
        files = {path: try_env_file(project / path) for path in examples if is_env_file(path)}
        chosen = choose_env_files([each.name for each in missing], files)
        for each in missing:
            yield replace(each, examples=places_of(each.name, examples), env_file=chosen.get(each.name))

    def _other(self, entry: EntryPoint, failure: Failure) -> Cause | None:
        if found := _NO_MODULE.search(failure.message):
            return self._of_module(found[1], entry, failure.path)
        if found := _NO_FILE.search(failure.message):
            return self._of_file(found[1], entry)
        if _REFUSED.search(failure.message) or (failure.kind == "timeout" and _WAITS.search(failure.stderr_tail)):
            return self._of_server(entry, failure.message)
        return None

    def _of_module(self, name: str, entry: EntryPoint, importer: str | None) -> Cause | None:
        """A module of ours that lies below another folder, or of a distribution that is not installed.

        None for one that is missing in a package of ours: that is nobody else's. The file that asks for a module does
        not mean itself, nor one that others import as a part of its package.
        """
        top = top_level(name)
        ends = (f"/{top}.py", f"/{top}/__init__.py")
        modules = self.checkout.code.sources.modules
        named = [each for each in modules if f"/{each.path}".endswith(ends) and each.path != importer]
        imported = {target for each in modules if named for site in each.sites for target in site.asked_names}
        own = [each.path for each in named if "." not in each.module or each.module not in imported]
        folders = {posixpath.dirname(path.removesuffix("/__init__.py")) or "." for path in own}
        if folders and entry.path_root not in folders:
            return Cause("folder", name, places=tuple(sorted(folders))[:_MOST_PLACES])
        return Cause("distribution", name) if not folders or name == top else None

    def _of_file(self, name: str, entry: EntryPoint) -> Cause:
        """A file that is there as seen from another folder, or only as an example."""
        project = self.checkout.project
        inside = posixpath.normpath(name)
        if posixpath.isabs(inside):
            inside = posixpath.relpath(inside, project.resolve().as_posix())
        if inside.startswith("../"):
            return Cause("file", name)
        folders = dict.fromkeys([entry.working_dir, *self.checkout.code.sources.roots])
        folders |= dict.fromkeys(posixpath.dirname(each.path) or "." for each in self.checkout.code.sources.modules)
        there = [folder for folder in folders if (project / folder / inside).is_file()]
        if there and not posixpath.isabs(name):
            return Cause("folder", inside, places=tuple(there)[:_MOST_PLACES])
        stem, ending = posixpath.splitext(inside)
        names = [f"{inside}.{word}" for word in _EXAMPLES]
        names += [f"{stem}{mark}{word}{ending}" for word in _EXAMPLES for mark in ".-_"]
        found = (posixpath.normpath(posixpath.join(root, each)) for root in (entry.working_dir, ".") for each in names)
        places = [path for path in dict.fromkeys(found) if (project / path).is_file()]
        return Cause("file", inside, places=tuple(places[:_MOST_PLACES]))

    def _of_server(self, entry: EntryPoint, message: str) -> Cause:
        found, host = _ADDRESS.search(message), _HOST.search(message)
        address = f"{found[1]}:{found[2]}" if found else host[1] if host else ""
        port = found[2] if found else ""
        files = read_examples(self.checkout.project, [entry.working_dir])
        composed = {path: text for path, text in files.items() if "compose" in path}
        return Cause("server", address, places=places_of(port, composed) if port else ())


def _is_told(need: Need, failure: Failure, fields: set[str]) -> bool:
    """Whether the error of a start is about a setting: by its name, its field, or the place where it was raised."""
    name, place = need.setting.name, need.setting
    if need.field:
        return need.field in fields or name in {each.upper() for each in fields}
    at = failure.line or 0
    is_there = place.path == failure.path and (place.line or 0) <= at <= need.last_line
    return is_there or re.search(rf"\b{re.escape(name)}\b", failure.message) is not None
