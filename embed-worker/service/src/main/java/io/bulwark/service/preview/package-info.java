/**
 * The worker's image in its second mode: one upload, as a person may look at it. What may enter: reading one record,
 * what is shown or refused, and how many at a time; no HTTP, no verdict, no model.
 *
 * <pre>
 *   question ──► desk (token, room) ──► record ──► file (fetched, SHA-256) ──► decoder process ──► JPEG
 * </pre>
 *
 * <p>It is a separate process and no member of the workers' group: a reviewer's request never waits behind uploads,
 * and nothing that is shown can hold up a verdict. It has no state. A file is shown only under the SHA-256 that was
 * judged, since a location may serve another file today; limits, address guard and decoder processes are the worker's
 * own.
 */
package io.bulwark.service.preview;
