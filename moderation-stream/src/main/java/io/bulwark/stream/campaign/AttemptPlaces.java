package io.bulwark.stream.campaign;

import io.bulwark.stream.campaign.Attempt.Anchor;
import io.bulwark.stream.state.StateLayout;
import io.bulwark.stream.state.StateLayout.Nullable;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.serialization.Serde;

/** Where each attempt counts, also by image. One thread calls. */
final class AttemptPlaces {

    private final Map<Attempt.Id, Placed> placed = new HashMap<>();
    private final Map<String, Set<Attempt.Id>> byImage = new HashMap<>();
    private final Set<Attempt.Id> changed = new HashSet<>();
    private int waiting;

    Placed of(Attempt attempt) {
        return placed.get(attempt.id());
    }

    Optional<Placed> of(Attempt.Id id) {
        return Optional.ofNullable(placed.get(id));
    }

    /** Those of an image, as they are now. */
    List<Placed> ofImage(String imageId) {
        return byImage.getOrDefault(imageId, Set.of()).stream().map(placed::get).toList();
    }

    void put(Placed there) {
        Attempt.Id id = there.attempt().id();
        count(placed.put(id, there), -1);
        count(there, 1);
        byImage.computeIfAbsent(id.imageId(), image -> new HashSet<>()).add(id);
        changed.add(id);
    }

    /** An attempt waits at an anchor no more, and is forgotten where it waits at no other. */
    void leave(Attempt attempt, Anchor anchor) {
        Placed there = placed.get(attempt.id());
        if (there != null) {
            there.anchors().remove(anchor);
            changed.add(attempt.id());
            if (there.anchors().isEmpty()) {
                remove(attempt);
            }
        }
    }

    /** Forgets an attempt, if it is there. */
    void remove(Attempt attempt) {
        Attempt.Id id = attempt.id();
        Placed there = placed.remove(id);
        if (there != null) {
            count(there, -1);
            byImage.computeIfPresent(id.imageId(), (image, ids) -> {
                ids.remove(id);
                return ids.isEmpty() ? null : ids;
            });
            changed.add(id);
        }
    }

    /** How many are in no campaign. */
    int waiting() {
        return waiting;
    }

    private void count(Placed there, int by) {
        waiting += there != null && there.campaignId() == null ? by : 0;
    }

    /** The attempts that changed since the last call. */
    Set<Attempt.Id> drain() {
        Set<Attempt.Id> drained = Set.copyOf(changed);
        changed.clear();
        return drained;
    }

    /**
     * An attempt and where it counts.
     *
     * @param anchors whose candidates it is one of; none in a campaign
     * @param campaignId of the campaign; null while it waits
     */
    record Placed(
            Attempt attempt,
            NavigableSet<Anchor> anchors,
            @Nullable String campaignId) {

        static Placed waiting(Attempt attempt, Collection<Anchor> at) {
            return new Placed(attempt, new TreeSet<>(at), null);
        }

        static Placed in(Campaign campaign, Attempt attempt) {
            return new Placed(attempt, new TreeSet<>(), campaign.id);
        }

        /** The layout in the store. */
        static Serde<Placed> serde() {
            return StateLayout.of(CampaignChange.WHAT, Placed.class);
        }
    }
}
