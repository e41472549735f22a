"""`footprint explain`: what a code, a rule of the gate or a usage class means, offline."""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from footprint.cli.arguments import Argument, Given
from footprint.errors import UsageError
from footprint.knowledge.codes import CLASS_CODES, CODES, RULE_BY_CODE, RULE_BY_NAME
from footprint.names import did_you_mean

if TYPE_CHECKING:
    from footprint.knowledge.explanations import Explanation

ABOUT = "Tell what a finding's code or a usage class means, how sure it is, and what to do about it. Reads no project."
TAKES = (
    Argument(
        "name",
        "A code such as FP101, a rule or a class such as implied; none: all.",
        metavar="[NAME]",
        is_optional=True,
        words=lambda: dict.fromkeys((*CODES, *RULE_BY_CODE, *RULE_BY_NAME, *CLASS_CODES)),
    ),
)
_WIDTH = 100
_CODE = re.compile(r"fp\d+", re.IGNORECASE)


def run(given: Given) -> None:
    """Print one explanation, or the list of all without a name. Raises: UsageError for a name that is none."""
    from footprint.knowledge.explanations import read_explanations

    name = given["name"]
    known = read_explanations()
    sys.stdout.write(_list_all(known.values()) if name is None else _show(_find(name, known)))


def _find(name: str, known: Mapping[str, Explanation]) -> Explanation:
    spelled = name.upper() if _CODE.fullmatch(name.strip()) else name.lower()
    spelled = spelled.strip().rstrip("?")  # `implied?` is how the table writes "cannot tell"
    if spelled in known:  # a class before the rule of its name: `unused`
        return known[spelled]
    if spelled in RULE_BY_NAME:
        return known[RULE_BY_NAME[spelled].code]
    names = dict.fromkeys((*known, *RULE_BY_NAME))
    begun = [each for each in names if spelled and each.startswith(spelled)][:3]
    family = [each for each in names if _CODE.fullmatch(spelled) and each.startswith(spelled[:3])]
    hint = did_you_mean(spelled, begun or family or names, "`footprint explain` lists them", cutoff=0 if begun else 0.5)
    raise UsageError(f"{name} is neither a code, nor a rule, nor a usage class{hint}")


def _list_all(explanations: Iterable[Explanation]) -> str:
    found = list(explanations)
    findings = [item for item in found if item.name in CODES]
    rules = [item for item in found if item.name in RULE_BY_CODE and item not in findings]
    classes = [item for item in found if item not in findings and item not in rules]
    width = max(len(item.name) for item in found)
    rule_width = max(map(len, RULE_BY_NAME))
    lines = ["Findings", *(f"  {item.name:{width}}  {item.title}" for item in findings)]
    lines += ["", "Rules of `footprint check`; it has findings as rules, too"]
    lines += [f"  {item.name:{width}}  {RULE_BY_CODE[item.name].name:{rule_width}}  {item.title}" for item in rules]
    lines += ["", "Usage classes, strongest first", *(f"  {item.name:{width}}  {item.title}" for item in classes)]
    return "\n".join([*lines, "", "footprint explain NAME tells more"]) + "\n"


def _show(found: Explanation) -> str:
    lines = [f"{found.name}: {found.title}", ""]
    sections = (
        ("", found.meaning),
        ("Why it matters", found.why),
        ("How sure", found.certainty),
        ("What to do", found.fix),
        ("How to ignore it", found.ignore),
        ("In `footprint check`", _describe_rule(found.name)),
    )
    for heading, text in sections:
        if text:
            words = " ".join(text.split())
            lines += textwrap.wrap(f"{heading}: {words}" if heading else words, _WIDTH, break_long_words=False)
            lines.append("")
    example = (f"  {line}" for line in found.example.strip("\n").splitlines())
    return "\n".join([*lines, "Example", *example]) + "\n"


def _describe_rule(code: str) -> str:
    rule = RULE_BY_CODE.get(code)
    if rule is None:
        return ""
    if not rule.name:
        return f'off, unless the settings say {code} = "error" or "warning".'
    article = {"off": "", "error": "an "}.get(rule.level, "a ")
    return f"the rule {rule.name}, {article}{rule.level} by default."
