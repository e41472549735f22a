"""What a lifespan left on its loop works in a fork, or the call is done in a start of its own."""

import sys
from pathlib import Path

import pytest

from footprint.config.call_texts import parse_request
from tests.support.machine import on_interpreters
from tests.support.probing import entry, probe, whole, write

HERE = Path(sys.executable)
APP = """
import asyncio, os, socket, threading, time


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        await up()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        return
    await answer()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"x"})


def keep(**named):
    globals().update(named)


"""
# What the lifespan leaves, and what the answer needs of it; whether that works in a fork.
LOOPS = {
    "a task that goes on": (
        """
async def up():
    keep(ticks=[], task=asyncio.ensure_future(tick()))


async def tick():
    while True:
        ticks.append(1)
        await asyncio.sleep(0.01)


async def answer():
    before = len(ticks)
    await asyncio.sleep(0.2)
    assert len(ticks) > before
""",
        True,
    ),
    "a task that answers": (
        """
async def up():
    keep(queue=asyncio.Queue())
    keep(task=asyncio.ensure_future(work()))


async def work():
    while True:
        (await queue.get()).set_result(1)


async def answer():
    future = asyncio.get_running_loop().create_future()
    await queue.put(future)
    assert await future == 1
""",
        True,
    ),
    "a server of its own": (
        """
async def up():
    keep(server=await asyncio.start_server(echo, "127.0.0.1", 0))


async def echo(reader, writer):
    writer.write(await reader.readline())
    writer.close()


async def answer():
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(b"x\\n")
    assert await reader.readline() == b"x\\n"
""",
        True,
    ),
    "a reader that was added": (
        """
async def up():
    keep(pair=socket.socketpair(), event=asyncio.Event())
    asyncio.get_running_loop().add_reader(pair[0], event.set)


async def answer():
    pair[1].send(b"x")
    await asyncio.wait_for(event.wait(), 20)
    asyncio.get_running_loop().remove_reader(pair[0])
""",
        True,
    ),
    "a handler of signals": (
        """
async def up():
    keep(event=asyncio.Event())
    asyncio.get_running_loop().add_signal_handler(10, lambda: event.set())


async def answer():
    os.kill(os.getpid(), 10)
    await asyncio.wait_for(event.wait(), 20)
""",
        True,
    ),
    "a thread that calls the loop": (
        """
async def up():
    threading.Thread(target=call, args=(asyncio.get_running_loop(),), daemon=True).start()


def call(loop):
    while True:
        loop.call_soon_threadsafe(len, "")
        time.sleep(0.001)


async def answer():
    await asyncio.sleep(0.05)
""",
        True,
    ),
    "its executor": (
        """
async def up():
    await asyncio.get_running_loop().run_in_executor(None, len, "")


answer = up
""",
        True,
    ),
    "a child process": (
        """
async def up():
    keep(process=await asyncio.create_subprocess_exec("cat", stdin=-1, stdout=-1))


async def answer():
    process.stdin.write(b"x\\n")
    assert await process.stdout.readline() == b"x\\n"
""",
        False,
    ),
}


@pytest.mark.parametrize("name", LOOPS)
def test_what_is_on_the_loop_works(name: str, tmp_path: Path) -> None:
    check(HERE, name, tmp_path)


@pytest.mark.parametrize("name", ["a reader that was added", "its executor", "a server of its own"])
@pytest.mark.parametrize("python", on_interpreters())
def test_what_is_on_the_loop_of_other_interpreters_works(python: Path, name: str, tmp_path: Path) -> None:
    check(python, name, tmp_path)


def check(python: Path, name: str, folder: Path) -> None:
    code, is_forked = LOOPS[name]
    write(folder, {"main.py": APP + code})
    run = whole(probe(python, folder, entry("main", "app"), calls=(parse_request("/x"),) * 2))
    assert [(call.outcome, call.message, call.was_apart) for call in run.calls] == [("done", None, not is_forked)] * 2
