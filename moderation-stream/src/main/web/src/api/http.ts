// Asks the API. A failure is a Problem: the server's (RFC 9457), or one that says that the server did not answer.

/** Why a request failed. Its kind is the name in the problem's type, or "offline" if the server did not answer. */
export class Problem extends Error {
  constructor(readonly kind: string, readonly status: number, detail: string) {
    super(detail);
    this.name = "Problem";
  }

  /** Of a failed answer, whatever its body is. */
  static async of(answer: Response): Promise<Problem> {
    const body: unknown = await answer.json().catch(() => null);
    const { type = "", detail = "" } = (typeof body === "object" && body !== null ? body : {}) as { type?: string; detail?: string };
    return new Problem(type.split(":").pop() ?? "", answer.status, detail || `The application answers with status ${answer.status}.`);
  }

  static offline(): Problem {
    return new Problem("offline", 0, "The application does not answer. The console tries again by itself.");
  }
}

/** Whatever was thrown, as a problem. */
export function asProblem(thrown: unknown): Problem {
  return thrown instanceof Problem ? thrown : new Problem("defect", 0, String(thrown));
}

export interface Request {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** For what is sent while the page goes away. */
  readonly keepalive?: boolean;
}

/** The answer of a request that went well. Whose session has ended is sent to the login. */
export async function send(path: string, request: Request = {}): Promise<Response> {
  const { method = "GET", query = {}, body, signal, keepalive = false } = request;
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") {
      asked.set(name, value);
    }
  }
  const search = asked.toString();
  const init: RequestInit = { method, keepalive, headers: { Accept: "application/json, application/problem+json, */*;q=0.5" } };
  if (signal) {
    init.signal = signal;
  }
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { ...init.headers, "Content-Type": "application/json" };
  }
  const answer = await fetch(`api/v1/${path}${search === "" ? "" : `?${search}`}`, init).catch((thrown: unknown) => {
    throw signal?.aborted ? thrown : Problem.offline();
  });
  if (answer.status === 401) {
    location.reload(); // leads to the login, and back to this address
  }
  if (!answer.ok) {
    throw await Problem.of(answer);
  }
  return answer;
}

/** The JSON of an answer; null where it has no content. */
export async function ask<T>(path: string, request: Request = {}): Promise<T> {
  const answer = await send(path, request);
  return (answer.status === 204 || answer.headers.get("Content-Length") === "0" ? null : await answer.json()) as T;
}

/** The same of something whose answer does not matter. */
export async function tell(path: string, method: "POST" | "PUT" | "DELETE", request: Request = {}): Promise<void> {
  await send(path, { ...request, method });
}

/** A part of a path, whatever is in it. */
export function part(text: string): string {
  return encodeURIComponent(text);
}
