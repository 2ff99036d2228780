// The live connection. The browser comes back by itself with the id of the last event; where the server said no
// (too many clients, starting up), it gives up, and we try again.

const RETRY_MILLIS = 3000;

/**
 * @param {{onVerdict: function(Object), onAudit: function(Object), onGap: function(), onState: function("connecting"|"live"|"lost")}} listener
 */
export function connect(listener) {
  const source = new EventSource("api/v1/feed");
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

/**
 * Looks every few seconds how the application is and who we are to it. Whose session has ended is sent to the login.
 *
 * @param {function(?Object)} onSystem told what it answers; null where it does not
 */
export async function watchSystem(onSystem) {
  try {
    const answer = await fetch("api/v1/system", { headers: { Accept: "application/json" } });
    if (answer.status === 401) {
      location.assign("login.html");
      return;
    }
    onSystem(answer.ok ? await answer.json() : null);
  } catch {
    onSystem(null); // the connection state says that the server is away
  }
  setTimeout(() => watchSystem(onSystem), LOOK_EVERY_MILLIS);
}
