package io.bulwark.perception.hash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class Sha256Test {

    /** FIPS 180-2, appendix B.1. */
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void isTheDigestOfAFile() {
        Sha256 digest = Sha256.digest("abc".getBytes(StandardCharsets.US_ASCII));

        assertThat(digest.hex()).isEqualTo(ABC);
        assertThat(digest).isEqualTo(Sha256.parse(ABC)).hasToString(ABC);
    }

    @Test
    void ordersAsItsDigitsDo() {
        assertThat(Sha256.parse(ABC)).isGreaterThan(Sha256.parse("1" + ABC.substring(1)));
        assertThat(Sha256.parse(ABC)).isEqualByComparingTo(Sha256.parse(ABC));
    }

    @Test
    void anythingElseIsRefused() {
        assertThatThrownBy(() -> Sha256.parse(ABC.substring(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a SHA-256 hash has 63 characters, allowed are 64 hexadecimal digits");
    }
}
