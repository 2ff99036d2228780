package io.bulwark.cli.demo;

import io.bulwark.cli.traffic.VerdictLine;
import io.bulwark.events.AttackAudit;
import io.bulwark.events.Verdict;
import io.bulwark.perception.verdict.Judgement.Outcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A sample changed so that the clean twin decides it wrongly.
 *
 * @param sample the original
 * @param file the changed file
 * @param before what the twin decides of the original
 * @param after what it decides of the changed file; empty where the file is refused
 * @param fooled whether that is what the attacker wants
 * @param linf largest change of a value, in [0, 1]
 */
public record AttackedCopy(
        Sample sample, byte[] file, Outcome before, Optional<Outcome> after, boolean fooled, double linf) {

    /** Whether the change made the twin give the wrong answer where it gave another one to the original. */
    boolean turnsTheTwin() {
        return fooled && after.filter(changed -> changed != before).isPresent();
    }

    /** What the twin decides of the copy. */
    String byTwin() {
        return after.map(Outcome::name).orElse("REFUSED");
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
        fields.put("linf", linf);
        fields.put("audits", audits.size());
        return fields;
    }
}
