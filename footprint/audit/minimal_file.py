"""What production asks for after a trim, as one requirements file of its own."""

from __future__ import annotations

from collections.abc import Iterable

from footprint import __version__
from footprint.analysis.additions.branch_lines import requirement_text
from footprint.errors import UsageError
from footprint.model.requirements import DeclaredRequirement

MINIMAL_NAME = "requirements-minimal.txt"
_HIDDEN = "****"  # in the place of what an address says of its user


def minimal_text(lines: Iterable[DeclaredRequirement], local_paths: Iterable[str]) -> str:
    """Return the lines of production that stay, as pip reads them, each once.

    Raises: UsageError where an address holds a secret, which no report has.
    """
    wanted = tuple(lines)
    secret = next((line for line in wanted if line.url and _HIDDEN in line.url), None)
    if secret is not None:
        raise UsageError(
            f"{secret.path}:{secret.line}: the address of {secret.name} holds a secret, which goes into no other file: "
            "use --write, which edits the file that holds it"
        )
    head = [f"# What production needs of this project, by footprint trim {__version__}; nothing in it was tried."]
    head += [f"# A folder of the project is installed as well: {path}" for path in local_paths]
    return "".join(f"{line}\n" for line in (*head, *dict.fromkeys(map(requirement_text, wanted))))
