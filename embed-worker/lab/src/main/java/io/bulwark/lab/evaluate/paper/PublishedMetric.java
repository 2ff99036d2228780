package io.bulwark.lab.evaluate.paper;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.imaging.preprocess.PreprocessSpec.ResizeMode;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.model.family.OpenClipConvNext;
import io.bulwark.perception.model.family.OpenClipVit;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * A perceptual metric that Croce et al. (SaTML 2025) publish, and its agreement with people on the test split of NIGHTS
 * in percent (README of fra31/perceptual-metrics at 962995f; l2 from the paper where it names the model).
 *
 * @param name as the authors have it
 * @param family of the tower
 * @param dimension length of an embedding
 * @param taught whether an MLP or adapters were trained on NIGHTS: then pictures are squeezed to the encoder's square
 * @param figures what is published
 */
record PublishedMetric(String name, String family, int dimension, boolean taught, Figures figures) {

    static final int INPUT = 224;

    /** Threat models as rows name them. */
    static final String CLEAN = "clean";

    private static final String LINF = "linf 4/255";
    private static final String L2 = "l2 3.0";

    static final List<PublishedMetric> ALL = List.of(
            convNext("convnext_base_w", false, Figures.of(87.2, 0.0, 0.0)),
            convNext("convnext_base_w-fare", false, Figures.of(90.6, 74.3, 66.1)),
            convNext("convnext_base_w-tecoa", false, Figures.of(92.3, 81.9, 78.5)),
            convNext("mlp-convnext_base_w-fare", true, Figures.of(92.5, 78.2)),
            convNext("mlp-convnext_base_w-tecoa", true, Figures.of(94.5, 84.4, 79.8)),
            convNext("lora-convnext_base_w-fare", true, Figures.of(95.3, 85.6)),
            convNext("lora-convnext_base_w-tecoa", true, Figures.of(95.0, 87.2, 84.5)),
            vit("vit-b-16", false, Figures.of(85.1, 0.0)),
            vit("vit-b-16-fare", false, Figures.of(90.6, 71.5, 65.5)),
            vit("vit-b-16-tecoa", false, Figures.of(91.9, 79.4, 77.1)),
            vit("mlp-vit-b-16-fare", true, Figures.of(92.7, 75.9)),
            vit("mlp-vit-b-16-tecoa", true, Figures.of(93.7, 82.1)),
            vit("lora-vit-b-16-fare", true, Figures.of(95.7, 80.9)),
            vit("lora-vit-b-16-tecoa", true, Figures.of(94.6, 81.5)));

    /**
     * Figures in percent, empty where nothing was found published.
     *
     * @param clean without an attack
     * @param linf under l∞ 4/255: APGD, 100 iterations, one random start
     * @param l2 under l2 3, by the same attack
     */
    record Figures(OptionalDouble clean, OptionalDouble linf, OptionalDouble l2) {

        static Figures of(double clean) {
            return new Figures(OptionalDouble.of(clean), OptionalDouble.empty(), OptionalDouble.empty());
        }

        static Figures of(double clean, double linf) {
            return new Figures(OptionalDouble.of(clean), OptionalDouble.of(linf), OptionalDouble.empty());
        }

        static Figures of(double clean, double linf, double l2) {
            return new Figures(OptionalDouble.of(clean), OptionalDouble.of(linf), OptionalDouble.of(l2));
        }

        /** The figure under a threat model, as {@link io.bulwark.lab.attack.ThreatModel#toString} writes it. */
        OptionalDouble under(String threat) {
            return switch (threat) {
                case CLEAN -> clean;
                case LINF -> linf;
                case L2 -> l2;
                default -> OptionalDouble.empty();
            };
        }
    }

    /** A metric of others that the paper compares with: a row of figures that nothing here runs. */
    record Compared(String name, Figures figures) {

        static final List<Compared> ALL = List.of(
                new Compared("LipSim pretrained", Figures.of(86.6, 8.6, 26.5)),
                new Compared("LipSim margin 0.2", Figures.of(88.5, 23.1, 46.6)),
                new Compared("LipSim margin 0.5", Figures.of(85.1, 32.8, 53.1)),
                new Compared("R-LPIPS", Figures.of(71.6, 16.2, 26.9)),
                new Compared("DreamSim", Figures.of(90.8)),
                new Compared("DreamSim + MLP", Figures.of(93.4)),
                new Compared("DreamSim + LoRA", Figures.of(96.2, 0.5, 0.9)));
    }

    private static PublishedMetric convNext(String name, boolean taught, Figures figures) {
        return new PublishedMetric(name, OpenClipConvNext.NAME, 640, taught, figures);
    }

    private static PublishedMetric vit(String name, boolean taught, Figures figures) {
        return new PublishedMetric(name, OpenClipVit.NAME, 512, taught, figures);
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
