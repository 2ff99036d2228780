package io.bulwark.service.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.schemas.connection.KafkaSecurity;
import io.bulwark.schemas.testing.SettingsTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Writes the table to {@code target/settings-worker.md}; from there it goes into {@code docs/settings.md} by hand. */
class SettingsTableTest {

    private static final Path SOURCES = Path.of("src/main/java/io/bulwark/service/config");
    private static final Path SOURCE = SOURCES.resolve("WorkerConfig.java");
    private static final Path[] SHARED = {
        SOURCES.resolve("FetchConfig.java"),
        SOURCES.resolve("DecodeConfig.java"),
        SOURCES.resolve("TwinConfig.java"),
        SOURCES.resolve("ViewsConfig.java"),
        SOURCES.resolve("PreviewConfig.java"),
        SOURCES.resolve("ScoreConfig.java"),
        Path.of("../../schemas/src/main/java/io/bulwark/schemas/connection/KafkaSecurity.java")
    };

    @Test
    void the_page_s_table_is_that_of_the_source() throws IOException {
        String table = SettingsTable.of(SOURCE, "bulwark", SHARED);
        Path written = Files.writeString(Path.of("target/settings-worker.md"), table);

        assertThat(SettingsTable.inPage(Path.of("../docs/settings.md"), "worker"))
                .as("the table in embed-worker/docs/settings.md; put in %s", written)
                .contains(table.strip());
        assertThat(table)
                .contains("| `bulwark.kafka.bootstrap-servers` | `localhost:9092` | Brokers to ask first")
                .contains("| `bulwark.policy.tenants.<name>.flag` |  | ")
                .contains("| `bulwark.kafka.security.password-file` |  | A file that holds the SASL user's password")
                .contains("| `bulwark.kafka.properties.<name>` |  | ")
                .contains("| `bulwark.drain-timeout` | `20s` | ");
    }

    @Test
    void every_setting_has_a_row_with_a_meaning() throws IOException {
        String[] rows = SettingsTable.of(SOURCE, "bulwark", SHARED).split("\n");
        List<Class<?>> groups = List.of(
                FetchConfig.class,
                FetchConfig.S3.class,
                DecodeConfig.class,
                TwinConfig.class,
                ViewsConfig.class,
                PreviewConfig.class,
                ScoreConfig.class);
        long settings = Stream.concat(Arrays.stream(WorkerConfig.class.getDeclaredClasses()), groups.stream())
                .flatMap(group -> Arrays.stream(group.getDeclaredMethods()))
                .filter(method -> !Set.of("tenants", "labels", "security", "s3").contains(method.getName()))
                .count();
        // bulwark.restricted.labels is a list, and no rules of labels.
        settings += WorkerConfig.Restricted.class.getDeclaredMethods().length;
        long ofSecurity = KafkaSecurity.class.getDeclaredMethods().length;
        // The rules of labels are there twice: for everybody, and for single tenants.
        settings += WorkerConfig.Label.class.getDeclaredMethods().length;
        long ofRoot = Arrays.stream(WorkerConfig.class.getDeclaredMethods())
                .filter(method -> method.getReturnType().getEnclosingClass() == null)
                .filter(method -> !groups.contains(method.getReturnType()))
                .count();

        assertThat(rows.length - 2).isEqualTo((int) (settings + ofSecurity + ofRoot));
        assertThat(Arrays.stream(rows).skip(2))
                .allMatch(row -> row.matches("\\| `bulwark[^`]+` \\| .* \\| \\S.*\\. \\|"));
    }
}
