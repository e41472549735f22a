"""The fallback when `_find_and_load` cannot be replaced: a finder that times `exec_module`.

Sees neither built-in nor frozen modules, nor the time that finding takes.
"""

import sys


class TimingFinder:
    """Asks the other finders and wraps what they return."""

    def __init__(self, recorder):
        self.recorder = recorder

    def find_spec(self, name, path=None, target=None):
        """Return the spec that the finders after this one give, its loader wrapped."""
        for finder in list(sys.meta_path):
            find = getattr(finder, "find_spec", None)
            if finder is self or find is None:
                continue
            spec = find(name, path, target)
            if spec is not None:
                self.wrap(name, spec.loader)
                return spec
        return None

    def wrap(self, name, loader):
        """Time one call of `exec_module` on this loader object."""
        # Built-in and frozen loaders are classes that all modules share: patching one breaks every import.
        if loader is None or isinstance(loader, type) or not hasattr(loader, "exec_module"):
            return
        recorder, original = self.recorder, loader.exec_module

        def exec_module(module):
            try:
                del loader.exec_module
            except AttributeError:
                pass
            number = recorder.begin(name)
            try:
                original(module)
            except BaseException as error:
                recorder.end(number, id(error))
                raise
            recorder.end(number, 1)

        try:
            loader.exec_module = exec_module
        except AttributeError:  # a loader with slots
            pass


def install(recorder):
    """Put the finder first; return the name of this hook."""
    sys.meta_path.insert(0, TimingFinder(recorder))
    return "meta_path"
