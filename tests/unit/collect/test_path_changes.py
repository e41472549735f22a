"""Folders that code puts on the import path: what a reader of the line would say, and nothing of what is not known."""

from __future__ import annotations

import pytest

from footprint.collect.sources.path_changes import find_path_changes
from tests.support.work import count_calls, within_patience

ROWS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "its own folder": ("app/x.py", "sys.path.insert(0, os.path.dirname(__file__))", ("app",)),
    "the project": ("app/x.py", "sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))", (".",)),
    "by Path": ("app/x.py", "sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'lib'))", ("lib",)),
    "by a name": ("app/x.py", "R = Path(__file__).parents[1]\nsys.path.append(str(R / 'src'))", ("src",)),
    "a literal": ("app/x.py", "sys.path.append('lib')", ("lib", "app/lib")),
    "a literal that goes up": ("lab/x.ipynb", "sys.path.append('..')", (".",)),
    "joined": ("app/x.py", "sys.path.append(os.path.join(os.path.dirname(__file__), '..', 'lib'))", ("lib",)),
    "joinpath": ("app/x.py", "sys.path.append(str(Path(__file__).parent.joinpath('lib')))", ("app/lib",)),
    "added": ("app/x.py", "B = os.path.dirname(__file__)\nsys.path.insert(0, B + '/lib')", ("app/lib",)),
    "an f-string": ("app/x.py", "sys.path.insert(0, f'{Path(__file__).parent}/lib')", ("app/lib",)),
    "in front by a slice": ("x.py", "sys.path[:0] = [os.path.join(os.getcwd(), 'a')]", ("a",)),
    "a list in front": ("x.py", "sys.path = ['lib'] + sys.path", ("lib",)),
    "several": ("x.py", "sys.path += ['a', 'b']", ("a", "b")),
    "extended": ("app/x.py", "sys.path.extend([str(Path(__file__).parent), 'b'])", ("app", "b", "app/b")),
    "in a loop": ("x.py", "for p in ('a', 'b'):\n    sys.path.insert(0, p)", ("a", "b")),
    "split": ("app/x.py", "sys.path.insert(0, os.path.split(os.path.abspath(__file__))[0])", ("app",)),
    "from what is there": ("app/x.py", "sys.path.insert(1, os.path.join(sys.path[0], '..'))", (".",)),
    "by inspect": (
        "app/x.py",
        "d = os.path.dirname(inspect.getfile(inspect.currentframe()))\nsys.path.insert(0, os.path.dirname(d))",
        (".",),
    ),
    "addsitedir": ("x.py", "site.addsitedir(os.path.abspath('lib'))", ("lib",)),
    "the folder of a package": ("src/web/__init__.py", "sys.path.insert(0, __path__[0])", ("src/web",)),
    "a whole path": ("x.py", "sys.path.insert(0, '/opt/x/../y')", ("/opt/y",)),
    "noop: above the project": ("x.py", "sys.path.insert(0, str(Path(__file__).parent.parent))", ()),
    "noop: from the environment": ("x.py", "sys.path.insert(0, os.environ['X'])", ()),
    "noop: asked only": ("x.py", "if 'lib' in sys.path:\n    print(sys.path)", ()),
    "noop: another list": ("x.py", "paths.append('lib')  # not sys.path.append", ()),
    "noop: no Python": ("x.py", "sys.path.append('lib'", ()),
    "noop: a circle of names": ("x.py", "a = b\nb = a\nsys.path.append(a)", ()),
}


@pytest.mark.parametrize("name", ROWS)
def test_folders_follow_from_the_line(name: str) -> None:
    path, text, folders = ROWS[name]
    assert find_path_changes(text.encode(), path) == folders


def test_a_name_that_is_made_of_itself_ends() -> None:
    text = "x = x + x + x\nsys.path.append(x)\n" * 1000
    with within_patience():
        assert find_path_changes(text.encode(), "x.py") == ()
    assert count_calls(lambda: find_path_changes(text.encode(), "x.py")) < 500_000
