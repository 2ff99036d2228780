/**
 * Benchmarks on the command line. Each prints what the machine is, and its figures beside a bound or a peer that was
 * measured in the same run: a number without one says nothing on a machine that others use as well. What may enter:
 * commands below {@code bulwark bench}, what they measure with, and nothing that decides.
 *
 * <p>{@code latency} takes the time from the moment at which an upload should have been sent to its verdict. Uploads
 * come as those of strangers do, at random and whether or not earlier ones were answered (an open loop); time counts
 * from the moment that the schedule names, so that a sender that is held up hides nothing (no coordinated omission; Gil
 * Tene, "How not to measure latency", 2013). Rejected: time from the actual send, and one thread that sends and reads,
 * as {@code pipeline} has them for its own comparisons: while such a thread waits it sends nothing, and the answer that
 * is late never counts.
 *
 * <p>{@code decisions}, {@code review} and {@code match} start moderation-stream on a broker and a database of their
 * own and ask it over HTTP, as users do.
 */
package io.bulwark.lab.bench;
