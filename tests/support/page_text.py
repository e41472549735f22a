"""The page as a reader without a browser takes it: its elements, its attributes, its text, its tables."""

import html.parser
from dataclasses import dataclass, field
from typing import Any

_VOID = frozenset({"meta", "input", "wbr", "br", "hr"})


@dataclass
class Element:
    """One element of a page."""

    name: str
    attributes: dict[str, str]
    children: list[Any] = field(default_factory=list)  # elements and texts

    @property
    def text(self) -> str:
        """All text in it, but for that of scripts and styles."""
        if self.name in ("script", "style"):
            return ""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def all(self, name: str = "", **attributes: str) -> "list[Element]":
        """Return the elements below it of a name and with these attributes."""
        found: list[Element] = []
        waiting = [child for child in reversed(self.children) if isinstance(child, Element)]
        while waiting:
            each = waiting.pop()
            if name in ("", each.name) and attributes.items() <= each.attributes.items():
                found.append(each)
            waiting += [child for child in reversed(each.children) if isinstance(child, Element)]
        return found


class _Reader(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].name == tag, f"{tag} ends {self.open[-1].name}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read_page(text: str) -> Element:
    """Return the elements of a page; every element that begins has to end."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert len(reader.open) == 1
    return reader.open[0]


def table_rows(table: Element) -> list[dict[str, str]]:
    """Return the rows of a table by its headings."""
    heads = [cell.text for cell in table.all("thead")[0].all("th")]
    rows = [[cell for cell in row.children if isinstance(cell, Element)] for row in table.all("tbody")[0].all("tr")]
    return [dict(zip(heads, (cell.text for cell in cells), strict=True)) for cells in rows]
