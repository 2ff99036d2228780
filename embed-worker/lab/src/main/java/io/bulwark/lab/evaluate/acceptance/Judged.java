package io.bulwark.lab.evaluate.acceptance;

import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.Judgement.Doubt;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Outcome of a file.
 *
 * @param decision the worker's
 * @param label of the bank that decided; empty where none did
 * @param score in [0, 1], 1 is flagged; empty where the file was refused
 * @param reason for REVIEW and REFUSED, as a verdict names it; empty for the others
 */
public record Judged(Decision decision, Optional<String> label, OptionalDouble score, Optional<String> reason) {

    /** Of a file that could be seen. */
    public static Judged of(Judgement judgement) {
        return new Judged(
                switch (judgement.outcome()) {
                    case NSFW -> Decision.NSFW;
                    case REVIEW -> Decision.REVIEW;
                    case SAFE -> Decision.SAFE;
                },
                judgement.decidingLabel(),
                OptionalDouble.of(judgement.score()),
                judgement.doubt().map(Judged::reason));
    }

    /** Of a file that could not. */
    public static Judged refused(String reason) {
        return new Judged(Decision.REFUSED, Optional.empty(), OptionalDouble.empty(), Optional.of(reason));
    }

    private static String reason(Doubt doubt) {
        return switch (doubt) {
            case UNCERTAIN -> "UNCERTAIN";
            case UNFAMILIAR -> "UNFAMILIAR";
            case LABEL -> "LABEL_REVIEW";
            case PARTLY_SEEN -> "PARTLY_SEEN";
            case TOO_MANY_VIEWS -> "TOO_MANY_VIEWS";
        };
    }

    /** What a verdict can say. */
    public enum Decision {
        NSFW,
        REVIEW,
        REFUSED,
        SAFE
    }
}
