package io.bulwark.stream.testing;

import io.bulwark.events.LabelAction;
import io.bulwark.events.LabelRule;
import io.bulwark.events.MadeFor;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.PolicyDocument;
import io.bulwark.schemas.policy.PolicyRecords;
import io.bulwark.schemas.policy.PolicyRecords.PolicyVersion;
import java.time.Instant;
import java.util.Map;

/** Records of {@code moderation.policies} as the command writes them. */
public final class CommandPolicies {

    public static final Instant APPROVED = Instant.parse("2026-11-01T00:00:00Z");

    private CommandPolicies() {}

    /** A record of revision 1 with a policy in force and nothing else. */
    public static ModerationPolicy inForce(String tenant, double flag, double safe) {
        return ModerationPolicy.newBuilder(PolicyRecords.none(tenant))
                .setRevision(1)
                .setInForce(document(flag, safe, "model-1"))
                .build();
    }

    public static PolicyDocument document(double flag, double safe, String model) {
        PolicyDocument document = PolicyDocument.newBuilder()
                .setVersion("")
                .setK(11)
                .setTemperature(0.07)
                .setFloor(0.5)
                .setKnownSimilarity(0.99)
                .setFlag(flag)
                .setSafe(safe)
                .setLabels(Map.of(
                        "porn", new LabelRule(LabelAction.FLAG, null, null),
                        "gore", new LabelRule(LabelAction.REVIEW, 0.9, null)))
                .setMadeFor(new MadeFor("mine", model, "views-1"))
                .setCalibration(Map.of("promise", 0.02))
                .setAuthor("ann")
                .setProposedAt(APPROVED)
                .setApprover("bob")
                .setApprovedAt(APPROVED)
                .build();
        return PolicyDocument.newBuilder(document)
                .setVersion(PolicyVersion.of(document))
                .build();
    }
}
