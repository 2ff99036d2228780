package io.bulwark.lab.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import io.bulwark.lab.experiment.Results.Machine;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** {@code bulwark bench review}. */
@Command(
        name = "review",
        description = {
            "How long moderation-stream takes for a page of cases, from the first to the last, and from a person's decision"
                    + " until it stands on moderation.decisions. Broker, PostgreSQL and moderation-stream run as in the local"
                    + " node; the cases are made up.",
            "Fails where a page in a hundred takes 100 ms or more, the last twenty take more than twice as long as the"
                    + " first twenty (medians), or a decision in a hundred takes 500 ms or more. Let nothing else run"
                    + " meanwhile."
        })
final class ReviewBenchCommand extends OutputCommand implements Callable<Integer> {

    private static final Duration READY_LIMIT = Duration.ofSeconds(120);
    private static final double LIMIT_MILLIS = 100;
    private static final int ENDS = 20;
    private static final String FILL =
            "INSERT INTO casebook (tenant, image_id, content_sha256, uploader_id, upload_topic,"
                    + " upload_partition, upload_offset, decision, labels, score, decided_by, by_person, decided_at, audited)"
                    + " SELECT 'default', 'image-' || i, md5(i::text) || md5(i::text), 'uploader-' || i % 5000, 'images.uploaded',"
                    + " 0, i, (ARRAY['SAFE', 'NSFW', 'REVIEW', 'REFUSED'])[1 + i % 4], ARRAY['label'], (i % 1000) / 1000.0,"
                    + " CASE WHEN i % 50 = 0 THEN 'reviewer' ELSE 'worker' END, i % 50 = 0, now() - make_interval(secs => i),"
                    + " i % 97 = 0 FROM generate_series(1, ?) i";

    @Option(
            names = "--cases",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Cases in the casebook (default: ${DEFAULT-VALUE}).")
    private int cases;

    @Option(
            names = "--page",
            paramLabel = "N",
            defaultValue = "100",
            description = "Cases of one page (default: ${DEFAULT-VALUE}).")
    private int page;

    @Option(
            names = "--decisions",
            paramLabel = "N",
            defaultValue = "500",
            description = "Decisions of a person (default: ${DEFAULT-VALUE}).")
    private int decisions;

    @Option(
            showDefaultValue = Visibility.NEVER,
            names = "--stream-set",
            paramLabel = "NAME=VALUE",
            description = "A further setting of moderation-stream. May be given several times.")
    private Map<String, String> streamSettings = new HashMap<>();

    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();

    @Override
    public Integer call() throws Exception {
        if (cases < ENDS * page * 10 || page < 1 || page > 500 || decisions < 100) {
            throw CommandFailure.usage("--page is 1 to 500, --cases at least " + ENDS * 10
                    + " pages, so that both ends can be told apart, and --decisions at least 100");
        }
        Checkout checkout = Checkout.find();
        return WorkerBenchOptions.Scratch.in(scratch -> run(checkout, scratch)) ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private boolean run(Checkout checkout, Path scratch) throws IOException, InterruptedException, SQLException {
        Output output = output();
        output.note(Machine.describe());
        try (KafkaProcess kafka = KafkaProcess.start(scratch.resolve("kafka"), Ports.free());
                PostgresProcess database = PostgresProcess.start(scratch.resolve("postgres"), Ports.free())) {
            Topology.create(kafka.bootstrapServers());
            ServiceSpec spec = ServiceSpec.stream(checkout, kafka.bootstrapServers(), Ports.free(), scratch)
                    .with(database.settings())
                    .with(Map.of(
                            "bulwark.access.limits.requests-per-second", "100000",
                            "bulwark.review.sample", "0",
                            "bulwark.review.second.sample", "0"))
                    .with(streamSettings);
            try (ServiceProcess stream = ServiceProcess.ready(spec, READY_LIMIT)) {
                awaitTables(stream);
                output.note(cases + " cases are made");
                fill(database);
                walk(stream, "decision=NSFW&leastScore=0.3");
                boolean all = report(output, "all", walk(stream, ""));
                boolean filtered =
                        report(output, "decision=NSFW&leastScore=0.3", walk(stream, "decision=NSFW&leastScore=0.3"));
                boolean decided = DecisionLatency.measure(kafka.bootstrapServers(), stream.url(), decisions, output);
                return all && filtered && decided;
            }
        }
    }

    /** Readiness does not wait for the database. */
    private void awaitTables(ServiceProcess stream) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + READY_LIMIT.toNanos();
        HttpResponse<String> answer = get(stream.url().resolve("/api/v1/cases"));
        while (answer.statusCode() != 200) {
            if (System.nanoTime() - deadline > 0) {
                throw CommandFailure.unavailable("moderation-stream did not open its database: " + answer.body());
            }
            TimeUnit.MILLISECONDS.sleep(200);
            answer = get(stream.url().resolve("/api/v1/cases"));
        }
    }

    private HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private void fill(PostgresProcess database) throws SQLException {
        try (Connection owner = database.connectAsOwner();
                PreparedStatement fill = owner.prepareStatement(FILL);
                Statement analyze = owner.createStatement()) {
            fill.setInt(1, cases);
            fill.execute();
            analyze.execute("ANALYZE casebook");
        }
    }

    /** Asks for all pages one after the other; the nanoseconds of each. */
    private List<Long> walk(ServiceProcess stream, String filter) throws IOException, InterruptedException {
        List<Long> nanos = new ArrayList<>();
        String after = "";
        do {
            URI uri = stream.url().resolve("/api/v1/cases?limit=" + page + "&" + filter + after);
            long begin = System.nanoTime();
            HttpResponse<String> answer = get(uri);
            nanos.add(System.nanoTime() - begin);
            if (answer.statusCode() != 200) {
                throw CommandFailure.failed(uri + " was answered with " + answer.statusCode() + " " + answer.body());
            }
            JsonNode next = json.readTree(answer.body()).get("next");
            after = next == null ? "" : "&after=" + next.asText();
        } while (!after.isEmpty());
        return nanos;
    }

    private boolean report(Output output, String name, List<Long> nanos) {
        BenchTraffic.Latencies every = latencies(nanos);
        double first = latencies(nanos.subList(0, ENDS)).p50();
        double last =
                latencies(nanos.subList(nanos.size() - ENDS, nanos.size())).p50();
        boolean holds = every.p99() < LIMIT_MILLIS && last <= 2 * first;
        output.print(
                String.format(
                        Locale.ROOT,
                        "%s: pages=%d of %d, p50=%.1f ms, p99=%.1f ms, first=%.1f ms, last=%.1f ms: %s",
                        name,
                        nanos.size(),
                        page,
                        every.p50(),
                        every.p99(),
                        first,
                        last,
                        holds ? "holds" : "does not hold"),
                Map.of(
                        "filter", name,
                        "pages", nanos.size(),
                        "p50Millis", every.p50(),
                        "p99Millis", every.p99(),
                        "firstMillis", first,
                        "lastMillis", last,
                        "holds", holds));
        return holds;
    }

    private static BenchTraffic.Latencies latencies(List<Long> nanos) {
        return BenchTraffic.Latencies.of(
                nanos.stream().mapToLong(Long::longValue).toArray());
    }
}
