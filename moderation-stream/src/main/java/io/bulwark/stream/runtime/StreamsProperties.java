package io.bulwark.stream.runtime;

import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.RecordWriter;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.StreamSettings;
import io.bulwark.stream.state.SourceReader;
import io.bulwark.stream.state.TopologyEvents;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.jboss.logging.Logger;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/** The properties of Kafka's clients, from the settings. */
final class StreamsProperties {

    /**
     * What a store deletes is gone from its changelog so long after, at most: otherwise a quiet one keeps it for ever.
     */
    private static final Duration ERASED_WITHIN = Duration.ofDays(1);

    /**
     * After which the coordinator aborts a transaction, and the thread's state is lost. Not longer, because
     * read_committed readers wait that long for an instance that died.
     */
    static final Duration TRANSACTION = Duration.ofSeconds(15);

    /** For how long a stream thread may stand still, whatever it waits for. */
    static final Duration LONGEST_PAUSE = TRANSACTION.dividedBy(3);

    private static final int RETRY_BACKOFF_MILLIS = 5;

    /**
     * After which a broker that is silent is not waited for. Kafka's default of 30 s is longer than a transaction, and
     * a broker that is frozen closes no connection: subscribers waited 122 s. Of producers so short that a transaction
     * outlives the election of another leader, which takes some 9 s. Consumers wait longer, since the answer to
     * SyncGroup comes when the group's leader has shared out the tasks.
     */
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

    /**
     * Of all partitions in one answer. Kafka's default of 50 MiB is made for 30 s: what does not arrive within a
     * request's time is asked for again, as large, and a store behind a slow link is never restored.
     */
    private static final int FETCH_BYTES = 16 << 20;

    private StreamsProperties() {}

    static Properties streams(StreamConfig config, String applicationServer) {
        StreamConfig.Stream stream = config.stream();
        var properties = new Properties();
        properties.putAll(StreamSettings.kafkaClient(config));
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, StreamSettings.applicationId(config));
        properties.put(StreamsConfig.APPLICATION_SERVER_CONFIG, applicationServer);
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.STATE_DIR_CONFIG, stream.stateDir());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, stream.threads());
        properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, stream.standbyReplicas());
        properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, stream.replicationFactor());
        properties.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, stream.commitInterval().toMillis());
        properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        properties.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, ProcessingFaults.class);
        properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, StateMemory.Setter.class);

        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        properties.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG),
                Math.toIntExact(stream.sessionTimeout().toMillis()));
        // A static member stays in the group over its restart; Kafka Streams adds each thread's number.
        stream.instanceId()
                .ifPresentOrElse(
                        id -> properties.put(
                                StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), id),
                        () -> properties.put(StreamsConfig.mainConsumerPrefix("internal.leave.group.on.close"), true));
        properties.put(
                StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
                Math.toIntExact(TRANSACTION.toMillis()));
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MS_CONFIG), RETRY_BACKOFF_MILLIS);
        if (properties.putIfAbsent(
                        CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, Math.toIntExact(REQUEST_TIMEOUT.toMillis()))
                == null) {
            properties.putIfAbsent(
                    StreamsConfig.producerPrefix(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG),
                    Math.toIntExact(LONGEST_PAUSE.toMillis()));
            properties.putIfAbsent(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        }
        properties.put(
                StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
                Topics.DEAD_LETTERS.maxRecordBytes());
        properties.put(
                StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
                StreamSettings.topics(config).maxRecordBytes(Topics.DEAD_LETTERS));
        properties.put(StreamsConfig.topicPrefix(TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG), ERASED_WITHIN.toMillis());
        return properties;
    }

    /**
     * One budget of native memory for all state stores of a client: a block cache, against which the write buffers
     * count too. It is handed to RocksDB through the client's properties under {@link #PROPERTY}, because Kafka Streams
     * makes the setters itself. Close it after the client.
     */
    static final class StateMemory implements AutoCloseable {

        static final String PROPERTY = "bulwark.state-memory";

        private static final long SMALL_WRITE_BUFFER = 2L << 20;

        /**
         * Set aside on disk for each manifest: RocksDB's 4 MiB for each of some 180 stores is most of a small state.
         */
        private static final long MANIFEST = 64L << 10;

        private final Cache cache;
        private final WriteBufferManager writeBuffers;

        StateMemory(long bytes) {
            RocksDB.loadLibrary();
            cache = new LRUCache(bytes, -1, false, 0.1);
            writeBuffers = new WriteBufferManager(bytes / 2, cache);
        }

        @Override
        public void close() {
            writeBuffers.close();
            cache.close();
        }

        /** Applies the budget to each store. */
        public static final class Setter implements RocksDBConfigSetter {

            @Override
            public void setConfig(String storeName, Options options, Map<String, Object> configs) {
                var memory = (StateMemory) configs.get(PROPERTY);
                var table = (BlockBasedTableConfig) options.tableFormatConfig();
                table.setBlockCache(memory.cache);
                table.setCacheIndexAndFilterBlocks(true);
                table.setPinTopLevelIndexAndFilter(true);
                options.setTableFormatConfig(table);
                options.setWriteBufferManager(memory.writeBuffers);
                options.setWriteBufferSize(SMALL_WRITE_BUFFER);
                options.setMaxWriteBufferNumber(2);
                options.setManifestPreallocationSize(MANIFEST);
            }

            @Override
            public void close(String storeName, Options options) {
                // the budget is shared: StateMemory.close() frees it
            }
        }
    }

    /**
     * What happens when a processor throws on a record that could be read. Trouble with Kafka or with the state (any
     * {@link KafkaException}) fails the client: the transaction is undone and the record comes again. Anything else is
     * a defect that the same record would meet again for ever, so the record is set aside and the stream goes on.
     *
     * <p>Where no record is being processed, as in a regular task of a processor, the client fails. A record that was
     * parked is set aside by the reader that parked it ({@link io.bulwark.stream.state.ParkingReader}).
     *
     * <p>The handler stands outside the task's transaction: such a dead letter is written at least once, and what the
     * processor did to the state before it threw stays done. If the dead letter cannot be written either, the client
     * fails.
     *
     * <p>Reached by Kafka Streams through {@link #PARTS} in the client's properties. Called by stream threads.
     */
    public static final class ProcessingFaults implements ProcessingExceptionHandler {

        static final String PARTS = "bulwark.processing-faults";

        private static final Logger LOG = Logger.getLogger(ProcessingFaults.class);

        /** How long the producer's send may block, before {@link #SEND} begins. */
        static final Duration BLOCK = Duration.ofSeconds(2);

        /** How long a dead letter is awaited; with {@link #BLOCK} as long as a stream thread may stand still. */
        static final Duration SEND = StreamsProperties.LONGEST_PAUSE.minus(BLOCK);

        /** What the handler works with. */
        record Parts(Producer<byte[], byte[]> deadLetters, TopologyEvents events) {}

        private Parts parts;
        private String deadLetters;

        @Override
        public void configure(Map<String, ?> configs) {
            parts = (Parts) configs.get(PARTS);
            deadLetters = TopicNames.in(configs).of(Topics.DEAD_LETTERS);
        }

        @Override
        public ProcessingHandlerResponse handle(ErrorHandlerContext context, Record<?, ?> record, Exception thrown) {
            String where = context.topic() + "-" + context.partition() + " offset " + context.offset();
            if (context.topic() == null) {
                LOG.errorf(thrown, "Processor %s failed outside of a record", context.processorNodeId());
                return ProcessingHandlerResponse.FAIL;
            }
            if (thrown instanceof KafkaException) {
                LOG.errorf(thrown, "Processor %s cannot go on at %s", context.processorNodeId(), where);
                return ProcessingHandlerResponse.FAIL;
            }
            LOG.errorf(
                    thrown,
                    "Processor %s failed on %s; the record goes to %s",
                    context.processorNodeId(),
                    where,
                    deadLetters);
            return setAside(context, thrown) ? ProcessingHandlerResponse.CONTINUE : ProcessingHandlerResponse.FAIL;
        }

        private boolean setAside(ErrorHandlerContext context, Exception thrown) {
            var headers = new RecordHeaders(context.headers() == null ? new RecordHeaders() : context.headers());
            new DeadLetterHeaders(
                            SourceReader.PROCESSING_FAULT,
                            "Processor " + context.processorNodeId() + " failed on this record.",
                            Optional.empty(),
                            context.topic(),
                            context.partition(),
                            context.offset(),
                            context.timestamp(),
                            Optional.empty())
                    .withException(thrown)
                    .addTo(headers);
            var letter = new ProducerRecord<>(
                    deadLetters, null, context.timestamp(), context.sourceRawKey(), context.sourceRawValue(), headers);
            try {
                RecordWriter.write(parts.deadLetters(), List.of(letter), SEND);
                parts.events().deadLetter(context.topic(), SourceReader.PROCESSING_FAULT);
                return true;
            } catch (KafkaException unsent) {
                LOG.errorf(unsent, "The dead letter could not be written to %s", deadLetters);
                return false;
            }
        }
    }
}
