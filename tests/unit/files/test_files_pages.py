"""Pages that outlive the command: private, and old ones of ours are removed, nothing else."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from footprint.errors import CannotMeasure
from footprint.files import pages
from footprint.files.pages import write_page


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(pages, "temporary_places", lambda: iter([str(tmp_path)]))
    return tmp_path


def ours(temporary: Path) -> Path:
    return temporary / f"footprint-pages-{os.getuid()}"


def test_a_page_is_ours_alone(temporary: Path) -> None:
    first, second = write_page(b"<p>one"), write_page(b"<p>two")
    assert (first.read_bytes(), second.read_bytes()) == (b"<p>one", b"<p>two")
    assert first.parent == second.parent == ours(temporary)
    assert first.parent.stat().st_mode & 0o777 == 0o700 and first.stat().st_mode & 0o777 == 0o600


def test_pages_of_more_than_a_week_are_removed_and_nothing_else(temporary: Path) -> None:
    old, new = write_page(b"old"), write_page(b"new")
    others = [old.with_name(name) for name in ("page-0.html", "notes.txt", "page-0123456789abcdef.html.bak")]
    for path in (old, *others):
        path.touch()
        os.utime(path, (0, time.time() - 8 * 86_400))
    last = write_page(b"last")
    assert sorted(last.parent.iterdir()) == sorted([new, last, *others])


def others_link(place: Path) -> None:
    (place.parent / "elsewhere").mkdir(mode=0o700)
    place.symlink_to("elsewhere")


def open_folder(place: Path) -> None:
    place.mkdir()
    place.chmod(0o755)


def file_of_that_name(place: Path) -> None:
    place.write_text("mine")


@pytest.mark.parametrize("plant", [others_link, open_folder, file_of_that_name], ids=lambda plant: plant.__name__)
def test_what_is_not_ours_alone_is_not_taken(temporary: Path, plant: Callable[[Path], None]) -> None:
    plant(ours(temporary))
    page = write_page(b"<p>")
    assert page.parent != ours(temporary) and page.parent.parent == temporary
    assert page.parent.stat().st_mode & 0o777 == 0o700
    assert not (temporary / "elsewhere").exists() or not [*(temporary / "elsewhere").iterdir()]
    assert not ours(temporary).is_dir() or not [*ours(temporary).iterdir()]


def test_where_nothing_can_be_written(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "temporary_places", lambda: iter([str(temporary / "not/there")]))
    with pytest.raises(CannotMeasure, match="set TMPDIR"):
        write_page(b"<p>")
