"""Budgets of a container image: of all its layers, and of the heaviest one. Bytes of the files in them, unpacked."""

from __future__ import annotations

from footprint.analysis.gate.verdicts import GateFacts, Verdicts, give
from footprint.knowledge.codes import rule_about
from footprint.model.gate_report import Outcome
from footprint.model.image_report import ImageReport
from footprint.model.rule import Figure
from footprint.units import size

_NAMED = 3
_INSTRUCTION = 120  # characters
_NO_IMAGE = "no image is given to be judged: name one with --image"


def judge_image(facts: GateFacts) -> Verdicts:
    """Yield a verdict for each budget that is given; without an image it is not judged."""
    most_image, most_layer = facts.settings.max_image, facts.settings.max_layer
    if most_image is not None:
        if facts.image is None:
            yield from _not_judged(facts, Figure.IMAGE)
        else:
            what, heaviest = f"image {facts.image.path}", _heaviest(facts.image)
            yield from _judge(facts, Figure.IMAGE, (what, heaviest), facts.image.unpacked_bytes, most_image)
    if most_layer is not None:
        if facts.image is None or not facts.image.layers:
            yield from _not_judged(facts, Figure.LAYER)
        else:
            layer = max(facts.image.layers, key=lambda each: each.unpacked_bytes)
            made = f" ({layer.instruction[:_INSTRUCTION]})" if layer.instruction else ""
            what = f"layer {layer.number} of {facts.image.path}{made}"
            yield from _judge(facts, Figure.LAYER, (what, ""), layer.unpacked_bytes, most_layer)


def _judge(facts: GateFacts, figure: Figure, words: tuple[str, str], measured: int, most: int) -> Verdicts:
    what, more = words
    outcome: Outcome = "violated" if measured > most else "passed"
    too_much = f", {size(measured - most)} too much{more}" if measured > most else ""
    message = f"{what}: {size(measured)} of {size(most)} (given){too_much}"
    code = rule_about("budget", figure).code
    yield from give(facts, code, outcome, message, unit="bytes", measured=measured, allowed=most)


def _not_judged(facts: GateFacts, figure: Figure) -> Verdicts:
    yield from give(facts, rule_about("budget", figure).code, "not judged", _NO_IMAGE)


def _heaviest(image: ImageReport) -> str:
    rows = image.distributions[:_NAMED]
    return f"; heaviest: {', '.join(f'{row.name} {size(row.file_bytes)}' for row in rows)}" if rows else ""
