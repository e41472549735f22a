"""`footprint audit --verify`: the advice of an audit, tried before it is shown."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.canary import look
from tests.support.command import audit_json, footprint
from tests.support.machine import install
from tests.support.projects import make_shop, site_of, write


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project that needs `asked` without saying so, and neither `idle` nor `spare`, which brings `below`."""
    folder = make_shop(tmp_path / "shop")
    site = site_of(folder / ".venv")
    install(site, "asked", {"asked_inside.py": b""})
    install(site, "spare", {"spare.py": b""}, metadata="Requires-Dist: below")
    install(site, "below", {"below.py": b"#" * 2000})
    with (folder / "requirements.txt").open("a") as file:
        file.write("asked\nspare\n")
    write(folder, {"app.py": "import heavy, base64\n__import__(base64.b64decode(b'YXNrZWRfaW5zaWRl').decode())\n"})
    write(folder, {"app.py": (folder / "app.py").read_text() + "\n\ndef run():\n    import light\n"})
    footprint("audit", folder)  # writes bytecode
    return folder


def verdicts(found: dict[str, Any]) -> dict[str, str]:
    return {each["distribution"]: each["verdict"] for each in found["suggestions"]}


def test_it_is_off_by_default_and_the_report_says_how(shop: Path) -> None:
    found = audit_json(shop)
    assert found["trial"] is None
    assert set(verdicts(found).values()) == {"not verified"}
    assert "footprint audit --verify fast" in footprint("audit", shop).stdout


def test_what_is_missed_is_refuted_with_its_line(shop: Path) -> None:
    before = look(shop)
    write(shop, {"pyproject.toml": '[tool.footprint]\nverify = "fast"\n'})
    done = footprint("audit", shop, "-o", f"json:{shop.parent / 'audit.json'}")
    assert "and again in a shadow with its advice taken" in done.stderr
    found = json.loads((shop.parent / "audit.json").read_text())
    told = verdicts(found)
    assert (told["idle"], told["spare"]) == ("confirmed", "confirmed")
    changes = {change["subject"]: change for change in found["trial"]["changes"]}
    assert changes["spare"]["names"] == ["below", "spare"]
    assert changes["idle"]["by"] == ["start", "first use"]
    if "asked" in told:  # the audit saw it loaded: then it is no advice at all
        assert told["asked"] == "refuted"
        assert changes["asked"]["breakage"]["line"] == 2
    assert "Tried in a shadow: " in done.stdout
    assert " less on disk, measured" in done.stdout
    (shop / "pyproject.toml").unlink()
    now = look(shop)
    assert {path: seen for path, seen in now.items() if path != "."} == {
        path: seen for path, seen in before.items() if path != "."
    }
    rendered = footprint("report", str(shop.parent / "audit.json"))
    assert "Tried in a shadow: " in rendered.stdout


def test_a_removal_is_certain_only_once_it_was_tried(tmp_path: Path) -> None:
    """And only where reading leaves no doubt either: four tests, or a start, show little."""
    folder = make_shop(tmp_path / "shop")
    write(folder, {"Procfile": "web: python app.py\n"})
    for words, confidence in ((("--no-probe",), "likely"), ((), "likely"), (("--verify", "fast"), "certain")):
        found = audit_json(folder, *words)
        (removal,) = [each for each in found["suggestions"] if each["action"] == "remove"]
        assert (removal["distribution"], removal["confidence"]) == ("idle", confidence), words
    trims = (("--no-probe", "likely"), ("--timeout=100", "certain"))
    for word, confidence in trims:
        done = footprint("trim", folder, "-f", "json", word)
        assert [each["confidence"] for each in json.loads(done.stdout)["removals"]] == [confidence]


def test_what_was_tried_and_is_in_doubt_stays_likely(shop: Path) -> None:
    """A module is imported there by a computed name."""
    found = audit_json(shop, "--verify", "fast")
    told = {each["distribution"]: each for each in found["suggestions"]}
    assert (told["idle"]["verdict"], told["idle"]["confidence"]) == ("confirmed", "likely")


def test_advice_that_cannot_be_taken_is_told_with_the_reason(shop: Path) -> None:
    """And not as advice that nobody has asked to have tried."""
    write(shop, {"app.py": "import heavy\n\n\ndef run():\n    return heavy.data\n", "requirements.txt": "heavy\n"})
    write(shop, {"other.py": "import sys\n\n\ndef find(name):\n    return sys.modules[name]\n"})
    found = audit_json(shop, "--verify", "fast")
    assert verdicts(found) == {"heavy": "not verified"}
    (change,) = found["trial"]["changes"]
    assert (change["subject"], change["verdict"]) == ("heavy", "not tried")
    assert "other.py:5" in change["reason"]
    shown = footprint("audit", shop, "--verify", "fast").stdout
    assert "not tried" in shown and "None is tried yet" not in shown


def test_a_command_judges_and_each_is_measured_alone(shop: Path) -> None:
    write(shop, {"checks.py": "import app, spare\n"})
    found = audit_json(shop, "--verify", "all", "--exclude", "checks.py", "--", "python", "checks.py")
    told = {each["distribution"]: (each["verdict"], each["measured_rss_bytes"]) for each in found["suggestions"]}
    assert told["spare"] == ("refuted", None)
    assert told["idle"][0] == "confirmed"
    assert abs(told["idle"][1]) < 1 << 20
    changes = {change["subject"]: change for change in found["trial"]["changes"]}
    assert changes["spare"]["breakage"]["by"] == "tests"
    assert changes["idle"]["by"] == ["start", "first use", "tests"]


def test_a_deferral_is_likely_by_its_start_and_proved_by_who_calls_its_functions(shop: Path) -> None:
    write(
        shop,
        {
            "app.py": "import heavy\n\n\ndef run():\n    return len(heavy.data)\n",
            "checks.py": "import app\napp.run()\n",
        },
    )
    before = (shop / "app.py").read_bytes()
    found = audit_json(shop, "--verify", "fast")
    changes = {change["subject"]: change for change in found["trial"]["changes"]}
    assert (changes["heavy"]["kind"], changes["heavy"]["verdict"]) == ("defer", "likely")
    assert verdicts(found)["heavy"] == "not verified"
    (start,) = found["trial"]["starts"]
    assert (start["rss_before_bytes"] - start["rss_after_bytes"]) / (1 << 20) == pytest.approx(8, abs=0.6)
    found = audit_json(shop, "--verify", "all", "--exclude", "checks.py", "--", "python", "checks.py")
    (heavy,) = (each for each in found["suggestions"] if each["distribution"] == "heavy")
    assert heavy["verdict"] == "confirmed"
    assert heavy["measured_rss_bytes"] / (1 << 20) == pytest.approx(8, abs=0.6)
    assert (shop / "app.py").read_bytes() == before


def test_what_must_not_move_is_not_tried_and_says_why(shop: Path) -> None:
    code = "import heavy\n\n\ndef run():\n    return len(heavy.data)\n\n\ndef show():\n    return eval('heavy')\n"
    write(shop, {"app.py": code})
    found = audit_json(shop, "--verify", "fast")
    changes = {change["subject"]: change for change in found["trial"]["changes"]}
    if "heavy" in changes:  # else the audit proposes nothing that is refused
        assert changes["heavy"]["verdict"] == "not tried"
        assert "app.py:" in changes["heavy"]["reason"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--", "pytest"], "add --verify fast"),
        (["--verify", "often"], "choose from"),
    ],
)
def test_mistakes(words: list[str], said: str, tmp_path: Path) -> None:
    done = footprint("audit", write(tmp_path, {"app.py": ""}), *words)
    assert done.returncode == 2
    assert said in done.stderr


def test_a_setting_that_is_none_of_the_words(tmp_path: Path) -> None:
    folder = write(tmp_path, {"pyproject.toml": '[tool.footprint]\nverify = "often"\n'})
    done = footprint("audit", folder)
    assert done.returncode == 2
    assert "none of off, fast, all" in done.stderr
