package io.bulwark.stream.uploader;

import io.bulwark.events.Decision;
import java.time.Instant;

/**
 * How one image counts in its uploader's statistics.
 *
 * @param uploadedAt whose windows count it
 * @param decision in force
 * @param strikes the weight of its labels in thousandths, 0 unless it is NSFW
 */
public record Contribution(String tenant, String uploaderId, Instant uploadedAt, Decision decision, long strikes) {}
