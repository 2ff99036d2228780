package io.bulwark.lab.attack.command;

import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.upload.AttackedUpload;
import io.bulwark.lab.attack.upload.AwayAttack.Moved;
import io.bulwark.lab.attack.upload.UploadedChange;
import io.bulwark.perception.verdict.Judgement;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What became of one picture, for people and for machines.
 *
 * @param file to be written
 * @param reached whether the attacker has what he wanted
 * @param text what was reached, in words
 * @param fields the same for machines
 */
record AttackOutcome(byte[] file, boolean reached, String text, Map<String, Object> fields) {

    /** Of a decision. */
    static AttackOutcome of(AttackedUpload attacked, ThreatModel threat) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("before", attacked.before().outcome().name());
        fields.put("scoreBefore", attacked.before().score());
        fields.put(
                "after", attacked.after().map(after -> after.outcome().name()).orElse("REFUSED"));
        attacked.after().ifPresent(after -> fields.put("scoreAfter", after.score()));
        fields.put("queries", attacked.queries());
        String text = "%s, now %s%s"
                        .formatted(
                                words(attacked.before()),
                                attacked.after().map(AttackOutcome::words).orElse("REFUSED"),
                                attacked.fooled() ? "" : ", not what was wanted")
                + (attacked.queries() > 0 ? ", %d queries".formatted(attacked.queries()) : "");
        UploadedChange change = new UploadedChange(attacked.linf(), attacked.l2(), attacked.linfArrived());
        return measured(attacked.file(), attacked.fooled(), text, fields, change, threat, attacked.gradientSteps());
    }

    /** Of an embedding, which every step away counts for. */
    static AttackOutcome of(Moved moved, ThreatModel threat) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("similarity", moved.similarity());
        String text = String.format(Locale.ROOT, "similarity to the original %.4f", moved.similarity());
        return measured(moved.file(), true, text, fields, moved.change(), threat, moved.gradientSteps());
    }

    private static AttackOutcome measured(
            byte[] file,
            boolean reached,
            String text,
            Map<String, Object> fields,
            UploadedChange change,
            ThreatModel threat,
            long gradientSteps) {
        fields.put("reached", reached);
        fields.put("threat", threat.toString());
        fields.put("linf", change.linf());
        fields.put("l2", change.l2());
        fields.put("linfArrived", change.linfArrived());
        fields.put("gradientSteps", gradientSteps);
        String measures = String.format(
                Locale.ROOT,
                "; measured linf %.5f, l2 %.4f, within %s and [0, 1]; arrives with linf %.5f; %d gradient steps",
                change.linf(),
                change.l2(),
                threat,
                change.linfArrived(),
                gradientSteps);
        return new AttackOutcome(file, reached, text + measures, fields);
    }

    private static String words(Judgement judgement) {
        return String.format(Locale.ROOT, "%s %.3f", judgement.outcome(), judgement.score());
    }
}
