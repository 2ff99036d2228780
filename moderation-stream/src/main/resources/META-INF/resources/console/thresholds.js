// A verdict carries its distance to the nearer threshold, not the thresholds. Below the safe threshold the nearer one is
// the safe threshold, above the flag threshold it is the flag threshold: so SAFE and NSFW verdicts tell both, and all
// verdicts of the same tenant under the same policy share them.

const known = new Map();

function key(verdict) {
  return JSON.stringify([verdict.tenant, verdict.policyVersion]);
}

const EQUAL_WITHIN = 1e-6;

/**
 * Takes note of what a worker's verdict tells of the thresholds; a person decides without them, and what has a reason was not
 * decided by them: known content is flagged whatever its score.
 *
 * @returns {boolean} whether that was news
 */
export function learn(verdict) {
  const name = { SAFE: "safe", NSFW: "flag" }[verdict.decision];
  if (verdict.decidedBy.kind !== "WORKER" || verdict.reason || name === undefined) {
    return false;
  }
  const entry = known.get(key(verdict)) ?? {};
  const at = name === "safe" ? verdict.score + verdict.margin : verdict.score - verdict.margin;
  const news = !(Math.abs(entry[name] - at) < EQUAL_WITHIN);
  known.set(key(verdict), { ...entry, [name]: at });
  return news;
}

/** The thresholds that are known for this verdict, as [{name, at}], lower first. */
export function thresholdsFor(verdict) {
  const entry = known.get(key(verdict)) ?? {};
  return [["safe ≤", entry.safe], ["flag ≥", entry.flag]]
    .filter(([, at]) => at !== undefined && at > 0.001 && at < 0.999)
    .map(([name, at]) => ({ name, at }));
}
