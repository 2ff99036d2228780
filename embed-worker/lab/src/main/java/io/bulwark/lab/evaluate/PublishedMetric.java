package io.bulwark.lab.evaluate;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.imaging.preprocess.PreprocessSpec.ResizeMode;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.model.family.OpenClipConvNext;
import io.bulwark.perception.model.family.OpenClipVit;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A perceptual metric that Croce et al. (SaTML 2025) publish, and their agreement with people on the test split of NIGHTS
 * in percent (README of fra31/perceptual-metrics at 962995f).
 *
 * @param name as the authors have it
 * @param family of the tower
 * @param dimension length of an embedding
 * @param taught whether an MLP or adapters were trained on NIGHTS: then pictures are squeezed to the encoder's square
 * @param clean without an attack
 * @param attacked under l∞ 4/255: APGD, 100 iterations, one random start
 */
record PublishedMetric(String name, String family, int dimension, boolean taught, double clean, double attacked) {

    private static final int INPUT = 224;

    static final List<PublishedMetric> ALL = List.of(
            convNext("convnext_base_w", false, 87.2, 0.0),
            convNext("convnext_base_w-fare", false, 90.6, 74.3),
            convNext("convnext_base_w-tecoa", false, 92.3, 81.9),
            convNext("mlp-convnext_base_w-fare", true, 92.5, 78.2),
            convNext("mlp-convnext_base_w-tecoa", true, 94.5, 84.4),
            convNext("lora-convnext_base_w-fare", true, 95.3, 85.6),
            convNext("lora-convnext_base_w-tecoa", true, 95.0, 87.2),
            vit("vit-b-16", false, 85.1, 0.0),
            vit("vit-b-16-fare", false, 90.6, 71.5),
            vit("vit-b-16-tecoa", false, 91.9, 79.4),
            vit("mlp-vit-b-16-fare", true, 92.7, 75.9),
            vit("mlp-vit-b-16-tecoa", true, 93.7, 82.1),
            vit("lora-vit-b-16-fare", true, 95.7, 80.9),
            vit("lora-vit-b-16-tecoa", true, 94.6, 81.5));

    private static PublishedMetric convNext(String name, boolean taught, double clean, double attacked) {
        return new PublishedMetric(name, OpenClipConvNext.NAME, 640, taught, clean, attacked);
    }

    private static PublishedMetric vit(String name, boolean taught, double clean, double attacked) {
        return new PublishedMetric(name, OpenClipVit.NAME, 512, taught, clean, attacked);
    }

    /** @throws CommandFailure if none is called so */
    static PublishedMetric named(String name) {
        return ALL.stream()
                .filter(metric -> metric.name().equals(name))
                .findFirst()
                .orElseThrow(() -> CommandFailure.usage("'%s' is none of the published metrics: %s"
                        .formatted(name, ALL.stream().map(PublishedMetric::name).collect(Collectors.joining(", ")))));
    }

    /**
     * Holds a package to what can be seen of it without the data.
     *
     * @throws CommandFailure if it is another kind of model, or prepares pictures otherwise than the authors do
     */
    void require(EncoderDescription found) {
        ResizeMode mode = taught ? ResizeMode.SQUASH : ResizeMode.SHORTEST;
        if (!found.family().equals(family)
                || found.dimension() != dimension
                || found.preprocess().resizeMode() != mode
                || found.preprocess().width() != INPUT) {
            throw CommandFailure.failed(
                    "model '%s' is no %s: it is %s of dimension %d, %s to %d pixels; wanted is %s of"
                                    .formatted(
                                            found.name(),
                                            name,
                                            found.family(),
                                            found.dimension(),
                                            found.preprocess().resizeMode(),
                                            found.preprocess().width(),
                                            family)
                            + " dimension %d, %s to %d (docs/checkpoints.md has the command that makes it)"
                                    .formatted(dimension, mode, INPUT));
        }
    }
}
