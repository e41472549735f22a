"""Two distributions that install the same files."""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, app, lib

SITE = {
    "cv": lib("cv/__init__.py", "cv/core.py"), "cv-headless": lib("cv/__init__.py", "cv/core.py"),
    "whole": lib("whole/__init__.py", "thin/core.py", requires=("thin",)),
    "thin": lib("thin/__init__.py", "thin/core.py"),
    "far": lib("far/__init__.py", "thin/core.py", requires=("between",)),
    "between": lib("between/__init__.py", requires=("thin",)),
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
        "one requires the other (mlflow): nothing is to choose": Case(
            app("import whole", "whole"), {"whole": "startup"}, named("whole", "thin"),
            findings=("FP114 thin requirements.txt:1",), tells={"FP114 thin": "info whole requires thin"},
        ),
        "one requires the other by a third": Case(
            app("import far", "far"), {"far": "startup"}, named("far", "thin", "between"),
            findings=("FP114 far requirements.txt:1",), tells={"FP114 far": "info far requires thin"},
        ),
        "noop: another requires both, neither the other": Case(
            app("import both", "both"), {"both": "startup"},
            {**named("cv", "cv-headless"), "both": lib("both/__init__.py", requires=("cv", "cv-headless"))},
            findings=("FP114 cv None:None",), tells={"FP114 cv": "warning keep one of them"},
        ),
        "noop: the start of a namespace": Case(
            app("import space.a, space.b", "space-a", "space-b"), {"space-a": "startup"}, named("space-a", "space-b"),
        ),
    },
}  # fmt: skip
