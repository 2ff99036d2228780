package io.bulwark.stream.campaign;

import io.bulwark.stream.campaign.Attempt.Anchor;
import io.bulwark.stream.campaign.Attempt.AttemptTrail;
import io.bulwark.stream.state.StateLayout;
import io.bulwark.stream.state.StateLayout.Nullable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
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

    /** Attempts that are no campaign yet, by what they have in common. One thread calls. */
    static final class Candidates {

        /** Contents of one anchor that are judged: the newest. */
        static final int MOST_OF_ANCHOR = 256;

        private static final Comparator<Group> QUIETEST =
                Comparator.<Group, Instant>comparing(group -> group.lastSeen).thenComparing(group -> group.anchor);

        private final Map<Anchor, Group> groups = new HashMap<>();
        private final NavigableSet<Group> quietest = new TreeSet<>(QUIETEST);

        /** What waits at one anchor. */
        static final class Group {
            final Anchor anchor;
            final AttemptTrail trail = new AttemptTrail();
            private Instant lastSeen = Instant.MIN;

            private Group(Anchor anchor) {
                this.anchor = anchor;
            }
        }

        /**
         * Adds an attempt. A content that is there already stays with its first attempt.
         *
         * @param quiet attempts that are older than the anchor's last one by more than this go
         * @return the attempts that do not wait at this anchor any more, the new one among them where it does not
         */
        List<Attempt> add(Anchor anchor, Attempt attempt, Duration quiet) {
            Group group = groups.computeIfAbsent(anchor, Group::new);
            quietest.remove(group);
            group.lastSeen = attempt.at().isAfter(group.lastSeen) ? attempt.at() : group.lastSeen;
            quietest.add(group);
            var gone = new ArrayList<Attempt>();
            Optional<Attempt> same = group.trail.of(attempt.content());
            if (same.isPresent() && Attempt.OLDER.compare(same.get(), attempt) <= 0) {
                gone.add(attempt);
            } else {
                same.ifPresent(later -> {
                    group.trail.remove(later);
                    gone.add(later);
                });
                group.trail.add(attempt);
            }
            Instant from = group.lastSeen.minus(quiet);
            while (!group.trail.isEmpty()
                    && (group.trail.size() > MOST_OF_ANCHOR
                            || group.trail.oldest().at().isBefore(from))) {
                Attempt oldest = group.trail.oldest();
                group.trail.remove(oldest);
                gone.add(oldest);
            }
            return gone;
        }

        /** Puts an attempt back as it was stored. */
        void restore(Anchor anchor, Attempt attempt) {
            add(anchor, attempt, Duration.ofDays(100_000));
        }

        Optional<Group> at(Anchor anchor) {
            return Optional.ofNullable(groups.get(anchor));
        }

        /** Takes an attempt from an anchor. */
        void remove(Anchor anchor, Attempt attempt) {
            Group group = groups.get(anchor);
            if (group != null && group.trail.remove(attempt) && group.trail.isEmpty()) {
                drop(group);
            }
        }

        /** Puts an attempt in the place of one of the same time and content. */
        void replace(Anchor anchor, Attempt before, Attempt now) {
            at(anchor).filter(group -> group.trail.remove(before)).ifPresent(group -> group.trail.add(now));
        }

        /** The group that nothing came to for longest. */
        Optional<Group> quietest() {
            return quietest.isEmpty() ? Optional.empty() : Optional.of(quietest.first());
        }

        /** Groups whose last attempt was before that. */
        List<Group> quietSince(Instant before) {
            var found = new ArrayList<Group>();
            for (Group group : quietest) {
                if (!group.lastSeen.isBefore(before)) {
                    break;
                }
                found.add(group);
            }
            return found;
        }

        void drop(Group group) {
            groups.remove(group.anchor);
            quietest.remove(group);
        }

        /** Anchors whose attempts are more than are judged. */
        boolean isFull(Anchor anchor) {
            return at(anchor)
                    .filter(group -> group.trail.size() == MOST_OF_ANCHOR)
                    .isPresent();
        }
    }
}
