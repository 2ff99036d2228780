package io.bulwark.lab.golden;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.lab.golden.GoldenCheck.GoldenResult;
import io.bulwark.lab.golden.GoldenManifest.GoldenCase;
import io.bulwark.lab.text.ClipTokenizer;
import io.bulwark.lab.text.ClipVocabulary;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.TextEncoder;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;

/** Runs a manifest's cases one after the other. One thread. */
public final class GoldenRunner {

    private final GoldenManifest manifest;
    private final Map<String, GoldenCheck> checks;

    /**
     * @param vocabulary CLIP's, where it does not lie beside the tokenizer's case
     */
    public GoldenRunner(GoldenManifest manifest, EncoderOptions options, Optional<Path> vocabulary) {
        this.manifest = manifest;
        VisionCheck vision = new VisionCheck(options);
        this.checks = Map.ofEntries(
                Map.entry("open_clip_vit", vision),
                Map.entry("open_clip_convnext", vision),
                Map.entry("dino_vit", vision),
                Map.entry("open_clip_text", new TextCheck(options)),
                Map.entry("clip_tokenizer", new TokenizerCheck(vocabulary)),
                Map.entry("image_preprocess", new PreprocessCheck()),
                Map.entry("end_to_end", new EndToEndCheck(options)),
                Map.entry("twoafc_metrics", new ChoiceCheck()),
                Map.entry("retrieval_metrics", new RetrievalCheck()),
                Map.entry("apgd_2afc", new ApgdCheck(options)),
                Map.entry("pgd_robustvlm", new PgdCheck(options)),
                Map.entry("fare_training", new FareCheck(options)),
                Map.entry("published_state_dict", new PublishedCheck(options, "backbone")),
                Map.entry("published_mlp_head", new PublishedCheck(options, "mlp")),
                Map.entry("published_peft_lora", new PublishedCheck(options, "lora")));
    }

    /**
     * Runs all cases.
     *
     * @param each told of each result as it comes
     * @return the results in the manifest's order
     */
    public List<GoldenResult> run(Consumer<GoldenResult> each) {
        List<GoldenResult> results = new ArrayList<>();
        for (GoldenCase golden : manifest.cases()) {
            GoldenResult result = run(golden);
            each.accept(result);
            results.add(result);
        }
        return results;
    }

    private GoldenResult run(GoldenCase golden) {
        GoldenCheck check = checks.get(golden.kind());
        if (check == null) {
            return GoldenResult.skipped(golden, "this version has no check of kind '" + golden.kind() + "'");
        }
        Findings findings = new Findings();
        try {
            check.check(golden, manifest.files(), findings);
            return findings.result(golden);
        } catch (GoldenCheck.SkippedException e) {
            return GoldenResult.skipped(golden, e.getMessage());
        } catch (IOException | RuntimeException e) {
            // A case that cannot be run to its end has failed; the others still run.
            return GoldenResult.failed(golden, 0, e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    /** Texts to cleaned texts and token ids. The vocabulary is given, or lies beside the case. */
    record TokenizerCheck(Optional<Path> vocabulary) implements GoldenCheck {

        private static final int SHORT_CONTEXT = 16;

        @Override
        public void check(GoldenCase golden, GoldenFiles files, Findings findings) throws IOException {
            String data = golden.file("data");
            JsonNode tokens = files.json(data);
            Path file = vocabulary.orElseGet(() -> files.unlisted(
                    data.replaceFirst("[^/]*$", "") + tokens.path("vocab_file").asText()));
            if (!Files.isRegularFile(file)) {
                throw new SkippedException("CLIP's vocabulary is not there: give it with --vocabulary");
            }
            ClipTokenizer tokenizer = new ClipTokenizer(ClipVocabulary.read(file));
            int context = tokens.path("context_length").asInt(ClipTokenizer.CONTEXT_LENGTH);
            for (JsonNode row : tokens.path("rows")) {
                compare(tokenizer, row, context, findings);
            }
        }

        private static void compare(ClipTokenizer tokenizer, JsonNode row, int context, Findings findings) {
            String text = row.path("text").asText();
            String cleaned = tokenizer.clean(text);
            findings.exact(
                    "cleaned text",
                    cleaned.equals(row.path("cleaned").asText()),
                    "'%s' is cleaned to '%s'".formatted(text, cleaned));
            ids(tokenizer, row, "ids", context, findings);
            ids(tokenizer, row, "ids_context" + SHORT_CONTEXT, SHORT_CONTEXT, findings);
        }

        private static void ids(ClipTokenizer tokenizer, JsonNode row, String field, int context, Findings findings) {
            if (row.hasNonNull(field)) {
                long[] wanted = StreamSupport.stream(row.path(field).spliterator(), false)
                        .mapToLong(JsonNode::asLong)
                        .toArray();
                String text = row.path("text").asText();
                findings.exact(
                        field,
                        Arrays.equals(tokenizer.tokenize(text, context), wanted),
                        "those of '" + text + "' differ");
            }
        }
    }

    /** Image encoders on given pixels: embeddings, and the gradient of a sum over them by the pixels. */
    record VisionCheck(EncoderOptions options) implements GoldenCheck {

        @Override
        public void check(GoldenCase golden, GoldenFiles files, Findings findings) throws IOException {
            try (GoldenTensors data = files.tensors(golden.file("data"));
                    DifferentiableEncoder encoder =
                            GoldenModels.open(golden, files).openDifferentiable(options)) {
                float[] input = data.floats("input");
                int images = data.extent("input", 0);
                DifferentiableEncoder.Gradient answer = encoder.gradient(input, images, data.floats("grad_vector"));
                findings.close(
                        "embedding", answer.embeddings(), data.floats("embedding"), golden.tolerance("embedding_abs"));
                findings.close(
                        "gradient", answer.inputGradient(), data.floats("grad_input"), golden.tolerance("grad_abs"));
                float[] alone = encoder.embed(input, images);
                findings.close(
                        "embedding without gradient",
                        alone,
                        data.floats("embedding"),
                        golden.tolerance("embedding_abs"));
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
                        "embedding",
                        encoder.embedRaw(tokens),
                        data.floats("embedding"),
                        golden.tolerance("embedding_abs"));
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
}
