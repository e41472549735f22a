"""A start that failed: what it has not got, what to type, and its figures marked wherever they stand."""

from dataclasses import replace

import pytest

from footprint.model.audit import Audit, DeclaredAt, Usage
from footprint.model.runtime import Cause, NeededSetting
from footprint.report.audit import json, markdown, stored, table
from footprint.report.audit.entry_sentences import failure_lines
from footprint.report.audit.memory_sentences import import_line_rows
from footprint.report.audit.weight_section import weight_grid
from footprint.report.text.last_output import last_said
from footprint.report.text.view import View
from footprint.units import MIB
from tests.support.builders import audit, distribution, entry, failure, import_line, stage

SETTINGS = (
    NeededSetting("A_URL", "conf.py", 3, (".env.example:1", "compose.yaml:9"), ".env.example"),
    NeededSetting("B_KEY", "conf.py", 4),
    NeededSetting("OTHER_KEY"),
)
CAUSES = {
    "settings": (
        Cause("settings", settings=SETTINGS),
        [
            "the start needs 3 settings that it has not got: A_URL (conf.py:3), B_KEY (conf.py:4), OTHER_KEY",
            "examples: A_URL .env.example:1, compose.yaml:9",
            "to measure it: `footprint audit --env-file .env.example --set B_KEY=... --set OTHER_KEY=...`",
        ],
    ),
    "one setting without an example": (
        Cause("settings", settings=SETTINGS[1:2]),
        [
            "the start needs 1 setting that it has not got: B_KEY (conf.py:4)",
            "to measure it: `footprint audit --set B_KEY=...`",
        ],
    ),
    "a server": (
        Cause("server", "localhost:5432", places=("compose.yaml:4",)),
        [
            "the start needs a server at localhost:5432, and none answers here: start it (compose.yaml:4 describes "
            "one), name another with --set, or connect when the first request needs it"
        ],
    ),
    "a file with an example": (
        Cause("file", "conf/app.toml", places=("conf/app.example.toml",)),
        ["the start needs the file conf/app.toml, which is not there: make it: copy conf/app.example.toml"],
    ),
    "a file": (
        Cause("file", "/etc/app.toml"),
        ["the start needs the file /etc/app.toml, which is not there: make it, or name another with --set"],
    ),
    "another folder": (
        Cause("folder", "helpers", places=("backend",)),
        [
            "helpers is there as seen from backend: the start runs in another folder. Say so in its command "
            "(`cd backend && ...`), or audit that folder alone"
        ],
    ),
    "a distribution": (
        Cause("distribution", "yaml"),
        [
            "yaml is not installed in this environment: install what the project declares, or name the environment "
            "that has it with --env"
        ],
    ),
    "a part of a namespace": (
        Cause("distribution", "zope.sqlalchemy"),
        [
            "zope.sqlalchemy is not installed in this environment: install what the project declares, or name the "
            "environment that has it with --env"
        ],
    ),
    "a module of another release": (
        Cause("distribution", "numpy.linalg"),
        [
            "there is no numpy.linalg in numpy 1.0, which is installed: install the release that the project wants, "
            "or name the environment that has it with --env"
        ],
    ),
}


TRACEBACK = 'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\n    f(\n\n      x)\n'
RAISED = "a traceback ends: ValueError: no x"
# the output, what is told already, and what is said
OUTPUTS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "nothing": ("\n \n", "", ()),
    "the last line": ("one\n two \n\n", "", ("its last output: two",)),
    "brackets and rules have no words": ("why it stopped\n]\n----\n* _ *\n", "", ("its last output: why it stopped",)),
    "words of another language": ("Fehler\nошибка\n", "", ("its last output: ошибка",)),
    "a traceback last": (f"{TRACEBACK}ValueError: no x\n", "", ("its last output: ValueError: no x",)),
    "a bracket behind it": (
        f"[{TRACEBACK}\n{TRACEBACK}ValueError: no x\n]\n",
        "",
        ("its last output: ValueError: no x",),
    ),
    "a server behind it": (
        f"{TRACEBACK}ValueError: no x\n[INFO] Worker exiting\n[ERROR] Reason: failed to boot.\n",
        "",
        (RAISED, "its last output: [ERROR] Reason: failed to boot."),
    ),
    "one after another": (
        f"{TRACEBACK}KeyError: 1\n\nThe above exception was ...\n\n{TRACEBACK}ValueError: no x\nover\n",
        "",
        ("a traceback ends: KeyError: 1", RAISED, "its last output: over"),
    ),
    "of two workers and their server": (
        2 * f"{TRACEBACK}ValueError: no x\n" + f"{TRACEBACK}HaltServer: failed\n",
        "",
        (RAISED, "its last output: HaltServer: failed"),
    ),
    "many": (
        "".join(f"{TRACEBACK}KeyError: {number}\n" for number in range(9)) + "over\n",
        "",
        ("a traceback ends: KeyError: 7", "a traceback ends: KeyError: 8", "its last output: over"),
    ),
    "a traceback that is cut off": (f"up\n{TRACEBACK}", "", ("its last output: x)",)),
    "it is told": (f"{TRACEBACK}ValueError: no x\nover\n", "ValueError: no x", ("its last output: over",)),
    "all is told": ("over\n", "exited: over", ()),
    "an exit with a number, told": (
        f"INFO up\nERROR: no site\n{TRACEBACK}SystemExit: 1\n",
        "SystemExit: 1",
        ("its last output: ERROR: no site",),
    ),
    "an exit, its traceback cut off": (
        'ERROR: no site\n  File "a.py", line 1, in run\n    sys.exit()\nSystemExit\n',
        "SystemExit",
        ("its last output: ERROR: no site",),
    ),
    "noop: an exit that printed nothing": (f"{TRACEBACK}SystemExit: -2\n", "SystemExit: -2", ()),
    "noop: an exit that says why": (f"up\n{TRACEBACK}SystemExit: no site\n", "SystemExit: no site", ()),
    "noop: what was printed before another exception": (
        f"up\n{TRACEBACK}ValueError: no x\n",
        "ValueError: no x",
        (),
    ),
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_the_last_words_of_a_program_are_said(name: str) -> None:
    output, told, said = OUTPUTS[name]
    assert last_said(output, told) == said


def test_what_is_declared_under_another_name() -> None:
    failed = failure(kind="exception", stage="import", cause=Cause("distribution", "yaml"))
    told = audit(distribution("pyyaml", version=None, declared=(DeclaredAt("r.txt", 2, "main", "", "PyYAML"),)))
    assert (
        "yaml is not installed in this environment; declared and not installed: pyyaml:"
        in failure_lines(failed, told)[1]
    )


@pytest.mark.parametrize(("module", "name"), [("numpy", "numpy"), ("zope.sql", "zope-sql"), ("numpy.a", "numpy")])
def test_where_it_is_declared_is_said(module: str, name: str) -> None:
    failed = failure(kind="exception", stage="import", cause=Cause("distribution", module))
    told = audit(distribution(name, version=None, declared=(DeclaredAt("r.txt", 2, "main", "", name),)))
    assert f"{module} is not installed in this environment; r.txt:2 declares it:" in failure_lines(failed, told)[1]


def stopped(cause: Cause | None = None, message: str = "KeyError: 'A_URL'") -> Audit:
    failed = failure(
        kind="exception", message=message, stage="import", path="conf.py", line=3, cause=cause, under_way=()
    )
    row = entry("web", stages=(stage("interpreter", 9 * MIB),), failure=failed)
    numpy = distribution(
        "numpy", usage=Usage.STARTUP, start_stopped=True, startup_self_rss_bytes=12 * MIB, avoidable_rss_bytes=None,
        declared=(DeclaredAt("requirements.txt", 2, "main", "", "numpy"),),
    )  # fmt: skip
    lines = (import_line("app.py", 3, "numpy", 12 * MIB),)
    return audit(numpy, entries=(row,), import_lines=lines)


@pytest.mark.parametrize("name", CAUSES)
def test_what_a_start_has_not_got(name: str) -> None:
    cause, expected = CAUSES[name]
    told = stopped(cause)
    found = failure_lines(told.entries[0].failure, told)  # type: ignore[arg-type]
    assert found == ["stopped in stage import at conf.py:3: KeyError: 'A_URL'", *expected]


def test_a_long_message_gives_way_to_the_names() -> None:
    text = "ValidationError: 6 validation errors " + "database_url Field required " * 20
    long = stopped(Cause("settings", settings=SETTINGS), text).entries[0].failure
    assert long is not None
    assert len(failure_lines(long)[0]) < 260
    assert text in failure_lines(replace(long, cause=None))[0]


def test_figures_of_half_a_start_are_marked_wherever_they_stand() -> None:
    told = stopped()
    view = View(top=0, legend=True)
    for text in (table.render(told, view), markdown.render(told, view)):
        assert "12.0+" in text and " 12.0 " not in text
        assert "+: of a start that stopped" in text.replace("\\", "")
    assert import_line_rows(told) == ("~12.0 MiB, 20 ms: app.py:3 imports numpy, as far as it came",)
    whole = replace(told, entries=(entry("web"),), distributions=(replace(told.distributions[0], start_stopped=False),))
    assert not any("+" in cell for row in weight_grid(whole, view).rows for cell in row)


def test_the_json_document_has_the_cause_and_the_mark() -> None:
    told = stopped(Cause("settings", settings=SETTINGS))
    text = json.render(told)
    assert '"start_stopped": true' in text and '"name": "B_KEY"' in text
    assert stored.parse(text) == told
