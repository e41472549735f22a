"""Names that one file imports and another takes from it: marked as used at import, also when files are read further."""

from collections.abc import Callable, Collection
from pathlib import Path

import pytest

from footprint.collect.imports.scan.scanner import scan_imports
from footprint.collect.imports.walker import read_imports
from footprint.collect.sources import complete, read_sources
from footprint.collect.sources.module_names import mark_borrowed
from footprint.model.source_modules import FileImports, ProjectSources
from tests.support.projects import write

FILES = {
    "app.py": "from tools import pd, np\nfrom lists import *\n",
    "tools.py": "import numpy as np\nimport pandas as pd\nimport polars as pl\n\n\ndef f():\n    return np, pd, pl\n",
    "lists.py": "import numpy as np\n\n\ndef f():\n    return np\n",
    "other.py": "import tools\n\n\ndef f():\n    from lists import np\n    return tools, np\n",
}


def marked(sources: ProjectSources) -> set[tuple[str, str]]:
    return {(one.path, site.module) for one in sources.modules for site in one.sites if site.used_at_import_line}


def scanned(folder: Path, read: Callable[..., FileImports] = scan_imports) -> ProjectSources:
    write(folder, FILES)
    return read_sources(folder, read=read)


@pytest.mark.parametrize(
    "paths",
    [{"tools.py"}, {"lists.py"}, {"app.py"}, {"app.py", "tools.py"}, {"other.py"}, set(FILES)],
    ids=lambda paths: ",".join(sorted(paths)),
)
def test_files_read_further_lend_as_if_all_were_marked_anew(tmp_path: Path, paths: Collection[str]) -> None:
    found = complete(tmp_path, scanned(tmp_path), paths, read_imports)
    assert list(found.modules) == mark_borrowed(found.modules)
    assert ("tools.py", "pandas") in marked(found)
    assert (("tools.py", "polars") in marked(found)) is ("tools.py" not in paths)  # a scan knows of no use


def test_a_file_that_takes_more_when_it_is_read_further_borrows_from_files_read_before(tmp_path: Path) -> None:
    def read_less(data: bytes, *, path: str, module: str, is_package: bool) -> FileImports:
        found = read_imports(data, path=path, module=module, is_package=is_package)
        return FileImports((), parsed=True, complete=False) if path == "app.py" else found

    before = scanned(tmp_path, read_less)
    assert ("tools.py", "pandas") not in marked(before)
    assert ("tools.py", "pandas") in marked(complete(tmp_path, before, {"app.py"}, read_imports))
