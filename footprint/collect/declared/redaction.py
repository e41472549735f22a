"""Requirement lines without what their URLs keep secret."""

from __future__ import annotations

import re

# `//user:secret@host`, `//token@host`; the `git` of git+ssh://git@host is an account name that everybody uses.
_USER_INFO = re.compile(r"(?<=://)(?!git@)[^/?#\s]*@")
_QUERY = re.compile(r"(://(?:(?!://)[^\s?#])*)\?[^\s#]+")
_SECRET_OPTION = re.compile(r"(?i)\b(token|password|secret|apikey|api_key)=[^\s&]+")


def redact(text: str) -> str:
    """Return `text` without user names, passwords, tokens and query strings in its URLs.

    Index and direct URLs carry credentials; reports are pasted into public places.
    """
    text = _QUERY.sub(r"\1?****", _USER_INFO.sub("****@", text))
    return _SECRET_OPTION.sub(r"\1=****", text)
