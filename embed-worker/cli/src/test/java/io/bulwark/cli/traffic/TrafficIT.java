package io.bulwark.cli.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.BulwarkCommand;
import io.bulwark.cli.local.KafkaProcess;
import io.bulwark.cli.local.Topology;
import io.bulwark.cli.local.Topology.Ports;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.events.Decision;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.InlineImage;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.EventDeserializer;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.testing.SampleEvents;
import io.bulwark.schemas.topic.Topics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uploads and verdicts over a real broker; the worker's part is played by a plain transactional producer. */
class TrafficIT {

    @TempDir
    static Path folder;

    @AutoClose
    private static KafkaProcess kafka;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void startBroker() {
        kafka = KafkaProcess.start(folder.resolve("kafka"), Ports.free());
        Topology.create(kafka.bootstrapServers());
    }

    @Test
    void an_uploaded_file_travels_inline_and_its_verdict_is_printed_under_its_name() throws Exception {
        Path picture = Files.writeString(folder.resolve("cat.jpg"), "not really a picture");
        try (KafkaConsumer<String, ImageUploaded> uploads = uploads()) {
            CompletableFuture<Integer> command = CompletableFuture.supplyAsync(
                    () -> run("upload", "--wait", "--uploader", "an-uploader", picture.toString()));

            ImageUploaded upload = firstOf(uploads);
            answer(upload.getImageId(), true);

            assertThat(command.get(60, TimeUnit.SECONDS)).isEqualTo(ExitCodes.OK);
            assertThat(upload.getUploaderId()).isEqualTo("an-uploader");
            assertThat(upload.getAttributes()).containsEntry(ImageUploader.FILE_NAME, "cat.jpg");
            assertThat(((InlineImage) upload.getContent()).getBytes())
                    .isEqualTo(ByteBuffer.wrap("not really a picture".getBytes()));
            assertThat(out.toString()).contains("cat.jpg").contains("SAFE");
        }
    }

    @Test
    void a_verdict_of_an_aborted_transaction_is_never_seen() throws Exception {
        answer("aborted", false);
        answer("committed", true);

        assertThat(run("verdicts", "--json")).isEqualTo(ExitCodes.OK);

        assertThat(out.toString()).contains("\"committed\"").doesNotContain("\"aborted\"");
    }

    @Test
    void a_broker_that_does_not_answer_is_a_failure_that_names_it() {
        int unused = Ports.free();

        assertThat(commandLine().execute("verdicts", "--bootstrap-servers", "127.0.0.1:" + unused))
                .isEqualTo(ExitCodes.UNAVAILABLE);

        assertThat(err.toString()).contains("127.0.0.1:" + unused).contains("bulwark local");
    }

    @Test
    void waiting_ends_with_a_message_where_no_worker_answers() throws Exception {
        Path picture = Files.writeString(folder.resolve("ignored.jpg"), "not a picture");

        assertThat(run("upload", "--wait", "--timeout", "1", picture.toString()))
                .isEqualTo(ExitCodes.UNAVAILABLE);

        assertThat(err.toString()).contains("1 images have no verdict").contains("--timeout");
    }

    private int run(String command, String... rest) {
        String[] arguments = new String[rest.length + 3];
        arguments[0] = command;
        arguments[1] = "--bootstrap-servers";
        arguments[2] = kafka.bootstrapServers();
        System.arraycopy(rest, 0, arguments, 3, rest.length);
        return commandLine().execute(arguments);
    }

    private picocli.CommandLine commandLine() {
        return BulwarkCommand.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    }

    private static KafkaConsumer<String, ImageUploaded> uploads() {
        KafkaConsumer<String, ImageUploaded> consumer = new KafkaConsumer<>(
                Broker.at(kafka.bootstrapServers()).clientSettings(Map.of()),
                new StringDeserializer(),
                new EventDeserializer<>(ImageUploaded.class));
        List<TopicPartition> partitions = consumer.partitionsFor(Topics.IMAGES_UPLOADED.topicName()).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        return consumer;
    }

    private static ImageUploaded firstOf(KafkaConsumer<String, ImageUploaded> uploads) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (System.nanoTime() < deadline) {
            for (var record : uploads.poll(Duration.ofMillis(100))) {
                return record.value();
            }
        }
        throw new AssertionError("no upload arrived within 60 s: " + kafka.bootstrapServers());
    }

    private static void answer(String imageId, boolean commit) {
        Map<String, Object> settings =
                Broker.at(kafka.bootstrapServers()).clientSettings(Map.of("transactional.id", "traffic-it"));
        try (var producer =
                new KafkaProducer<>(settings, new StringSerializer(), new EventSerializer<>(Verdict.class))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(Topics.VERDICTS.topicName(), imageId, verdict(imageId)));
            producer.flush();
            if (commit) {
                producer.commitTransaction();
            } else {
                producer.abortTransaction();
            }
        }
    }

    private static Verdict verdict(String imageId) {
        return SampleEvents.verdictOn(imageId, Decision.SAFE)
                .setScore(0.1)
                .setDecidedAt(Instant.now())
                .build();
    }
}
