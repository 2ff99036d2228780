package io.bulwark.cli.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.EventReader;
import io.bulwark.cli.traffic.ImageUploader;
import io.bulwark.events.Decision;
import io.bulwark.events.Reason;
import io.bulwark.events.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sends images and keeps count of what a read_committed subscriber sees of them: verdicts and dead letters. One thread
 * uses it.
 */
final class Ledger implements AutoCloseable {

    private final String run;
    private final ImageUploader uploads;
    private final EventReader<Verdict> verdicts;
    private final DeadLetters deadLetters;
    private final List<String> sent = new ArrayList<>();
    private final Map<String, Integer> answers = new HashMap<>();
    private final Map<Reason, Integer> refusals = new EnumMap<>(Reason.class);
    private final List<DeadLetters.DeadLetter> buried = new ArrayList<>();
    private final Set<String> deciders = new HashSet<>();

    /**
     * @param run the prefix of its image ids
     * @param broker where to send and read
     */
    Ledger(String run, Broker broker) {
        this.run = run;
        this.uploads = new ImageUploader(broker);
        this.verdicts = EventReader.verdictsFromNow(broker);
        this.deadLetters = new DeadLetters(broker);
    }

    /** Sends new images; they are acknowledged when all of them are awaited. */
    void send(int count) {
        for (int i = 0; i < count; i++) {
            String id = run + "-" + sent.size();
            uploads.send(uploads.inline(id, "uploader", Pictures.small(sent.size()), Map.of()));
            sent.add(id);
        }
    }

    /** Reads for at most so long. */
    void read(Duration wait) {
        verdicts.poll(wait).forEach(this::count);
        deadLetters.poll(Duration.ZERO).forEach(this::count);
    }

    private void count(Verdict verdict) {
        if (isOurs(verdict.getImageId())) {
            answers.merge(verdict.getImageId(), 1, Integer::sum);
            deciders.add(verdict.getDecidedBy().getId());
            if (verdict.getDecision() == Decision.REFUSED) {
                refusals.merge(verdict.getReason(), 1, Integer::sum);
            }
        }
    }

    private void count(DeadLetters.DeadLetter letter) {
        if (isOurs(letter.imageId())) {
            answers.merge(letter.imageId(), 1, Integer::sum);
            buried.add(letter);
        }
    }

    private boolean isOurs(String imageId) {
        return imageId.startsWith(run + "-");
    }

    /** Images without an answer so far. */
    int outstanding() {
        return sent.size() - answers.size();
    }

    /** Names of the workers that decided. */
    Set<String> deciders() {
        return deciders;
    }

    /** Reads until at most the allowed number of images lack an answer. */
    void awaitOutstanding(int allowed, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (outstanding() > allowed) {
            assertThat(System.nanoTime())
                    .as("%d of %d images have no answer after %s: %s", outstanding(), sent.size(), limit, missing())
                    .isLessThan(deadline);
            read(Duration.ofMillis(20));
        }
    }

    private List<String> missing() {
        return sent.stream().filter(id -> !answers.containsKey(id)).limit(20).toList();
    }

    /** Waits for every verdict, then checks that there is exactly one for each image sent, and nothing refused. */
    void assertExactlyOneVerdictEach(Duration limit) {
        assertExactlyOneAnswerEach(limit);
        assertThat(buried).as("dead letters").isEmpty();
        assertThat(refusals).as("refused").isEmpty();
    }

    /**
     * Waits for every answer, then checks that there is exactly one for each image sent: a verdict, or a dead letter of
     * an upload that was alone in the worker when it died, and again when the next one did.
     */
    void assertExactlyOneAnswerEach(Duration limit) {
        uploads.flush();
        awaitOutstanding(0, limit);
        verdicts.toEnd().forEach(this::count);
        deadLetters.toEnd().forEach(this::count);
        assertThat(answers.keySet()).as("images with an answer").containsExactlyInAnyOrderElementsOf(sent);
        assertThat(answers)
                .as("answers of each image")
                .allSatisfy((id, times) -> assertThat(times).as(id).isEqualTo(1));
        assertThat(buried)
                .as("dead letters")
                .allSatisfy(letter -> assertThat(letter.story().reason()).isEqualTo(Reason.POISON.name()));
    }

    /** Checks that images were refused as poison only, and at most this many, dead letters included. */
    void assertCondemnedAtMost(int most) {
        System.out.println(run + ": refused " + refusals + ", dead letters " + buried.size());
        // A reader of release 2 of the schemas sees OTHER in POISON's place.
        assertThat(refusals.keySet()).isSubsetOf(Reason.POISON, Reason.OTHER);
        assertThat(refusals.values().stream().mapToInt(Integer::intValue).sum() + buried.size())
                .as("condemned")
                .isLessThanOrEqualTo(most);
    }

    @Override
    public void close() {
        uploads.close();
        verdicts.close();
        deadLetters.close();
    }
}
