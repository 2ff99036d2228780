/**
 * Where an image's bytes come from: the event itself, a web server, a folder, an object store. What may go wrong is a
 * {@link io.bulwark.service.fetch.FetchResult.Refused} with a reason of the verdict's schema, never an exception.
 *
 * <p>An uploader chooses the location, so it is hostile: it may name the cloud's metadata service, resolve to
 * 127.0.0.1 only the second time it is asked, redirect inwards, send one byte a second or never end. Therefore names
 * are resolved once, by {@link io.bulwark.service.fetch.AddressGuard.VettedDns}, and the connection goes to exactly the
 * addresses that were vetted; redirects are followed by hand and start again at the first check; one deadline covers
 * all; the body is cut at the cap while it streams, and lines, heads, trailers and interim answers have limits of their
 * own.
 *
 * <p>What is fetched lies in the heap until it is decoded. All files share one {@link
 * io.bulwark.service.fetch.BodyReader.FetchBudget}: a download leases before it allocates, an announced length
 * allocates nothing, and the receiver of a file releases it.
 *
 * <p>What an answer says of its host is a {@link io.bulwark.service.fetch.FetchResult.Scope}: a host is slow or ill by
 * timeouts, by connections that fail, and by 429 and 5xx. All other answers are about the one location that the
 * uploader chose; counted against the host, an account with addresses that answer 403 kept a host that others share in
 * the slow lane. So would one with links of that host that lead on to another, which is slow: such a file is deferred
 * and no host is counted. Hosts are remembered with scheme and port, since an uploader chooses those as well.
 *
 * <p>Of an object in S3 the uploader names bucket and key only; which buckets, and where the store is, are settings.
 * AWS's SDK finds credentials and signs an address, and the bytes come by the same HTTP code as the web's, so that cap,
 * deadline and retries are one piece of code. The SDK's own clients were rejected: the one on the JDK's {@code
 * HttpURLConnection} cannot be cut off in the middle of a read, and the others are a second HTTP library.
 *
 * <p>Apache HttpClient 5 is used because it takes a resolver of one's own ({@code DnsResolver}) and still sends the
 * right SNI and Host. The JDK's client does not; connecting to a literal address with it would need the Host header
 * and certificate check to be bent.
 */
package io.bulwark.service.fetch;
