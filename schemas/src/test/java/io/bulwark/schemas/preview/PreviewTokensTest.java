package io.bulwark.schemas.preview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreviewTokensTest {

    private static final String SECRET = "thirty-two characters and a few more";
    private static final String URI = new PreviewQuestion("images.uploaded", 3, 4711, "a1".repeat(32), false).uri();
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    @TempDir
    Path folder;

    private static PreviewTokens at(Instant now) {
        return new PreviewTokens(SECRET, Clock.fixed(now, ZoneOffset.UTC));
    }

    @Test
    void aTokenHoldsForItsQuestionAlone() {
        String token = at(NOW).sign(URI);
        assertThat(at(NOW).isValid(token, URI)).isTrue();
        assertThat(at(NOW).isValid(token, URI + "&frames=strip")).isFalse();
        assertThat(at(NOW).isValid(token, URI.replace("4711", "4712"))).isFalse();
    }

    @Test
    void aTokenOfAnotherSecretIsNone() {
        String foreign = new PreviewTokens(SECRET + "!", Clock.fixed(NOW, ZoneOffset.UTC)).sign(URI);
        assertThat(at(NOW).isValid(foreign, URI)).isFalse();
    }

    @Test
    void aTokenEndsAndIsNotMadeToLastLonger() {
        String token = at(NOW).sign(URI);
        assertThat(at(NOW.plus(Duration.ofSeconds(59))).isValid(token, URI)).isTrue();
        assertThat(at(NOW.plus(Duration.ofSeconds(61))).isValid(token, URI)).isFalse();
        assertThat(at(NOW.minus(Duration.ofSeconds(31))).isValid(token, URI)).isFalse();
        String later = token.replaceFirst("[0-9]+", Long.toString(NOW.getEpochSecond() + 40));
        assertThat(at(NOW).isValid(later, URI)).isFalse();
    }

    @Test
    void whatIsNoTokenIsRefused() {
        for (String none : new String[] {null, "", ".", "1.2", "x".repeat(5_000), at(NOW).sign(URI) + "A"}) {
            assertThat(at(NOW).isValid(none, URI)).as(none).isFalse();
        }
    }

    @Test
    void theSecretComesFromASettingOrAFile() throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), SECRET + "\n");
        PreviewTokens ofFile = PreviewTokens.of(Optional.empty(), Optional.of(file), Clock.systemUTC())
                .orElseThrow();
        PreviewTokens ofText = PreviewTokens.of(Optional.of(SECRET), Optional.empty(), Clock.systemUTC())
                .orElseThrow();
        assertThat(ofText.isValid(ofFile.sign(URI), URI)).isTrue();
        assertThat(PreviewTokens.of(Optional.empty(), Optional.empty(), Clock.systemUTC()))
                .isEmpty();
    }

    @Test
    void aWrongSettingIsNamed() {
        assertThatThrownBy(() -> PreviewTokens.of(Optional.of("short"), Optional.empty(), Clock.systemUTC()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bulwark.preview.secret has 5 characters, allowed are at least 32.");
        Path none = folder.resolve("none");
        assertThatThrownBy(() -> PreviewTokens.of(Optional.empty(), Optional.of(none), Clock.systemUTC()))
                .hasMessageContaining("bulwark.preview.secret-file is " + none);
        assertThatThrownBy(() -> PreviewTokens.of(Optional.of(SECRET), Optional.of(none), Clock.systemUTC()))
                .hasMessageContaining("allowed is one");
    }
}
