"""Text from files and package names is hostile: made harmless before it reaches a terminal, markdown or HTML.

What is promised of any text, whoever wrote it:

- `printable`: one line that moves no cursor, sets no colour, opens no link and reorders nothing; what cannot be seen is
  written as a backslash escape. A runner of GitHub takes no command from it (`::error::`, `##[group]`).
- `markdown` and `markdown_code`: the same on GitHub and GitLab, in a line, a list item, a heading and a table cell: no
  markup, no HTML, no cell that ends, nobody mentioned, no link, reference, emoji, formula or picture; and all of it is
  shown. Only whole words are changed: a word that a site could make something of stands in a code span.
- `encodable`: what every reader of UTF-8 and JSON takes.

Source: GFM specification, "Autolinks (extension)"; GitHub Docs, "Autolinked references and URLs", "Basic writing and
formatting syntax", "Workflow commands"; GitLab Docs, "GitLab Flavored Markdown", "Special references".
"""

from __future__ import annotations

import re

from footprint.late import late_pattern

# C0, DEL and C1 controls move the cursor or set colours; bidi and zero-width marks reorder what is read; what a font
# leaves blank (Default_Ignorable_Code_Point of Unicode) hides text; lone surrogates cannot be encoded at all.
_SURROGATE = late_pattern("[\ud800-\udfff]")
_UNPRINTABLE = late_pattern(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# A runner looks for the first after blanks at the start of a line, for the second anywhere in it: ##[group], ##vso[.
_COMMAND = late_pattern(r"^( *):(?=:)|(?<=#)#(?=\w*\[)")
# An underscore inside a word is plain text, and paths are full of them.
_MARKUP = late_pattern(r"([\\`*{}\[\]<>#|~&]|(?<![^\W_])_|_(?![^\W_]))")
# What GitHub or GitLab makes a mention, a reference, a link, a formula, an emoji or a picture of, whatever is escaped.
# `~12.3` and `~12,3` are figures of ours: a label has no point and a digit in it.
_LIVELY = late_pattern(
    r"""@ | \# | \$ | \[ | \{[+-] | :// | www\.            # mention, issue, formula, link; GitLab: [issue:1], {+ new +}
      | [!&%^]["\w] | ~(?!\d[\d,.]*[.,]\d)["\w]         # GitLab: !1, &1, %1, ~bug, %"two words"
      | :[\w+-]+:                                       # :smile:, :100:
      | (?:mailto|xmpp):
      | (?<![^\W_])[^\W\d_]\w*-\d | GHSA-               # GH-1, JIRA-1, CVE-2024-1
      | (?<![^\W_])[0-9a-f]{7,64}(?![^\W_])             # a commit
      | [^\S ]                                          # blanks that end what stands around them
    """,
    re.IGNORECASE | re.VERBOSE,
)
# At the start of a line: a list, a rule, the underline of a heading.
_BLOCK = late_pattern(r"^(?:(?=[-+](?:[ -]|$)|=)|(\d{1,9})(?=[.)](?: |$)))")
_ROUND = late_pattern(r"(\()?(:.*:|.+?)((?(1)\))[,.;:]*)", re.DOTALL)  # a word and the punctuation around it


def printable(text: str) -> str:
    """Return `text` on one line with everything unprintable written as a backslash escape."""
    if text.isascii() and text.isprintable() and "::" not in text and "##" not in text:
        return text  # most: a hundredth of what the patterns take
    return _COMMAND.sub(_hide_command, _UNPRINTABLE.sub(_escape, text))


def encodable(text: str) -> str:
    """Return `text` as any reader of UTF-8 or JSON takes it: bytes of a file name that are not text, escaped."""
    return _SURROGATE.sub(_escape, text)


def plain_ascii(text: str, charset: str = "ascii") -> str:
    """Return printable text for an encoding that cannot show more than ASCII, or than the signs of a small charset."""
    return text.encode(charset, "backslashreplace").decode(charset)


def markdown(text: str) -> str:
    """Return printable text that markdown shows as it stands; words that would come alive are code spans."""
    return _BLOCK.sub(r"\1\\", " ".join(map(_word, printable(text).strip(" ").split(" "))))


def markdown_code(text: str) -> str:
    """Return printable text as code spans, fenced by more backticks than they hold; safe in a table cell.

    A pipe ends a cell even inside a code span, and parsers differ in how it is escaped there: it stands between two.
    """
    return _code(printable(text).strip(" "))


def _code(shown: str) -> str:
    return "\\|".join(map(_span, shown.split("|")))


def _word(word: str) -> str:
    if not _LIVELY.search(word):
        return _MARKUP.sub(r"\\\1", word)
    match = _ROUND.fullmatch(word)
    return f"{match[1] or ''}{_code(match[2])}{match[3]}" if match else _code(word)


def _span(part: str) -> str:
    """Return a code span with the blanks around it outside: a parser takes them off inside."""
    shown = part.strip(" ")
    if not shown:
        return part
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence, pad = "`" * (longest + 1), " " if longest else ""
    return part.replace(shown, f"{fence}{pad}{shown}{pad}{fence}", 1)


def _hide_command(match: re.Match[str]) -> str:
    return "\\x23" if match[0] == "#" else f"{match[1]}\\x3a"


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:  # surrogateescape: the raw byte behind it
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
