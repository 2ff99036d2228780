package io.bulwark.imaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SamplingKeyTest {

    private static final byte[] SECRET = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FILE = {1, 2, 3};

    @Test
    void idIsTheBeginningOfTheKeysHashAndTheKeyIsNeverPrinted() {
        // printf 0123456789abcdef | sha256sum
        assertThat(SamplingKey.of(SECRET).id()).isEqualTo("9f9f5111");
        assertThat(SamplingKey.of(SECRET)).hasToString("SamplingKey[9f9f5111]");
    }

    @Test
    void drawsFollowFromKeyAndFile() {
        SamplingKey key = SamplingKey.of(SECRET);
        assertThat(key.draws(FILE).bits()).isEqualTo(key.draws(FILE.clone()).bits());
        assertThat(key.draws(FILE).bits())
                .isNotEqualTo(SamplingKey.publicKey().draws(FILE).bits());
        assertThat(key.draws(FILE).bits())
                .isNotEqualTo(key.draws(new byte[] {1, 2, 4}).bits());
        SamplingKey.Draws draws = key.draws(FILE);
        assertThat(draws.bits()).isNotEqualTo(draws.bits());
    }

    @Test
    void drawsAreEvenlyDistributed() {
        SamplingKey.Draws draws = SamplingKey.publicKey().draws(FILE);
        Integer[] tenths = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        for (int i = 0; i < 10_000; i++) {
            tenths[(int) (10 * draws.next())]++;
        }
        // Five standard deviations.
        assertThat(tenths).allSatisfy(count -> assertThat(count).isBetween(850, 1150));
    }

    @Test
    void onlyThePublicKeyIsPublic() {
        assertThat(SamplingKey.publicKey().isPublic()).isTrue();
        // The page on verdicts names it.
        assertThat(SamplingKey.publicKey().id()).isEqualTo("b32c8612");
        assertThat(SamplingKey.of(SECRET).isPublic()).isFalse();
        assertThat(SamplingKey.of(SECRET)).isEqualTo(SamplingKey.of(SECRET.clone()));
    }

    @Test
    void shortKeyIsRefused() {
        assertThatThrownBy(() -> SamplingKey.of(new byte[15]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("15 bytes, at least 16");
    }
}
