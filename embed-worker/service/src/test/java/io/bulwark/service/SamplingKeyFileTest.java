package io.bulwark.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.imaging.SamplingKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamplingKeyFileTest {

    @TempDir
    Path folder;

    @Test
    void lineBreakAtTheEndIsNoPartOfTheKey() throws IOException {
        Path file = Files.writeString(folder.resolve("key"), "0123456789abcdef\n");
        assertThat(SamplingKeyFile.read(file))
                .isEqualTo(SamplingKey.of("0123456789abcdef".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void fileThatIsMissingOrTooShortIsRefusedNamingTheSetting() throws IOException {
        Path file = folder.resolve("key");
        assertThatThrownBy(() -> SamplingKeyFile.read(file))
                .hasMessageContaining("bulwark.decode.sampling-key-file is " + file + ", which cannot be read");
        Files.writeString(file, "short\n");
        assertThatThrownBy(() -> SamplingKeyFile.read(file))
                .hasMessageContaining("bulwark.decode.sampling-key-file is " + file)
                .hasMessageContaining("5 bytes, at least 16");
    }
}
