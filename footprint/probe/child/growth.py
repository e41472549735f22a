"""A thread of a process that is measured live: where in the project its memory grows.

Every two milliseconds it reads the memory. Where that has grown or shrunk by a step, it writes which line of the project
was running, in a thread that was neither where it rests nor waiting for another. What holds the interpreter's lock
meanwhile, a call of C, hands it over right after: the line is that one, or the next where the call was short.
"""

import os
import sys
from _thread import allocate_lock, get_ident, get_native_id, start_new_thread
from os import pread
from time import monotonic_ns, sleep

STEP_KB = 1024
PAUSE_S = 0.002
RESTING = 50  # readings without a step and without much work, after which every thread is taken to be where it rests
MUCH_WORK, ENDLESS = 3, 1 << 63  # ticks of one thread meanwhile
WAITING = ("threading.py", "selectors.py", "queue.py", "socket.py", "thread.py", "subprocess.py", "connection.py")
IMPORTING = "<frozen importlib"


class Growth:
    """Watches from `begin` or `start` to `stop`; at a fork it stands still, and the fork begins anew."""

    def __init__(self, recorder, keep_high, project):
        """Write with `recorder` what grows in lines of files below the folder `project`."""
        self.recorder, self.keep_high, self.project = recorder, keep_high, project.rstrip("/") + "/"
        self.paths = {}
        self.resting = {}
        self.running = allocate_lock()
        self.lost_kb = 0  # of the steps at which none of the project ran

    def begin(self):
        """Begin with what the process has now."""
        self.level = self.top = None
        self.start()

    def start(self):
        """Go on where it stopped, in a thread that no list of Python's knows."""
        self.open_status()
        if self.level is None:
            self.level, self.top = self.read()
        self.running, self.stopping, self.task = allocate_lock(), False, None
        self.running.acquire()
        start_new_thread(self.run, ())

    def open_status(self):
        """Open what is read."""
        self.status = self.keep_high(os.open("/proc/self/status", os.O_RDONLY), 2)

    def see_rest(self):
        """Count what has grown since the last step, of which nobody sees where."""
        rss, high = self.read()
        rest = max(rss - self.level, high - self.top)
        self.lost_kb += rest if rest >= STEP_KB else 0

    def stop(self):
        """End it, and wait until it is gone: Python warns where a process with several threads forks."""
        self.stopping = True
        if self.running.acquire(True, 0.1):
            for _ in range(100):
                if not os.path.exists("/proc/self/task/%s" % self.task):
                    break
                sleep(PAUSE_S / 10)
        self.close()

    def close(self):
        """Close its descriptor."""
        try:
            os.close(self.status)
        except OSError:
            pass

    def run(self):
        """Look until somebody says stop."""
        self.task = get_native_id()
        try:
            signals = sys.modules.get("_signal")
            if signals:  # they are for the application's own threads
                signals.pthread_sigmask(signals.SIG_BLOCK, range(1, 32))
            self.watch()
        except Exception:  # noqa: S110 - descriptors that it closed; an interpreter that goes down
            pass
        finally:
            self.running.release()

    def watch(self):
        """Write each step."""
        quiet, before = 0, None
        while self.recorder.live and not self.stopping:
            sleep(PAUSE_S)
            rss, high = self.read()
            self.top = min(self.top, high)  # it may be reset from outside
            if abs(rss - self.level) >= STEP_KB or high - self.top >= STEP_KB:
                place = self.find()
                self.lost_kb += 0 if place[-1:] != "\t" else max(rss - self.level, high - self.top, 0)
                record = "d %d %d %d %s\n" % (monotonic_ns(), rss - self.level, high - self.top, place)
                self.recorder.send(record.encode("utf-8", "backslashreplace"))
                self.level, self.top, quiet, before = rss, high, 0, None
                continue
            quiet += 1
            if quiet % RESTING == 0:
                work = self.work()
                if before is not None and all(abs(work[task] - before.get(task, 0)) < MUCH_WORK for task in work):
                    self.resting = self.places()
                before = work

    def read(self):
        """Return RSS and its high-water mark in kB."""
        rest = pread(self.status, 4096, 0).partition(b"VmHWM:")[2]
        return int(rest.partition(b"VmRSS:")[2].split(None, 1)[0]), int(rest.split(None, 1)[0])

    def work(self):
        """Return the processor time of each other thread in ticks; endless where it runs, or waits for a processor.

        On a busy machine one that works waits most of the time. Source: proc_pid_stat(5).
        """
        found = {}
        for task in os.listdir("/proc/self/task"):
            try:
                if int(task) != self.task:
                    words = self.recorder.read_file("/proc/self/task/%s/stat" % task).rpartition(b")")[2].split()
                    found[task] = ENDLESS if words[0] == b"R" else int(words[11]) + int(words[12])
            except OSError:  # it is over
                pass
        return found

    def places(self):
        """Return where each thread is."""
        return {thread: (id(frame.f_code), frame.f_lasti) for thread, frame in sys._current_frames().items()}

    def find(self):
        """Return `import` or `data`, a tab, and `path:line` of the project; empty where none of it runs."""
        own, main, found = get_ident(), self.recorder.main, []
        for thread, frame in sys._current_frames().items():
            rests = self.resting.get(thread) == (id(frame.f_code), frame.f_lasti)
            if thread != own and not rests and frame.f_code.co_filename.rpartition("/")[2] not in WAITING:
                kind, place = self.describe(frame)
                found.append((bool(place), thread == main, kind, place))
        return "%s\t%s" % max(found)[2:] if found else "data\t"

    def describe(self, frame):
        """Return what a thread does, and where in the project."""
        kind = "data"
        while frame is not None:
            name = frame.f_code.co_filename
            if name.startswith(IMPORTING):
                kind = "import"
            path = self.paths.get(name)
            if path is None:
                path = self.paths[name] = self.within(name)
            if path:
                return kind, "%s:%d" % (path, frame.f_lineno)
            frame = frame.f_back
        return kind, ""

    def within(self, name):
        """Return a file of the project by its path in there; empty for any other."""
        path = os.path.normpath(os.path.join(self.recorder.folder, name))
        is_ours = path.startswith(self.project) and "/site-packages/" not in path and name[:1] != "<"
        if not is_ours or path.startswith((sys.prefix + "/", sys.base_prefix + "/")):
            return ""
        return path[len(self.project) :].replace("\n", " ")
