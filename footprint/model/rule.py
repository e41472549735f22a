"""What is known of one code: a finding of an audit, a rule of the gate, or both. The rows: knowledge/codes.py."""

from __future__ import annotations

from enum import Enum
from typing import Literal

from footprint.values import dataclass

# error: it can break an installation; warning: it costs or misleads; info: worth knowing.
Severity = Literal["error", "warning", "info"]
Level = Literal["error", "warning", "off"]  # only errors make a check fail

# presence: what is in memory; budget: at most so much; growth: at most so much more than the baseline; use: findings;
# stale: of the baseline itself; start: whether an entry was measured; check: what a check is worth.
Kind = Literal["presence", "budget", "growth", "use", "stale", "start", "check"]
# What one violation is about; any: an entry, or all of them.
Scope = Literal["project", "entry", "distribution", "any"]
# What has to be done before it can be judged. Whole: every file, also what nothing reaches.
Stage = Literal["read", "read whole", "weigh", "start", "first use"]


class Figure(Enum):
    """A figure of a check as a reader calls it, in the order of the tables.

    On disk there are two: the site folders whole, and the distributions with their files outside of these.
    """

    ANON = "startup anon"
    RSS = "startup RSS"
    PEAK = "peak of the start"
    OTHER_WORKERS = "all workers"
    EACH_CALL = "growth by a call"
    FIRST_USE = "RSS after lazy imports"
    CALLS = "RSS after its calls"
    WHOLE_PEAK = "peak of the start and its calls"
    WORKERS = "memory of all workers"
    SITE = "site folders on disk"
    INSTALLED = "distributions on disk"
    COUNT = "distributions"
    ADDED = "what added lines bring on disk"
    TIME = "start time"
    IMAGE = "container image"
    LAYER = "layer of the image"


ACCEPT = "footprint check --update-baseline --allow-increase"


class Hint(Enum):
    """What to do next about a violation."""

    NONE = ""
    ACCEPT = f"accept it on purpose: {ACCEPT}"
    COST = "footprint cost --against COMMIT tells what the added lines bring, and what they add to the start"
    DEFER = "footprint audit shows what each import costs and what to defer"
    ELSEWHERE = "name its environment with --env, or judge without starting anything: --static"
    EXPLAIN = "footprint explain {code}"
    GIVE_ENTRY = "give one with --entry module:attr, or judge without starting anything: --static"
    IMAGE = "footprint image PATH shows whose bytes they are, and what could be left out"
    IMPORTERS = "footprint why NAME shows who imports it"
    PROBE = "footprint probe shows where it stopped and its last output"
    PRODUCTION = "measure an environment made from the deployed requirements alone"
    QUIETER = "run it again on a quieter machine, with more --runs, or widen max-increase"
    RECORD = "record it: footprint check --update-baseline"
    REMOVE = "footprint audit lists what can be removed, and what that frees"
    RENEW = "write it anew: footprint check --update-baseline"

    def of(self, code: str) -> str:
        """Return the words about a violation of one rule."""
        return self.value.format(code=code)


@dataclass(frozen=True, slots=True)
class Switch:
    """A setting of the gate that gives a rule another level: the field, the value that does it, the level."""

    setting: str
    value: object
    level: Level


@dataclass(frozen=True, slots=True)
class Rule:
    """One code. `name` and `level` are of the gate, `severity` of an audit, `usage` is the class that it speaks of."""

    code: str
    name: str  # that settings use; empty: it has only its code
    level: Level  # of a violation, unless the settings say otherwise
    kind: Kind = "use"
    figure: Figure | None = None
    setting: str = ""  # field of the settings that asks for it
    limit: Literal["memory", "disk"] | None = None  # a limit of the host asks for it as well
    scope: Scope = "entry"
    stage: Stage = "start"
    hint: Hint = Hint.NONE  # of a violation
    says: str = ""  # of a violation, by what the verdict gives; empty: who finds it has the words
    passed: str = ""  # what is told when nothing is wrong, likewise
    says_where: bool = False  # its sentence has the file and line
    severity: Severity | None = None  # None: no finding of an audit
    usage: str = ""
    switch: Switch | None = None

    @property
    def called(self) -> str:
        """Return the name, or the code of what has none."""
        return self.name or self.code

    @property
    def is_compared(self) -> bool:
        """Whether there has to be a baseline."""
        return self.kind in ("growth", "stale")
