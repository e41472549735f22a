"""What a message of an editor says, checked where it is read: nobody promises that an editor sends what it should."""

from __future__ import annotations

from typing import Any, TypeVar

_T = TypeVar("_T")

# JSON-RPC 2.0, "Error object"; LSP 3.17, "ErrorCodes".
PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
NOT_INITIALIZED = -32002
REQUEST_CANCELLED = -32800


class RefusedRequest(Exception):
    """A request that gets an error as its answer."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(code, message)
        self.code, self.message = code, message


def member(params: Any, *path: str, kind: type[_T]) -> _T:
    """Return what stands at a path of names. Raises: RefusedRequest where it is absent or of another kind."""
    found = find(params, *path, kind=kind)
    if found is None:
        raise RefusedRequest(INVALID_PARAMS, f"{'.'.join(path)} is missing or not what it should be")
    return found


def find(params: Any, *path: str, kind: type[_T]) -> _T | None:
    """Return what stands at a path of names, None where it is absent or of another kind."""
    for name in path:
        if not isinstance(params, dict) or name not in params:
            return None
        params = params[name]
    if kind is int and isinstance(params, bool):
        return None
    return params if isinstance(params, kind) else None


def items(params: Any, *path: str) -> list[Any]:
    """Return the list that stands at a path of names, an empty one where there is none."""
    found: list[Any] = find(params, *path, kind=list) or []
    return found


def position(params: Any, *path: str) -> tuple[int, int]:
    """Return line and character of a position, both from 0. Raises: RefusedRequest."""
    line, character = (member(params, *path, name, kind=int) for name in ("line", "character"))
    if line < 0 or character < 0:
        raise RefusedRequest(INVALID_PARAMS, f"{'.'.join(path)} is below 0")
    return line, character
