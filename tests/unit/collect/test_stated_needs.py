"""What a comment says of the need of a requirement line, and what it does not say."""

import pytest

from footprint.collect.comments import read_stated_need

SAYS = {
    "esphome": ("# esp-idf >= 5.0 requires this\npkg >= 3.3\n", 2, 1),
    "octoprint": ('    "pkg",  # some plugins might still depend on it but not in their own requirements\n', 1, 1),
    "octoprint, beside": ('"pkg",  # makes sure plugins can be built as wheels, see #4682\n', 1, 1),
    "by whom": ("pkg==1  # needed by the deploy host\n", 1, 1),
    "for what": ("pkg  # required for TLS on old systems\n", 1, 1),
    "of whom": ("pkg  # dependency of awesome-slugify\n", 1, 1),
    "above, in two lines": ("# Celery asks for a result backend,\n# and needs it at start\npkg\n", 3, 1),
    "above, in a list": ("    # flask needs this\n    'pkg',\n]\n", 2, 1),
    "above, before the next": ("# flask needs this\npkg\n# a cache\nother\n", 2, 1),
    "above, before a section": ("# flask needs this\npkg\n[tool]\n", 2, 1),
    "beside, among others": ("# web\npkg  # flask needs this\nother\n", 2, 2),
    "why": ("pkg<2  # because 2 breaks the build\n", 1, 1),
    "denied of another": ("# not our own code: uvicorn needs this\npkg\n", 2, 1),
}  # fmt: skip
SAYS_NOT = {
    "a title": ("# Database\npkg\n", 2),
    "a title of all": ("# Requirements\npkg\n", 2),
    "a title that speaks of need": ("# Required dependencies\npkg\n", 2),
    "a title of several": ("# needed for the export\npkg\nother\n", 2),
    "a title in quotes": ('# kept "because we will need it"\npkg\n', 2),
    "what is to come": ("pkg  # will be needed by the next release\n", 1),
    "what is to come, some day": ("pkg  # some day the app needs this\n", 1),
    "what is planned": ("pkg  # used for the planned export\n", 1),
    "a tool": ("pkg==1\n    # via flask\n", 1),
    "a tool, beside": ("pkg==1  # via -r requirements.in\n", 1),
    "a version": ("pkg<3  # later versions require Python 3.9\n", 1),
    "denied": ("pkg  # no longer needed by anything\n", 1),
    "denied by a verb": ("pkg  # isn't used by the server\n", 1),
    "nobody": ("# nothing needs this\npkg\n", 2),
    "of another line": ("# flask needs this\nother\npkg\n", 3),
    "apart": ("# flask needs this\n\npkg\n", 3),
    "no comment": ('pkg @ https://h/p#egg=needed-by-it\n', 1),
    "no such line": ("pkg\n", 7),
    "a line of another file": ("", 0),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "at"), SAYS.values(), ids=SAYS)
def test_a_comment_says_what_a_line_is_for(text: str, line: int, at: int) -> None:
    found = read_stated_need(text.splitlines(), line)
    assert found is not None
    assert found[0] == at


@pytest.mark.parametrize(("text", "line"), SAYS_NOT.values(), ids=SAYS_NOT)
def test_other_comments_say_nothing_of_it(text: str, line: int) -> None:
    assert read_stated_need(text.splitlines(), line) is None
