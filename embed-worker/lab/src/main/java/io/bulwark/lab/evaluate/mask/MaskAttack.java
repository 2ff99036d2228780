package io.bulwark.lab.evaluate.mask;

import io.bulwark.cli.report.Share.Proportion;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.lab.attack.Attack.Watch;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Apgd;
import io.bulwark.lab.attack.upload.PatchObjective;
import io.bulwark.lab.attack.upload.PatchObjective.Square;
import io.bulwark.lab.evaluate.mask.MaskObjective.Goal;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.Markdown;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import picocli.CommandLine.Option;

/**
 * An attack on a mask by who knows its network, on one picture. One thread.
 *
 * @param objective asked
 * @param clean the picture as the network sees it, {@code [3, height, width]} in [0, 1]
 * @param apgd the attack
 */
record MaskAttack(MaskObjective objective, float[] clean, Apgd apgd) {

    /** How masks are attacked. */
    static final class Options {

        @Option(names = "--attacked", description = "Pictures that are attacked for each goal; 0 attacks none.")
        private int attacked = 20;

        @Option(
                names = "--levels",
                split = ",",
                defaultValue = "1,2,4,8",
                paramLabel = "N",
                description = "Bounds in l∞, in 255ths.")
        private List<Integer> levels;

        @Option(
                names = "--patch",
                paramLabel = "SHARE",
                description = "Of the area, set as the attacker likes; 0: none.")
        private double patch = 0.05;

        @Option(names = "--iterations", description = "Of APGD.")
        private int iterations = 50;

        @Option(names = "--threads", description = "Threads within an operation, -1 for all cores.")
        private int threads = 1;

        int pictures() {
            return attacked;
        }

        int threads() {
            return threads;
        }

        /** @throws CommandFailure if there are no such attacks */
        Apgd apgd() {
            if (attacked < 0 || !(patch >= 0 && patch < 1)) {
                throw CommandFailure.usage("--attacked %d, --patch %s: allowed are 0 and more, and 0 to below 1"
                        .formatted(attacked, patch));
            }
            return CommandFailure.orUsage(() -> new Apgd(iterations, 1, Apgd.EarlyStop.EACH_FOOLED, 1));
        }
    }

    /**
     * Whether the view is taken.
     *
     * @param before of the picture as it is
     * @param chance after random signs of the attack's size, or noise in the patch
     * @param after the attack
     * @param pixels that the attack found, as {@link MaskAttack#clean}
     */
    record Shot(boolean before, boolean chance, boolean after, float[] pixels) {}

    /** How often the view is taken; as {@link Shot}. */
    record Attacked(Proportion before, Proportion chance, Proportion after) {

        static Map<String, Attacked> of(Map<String, List<Shot>> shots) {
            Map<String, Attacked> attacked = new LinkedHashMap<>();
            shots.forEach((name, all) -> attacked.put(
                    name, new Attacked(share(all, Shot::before), share(all, Shot::chance), share(all, Shot::after))));
            return attacked;
        }

        static Proportion share(List<Shot> shots, Predicate<Shot> which) {
            return Proportion.of(shots.stream().filter(which).count(), shots.size());
        }

        static void describe(Apgd apgd, Markdown page) {
            page.line(
                    "%nThe attacker knows the network and sets the pixels that it sees (%s)."
                            + " Chance: random signs of the same size, random pixels in the patch.",
                    apgd.describe());
        }

        Map<String, Object> json() {
            return Fields.of("before", Fields.of(before), "chance", Fields.of(chance), "after", Fields.of(after));
        }
    }

    /** Whether there is nothing to take away, or to add. */
    boolean isDoneBefore() {
        return objective.fires(clean) == (objective.goal() == Goal.FIRE);
    }

    /** By the bound in words. */
    Map<String, Shot> all(Options options, long seed) {
        Map<String, Shot> shots = new LinkedHashMap<>();
        for (int level : options.levels) {
            shots.put("l∞ %d/255".formatted(level), within(ThreatModel.linf(level / 255.0), seed));
        }
        if (options.patch > 0) {
            shots.put("a patch of %s of the area".formatted(options.patch), patched(options.patch, seed));
        }
        return shots;
    }

    private Shot within(ThreatModel threat, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] noisy = clean.clone();
        for (int i = 0; i < noisy.length; i++) {
            noisy[i] += (float) (random.nextBoolean() ? threat.epsilon() : -threat.epsilon());
        }
        threat.project(clean, noisy, 0, noisy.length);
        float[] found = apgd.run(objective, threat, clean, 1, Watch.silent()).pixels();
        threat.verify(clean, found, 1).require();
        return new Shot(objective.fires(clean), objective.fires(noisy), objective.fires(found), found);
    }

    /** The place that does best for the attacker counts, for noise as for the attack. */
    private Shot patched(double share, long seed) {
        boolean wanted = objective.goal() == Goal.FIRE;
        boolean noisy = !wanted;
        float[] found = clean;
        SplittableRandom random = new SplittableRandom(seed);
        for (Square square : Square.places(objective.width(), objective.height(), share)) {
            PatchObjective patch = new PatchObjective(objective, clean, objective.width(), square);
            float[] noise = new float[clean.length];
            for (int i = 0; i < noise.length; i++) {
                noise[i] = random.nextInt(2);
            }
            if (objective.fires(patch.patched(noise)) == wanted) {
                noisy = wanted;
            }
            found = patch.patched(apgd.run(patch, ThreatModel.linf(1), clean, 1, Watch.silent())
                    .pixels());
            if (objective.fires(found) == wanted) {
                break;
            }
        }
        return new Shot(!wanted, noisy, objective.fires(found), found);
    }
}
