"""One case: a tiny project, what is installed, and what must be said of it. Nothing is run: the audits do not probe."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from footprint.analysis.facts.run_facts import Collected
from footprint.audit.join import judge
from footprint.audit.listener import silent
from footprint.audit.run import measure_project
from footprint.config.audit_settings import read_options
from footprint.config.options import Options
from footprint.model.audit import Audit, DistributionRow, Finding
from tests.support.machine import install
from tests.support.projects import write

NOOP = "noop:"
WEB = "web: uvicorn main:app\n"


@dataclass(frozen=True)
class Lib:
    """One distribution to install: its files, Requires-Dist lines and entry_points.txt."""

    files: Mapping[str, str] = field(default_factory=dict)
    requires: tuple[str, ...] = ()
    entry_points: str = ""


@dataclass(frozen=True)
class Case:
    """A project and the truth about it.

    `expect`: distribution -> "class confidence place...", where the confidence may be left out ("cannot-tell" is one
    word) and places are `path:line` that the evidence must cite; an unused one cites nothing.
    `declared`: distribution -> "group file:line", all its lines joined by ", ".
    `findings`: "code distribution-or-* path:line". The codes about declarations and suppressions must be exactly these;
    those that say again what is advised (FP101 to FP104, FP109 to FP113), and those of deployments (FP12x), which have
    tables of their own, are compared when one is given.
    `removes`: what is removed -> "name file:line, ...", all lines that go with it; then there is no other removal. The
    line alone is one of requirements.txt.
    `advises`: "action subject" -> the same lines, of what changes otherwise; then there is no other such change.
    `chains`: distribution -> "root > ... > itself", the requirement chain.
    """

    files: Mapping[str, str]
    expect: Mapping[str, str] = field(default_factory=dict)
    site: Mapping[str, Lib] | None = None  # what is installed; none given: SITE of the table
    says: Mapping[str, str] = field(default_factory=dict)  # distribution -> words of the reason
    declared: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[str, ...] = ()
    suppressed: tuple[str, ...] = ()  # findings in the same spelling, found and silenced
    undeclared: Mapping[str, str] = field(default_factory=dict)  # import name -> words of the finding
    tells: Mapping[str, str] = field(default_factory=dict)  # "code distribution" -> "severity words" of the finding
    removes: Mapping[str, str] | None = None
    advises: Mapping[str, str] | None = None
    chains: Mapping[str, str] = field(default_factory=dict)
    absent: tuple[str, ...] = ()  # distributions of which nothing may be said
    installed: bool = True  # False: there is no environment, only files
    entries: tuple[str, ...] = ()  # none: as the project's own files state them
    known: str = ""  # why it does not come out true yet


def lib(*paths: str, requires: tuple[str, ...] = (), entry_points: str = "", **texts: str) -> Lib:
    """Return a distribution of empty files, and of texts by name: `pkg__mod="..."` is pkg/mod.py."""
    files = dict.fromkeys(paths, "") | {name.replace("__", "/", 1) + ".py": text for name, text in texts.items()}
    return Lib(files, requires, entry_points)


def plain(name: str) -> Lib:
    """Return a distribution of one package named alike."""
    return lib(f"{name.replace('-', '_')}/__init__.py")


def libs(names: str) -> dict[str, Lib]:
    """Return plain distributions: "requests pyyaml:yaml" are two."""
    pairs = (name.partition(":") for name in names.split())
    return {name: plain(module or name) for name, _, module in pairs}


def code(text: str, *lines: str, **more: str) -> dict[str, str]:
    """A project that starts at main.py and declares `lines`."""
    return {"main.py": f"{text}\napp = 1\n", "requirements.txt": "\n".join(lines) + "\n", **more}


def app(
    text: str, *lines: str, procfile: str = "web: python main.py\n", files: Mapping[str, str] | None = None, **more: str
) -> dict[str, str]:
    """A project that is started for certain, by its Procfile."""
    return code(text, *lines, Procfile=procfile, **(files or {}), **more)


def served(text: str, *lines: str, **more: str) -> dict[str, str]:
    """A project that a server is started with for certain, by its Procfile."""
    return code(text, *lines, **{"Procfile": WEB, **more})


def cases_of(make: Callable[..., dict[str, str]]) -> Callable[..., Case]:
    """Return what makes the case of a text, what is expected and what is installed.

    The project declares what is expected of, or what it `declares`; None: nothing. `more` are fields of the case,
    `files`, and what `make` takes.
    """

    def told(text: str, expect: Mapping[str, str], site: Mapping[str, Lib] | None = None, /, **more: Any) -> Case:
        files, declares = more.pop("files", {}), more.pop("declares", "")
        lines = () if declares is None else declares.split() or expect
        return Case({**make(text, *lines, **_files(more)), **files}, expect, site, **more)

    return told


a_project = cases_of(code)
an_app = cases_of(app)
a_server = cases_of(served)


def a_tree(
    files: Mapping[str, str],
    expect: Mapping[str, str],
    site: Mapping[str, Lib] | None = None,
    *,
    web: str = "",
    empty: str = "",
    declares: str | None = "",
    **more: Any,
) -> Case:
    """The case of `files` and `empty` ones that `web` starts; it `declares` what is expected of, or nothing: None."""
    own = {"Procfile": f"web: {web}\n"} if web else {}
    if declares is not None:
        own["requirements.txt"] = "".join(f"{name}\n" for name in declares.split() or expect)
    return Case({**dict.fromkeys(empty.split(), ""), **own, **files}, expect, site, **more)


def _files(more: dict[str, Any]) -> dict[str, Any]:
    told = {each.name for each in fields(Case)} - {"files"}
    return {name: more.pop(name) for name in [*more] if name not in told}


def audit_of(folder: Path, case: Case) -> Audit:
    """Write the project and the site folder, and audit the one by the other."""
    return judge(collect(folder, case), options_of(folder, case).target)


def collect(folder: Path, case: Case) -> Collected:
    """Write the project and the site folder, and return what an audit collects of them."""
    write(folder / "project", {name: text.replace("{FOLDER}", str(folder)) for name, text in case.files.items()})
    (folder / "site").mkdir(parents=True, exist_ok=True)
    for name, item in (case.site or {}).items():
        install_lib(folder / "site", name, item)
    return measure_project(options_of(folder, case), silent)[1]


def options_of(folder: Path, case: Case) -> Options:
    """Return with what a case is audited once it is written."""
    target = {"site_packages": (folder / "site",)} if case.installed else {"no_env": True}
    flags = {**target, "probe": False, "entries": case.entries}
    return read_options(flags, folder / "project")


def rows_of(folder: Path, files: Mapping[str, str], site: Mapping[str, Lib]) -> dict[str, DistributionRow]:
    """Return the audited rows by name."""
    return {row.name: row for row in audit_of(folder, Case(files, site=site)).distributions}


def install_lib(site: Path, name: str, item: Lib) -> None:
    """Install a distribution into a site folder."""
    extras = sorted({line.partition('extra == "')[2].rstrip('"') for line in item.requires if "extra ==" in line})
    metadata = "".join(f"Requires-Dist: {line}\n" for line in item.requires)
    metadata += "".join(f"Provides-Extra: {extra}\n" for extra in extras)
    here = str(site.parent)  # what an installer writes down of a folder is absolute
    files = {path: text.replace("{FOLDER}", here).encode() for path, text in item.files.items()}
    if item.entry_points:
        files[f"{name.replace('-', '_')}-1.0.dist-info/entry_points.txt"] = item.entry_points.encode()
    install(site, name, files, metadata=metadata)


def differences(audit: Audit, case: Case) -> list[str]:
    """Return what the audit says otherwise than the case."""
    rows = {row.name: row for row in audit.distributions}
    wrong = [f"{name}: no row" for name in (*case.expect, *case.declared) if name not in rows]
    wrong += [f"{name}: {rows[name].usage.value}, {rows[name].reason}" for name in case.absent if name in rows]
    for name, expected in case.expect.items():
        wrong += _wrong_class(rows[name], expected) if name in rows else []
    for name, words in case.says.items():
        wrong += [f"{name}: {rows[name].reason!r} lacks {words!r}"] if words not in rows[name].reason else []
    for name, expected in case.declared.items():
        shown = ", ".join(f"{at.group} {at.file}:{at.line}" for at in rows[name].declared) if name in rows else ""
        wrong += [f"{name}: declared {shown}, not {expected}"] if name in rows and shown != expected else []
    for name, expected in case.chains.items():
        shown = " > ".join(rows[name].requirement_chain) if name in rows else ""
        wrong += [f"{name}: by {shown}, not {expected}"] if shown != expected else []
    return wrong + _wrong_removals(audit, case) + _wrong_findings(audit, case)


def _wrong_removals(audit: Audit, case: Case) -> list[str]:
    wrong = []
    lines = {
        item: ", ".join(f"{line.name} {line.file}:{line.line}" for line in item.lines) for item in audit.suggestions
    }
    removes = {item.distribution: lines[item] for item in lines if item.action == "remove"}
    advises = {f"{item.action} {item.subject}": lines[item] for item in lines if item.action not in ("remove", "defer")}
    for title, found, asked in (("removes", removes, case.removes), ("advises", advises, case.advises)):
        if asked is not None:
            expected = {name: re.sub(r" (\d+)", r" requirements.txt:\1", text) for name, text in asked.items()}
            wrong += [f"{title} {found}, expected {expected}"] if found != expected else []
    return wrong


def _wrong_class(row: DistributionRow, expected: str) -> list[str]:
    usage, *rest = expected.split()
    places = [word for word in rest if ":" in word]
    sure = [word.replace("-", " ") for word in rest if ":" not in word]
    cited = [f"{item.path}:{item.line}" for item in row.evidence]
    told = f"{row.name}: {row.usage.value}, {row.confidence}, {cited}: {row.reason}; expected {expected}"
    missing = [place for place in places if place not in cited]
    is_right = row.usage.value == usage and row.confidence in (sure or [row.confidence]) and not missing
    return [] if is_right and row.reason and not (usage == "unused" and cited) else [told]


def _wrong_findings(audit: Audit, case: Case) -> list[str]:
    wrong = []
    for title, expected, is_suppressed in (("found", case.findings, False), ("silenced", case.suppressed, True)):
        found = {_shown(item): item for item in audit.findings if item.suppressed is is_suppressed}
        asked_codes = {words.split()[0] for words in expected}
        counted = {words for words, item in found.items() if not _is_advice(item) or item.code in asked_codes}
        wrong += [f"{title} {sorted(counted)}, expected {sorted(expected)}"] if counted != set(expected) else []
    by_name = {row.import_name: row for row in audit.undeclared}
    for name, words in case.undeclared.items():
        messages = [item.message for item in audit.findings if item.code == "FP105" and item.message.startswith(name)]
        wrong += [] if name in by_name and any(words in text for text in messages) else [f"{name}: {messages}"]
    return wrong + _wrong_words(audit, case)


def _wrong_words(audit: Audit, case: Case) -> list[str]:
    wrong = []
    for subject, expected in case.tells.items():
        found = [item for item in audit.findings if f"{item.code} {item.distribution or '*'}" == subject]
        severity, _, words = expected.partition(" ")
        is_told = any(item.severity == severity and words in item.message for item in found)
        wrong += [] if is_told else [f"{subject}: {[(item.severity, item.message) for item in found]}"]
    return wrong


def _is_advice(finding: Finding) -> bool:
    return finding.code <= "FP104" or "FP109" <= finding.code < "FP114" or finding.code.startswith("FP12")


def _shown(finding: Finding) -> str:
    return f"{finding.code} {finding.distribution or '*'} {finding.path}:{finding.line}"
