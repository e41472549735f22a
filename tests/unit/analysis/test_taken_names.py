"""Names that tests patch and other modules speak of: what a deferral would take away from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from footprint.collect.texts import find_taken_names

NAMES, MODULES = frozenset({"requests", "pycurl"}), frozenset({"app.store", "hc.lib.curl"})
TAKEN = {
    "E8 a patch": ('patch("hc.lib.curl.pycurl.Curl")', ("hc.lib.curl", "pycurl")),
    "E8 sibling: of the name itself": ("@mock.patch('app.store.requests')", ("app.store", "requests")),
    "E8 sibling: by monkeypatch": ('monkeypatch.setattr("app.store.requests.get", f)', ("app.store", "requests")),
    "E8 sibling: by mocker": ("mocker.patch('app.store.requests.post', return_value=1)", ("app.store", "requests")),
    "E8 sibling: of an object": ('patch.object(app.store, "requests")', ("app.store", "requests")),
    "E8 sibling: of an object by another name": ('patch.object(store, "requests")', ("app.store", "requests")),
    "E8 sibling: over lines": (
        'monkeypatch.setattr(\n    store,\n    "requests",\n    fake,\n)',
        ("app.store", "requests"),
    ),
    "E8 sibling: an attribute": ("store.requests.get = fake", ("app.store", "requests")),
    "E8 sibling: of a part of a package": (
        "with patch.object(lib.curl.pycurl, 'Curl'): ...",
        ("hc.lib.curl", "pycurl"),
    ),
    "noop: another module": ('patch("app.other.requests.get")', None),
    "noop: another name": ('patch("app.store.httpx.get")', None),
    "noop: a longer name": ('patch("app.store.requests_cache.get")', None),
    "noop: what is no module": ("self.requests.get()", None),
    "noop: where it comes from": ('patch("requests.get")', None),
}


@pytest.mark.parametrize(("text", "expected"), TAKEN.values(), ids=TAKEN)
def test_what_is_taken(text: str, expected: tuple[str, str] | None, tmp_path: Path) -> None:
    (tmp_path / "test_x.py").write_text(text)
    files = {"test_x.py": {"store": "app.store", "lib": "hc.lib"}, "gone.py": {}}
    found = find_taken_names(tmp_path, files, NAMES, MODULES)
    assert found == (frozenset() if expected is None else {expected})
