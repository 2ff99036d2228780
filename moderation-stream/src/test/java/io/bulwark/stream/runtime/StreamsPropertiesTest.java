package io.bulwark.stream.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.StreamSettings;
import io.bulwark.stream.runtime.StreamsProperties.ProcessingFaults;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteOptions;

class StreamsPropertiesTest {

    /** Without a limit the broker may leave what was erased in the segment that is written to. */
    @Test
    void internalTopicsAreCompactedWithinADay() {
        assertThat(StreamsProperties.streams(with(Map.of()), "localhost:8080"))
                .containsEntry(StreamsConfig.topicPrefix(TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG), 86_400_000L);
    }

    /** A record that the producer lets pass and the topic refuses would end the task again and again. */
    @Test
    void internalTopicsTakeWhatTheProducerSends() {
        assertThat(StreamsProperties.streams(with(Map.of()), "localhost:8080"))
                .containsEntry(
                        StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
                        Topics.DEAD_LETTERS.maxRecordBytes());
    }

    /** Kafka's default is a minute, after which the coordinator has aborted the thread's transaction. */
    @Test
    void aDeadLetterStopsAStreamThreadNoLongerThanItMayStandStill() {
        Map<String, Object> producer = StreamSettings.kafkaClient(
                with(Map.of("bulwark.kafka.properties.\"max.block.ms\"", "60000")),
                KafkaStreamsClients.deadLetterProperties());

        assertThat(producer).containsEntry(ProducerConfig.MAX_BLOCK_MS_CONFIG, 2_000L);
        assertThat(ProcessingFaults.BLOCK.plus(ProcessingFaults.SEND)).isEqualTo(StreamsProperties.LONGEST_PAUSE);
    }

    /**
     * A broker that is frozen closes no connection: Kafka's 30 s for a request would cost each thread its transaction.
     */
    @Test
    void aSilentBrokerIsGivenUpBeforeTheTransactionIs() {
        String producer = StreamsConfig.producerPrefix(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG);

        assertThat(StreamsProperties.streams(with(Map.of()), "localhost:8080"))
                .containsEntry(producer, 5_000)
                .containsEntry(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        assertThat(StreamsProperties.streams(
                        with(Map.of("bulwark.kafka.properties.\"request.timeout.ms\"", "40000")), "localhost:8080"))
                .containsEntry(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "40000")
                .doesNotContainKey(producer);
        assertThat(StreamsProperties.streams(
                        with(Map.of("bulwark.kafka.properties.\"" + producer + "\"", "9000")), "localhost:8080"))
                .containsEntry(producer, "9000");
    }

    /** A fetch that takes longer than a request may is asked for again, as large, for ever: no store is restored. */
    @Test
    void aConsumerNeedsNoFasterLinkThanByKafkasDefaults() {
        var streams = new StreamsConfig(StreamsProperties.streams(with(Map.of()), "localhost:8080"));

        assertThat(List.of(
                        streams.getMainConsumerConfigs("group", "client", 1),
                        streams.getRestoreConsumerConfigs("client")))
                .allSatisfy(ours -> assertThat(bytesPerMilli(ours)).isLessThanOrEqualTo(bytesPerMilli(Map.of())));
        assertThat(StreamsProperties.streams(
                        with(Map.of("bulwark.kafka.properties.\"fetch.max.bytes\"", "1000000")), "localhost:8080"))
                .containsEntry(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, "1000000");
    }

    /** RocksDB sets 4 MiB aside for each manifest: 178 stores of an instance took 746 MB of disk without a decision. */
    @Test
    void aStoreWithoutRecordsTakesNoMegabytesOfDisk(@TempDir Path folder) throws Exception {
        assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
        try (var memory = new StreamsProperties.StateMemory(16L << 20);
                Options options = new Options().setCreateIfMissing(true)) {
            options.setTableFormatConfig(new BlockBasedTableConfig());
            new StreamsProperties.StateMemory.Setter()
                    .setConfig("store", options, Map.of(StreamsProperties.StateMemory.PROPERTY, memory));
            // Kafka Streams writes no log ahead either: the changelog is that.
            try (RocksDB store = RocksDB.open(options, folder.toString());
                    WriteOptions write = new WriteOptions().setDisableWAL(true)) {
                store.put(write, new byte[] {1}, new byte[] {1});
                Process du = new ProcessBuilder("du", "-s", "--block-size=1", folder.toString()).start();
                String bytes = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\\s")[0];

                assertThat(Long.parseLong(bytes)).isBetween(1L, 1L << 20);
            }
        }
    }

    /** What a link has to carry for a fetch to end in time. */
    private static double bytesPerMilli(Map<String, Object> consumer) {
        var all = new HashMap<>(consumer);
        all.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        all.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        var config = new ConsumerConfig(all);
        return (double) config.getInt(ConsumerConfig.FETCH_MAX_BYTES_CONFIG)
                / config.getInt(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG);
    }

    @Test
    void groupInternalTopicsAndTransactionsAreUnderThePrefix() {
        Properties prefixed =
                StreamsProperties.streams(with(Map.of("bulwark.topics.prefix", "acme.")), "localhost:8080");

        assertThat(prefixed)
                .containsEntry(StreamsConfig.APPLICATION_ID_CONFIG, "acme.bulwark-moderation-stream-2")
                .containsEntry("bulwark.topics.prefix", "acme.");
    }

    /** It keeps its tasks over a restart, so it must not say goodbye. */
    @Test
    void anInstanceWithANameIsAStaticMemberThatDoesNotLeave() {
        Properties named = StreamsProperties.streams(
                with(Map.of("bulwark.stream.instance-id", "bulwark-stream-0", "bulwark.stream.session-timeout", "45s")),
                "localhost:8080");

        Map<String, Object> first = new StreamsConfig(named).getMainConsumerConfigs("group", "client", 1);
        Map<String, Object> second = new StreamsConfig(named).getMainConsumerConfigs("group", "client", 2);

        assertThat(first)
                .containsEntry(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, "bulwark-stream-0-1")
                .containsEntry(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 45_000)
                .doesNotContainEntry("internal.leave.group.on.close", true);
        assertThat(second).containsEntry(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, "bulwark-stream-0-2");
    }

    @Test
    void anInstanceWithoutANameLeavesTheGroupWhenItEnds() {
        Properties unnamed = StreamsProperties.streams(with(Map.of()), "localhost:8080");

        assertThat(new StreamsConfig(unnamed).getMainConsumerConfigs("group", "client", 1))
                .containsEntry("internal.leave.group.on.close", true)
                .doesNotContainKey(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    }

    private static StreamConfig with(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .addDefaultInterceptors()
                .withMapping(StreamConfig.class)
                .withSources(
                        new PropertiesConfigSource(Map.of("user.home", "."), "test", 500),
                        new PropertiesConfigSource(settings, "own", 600))
                .build()
                .getConfigMapping(StreamConfig.class);
    }
}
