package io.bulwark.lab.proof;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.proof.ProofOracle.Finding;
import io.bulwark.lab.proof.ProofRecords.Place;
import io.bulwark.lab.proof.ProofTraffic.Rates;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Experiments on one cluster, one after the other: traffic and probe, what is done meanwhile, and then the oracle,
 * which looks at everything since the cluster's start. One thread.
 */
final class ProofRun {

    private static final Duration BEFORE = Duration.ofSeconds(10);
    private static final Duration AFTER = Duration.ofSeconds(10);
    private static final Duration SETTLED_WITHIN = Duration.ofMinutes(3);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(3);
    private static final long OFFSETS_OF_A_TRAFFIC = 5_000_000L;
    private static final double PERCENTILE = 0.95;

    private final ProofCluster cluster;
    private final long seed;
    private final Rates rates;
    private final Consumer<String> notes;
    private final List<Place> acknowledged = new ArrayList<>();
    private final Set<Finding> known = new HashSet<>();
    private Sizes before = new Sizes(0, 0, 0, 0);
    private long nextOffset = ProofTraffic.MADE_UP + 4 * OFFSETS_OF_A_TRAFFIC;
    private int number;

    ProofRun(ProofCluster cluster, long seed, Rates rates, Consumer<String> notes) {
        this.cluster = cluster;
        this.seed = seed;
        this.rates = rates;
        this.notes = notes;
    }

    /**
     * What became of an experiment.
     *
     * @param at when it began, in ISO 8601
     * @param seconds of traffic
     * @param uploads records that the traffic and the probe sent
     * @param uploadWaits the longest wait of a subscriber for an answer to an upload, in seconds, for each outage
     * @param verdictWaits the same for what moderation-stream answers alone
     * @param settled seconds after the traffic until every rule of the oracle held; at most 180
     * @param restarted services that ended by themselves and were started again
     * @param findings what did not hold then, a few of each rule
     */
    record Outcome(
            String experiment,
            String at,
            long seed,
            double seconds,
            int uploads,
            int verdicts,
            int reviews,
            int erasures,
            List<Double> uploadWaits,
            List<Double> verdictWaits,
            double settled,
            List<String> restarted,
            List<String> findings) {

        /** Whether everything that was to hold did. */
        boolean holds() {
            return findings.isEmpty()
                    && (!Experiment.named(experiment).isBrokers()
                            || Math.max(percentile(uploadWaits), percentile(verdictWaits))
                                    <= Experiment.MOST_AFTER_DEATH.toSeconds());
        }

        /** The 95th percentile of waits: of fewer than 20 the longest. */
        static double percentile(List<Double> waits) {
            List<Double> sorted = waits.stream().sorted().toList();
            return sorted.isEmpty() ? 0 : sorted.get((int) Math.ceil(sorted.size() * PERCENTILE) - 1);
        }

        Map<String, Object> fields() {
            return Fields.of(
                    "experiment", experiment,
                    "at", at,
                    "seed", seed,
                    "seconds", seconds,
                    "uploads", uploads,
                    "verdicts", verdicts,
                    "reviews", reviews,
                    "erasures", erasures,
                    "uploadWaits", uploadWaits,
                    "verdictWaits", verdictWaits,
                    "settled", settled,
                    "restarted", restarted,
                    "findings", findings,
                    "holds", holds());
        }

        /** For people, one line and one for each finding. */
        String text() {
            String line = Fields.text(
                            "%s: %d uploads, %d verdicts, %d reviews, %d erasures in %.0f s;"
                                    + " longest wait %.1f s (uploads), %.1f s (verdicts); settled after %.0f s: %s",
                            experiment,
                            uploads,
                            verdicts,
                            reviews,
                            erasures,
                            seconds,
                            percentile(uploadWaits),
                            percentile(verdictWaits),
                            settled,
                            holds() ? "holds" : "does not hold")
                    + (restarted.isEmpty() ? "" : "; ended and started again: " + String.join(", ", restarted));
            return findings.isEmpty() ? line : line + "\n  " + String.join("\n  ", findings);
        }
    }

    /** Runs one. */
    Outcome of(Experiment experiment) {
        String name = "s" + seed + "e" + ++number;
        notes.accept(experiment.id() + ": " + experiment.words());
        Instant at = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Outages outages = new Outages(new Random(seed + number));
        long begin = System.nanoTime();
        try (ProofTraffic traffic = new ProofTraffic(cluster.broker(), rates, name, seed + number, offsets());
                ProofProbe probe = new ProofProbe(cluster.broker(), name + "p", seed + number, offsets())) {
            outages.probe = probe;
            probe.start();
            traffic.start();
            ProofCluster.pause(BEFORE);
            Optional<String> unfinished = attempt(experiment, outages);
            ProofCluster.pause(AFTER);
            traffic.stop();
            outages.end();
            probe.stopSending();
            double seconds = secondsSince(begin);
            acknowledged.addAll(traffic.acknowledged());
            acknowledged.addAll(probe.traffic().acknowledged());
            return settle(experiment, at, seconds, outages, unfinished);
        }
    }

    /** A part that does not come back is a finding, and the experiments after it go on. */
    private Optional<String> attempt(Experiment experiment, Outages outages) {
        try {
            experiment.run(outages);
            return Optional.empty();
        } catch (CommandFailure failure) {
            return Optional.of("not finished: " + failure.getMessage());
        }
    }

    private long offsets() {
        nextOffset += OFFSETS_OF_A_TRAFFIC;
        return nextOffset;
    }

    private Outcome settle(
            Experiment experiment, Instant at, double seconds, Outages outages, Optional<String> unfinished) {
        long begin = System.nanoTime();
        List<String> ended = new ArrayList<>(cluster.restartEnded());
        Look look = look();
        while (!look.findings().isEmpty() && secondsSince(begin) < SETTLED_WITHIN.toSeconds()) {
            ProofCluster.pause(BETWEEN_LOOKS);
            ended.addAll(cluster.restartEnded());
            look = look();
        }
        List<String> findings = new ArrayList<>(ProofOracle.summary(look.findings()));
        unfinished.ifPresent(findings::add);
        double settled = secondsSince(begin);
        known.addAll(look.findings());
        Sizes earlier = before;
        before = look.records().map(Sizes::of).orElse(earlier);
        return new Outcome(
                experiment.id(),
                at.toString(),
                seed,
                seconds,
                before.uploads() - earlier.uploads(),
                before.verdicts() - earlier.verdicts(),
                before.reviews() - earlier.reviews(),
                before.erasures() - earlier.erasures(),
                outages.uploads,
                outages.verdicts,
                settled,
                ended,
                findings);
    }

    /** How many records there are. */
    private record Sizes(int uploads, int verdicts, int reviews, int erasures) {

        static Sizes of(ProofRecords records) {
            return new Sizes(
                    records.uploads().size(),
                    records.verdicts().size(),
                    records.reviews().size(),
                    records.erasures().size());
        }
    }

    /** What is wrong at a moment, without what an earlier experiment left wrong. */
    private record Look(Optional<ProofRecords> records, List<Finding> findings) {}

    private Look look() {
        try (Connection database = cluster.connectToDatabase()) {
            ProofRecords records = ProofRecords.read(cluster.broker(), database, acknowledged);
            List<Finding> findings = ProofOracle.findings(records).stream()
                    .filter(finding -> !known.contains(finding))
                    .toList();
            notes.accept("the oracle finds " + findings.size());
            return new Look(Optional.of(records), findings);
        } catch (SQLException unreachable) {
            return new Look(
                    Optional.empty(),
                    List.of(new Finding(ProofOracle.Rule.CASEBOOK, "PostgreSQL", unreachable.getMessage())));
        }
    }

    private static double secondsSince(long begin) {
        return Math.round((System.nanoTime() - begin) / 1e8) / 10.0;
    }

    /** Notes for each outage how long subscribers waited. */
    private final class Outages implements Experiment.Stage {

        private final Random random;
        private final List<Double> uploads = new ArrayList<>();
        private final List<Double> verdicts = new ArrayList<>();
        private ProofProbe probe;
        private Optional<Long> open = Optional.empty();

        private Outages(Random random) {
            this.random = random;
        }

        @Override
        public ProofCluster cluster() {
            return cluster;
        }

        @Override
        public Random random() {
            return random;
        }

        @Override
        public void outage(Runnable fault) {
            end();
            open = Optional.of(System.nanoTime());
            fault.run();
        }

        @Override
        public void note(String text) {
            notes.accept(text);
        }

        private void end() {
            open.ifPresent(begin -> {
                uploads.add(seconds(probe.longestOfUploads(begin)));
                verdicts.add(seconds(probe.longestOfVerdicts(begin)));
            });
            open = Optional.empty();
        }

        private double seconds(Duration time) {
            return Math.round(time.toMillis() / 100.0) / 10.0;
        }
    }
}
