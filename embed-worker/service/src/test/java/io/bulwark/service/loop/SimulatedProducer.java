package io.bulwark.service.loop;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A transactional producer of the simulated broker, with the faults that the schedule has for its next commits. */
final class SimulatedProducer extends MockProducer<byte[], byte[]> {

    /** What goes wrong with a commit. */
    enum Fault {
        NONE,
        /** Nothing is committed, and the producer knows. */
        REFUSED,
        /** It is committed, and the answer is lost. */
        ANSWER_LOST,
        /** Nothing is committed, and it cannot even be aborted. */
        UNREACHABLE,
        /** A producer of the same transactional id was made elsewhere. */
        FENCED,
        /** Records cannot be sent, after as long as a call may block. */
        NO_METADATA,
        /** The worker may not write. */
        FORBIDDEN
    }

    private final Simulation simulation;
    private final SimulatedBroker broker;
    private final List<ProducerRecord<byte[], byte[]>> sent = new ArrayList<>();
    private final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    private Fault fault = Fault.NONE;
    private ConsumerGroupMetadata group;
    private int epoch = -1;

    SimulatedProducer(Simulation simulation) {
        super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        this.simulation = simulation;
        this.broker = simulation.broker;
    }

    @Override
    public synchronized void initTransactions() {
        simulation.blockOrFail("initTransactions");
        simulation.recovers();
        epoch = ++simulation.group().producerEpoch;
    }

    @Override
    public synchronized void beginTransaction() {
        sent.clear();
        offsets.clear();
        fault = simulation.nextFault();
    }

    @Override
    public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        if (fault == Fault.NO_METADATA) {
            simulation.pass(15_000_000_000L);
            return CompletableFuture.failedFuture(new TimeoutException("no metadata"));
        }
        sent.add(record);
        return new CompletableFuture<>();
    }

    @Override
    public synchronized void sendOffsetsToTransaction(
            Map<TopicPartition, OffsetAndMetadata> committed, ConsumerGroupMetadata metadata) {
        if (fault == Fault.FORBIDDEN) {
            throw new TopicAuthorizationException("not allowed");
        }
        if (!broker.isCurrent(simulation.lane(), metadata)) {
            simulation.refusedAsStale();
            throw new KafkaException("in error state", new CommitFailedException());
        }
        offsets.putAll(committed);
        group = metadata;
    }

    @Override
    public synchronized void commitTransaction() {
        simulation.commitTakes();
        switch (fault) {
            case NONE -> apply();
            case ANSWER_LOST -> {
                apply();
                throw new TimeoutException("no answer");
            }
            case FENCED -> throw new ProducerFencedException("fenced");
            default -> throw new TimeoutException("not committed");
        }
    }

    private void apply() {
        if (epoch != simulation.group().producerEpoch) {
            throw new ProducerFencedException("a newer producer has epoch " + simulation.group().producerEpoch);
        }
        simulation.hasCommitted();
        broker.commit(simulation.lane(), sent, offsets, group);
    }

    @Override
    public synchronized void abortTransaction() {
        if (fault != Fault.NONE && fault != Fault.REFUSED && fault != Fault.NO_METADATA) {
            throw new TimeoutException("not aborted");
        }
    }

    @Override
    public synchronized void close() {
        fault = Fault.NONE;
    }
}
