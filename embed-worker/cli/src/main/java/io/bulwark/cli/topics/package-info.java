/**
 * The topic catalogue on a broker that people run themselves: {@code bulwark topics create} makes what is missing,
 * {@code bulwark topics check} says what differs. Where Strimzi makes the topics, the manifests under {@code
 * deploy/kubernetes} take the first one's place; a test holds them to the same catalogue. What may enter: the two
 * commands and how a broker differs from the catalogue.
 *
 * <p>Decided here: what exists is never changed. More partitions move keys to other partitions, and another cleanup may
 * forget records: both are for a person to decide.
 */
package io.bulwark.cli.topics;
