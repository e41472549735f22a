"""Files that list what is installed speak for no line: reports, bills of materials, lists of pip."""

import json
from collections.abc import Mapping

from tests.cases.case import Case, code, libs

SITE = libs("web lone")
REPORT = {"schema_version": 1, "tool": {"name": "footprint", "version": "1"}, "distributions": [{"name": "lone"}]}
BOM = {"bomFormat": "CycloneDX", "components": [{"name": "lone", "version": "1.0"}]}
SPDX = {"spdxVersion": "SPDX-2.3", "packages": [{"name": "lone"}]}
PIP_LIST = [{"name": "lone", "version": "1.0"}, {"name": "web", "version": "1.0"}]
PIP_INSPECT = {"version": "1", "pip_version": "26.3", "installed": [{"metadata": {"name": "lone"}}]}
PIP_AUDIT = {"dependencies": [{"name": "lone", "version": "1.0", "vulns": []}], "fixes": []}


def beside(name: str, value: object, indent: int | None = None) -> dict[str, str]:
    """Return a project with one JSON file."""
    files = {"Procfile": "web: python main.py\n", name: json.dumps(value, indent=indent)}
    return code("import web", "web", "lone", **files)


UNUSED = {"lone": "unused likely"}

CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "what lists what is installed": {
        "a report of footprint": Case(beside("stored.json", REPORT, 2), UNUSED),
        "a bill of materials, CycloneDX": Case(beside("bom.json", BOM), UNUSED),
        "a bill of materials, SPDX": Case(beside("sbom.json", SPDX), UNUSED),
        "pip list": Case(beside("installed.json", PIP_LIST), UNUSED),
        "pip inspect": Case(beside("inspect.json", PIP_INSPECT, 4), UNUSED),
        "pip-audit": Case(beside("audit.json", PIP_AUDIT), UNUSED),
        "noop: settings that name it": Case(beside("plugins.json", {"plugins": ["lone"]}), {"lone": "implied"}),
        "noop: settings with a version of their own": Case(
            beside("conf.json", {"schema_version": 1, "plugins": ["lone"]}), {"lone": "implied"}
        ),
    },
}
