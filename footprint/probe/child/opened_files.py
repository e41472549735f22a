"""Which files a call read, mapped and wrote: as Python opens them, as their folders tell, and as the process maps them.

What is opened in C (onnxruntime does) no audit hook sees: the folders of the project are watched. Source: inotify(7).
"""

import os
import sys

SMALL_BYTES = 1 << 16  # what is read of smaller ones is not told
MOST = 1000
CODE = (".py", ".pyc", ".pyi", ".so", ".pth")
ELSEWHERE = ("/proc/", "/dev/", "/sys/", "/memfd:", "[")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGING = ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate")
ACCESS, MODIFY, OPEN, MOVED_FROM, MOVED_TO, CREATE, DELETE, OF_FOLDER = 1, 2, 0x20, 0x40, 0x80, 0x100, 0x200, 0x40000000
CHANGES = MODIFY | MOVED_FROM | MOVED_TO | CREATE | DELETE
CLOSE_NONBLOCK = os.O_CLOEXEC | os.O_NONBLOCK
HEAD = 16  # bytes of an event before its name


class OpenedFiles:
    """Watches from `begin` to `tell`."""

    def __init__(self, recorder, folders):
        self.recorder, self.folders = recorder, folders
        self.read, self.written, self.watched, self.held = {}, {}, {}, {}
        self.queue = -1

    def begin(self):
        """Watch from here on."""
        self.mapped = self.read_maps()
        self.held = {path: stamp(path) for path in self.find_held()}
        self.watch_folders()
        sys.addaudithook(self.see)

    def see(self, event, arguments):
        """Take what Python is about to do; whatever went wrong here would be raised in the application."""
        try:
            if event == "open":
                path, mode, flags = arguments
                writes = flags & WRITING if type(flags) is int else "r" not in (mode or "r") or "+" in mode
                self.keep(self.written if writes else self.read, path)
            elif event == "sqlite3.connect":
                path = self.path_of(arguments[0])
                if path and path not in self.held:
                    self.held[path] = stamp(path)
            elif event in CHANGING:
                self.keep(self.written, arguments[0])
                if event == "os.rename":
                    self.keep(self.written, arguments[1])
        except BaseException:
            pass

    def keep(self, kept, path):
        """Keep a path in one of the lists."""
        path = self.path_of(path)
        if path and len(kept) < MOST:
            kept[path] = None

    def path_of(self, path):
        """Return a path from the root; empty for a descriptor and for what nobody asks about."""
        path = os.fsdecode(path) if isinstance(path, (str, bytes, os.PathLike)) else ""
        path = path and os.path.normpath(os.path.join(self.recorder.folder, path))
        return "" if path.startswith(ELSEWHERE) or path.endswith(CODE) or "/__pycache__" in path else path

    def find_held(self):
        """Yield the files that are open: a database is written without being opened again."""
        for name in os.listdir("/proc/self/fd"):
            try:
                path = os.readlink("/proc/self/fd/" + name)
            except OSError:
                continue
            if path.startswith("/") and self.path_of(path) and os.path.isfile(path):
                yield path

    def read_maps(self):
        """Return the files that are mapped."""
        lines = self.recorder.read_file("/proc/self/maps").splitlines()
        names = {words[5] for words in (line.split(None, 5) for line in lines) if len(words) == 6 and words[4] != b"0"}
        return {path for path in map(self.path_of, names) if path and ".so" not in os.path.basename(path)}

    def watch_folders(self):
        """Watch the folders of the project, where the system has a way."""
        try:
            from _ctypes import call_function, dlopen, dlsym

            library = dlopen(None, 0)
            self.queue = call_function(dlsym(library, "inotify_init1"), (CLOSE_NONBLOCK,))
            add = dlsym(library, "inotify_add_watch")
            for folder in self.folders if self.queue >= 0 else ():
                number = call_function(add, (self.queue, os.fsencode(folder), ACCESS | OPEN | CHANGES))
                if number > 0:
                    self.watched[number] = folder
        except (ImportError, OSError, AttributeError):
            pass

    def take_events(self):
        """Take what the folders tell."""
        while self.queue >= 0:
            try:
                data = os.read(self.queue, 1 << 16)
            except OSError:
                break
            place = 0
            while place < len(data):
                number, mask, _, length = (
                    int.from_bytes(data[at : at + 4], sys.byteorder) for at in range(place, place + HEAD, 4)
                )
                name = data[place + HEAD : place + HEAD + length].rstrip(b"\0")
                place += HEAD + length
                if number in self.watched and name and not (mask & OF_FOLDER and not mask & CHANGES):
                    path = os.path.join(self.watched[number], os.fsdecode(name))
                    self.keep(self.written if mask & CHANGES else self.read, path)

    def tell(self, recorder):
        """Write a record for each file, the size and how with those that were read."""
        self.take_events()
        mapped = self.read_maps()
        for path in [*self.read, *(mapped - self.mapped - set(self.read))]:
            size = stamp(path)[0]
            if size >= SMALL_BYTES:
                self.send(recorder, "F %d %s" % (size, "mapped" if path in mapped else "read"), path)
        changed = [path for path, before in self.held.items() if stamp(path) != before and path not in self.written]
        for path in [*self.written, *changed]:
            self.send(recorder, "W", path)

    def send(self, recorder, head, path):
        """Write one record."""
        recorder.send(("%s %s\n" % (head, path.replace("\n", " "))).encode("utf-8", "backslashreplace"))


def stamp(path):
    """Return size and time of a file; -1 where there is none."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return -1, 0
    return status.st_size, status.st_mtime_ns
