package io.bulwark.perception.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreshPackageTest {

    private static final String VIT =
            "{'model_cfg': {'embed_dim': 24, 'vision_cfg': {'image_size': 32, 'patch_size': 8,"
                    + " 'layers': 2, 'width': 64, 'head_width': 32}, 'text_cfg': {}}}";
    private static final String CONVNEXT = "{'model_cfg': {'embed_dim': 24, 'vision_cfg': {'timm_model_name':"
            + " 'convnext_tiny', 'timm_model_kwargs': {'depths': [1, 1, 1, 1], 'dims': [8, 16, 24, 32]}, 'timm_proj':"
            + " 'linear', 'image_size': 32}, 'text_cfg': {}}}";
    private static final String DINO =
            "{'model_type': 'vit', 'hidden_act': 'gelu', 'num_channels': 3, 'qkv_bias': true,"
                    + " 'image_size': 32, 'patch_size': 8, 'hidden_size': 64, 'num_hidden_layers': 2, 'num_attention_heads': 2,"
                    + " 'intermediate_size': 128}";

    @TempDir
    Path folder;

    private Path written(String config, long seed) throws IOException {
        Path out = folder.resolve("made-" + seed);
        new FreshPackage(config.replace('\'', '"').getBytes(StandardCharsets.UTF_8), seed).write(out);
        return out;
    }

    @Test
    void everyFamilyOfAConfigurationOpensAndEmbeds() throws IOException {
        int seed = 0;
        for (String config : new String[] {VIT, CONVNEXT, DINO}) {
            ModelPackage made = ModelPackage.open(written(config, ++seed).toString());

            try (DifferentiableEncoder encoder = made.openDifferentiable(EncoderOptions.defaults())) {
                float[] embedding = encoder.embed(new float[3 * 32 * 32], 1);

                assertThat(embedding).hasSize(encoder.description().dimension());
                for (float value : embedding) {
                    assertThat(value).isFinite();
                }
                assertThat(IntStream.range(0, embedding.length).mapToDouble(i -> embedding[i]))
                        .as("not all of a kind")
                        .anyMatch(value -> Math.abs(value) > 1e-3);
            }
            assertThat(made.manifest().name()).isEqualTo("made-" + seed);
            assertThat(made.manifest().provenance()).containsEntry("seed", String.valueOf(seed));
        }
    }

    @Test
    void oneSeedIsOneFingerprint() throws IOException {
        String one = fingerprint(written(VIT, 1));
        Files.delete(folder.resolve("made-1/open_clip_model.safetensors"));

        assertThat(fingerprint(written(VIT, 1))).isEqualTo(one);
        assertThat(fingerprint(written(VIT, 2))).isNotEqualTo(one);
    }

    private static String fingerprint(Path made) {
        return ModelPackage.open(made.toString()).describe(Precision.FP32).fingerprint();
    }

    @Test
    void aTransformersWeightsAreSpreadAsOpenClipSpreadsThem() throws IOException {
        try (SafetensorsFile weights = SafetensorsFile.open(written(VIT, 3).resolve("open_clip_model.safetensors"))) {
            String block = "transformer.resblocks.1.";
            assertThat(weights.floats("ln_pre.weight")).containsOnly(1);
            assertThat(weights.floats(block + "ln_2.bias")).containsOnly(0);
            assertThat(weights.floats(block + "attn.in_proj_bias")).containsOnly(0);
            assertThat(weights.floats(block + "attn.out_proj.bias")).containsOnly(0);
            assertThat(deviation(weights, "positional_embedding")).isCloseTo(1 / 8.0, within(0.015));
            assertThat(deviation(weights, "proj")).isCloseTo(1 / 8.0, within(0.015));
            // A uniform number up to b has a deviation of b / sqrt(3).
            assertThat(deviation(weights, "conv1.weight")).isCloseTo(1 / Math.sqrt(3 * 192), within(0.003));
            assertThat(deviation(weights, block + "attn.in_proj_weight"))
                    .isCloseTo(Math.sqrt(6.0 / 256 / 3), within(0.003));
            assertThat(deviation(weights, block + "mlp.c_proj.weight"))
                    .isCloseTo(1 / Math.sqrt(3 * 256), within(0.003));
            assertThat(greatest(weights, block + "mlp.c_fc.weight")).isBetween(0.12, 0.125);
            assertThat(greatest(weights, block + "mlp.c_fc.bias")).isBetween(0.1, 0.125);
        }
    }

    @Test
    void aConvNextsWeightsAreSpreadAsTimmSpreadsThem() throws IOException {
        try (SafetensorsFile weights =
                SafetensorsFile.open(written(CONVNEXT, 4).resolve("open_clip_model.safetensors"))) {
            assertThat(weights.floats("trunk.stages.0.blocks.0.gamma")).containsOnly(1e-6f);
            assertThat(weights.floats("trunk.stages.1.downsample.0.weight")).containsOnly(1);
            assertThat(weights.floats("trunk.stages.1.downsample.1.bias")).containsOnly(0);
            assertThat(weights.floats("trunk.stem.0.bias")).containsOnly(0);
            assertThat(deviation(weights, "trunk.stages.3.blocks.0.mlp.fc1.weight"))
                    .isCloseTo(0.02, within(0.002));
            assertThat(greatest(weights, "head.proj.weight")).isBetween(0.17, 1 / Math.sqrt(32));
        }
    }

    private static double deviation(SafetensorsFile weights, String tensor) {
        double squares = 0;
        float[] values = weights.floats(tensor);
        for (float value : values) {
            squares += value * value;
        }
        return Math.sqrt(squares / values.length);
    }

    private static double greatest(SafetensorsFile weights, String tensor) {
        double greatest = 0;
        for (float value : weights.floats(tensor)) {
            greatest = Math.max(greatest, Math.abs(value));
        }
        return greatest;
    }

    @Test
    void aConfigurationThatThisVersionDoesNotReadIsNamed() {
        String pooled = VIT.replace("'width'", "'pool_type': 'avg', 'width'");

        assertThatThrownBy(() -> written(pooled, 1))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining("pool_type");
    }
}
