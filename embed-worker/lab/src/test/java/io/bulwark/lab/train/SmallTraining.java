package io.bulwark.lab.train;

import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Pgd;
import io.bulwark.lab.picture.Noise;
import io.bulwark.lab.train.Checkpoint.Trained;
import io.bulwark.lab.train.StepAverages.StepReport;
import io.bulwark.lab.train.TrainingGoal.Adversary;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A training of the shipped encoder on little noise, small enough for a test; also a process to be killed. */
final class SmallTraining {

    static final int STEPS = 4;
    static final String PARENT = ModelPackage.CLASSIFIER;

    private SmallTraining() {}

    static Recipe recipe(double rate, double head) {
        return new Recipe(
                Adversary.of(ThreatModel.linf(4 / 255.0), new Pgd(1, 5 / 255.0, 0, true, 0)),
                new Recipe.Batches(32, 32, 8, 4, 2),
                Recipe.Variation.MIRRORED,
                new Recipe.Terms(0.5, head),
                new Recipe.Descent(rate, 1e-4, 2, STEPS, 500, 0.9),
                Recipe.Patience.ENDLESS,
                11);
    }

    static Trained run(Path folder, Recipe recipe, Consumer<StepReport> watch) throws IOException {
        ModelPackage parent = ModelPackage.open(PARENT);
        Trainer.Setup setup = new Trainer.Setup(EncoderOptions.defaults(), 2, folder, 1, 1);
        try (Trainer trainer = new Trainer(parent, parent, recipe, recipe::fare, new Noise(24, 40), setup)) {
            return trainer.run(watch);
        }
    }

    /** Trains in the folder that the argument names, one second per step, so that a test can kill it in between. */
    public static void main(String[] arguments) throws IOException {
        run(Path.of(arguments[0]), recipe(1e-4, 1), report -> {
            System.out.println(report);
            try {
                Thread.sleep(1000);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
