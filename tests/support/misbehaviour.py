"""Entries that do what no application should: one row each, and how a start of it may end."""

from dataclasses import dataclass

NONE = None  # it goes through its start


@dataclass(frozen=True)
class Kind:
    """The code of one entry. `ends`: kinds of failure that are right, None among them where none is."""

    name: str
    code: str
    ends: tuple[str | None, ...] = (NONE,)
    hangs: bool = False  # it ends by its time limit only
    lives: bool = True  # it also makes a live command that comes to rest or ends


# In front of every code. VICTIM is the canary, WORD is among the arguments of all that is started.
HEAD = """\
import gc, os, resource, shutil, signal, socket, stat, subprocess, sys, threading, time
VICTIM, WORD = os.environ["VICTIM"], os.environ["WORD"]
HOME, TMP = os.environ["HOME"], os.environ["TMPDIR"]
SLEEP = [sys.executable, "-c", "import time; time.sleep(900)", WORD]
"""

_FORGE = """
found = next((o for o in gc.get_objects() if type(o).__name__ == "Recorder"), None)
if found is not None:
    x = b"x" * (30 << 20)
    found.reading = lambda: b"3000 2300 1500 1 0 1 0\\n"
    tag, frame = found.mark.encode(), sys._getframe()
    while frame is not None:
        frame = frame.f_back
    now = time.monotonic_ns()
    os.write(found.output, tag + b"s import %d 90 9000\\t3000 2300 1500 1 0 1 0\\n" % now + tag + b"z\\n")
    os._exit(0)
"""

KINDS = (
    # Ends; more of them, and what is said of each: test_probe_failures.py
    Kind("hang", "time.sleep(900)", ("timeout",), hangs=True),
    Kind("spin", "while True: pass", ("timeout",), hangs=True),
    Kind(
        "hang that blocks every signal",
        "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\ntime.sleep(900)",
        ("timeout",),
        hangs=True,
    ),
    Kind(
        "hang that ignores SIGTERM and SIGABRT",
        "for n in (1, 2, 3, 6, 15): signal.signal(n, signal.SIG_IGN)\nwhile True: time.sleep(1)",
        ("timeout",),
        hangs=True,
    ),
    Kind("endless output", "while True: os.write(1, b'x' * 65536)", ("timeout",), hangs=True),
    Kind("another program that hangs", "os.execv(sys.executable, SLEEP)", ("timeout",), hangs=True),
    Kind(
        "traced by its parent",
        "import ctypes\nctypes.CDLL(None).ptrace(0, 0, 0, 0)\nsignal.raise_signal(signal.SIGUSR1)",
        ("timeout",),
        hangs=True,
    ),
    Kind("another program", "os.execv('/bin/true', ['true'])", ("exit",)),
    Kind("segmentation fault", "import ctypes\nctypes.string_at(0)", ("signal",)),
    Kind("exit at once", "os._exit(3)", ("exit",)),
    Kind("a daemon of itself", "if os.fork(): os._exit(0)\nos.setsid()\ntime.sleep(900)", ("exit",)),
    Kind(
        "escapes in an exception",
        "raise ValueError('\\x1b]0;title\\x07\\x1b[2J\\x9b31m\\u202e<script>@octocat\\x00')",
        ("exception",),
    ),
    Kind("no end of recursion", "def f(): f()\nf()", ("exception", "signal")),
    Kind("alarm", "signal.alarm(1)\ntime.sleep(900)", ("signal",)),
    Kind("signal to its group", "os.kill(0, signal.SIGTERM)\ntime.sleep(900)", ("signal",)),
    Kind(
        "kills its parent, with a process that has left it",
        "subprocess.Popen(SLEEP, env={}, start_new_session=True)\nos.kill(os.getppid(), 9)\ntime.sleep(900)",
        ("signal",),
    ),
    Kind("signals to its parent", "for n in (1, 2, 15):\n    os.kill(os.getppid(), n)\n    time.sleep(0.05)"),
    Kind("stops its parent", "os.kill(os.getppid(), signal.SIGSTOP)\ntime.sleep(0.05)"),
    Kind("stops itself", "os.kill(os.getpid(), signal.SIGSTOP)", lives=False),
    # What it leaves
    Kind("daemon without environment", "subprocess.run(['sh', '-c', f'setsid sleep 900 {WORD} & exit 0'], env={})"),
    Kind(
        "double fork that listens",
        "server = socket.create_server(('127.0.0.1', 0))\nos.set_inheritable(server.fileno(), True)\n"
        "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        os.execve(sys.executable, SLEEP, {})\n"
        "    os._exit(0)\nos.wait()",
    ),
    Kind("many forks", "for _ in range(6):\n    if os.fork() == 0: child = 1\nif 'child' in vars(): time.sleep(900)"),
    Kind("thread that spins", "def spin():\n    while True: pass\nthreading.Thread(target=spin, daemon=True).start()"),
    Kind("thread that never ends", "threading.Thread(target=time.sleep, args=(900,)).start()"),
    Kind("atexit that hangs", "import atexit\natexit.register(time.sleep, 900)", lives=False),
    Kind("megabytes of output", "for _ in range(200): os.write(2, b'\\xff\\x1b[31m' * 10000)"),
    # Descriptors, records
    Kind("closes all descriptors", "os.closerange(3, 5000)", ("incomplete",)),
    Kind("closes its output", "sys.stdout.close()\nsys.stderr.close()\nos.closerange(0, 3)", (NONE, "exit")),
    Kind(
        "puts something else in place of all descriptors",
        "null = os.open('/dev/null', os.O_RDWR)\nfor n in range(3, 1200): n != null and os.dup2(null, n)",
        ("incomplete",),
    ),
    Kind(
        "writes to all descriptors",
        "for n in range(3, 1200):\n    try: os.write(n, b'\\x1eu 1 2 99999999999999999999999\\n\\x1ez\\n')\n"
        "    except OSError: pass",
    ),
    Kind("forges its records", _FORGE, ("untrusted",)),
    Kind("no descriptors", "resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))"),
    Kind("no memory", "resource.setrlimit(resource.RLIMIT_AS, (1, 1))\nx = b'x' * (64 << 20)", ("exception", "exit")),
    Kind("no file size", "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))", ("incomplete",)),
    Kind("no processor", "resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass", ("signal",)),
    # Python
    Kind(
        "replaces what reads and writes",
        "def no(*a, **k): raise RuntimeError('no')\n"
        "for n in 'read write pread open kill getpid _exit listdir'.split(): setattr(os, n, no)\n"
        "time.monotonic_ns = time.sleep = no",
        (NONE, "exception"),
    ),
    Kind("replaces __import__", "import builtins\nbuiltins.__import__ = lambda *a, **k: sys", (NONE, "exception")),
    Kind(
        "replaces open, len and str",
        "import builtins\nbuiltins.len = builtins.str = builtins.open = None",
        (NONE, "exception", "exit", "incomplete"),
    ),
    Kind("empties sys.modules", "sys.modules.clear()", (NONE, "exception", "exit", "signal", "untrusted")),
    Kind("strange modules", "sys.modules[5] = sys.modules['x\\n\\x1ey\\t'] = object()"),
    Kind("profile that raises", "def p(*a): raise RuntimeError('profile')\nsys.setprofile(p)", (NONE, "exception")),
    Kind("trace that raises", "def p(*a): raise RuntimeError('trace')\nsys.settrace(p)", (NONE, "exception")),
    Kind("frozen garbage", "gc.freeze()\ngc.set_threshold(1)\ngc.callbacks.append(lambda *a: None)"),
    Kind("not dumpable, no death signal", "import ctypes\nfor n in (1, 4, 36): ctypes.CDLL(None).prctl(n, 0, 0, 0, 0)"),
    Kind("handles SIGCONT", "signal.signal(signal.SIGCONT, lambda *a: None)"),
    # Files
    Kind(
        "links to the canary in its home",
        "os.symlink(VICTIM, HOME + '/cache')\nos.symlink(VICTIM + '/kept.txt', TMP + '/f')\nos.mkdir(HOME + '/d', 0)",
    ),
    Kind(
        "links on the way down",
        "os.makedirs(HOME + '/a')\nos.symlink(VICTIM + '/closed', HOME + '/a/b')\nos.chmod(HOME + '/a', 0)",
    ),
    Kind("link in place of a removed home", "os.rmdir(HOME)\nos.symlink(VICTIM, HOME)"),
    Kind("link in place of TMPDIR", "os.rmdir(TMP)\nos.symlink(VICTIM, TMP)"),
    Kind(
        "home in a folder of somebody else",
        "os.rename(HOME, VICTIM + '-moved')\nos.mkdir(VICTIM + '-moved/x')",
        (NONE, "exception"),  # of who may not
    ),
    Kind("home in place of which is a link", "os.rename(HOME, HOME + '2')\nos.symlink(VICTIM, HOME)"),
    Kind("home with another name", "open(HOME + '/x', 'w').close()\nos.rename(HOME, HOME + '-moved')"),
    Kind("home that is a file", "os.rmdir(HOME)\nopen(HOME, 'w').close()"),
    Kind(
        "home without end",
        "os.chdir(HOME)\nfor _ in range(3000): os.mkdir('d', 0o700); os.chdir('d')\nos.symlink(VICTIM, 'link')",
    ),
    Kind(
        "closed home",
        "os.mkdir(HOME + '/a')\nopen(HOME + '/a/b', 'w').close()\nos.chmod(HOME + '/a', 0)\nos.chmod(HOME, 0)",
    ),
    Kind("home with what cannot be read", "os.mkfifo(HOME + '/p')\nopen(HOME + '/\\udcff\\n', 'w').close()"),
    Kind("full TMPDIR", "for n in range(2000): open(f'{TMP}/{n}', 'w').close()"),
    Kind("no TMPDIR", "shutil.rmtree(TMP)"),
    Kind("nobody may", "os.umask(0o777)\nos.mkdir(HOME + '/a')\nos.close(os.open(TMP + '/b', os.O_CREAT))"),
    Kind("folder that is gone", "os.mkdir(TMP + '/gone')\nos.chdir(TMP + '/gone')\nos.rmdir(TMP + '/gone')"),
    Kind("pipes in the project", "os.path.exists('pipe') or os.mkfifo('pipe')"),
)  # fmt: skip


def of(*, hangs: bool, fine: bool | None = None) -> tuple[Kind, ...]:
    """Return the kinds that hang or not; `fine`: those that always go through, or those that may not."""
    found = tuple(kind for kind in KINDS if kind.hangs is hangs)
    return found if fine is None else tuple(kind for kind in found if (kind.ends == (NONE,)) is fine)
