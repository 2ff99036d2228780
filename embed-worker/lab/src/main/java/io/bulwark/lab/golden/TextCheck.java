package io.bulwark.lab.golden;

import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.TextEncoder;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;

/** Text encoders on given tokens, and the logits of pictures and texts together. */
record TextCheck(EncoderOptions options) implements GoldenCheck {

    @Override
    public void check(GoldenCase golden, GoldenFiles files, Findings findings) throws IOException {
        ModelPackage model = GoldenModels.open(golden, files);
        try (GoldenTensors data = files.tensors(golden.file("data"));
                TextEncoder encoder = model.openText(options)) {
            long[][] tokens = data.longRows("tokens");
            float[] texts = encoder.embed(tokens);
            findings.close(
                    "embedding", encoder.embedRaw(tokens), data.floats("embedding"), golden.tolerance("embedding_abs"));
            findings.close(
                    "normalised embedding",
                    texts,
                    data.floats("embedding_normalized"),
                    golden.tolerance("embedding_normalized_abs"));
            if (golden.files().has("logits")) {
                logits(golden, files, model, encoder, texts, findings);
            }
        }
    }

    private void logits(
            GoldenCase golden,
            GoldenFiles files,
            ModelPackage model,
            TextEncoder encoder,
            float[] texts,
            Findings findings)
            throws IOException {
        String vision = golden.file("data").replaceFirst("[^/]*$", "vision.safetensors");
        try (GoldenTensors pictures = files.tensors(vision);
                GoldenTensors expected = files.tensors(golden.file("logits"));
                DifferentiableEncoder images = model.openDifferentiable(options)) {
            int dimension = encoder.dimension();
            float[] raw = images.embed(pictures.floats("input"), pictures.extent("input", 0));
            float[] units = GoldenModels.normalised(raw, dimension);
            int columns = texts.length / dimension;
            float[] logits = new float[units.length / dimension * columns];
            for (int i = 0; i < logits.length; i++) {
                double dot = 0;
                for (int d = 0; d < dimension; d++) {
                    dot += (double) units[i / columns * dimension + d] * texts[i % columns * dimension + d];
                }
                logits[i] = (float) (encoder.logitScale() * dot);
            }
            findings.close("logits", logits, expected.floats("logits_per_image"), golden.tolerance("logits_abs"));
        }
    }
}
