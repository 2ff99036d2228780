// How far each partition was read: what is sent again after a reconnect is known.

import type { Coordinates } from "../api/documents.js";

export class Places {
  readonly #last = new Map<number, number>();

  /** Takes note of a place in Kafka, and says whether it is new. */
  isNew({ partition, offset }: Pick<Coordinates, "partition" | "offset">): boolean {
    if (offset <= (this.#last.get(partition) ?? -1)) {
      return false;
    }
    this.#last.set(partition, offset);
    return true;
  }
}
