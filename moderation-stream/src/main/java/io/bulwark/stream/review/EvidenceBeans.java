package io.bulwark.stream.review;

import io.bulwark.events.Hold;
import io.bulwark.events.Subject;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.auditlog.AuditLog;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.picture.PreviewClient;
import io.bulwark.stream.query.Answer;
import io.bulwark.stream.query.HoldQueries;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Makes what keeps evidence, and ties the keeper's life to the application's. */
@Singleton
class EvidenceBeans {

    private static final Logger LOG = Logger.getLogger(EvidenceBeans.class);

    private final Optional<EvidenceKeys> keys;
    private final EvidenceStatus status;
    private final Evidence evidence = new Evidence();
    private Optional<EvidenceKeeper> keeper = Optional.empty(); // of the thread that starts and stops

    EvidenceBeans(StreamConfig config, Database database, PreviewClient preview) {
        this.keys = config.review().evidence().keyFile().map(Path::of).flatMap(EvidenceKeys::read);
        this.status = EvidenceStatus.of(database.isConfigured(), preview.isConfigured(), keys);
    }

    @Produces
    @Singleton
    Evidence evidence() {
        return evidence;
    }

    @Produces
    @Singleton
    EvidenceStatus status() {
        return status;
    }

    @Produces
    @Singleton
    ItemPictures pictures(Database database, AuditLog log, PreviewClient preview) {
        return new ItemPictures(database, log, evidence, keys, preview::ask);
    }

    void start(
            @Observes StartupEvent event,
            StreamConfig config,
            Database database,
            PreviewClient preview,
            HoldQueries holds,
            MeterRegistry meters) {
        LOG.info(status.message());
        if (status.kept()) {
            Map<EvidenceKeeper.Outcome, Counter> counters = counters(meters);
            keeper = Optional.of(new EvidenceKeeper(
                    database,
                    evidence,
                    preview::ask,
                    legal(holds),
                    keys.orElseThrow(),
                    config.review().evidence().appeal(),
                    outcome -> counters.get(outcome).increment(),
                    System::nanoTime));
            keeper.get().start();
        }
    }

    void stop(@Observes ShutdownEvent event) {
        keeper.ifPresent(EvidenceKeeper::close);
    }

    private static Map<EvidenceKeeper.Outcome, Counter> counters(MeterRegistry meters) {
        Map<EvidenceKeeper.Outcome, Counter> counters = new EnumMap<>(EvidenceKeeper.Outcome.class);
        for (EvidenceKeeper.Outcome outcome : EvidenceKeeper.Outcome.values()) {
            counters.put(
                    outcome,
                    Counter.builder("bulwark.review.evidence")
                            .description("Pictures of items: kept, not to be had, deleted, or held beyond their time")
                            .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                            .register(meters));
        }
        return counters;
    }

    private static LegalHolds legal(HoldQueries holds) {
        return (tenant, imageId, uploaderId) -> holds(holds.hold(tenant, Subject.IMAGE, imageId))
                || holds(holds.hold(tenant, Subject.UPLOADER, uploaderId));
    }

    /** Where the holds cannot be asked, everything is held. */
    private static boolean holds(Answer<Hold> answer) {
        if (answer instanceof Answer.Found<Hold> found) {
            return found.value().getReleasedAt() == null;
        }
        return !(answer instanceof Answer.Absent<Hold>);
    }
}
