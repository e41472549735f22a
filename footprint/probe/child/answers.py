"""One call of an application: an ASGI scope or a WSGI environment built in this process, or a function by its name.

Bodies are consumed to their end and counted (bodies.py has how they come). Source: the ASGI specification (HTTP), PEP 3333.
"""

import sys
from os import O_CLOEXEC, O_RDONLY
from os import open as open_descriptor

BACKGROUND_S = 1  # for what an answer leaves running on the loop
HOST = "localhost"


class Answers:
    """The ways to an application. `see` is told what was raised and caught by it."""

    def __init__(self, app, style, kept, see, bodies):
        self.app, self.style, self.see, self.bodies = app, style, see, bodies
        self.loop, _, self.state = kept or (None, None, {})
        self.asyncio = self.text = None

    def prepare(self, kinds, bodies):
        """Open the file of the bodies; load what a server or a worker would have in memory, and hear of what an application logs."""
        if self.style or "function" in kinds:
            import asyncio

            self.asyncio = asyncio
            if self.loop is None:
                self.loop = asyncio.new_event_loop()
                asyncio.set_event_loop(self.loop)
        if self.style:
            self.root = self.loop.create_task(self.stay())
            mark = getattr(sys.modules["asyncio.base_events"], "_run_until_complete_cb", None)
            if mark is not None:
                self.root.add_done_callback(mark)  # what anyio knows such a task by
        import json
        from urllib.parse import unquote

        self.text, self.unquote, self.file = json, unquote, open_descriptor(bodies, O_RDONLY | O_CLOEXEC)
        self.copies = self.style and self.bodies["copies_answers"]()
        logging = sys.modules.get("logging")
        if logging is not None:
            make = logging.getLogRecordFactory()

            def make_and_see(*arguments, **named):
                record = make(*arguments, **named)
                if type(record.exc_info) is tuple and record.exc_info[1] is not None:
                    self.see(record.exc_info[1])
                return record

            logging.setLogRecordFactory(make_and_see)

    def do(self, call, answer):
        """Do one call; `answer` gets its status, the bytes that it promised and those that it sent."""
        if call["kind"] == "function":
            self.call_function(call)
        elif self.style:
            self.run(self.ask_asgi(call, answer))
        elif callable(self.app):
            self.ask_wsgi(call, answer)
        else:
            raise TypeError("the entry is no ASGI or WSGI application")

    def run(self, work):
        """Run a coroutine to its end, below a task that stays, as that of a server does.

        anyio ends its threads with the task that `run_until_complete` was called for: each call had a new one, which
        malloc gives memory of its own. In a server the next call has the thread of the one before.
        """
        task = self.loop.create_task(work)
        task.add_done_callback(lambda _: self.loop.stop())
        while not task.done():  # whoever else stops the loop
            self.loop.run_forever()
        return task.result()

    async def stay(self):
        """Wait for nothing."""
        await self.loop.create_future()

    async def ask_asgi(self, call, answer):
        """Have an ASGI application answer a request."""
        asyncio = self.asyncio
        parts, over = self.bodies["split"](*call["body"]), asyncio.Event()

        async def receive():
            if parts:
                return self.bodies["message_of"](self.file, *parts.pop())
            await over.wait()
            return {"type": "http.disconnect"}

        async def send(message):
            if message["type"] == "http.response.start":
                answer[:] = message["status"], find_length(message.get("headers", ())), 0
            elif message["type"] == "http.response.body":
                body = message.get("body", b"")
                answer[2] += len(body)
                if self.copies:
                    self.bodies["pass_on"](body)
                if not message.get("more_body"):
                    over.set()

        before = asyncio.all_tasks()
        try:
            if self.style == "double":
                await self.app(self.scope_of(call))(receive, send)
            else:
                await self.app(self.scope_of(call), receive, send)
        finally:
            over.set()
            left = asyncio.all_tasks() - before
            if left:
                await asyncio.wait(left, timeout=BACKGROUND_S)

    def scope_of(self, call):
        """Return the scope of a request."""
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": call["method"],
            "scheme": "http",
            "path": self.unquote(call["path"]),
            "raw_path": call["path"].encode("ascii", "replace"),
            "query_string": call["query"].encode("ascii", "replace"),
            "root_path": "",
            "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in call["headers"]],
            "client": ("127.0.0.1", 50000),
            "server": (HOST, 8000),
            "state": dict(self.state),
        }

    def ask_wsgi(self, call, answer):
        """Have a WSGI application answer a request."""

        def start_response(status, headers, exc_info=None):
            if exc_info and exc_info[1] is not None:
                self.see(exc_info[1])
            answer[:] = int(status[:3]), find_length(headers), 0
            return count

        def count(part):
            answer[2] += len(part)

        parts = self.app(self.environ_of(call), start_response)
        try:
            for part in parts:
                count(part)
        finally:
            close = getattr(parts, "close", None)
            if close:
                close()

    def environ_of(self, call):
        """Return the environment of a request."""
        environ = {
            "REQUEST_METHOD": call["method"],
            "SCRIPT_NAME": "",
            "PATH_INFO": self.unquote(call["path"], "latin-1"),
            "RAW_URI": call["path"] + ("?" + call["query"] if call["query"] else ""),
            "QUERY_STRING": call["query"],
            "SERVER_NAME": HOST,
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": self.bodies["Body"](self.file, *call["body"]),
            "wsgi.input_terminated": True,  # as gunicorn and waitress say: werkzeug reads it at once then
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": False,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        for name, value in call["headers"]:
            key = name.upper().replace("-", "_")
            environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else "HTTP_" + key] = value
        return environ

    def call_function(self, call):
        """Call a function of a module, and wait for what it returns where that is to be awaited."""
        __import__(call["module"])
        function = sys.modules[call["module"]]
        for part in call["attribute"].split("."):
            function = getattr(function, part)
        positional, named = eval(call["arguments"], {"__builtins__": {}})  # literals, checked by the parent
        if call["event"] is not None:
            positional = (self.text.loads(call["event"]), *positional)
            positional += (None,) * (count_needed(function) - len(positional))  # the context of a handler
        result = function(*positional, **named)
        if hasattr(type(result), "__await__"):
            self.loop.run_until_complete(self.wait_for(result))

    async def wait_for(self, result):
        """Wait for what is to be awaited."""
        return await result


def revive_executors():
    """Have executors make new threads where they need some: those that they have are in the process above."""
    threads = getattr(sys.modules.get("concurrent.futures.thread"), "_threads_queues", ())
    for thread in list(threads):
        try:
            executor = thread._args[0]()  # a weak reference
            executor._threads.clear()
            executor._idle_semaphore = type(executor._idle_semaphore)(0)
        except (AttributeError, IndexError, TypeError):  # another one than Python's of today, or collected
            pass


def find_length(headers):
    """Return the bytes that the headers of an answer promise; -1 where they do not say."""
    for name, value in headers:
        name = name.decode("latin-1") if type(name) is bytes else name
        if name.lower() == "content-length":
            try:
                return int(value)
            except ValueError:
                break
    return -1


def count_needed(function):
    """Return how many positional arguments a function needs; 0 where it does not say."""
    code = getattr(function, "__code__", None)
    skipped = 1 if type(function).__name__ == "method" else 0
    return code.co_argcount - len(function.__defaults__ or ()) - skipped if code is not None else 0
