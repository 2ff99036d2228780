package io.bulwark.cli.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bulwark.cli.CapturedCommands;
import io.bulwark.cli.local.KafkaProcess;
import io.bulwark.cli.local.Topology;
import io.bulwark.cli.local.Topology.Ports;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicsIT {

    /** A broker under load takes seconds to delete a hundred partitions. */
    private static final Duration BROKER = Duration.ofMinutes(1);

    @TempDir
    static Path folder;

    @AutoClose
    private static KafkaProcess kafka;

    private final CapturedCommands commands = new CapturedCommands();

    @BeforeAll
    static void startBroker() {
        kafka = KafkaProcess.start(folder.resolve("kafka"), Ports.free());
    }

    @BeforeEach
    void removeAllTopics() throws Exception {
        try (Admin admin = admin()) {
            // One that was created just now may be listed late.
            await().atMost(BROKER).ignoreExceptions().until(() -> {
                Set<String> left = admin.listTopics().names().get();
                admin.deleteTopics(left).all().get();
                return left.isEmpty();
            });
        }
    }

    @Test
    void aNewBrokerGetsTheWholeCatalogue() {
        assertThat(run("create", "--replication", "1")).isEqualTo(ExitCodes.OK);
        assertThat(lines()).hasSize(Topics.values().length).allMatch(line -> line.endsWith("created"));

        awaitTopics(Topics.values().length);
        assertThat(run("check")).isEqualTo(ExitCodes.OK);
        assertThat(lines()).allMatch(line -> line.endsWith("as it should be"));
    }

    @Test
    void whatTheLocalNodeMakesIsTheCatalogue() {
        Topology.create(kafka.bootstrapServers());
        awaitTopics(Topics.values().length);
        assertThat(run("check")).isEqualTo(ExitCodes.OK);
    }

    @Test
    void aSecondRunCreatesNothing() {
        run("create", "--replication", "1");
        awaitTopics(Topics.values().length);
        assertThat(run("create", "--replication", "1")).isEqualTo(ExitCodes.OK);
        assertThat(lines()).allMatch(line -> line.endsWith("as it should be"));
    }

    @Test
    void aMissingTopicIsNamedByCheckAndNotCreated() {
        assertThat(run("check")).isEqualTo(ExitCodes.FAILED);
        assertThat(lines()).contains(Topics.VERDICTS.topicName() + "  missing");
        assertThat(run("check")).isEqualTo(ExitCodes.FAILED);
    }

    @Test
    void aTopicThatDiffersIsLeftAloneAndItsDifferencesAreNamed() throws Exception {
        try (Admin admin = admin()) {
            admin.createTopics(List.of(new NewTopic(Topics.REFERENCES.topicName(), 3, (short) 1)
                            .configs(Map.of("cleanup.policy", "delete", "retention.ms", "-1"))))
                    .all()
                    .get();
        }
        awaitTopics(1);
        assertThat(run("create", "--replication", "1")).isEqualTo(ExitCodes.FAILED);
        assertThat(lines())
                .filteredOn(line -> line.startsWith(Topics.REFERENCES.topicName()))
                .singleElement()
                .asString()
                .contains("differs: 3 partitions, wanted 1", "cleanup.policy delete, wanted compact");
        awaitTopics(Topics.values().length);
        assertThat(run("check")).isEqualTo(ExitCodes.FAILED);
        assertThat(lines()).filteredOn(line -> line.contains("differs")).hasSize(1);
    }

    @Test
    void jsonHasOneObjectATopic() {
        assertThat(run("create", "--json", "--replication", "1")).isEqualTo(ExitCodes.OK);
        assertThat(lines())
                .hasSize(Topics.values().length)
                .allMatch(line -> line.startsWith("{\"command\":\"topics create\",\"topic\":\"")
                        && line.contains("\"state\":\"created\""));
        awaitTopics(Topics.values().length);
    }

    @Test
    void moreCopiesThanBrokersAreRefusedInOneLine() {
        assertThat(run("create", "--replication", "3")).isEqualTo(ExitCodes.UNAVAILABLE);
        assertThat(commands.err()).contains("did not create the topics").contains("eplication");
    }

    private int run(String... arguments) {
        commands.clearOut();
        String[] all = new String[arguments.length + 3];
        all[0] = "topics";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[all.length - 2] = "--bootstrap-servers";
        all[all.length - 1] = kafka.bootstrapServers();
        return commands.run(all);
    }

    /** The controller has them at once, the broker that tells of them a moment later. */
    private static void awaitTopics(int count) {
        try (Admin admin = admin()) {
            await().atMost(BROKER).until(() -> admin.listTopics().names().get().size() == count);
        }
    }

    private List<String> lines() {
        return Arrays.stream(commands.out().split("\n"))
                .filter(line -> !line.isBlank())
                .toList();
    }

    private static Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    }
}
