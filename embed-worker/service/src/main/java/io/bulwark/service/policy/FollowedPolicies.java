package io.bulwark.service.policy;

import io.bulwark.events.ModerationPolicy;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.Policies.TenantPolicy;
import io.bulwark.perception.verdict.SeenImage;
import io.bulwark.perception.verdict.VotingPolicy;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.service.follow.Followed;
import io.bulwark.service.telemetry.WorkerLog;
import io.bulwark.service.telemetry.WorkerMetrics;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The policies topic, of which each new state is put on the shelf whole. Where the topic has nothing for a tenant nor for
 * everybody, the worker's own settings decide, if they fit; a broker that has no such topic is the same as an empty one.
 */
public final class FollowedPolicies implements Followed {

    private final String topic;
    private final PolicyBook book;
    private final Policies configured;
    private final Map<Set<String>, String> watched;
    private final ConfiguredFit fit;
    private final PolicyShelf shelf;
    private final WorkerMetrics metrics;
    private boolean published;
    private boolean stale;

    /**
     * Makes it.
     *
     * @param topic as the broker calls it
     * @param decoder of the records' values
     * @param configured what the worker's settings say
     * @param watched sets of labels that these watch, with the settings that say so
     * @param fit whether they suit the worker
     */
    public FollowedPolicies(
            String topic,
            EventDecoder<ModerationPolicy> decoder,
            Policies configured,
            Map<Set<String>, String> watched,
            ConfiguredFit fit,
            PolicyShelf shelf,
            WorkerMetrics metrics) {
        this.topic = topic;
        this.book = new PolicyBook(decoder, fit.worker(), metrics);
        this.configured = configured;
        this.watched = watched;
        this.fit = fit;
        this.shelf = shelf;
        this.metrics = metrics;
    }

    @Override
    public String topic() {
        return topic;
    }

    @Override
    public void begin() {
        book.begin();
        stale = true;
    }

    @Override
    public void apply(ConsumerRecord<byte[], byte[]> record) {
        book.apply(record);
        stale = true;
    }

    @Override
    public boolean isStale() {
        return stale;
    }

    @Override
    public void publish() {
        published = true;
        stale = false;
        Optional<String> complaint =
                book.complaint(fit.command()).or(() -> book.decidesForEverybody() ? Optional.empty() : fit.complaint());
        if (complaint.isPresent()) {
            shelf.withdraw(complaint.get());
            metrics.noPolicy();
            WorkerLog.policiesChanged(complaint.get());
            return;
        }
        PolicySnapshot snapshot = book.snapshot(configured, watched);
        TenantPolicy ofDefault = snapshot.of(SeenImage.DEFAULT_TENANT);
        shelf.put(snapshot, message(ofDefault));
        metrics.policy(ofDefault.inForce().version(), ofDefault.shadow().map(VotingPolicy::version));
        WorkerLog.policiesChanged(message(ofDefault));
    }

    private String message(TenantPolicy ofDefault) {
        return (book.decidesForEverybody() ? "Those of " + topic() : "That of the worker's settings")
                + " decide, version " + ofDefault.inForce().version() + "; " + topic() + " has " + book.tenants()
                + " tenants";
    }

    /** What is in use stays where there is something: a topic that was there is not missed for long. */
    @Override
    public void missing() {
        if (!published) {
            publish();
        }
    }

    @Override
    public void unreadable(String why) {
        shelf.explainAbsence("The policies cannot be read. " + why);
    }
}
