package io.bulwark.stream.query;

import io.bulwark.stream.query.Answer.Freshness;
import io.bulwark.stream.runtime.InstanceAddress;
import io.bulwark.stream.runtime.StreamsSupervisor;
import io.bulwark.stream.runtime.StreamsSupervisor.StreamsStatus;
import io.bulwark.stream.runtime.StreamsSupervisor.StreamsStatus.State;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreType;

/** Finds the store that holds a key, here or by the address of another instance. Any thread. */
@Singleton
class LocalStores {

    private static final Serializer<String> KEYS = Serdes.String().serializer();

    private final StreamsSupervisor supervisor;
    private final InstanceAddress self;

    LocalStores(StreamsSupervisor supervisor, InstanceAddress self) {
        this.supervisor = supervisor;
        this.self = self;
    }

    /**
     * Reads from the store of a key.
     *
     * @param key of the records from which the store is made: it says which partition
     * @param read answers null where there is nothing
     */
    <S, T> Answer<T> ask(
            String store, String key, Freshness freshness, QueryableStoreType<S> type, Function<S, T> read) {
        return guarded(streams -> {
            KeyQueryMetadata where = streams.queryMetadataForKey(store, key, KEYS);
            if (where.equals(KeyQueryMetadata.NOT_AVAILABLE)
                    || where.activeHost().port() < 0
                    || where.activeHost().host().equals("unavailable")) {
                return new Answer.NotReady<>("The instances are agreeing on who holds which key.");
            }
            var parameters = StoreQueryParameters.fromNameAndType(store, type).withPartition(where.partition());
            if (self.is(where.activeHost())) {
                return answer(read.apply(streams.store(parameters)), false);
            }
            if (freshness == Freshness.STANDBY && where.standbyHosts().stream().anyMatch(self::is)) {
                return answer(read.apply(streams.store(parameters.enableStaleStores())), true);
            }
            return new Answer.Elsewhere<>(
                    address(where.activeHost()),
                    where.standbyHosts().stream().map(LocalStores::address).toList());
        });
    }

    /**
     * Reads from all partitions of a store that this instance holds.
     *
     * @param read answers null where there is nothing
     */
    <S, T> Answer<T> askAll(String store, QueryableStoreType<S> type, Function<S, T> read) {
        return guarded(
                streams -> answer(read.apply(streams.store(StoreQueryParameters.fromNameAndType(store, type))), false));
    }

    /**
     * Reads from each partition of a store that this instance holds.
     *
     * @param source says of a topic whether it is one that the processors of the store read: other topics' partitions
     *     say nothing about the store
     * @param read of one partition
     * @return what was read of all, one partition after the other
     */
    <S, T> Answer<List<T>> askEach(
            String store, Predicate<String> source, QueryableStoreType<S> type, Function<S, List<T>> read) {
        return guarded(streams -> {
            List<T> found = new ArrayList<>();
            streams.streamsMetadataForStore(store).stream()
                    .filter(client -> self.is(client.hostInfo()))
                    .flatMap(client -> client.topicPartitions().stream())
                    .filter(held -> source.test(held.topic()))
                    .mapToInt(TopicPartition::partition)
                    .forEach(partition -> found.addAll(read.apply(streams.store(
                            StoreQueryParameters.fromNameAndType(store, type).withPartition(partition)))));
            return answer(found, false);
        });
    }

    /** The instances that are up, this one among them. */
    List<InstanceAddress> instances() {
        return supervisor
                .streams()
                .map(streams -> streams.metadataForAllStreamsClients().stream()
                        .map(client -> address(client.hostInfo()))
                        .toList())
                .orElse(List.of(self));
    }

    private <T> Answer<T> guarded(Function<KafkaStreams, Answer<T>> question) {
        StreamsStatus status = supervisor.status();
        KafkaStreams streams = supervisor.streams().orElse(null);
        if (streams == null || status.state() == State.WAITING_FOR_TOPICS) {
            return new Answer.NotReady<>(status.message());
        }
        try {
            return question.apply(streams);
        } catch (InvalidStateStoreException moving) {
            return new Answer.NotReady<>("The store is being restored or is moving to another instance.");
        } catch (IllegalStateException notRunning) {
            return new Answer.NotReady<>(supervisor.status().message());
        }
    }

    private static <T> Answer<T> answer(T value, boolean stale) {
        return value == null ? new Answer.Absent<>() : new Answer.Found<>(value, stale);
    }

    private static InstanceAddress address(HostInfo host) {
        return new InstanceAddress(host.host(), host.port());
    }
}
