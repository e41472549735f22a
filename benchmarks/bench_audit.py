"""How long `footprint audit` of the example takes, as a multiple of the example's own start without any hook.

Twice, like with like: with the lazy imports run once the example is ready, as an audit does unless told otherwise, and
without them on both sides.
"""

from __future__ import annotations

import sys

from rounds import ROOT, Command, compare, python_in

TARGET_RATIO = 1.8
EXAMPLE = ROOT / "examples" / "rag_backend"
ENVIRONMENT = EXAMPLE / ".venv"

# What a server does before its first request: import the entry, run the start-up half of its lifespan.
START = """
import asyncio, sys
sys.path.insert(0, "")
from backend.main import app

async def start():
    async with app.router.lifespan_context(app):
        pass

asyncio.run(start())
"""
FIRST_USE = "from fastembed import TextEmbedding\n"  # the example's lazy import of what is not the standard library


def main() -> None:
    """Compare and print."""
    python = python_in(ENVIRONMENT)
    audit = (sys.executable, "-m", "footprint", "audit", str(EXAMPLE), "--env", str(ENVIRONMENT))
    compare(
        Command("footprint audit", audit),
        Command("import the entry, run its lifespan and its lazy import", (python, "-c", START + FIRST_USE), EXAMPLE),
        rounds=7,
        target_ratio=TARGET_RATIO,
    )
    compare(
        Command("footprint audit --no-first-use", (*audit, "--no-first-use")),
        Command("import the entry and run its lifespan", (python, "-c", START), EXAMPLE),
        rounds=7,
        target_ratio=TARGET_RATIO,
    )


if __name__ == "__main__":
    main()
