"""Whether the scanner says what the walker says, on more than 9,000 files; which files it leaves to the walker.

    python benchmarks/check_scanner.py [--tree FOLDER ...]

Reads the standard library of the running Python with its tests, the pinned wheels of `import_trees.py` and the
site-packages of the example (`make demo` builds them), or the folders given. Compared are line, module, level,
names, placement, function, guarded, fallback, form, bound names and condition, in order. Among the wheels are some
that list in every module what is lazy from Python 3.15 on. Exit status 1 on any difference, and where the scanner
leaves a file to the walker for such a list. Needs the package index once.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from import_trees import LISTED, WHEELS, tree
from rounds import ROOT

sys.path.insert(0, str(ROOT))
from footprint.knowledge.target_facts import LAZY_LIST
from tests.support.scanning import compare, standard_library

FILES_AT_LEAST = 9_000


def main() -> int:
    """Compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tree", type=Path, action="append", help="compare on this folder instead")
    options = parser.parse_args()
    print(f"{'tree':24} {'files':>7} {'imports':>8} {'not parsed':>10} {'fallbacks':>9} {'wrong':>6} {'seconds':>8}")
    file_count, wrong, fallbacks = 0, [], []
    for name, folder, files in _given(options.tree) if options.tree else _usual():
        start = time.process_time()
        outcome = compare(files, folder)
        counts = (len(outcome.not_parsed), len(outcome.fallbacks), len(outcome.wrong))
        seconds = time.process_time() - start
        print(
            f"{name:24} {outcome.file_count:7,} {outcome.statement_count:8,} {counts[0]:10} {counts[1]:9} {counts[2]:6}"
            f" {seconds:8.1f}",
            flush=True,
        )
        file_count += outcome.file_count
        wrong += [f"{name}: {text}" for text in outcome.wrong]
        fallbacks += [f"{name}: {text}" for text in outcome.fallbacks]
    print(f"\nleft to the walker: {len(fallbacks)} of {file_count:,} files")
    print("\n".join(f"  {text}" for text in fallbacks))
    print("\n".join(f"DIFFERENT {text}" for text in wrong))
    if not options.tree and file_count < FILES_AT_LEAST:
        print(f"fewer than {FILES_AT_LEAST:,} files: make demo brings the largest tree", file=sys.stderr)
        return 1
    unread = [text for text in fallbacks if text.endswith(LAZY_LIST)]
    return int(bool(wrong or (unread and not options.tree)))


def _given(folders: list[Path]) -> Iterator[tuple[str, Path, Iterator[Path]]]:
    for folder in folders:
        yield folder.name, folder, iter(sorted(folder.rglob("*.py")))


def _usual() -> Iterator[tuple[str, Path, Iterator[Path]]]:
    folder, files = standard_library()
    yield f"standard library {sys.version_info[0]}.{sys.version_info[1]}", folder, files
    yield from ((name, tree(name), iter(sorted(tree(name).rglob("*.py")))) for name in (*WHEELS, *LISTED))
    for site in (ROOT / "examples" / "rag_backend" / ".venv" / "lib").glob("python3*/site-packages"):
        yield "the example's packages", site, iter(sorted(site.rglob("*.py")))


if __name__ == "__main__":
    sys.exit(main())
