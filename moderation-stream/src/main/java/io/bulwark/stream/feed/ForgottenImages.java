package io.bulwark.stream.feed;

import io.bulwark.schemas.topic.TenantKey;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The images that were forgotten last, so many at most, and when: one topic's tail may be behind another's and read of an
 * image what was before its end. The feed's lock is held.
 */
final class ForgottenImages {

    private final Map<TenantKey, Instant> at;

    ForgottenImages(int most) {
        at = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<TenantKey, Instant> eldest) {
                return size() > most;
            }
        };
    }

    void add(TenantKey image, Instant then) {
        at.merge(image, then, (known, later) -> known.isAfter(later) ? known : later);
    }

    /** Whether this is from before the image's end. */
    boolean covers(FeedEvent.Happened happened) {
        Instant end = at.get(happened.image());
        return end != null && !happened.at().isAfter(end);
    }
}
