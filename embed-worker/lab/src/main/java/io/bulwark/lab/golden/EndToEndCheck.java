package io.bulwark.lab.golden;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Image files through decoder, exact preprocessing and encoder, as a worker runs them but for the views. */
record EndToEndCheck(EncoderOptions options) implements GoldenCheck {

    @Override
    public void check(GoldenCase golden, GoldenFiles files, Findings findings) throws IOException {
        ModelPackage model = GoldenModels.open(golden, files);
        Preprocessor preprocessor = Preprocessor.exact(model.manifest().preprocess());
        List<byte[]> pixels = new ArrayList<>();
        for (JsonNode image : golden.files().path("images")) {
            DecodeResult.Decoded picture = GoldenPictures.decode(files, image.asText());
            pixels.add(preprocessor.views(picture).get(0).pixels());
        }
        try (GoldenTensors data = files.tensors(golden.file("data"))) {
            try (Encoder encoder = model.openEncoder(options.withPrecision(EncoderOptions.Precision.FP32))) {
                ByteBuffer views = ByteBuffer.allocateDirect(
                        pixels.stream().mapToInt(view -> view.length).sum());
                pixels.forEach(views::put);
                findings.close(
                        "normalised embedding",
                        encoder.embed(views.flip(), pixels.size()).values(),
                        data.floats("embedding_normalized"),
                        golden.tolerance("embedding_normalized_abs"));
            }
            try (DifferentiableEncoder encoder = model.openDifferentiable(options)) {
                findings.close(
                        "embedding",
                        encoder.embed(channelsFirst(pixels), pixels.size()),
                        data.floats("embedding"),
                        golden.tolerance("embedding_abs"));
            }
        }
    }

    /** {@code [B][H * W * 3]} bytes to {@code [B, 3, H * W]} floats in [0, 1]. */
    private static float[] channelsFirst(List<byte[]> views) {
        int area = views.get(0).length / 3;
        float[] values = new float[views.size() * 3 * area];
        for (int image = 0; image < views.size(); image++) {
            for (int i = 0; i < 3 * area; i++) {
                values[(image * 3 + i % 3) * area + i / 3] = (views.get(image)[i] & 0xFF) / 255f;
            }
        }
        return values;
    }
}
