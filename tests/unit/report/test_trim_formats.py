"""A trim in every format: the same facts, and no text of a stranger that does anything."""

import json
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from footprint.model.audit import GoingLine
from footprint.model.trial import Breakage, Trial, TriedChange, TriedStart
from footprint.model.trim import CheckedEntry, FileDiff, InstallCheck, Renewal, TakenRemoval, Trim, UntouchedLine
from footprint.report import formats
from footprint.report.text.file_diff import diff_lines
from footprint.units import MIB
from tests.unit.report.test_report_golden import HOSTILE_NAME, HOSTILE_PATH

BEFORE = f"flask\n{HOSTILE_NAME} # ``` https://user:secret@x.org \x1b[2J\n```\nspare"


def made(*, tried: bool = True, installed: bool = True) -> Trim:
    """Return a trim in which every part and some hostile text occurs."""
    removal = TakenRemoval(
        "FP101", HOSTILE_NAME, "no import", "certain", "low", (HOSTILE_NAME, "below"),
        (GoingLine(HOSTILE_NAME, HOSTILE_PATH, 2),), 5 * MIB, None, None,
    )  # fmt: skip
    broken = Breakage("start", "No module named 'other'", "web", "app.py", 3)
    trial = Trial(
        "overlay",
        (TriedChange(HOSTILE_NAME, "remove", (HOSTILE_NAME, "below"), "proved", ("start",)),
         TriedChange("other", "remove", ("other",), "breaks", breakage=broken)),
        starts=(TriedStart("web", 100 * MIB, 90 * MIB, None, None),),
        disk_bytes=5 * MIB,
    )  # fmt: skip
    check = InstallCheck(
        "pip", (), (), (), ("flask",), 10 * MIB, 10 * MIB + 7, (CheckedEntry("web", 100 * MIB, 90 * MIB, None),)
    )
    return Trim(
        1, "1.0", "<b>shop</b>", (removal,),
        (UntouchedLine("other", "setup.py", 3, "python", "setup.py is a program", ("other", "more")),),
        (FileDiff(HOSTILE_PATH, diff_lines(HOSTILE_PATH, BEFORE, "flask\n```\nspare")),),
        (Renewal("uv.lock", "uv lock"),),
        5 * MIB, 0, 20 * MIB, trial if tried else None, check if installed else None,
    )  # fmt: skip


SAID = (
    "Together they free 5.0 MiB: from 20.0 MiB to 15.0 MiB",
    "1 other leaves with it: below",
    "After the one that holds: startup 100.0",
    "all that was promised to leave has left",
    "what is in both weighs 10.0 MiB, 7 bytes more than now",
    "in another version: flask",
    "web starts with 90.0 MiB RSS, 100.0 MiB before",
    "setup.py is a program; so more stays, too",
    "uv.lock: uv lock",
    "\\ No newline at end of file",
)


@pytest.mark.parametrize("name", ["table", "markdown"])
def test_every_part_is_said_and_nothing_comes_alive(name: str) -> None:
    text = formats.render(name, made())
    plain = text.replace("`", "").replace("\\>", ">")
    for words in SAID if name == "table" else SAID[:1]:
        assert words in plain
    assert "secret" not in text and "\x1b" not in text
    if name == "markdown":
        tokens = MarkdownIt("commonmark").enable("table").parse(text)
        assert {token.type for token in tokens} & {"html_block", "html_inline"} == set()
        (fence,) = (token for token in tokens if token.type == "fence")
        assert fence.content.startswith("--- a/") and "\n ```\n" in fence.content


def test_what_was_not_tried_says_so() -> None:
    text = formats.render("table", made(tried=False, installed=False))
    assert "Not tried: no start and no test was run without them." in text and "scratch" not in text


def test_json_has_the_whole() -> None:
    found = json.loads(formats.render("json", made()))
    assert found["schema_version"] == 1 and found["tool"]["name"] == "footprint"
    assert found["installed"]["common_after_bytes"] == 10 * MIB + 7
    assert [each["verdict"] for each in found["trial"]["changes"]] == ["proved", "breaks"]


def test_what_only_moves_names_no_total_that_stays_the_same() -> None:
    text = formats.render("table", replace(made(), disk_kept_bytes=5 * MIB))
    assert "Together they free 5.0 MiB where the development groups are not installed" in text
    assert "from 20.0 MiB" not in text
