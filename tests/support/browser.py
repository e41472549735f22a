"""The page in a real browser: what it says on its console, what it asks of others, and what is on it."""

import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from footprint.model.audit import Audit
from footprint.report import formats
from footprint.report.text.view import View
from tests.support.machine import need

AXE = "axe-core@4.14.1"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give the Chromium of the system, without a window."""
    program = shutil.which("chromium")
    need(program, "chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def write_page(folder: Path, audit: Audit, language: Any = "en") -> Path:
    """Write the page of an audit and return its file."""
    path = folder / "report.html"
    text = formats.render("html", audit, View(language=language))
    path.write_text(text, encoding="utf-8")
    return path


class Visit:
    """One page that is open, and all that it said and asked."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.said: list[str] = []
        self.asked: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        page.on("request", lambda request: self.asked.append(request.url))

    def _hear(self, message: ConsoleMessage) -> None:
        self.said.append(f"{message.type}: {message.text}")

    def count(self, selector: str) -> int:
        return self.page.locator(selector).count()

    def text(self, selector: str) -> str:
        return self.page.locator(selector).first.inner_text()

    def run(self, script: str, argument: Any = None) -> Any:
        return self.page.evaluate(script, argument)


@contextmanager
def visit(browser: Browser, path: Path, hash_: str = "", **how: Any) -> Iterator[Visit]:
    """Open a page; it says nothing on its console and asks for nothing but itself, whatever is done there."""
    context = browser.new_context(**{"viewport": {"width": 1200, "height": 900}, **how})
    try:
        found = Visit(context.new_page())
        found.page.goto(f"{path.as_uri()}{hash_}")
        yield found
        assert found.said == []
        assert [url for url in found.asked if not url.startswith((path.as_uri(), "blob:"))] == []
    finally:
        context.close()


def axe_source(folder: Path) -> str:
    """Return the checker of accessibility, of one exact release."""
    npm = shutil.which("npm")
    need(npm, "npm, which fetches axe-core")
    assert npm is not None
    done = subprocess.run([npm, "pack", "--silent", AXE], cwd=folder, capture_output=True, check=False)
    need(done.returncode == 0, "the package index of npm")
    with tarfile.open(next(folder.glob("axe-core-*.tgz"))) as archive:
        file = archive.extractfile("package/axe.min.js")
        assert file is not None
        return file.read().decode()
