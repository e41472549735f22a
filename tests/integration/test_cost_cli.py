"""`footprint cost` on an index of files: figures against an environment that is really built, and what is refused."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.canary import look
from tests.support.command import answer, audit_json, footprint
from tests.support.file_index import Release, make_index
from tests.support.machine import need
from tests.support.projects import site_of, write
from tests.support.shadows import can_overlay

UV = Path(sys.executable).with_name("uv")
_TAG = f"cp{sys.version_info[0]}{sys.version_info[1]}"
_BIG = b"data = b'x' * (8 << 20)\n"
RELEASES = (
    Release("plain", files={"plain.py": b"import below\n"}),
    Release("below", files={"below.py": b"version = 1\n"}),
    Release("below", "2.0", files={"below.py": b"version = 2\n" + b"#" * 999}),
    Release("heavy", files={"heavy/__init__.py": _BIG, "heavy/part.py": b"def f(): pass\n"}),
    Release("wants2", files={"wants2.py": b"import below\n"}, metadata="Requires-Dist: below>=2\n"),
    Release("holder", files={"holder.py": b""}, metadata="Requires-Dist: below<2\n"),
    Release("old", files={"old.py": b""}, metadata="Requires-Dist: below<2\n"),
    Release("fight", files={"fight.py": b""}, metadata="Requires-Dist: below>=2\nRequires-Dist: old\n"),
    Release("withdrawn", files={"withdrawn.py": b""}, yanked="it was wrong"),
    Release("source", files={"source.py": b"x = 1\n"}, tag="sdist"),
    Release("future", files={"future.py": b""}, requires_python=">=3.99"),
    Release("elsewhere", files={"elsewhere.py": b""}, tag=f"{_TAG}-{_TAG}-win_amd64"),
    Release("native", files={"native-1.0.dist-info/licenses/LICENSE": b"free", "native/__init__.py": b"x = 1\n",
                              "native/_part.so": b"\x7fELF" + b"z" * 5000},
            tag=f"{_TAG}-{_TAG}-linux_x86_64"),
    Release("extra", files={"extra.py": b""}, metadata="Provides-Extra: more\nRequires-Dist: heavy; extra == 'more'\n"),
    Release("tool", files={"tool.py": b"def main(): pass\n"}),
    Release("space-one", files={}),
    Release("space_two", files={"space/two/__init__.py": b"x = 2\n"}),
    Release("broken", files={"broken.py": b"raise RuntimeError('not today')\n"}),
    Release("nothing", files={"nothing-here.txt": b"x"}),
    Release("PyThing", files={"thing.py": b"x = 1\n"}),
)  # fmt: skip
_LEFT_OUT = "plain; python_version < '3'"
# what is asked for -> state, distributions that come, what is imported
PRICED: Mapping[str, tuple[str, int, list[str]]] = {
    "plain==1.0": ("new", 1, ["plain"]),
    "heavy": ("new", 1, ["heavy"]),
    "native": ("new", 1, ["native"]),
    "extra": ("new", 1, ["extra"]),
    "extra[more]": ("new", 2, ["extra"]),
    "below": ("present", 0, ["below"]),
    "wants2": ("moves", 1, ["wants2"]),
    "withdrawn==1.0": ("new", 1, ["withdrawn"]),
    "space_two": ("new", 1, ["space.two"]),
    "PyThing": ("new", 1, ["thing"]),
    "nothing": ("new", 1, []),
    "broken": ("new", 1, ["broken"]),
    _LEFT_OUT: ("excluded", 0, []),
}
# by uv and by pip: pip does not say why it passes a release over
REFUSED: Mapping[str, tuple[set[str], int]] = {
    "nosuch-thing": ({"unknown-name"}, 2),
    "plain==7": ({"no-version"}, 2),
    "plain ==": ({"bad-requirement"}, 2),
    "fight": ({"conflict"}, 3),
    "withdrawn": ({"yanked", "no-version"}, 3),
    "source": ({"source-only"}, 3),
    "future": ({"other-python"}, 3),
    "elsewhere": ({"other-platform", "unknown-name", "source-only"}, 3),
    "plain @ file:///nowhere/plain": ({"source-only"}, 3),
    "plain@file:///nowhere/plain-1.0.tar.gz?plain.whl": ({"source-only"}, 3),
}
# What differs from one installation to the next: nothing but these is left out of the comparison to the byte.
_LOCK = ".lock"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return an index, which installers take in the place of the one of this machine."""
    folder = tmp_path_factory.mktemp("index")
    url = make_index(folder, RELEASES)
    with pytest.MonkeyPatch.context() as patch:
        settings = {"PIP_INDEX_URL": url, "UV_DEFAULT_INDEX": url, "PIP_CONFIG_FILE": os.devnull, "UV_NO_CONFIG": "1"}
        settings |= {"UV_CACHE_DIR": str(folder / "cache"), "PIP_CACHE_DIR": str(folder / "pip")}
        for name, value in settings.items():
            patch.setenv(name, value)
        for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS"):
            patch.delenv(name, raising=False)
        yield url


@pytest.fixture(scope="module")
def shop(index: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with an environment that has below 1.0 and its bytecode."""
    folder = tmp_path_factory.mktemp("shop") / "one"
    write(folder, {"app.py": '"""An app."""\nfrom __future__ import annotations\nimport below\n'})
    write(folder, {"requirements.txt": "below==1.0\n"})
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / ".venv"], check=True)
    really_install(folder, "below==1.0")
    return folder


def really_install(folder: Path, *words: str) -> None:
    """Install as the user does, with bytecode."""
    command = (UV, "pip", "install", "-q", "--compile-bytecode", "--python", folder / ".venv/bin/python", *words)
    subprocess.run(list(map(str, command)), check=True, capture_output=True)


def twin_of(shop: Path, name: str) -> Path:
    """Return a copy of a project by a path of the same length: bytecode and scripts hold their own."""
    assert len(name) == len(shop.name)
    twin = shop.with_name(name)
    shutil.rmtree(twin, ignore_errors=True)
    shutil.copytree(shop, twin, symlinks=True)
    return twin


def all_bytes(folder: Path) -> int:
    """Return what `du --apparent-size` counts: folders, too."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.name != _LOCK)


def priced(shop: Path, *words: str, code: int = 0, **options: Any) -> dict[str, dict[str, Any]]:
    found = answer("cost", "--project", shop, "--entry", "app.py", *words, exit_code=code, **options)
    assert found["schema_version"] == 1
    return {row["requirement"]: row for row in found["candidates"]}


@pytest.fixture(scope="module")
def rows(shop: Path) -> dict[str, dict[str, Any]]:
    """Return all candidates by uv, those that are refused among them; nothing of the project is changed by them."""
    before = look(shop)
    found = priced(shop, *PRICED, *REFUSED, code=3)
    assert look(shop) == before
    return found


@pytest.mark.parametrize("asked", PRICED)
def test_a_candidate_is_priced(asked: str, rows: dict[str, dict[str, Any]]) -> None:
    state, count, imports = PRICED[asked]
    row = rows[asked]
    assert (row["state"], row["new_count"], row["imports"]) == (state, count, imports)
    assert row["refusal"] is None


@pytest.mark.parametrize("asked", PRICED)
def test_what_is_new_is_what_a_real_installation_adds(asked: str, shop: Path, rows: dict[str, dict[str, Any]]) -> None:
    twin = twin_of(shop, "two")
    before = all_bytes(twin / ".venv")
    (twin / "held.txt").write_text("" if asked == "wants2" else "below==1.0\n")
    really_install(twin, asked, "-c", str(twin / "held.txt"))
    assert rows[asked]["new_bytes"] == all_bytes(twin / ".venv") - before


@pytest.mark.parametrize("asked", REFUSED)
def test_what_cannot_be_had_says_why_and_what_next(asked: str, rows: dict[str, dict[str, Any]]) -> None:
    refusal = rows[asked]["refusal"]
    assert rows[asked]["state"] == "refused"
    assert refusal["kind"] in REFUSED[asked][0]
    assert refusal["message"]
    assert refusal["advice"]
    assert rows[asked]["new_bytes"] is None


@pytest.mark.parametrize("asked", ["nosuch-thing", "plain ==", "fight"])
def test_one_that_is_refused_has_its_exit_code_and_the_others_are_answered(asked: str, shop: Path) -> None:
    found = priced(shop, "plain", asked, "--no-probe", code=REFUSED[asked][1])
    assert (found["plain"]["state"], found[asked]["state"]) == ("new", "refused")


def test_downloads_are_the_bytes_of_the_wheels(index: str, rows: dict[str, dict[str, Any]]) -> None:
    folder = Path(index.removeprefix("file://"))
    wheel = next((folder / "heavy").glob("*.whl"))
    assert rows["heavy"]["download_bytes"] == wheel.stat().st_size
    assert rows["extra[more]"]["download_bytes"] > wheel.stat().st_size
    assert rows["below"]["download_bytes"] == 0
    assert [each["wheel"] for each in rows["heavy"]["added"]] == [wheel.name]
    assert rows["native"]["added"][0]["wheel"].endswith("linux_x86_64.whl")


def test_what_moves_is_named_from_and_to(rows: dict[str, dict[str, Any]]) -> None:
    moved = {each["name"]: (each["before"], each["version"]) for each in rows["wants2"]["added"]}
    assert moved == {"below": ("1.0", "2.0"), "wants2": (None, "1.0")}


@pytest.mark.parametrize("installer", ["uv", "pip"])
def test_what_would_break_what_stays_is_a_conflict(installer: str, shop: Path) -> None:
    twin = twin_of(shop, "two")
    really_install(twin, "holder", "below==1.0")
    found = priced(twin, "--installer", installer, "--no-probe", "wants2", "below==2.0", "heavy", code=3)
    for asked in ("wants2", "below==2.0"):
        refusal = found[asked]["refusal"]
        assert (found[asked]["state"], refusal["kind"], found[asked]["new_bytes"]) == ("refused", "conflict", None)
        assert refusal["message"] == "it conflicts with what is installed: holder 1.0, which stays, requires below<2"
    assert found["heavy"]["state"] == "new"


def test_what_is_yanked_says_so(rows: dict[str, dict[str, Any]]) -> None:
    assert any("yanked: it was wrong" in note["message"] for note in rows["withdrawn==1.0"]["notes"])


def test_an_import_that_fails_is_told_and_costs_nothing(rows: dict[str, dict[str, Any]]) -> None:
    assert rows["broken"]["alone"] is None
    assert "not today" in rows["broken"]["why_not_alone"]
    assert rows["broken"]["marginal"] is None
    assert rows["nothing"]["why_not_alone"] == "it has no module to import"


def test_the_marginal_memory_is_that_of_a_later_audit(shop: Path, rows: dict[str, dict[str, Any]]) -> None:
    twin = twin_of(shop, "two")
    ready = [_rss(audit_json(twin, "--entry", "app.py"))]
    really_install(twin, "heavy")
    text = (twin / "app.py").read_text()
    (twin / "app.py").write_text(f"{text}import heavy\n")
    ready.append(_rss(audit_json(twin, "--entry", "app.py")))
    marginal = rows["heavy"]["marginal"]["rss_bytes"]
    assert abs(marginal - (ready[1] - ready[0])) < 1 << 20
    assert abs(marginal - (8 << 20)) < 1 << 20
    assert abs(rows["heavy"]["alone"]["rss_bytes"] - (8 << 20)) < 1 << 20
    assert abs(rows["below"]["marginal"]["rss_bytes"]) < 1 << 20


def _rss(audit: dict[str, Any]) -> int:
    stages = audit["entries"][0]["stages"]
    return int((stages["ready"] or stages["import"])["rss_bytes"])


def test_pip_comes_to_the_same(shop: Path, rows: dict[str, dict[str, Any]]) -> None:
    asked = ("plain==1.0", "extra[more]", "below", "wants2", "withdrawn==1.0", "native", _LEFT_OUT)
    before = look(shop)
    found = priced(
        shop, "--installer", "pip", "--no-probe", *asked, "source", "nosuch-thing", "fight", "future", code=3
    )
    assert look(shop) == before
    same = ("state", "download_bytes", "new_count", "version")
    assert {name: [found[name][key] for key in same] for name in asked} == {
        name: [rows[name][key] for key in same] for name in asked
    }
    kinds = {name: found[name]["refusal"]["kind"] for name in ("source", "nosuch-thing", "fight", "future")}
    assert {name: kind for name, kind in kinds.items() if kind not in REFUSED[name][0]} == {}
    differ = {name: found[name]["new_bytes"] - rows[name]["new_bytes"] for name in asked}
    assert all(abs(bytes_) < 700 for bytes_ in differ.values()), differ  # what each writes of its own work


def test_a_build_is_said_first_and_runs_in_a_private_home(shop: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    words = ("cost", "--project", shop, "--no-probe", "source", "--build", "-f", "json")
    done = footprint(*words, env={"HOME": str(home), "XDG_CONFIG_HOME": str(home)})
    assert "built from source: its code runs" in done.stderr
    assert not list(home.rglob("ran-setup.txt"))


def test_an_index_that_is_not_there_is_said(shop: Path) -> None:
    nowhere = "http://127.0.0.1:9/simple"
    env = {"UV_DEFAULT_INDEX": nowhere, "PIP_INDEX_URL": nowhere, "UV_HTTP_RETRIES": "0", "PIP_RETRIES": "0"}
    found = priced(shop, "--no-probe", "plain", "below", code=3, env=env)
    assert found["plain"]["refusal"]["kind"] == "no-network"
    assert found["below"]["state"] == "present"


def test_without_overlays_a_folder_beside_comes_to_the_same(shop: Path, rows: dict[str, dict[str, Any]]) -> None:
    from footprint.addition.candidate_prices import CostWish, price
    from footprint.analysis.additions.asked_candidates import read_candidates
    from footprint.config.options import Options

    before = look(shop)
    asked = ("heavy", "wants2", "space_two", "below")
    options = Options.of(project=shop, env=shop / ".venv", entries=("app.py",))
    report = price(options, CostWish(read_candidates(asked), {}, engine="links"), lambda stage: None)
    assert look(shop) == before
    for row in report.candidates:
        known = rows[row.requirement]
        assert (row.state, row.new_count, row.download_bytes) == (
            known["state"],
            known["new_count"],
            known["download_bytes"],
        )
        assert row.marginal is not None, row.why_not_marginal
        assert abs(row.marginal.rss_bytes - known["marginal"]["rss_bytes"]) < 1 << 20
    assert [note.code for note in report.notes] == ["cost-by-links"]


@pytest.mark.parametrize(
    ("processors", "order"),
    [
        (2, ["app begins", "plan", "app is over", "start", "start"]),  # alone, then in the application
        (1, ["app begins", "app is over", "plan", "start", "start"]),
    ],
)
def test_the_app_starts_beside_the_installer_and_never_beside_another_start(
    processors: int, order: list[str], shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from footprint.addition import added_environment, app_starts, installation
    from footprint.addition.candidate_prices import CostWish, price
    from footprint.analysis.additions.asked_candidates import read_candidates
    from footprint.config.options import Options

    seen: list[str] = []

    def noted(what: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def note(*given: Any, **named: Any) -> Any:
            seen.append(what)
            return call(*given, **named)

        return note

    monkeypatch.setenv("FOOTPRINT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(processors)))
    monkeypatch.setattr(app_starts, "_unstarted", noted("app begins", app_starts._unstarted))
    monkeypatch.setattr(app_starts, "_with_start", noted("app is over", app_starts._with_start))
    monkeypatch.setattr(app_starts, "start_in", noted("start", app_starts.start_in))
    plan = noted("plan", installation.plan_installation)
    monkeypatch.setattr(added_environment, "plan_installation", plan)
    options = Options.of(project=shop, env=shop / ".venv", entries=("app.py",))
    report = price(options, CostWish(read_candidates(["plain==1.0"]), {}), lambda stage: None)
    assert seen == order
    assert report.candidates[0].marginal is not None


def test_alone_is_priced_in_an_empty_environment(index: str, tmp_path: Path) -> None:
    found = answer("cost", "wants2", "--alone", cwd=tmp_path)
    row = found["candidates"][0]
    assert (row["new_count"], row["installed_count"], row["marginal"]) == (2, 2, None)
    assert found["entry"] is None
    assert answer("cost", "wants2", cwd=tmp_path)["environment"] == "an empty environment"
    assert list(tmp_path.iterdir()) == []


def test_figures_alone_are_remembered_by_wheel(shop: Path, tmp_path: Path) -> None:
    env = {"FOOTPRINT_CACHE": str(tmp_path / "cache")}
    first, second = (priced(shop, "heavy", env=env)["heavy"] for _ in range(2))
    assert (first["is_remembered"], second["is_remembered"]) == (False, True)
    assert first["alone"] == second["alone"]


def test_figures_of_what_changes_without_another_version_are_not_remembered(shop: Path, tmp_path: Path) -> None:
    twin = twin_of(shop, "two")
    site = site_of(twin / ".venv")
    info = {"METADATA": "Name: near\nVersion: 1\n", "direct_url.json": '{"url": "file:///x", "dir_info": {}}'}
    write(site, {"near.py": "", **{f"near-1.dist-info/{name}": text for name, text in info.items()}})
    write(site, {"near-1.dist-info/RECORD": "near.py,,\n"})
    env = {"FOOTPRINT_CACHE": str(tmp_path / "cache")}
    first = priced(twin, "near", "below", env=env)
    write(site, {"near.py": "data = b'x' * (8 << 20)\n"})
    second = priced(twin, "near", "below", env=env)
    assert {name: row["is_remembered"] for name, row in second.items()} == {"near": False, "below": True}
    assert second["near"]["alone"]["rss_bytes"] - first["near"]["alone"]["rss_bytes"] > 7 << 20


def test_the_table_and_the_markdown_say_it(shop: Path) -> None:
    done = footprint("cost", "--project", shop, "--no-probe", "heavy", "wants2", "--compare")
    assert done.returncode == 0
    assert "New here MiB" in done.stdout
    assert "moves below 1.0 -> 2.0" in done.stdout
    told = footprint("cost", "--project", shop, "--no-probe", "heavy", "-f", "markdown").stdout
    assert "| heavy | 1.0 |" in told
    hostile = footprint("cost", "--project", shop, "--no-probe", "a|<b>", "-f", "markdown", "--compare").stdout
    assert "| Requirement | a\\|\\<b\\> |" in hostile
    picture = footprint("cost", "--project", shop, "--no-probe", "heavy", "-f", "badge").stdout
    assert picture.startswith("<svg")
    assert "adds" in picture


def test_lines_of_a_file_are_candidates(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "more.txt").write_text("# more\nplain  # a comment\n--index-url x\nheavy --hash=sha256:0\n-r x.txt\n")
    found = answer("cost", "--project", shop, "--no-probe", "-r", tmp_path / "more.txt")
    assert [row["requirement"] for row in found["candidates"]] == ["plain", "heavy"]
    (note,) = found["notes"]
    assert "-r x.txt is not priced" in note["message"]


def test_overlays_are_what_was_used(shop: Path) -> None:
    need(can_overlay(), "overlays")
    assert answer("cost", "--project", shop, "--entry", "app.py", "plain")["notes"] == []


@pytest.fixture
def branch(shop: Path) -> Path:
    """Return a repository whose last commit asks for heavy and uses it, and the environment of the commit before."""
    twin = twin_of(shop, "two")
    write(twin, {".gitignore": ".venv/\n"})
    git = ("git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-C", twin)
    for words in (("init", "-q", "-b", "main"), ("add", "."), ("commit", "-q", "-m", "before")):
        subprocess.run([*git, *words], check=True)
    subprocess.run([*git, "checkout", "-q", "-b", "more"], check=True)
    write(twin, {"requirements.txt": "below==1.0\nheavy==1.0\n", "app.py": "import below\nimport heavy\n"})
    subprocess.run([*git, "commit", "-q", "-a", "-m", "heavy"], check=True)
    return twin


@pytest.mark.parametrize("is_installed", [False, True])
def test_a_branch_is_priced_installed_or_not(is_installed: bool, branch: Path, rows: dict[str, dict[str, Any]]) -> None:
    if is_installed:
        really_install(branch, "heavy==1.0")
    before = look(branch)
    words = ("--project", branch, "--entry", "app.py", "--against", "main")
    found = answer("cost", *words)
    assert look(branch) == before
    (row,) = found["candidates"]
    told = found["branch"]
    assert (row["new_bytes"], row["new_count"]) == (rows["heavy"]["new_bytes"], 1)
    assert row["download_bytes"] == rows["heavy"]["download_bytes"]
    assert told["added"] == ["requirements.txt:2 heavy==1.0"]
    assert abs(told["rss_after_bytes"] - told["rss_before_bytes"] - (8 << 20)) < 1 << 20, told
    if is_installed:
        said = footprint("cost", *words, "-f", "markdown").stdout
        assert re.match(r"### This change adds [\d.]+ KiB and 1 distribution; \d\.\d MiB at startup\.", said), said


def test_a_branch_whose_lines_break_what_stays_says_so(branch: Path) -> None:
    really_install(branch, "holder", "below==1.0")
    write(branch, {"requirements.txt": "below==2.0\n"})
    (row,) = answer("cost", "--project", branch, "--no-probe", "--against", "main")["candidates"]
    told = [note["message"] for note in row["notes"] if note["code"] == "breaks"]
    assert told == ["holder 1.0, which stays, requires below<2: what came does not fit that"]
    assert row["state"] == "moves"


def test_a_branch_that_adds_nothing_says_so(branch: Path) -> None:
    said = footprint("cost", "--project", branch, "--entry", "app.py", "--against", "more").stdout
    assert said.startswith("Nothing is added to the requirement files since more.")


def test_a_commit_that_is_not_there_is_a_mistake(branch: Path) -> None:
    done = footprint("cost", "--project", branch, "--against", "nowhere")
    assert done.returncode == 2
    assert "git knows no commit nowhere" in done.stderr


# the budget -> the outcome of FP419, the exit code
BUDGETS: Mapping[str, tuple[str, int]] = {"1KiB": ("violated", 1), "1MiB": ("passed", 0)}


@pytest.mark.parametrize("budget", BUDGETS)
def test_a_check_holds_what_a_change_adds_to_its_budget(budget: str, shop: Path, tmp_path: Path) -> None:
    head = twin_of(shop, "two")
    base = tmp_path / "base"
    shutil.copytree(shop, base, ignore=shutil.ignore_patterns(".venv"))
    really_install(head, "heavy==1.0")
    write(head, {"requirements.txt": "below==1.0\nheavy==1.0\n", "app.py": "import below\nimport heavy\n"})
    words = ("--entry", "app.py", "--against", base, "--runs", "1", "--max-increase", "50%,50MiB")
    loose = ("--max-disk-increase", "50%,50MiB", "--max-added-disk", budget)
    outcome, code = BUDGETS[budget]
    found = answer("check", head, *words, *loose, exit_code=code)
    (verdict,) = (each for each in found["verdicts"] if each["code"] == "FP419")
    assert verdict["outcome"] == outcome
    assert "1 distribution" in verdict["message"]
    assert (verdict["path"], verdict["line"]) == (("requirements.txt", 2) if outcome == "violated" else (None, None))


def test_without_a_folder_to_compare_with_nothing_is_judged(shop: Path) -> None:
    found = answer("check", shop, "--static", "--max-added-disk", "1MiB", exit_code=0)
    (verdict,) = (each for each in found["verdicts"] if each["code"] == "FP419")
    assert verdict["outcome"] == "not judged"


def test_settings_of_the_project_lead_the_installer_nowhere(shop: Path, tmp_path: Path) -> None:
    twin = twin_of(shop, "two")
    text = f'[tool.uv.pip]\ntarget = "{tmp_path}/elsewhere"\n[tool.uv]\ncache-dir = "{tmp_path}/cache"\n'
    write(twin, {"pyproject.toml": text})
    before = look(twin)
    assert priced(twin, "--no-probe", "plain")["plain"]["new_count"] == 1
    assert look(twin) == before
    assert list(tmp_path.iterdir()) == []


def test_a_password_in_an_address_is_not_shown(shop: Path) -> None:
    asked = "plain @ https://somebody:hunter2@127.0.0.1:9/plain-1.0-py3-none-any.whl"
    env = {"UV_HTTP_RETRIES": "0"}
    done = footprint("cost", "--project", shop, "--no-probe", asked, "-f", "json", env=env)
    assert done.returncode == 3
    assert "hunter2" not in done.stdout + done.stderr
