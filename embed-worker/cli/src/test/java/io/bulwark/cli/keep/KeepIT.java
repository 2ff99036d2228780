package io.bulwark.cli.keep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.BulwarkCommand;
import io.bulwark.cli.keep.KeptTopics.KeeperTopic;
import io.bulwark.cli.local.Checkout;
import io.bulwark.cli.local.KafkaProcess;
import io.bulwark.cli.local.PostgresProcess;
import io.bulwark.cli.local.Topology;
import io.bulwark.cli.local.Topology.Ports;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.events.AttackCampaign;
import io.bulwark.events.ImageLocation;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.LabelSource;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.Reference;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.testing.SampleEvents;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.DeadLetterHeaders.Undelivered;
import io.bulwark.schemas.topic.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Erasure, holds and missing uploads over a real broker, without moderation-stream. */
class KeepIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path data;

    @AutoClose
    private static KafkaProcess kafka;

    private static Broker broker;
    private StringWriter out;
    private StringWriter err;

    @BeforeAll
    static void startBroker() {
        kafka = KafkaProcess.start(data.resolve("kafka"), Ports.free());
        Topology.create(kafka.bootstrapServers());
        broker = Broker.at(kafka.bootstrapServers());
    }

    @Test
    void an_upload_without_a_verdict_is_missing_until_it_is_sent_again_and_answered() {
        upload("silent");
        upload("answered");
        verdict("answered", 1);

        assertThat(run("missing", "--deadline", "PT0S")).isEqualTo(ExitCodes.FAILED);
        assertThat(answers()).anyMatch(answer -> answer.path("imageId").asText().equals("silent"));
        assertThat(run("missing", "--deadline", "PT0S", "--repeat")).isEqualTo(ExitCodes.OK);
        assertThat(answers()).allMatch(answer -> answer.path("repeated").asBoolean());
        assertThat(run("missing", "--deadline", "PT1H")).isEqualTo(ExitCodes.OK);
    }

    /** Sent again, the first would come after the second and bring its picture back. */
    @Test
    void of_an_image_that_was_uploaded_twice_only_the_last_upload_is_sent_again() {
        upload("twice");
        upload("twice");

        run("missing", "--deadline", "PT0S");
        assertThat(answers().stream()
                        .filter(answer -> answer.path("imageId").asText().equals("twice")))
                .hasSize(2);
        run("missing", "--deadline", "PT0S", "--repeat");
        assertThat(answers().stream()
                        .filter(answer -> answer.path("imageId").asText().equals("twice")))
                .hasSize(1);
    }

    @Test
    void a_deferred_upload_is_something_that_is_kept() {
        try (var topic = new KeeperTopic<>(broker, Topics.IMAGES_DEFERRED, ImageUploaded.class)) {
            topic.put(0, "waiting", uploaded("waiting"));
        }

        assertThat(run("erase", "--tenant", "default", "--image", "waiting", "--check"))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(answers()).anyMatch(answer -> answer.path("topic").asText().equals("images.deferred"));
    }

    @Test
    void what_is_held_cannot_be_erased_until_it_is_released() {
        decision("held");
        assertThat(run("hold", "place", "--tenant", "acme", "--image", "held", "--reason", "file 7"))
                .isEqualTo(ExitCodes.OK);
        assertThat(run("hold", "list")).isEqualTo(ExitCodes.OK);
        assertThat(answers()).anyMatch(answer -> answer.path("id").asText().equals("held"));

        assertThat(run("erase", "--tenant", "acme", "--image", "held")).isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString()).contains("a legal hold keeps image held of tenant acme");

        assertThat(run("hold", "release", "--tenant", "acme", "--image", "held"))
                .isEqualTo(ExitCodes.OK);
        assertThat(run("hold", "release", "--tenant", "acme", "--image", "held"))
                .isEqualTo(ExitCodes.FAILED);
    }

    @Test
    void an_erasure_that_nobody_carries_out_says_so_and_its_references_are_gone() {
        decision("lonely");
        reference("derived", LabelSource.REVIEW);
        reference("curated", LabelSource.DATASET);

        assertThat(run("erase", "--tenant", "acme", "--image", "lonely", "--wait", "PT1S"))
                .isEqualTo(ExitCodes.UNAVAILABLE);
        assertThat(err.toString()).contains("moderation-stream has not forgotten the decisions");
        assertThat(run("erase", "--tenant", "acme", "--image", "lonely", "--check"))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(answers()).anySatisfy(answer -> {
            assertThat(answer.path("topic").asText()).isEqualTo("moderation.decisions");
            assertThat(answer.path("live").asInt()).isEqualTo(1);
        });
        assertThat(answers())
                .noneMatch(answer -> answer.path("topic").asText().equals("moderation.references")
                        && answer.path("live").asInt() > 0);
    }

    @Test
    void an_image_in_a_campaign_that_nobody_keeps_any_more_is_said_to_stay_there() {
        try (var topic = new KeeperTopic<>(broker, Topics.CAMPAIGNS, AttackCampaign.class)) {
            topic.put(
                    "c1",
                    AttackCampaign.newBuilder(SampleEvents.attackCampaign())
                            .setTenant("default") // release 2 of the schemas, the default, writes no tenant
                            .setMembers(List.of("listed"))
                            .build());
        }

        assertThat(run("erase", "--tenant", "default", "--image", "listed", "--wait", "PT1S"))
                .isEqualTo(ExitCodes.UNAVAILABLE);
        assertThat(err.toString())
                .contains("has not forgotten the campaigns", "bulwark.stream.campaigns.enabled", "Everything else");
    }

    /** A curator may approve between this command's look at the references and its order. */
    @Test
    void a_reference_that_is_published_while_the_image_is_erased_goes_as_well() throws InterruptedException {
        decision("hasty");
        var stream = new Thread(() -> {
            await().pollInterval(Duration.ofMillis(300))
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> isOrdered("hasty"));
            reference("approved-meanwhile", LabelSource.REVIEW, "content-of-hasty");
            try (var topic = new KeeperTopic<>(broker, Topics.DECISIONS, ModerationDecision.class)) {
                topic.put("acme/hasty", null);
            }
        });
        stream.start();
        assertThat(run("erase", "--tenant", "acme", "--image", "hasty")).isEqualTo(ExitCodes.OK);
        stream.join();
        assertThat(answers())
                .anyMatch(answer -> answer.path("topic").asText().equals("moderation.references"))
                .noneMatch(answer -> answer.path("live").asInt() > 0);
    }

    private static boolean isOrdered(String imageId) {
        var found = new AtomicBoolean();
        new KeptTopics(broker).read(Topics.ERASURES, record -> {
            if (record.key().equals(imageId)) {
                found.set(true);
            }
        });
        return found.get();
    }

    @Test
    void of_another_tenants_image_nothing_is_found() {
        decision("theirs");

        assertThat(run("erase", "--tenant", "kids", "--image", "theirs", "--check"))
                .isEqualTo(ExitCodes.OK);
        assertThat(run("erase", "--tenant", "acme", "--image", "theirs", "--check"))
                .isEqualTo(ExitCodes.FAILED);
    }

    /** Of moderation-stream, in the order in which it runs them. */
    private static List<Path> migrations() throws IOException {
        Path folder = Checkout.find().root().resolve("moderation-stream/src/main/resources/io/bulwark/stream/database");
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted(Comparator.comparingInt(KeepIT::version)).toList();
        }
    }

    /** What is repeated comes last. */
    private static int version(Path step) {
        String name = step.getFileName().toString();
        return name.startsWith("R__") ? Integer.MAX_VALUE : Integer.parseInt(name.substring(1, name.indexOf("__")));
    }

    /** With the tables as moderation-stream makes them. */
    @Test
    void whatPeoplesWorkKeepsIsCountedByTableUntilNoneIsLeft(@TempDir Path folder) throws Exception {
        try (PostgresProcess postgres = PostgresProcess.start(folder, Ports.free());
                Connection connection = postgres.connectAsOwner();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA bulwark");
            for (Path step : migrations()) {
                statement.execute(
                        Files.readString(step).replace("${schema}", "bulwark").replace("${application}", "bulwark"));
            }
            statement.execute("INSERT INTO casebook VALUES ('acme', 'seen', 'content-of-lonely', 'u', NULL, NULL, NULL,"
                    + " 'NSFW', NULL, '{}', 1, 'ana', true, now())");
            statement.execute("INSERT INTO uploader_strikes VALUES ('acme', 'u', 3)");
            reference("known-from-a-table", LabelSource.REVIEW);
            String database = postgres.settings().get("bulwark.database.url");

            assertThat(run("erase", "--tenant", "acme", "--uploader", "u", "--check", "--database", database))
                    .isEqualTo(ExitCodes.FAILED);
            assertThat(answers())
                    .anyMatch(answer -> answer.path("table").asText().equals("casebook")
                            && answer.path("left").asInt() == 1)
                    .anyMatch(answer -> answer.path("table").asText().equals("uploader_strikes"))
                    .anyMatch(answer -> answer.path("topic").asText().equals("moderation.references")
                            && answer.path("live").asInt() == 1);

            assertThat(run("erase", "--tenant", "acme", "--uploader", "u", "--wait", "PT1S", "--database", database))
                    .isEqualTo(ExitCodes.UNAVAILABLE);
            assertThat(err.toString()).contains("has not forgotten people's work");
            statement.execute("SELECT set_config('bulwark.tenant', 'acme', false),"
                    + " erase_rows('acme', 'image', 'seen'), erase_rows('acme', 'uploader', 'u')");
            assertThat(run("erase", "--tenant", "acme", "--image", "seen", "--check", "--database", database))
                    .isEqualTo(ExitCodes.OK);
            assertThat(answers()).anyMatch(answer -> answer.path("tables").asInt() > 5);
        }
    }

    @Test
    void what_a_neighbour_did_not_take_is_listed_until_it_is_ordered_again_and_may_fail_again() {
        refusedIs(new byte[] {1});
        undelivered("webhooks.shop", 17);
        undelivered("webhooks.other", 17);

        assertThat(run("undelivered", "--neighbour", "webhooks.shop")).isEqualTo(ExitCodes.FAILED);
        assertThat(answers()).singleElement().satisfies(answer -> {
            assertThat(answer.path("event").asText()).isEqualTo("moderation.decisions-3-17");
            assertThat(answer.path("key").asText()).isEqualTo("acme/refused");
            assertThat(answer.path("reason").asText()).isEqualTo("REFUSED");
        });
        assertThat(run("erase", "--tenant", "acme", "--image", "refused", "--check"))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(answers()).anyMatch(answer -> answer.path("topic").asText().equals("moderation.undelivered"));

        assertThat(run("undelivered", "--again")).as("there are two").isEqualTo(ExitCodes.USAGE);
        assertThat(run("undelivered", "--neighbour", "webhooks.shop", "--again"))
                .isEqualTo(ExitCodes.OK);
        assertThat(answers())
                .singleElement()
                .satisfies(
                        answer -> assertThat(answer.path("again").asBoolean()).isTrue());
        assertThat(run("undelivered", "--neighbour", "webhooks.shop")).isEqualTo(ExitCodes.OK);
        assertThat(run("undelivered")).isEqualTo(ExitCodes.FAILED);
        undelivered("webhooks.shop", 17);
        assertThat(run("undelivered", "--neighbour", "webhooks.shop")).isEqualTo(ExitCodes.FAILED);
    }

    @Test
    void what_is_outdated_is_never_ordered_again() {
        refusedIs(new byte[] {1});
        refusedIs(null);
        undelivered("webhooks.late", 0);

        assertThat(run("undelivered", "--neighbour", "webhooks.late", "--again"))
                .isEqualTo(ExitCodes.OK);
        assertThat(answers()).singleElement().satisfies(answer -> {
            assertThat(answer.path("again").asBoolean()).isFalse();
            assertThat(answer.path("outdated").asBoolean()).isTrue();
        });
        assertThat(run("undelivered", "--neighbour", "webhooks.late")).isEqualTo(ExitCodes.OK);
    }

    /** Of the image that neighbours refused. */
    private static void refusedIs(byte[] value) {
        try (var producer = new KafkaProducer<>(
                broker.clientSettings(Map.of()), new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(Topics.DECISIONS.topicName(), "acme/refused", value));
        }
    }

    private static void undelivered(String neighbour, long offset) {
        var headers = new RecordHeaders();
        new DeadLetterHeaders(
                        "REFUSED",
                        "status 422",
                        Optional.empty(),
                        "moderation.decisions",
                        3,
                        offset,
                        1_000,
                        Optional.empty())
                .addTo(headers);
        new Undelivered(neighbour, false).addTo(headers);
        try (var producer = new KafkaProducer<>(
                broker.clientSettings(Map.of()), new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                    Topics.UNDELIVERED.topicName(), null, "acme/refused", new byte[] {1}, headers));
        }
    }

    private int run(String... arguments) {
        out = new StringWriter();
        err = new StringWriter();
        List<String> line = new ArrayList<>(List.of(arguments));
        line.addAll(List.of("--json", "--bootstrap-servers", kafka.bootstrapServers()));
        return BulwarkCommand.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(line.toArray(String[]::new));
    }

    private List<JsonNode> answers() {
        return out.toString().lines().map(KeepIT::json).toList();
    }

    private static JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException noJson) {
            throw new AssertionError(line, noJson);
        }
    }

    private static void upload(String imageId) {
        try (var topic = new KeeperTopic<>(broker, Topics.IMAGES_UPLOADED, ImageUploaded.class)) {
            topic.put(0, imageId, uploaded(imageId));
        }
    }

    private static ImageUploaded uploaded(String imageId) {
        return ImageUploaded.newBuilder()
                .setImageId(imageId)
                .setUploaderId("u")
                .setUploadedAt(Instant.EPOCH)
                .setContent(new ImageLocation("https://images.example/1.jpg", null, null))
                .build();
    }

    private static void verdict(String imageId, long uploadOffset) {
        Verdict verdict = Verdict.newBuilder(SampleEvents.verdict())
                .setImageId(imageId)
                .setTenant("default")
                .setUpload(new io.bulwark.events.RecordCoordinates("images.uploaded", 0, uploadOffset))
                .build();
        try (var topic = new KeeperTopic<>(broker, Topics.VERDICTS, Verdict.class)) {
            topic.put(imageId, verdict);
        }
    }

    private static void decision(String imageId) {
        try (var topic = new KeeperTopic<>(broker, Topics.DECISIONS, ModerationDecision.class)) {
            topic.put(
                    "acme/" + imageId,
                    ModerationDecision.newBuilder(SampleEvents.moderationDecision())
                            .setImageId(imageId)
                            .setContentSha256("content-of-" + imageId)
                            .build());
        }
    }

    private static void reference(String id, LabelSource source) {
        reference(id, source, "content-of-lonely");
    }

    private static void reference(String id, LabelSource source, String content) {
        try (var topic = new KeeperTopic<>(broker, Topics.REFERENCES, Reference.class)) {
            topic.put(
                    "bank/model/" + id,
                    Reference.newBuilder()
                            .setLabel("nsfw")
                            .setEmbedding(ByteBuffer.wrap(new byte[] {0, 0x3c}))
                            .setSourceSha256(content)
                            .setAddedBy("ana")
                            .setAddedAt(Instant.EPOCH)
                            .setLabelSource(source)
                            .build());
        }
    }
}
