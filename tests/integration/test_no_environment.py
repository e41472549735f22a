"""Audits where nothing is installed: lock files or the declared lines stand in, and nothing is claimed too strongly."""

import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import EXAMPLE, EXAMPLE_ENV, audit_json, codes_of, footprint, rows_of
from tests.support.installer import lock, uv
from tests.support.machine import install, need
from tests.support.projects import make_env, site_of, write

PYPROJECT = """\
[project]
name = "shop"
version = "0"
requires-python = ">=3.9"
dependencies = ["lib-web", "pillow", "idle-thing", "pinned"]

[dependency-groups]
dev = ["checker"]
"""
APP = "import lib_web\nimport unheard_of\n\n\ndef show():\n    from PIL import Image\n"

PACKAGES = {
    "lib-web": "2.1",
    "only-there": "1",
    "pillow": "11.0",
    "idle-thing": "3",
    "pinned": "4",
    "checker": "5",
    "below": "6",
}


def lock_of(line: str, **more: str) -> str:
    """Write down the packages, each with `line` and with what there is `more` about it."""
    return "".join(
        f'[[package]]\nname = "{name}"\nversion = "{version}"\n{line}\n{more.get(name.replace("-", "_"), "")}\n'
        for name, version in PACKAGES.items()
    )


INDEX = 'source = { registry = "https://index/simple" }'
UV = """\
version = 1
requires-python = ">=3.9"
[[package]]
name = "shop"
version = "0"
source = { virtual = "." }
dependencies = [{ name = "lib-web" }, { name = "pillow" }, { name = "idle-thing" }, { name = "pinned" }]
[package.dev-dependencies]
dev = [{ name = "checker" }]
""" + lock_of(
    INDEX,
    lib_web="dependencies = [{ name = 'pinned' }, { name = 'only-there', marker = \"sys_platform == 'never'\" }]",
    pillow="resolution-markers = [\"python_full_version >= '3.10'\"]\n[[package]]\nname = 'pillow'\nversion = '99.0'\n"
    f"{INDEX}\nresolution-markers = [\"python_full_version < '3.10'\"]",
    checker="dependencies = [{ name = 'below' }]",
)
PIPFILE = """\
{"_meta": {}, "default": {"lib-web": {"version": "==2.1"}, "pillow": {"version": "==11.0"},
 "idle-thing": {"version": "==3"}, "pinned": {"version": "==4"}}, "develop": {"checker": {"version": "==5"}}}
"""

WEIGHTS = ("apparent_bytes", "allocated_bytes", "outside_bytes", "bytecode_bytes", "file_count", "closure_bytes")
COSTS = ("exclusive_bytes", "startup_self_rss_bytes", "startup_cumulative_rss_bytes", "import_time_us", "origin")


def make_project(folder: Path, *, lock: tuple[str, str] | None) -> Path:
    files = {"pyproject.toml": PYPROJECT, "app.py": APP}
    return write(folder, files | ({lock[0]: lock[1]} if lock else {}))


def classes(audit: dict[str, Any]) -> dict[str, tuple[str | None, str, str]]:
    return {name: (row["version"], row["usage"], row["confidence"]) for name, row in rows_of(audit).items()}


WITH_EDGES = {
    "lib-web": ("2.1", "startup", "likely"),  # that it installs lib_web is a guess from its name
    "pillow": ("11.0", "lazy", "certain"),  # the table of import names knows it
    "idle-thing": ("3", "unused", "cannot tell"),
    "pinned": ("4", "transitive", "likely"),
    "checker": ("5", "tests", "certain"),
    "below": ("6", "transitive", "likely"),
}
WITHOUT_EDGES = {name: row for name, row in WITH_EDGES.items() if name != "below"} | {
    "pinned": ("4", "unused", "cannot tell")
}
# More kinds of lock files: tests/unit/collect/test_declared_locks.py, tests/cases/locks.py.
LOCKS = {
    "uv": ("uv.lock", UV, WITH_EDGES),
    "pipenv": ("Pipfile.lock", PIPFILE, WITHOUT_EDGES),
}


@pytest.mark.parametrize(("name", "text", "expected"), LOCKS.values(), ids=LOCKS)
def test_lock_files_stand_in_for_an_environment(
    tmp_path: Path, name: str, text: str, expected: dict[str, tuple[str | None, str, str]]
) -> None:
    audit = audit_json(make_project(tmp_path, lock=(name, text)))
    assert classes(audit) == expected
    assert audit["environment"]["kind"] == "locked"
    assert audit["environment"]["lock_files"] == [name]
    assert "no-environment" in codes_of(audit)


def test_what_was_not_weighed_is_null_and_never_zero(tmp_path: Path) -> None:
    audit = audit_json(make_project(tmp_path, lock=("uv.lock", UV)))
    assert {key for row in audit["distributions"] for key in (*WEIGHTS, *COSTS) if row[key] is not None} == set()
    assert {value for value in audit["disk"].values() if value != []} == {None}
    assert (audit["removable_bytes"], audit["environment"]["bytecode"]) == (None, None)
    assert [entry["not_measured"] for entry in audit["entries"]] == ["there is no environment to start it in"]
    table = footprint("audit", tmp_path, "--top", "0").stdout
    assert "Disk: not weighed" in table
    assert not re.search(r"\b0\.0\b", table)
    assert "`uv sync`, then `footprint audit`" in table


def with_sizes(*sizes: int) -> str:
    """Return uv.lock with a wheel of each size, in the order of PACKAGES."""
    text = UV
    for (name, version), size in zip(PACKAGES.items(), sizes, strict=False):
        wheel = f'wheels = [{{ url = "https://x/{name}-{version}-py3-none-any.whl", size = {size} }}]'
        head = f'name = "{name}"\nversion = "{version}"\n'
        text = text.replace(head, f"{head}{wheel}\n")
    return text


MIB = 1 << 20
# sizes of lib-web, only-there, pillow, idle-thing, pinned, checker (for developers), below -> the verdict on 250 MiB
LIMITS = {
    "too much": ((200 * MIB, 1, 1, 1, 1, 1, 1), "FAIL", "at least 260.0 MiB of 250.0 MiB", "DOES NOT FIT in 250.0 MiB"),
    "enough": ((20 * MIB, 1, 1, 1, 1, 1, 1), "ok", "at most 198.0 MiB of 250.0 MiB", "fits in 250.0 MiB"),
    "between": (
        (90 * MIB, 1, 1, 1, 1, 1, 1),
        "NOT JUDGED",
        "it is 117.0 MiB to 891.0 MiB of",
        "which may or may not fit",
    ),
    "not for developers": ((20 * MIB, 1, 1, 1, 1, 900 * MIB, 1), "ok", "at most 198.0 MiB", "fits in 250.0 MiB"),
    "one is not known": ((20 * MIB, 1, 1, 1), "NOT JUDGED", "it is 26.0 MiB or more of", "which may or may not fit"),
}


@pytest.mark.parametrize(("sizes", "verdict", "figure", "told"), LIMITS.values(), ids=LIMITS)
def test_a_lock_alone_is_judged_as_a_range(
    tmp_path: Path, sizes: tuple[int, ...], verdict: str, figure: str, told: str
) -> None:
    project = make_project(tmp_path, lock=("uv.lock", with_sizes(*sizes)))
    done = footprint("check", project, "--static", "--limit", "code=250MiB")
    (line,) = [line for line in done.stdout.splitlines() if " FP405 " in line or " disk" in line.split("  ")]
    assert (verdict in line, figure in line, "estimated by uv.lock" in line) == (True, True, True), line
    table = footprint("audit", project, "--limit", "code=250MiB").stdout
    assert told in table.splitlines()[2], table
    assert "download MiB" in table


def test_downloads_stand_in_the_audit_and_nothing_of_them_is_weighed(tmp_path: Path) -> None:
    audit = audit_json(make_project(tmp_path, lock=("uv.lock", with_sizes(7, 7, 7, 7, 7, 7))))
    total, rows = audit["disk"]["downloads"], rows_of(audit)
    assert (total["least_bytes"], total["most_bytes"], total["unknown"]) == (28, 28, [])
    assert total["distribution_count"] == 4
    assert (rows["lib-web"]["download"]["file"], "download" in rows["below"]) == ("lib-web-2.1-py3-none-any.whl", False)
    assert rows["lib-web"]["apparent_bytes"] is None


def test_a_lock_without_sizes_says_so(tmp_path: Path) -> None:
    named = "\n".join(
        f'[[package]]\nname = "{name}"\nversion = "{version}"\ngroups = ["main"]\n'
        f'files = [{{file = "{name}-{version}-py3-none-any.whl", hash = "sha256:1"}}]'
        for name, version in PACKAGES.items()
    )
    project = make_project(tmp_path, lock=("poetry.lock", named))
    assert audit_json(project)["disk"]["downloads"]["least_bytes"] is None
    page = footprint("audit", project, "--format", "markdown").stdout
    assert re.search(r"poetry.lock pins \d distributions for deployment and has no size of any of them", page)
    assert "download MiB" not in page


def test_the_reason_says_what_is_not_known(tmp_path: Path) -> None:
    rows = rows_of(audit_json(make_project(tmp_path, lock=("uv.lock", UV))))
    assert "which modules it installs" in rows["idle-thing"]["reason"]
    assert "nothing accounts for unheard_of (app.py:2)" in rows["idle-thing"]["reason"]
    assert "locked for dev only" in rows["below"]["reason"]
    assert "a guess from its own" in rows["lib-web"]["reason"]
    assert "guess" not in rows["pillow"]["reason"]


def test_an_unknown_import_is_no_fault_where_a_declared_line_may_provide_it(tmp_path: Path) -> None:
    audit = audit_json(make_project(tmp_path, lock=("uv.lock", UV)))
    (row,) = [row for row in audit["undeclared"] if row["import_name"] == "unheard_of"]
    assert row["cannot_tell"] is True
    assert [finding["severity"] for finding in audit["findings"] if "unheard_of" in finding["message"]] == ["info"]


def test_declared_lines_alone(tmp_path: Path) -> None:
    audit = audit_json(make_project(tmp_path, lock=None))
    assert audit["environment"]["kind"] == "declared"
    assert {name: row[:2] for name, row in classes(audit).items()} == {
        "lib-web": (None, "startup"),
        "pillow": (None, "lazy"),
        "idle-thing": (None, "unused"),
        "pinned": (None, "unused"),
        "checker": (None, "tests"),
    }
    assert audit["problems"] == []  # what nobody resolved cannot be missing
    assert not [item for item in audit["suggestions"] if item["action"] == "remove"]


def test_a_lock_file_that_is_out_of_date_is_said(tmp_path: Path) -> None:
    project = make_project(tmp_path, lock=("uv.lock", UV))
    (project / "pyproject.toml").write_text(PYPROJECT.replace('"lib-web"', '"lib-web>=3"').replace('"pinned"', '"new"'))
    audit = audit_json(project)
    assert [(item["kind"], item["requirement"]) for item in audit["problems"]] == [
        ("conflict", "lib-web>=3"),
        ("missing", "new"),
    ]
    assert "lib-web>=3, locked is 2.1" in footprint("audit", project).stdout


def test_an_environment_comes_before_lock_files_unless_told_otherwise(tmp_path: Path) -> None:
    project = make_project(tmp_path, lock=("uv.lock", UV))
    install(site_of(make_env(project / ".venv")), "pillow", {"PIL/__init__.py": b""}, version="12.0")
    assert audit_json(project, "--no-probe")["environment"]["kind"] == "installed"
    audit = audit_json(project, "--no-env")
    assert audit["environment"]["kind"] == "locked"
    assert rows_of(audit)["pillow"]["version"] == "11.0"


@pytest.mark.parametrize(
    ("files", "version", "source"),
    [
        ({".python-version": "3.9.18\n"}, "3.9.18", ".python-version"),
        ({"pyproject.toml": '[project]\nname = "a"\nrequires-python = "==3.9.*"\n'}, "3.9.0", "pyproject.toml"),
        ({"uv.lock": 'version = 1\nrequires-python = "==3.8.*"\n'}, "3.8.0", "uv.lock"),
        ({}, ".".join(map(str, sys.version_info[:3])), "the one running"),
    ],
)
def test_which_python_is_assumed(tmp_path: Path, files: dict[str, str], version: str, source: str) -> None:
    write(tmp_path, {"requirements.txt": "a\nb; python_version < '3.10'\n", "app.py": "import a\n", **files})
    audit = audit_json(tmp_path, "--no-env")
    assert audit["environment"]["python"] == version
    assert any(source in note["message"] for note in audit["notes"] if note["code"] == "no-environment")
    older = tuple(map(int, version.split(".")[:2])) < (3, 10)
    assert ("b" in rows_of(audit)) is older  # its marker is evaluated for the assumed version


def test_imports_and_why_without_an_environment(tmp_path: Path) -> None:
    project = make_project(tmp_path, lock=("uv.lock", UV))
    said = footprint("imports", project).stdout
    assert re.search(r"PIL\s.*pillow\n", said)
    assert re.search(r"lib_web\s.*lib-web \(by its name\)\n", said)
    assert re.search(r"unheard_of\s.*not known\n", said)
    why = footprint("why", "idle_thing", project).stdout
    assert "On disk: not weighed" in why
    assert "unused (cannot tell)" in why


def test_a_lock_file_of_uv_with_extras_and_other_platforms(tmp_path: Path) -> None:
    write(tmp_path, {"Procfile": "web: uvicorn app:app\n", "app.py": "app = None\n"})
    lock(tmp_path, "uvicorn[standard]")
    assert 'name = "colorama"' in (tmp_path / "uv.lock").read_text()
    rows = rows_of(audit_json(tmp_path))
    assert "colorama" not in rows  # on Windows only
    assert rows["uvicorn"]["usage"] == "implied"
    assert rows["httptools"]["required_by"] == ["uvicorn"]  # by its extra
    assert rows["uvicorn"]["exclusive"] == sorted(rows)


USED = frozenset({"startup", "lazy", "implied"})
CACHE = Path(__file__).parents[2] / ".cache/real"


@pytest.mark.parametrize("kind", ["uv.lock", "pylock.toml", "none"])
def test_the_files_alone_never_claim_more_than_the_environment_shows(tmp_path: Path, kind: str) -> None:
    """The example has an adjudicated class for each of its lines."""
    need(EXAMPLE_ENV.is_dir(), "the example's environment: make demo builds it")
    ignored = shutil.ignore_patterns(".venv", ".ruff_cache", "__pycache__")
    project = shutil.copytree(EXAMPLE, tmp_path / "p", ignore=ignored)
    _lock(project, kind)
    alone = rows_of(audit_json(project, "--no-env"))
    installed = rows_of(audit_json(EXAMPLE, "--no-probe"))
    declared = check_no_stronger(alone, installed)
    assert len(declared) > 15
    assert sum(alone[name]["usage"] == installed[name]["usage"] for name in declared) >= len(declared) - 3


def check_no_stronger(alone: dict[str, Any], installed: dict[str, Any]) -> list[str]:
    """Fail where the files alone claim what the environment does not bear out; return the declared names."""
    declared = [name for name, row in alone.items() if row["declared"]]
    for name in declared:
        mine, theirs = alone[name], installed[name]
        assert not (mine["usage"] == "unused" and mine["confidence"] != "cannot tell"), name
        if mine["confidence"] == "certain":
            assert mine["usage"] == theirs["usage"], name
        if theirs["usage"] in USED:
            assert mine["usage"] == theirs["usage"] or mine["confidence"] == "cannot tell", name
    return declared


@pytest.mark.real
def test_no_stronger_claim_on_real_applications() -> None:
    """Those that `make test-real` has installed."""
    folders = [folder for folder in CACHE.glob("*") if (folder / "venv").is_dir() and (folder / "source").exists()]
    need(folders, "real applications: make test-real installs them")
    for folder in folders:
        source = (folder / "source").resolve()
        installed = rows_of(audit_json(source, "--no-probe", "--env", folder / "venv"))
        check_no_stronger(rows_of(audit_json(source, "--no-env")), installed)


def _lock(project: Path, kind: str) -> None:
    requirements = project / "requirements.txt"
    if kind == "pylock.toml":
        uv("pip", "compile", "--quiet", requirements, "-o", project / kind)
    elif kind == "uv.lock":
        lines = (line.partition("#")[0].strip() for line in requirements.read_text().splitlines())
        lock(project / "lock", *(line for line in lines if line and not line.startswith("-")))
        (project / "lock/uv.lock").rename(project / "uv.lock")
        shutil.rmtree(project / "lock")
