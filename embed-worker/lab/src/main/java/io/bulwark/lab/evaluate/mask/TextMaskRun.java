package io.bulwark.lab.evaluate.mask;

import io.bulwark.cli.everyday.Edit;
import io.bulwark.cli.everyday.EverydayVariants.Surroundings;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.mask.MaskLayers;
import io.bulwark.imaging.mask.TextMask;
import io.bulwark.imaging.preprocess.ModerationOptions;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.lab.evaluate.mask.MaskAttack.Attacked;
import io.bulwark.lab.evaluate.mask.MaskAttack.Shot;
import io.bulwark.lab.evaluate.mask.MaskObjective.Goal;
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
     * Attacks the mask on the first pictures that can be decoded: those with text are to lose their view, those without
     * are to get one.
     */
    Map<String, Attacked> attack(
            List<byte[]> files, MaskAttack.Options options, DifferentiableMask gradients, EvaluationProgress progress) {
        Map<String, List<Shot>> shots = new LinkedHashMap<>();
        progress.begin("attacked pictures", 2 * options.pictures());
        for (Goal goal : Goal.values()) {
            int done = 0;
            for (byte[] file : files) {
                UprightPicture picture = done == options.pictures()
                        ? null
                        : Edit.start(file, decoder).orElse(null);
                if (picture == null) {
                    continue;
                }
                MaskAttack attack =
                        attack(goal == Goal.BLIND ? withText(picture, file) : picture, goal, gradients, options);
                if (attack.isDoneBefore()) {
                    continue;
                }
                attack.all(options, done)
                        .forEach((bound, shot) -> shots.computeIfAbsent(words(goal) + bound, any -> new ArrayList<>())
                                .add(shot));
                done++;
                progress.advanced(1, 0);
            }
        }
        return Attacked.of(shots);
    }

    private static String words(Goal goal) {
        return goal == Goal.BLIND ? "text, to lose its view, " : "no text, to get a view, ";
    }

    private static MaskAttack attack(
            UprightPicture picture, Goal goal, DifferentiableMask gradients, MaskAttack.Options options) {
        double scale =
                Math.min(1, Math.sqrt((double) TextMask.MOST_PIXELS / ((double) picture.width() * picture.height())));
        int width = stepped(picture.width() * scale);
        int height = stepped(picture.height() * scale);
        MaskObjective.Answer answer =
                (rgb, across, down) -> TextMask.bundled().of(rgb, across, down).isPresent();
        return new MaskAttack(
                new MaskObjective(gradients, answer, goal, width, height),
                MaskObjective.pixels(picture.resized(width, height).rgb(), width, height),
                options.apgd());
    }

    private static int stepped(double side) {
        int steps = (int) (side / MaskLayers.STEP);
        return MaskLayers.STEP * Math.max(TextMask.SMALLEST_SIDE / MaskLayers.STEP, steps);
    }
}
