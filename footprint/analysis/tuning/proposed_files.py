"""What is proposed as text that can be used at once: in the form in which the project states its command. Pure."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator, Mapping, Sequence

from footprint.analysis.tuning.gunicorn_text import proposed_text
from footprint.analysis.tuning.start_words import StartWords, read_command, with_factors
from footprint.model.requested_calls import Request
from footprint.model.tuning import Factor, ProposedFile
from footprint.values import dataclass

_CONFIG = "gunicorn.conf.py"
_FREEZE_HOOK = (
    "# in the module of the application, at its end: before the workers are forked\n"
    "import gc\nimport os\n\n\n"
    "def _freeze():\n    gc.collect()\n    gc.freeze()\n\n\nos.register_at_fork(before=_freeze)\n"
)


@dataclass(frozen=True, slots=True)
class StatedCommand:
    """The command as the project writes it. `config` is the file of settings that it has for gunicorn."""

    text: str
    name: str = "web"  # of the process or service
    path: str | None = None  # of the deploy file, relative; None: it was given on the command line
    config: str | None = None


def propose_files(
    stated: StatedCommand, factors: Sequence[Factor], requests: Sequence[Request], *, asgi: bool
) -> tuple[ProposedFile, ...]:
    """Return the files to write or to change."""
    before = read_command(stated.text, variables=True)
    after, variables = with_factors(before, factors, {})
    return tuple(_files(stated, before, after, variables, proposed_text(factors, requests, asgi=asgi)))


def _files(
    stated: StatedCommand, before: StartWords, after: StartWords, variables: Mapping[str, str], config: str
) -> Iterator[ProposedFile]:
    if after.is_gunicorn and config.strip():
        own = stated.config
        yield ProposedFile(f"{own} (at its end)" if own else _CONFIG, config)
    elif "gc.freeze()" in config:
        yield ProposedFile("the module of the application", _FREEZE_HOOK)
    if not variables and after.words == before.words:
        return
    kind = posixpath.basename(stated.path or "").lower()
    if kind.startswith("procfile"):
        yield ProposedFile(stated.path or "", f"{stated.name}: {_with(variables, after)}\n")
    elif "dockerfile" in kind or "containerfile" in kind:
        yield ProposedFile(stated.path or "", _docker(before, after, variables))
    elif "compose" in kind:
        yield ProposedFile(stated.path or "", _compose(stated, before, after, variables))
    else:
        yield ProposedFile(stated.path or "the command", f"{_with(variables, after)}\n")


def _with(variables: Mapping[str, str], command: StartWords) -> str:
    assigned = [f"{name}={value}" for name, value in variables.items()]
    if variables and command.is_opaque:  # what stands in front of a shell's line is for its first command alone
        return f"export {' '.join(assigned)}; {command.line()}"
    return " ".join([*assigned, command.line()])


def _docker(before: StartWords, after: StartWords, variables: Mapping[str, str]) -> str:
    lines = [f"ENV {name}={value}" for name, value in variables.items()]
    if after.words != before.words:
        has_variable = any("$" in word for word in after.words) or after.environment
        lines.append(f"CMD exec {after.line()}" if has_variable else f"CMD {json.dumps([*after.words])}")
    return "".join(f"{line}\n" for line in lines)


def _compose(stated: StatedCommand, before: StartWords, after: StartWords, variables: Mapping[str, str]) -> str:
    lines = [" services:", f"   {stated.name}:"]
    if after.words != before.words:
        lines += [f"-    command: {stated.text}", f"+    command: {after.line()}"]
    if variables:
        lines += ["+    environment:", *(f"+      {name}: {json.dumps(value)}" for name, value in variables.items())]
    return "".join(f"{line}\n" for line in lines)
