package io.bulwark.stream.topology;

import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Verdict;
import java.time.Instant;

/**
 * The verdict in force for one image, as the store holds it.
 *
 * @param verdict as it was published
 * @param coordinates where it stands in {@code moderation.verdicts}: what a later verdict names to supersede it
 * @param countedAt the instant whose uploader window counts this image: when its content was first decided
 */
public record StoredVerdict(Verdict verdict, RecordCoordinates coordinates, Instant countedAt) {}
