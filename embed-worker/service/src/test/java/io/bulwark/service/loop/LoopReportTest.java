package io.bulwark.service.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Signal;
import io.bulwark.schemas.topic.SampledAudits;
import io.bulwark.service.loop.InFlight.Committable;
import io.bulwark.service.loop.LoopSettings.Lane;
import io.bulwark.service.pipeline.Outcome;
import io.bulwark.service.pipeline.UploadInFlight;
import io.bulwark.service.telemetry.WorkerMetrics;
import io.bulwark.service.testing.RecordedSpans;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class LoopReportTest {

    private static final long NOW = 9_000;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final RecordedSpans spans = new RecordedSpans();
    private final LoopReport report = new LoopReport(
            Lane.UPLOADS,
            new WorkerMetrics(meters),
            spans.tracing(Clock.systemUTC(), () -> NOW),
            () -> NOW,
            Clock.systemUTC());
    private final ConsumerRecord<byte[], byte[]> record =
            new ConsumerRecord<>("images.uploaded", 0, 7, new byte[0], new byte[0]);

    @Test
    void an_upload_s_way_ends_with_the_commit_of_its_answer() {
        UploadInFlight upload = new UploadInFlight(record, () -> NOW, () -> {}, report.begins(record));
        upload.deadLetter("TEST", "answered");
        assertThat(spans.ended()).isEmpty();

        report.committed(new Committable(List.of(upload), Map.of()), 400);

        SpanData commit = spans.named("commit");
        SpanData way = spans.named("process images.uploaded");
        assertThat(commit.getParentSpanId()).isEqualTo(way.getSpanId());
        assertThat(commit.getEndEpochNanos() - commit.getStartEpochNanos()).isEqualTo(400);
        assertThat(way.getAttributes().asMap().values()).contains("DEAD_LETTER");
    }

    /** Else alerts would count it as an attempt, and it would take a place in the budget of audits that people see. */
    @Test
    void what_was_drawn_at_random_is_counted_apart_from_audits() {
        AttackAudit suspicion = AnswerRecordsTest.audit(1);
        AttackAudit sample = AttackAudit.newBuilder(suspicion)
                .setKind(AttackKind.OTHER)
                .setSignals(List.of(new Signal(SampledAudits.SIGNAL, 0.0, 1.0, false)))
                .build();
        UploadInFlight upload = new UploadInFlight(record, () -> NOW, () -> {}, report.begins(record));
        upload.complete(new Outcome.Answered(AnswerRecordsTest.verdict(1), List.of(suspicion, sample)));

        report.committed(new Committable(List.of(upload), Map.of()), 400);

        assertThat(meters.counter("bulwark.audits.sampled").count()).isEqualTo(1);
        for (String counter : List.of("bulwark.audits", "bulwark.audits.alerted")) {
            assertThat(meters.get(counter).counters().stream()
                            .mapToDouble(Counter::count)
                            .sum())
                    .as(counter)
                    .isEqualTo(1);
        }
    }

    @Test
    void a_poll_that_brought_records_is_a_span_of_its_own() {
        report.polled(List.of(record), NOW - 60);

        assertThat(spans.named("poll").getEndEpochNanos() - spans.named("poll").getStartEpochNanos())
                .isEqualTo(60);
    }
}
