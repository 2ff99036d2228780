package io.bulwark.lab.evaluate.acceptance;

import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.Watch;
import io.bulwark.lab.attack.gradient.Apgd;
import io.bulwark.lab.attack.upload.PixelAttack;
import io.bulwark.lab.attack.upload.PixelAttack.AttackedView;
import io.bulwark.lab.evaluate.EvaluationProgress;
import io.bulwark.lab.evaluate.ResizedPixels;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Test files under attack with full knowledge: the whole view of each, as it is after resizing, is changed within a
 * threat model and decided by the same bank and policy. It is what an attacker can do who uploads a picture of the
 * encoder's own size, of which a worker has no other view. One thread.
 *
 * @param encoder the bank's, in fp32
 * @param decoder of the files
 * @param bank that decides
 * @param attack how
 * @param threat within what
 * @param batch views attacked at once, at least 1
 */
public record AcceptanceAttack(
        DifferentiableEncoder encoder,
        ImageDecoder decoder,
        CalibratedBank bank,
        Apgd attack,
        ThreatModel threat,
        int batch) {

    public AcceptanceAttack {
        String attacked = encoder.description().fingerprint();
        if (!attacked.equals(bank.encoder().fingerprint())) {
            throw new IllegalArgumentException(
                    "the bank's references were made by the model %s in %s, gradients are of %s in %s: only a bank in fp32 can be attacked"
                            .formatted(
                                    bank.encoder().fingerprint(),
                                    bank.encoder().precision(),
                                    attacked,
                                    encoder.description().precision()));
        }
    }

    /**
     * Attacks the first files of each kind, in the order of hashes, that can be decoded: flagged ones to be decided SAFE,
     * safe ones to be decided NSFW.
     *
     * @param perKind files of each kind at most, 0 or more
     * @param progress told of each stage; a file counts as fooled if it is decided as the attacker wants
     * @throws IllegalStateException if a change breaks the threat model
     */
    public UnderAttack run(List<LabelledFile> test, int perKind, EvaluationProgress progress) {
        Ascents flagged = attack(test, true, perKind, progress);
        Ascents safe = attack(test, false, perKind, progress);
        return new UnderAttack(
                "APGD, iterations: %d, restarts: %d".formatted(attack.iterations(), attack.restarts()),
                threat.toString(),
                new ResizedPixels().label(),
                flagged.after(),
                flagged.before(),
                safe.after(),
                safe.before());
    }

    private Ascents attack(List<LabelledFile> test, boolean flagged, int perKind, EvaluationProgress progress) {
        AttackGoal goal = flagged ? AttackGoal.EVADE : AttackGoal.FALSE_FLAG;
        List<View> views = test.stream()
                .filter(file -> file.flagged() == flagged)
                .flatMap(file -> whole(file.bytes()).stream())
                .limit(perKind)
                .toList();
        List<AttackedView> attacked = new ArrayList<>();
        progress.begin("attack on %s files".formatted(flagged ? "flagged" : "safe"), views.size());
        try (PixelAttack pixels = new PixelAttack(encoder, bank.bank(), bank.references(), bank.settings())) {
            for (int from = 0; from < views.size(); from += batch) {
                List<View> part = views.subList(from, Math.min(views.size(), from + batch));
                List<AttackedView> done =
                        pixels.run(part, goal, attack, threat, Watch.silent()).views();
                attacked.addAll(done);
                progress.advanced(part.size(), (int)
                        done.stream().filter(AttackedView::fooled).count());
            }
        }
        return new Ascents(attacked);
    }

    /** Of the first frame, over white where it is transparent; empty where the file is no picture. */
    private Optional<View> whole(byte[] file) {
        Preprocessor squash = Preprocessor.moderation(encoder.description().preprocess(), ViewPolicy.SQUASH);
        return decoder.withDecoded(
                file,
                result -> result instanceof Decoded decoded
                        ? Optional.of(
                                squash.views(UprightPicture.of(decoded.frames().get(0))
                                                .still())
                                        .get(0))
                        : Optional.empty());
    }

    /** Outcomes of the files of one kind. */
    private record Ascents(List<AttackedView> views) {

        Outcomes before() {
            return Outcomes.of(
                    views.stream().map(view -> Judged.of(view.before())).toList());
        }

        Outcomes after() {
            return Outcomes.of(
                    views.stream().map(view -> Judged.of(view.after())).toList());
        }
    }
}
