"""HTML and SVG, written tag by tag: the one place in which text becomes markup."""

from __future__ import annotations

from collections.abc import Iterable

from footprint.report.text.safe import printable

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})
_BREAKS = str.maketrans({"/": "/<wbr>", "_": "_<wbr>"})
_EMPTY = frozenset({"input", "meta", "wbr", "br", "hr"})


def escape(text: object) -> str:
    """Return text as it stands on a page: harmless, on one line."""
    return printable(str(text)).translate(_ESCAPES)


def escape_lines(text: str) -> str:
    """Return text of several lines, each made harmless."""
    return "\n".join(map(escape, text.split("\n")))


def path_text(text: str) -> str:
    """Return a path or a name that may be broken after its separators."""
    return escape(text).translate(_BREAKS)


def tag(name: str, /, *children: str, **attributes: object) -> str:
    """Return an element; children are markup already. `class_`, `for_` and `aria_label` are written as in HTML.

    True is an attribute without a value; None and False leave it out.
    """
    written = "".join(
        _attribute(key, value) for key, value in attributes.items() if not (value is None or value is False)
    )
    return f"<{name}{written}>" if name in _EMPTY else f"<{name}{written}>{''.join(children)}</{name}>"


def _attribute(key: str, value: object) -> str:
    name = key.rstrip("_").replace("_", "-") if key != "viewBox" else key
    if value is True:
        return f" {name}"
    return f' {name}="{number(value) if isinstance(value, float) else escape(value)}"'


def number(value: float) -> str:
    """Return a length of a picture, to a hundredth."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def paragraphs(lines: Iterable[str], class_: str | None = None) -> str:
    """Return each text as a paragraph of its own."""
    return "".join(tag("p", escape(line), class_=class_) for line in lines)
