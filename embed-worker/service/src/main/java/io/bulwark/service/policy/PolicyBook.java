package io.bulwark.service.policy;

import io.bulwark.events.ModerationPolicy;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.Policies.TenantPolicy;
import io.bulwark.perception.verdict.SeenImage;
import io.bulwark.perception.verdict.VotingPolicy;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.service.telemetry.WorkerLog;
import io.bulwark.service.telemetry.WorkerMetrics;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;

/**
 * What the policies topic says, tenant by tenant, for one worker. Owned by one thread.
 *
 * <p>A bad record leaves its tenant with the last one that could be used, also where that was read before reading began
 * anew and has been compacted away since.
 */
final class PolicyBook {

    private final EventDecoder<ModerationPolicy> decoder;
    private final MadeFor worker;
    private final WorkerMetrics metrics;
    private Map<String, Standing> standings = new TreeMap<>();
    private Map<String, Standing> before = Map.of(); // of the reading before this one

    /**
     * Makes an empty book.
     *
     * @param worker what policies have to be made for
     */
    PolicyBook(EventDecoder<ModerationPolicy> decoder, MadeFor worker, WorkerMetrics metrics) {
        this.decoder = decoder;
        this.worker = worker;
        this.metrics = metrics;
    }

    /** The topic is read from its begin. */
    void begin() {
        // What failed half-way may lack tenants that an earlier reading had.
        Map<String, Standing> known = new TreeMap<>(before);
        known.putAll(standings);
        before = known;
        standings = new TreeMap<>();
    }

    /**
     * Takes one record; bad ones are logged, counted and left out. Blocks while the record's schema is awaited.
     *
     * @throws org.apache.kafka.common.KafkaException if its schema cannot be had now but may be later
     */
    void apply(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null || record.key().length == 0) {
            reject(record, "its key is not a tenant");
            return;
        }
        String tenant = new String(record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
            standings.remove(tenant);
            return;
        }
        DecodedEvent<ModerationPolicy> decoded = decoder.decodeWaiting(record.topic(), record.value());
        if (decoded instanceof DecodedEvent.Event<ModerationPolicy> event) {
            put(record, tenant, event.value());
        } else if (decoded instanceof DecodedEvent.Undecodable<ModerationPolicy> undecodable) {
            if (undecodable.reason().retriable()) {
                throw new SerializationException("The policy of tenant \"" + tenant + "\": " + undecodable.detail());
            }
            keepLast(record, tenant, undecodable.detail());
        }
    }

    private void put(ConsumerRecord<byte[], byte[]> record, String tenant, ModerationPolicy policy) {
        if (!policy.getTenant().equals(tenant)) {
            keepLast(record, tenant, "it names another tenant than its key");
            return;
        }
        try {
            Standing standing = Standing.of(policy, worker);
            standing.shadowProblem().ifPresent(problem -> reject(record, "what was proposed cannot run: " + problem));
            standings.put(tenant, standing);
        } catch (IllegalArgumentException unusable) {
            keepLast(record, tenant, unusable.getMessage());
        }
    }

    private void keepLast(ConsumerRecord<byte[], byte[]> record, String tenant, String problem) {
        reject(record, problem);
        standings.put(
                tenant,
                Stream.of(standings, before)
                        .flatMap(known -> Stream.ofNullable(known.get(tenant)))
                        .filter(Standing::readable)
                        .findFirst()
                        .orElseGet(() -> Standing.unreadable(problem)));
    }

    private void reject(ConsumerRecord<byte[], byte[]> record, String problem) {
        metrics.badPolicy();
        WorkerLog.badPolicy(record.partition(), record.offset(), problem);
    }

    /** The tenants of which the topic says something. */
    int tenants() {
        return standings.size();
    }

    /** Whether tenants without a policy of their own have one here, too, and not that of the worker's settings. */
    boolean decidesForEverybody() {
        return ofDefault().flatMap(Standing::inForce).isPresent();
    }

    /** Why nothing decides for some tenant though something should, and what mends it; empty where all is well. */
    Optional<String> complaint(String calibrateCommand) {
        return standings.entrySet().stream()
                .flatMap(each -> each
                        .getValue()
                        .complaint()
                        .map(problem -> "The policy of tenant \"" + each.getKey() + "\" " + problem + others()
                                + ". Run `" + calibrateCommand
                                + " --write FILE`, then `bulwark policy propose --tenant "
                                + each.getKey() + " FILE`"
                                + (each.getValue().readable()
                                        ? ""
                                        : ", with --anew if it says that it cannot read the record")
                                + ", and have it approved with `bulwark policy approve --tenant " + each.getKey()
                                + "`.")
                        .stream())
                .findFirst();
    }

    private String others() {
        long complaints = standings.values().stream()
                .filter(standing -> standing.complaint().isPresent())
                .count();
        return complaints > 1 ? " (and so it is with " + (complaints - 1) + " more)" : "";
    }

    /**
     * What decides now, if nothing is to complain about.
     *
     * @param configured decides for tenants of which the topic says nothing, where it has nothing for everybody
     * @param watched sets of labels that the settings watch, with the settings that say so
     */
    PolicySnapshot snapshot(Policies configured, Map<Set<String>, String> watched) {
        Policies others = others(configured);
        Map<String, TenantPolicy> tenants = new HashMap<>();
        standings.forEach((tenant, standing) -> {
            VotingPolicy inForce =
                    standing.inForce().orElseGet(() -> others.of(tenant).inForce());
            tenants.put(tenant, new TenantPolicy(inForce, standing.shadow()));
        });
        return PolicySnapshot.of(tenants, others, decidesForEverybody() ? Map.of() : watched);
    }

    private Policies others(Policies configured) {
        Optional<VotingPolicy> shadow = ofDefault().flatMap(Standing::shadow);
        Optional<TenantPolicy> everybodys =
                ofDefault().flatMap(Standing::inForce).map(inForce -> new TenantPolicy(inForce, shadow));
        if (everybodys.isPresent()) {
            TenantPolicy all = everybodys.get();
            return tenant -> all;
        }
        return tenant -> new TenantPolicy(configured.of(tenant).inForce(), shadow);
    }

    private Optional<Standing> ofDefault() {
        return Optional.ofNullable(standings.get(SeenImage.DEFAULT_TENANT));
    }
}
