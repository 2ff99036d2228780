package io.bulwark.stream.campaign;

import io.bulwark.events.AnchorType;
import java.util.Comparator;

/**
 * What attempts have in common.
 *
 * @param id of the flagged entry, or the salted digest of a band
 */
record Anchor(AnchorType type, String id) {

    static final Comparator<Anchor> ORDER = Comparator.comparing(Anchor::type).thenComparing(Anchor::id);
}
