"use strict";
// The pictures of the page. Data comes from the element `data`, texts are set as text, state lives in the hash.
(() => {
const $ = (id) => document.getElementById(id);
const D = JSON.parse($("data").textContent), L = D.labels, F = D.figures;
const NAME = 0, USE = 1, DISK = 2, FREES = 3, RSS = 4, AVOIDABLE = 5, LAZILY = 6, TIME = 7, REASON = 8, EVIDENCE = 9,
  REQUIRED = 10, FOLDERS = 11, BY_ENTRY = 12, ENTRIES = 13, CHAIN = 14, CHANGE = 15;
const LETTER = 7.4, LINE = 15, MOST_TILES = 160, MOST_CELLS = 3000;

// ---- elements, texts, figures
const fill = (node, attributes, children) => {
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value === true) node.setAttribute(key, "");
    else if (value !== false && value != null) node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child !== "" && child != null));
  return node;
};
const el = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);
const svg = (name, attributes, ...children) =>
  fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
const say = (text, values) => text.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? values[key] : whole));
const grouped = (digits) =>
  digits.length < F.grouped ? digits : digits.replace(/\B(?=(\d{3})+$)/g, F.group);
const even = (floor, rest, half) => (rest > half || (rest === half && floor % 2) ? floor + 1 : floor);
const mib = (bytes) => { // as f"{bytes / 2**20:,.1f}": ties go to the even digit
  if (bytes == null) return "-";
  const tenths = Math.abs(bytes) * 10 / 1048576, floor = Math.floor(tenths), shown = even(floor, tenths - floor, 0.5);
  return (bytes < 0 ? "-" : "") + grouped(String(Math.floor(shown / 10))) + F.decimal + (shown % 10);
};
const ms = (us) => {
  if (us == null) return "-";
  const size = Math.abs(us), floor = Math.floor(size / 1000);
  return (us < 0 ? "-" : "") + grouped(String(even(floor, size % 1000, 500)));
};
const METRICS = { disk: [L.disk, mib, L.unit], rss: [L.rss, mib, L.unit], time: [L.time, ms, L.unitms] };
const shown = (metric, value) => METRICS[metric][1](value) + " " + METRICS[metric][2];

// ---- state: what differs from the beginning stands in the hash, and nothing else is ever kept
const KEYS = ["name", "use", "disk", "change", "frees", "rss", "avoidable", "lazily", "time", "why"];
const names = new Set(D.rows.map((row) => row[NAME]));
const fresh = () => ({ m: "disk", z: "", p: "", q: "", h: new Set(), s: "", i: "rss", n: -1, e: 0, t: new Set(), d: "", c: "" });
let S = fresh(), written = null;
const whole = (text, below) => (/^\d{1,7}$/.test(text) && Number(text) < below ? Number(text) : null);
const READ = {
  m: (text) => { if (text in METRICS) S.m = text; },
  z: (text) => { if (names.has(text) || text === "*") S.z = text; },
  p: (text) => { S.p = text.slice(0, 500); },
  q: (text) => { S.q = text.slice(0, 200); },
  h: (text) => { for (const each of text.split(",")) { const at = D.classes.findIndex((one) => one[0] === each); if (at >= 0) S.h.add(at); } },
  s: (text) => { if (KEYS.includes(text.replace(/^-/, ""))) S.s = text; },
  i: (text) => { if (text === "time") S.i = text; },
  n: (text) => { const at = whole(text, 1e7); if (at != null) S.n = at; },
  e: (text) => { const at = D.entries.indexOf(text); if (at > 0) S.e = at; },
  t: (text) => { for (const each of text.split(",")) { const at = whole(each, 1e6); if (at != null && D.whatif && D.whatif.choices.includes(at)) S.t.add(at); } },
  d: (text) => { if (names.has(text)) S.d = text; },
  c: (text) => { if (text === "dark" || text === "light") S.c = text; },
};
const hashOf = () => {
  const plain = fresh(), found = new URLSearchParams();
  for (const key of Object.keys(plain)) {
    let value = S[key];
    if (key === "h") value = [...value].map((at) => D.classes[at][0]).join(",");
    else if (key === "t") value = [...value].sort((a, b) => a - b).join(",");
    else if (value === plain[key]) continue;
    else if (key === "e") value = D.entries[value];
    if (value !== "") found.set(key, value);
  }
  return found.toString();
};
const readHash = () => {
  const text = location.hash.slice(1);
  if (text && !text.includes("=")) return; // a part of the page
  S = fresh();
  for (const [key, value] of new URLSearchParams(text)) if (Object.hasOwn(READ, key)) READ[key](value);
  if (S.n >= 0 && !(D.trees[S.e] && S.n < D.trees[S.e].names.length)) S.n = -1;
};
const go = (changes, quietly) => {
  Object.assign(S, changes);
  written = hashOf();
  if (quietly) location.replace("#" + written);
  else location.hash = written;
  draw(Object.keys(changes));
};
addEventListener("hashchange", () => {
  if (location.hash.slice(1) === written) return;
  written = location.hash.slice(1);
  readHash();
  draw();
});

// ---- what a search finds
const wanted = () => S.q.trim().toLowerCase();
const isFound = (row) => {
  const query = wanted();
  return !query || row[NAME].toLowerCase().includes(query) || row[REASON].toLowerCase().includes(query)
    || D.classes[row[USE]][1].toLowerCase().includes(query) || row[EVIDENCE].some((each) => each.toLowerCase().includes(query));
};
const valueOf = (row, metric) => {
  if (metric === "disk") return row[DISK];
  if (metric === "time") return row[TIME];
  const at = row[ENTRIES].indexOf(D.entries[S.e]);
  return row[ENTRIES].length ? (at < 0 ? null : row[BY_ENTRY][at]) : row[RSS];
};

// ---- rectangles: laid out as report/page/treemap.py does
const squarify = (figures, box) => {
  const total = figures.reduce((sum, each) => sum + each, 0), found = [];
  if (total <= 0) return figures.map(() => [box[0], box[1], 0, 0]);
  const areas = figures.map((each) => each * box[2] * box[3] / total);
  let [x, y, width, height] = box, begin = 0;
  while (begin < areas.length) {
    const side = Math.min(width, height);
    let sum = 0, best = Infinity, end = begin;
    for (; end < areas.length; end++) {
      sum += areas[end];
      if (sum <= 0 || side <= 0 || areas[end] <= 0) { end = areas.length; break; }
      const worst = Math.max(side * side * areas[begin] / (sum * sum), sum * sum / (side * side * areas[end]));
      if (worst > best) { sum -= areas[end]; break; }
      best = worst;
    }
    sum = 0;
    for (let at = begin; at < end; at++) sum += areas[at];
    const upright = width >= height, depth = sum / (upright ? height : width) || 0;
    let along = upright ? y : x;
    for (let at = begin; at < end; at++) {
      const length = depth ? areas[at] / depth : 0;
      found.push(upright ? [x, along, depth, length] : [along, y, length, depth]);
      along += length;
    }
    if (upright) { x += depth; width = Math.max(width - depth, 0); } else { y += depth; height = Math.max(height - depth, 0); }
    begin = end;
  }
  return found;
};
const label = (text, width, x, y) => {
  const fitting = Math.floor((width - 8) / LETTER);
  if (fitting < 3) return "";
  return svg("text", { x: x + 4, y: y + 13 }, text.length <= fitting ? text : text.slice(0, fitting - 1) + "\u2026");
};

// A picture of cells: one of them can be reached by the tabulator, the others by the arrows.
class Cells {
  constructor(place, title, steps) {
    this.picture = svg("svg", { class: "cells", role: "group", "aria-label": title });
    this.said = el("p", { class: "said", "aria-live": "polite", "data-hint": L.hint });
    this.ring = svg("rect", { class: "ring", "aria-hidden": "true" });
    this.steps = steps;
    this.at = 0;
    place.append(this.picture, this.said);
    this.picture.addEventListener("keydown", (event) => this.key(event));
    this.picture.addEventListener("click", (event) => { const at = this.find(event); if (at >= 0) this.steps.open(this.cells[at], at); });
    this.picture.addEventListener("mouseover", (event) => { const at = this.find(event); if (at >= 0) this.tell(at); });
    this.picture.addEventListener("focusin", (event) => { const at = this.find(event); if (at >= 0) { this.take(at); this.tell(at); } });
  }
  find(event) { const group = event.target.closest("g[role]"); return group ? Number(group.dataset.at) : -1; }
  tell(at) { this.said.textContent = this.cells[at].words; }
  take(at) {
    this.groups[this.at]?.setAttribute("tabindex", "-1");
    this.at = at;
    this.groups[at].setAttribute("tabindex", "0");
    const [x, y, wide, high] = this.cells[at].box; // inside, and above the cells that come later
    fill(this.ring, { x: x + 1.5, y: y + 1.5, width: Math.max(wide - 3, 0), height: Math.max(high - 3, 0) }, []);
  }
  show(cells, width, height) {
    const had = this.picture.contains(document.activeElement), key = had && this.cells[this.at] ? this.cells[this.at].key : null;
    this.cells = cells;
    this.groups = cells.map((cell, at) => {
      const [x, y, wide, high] = cell.box, round = (value) => Math.round(value * 100) / 100;
      const group = svg("g", { class: cell.class + (cell.off ? " off" : ""), role: "button", tabindex: "-1", "aria-label": cell.words, "data-at": at },
        svg("rect", { x: round(x), y: round(y), width: round(Math.max(wide, 0)), height: round(Math.max(high, 0)) }),
        cell.bar ? svg("rect", { class: "avoid", x: round(x), y: round(y + high - 4), width: round(wide * cell.bar), height: 3 }) : "");
      return group;
    });
    const texts = cells.map((cell) => { // what is read aloud is the name of the button
      const [x, y, wide, high] = cell.box;
      return high <= LINE || wide < 28 ? "" : svg("g", { class: cell.off ? "off" : null }, label(cell.name, wide, x, y),
        high > 2 * LINE + 4 && wide > 60 ? label(cell.figure.length > (wide - 8) / LETTER ? cell.figure.split(" ")[0] : cell.figure, wide, x, y + LINE) : "");
    });
    this.picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.picture.setAttribute("height", height);
    this.picture.replaceChildren(...this.groups, svg("g", { class: "texts", "aria-hidden": "true" }, ...texts), this.ring);
    this.at = Math.max(cells.findIndex((cell) => cell.key === key), 0);
    if (cells.length) this.take(this.at);
    if (had && cells.length) this.groups[this.at].focus();
    this.said.textContent = "";
  }
  key(event) {
    const cell = this.cells[this.at];
    if (event.key === "Enter" || event.key === " ") this.steps.open(cell, this.at);
    else if (event.key === "Escape" || event.key === "Backspace") this.steps.close();
    else {
      const next = this.steps.next(event.key, this.at, this.cells);
      if (next == null || !this.groups[next]) return;
      this.groups[next].focus();
    }
    event.preventDefault();
  }
}
const inOrder = (key, at, cells) => ({ ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: cells.length - 1 })[key];

// ---- the treemap
let map = null, mapBack = null, mapPath = null;
const choose = (title, options, current, pick) => el("span", { class: "group", role: "group", "aria-label": title },
  ...options.map(([key, text]) => el("button", { type: "button", "data-key": key, "aria-pressed": String(key === current()), onclick: () => pick(key) }, text)));
const press = (group, current) => { for (const button of group.children) button.setAttribute("aria-pressed", String(button.dataset.key === current)); };
const searches = [];
const searchField = () => {
  const field = el("input", { type: "search", placeholder: L.search, "aria-label": L.search, maxlength: 200, oninput: () => go({ q: field.value }, true) });
  searches.push(field);
  return field;
};
let mapMetric = null;
const makeMap = () => {
  const place = $("treemap");
  if (!place) return;
  place.replaceChildren();
  mapMetric = choose(L.metric, Object.entries(METRICS).filter(([key]) => D.rows.some((row) => valueOf(row, key))).map(([key, [text]]) => [key, text]),
    () => S.m, (key) => go({ m: key, p: "" }));
  mapBack = el("button", { type: "button", onclick: () => mapSteps.close() }, L.back);
  mapPath = el("span", { class: "grow" });
  place.append(el("div", { class: "bar" }, mapMetric, mapBack, mapPath, searchField()));
  map = new Cells(place, L.disk, mapSteps);
  const legend = $("legend");
  for (const item of legend.children) {
    const chip = item.firstElementChild, at = D.classes.findIndex((one) => chip.classList.contains("u-" + one[0]));
    const button = el("button", { type: "button", class: "chip u-" + D.classes[at][0], title: L.hide, onclick: () => {
      const hidden = new Set(S.h);
      if (!hidden.delete(at)) hidden.add(at);
      go({ h: hidden });
    } }, chip.textContent);
    chip.replaceWith(button);
    chips.push([button, at]);
  }
};
const chips = [];
const mapSteps = {
  next: inOrder,
  open: (cell) => { if (cell.open) go(cell.open); },
  close: () => {
    if (S.p) { const parts = S.p.replace(/\/$/, "").split("/"); parts.pop(); go({ p: parts.length ? parts.join("/") + "/" : "" }); }
    else if (S.z) go({ z: "" });
  },
};
const leavesOf = (row) => {
  if (S.m === "disk") return row[FOLDERS];
  const tree = trees()[S.e];
  if (!tree) return [];
  const owner = tree.distributions.indexOf(row[NAME]), figures = S.m === "rss" ? tree.rss : tree.time, found = [];
  if (owner >= 0) tree.owners.forEach((each, at) => { if (each === owner) found.push([tree.full[at].replaceAll(".", "/") + "/", figures[at]]); });
  return found;
};
const insideOf = (row) => {
  const below = new Map();
  for (const [path, count] of leavesOf(row)) {
    if (!path.startsWith(S.p) || count <= 0) continue;
    const rest = path.slice(S.p.length), cut = rest.indexOf("/"), key = cut < 0 ? rest : rest.slice(0, cut + 1);
    const known = below.get(key) || [0, false];
    below.set(key, [known[0] + count, known[1] || (cut >= 0 && cut < rest.length - 1)]);
  }
  return [...below].map(([key, [value, deeper]]) => ({ key: S.p + key, value, class: "u-" + D.classes[row[USE]][0],
    name: key || (S.p ? L.onlyunder : say(L.rest, { x: "" }).trim()), open: deeper ? { p: S.p + key } : null, off: false }));
};
const itemsOf = () => {
  const zoomed = S.z && S.z !== "*" ? D.rows.find((row) => row[NAME] === S.z) : null;
  if (zoomed) return insideOf(zoomed);
  const rows = D.rows.filter((row) => !S.h.has(row[USE]) && valueOf(row, S.m) > 0).sort((a, b) => valueOf(b, S.m) - valueOf(a, S.m));
  const cells = rows.map((row) => ({ key: row[NAME], name: row[NAME], value: valueOf(row, S.m), class: "u-" + D.classes[row[USE]][0],
    said: D.classes[row[USE]][1], off: !isFound(row), open: { z: row[NAME], p: "" } }));
  if (S.z === "*") return cells.slice(MOST_TILES);
  const rest = cells.splice(MOST_TILES);
  if (rest.length) cells.push({ key: "*", name: say(L.rest, { x: rest.length }), value: rest.reduce((sum, each) => sum + each.value, 0), class: "rest",
    off: rest.every((each) => each.off), open: { z: "*", p: "" } });
  if (S.m === "disk" && D.others && !S.z) cells.push({ key: "", name: L.shared, value: D.others, class: "rest", off: wanted() !== "", open: null });
  return cells;
};
const drawMap = () => {
  if (!map) return;
  if (!mapMetric.querySelector(`[data-key="${S.m}"]`)) S.m = "disk";
  press(mapMetric, S.m);
  const width = Math.max(map.picture.parentNode.clientWidth, 280), height = width < 600 ? 420 : 520;
  const items = itemsOf().sort((a, b) => b.value - a.value);
  const boxes = squarify(items.map((each) => each.value), [0, 0, width, height]);
  items.forEach((each, at) => {
    each.box = boxes[at];
    each.figure = shown(S.m, each.value);
    each.words = `${each.name}${each.said ? " (" + each.said + ")" : ""}: ${each.figure}`;
  });
  map.picture.setAttribute("aria-label", METRICS[S.m][0]);
  map.show(items, width, height);
  mapBack.hidden = !S.z;
  mapPath.textContent = S.z ? `${S.z === "*" ? say(L.rest, { x: "" }).trim() : S.z}${S.p ? " / " + S.p : ""}` : "";
  for (const [button, at] of chips) button.setAttribute("aria-pressed", String(!S.h.has(at)));
};

// ---- the imports of a start
let unpacked = null, icicle = null, icicleMetric = null, icicleBack = null;
const trees = () => {
  unpacked = unpacked || D.trees.map((tree) => {
    const full = [], parents = [], lines = new Array(tree.names.length), inside = [[]];
    tree.names.forEach((name, at) => {
      full.push(tree.packages[at] >= 0 ? full[tree.packages[at]] + "." + name : name);
      const parent = tree.parents[at] ? at - tree.parents[at] : -1;
      parents.push(parent);
      inside.push([]);
      inside[parent + 1].push(at);
    });
    let known = -1, next = 0;
    for (let at = 0; at < lines.length; at++) {
      if (next < tree.lines.length && tree.lines[next][0] === at) known = tree.lines[next++][1];
      lines[at] = known;
    }
    const sums = {};
    for (const metric of ["rss", "time"]) {
      const sum = tree[metric].map((each) => Math.max(each, 0)), real = tree[metric].slice();
      for (let at = sum.length - 1; at >= 0; at--) if (parents[at] >= 0) { sum[parents[at]] += sum[at]; real[parents[at]] += real[at]; }
      sums[metric] = [sum, real];
    }
    return { ...tree, full, parents, lines, inside, sums };
  });
  return unpacked;
};
const icicleSteps = {
  open: (cell) => go({ n: cell.at === S.n ? (cell.at < 0 ? -1 : trees()[S.e].parents[cell.at]) : cell.at }),
  close: () => { if (S.n >= 0) go({ n: trees()[S.e].parents[S.n] }); },
  next: (key, at, cells) => {
    const cell = cells[at], same = cells.map((each, place) => [each, place]);
    if (key === "ArrowUp") return same.find(([each]) => each.row === cell.row - 1 && each.box[0] <= cell.box[0] + 0.01 && each.box[0] + each.box[2] > cell.box[0])?.[1];
    if (key === "ArrowDown") return same.find(([each]) => each.row === cell.row + 1 && each.box[0] + 0.01 >= cell.box[0] && each.box[0] < cell.box[0] + cell.box[2])?.[1];
    if (key === "ArrowRight") return same.find(([each]) => each.row === cell.row && each.box[0] > cell.box[0])?.[1];
    if (key === "ArrowLeft") return same.filter(([each]) => each.row === cell.row && each.box[0] < cell.box[0]).pop()?.[1];
    return { Home: 0, End: cells.length - 1 }[key];
  },
};
const makeIcicle = () => {
  const place = $("icicle");
  if (!place || !D.trees.length) return;
  place.replaceChildren();
  icicleMetric = choose(L.metric, [["rss", L.rssbytes], ["time", L.time]], () => S.i, (key) => go({ i: key }));
  icicleBack = el("button", { type: "button", onclick: () => icicleSteps.close() }, L.back);
  place.append(el("div", { class: "bar" }, icicleMetric, icicleBack, el("span", { class: "grow" }), searchField()));
  icicle = new Cells(place, L.rss, icicleSteps);
};
const useOf = new Map(D.rows.map((row) => [row[NAME], "u-" + D.classes[row[USE]][0]]));
const moduleWords = (tree, at) => {
  const show = (bytes, us) => (S.i === "rss" ? mib(bytes) + " " + L.unit : ms(us) + " " + L.unitms);
  const owner = tree.owners[at], whose = owner >= 0 ? tree.distributions[owner] : [L.own, L.stdlib, L.unknown][-owner - 1];
  const parts = [`${tree.full[at]} (${whose})`, say(L.self, { x: show(tree.rss[at], tree.time[at]) }),
    say(L.cumulative, { x: show(tree.sums.rss[1][at], tree.sums.time[1][at]) }), say(L.avoidable, { x: mib(tree.avoidable[at]) })];
  if (tree.lines[at] >= 0) parts.push(say(L.line, { x: tree.places[tree.lines[at]] }));
  return parts.join(" \u00b7 ");
};
const drawIcicle = () => {
  if (!icicle) return;
  press(icicleMetric, S.i);
  icicleBack.hidden = S.n < 0;
  const tree = trees()[S.e], [sum] = tree.sums[S.i], high = 20, query = wanted();
  const width = Math.max(icicle.picture.parentNode.clientWidth, 280);
  const total = S.n >= 0 ? sum[S.n] : tree.inside[0].reduce((all, at) => all + sum[at], 0);
  const cells = [], waiting = [[S.n, 0, width, 0]];
  let deepest = 0;
  for (let next = 0; next < waiting.length && cells.length < MOST_CELLS; next++) { // row by row
    const [at, x, wide, row] = waiting[next];
    const name = at < 0 ? L.all : tree.full[at], owner = at < 0 ? -1 : tree.owners[at];
    const value = at < 0 ? total : sum[at];
    deepest = Math.max(deepest, row);
    cells.push({ key: at, at, row, name, box: [x, row * high, wide, high], figure: "",
      class: at < 0 ? "rest" : owner >= 0 ? useOf.get(tree.distributions[owner]) || "rest" : ["o-own", "o-stdlib", "o-unknown"][-owner - 1],
      words: at < 0 ? `${L.all}: ${S.i === "rss" ? mib(total) + " " + L.unit : ms(total) + " " + L.unitms}` : moduleWords(tree, at),
      bar: at >= 0 && S.i === "rss" && value > 0 ? Math.min(Math.max(tree.avoidable[at], 0) / value, 1) : 0,
      off: query !== "" && !(name.toLowerCase().includes(query) || (owner >= 0 && tree.distributions[owner].toLowerCase().includes(query))) });
    let from = x;
    for (const each of tree.inside[at + 1]) {
      const part = total > 0 ? width * sum[each] / total : 0;
      if (part >= 1.5 && row < 60) waiting.push([each, from, part, row + 1]);
      from += part;
    }
  }
  icicle.show(cells, width, (deepest + 1) * high);
};

// ---- the table
const table = $("rows");
let count = null, lines = [];
const keyed = { name: (row) => row[NAME], use: (row) => row[USE], disk: (row) => row[DISK], change: (row) => row[CHANGE], frees: (row) => row[FREES], rss: (row) => row[RSS],
  avoidable: (row) => row[AVOIDABLE], lazily: (row) => row[LAZILY], time: (row) => row[TIME], why: (row) => row[REASON] };
const isText = (key) => key === "name" || key === "why";
const makeTable = () => {
  if (!table) return;
  for (const head of table.tHead.rows[0].cells) {
    const key = head.dataset.key;
    head.replaceChildren(el("button", { type: "button", title: L.sort, onclick: () => {
      const first = isText(key) || key === "use" ? key : "-" + key, other = first.startsWith("-") ? key : "-" + key;
      go({ s: S.s === first ? other : first });
    } }, head.textContent));
  }
  lines = [...table.tBodies[0].rows];
  lines.forEach((line, at) => {
    const name = D.rows[at][NAME];
    line.cells[0].prepend(el("button", { type: "button", class: "open", "aria-expanded": "false", "aria-label": `${L.details}: ${name}`,
      onclick: () => go({ d: S.d === name ? "" : name }) }));
  });
  count = el("span", { class: "grow", role: "status" });
  table.parentNode.before(el("div", { class: "bar" }, searchField(), count));
};
let order = "";
const drawTable = () => {
  if (!table) return;
  const body = table.tBodies[0], key = S.s.replace(/^-/, ""), down = S.s.startsWith("-");
  body.querySelector(".more")?.remove();
  if (S.s !== order) {
    order = S.s;
    const at = lines.map((_, place) => place);
    if (key) at.sort((a, b) => {
      const first = keyed[key](D.rows[a]), second = keyed[key](D.rows[b]);
      if (first == null || second == null) return (first == null) - (second == null) || a - b;
      const by = typeof first === "string" ? (first < second ? -1 : first > second ? 1 : 0) : first - second;
      return (down ? -by : by) || a - b;
    });
    body.append(...at.map((place) => lines[place]));
    for (const head of table.tHead.rows[0].cells) {
      if (head.dataset.key === key) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
  }
  let found = 0;
  lines.forEach((line, at) => {
    const row = D.rows[at], stays = !S.h.has(row[USE]) && isFound(row), isOpen = row[NAME] === S.d;
    if (line.hidden === stays) line.hidden = !stays;
    found += stays;
    const button = line.cells[0].firstElementChild;
    if (button.getAttribute("aria-expanded") !== String(isOpen)) button.setAttribute("aria-expanded", String(isOpen));
    if (isOpen && stays) line.after(el("tr", { class: "more" }, el("td", { colspan: KEYS.length }, ...details(row))));
  });
  count.textContent = say(L.matches, { x: found, y: lines.length });
};
const details = (row) => {
  const listOf = (title, texts) => (texts.length ? [el("p", {}, el("strong", {}, title)), el("ul", {}, ...texts.map((text) => el("li", {}, text)))] : []);
  return [el("p", {}, row[REASON]), ...listOf(L.evidence, row[EVIDENCE]),
    ...(row[CHAIN].length ? [el("p", {}, row[CHAIN].join(" \u2192 "))] : []),
    ...(row[REQUIRED].length ? [el("p", {}, `${L.requires}: ${row[REQUIRED].join(", ")}`)] : []),
    ...listOf(L.folders, row[FOLDERS].map(([path, bytes]) => `${path || say(L.rest, { x: "" }).trim()} ${mib(bytes)}`))];
};

// ---- what ticked suggestions free together: the same graphs that `analysis/combinations/freed_by.py` asks
const itemsOff = (graph, isTaken) => {
  const off = new Array(graph.items.length).fill(true), waiting = [0], items = [];
  off[0] = false;
  while (waiting.length) for (const each of graph.successors[waiting.pop()]) if (off[each] && !isTaken(each)) { off[each] = false; waiting.push(each); }
  off.forEach((isOff, node) => { if (isOff && graph.items[node] >= 0) items.push(graph.items[node]); });
  return items;
};
const freed = (chosen) => {
  const gone = new Set();
  for (const graph of D.whatif.leaving) for (const item of itemsOff(graph, (node) => graph.takers[node].some((each) => chosen.has(each)))) gone.add(item);
  const disk = [...gone].reduce((sum, row) => sum + D.whatif.disk_bytes[row], 0);
  const starts = D.whatif.starts.map((start) => {
    const rows = chosen.size ? new Set(itemsOff(start.graph, (node) => gone.has(start.owners[node]) || start.graph.takers[node].some((each) => chosen.has(each)))) : [];
    let rss = 0, time = 0;
    for (const row of rows) { rss += start.rss_bytes[row]; time += start.time_us[row]; }
    return [start.entry, rss, time];
  });
  return { count: gone.size, disk, starts };
};
const ticks = [...document.querySelectorAll(".tick")];
const makeTicks = () => {
  if (!D.whatif || !ticks.length) return;
  $("sums").hidden = false;
  for (const tick of ticks) {
    tick.hidden = false;
    tick.addEventListener("change", () => {
      const chosen = new Set(S.t);
      if (tick.checked) chosen.add(Number(tick.value)); else chosen.delete(Number(tick.value));
      go({ t: chosen });
    });
  }
};
const drawTicks = () => {
  if (!D.whatif || !ticks.length) return;
  for (const tick of ticks) tick.checked = S.t.has(Number(tick.value));
  const place = $("sums");
  if (!S.t.size) { place.replaceChildren(el("p", {}, L.none)); return; }
  const { count: names, disk, starts } = freed(S.t);
  place.replaceChildren(
    el("p", {}, el("data", { value: disk, id: "sum-disk" }, say(L.frees, { disk: mib(disk), count: names }))),
    ...starts.map(([entry, rss, time]) => el("p", {}, el("data", { value: rss, class: "sum-rss", "data-entry": entry, "data-time": time },
      say(L.predicted, { entry, rss: mib(rss), time: ms(time) })))),
    ...D.trial.map(([entry, before, after]) => el("p", { class: "remark" }, say(L.measured, { entry, before: mib(before), after: mib(after) }))));
};

// ---- copying, downloading, colours
const makeCopies = () => {
  for (const text of document.querySelectorAll("pre[id^=x-]")) {
    const button = el("button", { type: "button", onclick: async () => {
      try { await navigator.clipboard.writeText(text.textContent); } catch {
        getSelection().selectAllChildren(text);
        document.execCommand("copy");
      }
      button.textContent = L.copied;
      setTimeout(() => { button.textContent = L.copy; }, 1500);
    } }, L.copy);
    const frame = el("div", { class: "code" });
    text.replaceWith(frame);
    frame.append(text, button);
  }
};
const makeDownload = () => {
  const link = $("download");
  if (!link || !("DecompressionStream" in window)) return;
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    const packed = Uint8Array.from(atob(link.href.slice(link.href.indexOf(",") + 1)), (sign) => sign.charCodeAt(0));
    const plain = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).blob();
    const url = URL.createObjectURL(new Blob([plain], { type: "application/json" }));
    el("a", { href: url, download: `${D.project}-audit.json` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
  });
};
let colours = null, entries = null;
const makeTools = () => {
  colours = el("select", { "aria-label": L.theme, onchange: () => go({ c: colours.value }, true) },
    el("option", { value: "" }, L.system), el("option", { value: "light" }, L.light), el("option", { value: "dark" }, L.dark));
  if (D.entries.length > 1) {
    entries = el("select", { "aria-label": L.entry, onchange: () => go({ e: Number(entries.value), n: -1, p: "" }) },
      ...D.entries.map((name, at) => el("option", { value: at }, name)));
  }
  $("tools").append(...(entries ? [entries] : []), colours);
};
const drawTools = () => {
  colours.value = S.c;
  if (S.c) document.documentElement.dataset.theme = S.c; else delete document.documentElement.dataset.theme;
  if (entries) entries.value = S.e;
  for (const each of document.querySelectorAll("[data-entry].entry")) each.hidden = Boolean(entries) && D.entries.includes(each.dataset.entry) && each.dataset.entry !== D.entries[S.e];
  for (const field of searches) if (field.value !== S.q) field.value = S.q;
};

// Which keys of the state each part shows: the others are left as they are.
const PARTS = [[drawTools, "ceq"], [drawMap, "mzpqhe"], [drawIcicle, "inqe"], [drawTable, "sqhd"], [drawTicks, "t"]];
const draw = (keys) => { for (const [part, shows] of PARTS) if (!keys || keys.some((key) => shows.includes(key))) part(); };
const nav = document.querySelector("nav"), more = document.querySelector("nav details"); // what stays below the links knows their height
if (nav) new ResizeObserver(() => document.documentElement.style.setProperty("--nav", `${nav.offsetHeight}px`)).observe(nav);
if (more) {
  document.addEventListener("click", (event) => { if (!event.target.closest("nav summary")) more.open = false; });
  more.addEventListener("keydown", (event) => { if (event.key === "Escape") { more.open = false; more.firstElementChild.focus(); } });
}
for (const make of [makeTools, makeMap, makeIcicle, makeTable, makeTicks, makeCopies, makeDownload]) make();
readHash();
draw();
let resized = 0, width = innerWidth;
addEventListener("resize", () => {
  if (innerWidth === width) return;
  width = innerWidth;
  cancelAnimationFrame(resized);
  resized = requestAnimationFrame(() => { drawMap(); drawIcicle(); });
});
})();
