"""What setup.py says by its literals. Nothing of it is run."""

import textwrap
from pathlib import Path

import pytest

from footprint.collect.declared import read_declared

# what is said, and by line: the name, and the group where it is not main
LITERALS = {
    "list": ("setup(install_requires=['a>=1',\n  'b'])", "1 a, 2 b"),
    "tuple": ("setuptools.setup(install_requires=('a',))", "1 a"),
    "one string": ("setup(install_requires='''\na\nb  # why\n''')", "2 a, 3 b"),
    "escaped newline": ("setup(install_requires='a\\nb')", "1 a, 1 b"),
    "name": ("deps = ['a']\nsetup(install_requires=deps)", "1 a"),
    "name with an annotation": ("deps: list = ['a']\nsetup(install_requires=deps)", "1 a"),
    "names of names": ("x = ['a']\ny = x\nsetup(install_requires=y + ['b'])", "1 a, 3 b"),
    "starred": ("x = ['a']\nsetup(install_requires=[*x, 'b'])", "1 a, 2 b"),
    "list call": ("x = ('a',)\nsetup(install_requires=list(x))", "1 a"),
    "added later": (
        "x = ['a']\nx += ['b']\nif y:\n    x.append('c')\nx.extend(['d'])\nsetup(install_requires=x)",
        "1 a, 2 b, 4 c, 5 d",
    ),
    "in a function": ("def run():\n    x = ['a']\n    setup(install_requires=x)\nrun()", "2 a"),
    "extras": ("setup(extras_require={\n'Db_X': ['a'],\n'test': 'b'})", "2 a (optional:db-x), 3 b (optional:test)"),
    "extras by name": (
        "e = {'x': ['a']}\ne['y'] = ['b']\nsetup(extras_require=e)", "1 a (optional:x), 2 b (optional:y)",
    ),
    "extras of extras": (
        "e = {'x': ['a']}\nsetup(extras_require={**e, 'all': e['x']})", "1 a (optional:x), 1 a (optional:all)",
    ),
    "extras by dict()": ("setup(extras_require=dict(x=['a']))", "1 a (optional:x)"),
    "extra with a marker": ("setup(extras_require={':python_version<\"3.9\"': ['a']})", "1 a"),
    "tests and build": ("setup(tests_require=['a'], setup_requires=['b'])", "1 a (test), 1 b (dev)"),
    "arguments in a dict": ("k = {'install_requires': ['a']}\nsetup(**k)", "1 a"),
    "own name": ("setup(name='P_x', install_requires=['p-x[all]', 'a'])", "1 a"),
    "nothing": ("setup(install_requires=None, extras_require={})", ""),
    "a version that is computed": ("setup(install_requires=['a==' + version, f'b[x]>={v}'])", "1 a, 1 b"),
    "a version for each": ("setup(install_requires=[f'a=={v}' for v in versions])", "1 a"),
    "either": ("setup(install_requires=['a'] if x else ['b'])", "1 a, 1 b"),
    "an extra by a name": ("FAST = 'fast'\nsetup(extras_require={FAST: ['a']})", "2 a (optional:fast)"),
    "an extra by a name that is put together": (
        "P = 'x'\nsetup(extras_require={P + '-' + 'y': ['a']})", "2 a (optional:x-y)",
    ),
    "an extra by a name, added": ("A = 'x'\ne = {}\ne[A] = ['a']\nsetup(extras_require=e)", "3 a (optional:x)"),
    "an extra of all": (
        "e = {'x': ['a'], 'y': ['b']}\ne['all'] = sorted(set(sum(e.values(), [])))\nsetup(extras_require=e)",
        "1 a (optional:x), 1 b (optional:y), 1 a (optional:all), 1 b (optional:all)",
    ),
    "an extra of all, chained": (
        "e = {'x': ['a']}\nsetup(extras_require=dict(e, all=list(chain(*e.values()))))",
        "1 a (optional:x), 1 a (optional:all)",
    ),
    "an extra of all, gone over": (
        "e = {'x': ['a']}\nsetup(extras_require={**e, 'all': [d for r in e.values() for d in r]})",
        "1 a (optional:x), 1 a (optional:all)",
    ),
    "extras joined": ("setup(extras_require={'x': ['a']} | {'y': ['b']})", "1 a (optional:x), 1 b (optional:y)"),
    "extras updated": (
        "e = {'x': ['a']}\ne.update({'y': ['b']})\nsetup(extras_require=e)", "1 a (optional:x), 2 b (optional:y)",
    ),
    "words of a string": ("setup(install_requires='a b>=1'.split())", "1 a, 1 b"),
    "lines of a string": ('R = """\na\nb\n"""\nsetup(install_requires=R.strip().split("\\n"))', "5 a, 5 b"),
    "filled in": ("V = '1'\nsetup(install_requires=['a==%s' % V, 'b=={}'.format(V), f'c=={V}'])", "2 a, 2 b, 2 c"),
    "two names at once": ("A, B = ['a'], ['b']\nsetup(install_requires=A + B)", "1 a, 1 b"),
    "by get": ("d = {'run': ['a']}\nsetup(install_requires=d.get('run', []))", "1 a"),
    "a copy": ("x = ['a']\nsetup(install_requires=list(x), name=N)", "1 a"),
    "what a function returns": ("def need():\n    return ['a']\nsetup(install_requires=need())", "2 a"),
    "extras that a function returns": (
        "def more():\n    e = {'x': ['a']}\n    return e\nsetup(extras_require=more())", "2 a (optional:x)",
    ),
    "extras of items": (
        "e = {'x': ['a']}\ne['all'] = [d for _, r in e.items() for d in r]\nsetup(extras_require=e)",
        "1 a (optional:x), 1 a (optional:all)",
    ),
    "extras gone over": (
        "e = {'x': ['a']}\nsetup(extras_require={k: list(v) for k, v in e.items()})", "1 a (optional:x)",
    ),
    "filtered": ("R = ['a', 'b']\nsetup(install_requires=list(filter(None, R)))", "1 a, 1 b"),
    "newer syntax": ("match x:\n    case 1: pass\nsetup(install_requires=['a'])", "3 a"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), LITERALS.values(), ids=LITERALS)
def test_literals(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "setup.py").write_text(text)
    declared = read_declared(tmp_path)
    told = (f"{each.line} {each.name}" + f" ({each.group})" * (each.group != "main") for each in declared.requirements)
    assert ", ".join(told) == expected
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
    "helper with a default": "def load(n='deps.txt'):\n    return open(n).read().split()\n"
    "setup(install_requires=load())",
    "mapped": "setup(install_requires=list(map(str.strip, open('deps.txt'))))",
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


IN_PART = {
    "itself": "deps = deps + ['a']\nsetup(install_requires=deps)",
    "one item": "setup(install_requires=['a', f()])",
    "one of a sum": "setup(install_requires=f() + ['a'])",
    "one that is chosen": "setup(install_requires=['a', *(f() if x else [])])",
    "added": "deps = ['a']\ndeps.extend(f())\nsetup(install_requires=deps)",
}


@pytest.mark.parametrize("text", IN_PART.values(), ids=IN_PART)
def test_of_what_is_computed_in_part_the_rest_is_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "setup.py").write_text(text)
    declared = read_declared(tmp_path)
    assert [line.name for line in declared.requirements] == ["a"]
    assert [(doubt.note.code, doubt.words) for doubt in declared.doubts] == [("setup-computed", None)]


def test_an_extra_whose_name_is_computed_declares_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "setup.py").write_text("setup(extras_require={x: ['a']})")
    declared = read_declared(tmp_path)
    assert [(line.name, line.group) for line in declared.requirements] == [("a", "optional:computed")]
    assert [(doubt.note.code, doubt.words) for doubt in declared.doubts] == [("setup-computed", frozenset())]


COMPUTED = {
    "call": "setup(install_requires=compute())",
    "unknown name": "setup(install_requires=deps)",
    "imported name": "from deps import deps\nsetup(install_requires=deps)",
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


ENCODINGS = {
    "latin-1": "# -*- coding: latin-1 -*-\nauthor = 'Zo\xeb'\n".encode("latin-1"),
    "big5": b"# vim: set fileencoding=big5 :\nname = '\xa4@\xa8\xc7'\n",
    "second line": "#!/usr/bin/env python\n# coding=cp1252\nx = '\u201c'\n".encode("cp1252"),
    "UTF-8 with a mark": b"\xef\xbb\xbf\n\n",
}


@pytest.mark.parametrize("head", ENCODINGS.values(), ids=ENCODINGS)
def test_the_encoding_that_a_file_names_is_read(tmp_path: Path, head: bytes) -> None:
    (tmp_path / "setup.py").write_bytes(head + b"setup(install_requires=['a'])\n")
    declared = read_declared(tmp_path)
    assert [(line.name, line.line) for line in declared.requirements] == [("a", head.count(b"\n") + 1)]
    assert declared.notes == ()


NOT_PYTHON = {
    "an encoding that it does not name": "x = 'Zo\xeb'\nsetup(install_requires=['aa'])\n".encode("latin-1"),
    "an encoding that is unknown": b"# coding: klingon\nsetup(install_requires=['aa'])\n",
    "UTF-16": "setup(install_requires=['aa'])\n".encode("utf-16"),
    "Python 2": b"print 'aa'\n",
    "an unfinished merge": b"<<<<<<< HEAD\nsetup(install_requires=['aa'])\n=======\n>>>>>>> x\n",
}


@pytest.mark.parametrize("data", NOT_PYTHON.values(), ids=NOT_PYTHON)
def test_a_file_that_is_no_python_keeps_its_words(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "setup.py").write_bytes(data)
    declared = read_declared(tmp_path)
    assert declared.requirements == ()
    (doubt,) = declared.doubts
    assert doubt.words is not None
    assert "aa" in doubt.words
    assert doubt.note in declared.notes


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
