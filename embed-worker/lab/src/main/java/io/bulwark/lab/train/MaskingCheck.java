package io.bulwark.lab.train;

import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Pgd;
import io.bulwark.lab.picture.PictureSet;
import io.bulwark.perception.encoder.Answers;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Whether one step of an attack finds what ten find. An encoder that learnt from weak attacks can bend its loss so that
 * one step leads nowhere, and be as weak as before: gradient masking (Tramèr et al., "Ensemble Adversarial Training",
 * ICLR 2018; Wong et al., "Fast is better than free", ICLR 2020). All numbers are means over pictures of the loss that
 * training lowers.
 *
 * @param clean of pictures as they are
 * @param oneStep after FGSM: one step of the whole bound from the picture
 * @param tenSteps after PGD-10 from a random start, steps of a quarter of the bound
 * @param pictures asked
 */
record MaskingCheck(double clean, double oneStep, double tenSteps, int pictures) {

    private static final int AT_ONCE = 16;
    private static final int STEPS = 10;

    /**
     * Measures.
     *
     * @param parent frozen
     * @param tuned the encoder that is asked; attacked at the recipe's size
     * @param recipe whose size, crops, threat and seed are taken
     * @param pictures none of which should have been learnt from
     * @param count of them, evenly spread
     */
    public static MaskingCheck of(
            DifferentiableEncoder parent,
            DifferentiableEncoder tuned,
            Recipe recipe,
            TrainingGoal.Maker goals,
            PictureSet pictures,
            int count) {
        int asked = Math.min(count, pictures.size());
        int size = recipe.batches().size();
        int parentSize = recipe.batches().parentSize();
        ThreatModel threat = recipe.adversary().threat();
        Augmentation augmentation = new Augmentation(pictures, recipe.batches(), recipe.variation());
        double[] sums = new double[3];
        for (int from = 0; from < asked; from += AT_ONCE) {
            int some = Math.min(AT_ONCE, asked - from);
            float[] pixels = new float[some * 3 * size * size];
            float[] seen = new float[some * 3 * parentSize * parentSize];
            int[] labels = new int[some];
            for (int i = 0; i < some; i++) {
                int picture = (int) ((long) (from + i) * pictures.size() / asked);
                SplittableRandom random = Seeds.random(recipe.seed(), Seeds.DEVIATION, 1, from + i);
                Augmentation.Crop crop = augmentation.crop(picture, random);
                crop.write(size, pixels, i);
                crop.write(parentSize, seen, i);
                labels[i] = pictures.label(picture);
            }
            TrainingGoal goal = goals.of(parent.answer(seen, some, parentSize, parentSize), labels);
            Objective objective = goal.objective(tuned, size, size);
            Pgd one = new Pgd(1, threat.epsilon(), 0, false, 0);
            Pgd ten = new Pgd(STEPS, threat.epsilon() / 4, 0, true, recipe.seed() + from);
            float[][] found = {
                pixels,
                one.ascend(objective, threat, pixels, pixels, some, step -> {}),
                ten.ascend(objective, threat, pixels, ten.start(threat, pixels, some), some, step -> {})
            };
            for (int i = 0; i < found.length; i++) {
                Answers answers = tuned.answer(found[i], some, size, size);
                sums[i] += some * goal.evaluate(answers, some).loss();
            }
        }
        return new MaskingCheck(sums[0] / asked, sums[1] / asked, sums[2] / asked, asked);
    }

    /** Loss that nine more steps add, as a share of what the attack adds; near 0 where nothing is masked. */
    public double gap() {
        return (tenSteps - oneStep) / (tenSteps - clean);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "pictures %d loss clean %.3f FGSM %.3f PGD-10 %.3f gap %.2f",
                pictures,
                clean,
                oneStep,
                tenSteps,
                gap());
    }
}
