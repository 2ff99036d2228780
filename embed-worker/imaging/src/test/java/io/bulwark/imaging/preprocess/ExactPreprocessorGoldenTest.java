package io.bulwark.imaging.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.PreprocessSpec.ResizeMode;
import io.bulwark.imaging.rows.PillowColour;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ExactPreprocessorGoldenTest {

    static List<Arguments> variants() throws IOException {
        JsonNode cases = new ObjectMapper()
                .readTree(ExactPreprocessorGoldenTest.class.getResource("/golden/preprocess/cases.json"));
        List<Arguments> variants = new ArrayList<>();
        for (Iterator<Map.Entry<String, JsonNode>> i = cases.get("variants").fields(); i.hasNext(); ) {
            Map.Entry<String, JsonNode> variant = i.next();
            variants.add(Arguments.of(variant.getKey(), spec(variant.getValue())));
        }
        return variants;
    }

    private static PreprocessSpec spec(JsonNode variant) {
        JsonNode size = variant.has("crop") ? variant.get("crop") : variant.get("image_size");
        int height = size.isArray() ? size.get(0).asInt() : size.asInt();
        int width = size.isArray() ? size.get(1).asInt() : size.asInt();
        int resizeTo = variant.has("resize")
                ? variant.get("resize").asInt()
                : variant.has("crop") ? variant.get("image_size").asInt() : height;
        return new PreprocessSpec(
                height,
                width,
                resizeTo,
                ResizeMode.valueOf(
                        variant.path("resize_mode").asText("shortest").toUpperCase(Locale.ROOT)),
                Interpolation.valueOf(variant.get("interpolation").asText().toUpperCase(Locale.ROOT)),
                variant.path("convert_first").asBoolean(false),
                variant.path("fill_color").asInt(0),
                new float[] {0, 0, 0},
                new float[] {1, 1, 1});
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("variants")
    void everyPixelIsTheOriginals(String variant, PreprocessSpec spec) {
        GoldenTensors expected = GoldenPictures.open("expected_" + variant);
        Preprocessor preprocessor = Preprocessor.exact(spec);
        List<String> differing = new ArrayList<>();
        for (String name : expected.names()) {
            Raster picture = GoldenPictures.decodedByPillow(name);
            List<View> views = preprocessor.views(Decoded.still("test", picture));
            assertThat(views).hasSize(1);
            String difference = difference(views.get(0).pixels(), expected.bytes(name));
            if (!difference.isEmpty()) {
                differing.add(name + " " + picture.mode() + ": " + difference);
            }
        }
        assertThat(expected.names()).isNotEmpty();
        assertThat(differing).isEmpty();
    }

    @Test
    void conversionToRgbIsPillows() {
        GoldenTensors expected = GoldenPictures.open("convert_rgb");
        for (String name : expected.names()) {
            Raster picture = GoldenPictures.decodedByPillow(name);
            int pixels = picture.width() * picture.height();
            byte[] rgb = new byte[pixels * 3];
            PillowColour.toRgb(picture.mode(), picture.samples(), picture.palette(), pixels, rgb);
            assertThat(difference(rgb, expected.bytes(name))).as(name).isEmpty();
        }
        assertThat(expected.names()).hasSize(5);
    }

    static String difference(byte[] ours, byte[] theirs) {
        if (ours.length != theirs.length) {
            return ours.length + " bytes instead of " + theirs.length;
        }
        int count = 0;
        int largest = 0;
        for (int i = 0; i < ours.length; i++) {
            int d = Math.abs((ours[i] & 0xff) - (theirs[i] & 0xff));
            count += d > 0 ? 1 : 0;
            largest = Math.max(largest, d);
        }
        return count == 0 ? "" : count + " of " + ours.length + " differ, by up to " + largest;
    }
}
