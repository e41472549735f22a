"""The command with its starts taken from a record: two runs of it differ in nothing that a start gave.

    python -m tests.support.replayed RECORD COMMAND...

A start that the record does not hold is made and recorded, and asked for under the same settings ever after.
"""

import pickle
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from footprint.audit import server_memory
from footprint.cli.app import main
from footprint.model.runtime import EntryRuntime, ProbeRun
from footprint.probe import runner
from footprint.values import replace


class _Replayed:
    """Stands where a started entry stands: its result is what the record says."""

    def __init__(self, found: EntryRuntime) -> None:
        self._found = found
        self.begun = threading.Event()
        self.begun.set()

    def __enter__(self) -> "_Replayed":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def wait(self) -> None:
        pass

    def run_so_far(self) -> ProbeRun | None:
        """What a start tells before its end: all but the files of its modules."""
        return self._found.run and replace(self._found.run, origins=())

    def result(self) -> EntryRuntime:
        return self._found


class Record:
    """What was started so far, in this run and in those before, in the order of the command."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held: list[tuple[object, Any]] = pickle.loads(path.read_bytes()) if path.exists() else []
        self._next = 0

    def take(self, asked: object, work: Callable[[], Any]) -> Any:
        """Return what the next start gave; refuse one that is not the one of the record."""
        if self._next < len(self._held):
            before, found = self._held[self._next]
            if before != asked:
                raise AssertionError(f"start {self._next} was another one:\n{before}\n{asked}")
        else:
            found = work()
            self._held.append((asked, found))
            self._path.write_bytes(pickle.dumps(self._held))
        self._next += 1
        return found


def replay(record: Record) -> None:
    """Put the record in front of all that is started and measured."""
    start, measure = runner.start, vars(server_memory)["measure_empty"]

    def started(interpreter: Any, entry: Any, project: Path, options: Any = None) -> Any:
        def work() -> EntryRuntime:
            with start(interpreter, entry, project, options) as probe:
                return probe.result()

        return _Replayed(record.take((entry, options), work))

    def measured(*given: Any, **named: Any) -> Any:
        return record.take((given[1:], named), lambda: measure(*given, **named))

    vars(runner)["start"] = started
    # A server that was measured in an earlier run is remembered where nothing else is: it comes from the record, too.
    vars(server_memory).update(measure_empty=measured, read_cached=lambda *_: None, write_cached=lambda *_: None)


if __name__ == "__main__":
    replay(Record(Path(sys.argv[1])))
    sys.argv = ["footprint", *sys.argv[2:]]
    sys.exit(main())
