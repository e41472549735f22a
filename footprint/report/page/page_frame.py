"""The document around a report: its policy, its style and script, and what stands in its head."""

from __future__ import annotations

import base64
import hashlib

from footprint.knowledge.shipped_files import read_shipped
from footprint.report.page.tags import escape, tag

_POLICY = (
    "default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)


def framed_page(title: str, language: str, body: str, data: str) -> str:
    """Return the whole document. `body` is markup, `data` JSON that was made safe for a script element."""
    style, script = _asset("page.css"), _asset("page.js")
    policy = _POLICY.format(style=_hash(style), script=_hash(script))
    head = "".join(
        (
            tag("meta", charset="utf-8"),
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("meta", name="color-scheme", content="light dark"),
            tag("meta", name="referrer", content="no-referrer"),
            tag("title", escape(title)),
            f"<style>{style}</style>",
        )
    )
    scripts = f'<script type="application/json" id="data">{data}</script><script>{script}</script>'
    return f'<!doctype html>\n<html lang="{language}"><head>{head}</head><body>{body}{scripts}</body></html>\n'


def _asset(name: str) -> str:
    """Return a file of the page as it is shipped: neither may end its own element."""
    text = read_shipped(f"report/page/{name}")
    assert "</" not in text, f"{name} would end its element"
    return text


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
