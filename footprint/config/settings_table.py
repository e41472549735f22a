"""Every setting and flag, one row each: what the command line, pyproject.toml and docs/configuration.md say of it.

Defaults are those of the values in `options`; which commands take a flag is said by each command.
"""

from __future__ import annotations

from typing import Any, Literal, get_args

from footprint.values import dataclass

# What a value is. The first row is read from words and TOML as they stand, the second by `gate_settings`.
Kind = Literal[
    "path", "text", "whole number", "number", "switch", "table",
    "amount", "bytes", "count", "list of names", "fail or warn", "ratio", "rules", "share", "size", "tolerance",
]  # fmt: skip
_SIZE_OR_SHARE = "SIZE|SHARE"
Language = Literal["en", "es"]  # of reports; the catalogues are in `report/languages`
LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting or flag."""

    key: str  # in pyproject.toml; the flag is the same with two dashes, unless `flags` says which
    kind: Kind
    help: str
    metavar: str = ""
    flags: tuple[str, ...] = ()  # one with a slash is a pair: --this/--no-this
    many: bool = False  # a list, a flag that may be repeated
    name: str = ""  # of the field of the options that holds it; empty: its key
    in_file: bool = True  # else only a flag
    has_flag: bool = True
    leads: Literal["", "path", "program", "entry", "url"] = ""  # how its value may lead out of the project
    reason: str = ""  # what `footprint init` writes above it where it was given by a flag; empty: it writes none
    choices: tuple[str, ...] = ()
    default: Any = None  # of a flag that is not a setting
    least: int | None = None

    @property
    def flag(self) -> str:
        """The flag that mistakes name."""
        return self.flags[0] if self.flags else f"--{self.key}"

    @property
    def field(self) -> str:
        """The name of its value in Python."""
        return self.name or self.key.replace("-", "_")


# What is audited: `options.target`.
TARGET = (
    Setting("env", "path", "The virtual environment to audit.", "DIR", leads="path",
            reason="the environment that was audited; --env and --python overrule it"),
    Setting("python", "path", "The interpreter whose environment is audited.", "PATH", leads="program",
            reason="the interpreter whose environment was audited; --env and --python overrule it"),
    Setting("ask-python", "switch", "Start the environment's interpreter to ask what its files do not tell.",
            in_file=False),
    Setting("no-env", "switch",
            "Use no environment: read the project's files and lock files; nothing is weighed or measured.",
            in_file=False),
    Setting("site-packages", "path",
            "Audit this folder without an interpreter; nothing is measured. Repeatable.", "DIR",
            many=True, in_file=False),
    Setting("requirements", "path", "Read these requirement files only. Repeatable.", "FILE",
            ("--requirement", "-r"), many=True, leads="path",
            reason="the requirement files that count, as given by -r"),
    Setting("entries", "text",
            "Where the app starts: module:attr, a file, '-m module' or a console script. Repeatable. "
            "Else found from Procfile, Dockerfile and common file names.", "ENTRY", ("--entry",),
            many=True, leads="entry", reason="where the application starts, as given by --entry"),
    Setting("factory", "switch", "The entry's attribute is a function that makes the app.",
            reason="the attribute of the entry is a function that makes the application"),
    Setting("exclude", "text", "Leave these folders and files of the project out. Repeatable.", "GLOB",
            many=True, reason="left out of the project's code, as given by --exclude"),
    Setting("respect-gitignore", "switch", "Leave out the Python files that git ignores, or not.",
            flags=("--gitignore/--no-gitignore",), reason="as given by --gitignore or --no-gitignore"),
    Setting("cache", "switch",
            "Remember what was read in files that have not changed, and use it, or not: `footprint cache` says where.",
            flags=("--cache/--no-cache",), in_file=False),
    Setting("limit", "text",
            "The host's memory, such as 512MiB, or its plan (render:free), to say what fits. Else deploy files tell.",
            "SIZE|PLAN", reason="the host's memory or plan, as given by --limit; startup budgets are derived from it "
            "where none is given"),
    Setting("workers", "whole number",
            "Estimate the memory with N workers; else as many as the start command says.", "N",
            reason="as given by --workers: each gets its share of the limit"),
    Setting("preload", "switch", "With gunicorn's preload, or without; else as the command says, or both.",
            flags=("--preload/--no-preload",)),
    Setting("ignore", "table", "What not to report: a class or a code, with a list of names or patterns.",
            has_flag=False),
    Setting("check", "table", "How `footprint check` judges.", has_flag=False),
    Setting("trust-settings", "switch", "Let the project's own settings lead out of its git work tree.",
            in_file=False),
)  # fmt: skip

# How it is started and measured: `options.probe`.
START = (
    Setting("probe", "switch", "Start the app to measure it, or only read.", flags=("--probe/--no-probe",)),
    Setting("runs", "whole number", "How often to measure; the median is reported.", "N"),
    Setting("timeout", "number", "Time limit of one start.", "SECONDS", name="timeout_s",
            reason="seconds that one start may take, as given by --timeout"),
    Setting("lifespan", "switch", "Run an ASGI app's start-up handlers, or only import it.",
            flags=("--lifespan/--no-lifespan",), reason="as given by --lifespan or --no-lifespan"),
    Setting("first-use", "switch", "Once the app is ready, really run its lazy imports, or not.",
            flags=("--first-use/--no-first-use",)),
    Setting("shadow", "switch",
            "Start the app in a shadow of project and environment: what it writes there is listed and thrown away."),
    Setting("verify", "text",
            "Try the advice in a shadow: all at once (fast), then each alone as well (all), or not (off).",
            choices=("off", "fast", "all")),
    Setting("rehearse", "switch", "Run each entry once more, stop it at the limit and name the import or the call.",
            in_file=False),
    Setting("live", "switch", "Start the real command of each entry as well, and measure all its processes."),
    Setting("ready", "text",
            "With --live: ready when a URL answers, or port:8000, log:REGEX, quiet:SECONDS; else when it listens.",
            "WHAT", leads="url"),
    Setting("requests", "text",
            "Ask this of the app once it is ready, without a server, and of its server with --live: /path or URL, "
            "'/path*20', 'POST /path Name:value BODY', '@FILE' for a body, ' -> 201' at the end; auto: every GET route "
            "without parameters. Repeatable.",
            "REQUEST", ("--request", "--requests"), many=True, leads="url"),
    Setting("calls", "text",
            "Call this once the app is ready: module:function, jobs:run(1), 'handlers:main @event.json'. Repeatable.",
            "FUNCTION", ("--call",), many=True, leads="url"),
    Setting("event", "path", "The JSON of this file is the first argument of each --call.", "FILE", in_file=False),
    Setting("repeat", "whole number",
            "Do each request and call N times more in one process, and tell what its memory does: 50 or more tell a "
            "cache that fills from growth.", "N"),
    Setting("allow-writes", "switch", "Send requests too that may write: others than GET and HEAD.", in_file=False),
    Setting("env-file", "path", "Set the variables of this file for the app. Repeatable.", "FILE",
            many=True, in_file=False),
    Setting("set", "text", "Set a variable for the app. Repeatable.", "KEY=VALUE", many=True, in_file=False),
)  # fmt: skip

# How `footprint check` judges the whole: `options.gate`.
RULES = Setting("rules", "rules", "error, warning or off for a rule or code: unused=warning. Repeatable.", "RULE=LEVEL",
                ("--rule",), many=True)  # fmt: skip
GATE = (
    Setting("static", "switch", "Start nothing: judge use, what is forbidden, and disk. For pre-commit.",
            in_file=False),
    Setting("runs", "count", "How many starts to take the median of: 3, more if they differ.", "N"),
    Setting("baseline", "path", "Compare with this file; else with footprint-baseline.json, if it exists.", "FILE",
            leads="path"),
    Setting("strict-baseline", "switch", "Fail when the baseline is out of date."),
    Setting("against", "path",
            "Blame this branch for nothing that the base branch has: give its baseline, its check as JSON, or a "
            "checkout of it, which is then measured in turn with this one.", "FILE|FOLDER", in_file=False),
    Setting("against-env", "path", "The virtual environment of the checkout given by --against.", "DIR",
            in_file=False),
    Setting("max-disk", "amount", "Most on disk, without bytecode.", _SIZE_OR_SHARE),
    Setting("max-added-disk", "amount",
            "Most on disk that only the requirement lines bring which the folder of --against does not have.",
            _SIZE_OR_SHARE),
    Setting("max-disk-increase", "tolerance", "Growth on disk that passes, the larger of the two: 5%,5MiB.",
            "SHARE,SIZE"),
    Setting("image", "path", "Judge this container image as well, by max-image and max-layer: an OCI layout, or an "
            "archive of docker save.", "PATH", in_file=False),
    Setting("max-image", "bytes", "Most that the files of all layers of the image take, unpacked.", "SIZE"),
    Setting("max-layer", "bytes", "Most that the files of any one layer of the image take, unpacked.", "SIZE"),
    Setting("max-distributions", "count", "Most distributions that may be installed.", "N"),
    Setting("new-distribution", "size", "A new distribution fails from this size on: 10MiB.", "SIZE",
            name="new_distribution_bytes"),
    Setting("derived-share", "share",
            "The share of the limit that is the startup budget where none is given; 0%: no budget.", has_flag=False),
    RULES,
    Setting("entries", "table", "A table for each entry, with what differs for it.", has_flag=False),
    Setting("on-probe-error", "fail or warn", "What an entry that cannot be measured means: exit code 3, or 0.",
            "fail|warn"),
    Setting("on-noise", "fail or warn", "What runs that differ too much to judge mean: exit code 1, or 0.",
            "fail|warn"),
)  # fmt: skip

# The same for all entries, and for one in its own section: `options.gate.of(entry)`.
ENTRY = (
    Setting("max-startup-anon", "amount",
            "Most anonymous memory at startup: 150MiB, or 75% of the limit by workers.", _SIZE_OR_SHARE),
    Setting("max-startup-rss", "amount", "Most resident memory at startup.", _SIZE_OR_SHARE),
    Setting("max-startup-peak", "amount",
            "Most memory at any moment of the start, child processes included.", _SIZE_OR_SHARE),
    Setting("max-first-use-rss", "amount", "Most resident memory once the lazy imports have run.", _SIZE_OR_SHARE),
    Setting("max-after-calls", "amount", "Most resident memory once its requests and calls were done.", _SIZE_OR_SHARE),
    Setting("max-peak", "amount", "Most memory at any moment of the start and of its calls.", _SIZE_OR_SHARE),
    Setting("max-total", "amount", "Most memory of all workers together, estimated.", _SIZE_OR_SHARE),
    Setting("max-increase", "tolerance",
            "Growth against the baseline that passes, the larger of the two: 5%,5MiB.", "SHARE,SIZE"),
    Setting("max-time-ratio", "ratio", "How many times longer the start may take than in the baseline.", "RATIO"),
    Setting("forbid-at-startup", "list of names",
            "Module or distribution that must not load at startup. Repeatable.", "NAME", many=True),
    Setting("allow-at-startup", "list of names",
            "Only these distributions may load at startup. Repeatable.", "NAME", many=True),
)  # fmt: skip


def format_row(help: str) -> Setting:
    """Return the row of the formats that a command prints."""
    return Setting("format", "text", help, "FORMAT", ("--format", "-f"), default="table")


def output_row(help: str) -> Setting:
    """Return the row of the formats that a command writes to files."""
    return Setting("output", "text", help, "FORMAT:FILE", ("--output", "-o"), many=True)


# What several commands print and write.
OUTPUT = (
    Setting("sort", "text", "Order of the distributions.", choices=("disk", "rss", "time", "name"), default="disk"),
    Setting("top", "whole number", "How many distributions to list; 0 for all.", "N", default=30, least=0),
    format_row("Standard output: table, markdown or json; of an audit also csv, cyclonedx, summary or badge."),
    Setting("summary", "switch", "Print one line, as for the message of a commit: the same as -f summary."),
    output_row("Write this format to a file as well. Repeatable."),
    Setting("before", "path",
            "Tell what changed since this audit: a JSON file, or the folder of a project with a stored one.", "FILE"),
    Setting("store", "switch", "Keep the audit in the project: .footprint/audit.json, in a folder that git ignores."),
    Setting("lang", "text", "Language of the report; else as LC_ALL, LC_MESSAGES or LANG say, or English.",
            choices=LANGUAGES),
)  # fmt: skip

OF_AUDITS = (
    Setting("top", "whole number", "How many distributions to list, 0 for all of everything; else those that matter.",
            "N", in_file=False, least=0),
    Setting("legend", "switch", "Tell below the table what its headings, signs and classes mean.", in_file=False),
)  # fmt: skip

REASONED = tuple(row for row in (*TARGET, *START) if row.reason)  # those that `footprint init` writes
_SHARED = {row.key: row for row in (*TARGET, *START, *OUTPUT)}


def rows(keys: str) -> tuple[Setting, ...]:
    """Return the rows of these keys, apart from those of the gate alone."""
    return tuple(_SHARED[key] for key in keys.split())


def gate_rows(keys: str) -> tuple[Setting, ...]:
    """Return the rows of these keys of the gate."""
    known = {row.key: row for row in (*GATE, *ENTRY)}
    return tuple(known[key] for key in keys.split())
