"""Lazy imports really run after the start: what each costs, alone and together, and what breaks."""

import sys
from pathlib import Path

import pytest

from footprint.model.runtime import EntryRuntime, FirstUse, Statement
from tests.support.machine import on_interpreters, patiently
from tests.support.probing import entry, probe, whole, write

MIB = 1 << 20
HERE = Path(sys.executable)
PYTHONS = on_interpreters()
FILES = {
    "main.py": "import base\napp = object()\n",
    "base.py": "x = b'x' * (5 << 20)\n",
    "shared.py": "x = b'x' * (8 << 20)\n",
    "heavy.py": "import base, shared\nx = b'x' * (15 << 20)\n",
    "second.py": "import shared\nx = b'x' * (4 << 20)\n",
    "broken.py": "import shared\nimport nowhere_at_all\n",
    "halfpkg/__init__.py": "from halfpkg import first\nraise ImportError('no driver')\n",
    "halfpkg/first.py": "x = b'x' * (9 << 20)\n",
    "cached.py": "import shared\nshared.more = b'x' * (3 << 20)\nraise RuntimeError('no key')\n",
    "exits.py": "import shared\nraise SystemExit(3)\n",
    "frees.py": "x = b'x' * (9 << 20)\nraise ImportError('nothing of it stays')\n",
    "partial.py": "a = 1\n",
    "crash.py": "import os, signal\nimport shared\nos.kill(os.getpid(), signal.SIGSEGV)\n",
    "leaves.py": "import os\nos._exit(7)\n",
    "hang.py": "import time\ntime.sleep(600)\n",
    "busy.py": "while True: pass\n",
    "unforkable.py": "import os, signal, main\nif os.getpid() != main.pid: os.kill(os.getpid(), signal.SIGSEGV)\n",
    "lazypkg/__init__.py": "def __getattr__(name):\n    import lazypkg.big\n    return lazypkg.big.Thing\n",
    "lazypkg/big.py": "x = b'x' * (6 << 20)\nclass Thing: pass\n",
}


def try_all(python: Path, folder: Path, *statements: Statement, **options: object) -> EntryRuntime:
    return probe(python, write(folder, FILES), entry("main", "app"), first_use=statements, **options)


def by_name(runtime: EntryRuntime) -> dict[str, FirstUse]:
    return {str(use.statement): use for use in whole(runtime).first_uses}


def mib(value: int | None) -> float:
    assert value is not None
    return value / MIB


@pytest.mark.parametrize("python", PYTHONS)
def test_each_alone_and_all_together(python: Path, tmp_path: Path) -> None:
    runtime = try_all(python, tmp_path, Statement("heavy"), Statement("second", ("x",)), Statement("base"))
    found = by_name(runtime)
    assert {name: use.outcome for name, use in found.items()} == {
        "import heavy": "imported",
        "from second import x": "imported",
        "import base": "loaded",
    }
    assert 23 <= mib(found["import heavy"].rss_bytes) < 25  # with shared, without base
    assert 12 <= mib(found["from second import x"].anon_bytes) < 14
    run = whole(runtime)
    assert [reading.stage for reading in run.stages] == ["interpreter", "import", "first_use"]
    ready, last = run.stages[1:]
    assert 27 <= mib(last.rss_bytes - ready.rss_bytes) < 29.5  # shared counts once
    assert last.module_count == ready.module_count + 3
    assert [cost.module for cost in found["import heavy"].costs] == ["<first-use>", "heavy", "shared"]
    assert runtime.rss_runs_bytes == (ready.rss_bytes,)
    assert runtime.failure is None


# What is tried, how each ends alone, and by how many MiB all together grow: what shares nothing adds up.
TOGETHER = {
    "each once": (("heavy", "second"), ("imported", "imported"), 27),
    "another order": (("second", "heavy"), ("imported", "imported"), 27),
    "the package of the first is there": (("base.more", "heavy", "second"), ("failed", "imported", "imported"), 27),
    "one raises": (("cached", "heavy"), ("failed", "imported"), 26),
    "the other raises": (("heavy", "cached"), ("imported", "failed"), 26),
    "the first crashes": (("crash", "heavy", "second"), ("crashed", "imported", "imported"), 27),
    "another crashes": (("heavy", "crash", "second"), ("imported", "crashed", "imported"), 27),
    "one is left": (("crash", "heavy"), ("crashed", "imported"), 23),
    "they do not go together": (("heavy", "alone"), ("imported", "imported"), None),
}


@pytest.mark.parametrize("case", TOGETHER)
def test_what_goes_on_with_the_others_is_as_alone_and_as_together(case: str, tmp_path: Path) -> None:
    names, outcomes, grown = TOGETHER[case]
    more = {"alone.py": "import os, signal, sys\n'shared' in sys.modules and os.kill(os.getpid(), signal.SIGSEGV)\n"}
    statements = tuple(map(Statement, names))
    runtime = probe(HERE, write(tmp_path, {**FILES, **more}), entry("main", "app"), first_use=statements)
    run = whole(runtime)
    assert runtime.failure is None
    assert tuple(use.outcome for use in run.first_uses) == outcomes
    for use in run.first_uses:
        if use.outcome == "imported":
            by_itself = whole(probe(HERE, tmp_path, entry("main", "app"), first_use=(use.statement,)))
            (expected,) = by_itself.first_uses
            assert [cost.module for cost in use.costs] == [cost.module for cost in expected.costs]
            assert use.edges == expected.edges
            assert set(use.origins) >= set(expected.origins)
            assert abs(mib(use.rss_bytes) - mib(expected.rss_bytes)) < 0.3
    ready, last = run.stages[-2:] if grown else (run.stages[-1], None)
    assert ready.stage == "import"
    if last is not None and grown is not None:
        assert grown - 0.3 <= mib(last.rss_bytes - ready.rss_bytes) < grown + 2.5
        assert last.peak_rss_bytes is not None and last.peak_rss_bytes >= last.rss_bytes
        later = [cost for cost in run.costs if cost.stage == "first_use"]
        top = [cost for cost in later if cost.parent is None]
        assert [cost.module for cost in top] == ["<first-use>"]
        assert top[0].cumulative_rss_bytes == sum(cost.self_rss_bytes for cost in later)
        assert [cost.order for cost in run.costs] == list(range(len(run.costs)))


@pytest.mark.parametrize("python", PYTHONS)
def test_the_start_itself_is_as_without(python: Path, tmp_path: Path) -> None:
    plain = whole(try_all(python, tmp_path)).stages[-1]
    tried = whole(try_all(python, tmp_path, Statement("heavy"))).stages[1]
    assert (tried.module_count, tried.stage) == (plain.module_count, plain.stage)
    assert plain.anon_bytes is not None and tried.anon_bytes is not None
    assert abs(tried.anon_bytes - plain.anon_bytes) < MIB // 4


# What raised left what it had loaded in the process that catches it: statement, message, MiB that stay.
RAISING = {
    "not there": (Statement("nowhere"), "ModuleNotFoundError: No module named 'nowhere'", 0),
    "it needs what is not there": (Statement("broken"), "No module named 'nowhere_at_all'", 8),
    "no such name": (Statement("shared", ("x", "b")), "cannot import name 'b' from 'shared'", 8),
    "half of a package": (Statement("halfpkg"), "no driver", 9),
    "what it put elsewhere": (Statement("cached"), "RuntimeError: no key", 11),
    "it ends the process": (Statement("exits"), "SystemExit: 3", 8),
    "noop: its own data goes with it": (Statement("frees"), "nothing of it stays", 0),
}


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("name", RAISING)
def test_what_raised_leaves_what_it_loaded(name: str, alone: bool, tmp_path: Path) -> None:
    statement, message, stays = RAISING[name]
    others = () if alone else (Statement("heavy"),)
    runtime = try_all(HERE, tmp_path, statement, *others)
    broken = whole(runtime).first_uses[0]
    assert broken.outcome == "failed" and broken.message is not None and message in broken.message
    assert stays - 0.3 <= mib(broken.rss_bytes) < stays + 1.2
    ready, last = whole(runtime).stages[-2:]
    shared = 8 if not alone and "shared" in {cost.module for cost in broken.costs} else 0
    expected = stays + (0 if alone else 23) - shared
    assert last.stage == "first_use"
    assert expected - 0.3 <= mib(last.rss_bytes - ready.rss_bytes) < expected + 2
    inline = try_all(HERE, tmp_path, statement, first_use_here=True)
    assert inline.failure is None
    before, after = whole(inline).stages[-2:]
    assert abs(mib(after.rss_bytes - before.rss_bytes) - mib(broken.rss_bytes)) < 0.5


BROKEN = {
    "exits": (Statement("leaves"), "crashed", "exited with status 7"),
    "crashes": (Statement("crash"), "crashed", "SIGSEGV"),
    "hangs": (Statement("hang"), "hung", ""),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_breaks_is_told_and_takes_nothing_with_it(name: str, tmp_path: Path) -> None:
    statement, outcome, message = BROKEN[name]
    runtime, _ = patiently(
        lambda limit_s: try_all(
            HERE, tmp_path, statement, Statement("heavy"), first_use_limit_s=limit_s, timeout_s=6 * limit_s
        ),
        lambda found: whole(found).first_uses[-1].outcome == "imported",
        first_s=1 if outcome == "hung" else 100,
    )
    broken, heavy = whole(runtime).first_uses
    assert (broken.outcome, broken.under_way[:1]) == (outcome, (statement.module,))
    assert broken.message is not None and message in broken.message
    assert (broken.rss_bytes, broken.anon_bytes, broken.time_us) == (None, None, None)
    assert heavy.outcome == "imported" and mib(heavy.rss_bytes) > 20
    assert runtime.failure is None
    assert whole(runtime).stages[-1].stage == "first_use"  # the one that works


def test_what_does_not_bear_a_fork_is_tried_in_a_process_of_its_own(tmp_path: Path) -> None:
    files = {**FILES, "main.py": "import os\npid = os.getpid()\napp = object()\n"}
    point = entry("main", "app")
    runtime = probe(HERE, write(tmp_path, files), point, first_use=(Statement("unforkable"), Statement("heavy")))
    unforkable, heavy = whole(runtime).first_uses
    assert (unforkable.outcome, heavy.outcome) == ("imported", "imported")
    ready, last = whole(runtime).stages[-2:]
    assert last.rss_bytes == ready.rss_bytes + (unforkable.rss_bytes or 0) + (heavy.rss_bytes or 0)


def test_a_name_that_loads_on_access_is_loaded(tmp_path: Path) -> None:
    (use,) = whole(try_all(HERE, tmp_path, Statement("lazypkg", ("Thing",)))).first_uses
    assert mib(use.rss_bytes) >= 6
    assert "lazypkg.big" in {cost.module for cost in use.costs}


def test_time_over_keeps_what_was_tried(tmp_path: Path) -> None:
    statements = (Statement("heavy"), Statement("second"), Statement("busy"))  # the first is tried last
    runtime, _ = patiently(
        lambda limit_s: try_all(HERE, tmp_path, *statements, first_use_limit_s=300, timeout_s=limit_s),
        lambda found: found.failure is None and len(whole(found).first_uses) > 0,
        first_s=2,
    )
    assert [str(use.statement) for use in whole(runtime).first_uses] == ["import second"]
    assert runtime.failure is None
    assert "first-use-stopped" in [note.code for note in runtime.notes]


def test_growth_is_what_a_process_grows_by_that_does_the_same(tmp_path: Path) -> None:
    """Against the same import in the ready process itself, file pages included."""
    files = {"main.py": "import json, decimal, sqlite3\napp = object()\n"}
    point = entry("main", "app")
    heavy = (Statement("asyncio"), Statement("xml.dom.minidom"), Statement("unittest.mock"))
    for statement in heavy:
        (forked,) = whole(probe(HERE, write(tmp_path, files), point, first_use=(statement,))).first_uses
        inline = probe(HERE, write(tmp_path, files), point, first_use=(statement,), first_use_here=True)
        ready, after = whole(inline).stages[1:]
        assert forked.rss_bytes is not None
        assert abs(forked.rss_bytes - (after.rss_bytes - ready.rss_bytes)) < MIB // 2


def test_looking_at_the_pages_of_files_leaves_no_memory_for_the_import(tmp_path: Path) -> None:
    """The growth came out too small by the table of pages of the largest mapping: 0.7 MiB beside torch's library."""
    files = {
        "main.py": """\
            import mmap
            freed = b"x" * (6 << 20)  # from now on, blocks of this size are kept when they are freed
            del freed
            with open("sparse", "wb+") as file:
                file.truncate(1 << 30)
                mapped = mmap.mmap(file.fileno(), 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ)
            app = object()
            """,
        "lazily.py": "x = [bytes([1]) * 2000 for _ in range(1600)]\n",
    }
    runtime = probe(HERE, write(tmp_path, files), entry("main", "app"), first_use=(Statement("lazily"),))
    (use,) = whole(runtime).first_uses
    assert 3.05 <= mib(use.anon_bytes) < 3.6


def test_the_entry_has_the_same_allocator_as_without(tmp_path: Path) -> None:
    """A block of 1 MiB goes back to the system when it is freed, unless a larger one was freed before."""
    files = {"main.py": "block = b'x' * (1 << 20)\nabove = bytes(1000)\ndel block\napp = object()\n"}
    bare, after = whole(probe(HERE, write(tmp_path, files), entry("main", "app"))).stages
    assert bare.anon_bytes is not None
    assert mib(after.anon_bytes) - mib(bare.anon_bytes) < 0.75


def test_a_fork_that_waits_for_ever_does_not_take_the_time_of_the_others(tmp_path: Path) -> None:
    """As OpenMP does in a fork, for threads that are not there; in a process of its own the import is no problem."""
    files = {
        **FILES,
        "main.py": "import os\npid = os.getpid()\napp = object()\n",
        "waits.py": "import os, time, main\nif os.getpid() != main.pid and os.getppid() == main.pid: time.sleep(600)\n",
    }
    statements = (Statement("waits"), Statement("heavy"))
    runtime = probe(HERE, write(tmp_path, files), entry("main", "app"), first_use=statements)
    assert [use.outcome for use in whole(runtime).first_uses] == ["imported", "imported"]
    assert "first-use-stopped" not in [note.code for note in runtime.notes]
