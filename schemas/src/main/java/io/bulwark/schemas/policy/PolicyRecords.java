package io.bulwark.schemas.policy;

import io.bulwark.events.LabelRule;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.PolicyDocument;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.stream.Stream;

/** A tenant's record after each kind of change. Nothing is written here, and no record is modified. Thread-safe. */
public final class PolicyRecords {

    /** Earlier policies that a record keeps. */
    public static final int MOST_HISTORY = 20;

    private PolicyRecords() {}

    /** The record of a tenant without any policy; its revision is 0. */
    public static ModerationPolicy none(String tenant) {
        return ModerationPolicy.newBuilder().setTenant(tenant).setRevision(0).build();
    }

    /** With a proposal beside what is in force, in the place of an earlier one; null takes the proposal back. */
    public static ModerationPolicy proposed(ModerationPolicy record, PolicyDocument proposal) {
        return next(record).setShadow(proposal).build();
    }

    /** With the proposal in force, which there must be, and what was in force in the history. */
    public static ModerationPolicy approved(ModerationPolicy record, String approver, Instant at) {
        return next(record)
                .setInForce(approvedBy(record.getShadow(), approver, at).build())
                .setShadow(null)
                .setHistory(history(record, record.getShadow()))
                .build();
    }

    /**
     * With an earlier policy in force again, and what was in force in the history. A proposal stays.
     *
     * @param note why; empty for the note that it had
     */
    public static ModerationPolicy rolledBack(
            ModerationPolicy record, PolicyDocument earlier, String approver, Optional<String> note, Instant at) {
        PolicyDocument.Builder again = approvedBy(earlier, approver, at);
        note.ifPresent(again::setNote);
        return next(record)
                .setInForce(again.build())
                .setHistory(history(record, earlier))
                .build();
    }

    /** Whether both decide alike and were made for the same bank, model and views. */
    public static boolean isSame(PolicyDocument one, PolicyDocument other) {
        return one.getVersion().equals(other.getVersion()) && one.getMadeFor().equals(other.getMadeFor());
    }

    /** Whether a person of that name proposed it. */
    public static boolean isAuthor(PolicyDocument document, String name) {
        return document.getAuthor().strip().equalsIgnoreCase(name.strip());
    }

    private static ModerationPolicy.Builder next(ModerationPolicy record) {
        return ModerationPolicy.newBuilder(record).setRevision(record.getRevision() + 1);
    }

    private static PolicyDocument.Builder approvedBy(PolicyDocument document, String approver, Instant at) {
        return PolicyDocument.newBuilder(document).setApprover(approver).setApprovedAt(at);
    }

    /**
     * What was in force before another policy, newest first. Times of policies are looked up in it, so a policy that
     * was in force twice is there twice while there is room. Then the oldest that there is again goes first, and the
     * newest for each bank, model and views last: workers of that model find theirs there.
     */
    private static List<PolicyDocument> history(ModerationPolicy record, PolicyDocument inForce) {
        List<PolicyDocument> history = new ArrayList<>();
        Stream.ofNullable(record.getInForce()).forEach(history::add);
        history.addAll(record.getHistory());
        while (history.size() > MOST_HISTORY) {
            int gone = oldest(history, inForce, PolicyRecords::isSame)
                    .or(() -> oldest(
                            history, inForce, (one, other) -> one.getMadeFor().equals(other.getMadeFor())))
                    .orElse(history.size() - 1);
            history.remove(gone);
        }
        return history;
    }

    /** Where the oldest stands that has a newer one like it. */
    private static Optional<Integer> oldest(
            List<PolicyDocument> history, PolicyDocument inForce, BiPredicate<PolicyDocument, PolicyDocument> alike) {
        for (int i = history.size() - 1; i >= 0; i--) {
            PolicyDocument each = history.get(i);
            if (Stream.concat(Stream.of(inForce), history.subList(0, i).stream())
                    .anyMatch(newer -> alike.test(newer, each))) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    /**
     * The version of a policy: the SHA-256 of all that it decides by, lower-case hexadecimal. A test holds it equal to
     * that of the policy that workers make of the same document. Thread-safe.
     */
    public static final class PolicyVersion {

        private PolicyVersion() {}

        /** The version that a document should have; the one that it has does not count. */
        public static String of(PolicyDocument document) {
            List<String> rules = new ArrayList<>();
            new TreeMap<>(document.getLabels())
                    .values()
                    .forEach(rule -> rules.add("LabelRule[action=" + rule.getAction() + ", thresholds="
                            + thresholds(rule, document) + "]"));
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
}
