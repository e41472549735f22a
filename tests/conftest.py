"""What holds for every test: what it installs is held to the files in constraints/."""

from __future__ import annotations

import os

from constraints import pins

os.environ.update(pins.variables())
