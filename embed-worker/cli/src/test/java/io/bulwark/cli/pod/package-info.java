/**
 * Tests of the worker as a process: killed, starved of its broker, joined by others, fed what nobody should send. They
 * need the worker's {@code target/quarkus-app}, which Maven builds before this module.
 */
package io.bulwark.cli.pod;
