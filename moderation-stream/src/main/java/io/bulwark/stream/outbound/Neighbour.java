package io.bulwark.stream.outbound;

import java.time.Duration;

/**
 * Somebody who is told.
 *
 * @param name in metrics, logs and orders, such as {@code webhooks.shop}
 * @param atOnce attempts that may be under way at a time
 * @param attempts that speak against an event before it is set aside
 * @param timeout of one attempt
 */
record Neighbour(String name, Receiver receiver, int atOnce, int attempts, Duration timeout) {}
