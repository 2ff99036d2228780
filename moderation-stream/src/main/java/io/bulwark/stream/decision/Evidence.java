package io.bulwark.stream.decision;

import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Verdict;

/**
 * What a worker saw in the content that a decision is about.
 *
 * @param verdict as it was published
 * @param coordinates where it stands in {@code moderation.verdicts}
 */
public record Evidence(Verdict verdict, RecordCoordinates coordinates) {}
