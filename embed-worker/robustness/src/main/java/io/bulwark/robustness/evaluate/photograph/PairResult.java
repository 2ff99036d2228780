package io.bulwark.robustness.evaluate.photograph;

import io.bulwark.robustness.evaluate.FileBootstrap;
import java.util.List;

/**
 * What a pair came to: SAFE where both margins are below their thresholds, NSFW where the student's is above its own, to
 * people otherwise; beside it the student alone.
 *
 * @param parent name of the clean encoder
 * @param student name of the robust one
 * @param rows not attacked, then under each threat
 */
public record PairResult(String parent, String student, List<Row> rows) {

    /**
     * Under one threat, the worst of two attacks on both encoders for each flagged question, the student's own for each
     * safe one.
     *
     * @param threat as people write it; {@code clean} for none
     * @param passed share of flagged questions that the pair calls SAFE
     * @param found share of flagged questions that it calls NSFW
     * @param held share of safe questions that it leaves to people
     * @param flagged share of safe questions that it calls NSFW
     * @param passedAlone share of flagged questions that the student alone calls SAFE, attacked alone
     * @param heldAlone share of safe questions that the student alone leaves to people
     * @param mean area under the curve of the mean of both margins, both sides attacked on it
     */
    public record Row(
            String threat,
            FileBootstrap passed,
            FileBootstrap found,
            FileBootstrap held,
            FileBootstrap flagged,
            FileBootstrap passedAlone,
            FileBootstrap heldAlone,
            AreaUnderCurve mean) {}
}
