package io.bulwark.lab.golden;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.lab.attack.Attack.Watch;
import io.bulwark.lab.attack.Norm;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Apgd;
import io.bulwark.lab.attack.gradient.Apgd.EarlyStop;
import io.bulwark.lab.attack.gradient.Climber.Ascent;
import io.bulwark.lab.attack.loss.EncoderObjective;
import io.bulwark.lab.attack.loss.LogitLoss;
import io.bulwark.lab.attack.loss.PrototypeLoss;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.metric.Choice;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The perceptual-metrics code's APGD on two-alternative choices: its losses step by step, the best of them, how large
 * the perturbations are, and who withstands.
 */
record ApgdCheck(EncoderOptions options) implements GoldenCheck {

    @Override
    public void check(GoldenManifest.GoldenCase golden, GoldenFiles files, Findings findings) throws IOException {
        try (GoldenTensors inputs = files.tensors(golden.file("inputs"));
                GoldenTensors expected = files.tensors(golden.file("expected"));
                DifferentiableEncoder encoder = GoldenModels.open(golden, files).openDifferentiable(options)) {
            float[] clean = inputs.floats("x");
            Choice.Side[] people = Arrays.stream(inputs.integers("y"))
                    .mapToObj(label -> Choice.Side.values()[label])
                    .toArray(Choice.Side[]::new);
            PrototypeLoss flip = PrototypeLoss.flipChoice(
                    LogitLoss.MARGIN, inputs.rows("emb_left"), inputs.rows("emb_right"), people);
            EncoderObjective objective = EncoderObjective.of(encoder, flip.batched());
            JsonNode config = golden.config();
            ThreatModel threat = new ThreatModel(
                    Norm.labelled(config.path("norm").asText().toLowerCase(Locale.ROOT)),
                    config.path("eps").asDouble());
            EarlyStop stop = config.path("early_stop").asBoolean() ? EarlyStop.ALL_FOOLED : EarlyStop.NEVER;
            List<Ascent> ascents = new Apgd(config.path("n_iter").asInt(), 1, stop, 0)
                    .ascents(objective, threat, clean, people.length, Watch.silent());

            curves(golden, expected, ascents, findings);
            sizes("pert_x_best", golden, expected, threat, clean, pixels(ascents, true), findings);
            sizes("pert_x_best_adv", golden, expected, threat, clean, pixels(ascents, false), findings);
            float[] withstood = expected.floats("acc");
            for (int sample = 0; sample < ascents.size(); sample++) {
                findings.exact(
                        "who withstands",
                        ascents.get(sample).fooled() == (withstood[sample] == 0),
                        "sample " + sample + " is " + (ascents.get(sample).fooled() ? "fooled" : "not fooled"));
            }
        }
    }

    /** {@code loss_curve} is {@code [evaluations, B]}: at the start, then after each step. */
    private static void curves(
            GoldenManifest.GoldenCase golden, GoldenTensors expected, List<Ascent> ascents, Findings findings) {
        float[][] wanted = expected.rows("loss_curve");
        JsonNode leading = golden.tolerance().path("loss_curve_leading");
        float[] best = new float[ascents.size()];
        for (int sample = 0; sample < ascents.size(); sample++) {
            best[sample] = ascents.get(sample).bestLoss();
            findings.exact(
                    "number of losses",
                    ascents.get(sample).losses().length == wanted.length,
                    ascents.get(sample).losses().length + " instead of " + wanted.length);
        }
        for (int step = 0;
                step < Math.min(wanted.length, leading.path("evaluations").asInt());
                step++) {
            int at = step;
            float[] found = new float[ascents.size()];
            IntStream.range(0, found.length)
                    .forEach(sample -> found[sample] = ascents.get(sample).losses()[at]);
            double tolerance = step < 2
                    ? golden.tolerance("loss_first_two_evaluations_abs")
                    : leading.path("abs").asDouble();
            findings.close("loss after step " + step, found, wanted[step], tolerance);
        }
        findings.close("best loss", best, expected.floats("loss_best"), golden.tolerance("loss_best_abs"));
    }

    private static void sizes(
            String tensor,
            GoldenManifest.GoldenCase golden,
            GoldenTensors expected,
            ThreatModel threat,
            float[] clean,
            float[] pixels,
            Findings findings) {
        double[] sizes = threat.verify(clean, pixels, expected.extent(tensor, 0))
                .require()
                .sizes();
        float[] wanted = expected.floats(tensor);
        for (int sample = 0; sample < sizes.length; sample++) {
            findings.close("size of " + tensor, sizes[sample], wanted[sample], golden.tolerance("pert_abs"));
            findings.exact(
                    "bound of " + tensor, sizes[sample] <= golden.tolerance("pert_at_most"), "size " + sizes[sample]);
        }
    }

    private static float[] pixels(List<Ascent> ascents, boolean best) {
        int length = ascents.get(0).best().length;
        float[] pixels = new float[ascents.size() * length];
        for (int sample = 0; sample < ascents.size(); sample++) {
            Ascent ascent = ascents.get(sample);
            System.arraycopy(best ? ascent.best() : ascent.lastFooling(), 0, pixels, sample * length, length);
        }
        return pixels;
    }
}
