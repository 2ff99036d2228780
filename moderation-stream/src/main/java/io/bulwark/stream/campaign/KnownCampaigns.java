package io.bulwark.stream.campaign;

import io.bulwark.stream.campaign.Attempt.Anchor;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The campaigns of one tenant, and which of them runs at an anchor. One thread calls. */
final class KnownCampaigns {

    static final Comparator<Campaign> OLDER =
            Comparator.<Campaign, Instant>comparing(each -> each.openedAt).thenComparing(each -> each.id);

    private static final Comparator<Campaign> GOES_FIRST = Comparator.<Campaign, Boolean>comparing(each -> each.active)
            .thenComparing(each -> each.lastAt)
            .thenComparing(each -> each.id);

    private final Map<String, Campaign> campaigns = new TreeMap<>();
    private final Map<Anchor, Campaign> running = new HashMap<>();

    void put(Campaign campaign) {
        campaigns.put(campaign.id, campaign);
        if (campaign.active) {
            campaign.anchors.forEach(anchor -> running.put(anchor, campaign));
        }
    }

    /** Attempts at an anchor belong to a campaign from now on. */
    void attach(Anchor anchor, Campaign campaign) {
        campaign.anchors.add(anchor);
        running.put(anchor, campaign);
    }

    /** New attempts at its anchors do not belong to it any more. */
    void detach(Campaign campaign) {
        campaign.anchors.forEach(anchor -> running.remove(anchor, campaign));
    }

    void remove(Campaign campaign) {
        detach(campaign);
        campaigns.remove(campaign.id);
    }

    /**
     * Forgets which images a campaign shares with others.
     *
     * @return the ids of those others that knew of some
     */
    Set<String> part(Campaign one) {
        one.bridges.clear();
        return ids(each -> each.bridges.remove(one.id) != null);
    }

    /**
     * Forgets that campaigns share an image.
     *
     * @return their ids
     */
    Set<String> unshare(String imageId) {
        return ids(each -> each.bridges.values().stream()
                        .filter(images -> images.remove(imageId))
                        .count()
                > 0);
    }

    private Set<String> ids(Predicate<Campaign> changed) {
        return campaigns.values().stream().filter(changed).map(each -> each.id).collect(Collectors.toSet());
    }

    Optional<Campaign> at(Anchor anchor) {
        return Optional.ofNullable(running.get(anchor));
    }

    /** The campaigns that run at one of the anchors, oldest first. */
    List<Campaign> at(Collection<Anchor> anchors) {
        return anchors.stream()
                .map(running::get)
                .filter(Objects::nonNull)
                .distinct()
                .sorted(OLDER)
                .toList();
    }

    Optional<Campaign> of(String id) {
        return Optional.ofNullable(campaigns.get(id));
    }

    /** The campaign of that id, or the one it was merged into. */
    Optional<Campaign> ofOrWith(String id) {
        return of(id).or(() -> campaigns.values().stream()
                .filter(each -> each.mergedFrom.contains(id))
                .findFirst());
    }

    /** As they are now. */
    List<Campaign> all() {
        return List.copyOf(campaigns.values());
    }

    int size() {
        return campaigns.size();
    }

    /** The campaign to remove first: one that is over, with the oldest last attempt. */
    Campaign goesFirst() {
        return campaigns.values().stream().min(GOES_FIRST).orElseThrow();
    }

    /** The first id that no campaign has or had within the retention. */
    String free(IntFunction<String> ids) {
        int ordinal = 0;
        while (ofOrWith(ids.apply(ordinal)).isPresent()) {
            ordinal++;
        }
        return ids.apply(ordinal);
    }
}
