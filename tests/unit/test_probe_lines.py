"""What the recorder of lines tells where /proc has less: no VmHWM, or no list of children (CONFIG_PROC_CHILDREN)."""

from pathlib import Path
from typing import Any

import pytest

from footprint.probe.child import lines


class Recorder:
    """Keeps what it is given; its readings are those of this process, its files but for one."""

    def __init__(self, missing: str, text: bytes | None) -> None:
        self.missing, self.text = missing, text
        self.place = self.told = ("/p/app.py", 1)
        self.mark_bytes = b""
        self.told_bytes = b""

    def reading(self) -> bytes:
        return Path("/proc/self/statm").read_bytes()

    def read_file(self, path: str) -> bytes:
        if path != self.missing:
            return Path(path).read_bytes()
        if self.text is None:
            raise FileNotFoundError(path)
        return self.text

    def put(self, record: bytes) -> None:
        self.told_bytes += record


@pytest.mark.parametrize(
    ("missing", "text", "is_marked"),
    [
        ("", None, True),
        ("/proc/thread-self/children", None, True),
        ("/proc/self/status", b"Name:\tpython\nVmRSS:\t 1 kB\n", False),
        ("/proc/self/status", None, False),
    ],
)
def test_a_reading_is_told_without_the_files_that_say_more(missing: str, text: bytes | None, is_marked: bool) -> None:
    recorder = Recorder(missing, text)
    followed: Any = lines.Lines(recorder, ())  # type: ignore[no-untyped-call]
    followed.reaped_s = 1e9  # no process of this test run came of it
    followed.children = 1 << 20
    followed.step()
    assert recorder.told_bytes.startswith(b"r ")
    assert (b"v " in recorder.told_bytes) is is_marked
