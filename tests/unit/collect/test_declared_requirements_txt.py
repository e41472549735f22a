"""Requirements files, read as pip reads them."""

import codecs
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footprint.collect.declared import read_declared
from footprint.collect.declared.doubts import redact
from footprint.model.requirements import DeclaredFiles, DeclaredRequirement
from tests.support.projects import write
from tests.unit.collect.test_declared_kinds import shown


def read(project: Path, text: str | bytes, **others: str) -> DeclaredFiles:
    """Read `text` as requirements.txt; `others` are further files, `__` in their names for a slash."""
    data = text.encode() if isinstance(text, str) else text
    (project / "requirements.txt").write_bytes(data)
    for name, content in others.items():
        path = project / (name.replace("__", "/") + ".txt")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return read_declared(project, [Path("requirements.txt")])


def names(declared: DeclaredFiles) -> list[str]:
    return [line.name for line in declared.requirements]


def codes(declared: DeclaredFiles) -> list[tuple[str, str | None, int | None]]:
    return [(note.code, note.path, note.line) for note in declared.notes]


ONE_LINE = {
    "plain": ("flask", "flask"),
    "pinned": ("Flask_Cors == 4.0.0", "flask-cors==4.0.0"),
    "range": ("uvicorn >=0.20, <1", "uvicorn<1,>=0.20"),
    "extras are normalised and sorted": ("u[Standard, a_b]>1", "u[a-b,standard]>1"),
    "inline comment": ("flask>=2  # the web", "flask>=2"),
    "tab before comment": ("flask\t# web", "flask"),
    "marker": ('pywin32>=300 ; sys_platform == "win32"', 'pywin32>=300; sys_platform == "win32"'),
    "marker without blanks": ("a<2;python_version<'3.8'", 'a<2; python_version < "3.8"'),
    "hash": ("a==1 --hash=sha256:" + "0" * 64, "a==1"),
    "hashes on continued lines": ("a==1 \\\n  --hash=sha256:00 \\\n  --hash=sha256:11", "a==1"),
    "options of one requirement": ('a==1 --config-settings="x=y" --global-option=z', "a==1"),
    "continued": ("a \\\n >=1, \\\n <2", "a<2,>=1"),
    "continued to the end of the file": ("a==1\\", "a==1"),
    "named url": ("a @ https://h/x.zip", "a @ https://h/x.zip"),
    "named url without blanks": ("a@https://h/x.zip", "a @ https://h/x.zip"),
    "named url with extras and marker": (
        "a[x] @ git+https://h/a.git@v1 ; python_version>'3'",
        'a[x] @ git+https://h/a.git@v1; python_version > "3"',
    ),
    "egg": ("git+https://h/a.git@v1#egg=A_b", "a-b @ git+https://h/a.git@v1#egg=A_b"),
    "editable egg with extras": (
        "-e git+ssh://git@h/a.git#egg=a[x]&subdirectory=s",
        "a[x] @ git+ssh://git@h/a.git#egg=a[x]&subdirectory=s",
    ),
    "scp-like vcs": ("-e git+git@h.org:o/a.git#egg=a", "a @ git+git@h.org:o/a.git#egg=a"),
    "wheel url": (
        "https://h/torch-2.1.0%2Bcpu-cp311-cp311-linux_x86_64.whl",
        "torch @ https://h/torch-2.1.0%2Bcpu-cp311-cp311-linux_x86_64.whl",
    ),
    "wheel url with a hash": (
        "https://h/a-1-py3-none-any.whl#sha256=00",
        "a @ https://h/a-1-py3-none-any.whl#sha256=00",
    ),
    "archive url": ("https://h/My_Lib-1.0.tar.gz", "my-lib @ https://h/My_Lib-1.0.tar.gz"),
    "wheel file": ("./w/a_b-1.0-py3-none-any.whl", "a-b @ ./w/a_b-1.0-py3-none-any.whl"),
    "wheel file with extras and marker": (
        "w/a-1.0-py3-none-any.whl[x] ; python_version>'3'",
        'a[x] @ w/a-1.0-py3-none-any.whl; python_version > "3"',
    ),
    "wheel by file url": ("file:///w/a-1.0-py3-none-any.whl", "a @ /w/a-1.0-py3-none-any.whl"),
}


@pytest.mark.parametrize(("text", "expected"), ONE_LINE.values(), ids=ONE_LINE)
def test_one_requirement(tmp_path: Path, text: str, expected: str) -> None:
    declared = read(tmp_path, "\n# first\n" + text)
    (line,) = declared.requirements
    assert shown(line) + (f"; {line.marker}" if line.marker else "") == expected
    assert (line.path, line.line, line.group, line.kind) == ("requirements.txt", 3, "main", "requirement")
    assert declared.notes == ()


NOOP = {
    "empty": "",
    "blank lines": "\n  \n\t\n",
    "comments": "# a\n  # b==1\n#c \\\n",
    "index": "--index-url https://u:p@h/simple\n-i https://h\n-ihttps://h\n--extra-index-url=https://u:p@h",
    "links": "-f ./wheels\n--find-links=wheels\n--find-links https://h/x.whl",
    "binary": "--no-binary requests\n--only-binary=:all:\n--prefer-binary",
    "an option that nobody knows": "--frobnicate",
    "flags": "--pre\n--require-hashes\n--no-index\n--trusted-host h\n--use-feature=x",
}


@pytest.mark.parametrize("text", NOOP.values(), ids=NOOP)
def test_what_is_no_requirement(tmp_path: Path, text: str) -> None:
    declared = read(tmp_path, text)
    assert (declared.requirements, declared.local_paths, declared.notes) == ((), (), ())


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a\n==1\nb", "requirement-unparsable", 2),
        ("a\nc>=1.*\nb", "requirement-unparsable", 2),
        ("a\nc \\\n ==\nb", "requirement-unparsable", 2),
        ("a\nc; nonsense == 'x'\nb", "requirement-unparsable", 2),
        ("a\n- c\nb", "requirement-unparsable", 2),
        ("a\n-r\nb", "requirement-unparsable", 2),
        ("a\nhttps://h/archive/main.zip\nb", "requirement-unnamed", 2),
        ("a\ngit+https://h/c.git\nb", "requirement-unnamed", 2),
        ("a\n./c.zip\nb", "requirement-unnamed", 2),
        ("a\n-r https://h/r.txt\nb", "requirements-remote", 2),
        ("a\n-r gone.txt\nb", "requirements-missing", 2),
        ("a\n-r .\nb", "requirements-missing", 2),
        (f"a\n-r {'n' * 300}\nb", "requirements-missing", 2),
        ("a\n-r x\0y\nb", "requirements-outside", 2),
        (f"a\n-e {'n' * 300}\nb", "local-path-missing", 2),
        ("a\nhttp://[::1/x\nb", "requirement-unnamed", 2),
        ("a\n-c ../../../etc/passwd\nb", "requirements-outside", 2),
        ("a\n-r /etc/passwd\nb", "requirements-outside", 2),
        ("a\n-e ../elsewhere\nb", "local-path-outside", 2),
        ("a\n-e ./gone\nb", "local-path-missing", 2),
    ],
)
def test_a_bad_line_is_a_note_and_the_rest_is_read(tmp_path: Path, text: str, code: str, line: int) -> None:
    declared = read(tmp_path, text)
    assert names(declared) == ["a", "b"]
    assert codes(declared) == [(code, "requirements.txt", line)]


def test_line_is_the_first_physical_one_in_every_newline_convention(tmp_path: Path) -> None:
    for newline in ("\n", "\r\n", "\r"):
        declared = read(tmp_path, newline.join(["# x", "a \\", "  ==1", "", "b", "c"]))
        assert [(line.name, line.line) for line in declared.requirements] == [("a", 2), ("b", 5), ("c", 6)]


ENCODINGS = {
    "utf-8": "a\n# ü\n".encode(),
    "utf-8 with mark": codecs.BOM_UTF8 + "a\n# ü\n".encode(),
    "utf-16 little": codecs.BOM_UTF16_LE + "a\r\n# ü\r\n".encode("utf-16-le"),
    "utf-16 big": codecs.BOM_UTF16_BE + "a\r\n# ü\r\n".encode("utf-16-be"),
    "utf-32": codecs.BOM_UTF32_LE + "a\n# ü\n".encode("utf-32-le"),
    "latin-1 by cookie": "# -*- coding: latin-1 -*-\na\n# ü\n".encode("latin-1"),
}


@pytest.mark.parametrize("data", ENCODINGS.values(), ids=ENCODINGS)
def test_encodings(tmp_path: Path, data: bytes) -> None:
    declared = read(tmp_path, data)
    assert (names(declared), declared.notes) == (["a"], ())


def test_text_in_no_known_encoding_is_read_and_noted(tmp_path: Path) -> None:
    declared = read(tmp_path, b"a\n# caf\xe9\nb\n")
    assert names(declared) == ["a", "b"]
    assert codes(declared) == [("requirements-encoding", "requirements.txt", None)]


def test_includes_are_relative_to_the_including_file(tmp_path: Path) -> None:
    declared = read(
        tmp_path,
        "a\n-r sub/more.txt\n-csub/limits.txt\nz",
        sub__more='b\n--requirement="more still.txt"\n-r ../top.txt',
        **{"sub__more still": "c"},
        top="d",
        sub__limits="e<2\n-r ../bottom.txt",
        bottom="f<3",
    )
    assert ", ".join(f"{line.line} {line.name} {line.path}" for line in declared.requirements) == (
        "1 a requirements.txt, 1 b sub/more.txt, 1 c sub/more still.txt, 1 d top.txt, 1 e sub/limits.txt, "
        "1 f bottom.txt, 4 z requirements.txt"
    )
    assert [line.name for line in declared.requirements if line.kind == "constraint"] == ["e", "f"]
    assert declared.files == (
        "requirements.txt", "sub/more.txt", "sub/more still.txt", "top.txt", "sub/limits.txt", "bottom.txt",
    )  # fmt: skip
    assert declared.notes == ()


def test_files_that_include_each_other_are_read_once(tmp_path: Path) -> None:
    declared = read(tmp_path, "a\n-r b.txt\n-r requirements.txt", b="b\n-r requirements.txt")
    assert names(declared) == ["a", "b"]
    assert codes(declared) == [("requirements-cycle", "b.txt", 2), ("requirements-cycle", "requirements.txt", 3)]


def test_included_file_takes_the_group_of_its_own_name_first(tmp_path: Path) -> None:
    write(tmp_path, {"dev.txt": "-r base.txt\n-r docs.txt\na", "base.txt": "b", "docs.txt": "c"})
    declared = read_declared(tmp_path, [Path("dev.txt")])
    assert {line.name: line.group for line in declared.requirements} == {"a": "dev", "b": "dev", "c": "docs"}


def test_local_folders_are_first_party_and_bring_their_own_requirements(tmp_path: Path) -> None:
    for folder in ("lib", "other", "deep/er"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "lib/pyproject.toml").write_text('[project]\nname = "lib"\ndependencies = [\n  "numpy",\n]\n')
    declared = read(tmp_path, "-e ./lib[x] ; python_version > '3'\n--editable=other\n./deep/er\nfile:lib\nlib>1")
    assert declared.local_paths == ("lib", "other", "deep/er")
    assert [(line.name, line.path, line.line) for line in declared.requirements] == [("numpy", "lib/pyproject.toml", 4)]
    assert declared.notes == ()


def test_a_link_out_of_the_project_is_not_followed(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (project / "linked.txt").symlink_to(tmp_path / "secret.txt")
    declared = read(project, "a\n-r linked.txt")
    assert names(declared) == ["a"]
    assert codes(declared) == [("requirements-outside", "requirements.txt", 2)]


SECRETS = [
    "--index-url https://joe:s3cret@h/simple",
    "--extra-index-url=https://s3cret@h/simple",
    "-i https://joe:s3cret@h/simple --oops",
    "a @ https://joe:s3cret@h/a.zip",
    "a @ https://h/a.zip?sig=s3cret&x=1",
    "git+https://s3cret@h/a.git#egg=a",
    "git+https://s3cret@h/a.git",
    "https://joe:s3cret@h/a-1-py3-none-any.whl",
    "-r https://joe:s3cret@h/r.txt",
    "a b https://joe:s3cret@h/",
    "-e git+https://joe:s3cret@h/a.git",
    "a @ git+https://joe:p@s3cret@h/a.git",
]


@pytest.mark.parametrize("text", SECRETS)
def test_credentials_reach_no_output(tmp_path: Path, text: str) -> None:
    assert "s3cret" not in repr(read(tmp_path, text))


@pytest.mark.parametrize(
    "text",
    ["git+ssh://git@h/o/r.git@v1#egg=a", "https://h/a@b/c", "a @ https://h/x.zip#sha256=00", "file:///w/a@1.whl"],
)
def test_urls_without_secrets_stay_as_they_are(text: str) -> None:
    assert redact(text) == text


FRAGMENTS = (
    "-r", "-c", "-e", "--requirement=", "git+https://", "joe:s3cret@h", "/x", "./", "../", "[", "]", ";", "#egg=", " #",
    "\\", "\n", "\r\n", "a", "==1", "@", "'", '"', "extra", "<", ".whl", "a-1-py3-none-any.whl", "\0", "\ufeff", "é",
    "~", "file:", "%2", "{}", "requirements.txt", "://", "*", "\t", "(", ")", "!", "--hash=", "http://[::1", "n" * 300,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=14).map("".join))
def test_no_text_ends_the_reading(tmp_path: Path, text: str) -> None:
    declared = read(tmp_path, text)
    assert declared.files[0] == "requirements.txt"
    assert all(1 <= line.line <= len(text) + 1 for line in declared.requirements)
    assert all(note.path for note in declared.notes)


def test_raw_is_the_requirement_without_comment_options_and_marks(tmp_path: Path) -> None:
    declared = read(tmp_path, "A [x] >= 1,\\\n  <2  --hash=sha256:00 # why")
    assert [line.raw for line in declared.requirements] == ["A [x] >= 1, <2"]
    assert isinstance(declared.requirements[0], DeclaredRequirement)
