"""What an environment has that nothing declared needs: told, tried, and kept where anything may need it."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.command import audit_json
from tests.support.machine import install
from tests.support.projects import make_shop, site_of, write

BIG = b"0" * (21 << 20)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project in whose environment `guest` lies, with `below`, and a folder of nobody."""
    folder = make_shop(tmp_path / "shop")
    site = site_of(folder / ".venv")
    install(
        site, "guest", {"guest.py": b"class Backend: ...", "guest_data/big.bin": BIG}, metadata="Requires-Dist: below"
    )
    install(site, "below", {"below.py": b""})
    write(site, {"left/behind.py": "#" * (2 << 20)})
    return folder


def guests(found: dict[str, Any]) -> dict[str, Any]:
    return {each["distribution"]: each for each in found["suggestions"] if each["action"] == "uninstall"}


def test_a_guest_is_tried_and_uninstalled_with_what_only_it_brings(shop: Path) -> None:
    found = audit_json(shop, "--verify", "fast")
    (guest,) = guests(found).values()
    assert (guest["verdict"], guest["distributions"]) == ("confirmed", ["below", "guest"])
    assert guest["steps"] == ["pip uninstall below guest"] and guest["disk_bytes"] > len(BIG)
    (left,) = [each for each in found["findings"] if each["code"] == "FP115"]
    assert left["message"].startswith("2.0 MiB in the site folders belong to no distribution")
    assert found["removable_bytes"] < len(BIG)  # no line goes


# what keeps it -> files of the project
KEPT = {
    "the project imports it": {"app.py": "import heavy, guest\n"},
    "in a function": {"app.py": "import heavy\n\n\ndef run():\n    import guest\n"},
    "tests import it": {"tests/test_app.py": "import guest\n"},
    "a start command runs it": {"Procfile": "web: guest app\n"},
    "its name is handed on": {"app.py": "import heavy\nBACKEND = 'guest.Backend'\n"},
    "a setting names it": {"settings.yaml": "driver: guest\n"},
    "its version is read": {"app.py": "import heavy\nfrom importlib.metadata import version\n\nversion('guest')\n"},
    "a deploy file installs it": {"Dockerfile": "FROM python:3.11\nRUN pip install guest\nCMD python app.py\n"},
    "a line of development declares it": {"requirements-dev.txt": "guest\n"},
    "requirement files are not understood whole": {"requirements.txt": "heavy==1.0\n-r missing.txt\n"},
}


@pytest.mark.parametrize("files", KEPT.values(), ids=KEPT)
def test_what_may_be_needed_is_no_guest(shop: Path, files: dict[str, str]) -> None:
    write(shop, files)
    assert guests(audit_json(shop, "--no-probe", "--entry", "app")) == {}


def test_of_some_of_the_requirement_files_nothing_is_told(shop: Path) -> None:
    assert list(guests(audit_json(shop, "--no-probe", "--entry", "app"))) == ["guest"]
    assert guests(audit_json(shop, "--no-probe", "--entry", "app", "-r", "requirements.txt")) == {}
