/**
 * What all experiments share: an experiment is a function from its settings to rows. Here are the ledger that an
 * interrupted run goes on from, shares with their intervals, rows as fields for JSON and as Markdown, curves, progress
 * and the machine. What may enter: nothing that knows an attack, an encoder or a policy.
 *
 * <pre>{@code
 * Map<String, Object> fields = Fields.of("threat", threat.toString(), "evaded", Fields.of(share));
 * new Results(out, output).publish("name", new Markdown().header("threat", "evaded").row(threat, share).toString(), fields);
 * }</pre>
 */
package io.bulwark.lab.experiment;
