package io.bulwark.stream.account;

import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.database.BackgroundJob;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.review.Retention;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

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
}
