"""Answers about the text of a project's own files, kept from one run to the next while the files stay what they are."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from footprint.files.file_facts import FileFacts, Read, digest_of
from footprint.files.reader import try_read, try_read_stated

_T = TypeVar("_T")


class ProjectAnswers:
    """What is asked of the files of one project; an answer is a value of JSON, its tuples may come back as lists."""

    def __init__(self, project: Path, facts: FileFacts | None = None) -> None:
        """Take what keeps answers; without it each is given anew."""
        self._top = os.path.realpath(project)
        self._is_kept = facts is not None and facts.is_kept
        self._shelf = (facts or FileFacts(None)).shelf(f"texts of {self._top}")

    def ask(self, path: str, question: str, bytes_at_most: int, answer: Callable[[bytes], _T]) -> _T | None:
        """Return what `answer` says of a file's content; None for one that cannot be read or is larger.

        The question differs where another answer could be given.
        """
        file = f"{self._top}/{path}"
        if self._is_kept:
            return self._shelf.ask(file, f"{question} {bytes_at_most}", _reader(bytes_at_most), answer)
        data = try_read(file, bytes_at_most=bytes_at_most)
        return None if data is None else answer(data)

    def ask_together(
        self, paths: Iterable[str], question: str, bytes_at_most: int, answer: Callable[[], list[_T]]
    ) -> list[_T]:
        """Return what `answer` says of several files, of which it reads nothing beyond `bytes_at_most`."""
        if not self._is_kept:
            return answer()
        files = [f"{self._top}/{path}" for path in dict.fromkeys(paths)]
        return self._shelf.ask_once(f"{question} {bytes_at_most}", files, _reader(bytes_at_most), answer)

    def question(self, kind: str, *parts: object) -> str:
        """Return the name of a question that differs where `parts` do."""
        return f"{kind} {digest_of(*parts)}" if self._is_kept else kind


def _reader(bytes_at_most: int) -> Read:
    return lambda file: try_read_stated(file, bytes_at_most=bytes_at_most)
