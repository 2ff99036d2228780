package io.bulwark.lab.golden;

import io.bulwark.lab.attack.Norm;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Pgd;
import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.attack.loss.EncoderObjective;
import io.bulwark.lab.attack.loss.EncoderObjective.SquaredDistance;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The FARE code's PGD on an encoder's embeddings: the loss before each step, and where the steps end. */
record PgdCheck(EncoderOptions options) implements GoldenCheck {

    /** What two ways of rounding leave between the same pixel; beyond, a step went elsewhere. */
    private static final double SAME_PIXEL = 1e-4;

    @Override
    public void check(GoldenManifest.GoldenCase golden, GoldenFiles files, Findings findings) throws IOException {
        try (GoldenTensors inputs = files.tensors(golden.file("inputs"));
                GoldenTensors expected = files.tensors(golden.file("expected"));
                DifferentiableEncoder encoder = GoldenModels.open(golden, files).openDifferentiable(options)) {
            float[] clean = inputs.floats("x");
            int count = inputs.extent("x", 0);
            boolean away = golden.config().path("mode").asText().equals("max");
            float[] targets = encoder.embed(away ? clean : inputs.floats("x_target"), count);
            EmbeddingLoss distance = new SquaredDistance(targets);
            EncoderObjective objective = EncoderObjective.of(encoder, away ? distance : distance.negated());
            float[] start = golden.config().path("start").asText().equals("zeros")
                    ? clean
                    : sum(clean, inputs.floats("init_perturbation"));

            List<Double> curve = new ArrayList<>();
            Pgd pgd = new Pgd(
                    golden.config().path("iterations").asInt(),
                    golden.config().path("stepsize").asDouble(),
                    golden.config().path("momentum").asDouble(),
                    false,
                    0);
            float[] last = pgd.ascend(
                    objective,
                    threat(golden),
                    clean,
                    start,
                    count,
                    step -> curve.add(IntStream.range(0, count)
                            .mapToDouble(i -> Math.abs(step.scores().losses()[i]))
                            .average()
                            .orElseThrow()));

            compare(golden, expected, curve, findings);
            float[] losses =
                    objective.ask(last, IntStream.range(0, count).toArray()).losses();
            float[] wanted = expected.floats("final_loss_per_example");
            for (int i = 0; i < count; i++) {
                findings.close(
                        "relative final loss", Math.abs(losses[i]) / wanted[i], 1, golden.tolerance("final_loss_rel"));
            }
            pixels(golden, sum(clean, expected.floats("perturbation")), last, findings);
            threat(golden).verify(clean, last, count).require();
        }
    }

    private static ThreatModel threat(GoldenManifest.GoldenCase golden) {
        return new ThreatModel(
                Norm.labelled(golden.config().path("norm").asText()),
                golden.config().path("eps").asDouble());
    }

    private static void compare(
            GoldenManifest.GoldenCase golden, GoldenTensors expected, List<Double> curve, Findings findings) {
        float[] wanted = expected.floats("loss_curve");
        findings.exact("number of losses", curve.size() == wanted.length, curve.size() + " losses");
        for (int step = 0; step < Math.min(wanted.length, curve.size()); step++) {
            findings.close(
                    "relative loss before step " + step,
                    curve.get(step) / wanted[step],
                    1,
                    golden.tolerance(step == 0 ? "first_loss_rel" : "final_loss_rel"));
        }
    }

    private static void pixels(GoldenManifest.GoldenCase golden, float[] wanted, float[] found, Findings findings) {
        long other = IntStream.range(0, wanted.length)
                .filter(i -> Math.abs(wanted[i] - found[i]) > SAME_PIXEL)
                .count();
        findings.close(
                "share of other pixels",
                (double) other / wanted.length,
                0,
                golden.tolerance("fraction_of_pixels_that_may_differ"));
    }

    private static float[] sum(float[] a, float[] b) {
        float[] sum = new float[a.length];
        for (int i = 0; i < a.length; i++) {
            sum[i] = a[i] + b[i];
        }
        return sum;
    }
}
