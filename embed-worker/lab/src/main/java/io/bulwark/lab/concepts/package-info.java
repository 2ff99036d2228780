/**
 * What an encoder makes of a bank's labels, for its curator: {@code bulwark bank concepts}. What may enter: that
 * command, and what it finds out about a label without a terminal.
 *
 * <pre>{@code
 * List<LabelFinding> findings = LabelFinding.of(fingerprint, references, 5);
 * }</pre>
 */
package io.bulwark.lab.concepts;
