package io.bulwark.service.pipeline;

import io.bulwark.schemas.topic.UploadOrigin;
import io.bulwark.service.lifecycle.NanoClock;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * How many files of one uploader go to people for a reason that its maker can bring about at will. Each costs a person
 * time and its maker nothing, so beyond a number within an hour they are refused. Each worker counts the uploads that it reads: with n workers
 * an uploader has n times as many. An upload that is read again is counted once, and uploads without an uploader are
 * not counted: they are not of one maker. Any thread.
 */
final class ReviewAllowance {

    /** Files with too many views of one uploader that go to people, in each {@link #SPAN}. */
    static final int WITH_TOO_MANY_VIEWS = 5;

    static final Duration SPAN = Duration.ofHours(1);

    /** Uploaders that are remembered; beyond it the one that was asked about longest ago is forgotten. */
    static final int UPLOADERS = 10_000;

    private final int most;
    private final NanoClock clock;
    private final Map<Uploader, Taken> uploaders = new LinkedHashMap<>(16, 0.75f, true); // guarded by this

    /** @param most files of one uploader that go to people, in each {@link #SPAN} */
    ReviewAllowance(int most, NanoClock clock) {
        this.most = most;
        this.clock = clock;
    }

    /** Files of one uploader that go to people, in each {@link #SPAN}. */
    int most() {
        return most;
    }

    /**
     * Whether one more may go to people; it is counted then.
     *
     * @param upload where it was first, which is the same each time that it is read
     */
    synchronized boolean takes(String tenant, String uploaderId, UploadOrigin upload) {
        if (uploaderId.isBlank()) {
            return true;
        }
        Uploader uploader = new Uploader(tenant, uploaderId);
        long now = clock.nanos();
        Taken taken = uploaders.get(uploader);
        if (taken == null || now - taken.since() >= SPAN.toNanos()) {
            taken = new Taken(now, new HashSet<>());
            uploaders.put(uploader, taken);
            forgetOldest();
        }
        if (taken.uploads().contains(upload)) {
            return true;
        }
        return taken.uploads().size() < most && taken.uploads().add(upload);
    }

    private void forgetOldest() {
        if (uploaders.size() > UPLOADERS) {
            uploaders.remove(uploaders.keySet().iterator().next());
        }
    }

    private record Uploader(String tenant, String id) {}

    /**
     * Uploads that go to people.
     *
     * @param since when the first of them was counted, in nanoseconds of the clock
     * @param uploads as many as are allowed at most; modified
     */
    private record Taken(long since, Set<UploadOrigin> uploads) {}
}
