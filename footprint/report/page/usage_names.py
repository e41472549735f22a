"""What the page calls the classes of use. Their keys stay English: colours, filters and the JSON go by them."""

from __future__ import annotations

from collections.abc import Mapping

from footprint.model.audit import Usage
from footprint.report.languages.messages import message, say

_NAMES: Mapping[Usage, str] = {
    Usage.STARTUP: message("startup"),
    Usage.LAZY: message("lazy"),
    Usage.IMPLIED: message("implied"),
    Usage.UNREACHED: message("unreached"),
    Usage.TESTS: message("tests"),
    Usage.TYPING: message("typing"),
    Usage.TRANSITIVE: message("transitive"),
    Usage.UNUSED: message("unused"),
    Usage.ORPHAN: message("orphan"),
}
_MEANINGS: Mapping[Usage, str] = {
    Usage.STARTUP: message("imported when the app starts"),
    Usage.LAZY: message("imported only when certain functions run"),
    Usage.IMPLIED: message("needed without an import of yours: a server, a driver, a plugin"),
    Usage.UNREACHED: message("imported only by modules that nothing imports"),
    Usage.TESTS: message("used by tests or development only"),
    Usage.TYPING: message("used for type checking only"),
    Usage.TRANSITIVE: message("required by another distribution"),
    Usage.UNUSED: message("declared, and no use was found"),
    Usage.ORPHAN: message("installed, but neither declared nor required by what is declared"),
}


def usage_name(usage: Usage) -> str:
    """Return the name of a class in the language that is spoken."""
    return say(_NAMES[usage])


def usage_meaning(usage: Usage) -> str:
    """Return what a class means."""
    return say(_MEANINGS[usage])
