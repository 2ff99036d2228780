package io.bulwark.imaging.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which views of a file are judged. */
class ViewChoiceTest {

    private static final PreprocessSpec SPEC = PreprocessSpec.unit(32, Interpolation.BICUBIC);

    private final Preprocessor cover = Preprocessor.moderation(
            SPEC, ViewPolicy.COVER, ModerationOptions.standard().withText(false));

    @Test
    void aBlackDrawingOnATransparentGroundIsSeenOverWhiteAlone() {
        assertThat(judged(drawing(64, 60, Color.BLACK))).containsExactly("whole/white");
        assertThat(judged(drawing(64, 60, Color.WHITE))).containsExactly("whole/black");
        assertThat(judged(drawing(64, 60, Color.RED))).containsExactly("whole/white", "whole/black");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x000000, 0xffffff, 0x808080, 0xc81e1e, 0x1e3cc8})
    void aPictureOfOneColourIsOnePlainView(int colour) {
        Decoded picture = Decoded.still("png", rgb(90, 70, (x, y) -> colour).raster());

        assertThat(names(cover.judged(picture))).containsExactly("plain-whole");
        assertThat(View.isCoarse("plain-whole")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x000000, 0xffffff, 0x808080, 0xc81e1e, 0x1e3cc8})
    void aJpegOfOneColourIsPlainAtLowQualityWithNoiseToo(int colour) {
        Random random = new Random(colour);
        UprightPicture clean = rgb(400, 300, (x, y) -> colour);
        UprightPicture noisy = rgb(400, 300, (x, y) -> {
            int noisyColour = 0;
            for (int shift = 16; shift >= 0; shift -= 8) {
                long level = Math.round((colour >> shift & 0xff) + 2 * random.nextGaussian());
                noisyColour |= (int) Math.max(0, Math.min(255, level)) << shift;
            }
            return noisyColour;
        });

        assertThat(names(cover.judged(decode(jpeg(clean))))).containsExactly("plain-whole");
        assertThat(cover.judged(decode(jpeg(noisy)))).allMatch(view -> View.isPlain(view.name()));
    }

    /** Stripes of one pixel are a gray area in every view, but a drawing made of them is none to who looks closely. */
    @Test
    void whatIsPlainInItsViewsAloneIsCoarse() {
        UprightPicture stripes = rgb(600, 600, (x, y) -> (x < 300 ? x : y) % 2 == 0 ? 0x000000 : 0xffffff);

        List<View> judged = cover.judged(stripes.still());

        assertThat(names(judged)).allMatch(View::isPlain).allMatch(View::isCoarse);
    }

    @Test
    void anAnimationOfPlainFramesIsPlainOnlyIfAllOfThemAreSeen() {
        List<Raster> frames = List.of(
                rgb(8, 8, (x, y) -> 0).raster(), rgb(8, 8, (x, y) -> 0xffffff).raster());

        assertThat(names(cover.judged(new Decoded("gif", frames, List.of(0, 1), List.of(10, 10), 2))))
                .containsExactly("frame-0/plain-whole");
        assertThat(names(cover.judged(new Decoded("gif", frames, List.of(0, 7), List.of(10, 10), 9))))
                .containsExactly("frame-0/plain-coarse-whole");
    }

    @Test
    void aPlainFrameBesideOthersIsNotJudged() {
        List<Raster> frames = List.of(
                rgb(8, 8, (x, y) -> 0).raster(),
                rgb(8, 8, (x, y) -> 0x101010 * (x + y)).raster());

        assertThat(names(cover.judged(new Decoded("gif", frames, List.of(0, 1), List.of(10, 10), 2))))
                .containsExactly("frame-1/whole");
    }

    /**
     * Levels that people see and an encoder's view does not, and stripes of one pixel, which each view shows as gray.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFrameThatNoViewShowsKeepsTheFileFromBeingSafeThoughAnotherFrameIsSeen(boolean squeezed) {
        Raster hidden = squeezed
                ? rgb(600, 600, (x, y) -> 0x010101 * (120 + (x / 50 + y / 50) % 13))
                        .raster()
                : rgb(600, 600, (x, y) -> (x < 300 ? x : y) % 2 == 0 ? 0x000000 : 0xffffff)
                        .raster();
        List<Raster> frames =
                List.of(rgb(600, 600, (x, y) -> 0x010101 * (x / 3)).raster(), hidden, hidden);

        List<String> judged = names(cover.judged(new Decoded("gif", frames, List.of(0, 4, 5), List.of(10, 10, 10), 3)));

        assertThat(judged).containsExactly("frame-0/whole", "frame-4/plain-coarse-whole");
        assertThat(judged.get(1)).matches(View::isPlain).matches(View::isCoarse);
        assertThat(View.look(judged.get(1))).isEqualTo("frame-4/whole");
    }

    @Test
    void equalPixelsAreJudgedOnceUnderTheirFirstName() {
        Raster frame = rgb(8, 8, (x, y) -> 0x101010 * (x + y)).raster();
        Decoded moving = new Decoded("gif", List.of(frame, frame, frame), List.of(0, 1, 2), List.of(1, 1, 1), 3);

        assertThat(cover.views(moving)).hasSize(3);
        assertThat(names(cover.judged(moving))).containsExactly("frame-0/whole");
    }

    /** 1000x40 is squeezed in its tiles, all of which look like the whole here. */
    @Test
    void aFileOfCoarseViewsStaysCoarseThoughTheyAreEqualToOthers() {
        UprightPicture strip = rgb(1000, 40, (x, y) -> 0x060606 * y);

        assertThat(names(cover.judged(strip.still()))).containsExactly("whole", "coarse-1");
    }

    @Test
    void ofLooksBehindTextTheLastGoWhereAFileHasMoreThan24ViewsAndItIsNoSample() {
        Decoded picture = rgb(8, 8, (x, y) -> 0x101010 * (x + y)).still();
        List<View> views = new ArrayList<>();
        for (int i = 0; i < 26; i++) {
            byte[] pixels = new byte[3 * 8 * 8];
            pixels[i] = (byte) 200;
            views.add(new View((i % 8 == 7 ? "frame-" + i + "/without-text" : "frame-" + i + "/whole"), pixels));
        }

        assertThat(names(ViewChoice.of(picture, views)))
                .hasSize(24)
                .contains("frame-7/without-text")
                .doesNotContain("frame-15/without-text", "frame-23/without-text")
                .noneMatch(View::isSampled);
    }

    /** Eight frames of a transparent 4:3 picture: each is seen whole and in the middle, over two grounds or three. */
    @Test
    void ofMiddlesTheLastGoWhereAnAnimationHasMoreThan24ViewsAndItIsNoSample() {
        List<Raster> frames = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            frames.add(noise(80, 60, i));
        }
        List<Integer> numbers = IntStream.range(0, 8).boxed().toList();

        List<String> judged = judged(new Decoded("gif", frames, numbers, numbers, 8));

        assertThat(judged).hasSize(24).noneMatch(View::isSampled);
        for (int frame = 0; frame < 8; frame++) {
            assertThat(judged)
                    .as("wholes are kept")
                    .contains("frame-" + frame + "/whole/white", "frame-" + frame + "/whole/black");
        }
    }

    /** What lies between bars is the content and the middle at once; a file of which it is left out is a sample. */
    @Test
    void aMiddleDoesNotStandForTheContentThatItIsEqualTo() {
        List<View> views = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            for (String ground : List.of("white", "black", "opaque")) {
                byte[] whole = new byte[3 * 8 * 8];
                whole[10 * i + ground.charAt(0) % 10] = (byte) 200;
                byte[] content = whole.clone();
                content[100] = (byte) 100;
                views.add(new View("frame-" + i + "/whole/" + ground, whole));
                views.add(new View("frame-" + i + "/middle/" + ground, content));
                views.add(new View("frame-" + i + "/content-1/" + ground, content));
            }
        }

        assertThat(names(ViewChoice.of(rgb(8, 8, (x, y) -> 0x101010 * (x + y)).still(), views)))
                .hasSize(24)
                .anyMatch(View::isSampled)
                .noneMatch(name -> name.contains("middle"));
    }

    /** Its whole is plain, so without its middle nothing is judged of it. */
    @Test
    void aFrameThatItsMiddleAloneShowsIsMarkedWhereTheMiddleHasNoRoom() {
        List<View> views = new ArrayList<>();
        List<Raster> frames = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            byte[] whole = new byte[3 * 8 * 8];
            byte[] middle = whole.clone();
            middle[i] = (byte) 100;
            whole[i] = (byte) (i == 23 ? 0 : 200);
            views.add(new View("frame-" + i + "/whole", whole));
            views.add(new View("frame-" + i + "/middle", middle));
            frames.add(rgb(8, 8, (x, y) -> 0x101010 * (x + y)).raster());
        }
        List<Integer> numbers = IntStream.range(0, 24).boxed().toList();

        assertThat(names(ViewChoice.of(new Decoded("gif", frames, numbers, numbers, 24), views)))
                .hasSize(24)
                .contains("frame-23/plain-coarse-whole");
    }

    @Test
    void ofAnOpaqueAnimationAllMiddlesAreJudged() {
        List<Raster> frames = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int frame = i;
            frames.add(rgb(80, 60, (x, y) -> (x + 10 * frame) * 0x10000 + (y + 40) * 0x100 + (x * y / 60))
                    .raster());
        }
        List<Integer> numbers = IntStream.range(0, 8).boxed().toList();

        assertThat(judged(new Decoded("gif", frames, numbers, numbers, 8)))
                .hasSize(16)
                .contains("frame-0/middle", "frame-7/middle");
    }

    @Test
    void theMiddlesThatAreLeftOutAreTheLast() {
        Decoded picture = rgb(8, 8, (x, y) -> 0x101010 * (x + y)).still();
        List<View> views = new ArrayList<>();
        for (int i = 0; i < 28; i++) {
            byte[] pixels = new byte[3 * 8 * 8];
            pixels[i] = (byte) 200;
            String look = i % 8 == 5 ? "/middle" : i % 8 == 7 ? "/without-text" : "/whole";
            views.add(new View("frame-" + i + look, pixels));
        }

        assertThat(names(ViewChoice.of(picture, views)))
                .as("what is behind text goes before them")
                .hasSize(24)
                .contains("frame-5/middle", "frame-13/middle")
                .doesNotContain("frame-21/middle", "frame-7/without-text", "frame-15/without-text")
                .noneMatch(View::isSampled);
    }

    @Test
    void ofOneColourNothingIsSeenTooCoarsely() {
        assertThat(names(cover.judged(rgb(3000, 40, (x, y) -> 0xffffff).still())))
                .containsExactly("plain-whole");
    }

    @Test
    void aTransparentAnimationHasNoMoreThan24DistinctViewsOfAllFramesAndGrounds() {
        List<Raster> frames = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            frames.add(noise(300, 80, i));
        }
        Decoded moving = new Decoded(
                "gif",
                frames,
                IntStream.range(0, 9).boxed().toList(),
                IntStream.range(0, 9).boxed().toList(),
                9);

        List<View> judged = cover.judged(moving);

        assertThat(cover.views(moving)).hasSizeGreaterThanOrEqualTo(90);
        assertThat(judged).hasSize(24);
        assertThat(judged.stream().map(view -> ByteBuffer.wrap(view.pixels()))).doesNotHaveDuplicates();
        assertThat(judged.get(0).name()).isEqualTo("frame-0/sampled-whole/white");
        assertThat(names(judged).stream().filter(View::isSampled)).hasSize(1);
        for (int frame = 0; frame < 9; frame++) {
            String name = "frame-" + frame + "/";
            assertThat(judged.stream().filter(view -> view.name().startsWith(name)))
                    .as(name)
                    .hasSizeBetween(2, 3);
        }
    }

    @Test
    void ofAStillEachLookIsJudgedOverOneGroundBeforeAnyIsOverASecond() {
        List<View> judged = cover.judged(Decoded.still("png", noise(2000, 150, 3)));

        assertThat(judged).hasSize(24);
        assertThat(names(judged)).contains("sampled-whole/white", "whole/black", "whole/opaque");
        assertThat(names(judged).stream()
                        .filter(name -> name.matches("tile-\\d+/.*"))
                        .map(name -> name.split("/")[0]))
                .contains("tile-1", "tile-12");
    }

    @Test
    void anOrdinaryWideAnimationIsSeenWhole() {
        List<Raster> frames = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int frame = i;
            frames.add(rgb(160, 90, (x, y) -> (x + 10 * frame) * 0x10000 + (y + 40) * 0x100 + (x * y / 60))
                    .raster());
        }
        List<Integer> numbers = IntStream.range(0, 8).boxed().toList();

        List<View> judged = cover.judged(new Decoded("gif", frames, numbers, numbers, 8));

        assertThat(judged).hasSize(24);
        assertThat(names(judged)).noneMatch(View::isSampled);
    }

    @Test
    void turnsAreMadeOfWhatIsJudged() {
        Preprocessor turning = Preprocessor.moderation(
                SPEC, ViewPolicy.SQUASH, ModerationOptions.standard().withTurns(true, true));

        assertThat(names(turning.judged(rgb(20, 20, (x, y) -> 0x0c0c0c * x).still())))
                .as("its mirror image is another picture, as is each turn")
                .containsExactly("whole", "whole/turn-90", "whole/turn-180", "whole/turn-270");
        assertThat(ModerationOptions.standard().withTurns(true, true).mostViews(8))
                .isEqualTo(24 * 5);
    }

    @Test
    void aTwinSeesTheLooksThatItsEncoderJudges() {
        Preprocessor twin = Preprocessor.moderation(PreprocessSpec.unit(48, Interpolation.BILINEAR), ViewPolicy.COVER);
        Decoded picture = drawing(200, 60, Color.BLACK);
        List<String> names = names(cover.judged(picture));

        List<View> seen = twin.judged(picture, names);

        assertThat(names(seen)).isEqualTo(names);
        List<View> all = twin.views(picture);
        assertThat(seen)
                .allSatisfy(view -> assertThat(view.pixels())
                        .isEqualTo(all.stream()
                                .filter(other -> other.name().equals(View.look(view.name())))
                                .findFirst()
                                .orElseThrow()
                                .pixels()));
        assertThatThrownBy(() -> twin.judged(picture, List.of("panel-9")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("panel-9");
    }

    @Test
    void namesSayWhatWasLeftOut() {
        assertThat(List.of(
                        "plain-whole", "plain-whole/white", "frame-3/plain-centre", "plain-coarse-whole/black/mirror"))
                .allMatch(View::isPlain);
        assertThat(List.of("whole", "plain-shirts/1.jpg", "plain-whole.png", "frame-1/whole", "x/plain-whole"))
                .noneMatch(View::isPlain);
        assertThat(List.of("sampled-whole", "frame-0/sampled-coarse-1/white", "sampled-plain-coarse-panel-2"))
                .allMatch(View::isSampled);
        assertThat(List.of(
                        "plain-coarse-whole",
                        "frame-2/coarse-inset-1/white",
                        "plain-coarse-3/white",
                        "frame-0/sampled-coarse-1/white"))
                .allMatch(View::isCoarse);
        assertThat(View.look("frame-2/sampled-plain-coarse-whole/white")).isEqualTo("frame-2/whole/white");
        assertThat(View.look("plain-coarse-3")).isEqualTo("coarse-3");
        assertThat(View.look("frame-1/tile-2/opaque")).isEqualTo("frame-1/tile-2/opaque");
    }

    private List<String> judged(Decoded picture) {
        return names(cover.judged(picture));
    }

    private static List<String> names(List<View> views) {
        return views.stream().map(View::name).toList();
    }

    private interface Colours {
        int at(int x, int y);
    }

    private static UprightPicture rgb(int width, int height, Colours colours) {
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < width * height; i++) {
            int colour = colours.at(i % width, i / width);
            for (int c = 0; c < 3; c++) {
                rgb[3 * i + c] = (byte) (colour >> 16 - 8 * c);
            }
        }
        return new UprightPicture(width, height, rgb);
    }

    /** Lines of one colour on nothing, as drawing programs write them: what is transparent has their colour, too. */
    private static Decoded drawing(int width, int height, Color ink) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
        Graphics2D g = image.createGraphics();
        g.setColor(ink);
        g.drawOval(5, 5, width - 12, height - 12);
        g.drawLine(0, height - 1, width - 1, 0);
        g.dispose();
        byte[] rgba = new byte[4 * width * height];
        for (int i = 0; i < width * height; i++) {
            rgba[4 * i] = (byte) ink.getRed();
            rgba[4 * i + 1] = (byte) ink.getGreen();
            rgba[4 * i + 2] = (byte) ink.getBlue();
            rgba[4 * i + 3] = (byte) (image.getRGB(i % width, i / width) >>> 24);
        }
        return Decoded.still("png", new Raster(Mode.RGBA, width, height, rgba, new byte[0], 1));
    }

    /** Coloured blotches under alpha, so that each ground and dropping alpha show something else. */
    private static Raster noise(int width, int height, int seed) {
        byte[] blotches = new byte[4 * 1000];
        new Random(seed).nextBytes(blotches);
        byte[] rgba = new byte[4 * width * height];
        for (int i = 0; i < rgba.length; i++) {
            int cell = (i / 4 % width / 10 + i / 4 / width / 10 * 37) % 1000;
            rgba[i] = (byte) (i % 4 == 3 ? 60 : blotches[4 * cell + i % 4]);
        }
        return new Raster(Mode.RGBA, width, height, rgba, new byte[0], 1);
    }

    private static byte[] jpeg(UprightPicture picture) {
        BufferedImage image = new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < picture.width() * picture.height(); i++) {
            byte[] rgb = picture.rgb();
            image.setRGB(
                    i % picture.width(),
                    i / picture.width(),
                    (rgb[3 * i] & 0xff) << 16 | (rgb[3 * i + 1] & 0xff) << 8 | rgb[3 * i + 2] & 0xff);
        }
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            ImageWriteParam settings = writer.getDefaultWriteParam();
            settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            settings.setCompressionQuality(0.3f);
            writer.write(null, new IIOImage(image, null, null), settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        writer.dispose();
        return bytes.toByteArray();
    }

    private static Decoded decode(byte[] file) {
        return (Decoded) new StandardImageDecoder(DecodeLimits.standard()).decode(file);
    }
}
