"""Sizes and durations as they are read and shown; names as the field compares them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name

from footprint.errors import UsageError
from footprint.names import ancestors, normalise, top_level
from footprint.units import mebibytes, milliseconds, parse_size, size

SIZES = [
    ("0", 0),
    ("512", 512),
    ("512B", 512),
    ("1KB", 1000),
    ("1KiB", 1024),
    ("512MB", 512_000_000),
    ("512MiB", 536_870_912),
    ("512 mib", 536_870_912),
    (" 512MiB ", 536_870_912),
    ("1.5GiB", 1_610_612_736),
    ("2GB", 2_000_000_000),
    ("1TiB", 1 << 40),
    ("0.5KiB", 512),
]
NO_SIZES = [
    "",
    "512M",
    "1g",
    "512k",
    "-1",
    "-1MiB",
    "MiB",
    "1,5GiB",
    "1.MiB",
    ".5MiB",
    "1e3",
    "512 megabytes",
    "1MiBs",
    "٣MiB",
    "1 2",
    "9" * 400,
    "9" * 400 + "MiB",
    "8388608TiB",
    "1" + "0" * 19,
]


@pytest.mark.parametrize(("text", "count_bytes"), SIZES)
def test_a_size_is_read(text: str, count_bytes: int) -> None:
    assert parse_size(text) == count_bytes


@pytest.mark.parametrize("text", NO_SIZES)
def test_what_is_ambiguous_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="512MiB"):
        parse_size(text)


SHOWN = [
    (None, "not measured"),
    (0, "0 B"),
    (917, "917 B"),
    (1023, "1023 B"),
    (1024, "1.0 KiB"),
    (-1024, "-1.0 KiB"),
    (12_595, "12.3 KiB"),
    (1 << 20, "1.0 MiB"),
    (-(1 << 20), "-1.0 MiB"),
    (1_898_137_190, "1,810.2 MiB"),
]


@pytest.mark.parametrize(("count_bytes", "text"), SHOWN)
def test_a_size_is_shown_in_the_unit_that_reads_best(count_bytes: int | None, text: str) -> None:
    assert size(count_bytes) == text


def test_what_was_not_measured_is_never_zero() -> None:
    assert (mebibytes(None), mebibytes(0), mebibytes(None, missing="?")) == ("-", "0.0", "?")
    assert (milliseconds(None), milliseconds(0), milliseconds(1_204_499)) == ("-", "0", "1,204")
    assert mebibytes(2_458_910_720) == "2,345.0"
    assert [mebibytes(count) for count in (-10_000, -60_000, -1 << 20)] == ["0.0", "-0.1", "-1.0"]


@given(st.integers(0, 1 << 50))
def test_what_is_shown_is_near_what_is_meant(count_bytes: int) -> None:
    shown = size(count_bytes)
    number, unit = shown.replace(",", "").split()
    factor = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20}[unit]
    assert abs(float(number) * factor - count_bytes) <= factor * 0.05 + 1
    assert abs(parse_size(f"{number}{unit}") - count_bytes) <= factor * 0.05 + 1


@given(st.from_regex(r"\A([A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9])\Z"))
def test_names_are_normalised_as_packaging_does(name: str) -> None:
    assert normalise(name) == canonicalize_name(name)
    assert normalise(normalise(name)) == normalise(name)


def test_parts_of_a_dotted_name() -> None:
    assert top_level("sklearn.utils.fixes") == top_level("sklearn") == "sklearn"
    assert ancestors("sklearn.utils.fixes") == ("sklearn", "sklearn.utils")
    assert ancestors("sklearn") == ()
