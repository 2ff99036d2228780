package io.bulwark.cli.casebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.BulwarkCommand;
import io.bulwark.cli.local.Checkout;
import io.bulwark.cli.local.KafkaProcess;
import io.bulwark.cli.local.PostgresProcess;
import io.bulwark.cli.local.ReviewApi;
import io.bulwark.cli.local.ServiceProcess;
import io.bulwark.cli.local.ServiceSpec;
import io.bulwark.cli.local.Topology;
import io.bulwark.cli.local.Topology.Ports;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.events.AttackAudit;
import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.Reference;
import io.bulwark.events.Verdict;
import io.bulwark.events.ViewEmbedding;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.schemas.promise.AnsweredDraw;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.testing.SampleEvents;
import io.bulwark.schemas.topic.ReferenceKey;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs over what was decided, and the check of the audit log, on a running moderation-stream with its database. */
class CasebookIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    static Path data;

    private static KafkaProcess kafka;
    private static PostgresProcess database;
    private static ServiceProcess stream;
    private static ReviewApi api;
    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();

    @BeforeAll
    static void start() {
        kafka = KafkaProcess.start(data.resolve("kafka"), Ports.free());
        database = PostgresProcess.start(data.resolve("postgres"), Ports.free());
        Topology.create(kafka.bootstrapServers());
        stream = ServiceProcess.ready(
                ServiceSpec.stream(Checkout.find(), kafka.bootstrapServers(), Ports.free(), data)
                        .with(database.settings())
                        .with(Map.of("bulwark.review.sample", "0", "bulwark.review.second.sample", "0")),
                LIMIT.multipliedBy(2));
        api = new ReviewApi(stream.url());
        await().atMost(LIMIT).until(api::isThere);
    }

    @AfterAll
    static void stop() {
        stream.close();
        database.close();
        kafka.close();
    }

    @Test
    void whatIsNearAReferenceIsListedAndLookedAtAgain() throws IOException {
        reference("near-1", 0);
        verdict("near", Decision.SAFE);
        verdict("flagged", Decision.NSFW);
        embedding("near", Decision.SAFE, 0);
        embedding("flagged", Decision.NSFW, 0);
        embedding("far", Decision.SAFE, 1);

        assertThat(run(
                        "casebook",
                        "match",
                        "--bootstrap-servers",
                        kafka.bootstrapServers(),
                        "--tenant",
                        "default",
                        "--review",
                        "near-1"))
                .as("%s", err)
                .isEqualTo(ExitCodes.OK);
        List<JsonNode> lines = answers();
        assertThat(lines.subList(0, 2))
                .extracting(line -> line.path("imageId").asText())
                .containsExactly("flagged", "near");
        JsonNode last = lines.get(lines.size() - 1);
        assertThat(last.path("embeddings").asInt()).isEqualTo(3);
        assertThat(last.path("matches").asInt()).isEqualTo(2);
        assertThat(last.path("reported").asInt()).isEqualTo(1);
        ReviewApi.Item item =
                await().atMost(LIMIT).until(api::claim, Optional::isPresent).orElseThrow();
        assertThat(item.imageId()).isEqualTo("near");
        api.decide(item, Decision.NSFW, List.of("porn"));
    }

    @Test
    void aReferenceThatIsNotThereIsNamed() {
        assertThat(run("casebook", "match", "--bootstrap-servers", kafka.bootstrapServers(), "nothing"))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString()).contains("has no reference", "nothing");
    }

    /** Another tenant's images, in a bank of their own. */
    @Test
    void anotherBankOrPolicyOrModelIsTriedOnWhatWasSeen() throws IOException {
        String[] trial = {
            "casebook",
            "backtest",
            "--bootstrap-servers",
            kafka.bootstrapServers(),
            "--bank",
            "trial",
            "--tenant",
            "trial"
        };
        assertThat(run(with(trial, "--without", "bad"))).isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString()).contains("has no reference with an embedding");
        reference("trial", "model-1", "bad", "nsfw", 0);
        reference("trial", "model-1", "good", "fine", 1);
        reference("trial", "model-2", "bad", "fine", 0);
        reference("trial", "model-2", "elsewhere", "fine", 1);
        seen("first", "model-1", Decision.NSFW, 0);
        seen("second", "model-1", Decision.SAFE, 1);
        seen("twice", "model-1", Decision.SAFE, 1);
        seen("twice", "model-1", Decision.NSFW, 0);
        seen("first", "model-2", Decision.SAFE, 0);
        seen("first", "model-1", Decision.NSFW, ByteBuffer.wrap(new byte[] {1, 2})); // of another dimension

        assertThat(run(with(trial, "--model", "model-1", "--against", "model-1")))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).contains("both sides are the same");
        Path defaults = Files.writeString(data.resolve("defaults.properties"), "bulwark.policy.flagged-labels=nsfw\n");
        assertThat(run(with(trial, "--policy", defaults.toString())))
                .as("%s", err)
                .isEqualTo(ExitCodes.OK);
        assertThat(last().path("images").asInt()).isEqualTo(3);
        assertThat(last().path("changes").asInt()).isZero();
        assertThat(last().path("unreadable").asInt()).isEqualTo(1);

        assertThat(run(with(trial, "--without", "bad"))).as("%s", err).isEqualTo(ExitCodes.OK);
        assertThat(last().path("changes").asInt()).isEqualTo(2);
        assertThat(answers().get(0).path("imageId").asText()).isEqualTo("first");
        assertThat(answers().get(0).path("now").asText()).isEqualTo("NSFW");
        assertThat(answers().get(0).path("would").asText()).isNotEqualTo("NSFW");

        Path draws = draws(draw("trial", "first", "NSFW"), draw("trial", "second", "SAFE"));
        assertThat(run(with(trial, "--without", "bad", "--draws", draws.toString(), "--list", "0")))
                .as("%s", err)
                .isEqualTo(ExitCodes.OK);
        List<JsonNode> rates = answers().stream()
                .filter(line -> line.path("rate").asText().equals("FALSELY_FLAGGED"))
                .toList();
        assertThat(rates).extracting(line -> line.path("side").asText()).containsExactly("now", "would");
        assertThat(rates).allSatisfy(line -> {
            assertThat(line.path("draws").asInt()).isEqualTo(2);
            assertThat(line.path("base").asInt()).isEqualTo(1);
            assertThat(line.path("estimate").asDouble()).isZero();
        });

        assertThat(run(with(trial, "--without", "elsewhere")))
                .as("of the other model alone")
                .isEqualTo(ExitCodes.FAILED);
        Path disabled = data.resolve("disabled.avro");
        disabled("bad", 0);
        disabled("worse", 1);
        assertThat(run(
                        "bank",
                        "export",
                        "--bootstrap-servers",
                        kafka.bootstrapServers(),
                        "--bank",
                        "off",
                        disabled.toString()))
                .as("%s", err)
                .isEqualTo(ExitCodes.OK);
        assertThat(run(with(trial, "--with", disabled.toString())))
                .as("%s", err)
                .isEqualTo(ExitCodes.OK);
        assertThat(last().path("changes").asInt()).as("as --without bad").isEqualTo(2);

        Path strict = Files.writeString(data.resolve("strict.properties"), "bulwark.policy.flagged-labels=nsfw,fine\n");
        assertThat(run(with(trial, "--policy", strict.toString())))
                .as("%s", err)
                .isEqualTo(ExitCodes.OK);
        assertThat(last().path("changes").asInt()).isEqualTo(1);
        assertThat(run(with(trial, "--in-force", strict.toString(), "--policy", strict.toString())))
                .as("%s", err)
                .isEqualTo(ExitCodes.OK);
        assertThat(last().path("changes").asInt())
                .as("by the file that is in force already")
                .isZero();

        assertThat(run(with(trial, "--model", "model-1", "--against", "model-2")))
                .as("%s", err)
                .isEqualTo(ExitCodes.OK);
        assertThat(last().path("images").asInt()).isEqualTo(1);
        assertThat(last().path("changes").asInt()).isEqualTo(1);
        assertThat(last().path("otherModels").asInt()).isEqualTo(2);

        String[] owned = trial.clone();
        owned[5] = "owned";
        reference("owned", "model-1", "other", "fine", 1);
        send(
                Topics.REFERENCES,
                new ReferenceKey("owned", "model-1", "own").toString(),
                Reference.class,
                Reference.newBuilder()
                        .setLabel("nsfw")
                        .setEmbedding(axis(0))
                        .setSourceSha256(sha256("first"))
                        .setAddedBy("curator")
                        .setAddedAt(Instant.EPOCH)
                        .build());
        assertThat(flaggedBoth(with(owned, "--policy", defaults.toString()))).isEqualTo(2);
        assertThat(flaggedBoth(with(owned, "--policy", defaults.toString(), "--draws", draws.toString())))
                .as("its own reference has no say in what was drawn")
                .isEqualTo(1);
    }

    /** Images that a backtest's sides both flag. */
    private int flaggedBoth(String... command) throws IOException {
        assertThat(run(command)).as("%s", err).isEqualTo(ExitCodes.OK);
        return answers().stream()
                .filter(line -> line.has("count")
                        && line.path("now").asText().equals("NSFW")
                        && line.path("would").asText().equals("NSFW"))
                .mapToInt(line -> line.path("count").asInt())
                .sum();
    }

    /** One drawn upload is near the bank's only reference, two that are alike are not, and one was not flagged. */
    @Test
    void whatTheBankLacksIsFoundAmongTheDrawnUploads() throws IOException {
        EncoderDescription model = ModelPackage.open(ModelPackage.DEFAULT).describe(Precision.FP32);
        reference("lacks", model.fingerprint(), "only", "nsfw", axis(0, model.dimension()));
        String[] images = {"drawn-0", "drawn-1", "drawn-2", "drawn-3"};
        int[] axes = {0, 1, 1, 2};
        for (int i = 0; i < images.length; i++) {
            send(
                    Topics.EMBEDDINGS,
                    images[i],
                    ImageEmbedding.class,
                    ImageEmbedding.newBuilder(SampleEvents.imageEmbedding())
                            .setImageId(images[i])
                            .setTenant("lacking")
                            .setContentSha256(sha256(images[i]))
                            .setModelFingerprint(model.fingerprint())
                            .setDecision(Decision.SAFE)
                            .setViews(List.of(new ViewEmbedding("whole", axis(axes[i], model.dimension()))))
                            .build());
        }
        Path draws = draws(
                draw("lacking", "drawn-0", "NSFW"),
                draw("lacking", "drawn-1", "NSFW"),
                draw("lacking", "drawn-2", "NSFW"),
                draw("lacking", "drawn-3", "SAFE"));

        assertThat(run(
                        "bank",
                        "coverage",
                        "--bootstrap-servers",
                        kafka.bootstrapServers(),
                        "--bank",
                        "lacks",
                        "--flagged-labels",
                        "nsfw",
                        "--floor",
                        "0.9",
                        "--draws",
                        draws.toString()))
                .as("%s", err)
                .isEqualTo(ExitCodes.OK);
        assertThat(answers().get(0).path("drawn").asInt()).isEqualTo(3);
        assertThat(answers().get(0).path("drawnClusters").asInt()).isEqualTo(2);
        assertThat(answers().get(0).path("missing").asDouble())
                .as("two of three uploads, in one cluster")
                .isCloseTo(2 / 3.0, within(1e-9));
        assertThat(answers())
                .filteredOn(line -> line.has("helps"))
                .singleElement()
                .satisfies(line -> assertThat(line.path("helps").asText()).isIn("lacking/drawn-1", "lacking/drawn-2"));
    }

    private static String draw(String tenant, String imageId, String people) {
        return "{\"content\": \"%s\", \"decidedAt\": \"2026-11-30T00:00:00Z\", \"machine\": \"SAFE\", \"people\": \"%s\", \"labels\": [\"nsfw\"], \"probability\": 0.5}"
                .formatted(AnsweredDraw.content(tenant, sha256(imageId)), people);
    }

    private static Path draws(String... draws) throws IOException {
        return Files.writeString(data.resolve("draws.json"), "[" + String.join(", ", draws) + "]");
    }

    private static String[] with(String[] command, String... more) {
        return Stream.concat(Arrays.stream(command), Arrays.stream(more)).toArray(String[]::new);
    }

    private JsonNode last() throws IOException {
        List<JsonNode> all = answers();
        return all.get(all.size() - 1);
    }

    @Test
    void listsAreRebuiltFromKafka() throws IOException, SQLException {
        verdict("listed", Decision.SAFE);
        await().atMost(LIMIT).until(() -> number("SELECT count(*) FROM casebook WHERE image_id = 'listed'") == 1);
        execute("UPDATE casebook SET score = 0.99 WHERE image_id = 'listed'");
        execute("INSERT INTO casebook SELECT tenant, 'invented', content_sha256, uploader_id, upload_topic,"
                + " upload_partition, upload_offset, decision, reason, labels, score, decided_by, by_person, decided_at,"
                + " audited FROM casebook WHERE image_id = 'listed'");

        assertThat(run("casebook", "rebuild", "--database", url(), "--wait", "PT1M"))
                .as("%s", err)
                .isEqualTo(ExitCodes.OK);
        assertThat(number("SELECT count(*) FROM casebook WHERE image_id = 'listed' AND score < 0.9"))
                .isEqualTo(1);
        assertThat(number("SELECT count(*) FROM casebook WHERE image_id = 'invented'"))
                .isZero();
    }

    @Test
    void whatTheAuditFoundIsReported() throws IOException {
        Path folder = data.resolve("report");
        for (String image : List.of("varied-1", "varied-2")) {
            send(
                    Topics.ATTACK_AUDIT,
                    image,
                    AttackAudit.class,
                    AttackAudit.newBuilder(SampleEvents.attackAudit())
                            .setImageId(image)
                            .setTenant("reported")
                            .setUploaderId("an-uploader")
                            .setDetectedAt(Instant.now())
                            .build());
        }

        assertThat(run(
                        "audit",
                        "report",
                        "--bootstrap-servers",
                        kafka.bootstrapServers(),
                        "--since",
                        "PT1H",
                        "--out",
                        folder.toString()))
                .as("%s", err)
                .isEqualTo(ExitCodes.OK);
        assertThat(Files.readString(folder.resolve("report.md")))
                .contains("2 audits", "| `reported/an-uploader` | 2 | 2 |", "![Audits by kind over time](audits.png)");
        assertThat(JSON.readTree(folder.resolve("report.json").toFile())
                        .path("audits")
                        .asInt())
                .isEqualTo(2);
        assertThat(folder.resolve("audits.png")).exists();
    }

    @Test
    void theAuditLogInTheDatabaseVerifiesUntilARowIsEdited() throws SQLException {
        verdict("seen", Decision.REVIEW);
        ReviewApi.Item item = await().atMost(LIMIT)
                .until(
                        api::claim,
                        claimed -> claimed.filter(found -> found.imageId().equals("seen"))
                                .isPresent())
                .orElseThrow();
        api.seen(item);
        api.decide(item, Decision.SAFE, List.of());

        assertThat(run("audit-log", "verify", "--database", url()))
                .as("%s", err)
                .isEqualTo(ExitCodes.OK);
        execute("ALTER TABLE audit_log DISABLE TRIGGER append_only");
        execute("UPDATE audit_log SET actor = 'another-person' WHERE action = 'review.seen'");
        execute("ALTER TABLE audit_log ENABLE TRIGGER append_only");
        assertThat(run("audit-log", "verify", "--database", url())).isEqualTo(ExitCodes.FAILED);
        assertThat(out.toString()).contains("EDITED");
    }

    private static String url() {
        return database.settings().get("bulwark.database.url");
    }

    private static void verdict(String imageId, Decision decision) {
        send(
                Topics.VERDICTS,
                imageId,
                Verdict.class,
                Verdict.newBuilder(SampleEvents.verdict())
                        .setImageId(imageId)
                        .setTenant("default")
                        .setDecision(decision)
                        .setScore(0.5)
                        .setContentSha256(sha256(imageId))
                        .setUploadedAt(Instant.now())
                        .setDecidedAt(Instant.now())
                        .setDecidedBy(new Decider(DeciderKind.WORKER, "worker-1"))
                        .build());
    }

    /** Its one view is the nth axis. */
    private static void embedding(String imageId, Decision decision, int axis) {
        send(
                Topics.EMBEDDINGS,
                imageId,
                ImageEmbedding.class,
                ImageEmbedding.newBuilder(SampleEvents.imageEmbedding())
                        .setImageId(imageId)
                        .setTenant("default")
                        .setContentSha256(sha256(imageId))
                        .setModelFingerprint("model-1")
                        .setDecision(decision)
                        .setViews(List.of(new ViewEmbedding("whole", axis(axis))))
                        .build());
    }

    private static void seen(String imageId, String model, Decision decision, int axis) {
        seen(imageId, model, decision, axis(axis));
    }

    private static void seen(String imageId, String model, Decision decision, ByteBuffer embedding) {
        send(
                Topics.EMBEDDINGS,
                imageId,
                ImageEmbedding.class,
                ImageEmbedding.newBuilder(SampleEvents.imageEmbedding())
                        .setImageId(imageId)
                        .setTenant("trial")
                        .setContentSha256(sha256(imageId))
                        .setModelFingerprint(model)
                        .setDecision(decision)
                        .setViews(List.of(new ViewEmbedding("whole", embedding)))
                        .build());
    }

    private static void reference(String id, int axis) {
        reference("default", "model-1", id, "porn", axis);
    }

    private static void reference(String bank, String model, String id, String label, int axis) {
        reference(bank, model, id, label, axis(axis));
    }

    private static void reference(String bank, String model, String id, String label, ByteBuffer embedding) {
        send(
                Topics.REFERENCES,
                new ReferenceKey(bank, model, id).toString(),
                Reference.class,
                Reference.newBuilder()
                        .setLabel(label)
                        .setEmbedding(embedding)
                        .setAddedBy("curator")
                        .setAddedAt(Instant.EPOCH)
                        .build());
    }

    private static void disabled(String id, int axis) {
        send(
                Topics.REFERENCES,
                new ReferenceKey("off", "model-1", id).toString(),
                Reference.class,
                Reference.newBuilder()
                        .setLabel("nsfw")
                        .setEmbedding(axis(axis))
                        .setAddedBy("curator")
                        .setAddedAt(Instant.EPOCH)
                        .setDisabledUntil(Instant.now().plus(Duration.ofDays(1)))
                        .build());
    }

    private static ByteBuffer axis(int axis) {
        return axis(axis, 4);
    }

    private static ByteBuffer axis(int axis, int dimension) {
        byte[] row = new byte[2 * dimension];
        row[2 * axis + 1] = 0x3c;
        return ByteBuffer.wrap(row);
    }

    private static String sha256(String text) {
        return Sha256.digest(text.getBytes(StandardCharsets.UTF_8)).hex();
    }

    private static <T extends SpecificRecord> void send(Topics topic, String key, Class<T> type, T value) {
        var broker = new Broker(
                kafka.bootstrapServers(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                BundledSchemas.RELEASES,
                TopicNames.UNPREFIXED);
        try (var producer =
                new KafkaProducer<>(broker.clientSettings(Map.of()), new StringSerializer(), broker.serializer(type))) {
            producer.send(new ProducerRecord<>(topic.topicName(), key, value));
        }
    }

    private static void execute(String sql) throws SQLException {
        try (Connection owner = database.connectAsOwner();
                Statement statement = owner.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long number(String question) throws SQLException {
        try (Connection owner = database.connectAsOwner();
                Statement statement = owner.createStatement();
                var answer = statement.executeQuery(question)) {
            answer.next();
            return answer.getLong(1);
        }
    }

    private int run(String... arguments) {
        out = new StringWriter();
        err = new StringWriter();
        var command = BulwarkCommand.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        var all = new ArrayList<>(List.of(arguments));
        all.add("--json");
        return command.execute(all.toArray(String[]::new));
    }

    private List<JsonNode> answers() throws IOException {
        var answers = new ArrayList<JsonNode>();
        for (String line : out.toString().lines().toList()) {
            answers.add(JSON.readTree(line));
        }
        return answers;
    }
}
