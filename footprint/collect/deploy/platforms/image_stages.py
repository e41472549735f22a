"""The stages of a Dockerfile with what each runs: which lines reach the image that is started. Nothing is run.

Source: Dockerfile reference (FROM, COPY --from, ENV, RUN); a stage that nothing takes from reaches no image.
"""

from __future__ import annotations

import posixpath
import re

from footprint.collect.deploy.commands.shell_lines import expand
from footprint.collect.deploy.files.deploy_files import join
from footprint.collect.deploy.platforms.dockerfile import assigned, instructions, shell_form
from footprint.documents.json_lines import try_json
from footprint.values import dataclass, field

_STAGES_AT_MOST = 200
_COMMAND_AT_MOST = 4000  # characters: what is longer was not written by hand
_OPTIONS = re.compile(r"^(?:--\w+=\S+\s+)+")
# Where installers put what they install, and what holds it.
_ENVIRONMENT = re.compile(
    r"venv|virtualenv|(?:site|dist)-packages|\.local\b|^/install\b|^/opt\b|^/usr(?:/local)?(?:/lib\b.*)?/?$|^/$"
)


@dataclass(frozen=True, slots=True)
class RunLine:
    """One RUN, and what holds for it."""

    line: int
    command: str
    work_dir: str
    environ: tuple[tuple[str, str], ...]  # of ENV and ARG so far


@dataclass(slots=True)
class BuildStage:
    """One stage, as far as it is read."""

    base: str
    name: str = ""
    parent: BuildStage | None = None
    work_dir: str = "/"
    environ: dict[str, str] = field(default_factory=dict)  # of ENV
    values: dict[str, str] = field(default_factory=dict)  # of ARG
    lines: dict[str, int] = field(default_factory=dict)  # of each variable of ENV
    runs: list[RunLine] = field(default_factory=list)
    taken: list[tuple[BuildStage, str]] = field(default_factory=list)  # another stage, and a path of it

    def reaching(self) -> list[RunLine]:
        """Return what runs on the way to this stage, as far as an environment of it may hold what that installs."""
        reached, waiting = dict[int, BuildStage](), [self]
        while waiting:
            stage = waiting.pop()
            if id(stage) not in reached:
                reached[id(stage)] = stage
                waiting += [other for other, source in stage.taken if _holds_environment(source, other)]
                waiting += [stage.parent] if stage.parent is not None else []
        return sorted((run for stage in reached.values() for run in stage.runs), key=lambda run: run.line)


def _holds_environment(source: str, stage: BuildStage) -> bool:
    """Whether a path of a stage may hold what was installed in it."""
    return _ENVIRONMENT.search(source) is not None or stage.work_dir == source.rstrip("/")


def read_stages(text: str) -> BuildStage | None:
    """Return the last stage, with those that it is built on and takes from; None for a text with none or hundreds."""
    stages: dict[str, BuildStage] = {}
    stage: BuildStage | None = None
    count = 0
    for number, instruction, rest, documents in instructions(text):
        if instruction == "FROM" and count >= _STAGES_AT_MOST:
            return None
        if instruction == "FROM":
            stage = _begin(rest, stages)
            stages[str(count)] = stages[stage.name or str(count)] = stage
            count += 1
        elif stage is not None:
            written = "\n".join(line for lines, _ in documents for line in lines)
            _read(stage, number, instruction, f"{rest}\n{written}" if instruction == "RUN" else rest, stages)
    return stage


def _begin(rest: str, stages: dict[str, BuildStage]) -> BuildStage:
    words = [word.lower() for word in rest.split() if not word.startswith("--")] or [""]
    parent = stages.get(words[0])
    stage = BuildStage(words[0], words[2] if len(words) == 3 and words[1] == "as" else "", parent)
    if parent is not None:
        stage.work_dir, stage.environ, stage.lines = parent.work_dir, dict(parent.environ), dict(parent.lines)
    return stage


def _read(stage: BuildStage, number: int, instruction: str, rest: str, stages: dict[str, BuildStage]) -> None:
    known = stage.values | stage.environ
    if instruction == "WORKDIR":
        stage.work_dir = join(stage.work_dir, expand(rest.strip("\"' "), known))
    elif instruction == "ENV":
        found = assigned(rest)
        stage.environ |= found
        stage.lines |= dict.fromkeys(found, number)
    elif instruction == "ARG":
        stage.values |= assigned(rest)
    elif instruction == "RUN":
        command = _OPTIONS.sub("", shell_form(rest.strip())[0][:_COMMAND_AT_MOST])
        stage.runs.append(RunLine(number, command, stage.work_dir, tuple(known.items())))
    elif instruction in ("COPY", "ADD"):
        words = try_json(rest) if rest.startswith("[") else rest.split()
        words = [word for word in words if isinstance(word, str)] if isinstance(words, list) else []
        origin = next((word.partition("=")[2].lower() for word in words if word.startswith("--from=")), "")
        sources = [word for word in words if not word.startswith("--")][:-1]
        if origin in stages:
            stage.taken += [(stages[origin], posixpath.normpath(expand(each, known))) for each in sources]
