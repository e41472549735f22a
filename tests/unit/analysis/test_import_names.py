"""Import names to distributions through the files that they recorded."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from footprint.analysis.graph.settled_lines import KnownPython, find_uncertain, settle_conda
from footprint.analysis.names.first_party import FirstParty, first_party_of
from footprint.analysis.names.import_names import ImportNames
from footprint.collect.imports.walker import read_imports
from footprint.collect.layout.installations import read_conda_packages
from footprint.model.installed_environment import EntryPointRecord
from footprint.model.requirements import DeclaredFiles
from footprint.model.source_modules import ImportSite, SourceModule
from tests.support.builders import installed, requirement
from tests.unit.collect.test_sources import sources_of

OWNERS: Mapping[str, str] = {
    "yaml/__init__.py": "pyyaml",
    "yaml/loader.py": "pyyaml",
    "_yaml/__init__.py": "pyyaml",
    "six.py": "six",
    "PIL/Image.py": "pillow",
    "PIL/__init__.py": "pillow",
    "PIL/_imaging.cpython-311-x86_64-linux-gnu.so": "pillow",
    "MySQLdb/__init__.py": "mysqlclient",
    "jwt/__init__.py": "pyjwt",
    "single.cpython-311-x86_64-linux-gnu.so": "single-dist",
    "stable.abi3.so": "stable-dist",
    "windows.pyd": "windows-dist",
    "google/cloud/storage/__init__.py": "google-cloud-storage",
    "google/cloud/storage/client.py": "google-cloud-storage",
    "google/cloud/bigquery/__init__.py": "google-cloud-bigquery",
    "google/protobuf/__init__.py": "protobuf",
    "google/_upb/_message.abi3.so": "protobuf",
    "ruamel/yaml/__init__.py": "ruamel-yaml",
    "ruamel/yaml/clib/__init__.py": "ruamel-yaml-clib",
    "opentelemetry/trace/__init__.py": "opentelemetry-api",
    "opentelemetry/sdk/__init__.py": "opentelemetry-sdk",
    "opentelemetry/instrumentation/instrumentor.py": "opentelemetry-instrumentation",
    "opentelemetry/instrumentation/fastapi/__init__.py": "opentelemetry-instrumentation-fastapi",
    "opentelemetry/exporter/otlp/proto/grpc/trace_exporter/__init__.py": "opentelemetry-exporter-otlp-proto-grpc",
    "opentelemetry/exporter/otlp/proto/http/__init__.py": "opentelemetry-exporter-otlp-proto-http",
    "azure/core/credentials.py": "azure-core",
    "azure/core/__init__.py": "azure-core",
    "azure/identity/__init__.py": "azure-identity",
    "azure/storage/blob/__init__.py": "azure-storage-blob",
    "azure/storage/queue/__init__.py": "azure-storage-queue",
    "airflow/__init__.py": "apache-airflow-core",
    "airflow/models.py": "apache-airflow-core",
    "airflow/providers/google/__init__.py": "apache-airflow-providers-google",
    "yaml-stubs/__init__.pyi": "types-pyyaml",
    "alembic/__init__.py": "alembic",
    "alembic/context.py": "alembic",
    "typing_extensions.py": "typing-extensions",
    "shared/__init__.py": "first",
    "shared/a.py": "first",
    "shared/b.py": "second",
    "dataclasses.py": "dataclasses",
    "backports/__init__.py": "backports-datetime-fromisoformat",
    "backports/datetime_fromisoformat/__init__.py": "backports-datetime-fromisoformat",
    "backports/_datetime_fromisoformat.cpython-311-x86_64-linux-gnu.so": "backports-datetime-fromisoformat",
    "deep/__init__.py": "deep-down-part",
    "deep/down/__init__.py": "deep-down-part",
    "deep/down/part/a.py": "deep-down-part",
    "deep/down/part/__init__.py": "deep-down-part",
    "mostly/__init__.py": "mostly-part",
    "mostly/part.py": "mostly-part",
    "mostly/core.py": "mostly-part",
    "lonely/part/deep.py": "lonely",
    "plain/__init__.py": "plain",
    "plain/data/a.py": "plain",
    "plain/data/b.py": "plain-more",
}
STDLIB = frozenset({"os", "time", "logging", "dataclasses", "statistics"})

STATEMENTS = {
    "import yaml": ["pyyaml"],
    "import yaml.loader": ["pyyaml"],
    "from yaml import load": ["pyyaml"],
    "from yaml import *": ["pyyaml"],
    "import yaml.nothing.here": ["pyyaml"],
    "import _yaml": ["pyyaml"],
    "import six.moves.urllib": ["six"],
    "from six.moves import range": ["six"],
    "from PIL import Image": ["pillow"],
    "import PIL._imaging": ["pillow"],
    "import MySQLdb": ["mysqlclient"],
    "import jwt": ["pyjwt"],
    "import single": ["single-dist"],
    "import stable": ["stable-dist"],
    "import windows": ["windows-dist"],
    "import typing_extensions": ["typing-extensions"],
    # namespace packages, at full depth
    "import google.cloud.storage": ["google-cloud-storage"],
    "from google.cloud import storage": ["google-cloud-storage"],
    "from google.cloud import storage, bigquery": ["google-cloud-bigquery", "google-cloud-storage"],
    "from google.cloud.storage.client import Client": ["google-cloud-storage"],
    "import google.protobuf": ["protobuf"],
    "from google.protobuf import message": ["protobuf"],
    "from google import protobuf": ["protobuf"],
    # a folder that several share: whichever is removed, the import works, and it loads no part
    "import google.cloud": [],
    "import google": [],
    "from google import cloud": ["google-cloud-bigquery", "google-cloud-storage"],
    "from google import cloud, protobuf": ["google-cloud-bigquery", "google-cloud-storage", "protobuf"],
    "import google.cloud as c": ["google-cloud-bigquery", "google-cloud-storage"],
    "importlib.import_module('google.cloud')": [],
    "c = importlib.import_module('google.cloud')": ["google-cloud-bigquery", "google-cloud-storage"],
    "import azure.storage": [],
    "import opentelemetry.exporter.otlp": [],
    "import ruamel": [],
    # a part that nobody has, of a folder whose __init__ another part brings
    "from backports.ssl_match_hostname import match_hostname": [],
    "import backports.zoneinfo.x": [],
    "from deep.other import x": [],
    "from deep.down.part.b import x": ["deep-down-part"],
    "from backports.datetime_fromisoformat import x": ["backports-datetime-fromisoformat"],
    "from backports import something": ["backports-datetime-fromisoformat"],
    "import backports": ["backports-datetime-fromisoformat"],
    "from mostly.gone import x": ["mostly-part"],
    # one's own, whoever else puts something there
    "import lonely": ["lonely"],
    "import lonely.part": ["lonely"],
    "import plain.data": ["plain", "plain-more"],
    "import shared": ["first"],
    "import google.cloud.speech": [],
    "from google.cloud import speech": [],
    "from google import genai": [],
    "import ruamel.yaml": ["ruamel-yaml"],
    "from ruamel import yaml": ["ruamel-yaml"],
    "from opentelemetry import trace": ["opentelemetry-api"],
    "from opentelemetry.sdk import x": ["opentelemetry-sdk"],
    "from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor": ["opentelemetry-instrumentation-fastapi"],
    "from opentelemetry.instrumentation import fastapi": ["opentelemetry-instrumentation-fastapi"],
    "from opentelemetry.instrumentation.instrumentor import x": ["opentelemetry-instrumentation"],
    "from opentelemetry.instrumentation.flask import x": [],
    "from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter": [
        "opentelemetry-exporter-otlp-proto-grpc"
    ],
    "from opentelemetry.exporter.otlp.proto import http": ["opentelemetry-exporter-otlp-proto-http"],
    "from azure.storage.blob import BlobServiceClient": ["azure-storage-blob"],
    "from azure.storage import blob, queue": ["azure-storage-blob", "azure-storage-queue"],
    "from azure.core.credentials import AzureKeyCredential": ["azure-core"],
    "from azure import identity": ["azure-identity"],
    "import azure.keyvault.secrets": [],
    "import airflow.models": ["apache-airflow-core"],
    "from airflow.providers import google": ["apache-airflow-providers-google"],
    "import shared.b": ["second"],
    "from shared import a, b": ["first", "second"],
    # nobody's
    "import os.path": [],
    "import dataclasses": [],
    "import nothing": [],
    "from . import yaml": [],
    # by call
    'x = __import__("google.cloud", fromlist=["storage"])': ["google-cloud-storage"],
}


def site(statement: str) -> ImportSite:
    return read_imports(statement.encode(), path="pkg/m.py", module="pkg.m", is_package=False).sites[0]


@pytest.mark.parametrize(("statement", "owners"), STATEMENTS.items(), ids=list(STATEMENTS))
def test_owner_is_read_off_recorded_files(statement: str, owners: list[str]) -> None:
    names = ImportNames((OWNERS,), (), STDLIB)
    assert list(names.owner_of(site(statement))) == owners


def test_first_site_folder_on_the_path_wins() -> None:
    names = ImportNames(({"a/__init__.py": "near"}, {"a/__init__.py": "far", "a/b.py": "far"}), (), STDLIB)
    assert names.owner_of(site("import a")) == ("near",)
    assert names.owner_of(site("import a.b")) == ("far",)


def test_modules_of_a_distribution_are_its_outermost_ones_whoever_asked_before() -> None:
    near = {"a/__init__.py": "one", "a/b.py": "one", "z/x.so": "one", "one-data/c.py": "one", "two.py": "two"}
    names = ImportNames((near, {"far/__init__.py": "one", "py.typed": "three"}), (), STDLIB)
    assert names.modules_of({"two"}) == {"two": ("two",)}
    assert names.modules_of({"two", "one", "three", "four"}) == {"one": ("a", "far", "z.x"), "two": ("two",)}
    assert names.modules_of(()) == {}


def test_stubs_are_found_by_the_module_they_describe() -> None:
    names = ImportNames((OWNERS,), (), STDLIB)
    assert names.stubs_for("yaml.loader") == ("types-pyyaml",)
    assert names.stubs_for("six") == ()


def test_observed_module_is_owned_without_a_statement() -> None:
    names = ImportNames((OWNERS,), (), STDLIB)
    assert names.owner_of_module("google.cloud.storage.client") == ("google-cloud-storage",)
    assert names.owner_of_module("os") == ()


def test_distribution_without_files_is_guessed_by_entry_points_then_by_name() -> None:
    script = EntryPointRecord("console_scripts", "x", "service.cli:main")
    known = (installed("my-service", origin="editable", entry_points=(script,)), installed("pyyaml"))
    names = ImportNames((OWNERS,), known, STDLIB)
    assert names.owner_of(site("import service.core")) == ("my-service",)
    assert names.owner_of(site("import my_service")) == ("my-service",)
    assert names.owner_of(site("import pyyaml")) == ()


def test_distribution_without_files_is_known_by_what_its_metadata_names() -> None:
    said = replace(installed("acme-three"), import_names=("threepkg", "threepkg.inner", "acme"))
    names = ImportNames((OWNERS,), (said,), STDLIB)
    assert names.owner_of(site("import threepkg.inner")) == ("acme-three",)
    assert names.owner_of(site("import acme")) == ("acme-three",)
    assert names.owner_of(site("import acme_three")) == ()


FIRST_PARTY = {
    "package of ours": ({"alembic/__init__.py": ""}, "import alembic", True, []),
    "package of ours, any depth": ({"alembic/__init__.py": ""}, "from alembic import context", True, []),
    "folder of ours": ({"alembic/env.py": ""}, "import alembic", False, ["alembic"]),
    "folder of ours, name of theirs": ({"alembic/env.py": ""}, "from alembic import context", False, ["alembic"]),
    "folder of ours, nobody else's": ({"jobs/a.py": ""}, "from jobs import a", True, []),
    "folder of ours, dotted": ({"jobs/a.py": ""}, "import jobs.a", True, []),
    "nothing of ours in the folder": ({"jobs/a.py": ""}, "import jobs.b.c", False, []),
    "module of ours": ({"six.py": ""}, "import six", True, []),
    "standard name below a package of ours": ({"app/time.py": ""}, "import time", False, []),
    "standard name of ours": ({"statistics/__init__.py": ""}, "import statistics", True, []),
    "built-in name of ours": ({"time.py": ""}, "import time", False, []),
    "folder with a standard name": ({"logging/a.py": ""}, "import logging", False, []),
    "our part of a namespace": ({"google/ours/a.py": ""}, "import google.ours.a", True, []),
    "our part of a namespace, by name": ({"google/ours/a.py": ""}, "from google.ours import a", True, []),
    "our part, from src": ({"src/azure/ours/__init__.py": ""}, "from azure.ours import x", True, []),
    "their part beside ours": (
        {"google/ours/a.py": ""},
        "from google.cloud import storage",
        False,
        ["google-cloud-storage"],
    ),
    "both parts in one statement": (
        {"azure/ours/__init__.py": ""},
        "from azure import identity, ours",
        False,
        ["azure-identity"],
    ),
    "nobody's part": ({"google/ours/a.py": ""}, "import google.cloud.speech", False, []),
    "folder of ours under a regular package of theirs": ({"yaml/ours.py": ""}, "import yaml.ours", False, ["pyyaml"]),
    "relative": ({}, "from . import yaml", True, []),
    "not ours": ({"app/__init__.py": ""}, "import yaml", False, ["pyyaml"]),
}


@pytest.mark.parametrize(("files", "statement", "own", "owners"), FIRST_PARTY.values(), ids=FIRST_PARTY)
def test_own_module_wins_where_it_does_at_run_time(
    tmp_path: Path, files: dict[str, str], statement: str, own: bool, owners: list[str]
) -> None:
    first_party = FirstParty(sources_of(tmp_path, {**files, "main.py": ""}))
    names = ImportNames((OWNERS,), (), STDLIB, first_party=first_party)
    assert names.is_first_party(site(statement)) is own
    assert list(names.owner_of(site(statement))) == owners


@pytest.mark.parametrize("files", [row[0] for row in FIRST_PARTY.values()], ids=FIRST_PARTY)
def test_what_a_first_part_tells_is_so_of_every_import_that_begins_with_it(
    tmp_path: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first_party = FirstParty(sources_of(tmp_path, {**files, "main.py": "", "src/pkg/sub/m.py": "", "tests/six.py": ""}))
    statements = [*(row[1] for row in FIRST_PARTY.values()), "import sub.m", "import pkg", "import builtins, main"]
    guessed = (installed("six", origin="editable"), installed("jobs", origin="editable"))

    def answers() -> list[bool]:
        names = ImportNames((OWNERS,), guessed, STDLIB, first_party=first_party)
        return [names.is_first_party(site(each)) for each in statements]

    told = answers()
    monkeypatch.setattr(ImportNames, "_tell_by_top", lambda *_: None)
    assert answers() == told


GUESSED = {
    "file of ours": ("import acme.billing", True, []),
    "name of ours": ("from acme import billing", True, []),
    "the name alone": ("import acme", False, ["acme"]),
    "something else": ("from acme import core", False, ["acme"]),
}


@pytest.mark.parametrize(("statement", "own", "owners"), GUESSED.values(), ids=GUESSED)
def test_file_of_ours_tells_more_than_a_guess(tmp_path: Path, statement: str, own: bool, owners: list[str]) -> None:
    first_party = FirstParty(sources_of(tmp_path, {"acme/billing/__init__.py": "", "main.py": ""}))
    names = ImportNames(({},), (installed("acme", origin="editable"),), STDLIB, first_party=first_party)
    assert names.is_first_party(site(statement)) is own
    assert list(names.owner_of(site(statement))) == owners


def test_standard_module_is_hidden_only_by_a_module_of_ours(tmp_path: Path) -> None:
    first_party = FirstParty(sources_of(tmp_path, {"statistics.py": "", "time.py": "", "app/logging.py": ""}))
    names = ImportNames((OWNERS,), (), STDLIB, first_party=first_party)
    assert [names.is_stdlib(name) for name in ("statistics", "time", "logging", "os.path", "yaml")] == [
        False,
        True,
        True,
        True,
        False,
    ]


# What conda's own records say of its packages: some have modules of Python, others are libraries of C


def write(prefix: Path, name: str, *files: str) -> None:
    (prefix / "conda-meta").mkdir(exist_ok=True)
    (prefix / "conda-meta" / f"{name}.json").write_text(json.dumps({"name": name, "files": files}))


def test_a_record_tells_whether_a_package_has_modules(tmp_path: Path) -> None:
    write(tmp_path, "quuxlib-1.0-h1234_0", "lib/libquux.so", "include/quux.h")
    write(tmp_path, "py-thing-2.1-py311_0", "lib/python3.11/site-packages/thing/__init__.py")
    write(tmp_path, "win-thing-2.1-py311_0", "Lib\\site-packages\\thing.py")
    (tmp_path / "conda-meta" / "history").write_text("")
    found = read_conda_packages(tmp_path, {"quuxlib", "py-thing", "win-thing", "gone"})
    assert found == {"quuxlib": False, "py-thing": True, "win-thing": True}


def test_noop_an_environment_of_another_kind_has_no_records(tmp_path: Path) -> None:
    assert read_conda_packages(tmp_path, {"quuxlib"}) is None


LINES = tuple(requirement(name, conda_name=name) for name in ("quuxlib", "libx", "mine"))
DECLARED = DeclaredFiles((*LINES, requirement("other")), (), (), ())
NOTHING = KnownPython((), (), (), None)


@pytest.mark.parametrize(
    ("known", "kept", "uncertain"),
    [
        (NOTHING, ["quuxlib", "mine", "other"], {"quuxlib", "mine"}),
        (KnownPython((), (), (), {"quuxlib": False, "libx": True}), ["libx", "mine", "other"], {"mine"}),
        (KnownPython(("libx",), ("mine",), ("quuxlib",), None), ["quuxlib", "libx", "mine", "other"], set()),
        (KnownPython(("quuxlib",), (), (), {"quuxlib": False}), ["quuxlib", "mine", "other"], {"mine"}),
    ],
)
def test_what_is_known_decides(known: KnownPython, kept: list[str], uncertain: set[str]) -> None:
    settled = settle_conda(DECLARED, known)
    assert [line.name for line in settled.requirements] == kept
    assert find_uncertain(settled, known) == uncertain


FILES_BEFORE = {"app/__init__.py": "", "app/store.py": "import redis\n", "tool/run.py": "import app.store\n"}
AFTERWARDS: dict[str, Callable[[SourceModule], SourceModule]] = {
    "the same": lambda module: module,
    "read further": lambda module: replace(module, binds=(module.path,)),
    "another name": lambda module: replace(module, module=f"src.{module.module}"),
    "one more name": lambda module: replace(module, other_names=(*module.other_names, "alias")),
    "another path": lambda module: replace(module, path=f"src/{module.path}"),
}


@pytest.mark.parametrize("root", [None, "tool"])
@pytest.mark.parametrize("name", AFTERWARDS)
def test_an_index_of_modules_that_changed_is_as_one_made_anew(name: str, root: str | None, tmp_path: Path) -> None:
    before = sources_of(tmp_path, FILES_BEFORE)
    first_party_of(before, root=root)
    for sources in (
        replace(before, modules=tuple(map(AFTERWARDS[name], before.modules))),
        replace(before, modules=(*map(AFTERWARDS[name], before.modules[:1]), *before.modules[1:])),
        replace(before, modules=before.modules[1:]),
        before,
    ):
        found, anew = first_party_of(sources, root=root), FirstParty(sources, root=root)
        assert {each: found.find(each) for each in found.names()} == {each: anew.find(each) for each in anew.names()}
        sites = [site for module in sources.modules for site in module.sites]
        assert [found.leads_to(site) for site in sites] == [anew.leads_to(site) for site in sites]
