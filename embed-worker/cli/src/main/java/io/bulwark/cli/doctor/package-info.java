/**
 * {@code bulwark doctor}: looks at everything that Bulwark stands on, says what is wrong, and names the command that
 * fixes it. What may enter: one examination for each thing, and what they find.
 *
 * <p>Decided here: it only looks. It writes no record, joins no group and changes no topic, so that it can be run
 * beside a node that works. An examination that cannot look, because another has failed before it or it was not told
 * where to look, says so and does not count as wrong.
 *
 * <pre>{@code
 * List<Finding> found = new BrokerExamination(broker).findings();
 * }</pre>
 */
package io.bulwark.cli.doctor;
