package io.bulwark.cli.demo;

import io.bulwark.cli.terminal.Output;
import io.bulwark.events.Decision;
import io.bulwark.events.Verdict;
import java.util.Map;

/**
 * Counts the answers to the demo's attacked copies.
 *
 * @param sent copies sent
 * @param verdicts copies that got a verdict
 * @param turned copies that turn the clean twin's decision
 * @param correct verdicts that are what the sample's label asks for, attack or not
 * @param toPeople verdicts that leave the copy to a person, as where the twin holds back
 * @param audited copies with an attack audit
 * @param turnedAudited copies that turn the twin's decision and have an audit
 */
record AttackTally(int sent, int verdicts, int turned, int correct, int toPeople, int audited, int turnedAudited) {

    static AttackTally ofSent(int sent) {
        return new AttackTally(sent, 0, 0, 0, 0, 0, 0);
    }

    /** One more verdict. */
    AttackTally plus(AttackedCopy copy, Verdict verdict, boolean hasAudit) {
        boolean turns = copy.turnsTheTwin();
        return new AttackTally(
                sent,
                verdicts + 1,
                turned + (turns ? 1 : 0),
                correct + (verdict.getDecision() == copy.sample().expected() ? 1 : 0),
                toPeople + (verdict.getDecision() == Decision.REVIEW ? 1 : 0),
                audited + (hasAudit ? 1 : 0),
                turnedAudited + (turns && hasAudit ? 1 : 0));
    }

    /** Whether every copy got its verdict. What is decided is shown, not demanded. */
    boolean holds() {
        return verdicts == sent;
    }

    String text() {
        return "attacked copies: verdicts=" + verdicts + " turned-clean-twin=" + turned + " robust-correct=" + correct
                + " to-people=" + toPeople + " audits=" + audited + " (of those turned " + turnedAudited + ")";
    }

    Map<String, Object> fields() {
        Map<String, Object> fields = Output.fields(
                "attackedSent",
                sent,
                "attackedVerdicts",
                verdicts,
                "attackedTurnedCleanTwin",
                turned,
                "attackedCorrect",
                correct,
                "attackedToPeople",
                toPeople,
                "attackedAudits",
                audited,
                "attackedTurnedAudits",
                turnedAudited);
        return fields;
    }
}
