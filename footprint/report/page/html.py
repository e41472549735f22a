"""The page, part by part: the verdict first, then what to do, the pictures, the table, and all else that is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from footprint.model.audit import Audit, Usage
from footprint.report.audit.sections import sections
from footprint.report.languages.class_words import class_meaning, class_word
from footprint.report.languages.figures import mebibytes
from footprint.report.languages.messages import say
from footprint.report.page.distribution_table import distribution_table
from footprint.report.page.gauges import gauges_html
from footprint.report.page.page_data import packed_audit, page_data
from footprint.report.page.page_frame import framed_page
from footprint.report.page.section_html import block_html, framed, section_html
from footprint.report.page.suggestion_list import suggestions_html
from footprint.report.page.tags import escape, paragraphs, path_text, tag
from footprint.report.page.timeline import timelines_html
from footprint.report.page.treemap import disk_treemap
from footprint.report.text.safe import printable
from footprint.report.text.section import Grid, Section, Sentences
from footprint.report.text.view import DEFAULT_VIEW, View

# Told by the parts of the page itself.
_OWN_PARTS = frozenset({"verdict", "actions", "weight"})
_IN_THE_ROW = frozenset({"gauges", "map", "imports", "timeline", "before-after", *_OWN_PARTS})


def render(audit: Audit, view: View = DEFAULT_VIEW) -> str:
    """Return the audit as one HTML document that needs nothing else."""
    parts = [part for part in _parts(audit, view) if part[2]]
    navigation = _navigation([(key, title) for key, title, _ in parts])
    main = tag("main", *(body for _, _, body in parts), id="main", tabindex="-1")
    skip = tag("a", escape(say("Skip to the report")), href="#main", class_="skip")
    title = say("Footprint of {project}", project=printable(audit.project))
    return framed_page(
        title,
        view.language,
        skip + _header(audit) + navigation + main + _footer(audit),
        page_data(audit, view.before),
    )


def _navigation(parts: Sequence[tuple[str, str]]) -> str:
    """Return links to all parts: the pictures and the verdict in a row, what is to be read below a button."""
    links = {key: tag("li", tag("a", escape(title), href=f"#{key}")) for key, title in parts}
    row = "".join(link for key, link in links.items() if key in _IN_THE_ROW)
    others = "".join(link for key, link in links.items() if key not in _IN_THE_ROW)
    more = tag("details", tag("summary", escape(say("More parts"))), tag("ul", others)) if others else ""
    return tag("nav", tag("ul", row, class_="row"), more, aria_label=say("Parts of the report"))


def _parts(audit: Audit, view: View) -> Iterator[tuple[str, str, str]]:
    """Yield anchor, name and markup of each part, in order."""
    told = {section.key: section for section in sections(audit, view)}
    yield _part("verdict", say("Verdict"), _hero(audit, told["verdict"]))
    yield _part("gauges", say("Memory by stage"), gauges_html(audit, view.before))
    if before := told.pop("before-after", None):
        yield before.key, before.title, section_html(before)
    yield _part("map", say("Where the weight is"), _map(audit))
    yield _part("actions", say("What to do"), suggestions_html(audit) + _sums_of(told.get("actions")))
    if any(tree.modules for tree in audit.import_trees):
        yield _part("imports", say("What the start imports"), _icicle())
    timelines = timelines_html(audit)
    if timelines:
        yield _part("timeline", say("The start over time"), timelines)
    yield _part("weight", say("Weight and use"), distribution_table(audit, view.before) + _legend(told.get("weight")))
    for key, section in told.items():
        if key not in _OWN_PARTS:
            yield key, section.title, section_html(section)


def _part(key: str, title: str, body: str) -> tuple[str, str, str]:
    return key, title, framed(key, title, body)


def _sums_of(section: Section | None) -> str:
    """Return what other formats say of all suggestions together, and how sure that is."""
    if section is None:
        return ""
    alone = (each for each in section.blocks if isinstance(each, Sentences) and not each.heading)
    return "".join(block_html(block, f"sums-{place}") for place, block in enumerate(alone)) + paragraphs(
        section.remarks, "remark"
    )


def _legend(section: Section | None) -> str:
    """Return what the columns of the table mean, as the other formats say it."""
    grids = [block for block in section.blocks if isinstance(block, Grid)] if section is not None else []
    return tag("div", *(paragraphs(grid.about) for grid in grids), class_="remark words") if grids else ""


def _header(audit: Audit) -> str:
    environment = audit.environment
    facts = [f"{environment.implementation} {environment.python}, {environment.platform}"]
    if audit.measured is not None:
        facts.append(say("measured {when}", when=audit.measured.at))
    heading = tag("h1", escape(say("Footprint of {project}", project=audit.project)))
    tools = tag("div", class_="tools", id="tools")
    return tag("header", tag("div", heading, paragraphs([" · ".join(facts)], "about")), tools)


def _hero(audit: Audit, section: Section) -> str:
    lines, *more = section.blocks
    assert isinstance(lines, Sentences)
    state = "none" if not audit.fits else "ok" if all(fit.fits for fit in audit.fits) else "over"
    first, *rest = lines.lines
    leads = "".join(tag("p", path_text(line), class_="lead") for line in rest)
    doubts = "".join(block_html(block, f"verdict-{place}") for place, block in enumerate(more))
    return tag("p", path_text(first), class_=f"hero {state}") + leads + doubts


def _map(audit: Audit) -> str:
    if not audit.disk.site_apparent_bytes:
        return paragraphs([say("Nothing was weighed: there is no environment")], "empty")
    found = {row.usage for row in audit.distributions}
    classes = (
        tag(
            "li",
            tag("span", escape(class_word(usage)), class_=f"use u-{usage.value}"),
            " ",
            escape(class_meaning(usage)),
        )
        for usage in Usage
        if usage in found
    )
    total = say("All rectangles together: {size} MiB", size=mebibytes(audit.disk.site_apparent_bytes))
    picture = tag("div", disk_treemap(audit), id="treemap")
    return picture + tag("ul", *classes, class_="legend", id="legend") + paragraphs([total], "remark")


def _icicle() -> str:
    unscripted = say("The picture of the imports needs JavaScript; the audit as JSON has the same in `import_trees`.")
    return tag("div", paragraphs([unscripted], "empty"), id="icicle")


def _footer(audit: Audit) -> str:
    link = tag(
        "a",
        escape(say("Download the audit as JSON")),
        href=f"data:application/gzip;base64,{packed_audit(audit)}",
        download="audit.json.gz",
        id="download",
    )
    made = say("Made by footprint {version}. This page asks nothing of any other machine.", version=audit.tool_version)
    return tag("footer", tag("p", link), paragraphs([made]))
