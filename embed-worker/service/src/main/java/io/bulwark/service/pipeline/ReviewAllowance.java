package io.bulwark.service.pipeline;

import io.bulwark.service.lifecycle.NanoClock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many files with too many views of one uploader go to people. Each costs a person time and its maker nothing, so
 * beyond {@value #MOST} within an hour they are refused. Each worker counts the uploads that it reads: with n workers an
 * uploader has n times as many. Any thread.
 */
final class ReviewAllowance {

    /** Files of one uploader that go to people, in each {@link #SPAN}. */
    static final int MOST = 5;

    static final Duration SPAN = Duration.ofHours(1);

    /** Uploaders that are remembered; beyond it the one that was asked about longest ago is forgotten. */
    static final int UPLOADERS = 10_000;

    private final NanoClock clock;
    private final Map<Uploader, Taken> uploaders = new LinkedHashMap<>(16, 0.75f, true); // guarded by this

    ReviewAllowance(NanoClock clock) {
        this.clock = clock;
    }

    /** Whether one more may go to people; it is counted then. */
    synchronized boolean takes(String tenant, String uploaderId) {
        Uploader uploader = new Uploader(tenant, uploaderId);
        long now = clock.nanos();
        Taken taken = uploaders.get(uploader);
        if (taken == null || now - taken.since() >= SPAN.toNanos()) {
            uploaders.put(uploader, new Taken(now, 1));
            forgetOldest();
            return true;
        }
        if (taken.files() >= MOST) {
            return false;
        }
        uploaders.put(uploader, new Taken(taken.since(), taken.files() + 1));
        return true;
    }

    private void forgetOldest() {
        if (uploaders.size() > UPLOADERS) {
            uploaders.remove(uploaders.keySet().iterator().next());
        }
    }

    private record Uploader(String tenant, String id) {}

    /** @param since when the first of them was counted, in nanoseconds of the clock */
    private record Taken(long since, int files) {}
}
