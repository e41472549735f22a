"""Imports whose failing is caught by who imports their file: what is missing there breaks nothing."""

from tests.cases.case import Case, a_server, libs

SITE = libs("web lone")

TRIED = "try:\n    import fast\nexcept ImportError:\n    fast = None"
LONE = "try:\n    import lone\nexcept ImportError:\n    lone = None"
PLAIN, OPTIONAL = "not declared;", "not declared, optional"


def case(main: str, words: str, place: str, /, **files: str) -> Case:
    """A server that declares `web` alone, and of `lone` is told `words` at `place`."""
    paths = {f"{name.replace('__', '/', 1)}.py": text for name, text in files.items()}
    return a_server(
        f"import web\n{main}", {}, declares="web", files=paths, undeclared={"lone": words},
        findings=(f"FP105 lone {place}",),
    )  # fmt: skip


CLAUSES = {
    "an import is caught above": {
        "by the file that imports the module": case(TRIED, OPTIONAL, "fast.py:1", fast="import lone\n"),
        "two files above": case(TRIED, OPTIONAL, "deep.py:1", fast="import deep\n", deep="import lone\n"),
        "in a package": case(
            "try:\n    from pkg import fast\nexcept ImportError:\n    fast = None", OPTIONAL, "pkg/fast.py:1",
            pkg____init__="", pkg__fast="import lone\n"),
        "by what is imported relatively": case(
            "import pkg", OPTIONAL, "pkg/fast.py:1",
            pkg____init__="try:\n    from . import fast\nexcept ImportError:\n    fast = None\n",
            pkg__fast="import lone\n"),
        "in a function": case(
            f"def f():\n    {TRIED.replace(chr(10), chr(10) + '    ')}", OPTIONAL, "fast.py:1", fast="import lone\n"),
        "with contextlib.suppress": case(
            "from contextlib import suppress\nwith suppress(ImportError):\n    import fast", OPTIONAL, "fast.py:1",
            fast="import lone\n"),
        "in a class of the module": case(TRIED, OPTIONAL, "fast.py:2", fast="class A:\n    import lone\n"),
        "on both ways": case(
            f"{TRIED}\nimport other", OPTIONAL, "fast.py:1", fast="import lone\n", other=f"{TRIED}\n"),
        "by a package whose module is imported": case(
            "try:\n    import pkg.fast\nexcept ImportError:\n    pass", OPTIONAL, "pkg/__init__.py:1",
            pkg____init__="import lone\n", pkg__fast=""),
        "what is raised again below": case(
            TRIED, OPTIONAL, "fast.py:2", fast="try:\n    import lone\nexcept ImportError:\n    raise\n"),
        "in a ring": case(
            TRIED, OPTIONAL, "back.py:2", fast="import back\n", back="import fast\nimport lone\n"),
        "noop: in a function, which runs later": case(
            TRIED, PLAIN, "fast.py:2", fast="def f():\n    import lone\n"),
        "noop: in a module that a function imports later": case(
            TRIED, PLAIN, "deep.py:1", fast="def f():\n    import deep\n", deep="import lone\n"),
        "noop: another file imports the module plainly": case(
            f"{TRIED}\nimport other", PLAIN, "fast.py:1", fast="import lone\n", other="import fast\n"),
        "noop: another file imports it plainly, and comes first": case(
            f"import other\n{TRIED}", PLAIN, "fast.py:1", fast="import lone\n", other="import fast\n"),
        "noop: a file below is imported plainly as well": case(
            f"{TRIED}\nimport other", PLAIN, "deep.py:1", fast="import deep\n", deep="import lone\n",
            other="import deep\n"),
        "noop: a longer way is not caught": case(
            f"{TRIED}\nimport one", PLAIN, "deep.py:1", fast="import deep\n", deep="import lone\n", one="import two\n",
            two="import fast\n"),
        "noop: a function imports the module plainly": case(
            f"{TRIED}\ndef f():\n    import fast", PLAIN, "fast.py:1", fast="import lone\n"),
        "noop: it is raised again": case(
            "try:\n    import fast\nexcept ImportError:\n    raise", PLAIN, "fast.py:1", fast="import lone\n"),
        "noop: the program ends": case(
            "import sys\ntry:\n    import fast\nexcept ImportError:\n    sys.exit('no')", PLAIN, "fast.py:1",
            fast="import lone\n"),
        "noop: the file itself raises it again": case(
            "import fast", PLAIN, "fast.py:2",
            fast="try:\n    import lone\nexcept ImportError:\n    raise RuntimeError('no lone')\n"),
        "noop: another error is caught": case(
            "try:\n    import fast\nexcept KeyError:\n    fast = None", PLAIN, "fast.py:1", fast="import lone\n"),
        "noop: another entry imports the module plainly": a_server(
            f"import web\n{TRIED}", {}, declares="web", undeclared={"lone": PLAIN}, findings=("FP105 lone fast.py:1",),
            Procfile="web: uvicorn main:app\nworker: python job.py\n",
            files={"fast.py": "import lone\n", "job.py": "import fast\n"}),
    },
    "an import stands below one that is caught": {
        "trac: under a condition on what the name is": case(
            f"{LONE}\nif lone:\n    from lone.part import thing", OPTIONAL, "main.py:3"),
        "under a flag": case(
            "try:\n    import lone\n    HAS = True\nexcept ImportError:\n    HAS = False\n"
            "if HAS:\n    from lone import part", OPTIONAL, "main.py:3"),
        "in a function": case(
            f"{LONE}\ndef f():\n    if lone:\n        from lone.part import thing", OPTIONAL, "main.py:3"),
        "in a file of its own": case(
            "import fast", OPTIONAL, "fast.py:2", fast=f"{LONE}\nif lone:\n    import lone.a\n"),
        "noop: it stands above": case(f"from lone.part import thing\n{LONE}", PLAIN, "main.py:2"),
        "noop: another file tries it": case(
            "import fast\nimport lone.part", PLAIN, "fast.py:2", fast=f"{LONE}\n"),
        "noop: only a function tries it": case(
            f"def f():\n    {LONE.replace(chr(10), chr(10) + '    ')}\nimport lone.part", PLAIN, "main.py:4"),
        "noop: what was tried is raised again": case(
            f"{LONE.replace('lone = None', 'raise')}\nif lone:\n    import lone.part", PLAIN, "main.py:3"),
        "noop: another name was tried": case(
            f"{LONE.replace('lone', 'tomllib')}\nif tomllib:\n    import lone", PLAIN, "main.py:7"),
    },
}  # fmt: skip
