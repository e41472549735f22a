"""Generated projects that share an environment, for tests and benchmarks of fleets."""

from pathlib import Path

NAMES = ("heavy", "light", "idle", "alpha", "beta")


def generated(folder: Path, number: int) -> dict[str, str]:
    """Return the files of a project: what it declares, imports and defers depends on its number."""
    declared = [name for place, name in enumerate(NAMES) if (number >> place) & 1] or ["heavy"]
    lines = [f"import {name}\n" for name in declared[: 1 + number % 2]]
    lines += [f"def f{place}():\n    import {name}\n" for place, name in enumerate(declared[2:])]
    return {
        f"{folder}/requirements.txt": "".join(f"{name}==1.0\n" for name in declared),
        f"{folder}/app.py": "".join(lines),
        f"{folder}/pyproject.toml": '[tool.footprint]\nenv = "../env"\nentries = ["app.py"]\n',
    }
