"""The baseline file: what is written reads back as it was, and every slip is refused with its line."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footprint.collect.baseline_file import LARGEST_BYTES, read_baseline, write_baseline
from footprint.documents.baseline_document import BaselineInvalid, format_baseline, from_plain, parse_baseline, to_plain
from footprint.documents.json_lines import find_line
from footprint.errors import UsageError
from footprint.model.baseline import Baseline, EntryBaseline, EnvironmentBaseline
from footprint.units import MIB
from tests.support.machine import are_permissions_obeyed, need, obey_permissions

KEY = "cpython-3.11-linux-x86_64-glibc"

WEB = EntryBaseline(116 * MIB, 150 * MIB, MIB // 10, 200 * MIB, 1.25, {"numpy": 13 * MIB, "pandas": 53 * MIB})
WORKER = EntryBaseline(None, 20 * MIB)
ENVIRONMENT = EnvironmentBaseline(
    "3.11.7", "0.1.0", 711 * MIB, 73, {"torch": 431 * MIB}, {"web": WEB, "worker": WORKER}, {"FP101": ("nltk",)}
)
BASELINE = Baseline({KEY: ENVIRONMENT})


def test_own_data_is_by_file_and_not_known_where_it_is_left_out() -> None:
    for own in (None, {}, {"app/b.py": (8 * MIB, MIB), "app/a.py": (3 * MIB,)}):
        entry = EntryBaseline(MIB, MIB, own=own)
        found = Baseline({KEY: replace(ENVIRONMENT, entries={"web": entry})})
        assert parse_baseline(format_baseline(found), "b.json").environments[KEY].entries["web"].own == own


@pytest.mark.parametrize("wrong", [5, [1], {"a.py": 3}, {"a.py": ["x"]}, {"a.py": [-1]}, {"": [1]}])
def test_own_data_that_is_no_list_of_sizes_is_refused(wrong: object) -> None:
    plain = to_plain(BASELINE)
    plain["environments"][KEY]["entries"]["web"]["own_mib"] = wrong
    with pytest.raises(BaselineInvalid):
        from_plain(plain)


TEXT = """\
{
  "schema_version": 1,
  "environments": {
    "cpython-3.11-linux-x86_64-glibc": {
      "python": "3.11.7",
      "footprint": "0.1.0",
      "disk_mib": 711.0,
      "distribution_count": 73,
      "heavy_mib": {
        "torch": 431.0
      },
      "entries": {
        "web": {
          "startup_anon_mib": 116.0,
          "startup_rss_mib": 150.0,
          "noise_mib": 0.1,
          "first_use_rss_mib": 200.0,
          "time_ratio": 1.25,
          "startup_mib": {
            "numpy": 13.0,
            "pandas": 53.0
          }
        },
        "worker": {
          "startup_rss_mib": 20.0,
          "noise_mib": 0.0,
          "startup_mib": {}
        }
      },
      "known": {
        "FP101": [
          "nltk"
        ]
      }
    }
  }
}
"""

_names = st.text(min_size=1, max_size=8)
_sizes = st.integers(0, 1 << 40)
_distributions = st.from_regex(r"[a-z0-9]{1,5}(-[a-z0-9]{1,3})?", fullmatch=True)
_entries = st.builds(
    EntryBaseline,
    anon_bytes=st.none() | _sizes,
    rss_bytes=_sizes,
    noise_bytes=_sizes,
    first_use_rss_bytes=st.none() | _sizes,
    peak_bytes=st.none() | _sizes,
    time_ratio=st.none() | st.floats(0, 1000),
    startup=st.dictionaries(_distributions, st.integers(-(1 << 30), 1 << 40), max_size=4),
    workers=st.none() | st.integers(0, 999),
    preload=st.booleans(),
    total_bytes=st.none() | _sizes,
)
_environments = st.builds(
    EnvironmentBaseline,
    python=_names,
    tool_version=_names,
    disk_bytes=st.none() | _sizes,
    distribution_count=st.none() | st.integers(0, 9999),
    heavy=st.dictionaries(_distributions, _sizes, max_size=4),
    entries=st.dictionaries(_names, _entries, max_size=3),
    known=st.dictionaries(
        st.sampled_from(["FP101", "FP102", "FP105"]),
        st.lists(_distributions, max_size=3, unique=True).map(tuple),
        max_size=2,
    ),
)
baselines = st.builds(Baseline, st.dictionaries(_names, _environments, max_size=2))


def _refused(text: str) -> str:
    with pytest.raises(UsageError) as caught:
        parse_baseline(text, "b.json")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def _changed(old: str, new: str) -> str:
    assert TEXT.count(old) >= 1
    return TEXT.replace(old, new, 1)


def test_the_text_is_one_value_a_line_and_leaves_out_what_is_not_known() -> None:
    assert format_baseline(BASELINE) == TEXT


def test_the_text_reads_back_as_it_was() -> None:
    # two decimals: the tenth of a MiB comes back rounded
    entries = {"web": replace(WEB, noise_bytes=round(0.1 * MIB)), "worker": WORKER}
    assert parse_baseline(TEXT, "b.json") == Baseline({KEY: replace(ENVIRONMENT, entries=entries)})


@given(baselines)
@settings(max_examples=150, deadline=None)
def test_any_baseline_keeps_its_text_and_its_plain_values_when_read_back(baseline: Baseline) -> None:
    text = format_baseline(baseline)
    again = parse_baseline(text, "b.json")
    assert format_baseline(again) == text
    assert from_plain(to_plain(again)) == again
    assert from_plain(to_plain(baseline)) == again
    assert again.environments.keys() == baseline.environments.keys()
    for key, environment in baseline.environments.items():
        for name, entry in environment.entries.items():
            found = again.environments[key].entries[name]
            assert abs(found.rss_bytes - entry.rss_bytes) <= 0.005 * MIB + 1
            if entry.workers is not None and entry.total_bytes is not None:
                assert (found.workers, found.preload) == (entry.workers, entry.preload)


@given(st.text() | st.binary().map(lambda content: content.decode("latin-1")))
@settings(max_examples=150, deadline=None)
def test_any_text_is_a_baseline_or_a_usage_error(text: str) -> None:
    with suppress(UsageError):
        parse_baseline(text, "b.json")


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["schema_version", "environments", "measured", "k", "entries", "known"]), inner
        )
    ),
    max_leaves=10,
)


@given(_json)
@settings(max_examples=150, deadline=None)
def test_any_values_are_a_baseline_or_refused(plain: object) -> None:
    with suppress(BaselineInvalid):
        from_plain(plain)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_any_value_put_in_place_of_another_is_read_or_refused_with_its_line(data: st.DataObject) -> None:
    lines = TEXT.splitlines()
    number = data.draw(
        st.integers(4, len(lines) - 1).filter(lambda index: lines[index - 1].rstrip(",")[-1] not in "{[}]")
    )
    line = lines[number - 1]
    head, colon, _ = line.rpartition(": ") if ": " in line else (" " * 10, "", "")
    lines[number - 1] = head + colon + json.dumps(data.draw(_json)) + ("," if line.endswith(",") else "")
    try:
        parse_baseline("\n".join(lines), "b.json")
    except UsageError as error:
        assert str(error).startswith(f"b.json:{number}: ")


REFUSED = [
    pytest.param("", "b.json: it is empty. Restore it", id="empty"),
    pytest.param(" \n", "b.json: it is empty. Restore it", id="blank"),
    pytest.param(TEXT[:100], "b.json:5:15: not valid JSON: it ends in the middle. Restore it", id="truncated"),
    pytest.param(TEXT[:-3], "not valid JSON: it ends in the middle. Restore it", id="truncated by one brace"),
    pytest.param(_changed("711.0,", "711.0"), "b.json:8:7: not valid JSON: expecting ',' delimiter", id="comma gone"),
    pytest.param("[" * 100_000, "nested too deeply", id="deep"),
    pytest.param('{"a":' * 100_000, "nested too deeply", id="deep objects"),
    pytest.param("[]", "it holds a list, not a baseline", id="a list"),
    pytest.param("3", "it holds 3, not a baseline", id="a number"),
    pytest.param("{}", "neither a baseline nor the JSON of `footprint check -f json`. Give one; a", id="no keys"),
    pytest.param('{"schema_version": 1, "distributions": []}', "an audit, not a baseline. Give a", id="an audit"),
    pytest.param(
        _changed('"noise_mib": 0.1', '"nose_mib": 0.1'),
        f"b.json:16: unknown in environments > {KEY} > entries > web: 'nose_mib'; known are calls_mib, ",
        id="unknown key of an entry",
    ),
    pytest.param(_changed('"python"', '"pyton"'), "b.json:5: unknown in environments", id="unknown key of environment"),
    pytest.param(_changed('"schema', '"x": 1,\n"schema'), "b.json:2: unknown in the file: 'x'; known are", id="top"),
    pytest.param(_changed("150.0", '"150"'), "startup_rss_mib is '150', not a number from 0 to", id="a string"),
    pytest.param(_changed("150.0", "-1"), "b.json:15: ", id="negative"),
    pytest.param(_changed("150.0", "true"), "startup_rss_mib is true, not a number", id="true"),
    pytest.param(_changed("150.0", "NaN"), "startup_rss_mib is nan, not a number", id="nan"),
    pytest.param(_changed("150.0", "1e999"), "startup_rss_mib is inf, not a number", id="inf"),
    pytest.param(_changed("150.0", "1" * 400), "not a number from 0 to", id="beyond a float"),
    pytest.param(_changed("150.0", "1" * 5000), "b.json", id="beyond an integer"),
    pytest.param(_changed('"noise_mib": 0.1', '"preload": 1'), "preload is 1, not true or false", id="no flag"),
    pytest.param(_changed("150.0", "null"), "entries > web has no startup_rss_mib", id="no rss"),
    pytest.param(_changed("73", "73.5"), "b.json:8: ", id="half a distribution"),
    pytest.param(_changed("73", "-1"), "distribution_count is -1, not a count", id="a negative count"),
    pytest.param(_changed('"3.11.7"', "3.11"), "b.json:5: environments", id="python as a number"),
    pytest.param(_changed('"python": "3.11.7",', ""), "python is missing", id="no python"),
    pytest.param(_changed("53.0", "null"), "startup_mib > pandas is null, not a number", id="null for a size"),
    pytest.param(_changed('"startup_mib": {}', '"startup_mib": []'), "startup_mib is a list, not an object", id="list"),
    pytest.param(_changed('"FP101": [', '"unused": ['), "known > unused is not a code", id="no code"),
    pytest.param(_changed('"nltk"', "1"), "b.json:32: ", id="a number for a name"),
    pytest.param(_changed('"numpy"', '"pandas"'), "b.json:21: the key 'pandas' is there twice", id="twice"),
    pytest.param(_changed('"numpy"', '"Pandas"'), "pandas is there twice", id="twice by another spelling"),
    pytest.param(_changed('"web"', '"worker"'), "b.json:24: the key 'worker' is there twice", id="entry twice"),
    pytest.param(_changed('"web"', '""'), "entries has an empty name", id="no name"),
    pytest.param(
        _changed('_version": 1', '_version": 2'),
        "b.json:2: it has schema_version 2, this footprint reads 1: it was written by a newer footprint. Update",
        id="newer",
    ),
    pytest.param(
        _changed('_version": 1', '_version": 0'), "schema_version 0, which no footprint has written", id="zero"
    ),
    pytest.param(_changed('"schema_version": 1,', ""), "it has no schema_version. Restore it", id="no version"),
    pytest.param(_changed('_version": 1', '_version": "1"'), "schema_version is '1', not a whole number", id="text"),
    pytest.param(_changed('_version": 1', '_version": true'), "schema_version is true, not a whole", id="true version"),
    pytest.param('{"schema_version": 2, "measured": {}}', "written by a newer footprint", id="newer check"),
    pytest.param('{"schema_version": 1, "measured": null}', "b.json:1: measured is nothing", id="no figures"),
]


@pytest.mark.parametrize(("text", "sentence"), REFUSED)
def test_a_slip_is_refused_in_words(text: str, sentence: str) -> None:
    assert sentence in _refused(text)


@pytest.mark.parametrize("marker", ["<<<<<<< HEAD", "=======", ">>>>>>> topic", "||||||| 4f3c2e1"])
def test_merge_markers_are_named_with_the_way_out(marker: str) -> None:
    said = _refused(_changed('          "noise_mib": 0.1,\n', f'{marker}\n          "noise_mib": 0.1,\n'))
    assert said == (
        "b.json:16: it holds the markers of an unresolved merge. "
        "Resolve the merge, or take either side and run: footprint check --update-baseline"
    )


def test_markers_within_names_are_none() -> None:
    found = parse_baseline(_changed('"web"', '"<<<<<<< HEAD"'), "b.json").environments[KEY]
    assert found.entries.keys() == {"<<<<<<< HEAD", "worker"}


def test_what_a_terminal_would_obey_is_not_printed() -> None:
    assert "\x1b" not in _refused(_changed('"noise_mib"', '"\\u001b[31m"'))


NOOPS = [
    pytest.param(_changed("116.0", "116"), id="an integer"),
    pytest.param(_changed('"numpy"', '"NumPy"'), id="a name as its authors write it"),
    pytest.param(_changed('"nltk"', '"nltk", "NLTK"'), id="a name in two spellings"),
    pytest.param(_changed('      "disk_mib": 711.0,\n      "dist', '      "disk_mib": 711.0,      "dist'), id="layout"),
    pytest.param(_changed(',\n          "startup_mib": {}', ""), id="an empty part left out"),
    pytest.param(_changed('"startup_rss_mib": 20.0', '"startup_anon_mib": null, "startup_rss_mib": 20.0'), id="null"),
    pytest.param(json.dumps(json.loads(TEXT), sort_keys=True), id="sorted by another tool"),
    pytest.param(json.dumps({"schema_version": 1, "conclusion": "passed", "measured": to_plain(BASELINE)}), id="check"),
]


@pytest.mark.parametrize("text", NOOPS)
def test_what_means_the_same_is_written_as_ever(text: str) -> None:
    assert format_baseline(parse_baseline(text, "b.json")) == TEXT


def test_import_names_keep_their_case() -> None:
    text = _changed('"FP101": [\n          "nltk"', '"FP105": [\n          "PIL"')
    assert parse_baseline(text, "b.json").environments[KEY].known == {"FP105": ("PIL",)}


def test_a_line_is_found_below_lists_and_equal_keys() -> None:
    text = '{"a": [[], {"x": 1}, {\n"y": "}{,[\\"\\\\"}],\n"b": {"a": [\n0,\n1]}}'
    places = [("a",), ("a", 1, "x"), ("a", 2, "y"), ("b", "a"), ("b", "a", 0), ("b", "a", 1)]
    assert [find_line(text, place) for place in places] == [1, 1, 2, 3, 4, 5]
    assert find_line(text, ("b", "b")) is None


def test_a_file_that_is_not_there_is_none(tmp_path: Path) -> None:
    assert read_baseline(tmp_path / "b.json") is None
    (tmp_path / "b.json").symlink_to("nowhere.json")
    assert read_baseline(tmp_path / "b.json") is None


def test_what_is_written_is_read_and_not_written_twice(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    assert write_baseline(path, BASELINE)
    before = path.stat()
    assert not write_baseline(path, BASELINE)
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert path.stat().st_ino == before.st_ino
    assert path.read_bytes() == TEXT.encode()
    assert [entry.name for entry in tmp_path.iterdir()] == ["b.json"]


def test_a_mark_and_other_line_ends_are_read_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    assert format_baseline(read_baseline(path) or Baseline()) == TEXT
    path.write_bytes(TEXT.replace("\n", "\r\n").encode())
    assert not write_baseline(path, BASELINE)
    assert b"\r\n" in path.read_bytes()


def test_the_mode_is_kept_and_that_of_a_new_file_is_usual(tmp_path: Path) -> None:
    usual, path = tmp_path / "usual", tmp_path / "b.json"
    usual.write_text("")
    write_baseline(path, BASELINE)
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(usual.stat().st_mode)
    path.chmod(0o640)
    assert write_baseline(path, Baseline())
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_link_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    link, target = tmp_path / "b.json", tmp_path / "there" / "real.json"
    link.symlink_to("there/real.json")
    for baseline in (Baseline(), BASELINE):  # made, then changed
        assert write_baseline(link, baseline)
        assert link.is_symlink()
        assert target.read_text() == format_baseline(baseline)
    assert [entry.name for entry in target.parent.iterdir()] == ["real.json"]


def _huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(LARGEST_BYTES + 1)


UNREADABLE: list[tuple[Callable[[Path], None], str]] = [
    (Path.mkdir, "is a folder: name the baseline file"),
    (os.mkfifo, "is not a file: name the baseline file"),
    (lambda path: path.symlink_to(path.name), "Too many levels of symbolic links"),
    (_huge, "larger than 10 MiB"),
]


@pytest.mark.parametrize(("make", "sentence"), UNREADABLE)
def test_what_is_no_readable_file_is_refused_for_reading_and_writing(
    tmp_path: Path, make: Callable[[Path], None], sentence: str
) -> None:
    path = tmp_path / "b.json"
    make(path)
    with pytest.raises(UsageError, match=sentence):
        read_baseline(path)
    with pytest.raises(UsageError, match=sentence):
        write_baseline(path, BASELINE)
    assert [entry.name for entry in tmp_path.iterdir()] == ["b.json"]


def test_a_file_of_another_encoding_is_named_with_the_line(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.write_bytes(TEXT.replace('"web"', '"wéb"').encode("latin-1"))
    with pytest.raises(UsageError, match=r"b\.json:13: not UTF-8\. Save it as UTF-8"):
        read_baseline(path)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot write the baseline .*No such file or directory"):
        write_baseline(tmp_path / "no" / "b.json", BASELINE)


def test_closed_files_and_folders_are_said_and_nothing_is_left_behind(tmp_path: Path) -> None:
    need(are_permissions_obeyed(tmp_path), "permissions that are obeyed")
    path = tmp_path / "b.json"
    path.write_text(TEXT)
    script = (
        "import sys\nfrom pathlib import Path\nfrom footprint.errors import UsageError\n"
        "from footprint.collect.baseline_file import read_baseline, write_baseline\n"
        "from footprint.model.baseline import Baseline\n"
        "path = Path(sys.argv[1])\n"
        "try:\n    read_baseline(path)\n    write_baseline(path, Baseline())\n"
        "except UsageError as error:\n    print(error)"
    )

    def told() -> str:
        command = [sys.executable, "-c", script, str(path)]
        return subprocess.run(command, preexec_fn=obey_permissions, capture_output=True, text=True, check=True).stdout

    path.chmod(0)
    assert "cannot read the baseline" in told()
    path.chmod(0o644)
    tmp_path.chmod(0o555)
    try:
        assert "cannot write the baseline" in told()
    finally:
        tmp_path.chmod(0o755)
    assert path.read_text() == TEXT
    assert [entry.name for entry in tmp_path.iterdir()] == ["b.json"]


def test_a_pipe_of_the_shell_is_read() -> None:
    reading, writing = os.pipe()
    try:
        os.write(writing, TEXT.encode())
        os.close(writing)
        assert format_baseline(read_baseline(Path(f"/dev/fd/{reading}")) or Baseline()) == TEXT
    finally:
        os.close(reading)
