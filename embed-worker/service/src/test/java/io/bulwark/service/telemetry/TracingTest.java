package io.bulwark.service.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.service.telemetry.Tracing.UploadSpan;
import io.bulwark.service.telemetry.Tracing.UploadSpan.SpanStep;
import io.bulwark.service.testing.RecordedSpans;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TracingTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00-" + TRACE + "-00f067aa0ba902b7-01";
    private static final Instant POLLED = Instant.parse("2026-11-26T12:00:00Z");
    private static final long POLLED_NANOS = 500;

    private final RecordedSpans spans = new RecordedSpans();
    private final Tracing tracing = spans.tracing(Clock.fixed(POLLED, ZoneOffset.UTC), () -> POLLED_NANOS);
    private final ConsumerRecord<byte[], byte[]> upload =
            new ConsumerRecord<>("images.uploaded", 3, 42, new byte[0], new byte[0]);

    @Test
    void the_way_of_an_upload_is_a_span_below_that_of_its_producer_with_a_child_for_each_step() {
        put(upload.headers(), "traceparent", PARENT);

        UploadSpan span = tracing.begin(upload);
        span.step(SpanStep.DECODE, POLLED_NANOS + 10, POLLED_NANOS + 30);
        span.end("SAFE", POLLED_NANOS + 100);

        SpanData way = spans.named("process images.uploaded");
        SpanData decode = spans.named("decode");
        assertThat(spans.ended()).hasSize(2).allMatch(each -> each.getTraceId().equals(TRACE));
        assertThat(way.getParentSpanId()).isEqualTo("00f067aa0ba902b7");
        assertThat(way.getKind()).isEqualTo(SpanKind.CONSUMER);
        assertThat(way.getAttributes().asMap().values())
                .containsExactlyInAnyOrder("kafka", "process", "images.uploaded", "3", 42L, "SAFE");
        assertThat(decode.getParentSpanId()).isEqualTo(way.getSpanId());
        long polled = POLLED.getEpochSecond() * 1_000_000_000L;
        assertThat(way.getStartEpochNanos()).isEqualTo(polled);
        assertThat(way.getEndEpochNanos()).isEqualTo(polled + 100);
        assertThat(decode.getStartEpochNanos()).isEqualTo(polled + 10);
        assertThat(decode.getEndEpochNanos()).isEqualTo(polled + 30);
    }

    @Test
    void only_the_first_end_of_an_upload_counts() {
        UploadSpan span = tracing.begin(upload);
        span.end("SAFE", POLLED_NANOS + 100);
        span.end("ABANDONED", POLLED_NANOS + 200);

        assertThat(spans.ended()).hasSize(1);
        assertThat(spans.named("process images.uploaded").getAttributes().get(Tracing.OUTCOME))
                .isEqualTo("SAFE");
    }

    @Test
    void a_poll_is_told_of_where_it_brought_something() {
        tracing.polled(List.of(), POLLED_NANOS - 50);
        tracing.polled(List.of(upload, upload), POLLED_NANOS - 50);

        assertThat(spans.ended()).hasSize(1);
        assertThat(spans.named("poll").getAttributes().asMap().values()).contains(2L);
        assertThat(spans.named("poll").getEndEpochNanos() - spans.named("poll").getStartEpochNanos())
                .isEqualTo(50);
    }

    @Test
    void answers_name_the_span_where_one_is_made() {
        put(upload.headers(), "traceparent", PARENT);
        put(upload.headers(), "tracestate", "vendor=a");
        UploadSpan span = tracing.begin(upload);
        RecordHeaders answer = new RecordHeaders();
        span.writeTo(answer);
        span.end("SAFE", POLLED_NANOS);

        assertThat(text(answer, "traceparent"))
                .isEqualTo("00-" + TRACE + "-"
                        + spans.named("process images.uploaded").getSpanId() + "-01");
        assertThat(text(answer, "tracestate")).isEqualTo("vendor=a");
    }

    @Test
    void an_upload_whose_producer_was_not_sampled_has_no_span_and_its_trace_is_handed_on() {
        put(upload.headers(), "traceparent", PARENT.replaceAll("01$", "00"));
        UploadSpan span = tracing.begin(upload);
        span.step(SpanStep.DECODE, 0, 1);
        RecordHeaders answer = new RecordHeaders();
        span.writeTo(answer);
        span.end("SAFE", POLLED_NANOS);

        assertThat(spans.ended()).isEmpty();
        assertThat(text(answer, "traceparent")).startsWith("00-" + TRACE).endsWith("-00");
    }

    @Test
    void without_spans_the_headers_of_the_upload_are_handed_on_as_they_are() {
        put(upload.headers(), "traceparent", PARENT);
        put(upload.headers(), "tracestate", "vendor=a,other=b");

        RecordHeaders answer = handedOn();

        assertThat(text(answer, "traceparent")).isEqualTo(PARENT);
        assertThat(text(answer, "tracestate")).isEqualTo("vendor=a,other=b");
        assertThat(answer.toArray()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-001"
            })
    void a_malformed_traceparent_is_dropped_and_its_tracestate_too(String malformed) {
        put(upload.headers(), "traceparent", malformed);
        put(upload.headers(), "tracestate", "vendor=a");

        assertThat(handedOn()).isEmpty();
    }

    @Test
    void a_tracestate_that_is_malformed_or_too_long_is_dropped_alone() {
        for (String state : List.of("no equals", "vendor=" + "a".repeat(506), "a=1,".repeat(40) + "b=1")) {
            upload.headers().remove("traceparent").remove("tracestate");
            put(upload.headers(), "traceparent", PARENT);
            put(upload.headers(), "tracestate", state);

            assertThat(handedOn()).as(state).extracting(Header::key).containsExactly("traceparent");
        }
    }

    @Test
    void a_later_version_of_traceparent_is_understood_but_not_of_any_length() {
        put(upload.headers(), "traceparent", PARENT.replaceFirst("00", "01") + "-what-comes-later");
        assertThat(text(handedOn(), "traceparent")).isEqualTo(PARENT);

        put(upload.headers(), "traceparent", PARENT.replaceFirst("00", "01") + "-" + "x".repeat(100));
        assertThat(handedOn()).isEmpty();
    }

    @Test
    void headers_without_a_value_are_no_trace() {
        upload.headers().add("traceparent", null).add("tracestate", null);

        assertThat(handedOn()).isEmpty();
    }

    private RecordHeaders handedOn() {
        RecordHeaders answer = new RecordHeaders();
        Tracing.OFF.begin(upload).writeTo(answer);
        return answer;
    }

    private static void put(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Headers headers, String name) {
        return new String(headers.lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
