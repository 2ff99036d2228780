// All that arrives by itself: verdicts and audits by the feed, and how the application is. One for the whole console.
// Everything here is bounded: a hidden tab draws no frame for days.

import type { Audit, Queue, System, Verdict } from "../api/documents.js";
import { ask, asProblem, type Problem } from "../api/http.js";
import { visitor } from "../api/visitor.js";
import { Minutes } from "./minutes.js";
import { Places } from "./places.js";
import { Thresholds } from "./thresholds.js";

const MOST_VERDICTS = 500;
const MOST_AUDITED = 2000;
/** Of one image. */
const MOST_AUDITS = 20;
const MOST_QUEUES = 720;
const RETRY_MILLIS = 3000;
const LOOK_EVERY_MILLIS = 5000;
const WITHOUT_DATABASE_MILLIS = 30_000;

export type Connection = "connecting" | "live" | "lost";

/** A verdict, or a hole where verdicts are missing. */
export type Arrival = { readonly number: number; readonly verdict: Verdict | null };

export interface QueueAt {
  /** Seconds since 1970. */
  readonly at: number;
  readonly waiting: number;
  readonly oldestSeconds: number;
}

class Live extends EventTarget {
  connection: Connection = "connecting";
  /** As it was told last; also while the application does not answer. */
  system: System | null = null;
  /** Why the last question how the application is was not answered. */
  systemProblem: Problem | null = null;
  /** Newest first. */
  arrivals: Arrival[] = [];
  readonly audits = new Map<string, Audit[]>();
  readonly thresholds = new Thresholds();
  readonly minutes = new Minutes(120);
  queue: Queue | null = null;
  queueProblem: Problem | null = null;
  queues: QueueAt[] = [];
  /** Grows with every change of thresholds and audits, so that rows know when to be drawn again. */
  lessons = 0;
  #number = 0;
  readonly #places = new Places();
  #told = false;

  start(): void {
    this.#connect();
    void this.#watchSystem();
    void this.#watchQueue();
  }

  /** The audits of an image that are known, newest first. */
  auditsOf(imageId: string, tenant: string): readonly Audit[] {
    return (this.audits.get(imageId) ?? []).filter((audit) => audit.tenant === tenant);
  }

  /** The newest audits of all images. */
  newestAudits(most: number): Audit[] {
    return [...this.audits.values()].flat()
      .sort((one, other) => other.detectedAt.localeCompare(one.detectedAt)).slice(0, most);
  }

  /** Takes note of an audit; the same again is no news, nor is a sample. The image that was heard of last stands last. */
  learn(audit: Audit): void {
    const audits = this.audits.get(audit.imageId) ?? [];
    if (audit.sample || audits.some((other) => other.kind === audit.kind && other.detectedAt === audit.detectedAt)) {
      return;
    }
    this.audits.delete(audit.imageId);
    this.audits.set(audit.imageId, [audit, ...audits].sort((one, other) => other.detectedAt.localeCompare(one.detectedAt)).slice(0, MOST_AUDITS));
    const oldest = this.audits.keys().next();
    if (this.audits.size > MOST_AUDITED && !oldest.done) {
      this.audits.delete(oldest.value);
    }
    this.lessons += 1;
    this.#tell();
  }

  #connect(): void {
    const source = new EventSource("api/v1/feed");
    const on = (name: string, what: (data: string) => void): void =>
      source.addEventListener(name, (event) => what((event as MessageEvent<string>).data));
    on("opened", () => this.#be("live"));
    on("gap", () => this.#arrive(null));
    on("verdict", (data) => this.#onVerdict(JSON.parse(data) as Verdict));
    on("audit", (data) => this.learn(JSON.parse(data) as Audit));
    source.addEventListener("error", () => {
      this.#be("lost");
      if (source.readyState === EventSource.CLOSED) { // the server said no: too many clients, or it starts up
        setTimeout(() => this.#connect(), RETRY_MILLIS);
      }
    });
  }

  #onVerdict(verdict: Verdict): void {
    if (!this.#places.isNew(verdict.record)) {
      return;
    }
    this.lessons += this.thresholds.learn(verdict) ? 1 : 0;
    this.minutes.add(verdict);
    this.#arrive(verdict);
  }

  #arrive(verdict: Verdict | null): void {
    this.arrivals = [{ number: this.#number++, verdict }, ...this.arrivals.slice(0, MOST_VERDICTS - 1)];
    this.#tell();
  }

  #be(connection: Connection): void {
    this.connection = connection;
    this.#tell();
  }

  /** Asks for the state of the application. Without an answer the last known state stays, and with it the page in use. */
  async lookAtSystem(): Promise<void> {
    try {
      this.system = await ask<System>("system");
      this.systemProblem = null;
      visitor.know(this.system.you);
    } catch (thrown) {
      this.systemProblem = asProblem(thrown);
    }
    this.#tell();
  }

  async #watchSystem(): Promise<void> {
    await this.lookAtSystem();
    setTimeout(() => void this.#watchSystem(), LOOK_EVERY_MILLIS);
  }

  async #watchQueue(): Promise<void> {
    if (visitor.you !== null) {
      await this.lookAtQueue();
    }
    const wait = visitor.you === null ? 50 : this.queueProblem?.kind === "no-database" ? WITHOUT_DATABASE_MILLIS : LOOK_EVERY_MILLIS;
    setTimeout(() => void this.#watchQueue(), wait);
  }

  /** Whether the last answer about the queue came from a database. */
  get hasDatabase(): boolean {
    return this.queue !== null && this.queueProblem === null;
  }

  /** Asks how long the queue is. */
  async lookAtQueue(): Promise<void> {
    try {
      this.queue = await ask<Queue>("review/queue", { query: visitor.of() });
      this.queueProblem = null;
      this.queues = [...this.queues.slice(1 - MOST_QUEUES),
        { at: Date.now() / 1000, waiting: this.queue.waiting, oldestSeconds: this.queue.oldestSeconds ?? 0 }];
    } catch (thrown) {
      this.queueProblem = asProblem(thrown);
    }
    this.#tell();
  }

  /** Tells "change" with the next frame, however much came within this one. */
  #tell(): void {
    if (!this.#told) {
      this.#told = true;
      requestAnimationFrame(() => {
        this.#told = false;
        this.dispatchEvent(new Event("change"));
      });
    }
  }
}

export const live = new Live();
