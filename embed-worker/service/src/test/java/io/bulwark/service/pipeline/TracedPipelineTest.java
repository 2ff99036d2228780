package io.bulwark.service.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.ImageUploaded;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.service.fetch.ImageSources;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.telemetry.Tracing;
import io.bulwark.service.testing.RecordedSpans;
import io.bulwark.service.testing.SampleUploads;
import io.bulwark.service.testing.TestConfig;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a pipeline tells of an upload's way. */
class TracedPipelineTest extends PipelineFixture {

    @TempDir
    private Path folder;

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
    void what_is_not_inline_is_fetched_first() throws IOException {
        Path file = Files.write(folder.resolve("bright"), new byte[] {(byte) 250});
        try (ImageSources files = ImageSources.of(
                TestConfig.of(Map.of("bulwark.fetch.file-root", folder.toString()))
                        .fetch(),
                NanoClock.SYSTEM)) {
            sources = files;
            start(1);
            verdict(submit(new EventSerializer<>(ImageUploaded.class)
                    .serialize(
                            "images.uploaded",
                            SampleUploads.at("bright", file.toUri().toString()))));

            assertThat(spans.ended())
                    .extracting(SpanData::getName)
                    .containsExactly("fetch", "decode", "embed", "decide");
        }
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
