package io.bulwark.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.schemas.testing.SettingsTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Writes the table to {@code target/settings-stream.md}; from there it goes into {@code docs/settings.md} by hand. */
class SettingsTableTest {

    private static final Path SOURCE = Path.of("src/main/java/io/bulwark/stream/StreamConfig.java");
    private static final Path SECURITY =
            Path.of("../schemas/src/main/java/io/bulwark/schemas/connection/KafkaSecurity.java");
    private static final Path DATABASE = Path.of("src/main/java/io/bulwark/stream/DatabaseConfig.java");
    private static final Path REVIEW = Path.of("src/main/java/io/bulwark/stream/ReviewConfig.java");
    private static final Path PREVIEW = Path.of("src/main/java/io/bulwark/stream/PreviewConfig.java");
    private static final Path OUTBOUND = Path.of("src/main/java/io/bulwark/stream/OutboundConfig.java");
    private static final Path NOTIFICATION = Path.of("src/main/java/io/bulwark/stream/NotificationConfig.java");
    private static final Path CHILD_SAFETY = Path.of("src/main/java/io/bulwark/stream/ChildSafetyConfig.java");
    private static final Path WRITTEN = Path.of("target/settings-stream.md");
    private static final Path NOTIFICATIONS = Path.of("target/settings-notifications.md");
    private static final Path SAFETY = Path.of("target/settings-child-safety.md");

    private static String table;
    private static String notifications;
    private static String safety;

    @BeforeAll
    static void write() throws IOException {
        String all = SettingsTable.of(
                SOURCE, "bulwark", SECURITY, DATABASE, REVIEW, PREVIEW, OUTBOUND, NOTIFICATION, CHILD_SAFETY);
        table = rows(all, row -> !isOf(row, "notifications") && !isOf(row, "child-safety", "restricted"));
        notifications = rows(all, row -> !row.startsWith("| `bulwark.") || isOf(row, "notifications"));
        safety = rows(all, row -> !row.startsWith("| `bulwark.") || isOf(row, "child-safety", "restricted"));
        Files.writeString(WRITTEN, table);
        Files.writeString(NOTIFICATIONS, notifications);
        Files.writeString(SAFETY, safety);
    }

    private static boolean isOf(String row, String... groups) {
        return Arrays.stream(groups).anyMatch(group -> row.startsWith("| `bulwark." + group + "."));
    }

    private static String rows(String all, Predicate<String> wanted) {
        return all.lines().filter(wanted).collect(Collectors.joining("\n", "", "\n"));
    }

    @Test
    void thePagesTableIsThatOfTheSource() throws IOException {
        assertThat(SettingsTable.inPage(Path.of("docs/settings.md"), "stream"))
                .as("the table in moderation-stream/docs/settings.md; put in %s", WRITTEN)
                .contains(table.strip());
    }

    /** They have a page of their own, because the other one is full. */
    @Test
    void theTableOfNotificationsIsThatOfTheSource() throws IOException {
        assertThat(SettingsTable.inPage(Path.of("docs/notifications.md"), "notifications"))
                .as("the table in moderation-stream/docs/notifications.md; put in %s", NOTIFICATIONS)
                .contains(notifications.strip());
    }

    @Test
    void theTableOfChildSafetyIsThatOfTheSource() throws IOException {
        assertThat(SettingsTable.inPage(Path.of("docs/child-safety.md"), "child-safety"))
                .as("the table in moderation-stream/docs/child-safety.md; put in %s", SAFETY)
                .contains(safety.strip());
    }

    @Test
    void aRowTellsKeyDefaultAndMeaning() {
        assertThat(table)
                .contains("| `bulwark.kafka.bootstrap-servers` | `localhost:9092` | Kafka brokers to start from")
                .contains("| `bulwark.kafka.security.password-file` |  | A file that holds the SASL user's password")
                .contains("| `bulwark.kafka.properties.<name>` |  | Further properties for every Kafka client")
                .contains("| `bulwark.stream.application-server` |  | `host:port` under which")
                .contains("| `bulwark.stream.state-dir` | `${user.home}/.bulwark/moderation-stream` | Folder of")
                .contains("| `bulwark.stream.uploaders.strike-half-life` | `7d` | After how long");
    }

    /** Code that holds braces was cut off at the first. */
    @Test
    void codeInARowIsWhole() {
        assertThat(table).contains("`https://pictures.example/{tenant}/{imageId}`;");
        assertThat(table.lines()).allSatisfy(row -> {
            assertThat(row.chars().filter(next -> next == '`').count()).isEven();
            assertThat(row.replaceAll("`[^`]*`", "")).doesNotContain("{", "}");
        });
    }

    @Test
    void everyRowHasAMeaning() {
        assertThat(table.lines().skip(2))
                .hasSizeGreaterThan(20)
                .allMatch(row -> row.matches("\\| `bulwark[^`]+` \\| .*\\| \\S.*\\. \\|"));
    }
}
