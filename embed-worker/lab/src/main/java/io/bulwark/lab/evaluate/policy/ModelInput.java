package io.bulwark.lab.evaluate.policy;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.lab.attack.Attack.Watch;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.attack.loss.EncoderObjective;
import io.bulwark.lab.attack.upload.UploadAttack.UploadedChange;
import io.bulwark.lab.attack.upload.UploadObjective;
import io.bulwark.perception.verdict.Judgement;
import java.util.List;
import java.util.Optional;

/**
 * The paper's track: the attacker sets the encoder's input, in floats. It is what he can do who uploads a picture of
 * the encoder's own size, of which a worker has no other view.
 *
 * @param moderation what decides; not closed by this
 */
record ModelInput(AttackedModeration moderation) implements Surface {

    @Override
    public String label() {
        return "model input";
    }

    @Override
    public Shot shot(byte[] file) {
        return new Input(moderation, seen(moderation, file));
    }

    /** The whole of the first frame, over white, as the encoder sees it. */
    private static UprightPicture seen(AttackedModeration moderation, byte[] file) {
        PreprocessSpec spec = moderation.encoder().description().preprocess();
        return seen(spec, UploadedChange.original(moderation.moderator().decoder(), file));
    }

    private static UprightPicture seen(PreprocessSpec spec, UprightPicture picture) {
        View whole = Preprocessor.moderation(spec, ViewPolicy.SQUASH)
                .views(picture.still())
                .get(0);
        return new UprightPicture(spec.width(), spec.height(), whole.pixels());
    }

    /** What an attacker of a picture finds at the encoder's input, as a change of that input. */
    static float[] change(
            AttackedModeration moderation,
            UprightPicture picture,
            EmbeddingLoss loss,
            ThreatModel atInput,
            int iterations) {
        PreprocessSpec spec = moderation.encoder().description().preprocess();
        float[] clean = UploadObjective.pixels(List.of(seen(spec, picture)));
        float[] found = Portfolio.once(iterations)
                .run(EncoderObjective.of(moderation.encoder(), loss), atInput, clean, 1, Watch.silent())
                .pixels();
        for (int i = 0; i < found.length; i++) {
            found[i] -= clean[i];
        }
        return found;
    }

    private record Input(AttackedModeration moderation, UprightPicture picture, float[] clean) implements Shot {

        Input(AttackedModeration moderation, UprightPicture picture) {
            this(moderation, picture, UploadObjective.pixels(List.of(picture)));
        }

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
            return decided(clean);
        }

        @Override
        public ThreatModel within(ThreatModel atInput) {
            return atInput;
        }

        @Override
        public Objective objective(EmbeddingLoss loss, AttackGoal goal, ThreatModel within) {
            return EncoderObjective.of(moderation.encoder(), loss);
        }

        @Override
        public Objective objective(Transfer from, AttackGoal goal, ThreatModel within) {
            return from.objective(picture, goal, within);
        }

        @Override
        public Optional<Shot> ofTwin() {
            return moderation.twin().map(twin -> new Input(twin, picture, clean));
        }

        @Override
        public Optional<float[]> lifted(EmbeddingLoss loss, AttackGoal goal, ThreatModel atInput, int iterations) {
            return Optional.empty();
        }

        @Override
        public Submitted submit(float[] pixels, ThreatModel within) {
            within.verify(clean, pixels, 1).require();
            return new Submitted(
                    decided(pixels),
                    ThreatModel.linf(0).verify(clean, pixels, 1).largest(),
                    ThreatModel.l2(0).verify(clean, pixels, 1).largest());
        }

        private Judgement decided(float[] pixels) {
            return moderation.decide(pixels);
        }
    }
}
