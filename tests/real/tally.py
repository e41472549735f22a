"""Count right and wrong classes over all applications and write the table of docs/use-accuracy.md."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from footprint.model.audit import Usage
from footprint.names import DistributionName
from tests.real import tried
from tests.real.cases import Application, Blocking
from tests.real.net import NetResult
from tests.real.peers import Said

NEEDED = frozenset({Usage.STARTUP, Usage.LAZY, Usage.IMPLIED})
CAN_GO = frozenset({Usage.UNUSED, Usage.UNREACHED})
WORDS = ("certain", "likely", "cannot tell")
CLASSES = tuple(usage for usage in Usage if usage is not Usage.ORPHAN)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What every tool said of one application. None: the tool could not read what it declares."""

    app: Application
    measured: dict[DistributionName, Said]
    read: dict[DistributionName, Said]  # without starting the application
    failure: str | None
    deptry: frozenset[DistributionName] | None
    fawltydeps: frozenset[DistributionName] | None
    seconds: float
    net: NetResult | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """What happened when an application was started without a distribution."""

    app: Application
    case: Blocking


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one class: how many have it, how many are said to have it, and how often that is right."""

    true: int
    said: int
    right: int

    @property
    def precision(self) -> str:
        return f"{self.right / self.said:.2f}" if self.said else "none said"

    @property
    def recall(self) -> str:
        return f"{self.right / self.true:.2f}" if self.true else "none there"


def score_class(outcomes: Iterable[Outcome], usage: Usage, *, probe: bool) -> Score:
    """Count one class over every judged requirement."""
    pairs = [
        (true.usage, said.usage if (said := _said(outcome, probe=probe).get(name)) else None)
        for outcome in outcomes
        for name, true in outcome.app.verdicts.items()
    ]
    return Score(
        sum(true is usage for true, _ in pairs),
        sum(said is usage for _, said in pairs),
        sum(true is usage and said is usage for true, said in pairs),
    )


Unused = Callable[[Outcome], "frozenset[DistributionName] | None"]


def score_unused(outcomes: Iterable[Outcome], unused: Unused) -> Score:
    """Count "unused" where the truth is needed or unused, over the applications that the tool can read.

    What only tests, types, dead modules or other lines need is left out: the peers have no word for these.
    """
    true = said = right = 0
    for outcome in outcomes:
        claimed = unused(outcome)
        for name, verdict in outcome.app.verdicts.items():
            if claimed is None or verdict.usage not in NEEDED | {Usage.UNUSED}:
                continue
            true += verdict.usage is Usage.UNUSED
            said += name in claimed
            right += verdict.usage is Usage.UNUSED and name in claimed
    return Score(true, said, right)


TOOLS: tuple[tuple[str, Unused], ...] = (
    ("footprint", lambda outcome: footprint_unused(outcome, probe=True)),
    ("footprint --no-probe", lambda outcome: footprint_unused(outcome, probe=False)),
    ("deptry", lambda outcome: outcome.deptry),
    ("FawltyDeps", lambda outcome: outcome.fawltydeps),
)


def footprint_unused(outcome: Outcome, *, probe: bool) -> frozenset[DistributionName]:
    """Return what footprint calls unused, at whatever confidence."""
    return frozenset(name for name, said in _said(outcome, probe=probe).items() if said.usage is Usage.UNUSED)


def differences(outcome: Outcome, *, probe: bool) -> dict[DistributionName, str]:
    """Return what footprint says of each requirement whose verdict is another class."""
    said = _said(outcome, probe=probe)
    return {
        name: f"{said[name].usage.value} ({said[name].confidence}): {said[name].reason}" if name in said else "not read"
        for name, verdict in outcome.app.verdicts.items()
        if name not in said or said[name].usage is not verdict.usage
    }


def render(outcomes: Sequence[Outcome], proofs: Sequence[Proof], heading: Sequence[str]) -> str:
    """Return the whole page."""
    sections = (
        ("Applications", _applications(outcomes)),
        ("Classes", _classes(outcomes)),
        ("What the words are worth", _words(outcomes)),
        ("The last net", _net(outcomes)),
        ("Unused, beside other tools", _unused(outcomes)),
        ("Every wrong class", _wrong(outcomes)),
        ("Every needed line that a tool calls unused", _wrong_unused(outcomes)),
        ("Taken away for real", taken_away()),
        ("Started without", _proofs(proofs)),
    )
    body = "\n\n".join(f"## {title}\n\n{text}" for title, text in sections)
    return "# How right the classes are\n\n" + "\n".join(heading) + f"\n\n{body}\n"


def _said(outcome: Outcome, *, probe: bool) -> dict[DistributionName, Said]:
    return outcome.measured if probe else outcome.read


def _applications(outcomes: Sequence[Outcome]) -> str:
    rows = [
        (
            f"{outcome.app.name} {outcome.app.version}",
            outcome.app.kind,
            len(outcome.app.verdicts),
            len(outcome.app.verdicts) - len(differences(outcome, probe=True)),
            len(outcome.app.verdicts) - len(differences(outcome, probe=False)),
        )
        for outcome in outcomes
    ]
    total = ("all", "", *(sum(int(row[column]) for row in rows) for column in (2, 3, 4)))
    return _table(("application", "kind", "lines judged", "right", "right with --no-probe"), [*rows, total])


def _classes(outcomes: Sequence[Outcome]) -> str:
    rows = []
    for usage in CLASSES:
        with_probe, without = (score_class(outcomes, usage, probe=probe) for probe in (True, False))
        if with_probe.true or with_probe.said or without.said:
            scores = (cell for score in (with_probe, without) for cell in (score.said, score.precision, score.recall))
            rows.append((f"`{usage.value}`", with_probe.true, *scores))
    head = ("class", "true", "said", "precision", "recall")
    return _table((*head, "said with --no-probe", "precision", "recall"), rows)


@dataclass(frozen=True, slots=True)
class Worth:
    """What was said with one word: how many lines, how many classes right; of those that can go, how many truly can."""

    said: int
    right: int
    can_go: int
    truly: int


def score_word(outcomes: Iterable[Outcome], word: str, *, probe: bool) -> Worth:
    """Count what was said with a word of confidence over every judged requirement."""
    pairs = [
        (true.usage, said.usage)
        for outcome in outcomes
        for name, true in outcome.app.verdicts.items()
        if (said := _said(outcome, probe=probe).get(name)) is not None and said.confidence == word
    ]
    going = [true for true, said in pairs if said in CAN_GO]
    right = sum(true is said for true, said in pairs)
    return Worth(len(pairs), right, len(going), sum(true not in NEEDED for true in going))


def _words(outcomes: Sequence[Outcome]) -> str:
    rows = []
    for probe, mode in ((True, "measured"), (False, "--no-probe")):
        for word in WORDS:
            worth = score_word(outcomes, word, probe=probe)
            shares = (_share(worth.right, worth.said), worth.can_go, _share(worth.truly, worth.can_go))
            rows.append((mode, word, worth.said, *shares))
    head = ("mode", "word", "lines said with it", "class right", "said unused or unreached", "of these not needed")
    note = (
        "*certain*: nothing names it, every start is understood, it was measured, no loader of computed names can reach"
        " it.\n*likely*: one of these is missing, or the evidence leaves room. *cannot tell*: no advice is given."
    )
    return f"{_table(head, rows)}\n\n{note}"


def _share(count: int, whole: int) -> str:
    return f"{count} ({100 * count / whole:.0f} %)" if whole else "none said"


def _net(outcomes: Sequence[Outcome]) -> str:
    results = [(outcome, outcome.net) for outcome in outcomes if outcome.net is not None]
    sought = sum(net.sought_count for _, net in results)
    rows = [
        (
            outcome.app.name,
            name,
            true.usage.value if (true := outcome.app.verdicts.get(name)) else "not judged",
            at,
        )
        for outcome, net in results
        for name, at in net.found.items()
    ]
    note = (
        "Every distribution that an application does not import itself was looked for in its text, as if its line were"
        f" to get the\nadvice to go: {sought} in all, of which {len(rows)} are named in files of the application. What"
        " is named so is *cannot tell*."
    )
    head = ("application", "distribution", "truth", "named as")
    return f"{note}\n\n{_table(head, rows)}" if rows else note


def _unused(outcomes: Sequence[Outcome]) -> str:
    rows = []
    for name, unused in TOOLS:
        score = score_unused(outcomes, unused)
        readable = sum(unused(outcome) is not None for outcome in outcomes)
        wrong = score.said - score.right
        rows.append((name, readable, score.true, score.said, wrong, score.precision, score.recall))
    head = ("tool", "applications read", "truly unused", "said unused", "of these needed", "precision", "recall")
    note = (
        "Lines that only tests, types, dead modules or pins need are left out here: the others have no word for them."
    )
    return f"{_table(head, rows)}\n\n{note}"


def _wrong(outcomes: Sequence[Outcome]) -> str:
    rows = [
        (outcome.app.name, name, outcome.app.verdicts[name].usage.value, said, mode)
        for probe, mode in ((True, "measured"), (False, "--no-probe"))
        for outcome in outcomes
        for name, said in differences(outcome, probe=probe).items()
    ]
    return _table(("application", "line", "truth", "footprint says", "mode"), rows) if rows else "None."


def _wrong_unused(outcomes: Sequence[Outcome]) -> str:
    rows = [
        (outcome.app.name, name, verdict.usage.value, ", ".join(tools), verdict.why)
        for outcome in outcomes
        for name, verdict in outcome.app.verdicts.items()
        if verdict.usage in NEEDED and (tools := [tool for tool, unused in TOOLS if name in (unused(outcome) or ())])
    ]
    return _table(("application", "line", "truth", "called unused by", "why it is needed"), rows) if rows else "None."


def _proofs(proofs: Sequence[Proof]) -> str:
    rows = [
        (proof.app.name, proof.case.distribution, f"`{_shown(proof.case.start)}`", proof.case.blocked)
        for proof in proofs
    ]
    return _table(("application", "uninstalled", "started as", "what happened"), rows) if rows else "None."


def taken_away() -> str:
    """Return what `benchmarks/tried_removals.py` found, as tests/real/tried_removals.json keeps it."""
    note = (
        "Every line that footprint advises to remove is uninstalled from a copy of the environment, alone. Then every"
        " entry is\nstarted as footprint starts it, and the application's own tests run; those count that passed twice"
        " with all lines there.\nBefore: what was advised at commit 6e1ae9e, with the same environment. The first ten"
        " applications are those above; the\nothers had not been looked at. Where nothing is advised, nothing was"
        " started.\nKept by hand in `tests/real/tried_removals.json`."
    )
    head = ("application", "started as", "own tests", "lines with advice before", "now")
    counted = _table((*head, "certain: needed", "likely: needed"), tried.summary())
    lines = _table(("application", "line", "where", "before", "now", "without it"), list(tried.lines_tried()))
    return f"{note}\n\n{counted}\n\n{lines}"


def _shown(start: Sequence[str]) -> str:
    words = [word.replace("{bin}/", "").replace("{home}/", "") for word in start]
    scripted = words[:1] == ["{python}"] and start[1].startswith("{bin}/")
    return " ".join(words[1:] if scripted else words).replace("{python}", "python").replace("{port}", "8000")


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_in_one_line(cell) for cell in line)} |" for line in lines)


def _in_one_line(cell: object) -> str:
    return str(cell).replace("|", "/").replace("\n", "; ")
