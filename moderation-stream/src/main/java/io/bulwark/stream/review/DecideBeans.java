package io.bulwark.stream.review;

import io.bulwark.events.ImageEmbedding;
import io.bulwark.schemas.follow.SchemaClients;
import io.bulwark.schemas.follow.SchemaFollower;
import io.bulwark.schemas.follow.SchemaPublisher;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.StreamSettings;
import io.bulwark.stream.auditlog.AuditLog;
import io.bulwark.stream.database.Database;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.util.Map;

/** Makes what people decide with, and ties the outbox's life to the application's. */
@Singleton
class DecideBeans {

    /** Nobody can foresee which of their decisions are checked. */
    private final SecureRandom chance = new SecureRandom();

    @Produces
    @Singleton
    ReviewRules rules(StreamConfig config) {
        return ReviewRules.of(config.review());
    }

    @Produces
    @Singleton
    ReviewQueue queue(Database database, AuditLog log, ReviewRules rules) {
        return new ReviewQueue(database, log, rules, chance);
    }

    @Produces
    @Singleton
    GoldenItems golden(Database database, AuditLog log) {
        return new GoldenItems(database, log);
    }

    @Produces
    @Singleton
    QueueIntake intake(ReviewRules rules) {
        return new QueueIntake(rules);
    }

    @Produces
    @Singleton
    Decisions decisions(Database database, AuditLog log, ReviewRules rules) {
        return new Decisions(database, log, rules, chance);
    }

    @Produces
    @Singleton
    BankProposals proposals(Database database, AuditLog log, ReferenceSource source) {
        return new BankProposals(database, log, source);
    }

    @Produces
    @Singleton
    CampaignRulings rulings(Database database, AuditLog log) {
        return new CampaignRulings(database, log);
    }

    @Produces
    @Singleton
    Agreement agreement(Database database) {
        return new Agreement(database);
    }

    @Produces
    @Singleton
    ReferenceSource references(StreamConfig config, SchemaFollower schemas) {
        return new KafkaReferences(
                StreamSettings.kafkaClient(config),
                new EventDecoder<>(ImageEmbedding.class, schemas.addTo(StreamSettings.serdes(config))),
                config.review().bank());
    }

    @Produces
    @Singleton
    OutboxPublisher publisher(Database database, StreamConfig config, ReviewRules rules, SchemaClients schemas) {
        String name = StreamSettings.applicationId(config) + "-review-outbox";
        return new OutboxPublisher(
                database,
                () -> {
                    new SchemaPublisher(schemas).publish(BundledSchemas.RELEASES);
                    return new KafkaOutboxTopic(StreamSettings.kafkaClient(config), serdes(config), name);
                },
                config.review().outbox().pause());
    }

    /**
     * Reviews are always written in the newest release: an older one cannot name the content that was looked at, and such a
     * review applies to nothing.
     */
    private static Map<String, Object> serdes(StreamConfig config) {
        Map<String, Object> serdes = StreamSettings.serdes(config);
        serdes.put(SerdeSettings.WRITE, BundledSchemas.RELEASES);
        return serdes;
    }

    void start(@Observes StartupEvent event, Database database, OutboxPublisher publisher) {
        if (database.isConfigured()) {
            publisher.start();
        }
    }

    void stop(@Observes ShutdownEvent event, OutboxPublisher publisher) {
        publisher.close();
    }
}
