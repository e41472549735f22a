"""The settings of the gate: [tool.footprint.check] and the flags over it, and everything that is refused."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.config.audit_settings import read_options
from footprint.config.gate_settings import read_amount, read_gate_settings, read_share, read_tolerance
from footprint.config.options import Amount, EntrySettings, GateSettings, Options, Tolerance
from footprint.errors import UsageError
from footprint.knowledge.codes import CODES, GATE_RULES

MIB = 1 << 20

WHOLE = """
[tool.footprint]
runs = 1

[tool.footprint.check]
baseline = "ci/baseline.json"
runs = 9
on-probe-error = "warn"
on-noise = "fail"
strict-baseline = true
max-startup-anon = "200 MiB"
max-startup-rss = "75%"
max-first-use-rss = "1GiB"
max-startup-peak = "2GiB"
max-total = "90 %"
max-time-ratio = 2
max-increase = {relative = "2%", absolute = "2 MiB"}
max-disk-increase = "10%, 20 MiB"
max-disk = "250MB"
max-distributions = 80
new-distribution = "5 MiB"
derived-share = "50%"
forbid-at-startup = ["torch", "pandas.io", "torch"]
allow-at-startup = []

[tool.footprint.check.rules]
unused = "off"
FP411 = "warn"
transitive = "error"

[tool.footprint.check.entries.web]
max-startup-anon = "150 MiB"
max-increase = "3 MiB"
forbid-at-startup = ["matplotlib"]
allow-at-startup = ["fastapi"]
rules = {rss-increase = "error"}

[tool.footprint.check.entries."a worker"]
max-time-ratio = 1.5
"""


def settings(folder: Path, pyproject: str | None = None, **flags: Any) -> GateSettings:
    if pyproject is not None:
        (folder / "pyproject.toml").write_text(pyproject, encoding="utf-8")
    return read_gate_settings(flags, folder)


def check(body: str) -> str:
    return f"[tool.footprint.check]\n{body}\n"


def test_every_key_of_the_table(tmp_path: Path) -> None:
    assert settings(tmp_path, WHOLE) == GateSettings(
        baseline=tmp_path / "ci/baseline.json",
        strict_baseline=True,
        runs=9,
        most_runs=9,
        on_probe_error="warn",
        on_noise="fail",
        all_entries=EntrySettings(
            max_startup_anon=Amount(200 * MIB),
            max_startup_rss=Amount(share=0.75),
            max_first_use_rss=Amount(1024 * MIB),
            max_startup_peak=Amount(2048 * MIB),
            max_total=Amount(share=0.9),
            max_time_ratio=2.0,
            max_increase=Tolerance(0.02, 2 * MIB),
            forbid_at_startup=("torch", "pandas.io"),
            allow_at_startup=(),
        ),
        entries={
            "web": EntrySettings(
                max_startup_anon=Amount(150 * MIB),
                max_increase=Tolerance(0.0, 3 * MIB),
                forbid_at_startup=("matplotlib",),
                allow_at_startup=("fastapi",),
                rules={"FP412": "error"},
            ),
            "a worker": EntrySettings(max_time_ratio=1.5),
        },
        max_disk=Amount(250_000_000),
        max_distributions=80,
        max_disk_increase=Tolerance(0.1, 20 * MIB),
        new_distribution_bytes=5 * MIB,
        rules={"FP101": "off", "FP411": "warning", "FP104": "error"},
        derived_share=0.5,
    )


def test_the_audit_leaves_the_table_to_the_gate(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(WHOLE)
    assert read_options({}, tmp_path) == Options.of(project=tmp_path, runs=1)


NOTHING = {
    "no file": None,
    "empty": "",
    "not our table": "[tool.ruff]\n",
    "broken, not ours": "[tool.ruff\n",
    "of the audit only": "[tool.footprint]\nruns = 5\nprobe = false\n",
    "an empty table": "[tool.footprint.check]\n",
    "empty tables": "[tool.footprint.check.rules]\n[tool.footprint.check.entries]\n",
}


@pytest.mark.parametrize("case", NOTHING)
def test_files_without_settings_of_the_gate(tmp_path: Path, case: str) -> None:
    assert settings(tmp_path, NOTHING[case]) == GateSettings()


def test_flags_that_are_not_given_change_nothing(tmp_path: Path) -> None:
    names = re.findall(
        r"\w+",
        "baseline against static strict_baseline runs on_probe_error on_noise max_startup_anon max_startup_rss "
        "max_first_use_rss max_startup_peak max_total max_time_ratio max_increase max_disk max_distributions "
        "max_disk_increase new_distribution_bytes forbid_at_startup allow_at_startup rules project python",
    )
    plain = settings(tmp_path, WHOLE)
    for empty in (None, (), ""):
        assert settings(tmp_path, **dict.fromkeys(names, empty)) == plain


# Flags over WHOLE, and what differs then.
FLAGS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "baseline": ({"baseline": Path("b.json")}, {"baseline": Path("b.json")}),
    "against": ({"against": Path("../base")}, {"against": Path("../base")}),
    "static": ({"static": True}, {"static": True}),
    "not strict": ({"strict_baseline": False}, {"strict_baseline": False}),
    "fewer runs": ({"runs": 3}, {"runs": 3, "most_runs": 7}),
    "on_probe_error": ({"on_probe_error": "fail"}, {"on_probe_error": "fail"}),
    "on_noise": ({"on_noise": "warn"}, {"on_noise": "warn"}),
    "max_disk": ({"max_disk": "80%"}, {"max_disk": Amount(share=0.8)}),
    "image": ({"image": Path("a.tar")}, {"image": Path("a.tar")}),
    "max_image": ({"max_image": "2 MiB"}, {"max_image": 2 * MIB}),
    "max_layer": ({"max_layer": "1MB"}, {"max_layer": 1_000_000}),
    "max_distributions": ({"max_distributions": 7}, {"max_distributions": 7}),
    "max_disk_increase": ({"max_disk_increase": "1%"}, {"max_disk_increase": Tolerance(0.01, 0)}),
    "new_distribution": ({"new_distribution_bytes": "1 MiB"}, {"new_distribution_bytes": MIB}),
}


@pytest.mark.parametrize("case", FLAGS)
def test_a_flag_outranks_the_table(tmp_path: Path, case: str) -> None:
    flags, changed = FLAGS[case]
    assert settings(tmp_path, WHOLE, **flags) == replace(settings(tmp_path), **changed)


@pytest.mark.parametrize(
    ("flag", "value", "expected"),
    [
        ("max_startup_anon", "300MiB", Amount(300 * MIB)),
        ("max_startup_rss", "60%", Amount(share=0.6)),
        ("max_first_use_rss", "2GiB", Amount(2048 * MIB)),
        ("max_startup_peak", "90%", Amount(share=0.9)),
        ("max_total", "1GB", Amount(10**9)),
        ("max_time_ratio", 3.5, 3.5),
        ("max_increase", "5%,5MiB", Tolerance()),
        ("allow_at_startup", ("flask",), ("flask",)),
    ],
)
def test_a_flag_outranks_the_sections_of_entries_too(tmp_path: Path, flag: str, value: Any, expected: Any) -> None:
    found = settings(tmp_path, WHOLE, **{flag: value})
    for entry in ("web", "a worker", "another"):
        assert getattr(found.of(entry), flag) == expected


def test_what_a_flag_forbids_is_forbidden_besides(tmp_path: Path) -> None:
    found = settings(tmp_path, WHOLE, forbid_at_startup=("scipy", "torch"))
    assert found.of("web").forbid_at_startup == ("torch", "pandas.io", "scipy", "matplotlib")


def test_levels_by_flag_outrank_those_of_the_table_and_of_entries(tmp_path: Path) -> None:
    found = settings(tmp_path, WHOLE, rules=("unused=error", "rss-increase=off", " FP301 = warn ", "FP301=off"))
    assert found.level("FP101") == "error"
    assert found.level("FP412", "web") == "off"
    assert found.level("FP301", "web") == "off"
    assert found.level("FP411", "web") == "warning"  # as before


@pytest.mark.parametrize("code", [*(rule.code for rule in GATE_RULES), *CODES])
def test_every_rule_has_a_level_and_every_other_finding_is_off(code: str) -> None:
    defaults = {rule.code: rule.level for rule in GATE_RULES}
    assert GateSettings().level(code) == GateSettings().level(code, "web") == defaults.get(code, "off")
    assert GateSettings(rules={code: "warning"}).level(code, "web") == "warning"


def test_a_limit_of_time_turns_its_rule_on_where_it_holds(tmp_path: Path) -> None:
    found = settings(tmp_path, "[tool.footprint.check.entries.web]\nmax-time-ratio = 2.0\n")
    assert [found.level("FP415", entry) for entry in ("web", "other", None)] == ["error", "off", "off"]
    found = settings(tmp_path, check("max-time-ratio = 2.0\nrules = {time-increase = 'warn'}"))
    assert found.level("FP415", "web") == "warning"


# Everything that is refused, with words that the mistake must say.
MISTAKES: dict[str, tuple[str, str]] = {
    "broken": ("[tool.footprint.check\n", "not valid TOML"),
    "a number of too many digits": (check(f"runs = {'9' * 5000}"), "not valid TOML"),
    "no table of ours": ("[tool]\nfootprint = 3\n", "[tool.footprint] must be a table"),
    "no table": ("[tool.footprint]\ncheck = 3\n", "[tool.footprint.check] must be a table"),
    "unknown key": (check("max-disc = '1MiB'"), "does not know 'max-disc'; did you mean max-disk"),
    "underscores": (check("max_startup_anon = '1MiB'"), "'max_startup_anon'; did you mean max-startup-anon"),
    "key of nothing": (check("colour = 'red'"), "does not know 'colour'; it knows allow-at-startup, baseline"),
    "a flag only": (check("against = 'x'"), "does not know 'against'"),
    "number for a path": (check("baseline = 3"), "[tool.footprint.check] baseline: 3 is not a path"),
    "no path": (check("baseline = ''"), "baseline: '' is not a path"),
    "text for runs": (check("runs = '3'"), "runs: '3' is not a number of 1 or more"),
    "true for runs": (check("runs = true"), "runs: True"),
    "half a run": (check("runs = 2.5"), "runs: 2.5"),
    "runs without end": (check(f"runs = 1{'0' * 400}"), "10,000,000 at most"),
    "ratio too large for a float": (check(f"max-time-ratio = 1{'0' * 400}"), "is not a ratio"),
    "ratio too long to be written": (check(f"max-time-ratio = 0x1{'0' * 5000}"), "too many digits is not a ratio"),
    "no run": (check("runs = 0"), "runs: 0 is not a number of 1 or more"),
    "on noise": (check("on-noise = 'stop'"), "on-noise: 'stop' is neither \"fail\" nor \"warn\""),
    "on probe error": (check("on-probe-error = false"), "on-probe-error: False is neither"),
    "text for a switch": (check("strict-baseline = 'yes'"), "strict-baseline: 'yes' is neither true nor false"),
    "bytes as a number": (check("max-disk = 250"), 'max-disk: 250 is not a size: write it as "200 MiB"'),
    "M": (check("max-disk = '250M'"), "max-disk: '250M' is not a size: write it as 512MiB"),
    "negative": (check("max-startup-rss = '-5 MiB'"), "max-startup-rss: '-5 MiB' is not a size"),
    "digits without end": (check(f"max-disk = '{'9' * 500} GiB'"), "is not a size"),
    "more than the limit": (check("max-total = '500%'"), "max-total: '500%' is more than 100 %"),
    "no budget at all": (check("max-total = '0%'"), "max-total: '0%' would allow nothing"),
    "negative share": (check("max-total = '-5%'"), "max-total: '-5%' is not a percentage"),
    "nan share": (check("max-startup-anon = 'nan%'"), "'nan%' is not a percentage"),
    "a plain share": (check("derived-share = 0.75"), 'derived-share: 0.75 is not a percentage: write it as "75%"'),
    "share without sign": (check("derived-share = '75'"), "derived-share: '75' is not a percentage"),
    "too large a share": (check("derived-share = '101%'"), "more than 100 %"),
    "nan": (check("max-time-ratio = nan"), "max-time-ratio: nan is not a ratio"),
    "infinite": (check("max-time-ratio = inf"), "max-time-ratio: inf is not a ratio"),
    "faster than before": (check("max-time-ratio = 0.5"), "give a number of 1 or more"),
    "text for a ratio": (check("max-time-ratio = '2'"), "max-time-ratio: '2'"),
    "true for a ratio": (check("max-time-ratio = true"), "max-time-ratio: True"),
    "negative count": (check("max-distributions = -1"), "max-distributions: -1"),
    "share of new": (check("new-distribution = '5%'"), "new-distribution: '5%' is not a size"),
    "too light to be listed": (check("new-distribution = '1 MB'"), "new-distribution: '1 MB' is less than 1.0 MiB"),
    "tolerance as a number": (check("max-increase = 5"), "max-increase: 5 is not a tolerance: write it as {relative"),
    "empty tolerance": (check("max-increase = {}"), "max-increase: {} is not a tolerance"),
    "blank tolerance": (check("max-increase = ''"), "max-increase absolute: '' is not a size"),
    "relative 500 %": (check("max-increase = {relative = '500%'}"), "max-increase relative: '500%' is more than 100 %"),
    "relative as a number": (check("max-increase = {relative = 0.05}"), "relative: 0.05 is not a percentage"),
    "negative absolute": (check("max-increase = {absolute = '-1 MiB'}"), "max-increase absolute: '-1 MiB'"),
    "absolute as a number": (check("max-increase = {absolute = 5}"), 'absolute: 5 is not a size: write it as "5 MiB"'),
    "unknown part": (check("max-increase = {rel = '5%'}"), "max-increase does not know 'rel'; it knows relative and"),
    "two of one kind": (check("max-increase = '5%, 6%'"), "two parts of one kind"),
    "three parts": (check("max-increase = '5%, 5 MiB, 1 MiB'"), "two parts of one kind"),
    "text for a list": (check("forbid-at-startup = 'torch'"), "startup: 'torch' is not a list: write it as ["),
    "numbers in a list": (check("forbid-at-startup = [1]"), "1 is not the name of one"),
    "two names in one": (check("forbid-at-startup = ['torch, pandas']"), "'torch, pandas' is not the name of one"),
    "empty name": (check("allow-at-startup = ['']"), "allow-at-startup: '' is not the name of one"),
    "rules as a list": (check("rules = ['unused']"), "[tool.footprint.check.rules]: ['unused'] is not a table"),
    "unknown rule": (check("rules = {unusd = 'off'}"), "check.rules]: 'unusd' is not a rule; did you mean unused"),
    "unknown code": (check("rules = {FP999 = 'off'}"), "'FP999' is not a rule; did you mean FP9"),
    "code in lower case": (check("rules = {fp411 = 'off'}"), "'fp411' is not a rule; did you mean FP411"),
    "rule of nothing": (check("rules = {xyzzy = 'off'}"), "'xyzzy' is not a rule; there are forbidden-at-startup"),
    "unknown level": (check("rules = {unused = 'fatal'}"), "] unused: 'fatal' is not a level: there are \"error\""),
    "switch for a level": (check("rules = {unused = false}"), "unused: False is not a level"),
    "list for a level": (check("rules = {unused = ['off']}"), "unused: ['off'] is not a level"),
    "silence about what was not measured": (check("rules = {not-measured = 'off'}"), "not-measured cannot be off"),
    "given twice": (check("rules = {unused = 'off', FP101 = 'error'}"), "unused and FP101 are one rule, given twice"),
    "entries as a list": (check("entries = ['web']"), "[tool.footprint.check.entries] must hold one table for each"),
    "an entry as text": (check("entries = {web = 'app:app'}"), "entries] 'web': expected the name of an entry with"),
    "an entry without name": (check("entries = {'' = {}}"), "'': expected the name of an entry"),
    "unknown key of an entry": (
        "[tool.footprint.check.entries.web]\nmax-anon = '1MiB'\n",
        "[tool.footprint.check.entries.web] does not know 'max-anon'; did you mean max-",
    ),
    "of all entries": (
        "[tool.footprint.check.entries.web]\nmax-disk = '1MiB'\n",
        "entries.web] max-disk: holds for all entries; put it under [tool.footprint.check]",
    ),
    "value of an entry": (
        "[tool.footprint.check.entries.'a b']\nmax-total = 1\n",
        '[tool.footprint.check.entries."a b"] max-total: 1 is not a size',
    ),
    "rule of an entry": ("[tool.footprint.check.entries.w.rules]\nno = 'off'\n", "s.w] rules: 'no' is not a rule"),
    "rule that is not of entries": (
        "[tool.footprint.check.entries.web.rules]\ndisk = 'off'\n",
        "entries.web] rules: FP405 is not of one entry; put it under [tool.footprint.check.rules]",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_says_what_is_wrong(tmp_path: Path, case: str) -> None:
    text, words = MISTAKES[case]
    with pytest.raises(UsageError) as told:
        settings(tmp_path, text)
    assert words in " ".join(str(told.value).split())
    assert len(str(told.value)) < 600


FLAG_MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "size": ({"max_disk": "5M"}, "--max-disk: '5M' is not a size"),
    "share": ({"max_startup_anon": "300%"}, "--max-startup-anon: '300%' is more than 100 %"),
    "broken tolerance": ({"max_increase": "5%;5MiB"}, "--max-increase relative: '5%;5MiB' is not a percentage"),
    "ratio": ({"max_time_ratio": float("nan")}, "--max-time-ratio: nan"),
    "zero": ({"max_time_ratio": 0.0}, "--max-time-ratio: 0.0"),
    "runs": ({"runs": 0}, "--runs: 0"),
    "count": ({"max_distributions": 0}, "--max-distributions: 0"),
    "word": ({"on_noise": "ignore"}, "--on-noise: 'ignore' is neither"),
    "rule without level": ({"rules": ("unused",)}, "--rule 'unused': expected NAME=LEVEL"),
    "unknown rule": ({"rules": ("unusd=off",)}, "--rule: 'unusd' is not a rule; did you mean unused"),
    "silence": ({"rules": ("FP905=off",)}, "--rule FP905 cannot be off"),
    "unknown level": ({"rules": ("unused=fatal",)}, "--rule unused: 'fatal' is not a level"),
    "no rule": ({"rules": ("=off",)}, "--rule: '' is not a rule"),
    "names": ({"forbid_at_startup": ("a b",)}, "--forbid-at-startup: 'a b' is not the name"),
}


@pytest.mark.parametrize("case", FLAG_MISTAKES)
def test_a_mistaken_flag_is_named(tmp_path: Path, case: str) -> None:
    flags, words = FLAG_MISTAKES[case]
    with pytest.raises(UsageError) as told:
        settings(tmp_path, **flags)
    assert words in str(told.value)


def test_a_pyproject_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b"[tool.footprint.check]\nbaseline = '\xff'\n")
    with pytest.raises(UsageError, match="cannot read"):
        settings(tmp_path)


@given(st.integers(0, 100), st.integers(0, 10**6))
def test_a_tolerance_is_read_alike_as_text_and_as_a_table(percent: int, count: int) -> None:
    text = read_tolerance(f"{percent}%, {count} MiB", "x")
    assert text == read_tolerance(f"{count}MiB,{percent} %", "x")
    assert text == read_tolerance({"relative": f"{percent}%", "absolute": f"{count} MiB"}, "x")
    assert text == Tolerance(percent / 100, count * MIB)


@given(st.text(max_size=30))
def test_any_text_is_a_budget_or_a_usage_error(text: str) -> None:
    for read in (read_amount, read_share, read_tolerance):
        try:
            found = read(text, "x")
        except UsageError:
            continue
        if isinstance(found, Amount):
            assert (found.size_bytes is None) != (found.share is None)
