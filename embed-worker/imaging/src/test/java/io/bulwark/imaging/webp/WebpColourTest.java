package io.bulwark.imaging.webp;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.colour.IccWriter;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.UprightPicture;
import org.junit.jupiter.api.Test;

/** Which profile of a WebP counts, as in Chromium 156. */
class WebpColourTest {

    private static final int PROFILE = 32;
    private static final byte[] SWAPPED = IccWriter.swapped().bytes();
    private static final byte[] JUNK = new byte[3];
    private static final int[] COLOUR = {200, 50, 100, 255};

    @Test
    void theFirstProfileThatTheHeaderAnnouncesCountsWhereverItStands() {
        assertSwapped(true, extended(PROFILE).chunk("ICCP", SWAPPED).plain(4, 2, COLOUR, false));
        assertSwapped(true, extended(PROFILE).plain(4, 2, COLOUR, false).chunk("ICCP", SWAPPED));
        assertSwapped(
                true,
                extended(PROFILE).chunk("ICCP", SWAPPED).chunk("ICCP", JUNK).plain(4, 2, COLOUR, false));
        assertSwapped(
                false,
                extended(PROFILE).chunk("ICCP", JUNK).chunk("ICCP", SWAPPED).plain(4, 2, COLOUR, false));
        assertSwapped(false, extended(0).chunk("ICCP", SWAPPED).plain(4, 2, COLOUR, false));
    }

    @Test
    void theProfileOfAnAnimationIsNotHeeded() {
        WebpWriter webp = extended(PROFILE | WebpWriter.ANIMATION)
                .chunk("ICCP", SWAPPED)
                .animation(0)
                .frame(0, 0, 4, 2, 100, 0, new WebpWriter().plain(4, 2, new int[] {1, 2, 3, 255}, false))
                .frame(0, 0, 4, 2, 100, 0, new WebpWriter().plain(4, 2, COLOUR, false));
        Decoded decoded = decode(webp);
        assertThat(decoded.frames()).hasSize(2);
        assertShows(decoded.frames().get(1), 200, 50, 100);
    }

    private static WebpWriter extended(int flags) {
        return new WebpWriter().extended(4, 2, flags);
    }

    private static void assertSwapped(boolean swapped, WebpWriter webp) {
        Raster raster = decode(webp).frames().get(0);
        assertShows(raster, swapped ? 100 : 200, 50, swapped ? 200 : 100);
    }

    private static void assertShows(Raster raster, int... expected) {
        byte[] rgb = UprightPicture.of(raster).rgb();
        for (int c = 0; c < 3; c++) {
            assertThat(rgb[c] & 0xff).isEqualTo(expected[c]);
        }
    }

    private static Decoded decode(WebpWriter webp) {
        DecodeResult result = new StandardImageDecoder(DecodeLimits.standard()).decode(webp.end());
        assertThat(result).isInstanceOf(Decoded.class);
        return (Decoded) result;
    }
}
