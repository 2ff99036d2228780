package io.bulwark.stream.review.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.stream.review.evidence.EvidenceKeys.Sealed;
import io.bulwark.stream.review.evidence.EvidenceKeys.Subject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvidenceKeysTest {

    private static final UUID ITEM = UUID.randomUUID();
    private static final Subject SUBJECT = new Subject("default", ITEM, "ab".repeat(32), false);
    private static final byte[] PICTURE = "a picture of a person".getBytes(StandardCharsets.UTF_8);
    private static final String OLD = "2025:" + "01".repeat(32);
    private static final String NEW = "2026:" + "Ef".repeat(32);

    @TempDir
    Path folder;

    private EvidenceKeys keys(String... lines) {
        return EvidenceKeys.read(file(lines)).orElseThrow();
    }

    private Path file(String... lines) {
        try {
            return Files.writeString(folder.resolve("keys"), String.join("\n", lines));
        } catch (IOException unwritable) {
            throw new IllegalStateException(unwritable);
        }
    }

    @Test
    void whatIsSealedOpensForItsSubjectAlone() {
        EvidenceKeys keys = keys(OLD);
        Sealed sealed = keys.seal(SUBJECT, PICTURE);
        assertThat(keys.open(SUBJECT, sealed)).contains(PICTURE);
        assertThat(keys.open(new Subject("another", ITEM, SUBJECT.contentSha256(), false), sealed))
                .isEmpty();
        assertThat(keys.open(new Subject("default", UUID.randomUUID(), SUBJECT.contentSha256(), false), sealed))
                .isEmpty();
        assertThat(keys.open(new Subject("default", ITEM, "cd".repeat(32), false), sealed))
                .isEmpty();
        assertThat(keys.open(new Subject("default", ITEM, SUBJECT.contentSha256(), true), sealed))
                .isEmpty();
    }

    @Test
    void nothingOfThePictureIsSeenAndNoTwoSealsAreAlike() {
        EvidenceKeys keys = keys(OLD);
        byte[] sealed = keys.seal(SUBJECT, PICTURE).bytes();
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("picture");
        assertThat(keys.seal(SUBJECT, PICTURE).bytes()).isNotEqualTo(sealed);
    }

    @Test
    void whatWasAlteredDoesNotOpen() {
        EvidenceKeys keys = keys(OLD);
        Sealed sealed = keys.seal(SUBJECT, PICTURE);
        for (int at : new int[] {0, 12, sealed.bytes().length - 1}) {
            byte[] altered = sealed.bytes().clone();
            altered[at] ^= 1;
            assertThat(keys.open(SUBJECT, new Sealed("2025", altered))).isEmpty();
        }
        assertThat(keys.open(SUBJECT, new Sealed("2025", new byte[3]))).isEmpty();
    }

    @Test
    void aNewKeySealsWhileTheOldOneStillOpens() {
        Sealed old = keys(OLD).seal(SUBJECT, PICTURE);
        EvidenceKeys both = keys(NEW, "", OLD, "");
        assertThat(both.current()).isEqualTo("2026");
        assertThat(both.open(SUBJECT, old)).contains(PICTURE);
        assertThat(both.seal(SUBJECT, PICTURE).keyId()).isEqualTo("2026");
        assertThat(keys(NEW).open(SUBJECT, old)).isEmpty();
    }

    @Test
    void anEmptyFileHoldsNoKey() {
        assertThat(EvidenceKeys.read(file("", " "))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nothing",
                "2026:abcd",
                ":0101",
                "a b:0101010101010101010101010101010101010101010101010101010101010101"
            })
    void aLineThatIsNoKeyIsNamedAndNotShown(String line) {
        Path file = file(OLD, line);
        assertThatThrownBy(() -> EvidenceKeys.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bulwark.review.evidence.key-file")
                .hasMessageContaining("line 2")
                // The folder's number may have any digits.
                .satisfies(refusal -> assertThat(refusal.getMessage().replace(file.toString(), ""))
                        .doesNotContain("0101"));
    }

    @Test
    void twoKeysOfOneNameAreRefused() {
        Path file = file(OLD, OLD);
        assertThatThrownBy(() -> EvidenceKeys.read(file)).hasMessageContaining("line 2");
        assertThatThrownBy(() -> EvidenceKeys.read(folder.resolve("none"))).hasMessageContaining("cannot be read");
    }
}
