"""docs/codes/, a page a code, made from the table of codes: `python -m tests.support.code_pages` writes them anew."""

import re
import tempfile
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path

from footprint.knowledge.codes import CODES, RULE_BY_CODE
from footprint.knowledge.explanations import Explanation, read_explanations
from footprint.model.audit import Audit
from footprint.model.rule import Rule
from footprint.report.audit import stored
from tests.cases.case import Case, audit_of, install_lib
from tests.support.code_examples import AUDITS, CHECKS, STARTS, StartedAudit, StaticCheck
from tests.support.command import footprint
from tests.support.projects import make_env_of
from tests.support.projects import write as write_files

FOLDER = Path(__file__).parents[2] / "docs" / "codes"
_WIDTH = 120
_LONGEST_FILE = 400  # characters of a file that a page shows
_BARE_SETTING = re.compile(r"(?<![`\w])((?:ignore = )?\{\w+ = [^}]*\}|on-\w+(?:-\w+)? = \"\w+\")")
_CODE_SPAN = re.compile(r"`[^`]*`")

_REMOVAL = "audit --verify fast, trim, what-if --without NAME -- pytest -q"
_DEFERRAL = "defer, what-if --defer FILE:LINE -- pytest -q, probe --tree"
_READING = "why NAME, audit --no-probe"
_FIGURE = "probe --runs 7, check --runs 7, audit"
_PRESENCE = "probe --tree, why NAME"
_FILES = "audit --no-probe, scan"
_CALLS = "audit --request auto, audit --request /embed --repeat 50"
_BASELINE = "check, check --update-baseline"
# The commands that settle a doubt about a code, each code once.
PROOFS: Mapping[str, str] = {
    **dict.fromkeys(("FP101", "FP102", "FP110", "FP111"), _REMOVAL),
    **dict.fromkeys(("FP103", "FP112"), _DEFERRAL),
    **dict.fromkeys(("FP104", "FP105", "FP106", "FP107", "FP108", "FP109"), _READING),
    **dict.fromkeys(("FP121", "FP124", "FP125", "FP902"), "audit --no-probe"),
    **dict.fromkeys(("FP113", "FP114", "FP115", "FP405", "FP406", "FP419", "FP907"), _FILES),
    **dict.fromkeys(("FP421", "FP422"), "image PATH"),
    "FP123": "audit --verify fast",
    **dict.fromkeys(("FP122", "FP126", "FP404", "FP417"), "audit --live, audit --workers 4"),
    **dict.fromkeys(("FP201", "FP202", "FP403", "FP408", "FP409", "FP418"), _CALLS),
    **dict.fromkeys(("FP301", "FP302", "FP303"), _PRESENCE),
    **dict.fromkeys(("FP401", "FP402", "FP407", "FP411", "FP412", "FP415", "FP416", "FP906"), _FIGURE),
    **dict.fromkeys(("FP413", "FP414", "FP901", "FP903", "FP904"), _BASELINE),
    "FP905": "probe",
}

_INDEX = """\
# Codes

Every finding and every rule of `footprint check` has a code. A code keeps its meaning for good. `footprint explain
FP101` prints what its page says, offline. The pages are made from the table that footprint itself reads
(`footprint/data/codes.toml`); `python -m tests.support.code_pages` writes them anew.
"""


def pages() -> dict[str, str]:
    """Return the text of every page by its file name."""
    known = read_explanations()
    codes = sorted(name for name in known if name in RULE_BY_CODE)
    return {f"{code}.md": _page(known[code]) for code in codes} | {"README.md": _index(known, codes)}


def _index(known: Mapping[str, Explanation], codes: list[str]) -> str:
    lines = [_INDEX]
    groups = {
        "Findings": [code for code in codes if code in CODES],
        "Rules of the gate": [code for code in codes if code not in CODES],
    }
    for title, found in groups.items():
        lines += [f"## {title}", "", "| code | means | in `footprint check` |", "| --- | --- | --- |"]
        lines += [f"| [{code}]({code}.md) | {known[code].title} | {_level(RULE_BY_CODE[code])} |" for code in found]
        lines.append("")
    return "\n".join(lines)


def _level(rule: Rule) -> str:
    return f"`{rule.name}`, {rule.level}" if rule.name else "off"


def _page(found: Explanation) -> str:
    rule = RULE_BY_CODE[found.name]
    parts = [
        f"# {found.name}: {found.title}",
        _facts(rule),
        _section("What it says", found.meaning),
        _section("Why it matters", found.why),
        "## Example\n\n" + _example(found),
        _section("How to fix it", found.fix),
        _section("How to suppress it", _BARE_SETTING.sub(r"`\1`", found.ignore)),
        _section("Can it be wrong", found.certainty),
        _proof(found.name),
        "[All codes](README.md)",
    ]
    return "\n\n".join(parts) + "\n"


def _facts(rule: Rule) -> str:
    needs = {
        "read": "reading the project", "read whole": "reading every file of the project", "weigh": "weighing the disk",
        "start": "starting the application", "first use": "starting the application and running its lazy imports",
    }  # fmt: skip
    severity = f"A finding of severity {rule.severity}" if rule.severity else "A rule of the gate"
    check = f"the rule `{rule.name}`, {rule.level} by default" if rule.name else "off, unless the settings name it"
    return _fill(f"{severity}. It takes {needs[rule.stage]}. In `footprint check`: {check}.")


def _section(title: str, text: str) -> str:
    words = text.strip()
    return f"## {title}\n\n{_fill(words[:1].upper() + words[1:])}"


def _fill(text: str, indent: str = "") -> str:
    """Return the words in lines, none broken inside code: a viewer would show it, but nobody could search for it."""
    words = _CODE_SPAN.sub(lambda found: found[0].replace(" ", "\0"), " ".join(text.split()))
    filler = textwrap.TextWrapper(_WIDTH, initial_indent=indent, subsequent_indent=indent)
    filler.break_long_words = filler.break_on_hyphens = False
    lines = filler.wrap(words)
    return "\n".join(lines).replace("\0", " ")


def _proof(code: str) -> str:
    commands = [f"footprint {words}" for words in PROOFS[code].split(", ")]
    return "What settles a doubt:\n\n```sh\n" + "\n".join(commands) + "\n```"


def _example(found: Explanation) -> str:
    if found.name in STARTS:
        started = STARTS[found.name]
        words = " ".join(("audit", *started.words))
        return _shown_project(started.files, words, _started(found.name, started))
    if found.name in AUDITS:
        case, words = AUDITS[found.name], "audit --no-probe"
        said = _found(found.name, case)
    elif found.name in CHECKS:
        check = CHECKS[found.name]
        case = check.case
        words = " ".join(["check --static", *(f'"{word}"' if " " in word else word for word in check.words)])
        said = _judged(found.name, check)
    else:
        return _fence(found.example.strip("\n"))
    return _shown_project(case.files, words, said)


def _shown_project(files: Mapping[str, str], words: str, said: str) -> str:
    return f"The project:\n\n{_fence(_files(files))}\n\nWhat `footprint {words}` says of it:\n\n{_fence(said)}"


def _fence(text: str) -> str:
    return f"```text\n{text}\n```"


def _files(files: Mapping[str, str]) -> str:
    """Return the files that matter: short ones, each below its path, every line with its number."""
    return "\n\n".join(
        f"{name}\n" + textwrap.indent("\n".join(_numbered(text)), "  ")
        for name, text in files.items()
        if _shown(text) and len(text) < _LONGEST_FILE
    )


def _shown(text: str) -> list[str]:
    lines = text.removesuffix("app = 1\n").splitlines()
    return lines if any(lines) else []


def _numbered(text: str) -> Iterator[str]:
    lines = _shown(text)
    yield from (f"{number:2}  {line}".rstrip() for number, line in enumerate(lines, 1))


def _found(code: str, case: Case) -> str:
    """Return what an audit of the project finds under a code. Raises: ValueError where it finds nothing."""
    with tempfile.TemporaryDirectory() as folder:
        return _findings(code, audit_of(Path(folder), case))


def _started(code: str, started: StartedAudit) -> str:
    """Return what an audit with a start finds under a code. Raises: ValueError where it finds nothing."""
    with tempfile.TemporaryDirectory() as folder:
        project = write_files(Path(folder) / "shop", started.files)
        site = make_env_of(project / ".venv", "")
        for name, item in started.site.items():
            install_lib(site, name, item)
        return _findings(code, stored.parse(footprint("audit", project, *started.words, "-f", "json").stdout))


def _findings(code: str, audit: Audit) -> str:
    found = [item for item in audit.findings if item.code == code]
    if not found:
        raise ValueError(f"the example of {code} does not show it")
    lines = []
    for item in found:
        place = f"{item.path}:{item.line}" if item.line else item.path or "the environment"
        lines.append(f"{item.code} {item.severity}  {place}\n" + _fill(item.message, "  "))
    return "\n".join(lines)


def _judged(code: str, check: StaticCheck) -> str:
    """Return the lines of a check without a start that speak of a code. Raises: ValueError where none does."""
    with tempfile.TemporaryDirectory() as folder:
        audit_of(Path(folder), check.case)  # which writes the project and the site folder
        done = footprint(
            "check", Path(folder) / "project", "--static", "--site-packages", Path(folder) / "site", *check.words
        )
    lines = done.stdout.splitlines()
    at = next((number for number, line in enumerate(lines) if f" {code} " in line and not line.startswith("ok")), None)
    if at is None:
        raise ValueError(f"the example of {code} does not show it: {done.stdout}{done.stderr}")
    below = lines[at + 1 :]
    end = next((number for number, line in enumerate(below) if not line.startswith("   ")), len(below))
    return "\n".join(lines[at : at + 1 + end])


def write() -> None:
    """Write every page, and remove those of codes that are gone."""
    found = pages()
    for old in FOLDER.glob("*.md"):
        if old.name not in found:
            old.unlink()
    for name, text in found.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
