package io.bulwark.stream.notification;

import io.bulwark.stream.database.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** What people are to be told, a row for each event and receiver. Thread-safe; instances may work at once. */
final class NotificationRows {

    /** What is older when it is first seen is no news any more. */
    private static final String NEWS = "interval '7 days'";

    /** Longer than an event is news, so that none is sent twice; that of a deadline from then on. */
    private static final String KEPT = "interval '30 days'";

    private static final String FOUND = """
            SELECT 'duty-urgent/' || item_id || '/' || duty || '/' || extract(epoch FROM opened_at) AS event, tenant,
            'DUTY_URGENT' AS kind, duty AS subject, due_at FROM duty_case WHERE closed_at IS NULL
            AND clock_timestamp() >= due_at - (due_at - received_at) / 4 AND due_at > (SELECT clock_timestamp())
            UNION ALL
            SELECT 'queue-late/' || tenant || '/' || queue || '/' || (clock_timestamp() AT TIME ZONE 'UTC')::date,
            tenant, 'QUEUE_LATE', queue, min(due_at) FROM queue_item
            WHERE stage <> 'CLOSED' AND golden_for = '' AND duties = '{}'
            AND due_at BETWEEN (SELECT clock_timestamp()) - %1$s AND (SELECT clock_timestamp()) GROUP BY tenant, queue
            UNION ALL
            SELECT 'duty-late/' || item_id || '/' || duty || '/' || extract(epoch FROM opened_at), tenant,
            'DUTY_LATE', duty, due_at FROM duty_case WHERE closed_at IS NULL
            AND due_at BETWEEN (SELECT clock_timestamp()) - %1$s AND (SELECT clock_timestamp())
            UNION ALL
            SELECT 'promise/' || position, tenant, 'PROMISE_BROKEN', rate, NULL FROM promise_epoch
            WHERE broken_at > clock_timestamp() - %1$s
            UNION ALL
            SELECT 'drift/' || position, tenant, 'DRIFT', '', NULL FROM drift_reference
            WHERE drifted_at > clock_timestamp() - %1$s
            UNION ALL
            SELECT 'approvals/' || tenant || '/' || (clock_timestamp() AT TIME ZONE 'UTC')::date, tenant,
            'APPROVALS_WAIT', count(*)::text, NULL FROM (
                SELECT tenant, proposed_at AS since FROM bank_proposal WHERE state = 'OPEN'
                UNION ALL
                SELECT tenant, (SELECT max(at) FROM policy_change change WHERE change.tenant = policy_record.tenant)
                FROM policy_record WHERE jsonb_typeof(state->'shadow') = 'object'
                UNION ALL
                SELECT tenant, at FROM account_appeal WHERE answer IS NULL) waiting
            GROUP BY tenant HAVING min(since) < clock_timestamp() - make_interval(secs => :approvals)
            """.formatted(NEWS);

    private final Database database;
    private final List<String> receivers;
    private final Set<Kind> kinds;
    private final Duration approvalsAfter;

    /**
     * @param receivers their names
     * @param kinds what is sent to them
     * @param approvalsAfter how long an approval waits before it is an event
     */
    NotificationRows(Database database, List<String> receivers, Set<Kind> kinds, Duration approvalsAfter) {
        this.database = database;
        this.receivers = List.copyOf(receivers);
        this.kinds = Set.copyOf(kinds);
        this.approvalsAfter = approvalsAfter;
    }

    /** What people are told of. */
    public enum Kind {
        /** A quarter of the time of a duty is left. */
        DUTY_URGENT,
        /** The deadline of a duty is missed. */
        DUTY_LATE,
        /** Items of a queue are past its deadline. */
        QUEUE_LATE,
        /** Audits came together to a campaign. */
        CAMPAIGN,
        /** Evidence says that a promised error rate is exceeded. */
        PROMISE_BROKEN,
        /** Traffic has drifted from what was approved. */
        DRIFT,
        /** Proposals for the bank, a proposed policy or appeals of actions on accounts wait. */
        APPROVALS_WAIT
    }

    /** A campaign that this instance has. */
    record NewCampaign(String tenant, String campaignId, Instant since) {}

    /**
     * Events of one kind, tenant and subject.
     *
     * @param events their ids
     * @param subject the duty, the queue, the rate, how many proposals; empty where the kind says it all
     * @param due the first deadline; empty where there is none
     */
    record Batch(List<String> events, Kind kind, String tenant, String subject, Optional<Instant> due) {}

    private record Row(String event, Kind kind, String tenant, String subject, Optional<Instant> dueAt) {}

    /** Notes what has happened, and forgets what was sent long ago. Returns how many rows are new. */
    int find(List<NewCampaign> campaigns) {
        return database.acrossTenants(handle -> {
            handle.execute(
                    "DELETE FROM notification" + " WHERE greatest(made_at, due_at) < clock_timestamp() - " + KEPT);
            int noted = handle.createUpdate("INSERT INTO notification (event, receiver, tenant, kind, subject, due_at)"
                            + " SELECT event, receiver, tenant, kind, subject, due_at FROM (" + FOUND + ") found"
                            + " CROSS JOIN unnest(:receivers) AS receiver WHERE kind = ANY (:kinds)"
                            + " ON CONFLICT DO NOTHING")
                    .bind("approvals", approvalsAfter.toSeconds())
                    .bindArray("receivers", String.class, receivers)
                    .bindArray(
                            "kinds",
                            String.class,
                            kinds.stream().map(Kind::name).toList())
                    .execute();
            if (kinds.contains(Kind.CAMPAIGN)) {
                for (NewCampaign campaign : campaigns) {
                    noted += note(handle, campaign);
                }
            }
            return noted;
        });
    }

    private int note(Handle handle, NewCampaign campaign) {
        return handle.createUpdate("INSERT INTO notification (event, receiver, tenant, kind, subject)"
                        + " SELECT :event, receiver, :tenant, 'CAMPAIGN', '' FROM unnest(:receivers) AS receiver"
                        + " WHERE :since > clock_timestamp() - " + NEWS + " ON CONFLICT DO NOTHING")
                .bind("event", "campaign/" + campaign.tenant() + "/" + campaign.campaignId())
                .bind("tenant", campaign.tenant())
                .bind("since", campaign.since())
                .bindArray("receivers", String.class, receivers)
                .execute();
    }

    /**
     * Takes what is to be sent next. Until a time it is this instance's; each attempt takes twice as long as the one
     * before, up to an hour, so that what fails is tried again later.
     *
     * @param least how long the first attempt may take
     */
    Optional<Batch> claim(String receiver, Duration least) {
        List<Row> rows = database.acrossTenants(handle -> lock(handle, receiver)
                .createQuery("""
                        WITH first AS (SELECT kind, tenant, subject FROM notification WHERE receiver = :receiver
                        AND sent_at IS NULL AND next_at <= clock_timestamp() ORDER BY next_at, event LIMIT 1
                        FOR UPDATE SKIP LOCKED)
                        UPDATE notification due SET attempts = attempts + 1, next_at = clock_timestamp()
                        + make_interval(secs => least(3600, :least * power(2, least(attempts, 12)))) FROM first
                        WHERE due.receiver = :receiver AND due.sent_at IS NULL AND due.next_at <= clock_timestamp()
                        AND due.kind = first.kind AND due.tenant = first.tenant AND due.subject = first.subject
                        RETURNING due.event, due.kind, due.tenant, due.subject, due.due_at""")
                .bind("receiver", receiver)
                .bind("least", least.toMillis() / 1000.0)
                .map(ConstructorMapper.of(Row.class))
                .list());
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        Row one = rows.get(0);
        return Optional.of(new Batch(
                rows.stream().map(Row::event).sorted().toList(),
                one.kind(),
                one.tenant(),
                one.subject(),
                rows.stream().flatMap(row -> row.dueAt().stream()).min(Instant::compareTo)));
    }

    /** The receiver has it. */
    void sent(String receiver, Batch batch) {
        database.acrossTenants(handle -> lock(handle, receiver)
                .createUpdate("UPDATE notification SET sent_at = clock_timestamp()"
                        + " WHERE receiver = :receiver AND event = ANY (:events)")
                .bind("receiver", receiver)
                .bindArray("events", String.class, batch.events())
                .execute());
    }

    /** Until the end of the transaction: instances that change several rows of a receiver at once would block for ever. */
    private static Handle lock(Handle handle, String receiver) {
        handle.execute("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", "notifications of " + receiver);
        return handle;
    }

    /** How many wait for a receiver for more than ten minutes. */
    long late() {
        return database.acrossTenants(handle -> handle.createQuery("SELECT count(*) FROM notification"
                        + " WHERE sent_at IS NULL AND receiver = ANY (:receivers)"
                        + " AND made_at < clock_timestamp() - interval '10 minutes'")
                .bindArray("receivers", String.class, receivers)
                .mapTo(Long.class)
                .one());
    }
}
