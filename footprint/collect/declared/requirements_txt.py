"""Read pip's requirements files. Source: "Requirements File Format", pip documentation; pip's own req_file.py.

Lines are read as pip reads them: continuation first, comments next, then options or one requirement.
Files that are included are read relative to the including file and never from outside the project.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from footprint.collect.declared.compiled_files import read_via_comments, requirers_in, sources_in
from footprint.collect.declared.doubts import is_conflict_mark, words_of
from footprint.collect.declared.result import DeclaredPlace, Gathering, Kind
from footprint.documents.requirement_lines import LAST_RESORT, find_encoding, logical_lines
from footprint.files.paths import real
from footprint.knowledge.groups import group_of
from footprint.late import late_pattern
from footprint.values import dataclass

_OPTIONS = late_pattern(r"\s-(?:-[a-z]|[a-zA-Z]\b)")  # where the options of one requirement begin: `--hash=...`
_SCHEME = late_pattern(r"(?i)^(?:[a-z][a-z0-9.-]*\+)?[a-z][a-z0-9.-]*:(?://|\.|/)|^git\+[\w.-]+@|^file:")
_EGG = late_pattern(r"[#&]egg=([^&\s]+)")
_NAMED_URL = late_pattern(r"^[A-Za-z0-9][\w.-]*\s*(?:\[[^\]]*\]\s*)?@\s*(?=[A-Za-z][\w+.-]*:|[./])")
_CHARACTERS_AT_MOST = 2000  # of one requirement without its hashes; longer ones are written to hurt
_ARCHIVES = (".whl", ".zip", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar")

_INCLUDES: dict[str, Kind | None] = {
    "-r": "requirement",
    "--requirement": "requirement",
    "--requirements": "requirement",
    "-c": "constraint",
    "--constraint": "constraint",
}
_EDITABLE = ("-e", "--editable")
# Any other option is pip's business, and what follows it on the line is never a requirement: `--no-binary requests`.
_OPTION = late_pattern(r"--[a-z][a-z-]+|-[ifZU]")


def read(path: Path, into: Gathering, group: str, kind: Kind = "requirement", group_name: str = "") -> None:
    """Add everything that one requirements file asks for, with what it includes.

    A compiled file whose input is read only limits versions: its kind is "constraint".
    Lines that cannot be read become notes with their line number; the rest is read.
    """
    _follow([_Included(path, group, kind, group_name)], into)


def read_line(line: str, path: Path, into: Gathering, place: DeclaredPlace) -> None:
    """Add what one logical line asks for: a requirement, or an option that includes a file or a folder."""
    included = _read_line(line, path, into, place)
    if included is not None:
        _follow([included], into)


@dataclass(frozen=True, slots=True)
class _Included:
    """A file to read next."""

    path: Path
    group: str
    kind: Kind
    group_name: str = ""


def _follow(waiting: list[_Included], into: Gathering) -> None:
    """Read files where they are included: the rest of the including file comes after them, however deep they go."""
    stack = [(real(each.path), lines) for each in waiting if (lines := _open(each, into)) is not None]
    above = {path for path, _ in stack}
    while stack:
        for path, place, line in stack[-1][1]:
            included = _read_line(line, path, into, place)
            if included is not None and real(included.path) in above:
                message = f"{into.relative(included.path)} includes itself by this line: pip refuses it"
                into.doubt_at("requirements-cycle", message, place)
                continue
            lines = _open(included, into) if included is not None else None
            if included is not None and lines is not None:
                stack.append((real(included.path), lines))
                above.add(stack[-1][0])
                break
        else:
            above.discard(stack.pop()[0])


def _open(included: _Included, into: Gathering) -> Iterator[tuple[Path, DeclaredPlace, str]] | None:
    """Return the logical lines of a file with their places, None where it was read already or cannot be."""
    path = included.path
    kind = "constraint" if real(path) in into.pins else included.kind
    if not into.begin(path, kind):
        return None
    shown = into.relative(path)
    data = into.read(path)
    if data is None:
        return None
    text = _decode(data, shown, into)
    into.mark_read(path)
    for line, words in read_via_comments(text).items():
        if not sources_in(words):  # else the file itself asks for it
            into.via[shown, line] = requirers_in(words)
    return (
        (path, DeclaredPlace(shown, number, included.group, kind, included.group_name), line)
        for number, _, line in logical_lines(text)
    )


def _read_line(line: str, path: Path, into: Gathering, place: DeclaredPlace) -> _Included | None:
    """Add what a line asks for; return the file that it includes."""
    found = None if line.startswith("-") else _OPTIONS.search(line)
    line = line[: found.start()].strip() if found else line
    if len(line) > _CHARACTERS_AT_MOST:
        into.doubt_line(f"longer than {_CHARACTERS_AT_MOST} characters", place, words_of(line))
    elif is_conflict_mark(line):
        message = "a merge was left unfinished here: the lines of both sides are read, settle it"
        if not into.doubts.has("merge-conflict", place.path):
            into.doubt_at("merge-conflict", message, place)
    elif line.startswith("-"):
        return _read_options(line, path, into, place)
    else:
        _read_requirement(line, path, into, place)
    return None


def _decode(data: bytes, shown: str, into: Gathering) -> str:
    """Return the text of a file as pip decodes it; latin-1 as a last resort, which is noted."""
    mark, encoding = find_encoding(data)
    if encoding is None:
        into.note("requirements-encoding", "not UTF-8 and no encoding named: read as latin-1", shown)
    return data[len(mark) :].decode(encoding or LAST_RESORT, errors="replace" if mark else "strict")


def _read_options(line: str, path: Path, into: Gathering, place: DeclaredPlace) -> _Included | None:
    option, value = _split_option(line)
    kind = _INCLUDES.get(option)
    if kind is not None and value:
        # inside a constraints file everything constrains, whatever it includes
        return _include(value, path, into, place, "constraint" if place.kind == "constraint" else kind)
    if option in _EDITABLE and value:
        _read_editable(value, path, into, place)
    elif not _OPTION.fullmatch(option) or option in _INCLUDES or option in _EDITABLE:
        into.doubt_line(f"{option} is not an option of pip, or lacks its value", place, words_of(line))
    return None


def _split_option(line: str) -> tuple[str, str]:
    """Return the option and its value: `-r x`, `-rx`, `--requirement x` and `--requirement=x` are the same."""
    if line.startswith("--"):
        found = re.match(r"(--[\w-]+)(?:\s*=\s*|\s+|$)(.*)", line)
        option, value = (found[1], found[2]) if found else (line, "")
    else:
        option, value = line[:2], line[2:].lstrip("= \t")
    try:
        words = shlex.split(value, posix="\\" not in value)
    except ValueError:  # an unbalanced quote
        return option, value
    # An editable requirement may carry a marker, which has blanks in it; a file name with blanks is quoted.
    return option, value if option in _EDITABLE else "".join(words[:1])


def _include(value: str, path: Path, into: Gathering, place: DeclaredPlace, kind: Kind) -> _Included | None:
    if "://" in value:
        into.doubt_file("requirements-remote", f"{value} is on the network and was not read", place)
        return None
    target = path.parent / value
    if not into.finds(target, value, place):
        return None
    own = group_of(into.relative(target))
    return _Included(target, place.group if own == "main" else own, kind)


def _read_editable(value: str, path: Path, into: Gathering, place: DeclaredPlace) -> None:
    options = _OPTIONS.search(value)
    value = (value[: options.start()] if options else value).strip("\"' ")
    if _SCHEME.match(value) or _NAMED_URL.match(value):
        _read_requirement(value, path, into, place)
        return
    into.add_local(path.parent / _split_extras(value.partition(";")[0].strip())[0], place)


def _read_requirement(text: str, path: Path, into: Gathering, place: DeclaredPlace) -> None:
    if _NAMED_URL.match(text):
        into.add(text, place)
    elif _SCHEME.match(text):
        _read_url(text, path, into, place)
    elif _is_path(text):
        _read_path(text, path, into, place)
    else:
        into.add(text, place)


def _is_path(text: str) -> bool:
    subject, _ = _split_extras(text.partition(";")[0].strip())
    if "://" in subject:  # a misplaced URL
        return False
    return subject.startswith((".", "~")) or "/" in subject or subject.lower().endswith(_ARCHIVES)


def _read_url(text: str, path: Path, into: Gathering, place: DeclaredPlace) -> None:
    """Add a URL that stands alone; its name is in `#egg=` or in the archive's file name."""
    url, marker = _split_marker(text)
    egg = _EGG.search(url)
    if egg:
        into.add(unquote(egg[1]) + marker, place, url=url, raw=text)
        return
    url, extras = _split_extras(url)
    if url.lower().startswith("file:"):
        local = re.sub(r"(?i)^file:(?://(?:localhost)?)?", "", url).partition("#")[0]
        _read_path(unquote(local) + extras + marker, path, into, place)
        return
    address = re.split(r"[?#]", url, maxsplit=1)[0]
    name = _archive_name(unquote(address).rpartition("/")[2])
    if name is None:
        _doubt_unnamed(text, into, place)
        return
    into.add(name + extras + marker, place, url=url, raw=text)


def _read_path(text: str, path: Path, into: Gathering, place: DeclaredPlace) -> None:
    """Add a wheel or source archive by the name in its file name, or a folder as first-party."""
    subject, marker = _split_marker(text)
    subject, extras = _split_extras(subject)
    name = _archive_name(subject.rpartition("/")[2])
    if name is not None:
        into.add(name + extras + marker, place, url=subject, raw=text)
    elif subject.lower().endswith(_ARCHIVES):
        _doubt_unnamed(text, into, place)
    else:
        into.add_local(path.parent / subject, place)


def _doubt_unnamed(text: str, into: Gathering, place: DeclaredPlace) -> None:
    message = f"{text} does not say which distribution it is: write it as NAME @ URL"
    into.doubt_at("requirement-unnamed", message, place, words_of(text))


def _split_extras(text: str) -> tuple[str, str]:
    """Return a path or URL and the extras that are asked of it, with their brackets."""
    head, mark, tail = text.rpartition("[")
    return (head, mark + tail) if head and tail.endswith("]") and "]" not in tail[:-1] else (text, "")


def _split_marker(text: str) -> tuple[str, str]:
    """Return the reference and its marker with a leading ` ; `; a URL may hold `;`, so a blank must stand by it."""
    found = re.search(r"\s;|;\s", text)
    return (text[: found.start()].strip(), " ; " + text[found.end() :].strip()) if found else (text, "")


def _archive_name(filename: str) -> str | None:
    from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename

    try:
        if filename.lower().endswith(".whl"):
            return parse_wheel_filename(filename)[0]
        return parse_sdist_filename(filename)[0]
    except (InvalidWheelFilename, InvalidSdistFilename):
        return None
