package io.bulwark.cli.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bulwark.cli.local.ServiceProcess;
import io.bulwark.events.Decision;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.InlineImage;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.topic.Topics;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kcat, which shares no code with Bulwark, asks a worker and reads its answer. */
class ForeignClientIT {

    private static final String IMAGE = "from-kcat";

    @TempDir
    Path folder;

    @BeforeAll
    static void needsKcat() {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(path -> Files.isExecutable(Path.of(path, "kcat"))),
                "kcat is not on the PATH");
    }

    @Test
    void a_verdict_comes_back_for_an_event_from_a_file_of_single_object_bytes() throws Exception {
        Path event = Files.write(folder.resolve("upload.bin"), upload());
        try (TestNode node = TestNode.start(folder);
                ServiceProcess worker = node.readyWorker("worker", Map.of())) {
            kcat(node, "-P", "-t", Topics.IMAGES_UPLOADED.topicName(), "-k", IMAGE, event.toString());

            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                assertThat(worker.isAlive()).isTrue();
                assertThat(verdict(node)).isNotEmpty();
            });

            DecodedEvent<Verdict> answer;
            try (EventDecoder<Verdict> decoder = new EventDecoder<>(Verdict.class)) {
                answer = decoder.decode(Topics.VERDICTS.topicName(), verdict(node));
            }
            assertThat(answer).isInstanceOfSatisfying(DecodedEvent.Event.class, read -> {
                Verdict verdict = (Verdict) read.value();
                assertThat(verdict.getImageId()).isEqualTo(IMAGE);
                assertThat(verdict.getDecision()).isIn(Decision.SAFE, Decision.NSFW, Decision.REVIEW);
            });
        }
    }

    /** All that the verdict topic holds, as kcat reads it: one record's value here. */
    private byte[] verdict(TestNode node) throws Exception {
        return kcat(
                node,
                "-C",
                "-t",
                Topics.VERDICTS.topicName(),
                "-e",
                "-q",
                "-f",
                "%s",
                "-X",
                "isolation.level=read_committed");
    }

    private byte[] kcat(TestNode node, String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("kcat", "-b", node.broker().bootstrapServers()));
        command.addAll(List.of(arguments));
        Path out = folder.resolve("kcat.out");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(folder.resolve("kcat.err").toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("kcat ended").isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(folder.resolve("kcat.err")))
                .isZero();
        return Files.readAllBytes(out);
    }

    private static byte[] upload() {
        ImageUploaded upload = ImageUploaded.newBuilder()
                .setImageId(IMAGE)
                .setUploaderId("a-foreign-client")
                .setUploadedAt(Instant.EPOCH)
                .setContent(new InlineImage(ByteBuffer.wrap(Pictures.small(7))))
                .build();
        try (EventSerializer<ImageUploaded> serializer = new EventSerializer<>(ImageUploaded.class)) {
            return serializer.serialize(Topics.IMAGES_UPLOADED.topicName(), upload);
        }
    }
}
