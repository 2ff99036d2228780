package io.bulwark.stream.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.stream.runtime.StreamsProperties.ProcessingFaults;
import io.bulwark.stream.state.TopologyEvents;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler.ProcessingHandlerResponse;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

class ProcessingFaultsTest {

    private static final Record<String, String> RECORD = new Record<>("k", "v", 5);

    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final List<String> counted = new ArrayList<>();
    private final ProcessingFaults faults = new ProcessingFaults();

    ProcessingFaultsTest() {
        faults.configure(Map.of(ProcessingFaults.PARTS, new ProcessingFaults.Parts(producer, counting())));
    }

    @Test
    void aDefectSetsTheRecordAsideWithItsOriginalBytesAndTheStreamGoesOn() {
        var response = faults.handle(new Context(), RECORD, new IllegalStateException("a defect"));

        assertThat(response).isEqualTo(ProcessingHandlerResponse.CONTINUE);
        ProducerRecord<byte[], byte[]> letter = producer.history().get(0);
        assertThat(letter.topic()).isEqualTo("moderation.dead-letters");
        assertThat(letter.key()).isEqualTo(bytes("raw key"));
        assertThat(letter.value()).isEqualTo(bytes("raw value"));
        assertThat(DeadLetterHeaders.readFrom(letter.headers()).orElseThrow())
                .isEqualTo(new DeadLetterHeaders(
                        "PROCESSING_FAULT",
                        "Processor latest-verdicts failed on this record.",
                        Optional.of("java.lang.IllegalStateException"),
                        "moderation.verdicts",
                        3,
                        41,
                        7,
                        Optional.empty()));
        assertThat(counted).containsExactly("deadLetter");
    }

    @Test
    void underAPrefixTheDeadLetterGoesToTheTopicOfThatPrefix() {
        var prefixed = new ProcessingFaults();
        prefixed.configure(Map.of(
                ProcessingFaults.PARTS,
                new ProcessingFaults.Parts(producer, counting()),
                "bulwark.topics.prefix",
                "acme."));

        prefixed.handle(new Context(), RECORD, new IllegalStateException("a defect"));

        assertThat(producer.history().get(0).topic()).isEqualTo("acme.moderation.dead-letters");
    }

    @Test
    void troubleWithTheStateFailsTheClientSoThatTheRecordComesAgain() {
        var response = faults.handle(new Context(), RECORD, new ProcessorStateException("the disk is full"));

        assertThat(response).isEqualTo(ProcessingHandlerResponse.FAIL);
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void aDeadLetterThatCannotBeWrittenFailsTheClient() {
        producer.sendException = new KafkaException("the broker is away");

        assertThat(faults.handle(new Context(), RECORD, new IllegalStateException("a defect")))
                .isEqualTo(ProcessingHandlerResponse.FAIL);
        assertThat(counted).isEmpty();
    }

    /** The reader that parked a record sets it aside itself. */
    @Test
    void outsideOfARecordThereIsNothingToSetAside() {
        var outside = new Context() {
            @Override
            public String topic() {
                return null;
            }
        };

        assertThat(faults.handle(outside, RECORD, new IllegalStateException("a defect")))
                .isEqualTo(ProcessingHandlerResponse.FAIL);
        assertThat(producer.history()).isEmpty();
    }

    private TopologyEvents counting() {
        return (TopologyEvents) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {TopologyEvents.class}, (proxy, method, arguments) -> {
                    counted.add(method.getName());
                    return null;
                });
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static class Context implements ErrorHandlerContext {

        @Override
        public String topic() {
            return "moderation.verdicts";
        }

        @Override
        public int partition() {
            return 3;
        }

        @Override
        public long offset() {
            return 41;
        }

        @Override
        public Headers headers() {
            return new RecordHeaders();
        }

        @Override
        public String processorNodeId() {
            return "latest-verdicts";
        }

        @Override
        public TaskId taskId() {
            return new TaskId(0, 3);
        }

        @Override
        public long timestamp() {
            return 7;
        }

        @Override
        public byte[] sourceRawKey() {
            return bytes("raw key");
        }

        @Override
        public byte[] sourceRawValue() {
            return bytes("raw value");
        }
    }
}
