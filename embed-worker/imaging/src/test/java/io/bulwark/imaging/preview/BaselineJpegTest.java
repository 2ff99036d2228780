package io.bulwark.imaging.preview;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.GoldenPictures;
import io.bulwark.imaging.preview.Preview.BaselineJpeg;
import io.bulwark.imaging.preview.Preview.PreviewMaker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BaselineJpegTest {

    private static final int JFIF = 0xe0;
    private static final int QUANTIZATION = 0xdb;
    private static final int BASELINE = 0xc0;
    private static final int HUFFMAN = 0xc4;

    @Test
    void theFileHoldsAPictureAndNothingBeside() {
        Preview preview = PreviewMaker.picture(GoldenPictures.decode("exif_orientation6.jpg"));
        assertThat(markers(BaselineJpeg.encode(preview)))
                .contains(BASELINE)
                .isSubsetOf(JFIF, QUANTIZATION, BASELINE, HUFFMAN);
    }

    @Test
    void whoReadsItSeesThePreview() {
        Preview preview = PreviewMaker.picture(GoldenPictures.decode("photo_rgb.png"));
        Decoded read = (Decoded) new StandardImageDecoder(DecodeLimits.standard()).decode(BaselineJpeg.encode(preview));
        Raster raster = read.frames().get(0);
        assertThat(List.of(raster.width(), raster.height())).containsExactly(preview.width(), preview.height());
        long difference = 0;
        for (int i = 0; i < preview.rgb().length; i++) {
            difference += Math.abs((raster.samples()[i] & 0xff) - (preview.rgb()[i] & 0xff));
        }
        assertThat(difference / (double) preview.rgb().length).isLessThan(8);
    }

    /** The segments before the scan (ITU-T T.81, B.1.1.3). */
    private static List<Integer> markers(byte[] jpeg) {
        List<Integer> markers = new ArrayList<>();
        int at = 2;
        while ((jpeg[at + 1] & 0xff) != 0xda) {
            assertThat(jpeg[at] & 0xff).isEqualTo(0xff);
            markers.add(jpeg[at + 1] & 0xff);
            at += 2 + ((jpeg[at + 2] & 0xff) << 8 | jpeg[at + 3] & 0xff);
        }
        return markers;
    }
}
