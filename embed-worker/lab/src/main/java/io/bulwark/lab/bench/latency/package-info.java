/**
 * From the moment at which an upload should have been sent to its verdict. Uploads come as those of strangers do, at
 * random and whether or not earlier ones were answered (an open loop); time counts from the moment that the schedule
 * names, so that a sender that is held up hides nothing (no coordinated omission; Gil Tene, "How not to measure
 * latency", 2013). Rejected: time from the actual send, and one thread that sends and reads, as {@code bench pipeline}
 * has them for its own comparisons: while such a thread waits it sends nothing, and the answer that is late never
 * counts. What may enter: arrivals, what is sent and what comes back.
 */
package io.bulwark.lab.bench.latency;
