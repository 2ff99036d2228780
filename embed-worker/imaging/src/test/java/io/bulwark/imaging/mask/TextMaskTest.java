package io.bulwark.imaging.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.imaging.preprocess.UprightPicture;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextMaskTest {

    private final TextMask mask = WrittenPictures.WHITE;

    @Test
    void linesOfLettersAreFoundWhereTheyAre() {
        UprightPicture clean = WrittenPictures.plain(128, 96);
        UprightPicture written = WrittenPictures.of(128, 96, 5);
        boolean[] found = mask.of(written.rgb(), 128, 96).orElseThrow();
        int right = 0;
        int covered = 0;
        int text = 0;
        for (int i = 0; i < found.length; i++) {
            boolean isText = (written.rgb()[3 * i] & 0xff) - (clean.rgb()[3 * i] & 0xff) > 30
                    && (written.rgb()[3 * i] & 0xff) > 220;
            right += isText && found[i] ? 1 : 0;
            covered += found[i] ? 1 : 0;
            text += isText ? 1 : 0;
        }
        assertThat((double) right / text).isGreaterThan(0.9);
        assertThat((double) right / covered).isGreaterThan(0.7);
    }

    @Test
    void aPictureWithoutTextHasNoMask() {
        assertThat(mask.of(WrittenPictures.plain(128, 96).rgb(), 128, 96)).isEmpty();
        assertThat(mask.of(new byte[3 * 64 * 64], 64, 64)).isEmpty();
    }

    @Test
    void sidesNeedNoWholeSteps() {
        assertThat(mask.of(WrittenPictures.of(121, 93, 5).rgb(), 121, 93))
                .get()
                .extracting(found -> found.length)
                .isEqualTo(121 * 93);
    }

    /** Raise the preprocessing's version with it: workers that find another mask judge by another view. */
    @Test
    void noBitOfAnAnswerChanges() {
        byte[] rgb = new byte[3 * 128 * 96];
        new Random(1).nextBytes(rgb);
        assertThat(Arrays.hashCode(TextMask.bundled().network().logits(rgb, 128, 96)))
                .isEqualTo(-1_662_848_801);
    }

    @Test
    void itCostsLessThanTwentyFiveMillionMultiplicationsAnImage() {
        assertThat(MaskLayers.TEXT.operations(128, 96)).isLessThan(25_000_000);
    }

    @Test
    void theFileSaysWhatLayersItHolds() {
        TextMask bundled = TextMask.bundled();
        byte[] file = bundled.network().toBytes();
        String header = new String(file, 8, 200, StandardCharsets.US_ASCII);
        assertThat(header)
                .startsWith("{\"stem.weight\":{\"dtype\":\"F32\",\"shape\":[12,3,3,3],\"data_offsets\":[0,1296]}");
        assertThat(file.length).isLessThan(100_000);
        assertThat(MaskNetwork.ofBytes(MaskLayers.TEXT, file).weights())
                .isEqualTo(bundled.network().weights());
        file[20]++;
        assertThatThrownBy(() -> MaskNetwork.ofBytes(MaskLayers.TEXT, file))
                .hasMessageContaining("bulwark train text-mask");
    }
}
