package io.bulwark.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Decision;
import io.bulwark.events.Verdict;
import io.bulwark.imaging.heif.HeifFiles;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.service.testing.FaultyClients;
import io.bulwark.service.testing.Pictures;
import io.bulwark.service.testing.References;
import io.bulwark.service.testing.SampleUploads;
import io.bulwark.service.testing.WorkerUnderTest;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.common.config.TopicConfig;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Transactions that fail in every way a broker lets them fail, and a machine that lacks a program: still one answer each. To
 * replay, run the seed named.
 */
class FaultIT extends TrafficCase {

    @BeforeEach
    void fillBank() {
        References.fill(traffic, name);
    }

    @Test
    void commits_that_fail_time_out_or_are_fenced_leave_one_verdict_for_each_upload() {
        assertOneVerdictDespiteFaults(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 3, 4})
    @Tag("proof")
    void so_they_do_by_other_seeds(long seed) {
        assertOneVerdictDespiteFaults(seed);
    }

    private void assertOneVerdictDespiteFaults(long seed) {
        int count = 100;
        AtomicReference<FaultyClients> faulty = new AtomicReference<>();
        // Small transactions, so that there are many to fail.
        Map<String, String> settings = sideBySide();
        settings.put("bulwark.transaction.max-records", "8");
        settings.put("bulwark.transaction.linger", "5ms");
        try (WorkerUnderTest worker = WorkerUnderTest.start(name, settings, clients -> {
                    faulty.set(new FaultyClients(clients, seed));
                    return faulty.get();
                })
                .awaitReady()) {
            for (int i = 0; i < count; i++) {
                traffic.upload(SampleUploads.inline("image-" + i, Pictures.discs(i)));
            }
            traffic.awaitVerdicts(count);
            assertThat(faulty.get().faults()).isPositive();
            assertThat(worker.meters().counter("bulwark.transaction.aborts").count())
                    .isPositive();
        }
        assertOnce(count);
    }

    @Test
    void a_worker_thrown_out_of_the_group_commits_nothing_of_the_old_generation_and_comes_back() {
        int count = 200;
        try (WorkerUnderTest worker = WorkerUnderTest.start(name, sideBySide(), clients -> clients)
                        .awaitReady();
                Admin admin = admin()) {
            for (int i = 0; i < count; i++) {
                traffic.upload(SampleUploads.inline("image-" + i, Pictures.discs(i)));
                if (i % 50 == 25) {
                    traffic.flush();
                    throwOut(admin);
                }
            }
            traffic.awaitVerdicts(count);
        }
        assertOnce(count);
    }

    @Test
    void a_dead_letter_that_the_broker_finds_too_large_goes_without_its_value() throws Exception {
        try (Admin admin = admin()) {
            recreate(admin, Topics.DEAD_LETTERS, Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "1000000"));
        }
        try (WorkerUnderTest worker = WorkerUnderTest.start(name).awaitReady()) {
            traffic.raw("large", new byte[3_000_000]);
            traffic.upload(SampleUploads.inline("after", Pictures.board(1)));

            assertThat(traffic.awaitDeadLetters(1).get(0).value()).isNull();
            traffic.verdictOn("after");
        }
    }

    @Test
    void a_heic_waits_while_its_decoder_is_gone_readiness_names_it_and_then_the_picture_is_decided(@TempDir Path folder)
            throws IOException {
        Path picture = folder.resolve("picture.png");
        ImageIO.write(new BufferedImage(96, 64, BufferedImage.TYPE_INT_RGB), "png", picture.toFile());
        Path program = Files.writeString(
                folder.resolve("heif-dec"),
                "#!/bin/sh\nif [ \"$1\" = --help ]; then echo Usage: heif-dec; exit; fi\ncp " + picture + " \"$2\"\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        // The stand-in runs cp, which isolation would not let it.
        Map<String, String> settings =
                Map.of("bulwark.decode.heif-command", program.toString(), "bulwark.decoder.isolation", "none");
        try (WorkerUnderTest worker =
                WorkerUnderTest.start(name, settings, clients -> clients).awaitReady()) {
            Path away = Files.move(program, folder.resolve("away"));
            traffic.upload(SampleUploads.inline("heic", HeifFiles.file("lossless.avif")));
            traffic.flush();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(
                            () -> assertThat(worker.worker().unreadiness().orElse("ready"))
                                    .contains("bulwark.decode.heif-command", "libheif-examples"));
            traffic.readToEnd();
            assertThat(traffic.verdicts()).isEmpty();

            Files.move(away, program);
            assertThat(traffic.verdictOn("heic").getDecision()).isNotEqualTo(Decision.REFUSED);
            assertThat(worker.worker().unreadiness()).isEmpty();
        }
        assertOnce(1);
    }

    /** With a few batches in flight: whatever interrupts a transaction has all that is in flight embedded again. */
    private static Map<String, String> sideBySide() {
        Map<String, String> settings = new HashMap<>(WorkerUnderTest.SIDE_BY_SIDE);
        settings.put("bulwark.batch.max-in-flight", "24");
        return settings;
    }

    /** With a setting from the start: one that is altered takes effect at an unknown time. */
    private static void recreate(Admin admin, Topics topic, Map<String, String> setting) throws Exception {
        admin.deleteTopics(List.of(topic.topicName())).all().get();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> !admin.listTopics().names().get().contains(topic.topicName()));
        Map<String, String> settings = new HashMap<>(topic.config());
        settings.putAll(setting);
        admin.createTopics(
                        List.of(TopicNames.UNPREFIXED.newTopic(topic, (short) 1).configs(settings)))
                .all()
                .get();
    }

    /** Removes every member; tried again while the group has none, since the last removal is being survived. */
    private void throwOut(Admin admin) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
            admin.removeMembersFromConsumerGroup(name, new RemoveMembersFromConsumerGroupOptions())
                    .all()
                    .get();
            return true;
        });
    }

    private void assertOnce(int count) {
        traffic.readToEnd();
        assertThat(traffic.verdicts())
                .extracting(Verdict::getImageId)
                .doesNotHaveDuplicates()
                .hasSize(count);
    }

    private static Admin admin() {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", TestBroker.bootstrapServers());
        return Admin.create(properties);
    }
}
