package io.bulwark.lab.proof;

import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.Markdown;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * How long a moderation-stream takes to run again after SIGKILL. With standbys the other one goes on, and the one that
 * starts reads its copies; without, all are killed, and one restores all tasks alone. One thread.
 */
final class ProofStarts {

    /** Longer than a session, after which tasks move. */
    private static final Duration QUIET = Duration.ofSeconds(20);

    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration LEAST_LIMIT = Duration.ofMinutes(4);

    /** So slowly a changelog is restored at least. */
    private static final int DECISIONS_A_SECOND = 500;

    /** Records a second that the probe leaves at most: one that reads no more has caught up. */
    private static final double TRICKLE = 100;

    /** What may come at once. */
    private static final double FEW = 20;

    private static final String READ = "kafka_consumer_fetch_manager_records_consumed_total";
    private static final String OF_RESTORE = "restore-consumer";

    private final Experiment.Stage stage;
    private final ProofCluster cluster;
    private final int repeats;
    private final Duration limit;

    ProofStarts(Experiment.Stage stage) {
        this.stage = stage;
        this.cluster = stage.cluster();
        this.repeats = stage.lengths().starts();
        this.limit = LEAST_LIMIT.plusSeconds(stage.lengths().decisions() / DECISIONS_A_SECOND);
    }

    /** @param wiped whether what it had on disk was removed */
    record Kind(int standbys, boolean wiped) {

        String text() {
            return standbys + " standby, state " + (wiped ? "wiped" : "as SIGKILL left it");
        }
    }

    /**
     * One start.
     *
     * @param ready seconds until its health says so
     * @param caughtUp seconds until it has read the changelogs of all its tasks, active and standby
     * @param records that it read from them by then
     */
    record Start(double ready, double caughtUp, double records) {

        Map<String, Object> fields() {
            return Fields.of("ready", ready, "caughtUp", caughtUp, "records", records);
        }
    }

    /** How many records were read some seconds after a start. */
    record Progress(double seconds, double records) {}

    /** Each kind of start, several times. Afterwards standbys are as they were. */
    Map<Kind, List<Start>> measure() {
        Map<Kind, List<Start>> starts = new LinkedHashMap<>();
        int most = cluster.streams().size() - 1;
        try {
            for (int standbys = most; standbys >= 0; standbys--) {
                if (standbys < most) {
                    restartAll(standbys);
                }
                for (boolean wiped : new boolean[] {false, true}) {
                    Kind kind = new Kind(standbys, wiped);
                    List<Start> measured = starts.computeIfAbsent(kind, none -> new ArrayList<>());
                    for (int repeat = 0; repeat < repeats; repeat++) {
                        measured.add(start(kind));
                    }
                    stage.note(kind.text() + ": " + measured);
                }
            }
        } finally {
            if (most > 0) {
                restartAll(most);
            }
        }
        return starts;
    }

    private void restartAll(int standbys) {
        cluster.standbys(standbys);
        stage.outage(() -> {
            cluster.streams().forEach(cluster::stop);
            cluster.streams().forEach(cluster::start);
            cluster.streams().forEach(stream -> cluster.awaitReady(stream, limit));
        });
        cluster.streams().forEach(this::awaitCaughtUp);
    }

    private Start start(Kind kind) {
        List<String> killed = kind.standbys() == 0 ? cluster.streams() : List.of(ProofCluster.STREAM);
        List<String> others = killed.stream()
                .filter(stream -> !stream.equals(ProofCluster.STREAM))
                .toList();
        List<Progress> progress = new ArrayList<>();
        double[] ready = new double[1];
        stage.outage(() -> {
            killed.forEach(cluster::kill);
            if (kind.wiped()) {
                killed.forEach(stream -> ProofNetwork.Shell.must(
                        "rm", "-rf", cluster.state(stream).toString()));
            }
            long begin = System.nanoTime();
            cluster.start(ProofCluster.STREAM);
            cluster.awaitReady(ProofCluster.STREAM, limit);
            ready[0] = seconds(begin);
            follow(ProofCluster.STREAM, begin, progress);
        });
        Progress caughtUp = caughtUp(progress);
        if (!others.isEmpty()) {
            stage.outage(() -> {
                others.forEach(cluster::start);
                others.forEach(stream -> cluster.awaitReady(stream, limit));
            });
            others.forEach(this::awaitCaughtUp);
        }
        return new Start(ready[0], Math.max(ready[0], caughtUp.seconds()), caughtUp.records());
    }

    private void awaitCaughtUp(String stream) {
        follow(stream, System.nanoTime(), new ArrayList<>());
    }

    /** Notes what a moderation-stream has read of changelogs until it has read no more for a while, or too long. */
    private void follow(String stream, long begin, List<Progress> progress) {
        while (seconds(begin) < limit.toSeconds() && !isQuiet(progress)) {
            double read =
                    ProofUsage.metric(cluster.metrics(stream), READ, OF_RESTORE).orElse(0);
            progress.add(new Progress(seconds(begin), read));
            ProofCluster.pause(EVERY);
        }
    }

    /** Whether it read next to nothing in the last {@link #QUIET}. */
    static boolean isQuiet(List<Progress> progress) {
        return !progress.isEmpty()
                && progress.get(progress.size() - 1).seconds() - progress.get(0).seconds() >= QUIET.toSeconds()
                && trickle(progress) <= TRICKLE;
    }

    /** When all was read that was there: the first moment from which on no more than a trickle came. */
    static Progress caughtUp(List<Progress> progress) {
        double trickle = trickle(progress);
        Progress last = progress.get(progress.size() - 1);
        return progress.stream()
                .filter(each ->
                        last.records() - each.records() <= 2 * trickle * (last.seconds() - each.seconds()) + FEW)
                .findFirst()
                .orElse(last);
    }

    /** Records a second in the last {@link #QUIET}. */
    private static double trickle(List<Progress> progress) {
        Progress last = progress.get(progress.size() - 1);
        Progress before = progress.stream()
                .filter(each -> each.seconds() >= last.seconds() - QUIET.toSeconds())
                .findFirst()
                .orElse(last);
        return (last.records() - before.records()) / Math.max(1, last.seconds() - before.seconds());
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    /**
     * How long starts took, and what follows for more decisions where they took longer than before by more than their
     * noise.
     *
     * @param decisions between both
     * @param before starts without them, by kind
     * @param after the same kinds with them
     */
    record ProofStartsReport(int decisions, Map<Kind, List<Start>> before, Map<Kind, List<Start>> after) {

        /** Of a start beside what several differ by: health is asked every half second, a session ends within three. */
        private static final double LEAST_NOISE = 3;

        /** The noise of fewer starts is not known. */
        private static final int LEAST_STARTS = 3;

        /** Several values of one measure. */
        private record Values(List<Double> sorted) {

            static Values of(List<Start> starts, ToDoubleFunction<Start> measure) {
                return new Values(
                        starts.stream().mapToDouble(measure).sorted().boxed().toList());
            }

            double median() {
                return sorted.get(sorted.size() / 2);
            }

            double spread() {
                return sorted.get(sorted.size() - 1) - sorted.get(0);
            }

            String text(String format) {
                return sorted.size() == 1 || spread() == 0
                        ? Fields.text(format, median())
                        : Fields.text(
                                format + " (" + format + " to " + format + ")",
                                median(),
                                sorted.get(0),
                                sorted.get(sorted.size() - 1));
            }
        }

        void publish(Experiment.Stage stage) {
            stage.publish("growth-starts", markdown(), fields());
        }

        String markdown() {
            Markdown page = new Markdown()
                    .line("Seconds from the start after SIGKILL, the median (least to most) of several.")
                    .header(
                            "start of a moderation-stream",
                            "without decisions",
                            Fields.text("with %,d", decisions),
                            "10 million, assumed",
                            "1 billion, assumed");
            after.forEach((kind, starts) -> {
                page.row(
                        kind.text() + ": records read from changelogs",
                        Values.of(before.get(kind), Start::records).text("%,.0f"),
                        Values.of(starts, Start::records).text("%,.0f"),
                        "",
                        "");
                row(page, kind, "ready", Start::ready);
                row(page, kind, "caught up, active and standby", Start::caughtUp);
            });
            return page.line("")
                    .text("start(n) = without decisions + n × (measured − without decisions) / decisions"
                            + " measured, where the"
                            + " difference is more than the noise: what the starts of one kind differ by,"
                            + " at least "
                            + Fields.text("%.0f", LEAST_NOISE)
                            + " s. Without a standby all moderation-streams are killed,"
                            + " and one restores everything.")
                    .toString();
        }

        private void row(Markdown page, Kind kind, String name, ToDoubleFunction<Start> measure) {
            Values without = Values.of(before.get(kind), measure);
            Values with = Values.of(after.get(kind), measure);
            List<Object> cells = new ArrayList<>();
            cells.add(kind.text() + ": " + name);
            cells.add(without.text("%.1f"));
            cells.add(with.text("%.1f"));
            for (double more : ProofGrowthReport.MORE) {
                cells.add(
                        Math.min(without.sorted.size(), with.sorted.size()) < LEAST_STARTS
                                ? "too few starts"
                                : isNoise(without, with)
                                        ? "within the noise"
                                        : Fields.text("%,.0f", start(more, without.median(), with.median())));
            }
            page.row(cells.toArray());
        }

        private static boolean isNoise(Values without, Values with) {
            return with.median() - without.median() <= Math.max(LEAST_NOISE, Math.max(without.spread(), with.spread()));
        }

        /** Seconds with more decisions, by a line through a start without and one with the measured ones. */
        double start(double more, double without, double with) {
            return without + more * (with - without) / decisions;
        }

        Map<String, Object> fields() {
            return Fields.of(
                    "decisions",
                    decisions,
                    "starts",
                    after.entrySet().stream()
                            .map(entry -> Fields.of(
                                    "standbys", entry.getKey().standbys(),
                                    "wiped", entry.getKey().wiped(),
                                    "before",
                                            before.get(entry.getKey()).stream()
                                                    .map(Start::fields)
                                                    .toList(),
                                    "after",
                                            entry.getValue().stream()
                                                    .map(Start::fields)
                                                    .toList()))
                            .toList());
        }
    }
}
