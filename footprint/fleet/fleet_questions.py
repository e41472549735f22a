"""The questions about a fleet that footprint ships: a row each, with the SQL that answers it.

Names and dates are parameters, never part of the SQL. All but growth are of the newest line of each project, whether
it failed or not.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Literal

from footprint import __version__
from footprint.errors import UsageError
from footprint.fleet.database_tables import MOMENT, NEWEST_FIRST
from footprint.fleet.fleet_database import FleetDatabase
from footprint.model.fleet_answer import ANSWER_VERSION, FleetAnswer
from footprint.model.note import Note
from footprint.names import did_you_mean, normalise
from footprint.values import dataclass

_NAMED = 6  # of those that failed


@dataclass(frozen=True, slots=True)
class FleetQuestion:
    """One question: its name, what it takes, what it tells, and the SQL; `counted`: a sentence of its own, as SQL."""

    name: str
    takes: Literal["", "NAME", "[NAME]", "--since DATE"]
    says: str
    sql: str
    of_name: str = ""  # the SQL where a name is given and need not be
    counted: str = ""

    @property
    def usage(self) -> str:
        """How it is asked: "versions [NAME]"."""
        return f"{self.name} {self.takes}".rstrip()


_PLACES = (
    "(SELECT list(l.file || ':' || l.line ORDER BY l.file, l.line) FROM lines l "
    "WHERE l.audit_id = d.audit_id AND l.distribution = d.name)"
)
_NEVER_LOADED = f"""
SELECT d.project, d.version, d.usage, d.apparent_bytes AS disk_bytes, d.exclusive_bytes AS frees_bytes,
  CASE WHEN s.measured > 0 THEN 'in none of ' || s.measured || ' measured starts' ELSE 'no start was measured' END
    AS known, {_PLACES} AS declared
FROM latest_distributions d
LEFT JOIN (SELECT audit_id, count(*) FILTER (WHERE is_measured) AS measured FROM entries GROUP BY 1) s USING (audit_id)
WHERE d.name = $name AND d.version IS NOT NULL AND d.loaded_at_stage IS NULL
ORDER BY coalesce(s.measured, 0) = 0, disk_bytes DESC NULLS LAST, d.project
"""
_COUNTED = """
SELECT 'installed or locked in ' || count(*) || ' of ' || (SELECT count(*) FROM latest WHERE outcome = 'done')
  || ' audited projects, loaded in ' || count(loaded_at_stage) || '; versions: ' || count(DISTINCT version)
FROM latest_distributions WHERE name = $name AND version IS NOT NULL
"""
_HEAVIEST = """
SELECT name AS distribution, count(*) AS project_count, count(apparent_bytes) AS weighed_count,
  count(loaded_at_stage) AS loaded_count, count(DISTINCT version) AS version_count,
  sum(apparent_bytes)::BIGINT AS disk_bytes, max(apparent_bytes) AS largest_bytes,
  sum(startup_self_rss_bytes)::BIGINT AS startup_rss_bytes, sum(download_least_bytes)::BIGINT AS download_bytes
FROM latest_distributions WHERE version IS NOT NULL
GROUP BY name ORDER BY disk_bytes DESC NULLS LAST, download_bytes DESC NULLS LAST, name
"""
_OVER_LIMIT = """
SELECT project, entry, stage AS moment, takes_bytes, limit_bytes, takes_bytes - limit_bytes AS excess_bytes, source
FROM latest_fits WHERE NOT fits
UNION ALL
SELECT project, NULL, 'code on disk', disk_bytes, limit_disk_bytes, disk_bytes - limit_disk_bytes, limit_source
FROM latest WHERE disk_bytes > limit_disk_bytes
UNION ALL
SELECT project, NULL, 'code by the lock, estimated, at the least', unpacked_least_bytes, limit_disk_bytes,
  unpacked_least_bytes - limit_disk_bytes, limit_source
FROM latest WHERE disk_bytes IS NULL AND unpacked_least_bytes > limit_disk_bytes
ORDER BY excess_bytes DESC NULLS LAST, project, entry
"""
_LIMITS_KNOWN = """
SELECT 'a limit of memory is known for ' || (SELECT count(DISTINCT project) FROM latest_fits)
  || ' of ' || count(*) || ' audited projects, one of code for ' || count(limit_disk_bytes)
FROM latest WHERE outcome = 'done'
"""
_VERSIONS = """
SELECT name AS distribution, count(DISTINCT version) AS version_count, count(*) AS project_count,
  list(DISTINCT version ORDER BY version) AS versions
FROM latest_distributions WHERE version IS NOT NULL
GROUP BY name HAVING version_count > 1 ORDER BY version_count DESC, project_count DESC, name
"""
_VERSIONS_OF = """
SELECT version, count(*) AS project_count, list(project ORDER BY project) AS projects
FROM latest_distributions WHERE name = $name AND version IS NOT NULL
GROUP BY version ORDER BY project_count DESC, version
"""
_UPGRADE = f"""
SELECT d.project, d.version, d.usage, d.required_by, {_PLACES} AS declared,
  (SELECT list(l.raw ORDER BY l.file, l.line) FROM lines l
    WHERE l.audit_id = d.audit_id AND l.distribution = d.name) AS lines
FROM latest_distributions d WHERE d.name = $name AND d.version IS NOT NULL ORDER BY d.version, d.project
"""
_GROWTH = f"""
WITH dated AS (
  SELECT *, {MOMENT} AS moment, row_number() OVER (ORDER BY {NEWEST_FIRST}) AS age
  FROM audits WHERE outcome = 'done' AND {MOMENT} IS NOT NULL
),
ends AS (
  SELECT project, source, arg_min(audit_id, age) AS last_id,
    coalesce(arg_min(audit_id, age) FILTER (WHERE moment <= $since), arg_max(audit_id, age)) AS first_id
  FROM dated GROUP BY project, source
)
SELECT e.project, strftime(a.moment, '%Y-%m-%d') AS before, strftime(b.moment, '%Y-%m-%d') AS after,
  a.disk_bytes AS disk_before_bytes, b.disk_bytes AS disk_after_bytes, b.disk_bytes - a.disk_bytes AS disk_more_bytes,
  CASE WHEN a.download_most_bytes IS NOT NULL AND b.download_most_bytes IS NOT NULL
    THEN b.download_least_bytes - a.download_least_bytes END AS download_more_bytes,
  b.startup_rss_bytes - a.startup_rss_bytes AS startup_rss_more_bytes,
  b.distribution_count - a.distribution_count AS more_distributions_count,
  e.source
FROM ends e JOIN dated a ON a.audit_id = e.first_id JOIN dated b ON b.audit_id = e.last_id
WHERE a.audit_id <> b.audit_id
ORDER BY disk_more_bytes DESC NULLS LAST, download_more_bytes DESC NULLS LAST, e.project
"""
_ONLY_ONE = """
SELECT 'no growth is known where there is one audit only: ' || count(*) || ' of '
  || (SELECT count(DISTINCT project) FROM audits WHERE outcome = 'done') || ' projects'
FROM (
  SELECT project FROM (SELECT project, count(*) AS audited FROM audits WHERE outcome = 'done' GROUP BY project, source)
  GROUP BY project HAVING max(audited) = 1
) HAVING count(*) > 0
"""
_FAILED = f"""
SELECT 'the newest audit failed in ' || count(*) || ' of ' || (SELECT count(*) FROM latest) || ' projects: '
  || array_to_string(list(project ORDER BY project)[1:{_NAMED}], ', ')
  || CASE WHEN count(*) > {_NAMED} THEN ' and ' || (count(*) - {_NAMED}) || ' more' ELSE '' END
FROM latest WHERE outcome = 'failed' HAVING count(*) > 0
"""
_SAVINGS = """
WITH offers AS (
  SELECT *, coalesce(measured_rss_bytes, rss_bytes) AS memory_bytes FROM latest_suggestions WHERE NOT suppressed
),
totals AS (SELECT nullif(sum(disk_bytes), 0) AS disk, nullif(sum(memory_bytes), 0) AS memory FROM offers)
SELECT action, distribution, count(DISTINCT project) AS project_count, sum(disk_bytes)::BIGINT AS disk_bytes,
  sum(memory_bytes)::BIGINT AS startup_rss_bytes, count(measured_rss_bytes) AS tried_count,
  list(DISTINCT project ORDER BY project) AS projects
FROM offers GROUP BY action, distribution
ORDER BY coalesce(sum(disk_bytes) / (SELECT disk FROM totals), 0)
  + coalesce(sum(memory_bytes) / (SELECT memory FROM totals), 0) DESC, action, distribution
"""
QUESTIONS = (
    FleetQuestion(
        "never-loaded", "NAME", "Where it is installed or locked, and no measured start or lazy import loaded it.",
        _NEVER_LOADED, counted=_COUNTED,
    ),
    FleetQuestion("heaviest", "", "Distributions by what they weigh on disk in all projects together.", _HEAVIEST),
    FleetQuestion(
        "over-limit", "", "Who takes more than its limit of memory or of code.", _OVER_LIMIT, counted=_LIMITS_KNOWN
    ),
    FleetQuestion(
        "versions", "[NAME]", "Distributions that projects have in several versions; of one: who has which.", _VERSIONS,
        of_name=_VERSIONS_OF,
    ),
    FleetQuestion(
        "upgrade", "NAME", "What one upgrade would touch: projects, their version, lines, and who requires it there.",
        _UPGRADE, counted=_COUNTED,
    ),
    FleetQuestion(
        "growth", "--since DATE", "How each project grew since then, where it has several audits (fleet --history).",
        _GROWTH, counted=_ONLY_ONE,
    ),
    FleetQuestion(
        "savings", "", "What is suggested, by its share of all disk and all startup memory on offer.", _SAVINGS
    ),
)  # fmt: skip
_BY_NAME: Mapping[str, FleetQuestion] = {question.name: question for question in QUESTIONS}


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as it was asked, checked: its SQL and its parameters."""

    text: str
    sql: str
    parameters: Mapping[str, Any]
    counted: tuple[str, ...] = ()  # sentences that stand below, as SQL


def read_question(name: str, distribution: str | None, since: str | None) -> AskedQuestion:
    """Return a shipped question with what it takes. Raises: UsageError where that is too much or too little."""
    question = _BY_NAME.get(name)
    if question is None:
        raise UsageError(f"{name!r} is not a question{did_you_mean(name, _BY_NAME)}; `footprint ask` lists them")
    takes_name, wants_date = "NAME" in question.takes, question.takes.startswith("--since")
    if distribution is None and question.takes == "NAME":
        raise UsageError(f"{name} asks about a distribution: footprint ask --db FILE {name} NAME")
    if distribution is not None and not takes_name:
        raise UsageError(f"{name} takes no name: footprint ask --db FILE {question.usage}")
    if (since is not None) != wants_date:
        raise UsageError(f"--since DATE goes with growth, and growth with it: footprint ask --db FILE {question.usage}")
    sql = question.of_name if distribution is not None and question.of_name else question.sql
    parameters: dict[str, Any] = {}
    if distribution is not None:
        parameters["name"] = normalise(distribution)
    if since is not None:
        parameters["since"] = _read_date(since)
    words = [name, *filter(None, (distribution, f"--since {since}" if since is not None else None))]
    return AskedQuestion(" ".join(words), sql.strip(), parameters, (*filter(None, (question.counted,)), _FAILED))


def _read_date(text: str) -> datetime.datetime:
    try:
        return datetime.datetime.fromisoformat(f"{text}T23:59:59")
    except ValueError:
        raise UsageError(f"--since {text}: write a day as 2026-03-31") from None


def answer(database: FleetDatabase, asked: AskedQuestion, most_rows: int, notes: list[Note]) -> FleetAnswer:
    """Return the answer of a database. Raises: UsageError."""
    found = database.ask(asked.sql, dict(asked.parameters), most_rows)
    told = [*notes]
    for counted in asked.counted:
        used = {name: value for name, value in asked.parameters.items() if f"${name}" in counted}
        told += (Note("counted", str(row[0])) for row in database.ask(counted, used, 1).rows)
    return FleetAnswer(ANSWER_VERSION, __version__, asked.text, found.columns, found.rows, found.truncated, tuple(told))
