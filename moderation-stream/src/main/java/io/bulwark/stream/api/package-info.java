/**
 * HTTP: questions about verdicts, audits and uploaders, and the feed. What goes wrong is answered as
 * {@code application/problem+json} (RFC 9457) with a {@code type} that stays the same, see
 * {@link io.bulwark.stream.api.Problem}.
 *
 * <p>There are no accounts here: whoever reaches the port may read everything. The application therefore listens on
 * 127.0.0.1 unless told otherwise ({@code quarkus.http.host}); put a proxy that knows its users before it.
 */
package io.bulwark.stream.api;
