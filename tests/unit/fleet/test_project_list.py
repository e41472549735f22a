"""Which projects a fleet has, by folders, URLs and files that list some; and what is refused."""

from pathlib import Path

import pytest

from footprint.collect.git.clones import check_ref, check_url
from footprint.errors import UsageError
from footprint.fleet.project_list import list_projects
from footprint.fleet.project_worker import order_text, read_order
from footprint.model.fleet_project import FleetOrder, FleetProject
from tests.support.projects import write

LISTED = """\
[[project]]
path = "shop"

[[project]]
name = "mail"
path = "../other/mail"
env = "envs/mail"
entry = ["main:app", "jobs.py"]

[[project]]
git = "https://user:token@example.com/owner/pay.git"
ref = "release/1.2"
entry = "pay:app"
"""


def test_a_file_says_where_projects_are_from_its_folder(tmp_path: Path) -> None:
    file = write(tmp_path, {"fleet/repos.toml": LISTED}) / "fleet/repos.toml"
    assert list_projects([str(file)]) == (
        FleetProject("shop", "shop", f"{tmp_path}/fleet/shop"),
        FleetProject(
            "mail", "../other/mail", f"{tmp_path}/other/mail", env=f"{tmp_path}/fleet/envs/mail",
            entries=("main:app", "jobs.py"),
        ),
        FleetProject(
            "pay", "https://user:***@example.com/owner/pay.git", "https://user:token@example.com/owner/pay.git", True,
            "release/1.2", entries=("pay:app",),
        ),
    )  # fmt: skip


def test_an_order_comes_through_a_pipe_as_it_was(tmp_path: Path) -> None:
    file = write(tmp_path, {"repos.toml": LISTED}) / "repos.toml"
    for project in list_projects([str(file)]):
        order = FleetOrder(project, {"probe": False, "environment": {"KEY": "ü\n"}}, 3)
        text = order_text(order)
        assert text.count(b"\n") == 1 and read_order(text) == order


def test_folders_of_one_name_are_told_apart_by_their_paths(tmp_path: Path) -> None:
    write(tmp_path, {"a/api/x": "", "b/api/x": "", "c/web/x": ""})
    places = [str(tmp_path / each) for each in ("a/api", "b/api", "c/web")]
    assert [project.name for project in list_projects(places)] == [*places[:2], "web"]


MISTAKES = {
    "nothing": ("", r"lists no project: write \[\[project\]\]"),
    "another table": ('[[projects]]\npath = "a"\n', "lists no project"),
    "a table alone": ('[project]\npath = "a"\n', "lists no project"),
    "a further key": ('[[project]]\npath = "a"\n[tool]\n', "repos.toml:3: unknown key 'tool'"),
    "neither": ('[[project]]\nname = "a"\n', "repos.toml:1: a project has either a path or a git URL"),
    "both": ('[[project]]\npath = "a"\ngit = "https://a/b"\n', "either a path or a git URL"),
    "an unknown key": ('[[project]]\npath = "a"\nentrys = "b"\n', "unknown key 'entrys'.*entry"),
    "a number": ("[[project]]\npath = 3\n", "path must be a text"),
    "no entry": ('[[project]]\npath = "a"\nentry = []\n', "entry must be a text, or a list"),
    "an empty path": ('[[project]]\npath = ""\n', "path must be a text"),
    "a NUL": ('[[project]]\npath = "a\\u0000"\n', "path must be a text"),
    "a ref of a folder": ('[[project]]\npath = "a"\nref = "main"\n', "ref goes with git"),
    "not TOML": ("[[project", "not valid TOML"),
    "one name": ('[[project]]\npath = "a"\nname = "x"\n[[project]]\npath = "b"\nname = "x"\n', "have the name 'x'"),
    "one folder": ('[[project]]\npath = "a"\n[[project]]\npath = "a"\n', "a is there twice"),
    "an option": ('[[project]]\ngit = "--upload-pack=/bin/id"\n', "https:// or file:// alone"),
    "a command": ('[[project]]\ngit = "ext::sh -c id"\n', "https:// or file:// alone"),
    "an option as ref": ('[[project]]\ngit = "https://a/b"\nref = "--upload-pack=id"\n', "not the name of a branch"),
}


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_mistake_is_told_with_its_line(kind: str, tmp_path: Path) -> None:
    text, said = MISTAKES[kind]
    file = write(tmp_path, {"repos.toml": text}) / "repos.toml"
    with pytest.raises(UsageError, match=said):
        list_projects([str(file)])


def test_what_is_neither_folder_nor_file_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="neither a folder nor a file"):
        list_projects([str(tmp_path / "none")])


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/a", "ssh://example.com/a", "git://example.com/a", "git@example.com:a/b", "ext::sh -c id",
        "ext::https://example.com/a", "fd::7", "file::///a", "-u", "--upload-pack=id", "https://", "file://", "file:",
        "file:///a b", "https://a/\n", "https://a/\x00", "https://[a", "/srv/a", "", "HTTPS:a", "file://",
    ],
)  # fmt: skip
def test_what_git_is_not_given(url: str) -> None:
    with pytest.raises(UsageError, match="https:// or file:// alone"):
        check_url(url)


@pytest.mark.parametrize("url", ["https://example.com/a", "https://u:p@example.com:8443/a.git", "file:///srv/a.git"])
def test_what_git_is_given(url: str) -> None:
    assert check_url(url) == url


@pytest.mark.parametrize(
    "ref", ["-b", "--x", "a..b", "a b", "a:b", "a~1", "a^", "a@{1}", "", "a\n", "*", "\u00e4", ".a"]
)
def test_what_is_not_the_name_of_a_branch(ref: str) -> None:
    with pytest.raises(UsageError, match="not the name of a branch"):
        check_ref(ref)
