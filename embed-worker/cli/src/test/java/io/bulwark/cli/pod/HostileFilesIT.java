package io.bulwark.cli.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bulwark.cli.local.ServiceProcess;
import io.bulwark.cli.traffic.EventReader;
import io.bulwark.cli.traffic.ImageUploader;
import io.bulwark.events.Decision;
import io.bulwark.events.Reason;
import io.bulwark.events.Verdict;
import io.bulwark.imaging.hostile.HostileCorpus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A worker with the options of its container image and the memory of its Kubernetes manifest, among files that were
 * made to kill it. The order comes from a seed, which is printed; the same order again:
 * {@code -Dbulwark.hostile.seed=N}.
 */
@Tag("proof")
class HostileFilesIT {

    private static final int ROUNDS = 3;
    private static final int HONEST = 1_000;
    private static final int KILLS = 50;
    private static final Duration LIMIT = Duration.ofMinutes(6);
    private static final long MOST_RESIDENT = 3L << 29;

    @TempDir
    static Path folder;

    @AutoClose
    private static TestNode node;

    @BeforeAll
    static void startBroker() {
        node = TestNode.start(folder);
    }

    private record Upload(String id, Supplier<byte[]> file) {}

    @Test
    void a_worker_answers_every_hostile_file_once_in_its_memory_and_decides_the_honest_ones_among_them() {
        Map<String, byte[]> made = new HashMap<>();
        HostileCorpus.files().forEach((name, file) -> made.put(name, file.get()));
        assertThat(made).hasSizeGreaterThanOrEqualTo(60);
        List<Upload> uploads = new ArrayList<>();
        made.forEach((name, file) -> {
            for (int round = 0; round < ROUNDS; round++) {
                uploads.add(new Upload("hostile " + round + " " + name, () -> file));
            }
        });
        for (int i = 0; i < HONEST; i++) {
            int number = i;
            uploads.add(new Upload("honest " + i, () -> Pictures.small(number)));
        }
        long seed = Long.getLong("bulwark.hostile.seed", System.nanoTime());
        System.out.println("HostileFilesIT: seed " + seed);
        Collections.shuffle(uploads, new Random(seed));

        Map<String, Integer> times = new HashMap<>();
        List<Verdict> verdicts = new ArrayList<>();
        try (ServiceProcess worker = node.readyImageWorker("hostile", "1536m", Map.of());
                MemoryWatch memory = new MemoryWatch(worker.pid());
                ImageUploader uploader = new ImageUploader(node.broker());
                EventReader<Verdict> reader = EventReader.verdictsFromNow(node.broker())) {
            for (Upload upload : uploads) {
                uploader.send(
                        uploader.inline(upload.id(), "uploader", upload.file().get(), Map.of()));
            }
            uploader.flush();
            await().atMost(LIMIT).until(() -> {
                verdicts.addAll(reader.poll(Duration.ofMillis(100)));
                return verdicts.size() >= uploads.size() || !worker.isAlive();
            });
            verdicts.addAll(reader.toEnd());
            assertThat(worker.isAlive()).as("the same worker lives").isTrue();
            System.out.println("HostileFilesIT: " + (memory.most() >> 20) + " MiB resident at most, " + made.size()
                    + " kinds of hostile files");
            assertThat(memory.most()).isPositive().isLessThan(MOST_RESIDENT);
        }
        verdicts.forEach(verdict -> times.merge(verdict.getImageId(), 1, Integer::sum));
        assertThat(times)
                .hasSize(uploads.size())
                .allSatisfy((id, count) -> assertThat(count).as(id).isEqualTo(1));
        assertThat(verdicts)
                .filteredOn(verdict -> verdict.getImageId().startsWith("honest"))
                .allSatisfy(verdict -> assertThat(verdict.getDecision())
                        .as(verdict.getImageId() + ": " + verdict.getReasonDetail())
                        .isNotEqualTo(Decision.REFUSED));
    }

    @Test
    void fifty_kills_of_decoder_processes_lose_and_double_nothing() {
        Random random = new Random(Long.getLong("bulwark.hostile.seed", System.nanoTime()));
        Map<String, Integer> times = new HashMap<>();
        List<Verdict> verdicts = new ArrayList<>();
        int kills = 0;
        int sent = 0;
        try (ServiceProcess worker = node.readyImageWorker("killed", "1536m", Map.of());
                ImageUploader uploader = new ImageUploader(node.broker());
                EventReader<Verdict> reader = EventReader.verdictsFromNow(node.broker())) {
            while (kills < KILLS) {
                for (int i = 0; i < 20; i++, sent++) {
                    uploader.send(uploader.inline("killed " + sent, "uploader", Pictures.small(sent), Map.of()));
                }
                int until = verdicts.size() + random.nextInt(20);
                while (verdicts.size() < until) {
                    verdicts.addAll(reader.poll(Duration.ofMillis(10)));
                }
                List<ProcessHandle> children =
                        ProcessHandle.of(worker.pid()).orElseThrow().children().toList();
                if (!children.isEmpty()
                        && children.get(random.nextInt(children.size())).destroyForcibly()) {
                    kills++;
                }
            }
            uploader.flush();
            int all = sent;
            await().atMost(LIMIT).until(() -> {
                verdicts.addAll(reader.poll(Duration.ofMillis(100)));
                return verdicts.size() >= all;
            });
            verdicts.addAll(reader.toEnd());
            assertThat(worker.isAlive()).isTrue();
        }
        verdicts.forEach(verdict -> times.merge(verdict.getImageId(), 1, Integer::sum));
        assertThat(times)
                .hasSize(sent)
                .allSatisfy((id, count) -> assertThat(count).as(id).isEqualTo(1));
        assertThat(verdicts)
                .filteredOn(verdict -> verdict.getDecision() == Decision.REFUSED)
                .allSatisfy(verdict -> assertThat(verdict.getReason()).isEqualTo(Reason.DECODER_FAILED));
    }
}
