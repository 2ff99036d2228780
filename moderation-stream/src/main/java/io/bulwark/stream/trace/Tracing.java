package io.bulwark.stream.trace;

import io.bulwark.schemas.trace.TraceHeaders;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.net.http.HttpRequest;
import java.sql.SQLException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * Makes spans, below what records and requests name in {@code traceparent}. Attributes are those of OpenTelemetry's
 * semantic conventions, and never ids of people, images or content. Where no spans are made, traces that records name
 * are handed on as they are. Any thread.
 */
public final class Tracing {

    /** Makes no spans. */
    public static final Tracing OFF = new Tracing(OpenTelemetry.noop(), false);

    private static final AttributeKey<String> MESSAGING_SYSTEM = AttributeKey.stringKey("messaging.system");
    private static final AttributeKey<String> MESSAGING_OPERATION = AttributeKey.stringKey("messaging.operation.type");
    private static final AttributeKey<String> TOPIC = AttributeKey.stringKey("messaging.destination.name");
    private static final AttributeKey<String> PARTITION = AttributeKey.stringKey("messaging.destination.partition.id");
    private static final AttributeKey<Long> OFFSET = AttributeKey.longKey("messaging.kafka.offset");
    private static final AttributeKey<String> DATABASE = AttributeKey.stringKey("db.system.name");
    private static final AttributeKey<String> QUERY = AttributeKey.stringKey("db.query.text");

    private final Tracer tracer;
    private final boolean on;

    private Tracing(OpenTelemetry spans, boolean on) {
        this.tracer = spans.getTracer("io.bulwark.stream");
        this.on = on;
    }

    /** Makes spans and gives them to {@code spans}. */
    public static Tracing of(OpenTelemetry spans) {
        return new Tracing(spans, true);
    }

    /** Whether spans are made. */
    boolean isOn() {
        return on;
    }

    /** Begins a step of a trace, or where {@code parent} is the root a trace. */
    public Step begin(String name, SpanKind kind, Context parent) {
        return on ? Step.of(builder(name, kind, parent), parent) : Step.none(parent);
    }

    /** Begins a step of one trace that was caused in another. */
    public Step beginLinked(String name, Context parent, Context cause) {
        return on
                ? Step.of(
                        builder(name, SpanKind.INTERNAL, parent)
                                .addLink(Span.fromContext(cause).getSpanContext()),
                        parent)
                : Step.none(parent);
    }

    /** Begins the work on a record; a record that names no trace has no span. */
    public Step take(ConsumerRecord<?, ?> record) {
        Context parent = TraceHeaders.read(record.headers());
        if (!on || !Span.fromContext(parent).getSpanContext().isValid()) {
            return Step.none(parent);
        }
        return Step.of(
                builder("process " + record.topic(), SpanKind.CONSUMER, parent)
                        .setAttribute(MESSAGING_SYSTEM, "kafka")
                        .setAttribute(MESSAGING_OPERATION, "process")
                        .setAttribute(TOPIC, record.topic())
                        .setAttribute(PARTITION, Integer.toString(record.partition()))
                        .setAttribute(OFFSET, record.offset()),
                parent);
    }

    private SpanBuilder builder(String name, SpanKind kind, Context parent) {
        return tracer.spanBuilder(name).setParent(parent).setSpanKind(kind);
    }

    /** Makes a span of each statement that a thread executes within a step. */
    public SqlLogger statements() {
        return on ? new Statements() : SqlLogger.NOP_SQL_LOGGER;
    }

    /** A step and its span, if it has one. Any thread; each is ended once. */
    public static final class Step implements AutoCloseable {

        private final Span span;
        private final Context context;

        private Step(Span span, Context context) {
            this.span = span;
            this.context = context;
        }

        private static Step of(SpanBuilder builder, Context parent) {
            Span span = builder.startSpan();
            return new Step(span, parent.with(span));
        }

        /** Without a span: what follows belongs to the trace of the parent. */
        private static Step none(Context parent) {
            return new Step(Span.getInvalid(), parent);
        }

        /** What follows from the step belongs below it. */
        public Context context() {
            return context;
        }

        /** The request with the {@code traceparent} of the trace; what vendors add to it is not for receivers. */
        public HttpRequest carriedBy(HttpRequest request) {
            return TraceHeaders.parent(context)
                    .map(parent -> HttpRequest.newBuilder(request, (name, value) -> true)
                            .setHeader(TraceHeaders.PARENT, parent)
                            .build())
                    .orElse(request);
        }

        <T> void put(AttributeKey<T> key, T value) {
            span.setAttribute(key, value);
        }

        /** Ends the step. */
        public void end(boolean succeeded) {
            if (!succeeded) {
                span.setStatus(StatusCode.ERROR);
            }
            span.end();
        }

        @Override
        public void close() {
            end(true);
        }
    }

    /** Statements as spans: with placeholders, never with values. */
    private final class Statements implements SqlLogger {

        @Override
        public void logAfterExecution(StatementContext statement) {
            span(statement, true);
        }

        @Override
        public void logException(StatementContext statement, SQLException failure) {
            span(statement, false);
        }

        private void span(StatementContext statement, boolean succeeded) {
            Context within = Context.current();
            if (!Span.fromContext(within).isRecording() || statement.getExecutionMoment() == null) {
                return;
            }
            String sql = statement.getRenderedSql();
            Span span = builder(sql.strip().split("\\s", 2)[0], SpanKind.CLIENT, within)
                    .setStartTimestamp(statement.getExecutionMoment())
                    .setAttribute(DATABASE, "postgresql")
                    .setAttribute(QUERY, sql)
                    .startSpan();
            if (!succeeded) {
                span.setStatus(StatusCode.ERROR);
            }
            span.end();
        }
    }
}
