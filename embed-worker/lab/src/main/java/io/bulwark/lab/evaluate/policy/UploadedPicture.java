package io.bulwark.lab.evaluate.policy;

import io.bulwark.cli.everyday.UploadFormat;
import io.bulwark.cli.picture.FileViewer.JudgedViews;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.Norm;
import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.attack.upload.EightBits;
import io.bulwark.lab.attack.upload.UploadAttack.UploadedChange;
import io.bulwark.lab.attack.upload.UploadObjective;
import io.bulwark.lab.attack.upload.UploadPath;
import io.bulwark.perception.verdict.Judgement;
import java.util.List;
import java.util.Optional;

/**
 * The attacker's own track: the picture is changed at its own size, rounded to 8 bits, written as a file, and decided
 * as a worker decides it, by all views.
 *
 * @param moderation what decides; not closed by this
 * @param views that the moderator takes
 * @param format of the file
 */
record UploadedPicture(AttackedModeration moderation, JudgedViews views, UploadFormat format) implements Surface {

    @Override
    public String label() {
        return "uploaded picture, " + format.extension();
    }

    @Override
    public Shot shot(byte[] file) {
        UprightPicture picture = UploadedChange.original(moderation.moderator().decoder(), file);
        return new Upload(this, file, picture, UploadObjective.pixels(List.of(picture)));
    }

    /** What an attacker of a picture climbs: its upright views, all of them or the nearest. */
    UploadObjective objective(UprightPicture picture, EmbeddingLoss loss, AttackGoal goal, ThreatModel within) {
        UploadPath way =
                UploadPath.moderation(moderation.encoder().description().preprocess(), views, format);
        return new UploadObjective(moderation.encoder(), way, List.of(picture), within, loss, goal.needsEveryView());
    }

    /**
     * The threat model at a picture's size: a change of all pixels alike is longer in l2 the more of them there are, by
     * the square root.
     */
    static ThreatModel scaled(ThreatModel atInput, long pixels, long inputPixels) {
        return atInput.norm() == Norm.LINF
                ? atInput
                : ThreatModel.l2(atInput.epsilon() * Math.sqrt((double) pixels / inputPixels));
    }

    private record Upload(UploadedPicture track, byte[] file, UprightPicture picture, float[] clean) implements Shot {

        @Override
        public int height() {
            return picture.height();
        }

        @Override
        public int width() {
            return picture.width();
        }

        @Override
        public Judgement before() {
            return track.decided(file);
        }

        @Override
        public ThreatModel within(ThreatModel atInput) {
            PreprocessSpec spec = track.moderation.encoder().description().preprocess();
            return scaled(atInput, (long) width() * height(), (long) spec.width() * spec.height());
        }

        @Override
        public Objective objective(EmbeddingLoss loss, AttackGoal goal, ThreatModel within) {
            return track.objective(picture, loss, goal, within);
        }

        @Override
        public Objective objective(Transfer from, AttackGoal goal, ThreatModel within) {
            return from.objective(picture, goal, within);
        }

        @Override
        public Optional<Shot> ofTwin() {
            return track.moderation
                    .twin()
                    .map(twin ->
                            new Upload(new UploadedPicture(twin, track.views, track.format), file, picture, clean));
        }

        @Override
        public Optional<float[]> lifted(EmbeddingLoss loss, AttackGoal goal, ThreatModel atInput, int iterations) {
            PreprocessSpec spec = track.moderation.encoder().description().preprocess();
            float[] change = ModelInput.change(track.moderation, picture, loss, atInput, iterations);
            float[] start = Enlarged.to(change, spec.width(), spec.height(), width(), height());
            for (int i = 0; i < start.length; i++) {
                start[i] += clean[i];
            }
            return Optional.of(start);
        }

        @Override
        public Submitted submit(float[] pixels, ThreatModel within) {
            UprightPicture rounded = new EightBits(within, picture).round(pixels);
            float[] written = UploadObjective.pixels(List.of(rounded));
            within.verify(clean, written, 1).require();
            return new Submitted(
                    track.decided(track.format.encode(rounded)),
                    ThreatModel.linf(0).verify(clean, written, 1).largest(),
                    ThreatModel.l2(0).verify(clean, written, 1).largest());
        }
    }

    private Judgement decided(byte[] file) {
        return moderation
                .decide(file)
                .orElseThrow(() -> new IllegalStateException("the decoder refuses the file that was attacked"));
    }

    /** Planes stretched to another size, bilinearly: values never leave the range of what they are made of. Pure. */
    static final class Enlarged {

        private Enlarged() {}

        /**
         * @param planes {@code [3, height, width]}
         * @return {@code [3, toHeight, toWidth]}
         */
        static float[] to(float[] planes, int width, int height, int toWidth, int toHeight) {
            float[] stretched = new float[3 * toWidth * toHeight];
            for (int y = 0; y < toHeight; y++) {
                double atY = at(y, height, toHeight);
                int top = (int) atY;
                int bottom = Math.min(height - 1, top + 1);
                for (int x = 0; x < toWidth; x++) {
                    double atX = at(x, width, toWidth);
                    int left = (int) atX;
                    int right = Math.min(width - 1, left + 1);
                    for (int channel = 0; channel < 3; channel++) {
                        int plane = channel * width * height;
                        double above = mixed(
                                planes[plane + top * width + left], planes[plane + top * width + right], atX - left);
                        double below = mixed(
                                planes[plane + bottom * width + left],
                                planes[plane + bottom * width + right],
                                atX - left);
                        stretched[(channel * toHeight + y) * toWidth + x] = (float) mixed(above, below, atY - top);
                    }
                }
            }
            return stretched;
        }

        /** Where the middle of a pixel lies among the others' middles. */
        private static double at(int pixel, int from, int to) {
            return Math.max(0, Math.min(from - 1, (pixel + 0.5) * from / to - 0.5));
        }

        private static double mixed(double one, double other, double share) {
            return one + share * (other - one);
        }
    }
}
