package io.bulwark.cli.policy;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.LatestRecords;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.schemas.access.Role.AccessNames;
import io.bulwark.schemas.connection.ConnectionFaults;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The policies' topic: read to its end, and changed so that no change is lost. The latest to change it becomes the only
 * producer of {@value io.bulwark.schemas.access.Role.AccessNames#POLICY_CHANGES}, reads then, and writes in a
 * transaction: who had read before is fenced and writes nothing.
 */
final class PolicyTopic {

    private static final int TRANSACTION_MILLIS = 10_000;
    private static final int CALL_MILLIS = 30_000;
    private static final int MAX_TRIES = 3;

    private final Broker broker;
    private final String name;

    PolicyTopic(Broker broker) {
        this.broker = broker;
        this.name = broker.topic(Topics.POLICIES);
    }

    /**
     * What all tenants have now.
     *
     * @throws CommandFailure if there is no such topic
     */
    Content read() {
        SortedMap<String, ModerationPolicy> readable = new TreeMap<>();
        SortedMap<String, String> unreadable = new TreeMap<>();
        try (EventDecoder<ModerationPolicy> decoder =
                new EventDecoder<>(ModerationPolicy.class, broker.clientSettings(Map.of()))) {
            LatestRecords.of(broker, Topics.POLICIES).forEach((tenant, bytes) -> {
                DecodedEvent<ModerationPolicy> decoded = decoder.decode(name, bytes);
                if (decoded instanceof DecodedEvent.Event<ModerationPolicy> event) {
                    readable.put(tenant, event.value());
                } else if (decoded instanceof DecodedEvent.Undecodable<ModerationPolicy> undecodable) {
                    unreadable.put(tenant, undecodable.detail());
                }
            });
        }
        return new Content(readable, unreadable);
    }

    /**
     * Changes one tenant's record. A fault that may pass, such as a transaction that the broker ended, is tried again
     * from the reading on: a change that stands by then is not made twice.
     *
     * @param change from what all tenants have to the tenant's new record; called at each try
     * @return what was written
     * @throws CommandFailure if another change began meanwhile, then nothing is written; or the topic takes nothing
     */
    ModerationPolicy change(String tenant, Function<Content, ModerationPolicy> change) {
        long begin = System.nanoTime();
        ModerationPolicy next = null;
        for (int tries = 1; ; tries++) {
            try (KafkaProducer<String, ModerationPolicy> producer = producer()) {
                producer.initTransactions();
                Content content = read();
                if (next == null || !next.equals(content.policies().get(tenant))) {
                    next = change.apply(content);
                    producer.beginTransaction();
                    producer.send(new ProducerRecord<>(name, tenant, next));
                    producer.commitTransaction();
                }
                return next;
            } catch (KafkaException failure) {
                if (anyOf(failure, ProducerFencedException.class, InvalidProducerEpochException.class)) {
                    throw CommandFailure.failed(
                            "another writer changed the policies at the same time. This command wrote nothing; look"
                                    + " with `bulwark policy show` and try again",
                            failure);
                }
                if (tries == MAX_TRIES
                        || System.nanoTime() - begin
                                > Duration.ofMillis(CALL_MILLIS).toNanos()
                        || !anyOf(
                                failure,
                                RetriableException.class,
                                InvalidTxnStateException.class,
                                TransactionAbortableException.class)) {
                    throw CommandFailure.unavailable(
                            "the topic " + name + " did not take the policy: "
                                    + ConnectionFaults.explain(failure).orElse(failure.getMessage()),
                            failure);
                }
            }
        }
    }

    @SafeVarargs
    private static boolean anyOf(Throwable failure, Class<? extends KafkaException>... kinds) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .anyMatch(each -> Stream.of(kinds).anyMatch(kind -> kind.isInstance(each)));
    }

    /** What is begun and not committed is aborted by the broker, at the latest when the next one begins. */
    private KafkaProducer<String, ModerationPolicy> producer() {
        return new KafkaProducer<>(
                broker.clientSettings(Map.of(
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        broker.topics().prefixed(AccessNames.POLICY_CHANGES),
                        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                        TRANSACTION_MILLIS,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        CALL_MILLIS,
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        Topics.POLICIES.maxRecordBytes())),
                new StringSerializer(),
                broker.serializer(ModerationPolicy.class));
    }

    /**
     * The newest record of each tenant.
     *
     * @param policies by tenant
     * @param unreadable tenants with the reason why their record cannot be read
     */
    record Content(SortedMap<String, ModerationPolicy> policies, SortedMap<String, String> unreadable) {}
}
