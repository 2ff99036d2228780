package io.bulwark.stream.state;

import io.bulwark.events.Decision;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.topic.RestrictedDecisions;
import java.util.List;
import java.util.Set;

/**
 * Which verdicts are restricted: all that a worker marked, whose label is restricted here, or on content of which a case
 * stands. Neither the worker's settings nor these alone can lift the restriction. Any thread.
 */
public final class Restriction {

    private static final double NO_SCORE = 1;

    private final Set<String> labels;
    private volatile Set<Content> standing = Set.of();

    /** @param labels of {@code bulwark.restricted.labels} */
    public Restriction(Set<String> labels) {
        this.labels = Set.copyOf(labels);
    }

    /**
     * A content of a tenant.
     *
     * @param sha256 of the file, lower-case hexadecimal
     */
    public record Content(String tenant, String sha256) {}

    /** Replaces the contents of which a case stands. */
    public void stand(Set<Content> contents) {
        standing = Set.copyOf(contents);
    }

    /** Of how many contents a case stands, as far as is known here. */
    public int contents() {
        return standing.size();
    }

    /** Whether a verdict is restricted. */
    public boolean covers(Verdict verdict) {
        return verdict.getRestricted()
                || (verdict.getDecidingLabel() != null && labels.contains(verdict.getDecidingLabel()))
                || covers(verdict.getTenant(), verdict.getContentSha256());
    }

    /**
     * Whether a case of this content stands.
     *
     * @param sha256 may be null
     */
    public boolean covers(String tenant, String sha256) {
        return sha256 != null && standing.contains(new Content(tenant, sha256));
    }

    /** The same decision without anything that says what the image shows. */
    public static ModerationDecision neutral(ModerationDecision decision) {
        return ModerationDecision.newBuilder(decision)
                .setDecision(Decision.NSFW)
                .setReason(null)
                .setLabels(List.of(RestrictedDecisions.LABEL))
                .setScore(NO_SCORE)
                .setContentSha256(null)
                .setReplaced(null)
                .setRestricted(true)
                .build();
    }
}
