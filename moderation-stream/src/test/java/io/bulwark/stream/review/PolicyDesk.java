package io.bulwark.stream.review;

import io.bulwark.events.LabelAction;
import io.bulwark.events.LabelRule;
import io.bulwark.events.MadeFor;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.PolicyDocument;
import io.bulwark.schemas.policy.PolicyRecords;
import io.bulwark.schemas.policy.PolicyVersion;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.policy.Policies;
import io.bulwark.stream.policy.PolicyRows;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.Map;

/** Policies on a test's database, and records as the command writes them. */
final class PolicyDesk {

    static final Instant APPROVED = Instant.parse("2026-11-01T00:00:00Z");

    private PolicyDesk() {}

    static Policies policies(Database database) {
        return new Policies(
                database,
                (handle, id, record) ->
                        Outbox.add(handle, record.tenant(), id, Outbox.Kind.POLICY, record, Context.root()));
    }

    /** A record of revision 1 with a policy in force and nothing else. */
    static ModerationPolicy inForce(String tenant, double flag, double safe) {
        return ModerationPolicy.newBuilder(PolicyRecords.none(tenant))
                .setRevision(1)
                .setInForce(document(flag, safe, "model-1"))
                .build();
    }

    static PolicyDocument document(double flag, double safe, String model) {
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

    /** As if the record had been read from the topic. */
    static void follows(Database database, ModerationPolicy record) {
        database.acrossTenants(handle -> {
            PolicyRows.follow(handle, record);
            return null;
        });
    }
}
