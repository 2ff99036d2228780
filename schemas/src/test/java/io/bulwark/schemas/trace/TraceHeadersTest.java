package io.bulwark.schemas.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.context.Context;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceHeadersTest {

    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private final RecordHeaders headers = new RecordHeaders();

    @Test
    void whatIsReadIsWrittenInPlaceOfWhatWasThere() {
        put("traceparent", PARENT);
        put("tracestate", "a=b");
        var others = new RecordHeaders();
        others.add("traceparent", "old".getBytes(StandardCharsets.UTF_8));

        TraceHeaders.write(TraceHeaders.read(headers), others);

        assertThat(others.toArray()).hasSize(2);
        assertThat(TraceHeaders.texts(TraceHeaders.read(others)))
                .isEqualTo(Map.of("traceparent", PARENT, "tracestate", "a=b"));
    }

    @Test
    void aCopyHasTheParentAloneAndTheLastOfSeveral() {
        put("traceparent", "00-older");
        put("traceparent", PARENT);
        put("ce_id", "7");

        assertThat(TraceHeaders.only(headers).toArray())
                .singleElement()
                .satisfies(header -> assertThat(header.value()).asString().isEqualTo(PARENT));
        put("tracestate", "a=b");
        assertThat(TraceHeaders.only(headers).toArray()).hasSize(1);
    }

    @Test
    void aTraceFitsIntoAText() {
        put("traceparent", PARENT);

        String text = TraceHeaders.parent(TraceHeaders.read(headers)).orElseThrow();

        assertThat(text).isEqualTo(PARENT);
        assertThat(TraceHeaders.parent(TraceHeaders.parse(text))).hasValue(PARENT);
        assertThat(TraceHeaders.parent(Context.root())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "00-0-0-01", "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"})
    void whatIsMalformedIsNoTrace(String parent) {
        put("traceparent", parent);
        put("tracestate", "a=b");

        assertThat(TraceHeaders.texts(TraceHeaders.read(headers))).isEmpty();
        assertThat(TraceHeaders.texts(TraceHeaders.parse(parent))).isEmpty();
    }

    private void put(String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
