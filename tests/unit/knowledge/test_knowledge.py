"""The tables of knowledge that ship with footprint: well formed, dated, and free of rows that say nothing."""

from __future__ import annotations

import datetime
import re
import sys
from pathlib import Path

import pytest

import footprint
from footprint.knowledge.tables import read_import_names
from footprint.names import normalise, top_level

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

DATA = Path(footprint.__file__).parent / "data"


@pytest.mark.parametrize(
    ("name", "distribution"),
    [
        ("PIL", "pillow"), ("cv2", "opencv-python"), ("yaml", "pyyaml"), ("sklearn", "scikit-learn"),
        ("git", "gitpython"),
        ("bs4", "beautifulsoup4"), ("dateutil", "python-dateutil"), ("dotenv", "python-dotenv"), ("jwt", "pyjwt"),
        ("faiss", "faiss-cpu"), ("grpc", "grpcio"), ("google.protobuf", "protobuf"), ("attr", "attrs"),
        ("fitz", "pymupdf"), ("magic", "python-magic"),
        ("psycopg2", "psycopg2-binary"), ("pkg_resources", "setuptools"), ("Crypto", "pycryptodome"),
    ],
)  # fmt: skip
def test_well_known_import_names(name: str, distribution: str) -> None:
    assert distribution in read_import_names()[name]


def test_every_row_of_import_names_says_something() -> None:
    names = read_import_names()
    assert len(names) >= 120
    for name, distributions in names.items():
        assert re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", name)
        assert distributions
        assert len(set(distributions)) == len(distributions)
        assert top_level(name) not in sys.stdlib_module_names
        assert "." in name or distributions != (normalise(name),)


def test_rows_of_import_names_are_sorted_and_stand_once() -> None:
    text = (DATA / "import_names.toml").read_text(encoding="utf-8")
    for table in re.split(r"^\[\w+\]$", text, flags=re.MULTILINE)[1:]:
        keys = [key.strip('"') for key in re.findall(r"^(\S+) = \[", table, re.MULTILINE)]
        assert keys == sorted(keys, key=lambda key: (key.lower(), key))


def test_conda_names_say_something() -> None:
    table = tomllib.loads((DATA / "conda_names.toml").read_text(encoding="utf-8"))
    assert all(normalise(name) != found and normalise(found) == found for name, found in table["index_names"].items())
    foreign = table["not_python"]["names"]
    assert foreign == sorted(set(foreign))
    assert not set(foreign) & set(table["index_names"])


@pytest.mark.parametrize("path", sorted(DATA.glob("*.toml")), ids=lambda path: path.name)
def test_every_table_is_dated(path: Path) -> None:
    assert isinstance(tomllib.loads(path.read_text(encoding="utf-8"))["checked"], datetime.date)


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("implied", "asker"),
        ("implied", "data_need"),
        ("implied", "kept"),
        ("choices", "chooser"),
        ("drivers", "reader"),
    ],
)
def test_what_others_document_says_where(name: str, rows: str) -> None:
    table = tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))
    assert all(row["source"] for row in table[rows])
