package io.bulwark.stream.campaign;

import java.util.Collection;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * An attempt and where it counts.
 *
 * @param anchors whose candidates it is one of; none in a campaign
 * @param campaignId of the campaign; null while it waits
 */
record Placed(Attempt attempt, NavigableSet<Anchor> anchors, String campaignId) {

    static Placed waiting(Attempt attempt, Collection<Anchor> at) {
        var anchors = new TreeSet<>(Anchor.ORDER);
        anchors.addAll(at);
        return new Placed(attempt, anchors, null);
    }

    static Placed in(Campaign campaign, Attempt attempt) {
        return new Placed(attempt, new TreeSet<>(Anchor.ORDER), campaign.id);
    }
}
