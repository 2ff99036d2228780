package io.bulwark.lab.proof;

import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.EventReader;
import io.bulwark.events.ModerationDecision;
import io.bulwark.schemas.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How long a subscriber waits: one upload and one verdict are sent each second, and a read_committed subscriber of
 * {@code moderation.decisions} notes when the answers come. An outage is the time between two answers that follow each
 * other. It starts two threads.
 */
final class ProofProbe implements AutoCloseable {

    private final EventReader<ModerationDecision> decisions;
    private final ProofTraffic traffic;
    private final String uploads;
    private final String verdicts;
    private final List<Long> uploadAnswers = Collections.synchronizedList(new ArrayList<>());
    private final List<Long> verdictAnswers = Collections.synchronizedList(new ArrayList<>());
    private final Thread reading;
    private volatile boolean stopped;

    /** @param name of the probe, the beginning of its ids */
    ProofProbe(Broker broker, String name, long seed, long firstOffset) {
        this.decisions = EventReader.fromNow(broker, Topics.DECISIONS, ModerationDecision.class);
        this.traffic = new ProofTraffic(
                broker, ProofTraffic.Rates.PROBE, name, seed, firstOffset, List.of(), Optional.empty());
        this.uploads = name + "-upload";
        this.verdicts = name + "-verdict";
        this.reading = new Thread(this::read, "proof-probe");
    }

    void start() {
        long begin = System.nanoTime();
        uploadAnswers.add(begin);
        verdictAnswers.add(begin);
        traffic.start();
        reading.start();
    }

    /** Stops sending; what was sent is on its topics then. */
    void stopSending() {
        traffic.stop();
    }

    ProofTraffic traffic() {
        return traffic;
    }

    /** The longest wait of a subscriber for what the worker and moderation-stream answer, since a moment. */
    Duration longestOfUploads(long sinceNanos) {
        return longest(uploadAnswers, sinceNanos);
    }

    /** The same for what moderation-stream alone answers. */
    Duration longestOfVerdicts(long sinceNanos) {
        return longest(verdictAnswers, sinceNanos);
    }

    private static Duration longest(List<Long> answers, long sinceNanos) {
        List<Long> all = List.copyOf(answers);
        long longest = 0;
        for (int i = 1; i < all.size(); i++) {
            if (all.get(i) - sinceNanos > 0) {
                longest = Math.max(longest, all.get(i) - all.get(i - 1));
            }
        }
        long open = System.nanoTime() - all.get(all.size() - 1);
        return Duration.ofNanos(Math.max(longest, open));
    }

    private void read() {
        while (!stopped) {
            for (ModerationDecision decision : decisions.poll(Duration.ofMillis(200))) {
                if (decision.getImageId().startsWith(uploads)) {
                    uploadAnswers.add(System.nanoTime());
                } else if (decision.getImageId().startsWith(verdicts)) {
                    verdictAnswers.add(System.nanoTime());
                }
            }
        }
    }

    @Override
    public void close() {
        stopped = true;
        traffic.close();
        try {
            reading.join(TimeUnit.SECONDS.toMillis(40));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        decisions.close();
    }
}
