package io.bulwark.service.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.outcome.UploadInFlight;
import io.bulwark.service.telemetry.Tracing;
import io.bulwark.service.testing.RecordedSpans;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Clock;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** What a pipeline tells of an upload's way. */
class TracedPipelineTest extends PipelineFixture {

    private final RecordedSpans spans = new RecordedSpans();
    private final Tracing tracing = spans.tracing(Clock.systemUTC(), NanoClock.SYSTEM);

    @Override
    UploadInFlight flight(byte[] value) {
        ConsumerRecord<byte[], byte[]> record =
                new ConsumerRecord<>("images.uploaded", 0, offset++, new byte[0], value);
        return new UploadInFlight(record, NanoClock.SYSTEM, () -> {}, tracing.begin(record));
    }

    @Test
    void an_image_is_decoded_embedded_and_decided_in_that_order() {
        start(1);
        verdict(submit(upload("bright", 250)));

        assertThat(spans.ended()).extracting(SpanData::getName).containsExactly("decode", "embed", "decide");
        assertThat(spans.ended())
                .isSortedAccordingTo((one, other) -> Long.compare(one.getStartEpochNanos(), other.getStartEpochNanos()))
                .allMatch(span -> span.getEndEpochNanos() >= span.getStartEpochNanos());
    }

    @Test
    void a_twin_has_a_step_of_its_own() {
        startWithTwin(1);
        verdict(submit(upload("bright", 250)));

        assertThat(spans.ended()).extracting(SpanData::getName).containsExactly("decode", "embed", "twin", "decide");
    }

    @Test
    void what_nobody_waits_for_any_more_ends_as_abandoned() {
        UploadInFlight flight = flight(upload("bright", 250));
        flight.abandon();

        assertThat(spans.ended()).hasSize(1);
        assertThat(spans.ended().get(0).getAttributes().asMap().values()).contains("ABANDONED");
    }
}
