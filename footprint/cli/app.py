"""The commands. Signatures only: what a command does is imported when that command runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from footprint.cli import parameters as p
from footprint.cli.arguments import Argument, Command, Option, call
from footprint.cli.streams import write_through
from footprint.ending import NO_MEMORY
from footprint.errors import FootprintError, OutputLost, UsageError

ABOUT = "What every Python dependency weighs on disk, costs in memory at startup, and whether the app uses it at all."
EPILOG = (
    "Exit codes: 0 done, 1 findings, 2 usage or configuration, 3 could not measure, 130 interrupted; "
    "143, 129 ended by SIGTERM, SIGHUP; 141 nobody read the output to its end."
)
COMMANDS: dict[str, Command] = {}  # by name, in the order of the help


def command(function: Command) -> Command:
    """Take a function for the command of its name."""
    COMMANDS[function.__name__] = function
    return function


def main() -> int:
    """Run the application and return its exit code; our own errors are one line on stderr."""
    return write_through(_run)


def _run() -> int:
    try:
        call(COMMANDS, sys.argv[1:], about=ABOUT, epilog=EPILOG)
        return 0
    except SystemExit as leaving:  # how a command says that not all was well
        return leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except OutputLost:
        raise
    except FootprintError as error:
        _tell(str(error))
        return error.exit_code
    except MemoryError:
        _tell(NO_MEMORY)
    except RecursionError:
        _tell("something is nested too deeply to be read: please report what `footprint audit` was run on")
    except RuntimeError as error:
        if "can't start new thread" not in str(error):  # as Python says it of RLIMIT_AS and RLIMIT_NPROC
            raise
        _tell(NO_MEMORY)
    except OSError as error:  # the machine refuses: a closed folder on the way, a full disk
        place = f"{error.filename}: " if error.filename is not None else ""
        _tell(f"{place}{error.strerror or error}")
    return 3


def _tell(words: str) -> None:
    from footprint.credentials import star_credentials
    from footprint.report.text.safe import printable

    for line in star_credentials(words).splitlines():
        sys.stderr.write(f"footprint: {printable(line)}\n")


@command
def audit(
    project: p.Project = Path(),
    python: p.Python = None,
    env: p.Env = None,
    ask_python: p.AskPython = None,
    trust_settings: p.TrustSettings = None,
    no_env: p.NoEnv = None,
    site_packages: p.SitePackages = None,
    entry: p.Entry = None,
    factory: p.Factory = None,
    requirement: p.Requirement = None,
    exclude: p.Exclude = None,
    gitignore: p.Gitignore = None,
    probe: p.Probe = None,
    lifespan: p.Lifespan = None,
    first_use: p.FirstUse = None,
    limit: p.Limit = None,
    rehearse: p.Rehearse = None,
    workers: p.Workers = None,
    preload: p.Preload = None,
    live: p.AuditLive = None,
    ready: p.Ready = None,
    request: p.Request = None,
    runs: p.Runs = None,
    timeout: p.Timeout = None,
    env_file: p.EnvFile = None,
    set_: p.Set = None,
    sort: p.Sort = "disk",
    top: p.Top = 30,
    format_: p.Format = "table",
    output: p.Output = None,
) -> None:
    """Weigh every installed distribution, tell how the app uses it and what it costs in memory at startup.

    The app's entry is imported in a child process: its own code runs, with a throw-away HOME and a time limit.
    """
    from footprint.cli import audit_command

    flags = p.gather_flags(locals())
    audit_command.run(project, flags, p.make_view(sort, top), format_, output or [])


@command
def scan(
    project: p.Project = Path(),
    python: p.Python = None,
    env: p.Env = None,
    ask_python: p.AskPython = None,
    trust_settings: p.TrustSettings = None,
    site_packages: p.SitePackages = None,
    top: p.Top = 30,
    format_: p.StageFormat = "table",
) -> None:
    """Weigh the installed distributions on disk: one walk joined to every RECORD. Starts nothing of the project."""
    from footprint.cli import stage_commands

    stage_commands.scan(project, p.gather_flags(locals()), p.make_view("disk", top), format_)


@command
def imports(
    project: p.Project = Path(),
    python: p.Python = None,
    env: p.Env = None,
    ask_python: p.AskPython = None,
    trust_settings: p.TrustSettings = None,
    no_env: p.NoEnv = None,
    site_packages: p.SitePackages = None,
    entry: p.Entry = None,
    factory: p.Factory = None,
    exclude: p.Exclude = None,
    gitignore: p.Gitignore = None,
    format_: p.StageFormat = "table",
) -> None:
    """List the project's imports: where, when they run, who provides them. Starts nothing of the project."""
    from footprint.cli import stage_commands

    stage_commands.imports(project, p.gather_flags(locals()), p.make_view("name", 0), format_)


@command
def probe(
    project: p.Project = Path(),
    python: p.Python = None,
    env: p.Env = None,
    trust_settings: p.TrustSettings = None,
    entry: p.Entry = None,
    factory: p.Factory = None,
    lifespan: p.Lifespan = None,
    first_use: p.FirstUse = None,
    runs: p.Runs = None,
    timeout: p.Timeout = None,
    env_file: p.EnvFile = None,
    set_: p.Set = None,
    live: p.Live = None,
    ready: p.Ready = None,
    request: p.Request = None,
    tree: p.Tree = None,
    min_: p.Min = None,
    top: p.Top = 30,
    format_: p.ProbeFormat = "table",
    output: p.Output = None,
    words: p.Words = (),
) -> None:
    """Start the app in a child process and measure what each import adds to its memory.

    With --live start the real command: the one after `--`, or the start command of the deploy files.
    """
    flags, view = p.gather_flags(locals()), p.make_view("rss", top)
    if live and (tree or min_ or output):
        raise UsageError("--tree, --min and -o are not for --live")
    if live:
        from footprint.cli import live_command

        live_command.run(project, flags, words, view, format_)
    elif words:
        raise UsageError("a command after -- is started by `footprint probe --live` only")
    else:
        from footprint.cli import probe_command

        probe_command.probe(project, flags, view, format_)


@command
def why(
    distribution: Annotated[str, Argument(help="A distribution's name, spelled in any way.")],
    project: p.Project = Path(),
    python: p.Python = None,
    env: p.Env = None,
    ask_python: p.AskPython = None,
    trust_settings: p.TrustSettings = None,
    no_env: p.NoEnv = None,
    site_packages: p.SitePackages = None,
    entry: p.Entry = None,
    factory: p.Factory = None,
    requirement: p.Requirement = None,
    exclude: p.Exclude = None,
    gitignore: p.Gitignore = None,
    probe: p.Probe = None,
    lifespan: p.Lifespan = None,
    first_use: p.FirstUse = None,
    runs: p.Runs = None,
    timeout: p.Timeout = None,
    env_file: p.EnvFile = None,
    set_: p.Set = None,
    stored: Annotated[
        Path | None, Option("--audit", metavar="FILE", help="Answer from a stored JSON audit, measuring nothing.")
    ] = None,
) -> None:
    """Tell everything about one distribution: who requires and imports it, where, who keeps it, what leaves with it."""
    from footprint.cli import audit_command

    audit_command.why(distribution, project, p.gather_flags(locals()), stored)


@command
def check(
    project: p.Project = Path(),
    python: p.Python = None,
    env: p.Env = None,
    ask_python: p.AskPython = None,
    trust_settings: p.TrustSettings = None,
    site_packages: p.SitePackages = None,
    entry: p.Entry = None,
    factory: p.Factory = None,
    requirement: p.Requirement = None,
    exclude: p.Exclude = None,
    gitignore: p.Gitignore = None,
    lifespan: p.Lifespan = None,
    limit: p.Limit = None,
    workers: p.Workers = None,
    timeout: p.Timeout = None,
    env_file: p.EnvFile = None,
    set_: p.Set = None,
    static: p.Static = None,
    runs: p.CheckRuns = None,
    baseline: p.Baseline = None,
    update_baseline: p.UpdateBaseline = False,
    allow_increase: p.AllowIncrease = False,
    strict_baseline: p.StrictBaseline = None,
    against: p.Against = None,
    against_env: p.AgainstEnv = None,
    max_startup_anon: p.MaxStartupAnon = None,
    max_startup_rss: p.MaxStartupRss = None,
    max_startup_peak: p.MaxStartupPeak = None,
    max_first_use_rss: p.MaxFirstUseRss = None,
    max_total: p.MaxTotal = None,
    max_increase: p.MaxIncrease = None,
    max_time_ratio: p.MaxTimeRatio = None,
    max_disk: p.MaxDisk = None,
    max_disk_increase: p.MaxDiskIncrease = None,
    max_distributions: p.MaxDistributions = None,
    new_distribution: p.NewDistribution = None,
    forbid_at_startup: p.ForbidAtStartup = None,
    allow_at_startup: p.AllowAtStartup = None,
    rule: p.Rule = None,
    on_probe_error: p.OnProbeError = None,
    on_noise: p.OnNoise = None,
    exit_zero: p.ExitZero = False,
    quiet: p.Quiet = False,
    format_: p.CheckFormat = "table",
    output: p.CheckOutput = None,
) -> None:
    """Fail when the app needs more than its budgets or its baseline allow, and say which line did it: for CI.

    Settings: [tool.footprint.check] of pyproject.toml. Exit codes: 0 passed, 1 a rule failed, 3 could not measure.
    """
    from footprint.cli import check_command

    wanted = check_command.Wanted(format_, tuple(output or ()), quiet, exit_zero, update_baseline, allow_increase)
    check_command.run(project, p.gather_flags(locals()), wanted)


@command
def init(
    project: p.Project = Path(),
    python: p.Python = None,
    env: p.Env = None,
    ask_python: p.AskPython = None,
    trust_settings: p.TrustSettings = None,
    entry: p.Entry = None,
    factory: p.Factory = None,
    requirement: p.Requirement = None,
    exclude: p.Exclude = None,
    gitignore: p.Gitignore = None,
    probe: p.Probe = None,
    lifespan: p.Lifespan = None,
    limit: p.Limit = None,
    workers: p.Workers = None,
    timeout: p.Timeout = None,
    env_file: p.EnvFile = None,
    set_: p.Set = None,
    write: Annotated[bool, Option("--write", help="Put them at the end of pyproject.toml as well.")] = False,
) -> None:
    """Audit the app once and print first settings for pyproject.toml: budgets, what must not load, rules."""
    from footprint.cli import init_command

    init_command.run(project, p.gather_flags(locals()), write=write)


@command
def report(
    stored: Annotated[Path, Argument(metavar="AUDIT", help="A JSON audit; - for standard input.")],
    sort: p.Sort = "disk",
    top: p.Top = 30,
    format_: p.Format = "table",
    output: p.Output = None,
) -> None:
    """Render a stored JSON audit again, measuring nothing."""
    from footprint.cli import audit_command

    audit_command.report(stored, p.make_view(sort, top), format_, output or [])


@command
def explain(
    name: Annotated[
        str | None,
        Argument(metavar="[NAME]", help="A code such as FP101, a rule or a class such as implied; none: all."),
    ] = None,
) -> None:
    """Tell what a finding's code or a usage class means, how sure it is, and what to do about it. Reads no project."""
    from footprint.cli import explain_command

    explain_command.explain(name)
