package io.bulwark.stream.trace;

import io.bulwark.schemas.trace.SpanExport;
import io.bulwark.schemas.trace.TraceHeaders;
import io.bulwark.stream.StreamConfig;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.ext.Provider;
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

    /** Makes the tracing of the settings, and sends what is left when all others have ended. */
    @Singleton
    static class TracingBeans {

        private static final int LAST = 20_000;

        private final SpanExport export;

        TracingBeans(StreamConfig config) {
            StreamConfig.Tracing tracing = config.tracing();
            export = SpanExport.open(
                    "bulwark-moderation-stream", tracing.exporter(), tracing.endpoint(), tracing.ratio());
        }

        @Produces
        @Singleton
        Tracing tracing() {
            return export.spans().map(Tracing::of).orElse(Tracing.OFF);
        }

        void stop(@Observes @Priority(LAST) ShutdownEvent event) {
            export.close();
        }
    }

    /**
     * A span for each request of the API, below the one that its {@code traceparent} names. It carries the route, never
     * the path: that names images and people. Feeds, which have no end, have none. The request's thread.
     */
    @Provider
    static class HttpSpans implements ContainerRequestFilter, ContainerResponseFilter {

        private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
        private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
        private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
        private static final int SERVER_ERROR = 500;

        private static final TextMapGetter<ContainerRequestContext> HEADERS = new TextMapGetter<>() {
            @Override
            public Iterable<String> keys(ContainerRequestContext request) {
                return request.getHeaders().keySet();
            }

            @Override
            public String get(ContainerRequestContext request, String name) {
                return request == null ? null : request.getHeaderString(name);
            }
        };

        private final Instance<Tracing> tracing; // filters are made before there are settings
        private final ResourceInfo resource;

        HttpSpans(Instance<Tracing> tracing, ResourceInfo resource) {
            this.tracing = tracing;
            this.resource = resource;
        }

        @Override
        public void filter(ContainerRequestContext request) {
            if (!tracing.get().isOn() || resource.getResourceMethod() == null || isStream()) {
                return;
            }
            String route = route(resource.getResourceClass().getAnnotation(Path.class))
                    + route(resource.getResourceMethod().getAnnotation(Path.class));
            Context parent = W3CTraceContextPropagator.getInstance().extract(Context.root(), request, HEADERS);
            Tracing.Step step = tracing.get().begin(request.getMethod() + " " + route, SpanKind.SERVER, parent);
            step.put(METHOD, request.getMethod());
            step.put(ROUTE, route);
            request.setProperty(
                    HttpSpans.class.getName(), new Open(step, step.context().makeCurrent(), Thread.currentThread()));
        }

        @Override
        public void filter(ContainerRequestContext request, ContainerResponseContext response) {
            if (request.getProperty(HttpSpans.class.getName()) instanceof Open open) {
                open.step().put(STATUS, (long) response.getStatus());
                open.step().end(response.getStatus() < SERVER_ERROR);
                if (open.thread()
                        == Thread.currentThread()) { // else its next request replaces it, and nothing is below
                    open.scope().close();
                }
            }
        }

        private boolean isStream() {
            return resource.getResourceMethod().getReturnType().getName().startsWith("io.smallrye.mutiny.");
        }

        private static String route(Path path) {
            if (path == null) {
                return "";
            }
            return path.value().startsWith("/") ? path.value() : "/" + path.value();
        }

        /**
         * A request that is not answered yet.
         *
         * @param scope closed by the thread that opened it
         */
        private record Open(Tracing.Step step, Scope scope, Thread thread) {}
    }
}
