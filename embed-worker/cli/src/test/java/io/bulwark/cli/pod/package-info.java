/**
 * Tests of the worker as a process: killed, starved of its broker, joined by others, fed forbidden inputs. They
 * need the worker's {@code target/quarkus-app}, which Maven builds before this module.
 */
package io.bulwark.cli.pod;
