package io.bulwark.lab.golden;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.Preprocessor;
import java.io.IOException;
import java.util.Locale;

/**
 * Pictures to pixels in every variant: exactly, from the original's decoded pixels; and from our decoder, exactly for
 * lossless formats (16-bit gray within one level), within two levels for JPEG.
 */
final class PreprocessCheck implements GoldenCheck {

    private static final int GRAY_16 = 1;
    private static final int JPEG = 2;

    @Override
    public void check(GoldenManifest.GoldenCase golden, GoldenFiles files, Findings findings) throws IOException {
        JsonNode cases = files.json(golden.file("cases"));
        String images = golden.file("images").replace("*", "");
        try (GoldenTensors decoded = files.tensors(golden.file("decoded"))) {
            Pictures pictures = new Pictures(files, images, decoded, cases.path("files"));
            for (JsonNode expected : golden.files().path("expected")) {
                variant(files, expected.asText(), cases, pictures, findings);
            }
            conversion(files, golden.file("convert_rgb"), pictures, findings);
            normalisation(golden, files, cases, pictures, findings);
        }
    }

    private record Pictures(GoldenFiles files, String folder, GoldenTensors decoded, JsonNode about) {

        Decoded original(String name) throws IOException {
            return decoded.names().contains(name)
                    ? GoldenPictures.original(decoded, name, about.path(name))
                    : ours(name);
        }

        Decoded ours(String name) throws IOException {
            return GoldenPictures.decode(files, folder + name);
        }

        /** Largest difference that our decoder may make; negative where it is not compared. */
        int tolerance(String name) {
            String format = about.path(name).path("format").asText();
            if (about.path(name).path("lossy").asBoolean()) {
                return format.equals("JPEG") ? JPEG : -1;
            }
            return about.path(name).path("pil_mode").asText().equals("I;16") ? GRAY_16 : 0;
        }
    }

    private static void variant(
            GoldenFiles files, String expected, JsonNode cases, Pictures pictures, Findings findings)
            throws IOException {
        String variant = expected.replaceFirst(".*expected_", "").replace(".safetensors", "");
        Preprocessor exact = Preprocessor.exact(spec(cases.path("variants").path(variant)));
        try (GoldenTensors wanted = files.tensors(expected)) {
            for (String name : wanted.names()) {
                String what = variant + " " + name;
                findings.levels(what, pixels(exact, pictures.original(name)), wanted.bytes(name), 0);
                int tolerance = pictures.tolerance(name);
                if (tolerance >= 0) {
                    findings.levels(
                            what + " decoded here", pixels(exact, pictures.ours(name)), wanted.bytes(name), tolerance);
                }
            }
        }
    }

    private static byte[] pixels(Preprocessor preprocessor, Decoded picture) {
        return preprocessor.views(picture).get(0).pixels();
    }

    static PreprocessSpec spec(JsonNode variant) {
        JsonNode input = variant.path(variant.has("crop") ? "crop" : "image_size");
        int height = input.isArray() ? input.path(0).asInt() : input.asInt();
        int width = input.isArray() ? input.path(1).asInt() : input.asInt();
        int otherwise = variant.has("crop") ? variant.path("image_size").asInt() : Math.min(height, width);
        return spec(
                height,
                width,
                variant.path("resize").asInt(otherwise),
                PreprocessSpec.ResizeMode.valueOf(
                        variant.path("resize_mode").asText("shortest").toUpperCase(Locale.ROOT)),
                variant);
    }

    private static PreprocessSpec spec(
            int height, int width, int resizeTo, PreprocessSpec.ResizeMode mode, JsonNode variant) {
        return new PreprocessSpec(
                height,
                width,
                resizeTo,
                mode,
                PreprocessSpec.Interpolation.valueOf(
                        variant.path("interpolation").asText("bicubic").toUpperCase(Locale.ROOT)),
                variant.path("convert_first").asBoolean(false),
                variant.path("fill_color").asInt(0),
                new float[3],
                new float[] {1, 1, 1});
    }

    /** Conversion to RGB alone: a squash to the picture's own size, colours first. */
    private static void conversion(GoldenFiles files, String name, Pictures pictures, Findings findings)
            throws IOException {
        try (GoldenTensors wanted = files.tensors(name)) {
            for (String picture : wanted.names()) {
                Decoded decoded = pictures.original(picture);
                Raster raster = decoded.frames().get(0);
                PreprocessSpec same = new PreprocessSpec(
                        raster.height(),
                        raster.width(),
                        raster.height(),
                        PreprocessSpec.ResizeMode.SQUASH,
                        PreprocessSpec.Interpolation.BICUBIC,
                        true,
                        0,
                        new float[3],
                        new float[] {1, 1, 1});
                findings.levels(
                        "RGB of " + picture, pixels(Preprocessor.exact(same), decoded), wanted.bytes(picture), 0);
            }
        }
    }

    private static void normalisation(
            GoldenManifest.GoldenCase golden, GoldenFiles files, JsonNode cases, Pictures pictures, Findings findings)
            throws IOException {
        JsonNode normalised = cases.path("normalized");
        Preprocessor exact = Preprocessor.exact(
                spec(cases.path("variants").path(normalised.path("variant").asText())));
        try (GoldenTensors wanted = files.tensors(golden.file("normalized"))) {
            for (String picture : wanted.names()) {
                byte[] pixels = pixels(exact, pictures.original(picture));
                float[] values = new float[pixels.length];
                int area = pixels.length / 3;
                for (int i = 0; i < pixels.length; i++) {
                    float mean = normalised.path("mean").path(i % 3).floatValue();
                    float std = normalised.path("std").path(i % 3).floatValue();
                    values[i % 3 * area + i / 3] = ((pixels[i] & 0xFF) / 255f - mean) / std;
                }
                findings.close(
                        "normalised " + picture, values, wanted.floats(picture), golden.tolerance("normalized_abs"));
            }
        }
    }
}
