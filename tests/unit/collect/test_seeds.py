"""C2: what an environment was born with stays, whoever requires it."""

from pathlib import Path

import pytest

from footprint.audit.run import run_audit
from footprint.collect.layout.seeds import find_seeds
from footprint.config.audit_settings import read_options
from footprint.model.audit import Audit
from tests.cases.case import Lib, install_lib, lib, libs
from tests.support.projects import write

VENV = "home = /usr/bin\nversion = {0}\ncommand = /usr/bin/python -m venv /srv/app\n"
VIRTUALENV = "home = /usr/bin\nvirtualenv = 20.26.6\nversion_info = {0}.final.0\n"
UV = "home = /usr/bin\nuv = 0.8.0\nversion_info = {0}\n"
ENVIRONMENTS: dict[str, tuple[str | None, str, tuple[str, ...], bool, set[str]]] = {
    "C2 venv of 3.11": (VENV, "3.11.7", (), True, {"pip", "setuptools"}),
    "C2 sibling: venv of 3.12": (VENV, "3.12.1", (), True, {"pip"}),
    "C2 sibling: venv --without-pip": (VENV.replace("venv /", "venv --without-pip /"), "3.11.7", (), True, set()),
    "C2 sibling: virtualenv names its seeds": (
        *(VIRTUALENV, "3.9.2", ("pip-24.2.virtualenv", "setuptools-75.1.virtualenv", "wheel-0.44.virtualenv"), True),
        {"pip", "setuptools", "wheel"},
    ),
    "C2 sibling: virtualenv of 3.12": (VIRTUALENV, "3.12.1", ("pip-24.2.virtualenv",), True, {"pip"}),
    "C2 sibling: virtualenv, marks cleaned away": (VIRTUALENV, "3.12.1", (), True, {"pip"}),
    "C2 sibling: uv venv is born empty": (UV, "3.11.7", (), True, set()),
    "C2 sibling: uv venv --seed": (UV + "seed = true\n", "3.11.7", (), True, {"pip", "setuptools", "wheel"}),
    "C2 sibling: uv venv --seed of 3.13": (UV + "seed = true\n", "3.13.0", (), True, {"pip", "wheel"}),
    "C2 sibling: the Python of an image": (None, "3.11.7", (), True, {"pip", "setuptools", "wheel"}),
    "noop: C2 a folder that was filled": (None, "3.11.7", (), False, set()),
    "noop: C2 a site folder by itself, of an environment": (VENV, "3.11.7", (), False, {"pip", "setuptools"}),
}


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_what_an_environment_is_born_with(name: str, tmp_path: Path) -> None:
    config, version, marks, is_interpreter, expected = ENVIRONMENTS[name]
    site = tmp_path / "lib/python3.11/site-packages"
    site.mkdir(parents=True)
    if config is not None:
        (tmp_path / "pyvenv.cfg").write_text(config.format(version))
    for mark in marks:
        (site / mark).touch()
    numbers = (int(version.split(".")[0]), int(version.split(".")[1]), 0)
    assert find_seeds((site,), numbers, is_interpreter=is_interpreter) == expected


def test_c2_sibling_conda_gives_all_three(tmp_path: Path) -> None:
    site = tmp_path / "lib/python3.12/site-packages"
    site.mkdir(parents=True)
    (tmp_path / "conda-meta").mkdir()
    assert find_seeds((site,), (3, 12, 0), is_interpreter=True) == {"pip", "setuptools", "wheel"}


def test_a_configuration_that_tells_no_version_is_of_the_interpreter(tmp_path: Path) -> None:
    site = tmp_path / "lib/python3.11/site-packages"
    site.mkdir(parents=True)
    (tmp_path / "pyvenv.cfg").write_text("home = /x\nversion = 3.eleven\n")
    assert find_seeds((site,), (3, 12, 0), is_interpreter=True) == {"pip"}


SITE: dict[str, Lib] = {
    **libs("six pip setuptools wheel click"),
    "pip-tools": lib("piptools/__init__.py", requires=("click", "pip", "setuptools", "wheel")),
}


def audit_in_venv(folder: Path, text: str, *lines: str) -> Audit:
    project, site = folder / "project", folder / "env/lib/python3.11/site-packages"
    project.mkdir()
    site.mkdir(parents=True)
    (folder / "env/pyvenv.cfg").write_text(VENV.format("3.11.7"))
    write(project, {"main.py": text, "requirements.txt": "".join(f"{line}\n" for line in lines)})
    for name, item in SITE.items():
        install_lib(site, name, item)
    return run_audit(read_options({"site_packages": (site,), "probe": False, "entries": ("main",)}, project))


def test_c2_removing_what_requires_pip_does_not_free_pip(tmp_path: Path) -> None:
    audit = audit_in_venv(tmp_path, "import six\n", "six", "pip-tools")
    (found,) = audit.suggestions
    assert (found.distribution, found.distributions) == ("pip-tools", ("click", "pip-tools", "wheel"))
    weights = {row.name: (row.apparent_bytes or 0) + (row.outside_bytes or 0) for row in audit.distributions}
    assert audit.removable_bytes == found.disk_bytes == sum(weights[name] for name in found.distributions)


def test_c2_sibling_what_the_project_declares_and_the_environment_has_anyway_frees_nothing(tmp_path: Path) -> None:
    audit = audit_in_venv(tmp_path, "import six\n", "six", "setuptools")
    (found,) = audit.suggestions
    assert (found.distribution, found.disk_bytes, found.distributions) == ("setuptools", 0, ())
    assert "the environment is born with setuptools, so that frees nothing" in found.detail
    assert audit.removable_bytes == 0


def test_c2_noop_what_is_used_is_what_it_was(tmp_path: Path) -> None:
    audit = audit_in_venv(tmp_path, "import six, setuptools\n", "six", "setuptools")
    assert audit.suggestions == ()
    row = audit.row("pip")
    assert row is not None
    assert row.usage.value == "orphan"


def test_c2_sibling_pins_of_what_stays_stay(tmp_path: Path) -> None:
    audit = audit_in_venv(
        tmp_path, "import six\n", "six", "pip-tools==1", "pip==1", "setuptools==1", "wheel==1", "click==1"
    )
    (found,) = audit.suggestions
    assert [line.name for line in found.lines] == ["pip-tools", "click", "wheel"]
