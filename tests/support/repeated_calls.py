"""Functions of which the growth is known: what each keeps from call to call, and what --repeat has to say of it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

MIB = 1 << 20


class Repeated(NamedTuple):
    """A function, the kinds that are right for 50 calls of it, and what else must hold of the row."""

    source: str
    kinds: Sequence[str]
    slope_kib: float | None = None  # within a fifth
    waits_mib: float = 0.0  # at least, for the collector
    keeps_mib: float = 0.0  # at least, by the allocator
    own_line: bool = False  # the line of most of it is in this file


HEAD = '''
import ctypes, functools, gc, logging, logging.handlers, os, random, threading

chance = random.Random(int(os.environ.get("SEED", "0")))
count = 0


def block(low, high=None):
    """Return touched memory of so many kB."""
    return b"x" * (1000 * (low if high is None else chance.randint(low, high)))


def take_in_c(size):
    """Return the address of memory that nobody frees."""
    libc.malloc.restype = ctypes.c_void_p
    found = libc.malloc(ctypes.c_size_t(size))
    ctypes.memset(found, 1, size)
    return found


libc = ctypes.CDLL(None)
'''
RISING = ("rising-python",)
CASES: Mapping[str, Repeated] = {
    "LRU of 20 warming": Repeated(
        """
        @functools.lru_cache(maxsize=20)
        def look_up(key):
            return block(100)


        def lru():
            global count
            count += 1
            look_up(count)
            look_up(chance.randint(1, count))
        """,
        ("fills",),
    ),
    "dict of 15 slots": Repeated(
        """
        slots = {}


        def fixed():
            global count
            count += 1
            slots[count % 15] = block(80, 120)
        """,
        ("fills",),
    ),
    "list that grows": Repeated(
        """
        kept = []


        def grow():
            kept.append(block(102))
            block(500, 3000)
        """,
        RISING,
        slope_kib=100,
        own_line=True,
    ),
    "400 small dicts": Repeated(
        """
        rows = []


        def dicts():
            rows.extend({"number": number, "text": str(number)} for number in range(390 + chance.randint(0, 20)))
        """,
        RISING,
        own_line=True,
    ),
    "log buffer": Repeated(
        """
        log = logging.getLogger("kept")
        log.propagate = False
        log.addHandler(logging.handlers.MemoryHandler(10**9, flushLevel=99))


        def logs():
            for number in range(chance.randint(38, 42)):
                log.warning("something happened %s", number)
        """,
        RISING,
        own_line=True,
    ),
    "growth in C": Repeated(
        """
        def grow_in_c():
            take_in_c(150 << 10)
            block(500, 3000)
        """,
        ("rising-c",),
        slope_kib=150,
    ),
    "freed, with pins": Repeated(
        """
        def pins():
            blocks = [block(2, 60) for _ in range(900)]
            pinned[:] = blocks[::90]


        pinned = []
        """,
        ("flat",),
        keeps_mib=15,
    ),
    "model once": Repeated(
        """
        def once():
            model.append(block(30_000)) if not model else None
            block(500, 3000)


        model = []
        """,
        ("flat",),
    ),
    "model each time": Repeated(
        """
        def each():
            global weights
            fresh = [block(100, 140) for _ in range(150)]
            weights = fresh


        weights = []
        """,
        ("flat",),
    ),
    "none": Repeated(
        """
        def none():
            block(500, 6000)
            sum(len(block(1, 100)) for _ in range(50))
        """,
        ("flat",),
    ),
    "thread arenas": Repeated(
        """
        def arenas():
            gate = threading.Barrier(4)

            def work(seed):
                own = random.Random(seed)
                parts = [b"x" * own.randint(1000, 60_000) for _ in range(100)]
                gate.wait()
                del parts

            threads = [threading.Thread(target=work, args=(chance.random(),)) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        """,
        ("flat", "allocator", "fills"),
    ),
    "cycles": Repeated(
        """
        class Node:
            pass


        def cycles():
            node = Node()
            node.itself, node.data = node, block(280, 320)
        """,
        ("flat",),
        waits_mib=3,
    ),
    "kept among freed": Repeated(
        """
        def among():
            made = [str(number) * 8 for number in range(20_000)]
            few.extend(made[:: chance.randint(18, 22)])


        few = []
        """,
        RISING,
        own_line=True,
    ),
}
# Beyond those thirteen.
HARDER: Mapping[str, Repeated] = {
    "more and more arenas": Repeated(
        """
        def wider():
            global threads_count
            threads_count += 0.25
            gate = threading.Barrier(int(threads_count))

            def work(seed):
                own = random.Random(seed)
                parts = [b"x" * own.randint(1000, 60_000) for _ in range(60)]
                gate.wait()
                del parts

            threads = [threading.Thread(target=work, args=(chance.random(),)) for _ in range(int(threads_count))]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()


        threads_count = 1
        """,
        ("flat", "allocator", "fills", "not-told"),
    ),
    "full after 30": Repeated(
        """
        def full():
            thirty.append(block(100)) if len(thirty) < 30 else None


        thirty = []
        """,
        ("fills",),
    ),
    "small growth in C": Repeated(
        """
        def small_in_c():
            for _ in range(chance.randint(190, 210)):
                take_in_c(chance.randint(64, 160))
        """,
        ("rising-c",),
    ),
    "LRU of 128": Repeated(
        """
        @functools.lru_cache
        def find(key):
            return block(100)


        def larger():
            global count
            count += 1
            find(count)
        """,
        ("still-rising",),
        slope_kib=98,
        own_line=True,
    ),
    "cache without a limit": Repeated(
        """
        @functools.lru_cache(maxsize=None)
        def find_any(key):
            return block(100)


        def endless():
            global count
            count += 1
            find_any(count)
        """,
        RISING,
        slope_kib=98,
        own_line=True,
    ),
    "growth in C and in Python": Repeated(
        """
        def both():
            take_in_c(70_000)
            halves.append(block(48))


        halves = []
        """,
        ("rising",),
        slope_kib=115,
    ),
    "mapped by C": Repeated(
        """
        def maps():
            libc.mmap.restype = ctypes.c_void_p
            found = libc.mmap(None, ctypes.c_size_t(1 << 17), 3, 0x22, -1, 0)
            ctypes.memset(found, 1, 1 << 17)
        """,
        ("rising",),
        slope_kib=128,
    ),
    "threads that never end": Repeated(
        """
        def starts():
            threading.Thread(target=threading.Event().wait, daemon=True).start()
        """,
        ("rising", "rising-c", "allocator"),
    ),
    "up and down": Repeated(
        """
        def restless():
            global held
            held = block(1000, 30_000)


        held = b""
        """,
        ("flat", "not-told"),
    ),
}
ALL = {**CASES, **HARDER}


def function_of(name: str) -> str:
    """Return the function of a case: the one that its text defines last at the top."""
    lines = [line.strip() for line in ALL[name].source.split("\n        ") if line.strip().startswith("def ")]
    tops = [line for line in ALL[name].source.splitlines() if line.startswith("        def ")]
    return (tops or lines)[-1].strip()[4:].partition("(")[0]


def is_right(name: str, row: Mapping[str, Any]) -> bool:
    """Whether what is said of a case is true."""
    case, said = ALL[name], row["repeated"]
    right = said["kind"] in case.kinds
    if case.slope_kib is not None and right:
        right = abs(said["slope_bytes"] / 1024 - case.slope_kib) <= case.slope_kib / 5
    right = right and said["waiting_for_collector_bytes"] >= case.waits_mib * MIB
    right = right and said["kept_by_allocator_bytes"] >= case.keeps_mib * MIB
    return bool(right and (not case.own_line or said["path"] == "cases.py"))
