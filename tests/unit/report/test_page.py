"""The page as text: whole without a script, harmless whatever it shows, and with the figures of the audit."""

import base64
import gzip
import hashlib
import json
import random
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from footprint.analysis.difference.audit_pairs import compare_audits
from footprint.model.audit import Audit, GoingLine, Usage
from footprint.model.memory_rows import Fit, FitPart
from footprint.model.runtime import StageName
from footprint.model.service_memory import Serving, ServingPart, WorkersRow, WorkersStage
from footprint.model.service_plans import ServiceLevels, ServiceRow, ServicesReport
from footprint.model.trial import Breakage, Trial, TriedChange
from footprint.report import formats
from footprint.report.audit import json as audit_json
from footprint.report.audit import stored
from footprint.report.languages.figures import mebibytes, milliseconds
from footprint.report.languages.messages import spoken
from footprint.report.page.section_html import section_html
from footprint.report.page.tags import escape, tag
from footprint.report.page.treemap import Rectangle, squarify
from footprint.report.text.safe import printable
from footprint.report.text.section import Excerpt, Grid, Heading, Section, Sentences
from footprint.report.text.view import View
from footprint.units import MIB
from tests.support.builders import audit, call, declared_at, disk, distribution, entry, stage, suggestion
from tests.support.large_audits import HOSTILE, make_audit
from tests.support.page_text import Element, read_page, table_rows

LANGUAGES = ("en", "es")


def page_of(value: Audit, language: Any = "en", **how: Any) -> Element:
    return read_page(formats.render("html", value, View(language=language, **how)))


# What nobody can put into it


def test_a_page_of_hostile_names_has_no_element_that_is_not_ours() -> None:
    names = [*HOSTILE, "plain"]
    plain = page_of(make_audit(len(names), modules=40, names=[f"p{number}" for number in range(len(names))]))
    hostile = page_of(make_audit(len(names), modules=40, names=names))
    count = [
        sum(1 for _ in page.all(name)) for page in (plain, hostile) for name in ("script", "style", "a", "img", "b")
    ]
    assert count[:5] == count[5:]
    for element in hostile.all():
        assert not [name for name in element.attributes if name.startswith("on") or name == "style"], element
        assert re.match(r"#|data:application/gzip;", element.attributes.get("href", "#"))
        assert not element.attributes.get("src")
    shown = hostile.text + "".join(value for element in hostile.all() for value in element.attributes.values())
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ud800-\udfff]", shown)
    assert all(printable(name) in shown for name in names)


def test_every_text_that_the_script_shows_is_harmless() -> None:
    """Names of entries, too: a stored audit says what it likes, also where we would say something else."""

    def marked(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {each: marked(inner, each) for each, inner in value.items()}
        if isinstance(value, list):
            return [marked(each, key) for each in value]
        return f"{value}\u202e\x1b[31m" if isinstance(value, str) and key in _FREE else value

    shown = json.loads((Path(__file__).parents[3] / "examples/reports/audit.json").read_text(encoding="utf-8"))
    page = formats.render("html", stored.parse(json.dumps(marked(shown))))
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    waiting: list[Any] = [json.loads(data)]
    texts: list[str] = []
    while waiting:
        each = waiting.pop()
        waiting += each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
        texts += [each] if isinstance(each, str) else []
    assert sum("\\u202e" in text for text in texts) > 100
    assert [text for text in texts if printable(text) != text] == []


_FREE = frozenset({
    "name", "entry", "reason", "path", "function", "detail", "module", "project", "required_by", "distributions",
    "places", "modules",
})  # fmt: skip


def test_the_data_ends_no_element_and_is_the_same_as_without_escapes() -> None:
    names = [*HOSTILE, "plain"]
    text = formats.render("html", make_audit(len(names), modules=40, names=names))
    data = text.partition('id="data">')[2].partition("</script>")[0]
    assert not re.search("[<>&\u2028\u2029]", data)
    assert {row[0] for row in json.loads(data)["rows"]} == {printable(name) for name in names}


def test_the_policy_allows_its_own_style_and_script_alone() -> None:
    text = formats.render("html", make_audit(3))
    page = read_page(text)
    (policy,) = (each.attributes["content"] for each in page.all("meta") if "http-equiv" in each.attributes)
    style, script = page.all("style")[0].children[0], page.all("script")[1].children[0]
    hashes = [base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in (style, script)]
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    assert text.index("Content-Security-Policy") < text.index("<style>")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|fetch\(|XMLHttp", script
    )
    assert not re.findall(r"https?://(?!www\.w3\.org/2000/svg)", text)


def test_the_same_audit_gives_the_same_page() -> None:
    value = make_audit(5, modules=50)
    assert formats.render("html", value) == formats.render("html", value)


TAGS: dict[str, tuple[str, str]] = {
    "text": (tag("p", escape("a<b>&\"'")), "<p>a&lt;b&gt;&amp;&quot;&#39;</p>"),
    "an attribute that is a name of Python": (
        tag("i", class_="x", aria_label='"'),
        '<i class="x" aria-label="&quot;"></i>',
    ),
    "none and false are left out, true stands alone, zero is a value": (
        tag("input", a=None, b=False, c=True, value=0),
        '<input c value="0">',
    ),
    "lengths": (tag("rect", x=1.0, y=1 / 3), '<rect x="1" y="0.33"></rect>'),
}


@pytest.mark.parametrize("name", TAGS)
def test_tags(name: str) -> None:
    written, expected = TAGS[name]
    assert written == expected


# What it says


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_has_the_figures_of_the_audit(language: Any) -> None:
    value = make_audit(60, modules=10)
    page = page_of(value, language)
    (table,) = page.all("table", id="rows")
    rows = table_rows(table)
    by_disk = sorted(value.distributions, key=lambda row: (-(row.apparent_bytes or 0), row.name))
    with spoken(language):
        for shown, row in zip(rows, by_disk, strict=True):
            cells = list(shown.values())
            assert cells[0] == f"{row.name} {row.version}"
            assert cells[2] == mebibytes(row.apparent_bytes)
            assert cells[3] == (mebibytes(row.exclusive_bytes) if row.declared else "")
            assert cells[4] == mebibytes(row.startup_self_rss_bytes)
            assert milliseconds(row.import_time_us) in cells


def test_the_language_is_said() -> None:
    for language in LANGUAGES:
        assert page_of(make_audit(1), language).all("html")[0].attributes["lang"] == language
    spanish = page_of(make_audit(30, modules=9), "es").text
    assert "Dónde está el peso" in spanish
    assert "Where the weight is" not in spanish


def test_the_download_is_the_audit() -> None:
    value = make_audit(4, modules=30)
    (link,) = page_of(value).all("a", id="download")
    packed = base64.b64decode(link.attributes["href"].partition(",")[2])
    assert json.loads(gzip.decompress(packed)) == json.loads(audit_json.render(value))


def test_every_part_has_a_heading_and_a_link_to_it() -> None:
    page = page_of(make_audit(30, modules=9))
    parts = [part.attributes["id"] for part in page.all("section")]
    assert [link.attributes["href"] for link in page.all("nav")[0].all("a")] == [f"#{part}" for part in parts]
    assert len(parts) == len(set(parts)) > 8
    ids = [element.attributes["id"] for element in page.all() if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    for part in page.all("section"):
        assert page.all("h2", id=part.attributes["aria-labelledby"])


def test_what_was_not_measured_is_not_drawn_as_nothing() -> None:
    row = distribution("pkg", apparent_bytes=None, startup_self_rss_bytes=None)
    page = page_of(audit(row, disk=disk(site_apparent_bytes=None), entries=()))
    (cells,) = (list(each.values()) for each in table_rows(page.all("table", id="rows")[0]))
    assert "0.0" not in cells
    assert "Nothing was weighed" in page.text
    assert page.all("svg", id="map-static") == []
    assert "No entry point was found" in page.text


def test_each_entry_has_its_gauges_and_its_timeline() -> None:
    stages = (
        stage("interpreter", 9 * MIB),
        stage("ready", 50 * MIB, time_us=9_000),
        stage("calls", 70 * MIB, time_us=12_000),
    )
    entries = (entry("web", stages=stages), entry("worker", stages=stages))
    calls = (call("GET /x", entry="worker", rss_bytes=3 * MIB, peak_bytes=5 * MIB, time_us=2_000),)
    page = page_of(audit(distribution(), entries=entries, calls=calls))
    gauges = page.all("section", id="gauges")[0]
    assert [each.text.split()[0] for each in gauges.all("h3")] == ["web", "worker"]
    assert "50.0 MiB" in gauges.text and "70.0 MiB" in gauges.text
    lines = [table_rows(each) for each in page.all("section", id="timeline")[0].all("table")]
    assert [row["RSS MiB"] for row in lines[0]] == ["9.0", "50.0", "70.0"]
    assert lines[1][-1] == {
        "Stage or call": "GET /x",
        "Time ms": "2",
        "RSS MiB": "+3.0",
        "Peak MiB": "+5.0",
        "Distributions": "",
    }


def part(kind: Any, mebibytes: int, *, measured: bool = True) -> FitPart:
    return FitPart(kind, mebibytes * MIB, measured)


def fit_of(name: StageName, *parts: FitPart, live: bool = False) -> Fit:
    taken, own = sum(each.bytes for each in parts), parts[0].bytes
    rest = 512 * MIB - taken
    fit = Fit("web", name, 512 * MIB, own, None, rest, rest >= 0, None, None, None, live, resting_bytes=taken)
    return replace(fit, parts=parts, rss_bytes=taken if live else own)


def serving(workers: int, *, preload: bool = False) -> Serving:
    nothing = ServingPart(0, 0, 0, 0, True)
    return Serving("uvicorn", workers, "option", preload, nothing, nothing, nothing)


def workers_row(workers: int, total: int, *, preload: bool = False) -> WorkersRow:
    stages = (WorkersStage("ready", total * MIB, None, 0, fits=True),)
    return WorkersRow("web", "uvicorn", workers, preload, total * MIB, 0, 0, 0, limit_bytes=512 * MIB, stages=stages)


ONE, SERVER, MORE = part("process", 100), part("server", 20), part("workers", 80, measured=False)
_ALONE, _SERVED, _SEVERAL = fit_of("ready", ONE), fit_of("ready", ONE, SERVER), fit_of("ready", ONE, SERVER, MORE)
GAUGES: dict[str, tuple[Fit | None, Serving | None, tuple[WorkersRow, ...], tuple[str, ...]]] = {
    "no limit": (None, None, (), ("ready100.0 MiB",)),
    "the process alone": (_ALONE, None, (), ("startup100.0 MiB · 20 % of 512.0 · fits",)),
    "with a server": (_SERVED, serving(1), (), ("startup, with its server120.0 MiB · 23 % of 512.0 · fits",)),
    "several are told once": (
        _SEVERAL,
        serving(2),
        (workers_row(2, 200),),
        ("startup, one process100.0 MiB", "startup, 2 workers~200.0 MiB · 39 % of 512.0 · fits"),
    ),
    "other numbers are told too": (
        _SERVED,
        serving(1),
        (workers_row(1, 120), workers_row(4, 380), workers_row(4, 300, preload=True)),
        (
            "startup, with its server120.0 MiB · 23 % of 512.0 · fits",
            "startup, 4 workers~380.0 MiB · 74 % of 512.0 · fits",
            "startup, 4 workers with preload~300.0 MiB · 59 % of 512.0 · fits",
        ),
    ),
    "as many by chance": (
        _SERVED,
        serving(1),
        (workers_row(2, 120),),
        (
            "startup, with its server120.0 MiB · 23 % of 512.0 · fits",
            "startup, 2 workers~120.0 MiB · 23 % of 512.0 · fits",
        ),
    ),
    "what is seen live is no estimate": (
        fit_of("ready", part("tree", 200), live=True),
        serving(2),
        (workers_row(2, 200),),
        ("live, startup200.0 MiB · 39 % of 512.0 · fits", "startup, 2 workers~200.0 MiB · 39 % of 512.0 · fits"),
    ),
}


@pytest.mark.parametrize("name", GAUGES)
def test_each_gauge_tells_of_how_many_processes_it_is_and_each_fact_once(name: str) -> None:
    fit, served, workers, expected = GAUGES[name]
    stages = (stage("interpreter", 9 * MIB), stage("ready", 100 * MIB))
    value = audit(entries=(entry("web", stages=stages, serving=served),), fits=(fit,) if fit else (), workers=workers)
    gauges = page_of(value).all("section", id="gauges")[0]
    bars = [each.text for each in gauges.all("div") if each.attributes.get("class", "").startswith("gauge ")]
    assert bars == ["bare interpreter9.0 MiB", *expected]


def test_a_peak_is_told_where_it_is_another_figure() -> None:
    same = replace(_ALONE, peak_bytes=100 * MIB + 4096)
    more = replace(_ALONE, peak_bytes=130 * MIB, decides="peak")
    shown = [
        page_of(audit(entries=(entry("web", stages=(stage("ready", 100 * MIB),)),), fits=(fit,))).text
        for fit in (same, more)
    ]
    assert "peak 100.0" not in shown[0] and "100.0 MiB · peak 130.0 · 25 % of 512.0" in shown[1]


VERDICTS: dict[str, tuple[TriedChange | None, str]] = {
    "no trial": (None, "not tried: footprint audit --verify fast does it"),
    "proved": (TriedChange("pkg", "remove", (), "proved"), "tried: it works"),
    "likely": (TriedChange("pkg", "remove", (), "likely"), "only a command or a request that calls it would prove it"),
    "no gain": (TriedChange("pkg", "remove", (), "no gain"), "saves less than half a MiB"),
    "broken": (
        TriedChange("pkg", "remove", (), "breaks", breakage=Breakage("start", "no <x>", path="app.py", line=3)),
        "It breaks: no <x> (app.py:3)",
    ),
    "not tried": (TriedChange("pkg", "remove", (), "not tried", reason="it is late"), "it is late"),
}


@pytest.mark.parametrize("name", VERDICTS)
def test_a_suggestion_has_its_change_and_what_a_trial_said(name: str) -> None:
    change, said = VERDICTS[name]
    row = distribution("pkg", declared=(declared_at("pkg==1.0", "requirements.txt", 7),))
    asked = suggestion("pkg", lines=(GoingLine("pkg", "requirements.txt", 7),))
    value = audit(row, suggestions=(asked,), trial=Trial("links", (change,)) if change is not None else None)
    (item,) = page_of(value).all("li", id="deed-0")
    assert said in item.text
    assert item.all("pre")[0].text == "# requirements.txt\n- pkg==1.0  (:7)"


def test_what_changed_since_another_audit_is_told() -> None:
    before, after = audit(distribution("old")), audit(distribution("new", apparent_bytes=5 * MIB))
    difference = compare_audits(before, after, ("before.json", "now"))
    page = page_of(after, before=difference)
    (part,) = page.all("section", id="before-after")
    assert "new" in part.text and "old" in part.text
    assert page_of(after).all("section", id="before-after") == []


@pytest.mark.parametrize(
    ("fit", "label"),
    [(None, "ready"), (_ALONE, "startup"), (_SERVED, "startup, one process")],
    ids=["no limit", "alone", "served"],
)
def test_a_gauge_tells_what_the_same_process_took_before(fit: Fit | None, label: str) -> None:
    def of(ready: int) -> Audit:
        stages = (stage("interpreter", 9 * MIB), stage("ready", ready * MIB))
        return audit(entries=(entry("web", stages=stages),), fits=(fit,) if fit else ())

    difference = compare_audits(of(70), of(100), ("<b>.json", "now"))
    gauges = page_of(of(100), before=difference).all("section", id="gauges")[0]
    bars = [each for each in gauges.all("div") if each.attributes.get("class", "").startswith("gauge ")]
    told = [each for each in bars if each.all("line", **{"class": "was"})]
    assert len(told) == 1
    assert told[0].text.startswith(f"{label}100.0 MiB") and told[0].text.endswith("before 70.0, +30.0")
    assert "in <b>.json" in gauges.text
    plain = page_of(of(100)).all("section", id="gauges")[0]
    assert plain.all("line", **{"class": "was"}) == [] and "before" not in plain.text


def test_the_table_has_a_column_of_changes_where_something_changed() -> None:
    def of(bytes_: int, *loaded: str) -> Audit:
        rows = (
            distribution(
                name,
                startup_self_rss_bytes=7 * MIB if name == "moved" and loaded else None,
                apparent_bytes=bytes_ if name == "grown" else MIB,
                loaded_by_entries=("web",) if name in loaded else (),
                loaded_at_stage="import" if name in loaded else None,
            )
            for name in ("grown", "same", "moved")
        )
        return audit(*rows, entries=(entry("web", stages=(stage("ready", 50 * MIB),)),))

    after = of(5 * MIB, "moved")
    page = page_of(after, before=compare_audits(of(2 * MIB), after, ("old", "now")))
    rows = {row["Distribution"].split()[0]: row for row in table_rows(page.all("table", id="rows")[0])}
    assert {name: row["Disk change MiB"] for name, row in rows.items()} == {"grown": "+3.0", "same": "", "moved": ""}
    assert [name for name, row in rows.items() if "entered the start, +7.0 MiB" in row["Use"]] == ["moved"]
    data = json.loads(page.all("script", id="data")[0].children[0])
    assert [row[15] for row in data["rows"]] == [3 * MIB, None, None]
    left = page_of(of(5 * MIB), before=compare_audits(after, of(5 * MIB), ("old", "now"))).all("table", id="rows")[0]
    told = {row["Distribution"].split()[0]: row["Use"] for row in table_rows(left)}
    assert {name: "the start" in use for name, use in told.items()} == {"grown": False, "same": False, "moved": True}
    assert "left the start, -7.0 MiB" in told["moved"]
    (plain,) = page_of(after).all("table", id="rows")
    assert "Disk change" not in plain.text and "the start" not in plain.text


def test_every_part_has_one_link_and_what_changed_comes_before_the_pictures() -> None:
    value = make_audit(6, modules=20)
    page = page_of(value, before=compare_audits(make_audit(3), value, ("old", "now")))
    parts = [each.attributes["id"] for each in page.all("section")]
    links = [each.attributes["href"] for each in page.all("nav")[0].all("a")]
    assert sorted(links) == sorted(f"#{part}" for part in parts)
    assert parts[:4] == ["verdict", "gauges", "before-after", "map"]


def test_a_section_of_any_kind_is_shown_whole() -> None:
    grid = Grid(
        (Heading("Name", "name"), Heading("MiB", "figure"), Heading("Use", "use"), Heading("Code", "code")),
        (("<b>", "1.0", "lazy", "x = 1"),),
        rest=("and 3 smaller",),
        about=("MiB: <em>",),
        uses=(Usage.LAZY.value,),
    )
    blocks = (grid, Sentences(("one <i>",), heading="Said", alarm=True), Excerpt("a\n<b>\n", "diff", heading="Change"))
    page = read_page(section_html(Section("any", "Title <x>", blocks, remarks=("dim",))))
    assert table_rows(page.all("table")[0]) == [{"Name": "<b>", "MiB": "1.0", "Use": "lazy", "Code": "x = 1"}]
    assert page.all("span")[0].attributes["class"] == "use u-lazy"
    assert [each.text for each in page.all("th", scope="col")] == ["Name", "MiB", "Use", "Code"]
    assert page.all("pre")[0].text == "a\n<b>\n"
    assert {"and 3 smaller", "MiB: <em>", "dim"} <= {each.text for each in page.all("p")}
    assert page.all("ul")[0].attributes["class"] == "alarm"


def test_an_empty_section_says_so_or_is_not_there() -> None:
    assert "Nothing here" in section_html(Section("any", "Title", empty="Nothing here"))
    assert section_html(Section("any", "Title")) == ""


def test_services_are_a_page_too() -> None:
    levels = ServiceLevels(100 * MIB, 150 * MIB, None, 300 * MIB)
    rows = (
        ServiceRow("<b>web", "compose.yaml:4", ".", "uvicorn app:app", levels, 256 * MIB, 1.17, None, fits=False),
        ServiceRow("db", "compose.yaml:9", ".", None, ServiceLevels(), None, None, "an image of others"),
    )
    report = ServicesReport("1.0", 1, "compose.yaml", rows, 300 * MIB, ("db",), ())
    page = read_page(formats.render("html", report))
    gauges, table, host = page.all("section")
    assert [each.text.split()[0] for each in gauges.all("h3")] == ["<b>web", "db"]
    assert len(gauges.all("svg")) == 3
    assert "at its peak300.0 MiB · 117 % of 256.0 · does not fit" in gauges.text
    assert "an image of others" in gauges.text
    assert [next(iter(row.values())) for row in table_rows(table.all("table")[0])] == ["<b>web", "db"]
    assert "300.0 MiB" in host.text


# The treemap


@pytest.mark.parametrize("seed", range(60))
def test_rectangles_share_the_whole_as_the_figures_do(seed: int) -> None:
    chance = random.Random(seed)
    figures = sorted((chance.paretovariate(0.7) for _ in range(chance.randrange(1, 300))), reverse=True)
    whole = Rectangle(0.0, 0.0, chance.uniform(50, 2000), chance.uniform(50, 2000))
    places = squarify(figures, whole)
    scale = whole.width * whole.height / sum(figures)
    assert len(places) == len(figures)
    for figure, place in zip(figures, places, strict=True):
        assert place.width * place.height == pytest.approx(figure * scale, rel=1e-6)
        assert -1e-6 <= place.x <= place.x + place.width <= whole.width + 1e-6
        assert -1e-6 <= place.y <= place.y + place.height <= whole.height + 1e-6
    assert sum(place.width * place.height for place in places) == pytest.approx(whole.width * whole.height)


def test_rectangles_do_not_lie_on_each_other() -> None:
    places = squarify([9.0, 7.0, 5.0, 3.0, 2.0, 1.0, 1.0], Rectangle(0.0, 0.0, 100.0, 60.0))
    for number, one in enumerate(places):
        for other in places[number + 1 :]:
            wide = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
            high = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
            assert min(wide, high) <= 1e-9


def test_nothing_is_drawn_of_nothing() -> None:
    assert squarify([], Rectangle(0.0, 0.0, 10.0, 10.0)) == []
    assert [place.width for place in squarify([0.0, 0.0], Rectangle(0.0, 0.0, 10.0, 10.0))] == [0.0, 0.0]


def test_names_of_the_table_are_the_names_of_the_audit_whatever_wraps_them() -> None:
    value = replace(make_audit(1, names=["a_b/c"]), suggestions=())
    assert page_of(value).all("span", **{"class": "name"})[0].text == "a_b/c"
