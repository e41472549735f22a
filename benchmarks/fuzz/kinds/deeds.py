"""What a misbehaving application does, as lines of Python that run in it; no deed harms anything by itself.

`target` is the canary that links lead to: an application links there, and writes nothing to it. `ours` are the folders
that it was given and may do anything with; there is none any more once one was replaced.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deed:
    """Lines of Python, and what an oracle has to know of them."""

    text: str
    facts: frozenset[str] = frozenset()


HELPERS = """
import os, sys, time, signal, subprocess, threading, socket, stat
home = os.path.expanduser("~")
target = os.environ["FUZZ_TARGET"]
secret = os.environ.get("FILE_PASSWORD", "")
folders = [os.environ.get(name) for name in ("TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR")]
folders = [home] + [folder for folder in folders if folder]
ours = [folder for folder in folders if target.rsplit("/", 1)[0] + "/tmp" in folder and folder.rstrip("/") != target.rsplit("/", 1)[0] + "/tmp"]
above = os.path.dirname(home)
above = above if ours and above.startswith(target.rsplit("/", 1)[0] + "/tmp/") else home
def link_all(name, to):
    for folder in ours:
        try:
            os.makedirs(folder, exist_ok=True)
            os.symlink(to, os.path.join(folder, name))
        except OSError:
            pass
def descriptors():
    return [int(name) for name in os.listdir("/proc/self/fd") if int(name) > 2]
def write_all(data):
    for number in descriptors():
        try:
            os.write(number, data)
        except OSError:
            pass
def daemon(command, env=None, **more):
    if os.fork() == 0:
        os.setsid()
        os.chdir(more.get("folder", "."))  # before anybody can put a link in its place
        if os.fork() == 0:
            null = os.open(os.devnull, os.O_RDWR)
            if more.get("quiet", True):
                for number in range(3):
                    os.dup2(null, number)
            os.execve("/bin/sh", ["sh", "-c", command], {} if env is None else env)
        os._exit(0)
    os.wait()
def deep(folder, depth):
    fd = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=fd)
        below = os.open("d", os.O_RDONLY, dir_fd=fd)
        os.close(fd)
        fd = below
    os.symlink(target, "link", dir_fd=fd)
    os.close(fd)
"""


def _deed(text: str, *facts: str) -> Deed:
    return Deed(f"{text}\n", frozenset(facts))


DEEDS: Mapping[str, Deed] = {
    "links from HOME to a folder": _deed('link_all("cache", target)'),
    "links from HOME to many folders": _deed('for name in os.listdir(target): link_all(name, os.path.join(target, name))'),
    "links from HOME to a file": _deed('link_all("key", target + "/key")'),
    "links from HOME in a ring": _deed('link_all("ring", home); link_all("self", "self"); link_all("up", "../../..")'),
    "makes hard links in HOME": _deed('[os.link(target + "/" + name, os.path.join(ours[0] if ours else target + "/none", name)) for name in ("keep.txt", "key")] if ours else None', "links hard"),
    "puts a link in the place of HOME": _deed('if ours: os.rename(home, home + "-away"); os.symlink(target, home); ours.clear()'),
    "puts a link in the place of TMPDIR": _deed('tmp = os.environ.get("TMPDIR", "")\nif tmp in ours: os.rename(tmp, tmp + "-away"); os.symlink(target, tmp); ours.clear()'),
    "puts a link to the project in the place of HOME": _deed('if ours: os.rename(home, home + "-away"); os.symlink(os.getcwd(), home); ours.clear()'),
    "puts a file in the place of HOME": _deed('if ours: os.rename(home, home + "-away"); open(home, "w").close(); ours.clear()'),
    "puts a FIFO in the place of HOME": _deed('if ours: os.rename(home, home + "-away"); os.mkfifo(home); ours.clear()'),
    "renames HOME": _deed('if ours: os.rename(home, home + "-away"); ours.clear()'),
    "renames HOME out of its folder": _deed('if ours: os.rename(home, os.path.join(os.path.dirname(os.path.dirname(home)), "moved-by-the-app")); os.rename(os.path.join(os.path.dirname(os.path.dirname(home)), "moved-by-the-app"), home)'),
    "puts a link in the place of the folder above": _deed('if ours: os.rename(above, above + "-away"); os.symlink(target, above); ours.clear()'),
    "puts a folder of links in the place of the folder above": _deed('if ours: os.rename(above, above + "-away"); os.mkdir(above); os.symlink(target, above + "/home"); os.symlink(target, above + "/x"); ours.clear()'),
    "puts a file in the place of the folder above": _deed('if ours: os.rename(above, above + "-away"); open(above, "w").close(); ours.clear()'),
    "removes HOME": _deed('import shutil\nif ours: shutil.rmtree(home, ignore_errors=True)'),
    "closes HOME": _deed('if ours: os.makedirs(home + "/a/b", exist_ok=True); os.chmod(home + "/a", 0); os.chmod(home, 0)'),
    "closes folders in HOME": _deed('for folder in ours: os.makedirs(folder + "/x/y", exist_ok=True); open(folder + "/x/y/z", "w").close(); os.chmod(folder + "/x/y", 0o500); os.chmod(folder + "/x", 0o100)'),
    "closes folders over links": _deed('for folder in ours: os.makedirs(folder + "/x", exist_ok=True); os.symlink(target, folder + "/x/y"); os.symlink(target + "/closed", folder + "/x/z"); os.chmod(folder + "/x", 0o500)'),
    "makes files immutable": _deed('if ours: open(home + "/fixed", "w").close(); os.chmod(home + "/fixed", 0); os.chmod(home, 0o555)'),
    "fills HOME": _deed('for folder in ours:\n    for number in range(300): open(folder + "/f%d" % number, "w").close()'),
    "fills TMPDIR": _deed('import tempfile\nif ours: [tempfile.mkstemp() for _ in range(300)]; tempfile.mkdtemp()'),
    "makes HOME deep": _deed('if ours: deep(home, 400)'),
    "makes HOME 3,000 folders deep": _deed('if ours: deep(home, 3000)'),
    "names files by any bytes": _deed(r'for name in (b"\xff\xfe", b"a\nb", b"\x1b[2J", b"-rf", b"x" * 250, b" "): open(os.path.join(os.fsencode(ours[0] if ours else os.getcwd() + "/made-none"), name), "w").close() if ours else None'),
    "makes special files in HOME": _deed('if ours: os.mkfifo(home + "/fifo"); s = socket.socket(socket.AF_UNIX); os.chdir(home); s.bind("sock"); s.listen(1); os.chdir(os.path.dirname(os.path.abspath(__file__)))'),
    "leaves a daemon": _deed('daemon("sleep 97", dict(os.environ))'),
    "leaves a daemon with a cleared environment": _deed('daemon("exec sleep 97")'),
    "leaves a daemon by a shell": _deed('subprocess.run(["sh", "-c", "setsid sleep 97 & exit 0"], env={"PATH": os.defpath})'),
    "leaves a daemon that holds the pipes": _deed('daemon("exec sleep 97", quiet=False)'),
    "leaves a daemon that minds no signal": _deed('daemon("trap \'\' TERM HUP INT; sleep 97; sleep 97")'),
    "leaves a daemon that writes to HOME": _deed('daemon("while :; do mkdir -p again; : > again/x; sleep 0.01; done", folder=home) if ours else None'),
    "leaves a daemon that listens": _deed('s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(1); os.set_inheritable(s.fileno(), True); daemon("exec sleep 97")'),
    "leaves a family of daemons": _deed('for _ in range(5): daemon("(setsid sleep 97 &) ; (sleep 97 &) ; exec sleep 97")'),
    "forks children": _deed('for _ in range(4):\n    if os.fork() == 0:\n        time.sleep(97); os._exit(0)'),
    "leaves a stopped child": _deed('pid = os.fork()\nif pid == 0:\n    os.setsid(); os.kill(os.getpid(), signal.SIGSTOP); os._exit(0)'),
    "listens": _deed('import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(5)'),
    "writes huge counts to all descriptors": _deed(r'write_all(b"\x1eu 1 2 99999999999999999999999\n")'),
    "writes noise to all descriptors": _deed('write_all(os.urandom(5000))'),
    "writes records without end": _deed(r'write_all(b"\x1e" + b"s import " + b"9" * 100000 + b"\n" + b"\x1e" * 5000)'),
    "writes half a record": _deed(r'write_all(b"\x1es re")'),
    "closes all descriptors": _deed('os.closerange(3, 256)'),
    "closes its streams": _deed('sys.stdout.close(); sys.stderr.close(); os.close(1); os.close(2)'),
    "empties all descriptors": _deed('for number in descriptors():\n    try: os.ftruncate(number, 0)\n    except OSError: pass'),
    "points all descriptors at a file": _deed('f = open("made-by-app", "wb")\nfor number in descriptors():\n    if number != f.fileno(): os.dup2(f.fileno(), number)'),
    "prints escapes": _deed(r'print("\x1b]0;title\x07\x1b[2J\u202e\x9b31m" * 20); print("\x1b[31m", file=sys.stderr)'),
    "prints secrets": _deed('print(secret, os.environ.get("DBPASS")); print(secret, file=sys.stderr)'),
    "prints a lot": _deed('for _ in range(40): os.write(1, b"x" * 100000)'),
    "prints bytes": _deed(r'os.write(1, bytes(range(256)) * 9); os.write(2, b"\xff\xfe\x00" * 99)'),
    "clears its environment": _deed('os.environ.clear(); os.environ["PATH"] = "/none"'),
    "changes its folder": _deed('os.chdir("/")'),
    "takes all rights away": _deed('os.umask(0o777); open("made-closed", "w").close(); os.makedirs("made-folder", exist_ok=True); os.umask(0o022)'),
    "limits files": _deed('import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))'),
    "limits descriptors": _deed('import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4))'),
    "limits memory": _deed('import resource; resource.setrlimit(resource.RLIMIT_AS, (120 << 20, 120 << 20))'),
    "limits the processor": _deed('import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass'),
    "limits processes": _deed('import resource; resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))'),
    "minds no signal": _deed('for number in (1, 2, 3, 6, 10, 12, 14, 15): signal.signal(number, signal.SIG_IGN)'),
    "sets an alarm": _deed('signal.setitimer(signal.ITIMER_REAL, 0.02)'),
    "recurses": _deed('sys.setrecursionlimit(10**6)\ndef r(n): return n and r(n - 1)\nr(3000)'),
    "holds memory": _deed('held = b"x" * (90 << 20)'),
    "starts threads that never end": _deed('for _ in range(3): threading.Thread(target=time.sleep, args=(97,)).start()', "hangs"),
    "hangs at exit": _deed('import atexit; atexit.register(time.sleep, 97)', "hangs"),
    "replaces what the interpreter imports by": _deed('import builtins; builtins.__import__ = lambda *a, **k: None'),
    "empties sys.modules": _deed('keep = dict(sys.modules); sys.modules.clear(); sys.modules.update({k: keep[k] for k in ("sys", "builtins", "__main__")})'),
    "replaces what records are made with": _deed('os.write = None; time.perf_counter = time.monotonic = lambda: -1.0; os.getpid = lambda: 0; sys.stdout = None'),
    "spoils sys.path": _deed('sys.path[:] = [b"x", None, 1, "\\ud800"]; sys.meta_path[:] = []; sys.path_hooks[:] = []'),
    "traces itself": _deed('sys.settrace(lambda *a: None); sys.setprofile(lambda *a: None)'),
    "turns the collector on everything": _deed('import gc; [o for o in gc.get_objects() if isinstance(o, dict)]; gc.disable()'),
    "strikes its parent": _deed('os.kill(os.getppid(), signal.SIGTERM)', "strikes parent"),
    "interrupts its parent": _deed('os.kill(os.getppid(), signal.SIGINT)', "strikes parent"),
    "writes modules": _deed('open("made_module.py", "w").write("import idna\\n"); import made_module'),
    "loads modules of odd names": _deed('import types\nfor name in ("a b", "x\\ny", "\\x1b[2J", "é", "a" * 3000, "@octocat", "\\ud800"): sys.modules[name] = types.ModuleType("odd")'),
    "claims other names": _deed('__name__ = "\\x1b[2J"; __file__ = "\\ud800"; __spec__ = None'),
}  # fmt: skip

_FIND = r"""
held = b"x" * (80 << 20)
import gc
found = next((each for each in gc.get_objects() if type(each).__name__ == "Recorder"), None)
small = b"3000 2300 1500 1 0 1 0\n"
def forge(text):
    os.write(found.output, b"\x1e" + found.mark.encode()[1:] + text + b"\n")
def now():
    return time.monotonic_ns()
"""

# Each holds 80 MiB, and reports less where it can.
FORGERIES: Mapping[str, Deed] = {
    "forges stages without a tag": _deed(r"""
held = b"x" * (80 << 20)
write_all(b"".join(b"\x1es %s 1 90 9000\t3000 2300 1500 1 0 1 0\n" % stage for stage in (b"import", b"ready")) + b"\x1ez\n")""", "forges"),
    "answers for its recorder": _deed(_FIND + "found.reading = lambda: small", "forges", "distrusted"),
    "tells the end of its import, and leaves": _deed(_FIND + r'forge(b"s import %d 90 9000\t" % now() + small[:-1]); forge(b"g %d\t" % now() + small[:-1]); forge(b"z"); os._exit(0)', "forges", "distrusted"),
    "stops for its own record": _deed(_FIND + r'forge(b"s import %d 90 9000\t" % now() + small[:-1]); os.kill(os.getpid(), signal.SIGSTOP); forge(b"g %d\t" % now() + small[:-1]); forge(b"z"); os._exit(0)', "forges", "distrusted"),
    "tells numbers without end": _deed(_FIND + r'forge(b"b 9 1 %d x\t1 " % now() + b"9" * 5000 + b" 1")', "forges", "distrusted"),
    "tells of forks that nobody started": _deed(_FIND + r'forge(b"u 0 0 30"); forge(b"u 1 2 999999999999")', "forges", "distrusted"),
    "tells of another time": _deed(_FIND + r'forge(b"s import 5 90 9000\t" + small[:-1])', "forges", "distrusted"),
    "keeps its recorder from waiting": _deed(_FIND + "found.stops = False", "forges", "distrusted"),
    "repeats its records with other figures": _deed(r"""
held = b"x" * (80 << 20)
import re
def rewrite():
    while True:
        for number in descriptors():
            try:
                data = os.pread(number, 1 << 24, 0)
                if b"\x1e" in data:
                    os.ftruncate(number, 0)
                    os.write(number, re.sub(rb"\t\d+ \d+ \d+", b"\t3000 2300 1500", data))
            except OSError:
                pass
        time.sleep(0.001)
threading.Thread(target=rewrite, daemon=True).start()
time.sleep(0.05)""", "forges"),
    "reports from a replaced /proc": _deed(r"""
held = b"x" * (80 << 20)
import builtins, io, _io
real = builtins.open
def fake(path, *a, **k):
    return io.BytesIO(b"3000 2300 1500 1 0 1 0\n") if str(path).startswith("/proc/") else real(path, *a, **k)
builtins.open = _io.open = fake
os.pread = lambda fd, n, at: b"3000 2300 1500 1 0 1 0\n"
os.read = lambda fd, n: b"3000 2300 1500 1 0 1 0\n"
""", "forges"),
}  # fmt: skip

# What a wrong number or a dump of something does to all descriptors: the start is measured all the same.
ACCIDENTS: Mapping[str, Deed] = {
    "writes a huge count by accident": _deed(r'write_all(b"\x1eu 1 2 99999999999999999999999\n")', "calm"),
    "writes a record by accident": _deed(r'write_all(b"\x1es import 5 90 9000\t3000 2300 1500 1 0 1 0\n\x1ez\n")', "calm"),
    "writes a frame by accident": _deed(r'write_all(b"\x1eu 0 0 10\n\x1ez\n")', "calm"),
    "writes noise by accident": _deed('write_all(os.urandom(3000))', "calm"),
    "writes signs by accident": _deed(r'write_all(b"\x1e" * 900 + b"\x1eh none 999999999999999999999 1\n")', "calm"),
}  # fmt: skip

ENDS: Mapping[str, Deed] = {
    "comes to its end": _deed("app = object()"),
    "is ready": _deed('print("ready", flush=True)'),
    "sleeps for a while": _deed("time.sleep(0.2)"),
    "exits with 0": _deed("sys.exit(0)"),
    "exits with a text": _deed(r'sys.exit("\x1b[31m" + secret)'),
    "leaves at once": _deed("os._exit(0)"),
    "leaves with 77": _deed("os._exit(77)"),
    "is killed": _deed("os.kill(os.getpid(), signal.SIGKILL)"),
    "is terminated": _deed("os.kill(os.getpid(), signal.SIGTERM)"),
    "aborts": _deed("os.abort()"),
    "crashes": _deed("import ctypes; ctypes.string_at(0)"),
    "raises with a secret": _deed('raise RuntimeError("cannot connect " + os.environ["DBPASS"] + "\\x1b[31m")'),
    "raises a chain": _deed('try:\n    1 / 0\nexcept Exception as error:\n    raise ImportError("postgres://user:" + secret + "@h/db") from error'),
    "raises what cannot be shown": _deed('class E(Exception):\n    def __str__(self): raise ValueError("no")\n    __repr__ = __str__\nraise E'),
    "raises outside of Exception": _deed('raise BaseException("\\ud800")'),
    "interrupts itself": _deed("raise KeyboardInterrupt"),
    "imports what is not there": _deed("import not_there_at_all"),
    "hangs": _deed("time.sleep(97)", "hangs"),
    "spins": _deed("while True: pass", "hangs"),
    "stops itself": _deed("os.kill(os.getpid(), signal.SIGSTOP)", "hangs"),
    "execs another": _deed('os.execv("/bin/sh", ["sh", "-c", "exit 4"])'),
    "execs a sleeper": _deed('os.execv("/bin/sleep", ["sleep", "97"])', "hangs"),
    "is no Python": _deed("def ("),
}  # fmt: skip
