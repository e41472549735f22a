"""BLAKE2b, for what is kept: from where `hashlib` has it, which loads OpenSSL beside it (3 ms of a start)."""

try:
    from _blake2 import blake2b
except ImportError:  # an interpreter that has it elsewhere
    from hashlib import blake2b

__all__ = ["blake2b"]
