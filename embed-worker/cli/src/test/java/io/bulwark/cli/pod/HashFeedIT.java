package io.bulwark.cli.pod;

import static io.bulwark.cli.bank.feed.ExchangeServer.ncmec;
import static io.bulwark.cli.bank.feed.ExchangeServer.ncmecDeleted;
import static io.bulwark.cli.bank.feed.ExchangeServer.ncmecImage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bulwark.cli.BulwarkCommand;
import io.bulwark.cli.bank.feed.ExchangeServer;
import io.bulwark.cli.local.ServiceProcess;
import io.bulwark.cli.traffic.EventReader;
import io.bulwark.cli.traffic.ImageUploader;
import io.bulwark.cli.traffic.LatestRecords;
import io.bulwark.events.Decision;
import io.bulwark.events.DecisionBasis;
import io.bulwark.events.ListMatch;
import io.bulwark.events.ListedHashKind;
import io.bulwark.events.Verdict;
import io.bulwark.perception.hash.FileDigest;
import io.bulwark.schemas.topic.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From an exchange's change to a worker's verdict. The picture is of coloured squares, its hash stands on no list. */
class HashFeedIT {

    private static final Duration PROMISED = Duration.ofSeconds(60);
    private static final byte[] PICTURE = Pictures.small(7);

    @TempDir
    Path folder;

    private int number;

    @Test
    void a_hash_that_an_exchange_publishes_restricts_the_next_upload_within_a_minute_and_a_taken_down_one_does_not()
            throws Exception {
        Path config = Files.writeString(folder.resolve("settings.properties"), "bulwark.schemas.write=3\n");
        String md5 = FileDigest.of(FileDigest.Kind.MD5, PICTURE).hex();
        try (ExchangeServer exchange = ExchangeServer.start().answers(ncmec(""));
                TestNode node = TestNode.start(folder);
                ServiceProcess worker = node.readyWorker(
                        "worker", Map.of("bulwark.schemas.write", "3", "bulwark.restricted.labels", "sealed"));
                ImageUploader uploads = new ImageUploader(node.broker());
                EventReader<Verdict> verdicts = EventReader.verdictsFromNow(node.broker())) {
            AtomicReference<Integer> exitCode = new AtomicReference<>();
            StringWriter out = new StringWriter();
            Thread sync = new Thread(() -> exitCode.set(BulwarkCommand.commandLine()
                    .setOut(new PrintWriter(out, true))
                    .setErr(new PrintWriter(out, true))
                    .execute(
                            "bank",
                            "hashes",
                            "sync",
                            "--bootstrap-servers",
                            node.broker().bootstrapServers(),
                            "--config",
                            config.toString(),
                            "--shape",
                            "NCMEC",
                            "--list",
                            "example-industry",
                            "--label",
                            "sealed",
                            "--verified",
                            "--url",
                            exchange.url(),
                            "--every",
                            "5s")));
            sync.start();
            try {
                Verdict before = verdict(uploads, verdicts, verdict -> true);
                assertThat(before.getRestricted()).as("no list has it yet").isFalse();

                exchange.answers(ncmec("", ncmecImage(42, "image1", "A1", "<md5>" + md5 + "</md5>")));
                long changed = System.nanoTime();
                Verdict listed = verdict(uploads, verdicts, Verdict::getRestricted);
                System.out.printf(
                        "a published hash restricted an upload after %.1f s%n", (System.nanoTime() - changed) / 1e9);
                assertThat(listed)
                        .returns(Decision.NSFW, Verdict::getDecision)
                        .returns("sealed", Verdict::getDecidingLabel)
                        .returns(DecisionBasis.KNOWN_MD5, Verdict::getBasis)
                        .returns(
                                new ListMatch(
                                        "example-industry", "42-image-image1", ListedHashKind.MD5, "A1", true, false),
                                Verdict::getListed);
                assertThat(listed.getViews()).isEmpty();
                assertThat(LatestRecords.of(node.broker(), Topics.EMBEDDINGS))
                        .containsKey(before.getImageId())
                        .doesNotContainKey(listed.getImageId());
                assertThat(LatestRecords.of(node.broker(), Topics.DEAD_LETTERS)).isEmpty();

                exchange.answers(ncmec("", ncmecDeleted(42, "image1")));
                changed = System.nanoTime();
                verdict(uploads, verdicts, verdict -> !verdict.getRestricted());
                System.out.printf(
                        "a hash that was taken down counted for %.1f s%n", (System.nanoTime() - changed) / 1e9);
                assertThat(Files.walk(folder)
                                .filter(file -> file.toString().endsWith(".log"))
                                .filter(file -> !file.startsWith(folder.resolve("kafka")))
                                .filter(file -> read(file).contains(md5)))
                        .as("logs that name the hash")
                        .isEmpty();
            } finally {
                sync.interrupt();
                sync.join();
            }
            assertThat(exitCode).hasValue(0);
            assertThat(out.toString()).contains("1 entries added").doesNotContain(md5);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    /** Uploads the picture again and again, until a verdict is as wanted. */
    private Verdict verdict(ImageUploader uploads, EventReader<Verdict> verdicts, Predicate<Verdict> wanted) {
        AtomicReference<Verdict> found = new AtomicReference<>();
        await().atMost(PROMISED).pollInterval(Duration.ofMillis(200)).until(() -> {
            String id = "image-" + number++;
            uploads.send(uploads.inline(id, "uploader", PICTURE, Map.of()));
            uploads.flush();
            verdicts.poll(Duration.ofMillis(500)).stream()
                    .filter(wanted)
                    .reduce((first, last) -> last)
                    .ifPresent(found::set);
            return Optional.ofNullable(found.get()).isPresent();
        });
        return found.get();
    }
}
