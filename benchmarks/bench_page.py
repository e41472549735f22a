"""What the page costs: time to render beside the audit it shows, bytes, and scripting per click in a real browser.

    python benchmarks/bench_page.py [--project DIR] [--rounds N] [--check]

The audit is that of the example, started (73 distributions), and the page one of 400 distributions and 20,000 loads: so
the ratio is rather too large. Processor time of both, in turns. Clicks are traced by the browser: all time that its
main thread spends in scripts, layout and style for one of them, the slowest of several. With --check the exit status
is 1 above a target.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from footprint.report import formats  # noqa: E402
from tests.support.browser import Visit, chromium, visit  # noqa: E402
from tests.support.large_audits import make_audit  # noqa: E402

RENDER_TARGET, CLICK_TARGET_MS = 0.2, 100.0
FRAME_TARGET, WHOLE_TARGET = 80_000, 1_000_000
CLICKS = {
    "metric": "#treemap button[data-key=rss]",
    "zoom": "#treemap svg.cells > g[role]",
    "back": "#treemap .bar > button",
    "hide a class": ".chip",
    "show a class": ".chip",
    "icicle by time": "#icicle button[data-key=time]",
    "icicle zoom": "#icicle svg.cells > g[role]:nth-child(40)",
    "sort": "#rows th[data-key=rss] button",
    "open a row": "#rows .open",
    "tick": ".tick",
}


def main() -> int:
    """Measure and print."""
    options = _parse()
    large = make_audit(400, modules=20_000)
    audits, renders = [], []
    for _ in range(options.rounds):
        audits.append(_cpu_of(lambda: _audit(options.project)))
        renders.append(_cpu_of(lambda: formats.render("html", large)))
    ratio = statistics.median(renders) / statistics.median(audits)
    print(f"audit of {options.project.name}: {statistics.median(audits):.2f} s of processor time")
    print(f"page of 400 distributions, 20,000 loads: {statistics.median(renders):.2f} s")
    print(f"ratio: {ratio:.3f} (target {RENDER_TARGET})")
    frame, whole = (len(formats.render("html", each).encode()) for each in (make_audit(1), make_audit(200, 5_000)))
    print(f"bytes: {frame:,} with one distribution (target {FRAME_TARGET:,})")
    print(f"bytes: {whole:,} with 200 and 5,000 loads (target {WHOLE_TARGET:,})")
    slowest = max(_clicks(formats.render("html", large)).values())
    met = ratio <= RENDER_TARGET and slowest < CLICK_TARGET_MS and frame < FRAME_TARGET and whole < WHOLE_TARGET
    return int(options.check and not met)


def _audit(project: Path) -> None:
    command = [sys.executable, "-m", "footprint", "audit", str(project), "-f", "json"]
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _cpu_of(work: Callable[[], object]) -> float:
    before = _cpu()
    work()
    return _cpu() - before


def _cpu() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _clicks(text: str) -> dict[str, float]:
    """Return the milliseconds of scripting for each kind of click, the slowest of three, and print them."""
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        path = Path(folder, "page.html")
        path.write_text(text, encoding="utf-8")
        for _ in range(3):
            with visit(browser, path) as seen:
                for name, selector in CLICKS.items():
                    scripting, all_ = _trace(seen, browser, selector)
                    found[name] = max(found.get(name, 0.0), scripting)
                    print(f"{name}: {scripting:.1f} ms of scripting, {all_:.1f} ms with style and layout")
    print(f"slowest click: {max(found.values()):.1f} ms of scripting (target {CLICK_TARGET_MS})")
    return found


def _trace(seen: Visit, browser: Any, selector: str) -> tuple[float, float]:
    browser.start_tracing(page=seen.page, categories=["devtools.timeline", "v8", "blink.user_timing"])
    seen.page.locator(selector).first.dispatch_event("click")
    seen.run("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")
    events = json.loads(browser.stop_tracing())["traceEvents"]
    scripting = sum(each.get("dur", 0) for each in events if each["name"] in ("EventDispatch", "FireAnimationFrame"))
    later = sum(
        each.get("dur", 0) for each in events if each["name"] in ("UpdateLayoutTree", "Layout", "Paint", "PrePaint")
    )
    return scripting / 1000, (scripting + later) / 1000


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--project", type=Path, default=ROOT / "examples/rag_backend")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--check", action="store_true", help="exit with 1 above a target")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
