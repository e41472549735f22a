"""Whom a candidate breaks."""

from collections.abc import Mapping

import pytest

from footprint.analysis.additions.broken_requirements import find_broken
from footprint.analysis.additions.candidate_rows import Standing
from footprint.model.installed_environment import Installed
from footprint.model.requirements import plain_line
from footprint.values import replace

MARKERS = {"python_version": "3.11", "sys_platform": "linux"}
# what requires what, what comes -> who says that it breaks
CASES: Mapping[str, tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]], list[str]]] = {
    "another version that fits": ({"web 1": ("core>=1",), "core 1": ()}, {"core 2": ()}, []),
    "one that does not": (
        {"web 1": ("core<2",), "core 1": ()}, {"core 2": ()}, ["web 1, which stays, requires core<2"]
    ),
    "a pre-release that fits": ({"web 1": ("core<3",), "core 1": ()}, {"core 2rc1": ()}, []),
    "what requires it moves as well": (
        {"web 1": ("core<2",), "core 1": ()}, {"core 2": (), "web 2": ("core>=2",)}, []
    ),
    "what requires it comes in a version that does not fit": ({"core 1": ()}, {"core 2": (), "web 2": ("core<2",)}, []),
    "it was not met before": ({"web 1": ("core>=3",), "core 1": ()}, {"core 2": ()}, []),
    "a second requirement is broken": (
        {"web 1": ("core>=3", "core!=2"), "core 1": ()}, {"core 2": ()}, ["web 1, which stays, requires core!=2"]
    ),
    "a marker that is false": ({"web 1": ("core<2; sys_platform == 'win32'",), "core 1": ()}, {"core 2": ()}, []),
    "an extra that nobody asks for": ({"web 1": ("core<2; extra == 'fast'",), "core 1": ()}, {"core 2": ()}, []),
    "an extra that is asked for": (
        {"app 1": ("web[fast]",), "web 1": ("core<2; extra == 'fast'",), "core 1": ()},
        {"core 2": ()},
        ["web 1, which stays, requires core<2; extra == 'fast'"],
    ),
    "an extra that the project asks for": (
        {"lined 1": ("core<2; extra == 'fast'",), "core 1": ()},
        {"core 2": ()},
        ["lined 1, which stays, requires core<2; extra == 'fast'"],
    ),
    "what it requires is not there": ({"web 1": ("gone",), "core 1": ()}, {"core 2": ()}, []),
    "a version that nobody can compare": ({"web 1": ("core<2",), "core 1": ()}, {"core what": ()}, []),
    "a requirement that nobody can read": ({"web 1": ("core <<< 2",), "core 1": ()}, {"core 2": ()}, []),
    "nothing moves": ({"web 1": ("new<2",), "core 1": ()}, {"new 2": ()}, []),
    "an escape in a requirement": (
        {"web 1": ("core<2; sys_platform != 'a\x1b[2J'",), "core 1": ()},
        {"core 2": ()},
        ["web 1, which stays, requires core<2; sys_platform != 'a\\x1b[2J'"],
    ),
}  # fmt: skip


def _installed(described: Mapping[str, tuple[str, ...]]) -> tuple[Installed, ...]:
    pairs = ((each.partition(" "), requires) for each, requires in described.items())
    return tuple(Installed(name, name, version, requires=requires) for (name, _, version), requires in pairs)


@pytest.mark.parametrize("case", CASES)
def test_what_stays_and_is_not_met_any_more_is_told(case: str) -> None:
    there, came, told = CASES[case]
    standing = Standing(_installed(there), {}, MARKERS)
    declared = [replace(plain_line("lined", "main", "requirements.txt", 1, raw="lined[fast]"), extras=("fast",))]
    assert list(find_broken(standing, _installed(came), declared)) == told
