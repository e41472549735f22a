"""The page in a real browser: what it shows, what it answers, and that it asks nothing of anybody."""

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from footprint.analysis.combinations.freed_by import free
from footprint.analysis.difference.audit_pairs import compare_audits
from footprint.model.audit import Audit
from footprint.model.fleet_picture import (
    FleetPicture,
    PictureDistribution,
    PicturePoint,
    PictureService,
    PictureTrend,
)
from footprint.model.service_plans import ServiceLevels, ServiceRow, ServicesReport
from footprint.report import formats
from footprint.report.audit import json as audit_json
from footprint.report.audit import stored
from footprint.report.languages.figures import mebibytes, milliseconds
from footprint.report.languages.messages import spoken
from footprint.report.text.view import View
from tests.support.browser import Visit, axe_source, chromium, visit, write_page
from tests.support.builders import entry, stage
from tests.support.command import answer, footprint
from tests.support.large_audits import HOSTILE, make_audit
from tests.support.machine import install
from tests.support.projects import make_shop, site_of, write

pytestmark = pytest.mark.slow
COUNTS = (1, 30, 400, 2_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def audit() -> Audit:
    return make_audit(30, modules=400)


@pytest.fixture(scope="module")
def page(audit: Audit, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_page(tmp_path_factory.mktemp("page"), audit)


@pytest.fixture
def seen(browser: Browser, page: Path) -> Iterator[Visit]:
    with visit(browser, page) as found:
        yield found


BOXES = """place => [...document.querySelectorAll(`${place} svg.cells > g[role]`)].map(group => {
    const box = group.querySelector("rect").getBoundingClientRect();
    return { words: group.getAttribute("aria-label"), x: box.x, y: box.y, width: box.width, height: box.height,
             off: group.classList.contains("off") };
})"""


def boxes(seen: Visit, place: str = "#treemap") -> dict[str, dict[str, Any]]:
    found = seen.run(BOXES, place)
    return {re.split(r" \(|: ", each["words"])[0]: each for each in found}


def state(seen: Visit) -> str:
    return str(seen.run("() => location.hash"))


INTRUDERS = """() => {
    const bad = [["script", "textContent", "window.bad = 1"], ["img", "src", "http://127.0.0.1:9/x"],
                 ["link", "href", "http://127.0.0.1:9/y.css"], ["style", "textContent", "body{display:none}"]];
    for (const [name, key, text] of bad) {
        const node = document.createElement(name);
        node.rel = "stylesheet";
        node[key] = text;
        document.body.append(node);
    }
    const pressed = document.createElement("p");
    pressed.setAttribute("onclick", "window.bad = 2");
    document.body.append(pressed);
    pressed.click();
}"""
OWN_LINKS = """() => [...document.querySelectorAll("a")]
    .every(link => /^(#|data:application.gzip)/.test(link.getAttribute("href")))"""
SHOWN = (
    """() => document.body.textContent + [...document.querySelectorAll("[aria-label]")].map(each => each.ariaLabel)"""
)
AREA = """() => {
    const box = document.querySelector("#treemap svg.cells").getBoundingClientRect();
    return box.width * box.height;
}"""
LYING = """place => [...document.querySelectorAll(place)].map(group =>
    ["x", "y", "width", "height"].map(key => Number(group.querySelector("rect").getAttribute(key))))"""
UNMET = """() => [...document.querySelectorAll("a[href], button, input, select")]
    .filter(each => each.checkVisibility() && !each.dataset.met).length"""
MEET = "() => { const met = document.activeElement; met.dataset.met = 1; return met.tagName; }"
AXE_RUN = """() => axe.run(document, { resultTypes: ["violations"] })
    .then(found => found.violations.map(each => [each.impact, each.id, each.nodes[0].html]))"""

# What it is


def test_a_script_that_is_not_ours_is_refused(browser: Browser, page: Path) -> None:
    context = browser.new_context()
    opened = context.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.goto(page.as_uri())
    opened.evaluate(INTRUDERS)
    opened.wait_for_timeout(100)
    assert opened.evaluate("() => window.bad") is None
    assert opened.evaluate("() => getComputedStyle(document.body).display") == "block"
    assert len([line for line in said if "Content Security Policy" in line]) >= 5
    context.close()


@pytest.mark.parametrize("count", COUNTS)
def test_any_number_of_distributions(count: int, browser: Browser, tmp_path: Path) -> None:
    audit = make_audit(count, modules=min(count * 10, 20_000))
    with visit(browser, write_page(tmp_path, audit)) as seen:
        assert seen.count("#rows tbody tr") == count
        assert 1 <= len(boxes(seen)) <= 162
        assert len(boxes(seen, "#icicle")) >= 1


@pytest.mark.parametrize("language", ["en", "es"])
def test_hostile_names_are_text(language: str, browser: Browser, tmp_path: Path) -> None:
    names = [*HOSTILE, *(f"plain-{number}" for number in range(3))]
    audit = make_audit(len(names), modules=60, names=names)
    with visit(browser, write_page(tmp_path, audit, language)) as seen:
        assert seen.run("() => document.documentElement.lang") == language
        assert seen.count("main img, main script, main b, main em, body > script") == 2
        assert seen.run(OWN_LINKS)
        shown = seen.run(SHOWN)
        assert not re.search("[\x1b\x07\u202e\u2066\u2028\ud800]", shown)
        assert "<img src=x onerror=alert(1)>" in seen.text("#rows")
        for name in seen.run("() => [...document.querySelectorAll('#rows .open')].map((_, at) => at)"):
            seen.page.locator("#rows .open").nth(name).click()
        for tile in range(len(boxes(seen))):
            seen.page.locator("#treemap svg.cells > g[role]").nth(tile).focus()


def test_services_are_a_page_too(browser: Browser, tmp_path: Path) -> None:
    levels = ServiceLevels(100 << 20, 150 << 20, None, 300 << 20)
    row = ServiceRow("<b>web", "compose.yaml:4", ".", "uvicorn app:app", levels, 256 << 20, 1.17, None, fits=False)
    path = tmp_path / "services.html"
    path.write_text(formats.render("html", ServicesReport("1.0", 1, "compose.yaml", (row,), 300 << 20, (), ())))
    with visit(browser, path, "#c=dark") as seen:
        assert seen.count(".gauge:visible") == 3
        assert seen.run("() => document.documentElement.dataset.theme") == "dark"


def test_a_fleet_is_a_page_too(browser: Browser, tmp_path: Path) -> None:
    over = PictureService(
        "<b>web", None, "checkout", None, 5, 9 << 20, takes_bytes=300 << 20, limit_bytes=256 << 20, fits=False
    )
    fits = replace(over, project="job", takes_bytes=10 << 20, fits=True)
    torch = PictureDistribution("torch", ("<b>web", "job"), 1, ("1", "2"), 7 << 20, None)
    points = (PicturePoint("2026-01-01T00:00:00Z", 1 << 20), PicturePoint("2026-02-01T00:00:00Z", 2 << 20))
    picture = FleetPicture("x", "1.0", (over, fits), (torch,), (PictureTrend("job", "commit", "disk", points),))
    path = tmp_path / "fleet.html"
    path.write_text(formats.render("html", picture))
    with visit(browser, path, "#c=dark") as seen:
        assert seen.count(".small.gauge svg:visible") == 3
        assert seen.text("#services .bad") == "117%, DOES NOT FIT"
        assert seen.run("() => document.documentElement.dataset.theme") == "dark"
        assert seen.asked == [path.as_uri()]


def test_without_scripts_it_is_a_whole_report(browser: Browser, page: Path, audit: Audit) -> None:
    with visit(browser, page, java_script_enabled=False) as seen:
        assert "181.0 of 512.0 MiB fits" in seen.text("#verdict")
        assert seen.count("#rows tbody tr") == 30
        assert seen.count("#treemap svg.map rect") >= 30
        assert seen.count(".gauge svg") == 3
        assert seen.count("button:visible, input:visible, select:visible") == 0
        assert seen.count(".deeds li") == len(audit.suggestions)


def test_the_audit_can_be_downloaded(browser: Browser, page: Path, audit: Audit) -> None:
    whole = json.loads(audit_json.render(audit))
    with visit(browser, page) as seen:
        with seen.page.expect_download() as waiting:
            seen.page.click("#download")
        assert waiting.value.suggested_filename == "shop-audit.json"
        assert json.loads(Path(waiting.value.path()).read_text()) == whole
    with visit(browser, page, java_script_enabled=False) as seen:
        with seen.page.expect_download() as waiting:
            seen.page.click("#download")
        assert json.loads(gzip.decompress(Path(waiting.value.path()).read_bytes())) == whole


# The treemap


def metric_values(audit: Audit, metric: str) -> dict[str, int]:
    field = {"disk": "apparent_bytes", "rss": "startup_self_rss_bytes", "time": "import_time_us"}[metric]
    return {row.name: getattr(row, field) or 0 for row in audit.distributions if getattr(row, field)}


@pytest.mark.parametrize("width", [1200, 700, 390])
@pytest.mark.parametrize("metric", ["disk", "rss", "time"])
def test_areas_are_as_their_figures(metric: str, width: int, browser: Browser, page: Path, audit: Audit) -> None:
    with visit(browser, page, f"#m={metric}", viewport={"width": width, "height": 900}) as seen:
        found, values = boxes(seen), metric_values(audit, metric)
        others = 12_345 if metric == "disk" else 0
        assert found.keys() - values.keys() == ({"shared and unowned"} if others else set())
        picture = seen.run(AREA)
        scale = picture / (sum(values.values()) + others)
        for name, value in values.items():
            box = found[name]
            # A side that is a pixel longer or shorter
            allowed = box["width"] + box["height"] + 1
            assert abs(box["width"] * box["height"] - value * scale) <= allowed, name


def test_the_same_rectangles_lie_on_the_page_without_scripts(browser: Browser, page: Path) -> None:
    # 1120 wide, as the picture without scripts is
    with visit(browser, page, viewport={"width": 1168, "height": 900}) as seen:
        scripted = seen.run(LYING, "#treemap svg.cells > g[role]")
    with visit(browser, page, java_script_enabled=False, viewport={"width": 1168, "height": 900}) as seen:
        plain = seen.run(LYING, "#map-static > g")
    assert len(plain) >= 28
    for one in plain:
        assert min(max(abs(a - b) for a, b in zip(one, other, strict=True)) for other in scripted) <= 1


def test_a_distribution_opens_down_to_its_folders_and_the_way_leads_back(seen: Visit, audit: Audit) -> None:
    row = max(audit.distributions, key=lambda each: each.apparent_bytes or 0)
    seen.page.click(f'#treemap g[aria-label^="{row.name} "]')
    assert state(seen) == f"#z={row.name}"
    assert list(boxes(seen)) == [f"{row.name}/"]
    seen.page.click("#treemap g")
    inside = {each["words"] for each in seen.run(BOXES, "#treemap")}
    assert inside == {
        f"{name}: {mebibytes(count)} MiB"
        for name, count in (("directly in it", row.folders[0][1]), ("data/", row.folders[1][1]))
    }
    seen.page.click("#treemap .bar > button")
    seen.page.click("#treemap .bar > button")
    assert state(seen) in ("", "#")
    seen.page.go_back()
    assert state(seen) == f"#z={row.name}"
    seen.page.go_back()
    assert len(state(seen)) > len(f"#z={row.name}")


def test_a_hidden_class_leaves_picture_and_table(seen: Visit, audit: Audit) -> None:
    hidden = sum(row.usage.value == "transitive" for row in audit.distributions)
    before = len(boxes(seen))
    seen.page.click(".chip.u-transitive")
    assert state(seen) == "#h=transitive"
    assert len(boxes(seen)) == before - hidden
    assert seen.count("#rows tbody tr:visible") == 30 - hidden
    seen.page.click(".chip.u-transitive")
    assert len(boxes(seen)) == before


# The search, the table


def test_a_search_dims_the_pictures_and_filters_the_table(seen: Visit) -> None:
    seen.page.fill("#treemap input", "dist-7")
    assert [name for name, box in boxes(seen).items() if not box["off"]] == ["dist-7"]
    assert seen.count("#rows tbody tr:visible") == 1
    assert seen.page.locator("#weight input").input_value() == "dist-7"
    assert "1 of 30" in seen.text("#weight [role=status]")
    assert state(seen) == "#q=dist-7"
    seen.page.fill("#weight input", "")
    assert seen.count("#rows tbody tr:visible") == 30


NAMES = "() => [...document.querySelectorAll('#rows tbody tr .name')].map(e => e.textContent)"


def test_columns_sort_both_ways_and_say_so(seen: Visit, audit: Audit) -> None:
    by_disk = [row.name for row in sorted(audit.distributions, key=lambda row: -(row.apparent_bytes or 0))]
    assert seen.run(NAMES) == by_disk
    seen.page.click("#rows th[data-key=rss] button")
    known = [row for row in audit.distributions if row.startup_self_rss_bytes is not None]
    expected = [row.name for row in sorted(known, key=lambda row: -(row.startup_self_rss_bytes or 0))]
    assert seen.run(NAMES)[: len(expected)] == expected  # not measured comes last
    assert seen.page.get_attribute("#rows th[data-key=rss]", "aria-sort") == "descending"
    seen.page.click("#rows th[data-key=rss] button")
    assert seen.run(NAMES)[: len(expected)] == expected[::-1]
    assert seen.page.get_attribute("#rows th[data-key=rss]", "aria-sort") == "ascending"
    seen.page.click("#rows th[data-key=name] button")
    assert seen.run(NAMES) == sorted(by_disk)
    assert state(seen) == "#s=name"


def test_a_row_opens_to_its_evidence(seen: Visit, audit: Audit) -> None:
    row = next(row for row in audit.distributions if len(row.evidence) > 1)
    button = seen.page.locator(f'#rows .open[aria-label$=": {row.name}"]')
    button.click()
    assert button.get_attribute("aria-expanded") == "true"
    opened = seen.text("#rows .more")
    assert all(f"{item.path}:{item.line}" in opened for item in row.evidence)
    assert row.reason in opened
    assert state(seen) == f"#d={row.name}"
    button.click()
    assert seen.count("#rows .more") == 0


def test_figures_of_the_table_are_written_as_the_script_writes_them(browser: Browser, tmp_path: Path) -> None:
    """Ties, thousands, nothing measured: in both languages the script says what Python says."""
    sizes = [0, 1, 52_428, 52_429, 262_144, 786_432, 1_310_720, 1 << 20, 1_048_576_000, 1_288_490_188_800, 4096]
    for language in ("en", "es"):
        audit = make_audit(len(sizes))
        rows = tuple(
            replace(row, apparent_bytes=size, import_time_us=size * 37 + 500)
            for row, size in zip(audit.distributions, sizes, strict=True)
        )
        path = write_page(tmp_path, replace(audit, distributions=rows), language)
        with visit(browser, path) as seen, spoken(language):
            said = {name: box["words"].rpartition(": ")[2] for name, box in boxes(seen).items()}
            for row in rows:
                if row.apparent_bytes:
                    assert said[row.name] == f"{mebibytes(row.apparent_bytes)} MiB"
            seen.page.click("#treemap button[data-key=time]")
            said = {name: box["words"].rpartition(": ")[2] for name, box in boxes(seen).items()}
            assert said[rows[-1].name] == f"{milliseconds(rows[-1].import_time_us)} ms"


# The start


def test_the_icicle_shows_each_load_below_the_one_around_it(seen: Visit, audit: Audit) -> None:
    tree = audit.import_trees[0]
    found = boxes(seen, "#icicle")
    assert {"Everything", "app"} <= found.keys()
    numbers = {module: row for row, module in enumerate(tree.modules)}
    for module, box in found.items():
        parent = tree.parents[numbers[module]] if module in numbers else -1
        if parent >= 0:
            around = found[tree.modules[parent]]
            assert around["x"] - 0.1 <= box["x"] and box["x"] + box["width"] <= around["x"] + around["width"] + 0.1
            assert box["y"] > around["y"]


def test_the_icicle_says_what_a_load_cost_and_zooms(seen: Visit, audit: Audit) -> None:
    tree = audit.import_trees[0]
    module = next(name for name in boxes(seen, "#icicle") if name in tree.modules and tree.modules.index(name) > 12)
    row = tree.modules.index(module)
    cell = seen.page.locator(f'#icicle g[aria-label^="{module} "]')
    words = cell.get_attribute("aria-label") or ""
    assert f"itself {mebibytes(tree.self_rss_bytes[row])} MiB" in words
    assert f"avoidable {mebibytes(tree.avoidable_rss_bytes[row])} MiB" in words
    assert ("app/main.py:3" in words) == (tree.lines[row] == 0)
    cell.click()
    assert state(seen) == f"#n={row}"
    assert boxes(seen, "#icicle")[module]["width"] == max(box["width"] for box in boxes(seen, "#icicle").values())
    seen.page.click("#icicle button[data-key=time]")
    assert state(seen) == f"#i=time&n={row}"


def test_each_of_several_entries_has_its_pictures(browser: Browser, audit: Audit, tmp_path: Path) -> None:
    (tree,), (web,) = audit.import_trees, audit.entries
    other = replace(tree, entry="worker", self_rss_bytes=tuple(2 * each for each in tree.self_rss_bytes))
    rows = tuple(
        replace(row, startup_self_rss_by_entry=(("web", row.startup_self_rss_bytes), ("worker", 7_000_000)))
        if row.startup_self_rss_bytes
        else row
        for row in audit.distributions
    )
    both = replace(
        audit, import_trees=(tree, other), entries=(web, replace(web, name="worker")), distributions=rows, what_if=None
    )
    with visit(browser, write_page(tmp_path, both), "#m=rss") as seen:
        before = boxes(seen, "#icicle")["Everything"]["words"]
        assert seen.count(".entry[data-entry]:visible") == 1
        seen.page.select_option("#tools select:first-child", "1")
        assert state(seen) == "#m=rss&e=worker"
        assert boxes(seen, "#icicle")["Everything"]["words"] != before
        assert {box["words"].rpartition(": ")[2] for box in boxes(seen).values()} == {"6.7 MiB"}
        assert seen.text(".entry[data-entry]:visible h3") == "worker"
        assert seen.count(".tick:visible") == 0
    loads_nothing = replace(both, entries=(*both.entries, replace(web, name="bare")))
    with visit(browser, write_page(tmp_path, loads_nothing)) as seen:  # it has no picture of its imports to choose
        shown = seen.page.locator(".entry[data-entry]:visible h3").all_inner_texts()
        assert shown == ["web", "bare"]


# Sums of what is ticked


def every_set(places: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    return chain.from_iterable(combinations(places, size) for size in range(1, len(places) + 1))


def test_sums_of_every_set_are_those_of_the_graphs(browser: Browser, page: Path, audit: Audit) -> None:
    assert audit.what_if is not None
    with visit(browser, page) as seen:
        for chosen in every_set(audit.what_if.choices):
            seen.run("text => { location.hash = text }", "t=" + ",".join(map(str, chosen)))
            seen.page.wait_for_function(
                "count => document.querySelectorAll('.tick:checked').length === count", arg=len(chosen)
            )
            freed = free(audit.what_if, chosen)
            assert int(seen.page.get_attribute("#sum-disk", "value") or "") == freed.disk_bytes


@pytest.fixture(scope="module")
def sharing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of which three unused lines share something, one import can move, and an audit is stored."""
    folder = make_shop(tmp_path_factory.mktemp("sharing") / "shop")
    site = site_of(folder / ".venv")
    for name, required in {"one": "below", "two": "below", "three": "below deep", "below": "", "deep": ""}.items():
        metadata = "".join(f"Requires-Dist: {each}\n" for each in required.split())
        install(site, name, {f"{name}.py": b"#" * 1000 + name.encode()}, metadata=metadata)
    code = "import heavy\n\n\ndef run():\n    return len(heavy.data)\n"
    write(folder, {"app.py": code, "requirements.txt": "heavy\none\ntwo\nthree\nidle\n"})
    assert footprint("audit", folder, "--store", "--entry", "app").returncode in (0, 1)
    return folder


def test_sums_are_those_of_what_if_to_the_byte(sharing: Path, browser: Browser, tmp_path: Path) -> None:
    audit = stored.parse((sharing / ".footprint/audit.json").read_text())
    assert audit.what_if is not None
    actions = {place: audit.suggestions[place].action for place in audit.what_if.choices}
    assert sorted(actions.values()) == ["defer", "remove", "remove", "remove", "remove"]
    with visit(browser, write_page(tmp_path, audit)) as seen:
        for chosen in every_set(audit.what_if.choices):
            for tick in seen.page.locator(".tick").all():
                tick.set_checked(int(tick.get_attribute("value") or "") in chosen)
            flags = [
                word
                for place in chosen
                for word in (
                    "--defer" if actions[place] == "defer" else "--without",
                    audit.suggestions[place].distribution,
                )
            ]
            told = answer("what-if", sharing, "--no-start", "--entry", "app", *flags)
            assert int(seen.page.get_attribute("#sum-disk", "value") or "") == told["disk_bytes"]
            (start,) = told["starts"]
            assert int(seen.page.get_attribute(".sum-rss", "value") or "") == start["rss_bytes"]
            assert int(seen.page.get_attribute(".sum-rss", "data-time") or "") == start["time_us"]


# The hash, the keyboard


def test_the_hash_brings_everything_back(browser: Browser, page: Path) -> None:
    wanted = "#m=rss&q=dist&h=orphan&s=-disk&i=time&n=5&t=0%2C2&d=dist-3&c=dark"
    with visit(browser, page, wanted) as seen:
        assert seen.page.get_attribute("#treemap button[data-key=rss]", "aria-pressed") == "true"
        assert seen.page.get_attribute("#icicle button[data-key=time]", "aria-pressed") == "true"
        assert seen.page.get_attribute(".chip.u-orphan", "aria-pressed") == "false"
        assert seen.page.get_attribute("#rows th[data-key=disk]", "aria-sort") == "descending"
        assert seen.count(".tick:checked") == 2
        assert seen.run("() => document.documentElement.dataset.theme") == "dark"
        assert seen.count('#rows .open[aria-expanded="true"]') == 1


GARBAGE = (
    "#m=bad&z=nobody&s=--x&n=99999999&t=999,x&h=,,none&e=9&c=<script>&q=%E0%A4%A",
    "#__proto__=1&constructor=2&m[]=disk&=&&&",
    "#%",
    "#verdict",
    f"#q={'x' * 5000}",
)


@pytest.mark.parametrize("hash_", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_in_the_hash_is_ignored(hash_: str, browser: Browser, page: Path) -> None:
    with visit(browser, page, hash_) as seen:
        assert seen.page.get_attribute("#treemap button[data-key=disk]", "aria-pressed") == "true"
        assert seen.count(".tick:checked") == 0
        assert seen.run("() => document.documentElement.dataset.theme") is None
        assert seen.count("#rows tbody tr") == 30


def test_back_and_forward_go_through_what_was_done(seen: Visit) -> None:
    seen.page.click("#treemap button[data-key=rss]")
    seen.page.click("#rows th[data-key=name] button")
    assert state(seen) == "#m=rss&s=name"
    seen.page.go_back()
    assert state(seen) == "#m=rss"
    assert seen.page.get_attribute("#rows th[data-key=name]", "aria-sort") is None
    seen.page.go_back()
    assert seen.page.get_attribute("#treemap button[data-key=disk]", "aria-pressed") == "true"
    seen.page.go_forward()
    assert seen.page.get_attribute("#treemap button[data-key=rss]", "aria-pressed") == "true"


FOCUSED = "() => document.activeElement.getAttribute('aria-label')"


def test_pictures_answer_the_keyboard(seen: Visit) -> None:
    first = seen.page.locator("#treemap svg.cells > g[role]").first
    first.focus()
    words = seen.run(FOCUSED)
    seen.page.keyboard.press("ArrowRight")
    assert seen.run(FOCUSED) != words
    seen.page.keyboard.press("Home")
    assert seen.run(FOCUSED) == words
    assert seen.text("#treemap .said") == words
    seen.page.keyboard.press("Enter")
    assert state(seen).startswith("#z=")
    seen.page.keyboard.press("Escape")
    assert not state(seen).startswith("#z=")
    seen.page.locator("#icicle svg.cells > g[role]").first.focus()
    seen.page.keyboard.press("ArrowDown")
    assert str(seen.run(FOCUSED)).startswith("app (")
    seen.page.keyboard.press("ArrowUp")
    assert str(seen.run(FOCUSED)).startswith("Everything")
    assert seen.count('svg.cells > g[role][tabindex="0"]') == 2


def test_everything_that_can_be_pressed_is_reached_by_the_tabulator(seen: Visit) -> None:
    reached = set()
    for _ in range(400):
        seen.page.keyboard.press("Tab")
        reached.add(seen.run(MEET))
        if seen.run("() => document.activeElement === document.body"):
            break
    left = seen.run(UNMET)
    assert left == 0
    assert {"A", "BUTTON", "INPUT", "SELECT", "g"} <= reached


# What changed


def test_what_changed_is_seen_sorted_and_read_aloud(browser: Browser, tmp_path: Path, audit: Audit) -> None:
    old = replace(
        make_audit(30, modules=400),
        entries=(
            entry(stages=(stage("interpreter", 9 << 20), stage("ready", 240 << 20), stage("first_use", 500 << 20))),
        ),
        distributions=tuple(
            replace(row, apparent_bytes=(row.apparent_bytes or 0) // (at + 1), version=f"0.{at}")
            for at, row in enumerate(audit.distributions)
        ),
    )
    changes = {each.name: each.disk_change for each in compare_audits(old, audit, ("old", "now")).distributions}
    path = tmp_path / "report.html"
    view = View(before=compare_audits(old, audit, ("old", "now")))
    path.write_text(formats.render("html", audit, view), encoding="utf-8")
    with visit(browser, path, "#s=-change") as seen:
        lines = seen.run(WAS)
        assert [each["words"] for each in lines] == [
            "181.0 MiB · 35 % of 512.0 · fits · before 240.0, -59.0",
            "548.0 MiB · 107 % of 512.0 · does not fit · before 500.0, +48.0",
        ]
        assert [each["at"] / each["bar"] for each in lines] == pytest.approx([240 / 181, 500 / 548], abs=0.01)
        names = seen.run("() => [...document.querySelectorAll('#rows tbody .name')].map(each => each.textContent)")
        order = [change for name in names if (change := changes.get(name)) is not None]
        assert len(order) > 20 and order == sorted(order, reverse=True)
        assert seen.run("() => document.querySelector('[data-key=change]').ariaSort") == "descending"


FITS = "place => { const box = document.querySelector(place); return box.scrollWidth <= box.clientWidth; }"
WAS = """() => [...document.querySelectorAll(".gauge")].filter(each => each.querySelector(".was")).map(each => {
    const left = each.querySelector("svg").getBoundingClientRect().x;
    const bar = each.querySelector(".rest").getBoundingClientRect().width;
    return { words: each.querySelector(".took").textContent, bar,
             at: each.querySelector(".was").getBoundingClientRect().x - left };
})"""


# How it looks


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_table_fits_a_common_window_and_every_part_can_be_gone_to(
    language: str, browser: Browser, audit: Audit, tmp_path: Path
) -> None:
    path = write_page(tmp_path, audit, language)
    with visit(browser, path, viewport={"width": 1280, "height": 800}, reduced_motion="reduce") as seen:
        for place in (".wide:has(#rows)", "nav .row"):
            assert seen.run(FITS, place), place
        assert seen.count("nav a:visible") < seen.count("nav a")
        seen.page.locator("nav summary").press("Enter")
        assert seen.count("nav a:visible") == seen.count("nav a") == seen.count("main > section")
        last = seen.page.locator("nav details a").last
        last.press("Enter")
        assert seen.count("nav details a:visible") == 0
        assert seen.run("() => document.querySelector(location.hash).checkVisibility()")
        seen.page.locator("nav summary").press("Enter")
        seen.page.keyboard.press("Escape")
        assert seen.run("() => document.activeElement.tagName") == "SUMMARY"
        assert seen.count("nav details a:visible") == 0


@pytest.mark.network
@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_keeps_anybody_out(language: str, browser: Browser, audit: Audit, tmp_path: Path) -> None:
    source, path = axe_source(tmp_path), write_page(tmp_path, audit, language)
    for scheme in ("light", "dark"):
        with visit(browser, path, "#t=0&d=dist-3", color_scheme=scheme) as seen:
            seen.run(source)
            found = seen.run(AXE_RUN)
            assert [each for each in found if each[0] in ("serious", "critical", "moderate")] == []


def test_light_and_dark_follow_the_system_and_the_reader(browser: Browser, page: Path) -> None:
    colour = "() => getComputedStyle(document.body).backgroundColor"
    with visit(browser, page, color_scheme="light") as light, visit(browser, page, color_scheme="dark") as dark:
        bright, dim = light.run(colour), dark.run(colour)
        assert bright == "rgb(255, 255, 255)" != dim
        light.page.select_option("#tools select", "dark")
        dark.page.select_option("#tools select", "light")
        assert (light.run(colour), dark.run(colour)) == (dim, bright)


def test_it_prints_without_its_controls_and_on_white(browser: Browser, page: Path) -> None:
    for hash_ in ("", "#c=dark"):
        with visit(browser, page, hash_, color_scheme="dark") as seen:
            seen.page.emulate_media(media="print")
            assert seen.count("nav:visible, .bar:visible, .tools:visible, input:visible, select:visible") == 0
            assert seen.run("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
            assert seen.count("pre:visible") == seen.count("pre")
            seen.page.set_viewport_size({"width": 718, "height": 1000})  # A4 within the margins of a browser
            assert seen.run("() => document.documentElement.scrollWidth <= innerWidth")
            assert seen.page.pdf()[:4] == b"%PDF"


@pytest.mark.parametrize("width", [390, 800, 1200])
def test_gauges_stand_on_one_scale(width: int, browser: Browser, page: Path, audit: Audit) -> None:
    with visit(browser, page, viewport={"width": width, "height": 900}) as seen:
        lines = seen.run(
            "() => [...document.querySelectorAll('.gauge line.limit')].map(e => e.getBoundingClientRect().x)"
        )
        assert max(lines) - min(lines) < 1
        bars = seen.run(
            "() => [...document.querySelectorAll('.gauge rect.rest')].map(e => e.getBoundingClientRect().width)"
        )
        sizes = [9, 181, 548]
        assert bars == pytest.approx([bars[-1] * size / sizes[-1] for size in sizes], abs=1)


@pytest.mark.parametrize("width", [390, 800, 1600])
def test_the_page_is_never_wider_than_its_window(width: int, browser: Browser, page: Path) -> None:
    with visit(browser, page, viewport={"width": width, "height": 800}) as seen:
        assert seen.run("() => document.documentElement.scrollWidth <= innerWidth")


def test_it_stays_small(audit: Audit, tmp_path: Path) -> None:
    empty = write_page(tmp_path, make_audit(1)).stat().st_size
    whole = write_page(tmp_path, make_audit(200, modules=5_000)).stat().st_size
    assert empty < 80_000
    assert whole < 1_000_000
