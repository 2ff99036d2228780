package io.bulwark.lab.proof;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.events.Decision;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.Results;
import io.bulwark.lab.proof.ProofOracle.Finding;
import io.bulwark.lab.proof.ProofTraffic.Rates;
import java.nio.file.Path;
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
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Experiments on one cluster, one after the other: traffic and probe, what is done meanwhile, and then the oracle,
 * which looks at everything since the cluster's start. One thread.
 */
final class ProofRun {

    private static final Duration BEFORE = Duration.ofSeconds(10);
    private static final Duration AFTER = Duration.ofSeconds(10);
    private static final Duration PAUSES_TOGETHER = Duration.ofMinutes(3);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(3);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final int DATABASE_MILLIS = 300_000;
    private static final long OFFSETS_OF_A_TRAFFIC = 100_000_000L;
    private static final double PERCENTILE = 0.95;
    private static final long MEBIBYTE = 1 << 20;

    private final ProofCluster cluster;
    private final long seed;
    private final Rates rates;
    private final Experiment.Lengths lengths;
    private final Results results;
    private final ProofRecords.Sent sent = new ProofRecords.Sent();
    private final Set<Finding> known = new HashSet<>();
    private List<ProofTraffic.Image> erased = List.of();
    private Sizes before = new Sizes(0, 0, 0, 0);
    private long nextOffset = ProofTraffic.MADE_UP + 4 * OFFSETS_OF_A_TRAFFIC;
    private int number;

    /** @param results where tables of experiments go */
    ProofRun(ProofCluster cluster, long seed, Rates rates, Experiment.Lengths lengths, Results results) {
        this.cluster = cluster;
        this.seed = seed;
        this.rates = rates;
        this.lengths = lengths;
        this.results = results;
    }

    /**
     * What became of an experiment.
     *
     * @param at when it began, in ISO 8601
     * @param seconds of traffic
     * @param uploads records that the traffic and the probe sent
     * @param reviews with people's
     * @param decisions that people made through the API
     * @param undone decisions that the API took back
     * @param escalated items that the API took as handed to seniors
     * @param appeals that the API took
     * @param changes of the bank, on its topic and through the API, and of policies
     * @param uploadWaits the longest wait of a subscriber for an answer to an upload, in seconds, for each outage
     * @param verdictWaits the same for what moderation-stream answers alone
     * @param settled seconds after the traffic until the oracle's last look was done, with the time that its looks
     *     took; every rule held then where there are no findings
     * @param restarted services that ended by themselves and were started again
     * @param rebuilt stores of each moderation-stream that it lost and read again from their changelogs
     * @param findings what did not hold then, a few of each rule, what of the experiment was not finished, and services
     *     that ended and were not to
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
            int decisions,
            int undone,
            int escalated,
            int appeals,
            int changes,
            List<Double> uploadWaits,
            List<Double> verdictWaits,
            double settled,
            List<String> restarted,
            Map<String, Long> rebuilt,
            List<String> findings) {

        Outcome {
            rebuilt = rebuilt == null ? Map.of() : rebuilt; // of a ledger from before it was counted
        }

        /** Whether everything that was to hold did. */
        boolean holds() {
            int bounded = Experiment.named(experiment).boundedOutages();
            return findings.isEmpty()
                    && Math.max(percentile(first(bounded, uploadWaits)), percentile(first(bounded, verdictWaits)))
                            <= Experiment.LONGEST_WAIT.toSeconds();
        }

        private static List<Double> first(int most, List<Double> waits) {
            return waits.subList(0, Math.min(most, waits.size()));
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
                    "decisions", decisions,
                    "undone", undone,
                    "escalated", escalated,
                    "appeals", appeals,
                    "changes", changes,
                    "uploadWaits", uploadWaits,
                    "verdictWaits", verdictWaits,
                    "settled", settled,
                    "restarted", restarted,
                    "rebuilt", rebuilt,
                    "findings", findings,
                    "holds", holds());
        }

        /** For people, one line and one for each finding. */
        String text() {
            String line = Fields.text(
                            "%s: %d uploads, %d verdicts, %d reviews, %d erasures, by people %d decisions, %d undone,"
                                    + " %d escalated, %d appeals, %d changes of bank and policies in %.0f s;"
                                    + " longest wait %.1f s (uploads), %.1f s (verdicts); settled after %.0f s: %s",
                            experiment,
                            uploads,
                            verdicts,
                            reviews,
                            erasures,
                            decisions,
                            undone,
                            escalated,
                            appeals,
                            changes,
                            seconds,
                            percentile(uploadWaits),
                            percentile(verdictWaits),
                            settled,
                            holds() ? "holds" : "does not hold")
                    + (restarted.isEmpty() ? "" : "; ended and started again: " + String.join(", ", restarted))
                    + (rebuilt.isEmpty() ? "" : "; stores rebuilt: " + rebuilt);
            return findings.isEmpty() ? line : line + "\n  " + String.join("\n  ", findings);
        }
    }

    /** Runs one. */
    Outcome of(Experiment experiment) {
        String name = "s" + seed + "e" + ++number;
        note(experiment.id() + ": " + experiment.words());
        Instant at = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Outages outages = new Outages(name, new Random(seed + number));
        Map<String, ProofStores> stores = cluster.stores();
        long begin = System.nanoTime();
        Rates rates = experiment.hasTraffic() ? this.rates : Rates.NONE;
        try (ProofTraffic traffic = new ProofTraffic(
                        cluster.broker(), rates, name, seed + number, offsets(), erased, cluster.web());
                ProofProbe probe = new ProofProbe(cluster.broker(), name + "p", seed + number, offsets());
                ProofPeople people = people(traffic, name, rates)) {
            outages.probe = probe;
            outages.traffic = traffic;
            probe.start();
            traffic.start();
            people.start();
            ProofCluster.pause(BEFORE);
            List<String> unfinished = new ArrayList<>();
            attempt("the experiment", () -> experiment.run(outages), unfinished);
            ProofCluster.pause(AFTER);
            attempt("people's work", people::stop, unfinished);
            attempt("the traffic", traffic::stop, unfinished);
            outages.end();
            attempt("the probe", probe::stopSending, unfinished);
            double seconds = secondsSince(begin);
            sent.acknowledged().addAll(traffic.acknowledged());
            sent.acknowledged().addAll(probe.traffic().acknowledged());
            sent.references().putAll(people.references());
            sent.answers().add(people.answers());
            Outcome outcome = settle(experiment, at, seconds, outages, people.counts(), stores, unfinished);
            // An order that is read late takes a later upload along, so only what is erased for sure comes again.
            erased = outcome.findings().isEmpty() ? traffic.erased() : List.of();
            return outcome;
        }
    }

    private ProofPeople people(ProofTraffic traffic, String name, Rates rates) {
        ProofBank bank = new ProofBank(cluster.broker(), traffic, cluster.model(), name);
        ProofApi api = cluster.api();
        // An earlier version may have other views, and a policy that was made for others leaves a worker unready.
        Optional<ProofPolicies> policies = cluster.versions().isEmpty()
                ? Optional.of(new ProofPolicies(
                        api, cluster.broker(), traffic, cluster.model().fingerprint()))
                : Optional.empty();
        return new ProofPeople(api, traffic, Optional.of(bank), policies, name, seed + number, rates.work());
    }

    /** A part that does not come back is a finding, and the experiments after it go on. */
    private static void attempt(String part, Runnable action, List<String> unfinished) {
        try {
            action.run();
        } catch (RuntimeException | OutOfMemoryError failure) {
            unfinished.add(part + " did not finish: " + reason(failure));
        }
    }

    /** What to say of a failure; a defect of the laboratory is named by its class. */
    private static String reason(Throwable failure) {
        if (failure instanceof OutOfMemoryError) {
            return "the heap of " + Runtime.getRuntime().maxMemory() / MEBIBYTE
                    + " MiB is too small: set BULWARK_JAVA_OPTIONS='-Xmx2g -XX:+UseParallelGC'";
        }
        return failure instanceof CommandFailure || failure instanceof SQLException
                ? failure.getMessage()
                : failure.toString();
    }

    private long offsets() {
        nextOffset += OFFSETS_OF_A_TRAFFIC;
        return nextOffset;
    }

    private Outcome settle(
            Experiment experiment,
            Instant at,
            double seconds,
            Outages outages,
            ProofPeople.Counts work,
            Map<String, ProofStores> stores,
            List<String> unfinished) {
        long begin = System.nanoTime();
        List<String> ended = new ArrayList<>();
        Look look = settled(() -> look(ended), last -> last.findings().isEmpty(), ProofCluster::pause);
        List<String> findings = new ArrayList<>(ProofOracle.summary(look.findings()));
        findings.addAll(unfinished);
        ended.stream()
                .filter(service -> !experiment.mayEnd(service))
                .distinct()
                .forEach(service -> findings.add(service + " ended by itself, and the experiment does not kill it"));
        Map<String, Long> rebuilt = rebuiltSince(stores);
        rebuilt.forEach((stream, count) -> {
            if (count > 0 && !experiment.mayRebuild(stream)) {
                findings.add(stream + " lost " + count
                        + " stores and read them again, and the experiment does not break" + " it");
            }
        });
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
                work.decisions(),
                work.undone(),
                work.escalated(),
                work.appeals(),
                work.changes(),
                outages.uploads,
                outages.verdicts,
                settled,
                ended,
                rebuilt,
                findings);
    }

    private Map<String, Long> rebuiltSince(Map<String, ProofStores> before) {
        Map<String, Long> rebuilt = new TreeMap<>();
        cluster.stores().forEach((stream, stores) -> rebuilt.put(stream, stores.rebuiltSince(before.get(stream))));
        return rebuilt;
    }

    /**
     * Looks until all is in order, with pauses of 3 to 30 s in between, which are 3 minutes together at most. Only
     * pauses count: looks may take long, and one that is not in order is followed by a second one in any case.
     *
     * @return the last look
     */
    static <T> T settled(Supplier<T> look, Predicate<T> isInOrder, Consumer<Duration> pauses) {
        Duration left = PAUSES_TOGETHER;
        Duration next = FIRST_PAUSE;
        T last = look.get();
        while (!isInOrder.test(last) && left.compareTo(Duration.ZERO) > 0) {
            Duration pause = shorter(next, left);
            pauses.accept(pause);
            left = left.minus(pause);
            next = shorter(next.multipliedBy(2), LONGEST_PAUSE);
            last = look.get();
        }
        return last;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** How many records there are. */
    private record Sizes(int uploads, int verdicts, int reviews, int erasures) {

        static Sizes of(ProofRecords records) {
            return new Sizes(
                    records.uploads().size(),
                    records.verdicts().size() + records.volume().verdicts(),
                    records.reviews().size(),
                    records.erasures().size());
        }
    }

    /** What is wrong at a moment, without what an earlier experiment left wrong. */
    private record Look(Optional<ProofRecords> records, List<Finding> findings) {

        static Look unreadable(Throwable failure) {
            return new Look(
                    Optional.empty(), List.of(new Finding(ProofOracle.Rule.READABLE, "the cluster", reason(failure))));
        }
    }

    /** @param ended gets services that had ended, which are started again first */
    private Look look(List<String> ended) {
        try {
            ended.addAll(cluster.restartEnded());
        } catch (RuntimeException failure) {
            return Look.unreadable(failure);
        }
        try (Connection database = cluster.connectToDatabase()) {
            database.setNetworkTimeout(Runnable::run, DATABASE_MILLIS);
            ProofRecords records = ProofRecords.read(
                    cluster.broker(), database, () -> cluster.web().map(ProofWeb::delivered), sent);
            ProofFencing fencing =
                    ProofFencing.read(cluster.data(ProofCluster.BROKERS.get(0)).resolve("log"));
            List<Finding> findings = Stream.concat(ProofOracle.findings(records).stream(), fencing.findings().stream())
                    .filter(finding -> !known.contains(finding))
                    .toList();
            note("the oracle finds " + findings.size() + "; " + fencing.producers() + " transactional producers wrote "
                    + fencing.batches() + " batches");
            Map<Decision, Long> away = ProofOracle.answersOfAway(records);
            if (!away.isEmpty()) {
                note("answers to pictures on a store that was away: " + away);
            }
            return new Look(Optional.of(records), findings);
        } catch (SQLException | RuntimeException | OutOfMemoryError failure) {
            note("the oracle cannot read: " + reason(failure));
            return Look.unreadable(failure);
        }
    }

    private void note(String text) {
        results.output().note(text);
    }

    private static double secondsSince(long begin) {
        return Math.round((System.nanoTime() - begin) / 1e8) / 10.0;
    }

    /** Notes for each outage how long subscribers waited. */
    private final class Outages implements Experiment.Stage {

        private final String name;
        private final Random random;
        private final List<Double> uploads = new ArrayList<>();
        private final List<Double> verdicts = new ArrayList<>();
        private ProofProbe probe;
        private ProofTraffic traffic;
        private Optional<Long> open = Optional.empty();

        private Outages(String name, Random random) {
            this.name = name;
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
        public void storeAway(boolean away) {
            traffic.storeAway(away);
        }

        @Override
        public void note(String text) {
            ProofRun.this.note(text);
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Experiment.Lengths lengths() {
            return lengths;
        }

        @Override
        public Path file(String name) {
            return results.out().resolve(name);
        }

        @Override
        public void publish(String name, String markdown, Map<String, Object> fields) {
            results.publish(name, markdown, fields);
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
