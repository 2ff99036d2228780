package io.bulwark.stream.childsafety;

import io.bulwark.events.Erasure;
import io.bulwark.events.Hold;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.Subject;
import io.bulwark.schemas.follow.SchemaFollower;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.StreamSettings;
import io.bulwark.stream.database.BackgroundJob;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.order.HoldOrders;
import io.bulwark.stream.picture.PreviewClient;
import io.bulwark.stream.query.Answer;
import io.bulwark.stream.query.StateQueries;
import io.bulwark.stream.query.StateQueries.HoldQueries;
import io.bulwark.stream.review.evidence.EvidenceKeys;
import io.bulwark.stream.state.Restriction;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Makes the parts of cases from the settings, starts their jobs with the application and ends them with it. */
@Singleton
class ChildSafetyBeans {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration OFTEN = Duration.ofSeconds(2);
    private static final Duration HOLDS = Duration.ofSeconds(30);

    private final StreamConfig config;
    private final Database database;
    private final List<BackgroundJob> jobs = new ArrayList<>(); // of the thread that starts and stops

    ChildSafetyBeans(StreamConfig config, Database database) {
        this.config = config;
        this.database = database;
    }

    @Produces
    @Singleton
    RestrictedCases cases() {
        return new RestrictedCases(database, RestrictedCases.Settings.of(config.childSafety()));
    }

    void start(
            @Observes StartupEvent event,
            RestrictedCases cases,
            Restriction restriction,
            HoldQueries queries,
            HoldOrders orders,
            StateQueries states,
            SchemaFollower schemas,
            PreviewClient preview,
            MeterRegistry meters) {
        var caseMeters = new CaseMeters(database, meters);
        Gauge.builder("bulwark.restricted.contents", restriction, Restriction::contents)
                .description("Contents of which a case stands, as this instance knows them")
                .register(meters);
        if (!database.isConfigured()) {
            return;
        }
        var files = new CaseFiles(
                database,
                config.childSafety().vault().keyFile().flatMap(file -> EvidenceKeys.read(file, CaseFiles.SETTING)),
                new CaseFiles.Uploads(
                        StreamSettings.consumers(config, Map.of()),
                        StreamSettings.decoder(config, schemas, ImageUploaded.class),
                        preview));
        job("restricted-contents", OFTEN, () -> restriction.stand(cases.known()));
        job("restricted-forget", HOLDS, cases::forgetAgain);
        job("restricted-files", OFTEN, files::keepUp);
        job("restricted-meters", OFTEN, caseMeters::look);
        var retention = new CaseRetention(database, new KafkaHolds(queries, orders, states), Clock.systemUTC());
        job("restricted-retention", HOLDS, retention::sweep);
        if (config.childSafety().report().url().isPresent()) {
            var reporter = config.childSafety().report();
            var reports = new CaseReports(database, new CyberTipline(reporter), files, reporter);
            job("restricted-reports", OFTEN, () -> {
                cases.orderMissing();
                reports.keepUp();
            });
        }
        jobs.forEach(BackgroundJob::start);
    }

    private void job(String name, Duration pause, Runnable work) {
        jobs.add(BackgroundJob.every(name, FIRST, pause, work));
    }

    void stop(@Observes ShutdownEvent event) {
        jobs.forEach(BackgroundJob::abort);
    }

    /** Holds and erasures on their topics. */
    private record KafkaHolds(HoldQueries queries, HoldOrders orders, StateQueries states)
            implements CaseRetention.Holds {

        @Override
        public Answer<Hold> find(String tenant, Subject subject, String id) {
            return queries.hold(tenant, subject, id);
        }

        @Override
        public Answer<String> uploader(String tenant, String imageId) {
            return states.decision(tenant, imageId, Answer.Freshness.ACTIVE).map(ModerationDecision::getUploaderId);
        }

        @Override
        public void remove(Hold hold) {
            orders.remove(hold);
        }

        @Override
        public void write(Hold hold) {
            orders.write(hold);
        }

        @Override
        public void write(Erasure order) {
            orders.write(order);
        }

        @Override
        public void removeOrder(String imageId) {
            orders.removeErasure(imageId);
        }
    }

    /**
     * How many cases and reports wait, over all tenants and without any name of one. {@code NaN} while that is not
     * known.
     */
    private static final class CaseMeters {

        private static final Counts UNKNOWN =
                new Counts(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);

        private final Database database;
        private volatile Counts counts = UNKNOWN;

        CaseMeters(Database database, MeterRegistry meters) {
            this.database = database;
            gauge(meters, "open", "Cases that wait for a person, or for the second one", Counts::open);
            gauge(meters, "oldest.seconds", "Age of the oldest of them", Counts::oldest);
            gauge(meters, "reports", "Reports that are not finished yet", Counts::reports);
            gauge(meters, "report.age.seconds", "Age of the oldest of them", Counts::reportAge);
            gauge(meters, "refused", "Reports that the receiver refused for good", Counts::refused);
            gauge(meters, "ending", "Cases that end within 30 days", Counts::ending);
        }

        private void gauge(MeterRegistry meters, String name, String what, ToDoubleFunction<Counts> value) {
            Gauge.builder("bulwark.restricted." + name, this, self -> value.applyAsDouble(self.counts))
                    .description(what)
                    .register(meters);
        }

        void look() {
            counts = UNKNOWN;
            counts = database.acrossTenants(handle -> {
                RestrictedCases.enter(handle);
                return handle.createQuery(
                                """
                                SELECT count(*) FILTER (WHERE c.state IN ('OPEN', 'SECOND')) AS open,
                                coalesce(extract(epoch FROM clock_timestamp() - min(c.opened_at)
                                FILTER (WHERE c.state IN ('OPEN', 'SECOND'))), 0) AS oldest,
                                count(*) FILTER (WHERE r.step NOT IN ('FINISHED', 'REFUSED', 'STOPPED')) AS reports,
                                coalesce(extract(epoch FROM clock_timestamp() - min(r.wanted_at)
                                FILTER (WHERE r.step NOT IN ('FINISHED', 'STOPPED'))), 0) AS report_age,
                                count(*) FILTER (WHERE r.step = 'REFUSED') AS refused,
                                count(*) FILTER (WHERE""" + Rows.ENDS + " AND" + Rows.END + " < clock_timestamp() + interval '30 days')"
                                        + " AS ending" + Rows.FROM)
                        .map((row, context) -> new Counts(
                                row.getDouble("open"),
                                row.getDouble("oldest"),
                                row.getDouble("reports"),
                                row.getDouble("report_age"),
                                row.getDouble("refused"),
                                row.getDouble("ending")))
                        .one();
            });
        }

        private record Counts(
                double open, double oldest, double reports, double reportAge, double refused, double ending) {}
    }
}
