"""docs/recipes: each file holds to the schema of its platform, and footprint reads in it what the page says."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from tests.support.actions import check_schema, tool
from tests.support.installer import kept, require_pinned, uv
from tests.support.recipe_pages import BEGIN, RECIPES, audit, files_of, read, renewed

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILES = [(name, path) for name in RECIPES for path in files_of(read(name))]
NOTHING_STARTED = frozenset({"pre-commit"})


def put(folder: Path, name: str, path: str) -> Path:
    place = folder / Path(path).name
    place.write_text(files_of(read(name))[path])
    return place


def test_every_recipe_shows_files() -> None:
    assert len(FILES) == 13
    assert (
        {name for name, _ in FILES} == set(RECIPES) >= {"render", "fly", "heroku", "lambda", "docker", "uv", "poetry"}
    )


@pytest.mark.parametrize("name", [name for name in RECIPES if name not in NOTHING_STARTED])
def test_footprint_finds_what_the_page_says(name: str) -> None:
    """`python -m tests.support.recipe_pages` writes it anew."""
    assert BEGIN in read(name)
    assert read(name) == renewed(name)


@pytest.mark.parametrize("name", [name for name in RECIPES if name not in NOTHING_STARTED])
def test_a_start_is_found_and_nothing_is_wrong_with_it(name: str) -> None:
    audited = audit(name)
    assert [entry.target for entry in audited.entries if entry.role == "web"] in (["main:app"], ["main:handler"])
    assert [(item.code, item.message) for item in audited.findings if item.severity != "info"] == []
    assert {note.code for note in audited.notes} <= {"other-python", "no-versions", "locked-only"}


@pytest.mark.parametrize(("name", "path"), [row for row in FILES if row[1].endswith(".toml")])
def test_toml_is_toml_and_a_pyproject_what_its_readers_take(name: str, path: str, tmp_path: Path) -> None:
    place = put(tmp_path, name, path)
    tomllib.loads(place.read_text())
    if path == "pyproject.toml":
        done = subprocess.run([tool("validate-pyproject"), str(place)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_pyproject_that_poetry_refuses_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.poetry]\npackage-mode = "no"\n')
    done = subprocess.run([tool("validate-pyproject"), tmp_path / "pyproject.toml"], capture_output=True, check=False)
    assert done.returncode != 0


def test_compose_and_pre_commit_take_their_files(tmp_path: Path) -> None:
    check_schema("vendor.compose-spec", put(tmp_path, "docker", "compose.yaml"))
    config = put(tmp_path, "pre-commit", ".pre-commit-config.yaml")
    subprocess.run([tool("pre-commit"), "validate-config", str(config)], check=True)


@pytest.mark.parametrize(("name", "path"), [row for row in FILES if row[1].endswith((".yaml", ".yml"))])
def test_yaml_is_yaml(name: str, path: str) -> None:
    assert YAML(typ="safe", pure=True).load(files_of(read(name))[path])


@pytest.mark.network
def test_sam_takes_its_template() -> None:
    def fill(folder: Path) -> None:
        uv("pip", "install", "--quiet", "--no-deps", "--target", folder, "aws-sam-translator")
        require_pinned(folder)

    folder = kept("sam", fill) / "samtranslator/validator/sam_schema"
    schema = json.loads((folder / "schema.json").read_text())
    template = YAML(typ="safe", pure=True).load(files_of(read("lambda"))["template.yaml"])
    jsonschema.Draft4Validator(schema).validate(template)
    del template["Resources"]["Shop"]["Properties"]["Runtime"]
    template["Resources"]["Shop"]["Properties"]["MemorySize"] = ["512"]
    assert not jsonschema.Draft4Validator(schema).is_valid(template)
