package io.bulwark.cli.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.CapturedCommands;
import io.bulwark.cli.terminal.ExitCodes;
import io.smallrye.reactive.messaging.kafka.companion.test.EmbeddedKafkaBroker;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.server.policy.CreateTopicPolicy;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A cluster that refuses what Amazon MSK Serverless refuses is named unsupported before anything is made on it. */
class RestrictedClusterIT {

    @AutoClose
    private static EmbeddedKafkaBroker broker;

    private static String servers;

    private final CapturedCommands commands = new CapturedCommands();

    @BeforeAll
    static void start() {
        broker = new EmbeddedKafkaBroker()
                .withNodeId(0)
                .withDeleteLogDirsOnClose(true)
                .withAdditionalProperties(properties -> properties.putAll(Map.of(
                        "create.topic.policy.class.name",
                        Serverless.class.getName(),
                        "offsets.topic.replication.factor",
                        "1",
                        "auto.create.topics.enable",
                        "false")))
                .start();
        servers = broker.getAdvertisedListeners().replaceFirst(".*://", "");
    }

    @Test
    void createMakesNothingThereAndSaysWhatIsRefusedAndWhy() throws Exception {
        assertThat(run("topics", "create", "--replication", "1")).isEqualTo(ExitCodes.FAILED);
        assertThat(commands.err())
                .contains("the cluster refuses topics", "moderation.decisions (may not be set: [delete.retention.ms")
                .contains("images.uploaded (max.message.bytes 16777216 is above 8388608)")
                .contains("erasure keeps its deadlines", "MSK Serverless");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            assertThat(admin.listTopics().names().get()).isEmpty();
        }
    }

    @Test
    void theDoctorNamesTheClusterUnsupported() {
        assertThat(run("doctor")).isEqualTo(ExitCodes.FAILED);
        assertThat(commands.out())
                .contains("moderation.decisions is not there, and the cluster refuses it as Bulwark needs it")
                .contains("erasure keeps its deadlines");
    }

    /** A smaller largest upload is not what is lacking: with it the uploads' topic would be taken. */
    @Test
    void uploadsOfSevenMebibytesWouldFit() {
        assertThat(run("doctor")).isEqualTo(ExitCodes.FAILED);
        assertThat(commands.out()).contains("images.uploaded is not there, and the cluster refuses it");
        commands.clearOut();
        System.setProperty("bulwark.topics.max-upload-bytes", "7M");
        try {
            run("doctor");
            assertThat(commands.out())
                    .contains("images.uploaded is not there")
                    .doesNotContain("images.uploaded is not there, and the cluster refuses it");
        } finally {
            System.clearProperty("bulwark.topics.max-upload-bytes");
        }
    }

    private int run(String... words) {
        String[] all = Arrays.copyOf(words, words.length + 2);
        all[words.length] = "--bootstrap-servers";
        all[words.length + 1] = servers;
        return commands.run(all);
    }

    /**
     * What a client may set on a topic of MSK Serverless, and how large a record may be. Source: Amazon's developer guide,
     * "MSK Serverless: topic configuration".
     */
    public static final class Serverless implements CreateTopicPolicy {

        private static final int LARGEST = 8 << 20;
        private static final Set<String> ALLOWED = Set.of(
                "cleanup.policy",
                "compression.type",
                "max.message.bytes",
                "message.timestamp.difference.max.ms",
                "message.timestamp.type",
                "retention.bytes",
                "retention.ms");

        @Override
        public void configure(Map<String, ?> configs) {
            // The rules are written above.
        }

        @Override
        public void validate(RequestMetadata asked) {
            Set<String> refused = new TreeSet<>(asked.configs().keySet());
            refused.removeAll(ALLOWED);
            if (!refused.isEmpty()) {
                throw new PolicyViolationException("may not be set: " + refused);
            }
            String bytes = asked.configs().get("max.message.bytes");
            if (bytes != null && Integer.parseInt(bytes) > LARGEST) {
                throw new PolicyViolationException("max.message.bytes " + bytes + " is above " + LARGEST);
            }
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }
}
