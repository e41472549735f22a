"""`footprint check` as CI runs it: a real project in a real environment, started, judged, answered by exit codes."""

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.support.command import footprint
from tests.support.machine import PATIENCE_S, install, on_interpreters
from tests.support.projects import make_env, make_env_of, site_of, write

MIB = 1 << 20
APP = """\
import small


def run():
    import big
    return big
"""
APP_AT_THE_TOP = """\
import small
import big


def run():
    return big
"""


def block(name: str, size_mib: int) -> bytes:
    """Return a module that keeps so much anonymous memory."""
    return f"{name} = bytearray(b'x') * {size_mib << 20}\n".encode()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with its environment; tests work on copies of the project that share it."""
    folder = tmp_path_factory.mktemp("made")
    site = make_env_of(folder / "env", "idle spare")
    install(site, "small", {"small.py": block("small", 4)})
    install(site, "big", {"big/__init__.py": b"import arrays\n" + block("big", 9)}, metadata="Requires-Dist: arrays\n")
    install(site, "arrays", {"arrays.py": block("arrays", 14)})
    write(
        folder / "shop",
        {"requirements.txt": "small==1.0\nbig==1.0\n", "app.py": APP, "Procfile": "web: python app.py\n"},
    )
    return folder


@pytest.fixture
def shop(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made / "shop", tmp_path / "shop")


def check(shop: Path, made: Path, *args: str | Path, **options: Any) -> CompletedProcess[str]:
    return footprint("check", shop, "--env", made / "env", *args, **options)


def check_json(shop: Path, made: Path, *args: str | Path, code: int = 0, **options: Any) -> dict[str, Any]:
    done = check(shop, made, "-f", "json", *args, **options)
    assert done.returncode == code, done.stdout[-3000:] + done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def of(report: Mapping[str, Any], code: str, outcome: str | None = None) -> list[dict[str, Any]]:
    return [one for one in report["verdicts"] if one["code"] == code and outcome in (None, one["outcome"])]


def record(shop: Path, made: Path, *, started: bool = False) -> None:
    done = check(shop, made, "--update-baseline", started=started)
    assert done.returncode == 0, done.stdout + done.stderr


def test_unchanged_passes_and_recording_twice_writes_the_same_bytes(shop: Path, made: Path) -> None:
    record(shop, made)
    done = check(shop, made)
    assert done.returncode == 0 and "passed" in done.stdout.lower(), done.stdout + done.stderr
    before = (shop / "footprint-baseline.json").read_bytes()
    (environment,) = json.loads(before)["environments"].values()
    assert list(environment["entries"]["web"]["startup_mib"]) == ["small"]
    record(shop, made, started=True)  # with another order of sets
    assert (shop / "footprint-baseline.json").read_bytes() == before


def test_a_lazy_import_moved_to_the_top_fails_with_its_line(shop: Path, made: Path) -> None:
    record(shop, made)
    write(shop, {"app.py": APP_AT_THE_TOP})
    report = check_json(shop, made, code=1)
    assert report["conclusion"] == "failed"
    (grown,) = of(report, "FP411")
    assert grown["outcome"] == "violated" and (grown["path"], grown["line"]) == ("app.py", 2)
    (reason,) = grown["reasons"]
    assert (reason["kind"], reason["distribution"]) == ("new", "big")
    assert [each["name"] for each in reason["brings"]] == ["arrays"]
    assert 22 * MIB < grown["measured"] - grown["baseline"] < 25 * MIB
    assert abs(reason["deferral_bytes"] - 23 * MIB) < 2 * MIB, "what moving it back would save"
    (new,) = of(report, "FP303")
    assert (new["path"], new["line"], new["level"]) == ("app.py", 2, "warning")
    text = check(shop, made)
    assert text.returncode == 1 and "app.py:2" in text.stdout and "big" in text.stdout


def test_growth_of_two_per_cent_is_caught_when_the_tolerance_says_so(shop: Path, made: Path) -> None:
    record(shop, made)
    write(shop, {"app.py": APP + "\nkept = bytearray(b'x' * 400 * 1024)\n"})  # of about 9 MiB: 4 %
    assert check(shop, made).returncode == 0
    report = check_json(shop, made, "--max-increase", "2%,0.1MiB", code=1)
    (grown,) = of(report, "FP411")
    assert grown["outcome"] == "violated" and [reason["kind"] for reason in grown["reasons"]] in ([], ["rest"])


def test_an_unused_requirement_fails_and_what_was_there_before_does_not(shop: Path, made: Path) -> None:
    write(shop, {"requirements.txt": "small==1.0\nbig==1.0\nidle==1.0\n"})
    assert check(shop, made).returncode == 1
    record(shop, made)
    assert [one["outcome"] for one in of(check_json(shop, made), "FP101")] == ["known"]
    write(shop, {"requirements.txt": "small==1.0\nbig==1.0\nidle==1.0\nspare==1.0\n"})
    report = check_json(shop, made, code=1)
    (unused,) = of(report, "FP101", "violated")
    assert (unused["path"], unused["line"], unused["subject"]) == ("requirements.txt", 4, "spare")
    assert check(shop, made, "--rule", "unused=warning").returncode == 0
    assert check(shop, made, "--exit-zero").returncode == 0


def test_raising_needs_to_be_allowed(shop: Path, made: Path) -> None:
    record(shop, made)
    before = (shop / "footprint-baseline.json").read_bytes()
    write(shop, {"app.py": APP_AT_THE_TOP})
    done = check(shop, made, "--update-baseline")
    assert done.returncode == 1 and "--allow-increase" in done.stdout
    assert (shop / "footprint-baseline.json").read_bytes() == before
    done = check(shop, made, "--update-baseline", "--allow-increase")
    assert done.returncode == 0, done.stdout
    assert "big" in done.stdout
    assert check(shop, made).returncode == 0
    write(shop, {"app.py": APP})
    stale = check_json(shop, made)
    assert of(stale, "FP901", "violated")
    assert check(shop, made, "--strict-baseline").returncode == 1
    record(shop, made)
    assert "big" not in (shop / "footprint-baseline.json").read_text(), "lowered without being asked"
    assert not of(check_json(shop, made), "FP901", "violated")


CALLED = """{app}

def work():
    kept.append(b"x" * ({held} << 20))
    print(b"x" * ({peak} << 20) == b"")


kept = []
"""


def test_growth_of_a_call_is_compared_and_blamed_by_its_line(shop: Path, made: Path, tmp_path: Path) -> None:
    rules = ("--rule", "unused=off", "--rule", "unreached=off", "--call", "app:work")
    write(shop, {"app.py": CALLED.format(app=APP, held=4, peak=6)})
    assert not of(check_json(shop, made, *rules), "FP418"), "nothing to compare with"
    assert check(shop, made, *rules, "--update-baseline").returncode == 0
    (kept,) = json.loads((shop / "footprint-baseline.json").read_text())["environments"].values()
    peak, held = kept["entries"]["web"]["calls_mib"]["app:work"]
    assert 4 <= held < 5 and 9.5 < peak < 11.5
    base = shutil.copytree(shop, tmp_path / "base")
    (passed,) = of(check_json(shop, made, *rules), "FP418")
    assert passed["outcome"] == "passed" and passed["subject"] == "app:work"
    for changes, word in (({"held": 20, "peak": 6}, "holds"), ({"held": 4, "peak": 30}, "needs")):
        write(shop, {"app.py": CALLED.format(app=APP, **changes)})
        (grown,) = of(check_json(shop, made, *rules, code=1), "FP418")
        assert grown["outcome"] == "violated" and f"app:work {word}" in grown["message"]
        assert grown["path"] == "app.py", "at or just before:"
        assert 'b"x" *' in (shop / "app.py").read_text().splitlines()[grown["line"] - 1]
    (shop / "footprint-baseline.json").unlink()
    (grown,) = of(check_json(shop, made, *rules, "--against", base, code=1), "FP418")
    assert grown["outcome"] == "violated"


OWN = {"app.py": "import inner\nimport small\nimport big\n", "inner.py": ""}
BARE = "import builtins, types\nif isinstance(builtins.__import__, types.BuiltinFunctionType):\n    "
SOMETIMES = """\
import pathlib
place = pathlib.Path('count')
count = len(place.read_text()) if place.exists() else 0
place.write_text('x' * (count + 1))
assert count != 2, 'the port is taken'
"""
# files, words, the exit code, and what is violated: code, line, and words of its message
JUDGED: dict[str, tuple[dict[str, str], str, int, tuple[tuple[str, int | None, str], ...]]] = {
    "forbidden: by a line": ({}, "--forbid-at-startup small", 1, (("FP301", 1, ""),)),
    "forbidden: lazy": ({}, "--forbid-at-startup big", 0, ()),
    "forbidden: only one is allowed, and it is the one": ({}, "--allow-at-startup small", 0, ()),
    "forbidden: only another is allowed": ({}, "--allow-at-startup big", 1, (("FP302", 1, ""),)),
    "forbidden: by a setting": (
        {"pyproject.toml": "[tool.footprint.check.entries.web]\nforbid-at-startup = ['sma*']\n"},
        *("", 1, (("FP301", 1, ""),)),
    ),
    "forbidden: of our own": (OWN, "--forbid-at-startup inner", 1, (("FP301", 1, ""),)),
    "forbidden: of our own, which static cannot judge": (OWN, "--static --forbid-at-startup inner", 0, ()),
    "a limit that fits": ({}, "--limit 64MiB", 0, ()),
    "a limit by workers that does not": ({}, "--limit 64MiB --workers 8", 1, (("FP401", None, ""),)),
    "a size": ({}, "--max-startup-anon 6MiB", 1, (("FP401", None, ""),)),
    "after first use": ({}, "--max-first-use-rss 30MiB", 1, (("FP403", None, ""),)),
    "after first use, enough": ({}, "--max-first-use-rss 200MiB", 0, ()),
    "after calls": ({}, "--call app:run --max-after-calls 30MiB", 1, (("FP408", None, "app:run takes"),)),
    "after calls, enough": ({}, "--call app:run --max-after-calls 200MiB --max-peak 200MiB", 0, ()),
    "disk": ({}, "--max-disk 1KiB", 1, (("FP405", None, ""),)),
    "distributions": ({}, "--max-distributions 1", 1, (("FP406", None, ""),)),
    "a share without a limit is not judged": ({}, "--max-startup-anon 50%", 0, ()),
    "it starts only now and then": (
        {"app.py": SOMETIMES}, "--rule unused=off --rule unreached=off", 3,
        (("FP905", None, "1 of 3 starts went through"), ("FP905", None, "the port is taken")),
    ),
    "it starts only under the hook": (
        {"app.py": f"import small\n{BARE}raise OSError('locked')\n"}, "--rule unused=off", 3,
        (("FP905", None, "locked (app.py:4), in a start without a hook"),),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", JUDGED)
def test_what_is_judged(case: str, shop: Path, made: Path) -> None:
    files, words, code, wanted = JUDGED[case]
    report = check_json(write(shop, files), made, *words.split(), code=code)
    found = [one for one in report["verdicts"] if one["outcome"] == "violated" and one["level"] == "error"]
    for rule, line, said in wanted:
        assert [one for one in found if one["code"] == rule and line in (None, one["line"]) and said in one["message"]]
    assert bool(found) == bool(wanted)
    presence = [(one["code"], one["line"]) for one in found if one["code"] in ("FP301", "FP302")]
    assert presence == [each[:2] for each in wanted if each[0] in ("FP301", "FP302")]


ENTRIES = {
    "raises": "raise RuntimeError('no database')\n",
    "hangs": "import time\ntime.sleep(600)\n",
    "does not parse": "def broken(:\n",
}


@pytest.mark.parametrize("case", ENTRIES)
def test_an_entry_that_cannot_be_measured_never_passes(case: str, shop: Path, made: Path) -> None:
    record(shop, made)
    write(shop, {"app.py": ENTRIES[case]})
    limit_s = 2 if case == "hangs" else PATIENCE_S
    rules = ("--rule", "unused=off", "--rule", "unreached=off", "--timeout", str(limit_s))
    done = check(shop, made, *rules, "-o", f"junit:{shop / 'j.xml'}", "-o", f"markdown:{shop / 'c.md'}")
    assert done.returncode == 3, done.stdout + done.stderr
    assert "passed:" not in done.stdout.lower() and "not measured" in done.stdout.lower()
    assert "<error" in (shop / "j.xml").read_text()
    lenient = check(shop, made, *rules, "--on-probe-error", "warn")
    assert lenient.returncode == 0, lenient.stdout + lenient.stderr
    assert "not measured" in lenient.stdout.lower()
    last = [line for line in lenient.stdout.splitlines() if line.strip()][-1]
    assert "passed" not in last.lower().partition(":")[0], last


def test_no_entry_is_not_measured(shop: Path, made: Path) -> None:
    (shop / "Procfile").unlink()
    (shop / "app.py").rename(shop / "library.py")
    assert check(shop, made).returncode == 3
    assert check(shop, made, "--static").returncode == 0


def test_static_starts_nothing(shop: Path, made: Path) -> None:
    write(
        shop, {"app.py": "open('started', 'w').close()\nimport small\n", "requirements.txt": "small==1.0\nidle==1.0\n"}
    )
    report = check_json(shop, made, "--static", "--forbid-at-startup", "small", code=1)
    assert report["entries"] == [] and not (shop / "started").exists()
    assert [one["line"] for one in of(report, "FP301", "violated")] == [2]
    assert [one["subject"] for one in of(report, "FP101", "violated")] == ["idle"]
    assert check(shop, made, "--static", "--update-baseline").returncode == 2


def test_the_base_branch_forgives_what_it_has_itself(shop: Path, made: Path, tmp_path: Path) -> None:
    record(shop, made)
    base = shutil.copytree(shop, tmp_path / "base")
    for folder in (shop, base):
        write(folder, {"app.py": APP_AT_THE_TOP})
    assert check(shop, made).returncode == 1
    report = check_json(shop, made, "--against", base)
    assert report["baseline"]["against"] == base.as_posix()
    (entry,) = report["entries"]
    assert entry["base_anon_bytes"] is not None and len(entry["anon_runs_bytes"]) == 3
    stored = tmp_path / "base.json"
    assert check(base, made, "-o", f"json:{stored}").returncode == 1
    assert check(shop, made, "--against", stored).returncode == 0
    write(base, {"app.py": APP})
    assert check(shop, made, "--against", base).returncode == 1


def test_unknown_entry_in_the_settings(shop: Path, made: Path) -> None:
    write(shop, {"pyproject.toml": "[tool.footprint.check.entries.wbe]\nmax-startup-anon = '1MiB'\n"})
    done = check(shop, made)
    assert done.returncode == 2 and "unknown entry; choose from web" in done.stderr


def test_time_ratio(shop: Path, made: Path) -> None:
    assert check(shop, made, "--max-time-ratio", "3", "--update-baseline").returncode == 0
    # What the ratio is depends on the machine and its load; on which side of these it is does not.
    assert of(check_json(shop, made, "--max-time-ratio", "1000000"), "FP415", "passed")
    baseline = json.loads((shop / "footprint-baseline.json").read_text())
    (environment,) = baseline["environments"].values()
    environment["entries"]["web"]["time_ratio"] /= 1_000_000
    write(shop, {"footprint-baseline.json": json.dumps(baseline)})
    assert of(check_json(shop, made, "--max-time-ratio", "2", code=1), "FP415", "violated")


def test_summary_and_outputs(shop: Path, made: Path, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    outputs = ("-o", "github:-", "-o", f"sarif:{tmp_path / 'f.sarif'}")
    done = check(shop, made, "-q", *outputs, env={"GITHUB_STEP_SUMMARY": str(summary)})
    assert done.returncode == 0, done.stderr
    assert summary.read_text().startswith("before\n<!-- footprint:")
    assert json.loads((tmp_path / "f.sarif").read_text())["version"] == "2.1.0"


def test_nothing_is_left_behind(shop: Path, made: Path) -> None:
    before = sorted(path.relative_to(shop) for path in shop.rglob("*"))
    check(shop, made)
    after = [path for path in shop.rglob("*") if "__pycache__" not in path.parts]
    assert sorted(path.relative_to(shop) for path in after) == before


def test_one_of_several_entries_leaves_the_others_of_the_baseline_alone(shop: Path, made: Path) -> None:
    write(shop, {"worker.py": "import small\n", "Procfile": "web: python app.py\nworker: python worker.py\n"})
    record(shop, made)
    report = check_json(shop, made, "--entry", "app.py", "--strict-baseline")
    assert not of(report, "FP901", "violated")
    write(shop, {"Procfile": "web: python app.py\n"})
    assert [one["entry"] for one in of(check_json(shop, made), "FP901", "violated")] == ["worker"]


def test_a_rule_that_is_off_keeps_what_the_baseline_puts_up_with(shop: Path, made: Path) -> None:
    write(shop, {"requirements.txt": "small==1.0\nbig==1.0\nidle==1.0\n"})
    record(shop, made)
    assert check(shop, made, "--rule", "unused=off", "--update-baseline").returncode == 0
    assert [one["outcome"] for one in of(check_json(shop, made), "FP101")] == ["known"]


@pytest.mark.parametrize("python", on_interpreters())
def test_on_every_interpreter(python: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    shop = write(tmp_path / "shop", {"app.py": "import json\n\n\ndef run():\n    import decimal\n"})
    args = ("check", shop, "--python", str(python), "--entry", "app.py", "--forbid-at-startup", "decimal")
    assert footprint(*args, "--update-baseline").returncode == 0
    done = footprint(*args, "-f", "json")
    report = json.loads(done.stdout)
    assert done.returncode == 0 and report["key"].startswith(f"cpython-{request.node.callspec.id}-"), done.stderr
    assert {one["outcome"] for one in of(report, "FP411")} == {"passed"} and not of(report, "FP904")
    file = shop / "footprint-baseline.json"
    file.write_text(
        re.sub(r"(cpython-[\d.]+)[a-z]*-", r"\1-", re.sub(r'("python": "[\d.]+)"', r'\g<1>1"', file.read_text()))
    )
    older = json.loads(footprint(*args, "-f", "json").stdout)  # of another patch release, from before the flags
    assert {one["outcome"] for one in of(older, "FP411")} == {"passed"}
    assert [one["outcome"] for one in of(older, "FP904")] == ["violated"]
    write(shop, {"app.py": "import json\nimport decimal\n"})
    assert [one["line"] for one in of(json.loads(footprint(*args, "-f", "json").stdout), "FP301", "violated")] == [2]


def test_the_base_is_measured_in_the_environment_of_the_head_unless_it_has_its_own(
    shop: Path, made: Path, tmp_path: Path
) -> None:
    (shop / ".venv").symlink_to(made / "env")
    base = shutil.copytree(made / "shop", tmp_path / "base")
    report = json.loads(footprint("check", shop, "--against", base, "-f", "json").stdout)
    assert report["entries"][0]["base_anon_bytes"] is not None
    assert [one["outcome"] for one in of(report, "FP411")] == ["passed"]
    install(site_of(make_env(base / ".venv")), "small", {"small.py": block("small", 20)})
    report = json.loads(
        footprint("check", shop, "--against", base, "-f", "json", env={"VIRTUAL_ENV": str(made / "env")}).stdout
    )
    assert report["entries"][0]["base_anon_bytes"] > report["entries"][0]["anon_bytes"] + 10 * MIB


def test_the_base_declares_what_its_own_files_say(shop: Path, made: Path, tmp_path: Path) -> None:
    write(shop, {"pyproject.toml": "[tool.footprint]\nrequirements = ['requirements.txt']\n"})
    base = shutil.copytree(shop, tmp_path / "base")
    write(shop, {"requirements.txt": "small==1.0\nbig==1.0\nidle==1.0\n"})
    report = check_json(shop, made, "--against", base, code=1)
    assert [one["subject"] for one in of(report, "FP101", "violated")] == ["idle"]


def test_a_section_of_an_entry_that_was_not_asked_for_is_no_mistake(shop: Path, made: Path) -> None:
    sections = "[tool.footprint.check.entries.web]\nforbid-at-startup = ['small']\n"
    write(shop, {"pyproject.toml": sections, "worker.py": "import small\n"})
    report = check_json(shop, made, "--entry", "worker.py")
    assert [note["code"] for note in report["notes"]] == ["unused-section"], "said, since nothing is judged by it"


def test_a_base_that_does_not_start_is_said(shop: Path, made: Path, tmp_path: Path) -> None:
    base = shutil.copytree(shop, tmp_path / "base")
    write(base, {"app.py": "import small\nraise RuntimeError('no database')\n"})
    report = check_json(shop, made, "--against", base)
    (missing,) = of(report, "FP903")
    assert "no database (app.py:2)" in missing["message"] and not missing["hint"]
    assert not of(report, "FP411")


def test_without_an_interpreter_the_way_out_is_said(shop: Path, made: Path) -> None:
    site = site_of(made / "env")
    done = footprint("check", shop, "--site-packages", site)
    assert done.returncode == 3 and "--static" in done.stdout and "footprint probe" not in done.stdout
    assert footprint("check", shop, "--site-packages", site, "--static").returncode == 0


def test_an_entry_that_is_given_is_compared_with_the_same_program_only(shop: Path, made: Path) -> None:
    write(shop, {"worker.py": "import big\n"})
    given = ("--entry", "worker.py", "--entry", "app.py")
    assert check(shop, made, *given, "--update-baseline").returncode == 0
    assert not of(check_json(shop, made, *given), "FP903")
    report = check_json(shop, made, "--entry", "app.py")
    (other,) = of(report, "FP903")
    assert "worker.py" in other["message"] and not of(report, "FP411")
    refused = check(shop, made, "--entry", "app.py", "--update-baseline")
    assert refused.returncode == 1 and "target" in refused.stdout
    assert check(shop, made, "--entry", "app.py", "--update-baseline", "--allow-increase").returncode == 0
    assert of(check_json(shop, made, "--entry", "app.py"), "FP411", "passed")


@pytest.mark.parametrize(("command", "is_told"), [("shop", True), ("python app.py", False)])
def test_a_function_that_no_start_called_is_told(shop: Path, made: Path, command: str, is_told: bool) -> None:
    scripts = '[project]\nname = "shop"\nversion = "1"\ndependencies = ["small"]\n[project.scripts]\nshop = "app:run"\n'
    write(shop, {"pyproject.toml": scripts, "Procfile": f"web: {command}\n"})
    done = footprint("check", shop, "--env", made / "env", "--runs", "1")
    told = "function-not-called: web: run() was imported and not called: what it loads is in no figure"
    assert (told in " ".join(done.stdout.split())) is is_told, done.stdout
