"""What CI systems read of a check, judged by the readers themselves: schemas, parsers and the runner's own library."""

import json
import shutil
import subprocess
import tarfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree as ET

import jsonschema
import junitparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footprint.documents.baseline_document import parse_baseline, to_plain
from footprint.files.paths import folder_in_work_tree
from footprint.knowledge.codes import GATE_RULES, RULE_BY_CODE
from footprint.model.baseline import Baseline, EntryBaseline, EnvironmentBaseline
from footprint.model.gate_report import BaselineUse, GateReport, Verdict
from footprint.model.note import Note
from footprint.model.rule import Hint
from footprint.report import formats
from footprint.report.gate import github, gitlab, junit, sarif
from footprint.report.gate import json as gate_json
from footprint.report.gate.verdict_places import fingerprints
from footprint.report.text.safe import printable
from tests.support import gate_reports as made
from tests.support.machine import PATIENCE_S, need

FOR_MACHINES = ("json", "junit", "sarif", "github", "gitlab")
EVERY = pytest.mark.parametrize("report", [build() for build in made.REPORTS.values()], ids=list(made.REPORTS))

SEVERAL = (
    made.FORBIDDEN,
    made.NEW_AT_STARTUP,
    made.BUDGETS[0],
    made.GROWN,
    made.RSS_GREW,
    made.NEW_DISTRIBUTION,
    made.UNUSED,
    made.KNOWN,
)

# Anything a file name, a setting or the text of an error may hold; lone surrogates among it, and very long.
ANY_TEXT = st.text(st.characters(), max_size=60) | st.sampled_from(
    (made.HOSTILE_NAME, made.HOSTILE_PATH, made.HOSTILE_WORDS, "%0A%25%3A", "]]>&<!--", "\ud800x\udc80", "\ufffe\x00")
)


def hostile_report(name: str, path: str, words: str, line: int | None) -> GateReport:
    """Return a check with a verdict of every outcome, all of whose texts are given."""
    bad = made.reason(name, path=path, line=line, statement=name, still_needed_by=(path,))
    where: dict[str, Any] = {"message": words, "entry": name, "subject": name, "reasons": (bad,)}
    verdicts = (
        replace(made.GROWN, path=path, line=line, **where),
        replace(made.RSS_GREW, path=None, line=line, **where),
        replace(made.NOISE, path=path, line=None, **where),
        replace(made.NOT_MEASURED, path=path, line=line, **where),
        replace(made.KNOWN, path=path, line=line, **where),
        replace(made.CLEAN[0], **where),
    )
    measured = {name: EntryBaseline(1, 2, startup={path: 3})}
    return made.gate_report(
        *verdicts,
        entries=(made.gated_entry(name),),
        notes=(Note(name, words, path, line),),
        key=words,
        measured=Baseline({words: EnvironmentBaseline("3.11", "1", 1, 1, {name: 1}, measured, {name: (path,)})}),
    )


hostile_reports = st.builds(hostile_report, ANY_TEXT, ANY_TEXT, ANY_TEXT, st.none() | st.integers(-2, 10**6))


# All of them


def test_formats_are_a_literal_table() -> None:
    assert list(formats.CHECK) == ["table", "markdown", *FOR_MACHINES]


@pytest.mark.parametrize("name", FOR_MACHINES)
@EVERY
def test_every_report_is_ascii_and_the_same_again(report: GateReport, name: str) -> None:
    text = formats.render(name, report)
    assert text == formats.render(name, report)
    text.encode()  # lone surrogates would not
    if name != "github":
        assert text.isascii()
    assert not any(ord(letter) < 0x20 for letter in text.replace("\n", ""))


@settings(max_examples=60, deadline=None)
@given(hostile_reports)
def test_no_text_from_outside_breaks_a_format(report: GateReport) -> None:
    for text in (formats.render(name, report) for name in FOR_MACHINES):
        text.encode()
    ET.fromstring(junit.render(report))
    json.loads(sarif.render(report))
    json.loads(gitlab.render(report))
    assert len(commands(github.render(report))) == 5  # grown, not measured; RSS, not judged; the note


@pytest.mark.parametrize("name", FOR_MACHINES)
def test_long_messages_are_rendered(name: str) -> None:
    long = "é%\n<" * 25_000
    verdict = replace(made.GROWN, message=long, path=long, reasons=(made.NEW_PANDAS,) * 500)
    assert formats.render(name, made.gate_report(verdict)).count("pandas") < 1_000 or name == "json"


# JSON


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


@EVERY
def test_json_has_every_field_of_the_report(report: GateReport) -> None:
    told = json.loads(gate_json.render(report), parse_constant=refuse)
    assert told["schema_version"] == 1
    assert told["tool"] == {"name": "footprint", "version": report.tool_version}
    assert told["conclusion"] == report.conclusion
    assert set(told) == {item.name for item in fields(report)} - {"tool_version"} | {"tool", "conclusion"}
    assert [verdict["code"] for verdict in told["verdicts"]] == [verdict.code for verdict in report.verdicts]
    for verdict in told["verdicts"]:
        assert set(verdict) == {"code", *(item.name for item in fields(Verdict))} - {"names_place", "names_entry"}
    encoded = told["measured"]["environments"]
    assert len(encoded) == len(report.measured.environments)


def test_json_tells_what_was_not_measured_as_null() -> None:
    worker = json.loads(gate_json.render(made.not_measured()))["entries"][1]
    assert worker["anon_bytes"] is None and worker["rss_bytes"] is None and worker["rss_runs_bytes"] == []
    assert worker["not_measured"] == "ModuleNotFoundError: No module named 'pandas'"


def test_measured_is_the_baseline_file() -> None:
    entry = EntryBaseline(12_345_678, 23_456_789, 4_096, 34_567_890, 1.23456, {"b": 5 << 20, "a": 1})
    bare = EntryBaseline(None, 1 << 20)
    environment = EnvironmentBaseline(
        "3.11.7", "0.1.0", None, None, {"z": 1 << 21, "m": 1 << 20}, {"web": entry, "cli": bare}, {"FP101": ("nltk",)}
    )
    measured = Baseline({"other": EnvironmentBaseline("3.12.1", "0.1.0", 1 << 30, 9), made.KEY: environment})
    told = json.loads(gate_json.render(replace(made.passed(), measured=measured)))["measured"]
    assert told == to_plain(measured)
    assert told == {
        "schema_version": 1,
        "environments": {
            made.KEY: {
                "python": "3.11.7",
                "footprint": "0.1.0",
                "disk_mib": None,
                "distribution_count": None,
                "heavy_mib": {"m": 1.0, "z": 2.0},
                "entries": {
                    "cli": {"startup_anon_mib": None, "startup_rss_mib": 1.0, "noise_mib": 0.0, "startup_mib": {}},
                    "web": {
                        "startup_anon_mib": 11.77,
                        "startup_rss_mib": 22.37,
                        "noise_mib": 0.0,
                        "first_use_rss_mib": 32.97,
                        "time_ratio": 1.23,
                        "startup_mib": {"a": 0.0, "b": 5.0},
                    },
                },
                "known": {"FP101": ["nltk"]},
            },
            "other": {
                "python": "3.12.1",
                "footprint": "0.1.0",
                "disk_mib": 1024.0,
                "distribution_count": 9,
                "heavy_mib": {},
                "entries": {},
                "known": {},
            },
        },
    }
    environments = told["environments"]
    assert list(environments) == [made.KEY, "other"]
    assert list(environments[made.KEY]["entries"]) == ["cli", "web"]
    assert list(environments[made.KEY]["heavy_mib"]) == ["m", "z"]


@EVERY
def test_json_can_be_compared_against(report: GateReport) -> None:
    kept = parse_baseline(json.dumps(to_plain(report.measured)), "footprint-baseline.json")
    assert parse_baseline(gate_json.render(report), "base.json") == kept


# JUnit: read by junitparser, which actions that publish test results on GitHub are built on


@EVERY
def test_junit_counts_are_those_of_the_cases(report: GateReport) -> None:
    document = ET.fromstring(junit.render(report))
    parsed = junitparser.JUnitXml.fromstring(junit.render(report))
    assert int(document.attrib["tests"]) == sum(len(list(suite)) for suite in parsed)
    for suite, parsed_suite in zip(document, parsed, strict=True):
        kinds = Counter(type(result).__name__ for case in parsed_suite for result in case.result)
        told = (parsed_suite.tests, parsed_suite.failures, parsed_suite.errors, parsed_suite.skipped)
        assert told == (len(suite), kinds["Failure"], kinds["Error"], kinds["Skipped"])
        names = [case.name for case in parsed_suite]
        assert len(names) == len(set(names))
    for attribute in ("tests", "failures", "errors"):
        assert int(document.attrib[attribute]) == sum(int(suite.attrib[attribute]) for suite in document)


# Everything that the schema of Jenkins' xUnit plugin, the strictest of them, allows in what we use; and `file` and
# `line`, which pytest writes and GitLab and others read.
ALLOWED = {
    "testsuites": {"name", "tests", "failures", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped"},
    "testcase": {"name", "classname", "file", "line"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
    "skipped": {"message", "type"},
    "system-out": set(),
}


@EVERY
def test_junit_has_nothing_that_a_strict_schema_refuses(report: GateReport) -> None:
    for element in ET.fromstring(junit.render(report)).iter():
        assert set(element.attrib) <= ALLOWED[element.tag], element.tag


def cases(report: GateReport) -> dict[tuple[str, str], junitparser.TestCase]:
    parsed = junitparser.JUnitXml.fromstring(junit.render(report))
    return {(case.classname, case.name): case for suite in parsed for case in suite}


def test_junit_failure_has_the_line_and_the_reason() -> None:
    case = cases(made.failed())["footprint.web", "anon-increase"]
    (failure,) = case.result
    assert isinstance(failure, junitparser.Failure)
    assert (failure.type, failure.message) == ("FP411", made.GROWN.message)
    assert "backend/routes/export.py:7" in failure.text and "numpy 11.9 -> 14.0" in failure.text
    assert case._elem.attrib["file"] == "backend/routes/export.py" and case._elem.attrib["line"] == "7"


def test_junit_tells_outcomes_apart() -> None:
    failed = cases(made.failed())
    warning = failed["footprint.web", "rss-increase"]
    assert warning.result == [] and "warning: startup RSS" in warning.system_out
    assert failed["footprint.environment", "disk"].result == []
    unused = failed["footprint.environment", "unused"]
    assert len(unused.result) == 1 and "known: matplotlib" in unused.system_out
    (unmeasured,) = cases(made.not_measured())["footprint.worker", "not-measured"].result
    assert isinstance(unmeasured, junitparser.Error) and unmeasured.type == "FP905"
    (put_up_with,) = cases(made.not_measured_but_accepted())["footprint.worker", "not-measured"].result
    assert isinstance(put_up_with, junitparser.Skipped)  # never passed
    (noise,) = cases(made.noisy())["footprint.web", "anon-increase"].result
    assert isinstance(noise, junitparser.Skipped) and "more than half" in noise.message


def test_junit_puts_verdicts_of_one_rule_into_one_case() -> None:
    other = replace(made.FORBIDDEN, subject="torch", message="torch is forbidden at startup and loaded")
    (failure,) = cases(made.gate_report(made.FORBIDDEN, other))["footprint.web", "forbidden-at-startup"].result
    assert failure.message == "pandas is forbidden at startup and loaded (and 1 more)"
    assert "torch is forbidden at startup and loaded" in failure.text


@settings(max_examples=200, deadline=None)
@given(ANY_TEXT, ANY_TEXT)
def test_junit_keeps_what_xml_allows_and_drops_the_rest(words: str, path: str) -> None:
    verdict = replace(made.FORBIDDEN, message=words, path=path, entry=None, reasons=())
    case = ET.fromstring(junit.render(made.gate_report(verdict, entries=())))[0][0]
    dropped = dict.fromkeys([0xFFFE, 0xFFFF])
    assert case[0].attrib["message"] == printable(words).translate(dropped)
    assert case.attrib.get("file", "") == printable(path).translate(dropped)


# SARIF: the schema as it is published, from the package of matchers that its authors offer


@pytest.fixture(scope="session")
def npm_package(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a function that gets a package from the npm registry and unpacks it."""
    need(shutil.which("npm") and shutil.which("node"), "node and npm")

    def get(name: str) -> Path:
        folder = tmp_path_factory.mktemp("npm")
        packing = ["npm", "pack", "--silent", "--pack-destination", str(folder), name]
        done = subprocess.run(packing, capture_output=True, text=True, check=False, timeout=PATIENCE_S, cwd=folder)
        need(done.returncode == 0, f"{name} from the npm registry: {done.stderr.strip()[:300]}")
        with tarfile.open(next(folder.glob("*.tgz"))) as archive:
            archive.extractall(folder, filter="data")
        return folder / "package"

    return get


@pytest.fixture(scope="session")
def sarif_schema(npm_package: Callable[[str], Path]) -> dict[str, Any]:
    package = npm_package("@microsoft/jest-sarif@1.0.0-beta.0")
    schema: dict[str, Any] = json.loads((package / "lib/schemas/sarif-2.1.0-rtm.5.json").read_text())
    assert schema["title"].startswith("Static Analysis Results Format (SARIF) Version 2.1.0")
    return schema


@pytest.mark.network
def test_sarif_is_valid_by_its_published_schema(sarif_schema: dict[str, Any]) -> None:
    validator = jsonschema.Draft7Validator(sarif_schema, format_checker=jsonschema.FormatChecker())
    assert not validator.is_valid({"version": "2.1.0", "runs": [{"tool": {}}]})  # it does say no
    hostile = hostile_report("\ud800", "a:b//\udce9\x00 {0}", made.HOSTILE_WORDS, -1)
    for report in (*(build() for build in made.REPORTS.values()), made.huge(25), hostile):
        validator.validate(json.loads(sarif.render(report)))


def run_of(report: GateReport) -> dict[str, Any]:
    (run,) = json.loads(sarif.render(report))["runs"]
    assert isinstance(run, dict)
    return run


@EVERY
def test_sarif_results_are_what_did_not_pass(report: GateReport) -> None:
    run = run_of(report)
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.code for rule in GATE_RULES]
    told = [verdict for verdict in report.verdicts if verdict.outcome in ("violated", "known")]
    assert [result["ruleId"] for result in run["results"]] == [verdict.code for verdict in told]
    for result, verdict in zip(run["results"], told, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        (location,) = result["locations"]  # code scanning refuses a result without
        assert location["physicalLocation"]["artifactLocation"]["uri"]
        is_known = verdict.outcome == "known"
        assert result["level"] == ("note" if is_known else verdict.level)
        assert [each["kind"] for each in result.get("suppressions", [])] == ["external"] * is_known
    prints = [result["partialFingerprints"]["footprintVerdict/v1"] for result in run["results"]]
    assert len(prints) == len(set(prints))
    (invocation,) = run["invocations"]
    assert invocation["exitCode"] == report.exit_code
    unmeasured = any(verdict.code == "FP905" and verdict.outcome == "violated" for verdict in report.verdicts)
    assert invocation["executionSuccessful"] is not unmeasured


def test_sarif_says_what_could_not_be_told() -> None:
    (invocation,) = run_of(made.failed_and_not_measured())["invocations"]
    (told,) = invocation["toolExecutionNotifications"]
    assert (told["level"], told["associatedRule"]["id"]) == ("error", "FP905")
    assert told["message"]["text"].startswith(f"worker: {made.NOT_MEASURED.message}")
    (invocation,) = run_of(made.noisy())["invocations"]
    (told,) = invocation["toolExecutionNotifications"]
    assert (told["level"], told["associatedRule"]["id"]) == ("warning", "FP411")
    assert invocation["executionSuccessful"]  # it ran; a machine was too busy to judge one figure
    (invocation,) = run_of(made.failed())["invocations"]
    (told,) = invocation["toolExecutionNotifications"]
    assert (told["level"], told["descriptor"]["id"]) == ("note", "syntax-error")


def uri_of(path: str | None, **changes: Any) -> dict[str, Any]:
    report = made.gate_report(replace(made.FORBIDDEN, path=path, reasons=(), **changes))
    location = run_of(report)["results"][0]["locations"][0]["physicalLocation"]
    assert isinstance(location, dict)
    return location


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("app/main.py", "app/main.py"),
        ("a b/ü%41.py", "a%20b/%C3%BC%2541.py"),
        ("http:x.py", "http%3Ax.py"),  # or it would be a scheme
        ("odd\udce9\n?#.py", "odd%E9%0A%3F%23.py"),
        (made.HOSTILE_PATH, "odd%20%60dir%60/a%7Cb%0A%1B%5B31m%2Ac%2A_d_%E2%80%AE%E9.py"),
    ],
)
def test_sarif_paths_are_relative_uris(path: str, uri: str) -> None:
    assert uri_of(path)["artifactLocation"] == {"uri": uri, "uriBaseId": "%SRCROOT%"}
    assert "%SRCROOT%" in run_of(made.failed())["originalUriBaseIds"]
    assert unquote_to_bytes(uri).decode("utf-8", "surrogateescape") == path


def test_sarif_has_a_line_only_where_one_is_known() -> None:
    assert uri_of("a.py", line=3)["region"] == {"startLine": 3}
    assert "region" not in uri_of("a.py", line=None)
    assert "region" not in uri_of("a.py", line=0)
    assert uri_of("/elsewhere/a.py")["artifactLocation"] == {"uri": "file:///elsewhere/a.py"}
    assert uri_of(None)["artifactLocation"]["uri"] == "pyproject.toml"


def test_sarif_messages_have_no_placeholders_and_no_links() -> None:
    odd = replace(
        made.FORBIDDEN, message="{0} {{ cookiecutter }} [click](https://example.org)", reasons=(), hint=Hint.NONE
    )
    text = run_of(made.gate_report(odd))["results"][0]["message"]["text"]
    assert text == "web: {{0}} {{{{ cookiecutter }}}} [click] (https://example.org)"


# A project in a folder of its repository: systems name files from the top


def test_paths_begin_at_the_top_of_the_repository() -> None:
    at_top = made.gate_report(*SEVERAL, notes=(Note("odd", "odd", "old.py", 7),))
    report = replace(at_top, folder="services/shop", baseline=BaselineUse("ci/base.json", found=True))
    expected = "services/shop/backend/routes/export.py"
    assert commands(github.render(report))[0].properties["file"] == expected
    assert commands(github.render(report))[-1].properties["file"] == "services/shop/old.py"
    assert cases(report)["footprint.web", "anon-increase"]._elem.attrib["file"] == expected
    assert {path for _name, _severity, path, _line in severities(report)} == {
        expected,
        "services/shop/requirements.txt",
    }
    run = run_of(report)
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == expected
    stale = replace(report, verdicts=(made.STALE,))
    assert [path for _name, _severity, path, _line in severities(stale)] == ["services/shop/ci/base.json"]
    above = replace(report, verdicts=(replace(made.UNUSED, path="../requirements.txt"),))
    assert [path for _name, _severity, path, _line in severities(above)] == ["services/requirements.txt"]
    assert fingerprints(report.verdicts) == fingerprints(at_top.verdicts)


def test_folder_in_repository(tmp_path: Path) -> None:
    deep = tmp_path / "top/services/shop"
    deep.mkdir(parents=True)
    assert folder_in_work_tree(deep) == ""
    (tmp_path / "top/.git").mkdir()
    assert folder_in_work_tree(deep) == ""  # an empty folder is no repository
    subprocess.run(["git", "init", "--quiet", str(tmp_path / "top")], check=True)
    assert folder_in_work_tree(deep) == "services/shop"
    assert folder_in_work_tree(tmp_path / "top") == ""
    (tmp_path / "link").symlink_to(deep)
    assert folder_in_work_tree(tmp_path / "link") == "services/shop"
    (tmp_path / "top/services/.git").write_text("gitdir: ../.git/modules/services\n")  # a submodule
    assert folder_in_work_tree(deep) == "shop"


# Fingerprints


def test_fingerprints_stay_when_lines_and_figures_move() -> None:
    moved = replace(made.GROWN, line=99, message="other figures", measured=1.0, reasons=(), hint=Hint.NONE)
    assert fingerprints([made.GROWN]) == fingerprints([moved])
    assert fingerprints([made.UNUSED, made.GROWN])[1] == fingerprints([made.GROWN])[0]


@pytest.mark.parametrize(
    "changes",
    [{"rule": RULE_BY_CODE["FP412"]}, {"entry": "worker"}, {"entry": None}, {"subject": "torch"}, {"path": "other.py"}],
)
def test_fingerprints_tell_findings_apart(changes: dict[str, Any]) -> None:
    other = replace(made.GROWN, **changes)
    assert fingerprints([made.GROWN]) != fingerprints([other])
    assert len(set(fingerprints([made.GROWN, other, made.GROWN]))) == 3


# GitHub


@dataclass(frozen=True)
class Annotation:
    """A workflow command as the documentation describes it."""

    name: str
    properties: dict[str, str]
    message: str


def commands(text: str) -> list[Annotation]:
    """Parse workflow commands; a line that is none is a mistake."""
    return [parse_command(line) for line in text.split("\n")[:-1]]


def parse_command(line: str) -> Annotation:
    assert line.startswith("::")
    head, separator, data = line[2:].partition("::")
    assert separator
    name, _space, listed = head.partition(" ")
    assert name in ("error", "warning", "notice")
    properties = {}
    for pair in listed.split(","):
        key, equals, value = pair.partition("=")
        assert key in ("file", "line", "title") and equals and value and key not in properties
        properties[key] = unescaped(value, {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"})
    return Annotation(name, properties, unescaped(data, {"%0D": "\r", "%0A": "\n", "%25": "%"}))


def unescaped(text: str, table: dict[str, str]) -> str:
    for escape, character in table.items():
        text = text.replace(escape, character)
    return text


def test_annotations_are_on_the_importing_line() -> None:
    report = made.gate_report(*SEVERAL, notes=(Note("syntax-error", "cannot be parsed", "old.py", 7),))
    told = commands(github.render(report))
    assert [each.name for each in told] == ["error"] * 4 + ["warning"] * 2 + ["notice"]
    grown = told[1]
    assert grown.properties == {
        "file": "backend/routes/export.py",
        "line": "7",
        "title": "FP411 anon-increase (web)",
    }
    assert grown.message.startswith(made.GROWN.message) and "pandas 30.2 MiB" in grown.message
    assert told[-1].properties == {"file": "old.py", "line": "7", "title": "footprint syntax-error"}
    rss = told[5]  # has no line of its own: that of its largest reason
    assert (rss.properties["title"], rss.properties["line"]) == ("FP412 rss-increase (web)", "7")


@pytest.mark.parametrize("build", [made.passed, made.known, made.static_passed, made.against])
def test_nothing_is_annotated_where_nothing_is_wrong(build: Callable[[], GateReport]) -> None:
    assert github.render(build()) == ""
    assert json.loads(sarif.render(build()))["runs"][0]["invocations"][0]["executionSuccessful"]


def test_not_judged_and_put_up_with_are_warnings() -> None:
    assert [each.name for each in commands(github.render(made.noisy()))] == ["warning", "warning"]
    (told,) = commands(github.render(made.not_measured_but_accepted()))
    assert (told.name, told.properties["title"]) == ("warning", "FP905 not-measured (worker)")


def test_ten_of_a_kind_are_shown_and_the_rest_is_counted() -> None:
    ten = [replace(made.UNUSED, subject=f"name{number}", message=f"name{number} is unused") for number in range(10)]
    assert len(commands(github.render(made.gate_report(*ten)))) == 10
    told = commands(github.render(made.gate_report(*ten, *(replace(each, line=1) for each in ten))))
    assert len(told) == 10
    assert told[-1].properties == {"title": "footprint: 11 more of this kind"}
    assert told[-1].message.count("\n") == 10 and "FP101 unused: name9 is unused" in told[-1].message
    notes = tuple(Note("odd", f"note {number}") for number in range(30))
    told = commands(github.render(made.gate_report(notes=notes)))
    assert [each.properties["title"] for each in told] == ["footprint odd", "footprint odd", "footprint: 28 more notes"]


def test_failures_come_first() -> None:
    told = commands(github.render(made.huge(100)))
    assert [each.name for each in told] == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 3


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT, ANY_TEXT.filter(bool), ANY_TEXT.filter(bool), st.integers(1, 10**6))
def test_commands_come_back_as_they_were(message: str, title: str, path: str, line: int) -> None:
    text = github.command("error", message, title=title, path=path, line=line)
    assert "\n" not in text and "\r" not in text
    told = parse_command(text)
    assert told.message == message
    assert told.properties == {"file": printable(path), "line": str(line), "title": printable(title)}


def test_a_message_is_cut_where_the_runner_would_cut_it() -> None:
    whole = parse_command(github.command("error", "%" * 4096, title="x"))
    assert whole.message == "%" * 4096
    cut = parse_command(github.command("error", "%" * 100_000, title="x"))
    assert cut.message == "%" * 4092 + " ..."


_ISSUE = """
import { readFileSync } from 'node:fs';
const { issueCommand } = await import(process.argv[2]);
for (const [name, properties, message] of JSON.parse(readFileSync(0, 'utf8'))) issueCommand(name, properties, message);
"""


@pytest.mark.network
def test_commands_are_those_of_the_library_of_actions(npm_package: Callable[[str], Path], tmp_path: Path) -> None:
    library = npm_package("@actions/core@3.0.1") / "lib/command.js"
    (tmp_path / "issue.mjs").write_text(_ISSUE)
    texts = ["plain", "a,b:c%d", "x::y", "%0A %25", "line\nline\r\n", *map(printable, (made.HOSTILE_WORDS, "é\u2028✓"))]
    asked = [("warning", {"file": text, "line": "7", "title": text[::-1]}, text) for text in texts]
    asked = [(name, {key: printable(value) for key, value in given.items()}, text) for name, given, text in asked]
    running = ["node", str(tmp_path / "issue.mjs"), library.as_uri()]
    done = subprocess.run(
        running, input=json.dumps(asked), capture_output=True, text=True, check=True, timeout=PATIENCE_S
    )
    ours = [
        github.command("warning", text, title=given["title"], path=given["file"], line=7)
        for _name, given, text in asked
    ]
    assert done.stdout.split("\n")[:-1] == ours


# GitLab

# What the documentation of the report format requires, and what the parser refuses to do without.
CODE_QUALITY = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "minLength": 1, "pattern": "^(?!/|\\./)"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


@EVERY
def test_code_quality_has_what_gitlab_requires(report: GateReport) -> None:
    found = json.loads(gitlab.render(report))
    jsonschema.Draft7Validator(CODE_QUALITY).validate(found)
    told = [verdict for verdict in report.verdicts if verdict.outcome != "passed"]
    assert [each["check_name"] for each in found] == [f"{verdict.code} {verdict.rule.called}" for verdict in told]
    prints = [each["fingerprint"] for each in found]
    assert len(prints) == len(set(prints))


def severities(report: GateReport) -> Iterator[tuple[str, str, str, int]]:
    for each in json.loads(gitlab.render(report)):
        yield each["check_name"], each["severity"], each["location"]["path"], each["location"]["lines"]["begin"]


def test_code_quality_severity_and_place() -> None:
    assert list(severities(made.gate_report(*SEVERAL))) == [
        ("FP301 forbidden-at-startup", "major", "backend/routes/export.py", 7),
        ("FP303 new-at-startup", "minor", "backend/routes/export.py", 7),
        ("FP411 anon-increase", "major", "backend/routes/export.py", 7),
        ("FP412 rss-increase", "minor", "backend/routes/export.py", 7),
        ("FP414 new-distribution", "major", "requirements.txt", 12),
        ("FP101 unused", "major", "requirements.txt", 9),
        ("FP101 unused", "info", "requirements.txt", 8),
    ]
    assert list(severities(made.noisy())) == [
        ("FP411 anon-increase", "info", "footprint-baseline.json", 1),
        ("FP906 noise", "minor", "footprint-baseline.json", 1),
    ]


@pytest.mark.parametrize(
    ("code", "baseline", "path"),
    [
        ("FP413", "ci/baseline.json", "ci/baseline.json"),
        ("FP901", "ci/baseline.json", "ci/baseline.json"),
        ("FP405", "ci/baseline.json", "pyproject.toml"),
        ("FP413", None, "pyproject.toml"),
        ("FP413", "/tmp/baseline.json", "pyproject.toml"),
        ("FP413", "../baseline.json", "pyproject.toml"),
    ],
)
def test_what_has_no_line_is_put_on_a_file_of_the_project(code: str, baseline: str | None, path: str) -> None:
    verdict = made.verdict(code, "wrong", outcome="violated")
    report = made.gate_report(verdict, baseline=BaselineUse(baseline, found=baseline is not None))
    ((_name, _severity, shown, line),) = severities(report)
    assert (shown, line) == (path, 1)
