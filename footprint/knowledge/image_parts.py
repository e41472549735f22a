"""What lies in images and no running application needs: one row per kind, by patterns of paths.

Sources: pip, uv, Poetry and conda docs on their caches; Debian, apt(8) and FHS; docs.docker.com, "Optimize
cache usage".
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class PartKind:
    """One kind; `pattern` is searched in a path without a slash in front."""

    name: str
    pattern: str
    advice: str


PARTS = (
    PartKind("pip cache", r"\.cache/pip/", "install with --no-cache-dir, or with a cache mount"),
    PartKind("uv cache", r"\.cache/uv/", "install with --no-cache, or with a cache mount"),
    PartKind("Poetry cache", r"\.cache/pypoetry/", "install with --no-cache, or with a cache mount"),
    PartKind("conda packages", r"(?:^|/)(?:(?:mini|ana|mamba|micromamba|miniforge)\w*|conda)/pkgs/",
             "run conda clean -afy in the same RUN"),
    PartKind("apt lists", r"^var/lib/apt/lists/", "delete them in the RUN that made them"),
    PartKind("apt packages", r"^var/cache/apt/", "run apt-get clean in the same RUN"),
    PartKind("apk cache", r"^var/cache/apk/", "install with --no-cache"),
    PartKind("npm cache", r"(?:^|/)\.npm/_cacache/", "run npm cache clean --force in the same RUN"),
    PartKind("build tools",
             r"^usr/(?:lib|libexec|lib64)/gcc(?:-cross)?/"
             r"|^usr/bin/(?:[\w.]+-linux-(?:gnu|musl)\w*-)?(?:gcc|g\+\+|c\+\+|cpp|cc|ld|as|gold|lto-dump|clang|cmake|ninja|make)"
             r"(?:-[\d.]+|\.bfd|\.gold)?$"
             r"|(?:^|/)\.(?:cargo|rustup)/|^usr/local/(?:cargo|rustup)/|^usr/lib/llvm-\d+/",
             "build in a stage of its own, and copy what was built"),
    PartKind("headers", r"^usr/(?:local/)?include/", "leave -dev packages in the stage that builds"),
    PartKind("static libraries", r"^usr/(?:local/)?lib/(?:[^/]+/)*[^/]+\.a$",
             "leave -dev packages in the stage that builds"),
    PartKind("version control", r"(?:^|/)\.(?:git|hg|svn)/", "name it in .dockerignore"),
    PartKind("another environment", r"(?:^|/)node_modules/", "copy what the application serves, not what builds it"),
)  # fmt: skip
ADVICE: Mapping[str, str] = {row.name: row.advice for row in PARTS} | {
    "tests and headers of distributions": "no start reads them; most installers cannot leave them out",
}
IDLE = "tests and headers of distributions"


def compile_parts() -> re.Pattern[str]:
    """Return one pattern for all rows: its `lastindex` is the number of the row, from 1."""
    return re.compile("|".join(f"({row.pattern})" for row in PARTS))
