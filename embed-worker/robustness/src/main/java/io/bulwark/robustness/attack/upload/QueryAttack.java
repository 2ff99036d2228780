package io.bulwark.robustness.attack.upload;

import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.robustness.attack.AttackGoal;
import io.bulwark.robustness.attack.AttackResult;
import io.bulwark.robustness.attack.ThreatModel;
import io.bulwark.robustness.attack.Watch;
import io.bulwark.robustness.attack.blackbox.BlackBox;
import io.bulwark.robustness.attack.blackbox.HopSkipJump;
import io.bulwark.robustness.attack.blackbox.SquareAttack;
import java.util.List;
import java.util.Optional;

/**
 * An outsider who uploads until something passes: by the published decisions and scores of whole files, at the picture's own
 * size. One thread, always the same.
 *
 * @param moderator whose answers it sees
 * @param queries uploads for each picture at most
 * @param threat what may be done to the picture
 * @param seed of what is drawn
 */
public record QueryAttack(FileModerator moderator, int queries, ThreatModel threat, long seed) {

    private static final UploadFormat FORMAT = new UploadFormat.Png();

    /**
     * Sees decisions alone ({@link HopSkipJump}).
     *
     * @param adapts whether the attacker adapts to what is held back (OARS)
     * @param starts files that may be SAFE; resized to the picture's size
     * @throws IllegalArgumentException if the original is no picture, or there is no start
     * @throws IllegalStateException if the change breaks the threat model
     */
    public Outcome byDecisions(byte[] original, List<byte[]> starts, boolean adapts) {
        UprightPicture clean = picture(original);
        List<float[]> resized = starts.stream()
                .map(start -> EightBits.planes(picture(start).resized(clean.width(), clean.height())))
                .toList();
        return run(
                clean,
                new HopSkipJump(
                        queries, clean.height(), clean.width(), HopSkipJump.DEFAULT_GRAIN, resized, seed, adapts));
    }

    /** Sees scores ({@link SquareAttack}); throws as the other. */
    public Outcome byScores(byte[] original, boolean adapts) {
        UprightPicture clean = picture(original);
        return run(
                clean,
                new SquareAttack(queries, clean.height(), clean.width(), SquareAttack.DEFAULT_SHARE, seed, adapts));
    }

    private Outcome run(UprightPicture clean, BlackBox attack) {
        Outsider outsider = new Outsider(moderator, FORMAT, clean.height(), clean.width(), AttackGoal.EVADE);
        AttackResult result = attack.query(outsider, threat, EightBits.planes(clean), 1, Watch.silent());
        UprightPicture attacked = new EightBits(threat, clean).round(result.pixels());
        byte[] file = FORMAT.encode(attacked);
        UploadedChange.of(threat, clean, attacked, picture(file));
        Optional<Judgement> after = moderator.decide(file);
        return new Outcome(AttackGoal.EVADE.reached(after), result.queries());
    }

    private UprightPicture picture(byte[] file) {
        return UploadedChange.original(moderator.decoder(), file);
    }

    /**
     * What came of it.
     *
     * @param passed whether what was found is SAFE and within the threat model
     * @param queries that it took, or that were in vain
     */
    public record Outcome(boolean passed, long queries) {}
}
