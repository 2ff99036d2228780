package io.bulwark.lab.golden;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.lab.attack.Norm;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Pgd;
import io.bulwark.lab.train.GivenBatches;
import io.bulwark.lab.train.Recipe;
import io.bulwark.lab.train.TrainingGoal.Adversary;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.TrainableEncoder.TensorPlace;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.util.Arrays;

/**
 * Some steps of FARE on given batches: the losses, and sum and length of every parameter after them.
 *
 * <p>Gradients are computed in fp64, for the tolerances are those between the reference's fp32 and its own fp64. In
 * fp32 a slope that is almost zero has one sign or the other by the library's kernels, the inner attack takes another
 * step, and runs part: here two of the three cases then go, digit by digit, where the set says that the reference goes
 * with other kernels ({@code loss_rel_f32_vs_other_kernels}), which is within the tolerances of losses and beyond those
 * of parameters.
 */
record FareCheck(EncoderOptions options) implements GoldenCheck {

    /** The key part of this bias has no gradient: Adam turns rounding into steps of full size. */
    private static final String NOISE = "in_proj_bias";

    private static final double LEAST_SUM_TOLERANCE = 1e-3;

    @Override
    public void check(GoldenManifest.GoldenCase golden, GoldenFiles files, Findings findings) throws IOException {
        ModelPackage model = GoldenModels.open(golden, files);
        JsonNode expected = files.json(golden.file("expected"));
        Recipe.LearningRate schedule =
                done -> expected.path("lr_at_step").path(done).asDouble();
        try (GoldenTensors data = files.tensors(golden.file("batches"));
                GivenBatches training = new GivenBatches(
                        model, options.withPrecision(EncoderOptions.Precision.FP64), recipe(golden), schedule)) {
            if (golden.files().has("start")) {
                try (GoldenTensors start = files.tensors(golden.file("start"))) {
                    training.startAt(start.file());
                }
            }
            steps(golden, data, training, expected, findings);
            parameters(golden, training, expected, findings);
        }
    }

    private static Recipe recipe(GoldenManifest.GoldenCase golden) {
        JsonNode inner = golden.config().path("inner");
        JsonNode optimizer = golden.config().path("optimizer");
        int batch = golden.config().path("batch").asInt();
        return new Recipe(
                Adversary.of(
                        new ThreatModel(Norm.LINF, inner.path("eps").asDouble()),
                        new Pgd(
                                inner.path("iterations").asInt(),
                                inner.path("stepsize").asDouble(),
                                inner.path("momentum").asDouble(),
                                false,
                                0)),
                new Recipe.Batches(1, 1, batch, batch, 0),
                Recipe.Variation.MIRRORED,
                new Recipe.Terms(0, 0),
                new Recipe.Descent(
                        optimizer.path("lr").asDouble(),
                        optimizer.path("weight_decay").asDouble(),
                        0,
                        golden.config().path("steps").asInt(),
                        0,
                        0),
                Recipe.Patience.ENDLESS,
                0);
    }

    private static void steps(
            GoldenManifest.GoldenCase golden,
            GoldenTensors data,
            GivenBatches training,
            JsonNode expected,
            Findings findings) {
        float[] batches = data.floats("batches");
        float[] perturbations = data.floats("init_perturbations");
        boolean given = !golden.config().path("inner").path("start").asText().equals("zeros");
        int steps = data.extent("batches", 0);
        int length = batches.length / steps;
        for (int step = 0; step < steps; step++) {
            float[] pixels = Arrays.copyOfRange(batches, step * length, (step + 1) * length);
            float[] start = pixels.clone();
            for (int i = 0; given && i < length; i++) {
                start[i] = pixels[i] + perturbations[step * length + i];
            }
            double loss = training.step(
                    pixels, data.extent("batches", 1), data.extent("batches", 3), data.extent("batches", 4), start);
            double wanted = expected.path("outer_loss").path(step).asDouble();
            double tolerance = golden.tolerance(step == 0 ? "first_loss_rel" : "later_loss_rel");
            findings.close("loss of step " + (step + 1) + ", relative", loss / wanted, 1, tolerance);
        }
    }

    private static void parameters(
            GoldenManifest.GoldenCase golden, GivenBatches training, JsonNode expected, Findings findings) {
        for (TensorPlace place : training.tensors()) {
            JsonNode numbers = expected.path("parameters").path(place.name());
            if (place.name().endsWith(NOISE)) {
                int third = place.length() / 3;
                compare(golden, training, place.name() + "[q]", place.offset(), third, expected, findings);
                compare(golden, training, place.name() + "[v]", place.offset() + 2 * third, third, expected, findings);
            } else {
                findings.exact(
                        "numbers of " + place.name(), numbers.path("numel").asInt() == place.length(), "not there");
                compare(golden, training, place.name(), place.offset(), place.length(), expected, findings);
            }
        }
    }

    private static void compare(
            GoldenManifest.GoldenCase golden,
            GivenBatches training,
            String name,
            int offset,
            int length,
            JsonNode expected,
            Findings findings) {
        JsonNode numbers = expected.path("parameters").path(name);
        double sum = 0;
        double squares = 0;
        for (int i = offset; i < offset + length; i++) {
            double weight = training.weights()[i];
            sum += weight;
            squares += weight * weight;
        }
        double elements = 4 * numbers.path("max_abs_diff_f64").asDouble() * Math.sqrt(length);
        findings.close("sum of " + name, sum, numbers.path("sum").asDouble(), Math.max(LEAST_SUM_TOLERANCE, elements));
        findings.close(
                "length of " + name + ", relative",
                Math.sqrt(squares) / numbers.path("l2").asDouble(),
                1,
                golden.tolerance("param_l2_rel"));
    }
}
