/**
 * Spans of OpenTelemetry, where {@code bulwark.tracing.exporter} names a collector: requests of the API, records that
 * intake takes into the database and their statements, people's decisions, attempts at webhooks. Without one nothing of
 * the SDK is loaded, and the trace that a record names is handed on.
 *
 * <pre>{@code
 * try (Tracing.Step step = tracing.take(record); Scope current = step.context().makeCurrent()) {
 *     // statements on this thread are spans below the record's; what follows has step.context() as its trace
 * }
 * }</pre>
 *
 * <p><b>The trace is the upload's.</b> A person decides hours later, in a request that has a trace already: that of the
 * browser. What they decide goes on in the upload's trace, which the item keeps in its row, with a link to the request;
 * so one trace leads from the upload to the webhook, and the request is found from it.
 *
 * <p><b>{@code tracestate} ends at the database</b>: an item and a row of the outbox keep the {@code traceparent} alone.
 *
 * <p><b>What is erased leaves its spans</b> where they were sent to. Therefore spans name no image, uploader or person,
 * and a span's SQL has placeholders.
 */
package io.bulwark.stream.trace;
