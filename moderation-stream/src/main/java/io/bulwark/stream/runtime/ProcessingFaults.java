package io.bulwark.stream.runtime;

import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.RecordWriter;
import io.bulwark.stream.state.SourceReader;
import io.bulwark.stream.state.TopologyEvents;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.jboss.logging.Logger;

/**
 * What happens when a processor throws on a record that could be read. Trouble with Kafka or with the state (any
 * {@link KafkaException}) fails the client: the transaction is undone and the record comes again. Anything else is a
 * defect that the same record would meet again for ever, so the record is set aside and the stream goes on.
 *
 * <p>Where no record is being processed, as in a regular task of a processor, the client fails. A record that was
 * parked is set aside by the reader that parked it ({@link io.bulwark.stream.state.ParkingReader}).
 *
 * <p>The handler stands outside the task's transaction: such a dead letter is written at least once, and what the
 * processor did to the state before it threw stays done. If the dead letter cannot be written either, the client fails.
 *
 * <p>Reached by Kafka Streams through {@link #PARTS} in the client's properties. Called by stream threads.
 */
public final class ProcessingFaults implements ProcessingExceptionHandler {

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
