package io.bulwark.robustness.evaluate.photograph;

import io.bulwark.robustness.evaluate.FileBootstrap;
import java.util.List;

/**
 * What an encoder came to.
 *
 * @param encoder its name
 * @param classes share of questions whose label the k nearest vote for, not attacked
 * @param threshold margin from which on a question is flagged: the lowest that flags no more than the allowed share of the
 *     safe questions as they are
 * @param rows not attacked, then under each threat
 */
public record HeadlineResult(String encoder, FileBootstrap classes, double threshold, List<Row> rows) {

    /**
     * Under one threat; flagged questions are attacked to evade, safe ones to be flagged.
     *
     * @param threat as people write it; {@code clean} for none
     * @param both area under the curve with both sides attacked
     * @param evasion the same with the flagged questions attacked alone
     * @param falseFlag the same with the safe questions attacked alone
     * @param recall share of flagged questions above the threshold
     * @param falseFlags share of safe questions above it
     * @param margins of the questions, attacked
     */
    public record Row(
            String threat,
            AreaUnderCurve both,
            AreaUnderCurve evasion,
            AreaUnderCurve falseFlag,
            FileBootstrap recall,
            FileBootstrap falseFlags,
            double[] margins) {}
}
