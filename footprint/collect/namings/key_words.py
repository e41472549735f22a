"""What the name of a key, an argument or a variable says about its value."""

from __future__ import annotations

import re

from footprint.names import word_set

_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# What stands under them is left out, switched off, or only spoken of.
_CONTRARY = word_set("""
    disable disabled disables exclude excluded excludes excluding ignore ignored ignores skip skipped skips without
    omit omitted deny denied denylist blacklist blocklist blocked forbid forbidden remove removed deprecated
    unsupported silence silenced not mute muted suppress suppressed logger loggers unused unwanted banned never
""")
_LABELS = word_set("""
    help description title label doc docs summary epilog usage message messages msg placeholder caption comment
    comments note notes extra tags keywords classifiers author authors license copyright agent hint tooltip example
    examples tagline heading host hostname hosts server servers address domain email image username user password
    secret level icon color colour fill stroke background foreground css cookie cookies i18n locale
""")


# "server_name", "db_table": what somebody's own things are called.
_NAMES = frozenset({"name", "names", "id", "table"})
_THINGS = word_set("""
    server service host user app job container project model table field column event queue task thread process
    metric span index collection database db bucket topic stream group channel account domain logger route view url
    image
""")


_LOGGERS = frozenset({"logger", "loggers"})
_CLASSES = word_set("class classes cls factory backend type handler handlers module")


def is_contrary(name: str) -> bool:
    """Whether what is named there is not wanted, or only logged: "excludes", "DISABLED_APPS", "loggers".

    The class of a logger is loaded: `logger_class` of gunicorn.
    """
    parts = parts_of(name)
    found = _CONTRARY.intersection(parts)
    return bool(found) and not (found <= _LOGGERS and parts[-1] in _CLASSES)


def is_label(name: str) -> bool:
    """Whether a value of that name is meant for people, or names a machine: "help_text", "User-Agent", "REDIS_HOST"."""
    parts = parts_of(name)
    if not parts:
        return False
    is_of_a_thing = len(parts) > 1 and parts[-1] in _NAMES and parts[-2] in _THINGS
    return is_of_a_thing or parts[-1] in _LABELS or parts[0] in ("help", "verbose", "description")


def parts_of(name: str) -> list[str]:
    """Return the words of a name in lower case: "userAgent" and "USER_AGENT" are user and agent."""
    return [part.lower() for part in _PART.findall(name)]
