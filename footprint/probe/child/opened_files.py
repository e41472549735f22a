"""Which files a call read, mapped and wrote: as Python opens them, as their folders tell, and as the process maps them.

What is opened in C (onnxruntime does) no audit hook sees: the folders of the project are watched. Source: inotify(7).
"""

import os
import sys

SMALL_BYTES = 1 << 16  # what is read of smaller ones is not told
MOST = 1000
BYTECODE = (".pyc",)
CODE = (".py", ".pyc", ".pyi", ".so", ".pth")  # what is read of it is told as imports
ELSEWHERE = ("/proc/", "/dev/", "/sys/", "/memfd:", "[")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# Of what changes a path: which arguments are paths, and which of them the folder that each is meant from.
CHANGING = {
    "os.remove": ((0, 1),),
    "os.rename": ((0, 2), (1, 3)),
    "os.mkdir": ((0, 2),),
    "os.rmdir": ((0, 1),),
    "os.link": ((1, 3),),
    "os.symlink": ((1, 2),),
    "os.truncate": ((0, None),),
}
DATABASE = ("", "-wal", "-journal", "-shm")  # the files of one database of SQLite
ACCESS, MODIFY, OPEN, MOVED_FROM, MOVED_TO, CREATE, DELETE, OF_FOLDER = 1, 2, 0x20, 0x40, 0x80, 0x100, 0x200, 0x40000000
CHANGES = MODIFY | MOVED_FROM | MOVED_TO | CREATE | DELETE
CLOSE_NONBLOCK = os.O_CLOEXEC | os.O_NONBLOCK
NONE = -1, 0, 0  # how a file is that there is not
HEAD = 16  # bytes of an event before its name


class OpenedFiles:
    """Watches from `begin` to `tell`."""

    def __init__(self, recorder, folders, keep_high):
        self.recorder, self.folders, self.keep_high = recorder, folders, keep_high
        self.read, self.written, self.watched = {}, {}, {}
        self.queue = -1

    def begin(self, held):
        """Watch from here on. Files that are `held` by the process above as well are changed by that one."""
        self.mapped = self.read_maps()
        self.others = {path + end for path in held for end in DATABASE}
        for path in self.find_held():
            self.written[path] = stamp(path)
        self.watch_folders()
        sys.addaudithook(self.see)

    def see(self, event, arguments):
        """Take what Python is about to do; whatever went wrong here would be raised in the application."""
        try:
            if event == "open":
                path, mode, flags = arguments
                writes = flags & WRITING if type(flags) is int else "r" not in (mode or "r") or "+" in mode
                self.keep_written(path) if writes else self.keep_read(path)
            elif event == "sqlite3.connect":
                path = os.fsdecode(arguments[0])
                path = path.partition("?")[0][5:] if path.startswith("file:") else path
                for end in DATABASE[:2] if path and path[:1] != ":" else ():
                    self.keep_written(path + end)
            elif event in CHANGING:
                for place, folder in CHANGING[event]:
                    self.keep_written(arguments[place], -1 if folder is None else arguments[folder])
        except BaseException:
            pass

    def keep_written(self, path, folder=-1):
        """Keep a path that may be about to change, and how it is now."""
        path = self.path_of(path, folder, BYTECODE)
        self.others.discard(path)
        if path and path not in self.written and len(self.written) < MOST:
            self.written[path] = stamp(path)

    def keep_read(self, path):
        """Keep a path that is about to be read."""
        path = self.path_of(path)
        if path and len(self.read) < MOST:
            self.read[path] = None

    def path_of(self, path, folder=-1, passed_over=CODE):
        """Return a path from the root; empty for a descriptor and for what nobody asks about.

        A relative one is meant from the descriptor `folder`, from the working folder at -1.
        """
        path = os.fsdecode(path) if isinstance(path, (str, bytes, os.PathLike)) else ""
        if path[:1] not in ("", "/"):
            path = os.path.join(os.getcwd() if folder == -1 else os.readlink("/proc/self/fd/%d" % folder), path)
        path = path and os.path.normpath(path)
        return "" if path.startswith(ELSEWHERE) or path.endswith(passed_over) or "/__pycache__" in path else path

    def find_held(self):
        """Yield the files that can be written without being opened again: those of a database, and mapped ones."""
        found = {words[5] for words in self.read_mappings() if words[1].startswith(b"rw") and words[1][3:] == b"s"}
        for name in os.listdir("/proc/self/fd"):
            try:
                flags = self.recorder.read_file("/proc/self/fdinfo/" + name).partition(b"flags:")[2].split()[0]
                path = os.readlink("/proc/self/fd/" + name)
            except OSError:
                continue
            if int(flags, 8) & WRITING and path not in self.others:
                found.add(path)
        for path in map(self.path_of, found):
            if path[:1] == "/" and not path.endswith("-shm") and os.path.isfile(path):
                yield path

    def read_mappings(self):
        """Yield the words of each mapping of a file."""
        for line in self.recorder.read_file("/proc/self/maps").splitlines():
            words = line.split(None, 5)
            if len(words) == 6 and words[4] != b"0":
                yield words

    def read_maps(self):
        """Return the files that are mapped."""
        names = {words[5] for words in self.read_mappings()}
        return {path for path in map(self.path_of, names) if path and ".so" not in os.path.basename(path)}

    def watch_folders(self):
        """Watch the folders of the project, where the system has a way."""
        try:
            from _ctypes import call_function, dlopen, dlsym

            library = dlopen(None, 0)
            self.queue = call_function(dlsym(library, "inotify_init1"), (CLOSE_NONBLOCK,))
            add = dlsym(library, "inotify_add_watch")
            self.queue = self.keep_high(self.queue, 3) if self.queue >= 0 else -1
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
                    self.take_event(os.path.join(self.watched[number], os.fsdecode(name)), mask)

    def take_event(self, path, mask):
        """Take that something happened to a path, maybe by another process."""
        if not mask & CHANGES:
            self.keep_read(path)
            return
        path = self.path_of(path, passed_over=BYTECODE)
        if path and path not in self.others and len(self.written) < MOST:
            self.written.setdefault(path, NONE if mask & CREATE else None)  # None: nobody knows how it was

    def tell(self, more):
        """Write a record for each file, the size and how with those that were read. `more` were written besides."""
        self.take_events()
        mapped = self.read_maps()
        for path in [*self.read, *(mapped - self.mapped - set(self.read))]:
            size = stamp(path)[0]
            if size >= SMALL_BYTES:
                self.send("F %d %s" % (size, "mapped" if path in mapped else "read"), path)
        changed = [path for path, before in self.written.items() if stamp(path) != before]
        for path in dict.fromkeys([*changed, *more]):
            self.send("W", path)

    def send(self, head, path):
        """Write one record."""
        self.recorder.send(("%s %s\n" % (head, path.replace("\n", " "))).encode("utf-8", "backslashreplace"))


def stamp(path):
    """Return size, time and number of a file."""
    try:
        status = os.lstat(path)
    except (OSError, ValueError):
        return NONE
    return status.st_size, status.st_mtime_ns, status.st_ino
