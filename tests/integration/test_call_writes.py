"""What a call wrote is listed: by what was there before and after, wherever it lies, and nothing else."""

import sys
from pathlib import Path

import pytest

from footprint.config.call_texts import parse_call
from tests.support.machine import on_interpreters
from tests.support.probing import entry, probe, whole, write

HERE = Path(sys.executable)
# Name -> (what it does, what is listed of it): OUT is a folder outside of the project, HOME and TMPDIR are thrown away.
WRITES = {
    "made": ("put('made.txt')", ["made.txt"]),
    "changed": ("put('changed.txt', 'ab')", ["changed.txt"]),
    "appended": ("put('appended.txt', 'a')", ["appended.txt"]),
    "deleted": ("os.path.exists('deleted.txt') and os.remove('deleted.txt')", ["deleted.txt"]),
    "renamed": ("os.path.exists('from.txt') and os.rename('from.txt', 'to.txt')", ["from.txt", "to.txt"]),
    "replaced": ("put('new.tmp'); os.replace('new.tmp', 'replaced.txt')", ["replaced.txt"]),
    "in a folder": ("put('folder/inner.txt')", ["folder/inner.txt"]),
    "a folder": ("os.makedirs('made/deep', exist_ok=True); put('made/deep/x')", ["made", "made/deep", "made/deep/x"]),
    "a tree that goes": ("shutil.rmtree('tree', True)", ["tree", "tree/a", "tree/b"]),
    "by pathlib": ("pathlib.Path('pathlib.txt').write_text('x')", ["pathlib.txt"]),
    "by a descriptor": ("os.write(os.open('low.txt', os.O_CREAT | os.O_WRONLY), b'x')", ["low.txt"]),
    "in place": ("f = open('place.bin', 'r+b'); f.seek(3); f.write(b'y'); f.close()", ["place.bin"]),
    "cut": ("os.truncate('cut.txt', 1)", ["cut.txt"]),
    "a link": ("os.path.lexists('link') or os.symlink('changed.txt', 'link')", ["link"]),
    "elsewhere": ("put(OUT + '/out.txt')", ["OUT/out.txt"]),
    "after a move": ("os.chdir(OUT); put('moved.txt')", ["OUT/moved.txt"]),
    "a database": ("query('make.db', 'create table if not exists t (a)')", ["make.db"]),
    "a row": ("query('rows.db', 'insert into t values (1)')", ["rows.db"]),
    "a row by its address": ("query('file:rows.db?mode=rw', 'insert into t values (1)')", ["rows.db"]),
    "a row elsewhere": ("query(OUT + '/rows.db', 'insert into t values (1)')", ["OUT/rows.db"]),
    "code": ("put('generated.py')", ["generated.py"]),
    "by C": ("library.system(b'echo x > by_c.txt')", ["by_c.txt"]),
    "by C, a deletion": ("os.path.exists('gone_by_c.txt') and library.remove(b'gone_by_c.txt')", ["gone_by_c.txt"]),
    "by a mapping": ("mapped[0:1] = b'y'; mapped.flush()", ["mapped.bin"]),
    "a line for the log": ("logging.warning('asked')", ["app.log"]),
    "a name that is hostile": ("put('a\\x1b[31m\\nb')", ["a\x1b[31m b"]),
    # and what is not listed
    "nothing": ("pass", []),
    "read": ("open('changed.txt').read()", []),
    "opened to be changed": ("open('same.txt', 'r+').close()", []),
    "not to be opened": ("try_('no/such/folder.txt')", []),
    "made and removed": ("put('gone.txt'); os.remove('gone.txt')", []),
    "the home": ("put(os.path.expanduser('~/cache.txt'))", []),
    "the temporary folder": ("tempfile.NamedTemporaryFile().write(b'x'); put(tempfile.gettempdir() + '/x')", []),
    "bytecode": ("import late", []),
    "devices": ("open('/dev/null', 'w').write('x')", []),
    "a query": ("query('rows.db', 'select * from t')", []),
    "in memory": ("query(':memory:', 'create table t (a)')", []),
    "a transaction that is taken back": ("query('rows.db', 'insert into t values (1)', False)", []),
}
HEAD = """
import ctypes, logging, mmap, os, pathlib, shutil, sqlite3, tempfile, threading, time

OUT = {out!r}
library = ctypes.CDLL(None)
open("start.txt", "w").write("x")
logging.basicConfig(filename="app.log")
logging.warning("ready")
file = open("mapped.bin", "r+b")
mapped = mmap.mmap(file.fileno(), 0)
file.close()
busy = open("busy.log", "ab", 0)


def keep_busy():
    while True:
        busy.write(b"x")
        time.sleep(0.001)


threading.Thread(target=keep_busy, daemon=True).start()


def put(path, text="x"):
    with open(path, "a") as file:
        file.write(text)


def try_(path):
    try:
        put(path)
    except OSError:
        pass


def query(path, text, keeps=True):
    store = sqlite3.connect(path, uri=path.startswith("file:"))
    store.execute(text)
    store.commit() if keeps else store.rollback()
    store.close()
"""
FILES = dict.fromkeys(
    [f"{name}.txt" for name in ("changed", "appended", "deleted", "from", "replaced", "cut", "same", "gone_by_c")]
    + ["place.bin", "mapped.bin", "tree/a", "tree/b", "folder/x"],
    "some text",
)


@pytest.mark.parametrize("python", on_interpreters())
def test_what_is_written_is_listed(python: Path, tmp_path: Path) -> None:
    import sqlite3

    out, project = tmp_path / "out", tmp_path / "p"
    out.mkdir()
    functions = "".join(f"\n\ndef f{number}():\n    {act}\n" for number, (act, _) in enumerate(WRITES.values()))
    write(project, {"main.py": HEAD.format(out=str(out)) + functions, "late.py": "x = 1\n", **FILES})
    for path in (project / "rows.db", out / "rows.db"):
        store = sqlite3.connect(path)
        store.execute("create table t (a)")
        store.close()
    calls = tuple(parse_call(f"main:f{number}") for number in range(len(WRITES)))
    run = whole(probe(python, project, entry("main"), calls=calls))
    found = {name: (call.outcome, call.written) for name, call in zip(WRITES, run.calls, strict=True)}
    assert found == {
        name: ("done", tuple(sorted(path.replace("OUT", str(out)) for path in paths)))
        for name, (_, paths) in WRITES.items()
    }


MANY = """
def call():
    for number in range(5000):
        open(f"made/{number}", "w").close()
"""


def test_the_list_has_an_end(tmp_path: Path) -> None:
    write(tmp_path, {"main.py": MANY, "made/x": ""})
    (call,) = whole(probe(HERE, tmp_path, entry("main"), calls=(parse_call("main:call"),))).calls
    assert call.outcome == "done" and len(call.written) == 1000


def test_a_home_that_is_given_is_told(tmp_path: Path) -> None:
    home, project = tmp_path / "home", tmp_path / "p"
    home.mkdir()
    write(project, {"main.py": "import os\ndef call():\n    open(os.path.expanduser('~/x'), 'w').close()\n"})
    run = whole(probe(HERE, project, entry("main"), calls=(parse_call("main:call"),), env={"HOME": str(home)}))
    assert run.calls[0].written == ("***/x",)  # what was set for it may be a secret
    assert (home / "x").exists()
