package io.bulwark.lab.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.rows.PillowColour;
import io.bulwark.lab.golden.GoldenCheck.GoldenResult;
import io.bulwark.lab.golden.GoldenCheck.GoldenResult.Status;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A set with a picture of Pillow's mode 1, whose decoded pixels a set holds as 0 and 1. */
class OneBitGoldenTest {

    private static final Path BILEVEL = Path.of("target/test-classes/golden/bilevel");
    private static final String NAME = "bilevel_1.png";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private final ObjectNode index = JSON.createObjectNode();

    @Test
    void everyPreprocessingOfAOneBitPictureIsTheOriginals() throws IOException {
        ObjectNode cases = JSON.createObjectNode();
        cases.putObject("files").putObject(NAME).put("format", "PNG").put("pil_mode", "1");
        ArrayNode expected = JSON.createArrayNode();
        variant(cases, expected, "squash").put("image_size", 48).put("resize_mode", "squash");
        variant(cases, expected, "shortest").put("image_size", 48);
        variant(cases, expected, "larger").put("image_size", 150).put("resize_mode", "squash");
        variant(cases, expected, "longest")
                .put("image_size", 48)
                .put("resize_mode", "longest")
                .put("interpolation", "bilinear")
                .put("fill_color", 127);
        variant(cases, expected, "wide").putArray("image_size").add(48).add(80);
        variant(cases, expected, "first").put("resize", 64).put("crop", 56).put("convert_first", true);
        cases.putObject("normalized").put("variant", "squash");

        List<GoldenResult> results = new GoldenRunner(
                        GoldenManifest.read(setOf(cases, expected)), EncoderOptions.defaults(), Optional.empty())
                .run(result -> {});

        assertThat(results)
                .singleElement()
                .satisfies(result ->
                        assertThat(result.status()).as("%s", result.detail()).isEqualTo(Status.PASSED));
    }

    /** Adds Pillow's answer to the set. */
    private ObjectNode variant(ObjectNode cases, ArrayNode expected, String variant) throws IOException {
        Raster answer = decode(BILEVEL.resolve("expected_bilevel_" + variant + ".png"));
        String file = "preprocess/expected_" + variant + ".safetensors";
        write(file, NAME, List.of((long) answer.height(), (long) answer.width(), 3L), rgb(answer));
        expected.add(file);
        return cases.withObject("/variants").putObject(variant);
    }

    private Path setOf(ObjectNode cases, ArrayNode expected) throws IOException {
        Path picture = folder.resolve("preprocess/files/" + NAME);
        Files.createDirectories(picture.getParent());
        Files.copy(BILEVEL.resolve("bilevel.png"), picture);
        Raster raster = decode(picture);
        byte[] booleans = new byte[raster.samples().length];
        for (int i = 0; i < booleans.length; i++) {
            booleans[i] = (byte) (raster.samples()[i] == 0 ? 0 : 1);
        }
        List<Long> shape = List.of((long) raster.height(), (long) raster.width());
        write("preprocess/decoded_native.safetensors", NAME, shape, booleans);
        write("preprocess/convert_rgb.safetensors", NAME, List.of(shape.get(0), shape.get(1), 3L), rgb(raster));
        Path none = folder.resolve("preprocess/normalized.safetensors");
        new SafetensorsWriter().write(none);
        list("preprocess/normalized.safetensors");
        list("preprocess/files/" + NAME);
        JSON.writeValue(folder.resolve("preprocess/cases.json").toFile(), cases);
        list("preprocess/cases.json");

        ObjectNode manifest = JSON.createObjectNode();
        ObjectNode golden = manifest.putArray("cases").addObject();
        golden.put("id", "preprocess").put("kind", "image_preprocess").putObject("config");
        golden.putObject("tolerance");
        golden.putObject("files")
                .put("cases", "preprocess/cases.json")
                .put("images", "preprocess/files/*")
                .put("decoded", "preprocess/decoded_native.safetensors")
                .put("convert_rgb", "preprocess/convert_rgb.safetensors")
                .put("normalized", "preprocess/normalized.safetensors")
                .set("expected", expected);
        manifest.set("file_index", index);
        JSON.writeValue(folder.resolve(GoldenManifest.FILE).toFile(), manifest);
        return folder;
    }

    private void write(String file, String tensor, List<Long> shape, byte[] values) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        new SafetensorsWriter()
                .add(tensor, ElementType.U8, shape, ByteBuffer.wrap(values))
                .write(path);
        list(file);
    }

    private void list(String file) throws IOException {
        index.putObject(file).put("sha256", GoldenFiles.sha256(folder.resolve(file)));
    }

    private static byte[] rgb(Raster raster) {
        byte[] rgb = new byte[3 * raster.width() * raster.height()];
        PillowColour.toRgb(raster.mode(), raster.samples(), raster.palette(), rgb.length / 3, rgb);
        return rgb;
    }

    private static Raster decode(Path file) throws IOException {
        return ((Decoded) new StandardImageDecoder(DecodeLimits.standard()).decode(Files.readAllBytes(file)))
                .frames()
                .get(0);
    }
}
