package io.bulwark.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.cli.terminal.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

    @TempDir
    Path parent;

    @Test
    void keeps_what_an_earlier_node_left() throws Exception {
        leave("kafka/log/segment");

        try (DataFolder again = DataFolder.hold(parent.resolve("data"), false)) {
            assertThat(again.path().resolve("kafka/log/segment")).exists();
        }
    }

    @Test
    void empties_what_an_earlier_node_left_when_it_is_to_be_fresh() throws Exception {
        leave("kafka/log/segment");

        try (DataFolder again = DataFolder.hold(parent.resolve("data"), true)) {
            assertThat(again.path()).isDirectoryNotContaining("glob:**kafka");
        }
    }

    @Test
    void never_touches_a_folder_that_no_node_made() throws Exception {
        Path photos = Files.createDirectories(parent.resolve("photos"));
        Files.writeString(photos.resolve("wedding.jpg"), "precious");

        assertThatThrownBy(() -> DataFolder.hold(photos, true))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("no local node made")
                .hasMessageContaining("--data");
        assertThat(photos.resolve("wedding.jpg")).hasContent("precious");
    }

    @Test
    void is_held_by_one_node_at_a_time() {
        try (DataFolder first = DataFolder.hold(parent.resolve("data"), false)) {
            assertThatThrownBy(() -> DataFolder.hold(first.path(), false))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining("another local node uses");
        }
        DataFolder.hold(parent.resolve("data"), false).close();
    }

    private void leave(String file) throws Exception {
        try (DataFolder data = DataFolder.hold(parent.resolve("data"), false)) {
            Path left = data.path().resolve(file);
            Files.createDirectories(left.getParent());
            Files.writeString(left, "records");
        }
    }
}
