package io.bulwark.schemas.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.InlineImage;
import io.bulwark.events.ModerationDecision;
import io.bulwark.schemas.serde.EventDeserializer;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs of {@code examples}, which know the contract alone, with this module on the other side. */
class ExamplesIT {

    private static final Path EXAMPLES = Path.of("examples").toAbsolutePath();
    private static final long LIMIT_SECONDS = 120;

    @TempDir
    private static Path folder;

    @BeforeEach
    void topics() {
        TestBroker.recreateTopics();
    }

    @Test
    void nodeUploadsAndReadsDecisions() throws Exception {
        assumeTrue(works(EXAMPLES, "npm", "--version"), "npm is not on the PATH.");
        assumeTrue(works(EXAMPLES, "node", "--version"), "node is not on the PATH.");
        Path node = EXAMPLES.resolve("node");
        output(node, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline");
        assertExample(node, "node", "upload.mjs", "decisions.mjs");
    }

    @Test
    void pythonUploadsAndReadsDecisions() throws Exception {
        // Debian's own: another one on the PATH does not see Debian's packages.
        String python = Files.isExecutable(Path.of("/usr/bin/python3")) ? "/usr/bin/python3" : "python3";
        assumeTrue(
                works(EXAMPLES, python, "-c", "import confluent_kafka, avro"),
                "python3 lacks confluent_kafka or avro.");
        assertExample(EXAMPLES.resolve("python"), python, "upload.py", "decisions.py");
    }

    private static void assertExample(Path example, String language, String upload, String decisions) throws Exception {
        String image = "from-" + example.getFileName();
        byte[] file = {(byte) 0x89, 'P', 'N', 'G', 0, 1, 2, 3};
        Path picture = Files.write(folder.resolve(image), file);
        output(example, language, upload, TestBroker.bootstrapServers(), image, picture.toString());
        ImageUploaded event = read(image);
        assertThat(event.getUploaderId()).isEqualTo("account-1");
        assertThat(event.getUploadedAt())
                .isBetween(Instant.now().minusSeconds(300), Instant.now().plusSeconds(5));
        assertThat(((InlineImage) event.getContent()).getBytes().array()).isEqualTo(file);

        decide(image);
        String said =
                output(example, language, decisions, TestBroker.bootstrapServers(), "bulwark-subscriber-" + image, "2");
        assertThat(said.lines()).contains("default/" + image + " NSFW");
        String other = "default/" + image + "-other";
        String one = output(
                example,
                language,
                decisions,
                TestBroker.bootstrapServers(),
                "bulwark-subscriber-one-" + image,
                "1",
                other);
        assertThat(one.lines().filter(line -> line.startsWith("default/")))
                .as("that key alone")
                .containsExactly(other + " SAFE");
    }

    static ImageUploaded read(String image) {
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", TestBroker.bootstrapServers()),
                new StringDeserializer(),
                new EventDeserializer<>(ImageUploaded.class))) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (int i = 0; i < Topics.IMAGES_UPLOADED.partitions(); i++) {
                partitions.add(new TopicPartition(Topics.IMAGES_UPLOADED.topicName(), i));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
            while (System.nanoTime() < until) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    if (record.key().equals(image)) {
                        return record.value();
                    }
                }
            }
        }
        throw new AssertionError("no upload of " + image);
    }

    /** One that is aborted, which no reader may show, and then two that are not. */
    private static void decide(String image) {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of(
                        "bootstrap.servers", TestBroker.bootstrapServers(), "transactional.id", "decides-" + image),
                new StringSerializer(),
                new EventSerializer<>(ModerationDecision.class))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(record(image, Decision.SAFE));
            producer.flush();
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(record(image, Decision.NSFW));
            producer.send(record(image + "-other", Decision.SAFE));
            producer.commitTransaction();
        }
    }

    private static ProducerRecord<String, ModerationDecision> record(String image, Decision decision) {
        return new ProducerRecord<>(
                Topics.DECISIONS.topicName(),
                "default/" + image,
                ModerationDecision.newBuilder()
                        .setTenant("default")
                        .setImageId(image)
                        .setUploaderId("account-1")
                        .setDecision(decision)
                        .setScore(0.9)
                        .setDecidedBy(new Decider(DeciderKind.WORKER, "worker-1"))
                        .setSince(Instant.now())
                        .build());
    }

    private static boolean works(Path folder, String... command) throws InterruptedException {
        try {
            return run(folder, command).status() == 0;
        } catch (IOException missing) {
            return false;
        }
    }

    private static String output(Path folder, String... command) throws IOException, InterruptedException {
        Answer answer = run(folder, command);
        assertThat(answer.status())
                .as("%s: %s", String.join(" ", command), answer.said())
                .isZero();
        return answer.said();
    }

    private static Answer run(Path folder, String... command) throws IOException, InterruptedException {
        Path said = Files.createTempFile(ExamplesIT.folder, "said", ".txt");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        process.getOutputStream().close();
        boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly();
        }
        assertThat(ended)
                .as("%s ends; it said %s", String.join(" ", command), Files.readString(said))
                .isTrue();
        return new Answer(process.exitValue(), Files.readString(said));
    }

    private record Answer(int status, String said) {}
}
