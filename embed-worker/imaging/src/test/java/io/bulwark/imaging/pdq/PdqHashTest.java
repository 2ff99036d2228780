package io.bulwark.imaging.pdq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PdqHashTest {

    /** Hashes that Meta's ports give of one picture, from the ports' own tests and pages. */
    private static final List<String> ONE_PICTURE = List.of(
            "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22",
            "f8f8f0cce0f4e84d0e370a22028f67f0b36e2ed596623e1d33e6339c4e9c9b22",
            "d8f8f0cce0f4a84f0e370a22028f67f0b36e2ed596623e1d33e6b39c4e9c9b22",
            "d8f8f0cec0f4a84f0637022a278f67f0b36e2ed596621e1d33e6339c4e9c9b22");

    private static final String NONE = "0".repeat(64);

    @Property
    void isReadAsItIsWritten(@ForAll long first, @ForAll long second, @ForAll long third, @ForAll long fourth) {
        PdqHash hash = new PdqHash(first, second, third, fourth);

        assertThat(PdqHash.parse(hash.hex())).isEqualTo(hash);
        assertThat(PdqHash.parse(hash.hex().toUpperCase(Locale.ROOT))).isEqualTo(hash);
        assertThat(hash).hasToString(hash.hex());
    }

    @Test
    void theLowestBitStandsLast() {
        assertThat(new PdqHash(0, 0, 0, 1).hex()).isEqualTo("0".repeat(63) + "1");
        assertThat(new PdqHash(Long.MIN_VALUE, 0, 0, 0).hex()).isEqualTo("8" + "0".repeat(63));
    }

    @Property
    void theDistanceCountsTheBitsThatDiffer(@ForAll long a, @ForAll long b, @ForAll long c) {
        PdqHash one = new PdqHash(a, b, c, 5);
        PdqHash other = new PdqHash(b, c, a, 6);
        int plain = 0;
        for (int i = 0; i < 64; i++) {
            plain += Integer.bitCount(Character.digit(one.hex().charAt(i), 16)
                    ^ Character.digit(other.hex().charAt(i), 16));
        }

        assertThat(one.distance(other)).isEqualTo(plain).isEqualTo(other.distance(one));
        assertThat(one.distance(one)).isZero();
    }

    @Test
    void aMatchMayDifferIn31Bits() {
        PdqHash none = PdqHash.parse(NONE);

        assertThat(none.isMatch(new PdqHash(0, 0, 0, (1L << 31) - 1))).isTrue();
        assertThat(none.isMatch(new PdqHash(0, 0, 0, (1L << 32) - 1))).isFalse();
        assertThat(none.distance(new PdqHash(-1, -1, -1, -1))).isEqualTo(256);
    }

    @Test
    void whatMetasPortsSayOfOnePictureMatches() {
        for (String one : ONE_PICTURE) {
            for (String other : ONE_PICTURE) {
                assertThat(PdqHash.parse(one).distance(PdqHash.parse(other))).isLessThanOrEqualTo(12);
            }
        }
    }

    @Test
    void ordersAsItsDigitsDo() {
        assertThat(PdqHash.parse("f" + NONE.substring(1))).isGreaterThan(PdqHash.parse("7" + NONE.substring(1)));
        assertThat(PdqHash.parse(NONE.substring(1) + "2")).isGreaterThan(PdqHash.parse(NONE.substring(1) + "1"));
    }

    @Test
    void anythingElseIsRefusedAndNotRepeated() {
        String secret = "c0ffee";

        assertThatThrownBy(() -> PdqHash.parse(secret + NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a PDQ hash has 70 characters, allowed are 64 hexadecimal digits");
        assertThatThrownBy(() -> PdqHash.parse(secret + NONE.substring(7) + "g"))
                .hasMessage("a PDQ hash has no hexadecimal digit at position 64 of 64");
        assertThatThrownBy(() -> PdqHash.parse("")).hasMessageContaining("0 characters");
    }
}
