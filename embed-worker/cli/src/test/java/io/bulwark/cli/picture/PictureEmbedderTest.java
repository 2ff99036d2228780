package io.bulwark.cli.picture;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.picture.FileViewer.Sight;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.Encoder.Embeddings;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PictureEmbedderTest {

    @AutoClose
    private static PictureEmbedder embedder;

    @TempDir
    private Path folder;

    @BeforeAll
    static void open() {
        embedder = new PictureEmbedder(ModelPackage.open(ModelPackage.DEFAULT)
                .openEncoder(EncoderOptions.defaults().withThreads(1)));
    }

    @Test
    void ofWhatAWorkerLooksAtTheWholeIsWhatABankKeeps() throws IOException {
        Path wide = folder.resolve("wide.png");
        ImageIO.write(blob(240, 80, BufferedImage.TYPE_INT_ARGB, 0), "png", wide.toFile());

        Sight.Seen seen = (Sight.Seen) embedder.look(Files.readAllBytes(wide));

        assertThat(seen.views()).extracting(SeenView::name).contains("whole/white", "tile-1/black");
        assertSameAsBank(seen, wide, "whole/white", "whole/black");
    }

    @Test
    void ofAnAnimationABankKeepsTheFirstFrame() throws IOException {
        Path animation = folder.resolve("animation.gif");
        ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(animation.toFile())) {
            writer.setOutput(stream);
            writer.prepareWriteSequence(null);
            for (int frame = 0; frame < 3; frame++) {
                writer.writeToSequence(
                        new IIOImage(blob(60, 60, BufferedImage.TYPE_INT_RGB, 20 * frame), null, null), null);
            }
            writer.endWriteSequence();
        }

        Sight.Seen seen = (Sight.Seen) embedder.look(Files.readAllBytes(animation));

        assertThat(seen.views()).extracting(SeenView::name).contains("frame-0/whole", "frame-2/whole");
        assertSameAsBank(seen, animation, "whole");
    }

    @Test
    void whatIsNoPictureIsRefusedForTheReasonThatAVerdictGives() {
        assertThat(embedder.look("no picture".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(new Sight.Refused("NOT_AN_IMAGE"));
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, 0, Float.POSITIVE_INFINITY})
    void aPictureThatTheEncoderHasNoEmbeddingForIsRefusedAndNoReference(float broken) throws IOException {
        Path file = folder.resolve("picture.png");
        ImageIO.write(blob(60, 60, BufferedImage.TYPE_INT_RGB, 0), "png", file.toFile());
        try (PictureEmbedder failing = new PictureEmbedder(new BrokenEncoder(embedder.description(), broken))) {
            assertThat(failing.look(Files.readAllBytes(file))).isEqualTo(new Sight.Refused("ENCODER_FAILED"));
            assertThat(failing.whole(file))
                    .isInstanceOfSatisfying(
                            PictureEmbedder.Result.Refused.class,
                            refused -> assertThat(refused.why())
                                    .startsWith("ENCODER_FAILED")
                                    .contains("whole"));
            assertThat(failing.references(List.of(new LabelledPicture(file, "safe", "safe/picture"))))
                    .isEmpty();
        }
    }

    /** Answers every view with the same number in every place. */
    private record BrokenEncoder(EncoderDescription description, float answer) implements Encoder {

        @Override
        public Embeddings embed(ByteBuffer views, int count) {
            float[] values = new float[count * description.dimension()];
            Arrays.fill(values, answer);
            return new Embeddings(count, description.dimension(), values, new float[0]);
        }

        @Override
        public void close() {}
    }

    private static void assertSameAsBank(Sight.Seen seen, Path file, String... names) {
        List<SeenView> ofBank = ((PictureEmbedder.Result.Embedded) embedder.whole(file)).views();
        assertThat(seen.whole()).extracting(SeenView::name).containsExactly(names);
        assertThat(ofBank).extracting(SeenView::name).containsExactly(names);
        for (int view = 0; view < names.length; view++) {
            assertThat(seen.whole().get(view).embedding())
                    .isEqualTo(ofBank.get(view).embedding());
        }
    }

    private static BufferedImage blob(int width, int height, int type, int at) {
        BufferedImage image = new BufferedImage(width, height, type);
        for (int x = width / 4; x < width / 2; x++) {
            for (int y = 0; y < height; y++) {
                image.setRGB((x + at) % width, y, new Color(220, 40 + y / 2, 40).getRGB());
            }
        }
        return image;
    }
}
