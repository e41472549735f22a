"""What is to be called once an application is ready: requests, and functions by their names."""

from __future__ import annotations

from footprint.values import dataclass

REPEATABLE = ("GET", "HEAD", "OPTIONS")  # sending it once more changes nothing. Source: RFC 9110, 9.2.1
READING = ("GET", "HEAD")  # what is asked of a fork of the ready process without --allow-writes

AUTO = "auto"  # instead of a request: every GET route without parameters that the application states
# Words of a path that `auto` does not ask: a GET may do something all the same.
REFUSED = frozenset(
    [
        "logout",
        "signout",
        "delete",
        "remove",
        "reset",
        "send",
        "pay",
        "sync",
        "run",
        "cron",
        "webhook",
        "confirm",
        "unsubscribe",
        "shutdown",
        "admin",
    ]
)


@dataclass(frozen=True, slots=True)
class CallCandidate:
    """A route, or a task, that an application has and that nobody has called."""

    method: str  # "GET"; "task"
    name: str  # the path; the name of the task

    @property
    def has_body(self) -> bool:
        """Whether it can be asked only with a body."""
        return self.method in ("POST", "PUT", "PATCH")


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, `count` times. A URL that is only a path goes to whatever the command listens at."""

    method: str
    url: str
    body: bytes | None = None
    count: int = 1
    headers: tuple[tuple[str, str], ...] = ()
    status: int | None = None  # that is expected; None: any below 400
    entry: str = ""  # that it is for; empty: all that serve
    is_found: bool = False  # among the application's routes: nobody says that it wants no more than its path

    @property
    def name(self) -> str:
        """How a report calls it: "GET /embed"."""
        return f"{self.method} {self.url}{f' x {self.count}' if self.count > 1 else ''}"


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """One call of a function of a module. `event` is the JSON text of its first argument."""

    module: str
    attribute: str
    arguments: str = "((), {})"  # literals: positional and named ones
    event: str | None = None
    entry: str = ""

    @property
    def name(self) -> str:
        """How a report calls it: "jobs:nightly"."""
        return f"{self.module}:{self.attribute}"


Call = Request | FunctionCall
