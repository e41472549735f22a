"""What an environment is made with, and holds whoever uses it."""

from __future__ import annotations

# There undeclared. Source: ensurepip, virtualenv's seeds, `uv venv --seed`; setuptools took the place of distribute.
BORN_WITH = frozenset({"distribute", "pip", "setuptools", "wheel"})
