package io.bulwark.perception.model.published;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.PreprocessSpec.ResizeMode;
import io.bulwark.perception.model.family.DinoVit;
import io.bulwark.perception.model.family.OpenClipConvNext;
import io.bulwark.perception.model.family.OpenClipText;
import io.bulwark.perception.model.family.OpenClipVit;
import io.bulwark.perception.model.family.TransformerShape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishedModelTest {

    private static final Set<String> BOTH_TOWERS = Set.of("visual.proj", "text_projection");

    @Test
    void whatAConfigurationLeavesOutIsWhatOpenClipTakes() throws IOException {
        PublishedModel model = openClip("{'embed_dim': 512, 'vision_cfg': {}, 'text_cfg': {}}", BOTH_TOWERS);

        OpenClipVit vision = (OpenClipVit) model.vision().family();
        assertThat(vision.transformer()).isEqualTo(new TransformerShape(12, 768, 12, 3072));
        assertThat(vision.patch()).isEqualTo(16);
        assertThat(vision.quickGelu()).isFalse();
        assertThat(model.text().orElseThrow().family())
                .isEqualTo(new OpenClipText(77, 49408, new TransformerShape(12, 512, 8, 2048), 512, false));
        assertThat(model.preprocess().resizeMode()).isEqualTo(ResizeMode.SHORTEST);
        assertThat(model.preprocess().interpolation()).isEqualTo(Interpolation.BICUBIC);
        assertThat(model.preprocess().mean()).containsExactly(0.48145466f, 0.4578275f, 0.40821073f);
    }

    @Test
    void aLargeTransformerAtAnotherSizeIsReadAsItIs() throws IOException {
        PublishedModel model = openClip(
                "{'embed_dim': 768, 'quick_gelu': true, 'vision_cfg': {'image_size': 336, 'layers': 24, 'width': 1024,"
                        + " 'patch_size': 14}, 'text_cfg': {}}",
                BOTH_TOWERS);

        assertThat(model.vision().family().tensors())
                .containsEntry("positional_embedding", List.of(577L, 1024L))
                .containsEntry("conv1.weight", List.of(1024L, 3L, 14L, 14L))
                .containsEntry("proj", List.of(1024L, 768L))
                .containsKey("transformer.resblocks.23.mlp.c_proj.bias");
        assertThat(((OpenClipVit) model.vision().family()).transformer().heads())
                .isEqualTo(16);
    }

    @Test
    void aConvNextTakesItsSizeFromTimmsName() throws IOException {
        PublishedModel model = openClip(
                "{'embed_dim': 640, 'vision_cfg': {'timm_model_name': 'convnext_base', 'timm_pool': '', 'timm_proj':"
                        + " 'linear', 'timm_drop_path': 0.1, 'image_size': 256}, 'text_cfg': {}}",
                BOTH_TOWERS);

        OpenClipConvNext vision = (OpenClipConvNext) model.vision().family();
        assertThat(vision.depths()).containsExactly(3, 3, 27, 3);
        assertThat(vision.widths()).containsExactly(128, 256, 512, 1024);
        assertThat(vision.epsilon()).isEqualTo(1e-6);
        assertThat(vision.tensors()).containsEntry("head.proj.weight", List.of(640L, 1024L));
    }

    @Test
    void aVisionTowerThatWasSavedAloneHasNoPrefixAndNoText() throws IOException {
        PublishedModel model =
                openClip("{'embed_dim': 512, 'vision_cfg': {}, 'text_cfg': {}}", Set.of("proj", "conv1.weight"));

        assertThat(model.vision().prefix()).isEmpty();
        assertThat(model.text()).isEmpty();
    }

    @Test
    void aTextTowerOfAnotherKindDoesNotHinderTheImages() throws IOException {
        PublishedModel model = openClip(
                "{'embed_dim': 512, 'vision_cfg': {}, 'text_cfg': {'hf_model_name': 'roberta-base'}}", BOTH_TOWERS);

        assertThat(model.text()).isEmpty();
        assertThat(model.vision().prefix()).isEqualTo("visual.");
        assertThat(model.vision().ignored()).contains("text.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = (char) 96,
            value = {
                "'attentional_pool': true|attentional_pool",
                "'pool_type': 'avg'|pool_type",
                "'no_ln_pre': true|no_ln_pre",
                "'ls_init_value': 0.1|ls_init_value",
                "'pos_embed_type': 'sin_cos_2d'|pos_embed_type",
                "'something_new': 3|something_new",
                "'norm_kwargs': {'eps': 1}|norm_kwargs",
                "'timm_model_name': 'vit_base_patch16_224'|convnext_base",
                "'timm_model_name': 'convnext_base', 'timm_proj': 'conv'|timm_proj",
                "'timm_model_name': 'convnext_base', 'timm_pool': 'abs_attn', 'timm_proj': ''|timm_pool",
                "'timm_model_name': 'convnext_base'|timm_proj",
                "'layers': 0|layers",
                "'width': 'wide'|width",
                "'image_size': [1, 2, 3]|image_size",
                "'head_width': 100|heads divide the width",
            })
    void anOptionThatWouldChangeEmbeddingsUnseenIsRefusedByName(String option, String named) {
        assertThatThrownBy(() ->
                        openClip("{'embed_dim': 512, 'vision_cfg': {" + option + "}, 'text_cfg': {}}", BOTH_TOWERS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named);
    }

    @Test
    void whatConcernsTrainingAloneIsPassedOver() throws IOException {
        PublishedModel model = openClip(
                "{'embed_dim': 512, 'vision_cfg': {'patch_dropout': 0.5, 'ls_init_value': null, 'pool_type': 'tok'},"
                        + " 'text_cfg': {}}",
                BOTH_TOWERS);

        assertThat(model.vision().family()).isInstanceOf(OpenClipVit.class);
    }

    @Test
    void anUnknownInterpolationIsNamedBesideTheKnown() {
        String config = "{'model_cfg': {'embed_dim': 8, 'vision_cfg': {}, 'text_cfg': {}}, 'preprocess_cfg':"
                + " {'interpolation': 'lanczos'}}";

        assertThatThrownBy(() -> read(PublishedModel.OPEN_CLIP, Map.of(PublishedModel.OPEN_CLIP, config), BOTH_TOWERS))
                .hasMessageContaining("'lanczos'")
                .hasMessageContaining("[bilinear, bicubic]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = (char) 96,
            value = {
                "'patch_size': 32|4.4",
                "'patch_size': 16|17.5",
                "'patch_size': 14, 'layers': 24, 'width': 1024|81",
                "'timm_model_name': 'convnext_base', 'timm_proj': 'linear'|15.4",
                "'timm_model_name': 'convnext_large', 'timm_proj': 'mlp'|34.4",
            })
    void theMultiplicationsEqualTheCountsOfTheLiterature(String vision, double billions) throws IOException {
        PublishedModel model =
                openClip("{'embed_dim': 512, 'vision_cfg': {" + vision + "}, 'text_cfg': {}}", BOTH_TOWERS);

        assertThat(model.vision().family().multiplications() / 1e9).isCloseTo(billions, withinPercentage(2));
    }

    @Test
    void dinoIsPreprocessedAsItIsEvaluated() throws IOException {
        PublishedModel model = dino("{'model_type': 'vit', 'hidden_size': 384, 'num_attention_heads': 6}", "{}");

        DinoVit family = (DinoVit) model.vision().family();
        assertThat(family.transformer()).isEqualTo(new TransformerShape(12, 384, 6, 1536));
        assertThat(family.epsilon()).isEqualTo(1e-12);
        assertThat(model.preprocess().convertFirst()).isTrue();
        assertThat(model.preprocess().resizeTo()).isEqualTo(256);
        assertThat(model.preprocess().mean()).containsExactly(0.485f, 0.456f, 0.406f);
    }

    @Test
    void aPreprocessorsConfigurationReplacesMeanAndDeviation() throws IOException {
        PublishedModel model = dino("{}", "{'image_mean': [0.5, 0.5, 0.5], 'image_std': [0.25, 0.25, 0.25]}");

        assertThat(model.preprocess().mean()).containsExactly(0.5f, 0.5f, 0.5f);
        assertThat(model.preprocess().std()).containsExactly(0.25f, 0.25f, 0.25f);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = (char) 96,
            value = {
                "'model_type': 'bert'|'bert'",
                "'hidden_act': 'relu'|'relu'",
                "'qkv_bias': false|'qkv_bias'",
                "'num_channels': 1|'num_channels'",
            })
    void anotherModelOfHuggingFaceIsRefusedByName(String option, String named) {
        assertThatThrownBy(() -> dino("{" + option + "}", "{}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named)
                .hasMessageContaining("config.json");
    }

    private static PublishedModel openClip(String model, Set<String> tensors) throws IOException {
        return read(
                PublishedModel.OPEN_CLIP, Map.of(PublishedModel.OPEN_CLIP, "{'model_cfg': " + model + "}"), tensors);
    }

    private static PublishedModel dino(String config, String preprocessor) throws IOException {
        return read(
                PublishedModel.HUGGING_FACE,
                Map.of(PublishedModel.HUGGING_FACE, config, "preprocessor_config.json", preprocessor),
                Set.of("embeddings.cls_token"));
    }

    private static PublishedModel read(String config, Map<String, String> files, Set<String> tensors)
            throws IOException {
        return PublishedModel.read(
                "a/model",
                config,
                name -> Optional.ofNullable(files.get(name))
                        .map(text -> text.replace('\'', '"').getBytes(StandardCharsets.UTF_8)),
                tensors);
    }
}
