"""A repository of somebody else's, brought into a folder of ours without a work tree: its files are read as objects.

Laws: https and file URLs alone, and what they redirect to. Nothing of a clone runs: there is no checkout, so no hook,
no filter and no submodule, and its template is empty. Nobody is asked for a password. What may go on for ever is ended.
Source: git-clone(1), git(1) GIT_ALLOW_PROTOCOL, gitcredentials(7).
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from footprint.collect.git.commits import Commit, find_commit
from footprint.credentials import star_credentials
from footprint.errors import CannotMeasure, UsageError

_SCHEMES = ("https", "file")
_TIMEOUT_S = 1800
_NO = {
    "GIT_ALLOW_PROTOCOL": "https:file",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "true",  # answers nothing
    "SSH_ASKPASS": "true",
    "GCM_INTERACTIVE": "never",
    "GIT_LFS_SKIP_SMUDGE": "1",
    "LC_ALL": "C",
}
_KEPT = ("GIT_SSL_CAINFO", "GIT_SSL_CAPATH")  # whom the user believes
_SETTINGS = ("core.hooksPath=/dev/null", "core.fsmonitor=false", "core.askPass=true", "credential.interactive=false")
_REF = re.compile(r"[\w][\w./@+-]*", re.ASCII)
_UNFIT = re.compile(r"[\x00-\x20\x7f]")


class GitEnd(Protocol):
    """How git ended."""

    @property
    def status(self) -> int | None:
        """Its exit status, negative for a signal; None: its time was over."""

    @property
    def printed(self) -> str:
        """What it printed."""


# A command, its folder and environment, and its limit in seconds. Raises: OSError.
Run = Callable[[Sequence[str], Path, Mapping[str, str], float], GitEnd]


def check_url(text: str) -> str:
    """Return a URL that git may be given. Raises: UsageError for any other, such as `ext::`, `ssh://` and options."""
    shown = star_credentials(text)
    try:
        parts = urlsplit(text)
        fits = parts.scheme in _SCHEMES and (parts.hostname or (parts.scheme == "file" and parts.path.startswith("/")))
    except ValueError:
        fits = False
    if not fits or "::" in text.partition("://")[0] or _UNFIT.search(text):
        raise UsageError(f"{shown!a}: a repository is fetched by https:// or file:// alone, for example "
                         "https://github.com/owner/name")  # fmt: skip
    return text


def check_ref(text: str) -> str:
    """Return the name of a branch or a tag. Raises: UsageError for what could be anything else to git."""
    if not _REF.fullmatch(text) or ".." in text or "@{" in text:
        raise UsageError(f"{text!a} is not the name of a branch or a tag")
    return text


def clone(url: str, ref: str | None, folder: Path, run: Run, *, with_history: bool) -> Commit:
    """Clone into a new folder and return the commit that its HEAD is; the newest alone unless history is asked for.

    `run` starts git, and ends all that it has started.
    Raises: UsageError for a URL or ref that is refused, CannotMeasure with git's last words where it fails.
    """
    shown = star_credentials(url)
    git = shutil.which("git")
    if git is None:
        raise CannotMeasure(f"cannot fetch {shown}: there is no program git")
    words = [git, *(word for each in _SETTINGS for word in ("-c", each)), "clone", "--quiet", "--bare"]
    words += ["--single-branch", "--no-tags", "--template=", *([] if with_history else ["--depth=1"])]
    words += ["--branch", check_ref(ref)] if ref is not None else []
    _run([*words, "--", check_url(url), str(folder)], shown, folder.parent, run)
    return find_commit(folder, ref or "HEAD")


def _run(words: list[str], shown: str, folder: Path, run: Run) -> None:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_") or key in _KEPT}
    try:
        ended = run(words, folder, kept | _NO, _TIMEOUT_S)
    except OSError as error:
        raise CannotMeasure(f"cannot fetch {shown}: git cannot be started: {error.strerror or error}") from None
    if ended.status is None:
        raise CannotMeasure(f"cannot fetch {shown}: it took longer than {_TIMEOUT_S} seconds")
    if ended.status != 0:
        lines = star_credentials(ended.printed).strip().splitlines()
        why = next((line for line in reversed(lines) if line.startswith("fatal: ")), lines[-1] if lines else "")
        raise CannotMeasure(f"cannot fetch {shown}: {why.removeprefix('fatal: ') or f'git: {ended.status}'}")
