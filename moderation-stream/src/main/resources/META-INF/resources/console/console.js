// The console: verdicts as they arrive, filters, pause, and the evidence of the one that is chosen.

import { auditsOf, learn as learnAudit } from "./audits.js";
import { Backlog, Places } from "./backlog.js";
import { details } from "./details.js";
import { element } from "./dom.js";
import { connect, watchSystem } from "./feed.js";
import { redrawThresholds, row, searchText } from "./row.js";
import { learn } from "./thresholds.js";
import { know } from "./visitor.js";

const MOST_ROWS = 500;
const FRESH_MILLIS = 1500;

const list = document.getElementById("verdicts");
const box = document.getElementById("list");
const empty = document.getElementById("empty");
const panel = document.getElementById("details");
const hint = document.getElementById("details-hint");
const body = document.getElementById("details-body");
const search = document.getElementById("search");
const pause = document.getElementById("pause");
const filters = [...document.querySelectorAll(".filter")];

const verdicts = new Map(); // list item to verdict
const places = new Places();
const counts = { ALL: 0, SAFE: 0, NSFW: 0, REVIEW: 0, REFUSED: 0 };
let filter = "ALL";
let paused = false;
const waiting = new Backlog(MOST_ROWS);
const arrived = new Backlog(MOST_ROWS);
let chosen = null;

// Arrival: what comes within a frame is drawn at once.

function onVerdict(verdict) {
  if (places.isNew(verdict.record)) {
    enqueue(verdict);
  }
}

function enqueue(entry) {
  if (paused) {
    waiting.add(entry);
    showPause();
    return;
  }
  arrived.add(entry);
  if (arrived.size === 1) {
    requestAnimationFrame(draw);
  }
}

const GAP = Symbol("gap");

function draw() {
  const entries = arrived.take();
  const news = entries.filter((entry) => entry !== GAP && learn(entry)).length > 0;
  if (news) {
    verdicts.forEach((verdict, item) => redrawThresholds(item.firstElementChild, verdict));
  }
  const anchor = list.firstElementChild;
  const top = box.scrollTop;
  const before = box.scrollHeight;
  for (const entry of entries) {
    list.prepend(entry === GAP ? gapItem() : verdictItem(entry, anchor !== null));
  }
  while (list.childElementCount > MOST_ROWS) {
    forget(list.lastElementChild);
  }
  if (top > 0) {
    box.scrollTop = top + box.scrollHeight - before; // who has scrolled down keeps their place
  }
  showCounts();
}

function verdictItem(verdict, fresh) {
  const item = element("li", {}, row(verdict));
  verdicts.set(item, verdict);
  count(verdict, 1);
  item.hidden = !matches(verdict);
  if (fresh) {
    item.firstElementChild.classList.add("fresh");
    setTimeout(() => item.firstElementChild.classList.remove("fresh"), FRESH_MILLIS);
  }
  return item;
}

// An audit marks the rows of its image; which of the two comes first is chance.

function onAudit(audit) {
  if (!learnAudit(audit)) {
    return;
  }
  for (const [item, verdict] of verdicts) {
    if (verdict.imageId === audit.imageId) {
      redraw(item, verdict);
    }
  }
  showCounts();
}

function redraw(item, verdict) {
  const old = item.firstElementChild;
  const focused = document.activeElement === old;
  const made = row(verdict);
  old.replaceWith(made);
  item.hidden = !matches(verdict);
  if (focused) {
    made.focus();
  }
  if (item === chosen) {
    made.setAttribute("aria-current", "true");
    showDetails(verdict);
  }
}

function gapItem() {
  return element("li", { class: "gap" }, "The connection was away for long: some verdicts are not shown here.");
}

function forget(item) {
  const verdict = verdicts.get(item);
  if (verdict !== undefined) {
    verdicts.delete(item);
    count(verdict, -1);
  }
  item.remove();
}

function count(verdict, by) {
  counts.ALL += by;
  if (verdict.decision in counts) {
    counts[verdict.decision] += by;
  }
}

// Filters and search.

function matches(verdict) {
  const wanted = search.value.trim().toLowerCase();
  return passes(verdict) && (wanted === "" || searchText(verdict).includes(wanted));
}

function passes(verdict) {
  return filter === "ALL" || verdict.decision === filter || (filter === "AUDITED" && isAudited(verdict));
}

function isAudited(verdict) {
  return auditsOf(verdict.imageId).length > 0;
}

function showCounts() {
  for (const button of filters) {
    const { filter: name } = button.dataset;
    const number = name === "AUDITED" ? [...verdicts.values()].filter(isAudited).length : counts[name];
    button.firstElementChild.textContent = String(number);
  }
  const shown = [...verdicts.keys()].some((item) => !item.hidden);
  empty.hidden = shown;
  box.hidden = !shown;
  if (!shown && counts.ALL > 0) {
    document.getElementById("empty-title").textContent = "Nothing matches";
    document.getElementById("empty-text").textContent = "No verdict on this page passes the filter and the search.";
  }
}

function applyFilter() {
  for (const [item, verdict] of verdicts) {
    item.hidden = !matches(verdict);
  }
  showCounts();
}

for (const button of filters) {
  button.addEventListener("click", () => {
    filter = button.dataset.filter;
    filters.forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
    applyFilter();
  });
}
search.addEventListener("input", applyFilter);

// Pause.

function togglePause() {
  paused = !paused;
  if (!paused) {
    waiting.take().forEach(enqueue);
  }
  showPause();
}

function showPause() {
  pause.setAttribute("aria-pressed", String(paused));
  const text = !paused ? "Pause" : waiting.size === 0 ? "Resume" : `Resume, ${waiting.size} waiting`;
  document.getElementById("pause-text").textContent = text;
}

pause.addEventListener("click", togglePause);

// Choosing a row.

function choose(item) {
  chosen?.firstElementChild.removeAttribute("aria-current");
  chosen = item;
  const verdict = item === null ? undefined : verdicts.get(item);
  panel.classList.toggle("open", verdict !== undefined);
  hint.hidden = verdict !== undefined;
  if (verdict === undefined) {
    body.replaceChildren();
    return;
  }
  item.firstElementChild.setAttribute("aria-current", "true");
  showDetails(verdict);
  panel.scrollTop = 0;
}

function showDetails(verdict) {
  body.replaceChildren(...details(verdict, { onClose: close, onAudit }));
}

function close() {
  const item = chosen;
  choose(null);
  item?.firstElementChild.focus();
}

list.addEventListener("click", (event) => {
  const item = event.target.closest("li");
  if (verdicts.has(item)) {
    choose(item);
  }
});

// Keys.

function step(direction) {
  const rows = [...list.querySelectorAll("li:not([hidden]) > .row")];
  const at = rows.indexOf(document.activeElement);
  const next = at < 0 ? rows[0] : rows[Math.min(rows.length - 1, Math.max(0, at + direction))];
  next?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    search.value === "" ? close() : clearSearch();
    return;
  }
  if (event.target === search || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  const action = { "/": () => search.focus(), p: togglePause, ArrowDown: () => step(1), ArrowUp: () => step(-1) }[event.key];
  if (action && (event.key.length === 1 || !panel.contains(event.target))) {
    event.preventDefault();
    action();
  }
});

function clearSearch() {
  search.value = "";
  applyFilter();
}

// Connection.

const STATES = { connecting: "Connecting…", live: "Live", lost: "Connection lost, trying again…" };

function onState(state) {
  document.getElementById("connection").dataset.state = state;
  document.getElementById("connection-text").textContent = STATES[state];
}

connect({ onVerdict, onAudit, onState, onGap: () => enqueue(GAP) });
watchSystem((system) => {
  const trouble = document.getElementById("trouble");
  trouble.hidden = system === null || system.ready;
  trouble.textContent = trouble.hidden ? "" : system.message;
  if (system !== null) {
    know(system.you);
    showVisitor(system.you);
  }
});

function showVisitor({ name, tenant, login }) {
  document.getElementById("visitor").hidden = login === "local";
  document.getElementById("visitor-name").textContent = tenant === "*" ? name : `${name} · ${tenant}`;
  document.getElementById("logout").onclick = () => logOut(login);
}

async function logOut(login) {
  if (login === "oidc") {
    location.assign("logout");
    return;
  }
  await fetch("api/v1/logout", { method: "POST" });
  location.assign("login.html");
}
