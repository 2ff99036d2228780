package io.bulwark.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChildSafetySettingsTest {

    private static final String PREFIX = "bulwark.child-safety.";

    @TempDir
    Path folder;

    private final Map<String, String> settings = new HashMap<>();

    /** Everything that a report needs. */
    @BeforeEach
    void complete() throws IOException {
        settings.put("bulwark.restricted.labels", "sexual-minor,other");
        settings.put("bulwark.database.url", "jdbc:postgresql://database/bulwark");
        settings.put(PREFIX + "vault.key-file", file("keys", "k1:" + "ab".repeat(32)));
        settings.put(PREFIX + "report.url", "https://exttest.example/ispws");
        settings.put(PREFIX + "report.username", "usr123");
        settings.put(PREFIX + "report.password-file", file("password", "secret"));
        settings.put(PREFIX + "report.labels", "sexual-minor");
        settings.put(PREFIX + "report.first-name", "Rae");
        settings.put(PREFIX + "report.last-name", "Porter");
        settings.put(PREFIX + "report.email", "safety@example.org");
        settings.put(PREFIX + "report.company", "Example");
    }

    private String file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content).toString();
    }

    private StreamConfig validated() {
        settings.put("user.home", folder.toString());
        return StreamSettings.validated(new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .addDefaultInterceptors()
                .withMapping(StreamConfig.class)
                .withSources(new PropertiesConfigSource(settings, "test", 500))
                .build()
                .getConfigMapping(StreamConfig.class));
    }

    @Test
    void byDefaultNothingIsRestrictedKeptOrReported() {
        settings.clear();
        StreamConfig config = validated();
        assertThat(config.restricted().labels()).isEmpty();
        assertThat(config.childSafety().report().url()).isEmpty();
        assertThat(config.childSafety().report().automatic()).isEqualTo("off");
        assertThat(config.childSafety().vault().keyFile()).isEmpty();
    }

    @Test
    void whatAReportNeedsIsEnough() {
        assertThat(validated().childSafety().report().url()).isPresent();
    }

    @Test
    void restrictedLabelsNeedADatabase() {
        settings.remove("bulwark.database.url");
        assertThatThrownBy(this::validated)
                .hasMessageContaining("bulwark.restricted.labels is [")
                .hasMessageContaining("without a database restricted images have no cases");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vault.key-file",
                "report.username",
                "report.password-file",
                "report.labels",
                "report.first-name",
                "report.last-name",
                "report.email",
                "report.company"
            })
    void aReportNeedsEachOfThese(String key) {
        settings.remove(PREFIX + key);
        assertThatThrownBy(this::validated).hasMessageContaining(PREFIX + key + " is nothing, allowed is a");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "lease | 10s | PT10S, allowed is a duration from PT1M to PT8H",
                "lease | 9h | PT9H, allowed is a duration from PT1M to PT8H",
                "report.timeout | 0s | PT0S, allowed is a duration from PT1S to PT10M",
                "report.automatic | always | 'always', allowed is off, sha256 or cryptographic",
                "report.url | http://receiver.example/ispws | http://receiver.example, allowed is https://",
                "report.url | https://user@receiver.example/ | https://receiver.example, allowed is https://",
                "report.labels | adult | [adult], allowed is labels of bulwark.restricted.labels",
            })
    void whatIsWrongIsNamed(String key, String value, String message) {
        settings.put(PREFIX + key, value);
        assertThatThrownBy(this::validated).hasMessageContaining(PREFIX + key + " is " + message);
    }

    @Test
    void filesThatHoldSomethingElseAreNamedAndNothingOfThemIs() throws IOException {
        settings.put(PREFIX + "vault.key-file", file("keys", "k1:no key at all"));
        assertThatThrownBy(this::validated)
                .hasMessageContaining(PREFIX + "vault.key-file is ")
                .hasMessageContaining("whose line 1 is not a name")
                .hasMessageNotContaining("no key at all");
        settings.put(PREFIX + "report.password-file", folder.resolve("missing").toString());
        assertThatThrownBy(this::validated).hasMessageContaining(PREFIX + "report.password-file: ");
    }

    @Test
    void aReceiverOnANetworkOfYourOwnMayBeHttp() {
        settings.put(PREFIX + "report.url", "http://receiver.example/ispws");
        settings.put(PREFIX + "report.allow-http", "true");
        assertThat(validated().childSafety().report().url()).isPresent();
    }
}
