package io.bulwark.perception.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
import io.bulwark.perception.encoder.TensorPlace;
import io.bulwark.perception.encoder.TrainableEncoder;
import io.bulwark.perception.safetensors.ElementType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The package that workers run unless told otherwise, and the one that was taught everyday changes from it, beside the one
 * that it was tuned from.
 */
class ShippedPackageTest {

    private static final long MOST_BYTES = 6_000_000;
    private static final String EVERYDAY = "classpath:io/bulwark/models/r-mobilenet-f-everyday";
    private static final Path SAMPLES = Path.of("../../deploy/local/samples");

    @TempDir
    Path cache;

    private final ModelPackage shipped = ModelPackage.open(ModelPackage.DEFAULT);
    private final ModelPackage parent = ModelPackage.open(ModelPackage.CLEAN_PARENT);

    @ParameterizedTest
    @ValueSource(strings = {ModelPackage.DEFAULT, EVERYDAY})
    void itIsSmallAndItsWeightsAreHalfPrecisionThroughout(String location) throws IOException {
        assertThat(size(location, "model.json") + size(location, "model.safetensors"))
                .isLessThanOrEqualTo(MOST_BYTES);
        assertThat(ModelPackage.open(location).weightsSummary().types()).containsOnlyKeys(ElementType.F16);
    }

    @Test
    void itSaysWhatItWasTunedFromAgainstWhichThreatAndForHowLong() {
        Map<String, String> provenance = shipped.manifest().provenance();

        assertThat(shipped.manifest().name()).isEqualTo("r-mobilenet-f");
        assertThat(provenance)
                .containsEntry("parent", parent.describe(Precision.FP32).fingerprint())
                .containsKeys("pictures", "inner attack", "descent", "terms", "seed");
        assertThat(provenance.get("threat")).matches("linf [1-8]/255");
        assertThat(Integer.parseInt(provenance.get("steps taken"))).isPositive();
    }

    @Test
    void itEmbedsAndClassifiesWhatItsParentDoes() {
        EncoderDescription tuned = shipped.describe(Precision.FP32);
        EncoderDescription original = parent.describe(Precision.FP32);

        assertThat(tuned.dimension()).isEqualTo(original.dimension());
        assertThat(tuned.headClasses()).isEqualTo(original.headClasses());
        assertThat(tuned.fingerprint()).isNotEqualTo(original.fingerprint());
    }

    @Test
    void itsClassifierIsTheParents() {
        EncoderOptions options = EncoderOptions.defaults().withThreads(1).withCache(cache);
        try (TrainableEncoder tuned = shipped.openTrainable(options);
                TrainableEncoder original = parent.openTrainable(options)) {
            Map<String, TensorPlace> places =
                    tuned.tensors().stream().collect(Collectors.toMap(TensorPlace::name, Function.identity()));
            List<TensorPlace> head = original.tensors().stream()
                    .filter(place -> place.name().startsWith("head."))
                    .toList();
            assertThat(head).isNotEmpty();
            float[] found = tuned.weights();
            float[] wanted = original.weights();
            for (TensorPlace place : head) {
                int from = places.get(place.name()).offset();
                for (int i = 0; i < place.length(); i++) {
                    float weight = wanted[place.offset() + i];
                    // Half precision has eleven binary digits.
                    assertThat(found[from + i])
                            .as(place.name())
                            .isCloseTo(weight, within(Math.abs(weight) / 1024 + 1e-6f));
                }
            }
        }
    }

    @Test
    void theOneThatWasTaughtEverydayChangesSaysThatItCameFromTheDefault() {
        ModelPackage taught = ModelPackage.open(EVERYDAY);

        assertThat(taught.manifest().name()).isEqualTo("r-mobilenet-f-everyday");
        assertThat(taught.manifest().provenance())
                .containsEntry("parent", shipped.describe(Precision.FP32).fingerprint())
                .containsKey("everyday");
    }

    @ParameterizedTest
    @ValueSource(strings = {ModelPackage.DEFAULT, EVERYDAY})
    void onFourOfFiveBundledPicturesTheClassifierSaysOfItsEmbeddingWhatItSaysOfTheParents(String location)
            throws IOException {
        List<Decoded> pictures = samples();

        List<String> found = likeliest(ModelPackage.open(location), pictures);
        List<String> wanted = likeliest(parent, pictures);

        long agreeing = IntStream.range(0, pictures.size())
                .filter(i -> found.get(i).equals(wanted.get(i)))
                .count();
        assertThat(wanted).as("the parent distinguishes the samples").contains("Drawing", "Neutral");
        assertThat((double) agreeing / pictures.size()).isGreaterThanOrEqualTo(0.80);
    }

    private static List<Decoded> samples() throws IOException {
        ImageDecoder decoder = new StandardImageDecoder(DecodeLimits.standard());
        List<Decoded> pictures = new ArrayList<>();
        try (Stream<Path> files = Files.walk(SAMPLES)) {
            for (Path file : files.filter(path -> path.toString().matches(".*\\.(jpg|png)"))
                    .sorted()
                    .toList()) {
                pictures.add((Decoded) decoder.decode(Files.readAllBytes(file)));
            }
        }
        assertThat(pictures).hasSizeGreaterThan(250);
        return pictures;
    }

    /** The head's top class of each picture's whole, as the model sees it. */
    private List<String> likeliest(ModelPackage model, List<Decoded> pictures) {
        List<String> classes = new ArrayList<>();
        EncoderOptions options = EncoderOptions.defaults().withThreads(1).withCache(cache);
        try (Encoder encoder = model.openEncoder(options)) {
            EncoderDescription description = encoder.description();
            Preprocessor whole = Preprocessor.moderation(description.preprocess(), ViewPolicy.SQUASH);
            for (Decoded picture : pictures) {
                byte[] pixels = whole.views(picture).get(0).pixels();
                ByteBuffer view =
                        ByteBuffer.allocateDirect(pixels.length).put(pixels).flip();
                float[] probabilities = encoder.embed(view, 1).classProbabilities(0);
                int best = IntStream.range(0, probabilities.length)
                        .reduce(0, (a, b) -> probabilities[b] > probabilities[a] ? b : a);
                classes.add(description.headClasses().get(best));
            }
        }
        return classes;
    }

    private static long size(String location, String file) throws IOException {
        String resource = "/" + location.substring("classpath:".length()) + "/" + file;
        try (InputStream stream = ShippedPackageTest.class.getResourceAsStream(resource)) {
            return stream.readAllBytes().length;
        }
    }
}
