package io.bulwark.schemas.policy;

import io.bulwark.events.LabelRule;
import io.bulwark.events.PolicyDocument;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The version of a policy: the SHA-256 of all that it decides by, lower-case hexadecimal. A test holds it equal to that of
 * the policy that workers make of the same document. Thread-safe.
 */
public final class PolicyVersion {

    private PolicyVersion() {}

    /** The version that a document should have; the one that it has does not count. */
    public static String of(PolicyDocument document) {
        List<String> rules = new ArrayList<>();
        new TreeMap<>(document.getLabels())
                .values()
                .forEach(rule -> rules.add(
                        "LabelRule[action=" + rule.getAction() + ", thresholds=" + thresholds(rule, document) + "]"));
        return digest(String.join(
                "\n",
                "k=" + document.getK(),
                "temperature=" + document.getTemperature(),
                "floor=" + document.getFloor(),
                "knownSimilarity=" + document.getKnownSimilarity(),
                "thresholds=" + thresholds(document.getFlag(), document.getSafe()),
                "labels=" + quoted(document.getLabels().keySet()) + rules,
                "unfamiliar=" + document.getUnfamiliar(),
                "flaggedClasses=" + quoted(document.getFlaggedClasses())));
    }

    /** Of a rule with one threshold the other is the policy's. A rule without any is judged with the others. */
    private static String thresholds(LabelRule rule, PolicyDocument document) {
        if (rule.getFlag() == null && rule.getSafe() == null) {
            return "Optional.empty";
        }
        return "Optional["
                + thresholds(
                        rule.getFlag() == null ? document.getFlag() : rule.getFlag(),
                        rule.getSafe() == null ? document.getSafe() : rule.getSafe())
                + "]";
    }

    private static String thresholds(double flag, double safe) {
        return "Thresholds[flag=" + flag + ", safe=" + safe + "]";
    }

    /** In order, each preceded by its length: labels are free strings and may hold any separator. */
    private static String quoted(Collection<String> names) {
        StringBuilder line = new StringBuilder();
        new TreeSet<>(names)
                .forEach(name -> line.append(name.length()).append(':').append(name));
        return line.toString();
    }

    private static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("Every Java has SHA-256", absent);
        }
    }
}
