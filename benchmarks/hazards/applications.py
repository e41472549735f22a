"""One small application per hazard: what it holds when it is ready, and what its answer then uses of it.

Each answers 200 when a server really serves it, and keeps KEPT_BYTES per answer besides what the libraries keep.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent

KEPT_BYTES = 4 << 20

_FRAME = '''\
import asyncio, os, sys, threading, time

TCP, UNIX, GRPC = {tcp}, {unix!r}, {grpc}
held = []


def say(text):
    """Return a line of this process."""
    return f"{{os.getpid()}} {{text}}\\n".encode()


async def up():
    pass


{code}


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        await up()
        await send({{"type": "lifespan.startup.complete"}})
        await receive()
        return
    await answer()
    held.append(b"x" * {kept})
    await send({{"type": "http.response.start", "status": 200, "headers": []}})
    await send({{"type": "http.response.body", "body": b"well"}})
'''
_TORCH = """
import torch
"""
_MODEL = """
model = torch.nn.Sequential(torch.nn.Linear(8, 8), torch.nn.Linear(8, 1))
"""
_ONNX = """
import numpy, onnxruntime


def number(n):
    return bytes([n & 127 | 128]) + number(n >> 7) if n > 127 else bytes([n])


def text(field, data):
    return number(field << 3 | 2) + number(len(data)) + data


def integer(field, value):
    return number(field << 3) + number(value)


def tensor(name, *sizes):
    shape = b"".join(text(1, integer(1, size)) for size in sizes)
    return text(1, name) + text(2, text(1, integer(1, 1) + text(2, shape)))


weights = numpy.random.default_rng(1).random((400, 400)).astype("float32")
node = text(1, b"x") + text(1, b"w") + text(2, b"y") + text(4, b"MatMul")
held_weights = integer(1, 400) + integer(1, 400) + integer(2, 1) + text(8, b"w") + text(9, weights.tobytes())
graph = text(1, node) + text(2, b"g") + text(5, held_weights)
graph += text(11, tensor(b"x", 400, 400)) + text(12, tensor(b"y", 400, 400))
data = integer(1, 8) + text(7, graph) + text(8, integer(2, 13))
session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])


def run():
    return session.run(None, {"x": weights})
"""


@dataclass(frozen=True, slots=True)
class Hazard:
    """What is held, and the code of the application: `up()` runs in its lifespan, `answer()` for each request."""

    name: str
    code: str
    more_bytes: int = 0  # that a fork keeps besides, as docs/accuracy.md says

    def source(self, ports: dict[str, object]) -> str:
        """Return the text of main.py."""
        return _FRAME.format(code=dedent(self.code).strip(), kept=KEPT_BYTES, **ports)


HAZARDS = (
    Hazard("nothing", "async def answer(): pass"),
    Hazard("torch: a small model", _TORCH + _MODEL + "async def answer(): held.append(model(torch.ones(1, 8)))"),
    Hazard(
        "torch: a model loaded by the answer",
        _TORCH
        + """
PATH = os.path.join(os.path.dirname(__file__), "model.pt")
if not os.path.exists(PATH):
    torch.save({"w": torch.rand(3000, 3000)}, PATH)


async def answer():
    held.append(torch.load(PATH)["w"])
    held.append(held[-1] @ torch.ones(3000, 4))
""",
    ),
    Hazard(
        "a ThreadPoolExecutor of the application",
        """
import concurrent.futures
pool = concurrent.futures.ThreadPoolExecutor(2)
pool.submit(len, "").result()
async def answer(): pool.submit(len, "").result()
""",
    ),
    Hazard(
        "a multiprocessing.Pool",
        """
import multiprocessing
pool = multiprocessing.Pool(1)
pool.apply(len, ("",))
async def answer(): pool.apply(len, ("",))
""",
    ),
    Hazard(
        "a ProcessPoolExecutor",
        """
import concurrent.futures
pool = concurrent.futures.ProcessPoolExecutor(1)
pool.submit(len, "").result()
async def answer(): pool.submit(len, "").result()
""",
    ),
    Hazard(
        "a child process, spoken to by pipes",
        """
import subprocess
ECHO = "import sys\\nfor line in sys.stdin: print(line.strip(), flush=True)"
child = subprocess.Popen([sys.executable, "-c", ECHO], stdin=-1, stdout=-1)


def ask():
    child.stdin.write(b"x\\n")
    child.stdin.flush()
    assert child.stdout.readline() == b"x\\n" and child.poll() is None


ask()
async def answer(): ask()
""",
    ),
    Hazard(
        "numpy: matrices multiplied before",
        """
import numpy
numpy.ones((800, 800)) @ numpy.ones((800, 800))
async def answer(): held.append(numpy.ones((800, 800)) @ numpy.ones((800, 800)))
""",
        more_bytes=2 << 20,  # OpenBLAS ends its threads as a process forks, and makes its buffers anew
    ),
    Hazard(
        "scikit-learn: a forest with two jobs",
        """
import numpy
from sklearn.ensemble import RandomForestClassifier
data = numpy.random.default_rng(1).random((500, 10))
forest = RandomForestClassifier(20, n_jobs=2).fit(data, data.sum(1) > 5)
async def answer(): held.append(forest.predict(data))
""",
    ),
    Hazard(
        "a thread that allocates all the time",
        """
def allocate():
    while True:
        [bytes(size) for size in range(1, 20_000, 100)]
        time.sleep(0.001)


threading.Thread(target=allocate, daemon=True).start()
async def answer(): held.append([bytes(size) for size in range(1, 2_000, 10)])
""",
    ),
    Hazard(
        "a thread that logs all the time",
        """
import logging
logging.basicConfig(filename=os.devnull)


def log():
    while True:
        logging.warning("still there")


threading.Thread(target=log, daemon=True).start()
async def answer(): logging.warning("asked")
""",
    ),
    Hazard("onnxruntime: a session that ran before", _ONNX + "\nrun()\nasync def answer(): held.append(run())"),
    Hazard(
        "the executor of the loop",
        """
async def up(): await asyncio.get_running_loop().run_in_executor(None, len, "")
answer = up
""",
    ),
    Hazard(
        "uvloop: the executor of the loop",
        """
import uvloop
asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
async def up(): await asyncio.get_running_loop().run_in_executor(None, len, "")
answer = up
""",
    ),
    Hazard(
        "anyio: a thread in the lifespan",
        """
import anyio.to_thread
async def up(): await anyio.to_thread.run_sync(len, "")
answer = up
""",
    ),
    Hazard(
        "asyncio: a TCP connection",
        """
async def up():
    held.extend(await asyncio.open_connection("127.0.0.1", TCP))
    await answer()


async def answer():
    held[1].write(say("asks"))
    assert await held[0].readline() == say("asks")
""",
    ),
    Hazard(
        "uvloop: a TCP connection",
        """
import uvloop
asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())


async def up():
    held.extend(await asyncio.open_connection("127.0.0.1", TCP))
    await answer()


async def answer():
    held[1].write(say("asks"))
    assert await held[0].readline() == say("asks")
""",
    ),
    Hazard(
        "a pool of TCP connections",
        """
import queue, socket
pool = queue.Queue()
for _ in range(2):
    pool.put(socket.create_connection(("127.0.0.1", TCP)))


def ask():
    connection = pool.get()
    connection.sendall(say("asks"))
    assert connection.recv(100) == say("asks")
    pool.put(connection)


ask()
async def answer(): ask()
""",
    ),
    Hazard(
        "a Unix socket",
        """
import socket
connection = socket.socket(socket.AF_UNIX)
connection.connect(UNIX)


def ask():
    connection.sendall(say("asks"))
    assert connection.recv(100) == say("asks")


ask()
async def answer(): ask()
""",
    ),
    Hazard(
        "grpc: a channel",
        """
import grpc
channel = grpc.insecure_channel(f"127.0.0.1:{GRPC}")


def ask():
    assert channel.unary_unary("/peer.Peer/Echo")(b"x", timeout=4) == b"x"


ask()
async def answer(): ask()
""",
    ),
    Hazard(
        "grpc: another channel",
        """
import grpc


def ask():
    with grpc.insecure_channel(f"127.0.0.1:{GRPC}") as channel:
        assert channel.unary_unary("/peer.Peer/Echo")(b"x", timeout=4) == b"x"


ask()
async def answer(): ask()
""",
    ),
    Hazard(
        "sqlite: read from a connection, WAL",
        """
import sqlite3
store = sqlite3.connect("store.db")
store.execute("pragma journal_mode=wal")
store.execute("create table if not exists t (a)")
store.commit()
store.execute("select count(*) from t").fetchall()
async def answer(): store.execute("select count(*) from t").fetchall()
""",
    ),
    Hazard(
        "sqlite: written by a connection, WAL",
        """
import sqlite3
store = sqlite3.connect("store.db")
store.execute("pragma journal_mode=wal")
store.execute("create table if not exists t (a)")
store.commit()


async def answer():
    store.execute("insert into t values (1)")
    store.commit()
""",
    ),
    Hazard(
        "sqlite: written by a connection, journal",
        """
import sqlite3
store = sqlite3.connect("store.db")
store.execute("create table if not exists t (a)")
store.commit()


async def answer():
    store.execute("insert into t values (1)")
    store.commit()
""",
    ),
    Hazard(
        "a file that is read on",
        """
with open("rows.txt", "w") as file:
    file.write("row\\n" * 100)
rows = open("rows.txt", "rb", 0)
rows.read(40)
async def answer(): assert rows.read(40) == b"row\\n" * 10 and rows.tell() == 80
""",
    ),
    Hazard(
        "a log file",
        """
import logging
logging.basicConfig(filename="app.log")
logging.warning("ready")
async def answer(): logging.warning("asked")
""",
    ),
    Hazard(
        "a lock that a thread holds half the time",
        """
lock = threading.Lock()


def hold():
    while True:
        with lock:
            time.sleep(0.05)
        time.sleep(0.05)


threading.Thread(target=hold, daemon=True).start()


async def answer():
    with lock:
        pass
""",
    ),
    Hazard(
        "scikit-learn: KMeans fitted before",
        """
import numpy
from sklearn.cluster import KMeans
data = numpy.random.default_rng(1).random((4000, 10))
KMeans(4, n_init=1).fit(data)
async def answer(): held.append(KMeans(4, n_init=1).fit(data))
""",
    ),
    Hazard(
        "torch: a parallel operation ran before",
        _TORCH + "torch.ones(1200, 1200).sum()\nasync def answer(): held.append(float(torch.ones(1200, 1200).sum()))",
    ),
)
