"""Which kind of text a file is, by its name: how it is read, and for whom it stands there."""

from __future__ import annotations

from typing import Literal

from footprint.files.name_patterns import NamePatterns
from footprint.late import late_pattern
from footprint.model.namings import NamingRole
from footprint.names import is_below_tests
from footprint.values import dataclass

Kind = Literal[
    "yaml", "json", "toml", "ini", "env", "shell", "dockerfile", "makefile", "crontab", "procfile", "template",
    "xml", "code", "spec", "lines", "list",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class TextKind:
    """How to read a file. `commands_only`: of its values only commands count, as in package.json."""

    kind: Kind
    role: NamingRole = "app"
    commands_only: bool = False


# What declares, locks, documents, translates or holds data, what is of another language, and what is ours.
_NOT_READ = (
    "*requirements*.txt", "*requirements*.in", "*constraints*.txt", "*.lock", "*.md", "*.rst", "*.adoc", "*.po",
    "*.pot", "*.tex", "Pipfile*", "environment*.y*ml", "conda*.y*ml", "meta.yaml", "recipe.yaml", "pylock*.toml",
    "package-lock.json", "pnpm-lock.yaml", "composer.json", "tsconfig*.json", "renovate*.json*", "dependabot.y*ml",
    "labeler.y*ml", "CHANGELOG*", "CHANGES*", "HISTORY*", "NEWS*", "LICEN[CS]E*", "COPYING*", "NOTICE*", "AUTHORS*",
    "README*", "CODEOWNERS", "MANIFEST.in", ".gitignore", ".dockerignore", ".gitattributes",
    ".pre-commit-config.yaml", ".pre-commit-hooks.yaml", "footprint*.json", "*.csv", "*.tsv", "*.sql", "*.graphql",
    "*.proto", "*.svg", "*.map", "*.geojson", "*.jsonl", "swagger*", "openapi*", "codecov.y*ml", ".codecov.y*ml",
    ".readthedocs.y*ml", "fixtures*.json", "package.y*ml", "Chart.y*ml", "pubspec.y*ml", "CITATION*", "*.min.*",
    "pixi.toml", "SOURCES.txt", "PKG-INFO",
)  # fmt: skip
_KINDS: tuple[tuple[tuple[str, ...], TextKind], ...] = (
    (("package.json",), TextKind("json", "tests", commands_only=True)),
    (("*.service", "*.timer", "supervisord.conf", "supervisor*.conf"), TextKind("ini")),
    (("tox.ini", "pytest.ini", "mypy.ini", ".flake8", ".coveragerc", ".pylintrc", ".isort.cfg", "ruff.toml"),
     TextKind("ini", "tests")),
    (("mkdocs.y*ml", ".gitlab-ci.y*ml", "azure-pipelines.y*ml", ".travis.y*ml", "Taskfile.y*ml",
      "bitbucket-pipelines.y*ml", "cloudbuild.y*ml", "appveyor.y*ml"), TextKind("yaml", "tests")),
    (("Dockerfile*", "*.Dockerfile", "*.dockerfile", "Containerfile*"), TextKind("dockerfile")),
    (("Makefile", "makefile", "GNUmakefile", "*.mk", "justfile", "Justfile", ".justfile"),
     TextKind("makefile", "tests")),
    (("Jenkinsfile*", "Vagrantfile"), TextKind("lines", "tests")),
    (("crontab*", "*.crontab", "*.cron"), TextKind("crontab")),
    (("Procfile*",), TextKind("procfile")),
    ((".env", ".env.*", "*.env", ".envrc", ".flaskenv", "env.*"), TextKind("env")),
    (("*.y*ml", "*.yml"), TextKind("yaml")),
    (("*.json", "*.json5", "*.jsonc"), TextKind("json")),
    (("*.toml",), TextKind("toml")),
    (("*.ini", "*.cfg", "*.conf", "*.cnf", "*.properties", "*.config"), TextKind("ini")),
    (("*.sh", "*.bash", "*.zsh", "*.ps1", "*.bat", "*.cmd"), TextKind("shell")),
    (("*.pyx", "*.pxd", "*.pyt", "*.py-tpl", "*.py.*"), TextKind("code")),
    (("*.spec", "SConstruct", "SConscript", "wscript", "*.bzl"), TextKind("spec")),
    (("*.xml", "*.zcml"), TextKind("xml")),
    (("*.hcl", "*.tf", "*.tfvars", "*.nomad", "*.nix", "*.pkl", "*.jsonnet"), TextKind("lines")),
    (("*.html", "*.htm", "*.jinja", "*.jinja2", "*.j2", "*.mako", "*.tmpl", "*.tpl", "*.template", "*.dtl"),
     TextKind("template")),
)  # fmt: skip
_NOT_READ_PATTERNS = NamePatterns((_NOT_READ,))
_KIND_PATTERNS = NamePatterns([patterns for patterns, _ in _KINDS])
LIST = TextKind("list")
_TEMPLATE = late_pattern(r"\.(?:j2|jinja2?|tmpl|tpl|template|mako|example|sample|dist|default)$")
_TESTS = late_pattern(r"(?:^|/)(?:spec|fixtures|testdata|docs?|examples?|benchmarks?|\.github|\.circleci|\.vscode|ci)/")
_TEST_NAME = late_pattern(r"(?:^|/)(?:test[_-][^/]*|[^/]*_test\.[^/.]+)$")
_LIST = late_pattern(r"(?<!requirements)\.(?:txt|csv|tsv|list|lst)$")
_NOT_ENTERED = late_pattern(
    r"(?:^|/)(?:locale|locales|i18n|translations|static|node_modules|licenses?|ISSUE_TEMPLATE)/"
)
_EDITOR = ".vscode/"  # of its files one says how to start
_SCRIPT_FOLDERS = late_pattern(r"(?:^|/)(?:bin|scripts?|tools|docker|deploy|cron(?:\.[a-z]+|tabs)?)/[^/.]+$")


def find_reading(path: str) -> TextKind | None:
    """Return how a file of the project is read; None: it is not, as it can name nothing that is loaded."""
    name = path.rpartition("/")[2]
    if _NOT_ENTERED.search(path) or _NOT_READ_PATTERNS.row_of(name) is not None:
        return None
    if _EDITOR in path and name != "launch.json":
        return None
    reading = _by_name(name)
    inner = _TEMPLATE.sub("", name)
    if inner != name and (reading is None or reading.kind == "template"):
        reading = _by_name(inner) or reading
    if reading is None and _SCRIPT_FOLDERS.search(path):
        reading = TextKind("shell")
    if reading is None:
        return None
    is_test = _is_of_tests(path) or _TEST_NAME.search(path)
    return TextKind(reading.kind, "tests", reading.commands_only) if is_test else reading


def _is_of_tests(path: str) -> bool:
    """Whether a file lies where tests, documentation and examples do."""
    return is_below_tests(path.rpartition("/")[0]) or _TESTS.search(path) is not None


def is_list(path: str) -> bool:
    """Whether a file may be a list of names that somebody reads line by line; one of requirements is none."""
    if _LIST.search(path) is None or _is_of_tests(path) or _NOT_ENTERED.search(path):
        return False
    return not path.rpartition("/")[2].startswith(("requirements", "constraints"))


def _by_name(name: str) -> TextKind | None:
    row = _KIND_PATTERNS.row_of(name)
    return None if row is None else _KINDS[row][1]


_HEAD_BYTES = 2000
_INVENTORY = late_pattern(
    rb'"schema_version":\s*\d+,\s*"tool":\s*\{\s*"name":\s*"footprint"'
    rb'|"bomFormat"|cyclonedx\.org/schema|"spdxVersion"|"SPDXID"|sarif-schema|sarif-spec'
    rb'|"pip_version":|\A\s*\[\s*\{\s*"(?:name|License|version)":\s*"[^"]*",\s*"(?:version|Name|name|Version)":'
    rb'|\A\s*\{\s*"dependencies":\s*\[\s*\{\s*"name":\s*"[^"]*",\s*"version":'
)


def is_inventory(data: bytes) -> bool:
    """Whether a file lists distributions because they are there."""
    return _INVENTORY.search(data[:_HEAD_BYTES]) is not None
