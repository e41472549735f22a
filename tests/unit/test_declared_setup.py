"""What setup.py says by its literals. Nothing of it is run."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from footprint.collect.declared import read_declared

LITERALS = {
    "list": ("setup(install_requires=['a>=1',\n  'b'])", [("a", 1, "main"), ("b", 2, "main")]),
    "tuple": ("setuptools.setup(install_requires=('a',))", [("a", 1, "main")]),
    "one string": ("setup(install_requires='''\na\nb  # why\n''')", [("a", 2, "main"), ("b", 3, "main")]),
    "escaped newline": ("setup(install_requires='a\\nb')", [("a", 1, "main"), ("b", 1, "main")]),
    "name": ("deps = ['a']\nsetup(install_requires=deps)", [("a", 1, "main")]),
    "name with an annotation": ("deps: list = ['a']\nsetup(install_requires=deps)", [("a", 1, "main")]),
    "names of names": ("x = ['a']\ny = x\nsetup(install_requires=y + ['b'])", [("a", 1, "main"), ("b", 3, "main")]),
    "starred": ("x = ['a']\nsetup(install_requires=[*x, 'b'])", [("a", 1, "main"), ("b", 2, "main")]),
    "list call": ("x = ('a',)\nsetup(install_requires=list(x))", [("a", 1, "main")]),
    "added later": (
        "x = ['a']\nx += ['b']\nif y:\n    x.append('c')\nx.extend(['d'])\nsetup(install_requires=x)",
        [("a", 1, "main"), ("b", 2, "main"), ("c", 4, "main"), ("d", 5, "main")],
    ),
    "in a function": ("def run():\n    x = ['a']\n    setup(install_requires=x)\nrun()", [("a", 2, "main")]),
    "extras": (
        "setup(extras_require={\n'Db_X': ['a'],\n'test': 'b'})",
        [("a", 2, "optional:db-x"), ("b", 3, "optional:test")],
    ),
    "extras by name": ("e = {'x': ['a']}\ne['y'] = ['b']\nsetup(extras_require=e)",
        [("a", 1, "optional:x"), ("b", 2, "optional:y")]),
    "extras of extras": ("e = {'x': ['a']}\nsetup(extras_require={**e, 'all': e['x']})",
        [("a", 1, "optional:x"), ("a", 1, "optional:all")]),
    "extras by dict()": ("setup(extras_require=dict(x=['a']))", [("a", 1, "optional:x")]),
    "extra with a marker": ("setup(extras_require={':python_version<\"3.9\"': ['a']})", [("a", 1, "main")]),
    "tests and build": (
        "setup(tests_require=['a'], setup_requires=['b'])", [("a", 1, "test"), ("b", 1, "dev")],
    ),
    "arguments in a dict": ("k = {'install_requires': ['a']}\nsetup(**k)", [("a", 1, "main")]),
    "own name": ("setup(name='P_x', install_requires=['p-x[all]', 'a'])", [("a", 1, "main")]),
    "nothing": ("setup(install_requires=None, extras_require={})", []),
    "newer syntax": ("match x:\n    case 1: pass\nsetup(install_requires=['a'])", [("a", 3, "main")]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), LITERALS.values(), ids=LITERALS)
def test_literals(tmp_path: Path, text: str, expected: list[tuple[str, int, str]]) -> None:
    (tmp_path / "setup.py").write_text(text)
    declared = read_declared(tmp_path)
    assert [(line.name, line.line, line.group) for line in declared.requirements] == expected
    assert declared.notes == ()


def test_the_marker_of_an_extra_is_kept(tmp_path: Path) -> None:
    (tmp_path / "setup.py").write_text(
        "setup(extras_require={'x:os_name==\"nt\"': ['a', 'b; sys_platform==\"win32\"']})"
    )
    declared = read_declared(tmp_path)
    assert [line.marker for line in declared.requirements] == [
        'os_name == "nt"',
        'sys_platform == "win32" and os_name == "nt"',
    ]


FILES = {
    "read and split": "setup(install_requires=open('deps.txt').read().splitlines())",
    "lines": "setup(install_requires=open('deps.txt').readlines())",
    "with": "with open('deps.txt') as f:\n    deps = f.read().splitlines()\nsetup(install_requires=deps)",
    "comprehension": "deps = [x.strip() for x in open('deps.txt') if not x.startswith('#')]\n"
    "setup(install_requires=deps)",
    "joined path": "here = os.path.dirname(__file__)\n"
    "setup(install_requires=open(os.path.join(here, 'deps.txt')).read().split())",
    "pathlib": "setup(install_requires=Path(__file__).with_name('deps.txt').read_text().split())",
    "helper with an argument": "def load(n):\n    return open(n).read().split()\n"
    "setup(install_requires=load('deps.txt'))",
    "helper without": "def load():\n    with open('deps.txt') as f:\n        return f.read().split()\n"
    "setup(install_requires=load())",
    "pip's parser": "reqs = parse_requirements('deps.txt', session=False)\n"
    "setup(install_requires=[str(r.req) for r in reqs])",
}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_a_file_that_is_read_is_followed(tmp_path: Path, text: str) -> None:
    (tmp_path / "setup.py").write_text(text)
    (tmp_path / "deps.txt").write_text("# x\na\n")
    declared = read_declared(tmp_path)
    found = [(line.name, line.path, line.line, line.group) for line in declared.requirements]
    assert found == [("a", "deps.txt", 2, "main")]
    assert declared.notes == ()


COMPUTED = {
    "call": "setup(install_requires=compute())",
    "comprehension": "setup(install_requires=[f'a=={v}' for v in versions])",
    "format": "setup(install_requires=['a==' + version])",
    "unknown name": "setup(install_requires=deps)",
    "imported name": "from deps import deps\nsetup(install_requires=deps)",
    "itself": "deps = deps + ['a']\nsetup(install_requires=deps)",
    "two files": "setup(install_requires=read('a.txt') or read('b.txt'))",
    "condition": "setup(install_requires=['a'] if x else ['b'])",
    "one item": "setup(install_requires=['a', f()])",
    "not strings": "setup(install_requires=[1])",
}


@pytest.mark.parametrize("text", COMPUTED.values(), ids=COMPUTED)
def test_what_is_computed_cannot_be_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "setup.py").write_text(text)
    declared = read_declared(tmp_path)
    assert declared.requirements == ()
    assert [note.code for note in declared.notes] == ["setup-computed"]


@pytest.mark.parametrize("place", ["requirements/base.txt", "requirements/extras/base.txt", "reqs/base.txt"])
def test_a_helper_may_look_in_a_folder_of_requirements(tmp_path: Path, place: str) -> None:
    folder, name = place.rsplit("/", 1)
    text = f"def reqs(f):\n    return list(lines(os.path.join(os.getcwd(), '{folder}', f)))\n"
    (tmp_path / "setup.py").write_text(f"{text}setup(tests_require=reqs('{name}'))")
    (tmp_path / place).parent.mkdir(parents=True)
    (tmp_path / place).write_text("a")
    declared = read_declared(tmp_path)
    assert [(line.name, line.path, line.group) for line in declared.requirements] == [("a", place, "test")]
    assert declared.notes == ()


def test_setup_is_not_run(tmp_path: Path) -> None:
    (tmp_path / "setup.py").write_text(
        textwrap.dedent(
            """\
            import pathlib
            pathlib.Path(__file__).with_name("ran").touch()
            from setuptools import setup
            setup(install_requires=["a"])
            """
        )
    )
    assert [line.name for line in read_declared(tmp_path).requirements] == ["a"]
    assert not (tmp_path / "ran").exists()


def test_names_that_refer_to_each_other_many_times_end(tmp_path: Path) -> None:
    lines = ["x0 = ['a']", *(f"x{n} = x{n - 1} + x{n - 1}" for n in range(1, 60)), "setup(install_requires=x59)"]
    (tmp_path / "setup.py").write_text("\n".join(lines))
    declared = read_declared(tmp_path)
    assert [note.code for note in declared.notes] == ["setup-computed"]
