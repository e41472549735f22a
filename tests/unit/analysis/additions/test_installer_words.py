"""What uv and pip print, as they printed it, and what is made of it."""

from collections.abc import Mapping

import pytest

from footprint.analysis.additions.installer_words import find_refusal, find_yanked
from footprint.model.addition import RefusalKind
from footprint.model.note import Note

SAID: Mapping[str, tuple[RefusalKind, str]] = {
    "uv: no such name": (
        "unknown-name",
        "error: No solution found when resolving dependencies\n  cause: Because nosuch was not found in the package "
        "registry and you require nosuch, we can conclude that your requirements are unsatisfiable.",
    ),
    "uv: no such release": (
        "no-version",
        "error: No solution found when resolving dependencies\n  cause: Because there is no version of plain==7 and "
        "you require plain==7, we can conclude that your requirements are unsatisfiable.",
    ),
    "uv: a conflict": (
        "conflict",
        "error: No solution found when resolving dependencies\n  cause: Because all versions of never depend on "
        "below>=3 and below==1.0, we can conclude that all versions of never cannot be used.",
    ),
    "uv: yanked": (
        "yanked",
        "error: No solution found when resolving dependencies\n  cause: Because withdrawn==1.0 was yanked (reason: it "
        "was wrong) and only withdrawn==1.0 is available, we can conclude that all versions of withdrawn cannot be "
        "used.",
    ),
    "uv: source alone": (
        "source-only",
        "error: No solution found when resolving dependencies\n  cause: Because source==1.0 has no usable wheels and "
        "only source==1.0 is available, we can conclude that all versions of source cannot be used.",
    ),
    "uv: another system": (
        "other-platform",
        "error: No solution found when resolving dependencies\n  cause: Because otheros==1.0 has no wheels with a "
        "matching platform tag (e.g., `manylinux_2_36_x86_64`) and only otheros==1.0 is available",
    ),
    "uv: no network": (
        "no-network",
        "error: Request failed after 3 retries in 6.6s\n  cause: Failed to fetch: http://127.0.0.1:9/simple/plain/",
    ),
    "pip: nothing there": (
        "unknown-name",
        "ERROR: Could not find a version that satisfies the requirement nosuch (from versions: none)\n"
        "ERROR: No matching distribution found for nosuch",
    ),
    "pip: no such release": (
        "no-version",
        "ERROR: Could not find a version that satisfies the requirement plain==7 (from versions: 1.0)\n"
        "ERROR: No matching distribution found for plain==7",
    ),
    "pip: another Python": (
        "other-python",
        "ERROR: Ignored the following versions that require a different python version: 1.0 Requires-Python <3.5\n"
        "ERROR: Could not find a version that satisfies the requirement oldpy (from versions: none)",
    ),
    "pip: a conflict": (
        "conflict",
        "ERROR: Cannot install never==1.0 because these package versions have conflicting dependencies.\n"
        "ERROR: ResolutionImpossible: for help visit ...",
    ),
    "pip: no network": (
        "no-network",
        "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('...')'\n"
        "ERROR: Could not find a version that satisfies the requirement plain (from versions: none)",
    ),
    "a build that fails": ("not-built", "error: subprocess-exited-with-error\n  x python setup.py egg_info"),
    "something else": ("failed", "Segmentation fault"),
    "nothing at all": ("failed", ""),
}
YANKED: Mapping[str, tuple[str, list[str]]] = {
    "uv": ('warning: `a==1.0` is yanked (reason: "it was wrong")', ["a==1.0 is yanked: it was wrong"]),
    "uv without a reason": ("warning: `a==1.0` is yanked", ["a==1.0 is yanked"]),
    "pip": (
        "WARNING: The candidate selected for download or install is a yanked version: 'a' candidate (version 1.0)\n"
        "Reason for being yanked: it was wrong\nWould install a-1.0",
        ["a is yanked: it was wrong"],
    ),
    "none": ("Resolved 1 package in 1ms", []),
}


@pytest.mark.parametrize("name", SAID)
def test_a_refusal_is_told_by_what_is_printed(name: str) -> None:
    kind, printed = SAID[name]
    refusal = find_refusal(printed)
    assert refusal.kind == kind
    assert refusal.message
    assert refusal.advice
    assert len(refusal.said) == len(printed.splitlines())


@pytest.mark.parametrize("name", YANKED)
def test_a_yanked_release_is_told_with_its_reason(name: str) -> None:
    printed, notes = YANKED[name]
    assert list(find_yanked(printed)) == [Note("yanked", message) for message in notes]


def test_what_is_shown_of_it_is_bounded() -> None:
    said = find_refusal("\n".join("x" * 10_000 for _ in range(20))).said
    assert len(said) <= 8
    assert max(map(len, said)) <= 400
