"""What GitHub and GitLab bring to life in rendered markdown, as their documentation says it: for tests of reports.

Source: GFM specification, "Autolinks (extension)"; GitHub Docs, "Autolinked references and URLs"; GitLab Docs, "GitLab
Flavored Markdown". Their filters work on the text of the rendered page and leave out what is in code.
"""

import html
import re

from markdown_it import MarkdownIt

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

_BEFORE = r"(?:^|(?<=[^A-Za-z0-9_`]))"
RULES = {
    "mention": rf"{_BEFORE}@[A-Za-z0-9]",
    "issue": r"#\d",
    "GH-": rf"(?i){_BEFORE}GH-\d",
    "ticket": rf"{_BEFORE}[A-Z][A-Z0-9]+-\d",
    "commit": rf"{_BEFORE}[0-9a-f]{{7,40}}(?![A-Za-z0-9_])",
    "address": r"://|\bwww\.|(?i:mailto:|xmpp:)",
    "mail": r"[A-Za-z0-9._+-]@[A-Za-z0-9-]",
    "emoji": r":[\w+-]+:",
    "formula": r"\$",
    "GitLab": r"[!&%](?:\d|[A-Za-z\"])|~(?:\d+(?!\S\w)\b|[A-Za-z\"])|\[\w+:\w|[{\[][+-] ?\w|\^alert#",
}
# Each is alive as it stands, and its name is the rule that says so.
ALIVE = [
    (text, name)
    for name, texts in {
        "mention": ["@octocat/m.py", "(@org/team)"],
        "issue": ["#1", "user/repo#1"],
        "GH-": ["GH-1", "gh-26,"],
        "ticket": ["CVE-2024-3094", "JIRA-123"],
        "commit": ["deadbeef" * 5],
        "mail": ["owner/repo@0123abc", "evil@example.com"],
        "address": ["https://example.com", "ftp://example.com/x", "www.example.com", "mailto:x"],
        "emoji": [":smile:", "a.py:100: not", ":+1:"],
        "formula": ["$math$", "$`math`$"],
        "GitLab": ["!1", "~bug", '%"two words"', "[issue:123]", "{+ added +}"],
    }.items()
    for text in texts
]
# Markup and what begins a block: none of it may be read as such.
MARKUP = [
    "<!-- -->",
    "<img src=x onerror=alert(1)>",
    "</td></tr></table><h1>x",
    "[x](y)",
    "[x]( y )",
    "![x](y)",
    "[x]: y",
    "x[^1]",
    "[^1]: note",
    "<https://example.com>",
    "&lt;b&gt; &#64;octocat",
    "a|b||c",
    "| a |\n| - |",
    "`a`",
    "``",
    "a `b` ``c`` d",
    "- [ ] task",
    "- item",
    "+ item",
    "12. item",
    "3) item",
    "# heading",
    "===",
    "---",
    "    code",
    "~~gone~~",
    "*a* **b** __c__ _d_",
    "> quote",
    "```\nfence",
    "a\\",
    "\\@a",
    "two  \nlines",
    "[[_TOC_]]",
    "::error::no",
    " ::error file=x::no",
    "x ##[error]no",
]


def outside_code(rendered: str) -> str:
    """Return the text of a page outside of code; entities become what they stand for."""
    without = re.sub(r"<code[^>]*>.*?</code>", "\x00", rendered, flags=re.DOTALL)
    return html.unescape(re.sub(r"<!--.*?-->|</?[a-z0-9]+[^>]*>", "\x00", without, flags=re.DOTALL))


def alive_in(rendered: str) -> list[str]:
    """Return the names of the rules that find something in a page."""
    text = outside_code(rendered)
    return [name for name, rule in RULES.items() if re.search(rule, text)]
