package io.bulwark.cli.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bulwark.cli.CapturedCommands;
import io.bulwark.cli.local.KafkaProcess;
import io.bulwark.cli.local.Topology.Ports;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.events.Reference;
import io.bulwark.schemas.testing.SampleEvents;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Commands at a broker that has the topics of one prefix and no others: one that asked for another would fail. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PrefixIT {

    private static final TopicNames ACME = new TopicNames("acme.");
    private static final String ACME_FILE = "acme.properties";

    @TempDir
    static Path folder;

    @AutoClose
    private static KafkaProcess kafka;

    private final CapturedCommands commands = new CapturedCommands();

    @BeforeAll
    static void startBroker() throws Exception {
        kafka = KafkaProcess.start(folder.resolve("kafka"), Ports.free());
        Files.writeString(folder.resolve(ACME_FILE), "bulwark.topics.prefix=acme.\n");
    }

    @Test
    @Order(1)
    void topicsAreMadeAndCheckedUnderThePrefix() {
        assertThat(run("topics", "create", "--replication", "1", "--topics-prefix", "acme."))
                .isEqualTo(ExitCodes.OK);
        assertThat(commands.out().lines())
                .hasSize(Topics.values().length)
                .allMatch(line -> line.startsWith("acme.") && line.endsWith("created"));
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(topics())
                        .hasSize(Topics.values().length)
                        .allMatch(topic -> topic.startsWith("acme.")));

        assertThat(run("topics", "check", "--config", folder.resolve(ACME_FILE).toString()))
                .isEqualTo(ExitCodes.OK);
        assertThat(run("topics", "check")).as("without a prefix").isEqualTo(ExitCodes.FAILED);
        assertThat(commands.out().lines()).allMatch(line -> line.endsWith("missing"));
    }

    @Test
    @Order(2)
    void aPrefixThatKafkaDoesNotTakeIsRefused() {
        assertThat(run("topics", "create", "--topics-prefix", "acme/")).isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("bulwark.topics.prefix is 'acme/', allowed is");
    }

    @Test
    @Order(3)
    void whatIsWrittenUnderThePrefixIsReadUnderIt() throws Exception {
        Path picture = Files.write(folder.resolve("picture.png"), new byte[] {1, 2, 3});
        assertThat(acme("upload", picture.toString())).isEqualTo(ExitCodes.OK);
        assertThat(acme("verdicts")).isEqualTo(ExitCodes.OK);
        assertThat(acme("missing", "--deadline", "PT0S")).isEqualTo(ExitCodes.FAILED);
        assertThat(commands.out().lines()).hasSize(1);

        assertThat(acme("hold", "place", "--tenant", "default", "--image", "held", "--reason", "file 7"))
                .isEqualTo(ExitCodes.OK);
        assertThat(acme("hold", "list")).isEqualTo(ExitCodes.OK);
        assertThat(commands.out()).contains("held");
        assertThat(acme("erase", "--tenant", "default", "--image", "held", "--check"))
                .isEqualTo(ExitCodes.OK);
        assertThat(acme("undelivered")).isEqualTo(ExitCodes.OK);
        assertThat(acme(
                        "audit",
                        "report",
                        "--since",
                        "PT1H",
                        "--out",
                        folder.resolve("report").toString()))
                .isEqualTo(ExitCodes.OK);

        reference("a-bank/a-model/one");
        assertThat(acme("bank", "list", "--bank", "a-bank")).isEqualTo(ExitCodes.OK);
        assertThat(commands.out()).contains("one");
        assertThat(acme("policy", "show")).as(commands.err()).isNotEqualTo(ExitCodes.UNAVAILABLE);
        assertThat(topics()).as("made by the way").allMatch(topic -> topic.startsWith("acme."));
    }

    /** Among the rights is every topic that the role has, by the broker's name. */
    @Test
    @Order(4)
    void theDoctorLooksAtTopicsAndRightsUnderThePrefix() {
        acme("doctor", "--role", "WORKER", "--bank", "a-bank");
        assertThat(commands.out())
                .contains("all " + Topics.values().length + " are as the catalogue says")
                .contains("acme.moderation.schemas")
                .contains("this user may do with topics what the role needs");
    }

    private static void reference(String key) throws Exception {
        Broker broker = Broker.at(kafka.bootstrapServers(), ACME);
        try (var producer = new KafkaProducer<>(
                broker.clientSettings(Map.of()), new StringSerializer(), broker.serializer(Reference.class))) {
            producer.send(new ProducerRecord<>(broker.topic(Topics.REFERENCES), key, SampleEvents.reference()))
                    .get();
        }
    }

    private static Set<String> topics() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            return admin.listTopics().names().get();
        }
    }

    private int acme(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--topics-prefix", "acme."));
        return run(all.toArray(String[]::new));
    }

    private int run(String... arguments) {
        commands.clearOut();
        commands.clearErr();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--bootstrap-servers", kafka.bootstrapServers()));
        return commands.run(all.toArray(String[]::new));
    }
}
