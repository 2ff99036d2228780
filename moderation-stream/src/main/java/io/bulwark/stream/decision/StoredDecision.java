package io.bulwark.stream.decision;

import io.bulwark.events.ReplacedDecision;
import io.bulwark.stream.uploader.Contribution;
import java.time.Instant;
import java.util.List;

/**
 * One image as the store holds it.
 *
 * @param standing what decides
 * @param replaced what held before what holds now; null where nothing did
 * @param counted how it is counted in its uploader's statistics; null while no worker has seen it
 * @param earlier how other contents that were uploaded under its id before are counted still, newest first
 * @param expiresFrom the instant from which its retention runs
 */
public record StoredDecision(
        Standing standing,
        ReplacedDecision replaced,
        Contribution counted,
        List<EarlierContent> earlier,
        Instant expiresFrom) {

    public StoredDecision {
        earlier = List.copyOf(earlier);
    }

    /** The same, from which another retention runs. */
    StoredDecision expiringFrom(Instant later) {
        return new StoredDecision(standing, replaced, counted, earlier, later);
    }
}
