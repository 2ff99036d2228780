package io.bulwark.stream.review;

import io.bulwark.events.ModerationPolicy;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.policy.Policies;
import io.bulwark.stream.policy.PolicyRows;
import io.opentelemetry.context.Context;

/** Policies on a test's database. */
public final class PolicyDesk {

    private PolicyDesk() {}

    public static Policies policies(Database database) {
        return new Policies(
                database,
                (handle, id, record) ->
                        Outbox.add(handle, record.tenant(), id, Outbox.Kind.POLICY, record, Context.root()));
    }

    /** As if the record had been read from the topic. */
    static void follows(Database database, ModerationPolicy record) {
        database.acrossTenants(handle -> {
            PolicyRows.follow(handle, record);
            return null;
        });
    }
}
