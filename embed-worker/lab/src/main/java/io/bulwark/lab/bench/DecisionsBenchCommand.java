package io.bulwark.lab.bench;

import io.bulwark.cli.local.Checkout;
import io.bulwark.cli.local.KafkaProcess;
import io.bulwark.cli.local.PostgresProcess;
import io.bulwark.cli.local.ServiceProcess;
import io.bulwark.cli.local.ServiceSpec;
import io.bulwark.cli.local.Topology;
import io.bulwark.cli.local.Topology.Ports;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.Neighbour;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Verdict;
import io.bulwark.events.ViewEvidence;
import io.bulwark.lab.experiment.Results.Machine;
import io.bulwark.schemas.topic.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bulwark bench decisions}. */
@Command(
        name = "decisions",
        description = {
            "How long moderation-stream takes to answer for one of very many decisions, to start with its state and, after"
                    + " SIGKILL, without, and what a decision takes on disk: in its state, on each topic and, with"
                    + " --database, in PostgreSQL. Starts a separate broker.",
            "Fails where the 99th percentile of a lookup is 20 ms or more, or the start with state takes 30 s or more."
        })
final class DecisionsBenchCommand extends OutputCommand implements Callable<Integer> {

    private static final double MOST_MILLIS = 20;
    private static final Duration MOST_START = Duration.ofSeconds(30);
    private static final Duration READY_LIMIT = Duration.ofMinutes(5);
    private static final int WARM_UP = 500;

    @Option(
            names = "--decisions",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "How many (default: ${DEFAULT-VALUE}).")
    private int decisions;

    @Option(
            names = "--lookups",
            paramLabel = "N",
            defaultValue = "10000",
            description = "How many are asked for, one after the other (default: ${DEFAULT-VALUE}).")
    private int lookups;

    @Option(
            names = "--database",
            description = "Also keep the cases in a separate PostgreSQL, and say how many bytes each takes.")
    private boolean withDatabase;

    @Override
    public Integer call() throws Exception {
        Checkout checkout = Checkout.find();
        return WorkerBenchOptions.Scratch.in(scratch -> run(checkout, scratch)) ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private boolean run(Checkout checkout, Path scratch) throws IOException, InterruptedException, SQLException {
        Output output = output();
        output.note(Machine.describe());
        try (KafkaProcess kafka = KafkaProcess.startForLoad(scratch.resolve("kafka"), Ports.free());
                PostgresProcess database =
                        withDatabase ? PostgresProcess.start(scratch.resolve("postgres"), Ports.free()) : null) {
            Topology.create(kafka.bootstrapServers());
            ServiceSpec spec = ServiceSpec.stream(checkout, kafka.bootstrapServers(), Ports.free(), scratch)
                    .with(Map.of("bulwark.access.limits.requests-per-second", "100000", "bulwark.review.sample", "0"))
                    .with(withDatabase ? database.settings() : Map.of());
            double perSecond;
            double[] millis;
            OptionalDouble caseBytes = OptionalDouble.empty();
            try (ServiceProcess stream = ServiceProcess.ready(spec, READY_LIMIT)) {
                long begin = System.nanoTime();
                new DecisionTraffic(Broker.at(kafka.bootstrapServers())).send(decisions);
                awaitAll(stream, output);
                perSecond = decisions / ((System.nanoTime() - begin) / 1e9);
                millis = lookups(stream);
                if (withDatabase) {
                    caseBytes = OptionalDouble.of(caseBytes(stream, database, output));
                }
            }
            Path state = scratch.resolve("stream");
            double stateBytes = bytes(state, folder -> true) / (double) decisions;
            double decisionBytes = bytes(state, folder -> folder.equals("decisions")) / (double) decisions;
            long begin = System.nanoTime();
            Duration start;
            try (ServiceProcess again = ServiceProcess.ready(spec, READY_LIMIT)) {
                start = Duration.ofNanos(System.nanoTime() - begin);
                again.kill();
            }
            begin = System.nanoTime();
            Duration afterKill;
            try (ServiceProcess again = ServiceProcess.ready(spec, READY_LIMIT)) {
                afterKill = Duration.ofNanos(System.nanoTime() - begin);
            }
            boolean holds = report(output, perSecond, millis, start, decisionBytes, stateBytes);
            reportGrowth(
                    output, Broker.at(kafka.bootstrapServers()), afterKill, scratch.resolve("kafka/log"), caseBytes);
            return holds;
        }
    }

    private void awaitAll(ServiceProcess stream, Output output) throws IOException, InterruptedException {
        double seen = 0;
        while (seen < decisions) {
            Thread.sleep(1000); // a meter that is read, not a condition that could be waited for
            double now = stream.metric("bulwark_stream_verdicts_total");
            if (!stream.isAlive()) {
                throw CommandFailure.failed("moderation-stream ended" + stream.tail());
            }
            if ((int) (now / 100_000) > (int) (seen / 100_000)) {
                output.note((int) now + " decisions");
            }
            seen = now;
        }
    }

    /** Milliseconds of each lookup, sorted. */
    private double[] lookups(ServiceProcess stream) throws IOException, InterruptedException {
        HttpClient http = HttpClient.newHttpClient();
        var random = new Random(2);
        double[] millis = new double[lookups];
        for (int i = -WARM_UP; i < lookups; i++) {
            String id = DecisionTraffic.imageId(random.nextInt(decisions));
            HttpRequest request = HttpRequest.newBuilder(URI.create(stream.url() + "/api/verdicts/" + id))
                    .build();
            long begin = System.nanoTime();
            int status =
                    http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
            if (status != 200) {
                throw CommandFailure.failed("moderation-stream answers " + status + " for " + id + ", wanted is 200");
            }
            if (i >= 0) {
                millis[i] = (System.nanoTime() - begin) / 1e6;
            }
        }
        Arrays.sort(millis);
        return millis;
    }

    /** Bytes of a case in the database, once all are there. */
    private double caseBytes(ServiceProcess stream, PostgresProcess database, Output output)
            throws SQLException, InterruptedException {
        try (Connection owner = database.connectAsOwner();
                Statement statement = owner.createStatement()) {
            long begin = System.nanoTime();
            for (long cases = 0; cases < decisions; cases = number(statement, "SELECT count(*) FROM casebook")) {
                Thread.sleep(2000); // rows that are counted, not a condition that could be waited for
                if (!stream.isAlive()) {
                    throw CommandFailure.failed("moderation-stream ended" + stream.tail());
                }
            }
            output.note("all cases are in the database "
                    + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin)
                    + " s after the last lookup");
            statement.execute("VACUUM ANALYZE casebook");
            return number(
                            statement,
                            "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n"
                                    + " ON n.oid = relnamespace WHERE nspname = 'bulwark' AND relkind IN ('r', 'p')")
                    / (double) decisions;
        }
    }

    private static long number(Statement statement, String question) throws SQLException {
        try (ResultSet rows = statement.executeQuery(question)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private boolean report(
            Output output, double perSecond, double[] millis, Duration start, double decisionBytes, double allBytes) {
        double p50 = millis[millis.length / 2];
        double p99 = millis[(int) Math.ceil(millis.length * 0.99) - 1];
        boolean holds = p99 < MOST_MILLIS && start.compareTo(MOST_START) < 0;
        output.print(
                String.format(
                        "%d decisions at %.0f a second; lookup p50 %.2f ms, p99 %.2f ms (limit %.0f); start with state"
                                + " %.1f s (limit %d); %.0f bytes a decision, %.0f with evidence and indexes: %s",
                        decisions,
                        perSecond,
                        p50,
                        p99,
                        MOST_MILLIS,
                        start.toMillis() / 1e3,
                        MOST_START.toSeconds(),
                        decisionBytes,
                        allBytes,
                        holds ? "holds" : "does not hold"),
                Map.of(
                        "decisions", decisions,
                        "perSecond", perSecond,
                        "p50Millis", p50,
                        "p99Millis", p99,
                        "startSeconds", start.toMillis() / 1e3,
                        "bytesADecision", decisionBytes,
                        "bytesWithEvidence", allBytes,
                        "holds", holds));
        return holds;
    }

    /** What must be multiplied to know a larger system: see deploy/docs/sizing.md. */
    private void reportGrowth(Output output, Broker broker, Duration afterKill, Path log, OptionalDouble caseBytes)
            throws IOException {
        double verdict = topicBytes(log, broker.topic(Topics.VERDICTS));
        double decision = topicBytes(log, broker.topic(Topics.DECISIONS));
        double statistics = topicBytes(log, broker.topic(Topics.UPLOADER_STATS));
        double changelogs = bytes(log, folder -> folder.matches(".*-changelog-\\d+")) / (double) decisions;
        Map<String, Object> fields = Output.fields(
                "startAfterKillSeconds",
                afterKill.toMillis() / 1e3,
                "bytesAVerdictOnItsTopic",
                verdict,
                "bytesADecisionOnItsTopic",
                decision,
                "bytesOfStatistics",
                statistics,
                "bytesInChangelogs",
                changelogs,
                "bytesInDatabase",
                caseBytes.orElse(Double.NaN));
        output.print(
                String.format(
                        "start after SIGKILL %.1f s; bytes on one broker before compaction: %.0f a verdict, %.0f a"
                                + " decision, %.0f of statistics, %.0f in changelogs%s",
                        afterKill.toMillis() / 1e3,
                        verdict,
                        decision,
                        statistics,
                        changelogs,
                        caseBytes.isPresent() ? String.format("; %.0f in PostgreSQL", caseBytes.getAsDouble()) : ""),
                fields);
    }

    private double topicBytes(Path log, String topic) throws IOException {
        return bytes(log, folder -> folder.matches(Pattern.quote(topic) + "-\\d+")) / (double) decisions;
    }

    /** The size of the files in folders of such names, anywhere below. */
    private static long bytes(Path root, Predicate<String> folder) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().endsWith("index"))
                    .filter(file -> folder.test(file.getParent().getFileName().toString()))
                    .mapToLong(DecisionsBenchCommand::size)
                    .sum();
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /** Verdicts as workers write them: one view, eleven neighbours, a content of their own. */
    static final class DecisionTraffic {

        private static final int NEIGHBOURS = 11;
        private static final int UPLOADERS = 10_000;
        private static final int SHA256_BYTES = 32;

        private final Broker broker;
        private final Random random = new Random(1);

        DecisionTraffic(Broker broker) {
            this.broker = broker;
        }

        static String imageId(int image) {
            return "bench-image-" + image;
        }

        /** Sends verdicts on that many images, and waits until the broker has them. */
        void send(int images) {
            Map<String, Object> settings =
                    broker.clientSettings(Map.of(ProducerConfig.LINGER_MS_CONFIG, 20, ProducerConfig.ACKS_CONFIG, "1"));
            try (var producer =
                    new KafkaProducer<>(settings, new StringSerializer(), broker.serializer(Verdict.class))) {
                for (int image = 0; image < images; image++) {
                    producer.send(new ProducerRecord<>(broker.topic(Topics.VERDICTS), imageId(image), verdict(image)));
                }
                producer.flush();
            }
        }

        private Verdict verdict(int image) {
            byte[] sha256 = new byte[SHA256_BYTES];
            random.nextBytes(sha256);
            Instant now = Instant.now();
            return Verdict.newBuilder()
                    .setImageId(imageId(image))
                    .setUploaderId("bench-uploader-" + image % UPLOADERS)
                    .setDecision(image % 50 == 0 ? Decision.NSFW : Decision.SAFE)
                    .setScore(random.nextDouble())
                    .setMargin(0.2)
                    .setViews(List.of(new ViewEvidence("whole", 0.1, neighbours(), null)))
                    .setModelFingerprint("bench")
                    .setPreprocessFingerprint("bench")
                    .setBankVersion("bench")
                    .setPolicyVersion("bench")
                    .setContentSha256(HexFormat.of().formatHex(sha256))
                    .setUpload(new RecordCoordinates(broker.topic(Topics.IMAGES_UPLOADED), image % 8, (long) image))
                    .setUploadedAt(now)
                    .setDecidedAt(now)
                    .setDecidedBy(new Decider(DeciderKind.WORKER, "bench"))
                    .build();
        }

        private List<Neighbour> neighbours() {
            var neighbours = new ArrayList<Neighbour>();
            for (int i = 0; i < NEIGHBOURS; i++) {
                neighbours.add(new Neighbour("reference-" + random.nextInt(1000), "label", random.nextFloat(), null));
            }
            return neighbours;
        }
    }
}
