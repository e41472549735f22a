"""Real applications, each in its own environment: no wrong `unused`, no wrong `startup`. Run by `make test-real`."""

import datetime
import functools
import time
from importlib.metadata import distribution

import pytest
from packaging.requirements import Requirement

from footprint import __version__
from footprint.model.audit import Usage
from footprint.names import normalise
from tests.real import peers, tally
from tests.real.cases import Application, load_applications
from tests.real.environments import REPOSITORY, provide, run, without
from tests.real.net import look_for_all
from tests.real.starting import start
from tests.real.tally import NEEDED, Outcome, Proof

pytestmark = pytest.mark.real

APPLICATIONS = load_applications()
PAGE = REPOSITORY / "docs" / "use-accuracy.md"
PROOFS = [(app, case) for app in APPLICATIONS for case in app.implied]
_proved: dict[int, Proof] = {}

each_application = pytest.mark.parametrize("app", APPLICATIONS, ids=lambda app: app.name)


@functools.cache
def _examine(name: str) -> Outcome:
    """Ask all tools about one application, once."""
    app = next(app for app in APPLICATIONS if app.name == name)
    place = provide(app)
    began = time.monotonic()
    measured, failure = peers.ask_footprint(app, place, probe=True)
    seconds = time.monotonic() - began
    read, _ = peers.ask_footprint(app, place, probe=False)
    others = (peers.ask_deptry(app, place), peers.ask_fawltydeps(app, place))
    return Outcome(app, measured, read, failure, *others, seconds, look_for_all(app, place))


@each_application
def test_every_main_requirement_is_judged(app: Application) -> None:
    """The truth of what is declared comes from the metadata that the application's own build wrote."""
    place = provide(app)
    question = "import importlib.metadata as m, sys; print('\\n'.join(m.requires(sys.argv[1]) or ()))"
    lines = [Requirement(line) for line in run([str(place.python), "-c", question, app.distribution]).splitlines()]
    environment = {"python_version": app.python, "python_full_version": f"{app.python}.0"}
    main = {
        normalise(line.name)
        for line in lines
        if line.marker is None
        or any(line.marker.evaluate({**environment, "extra": extra}) for extra in ("", *app.extras))
    }
    assert main == app.verdicts.keys()


@each_application
def test_application_starts_under_the_probe(app: Application) -> None:
    assert _examine(app.name).failure is None


@each_application
@pytest.mark.parametrize("probe", [True, False], ids=["measured", "no-probe"])
def test_nothing_needed_is_called_unused(app: Application, probe: bool) -> None:
    needed = {name for name, verdict in app.verdicts.items() if verdict.usage in NEEDED}
    assert needed & tally.footprint_unused(_examine(app.name), probe=probe) == set()


@each_application
@pytest.mark.parametrize("probe", [True, False], ids=["measured", "no-probe"])
def test_nothing_is_wrongly_called_startup(app: Application, probe: bool) -> None:
    outcome = _examine(app.name)
    said = outcome.measured if probe else outcome.read
    startup = {name for name in app.verdicts if name in said and said[name].usage is Usage.STARTUP}
    wrong = {name for name in startup if app.verdicts[name].usage is not Usage.STARTUP}
    assert wrong == set()


@each_application
def test_classes_are_right(app: Application) -> None:
    """What is known to be wrong is named in the file, with the reason, and nothing else is wrong."""
    wrong = tally.differences(_examine(app.name), probe=True)
    assert {name: said for name, said in wrong.items() if name not in app.known_wrong} == {}
    assert app.known_wrong.keys() - wrong.keys() == set(), "right by now: take it out of known_wrong"


@each_application
@pytest.mark.parametrize("probe", [True, False], ids=["measured", "no-probe"])
def test_nothing_needed_is_called_removable_for_certain(app: Application, probe: bool) -> None:
    outcome = _examine(app.name)
    said = outcome.measured if probe else outcome.read
    sure = {name for name, each in said.items() if each.usage in tally.CAN_GO and each.confidence == "certain"}
    assert {name for name in sure & app.verdicts.keys() if app.verdicts[name].usage in NEEDED} == set()


@each_application
def test_the_net_rarely_speaks_for_nothing(app: Application) -> None:
    """Of what no import accounts for, few are named in the application's text unless it needs them."""
    net = _examine(app.name).net
    assert net is not None
    needed = {name for name, verdict in app.verdicts.items() if verdict.usage in NEEDED}
    declared = app.verdicts.keys()
    assert len([name for name in net.found if name in declared and name not in needed]) <= 1


@each_application
def test_every_implied_distribution_is_taken_away(app: Application) -> None:
    implied = {name for name, verdict in app.verdicts.items() if verdict.usage is Usage.IMPLIED}
    assert implied <= {case.distribution for case in app.implied}


@pytest.mark.parametrize("index", range(len(PROOFS)), ids=[f"{app.name}-{case.distribution}" for app, case in PROOFS])
def test_start_without_an_implied_distribution(index: int) -> None:
    app, case = PROOFS[index]
    place = provide(app)
    whole = start(case, place)
    assert whole.ok, whole.output
    with without(place, case.distribution) as left:
        crippled = start(case, left)
    outcome, _, words = case.blocked.partition(": ")
    assert crippled.ok == (outcome == "starts"), crippled.output
    assert words in crippled.output, crippled.output
    _proved[index] = Proof(app, case)


def test_page_is_written(request: pytest.FixtureRequest) -> None:
    """Last: the page is written when every application was examined and every start tried, in this run."""
    if request.config.getoption("keyword") or len(_proved) < len(
        {(app.name, case.distribution) for app, case in PROOFS}
    ):
        pytest.skip("a part of the run, or a start went wrong: the page stays as it is")
    outcomes = [_examine(app.name) for app in APPLICATIONS]
    today = datetime.datetime.now(tz=datetime.timezone.utc).date().isoformat()
    heading = (
        f"Written by `make test-real` on {today}: footprint {__version__}, deptry {peers.DEPTRY}, FawltyDeps",
        f"{peers.FAWLTYDEPS}, installed by uv {distribution('uv').version}. The verdicts stand in `tests/real/apps`:"
        " one per main requirement,",
        "by reading the application's code and by running it, not by what a tool says. Each application is installed",
        "with pinned versions into an environment of its own; each tool sees that environment, and runs",
        "with its defaults. What footprint got wrong here was corrected where that was possible: its figures are those",
        "of a regression test, not of code that it had not seen.",
    )
    PAGE.write_text(tally.render(outcomes, [_proved[index] for index in sorted(_proved)], heading), encoding="utf-8")
    assert len(outcomes) == len(APPLICATIONS)
