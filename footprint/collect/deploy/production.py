"""Which start commands and images are deployed for certain, as far as names, mounts and other files tell.

Laws: nothing is read and nothing is run. A doubt leaves out: a file for developers, one beside which another is for
production, a container in which the project's folder is mounted, an image whose command somebody overrules.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Sequence

from footprint.knowledge.development_starts import is_for_developers, is_for_production
from footprint.model.source_modules import StartCommand
from footprint.model.start_habits import ServiceOutline
from footprint.values import dataclass

_IMAGE = re.compile(r"dockerfile|containerfile", re.IGNORECASE)
_COMPOSE = re.compile(r"compose", re.IGNORECASE)
_OF_HOME = frozenset({".env", ".flaskenv"})


def is_image(path: str) -> bool:
    """Whether a deploy file is a Dockerfile."""
    return _IMAGE.search(posixpath.basename(path)) is not None


def is_compose(path: str) -> bool:
    """Whether a deploy file is a compose file."""
    return not is_image(path) and _COMPOSE.search(posixpath.basename(path)) is not None


@dataclass(frozen=True, slots=True)
class Production:
    """What the deploy files state together."""

    commands: tuple[StartCommand, ...]
    services: tuple[ServiceOutline, ...]
    paths: tuple[str, ...]  # of the Dockerfiles and compose files

    @classmethod
    def of(
        cls, commands: Iterable[StartCommand], services: Iterable[ServiceOutline], images: Iterable[str]
    ) -> Production:
        """Take the commands of start files, the services of compose files, and the paths of Dockerfiles."""
        commands, services = tuple(commands), tuple(services)
        paths = (*images, *(each.path for each in services), *(each.path for each in commands))
        return cls(
            commands, services, tuple(dict.fromkeys(path for path in paths if is_image(path) or is_compose(path)))
        )

    def platforms(self, folder: str | None = None) -> Sequence[StartCommand]:
        """Return the commands of files that are written for a platform alone, of one folder or of all."""
        found = [each for each in self.commands if not is_image(each.path) and not is_compose(each.path)]
        found = [each for each in found if each.purpose == "start" and posixpath.basename(each.path) not in _OF_HOME]
        return [each for each in found if folder in (None, each.working_dir) and not is_for_developers(each.path)]

    def is_deployed(self, command: StartCommand) -> bool:
        """Whether a command is what a deployment runs."""
        if command.purpose != "start" or command.trust == "recipe" or command.foreign:
            return False
        if is_for_developers(command.path) or is_for_developers(command.name):
            return False
        if posixpath.basename(command.path) in _OF_HOME:
            return False
        if not is_image(command.path) and not is_compose(command.path):
            return True
        if self.platforms(command.working_dir) or self.is_beside_production(command.path):
            return False
        if is_image(command.path):
            return not self._is_overruled(command.path)
        own = [each for each in self.services if (each.path, each.name) == (command.path, command.name)]
        return not any(each.is_mounted or each.is_optional for each in own)

    def is_deployed_image(self, path: str, stage: str) -> bool:
        """Whether the last stage of a Dockerfile is what a deployment runs."""
        if is_for_developers(path) or is_for_developers(stage) or self.is_beside_production(path):
            return False
        built = [each for each in self.services if each.dockerfile == path]
        if any(each.target is not None and each.target.lower() != stage for each in built):
            return False
        return not built or any(not each.is_mounted and not is_for_developers(each.path) for each in built)

    def is_beside_production(self, path: str) -> bool:
        """Whether another file of the same kind is for production, as its name says, and this one is not."""
        kind = is_image if is_image(path) else is_compose
        others = (each for each in self.paths if kind(each) and posixpath.dirname(each) == posixpath.dirname(path))
        return not is_for_production(path) and any(is_for_production(each) for each in others)

    def deployed_services(self, path: str) -> Collection[ServiceOutline]:
        """Return the services of a compose file that run unasked; none where it is for developers, or may be."""
        own = [each for each in self.services if each.path == path and not each.is_optional]
        ours = [each for each in own if each.dockerfile is not None]
        if not ours or any(each.is_mounted for each in ours):
            return []
        return [] if is_for_developers(path) or self.is_beside_production(path) or self.platforms() else own

    def _is_overruled(self, path: str) -> bool:
        """Whether every service that is built by a Dockerfile states a command of its own, or is for developers."""
        built = [each for each in self.services if each.dockerfile == path and not is_for_developers(each.path)]
        return bool(built) and all(each.has_command or each.is_mounted for each in built)
