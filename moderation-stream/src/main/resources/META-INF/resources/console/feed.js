// The live connection. The browser comes back by itself with the id of the last event; where the server said no
// (too many clients, starting up), it gives up, and we try again.

const RETRY_MILLIS = 3000;

/**
 * @param {{onVerdict: function(Object), onAudit: function(Object), onGap: function(), onState: function("connecting"|"live"|"lost")}} listener
 */
export function connect(listener) {
  const source = new EventSource("api/feed");
  source.addEventListener("opened", () => listener.onState("live"));
  source.addEventListener("gap", () => listener.onGap());
  source.addEventListener("verdict", (event) => listener.onVerdict(JSON.parse(event.data)));
  source.addEventListener("audit", (event) => listener.onAudit(JSON.parse(event.data)));
  source.addEventListener("error", () => {
    listener.onState("lost");
    if (source.readyState === EventSource.CLOSED) {
      setTimeout(() => connect(listener), RETRY_MILLIS);
    }
  });
}

const LOOK_EVERY_MILLIS = 5000;

/** Tells what keeps the application from being ready, as sentences, or nothing. */
export async function watchReadiness(onTrouble) {
  try {
    const answer = await fetch("q/health/ready", { headers: { Accept: "application/json" } });
    const health = await answer.json();
    onTrouble(health.checks.filter((check) => check.status !== "UP").map((check) => check.data?.message ?? check.name));
  } catch {
    onTrouble([]); // the connection state says that the server is away
  }
  setTimeout(() => watchReadiness(onTrouble), LOOK_EVERY_MILLIS);
}
