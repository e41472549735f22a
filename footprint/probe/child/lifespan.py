"""Runs the start-up half of an ASGI lifespan on a loop of its own; compiled only when the entry is callable.

Source: ASGI specification, "Lifespan Protocol" 2.0. An application that raises before it answers does not
support the protocol, and a server goes on without it.
"""

COROUTINE = 0x80  # CO_COROUTINE; the inspect module is not ours to load


class LifespanFailed(Exception):
    """The application answered startup.failed."""


def style_of(value):
    """Return "single" (scope, receive, send), "double" (scope) for an ASGI application, None for anything else.

    Looks at types, never at attributes of an instance: it may answer to any name.
    """
    call, skipped = value, 0
    while type(call).__module__ == "functools" and type(call).__name__ == "partial":
        skipped += len(call.args)
        call = call.func
    is_class = issubclass(type(call), type)
    if is_class:
        function, skipped = call.__init__, skipped + 1
    elif type(call).__name__ == "method" and type(call).__module__ == "builtins":
        function, skipped = call.__func__, skipped + 1
    elif type(call) is type(style_of):
        function = call
    else:
        function, skipped = getattr(type(call), "__call__", None), skipped + 1
    code = getattr(function, "__code__", None)
    if type(code) is not type(style_of.__code__):
        return None
    names = code.co_varnames[: code.co_argcount][skipped:]
    if names[:3] == ("scope", "receive", "send") or (len(names) == 3 and code.co_flags & COROUTINE):
        return None if is_class else "single"
    return "double" if names == ("scope",) else None


def start(app, style):
    """Send lifespan.startup and wait for the answer.

    Return "complete" or "unsupported", and what must stay alive: the loop, the task, the state of the application.

    Raises LifespanFailed, or what the application raised after it had answered startup.failed.
    """
    import asyncio

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    state = {}
    outcome, task = loop.run_until_complete(exchange(asyncio, loop, app, style, state))
    return outcome, (loop, task, state)  # a collected task would run the shutdown before the reading


async def exchange(asyncio, loop, app, style, state):
    """Talk to the application until its start-up is over; it is left waiting for the shutdown."""
    answer = loop.create_future()
    asked = []

    async def receive():
        if asked:
            await loop.create_future()  # the shutdown never comes
        asked.append(True)
        return {"type": "lifespan.startup"}

    async def send(message):
        if not answer.done() and message["type"].startswith("lifespan.startup."):
            answer.set_result(message)

    scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": state}

    async def run():
        if style == "double":
            await app(scope)(receive, send)
        else:
            await app(scope, receive, send)

    task = loop.create_task(run())
    await asyncio.wait({task, answer}, return_when=asyncio.FIRST_COMPLETED)
    if not answer.done():
        return "unsupported", None  # returned or raised without an answer
    message = answer.result()
    if message["type"] == "lifespan.startup.complete":
        return "complete", task
    await asyncio.wait({task}, timeout=1)  # starlette answers first and raises the reason after
    if task.done() and not task.cancelled() and task.exception() is not None:
        raise task.exception()
    raise LifespanFailed(message.get("message", "") or "startup.failed")
