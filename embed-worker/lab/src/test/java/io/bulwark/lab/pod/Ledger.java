package io.bulwark.lab.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Verdict;
import io.bulwark.lab.traffic.Broker;
import io.bulwark.lab.traffic.EventReader;
import io.bulwark.lab.traffic.ImageUploader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Sends images and keeps count of what a read_committed subscriber sees of them. One thread uses it. */
final class Ledger implements AutoCloseable {

    private final String run;
    private final ImageUploader uploads;
    private final EventReader<Verdict> verdicts;
    private final List<String> sent = new ArrayList<>();
    private final Map<String, Integer> seen = new HashMap<>();
    private final Set<String> deciders = new HashSet<>();

    /**
     * @param run the prefix of its image ids
     * @param broker where to send and read
     */
    Ledger(String run, Broker broker) {
        this.run = run;
        this.uploads = new ImageUploader(broker);
        this.verdicts = EventReader.verdictsFromNow(broker);
    }

    /** Sends so many new images; they are acknowledged when {@link #awaitAll} returns. */
    void send(int count) {
        for (int i = 0; i < count; i++) {
            String id = run + "-" + sent.size();
            uploads.send(uploads.inline(id, "uploader", Pictures.small(sent.size()), Map.of()));
            sent.add(id);
        }
    }

    /** Reads for at most so long; answers how many verdicts of this run came. */
    int read(Duration wait) {
        int count = 0;
        for (Verdict verdict : verdicts.poll(wait)) {
            if (verdict.getImageId().startsWith(run + "-")) {
                seen.merge(verdict.getImageId(), 1, Integer::sum);
                deciders.add(verdict.getDecidedBy().getId());
                count++;
            }
        }
        return count;
    }

    /** Images without a verdict so far. */
    int outstanding() {
        return sent.size() - seen.size();
    }

    /** Names of the workers that decided. */
    Set<String> deciders() {
        return deciders;
    }

    /** Reads until at most so many images are without a verdict. */
    void awaitOutstanding(int allowed, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (outstanding() > allowed) {
            assertThat(System.nanoTime())
                    .as("%d of %d images have no verdict after %s", outstanding(), sent.size(), limit)
                    .isLessThan(deadline);
            read(Duration.ofMillis(20));
        }
    }

    /** Waits for every verdict, then checks that the topic holds exactly one for each image sent. */
    void assertExactlyOneVerdictEach(Duration limit) {
        uploads.flush();
        awaitOutstanding(0, limit);
        verdicts.toEnd().stream()
                .map(Verdict::getImageId)
                .filter(id -> id.startsWith(run + "-"))
                .forEach(id -> seen.merge(id, 1, Integer::sum));
        assertThat(seen.keySet()).as("images with a verdict").containsExactlyInAnyOrderElementsOf(sent);
        assertThat(seen)
                .as("verdicts of each image")
                .allSatisfy((id, times) -> assertThat(times).as(id).isEqualTo(1));
    }

    @Override
    public void close() {
        uploads.close();
        verdicts.close();
    }
}
