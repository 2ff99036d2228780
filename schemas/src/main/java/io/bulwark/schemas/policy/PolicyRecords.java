package io.bulwark.schemas.policy;

import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.PolicyDocument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
     * What was in force before another policy, newest first. Times of policies are looked up in it, so a policy that was
     * in force twice is there twice while there is room. Then the oldest that there is again goes first, and the newest
     * for each bank, model and views last: workers of that model find theirs there.
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
}
