"""What a catalogue of a language holds; which languages there are is a row of the settings."""

from __future__ import annotations

from collections.abc import Mapping

from footprint.config.settings_table import LANGUAGES, Language
from footprint.values import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """One language. Messages keep their fields: `{count} of {size}` may stand in another order, none is left out.

    `nouns`: one and many of what is counted, by the English noun. `stored`: patterns of sentences that an audit holds.
    `decimal`, `group`: the signs in a figure; `grouped_from`: digits before the point from which they stand in groups.
    """

    messages: Mapping[str, str]
    nouns: Mapping[str, tuple[str, str]]
    stored: Mapping[str, str]
    decimal: str
    group: str
    grouped_from: int
    and_: str
    or_: str
    more: str


ENGLISH = Catalogue({}, {}, {}, ".", ",", 4, " and ", " or ", "{names} and {count} more")


def language_named(locale: str) -> Language | None:
    """Return the language of a locale as POSIX or an editor names it (`es_ES.UTF-8`, `es-MX`), None for others."""
    name = locale.replace("-", "_").partition(".")[0].partition("@")[0].partition("_")[0].lower()
    return next((language for language in LANGUAGES if language == name), None)


def catalogue_of(language: Language) -> Catalogue:
    """Return the catalogue of a language; another than English is loaded only when it is spoken."""
    if language == "es":
        from footprint.report.languages.spanish import SPANISH

        return SPANISH
    return ENGLISH
