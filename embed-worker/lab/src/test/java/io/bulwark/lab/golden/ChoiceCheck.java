package io.bulwark.lab.golden;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.perception.metric.Choice;
import io.bulwark.perception.metric.Choice.OddOneOut;
import java.io.IOException;

/** Two-alternative forced choice and the odd one out, on given embeddings. */
final class ChoiceCheck implements GoldenCheck {

    @Override
    public void check(GoldenManifest.GoldenCase golden, GoldenFiles files, Findings findings) throws IOException {
        try (GoldenTensors data = files.tensors(golden.file("data"))) {
            JsonNode expected = files.json(golden.file("expected"));
            choices(golden, data, expected, findings);
            float[][] a = data.rows("ooo_a");
            float[][] b = data.rows("ooo_b");
            float[][] c = data.rows("ooo_c");
            for (int i = 0; i < a.length; i++) {
                int odd = OddOneOut.of(a[i], b[i], c[i]);
                findings.exact(
                        "odd one out",
                        odd == expected.path("odd_one_out").path(i).asInt(),
                        "triplet " + i + " gives " + odd);
            }
        }
    }

    private static void choices(
            GoldenManifest.GoldenCase golden, GoldenTensors data, JsonNode expected, Findings findings) {
        float[][] reference = data.rows("ref");
        float[][] left = data.rows("left");
        float[][] right = data.rows("right");
        float[] label = data.floats("label");
        float[] sims = new float[2 * reference.length];
        float[] loss = new float[reference.length];
        int correct = 0;
        for (int i = 0; i < reference.length; i++) {
            Choice choice = Choice.between(reference[i], left[i], right[i]);
            sims[i] = (float) choice.left();
            sims[reference.length + i] = (float) choice.right();
            Choice.Side people = label[i] == 1 ? Choice.Side.RIGHT : Choice.Side.LEFT;
            loss[i] = (float) choice.marginLoss(people);
            correct += choice.side() == people ? 1 : 0;
            findings.exact(
                    "choice",
                    choice.side().ordinal() == expected.path("pred").path(i).asInt(),
                    "triplet " + i + " is decided " + choice.side());
        }
        double tolerance = golden.tolerance("sim_abs");
        float[] wanted = new float[sims.length];
        System.arraycopy(data.floats("sim_left"), 0, wanted, 0, reference.length);
        System.arraycopy(data.floats("sim_right"), 0, wanted, reference.length, reference.length);
        findings.close("similarity", sims, wanted, tolerance);
        findings.close("margin loss", loss, data.floats("margin_loss"), 2 * tolerance);
        findings.close(
                "accuracy",
                (double) correct / reference.length,
                expected.path("accuracy").asDouble(),
                0);
    }
}
