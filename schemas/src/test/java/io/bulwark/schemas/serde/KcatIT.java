package io.bulwark.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulwark.events.ImageUploaded;
import io.bulwark.events.InlineImage;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.testing.SampleEvents;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.schemas.topic.Topics;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract with a client that shares no code with this one: kcat, which stands on librdkafka. */
class KcatIT {
    @TempDir
    private static Path folder;

    @BeforeAll
    static void topics() {
        boolean there = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(path -> Files.isExecutable(Path.of(path, "kcat")));
        assumeTrue(there, "kcat is not on the PATH.");
        TestBroker.recreateTopics();
    }

    /** The file is made from what other languages have: the .avsc file and the table of headers, no generated class. */
    @Test
    void anUploadFromAFileOfSingleObjectBytesIsReadHere() throws Exception {
        byte[] picture = new byte[3 << 20];
        picture[0] = (byte) 0x89;
        Path file = Files.write(folder.resolve("upload.bin"), foreignUpload("image-7", picture));

        kcat(
                "-P",
                "-t",
                Topics.IMAGES_UPLOADED.topicName(),
                "-k",
                "image-7",
                "-X",
                "message.max.bytes=" + Topics.IMAGES_UPLOADED.maxRecordBytes(),
                file.toString());

        ConsumerRecord<String, ImageUploaded> read = readUpload();
        assertThat(read.key()).isEqualTo("image-7");
        assertThat(read.value())
                .isEqualTo(ImageUploaded.newBuilder()
                        .setImageId("image-7")
                        .setUploaderId("a-foreign-client")
                        .setUploadedAt(Instant.ofEpochMilli(1_767_355_200_000L))
                        .setContent(new InlineImage(ByteBuffer.wrap(picture)))
                        .build());
    }

    @Test
    void aVerdictIsReadThereByteForByte() throws Exception {
        Verdict verdict = SampleEvents.verdict();
        byte[] expected = new EventSerializer<>(Verdict.class).serialize("t", verdict);
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", TestBroker.bootstrapServers(), "transactional.id", "kcat-test"),
                new StringSerializer(),
                new EventSerializer<>(Verdict.class))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(Topics.VERDICTS.topicName(), verdict.getImageId(), verdict));
            producer.commitTransaction();
        }

        assertThat(kcat("-C", "-t", Topics.VERDICTS.topicName(), "-e", "-q", "-f", "%s"))
                .isEqualTo(expected);
        assertThat(kcat("-C", "-t", Topics.VERDICTS.topicName(), "-e", "-q", "-f", "%k"))
                .asString()
                .isEqualTo(verdict.getImageId());
    }

    private static ConsumerRecord<String, ImageUploaded> readUpload() {
        try (var consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", TestBroker.bootstrapServers(), "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new EventDeserializer<>(ImageUploaded.class))) {
            var partitions = new ArrayList<TopicPartition>();
            for (int partition = 0; partition < Topics.IMAGES_UPLOADED.partitions(); partition++) {
                partitions.add(new TopicPartition(Topics.IMAGES_UPLOADED.topicName(), partition));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var records = consumer.poll(Duration.ofSeconds(30));
            assertThat(records.count()).isEqualTo(1);
            return records.iterator().next();
        }
    }

    private static byte[] foreignUpload(String imageId, byte[] picture) throws IOException {
        Schema schema;
        byte[] header;
        try (InputStream avsc = resource("ImageUploaded.avsc");
                InputStream headers = resource("headers.txt")) {
            schema = new Schema.Parser().parse(avsc);
            header = new String(headers.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("ImageUploaded "))
                    .map(line -> HexFormat.of().parseHex(line.split(" ")[1]))
                    .findFirst()
                    .orElseThrow();
        }
        var content = new GenericData.Record(
                schema.getField("content").schema().getTypes().get(0));
        content.put("bytes", ByteBuffer.wrap(picture));
        var upload = new GenericData.Record(schema);
        upload.put("imageId", imageId);
        upload.put("uploaderId", "a-foreign-client");
        upload.put("tenant", "default");
        upload.put("uploadedAt", 1_767_355_200_000L);
        upload.put("content", content);
        upload.put("attributes", Map.of());
        var bytes = new ByteArrayOutputStream();
        bytes.write(header);
        var encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        new GenericDatumWriter<>(schema).write(upload, encoder);
        return bytes.toByteArray();
    }

    private static InputStream resource(String name) {
        return KcatIT.class.getResourceAsStream("/io/bulwark/schemas/v1/" + name);
    }

    private static byte[] kcat(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("kcat", "-b", TestBroker.bootstrapServers()));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(folder, "kcat", ".out");
        Path errors = Files.createTempFile(folder, "kcat", ".err");
        Process kcat = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        boolean ended = kcat.waitFor(60, TimeUnit.SECONDS);
        kcat.destroyForcibly();
        assertThat(ended).as("kcat ends: %s", command).isTrue();
        assertThat(kcat.exitValue()).as(Files.readString(errors)).isZero();
        return Files.readAllBytes(output);
    }
}
