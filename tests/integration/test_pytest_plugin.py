"""The pytest plugin as its users meet it: pytest in a process of its own, on real projects."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.command import footprint, plain_environment
from tests.support.machine import install
from tests.support.projects import make_env, site_of, write

pytest_plugins = ("pytester",)

Run = Callable[..., pytest.RunResult]

APP = {
    "shop/__init__.py": "",
    "shop/main.py": "from shop import export\n\nprint('the app prints this')\n\n\ndef app() -> None: ...\n",
    "shop/export.py": "import heavy\n\n\ndef render() -> None:\n    import light\n",
    "requirements.txt": "heavy\nlight\n",
    "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '-ra --strict-markers'\n",
}
CRASHING = "print('about to')\nimport not_there\n"
ENTRY = "shop.main:app"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that the tests of the project do not run in."""
    env = make_env(tmp_path_factory.mktemp("plugin") / "env")
    install(site_of(env), "heavy", {"heavy/__init__.py": b"data = b'x' * (24 << 20)\nfrom heavy import inner\n"})
    install(site_of(env), "heavy-inner", {"heavy/inner.py": b""})
    install(site_of(env), "light", {"light.py": b""})
    install(site_of(env), "idle", {"idle.py": b""})
    return env


@pytest.fixture
def run(pytester: pytest.Pytester, environment: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run pytest on a project with these tests, as its user does."""
    for name in os.environ.keys() - plain_environment().keys():
        monkeypatch.delenv(name)
    write(pytester.path, APP)

    def run_on(tests: str, *args: str, settings: str = "", files: dict[str, str] | None = None) -> pytest.RunResult:
        told = {"pyproject.toml": APP["pyproject.toml"] + settings} if settings else {}
        write(pytester.path, {**told, **(files or {}), "test_start.py": f"import pytest\n\n{tests}"})
        return pytester.runpytest_subprocess(f"--footprint-env={environment}", *args)

    return run_on


# The fixture


def test_fixture_has_figures_and_names_of_another_process(run: Run) -> None:
    tests = f"""
def test_start(footprint_start):
    web = footprint_start("{ENTRY}")
    assert web.entry == "{ENTRY}"
    assert web.anon_bytes > 24 << 20 and web.rss_bytes > web.anon_bytes
    assert {{"heavy", "heavy-inner"}} == web.distributions
    assert {{"shop.main", "shop.export", "heavy", "heavy.inner"}} <= web.modules
    assert not any("<" in name or name.startswith("pytest") for name in web.modules)
    web.assert_not_loaded("light", "torch", "pandas.*")
    web.assert_at_most(anon="100 MiB", rss=1 << 30)
    import sys
    assert "heavy" not in sys.modules and "shop" not in sys.modules
"""
    result = run(tests, "-s")
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*the app prints this*")


def test_fixture_names_the_chain_and_the_line_behind_what_is_loaded(run: Run) -> None:
    result = run(
        f"def test_start(footprint_start):\n    footprint_start('{ENTRY}').assert_not_loaded('light', 'heavy')\n"
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            f"*AssertionError: heavy is loaded at startup of {ENTRY}, by shop/export.py:1",
            "E         shop.main",
            "E           shop.export  shop/main.py:1",
            "E             heavy  shop/export.py:1",
            "test_start.py:4: AssertionError",
        ]
    )
    result.stdout.no_fnmatch_line("*footprint/testing*")


NAMES = {
    "'heavy.*'": "heavy.[*] is loaded at startup of * (as heavy.inner), by shop/export.py:1",
    "'heavy.inner'": "heavy.inner is loaded at startup*",
    "'HEAVY_inner'": "HEAVY_inner is loaded at startup of * (as heavy.inner)*",
    "'shop.export'": "shop.export is loaded at startup of *, by shop/main.py:1",
    "'ligh*'": None,
    "'export', 'heav', 'shop.exp'": None,
}


def test_names_are_modules_distributions_and_patterns(run: Run) -> None:
    tests = (
        f"def test_{number}(footprint_start):\n    footprint_start('{ENTRY}').assert_not_loaded({names})\n"
        for number, names in enumerate(NAMES)
    )
    result = run("\n".join(tests))
    hits = [said for said in NAMES.values() if said is not None]
    result.assert_outcomes(passed=len(NAMES) - len(hits), failed=len(hits))
    result.stdout.fnmatch_lines([f"E *AssertionError: {said}" for said in hits])


def test_fixture_names_the_heaviest_when_it_takes_too_much(run: Run) -> None:
    result = run(f"def test_start(footprint_start):\n    footprint_start('{ENTRY}').assert_at_most(anon='20 MiB')\n")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            f"E *{ENTRY} starts with anon * MiB of 20.0 MiB, * MiB too much",
            "E *heaviest by RSS*",
            "E * heavy 2* MiB  imported by shop/export.py:1",
        ]
    )


def test_entry_is_started_once_for_the_hook_and_once_for_the_figures(run: Run, pytester: pytest.Pytester) -> None:
    files = {"shop/main.py": f"open({str(pytester.path / 'starts')!r}, 'a').write('x')\n\n\ndef app() -> None: ...\n"}
    tests = f"""
@pytest.mark.parametrize("number", range(3))
def test_start(footprint_start, number):
    footprint_start("{ENTRY}").assert_not_loaded("heavy")

@pytest.mark.footprint("{ENTRY}", forbid=["heavy"])
def test_marked(): ...
"""
    compiled = run(tests, "--footprint", "-k", "test_", files=files)
    compiled.assert_outcomes(passed=4, deselected=_rules(compiled))
    (pytester.path / "starts").unlink()
    run(tests, "--footprint", "-k", "test_").assert_outcomes(passed=4, deselected=_rules(compiled))
    assert (pytester.path / "starts").read_text() == "xx"


def test_environment_of_the_start_is_that_of_the_session_without_pytest(run: Run, pytester: pytest.Pytester) -> None:
    seen = pytester.path / "seen.json"
    files = {
        "shop/main.py": f"import json, os\njson.dump(dict(os.environ), open({str(seen)!r}, 'w'))\n\n\napp = print\n",
        "conftest.py": "import os\nos.environ['OF_CONFTEST'] = '1'\n",
    }
    tests = f"""
@pytest.fixture(autouse=True)
def of_the_test(monkeypatch):
    monkeypatch.setenv("OF_A_TEST", "1")

def test_start(footprint_start):
    import os
    before = dict(os.environ)
    footprint_start("{ENTRY}", env={{"GIVEN": "2"}})
    assert dict(os.environ) == before and "PYTEST_CURRENT_TEST" in before
"""
    run(tests, files=files).assert_outcomes(passed=1)
    variables = json.loads(seen.read_text())
    assert (variables["OF_CONFTEST"], variables["GIVEN"]) == ("1", "2")
    assert not [name for name in variables if name == "OF_A_TEST" or name.startswith("PYTEST_")]


def test_entry_may_be_left_out_where_there_is_one(run: Run) -> None:
    tests = "def test_start(footprint_start):\n    assert footprint_start().entry == 'shop.main:app'\n"
    run(tests, files={"Procfile": "web: uvicorn shop.main:app\n"}).assert_outcomes(passed=1)
    run(tests, "--footprint-entry", ENTRY).assert_outcomes(passed=1)
    several = run(tests, files={"Procfile": "web: uvicorn shop.main:app\nworker: python -m shop.export\n"})
    several.assert_outcomes(failed=1)
    several.stdout.fnmatch_lines(["footprint: there are 2 entries, so name one: web (*), worker (*)"])
    run("def test_start(footprint_start):\n    footprint_start('worker')\n").assert_outcomes(passed=1)


STOPPED = {
    "'shop.crash'": "*stopped in stage import at shop/crash.py:2: ModuleNotFoundError*",
    "'shop.hang', timeout=1": "*not over after 1 s*",
    "'shop.nowhere:app'": "footprint: *shop.nowhere*",
    "'shop.leave'": "*stopped in stage import*",
    "'shop.main:app', timeout=-1": "footprint: *-1*",
    "'shop.main:app', env={'PORT': 1}": "footprint: env={'PORT': 1}: names and values are text*",
    "len": "footprint: <built-in function len> is not an entry: *",
}


def test_start_that_fails_says_where_it_stopped_and_nothing_of_ours(run: Run) -> None:
    files = {
        "shop/crash.py": CRASHING,
        "shop/hang.py": "import time\ntime.sleep(600)\n",
        "shop/leave.py": "import os\nprint('noise' * 9999)\nos._exit(4)\n",
    }
    tests = (
        f"def test_{number}(footprint_start):\n    footprint_start({arguments})\n"
        for number, arguments in enumerate(STOPPED)
    )
    result = run("\n".join(tests), files=files)
    result.assert_outcomes(failed=len(STOPPED))
    result.stdout.fnmatch_lines(list(STOPPED.values()))
    for ours in ("Traceback*", "*footprint/testing*", "*footprint/audit*", f"*{'noise' * 50}*", "*recorder.py*"):
        result.stdout.no_fnmatch_line(ours)


def test_warnings_made_errors_do_not_reach_what_footprint_reads(run: Run) -> None:
    files = {"shop/export.py": "import heavy\n\nPATTERN = '\\d'\n\n\ndef render() -> None:\n    return 1 is 1\n"}
    tests = f"def test_start(footprint_start):\n    footprint_start('{ENTRY}').assert_not_loaded('light')\n"
    run(tests, "-W", "error", files=files).assert_outcomes(passed=1)


# The marker


MARKED = f"""
@pytest.mark.footprint(entry="{ENTRY}", max_anon="150 MiB", max_rss="1 GiB", forbid=["light", "torch"])
def test_small(): ...

@pytest.mark.footprint("{ENTRY}", max_anon="20 MiB", forbid="heavy")
def test_large():
    print("THE BODY RAN")

@pytest.mark.footprint("{ENTRY}", max_rss="1 GiB")
def test_body():
    raise ValueError("of the body")

def test_other(): ...
"""


def test_marked_tests_are_skipped_without_the_option(run: Run, pytester: pytest.Pytester) -> None:
    result = run(MARKED)
    result.assert_outcomes(passed=1, skipped=3)
    result.stdout.fnmatch_lines(["SKIPPED * needs --footprint"])


def test_marker_is_judged_before_the_body(run: Run) -> None:
    result = run(MARKED, "--footprint", "-k", "test_")
    result.assert_outcomes(passed=2, failed=2, deselected=_rules(result))
    result.stdout.fnmatch_lines(
        [
            "*_ test_large _*",
            f"heavy is loaded at startup of {ENTRY}, by shop/export.py:1",
            f"{ENTRY} starts with anon * MiB of 20.0 MiB, * too much",
            "*_ test_body _*",
            "E *ValueError: of the body",
        ]
    )
    result.stdout.no_fnmatch_line("THE BODY RAN")


def test_markers_around_a_test_are_each_judged_and_lend_it_their_entry(run: Run) -> None:
    tests = f"""
pytestmark = pytest.mark.footprint("{ENTRY}")

@pytest.mark.footprint(forbid=["heavy"])
class TestWeb:
    @pytest.mark.footprint(max_anon="20 MiB")
    def test_both(self): ...

def test_starts(): ...
"""
    result = run(tests, "--footprint", "-k", "test_start")
    result.assert_outcomes(passed=1, failed=1, deselected=_rules(result))
    result.stdout.fnmatch_lines([f"{ENTRY} starts with anon *", f"heavy is loaded at startup of {ENTRY}*"])


REFUSED = {
    "max_annon='20 MiB'": "it does not know 'max_annon'; it knows entry, max_anon, max_rss, forbid",
    "'a:app', 'b:app'": "it takes one entry, and all else by keyword",
    "'a:app', entry='b:app'": "it takes one entry, and all else by keyword",
    "entry=3": "entry=3: write it as*",
    "max_anon='20 M'": "max_anon: '20 M' is not a size: *",
    "max_rss='75%'": "max_rss: '75%' is not a size: *",
    "max_rss=-1": "max_rss=-1: write it as*",
    "max_rss=True": "max_rss=True: write it as*",
    "forbid=[3]": "forbid=?3?: write it as*",
}


@pytest.mark.parametrize("option", [(), ("--footprint", "-k", "test_")])
def test_marker_that_means_nothing_is_refused(run: Run, option: tuple[str, ...]) -> None:
    tests = (
        f"@pytest.mark.footprint({arguments})\ndef test_{number}(): ...\n" for number, arguments in enumerate(REFUSED)
    )
    result = run("\n".join(tests), *option)
    result.assert_outcomes(errors=len(REFUSED), deselected=_rules(result))
    result.stdout.fnmatch_lines([f"@pytest.mark.footprint: {said}" for said in REFUSED.values()])
    result.stdout.no_fnmatch_line("*During handling*")


def test_entry_of_a_marker_that_does_not_start_is_an_error_once_measured(run: Run) -> None:
    tests = "@pytest.mark.footprint('shop.crash')\n@pytest.mark.parametrize('n', [1, 2])\ndef test_start(n): ...\n"
    result = run(tests, "--footprint", "-k", "test_", files={"shop/crash.py": CRASHING})
    result.assert_outcomes(errors=2, deselected=_rules(result))
    result.stdout.fnmatch_lines(["*stopped in stage import at shop/crash.py:2: ModuleNotFoundError*"])


# The rules of the check


SETTINGS = """
[tool.footprint]
entries = ["shop.main:app"]
[tool.footprint.check]
max-startup-anon = "20 MiB"
max-startup-rss = "1 GiB"
forbid-at-startup = ["light"]
max-distributions = 50
[tool.footprint.check.rules]
unreached = "off"
"""


def test_option_runs_the_rules_of_the_check_as_tests(run: Run) -> None:
    files = {"requirements.txt": "heavy\nlight\nidle\n"}
    result = run("def test_other(): ...\n", "--footprint", "-v", settings=SETTINGS, files=files)
    result.stdout.fnmatch_lines(
        [
            "test_start.py::test_other PASSED*",
            "footprint::app::forbidden-at-startup PASSED*",
            "footprint::app::startup-anon FAILED*",
            "footprint::app::startup-rss PASSED*",
            "footprint::app::measured PASSED*",
            "footprint::distributions PASSED*",
            "footprint::unused FAILED*",
            "footprint::undeclared PASSED*",
            "footprint::check PASSED*",
            "*_ footprint::app::startup-anon _*",
            "FP401 app: startup anon * of 20.0 MiB*",
            "FP101 *idle*requirements.txt:3*",
        ]
    )
    result.assert_outcomes(passed=7, failed=2)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.no_fnmatch_line("*::unreached*")


def test_growth_since_the_baseline_fails_by_the_line_that_did_it(
    run: Run, pytester: pytest.Pytester, environment: Path
) -> None:
    lazy = "def render() -> None:\n    import heavy\n"
    settings = '\n[tool.footprint]\nentries = ["shop.main:app"]\n'
    files = {"pyproject.toml": APP["pyproject.toml"] + settings, "shop/export.py": lazy}
    write(pytester.path, files)
    made = footprint("check", pytester.path, "--env", environment, "--update-baseline")
    assert (pytester.path / "footprint-baseline.json").exists(), made.stderr
    quiet = run("", "--footprint", "-k", "anon-increase", files=files)
    quiet.assert_outcomes(passed=1, deselected=_rules(quiet))
    files["shop/export.py"] = "import os\nimport heavy\n\n\ndef render() -> None: ...\n"
    grown = run("", "--footprint", "-k", "anon-increase", files=files)
    grown.assert_outcomes(failed=1, deselected=_rules(grown))
    grown.stdout.fnmatch_lines(["FP411 app: *", "  heavy 2* MiB*new at startup*shop/export.py:2"])


def test_violated_warning_is_a_warning(run: Run) -> None:
    settings = SETTINGS.replace('"20 MiB"', '"1 GiB"').replace('"1 GiB"\nforbid', '"20 MiB"\nforbid')
    result = run("def test_other(): ...\n", "--footprint", settings=settings)
    result.assert_outcomes(passed=9, warnings=1)
    result.stdout.fnmatch_lines(["*FootprintWarning: footprint::app::startup-rss: FP402 app: startup RSS*"])


def test_what_was_not_judged_is_skipped(run: Run) -> None:
    result = run("", "--footprint", settings=SETTINGS.replace('"20 MiB"', '"75%"'))
    result.assert_outcomes(passed=7, skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED *startup anon: a share of the limit, and no limit is known*"])


def test_entry_that_cannot_be_measured_is_an_error_and_no_rule_of_it_passes(run: Run) -> None:
    result = run("", "--footprint", "-v", settings=SETTINGS, files={"shop/main.py": CRASHING + "app = print\n"})
    result.stdout.fnmatch_lines(["footprint::app::measured ERROR*", "FP905 app: *shop/main.py:2*"])
    for rule in ("startup-anon", "startup-rss", "forbidden-at-startup"):
        result.stdout.fnmatch_lines([f"footprint::app::{rule} SKIPPED (app could not be m*"])
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_settings_that_mean_nothing_are_told_by_one_item(run: Run) -> None:
    settings = SETTINGS.replace("max-distributions", "max-distribution")
    result = run("def test_other(): ...\n", "--footprint", settings=settings)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["footprint: *max-distribution*did you mean max-distributions*"])


def test_nothing_is_started_to_collect(run: Run, pytester: pytest.Pytester) -> None:
    started = pytester.path / "started"
    files = {"shop/main.py": f"open({str(started)!r}, 'w')\napp = print\n"}
    result = run(MARKED, "--footprint", "--collect-only", "-q", settings=SETTINGS, files=files)
    result.stdout.fnmatch_lines(
        ["test_start.py::test_small", "footprint::app::startup-anon", "footprint::check", "12 tests *"]
    )
    assert not started.exists()


def test_workers_of_xdist_share_one_check(run: Run, pytester: pytest.Pytester) -> None:
    starts = pytester.path / "starts"
    files = {"shop/main.py": f"import heavy\nopen({str(starts)!r}, 'a').write('x')\napp = print\n"}
    run("", "--footprint", settings=SETTINGS, files=files)
    starts.unlink()
    run("", "--footprint")  # bytecode is there now: starts are counted from here on
    alone = starts.read_text()
    starts.unlink()
    result = run("", "--footprint", "-n2")
    result.assert_outcomes(passed=7, failed=1)
    assert starts.read_text() == alone


# Beside others


def test_markers_and_help_tell_of_it(pytester: pytest.Pytester) -> None:
    pytester.runpytest_subprocess("--markers").stdout.fnmatch_lines(["@pytest.mark.footprint(entry=None, *"])
    told = pytester.runpytest_subprocess("--help").stdout
    told.fnmatch_lines(["*--footprint *", "*--footprint-entry=ENTRY*", "*--footprint-env=DIR*"])


def test_plugin_can_be_left_out(run: Run, pytester: pytest.Pytester) -> None:
    write(pytester.path, {"test_start.py": "def test_other(): ...\n"})
    pytester.runpytest_subprocess("-p", "no:footprint").assert_outcomes(passed=1)
    refused = pytester.runpytest_subprocess("-p", "no:footprint", "--footprint")
    assert refused.ret == pytest.ExitCode.USAGE_ERROR


_LOADED = """
import sys
def pytest_sessionfinish(session):
    print()
    print("LOADED", *sorted(sys.modules))
"""
_OURS = {"footprint", "footprint.pytest_plugin"}


def test_plugin_loads_nothing_for_those_who_do_not_use_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(conftest=_LOADED, test_other="def test_other(): ...\n")
    without, with_it = (
        next(set(line.split()[1:]) for line in pytester.runpytest_subprocess("-s", *args).outlines if "LOADED" in line)
        for args in (("-p", "no:footprint"), ())
    )
    assert {name for name in without if name.startswith("footprint")} == set()
    assert with_it - without == _OURS


def test_option_to_select_markers_selects_all_of_ours(run: Run) -> None:
    result = run(MARKED, "--footprint", "--collect-only", "-q", "-m", "footprint")
    result.stdout.fnmatch_lines(["test_start.py::test_small", "footprint::check"])
    result.stdout.no_fnmatch_line("*test_other*")


def _rules(result: pytest.RunResult) -> int:
    """Return how many items were deselected: the rules of the check, which these tests are not about."""
    return result.parseoutcomes().get("deselected", 0)


# What is started, and whose word is enough for it


def test_the_head_says_what_will_be_started_where_rules_are_asked_for(run: Run) -> None:
    says = (
        "pytest --footprint starts the application with *bin/python, as you. without --footprint none of it is started."
    )
    run("def test_nothing() -> None: ...\n", "--footprint", "--footprint-entry", ENTRY).stdout.fnmatch_lines(
        [says.replace("application", f"application ({ENTRY})")]
    )
    for args in ((), ("--footprint", "--collect-only")):
        assert "starts the application" not in run("def test_nothing() -> None: ...\n", *args).stdout.str()


def test_settings_that_lead_out_need_an_option(pytester: pytest.Pytester, run: Run, tmp_path: Path) -> None:
    settings = f"[tool.footprint]\nrequirements = ['{tmp_path}/requirements.txt']\n"
    write(tmp_path, {"requirements.txt": "heavy\n"})
    test = f"def test_start(footprint_start) -> None:\n    footprint_start({ENTRY!r})\n"
    refused = run(test, settings=settings)
    assert refused.ret == 1 and "--trust-settings" in refused.stdout.str()
    assert run(test, "--footprint-trust-settings", settings=settings).ret == 0
