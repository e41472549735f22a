"""`footprint cost`: what requirements would cost before they are installed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from footprint.cli.arguments import Argument, Given
from footprint.config.settings_table import Setting, format_row, output_row, rows
from footprint.errors import CannotMeasure, UsageError

if TYPE_CHECKING:
    from footprint.addition.candidate_prices import CostWish
    from footprint.config.options import Options
    from footprint.model.addition import AdditionReport

ABOUT = """\
Tell what a requirement would cost before it is installed: download, disk, and memory in your app, measured.

Each is installed into a shadow of the environment, with what is installed as constraints, and the app is started there
with its import added: `footprint cost flask 'httpx[http2]'`. Nothing of the project or its environment is changed.
`footprint cost --against main` prices what a branch adds to its requirement files."""
TAKES = (
    Argument("asked", "What to price: flask, 'pandas==2.3.3', 'httpx[http2]'.", metavar="REQUIREMENT", many=True),
    Setting("project", "path", "The project to price it for; else the working folder, where it has an environment.",
            "DIR"),
    Setting("asked-files", "path", "Price each line of this requirements file. Repeatable.", "FILE",
            ("--requirement", "-r"), many=True),
    Setting("against", "text", "Price what the requirement files have and those of this commit or branch have not.",
            "COMMIT"),
    Setting("compare", "switch", "A column for each candidate, side by side."),
    Setting("alone", "switch", "Price it in an empty environment, without a project."),
    Setting("imports", "text", "Import this module to measure a distribution: pyyaml=yaml. Repeatable.",
            "NAME=MODULE", ("--import",), many=True),
    Setting("installer", "text", "What installs it; else uv where it is there, else pip.", choices=("uv", "pip")),
    Setting("build", "switch",
            "Build from source what has no wheel: that runs its code, as you, in a private HOME."),
    Setting("find-links", "text", "Look for files there, too. Repeatable.", "DIR|URL", many=True),
    *rows("python env trust-settings entries factory exclude respect-gitignore cache probe lifespan timeout"),
    *rows("env-file set"),
    format_row("Standard output: table, markdown, json or badge."),
    output_row("Write this format to a file as well. Repeatable."),
)  # fmt: skip
_MISTAKES = ("bad-requirement", "unknown-name", "no-version")
_BRINGING = ("-r", "--requirement", "-e", "--editable")  # options that bring more requirements
_LINES_AT_MOST = 1000
_FILE_AT_MOST = 1 << 20


def run(given: Given) -> None:
    """Price and print; exit 2 where a candidate is a mistake, 3 where one cannot be had. Raises: UsageError."""
    from footprint.cli.outputs import Outputs, refuse
    from footprint.cli.printing import make_view
    from footprint.report import formats
    from footprint.values import replace

    outputs = Outputs.read(given, formats.COST, "markdown:cost.md")
    report = replace(_price(given, outputs.formats), side_by_side=bool(given["compare"]))
    refuse(outputs.write(lambda name, shown: formats.render(name, report, shown), make_view()))
    kinds = {row.refusal.kind for row in report.candidates if row.refusal is not None}
    if kinds:
        raise SystemExit(CannotMeasure.exit_code if kinds.difference(_MISTAKES) else UsageError.exit_code)


def _price(given: Given, formats: tuple[str, ...]) -> AdditionReport:
    from footprint.addition.candidate_prices import price
    from footprint.cli.printing import announced
    from footprint.config.audit_settings import read_options

    wish, project = _read_wish(given), given["project"] or Path()
    if given["against"] is None and not wish.candidates:
        raise UsageError("nothing to price: name a requirement, a file with -r, or a commit with --against")
    if "badge" in formats and given["against"] is None and len(wish.candidates) > 1:
        raise UsageError("a badge shows one candidate: name one, or a commit with --against")
    options = read_options({**given, "project": project}, project)
    options, wish = _settle(options, wish, given)
    with announced(_describe(options, wish)) as show:
        if given["against"] is not None:
            from footprint.addition.branch_prices import price_branch

            return price_branch(options, wish, given["against"], show)
        return price(options, wish, show)


def _read_wish(given: Given) -> CostWish:
    from footprint.addition.candidate_prices import CostWish
    from footprint.addition.installer_programs import InstallerChoice
    from footprint.analysis.additions.asked_candidates import read_candidates
    from footprint.model.note import Note
    from footprint.names import normalise

    lines = [(path, line) for path in given["asked_files"] or () for line in _lines(path)]
    asked = (line.partition(" --")[0].strip() for _, line in lines if not line.startswith("-"))
    texts = [*(given["asked"] or ()), *asked]
    notes = tuple(
        Note("not-priced", f"{path}: {line} is not priced: name what it brings, or its file with -r")
        for path, line in lines
        if line.startswith(_BRINGING)
    )
    if given["against"] is not None and (texts or given["alone"]):
        raise UsageError("--against prices the requirement files: name no requirement beside it, and no --alone")
    imports: dict[str, tuple[str, ...]] = {}
    for pair in given["imports"] or ():
        name, sign, module = pair.partition("=")
        if not sign or not all(part.isidentifier() for part in module.split(".")):
            raise UsageError(f"--import {pair}: write it as NAME=MODULE, for example pyyaml=yaml")
        imports[normalise(name)] = (*imports.get(normalise(name), ()), module)
    choice = InstallerChoice(given["installer"], tuple(given["find_links"] or ()), bool(given["build"]))
    return CostWish(read_candidates(texts), imports, choice, bare=bool(given["alone"]), notes=notes)


def _lines(path: Path) -> list[str]:
    """Return the lines of a requirements file, options among them. Raises: UsageError."""
    from footprint.documents.requirement_lines import find_encoding, logical_lines
    from footprint.files.reader import NotRead, read_given

    try:
        data = read_given(path, bytes_at_most=_FILE_AT_MOST)
    except NotRead as error:
        raise UsageError(f"cannot read {path}: {error}") from error
    mark, encoding = find_encoding(data)
    text = data[len(mark) :].decode(encoding or "latin-1", "replace")
    found = [line for _, _, line in logical_lines(text)]
    if len(found) > _LINES_AT_MOST:
        raise UsageError(f"{path} has {len(found)} lines: {_LINES_AT_MOST} are read at most")
    return found


def _settle(options: Options, wish: CostWish, given: Given) -> tuple[Options, CostWish]:
    """Return both, alone where no project was named and the working folder has no environment."""
    from footprint.collect import interpreter
    from footprint.values import replace

    target = options.target
    if given["project"] is None and given["against"] is None and not target.names_environment:
        _, chosen = interpreter.find(python=None, env=None, project=target.project)
        if chosen == interpreter.RUNNING:
            wish = replace(wish, bare=True)
    if wish.bare and target.env is not None:
        raise UsageError("--alone makes an empty environment: name its interpreter with --python, and no --env")
    return options, wish


def _describe(options: Options, wish: CostWish) -> str | None:
    """Return the line that says what is started."""
    from footprint.audit.announcement import describe_start

    built = "what has no wheel is built from source: its code runs, as you, in a private HOME"
    if wish.bare:
        said = "footprint cost imports what it installs into an empty environment that is thrown away, as you."
        return f"{said} With --build {built}." if wish.choice.build else said
    said = describe_start("cost", options, starts=options.probe.enabled) or ""
    return f"{said} With --build {built}.".strip() if wish.choice.build else said or None
