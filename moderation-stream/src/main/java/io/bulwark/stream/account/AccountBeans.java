package io.bulwark.stream.account;

import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.database.BackgroundJob;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.review.Retention;
import io.bulwark.stream.review.Retention.Ages;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** Starts the jobs of accounts with the application and ends them with it. */
@Singleton
class AccountBeans {

    private static final Duration RULES = Duration.ofSeconds(2);
    private static final Duration DAILY = Duration.ofDays(1);

    private final StreamConfig config;
    private final Database database;
    private final AccountActions actions;
    private final Retention.HoldCheck holds;
    private volatile double due = Double.NaN;
    private List<BackgroundJob> jobs = List.of(); // of the thread that starts and stops

    AccountBeans(
            StreamConfig config,
            Database database,
            AccountActions actions,
            Retention.HoldCheck holds,
            MeterRegistry meters) {
        this.config = config;
        this.database = database;
        this.actions = actions;
        this.holds = holds;
        Gauge.builder("bulwark.accounts.due", this, beans -> beans.due)
                .description("Uploaders whose strikes changed and whose rules were not tried yet")
                .register(meters);
    }

    void start(@Observes StartupEvent event) {
        if (!database.isConfigured()) {
            return;
        }
        var retention = new AccountRetention(
                database, Retention.Ages.of(config.review().retention()), holds, Clock.systemUTC());
        jobs = List.of(
                BackgroundJob.every("account-rules", Duration.ofSeconds(2), RULES, this::tryRules),
                BackgroundJob.every("account-retention", Duration.ofMinutes(12), DAILY, retention::sweep));
        jobs.forEach(BackgroundJob::start);
    }

    private void tryRules() {
        due = Double.NaN;
        actions.keepUp();
        due = actions.due();
    }

    void stop(@Observes ShutdownEvent event) {
        jobs.forEach(BackgroundJob::abort);
    }

    /**
     * Deletes strikes that are older than closed items are kept, and actions that ended longer ago than decisions are
     * kept. What stands stays, and so does what is on legal hold. Thread-safe; instances may sweep at once.
     *
     * @param clock of it and the database's the earlier one counts
     */
    record AccountRetention(Database database, Ages ages, Retention.HoldCheck holds, Clock clock) {

        private static final Logger LOG = Logger.getLogger(AccountRetention.class);
        private static final int AT_ONCE = 1_000;

        private record OldStrike(String tenant, String imageId, String contentSha256, String uploaderId) {}

        private record OldAction(String tenant, UUID actionId, String uploaderId) {}

        void sweep() {
            int strikes = sweepStrikes();
            int actions = sweepActions();
            if (strikes + actions > 0) {
                LOG.infof("%d strikes and %d actions on accounts were past their retention", strikes, actions);
            }
        }

        int sweepStrikes() {
            int gone = 0;
            var last = new OldStrike("", "", "", "");
            List<OldStrike> page;
            do {
                OldStrike after = last;
                page = database.acrossTenants(handle -> handle.select(
                                """
                                SELECT tenant, image_id, content_sha256, uploader_id FROM account_strike WHERE at < ?
                                AND (tenant, image_id, content_sha256) > (?, ?, ?)
                                ORDER BY tenant, image_id, content_sha256 LIMIT ?""",
                                now(handle).minus(ages.items()),
                                after.tenant(),
                                after.imageId(),
                                after.contentSha256(),
                                AT_ONCE)
                        .map(ConstructorMapper.of(OldStrike.class))
                        .list());
                for (OldStrike one : page) {
                    last = one;
                    if (!holds.isHeld(one.tenant(), one.imageId(), one.uploaderId())) {
                        gone += database.inTenant(
                                one.tenant(),
                                handle -> handle.execute(
                                        """
                                        DELETE FROM account_strike WHERE tenant = ? AND image_id = ?
                                        AND content_sha256 = ? AND at < ?""",
                                        one.tenant(),
                                        one.imageId(),
                                        one.contentSha256(),
                                        now(handle).minus(ages.items())));
                    }
                }
            } while (page.size() == AT_ONCE);
            return gone;
        }

        int sweepActions() {
            int gone = 0;
            var last = new OldAction("", new UUID(0, 0), "");
            List<OldAction> page;
            do {
                OldAction after = last;
                page = database.acrossTenants(handle -> handle.select(
                                """
                                SELECT tenant, action_id, uploader_id FROM account_action
                                WHERE least(lifted_at, until) < ? AND (tenant, action_id) > (?, ?)
                                ORDER BY tenant, action_id LIMIT ?""", now(handle).minus(ages.decisions()), after.tenant(), after.actionId(), AT_ONCE)
                        .map(ConstructorMapper.of(OldAction.class))
                        .list());
                for (OldAction one : page) {
                    last = one;
                    if (images(one).stream().noneMatch(image -> holds.isHeld(one.tenant(), image, one.uploaderId()))) {
                        gone += database.inTenant(
                                one.tenant(),
                                handle -> handle.execute(
                                        "DELETE FROM account_action WHERE tenant = ? AND action_id = ?",
                                        one.tenant(),
                                        one.actionId()));
                    }
                }
            } while (page.size() == AT_ONCE);
            return gone;
        }

        /** What it rests on; an empty text where there are none, for the uploader may be on hold. */
        private List<String> images(OldAction action) {
            return database.inTenant(
                    action.tenant(),
                    handle -> handle.select("""
                            SELECT '' UNION SELECT image_id FROM account_ground
                            WHERE tenant = ? AND action_id = ?""", action.tenant(), action.actionId())
                            .mapTo(String.class)
                            .list());
        }

        private Instant now(Handle handle) {
            Instant theirs = AccountActions.now(handle);
            Instant ours = clock.instant();
            return ours.isBefore(theirs) ? ours : theirs;
        }
    }
}
