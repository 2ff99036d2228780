package io.bulwark.imaging.jpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.HostileImages;
import io.bulwark.imaging.PixelBudget;
import io.bulwark.imaging.PixelBudget.Lease;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.jpeg.JpegDecoder.JdkLibjpeg;
import io.bulwark.imaging.preprocess.GoldenPictures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JPEGs on a Java runtime whose own libjpeg is the old one: by Leptonica's alone. */
class TurboJpegTest {

    @Test
    void theRuntimeHereSaysWhatItDoes() {
        Raster board = decode(FlatBlocks.board(512), JdkLibjpeg.CLIPS);
        assertThat(board.samples()[0] & 0xff).isEqualTo(255);
        assertThat(board.samples()[8] & 0xff).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {112, 512, 640, 1008})
    void levelsBeyondWhiteAndBlackAreWhiteAndBlack(int levels) {
        Raster board = decode(FlatBlocks.board(levels), false);
        assertThat(board.mode()).isEqualTo(Mode.L);
        assertThat(board.samples()[0] & 0xff).isEqualTo(Math.min(255, 128 + levels));
        assertThat(board.samples()[8] & 0xff).isEqualTo(Math.max(0, 128 - levels));
    }

    @ParameterizedTest
    @ValueSource(strings = {"photo_420.jpg", "exif_orientation6.jpg", "tall_40x700.jpg"})
    void picturesAreThoseOfTheOtherWay(String name) {
        Raster here = decode(GoldenPictures.file(name), true);
        Raster turbo = decode(GoldenPictures.file(name), false);
        assertThat(turbo.mode()).isEqualTo(here.mode());
        assertThat(turbo.orientation()).isEqualTo(here.orientation());
        assertThat(mean(here, turbo)).isLessThan(0.5);
    }

    @Test
    void inksAreSeenAsColours() {
        Raster turbo = decode(GoldenPictures.file("cmyk.jpg"), false);
        assertThat(turbo.mode()).isEqualTo(Mode.RGB);
        assertThat(turbo.colour()).isEmpty();
    }

    @Test
    void damagedFilesAreRefusedInTheSameWords() {
        for (byte[] file : new byte[][] {HostileImages.truncatedJpeg(), HostileImages.truncatedJpegWithEnd()}) {
            assertThatThrownBy(() -> decode(file, false)).isInstanceOf(RefusedException.class);
        }
        assertThat(decode(HostileImages.jpegWithGarbageAppended(), false).width())
                .isEqualTo(320);
    }

    private static double mean(Raster a, Raster b) {
        long sum = 0;
        for (int i = 0; i < b.samples().length; i++) {
            sum += Math.abs((a.samples()[i] & 0xff) - (b.samples()[i] & 0xff));
        }
        return (double) sum / b.samples().length;
    }

    private static Raster decode(byte[] file, boolean clips) {
        try (Lease lease = new PixelBudget(DecodeLimits.standard()).lease()) {
            return ((Decoded) new JpegDecoder(lease, JpegReduction.none(), byte[]::new, clips).decode(file))
                    .frames()
                    .get(0);
        }
    }
}
