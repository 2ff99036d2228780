package io.bulwark.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.BulwarkCommand;
import io.bulwark.cli.bank.RandomBank;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.schemas.access.Role;
import io.bulwark.schemas.testing.SecuredBroker;
import io.bulwark.schemas.testing.SecuredBroker.Door;
import io.bulwark.schemas.topic.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The doctor at a broker that is well but for what a test breaks. */
class DoctorIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path folder;

    @AutoClose
    private static SecuredBroker broker;

    @BeforeAll
    static void start() {
        broker = new SecuredBroker(folder);
        broker.addUser("producer", "the-password", Role.PRODUCER);
        RandomBank.publish(
                Broker.at(broker.bootstrapServers()),
                ModelPackage.open(ModelPackage.DEFAULT).describe(Precision.FP32),
                4);
    }

    @Test
    void whereNothingIsWrongItSaysSoOfEachPart() throws Exception {
        Answer answer = ask();

        assertThat(answer.of("java").state()).isEqualTo("well");
        assertThat(answer.of("libraries").says()).contains("zstd", "snappy", "lz4");
        assertThat(answer.of("model").says()).contains("fingerprint");
        assertThat(answer.of("broker").state()).isEqualTo("well");
        assertThat(answer.of("topics").says()).contains("all " + Topics.values().length);
        assertThat(answer.of("registry").state()).isEqualTo("well");
        assertThat(answer.of("bank").says()).contains("4 references", "2 nsfw", "2 safe");
        assertThat(answer.of("policy").state()).isEqualTo("well");
        assertThat(answer.of("schemas").says()).contains("none is published");
        assertThat(List.of("access", "database", "neighbours", "clock"))
                .allSatisfy(part -> assertThat(answer.of(part).state()).isEqualTo("unasked"));
        assertThat(answer.wrong()).isEmpty();
        assertThat(answer.exit()).isEqualTo(ExitCodes.OK);
    }

    /** An empty bank, a topic with another retention and an unreadable policy: each has a suggested fix. */
    @Test
    void eachFaultIsNamedWithTheCommandThatFixesIt() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            retention(admin, "1000");
            policy("no policy");
            try {
                Answer answer = ask("--bank", "other");

                assertThat(answer.exit()).isEqualTo(ExitCodes.FAILED);
                assertThat(answer.wrong()).containsExactly("bank", "policy");
                assertThat(answer.of("bank").mend()).startsWith("bulwark bank build --bank other");
                assertThat(answer.of("policy").mend()).contains("--tenant shop --anew");
                Answer.Part topics = answer.of("topics");
                assertThat(topics.state()).isEqualTo("unsure");
                assertThat(topics.says()).contains("moderation.reviews", "retention.ms 1000");
                assertThat(topics.mend()).contains("--entity-name moderation.reviews", "retention.ms=[31536000000]");
            } finally {
                retention(admin, Topics.REVIEWS.config().get("retention.ms"));
                policy(null);
            }
        }
    }

    @Test
    void ospreysTopicIsLookedForWhereOspreyIsSet() throws Exception {
        Path settings = Files.writeString(
                folder.resolve("stream.properties"), "bulwark.outbound.osprey.topic=osprey.actions_input\n");

        Answer without = ask("--neighbours", settings.toString());
        assertThat(without.wrong()).containsExactly("neighbours");
        assertThat(without.of("neighbours").mend()).contains("kafka-topics.sh --create --topic osprey.actions_input");

        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            var topic = new NewTopic("osprey.actions_input", 1, (short) 1);
            admin.createTopics(List.of(topic)).all().get();
        }
        Answer with = ask("--neighbours", settings.toString());
        assertThat(with.of("neighbours").says()).contains("osprey.actions_input is there");
        assertThat(with.exit()).isEqualTo(ExitCodes.OK);
    }

    /** A producer may write uploads and reports, and a worker needs other rights. */
    @Test
    void rightsAreHeldToTheRole() throws Exception {
        Path config = config("the-password");

        Answer asProducer = ask(broker.servers(Door.SCRAM), "--config", config.toString(), "--role", "PRODUCER");
        assertThat(asProducer.of("access").state()).isEqualTo("well");
        // It may not see what it does not need; the answer names this.
        assertThat(asProducer.of("schemas").mend()).contains("--config");

        Answer asWorker = ask(broker.servers(Door.SCRAM), "--config", config.toString(), "--role", "WORKER");
        assertThat(asWorker.parts().stream().filter(part -> part.part().equals("access")))
                .hasSizeGreaterThan(5)
                .allMatch(part -> part.state().equals("wrong"))
                .anyMatch(part -> part.mend().endsWith("--topic moderation.verdicts --operation write"));
    }

    @Test
    void withoutAccessTheBrokerIsUnavailableAndTheRestIsStillChecked() throws Exception {
        Answer answer = ask(
                broker.servers(Door.SCRAM),
                "--config",
                config("not-the-password").toString(),
                "--database",
                "jdbc:postgresql://127.0.0.1:1/bulwark");
        assertThat(answer.exit()).isEqualTo(ExitCodes.UNAVAILABLE);
        assertThat(answer.wrong()).containsExactly("broker", "database");
        assertThat(answer.of("broker").says()).contains("bulwark.kafka.security.username");
        assertThat(answer.of("topics").state()).isEqualTo("unasked");
        assertThat(answer.of("model").state()).isEqualTo("well");
    }

    private static Path config(String password) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "connection", ".properties"), """
                bulwark.kafka.security.protocol=SASL_SSL
                bulwark.kafka.security.truststore=%s
                bulwark.kafka.security.username=producer
                bulwark.kafka.security.password=%s
                """.formatted(
                        broker.authority().truststorePem(), password));
    }

    private static void retention(Admin admin, String millis) throws Exception {
        var topic = new ConfigResource(ConfigResource.Type.TOPIC, Topics.REVIEWS.topicName());
        var change = new AlterConfigOp(new ConfigEntry("retention.ms", millis), AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(Map.of(topic, List.of(change))).all().get();
    }

    private static void policy(String value) {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>(Topics.POLICIES.topicName(), "shop", value));
        }
    }

    private static Answer ask(String... options) throws IOException {
        boolean named = options.length > 0 && options[0].contains(":") && !options[0].startsWith("-");
        List<String> words = new ArrayList<>(List.of("doctor", "--json", "--bootstrap-servers"));
        words.add(named ? options[0] : broker.bootstrapServers());
        words.addAll(List.of(options).subList(named ? 1 : 0, options.length));
        StringWriter out = new StringWriter();
        CommandLine command = BulwarkCommand.commandLine().setOut(new PrintWriter(out));
        int exit = command.execute(words.toArray(String[]::new));
        List<Answer.Part> parts = new ArrayList<>();
        for (String line : out.toString().lines().toList()) {
            JsonNode json = JSON.readTree(line);
            parts.add(new Answer.Part(
                    json.path("part").asText(),
                    json.path("state").asText(),
                    json.path("says").asText(),
                    json.path("mend").asText()));
        }
        return new Answer(exit, parts);
    }

    private record Answer(int exit, List<Part> parts) {

        private record Part(String part, String state, String says, String mend) {}

        Part of(String name) {
            return parts.stream()
                    .filter(part -> part.part().equals(name))
                    .findFirst()
                    .orElseThrow();
        }

        List<String> wrong() {
            return parts.stream()
                    .filter(part -> part.state().equals("wrong"))
                    .map(Part::part)
                    .toList();
        }
    }
}
