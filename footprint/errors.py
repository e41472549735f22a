"""What can go wrong, worded as what to do next. One base, few children; caught once, in `cli`."""

from __future__ import annotations

import errno


class FootprintError(Exception):
    """Base: the tool could not do what was asked."""

    exit_code: int = 2  # 0 clean, 1 findings, 2 usage or configuration, 3 could not measure


class UsageError(FootprintError):
    """A flag, a path or a configuration value that cannot be followed."""


class InterpreterUnusable(FootprintError):
    """The target interpreter is missing, does not answer or is too old."""

    exit_code = 3

    def __init__(self, python: str, why: str, advice: str = "") -> None:
        super().__init__(f"cannot use {python} as the target interpreter: {why}{f'; {advice}' if advice else ''}")
        self.python, self.why = python, why
        self.is_too_old = False

    @classmethod
    def too_old(cls, python: str, version: tuple[int, ...], oldest: tuple[int, ...]) -> InterpreterUnusable:
        """Return the error for an interpreter that is older than the oldest that can be audited."""
        found, least = ".".join(map(str, version)), ".".join(map(str, oldest))
        why = f"it is Python {found}, and {least} is the oldest that can be audited"
        error = cls(python, why, "name a newer one with --python")
        error.is_too_old = True
        return error


class EnvironmentUnreadable(FootprintError):
    """A site-packages folder cannot be listed, so nothing can be weighed."""

    exit_code = 3

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"cannot read {path}: {why}")
        self.path, self.why = path, why


class CannotMeasure(FootprintError):
    """No entry could be started, so there is no figure to answer with."""

    exit_code = 3


class AuditUnreadable(FootprintError):
    """A stored audit is not JSON of a schema this version knows."""


class OutputLost(FootprintError):
    """Standard output is closed or full, or nobody reads it any more: then 141, as a shell says of SIGPIPE."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f"cannot write to standard output: {why}")
        self.number, self.why = number, why
        self.is_pipe = number == errno.EPIPE
        self.exit_code = 141 if self.is_pipe else 2


class ImageUnreadable(FootprintError):
    """An image, or a layer of it, is damaged, hostile or of a kind that cannot be read."""

    exit_code = 3

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"cannot read {path}: {why}")
        self.path, self.why = path, why
