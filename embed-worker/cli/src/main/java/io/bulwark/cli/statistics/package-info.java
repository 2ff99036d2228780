/**
 * Shares of answers with their 95 % intervals. What may enter: the arithmetic of a figure that a report prints; nothing
 * that knows what was counted.
 *
 * <pre>{@code
 * Proportion.of(402, 500).toString(); // 0.804 [0.767, 0.836]
 * }</pre>
 */
package io.bulwark.cli.statistics;
