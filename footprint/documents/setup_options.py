"""setup.cfg as its options with the lines of their values, as configparser reads it, however broken it is."""

from __future__ import annotations

from footprint.late import late_pattern
from footprint.values import dataclass, field

_SECTION = late_pattern(r"\[([^\]]+)\]")
_NAMED = late_pattern(r"([^\s=:][^=:]*?)\s*[=:]\s*(.*)")


@dataclass(slots=True)
class SetupOption:
    """One option: its name, and each line of its value with its number."""

    section: str
    name: str
    line: int
    values: list[tuple[int, str]] = field(default_factory=list)

    @property
    def key(self) -> str:
        """Its name as setuptools compares it."""
        return self.name.lower().replace("-", "_")

    @property
    def items(self) -> list[tuple[int, str]]:
        """The items of a list of requirements, each with its line.

        setuptools splits a value on the option's own line at semicolons, markers or not.
        """
        if len(self.values) == 1 and self.values[0][0] == self.line:
            return [(self.line, part.strip()) for part in self.values[0][1].split(";")]
        return self.values


@dataclass(slots=True)
class SetupOptions:
    """The options of a file, and the first thing for which configparser would refuse it."""

    options: list[SetupOption] = field(default_factory=list)
    fault: tuple[int, str] | None = None
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def refuse(self, line: int, why: str) -> None:
        """Keep the first fault."""
        self.fault = self.fault or (line, why)

    def begin(self, section: str, name: str, line: int) -> None:
        """Remember a section ("" for `name`) or an option, of which there may be one each."""
        if (section, name) in self._seen:
            self.refuse(line, f"{name or section} stands there twice")
        self._seen.add((section, name))


def parse_setup_options(text: str) -> SetupOptions:
    """Return the options as configparser reads them: a line that is indented goes on with the value."""
    config, section, option = SetupOptions(), "", None
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith(("#", ";")):
            continue
        if line[0].isspace() and option is not None:
            option.values.append((number, stripped))
            continue
        option = None
        found = _SECTION.match(stripped)
        if found:
            section = found[1].strip()
            config.begin(section, "", number)
            continue
        named = _NAMED.match(stripped[:2000])
        if not section:
            config.refuse(number, f"{stripped[:80]!r} stands in no section")
        if named:
            option = SetupOption(section, named[1].strip(), number)
            config.begin(section, option.name, number)
            config.options.append(option)
            if named[2]:
                option.values.append((number, named[2].strip()))
        else:
            config.refuse(number, f"{stripped[:80]!r} is neither a section nor an option with a value")
    return config
