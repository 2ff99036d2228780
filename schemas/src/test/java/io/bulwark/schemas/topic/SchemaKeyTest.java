package io.bulwark.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Review;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaKeyTest {

    /** The header of a review, from the table of headers, read backwards: it is little-endian. */
    @Test
    void aSchemasKeyIsItsFingerprint() {
        SchemaKey key = SchemaKey.of(Review.getClassSchema());

        assertThat(key).hasToString("1605fca0245b8245");
        assertThat(SchemaKey.parse(utf8(key.toString()))).contains(key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000000000000000", "ffffffffffffffff", "00000000000000ff", "8000000000000000"})
    void sixteenDigitsAreAKeyAndComeBackAsTheyWere(String digits) {
        assertThat(SchemaKey.parse(utf8(digits)).orElseThrow()).hasToString(digits);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "4b2a39a2045df8a",
                "1605fca0245b82450",
                "4B2A39A2045DF8A4",
                "-b2a39a2045df8a4",
                "4b2a39a2045df8ax"
            })
    void everythingElseIsNone(String text) {
        assertThat(SchemaKey.parse(utf8(text))).isEmpty();
    }

    @Test
    void aRecordWithoutAKeyHasNone() {
        assertThat(SchemaKey.parse(null)).isEmpty();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
