"""What malloc keeps though nothing of it is in use: given back to the system, and counted. By the C library of Linux,
or by another allocator where one was loaded before it. Source: malloc_trim(3), mallinfo(3), mallctl(3).
"""

import sys

GLIBC = "malloc_trim"
# The function by which each allocator gives back what is free, and its arguments. One that was preloaded comes first.
RELEASES = (
    ("mallctl", (b"arena.4096.purge", None, None, None, None)),  # jemalloc; 4096: all arenas
    ("mi_collect", (1,)),
    ("MallocExtension_ReleaseFreeMemory", ()),
    (GLIBC, (0,)),
)
USED, MAPPED, SYSTEM = 7, 4, 0  # places of uordblks, hblkhd and arena in what mallinfo gives
NOT_TOLD = (-1, -1)


class Allocator:
    """The allocator of this process. `name` is empty where it has no way to give anything back."""

    def __init__(self):
        self.name, self.release = "", None
        try:
            import _ctypes

            self.library = _ctypes.dlopen(None, 0)
        except (ImportError, OSError):
            return
        for name, arguments in RELEASES:
            address = self.find(name)
            if address:
                self.name, self.release = name, (_ctypes.call_function, address, arguments)
                return

    def find(self, name):
        """Return the address of a function; None where there is none."""
        try:
            return sys.modules["_ctypes"].dlsym(self.library, name)
        except OSError:
            return None

    def trim(self):
        """Give back what is free."""
        if self.release is not None:
            call, address, arguments = self.release
            call(address, arguments)

    def count(self):
        """Return the kB in use, and those taken from the system; -1 each where nobody tells.

        Of all arenas, since glibc 2.33; before that up to 4 GiB.
        """
        if self.name != GLIBC:
            return NOT_TOLD
        address, kind = self.find("mallinfo2"), "L"
        if not address:
            address, kind = self.find("mallinfo"), "I"
        if not address:
            return NOT_TOLD
        import _ctypes

        number = type("Number", (_ctypes._SimpleCData,), {"_type_": kind})
        info = type("Info", (_ctypes.Structure,), {"_fields_": [("f%d" % place, number) for place in range(10)]})
        function = type("Function", (_ctypes.CFuncPtr,), {"_flags_": 1, "_restype_": info})
        found = function(address)()
        used, mapped, system = (getattr(found, "f%d" % place) for place in (USED, MAPPED, SYSTEM))
        return (used + mapped) >> 10, (system + mapped) >> 10
