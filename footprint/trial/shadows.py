"""Shadows of one environment and project: overlays where the system lets us mount them, links where not."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from footprint.audit.checkout import Checkout
from footprint.audit.target import Target
from footprint.collect.disk.claims import Claims
from footprint.config.options import TargetOptions
from footprint.files.paths import real
from footprint.files.private import nameless_file
from footprint.model.trial import Engine
from footprint.probe.program_end import run_to_end
from footprint.probe.shadow import Shadow
from footprint.probe.started_program import Order
from footprint.trial.ground import Change, Ground, NoShadow
from footprint.trial.large_libraries import find_large_libraries
from footprint.trial.links import open_links
from footprint.trial.overlay import open_overlay
from footprint.values import replace

_COMPILE = "import py_compile, sys\nfor path in sys.argv[1:]: py_compile.compile(path)"
_COMPILE_S = 60


class Shadows:
    """Makes shadows; `engine` is what all of them are, and `why` says why they are links."""

    def __init__(self, ground: Ground, engine: Engine | None = None) -> None:
        self.ground, self.engine, self.why = ground, engine, ""

    @classmethod
    def of(cls, target: Target, options: TargetOptions, engine: Engine | None = None) -> Shadows:
        """Return what makes shadows of a target. Raises: NoShadow where there is no interpreter to start."""
        python = target.interpreter
        if python.executable is None:
            raise NoShadow("there is no interpreter to start")
        claims = Claims(python.prefix, python.site_dirs, target.there)
        claims.collect()
        sources = {real(place.path) for one in target.there for place in one.places}
        folders = tuple(path for path in sorted(sources) if path.is_dir())
        libraries = find_large_libraries(claims, str(python.prefix))
        return cls(Ground(python, real(options.project), claims, folders, libraries), engine)

    @contextmanager
    def give(self, change: Change) -> Iterator[Shadow]:
        """Give a shadow with one change in it. Raises: NoShadow."""
        for one in self.ground.claims.installed:
            if one.name in change.without and one.info_name.endswith(".egg-link"):
                raise NoShadow(
                    f"{one.name} is installed by `setup.py develop`, which leaves a line of easy-install.pth"
                )
        with ExitStack() as held:
            shadow = held.enter_context(self._open(change))
            if change.edits:
                _compile(shadow, [path for path in change.edits if path.endswith(".py")])
            yield shadow

    @contextmanager
    def _open(self, change: Change) -> Iterator[Shadow]:
        with ExitStack() as held:
            if self.engine != "links":
                try:
                    shadow = held.enter_context(open_overlay(self.ground, change))
                except NoShadow as refused:
                    if self.engine == "overlay":
                        raise
                    self.why = str(refused)
                    shadow = held.enter_context(open_links(self.ground, change))
            else:
                shadow = held.enter_context(open_links(self.ground, change))
            self.engine = shadow.engine  # all of one series are of one kind, to be compared
            yield replace(shadow, links_because=self.why)

    @staticmethod
    def edit(shadow: Shadow, contents: Mapping[str, bytes]) -> None:
        """Give files of the project another content in a shadow that is there. Raises: NoShadow."""
        try:
            shadow.edit(contents)
        except OSError as error:
            raise NoShadow(f"the change cannot be made in a shadow: {error.strerror or error}") from error
        _compile(shadow, [path for path in contents if path.endswith(".py")])


@contextmanager
def shadowed(checkout: Checkout) -> Iterator[Checkout]:
    """Give the checkout so that its entries are started in a shadow, of links where no overlay can be mounted.

    As it is, where nothing is started. Raises: NoShadow where there can be neither.
    """
    if not checkout.can_start:
        yield checkout
        return
    with Shadows.of(checkout.target, checkout.options.target).give(Change()) as shadow:
        yield replace(checkout, shadow=shadow)


@contextmanager
def covered(checkout: Checkout) -> Iterator[Checkout]:
    """Give the checkout so that what its entries write to project and environment is thrown away.

    As it is, where the system lets us mount no overlay.
    """
    with ExitStack() as held:
        try:
            shadows = Shadows.of(checkout.target, checkout.options.target, "overlay")
            shadow = held.enter_context(shadows.give(Change()))
        except NoShadow:
            yield checkout
        else:
            yield replace(checkout, shadow=shadow)


def _compile(shadow: Shadow, paths: list[str]) -> None:
    """Write the bytecode of edited files: compiling them would count for the start. What fails shows there."""
    files = [str(shadow.project / path) for path in paths]
    command = (str(shadow.interpreter.executable), "-I", "-S", "-c", _COMPILE, *files)
    with nameless_file() as nothing:
        output = nothing.fileno()
        order = Order(command, shadow.project, os.environ, output, output, overlays=shadow.overlays)
        run_to_end(order, _COMPILE_S)
