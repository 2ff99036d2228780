package io.bulwark.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Decision;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.testing.Broker;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.schemas.testing.TomorrowsEvents;
import io.bulwark.schemas.topic.SchemaKey;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.service.lifecycle.WorkerState;
import io.bulwark.service.testing.Pictures;
import io.bulwark.service.testing.References;
import io.bulwark.service.testing.SampleUploads;
import io.bulwark.service.testing.Traffic;
import io.bulwark.service.testing.WorkerUnderTest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A worker among programs of other releases. */
class SchemasIT {

    private static final String NAME = "schemas-it";
    private static final Logger LOG = Logger.getLogger("io.bulwark.worker");

    @Test
    void an_upload_whose_schema_comes_later_gets_its_verdict_and_no_dead_letter() {
        TestBroker.recreateTopics();
        AtomicInteger waits = new AtomicInteger();
        LOG.setFilter(record -> {
            waits.addAndGet(record.getMessage().contains("BULWARK-0015") ? 1 : 0);
            return true;
        });
        try (Traffic traffic = new Traffic();
                WorkerUnderTest worker = start(Map.of("bulwark.schemas.wait", "30s"))) {
            References.fill(traffic, NAME);
            worker.awaitReady();
            ImageUploaded upload = SampleUploads.inline("of-tomorrow", Pictures.board(100));
            traffic.raw("of-tomorrow", TomorrowsEvents.bytes(upload));
            traffic.flush();
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> waits.get() > 0);
            for (int i = 0; i < 10; i++) {
                traffic.upload(SampleUploads.inline("other-" + i, Pictures.board(i)));
            }
            assertThat(traffic.awaitVerdicts(1))
                    .as("other partitions go on")
                    .noneMatch(verdict -> verdict.getImageId().equals("of-tomorrow"));
            assertThat(worker.worker().unreadiness()).isEmpty();

            var schema = TomorrowsEvents.schema(ImageUploaded.class);
            traffic.send(Topics.SCHEMAS, TomorrowsEvents.key(schema), TomorrowsEvents.value(schema));

            assertThat(traffic.verdictOn("of-tomorrow").getDecision()).isEqualTo(Decision.NSFW);
            traffic.readToEnd();
            assertThat(traffic.awaitDeadLetters(0)).isEmpty();
        } finally {
            LOG.setFilter(null);
        }
    }

    @Test
    void a_worker_publishes_the_release_that_it_writes_before_it_writes_a_verdict() {
        TestBroker.recreateTopics();
        try (Traffic traffic = new Traffic();
                WorkerUnderTest worker = start(Map.of("bulwark.schemas.write", "3"))) {
            References.fill(traffic, NAME);
            worker.awaitReady();
            traffic.upload(SampleUploads.inline("board", Pictures.board(100)));
            traffic.verdictOn("board");

            assertThat(read(Topics.SCHEMAS))
                    .extracting(record -> SchemaKey.parse(record.key()).orElseThrow())
                    .containsExactlyInAnyOrderElementsOf(BundledSchemas.get().written(3).stream()
                            .map(SchemaKey::of)
                            .toList());
            byte[] verdict = read(Topics.VERDICTS).get(0).value();
            assertThat(ByteBuffer.wrap(verdict).order(ByteOrder.LITTLE_ENDIAN).getLong(2))
                    .isEqualTo(SchemaKey.of(Verdict.getClassSchema()).fingerprint());
        }
    }

    @Test
    void without_the_topic_of_schemas_a_worker_says_so_and_begins_when_it_is_there() throws Exception {
        try (Broker broker = TestBroker.fresh();
                var admin = broker.admin()) {
            admin.createTopics(TopicNames.UNPREFIXED.newTopics((short) 1).stream()
                            .filter(topic -> !topic.name().equals(Topics.SCHEMAS.topicName()))
                            .toList())
                    .all()
                    .get();
            try (Traffic traffic = new Traffic(broker.bootstrapServers());
                    WorkerUnderTest worker =
                            start(Map.of("bulwark.kafka.bootstrap-servers", broker.bootstrapServers()))) {
                References.fill(traffic, NAME);
                Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .untilAsserted(
                                () -> assertThat(worker.worker().unreadiness().orElse("ready"))
                                        .contains("moderation.schemas does not exist"));
                assertThat(worker.worker().state()).isEqualTo(WorkerState.PUBLISHING_SCHEMAS);
                assertThat(worker.worker().hasStarted()).isTrue();
                assertThat(worker.worker().livenessFailure()).isEmpty();

                broker.createTopics();
                worker.awaitReady();
            }
        }
    }

    @Test
    void a_worker_that_waits_for_the_topic_of_schemas_can_be_stopped() {
        try (Broker broker = TestBroker.fresh()) {
            WorkerUnderTest worker = start(Map.of("bulwark.kafka.bootstrap-servers", broker.bootstrapServers()));
            worker.awaitState(WorkerState.PUBLISHING_SCHEMAS);
            worker.close();

            assertThat(worker.worker().state()).isEqualTo(WorkerState.STOPPED);
        }
    }

    private static WorkerUnderTest start(Map<String, String> settings) {
        return WorkerUnderTest.start(NAME, settings, clients -> clients);
    }

    private static List<ConsumerRecord<byte[], byte[]>> read(Topics topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", TestBroker.bootstrapServers(), "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic.topicName()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }
}
