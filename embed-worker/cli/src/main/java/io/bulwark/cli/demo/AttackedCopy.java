package io.bulwark.lab.demo;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.Verdict;
import io.bulwark.lab.traffic.VerdictLine;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.robustness.attack.upload.AttackedUpload;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A sample changed so that the clean twin decides it wrongly.
 *
 * @param sample the original
 * @param upload the changed file and what the twin makes of both
 */
record AttackedCopy(Sample sample, AttackedUpload upload) {

    /** Whether the change made the twin give the wrong answer where it gave another one to the original. */
    boolean turnsTheTwin() {
        return upload.fooled()
                && upload.after()
                        .map(Judgement::outcome)
                        .filter(after -> after != upload.before().outcome())
                        .isPresent();
    }

    /** What the twin decides of the copy. */
    String byTwin() {
        return upload.after().map(after -> after.outcome().name()).orElse("REFUSED");
    }

    /** Both answers to the copy, side by side. */
    String text(Verdict verdict, List<AttackAudit> audits) {
        return String.format(
                Locale.ROOT,
                "%-44s expected %-5s clean twin %-7s robust %-7s score %.3f  %s",
                sample.name(),
                sample.expected(),
                byTwin(),
                verdict.getDecision(),
                verdict.getScore(),
                audits.isEmpty()
                        ? "no audit"
                        : String.format(Locale.ROOT, "audit %.3f", audits.get(0).getFusedScore()));
    }

    /** The same and more for machines. */
    Map<String, Object> fields(Verdict verdict, List<AttackAudit> audits) {
        Map<String, Object> fields = new LinkedHashMap<>(VerdictLine.fields(sample.name(), verdict));
        fields.put("attacked", true);
        fields.put("expected", sample.expected().name());
        fields.put("cleanTwinDecision", byTwin());
        fields.put("turnsTheTwin", turnsTheTwin());
        fields.put("linf", upload.linf());
        fields.put("audits", audits.size());
        return fields;
    }
}
