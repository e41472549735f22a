"""A package of the project whose `__init__` imports everything: what breaking that chain saves, predicted and got."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.command import audit_json
from tests.support.projects import make_shop, write

FILES = {
    "requirements.txt": "heavy==1.0\n",
    "app.py": "from pkg.light import value\n\n\ndef run():\n    from pkg import Exporter\n\n    return Exporter\n",
    "pkg/__init__.py": "from pkg.export import Exporter\n\n__all__ = ['Exporter']\n",
    "pkg/export.py": "import heavy\n\n\nclass Exporter:\n    data = heavy.data\n",
    "pkg/light.py": "value = 1\n",
}
LAZY = (
    "import importlib\n\n_WHERE = {'Exporter': 'pkg.export'}\n\n\ndef __getattr__(name):\n    if name in _WHERE:\n"
    "        return getattr(importlib.import_module(_WHERE[name]), name)\n    raise AttributeError(name)\n"
)


def split(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in found["suggestions"] if each["code"] == "FP112"]


def test_what_is_predicted_is_got(tmp_path: Path) -> None:
    shop = make_shop(tmp_path / "shop")
    write(shop, FILES)
    audit_json(shop, "--entry", "app")  # writes bytecode
    before = audit_json(shop, "--entry", "app")
    (found,) = split(before)
    assert (found["distribution"], found["action"]) == ("heavy", "split")
    assert "pkg/__init__.py:1 hands on Exporter" in found["detail"]
    assert "in pkg: _WHERE = {" in found["steps"][0]
    write(shop, {"pkg/__init__.py": LAZY})
    audit_json(shop, "--entry", "app")
    after = audit_json(shop, "--entry", "app")
    assert split(after) == []
    got = before["entries"][0]["runs"][0] - after["entries"][0]["runs"][0]
    assert abs(got - found["rss_bytes"]) < 1.5 * (1 << 20) < found["rss_bytes"]


# what speaks against it -> the files that say so
NOOPS = {
    "the start takes the name from the package": {"app.py": "from pkg import Exporter\nfrom pkg.light import value\n"},
    "the start takes all of them": {"app.py": "from pkg import *\nfrom pkg.light import value\n"},
    "nobody takes it: it may be there for its effect": {"app.py": "from pkg.light import value\n"},
    "a module as such": {
        "pkg/__init__.py": "from pkg import export\n",
        "app.py": "from pkg.light import value\n\n\ndef run():\n    from pkg import export\n",
    },
    "the package uses it": {"pkg/__init__.py": "from pkg.export import Exporter\n\nready = Exporter()\n"},
    "the start loads it all the same": {"app.py": FILES["app.py"] + "\n\nimport pkg.export\n"},
    "it is guarded": {
        "pkg/__init__.py": "try:\n    from pkg.export import Exporter\nexcept ImportError:\n    Exporter = None\n"
    },
}


@pytest.mark.parametrize("files", NOOPS.values(), ids=NOOPS)
def test_what_is_needed_at_the_top_stays(tmp_path: Path, files: dict[str, str]) -> None:
    shop = make_shop(tmp_path / "shop")
    write(shop, {**FILES, **files})
    assert split(audit_json(shop, "--entry", "app")) == []
