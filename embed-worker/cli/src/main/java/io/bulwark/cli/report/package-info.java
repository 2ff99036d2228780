/**
 * Figures of reports: shares with their 95 % intervals, charts as PNG files. What may enter: the arithmetic and the
 * drawing of a figure; nothing that knows what was counted.
 *
 * <pre>{@code
 * Proportion.of(402, 500).toString(); // 0.804 [0.767, 0.836]
 * }</pre>
 */
package io.bulwark.cli.report;
