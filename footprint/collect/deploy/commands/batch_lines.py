"""Batch files and scripts of PowerShell as lines that a POSIX shell would take, each with its number.

Laws: only what may start a program of ours is carried over; the rest becomes a line that names no such program.
Source: Windows commands reference (call, cmd, for, if, rem, set, start; `%~dp0`); PowerShell, about_Scripts,
Start-Process.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

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
