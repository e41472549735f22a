"""`footprint what-if` on real projects: what holds, what breaks and where, and nothing of it is left."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.canary import look
from tests.support.command import answer, audit_json, footprint
from tests.support.machine import install
from tests.support.projects import make_shop, site_of, write


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = make_shop(tmp_path / "shop")
    site = site_of(folder / ".venv")
    install(site, "served", {"served.py": b""})
    write(folder, {"test_app.py": "import app, light, heavy\napp.run()\nprint('ran')\n"})
    footprint("audit", folder)  # writes bytecode
    return folder


def tried(code: int, *words: str | Path) -> dict[str, Any]:
    return answer("what-if", *words, exit_code=code)


def verdicts(found: dict[str, Any]) -> dict[str, str]:
    return {change["subject"]: change["verdict"] for change in found["changes"]}


def test_what_nobody_needs_goes_and_nothing_is_touched(shop: Path) -> None:
    before = look(shop)
    found = tried(0, shop, "--without", "Idle")
    assert verdicts(found) == {"idle": "proved"}
    assert found["changes"][0]["by"] == ["start", "first use"]
    assert found["disk_bytes"] > 300_000
    assert abs(found["starts"][0]["rss_after_bytes"] - found["starts"][0]["rss_before_bytes"]) < 1 << 20
    assert look(shop) == before


# kind -> (what each requires, further code of app.py, what is tried without, what is then gone, verdicts).
SHARED: dict[str, tuple[str, str, str, str, str]] = {
    "both that share it": ("one:below two:below", "", "one two", "one two below", "proved proved"),
    "one of two": ("one:below two:below", "", "one", "one", "proved"),
    "a third holds it": ("one:below two:below three:below", "", "one two", "one two", "proved proved"),
    "a chain": ("one:below two:below below:deep", "", "one two", "one two below deep", "proved proved"),
    "a ring": ("one:below two:deep below:deep deep:below", "", "one two", "one two below deep", "proved proved"),
    "a pin of it": ("one:below two:below =below", "", "one two", "one two below", "proved proved"),
    "what the app takes from it": ("one:below two:below", "import below", "one two", "one", "proved breaks"),
}


@pytest.mark.parametrize("kind", SHARED)
def test_what_several_share_goes_with_the_last_of_them(kind: str, tmp_path: Path) -> None:
    asked, code, without, gone, said = SHARED[kind]
    folder = make_shop(tmp_path / "shop")
    site, own = site_of(folder / ".venv"), {"one": "", "two": "", "three": "", "below": "", "deep": ""}
    for name, _, other in (pair.partition(":") for pair in asked.split() if ":" in pair):
        own[name] = f"Requires-Dist: {other}"
    for name, metadata in own.items():
        install(site, name, {f"{name}.py": b"#" * 1000 + name.encode()}, metadata=metadata)
    lines = ["one", "two", "three" if "three:below" in asked else "", "below==1.0" if "=below" in asked else ""]
    write(folder, {"app.py": f"import heavy\n{code}\n", "requirements.txt": "\n".join(["heavy", *lines, ""])})
    weights = {row["name"]: row["apparent_bytes"] for row in audit_json(folder)["distributions"]}
    found = tried(int("breaks" in said), folder, *(word for name in without.split() for word in ("--without", name)))
    assert list(verdicts(found).values()) == said.split()
    assert found["disk_bytes"] == sum(weights[name] for name in gone.split())
    assert set(found["shared"]) == set(gone.split()) - set(without.split())


def test_what_breaks_has_its_line(shop: Path) -> None:
    found = tried(1, shop, "--without", "heavy", "--without", "light", "--without", "idle")
    assert verdicts(found) == {"heavy": "breaks", "light": "breaks", "idle": "proved"}
    heavy, light, _ = (change["breakage"] for change in found["changes"])
    assert (heavy["by"], heavy["path"], heavy["line"]) == ("start", "app.py", 2)
    assert (light["by"], light["path"], light["line"]) == ("first use", "app.py", 6)


def test_the_table_says_it_in_words(shop: Path) -> None:
    done = footprint("what-if", shop, "--without", "heavy", "--without", "idle")
    lines = done.stdout.splitlines()
    assert (
        lines[0] == "breaks: without heavy: the start of app: ModuleNotFoundError: No module named 'heavy' (app.py:2)"
    )
    assert lines[1] == "proved by its start and its lazy imports: without idle"
    assert lines[2].startswith("After the one that holds: startup ")


def test_a_variable_is_set_and_what_it_saves_is_measured(shop: Path) -> None:
    code = "import os\nif os.environ.get('LIGHT') != '1':\n    data = b'x' * (8 << 20)\n"
    write(shop, {"app.py": code})
    found = tried(0, shop, "--env", "LIGHT=1", "--env", str(shop / ".venv"))
    (start,) = found["starts"]
    assert verdicts(found) == {"LIGHT": "proved"}
    assert (start["rss_before_bytes"] - start["rss_after_bytes"]) / (1 << 20) == pytest.approx(8, abs=0.6)
    assert verdicts(tried(0, shop, "--env", "OTHER=1")) == {"OTHER": "no gain"}


def test_an_import_is_deferred_by_its_place(shop: Path) -> None:
    write(shop, {"app.py": "import heavy\n\n\ndef run():\n    return len(heavy.data)\n"})
    found = tried(0, shop, "--defer", "app.py:1", "--", "python", "-c", "import app; assert app.run()")
    assert verdicts(found) == {"heavy": "proved"}
    assert (found["changes"][0]["kind"], found["changes"][0]["by"][-1]) == ("defer", "tests")
    done = footprint("what-if", shop, "--defer", "app.py:7")
    assert done.returncode == 2
    assert "--defer app.py:7" in done.stderr


def test_an_exception_that_nobody_sees_is_a_difference(shop: Path) -> None:
    code = "import os\nclass Thing:\n    def __del__(self): os.environ['A'] + 1\nif 'A' in os.environ: Thing()\n"
    write(shop, {"app.py": code})
    found = tried(1, shop, "--env", "A=1")
    assert verdicts(found) == {"A": "breaks"}
    assert found["changes"][0]["breakage"]["message"].startswith("Exception ignored in: <function Thing.__del__")


def test_a_command_judges_too_and_what_it_writes_is_gone(shop: Path) -> None:
    before = look(shop)
    code = "import app, served; open('log.txt', 'a').write('ran')"
    found = tried(1, shop, "--without", "idle", "--without", "served", "--", "python", "-c", code)
    assert verdicts(found) == {"idle": "proved", "served": "breaks"}
    assert found["changes"][0]["by"] == ["start", "first use", "tests"]
    assert found["changes"][1]["breakage"]["by"] == "tests"
    assert {Path(each["path"]).name: each["kind"] for each in found["written"]} == {"log.txt": "written"}
    assert look(shop) == before


def test_a_command_that_ends_in_two_ways_unchanged_judges_nothing(shop: Path, tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    code = (
        f"import os, sys; p = {str(counter)!r}; n = os.path.exists(p) or open(p, 'w'); sys.exit(0 if n is True else 1)"
    )
    found = tried(0, shop, "--without", "idle", "--", "python", "-c", code)
    assert (verdicts(found), found["changes"][0]["by"]) == ({"idle": "proved"}, ["start", "first use"])
    assert found["command_is_judged"] is False


def test_failed_tests_are_compared_by_name_and_flaky_ones_left_out(shop: Path, tmp_path: Path) -> None:
    """As pytest sums them up; one fails every other time, one always."""
    code = f"""
import importlib.util, sys
with open({str(tmp_path / "runs")!r}, "a") as file:
    count = file.tell()
    file.write("x")
names = ["t.py::old"] + ["t.py::flaky"] * (count % 2)
names += [] if importlib.util.find_spec("served") else ["t.py::needs[a - b]"]
print("".join(f"FAILED {{name}} - boom\\n" for name in names))
sys.exit(1)
"""
    write(shop, {"runner.py": code})
    found = tried(1, shop, "--without", "served", "--without", "idle", "--", "python", "runner.py")
    assert verdicts(found) == {"served": "breaks", "idle": "proved"}
    assert found["flaky"] == ["t.py::flaky"]
    assert found["changes"][0]["breakage"]["tests"] == ["t.py::needs[a"]


def test_what_a_start_command_runs_stays(shop: Path) -> None:
    write(shop, {"Procfile": "web: served app:app\n"})
    found = tried(3, shop, "--without", "served")
    assert verdicts(found) == {"served": "not tried"}
    assert "Procfile:1" in found["changes"][0]["reason"]


CLICK = b"""def group(): return lambda f: type('Group', (), {'command': lambda s: lambda g: g, '__call__': f})()\n"""
COMMANDS = "import click\n\n\n@click.group()\ndef cli(): pass\n\n\n@cli.command()\ndef late():\n    import light\n"


@pytest.mark.parametrize(
    ("words", "code", "verdict"),
    [
        ("", 1, "breaks"),
        ("--no-first-use", 3, "not tried"),
        ("--no-first-use -- python test_app.py", 1, "breaks"),
        ("--entry commands:cli", 3, "not tried"),  # a command of another process than this entry's
    ],
)
def test_a_lazy_import_that_no_start_has_tried_is_no_proof(shop: Path, words: str, code: int, verdict: str) -> None:
    install(site_of(shop / ".venv"), "click", {"click.py": CLICK})
    write(shop, {"commands.py": COMMANDS})
    found = tried(code, shop, "--without", "light", *words.split())
    assert verdicts(found) == {"light": verdict}
    assert ("in a function" in found["changes"][0]["reason"]) == (verdict == "not tried")


def test_a_name_that_is_not_installed_is_a_mistake(shop: Path) -> None:
    done = footprint("what-if", shop, "--without", "heavi")
    assert done.returncode == 2
    assert "did you mean heavy" in done.stderr
