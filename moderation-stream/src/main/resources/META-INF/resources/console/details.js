// The evidence of one verdict.

import { ask, auditEvidence, auditsOf } from "./audits.js";
import { bar, element, percent } from "./dom.js";
import { decidingView } from "./row.js";
import { thresholdsFor } from "./thresholds.js";
import { address } from "./visitor.js";
import { badge, decisionName, hour, words } from "./words.js";

/**
 * @param {{onClose: function(), onAudit: function(Object)}} listener told of audits that turn up
 * @returns {Node[]}
 */
export function details(verdict, listener) {
  return [
    top(verdict, listener.onClose),
    why(verdict),
    audits(verdict, listener.onAudit),
    scoreSection(verdict),
    verdict.labels.length > 0 ? section("Labels", labels(verdict)) : null,
    verdict.views.length > 0 ? section("Views and nearest neighbours", ...worstFirst(verdict).map(view)) : null,
    Object.keys(verdict.timingsMicros).length > 0 ? section("Time", timings(verdict.timingsMicros)) : null,
    uploader(verdict),
    section("Provenance", facts(provenance(verdict)), element("p", { class: "raw" }, rawLink(verdict))),
  ].filter((node) => node !== null);
}

function top(verdict, onClose) {
  const close = element("button", { type: "button", class: "close", "aria-label": "Close details" }, "Esc");
  close.addEventListener("click", onClose);
  return element("div", { class: "details-top" },
    element("div", {}, badge(verdict.decision), element("h2", {}, verdict.imageId)),
    close);
}

function why(verdict) {
  if (!verdict.reason && !verdict.reasonDetail) {
    return null;
  }
  return element("div", { class: "why", "data-decision": verdict.decision },
    element("b", {}, verdict.reason ? words(verdict.reason) : "Note"),
    verdict.reasonDetail ?? "");
}

/** What is known of an image's audits; the rest is asked for, and told. */
function audits(verdict, onAudit) {
  const all = auditsOf(verdict.imageId);
  const box = element("section", all.length === 0 ? { hidden: "" } : {},
    element("h3", {}, "Attack audit"), ...all.map(auditEvidence));
  ask(verdict).then((found) => found.forEach(onAudit)).catch(() => {
    box.hidden = false;
    box.append(element("p", { class: "small" }, "The audits could not be loaded."));
  });
  return box;
}

function scoreSection(verdict) {
  const thresholds = thresholdsFor(verdict);
  const scale = element("div", { class: "scale" }, ...thresholds.map(({ name, at }) => {
    const label = element("span", {}, `${name} ${at.toFixed(2)}`);
    label.style.left = percent(Math.min(0.92, Math.max(0.08, at)));
    return label;
  }));
  const rows = [["Margin", verdict.margin.toFixed(3)]];
  if (verdict.cleanTwinScore !== null) {
    rows.push(["Clean twin", verdict.cleanTwinScore.toFixed(3)]);
  }
  if (verdict.knownReference) {
    rows.push(["Copy of", verdict.knownReference]);
  }
  const turning = turningWords(verdict);
  if (turning) {
    rows.push(["Turned by", turning]);
  }
  if (verdict.shadowDecision) {
    rows.push(["Shadow policy", decisionName(verdict.shadowDecision)]);
  }
  return section("Score",
    element("div", { class: "score", "data-decision": verdict.decision },
      bar(verdict.score, { class: "large" }, thresholds),
      element("output", {}, verdict.score.toFixed(3))),
    thresholds.length > 0 ? scale : null,
    facts(rows));
}

/** How many references would turn the decision, in words; null where no vote decided. */
function turningWords(verdict) {
  const parts = [];
  if (verdict.insertionsToTurn !== null) {
    parts.push(`${verdict.insertionsToTurn} inserted`);
  }
  if (verdict.relabelsToTurn !== null) {
    parts.push(`${verdict.relabelsToTurn} relabelled`);
  }
  return parts.length === 0 ? null : `${parts.join(" or ")} ${verdict.insertionsToTurn === 1 && parts.length === 1 ? "reference" : "references"}`;
}

function labels(verdict) {
  return element("div", { class: "classes labels" }, ...verdict.labels.flatMap(({ label, score, action }) => [
    element("span", {}, label, action === "IGNORE" ? null : element("span", { class: "small" }, ` ${words(action).toLowerCase()}`)),
    bar(score, { class: "plain" }),
    element("output", {}, `${(100 * score).toFixed(1)} %`)]));
}

function worstFirst(verdict) {
  return verdict.views
    .map((evidence) => ({ evidence, decision: verdict.decision, decides: verdict.views.length > 1 && evidence === decidingView(verdict) }))
    .sort((one, other) => other.evidence.score - one.evidence.score);
}

function view({ evidence, decision, decides }) {
  return element("div", { class: "view", "data-decision": decision },
    element("div", { class: "view-top" },
      element("b", {}, evidence.view),
      decides ? element("span", { class: "decides" }, "decides") : null,
      element("span", { class: "small" }, `score ${evidence.score.toFixed(3)}`)),
    evidence.neighbours.length > 0 ? neighbours(evidence.neighbours) : element("p", { class: "small" }, "No neighbours."),
    evidence.classProbabilities ? classes(evidence.classProbabilities) : null);
}

// A reference that is near by an everyday variant of its picture says so.
function nameOf(neighbour) {
  return neighbour.variant ? `${neighbour.referenceId} (${neighbour.variant})` : neighbour.referenceId;
}

function neighbours(all) {
  const body = all.map((neighbour) => element("tr", {},
    element("td", { class: "mono" }, nameOf(neighbour)),
    element("td", {}, element("span", { class: "tag" }, neighbour.label)),
    element("td", {}, element("span", { class: "similarity" },
      bar(neighbour.similarity, { class: "plain" }),
      element("output", {}, neighbour.similarity.toFixed(3))))));
  return element("table", { class: "neighbours" },
    element("thead", {}, element("tr", {},
      element("th", { scope: "col" }, "Reference"),
      element("th", { scope: "col" }, "Label"),
      element("th", { scope: "col" }, "Similarity"))),
    element("tbody", {}, ...body));
}

function classes(probabilities) {
  const sorted = Object.entries(probabilities).sort(([, one], [, other]) => other - one);
  return element("div", {},
    element("p", { class: "small head" }, "Classifier head"),
    element("div", { class: "classes" }, ...sorted.flatMap(([name, probability]) => [
      element("span", {}, name),
      bar(probability, { class: "plain" }),
      element("output", {}, `${(100 * probability).toFixed(1)} %`)])));
}

function timings(micros) {
  const steps = Object.entries(micros);
  const longest = Math.max(1, ...steps.map(([, time]) => time));
  const total = steps.reduce((sum, [, time]) => sum + time, 0);
  return element("div", { class: "classes timings" }, ...steps.flatMap(([step, time]) => [
    element("span", {}, step), bar(time / longest), element("output", {}, millis(time))]),
    element("b", {}, "together"), element("span", {}), element("output", {}, millis(total)));
}

function millis(micros) {
  return `${(micros / 1000).toFixed(1)} ms`;
}

function uploader(verdict) {
  const windows = element("div", { class: "small" }, "…");
  showWindows(windows, verdict);
  return section("Uploader",
    facts([["Account", verdict.uploaderId], ["Tenant", verdict.tenant], ...Object.entries(verdict.attributes)]),
    windows);
}

const WINDOWS_SHOWN = 5;
const ASK_AGAIN_MILLIS = 1000;

// A verdict may be shown before the statistics count it, and stores may be moving: what is not there is asked for again
// while the details are open.
async function showWindows(into, { uploaderId, tenant }) {
  try {
    const answer = await fetch(await address(`api/v1/uploaders/${encodeURIComponent(uploaderId)}`, tenant));
    if (!answer.ok) {
      const problem = await answer.json();
      into.replaceChildren(problem.detail);
      if (answer.status === 404 || answer.status === 503) {
        setTimeout(() => into.isConnected && showWindows(into, { uploaderId, tenant }), ASK_AGAIN_MILLIS);
      }
      return;
    }
    const { windows } = await answer.json();
    const head = ["From", "Images", "Safe", "NSFW", "Review", "Refused", "Audits"];
    into.replaceChildren(element("table", { class: "windows" },
      element("caption", {}, "What this account did, by window"),
      element("thead", {}, element("tr", {}, ...head.map((name, i) =>
        element("th", { scope: "col", class: i > 0 ? "number" : null }, name)))),
      element("tbody", {}, ...windows.slice(0, WINDOWS_SHOWN).map((window) => element("tr", {},
        element("td", {}, `${hour(window.start)}, ${window.window}`),
        ...[window.images, window.safe, window.nsfw, window.review, window.refused, window.audits].map((count) =>
          element("td", { class: "number" }, String(count))))))));
  } catch {
    into.replaceChildren("The statistics could not be loaded.");
  }
}

function provenance(verdict) {
  return [
    ["Decided", `${new Date(verdict.decidedAt).toLocaleString()} by ${verdict.decidedBy.id} (${verdict.decidedBy.kind.toLowerCase()})`],
    ["Model", verdict.modelFingerprint],
    ["Preprocessing", verdict.preprocessFingerprint],
    ["Sampling key", verdict.samplingKeyId],
    ["Bank", verdict.bankVersion],
    ["Policy", verdict.policyVersion],
    ["Content", verdict.contentSha256],
    ["Upload", place(verdict.upload)],
    ["Record", place(verdict.record)],
    ["Supersedes", place(verdict.supersedes)],
  ].filter(([, value]) => value !== null);
}

function place(at) {
  return at === null ? null : `${at.topic} ${at.partition}:${at.offset}`;
}

function rawLink(verdict) {
  const link = element("a", { target: "_blank", rel: "noopener" }, "What holds now, as JSON");
  address(`api/v1/verdicts/${encodeURIComponent(verdict.imageId)}`, verdict.tenant).then((href) => link.setAttribute("href", href));
  return link;
}

function section(title, ...children) {
  return element("section", {}, element("h3", {}, title), ...children);
}

function facts(rows) {
  return element("dl", { class: "facts" }, ...rows.flatMap(([name, value]) => [
    element("dt", {}, name), element("dd", {}, value)]));
}
