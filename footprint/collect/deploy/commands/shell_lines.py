"""Shell text as lines that belong together, each with its number: continued lines and quotes over several lines.

What a here-document holds is text for somebody else and left out, unless Python or a shell reads it as its program.
Source: POSIX shell language, 2.2 and 2.7.4.
Of batch files and scripts of PowerShell only what may start a program of ours is carried over, as a line that a POSIX
shell would take; the rest becomes a line that names no such program. Source: Windows commands reference (call, cmd,
for, if, rem, set, start; `%~dp0`); PowerShell, about_Scripts, Start-Process.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

_JOINED_AT_MOST = 40  # lines with one quote over all of them
_GIVEN_UP_AT_MOST = 5
_DEPTH_AT_MOST = 5  # of here-documents in here-documents
_COMMAND_AT_MOST = 300  # characters before a here-document
_QUOTED = re.compile(r"\\.|'[^']*'|\"(?:\\.|[^\"\\])*\"|(?:^|(?<=\s))#[^\n]*", re.DOTALL)
_HEREDOC = re.compile(r"(?<!<)<<-?\s*(['\"]?)(\w+)\1")
# A program without a file of its own takes what it is given: `python - <<EOF`, `bash -ex <<EOF`.
_READS = re.compile(r"(?:^|[\s;&|/(])(python[\d.]*|pypy\d?|(?:ba|da|z|a)?sh)(?:\s+-[\w-]*)*\s*$")


def shell_lines(text: str, first: int = 1, *, depth: int = 0) -> Iterator[tuple[int, str]]:
    """Yield (number, line) of every command line, joined lines with the ends between them. Comments are left out."""
    lines = text.splitlines()
    last = {line.strip(): number for number, line in enumerate(lines)}  # where a here-document could end
    given_up = 0
    index = 0
    while index < len(lines):
        start = index
        index = _continued(lines, index)
        joined = "\n".join(lines[start:index])
        if given_up < _GIVEN_UP_AT_MOST and _is_open(joined):
            end = _closing(lines, start, index)
            given_up += end is None
            if end is not None:
                joined, index = "\n".join(lines[start:end]), end
        if joined.lstrip().startswith("#") or not joined.strip():
            continue
        yield first + start, joined
        for heredoc in _HEREDOC.finditer(joined):
            if last.get(heredoc[2], -1) >= index:
                end = next(number for number in range(index, len(lines)) if lines[number].strip() == heredoc[2])
                before = joined[max(heredoc.start() - _COMMAND_AT_MOST, 0) : heredoc.start()]
                yield from heredoc_lines(before, lines[index:end], first + index, depth=depth + 1)
                index = end + 1


def heredoc_lines(command: str, lines: list[str], first: int, *, depth: int = 1) -> Iterator[tuple[int, str]]:
    """Yield what runs of a here-document that begins on line `first`, by the command that is given it."""
    reader = _READS.search(command)
    if depth > _DEPTH_AT_MOST:
        return
    if reader is not None and reader[1].endswith("sh"):
        yield from shell_lines("\n".join(lines), first, depth=depth)
    elif reader is not None:
        while lines and lines[0].startswith("#"):  # behind -c it would be a comment of the shell
            lines, first = lines[1:], first + 1
        yield first, f"{reader[1]} -c {shlex.quote(chr(10).join(lines))}"


def _continued(lines: list[str], index: int) -> int:
    """Return the index after the line and those that a backslash joins to it."""
    while index < len(lines) and lines[index].endswith("\\") and not lines[index].lstrip().startswith("#"):
        index += 1
    return min(index + 1, len(lines))


def _is_open(text: str) -> bool:
    left = _QUOTED.sub("", text)
    return "'" in left or '"' in left


def _closing(lines: list[str], start: int, end: int) -> int | None:
    """Return the index after the line on which the open quote closes, None when none does soon."""
    for stop in range(end + 1, min(len(lines), start + _JOINED_AT_MOST) + 1):
        if ("'" in lines[stop - 1] or '"' in lines[stop - 1]) and not _is_open("\n".join(lines[start:stop])):
            return stop
    return None


SUFFIXES = (".bat", ".cmd", ".ps1")
_IDLE = re.compile(
    r"\s*(?:$|#|<#|::?|rem\b|echo\b|title\b|color\b|setlocal\b|endlocal\b|goto\b|exit\b|pause\b|timeout\b|write-\w+)",
    re.IGNORECASE,
)
_LONGEST = 2000  # characters of a line: what is longer was not written by hand
_HERE = "${BASH_SOURCE%/*}"  # the folder of the script, in words without a blank
_WORD = r'(?:"[^"\n]*"|[^\s"]+)'
# Few projects have such a file: the patterns are compiled when one is read.
_FRONT = (
    r"(^|[&|({}]|\bdo\b|\belse\b)\s*@?(?:"
    rf"if\s+(?:/i\s+)?(?:not\s+)?(?:(?:exist|defined|errorlevel)\s+{_WORD}|{_WORD}\s*(?:==|\b(?:equ|neq|geq|gtr|lss|leq)\b)\s*{_WORD})"
    r"|(?:if|elseif|while|foreach)\s*\([^\n]{0,200}?\)(?=\s?\{)"
    r"|for\s[^\n]{0,200}?(?=\bdo\b)|do\b|else\b|call(?=\s)|[(){}]|&(?=\s*[\"'.\w$])"
    rf"|cmd(?:\.exe)?(?:\s+/\w)*\s+/[ck]\b|start(?:\s+\"[^\"]*\")?(?:\s+/d\s+{_WORD}|\s+/\w+(?::\w+)?)*(?=\s)"
    r"|start-process(?:\s+-filepath)?(?=\s))\s*"
)
_RULES = (
    (r"\\", "/"),
    (r"%~dp0/?|\$PSScriptRoot/?", f"{_HERE}/"),
    (r"%cd%/", ""),
    (r"%\*|\$args\b", "$@"),
    (r"%(?:~)?(\d)", r"$\1"),
    (r"[%!](\w+)[%!]", r"$\1"),
    (r"^\s*set\s+(?:/\w\s+)?\"?(\w+)=([^\"\n&]*)\"?$", r"export \1='\2'"),
    (r"^\s*\$(?:env:)?(\w+)[ \t]?=[ \t]?[\"']?([^\"'\n]*)[\"']?$", r"export \1='\2'"),
    (r"\$env:(\w+)", r"$\1"),
    (r"\s-(?:argumentlist|args)\s+([^\n]*)", r" \1"),
    (r"(?<=[\"'\w]),\s*(?=[\"'])", " "),
    (r"(^|[&|;]\s*)(?:cd|chdir|pushd|set-location)(?:\s+/d)?\s+", r"\1cd "),
    (r"(^|[&|;/]\s*)py(?:\.exe)?(?:\s+-\d[\d.]*)?(?=\s)", r"\1python"),
    (r"\bpythonw?(?:\.exe)?(?=[\"'\s])", "python"),
    (r"(?<=\w)\.exe\b", ""),
    (r'^"(\w+ [^"]*)"$', r"\1"),  # cmd /k "python worker.py"
)


def batch_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield (number, line) of every command, joined lines by the number of the first."""
    pending, first = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        first = first if pending else number
        stripped = line.rstrip()
        if stripped.endswith(("^", "`")):
            pending = f"{pending}{stripped[:-1]} "[: _LONGEST + 1]
            continue
        whole, pending = pending + line, ""
        whole = whole.lstrip("@ \t")
        if len(whole) <= _LONGEST and not _IDLE.match(whole) and (command := _in_shell(whole)):
            yield first, command


def _in_shell(line: str) -> str:
    for _ in range(4):  # if … call …: one stands in front of the other
        shorter = re.sub(_FRONT, r"\1 ", line, flags=re.IGNORECASE).strip()
        if shorter == line:
            break
        line = shorter
    for pattern, by in _RULES:
        line = re.sub(pattern, by, line, flags=re.IGNORECASE)
    return line.strip().rstrip(")} \t")
