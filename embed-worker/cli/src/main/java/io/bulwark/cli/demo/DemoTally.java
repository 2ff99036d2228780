package io.bulwark.cli.demo;

import io.bulwark.cli.terminal.Output;
import io.bulwark.events.Decision;
import io.bulwark.events.Verdict;
import java.util.Map;

/**
 * Counts the answers to the demo's samples.
 *
 * @param sent samples sent
 * @param verdicts samples that got a verdict
 * @param correct verdicts that are what the sample's label asks for; a REVIEW is not
 * @param refused verdicts that are REFUSED
 * @param audits attack audits of these samples
 */
record DemoTally(int sent, int verdicts, int correct, int refused, int audits) {

    /** The part of the samples that must be decided as their labels ask for. */
    static final double REQUIRED_ACCURACY = 0.80;

    static DemoTally ofSent(int sent) {
        return new DemoTally(sent, 0, 0, 0, 0);
    }

    /** One more verdict. */
    DemoTally plus(Sample sample, Verdict verdict) {
        boolean right = verdict.getDecision() == sample.expected();
        boolean refusal = verdict.getDecision() == Decision.REFUSED;
        return new DemoTally(sent, verdicts + 1, correct + (right ? 1 : 0), refused + (refusal ? 1 : 0), audits);
    }

    DemoTally withAudits(int seen) {
        return new DemoTally(sent, verdicts, correct, refused, seen);
    }

    double accuracy() {
        return verdicts == 0 ? 0 : (double) correct / verdicts;
    }

    /** Whether every sample got its verdict and enough of them are right. */
    boolean holds() {
        return verdicts == sent && accuracy() >= REQUIRED_ACCURACY;
    }

    String text() {
        return "verdicts=" + verdicts + " correct=" + correct + " refused=" + refused + " audits=" + audits;
    }

    Map<String, Object> fields() {
        Map<String, Object> fields = Output.fields(
                "sent",
                sent,
                "verdicts",
                verdicts,
                "correct",
                correct,
                "refused",
                refused,
                "audits",
                audits,
                "accuracy",
                accuracy());
        return fields;
    }
}
