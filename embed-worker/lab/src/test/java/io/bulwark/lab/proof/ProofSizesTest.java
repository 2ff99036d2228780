package io.bulwark.lab.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProofSizesTest {

    @TempDir
    private Path folder;

    @Test
    void plain_and_window_stores_of_all_tasks_are_counted_and_nothing_else() throws IOException {
        file("app/0_1/rocksdb/decisions/000012.sst", 100);
        file("app/0_2/rocksdb/decisions/000007.sst", 20);
        file("app/0_2/hours/hours.1764633600000/000009.sst", 50);
        file("app/0_2/.checkpoint", 7);
        file("app/.lock", 3);

        assertThat(ProofSizes.stores(folder)).isEqualTo(Map.of("decisions", 120.0, "hours", 50.0));
    }

    @Test
    void a_topic_is_its_partitions_without_indexes() throws IOException {
        file("moderation.decisions-0/00000000000000000000.log", 100);
        file("moderation.decisions-11/00000000000000000000.log", 10);
        file("moderation.decisions-11/00000000000000000000.index", 1000);
        file("moderation.decisions-11/00000000000000000000.timeindex", 1000);
        file("meta.properties", 5);
        file("__cluster_metadata-0/00000000000000000000.log", 40);

        assertThat(ProofSizes.topics(folder))
                .isEqualTo(Map.of("moderation.decisions", 110.0, "__cluster_metadata", 40.0));
    }

    @Test
    void a_folder_that_is_not_there_takes_nothing() {
        assertThat(ProofSizes.stores(folder.resolve("absent"))).isEmpty();
    }

    @Test
    void what_was_added_is_the_difference_and_what_is_new() {
        ProofSizes before = new ProofSizes(Map.of("a", 5.0), Map.of(), Map.of("t", 7.0));
        ProofSizes now = new ProofSizes(Map.of("a", 6.0, "b", 2.0), Map.of("x", 3.0), Map.of("t", 7.0));

        assertThat(now.minus(before))
                .isEqualTo(new ProofSizes(Map.of("a", 1.0, "b", 2.0), Map.of("x", 3.0), Map.of("t", 0.0)));
    }

    private void file(String name, int bytes) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[bytes]);
    }
}
