package io.bulwark.imaging.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.mask.InsetMask;
import io.bulwark.imaging.mask.WrittenPictures;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The further view where text lies over a picture. */
class TextRemovalTest {

    private static final PreprocessSpec SPEC = PreprocessSpec.unit(64, Interpolation.BICUBIC);

    private static final ModerationOptions LOOKING =
            ModerationOptions.standard().withText(true);

    private final ModerationPreprocessor cover = looking(SPEC, ViewPolicy.COVER);

    @Test
    void aPictureWithTextIsAlsoSeenWithoutIt() {
        List<View> views = cover.judged(WrittenPictures.of(320, 240, 5).still());
        byte[] clean = whole(WrittenPictures.plain(320, 240).still());

        assertThat(views).extracting(View::name).contains("whole", "without-text");
        // The mask knows white letters, not their black edges.
        assertThat(distance(view(views, "without-text"), clean))
                .isLessThan(0.8 * distance(view(views, "whole"), clean));
    }

    @Test
    void aPictureWithoutTextHasNoFurtherView() {
        assertThat(names(cover, WrittenPictures.plain(320, 240).still())).doesNotContain("without-text");
    }

    @Test
    void switchedOffThereIsNone() {
        Preprocessor off = Preprocessor.moderation(
                SPEC, ViewPolicy.COVER, ModerationOptions.standard().withText(false));
        Decoded written = WrittenPictures.of(320, 240, 5).still();

        assertThat(names(off, written)).doesNotContain("without-text");
        assertThat(names(looking(SPEC, ViewPolicy.SQUASH), written)).containsExactly("whole");
        assertThat(off.fingerprint()).isNotEqualTo(cover.fingerprint());
    }

    @Test
    void aGreyPictureIsFilledInGrey() {
        UprightPicture written = WrittenPictures.of(320, 240, 5);
        byte[] grey = new byte[320 * 240];
        for (int i = 0; i < grey.length; i++) {
            grey[i] = written.rgb()[3 * i + 1];
        }
        List<View> views = cover.views(Decoded.still("png", new Raster(Mode.L, 320, 240, grey, new byte[0], 1)));

        byte[] filled = view(views, "without-text");
        for (int i = 0; i < filled.length; i += 3) {
            assertThat(filled[i]).isEqualTo(filled[i + 1]).isEqualTo(filled[i + 2]);
        }
    }

    @Test
    void textOnATransparentPictureIsLookedBehindOverBothGrounds() {
        UprightPicture written = WrittenPictures.of(320, 240, 5);
        byte[] rgba = new byte[4 * 320 * 240];
        for (int i = 0; i < 320 * 240; i++) {
            System.arraycopy(written.rgb(), 3 * i, rgba, 4 * i, 3);
            rgba[4 * i + 3] = (byte) (i % 320 < 10 ? 0 : 255);
        }
        List<View> views = cover.views(Decoded.still("png", new Raster(Mode.RGBA, 320, 240, rgba, new byte[0], 1)));

        assertThat(views)
                .extracting(View::name)
                .contains("without-text/white", "without-text/black", "without-text/opaque");
    }

    @Test
    void aTwinOfAnotherInputLooksBehindTheSameText() {
        Decoded written = WrittenPictures.of(320, 240, 5).still();
        List<String> names = cover.judged(written).stream().map(View::name).toList();

        assertThat(looking(PreprocessSpec.unit(32, Interpolation.BICUBIC), ViewPolicy.COVER)
                        .judged(written, names))
                .extracting(View::name)
                .isEqualTo(names);
    }

    @Test
    void derivativesOfTheViewGoBackToThePictureAroundTheText() {
        UprightPicture written = WrittenPictures.of(128, 96, 5);
        LinearViews linear = LinearViews.of(cover, written.raster());
        List<View> views = cover.views(written.still());
        int behind = views.stream().map(View::name).toList().indexOf("without-text");
        float[] picture = new float[3 * 128 * 96];
        for (int i = 0; i < picture.length; i++) {
            picture[i % 3 * 128 * 96 + i / 3] = written.rgb()[i] & 0xff;
        }

        assertThat(linear.count()).isEqualTo(views.size());
        for (int pixel = 0; pixel < 64 * 64; pixel += 97) {
            float[] one = new float[3 * 64 * 64];
            one[pixel] = 1;
            float[] row = new float[picture.length];
            linear.pullBack(behind, one, row);
            double value = 0;
            for (int i = 0; i < row.length; i++) {
                value += row[i] * picture[i];
            }
            assertThat(value - (views.get(behind).pixels()[3 * pixel] & 0xff)).isBetween(-3.5, 3.5);
        }
    }

    /** Of a mask that takes what is nearly white for text, as the letters are here. */
    private static ModerationPreprocessor looking(PreprocessSpec spec, ViewPolicy policy) {
        return new ModerationPreprocessor(
                spec, policy, LOOKING, SamplingKey.publicKey(), () -> WrittenPictures.WHITE, InsetMask::bundled);
    }

    private static byte[] whole(Decoded picture) {
        return Preprocessor.moderation(SPEC, ViewPolicy.SQUASH)
                .views(picture)
                .get(0)
                .pixels();
    }

    private static byte[] view(List<View> views, String name) {
        return views.stream()
                .filter(view -> view.name().equals(name))
                .findFirst()
                .orElseThrow()
                .pixels();
    }

    private static List<String> names(Preprocessor preprocessor, Decoded picture) {
        return preprocessor.judged(picture).stream().map(View::name).toList();
    }

    private static double distance(byte[] one, byte[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += Math.abs((one[i] & 0xff) - (other[i] & 0xff));
        }
        return sum / one.length;
    }
}
