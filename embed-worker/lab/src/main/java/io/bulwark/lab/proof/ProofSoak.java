package io.bulwark.lab.proof;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.Markdown;
import io.bulwark.lab.proof.ProofSeries.Measure;
import io.bulwark.lab.proof.ProofSeries.Trend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;

/**
 * Steady traffic for hours, with a restart of one service after each eighth: what processes hold, sampled every 30 s,
 * must not grow, and data only by what the traffic adds. One thread.
 */
final class ProofSoak {

    private static final Duration EVERY = Duration.ofSeconds(30);
    private static final int PARTS = 8;
    private static final double LONGEST_WARM_UP = 300;
    private static final double WARM_UPS = 9;

    /** A table that is smaller than that at the end is not printed. */
    private static final double SMALL_TABLE = 200_000;

    /** Of the heap, in all of the time. */
    private static final int COLLECTIONS = 60;

    /** Tables with a row of each image, decision or request, which grow with the traffic; rows of others come and go. */
    private static final Set<String> LASTING = Set.of(
            "audit_log",
            "bank_proposal",
            "casebook",
            "decision",
            "decision_all",
            "drift_picture",
            "drift_sample",
            "duty_case",
            "erased_image",
            "evidence",
            "promise_draw",
            "queue_item",
            "report",
            "review_duty",
            "statement",
            "upload_trait");

    private static final Path JCMD = Path.of(System.getProperty("java.home"), "bin", "jcmd");

    private final Experiment.Stage stage;
    private final ProofCluster cluster;
    private final double length;
    private final Map<String, ProofSeries> series = new TreeMap<>();
    private final Path samples;
    private final StringBuilder unwritten = new StringBuilder("seconds,host,measure,process,value\n");
    private final long begin = System.nanoTime();
    private double nextCollection;

    private ProofSoak(Experiment.Stage stage) {
        this.stage = stage;
        this.cluster = stage.cluster();
        this.length = stage.lengths().soak().toSeconds();
        this.samples = stage.file("soak-samples.csv");
    }

    /**
     * Runs it.
     *
     * @throws CommandFailure naming what grows
     */
    static void run(Experiment.Stage stage) {
        new ProofSoak(stage).run();
    }

    private void run() {
        try {
            Files.deleteIfExists(samples);
            follow();
        } catch (IOException unwritable) {
            throw CommandFailure.failed(samples + " cannot be written: " + unwritable, unwritable);
        } catch (RuntimeException ended) {
            publish(trends());
            throw ended;
        }
        List<Trend> trends = trends();
        publish(trends);
        List<String> growing = trends.stream()
                .filter(trend -> !trend.isFlat())
                .map(trend -> trend.host() + " " + trend.name())
                .toList();
        if (!growing.isEmpty()) {
            throw CommandFailure.failed("not flat: " + String.join(", ", growing));
        }
    }

    private void follow() throws IOException {
        List<String> restarted = cluster.services();
        int restarts = 0;
        double next = 0;
        while (next <= length) {
            rest(next);
            sample();
            double restart = (restarts + 1) * length / PARTS;
            if (restart < length && seconds() >= restart) {
                String service = restarted.get(restarts++ % restarted.size());
                stage.note("after " + Math.round(seconds() / 60) + " min " + service + " is restarted");
                stage.outage(() -> ProofFaults.restart(stage, service));
            }
            next = Math.max(next + EVERY.toSeconds(), seconds());
        }
    }

    private void rest(double until) {
        double rest = until - seconds();
        if (rest > 0) {
            ProofCluster.pause(Duration.ofMillis(Math.round(rest * 1000)));
        }
    }

    private double seconds() {
        return (System.nanoTime() - begin) / 1e9;
    }

    /** Of processes that run: what has ended holds nothing, which is no level. */
    private void sample() throws IOException {
        double at = seconds();
        boolean collect = at >= nextCollection && Files.isExecutable(JCMD);
        for (String host : cluster.hosts()) {
            long process = cluster.process(host);
            ProofUsage usage = ProofUsage.of(cluster.network().processes(host));
            if (cluster.isAlive(host) && usage.memory() > 0) {
                add(host, "memory", Measure.MEMORY, at, process, usage.memory());
                add(host, "descriptors", Measure.DESCRIPTORS, at, process, usage.descriptors());
                add(host, "threads", Measure.THREADS, at, process, usage.threads());
                if (collect && cluster.services().contains(host)) {
                    collected(host, process)
                            .ifPresent(bytes ->
                                    add(host, "heap after a full collection", Measure.MEMORY, at, process, bytes));
                }
            }
            if (!host.equals(ProofCluster.WORKER)) {
                // Data outlives its process.
                ProofUsage.folder(cluster.data(host)).ifPresent(bytes -> add(host, "data", Measure.DATA, at, 0, bytes));
            }
        }
        try (Connection database = cluster.connectToDatabase()) {
            ProofUsage.tables(database).forEach((table, bytes) -> add("table", table, ofTable(table), at, 0, bytes));
        } catch (SQLException silent) {
            stage.note("tables were not measured: " + silent.getMessage());
        }
        if (collect) {
            nextCollection = at + length / COLLECTIONS;
        }
        Files.writeString(samples, unwritten, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        unwritten.setLength(0);
    }

    static Measure ofTable(String table) {
        return LASTING.contains(table) ? Measure.DATA : Measure.PASSING;
    }

    /** Bytes of the heap after a full collection, which hardly happens unasked; empty where none was made. */
    private OptionalDouble collected(String service, long process) {
        boolean done = ProofNetwork.Shell.run(JCMD.toString(), Long.toString(process), "GC.run")
                        .status()
                == 0;
        OptionalDouble bytes = done
                ? ProofUsage.metric(cluster.metrics(service), "jvm_gc_live_data_size_bytes")
                : OptionalDouble.empty();
        return bytes.orElse(0) > 0 ? bytes : OptionalDouble.empty();
    }

    private void add(String host, String name, Measure measure, double at, long process, double value) {
        series.computeIfAbsent(
                        host + " " + name,
                        none -> new ProofSeries(host, name, measure, Math.min(LONGEST_WARM_UP, length / WARM_UPS)))
                .add(at, process, value);
        unwritten.append(Fields.text("%.1f,%s,%s,%d,%.0f\n", at, host, name, process, value));
    }

    private List<Trend> trends() {
        return series.values().stream()
                .map(each -> each.trend(seconds()))
                .filter(trend -> !trend.host().equals("table") || trend.last() >= SMALL_TABLE)
                .toList();
    }

    private void publish(List<Trend> trends) {
        Markdown page = new Markdown()
                .line("%.0f of %.0f min, a sample each %d s.", seconds() / 60, length / 60, EVERY.toSeconds())
                .text("Flat: the slope of the last third is at most");
        for (Measure measure : Measure.values()) {
            page.line("- %s: %s", measure.name().toLowerCase(Locale.ROOT), measure.words());
        }
        page.header("host", "measure", "first", "middle", "last", "slope an hour", "bound", "rule");
        trends.forEach(trend -> page.row(trend.cells()));
        stage.publish("soak", page.toString(), fields(length / 60, trends));
    }

    static Map<String, Object> fields(double minutes, List<Trend> trends) {
        return Fields.of(
                "minutes", minutes, "series", trends.stream().map(Trend::fields).toList());
    }
}
