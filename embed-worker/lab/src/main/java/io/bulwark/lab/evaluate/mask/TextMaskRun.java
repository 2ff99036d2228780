package io.bulwark.lab.evaluate.mask;

import io.bulwark.cli.everyday.Edit;
import io.bulwark.cli.everyday.EverydayVariants.Surroundings;
import io.bulwark.cli.report.Share.Proportion;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.mask.MaskLayers;
import io.bulwark.imaging.mask.TextMask;
import io.bulwark.imaging.preprocess.ModerationOptions;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.lab.attack.Attack.Watch;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Apgd;
import io.bulwark.lab.attack.upload.PatchObjective;
import io.bulwark.lab.attack.upload.PatchObjective.Square;
import io.bulwark.lab.evaluate.mask.TextMaskObjective.Goal;
import io.bulwark.lab.experiment.EvaluationProgress;
import io.bulwark.perception.encoder.DifferentiableMask;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.metric.Cosine;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/**
 * The text mask on picture files: as they are, under {@link Edit#TEXT}, and under attack. One thread.
 *
 * @param encoder says how far a view is from the picture without text
 * @param decoder of the files
 */
record TextMaskRun(Encoder encoder, ImageDecoder decoder) {

    /**
     * What is measured of a file.
     *
     * @param firesAsItIs whether the further view is taken of the file as it is
     * @param firesWithText whether it is taken with text over it
     * @param withText cosine of the whole with text to the whole without
     * @param behind cosine of the view behind the text to the same; empty where there is none
     * @param views judged of the file as it is, without the further one
     * @param plainMillis CPU time of making these
     * @param textMillis CPU time that looking for text adds
     */
    record Measured(
            boolean firesAsItIs,
            boolean firesWithText,
            double withText,
            OptionalDouble behind,
            int views,
            double plainMillis,
            double textMillis) {}

    /** Measures files; files that are no pictures are left out. */
    List<Measured> measure(List<byte[]> files, EvaluationProgress progress) {
        ModerationOptions standard = ModerationOptions.standard();
        Preprocessor looking = preprocessor(standard.withText(true));
        Preprocessor plain = preprocessor(standard.withText(false));
        List<Measured> measured = new ArrayList<>();
        progress.begin("files", files.size());
        for (byte[] file : files) {
            Edit.start(file, decoder).ifPresent(picture -> measured.add(of(picture, file, looking, plain)));
            progress.advanced(1, 0);
        }
        return measured;
    }

    private Preprocessor preprocessor(ModerationOptions options) {
        return Preprocessor.moderation(encoder.description().preprocess(), ViewPolicy.COVER, options);
    }

    private Measured of(UprightPicture picture, byte[] file, Preprocessor looking, Preprocessor plain) {
        UprightPicture text = withText(picture, file);
        View whole = plain.views(picture.still()).get(0);
        List<View> seen = looking.views(text.still());
        float[] clean = embedding(whole);
        double plainMillis = millis(plain, picture);
        double allMillis = millis(looking, picture);
        return new Measured(
                looking.views(picture.still()).stream().anyMatch(TextMaskRun::isBehind),
                seen.stream().anyMatch(TextMaskRun::isBehind),
                Cosine.similarity(clean, embedding(seen.get(0))),
                seen.stream()
                        .filter(TextMaskRun::isBehind)
                        .mapToDouble(view -> Cosine.similarity(clean, embedding(view)))
                        .findFirst(),
                plain.judged(picture.still()).size(),
                plainMillis,
                Math.max(0, allMillis - plainMillis));
    }

    private static boolean isBehind(View view) {
        return view.name().equals(View.WITHOUT_TEXT);
    }

    /** The least of three: other programs only add to it. */
    private static double millis(Preprocessor preprocessor, UprightPicture picture) {
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < 3; i++) {
            long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            preprocessor.views(picture.still());
            least = Math.min(least, ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before);
        }
        return least / 1e6;
    }

    private float[] embedding(View view) {
        ByteBuffer pixels = ByteBuffer.allocateDirect(view.pixels().length)
                .put(view.pixels())
                .flip();
        return encoder.embed(pixels, 1).embedding(0);
    }

    private UprightPicture withText(UprightPicture picture, byte[] file) {
        // The edit asks for nothing but chance; collages would need the others.
        Surroundings around = Surroundings.of(Sha256.digest(file).hex(), List.of(picture, picture, picture));
        return Edit.start(Edit.TEXT.upload(picture, around), decoder).orElseThrow();
    }

    /**
     * How often the further view is taken.
     *
     * @param before of the attacked pictures as they are
     * @param chance after random signs of the attack's size, or noise in the patch
     * @param after the attack
     */
    record Attacked(Proportion before, Proportion chance, Proportion after) {}

    /**
     * Attacks the mask on the first pictures that can be decoded: those with text are to lose their view, those without
     * are to get one.
     *
     * @param most pictures
     * @param levels of the bounds in l∞, in 255ths
     * @param patch share of the area that an attacker sets as he likes; 0 for none
     */
    Map<String, Attacked> attack(
            List<byte[]> files,
            int most,
            List<Integer> levels,
            double patch,
            Apgd apgd,
            DifferentiableMask gradients,
            EvaluationProgress progress) {
        Map<String, List<boolean[]>> outcomes = new LinkedHashMap<>();
        progress.begin("attacked pictures", 2 * most);
        for (Goal goal : Goal.values()) {
            int done = 0;
            for (byte[] file : files) {
                UprightPicture picture =
                        done == most ? null : Edit.start(file, decoder).orElse(null);
                if (picture == null) {
                    continue;
                }
                UprightPicture shown = goal == Goal.BLIND ? withText(picture, file) : picture;
                Shot shot = Shot.of(shown, goal, gradients, apgd);
                if (shot.objective().fires(shot.clean()) == (goal == Goal.FIRE)) {
                    // Nothing to take away, or to add.
                    continue;
                }
                for (int level : levels) {
                    String name = "%s, l∞ %d/255".formatted(words(goal), level);
                    outcomes.computeIfAbsent(name, any -> new ArrayList<>())
                            .add(shot.within(ThreatModel.linf(level / 255.0), done));
                }
                if (patch > 0) {
                    String name = "%s, a patch of %s of the area".formatted(words(goal), patch);
                    outcomes.computeIfAbsent(name, any -> new ArrayList<>()).add(shot.patched(patch, done));
                }
                done++;
                progress.advanced(1, 0);
            }
        }
        Map<String, Attacked> attacked = new LinkedHashMap<>();
        outcomes.forEach(
                (name, fires) -> attacked.put(name, new Attacked(share(fires, 0), share(fires, 1), share(fires, 2))));
        return attacked;
    }

    private static String words(Goal goal) {
        return goal == Goal.BLIND ? "text, to lose its view" : "no text, to get a view";
    }

    private static Proportion share(List<boolean[]> fires, int which) {
        return Proportion.of(fires.stream().filter(one -> one[which]).count(), fires.size());
    }

    /** A picture at the size that the mask sees. */
    private record Shot(TextMaskObjective objective, float[] clean, Apgd apgd) {

        static Shot of(UprightPicture picture, Goal goal, DifferentiableMask gradients, Apgd apgd) {
            double scale = Math.min(
                    1, Math.sqrt((double) TextMask.MOST_PIXELS / ((double) picture.width() * picture.height())));
            int width = stepped(picture.width() * scale);
            int height = stepped(picture.height() * scale);
            byte[] rgb = picture.resized(width, height).rgb();
            float[] clean = new float[rgb.length];
            for (int i = 0; i < rgb.length; i++) {
                clean[i % 3 * width * height + i / 3] = (rgb[i] & 0xff) / 255f;
            }
            return new Shot(new TextMaskObjective(gradients, TextMask.bundled(), goal, width, height), clean, apgd);
        }

        private static int stepped(double side) {
            int steps = (int) (side / MaskLayers.STEP);
            return MaskLayers.STEP * Math.max(TextMask.SMALLEST_SIDE / MaskLayers.STEP, steps);
        }

        boolean[] within(ThreatModel threat, long seed) {
            SplittableRandom random = new SplittableRandom(seed);
            float[] noisy = clean.clone();
            for (int i = 0; i < noisy.length; i++) {
                noisy[i] += (float) (random.nextBoolean() ? threat.epsilon() : -threat.epsilon());
            }
            threat.project(clean, noisy, 0, noisy.length);
            float[] found =
                    apgd.run(objective, threat, clean, 1, Watch.silent()).pixels();
            threat.verify(clean, found, 1).require();
            return new boolean[] {objective.fires(clean), objective.fires(noisy), objective.fires(found)};
        }

        /** The place that does best for the attacker counts, for noise as for the attack. */
        boolean[] patched(double share, long seed) {
            boolean wanted = objective.goal() == Goal.FIRE;
            boolean noisy = !wanted;
            boolean found = !wanted;
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
                float[] pixels = apgd.run(patch, ThreatModel.linf(1), clean, 1, Watch.silent())
                        .pixels();
                if (objective.fires(patch.patched(pixels)) == wanted) {
                    found = wanted;
                    break;
                }
            }
            return new boolean[] {!wanted, noisy, found};
        }
    }
}
