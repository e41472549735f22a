"""The commands of ours that README and docs show: in blocks of shell, and in code within a sentence."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "examples/rag_backend/README.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "examples").glob("reports/*.md")),
]

_BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`(footprint\s[^`]+)`")
_COMMENT = re.compile(r"\s+#\s.*")
_SHELL = frozenset({"", "sh", "bash", "console"})
# What a page leaves open, and what stands there in the project of the test.
PLACEHOLDERS: Mapping[str, str] = {
    "[compose.yaml]": "compose.yaml", "OLD NEW": "old.tar app.tar", "PATH": "app.tar",
    "REQUIREMENT...": "six", "COMMIT": "main", "FOLDER": ".", "--db FILE QUESTION": "--db kept.jsonl heaviest",
    "[AUDIT]": "audit.json", "BEFORE AFTER": "before.json after.json",
    "AUDIT": "audit.json", "FILE:LINE": "main.py:2", "NAME": "jinja2", "COMMAND": "audit", "SHELL": "bash",
    "CODE": "FP101", "CÓDIGO": "FP101", "nltk": "idna", "\\|": "|",
}  # fmt: skip
# Words about a flag, not a command: each with the reason.
MENTIONS: Mapping[str, str] = {
    "footprint --show-completion fish | source": "words of another shell, which its own test tries",
    "footprint audit --workers": "its value is left out",
    "footprint audit --workers N": "its value is left open",
    "footprint audit --request ...": "its value is left out",
    "footprint fleet --scheduler": "its value is left out",
    "footprint fleet -o duckdb:FILE": "of projects that it does not name",
    "footprint what-if --no-start": "of a change that it does not name",
    "footprint report": "of an audit that it does not name",
    "footprint why": "of a distribution that it does not name",
}


def commands(text: str) -> Iterator[str]:
    """Yield the commands of a page, without comments."""
    for match in _BLOCK.finditer(text):
        if match[2] in _SHELL:
            yield from _of_lines(match[3])
    for span in _SPAN.findall(_BLOCK.sub("", text)):
        yield " ".join(span.split())


def _of_lines(block: str) -> Iterator[str]:
    for line in block.replace("\\\n", " ").splitlines():
        words = _COMMENT.sub("", line.strip().removeprefix("$ "))
        if re.search(r"(^|&& |\| )footprint ", words):
            yield words


def filled(command: str) -> str:
    """Return a command as it is run: with something for each name that the page leaves open."""
    for name, value in PLACEHOLDERS.items():
        command = re.sub(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", value, command)
    return command


def all_commands() -> Mapping[str, str]:
    """Return every command once, with the first page that has it."""
    found: dict[str, str] = {}
    for page in PAGES:
        for command in commands(page.read_text(encoding="utf-8")):
            if (whole := filled(command)) not in MENTIONS and command not in MENTIONS:
                found.setdefault(whole, page.relative_to(ROOT).as_posix())
    return dict(sorted(found.items()))
