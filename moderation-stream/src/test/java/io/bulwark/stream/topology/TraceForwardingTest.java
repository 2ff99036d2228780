package io.bulwark.stream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Decision;
import io.bulwark.events.Erasure;
import io.bulwark.events.Subject;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.testing.Samples;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What says to which trace a record belongs, through the topology. */
class TraceForwardingTest {

    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @TempDir
    Path state;

    @AutoClose
    private TopologyRig rig;

    @BeforeEach
    void open() {
        rig = new TopologyRig(state);
    }

    @Test
    void aDecisionHasTheTraceOfWhatMadeItAndNoOtherHeaders() {
        Headers headers = traced();
        headers.add("other", new byte[] {1});
        rig.send(Samples.verdict("i").setDecision(Decision.NSFW), headers);

        assertThat(rig.traces(Topics.DECISIONS)).containsExactly(List.of("traceparent=" + PARENT));
    }

    @Test
    void whatSumsUpManyImagesNamesNoTrace() {
        for (int i = 0; i < 5; i++) {
            rig.send(Samples.verdict("i" + i).setDecision(Decision.NSFW), traced());
        }

        assertThat(rig.traces(Topics.UPLOADER_STATS)).isNotEmpty().allMatch(List::isEmpty);
        assertThat(rig.traces(Topics.UPLOADER_ACTIONS)).isNotEmpty().allMatch(List::isEmpty);
    }

    @Test
    void theNextRecordHasNothingOfTheTraceBefore() {
        rig.send(Samples.verdict("i").setDecision(Decision.NSFW), traced());
        rig.send(Samples.verdict("j").setDecision(Decision.NSFW), new RecordHeaders());
        rig.send(new Erasure("default", Subject.IMAGE, "i", "keeper", "asked for", Samples.NOON.plusSeconds(60)));

        assertThat(rig.traces(Topics.DECISIONS)).hasSize(3).element(1).isEqualTo(List.of());
    }

    @Test
    void whatAClockMakesNamesNoTrace() {
        rig.send(Samples.verdict("i").setDecision(Decision.NSFW), traced());
        rig.traces(Topics.DECISIONS);
        rig.advance(TopologyRig.RETENTION.plus(Duration.ofDays(1)));

        assertThat(rig.inForce("i")).isNull();
        assertThat(rig.traces(Topics.DECISIONS)).containsExactly(List.of());
    }

    private static Headers traced() {
        Headers headers = new RecordHeaders();
        headers.add("traceparent", PARENT.getBytes(StandardCharsets.UTF_8));
        headers.add("tracestate", "a=b".getBytes(StandardCharsets.UTF_8));
        return headers;
    }
}
