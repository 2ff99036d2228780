package io.bulwark.stream.trace;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.ext.Provider;

/**
 * A span for each request of the API, below the one that its {@code traceparent} names. It carries the route, never the
 * path: that names images and people. Feeds, which have no end, have none. The request's thread.
 */
@Provider
class HttpSpans implements ContainerRequestFilter, ContainerResponseFilter {

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
            if (open.thread() == Thread.currentThread()) { // else its next request replaces it, and nothing is below
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
