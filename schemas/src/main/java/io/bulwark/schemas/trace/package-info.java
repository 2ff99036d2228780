/**
 * One trace from the upload to the person: the headers of records that name it, and the SDK that sends spans.
 *
 * <p>For programs that have OpenTelemetry's API; it is an optional dependency here, because a producer or subscriber
 * that makes no spans needs none of it. Headers of records are the W3C's {@code traceparent} and {@code tracestate}, as
 * every OpenTelemetry instrumentation of Kafka writes them: a producer that is traced needs nothing of ours.
 *
 * <p>Rejected: Quarkus' own extension. It is on by default, adds a tracer to every program and test that is built with
 * it, and brings 42 jars of 14 MB; the API, the SDK and the exporter are 11 jars of 1.2 MB, of which the SDK and the
 * exporter are loaded only where an exporter is set.
 */
package io.bulwark.schemas.trace;
