package io.bulwark.stream.decision;

import io.bulwark.events.ReplacedDecision;
import io.bulwark.stream.uploader.Contribution;
import java.time.Instant;

/**
 * One image as the store holds it.
 *
 * @param standing what decides
 * @param replaced what held before what holds now; null where nothing did
 * @param counted how it is counted in its uploader's statistics; null while no worker has seen it
 * @param expiresFrom the instant from which its retention runs
 */
public record StoredDecision(Standing standing, ReplacedDecision replaced, Contribution counted, Instant expiresFrom) {}
