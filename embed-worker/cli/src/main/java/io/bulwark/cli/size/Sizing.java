package io.bulwark.cli.size;

import io.bulwark.schemas.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a system of this traffic needs. Rates are at the busiest second, disk is when everything is as old as it may get.
 *
 * @param uploads a day
 * @param imageBytes mean size of an inline image; 0 where uploads name a location
 * @param references of the bank that a worker holds
 * @param tenants whose traffic may be sampled for drift
 * @param dimension numbers of an embedding
 * @param twin whether a worker holds a second encoder and bank
 * @param cpuMillis CPU time of an upload in the worker with its decoder processes
 * @param peak the busiest second over the mean of the day, 1 or more
 * @param reviewShare share of uploads that people decide, 0 to 1
 * @param decisionDays how long a decision is kept
 * @param replication copies of each partition
 */
record Sizing(
        long uploads,
        long imageBytes,
        long references,
        long tenants,
        int dimension,
        boolean twin,
        double cpuMillis,
        double peak,
        double reviewShare,
        int decisionDays,
        int replication) {

    /** CPU time of an upload, worker and decoders, both encoders and 2.72 views. */
    static final double CPU_MILLIS = 21.6;

    /** Views of an upload that are embedded, a mean over photographs. */
    static final double VIEWS = 2.72;

    /** Share of the cores in use at the busiest second, so that the 99th percentile stays within some tenths of a second. */
    static final double UTILISATION = 0.5;

    /** Cores that the manifests reserve for a worker. */
    static final int CORES_OF_A_WORKER = 2;

    /** Memory of a worker with the default model without a bank, and what the twin adds, in MiB. */
    static final double WORKER_MIB = 682;

    static final double TWIN_MIB = 128;

    /** Bytes of a bank in memory for each number of an embedding. */
    static final double BANK_BYTES = 2.4;

    /** Decisions a second of one moderation-stream on two cores, its broker beside it. */
    static final double DECISIONS_A_SECOND = 8224;

    /** Bytes of a decision in the state of moderation-stream, with evidence and indexes. */
    static final double STATE_BYTES = 823;

    /** Cases a second that one moderation-stream writes to PostgreSQL. */
    static final double CASES_A_SECOND = 200;

    /** Bytes on one broker, compressed as they are sent. */
    static final double VERDICT_BYTES = 524;

    static final double DECISION_BYTES = 245;

    static final double STATISTICS_BYTES = 351;

    /** Bytes in all changelogs of one decision, before the broker compacts. */
    static final double CHANGELOG_BYTES = 1359;

    /** Bytes of an upload's record without its image, and of an embedding's without its rows. */
    static final double RECORD_BYTES = 300;

    /** Bytes of a case in PostgreSQL, with its indexes. */
    static final double CASE_BYTES = 656;

    /** Bytes in PostgreSQL, with indexes, of an item, of a person's decision and of its rows of the audit log. */
    static final double ITEM_BYTES = 2500;

    static final double HUMAN_DECISION_BYTES = 500;

    static final double AUDIT_LOG_BYTES = 1500;

    /** Bytes of a kept picture: a JPEG of at most 1,024 pixels a side. */
    static final double PICTURE_BYTES = 150_000;

    private static final int SECONDS_OF_A_DAY = 86_400;
    private static final int HALF_PRECISION = 2;
    private static final int LEAST_PODS = 2;
    private static final int ITEM_DAYS = 400;
    private static final int HUMAN_DECISION_DAYS = 1096;
    private static final int YEAR_DAYS = 365;
    private static final int FLAGGED_DAYS = 7;
    private static final int PICTURE_DAYS = 30;
    private static final int DRIFT_DAYS = 400;
    private static final int DRIFT_SAMPLES = 200;
    private static final double MIB = 1 << 20;
    private static final int SPARE = 2;

    /** What a figure rests on, the weakest of its inputs. */
    enum Basis {
        MEASURED,
        ASSUMED,
        GIVEN;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What a figure counts. */
    enum Unit {
        COUNT("") {
            @Override
            String text(double value) {
                return String.format(Locale.ROOT, "%,.0f", value);
            }
        },
        RATE("1/s") {
            @Override
            String text(double value) {
                return String.format(Locale.ROOT, "%,.1f/s", value);
            }
        },
        CORES("cores") {
            @Override
            String text(double value) {
                return String.format(Locale.ROOT, "%,.1f", value);
            }
        },
        BYTES("bytes") {
            @Override
            String text(double value) {
                return scaled(value);
            }
        },
        BYTES_A_SECOND("bytes/s") {
            @Override
            String text(double value) {
                return scaled(value) + "/s";
            }
        };

        private final String word;

        Unit(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }

        abstract String text(double value);

        private static String scaled(double bytes) {
            String[] prefixes = {"B", "kB", "MB", "GB", "TB", "PB"};
            int prefix = 0;
            double value = bytes;
            while (value >= 1000 && prefix < prefixes.length - 1) {
                value /= 1000;
                prefix++;
            }
            return String.format(
                    Locale.ROOT, value < 10 && prefix > 0 ? "%.1f %s" : "%.0f %s", value, prefixes[prefix]);
        }
    }

    /**
     * One figure.
     *
     * @param part of the system
     * @param from what it is computed of
     */
    record Row(String part, String what, double value, Unit unit, Basis basis, String from) {

        String text() {
            return unit.text(value);
        }
    }

    /** All figures, in the order in which they are printed. */
    List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        double busiest = uploads * peak / SECONDS_OF_A_DAY;
        double cores = busiest * cpuMillis / 1000 / UTILISATION;
        double workers = Math.max(LEAST_PODS, Math.ceil(cores / CORES_OF_A_WORKER));
        rows.add(
                new Row("traffic", "uploads at the busiest second", busiest, Unit.RATE, Basis.GIVEN, "uploads × peak"));
        rows.add(new Row(
                "worker",
                "cores",
                cores,
                Unit.CORES,
                Basis.MEASURED,
                decimal(cpuMillis) + " ms an upload, cores half busy"));
        rows.add(new Row(
                "worker",
                "pods of " + CORES_OF_A_WORKER + " cores",
                workers,
                Unit.COUNT,
                Basis.MEASURED,
                "at least two"));
        rows.add(new Row(
                "worker",
                "memory of a pod",
                workerBytes(),
                Unit.BYTES,
                Basis.MEASURED,
                "program, weights" + (twin ? ", twin" : "") + ", and 2.4 bytes a number of the bank"));
        int partitions = Topics.IMAGES_UPLOADED.partitions();
        rows.add(new Row(
                "broker",
                "partitions of images.uploaded",
                Math.max(partitions, Math.ceil(workers / partitions) * partitions),
                Unit.COUNT,
                Basis.GIVEN,
                "one for each worker, in steps of " + partitions));
        rows.addAll(streamRows(busiest));
        rows.addAll(brokerRows(busiest));
        rows.addAll(databaseRows());
        return rows;
    }

    private double workerBytes() {
        double bank = BANK_BYTES * dimension * references * (twin ? 2 : 1);
        return (WORKER_MIB + (twin ? TWIN_MIB : 0)) * MIB + bank;
    }

    private List<Row> streamRows(double busiest) {
        double pods = Math.max(
                LEAST_PODS,
                Math.ceil(Math.max(busiest / (DECISIONS_A_SECOND * UTILISATION), busiest / CASES_A_SECOND)));
        double kept = (double) uploads * decisionDays;
        double state = kept * STATE_BYTES + flaggedBytes();
        return List.of(
                new Row(
                        "moderation-stream",
                        "pods",
                        pods,
                        Unit.COUNT,
                        Basis.MEASURED,
                        "at least two; 200 cases a second each, 8,224 decisions half busy"),
                new Row(
                        "moderation-stream",
                        "images kept",
                        kept,
                        Unit.COUNT,
                        Basis.GIVEN,
                        "uploads × " + decisionDays + " days"),
                new Row(
                        "moderation-stream",
                        "disk of a pod, one standby",
                        SPARE * state * 2 / pods,
                        Unit.BYTES,
                        Basis.ASSUMED,
                        "823 bytes an image, a week's views, twice for compaction"));
    }

    /** The views of a week that wait for being flagged elsewhere, as if all uploads were SAFE. */
    private double flaggedBytes() {
        return (double) uploads * FLAGGED_DAYS * VIEWS * dimension * HALF_PRECISION;
    }

    private List<Row> brokerRows(double busiest) {
        double embedding = RECORD_BYTES + VIEWS * dimension * HALF_PRECISION;
        double upload = imageBytes + RECORD_BYTES;
        double day = uploads * (double) replication;
        double uploadDisk = day * upload * days(Topics.IMAGES_UPLOADED);
        double rest = day
                        * (VERDICT_BYTES * days(Topics.VERDICTS)
                                + embedding * days(Topics.EMBEDDINGS)
                                + (DECISION_BYTES + STATISTICS_BYTES + CHANGELOG_BYTES) * decisionDays)
                + flaggedBytes() * replication;
        double written = upload + VERDICT_BYTES + 2 * embedding + DECISION_BYTES + STATISTICS_BYTES + CHANGELOG_BYTES;
        return List.of(
                new Row(
                        "broker",
                        "disk for uploads, all brokers",
                        uploadDisk,
                        Unit.BYTES,
                        Basis.GIVEN,
                        days(Topics.IMAGES_UPLOADED) + " days × " + replication + " copies"),
                new Row(
                        "broker",
                        "disk for the rest, all brokers",
                        rest,
                        Unit.BYTES,
                        Basis.MEASURED,
                        "verdicts " + days(Topics.VERDICTS) + " days, embeddings " + days(Topics.EMBEDDINGS)
                                + ", decisions and changelogs " + decisionDays + ", a week's views"),
                new Row(
                        "broker",
                        "written, all brokers",
                        busiest * written * replication,
                        Unit.BYTES_A_SECOND,
                        Basis.MEASURED,
                        "at the busiest second, with copies"),
                new Row(
                        "broker",
                        "read by Bulwark",
                        busiest * (upload + 2 * VERDICT_BYTES + 2 * embedding + DECISION_BYTES + CHANGELOG_BYTES),
                        Unit.BYTES_A_SECOND,
                        Basis.ASSUMED,
                        "uploads once, verdicts and embeddings twice, a standby"));
    }

    private List<Row> databaseRows() {
        double reviewed = uploads * reviewShare;
        double drift = tenants * (double) DRIFT_DAYS * DRIFT_SAMPLES * dimension * HALF_PRECISION;
        return List.of(
                new Row(
                        "PostgreSQL",
                        "cases",
                        (double) uploads * decisionDays * CASE_BYTES,
                        Unit.BYTES,
                        Basis.MEASURED,
                        decimal(CASE_BYTES) + " bytes an image, " + decisionDays + " days"),
                new Row(
                        "PostgreSQL",
                        "people's items and decisions",
                        reviewed * (ITEM_DAYS * ITEM_BYTES + HUMAN_DECISION_DAYS * HUMAN_DECISION_BYTES),
                        Unit.BYTES,
                        Basis.ASSUMED,
                        ITEM_DAYS + " and " + HUMAN_DECISION_DAYS + " days"),
                new Row(
                        "PostgreSQL",
                        "audit log, each year",
                        reviewed * YEAR_DAYS * AUDIT_LOG_BYTES,
                        Unit.BYTES,
                        Basis.ASSUMED,
                        decimal(AUDIT_LOG_BYTES) + " bytes an item; kept for ever by default"),
                new Row(
                        "PostgreSQL",
                        "kept pictures",
                        reviewed * PICTURE_DAYS * PICTURE_BYTES,
                        Unit.BYTES,
                        Basis.ASSUMED,
                        decimal(PICTURE_BYTES) + " bytes an item, " + PICTURE_DAYS
                                + " days; none without evidence keys"),
                new Row(
                        "PostgreSQL",
                        "samples for drift",
                        drift,
                        Unit.BYTES,
                        Basis.ASSUMED,
                        DRIFT_SAMPLES + " a day and tenant, " + DRIFT_DAYS + " days; off by default"));
    }

    private static long days(Topics topic) {
        return topic.cleanup().retention().map(Duration::toDays).orElseThrow();
    }

    private static String decimal(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%.1f", value);
    }
}
