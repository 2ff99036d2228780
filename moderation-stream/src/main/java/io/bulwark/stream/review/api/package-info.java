/**
 * The review over HTTP: JSON in and out, problems as RFC 9457 has them. Who asks and for which tenant is told by {@link
 * io.bulwark.stream.review.CurrentPerson}, never by the request. Roles are named on the resources.
 *
 * <p>A 409 with {@code lease-lost}, {@code already-decided} or {@code content-changed} means: nothing was changed, take the
 * next item. A 503 means: there is no database now, and says why.
 */
package io.bulwark.stream.review.api;
