"""What was read of the records of a process while it ran, for who goes on with it once all of them are there. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from footprint.probe.readings import OutsideReading
from footprint.probe.recording import Recording, parse
from footprint.probe.records import count, read_all
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class Begun:
    """A recording of a process that was still running, and all that it was made of."""

    recording: Recording
    data: bytes
    outside: tuple[OutsideReading, ...]

    @classmethod
    def of(cls, data: bytes, outside: Sequence[OutsideReading]) -> Begun:
        """Read what there is so far."""
        return cls(parse(data, outside), data, tuple(outside))

    def go_on(self, data: bytes, outside: Sequence[OutsideReading] | None) -> Recording | None:
        """Return the recording of all records, read from where it stands; only once.

        None where these are not its own records and more, or where what follows may change what was made of them: a
        doubt, an end, a hook that is not known yet.
        """
        recording, known = self.recording, len(self.outside)
        if outside is None or not data.startswith(self.data) or tuple(outside[:known]) != self.outside:
            return None
        if recording.main_thread is None or recording.finished or not recording.witness.is_content:
            return None
        recording.witness.outside = outside
        for letter, fields in read_all(data[len(self.data) :]):
            recording.feed(letter, fields)
        recording.finish(count(data, "c"))
        return recording
