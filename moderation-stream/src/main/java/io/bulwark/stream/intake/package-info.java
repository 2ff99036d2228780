/**
 * Where records come in: bytes become {@link io.bulwark.stream.intake.Reading}s, and what cannot be read, or does not say
 * enough to act on, a dead letter. {@link io.bulwark.stream.intake.TopologyEvents} is how all rooms report what they do.
 */
package io.bulwark.stream.intake;
