package io.bulwark.perception.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.safetensors.ElementType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The package that workers run unless told otherwise, the one that it was tuned from, and the classifier beside them. */
class ShippedPackageTest {

    private static final long MOST_BYTES = 20_000_000;
    private static final Path SAMPLES = Path.of("../../deploy/local/samples");

    @TempDir
    Path cache;

    private final ModelPackage shipped = ModelPackage.open(ModelPackage.DEFAULT);
    private final ModelPackage parent = ModelPackage.open(ModelPackage.CLEAN_PARENT);

    @Test
    void allThatIsBundledIsSmall() throws IOException {
        long bytes = 0;
        for (String location : List.of(ModelPackage.DEFAULT, ModelPackage.CLEAN_PARENT, ModelPackage.CLASSIFIER)) {
            bytes += size(location, "model.json") + size(location, "model.safetensors");
        }

        assertThat(bytes).isLessThanOrEqualTo(MOST_BYTES);
    }

    @ParameterizedTest
    @ValueSource(strings = {ModelPackage.DEFAULT, ModelPackage.CLEAN_PARENT})
    void weightsAreHalfPrecisionThroughout(String location) {
        assertThat(ModelPackage.open(location).weightsSummary().types()).containsOnlyKeys(ElementType.F16);
    }

    @Test
    void itSaysWhatItWasTunedFromOnWhichPicturesAndAgainstWhichThreat() {
        Map<String, String> provenance = shipped.manifest().provenance();

        assertThat(shipped.manifest().name()).isEqualTo("r-lite0-f");
        assertThat(provenance)
                .containsEntry("parent", parent.describe(Precision.FP32).fingerprint())
                .containsKeys("pictures", "inner attack", "loss", "rows");
        assertThat(provenance.get("threat")).matches("linf up to [1-8]/255");
    }

    @Test
    void itSeesThePixelsOfItsParentSoThatBothShareTheirViews() {
        EncoderDescription tuned = shipped.describe(Precision.FP32);
        EncoderDescription original = parent.describe(Precision.FP32);

        assertThat(tuned.preprocess().makesTheSameViewsAs(original.preprocess()))
                .isTrue();
        assertThat(tuned.dimension()).isEqualTo(original.dimension());
        assertThat(tuned.fingerprint()).isNotEqualTo(original.fingerprint());
    }

    /** Banks go by it: one that differed between two processes would leave each worker with an empty bank. */
    @Test
    void itsFingerprintIsTheSameInEveryProcess() {
        assertThat(shipped.describe(Precision.FP32).fingerprint())
                .isEqualTo("bc8a2163ccb6b11ad2a81bba0282e7ae4338cf76f8d8eaace0c13137b90b2dd2");
    }

    /** Weights of another network, or in another order, would make neighbours of anything. */
    @ParameterizedTest
    @ValueSource(strings = {ModelPackage.DEFAULT, ModelPackage.CLEAN_PARENT})
    void theNearestOfABundledPlayingCardIsACardAndThatOfAnotherPictureIsNone(String location) throws IOException {
        List<Path> files = samples();
        float[][] rows = embedded(ModelPackage.open(location), files);

        long right = IntStream.range(0, rows.length)
                .filter(i -> isCard(files.get(i)) == isCard(files.get(nearest(rows, i))))
                .count();
        assertThat((double) right / rows.length).isGreaterThan(0.95);
    }

    private static int nearest(float[][] rows, int of) {
        return IntStream.range(0, rows.length)
                .filter(i -> i != of)
                .reduce((a, b) -> dot(rows[b], rows[of]) > dot(rows[a], rows[of]) ? b : a)
                .orElseThrow();
    }

    private static double dot(float[] a, float[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
    }

    private static boolean isCard(Path file) {
        return file.getParent().getFileName().toString().equals("gambling");
    }

    private static List<Path> samples() throws IOException {
        try (Stream<Path> files = Files.walk(SAMPLES.resolve("bank"))) {
            return files.filter(path -> path.toString().matches(".*\\.(jpg|png)"))
                    .sorted()
                    .toList();
        }
    }

    /** The whole of each picture, as the model sees it. */
    private float[][] embedded(ModelPackage model, List<Path> files) throws IOException {
        ImageDecoder decoder = new StandardImageDecoder(DecodeLimits.standard());
        EncoderOptions options = EncoderOptions.defaults().withThreads(1).withCache(cache);
        float[][] rows = new float[files.size()][];
        try (Encoder encoder = model.openEncoder(options)) {
            Preprocessor whole = Preprocessor.moderation(encoder.description().preprocess(), ViewPolicy.SQUASH);
            for (int i = 0; i < rows.length; i++) {
                Decoded picture = (Decoded) decoder.decode(Files.readAllBytes(files.get(i)));
                byte[] pixels = whole.views(picture).get(0).pixels();
                ByteBuffer view =
                        ByteBuffer.allocateDirect(pixels.length).put(pixels).flip();
                rows[i] = encoder.embed(view, 1).embedding(0);
            }
        }
        return rows;
    }

    private static long size(String location, String file) throws IOException {
        String resource = "/" + location.substring("classpath:".length()) + "/" + file;
        try (InputStream stream = ShippedPackageTest.class.getResourceAsStream(resource)) {
            return stream.readAllBytes().length;
        }
    }
}
