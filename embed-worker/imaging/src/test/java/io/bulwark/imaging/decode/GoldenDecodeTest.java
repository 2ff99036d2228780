package io.bulwark.imaging.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.preprocess.GoldenPictures;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class GoldenDecodeTest {

    static final List<String> FILES = GoldenPictures.FILES;

    @ParameterizedTest
    @FieldSource("FILES")
    void fileDecodesToPillowsModeAndPixels(String name) throws IOException {
        JsonNode facts = new ObjectMapper()
                .readTree(GoldenDecodeTest.class.getResource("/golden/preprocess/cases.json"))
                .get("files")
                .get(name);
        Decoded decoded = GoldenPictures.decode(name);
        Raster ours = decoded.frames().get(0);

        assertThat(decoded.format()).isEqualToIgnoringCase(facts.get("format").asText());
        assertThat(decoded.totalFrames()).isEqualTo(1);
        assertThat(ours.mode())
                .isEqualTo(Mode.valueOf(facts.get("pil_mode").asText().replace(";", "")));
        assertThat(ours.width()).isEqualTo(facts.get("width").asInt());
        assertThat(ours.height()).isEqualTo(facts.get("height").asInt());
        assertThat(ours.orientation()).isEqualTo(facts.get("exif_orientation").asInt(1));

        byte[] theirs = GoldenPictures.decodedByPillow(name).samples();
        int tolerance = facts.get("lossy").asBoolean() ? 2 : 0;
        assertThat(ours.samples()).hasSameSizeAs(theirs);
        if (decoded.format().equals("webp")) {
            // TwelveMonkeys repeats chroma samples where libwebp interpolates: brightness agrees, colour lags at edges.
            assertThat(meanLumaDifference(ours.samples(), theirs)).isLessThan(0.5);
            assertThat(largestDifference(ours.samples(), theirs)).isLessThanOrEqualTo(32);
        } else {
            assertThat(largestDifference(ours.samples(), theirs)).isLessThanOrEqualTo(tolerance);
        }
    }

    @Test
    void transparentPaletteEntryIsKept() {
        Raster raster =
                GoldenPictures.decode("palette_transparent.png").frames().get(0);
        assertThat(raster.palette()).hasSize(32 * 4);
        for (int i = 0; i < 32; i++) {
            assertThat(raster.palette()[4 * i + 3]).isEqualTo((byte) (i == 3 ? 0 : 255));
        }
    }

    private static double meanLumaDifference(byte[] a, byte[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i += 3) {
            double red = (a[i] & 0xff) - (b[i] & 0xff);
            double green = (a[i + 1] & 0xff) - (b[i + 1] & 0xff);
            double blue = (a[i + 2] & 0xff) - (b[i + 2] & 0xff);
            sum += Math.abs(0.299 * red + 0.587 * green + 0.114 * blue);
        }
        return sum / (a.length / 3);
    }

    static int largestDifference(byte[] a, byte[] b) {
        int largest = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs((a[i] & 0xff) - (b[i] & 0xff)));
        }
        return largest;
    }
}
