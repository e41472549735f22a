"""Two distributions that install the same files."""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, app, lib

SITE = {
    "cv": lib("cv/__init__.py", "cv/core.py"), "cv-headless": lib("cv/__init__.py", "cv/core.py"),
    "space-a": lib("space/__init__.py", "space/a.py"), "space-b": lib("space/__init__.py", "space/b.py"),
}  # fmt: skip


def named(*names: str) -> dict[str, Lib]:
    return {name: SITE[name] for name in names}


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "the same files twice": {
        "modules": Case(
            app("import cv", "cv", "cv-headless"), {"cv": "startup"}, named("cv", "cv-headless"),
            findings=("FP114 cv requirements.txt:1",),
        ),
        "silenced": Case(
            app("import cv", "cv", "cv-headless  # footprint: ignore[FP114]"), {"cv": "startup"},
            named("cv", "cv-headless"), suppressed=("FP114 cv requirements.txt:1",),
        ),
        "noop: the start of a namespace": Case(
            app("import space.a, space.b", "space-a", "space-b"), {"space-a": "startup"}, named("space-a", "space-b"),
        ),
    },
}  # fmt: skip
