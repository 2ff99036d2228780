package io.bulwark.lab.golden;

import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions;
import java.io.IOException;

/** Image encoders on given pixels: embeddings, and the gradient of a sum over them by the pixels. */
record VisionCheck(EncoderOptions options) implements GoldenCheck {

    @Override
    public void check(GoldenCase golden, GoldenFiles files, Findings findings) throws IOException {
        try (GoldenTensors data = files.tensors(golden.file("data"));
                DifferentiableEncoder encoder = GoldenModels.open(golden, files).openDifferentiable(options)) {
            float[] input = data.floats("input");
            int images = data.extent("input", 0);
            DifferentiableEncoder.Gradient answer = encoder.gradient(input, images, data.floats("grad_vector"));
            findings.close(
                    "embedding", answer.embeddings(), data.floats("embedding"), golden.tolerance("embedding_abs"));
            findings.close("gradient", answer.inputGradient(), data.floats("grad_input"), golden.tolerance("grad_abs"));
            float[] alone = encoder.embed(input, images);
            findings.close(
                    "embedding without gradient", alone, data.floats("embedding"), golden.tolerance("embedding_abs"));
            findings.close(
                    "normalised embedding",
                    GoldenModels.normalised(alone, encoder.description().dimension()),
                    data.floats("embedding_normalized"),
                    golden.tolerance("embedding_normalized_abs"));
            if (data.names().contains("last_hidden_state")) {
                findings.close(
                        "tokens",
                        encoder.tokens(input, images),
                        data.floats("last_hidden_state"),
                        golden.tolerance("last_hidden_state_abs"));
            }
        }
    }
}
