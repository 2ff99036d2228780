package io.bulwark.cli.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bulwark.cli.BulwarkCommand;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.InlineImage;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.access.Role;
import io.bulwark.schemas.serde.EventDeserializer;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.testing.GivenSecurity;
import io.bulwark.schemas.testing.SecuredBroker;
import io.bulwark.schemas.testing.SecuredBroker.Door;
import io.bulwark.schemas.topic.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command line at a broker with TLS, users and ACLs. */
class SecuredTrafficIT {

    @TempDir
    static Path folder;

    private static SecuredBroker broker;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void start() {
        broker = new SecuredBroker(folder);
        broker.addUser("producer", "the-password", Role.PRODUCER);
        broker.addUser("subscriber", "the-password", Role.SUBSCRIBER);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void a_file_of_settings_lets_a_user_in_to_what_is_his() throws IOException {
        Path picture = Files.writeString(folder.resolve("cat.jpg"), "not really a picture");

        assertThat(run("producer", "the-password", "upload", picture.toString()))
                .as(err::toString)
                .isEqualTo(ExitCodes.OK);
        assertThat(out.toString()).contains("cat.jpg");
        assertThat(uploads()).anySatisfy(content -> assertThat(content).isEqualTo("not really a picture"));

        decide("verdict-for-the-subscriber");
        out.getBuffer().setLength(0);
        assertThat(run("subscriber", "the-password", "verdicts"))
                .as(err::toString)
                .isEqualTo(ExitCodes.OK);
        assertThat(out.toString()).contains("verdict-for-the-subscriber", "NSFW");
    }

    @Test
    void what_is_not_his_is_denied_in_one_line() throws IOException {
        assertThat(run("producer", "the-password", "verdicts")).isEqualTo(ExitCodes.UNAVAILABLE);

        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains("denies access", "moderation.verdicts", "access rules of its role");
    }

    @Test
    void an_upload_that_the_broker_does_not_take_is_no_success() throws IOException {
        Path picture = Files.writeString(folder.resolve("dog.jpg"), "not really a picture");

        assertThat(run("subscriber", "the-password", "upload", picture.toString()))
                .isEqualTo(ExitCodes.UNAVAILABLE);

        assertThat(err.toString()).contains("images.uploaded did not take an upload");
        assertThat(out.toString()).doesNotContain("dog.jpg");
    }

    @Test
    void a_wrong_password_is_one_line_that_names_the_setting_and_not_the_password() throws IOException {
        assertThat(run("producer", "not-the-password", "verdicts")).isEqualTo(ExitCodes.UNAVAILABLE);

        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains(broker.servers(Door.SCRAM), "bulwark.kafka.security.username")
                .doesNotContain("not-the-password");
    }

    /** What was uploaded, read without the command. */
    private static List<String> uploads() {
        List<String> contents = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", broker.bootstrapServers(),
                        "group.id", "secured-traffic-it",
                        "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new EventDeserializer<>(ImageUploaded.class))) {
            consumer.subscribe(List.of(Topics.IMAGES_UPLOADED.topicName()));
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                consumer.poll(Duration.ofMillis(300))
                        .forEach(upload -> contents.add(StandardCharsets.UTF_8
                                .decode(((InlineImage) upload.value().getContent()).getBytes())
                                .toString()));
                return !contents.isEmpty();
            });
        }
        return contents;
    }

    private static void decide(String imageId) {
        Verdict verdict = Verdict.newBuilder()
                .setImageId(imageId)
                .setUploaderId("an-uploader")
                .setDecision(Decision.NSFW)
                .setScore(0.9)
                .setMargin(0.3)
                .setModelFingerprint("model")
                .setPreprocessFingerprint("preprocess")
                .setBankVersion("bank")
                .setPolicyVersion("policy")
                .setDecidedAt(Instant.now())
                .setDecidedBy(new Decider(DeciderKind.WORKER, "worker-1"))
                .build();
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new EventSerializer<>(Verdict.class))) {
            producer.send(new ProducerRecord<>(Topics.VERDICTS.topicName(), imageId, verdict));
        }
    }

    private int run(String user, String password, String command, String... rest) throws IOException {
        StringBuilder settings =
                new StringBuilder("bulwark.kafka.bootstrap-servers=" + broker.servers(Door.SCRAM) + "\n");
        GivenSecurity.scram(broker.authority(), user, password)
                .settings()
                .forEach((name, value) -> settings.append(name + "=" + value + "\n"));
        Path file = Files.writeString(folder.resolve("client.properties"), settings);

        String[] arguments = new String[rest.length + 3];
        arguments[0] = command;
        arguments[1] = "--config";
        arguments[2] = file.toString();
        System.arraycopy(rest, 0, arguments, 3, rest.length);
        CommandLine commandLine = BulwarkCommand.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }
}
