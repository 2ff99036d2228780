// What came and is not drawn yet, and what came already. Both are bounded: a hidden tab draws no frame for days.

/** The newest of what waits. */
export class Backlog {
  #most;
  #entries = [];

  /** @param {number} most entries that are kept; an older one goes for each further one */
  constructor(most) {
    this.#most = most;
  }

  get size() {
    return this.#entries.length;
  }

  add(entry) {
    this.#entries.push(entry);
    if (this.#entries.length > this.#most) {
      this.#entries.shift();
    }
  }

  /** All that waits, oldest first; then nothing waits. */
  take() {
    const taken = this.#entries;
    this.#entries = [];
    return taken;
  }
}

/** How far each partition was read: what is sent again after a reconnect is known. */
export class Places {
  #last = new Map();

  /** Takes note of a place in Kafka, and says whether it is new. */
  isNew({ partition, offset }) {
    if (offset <= (this.#last.get(partition) ?? -1)) {
      return false;
    }
    this.#last.set(partition, offset);
    return true;
  }
}
