package io.bulwark.service.fetch;

import io.bulwark.events.Reason;
import io.bulwark.service.config.FetchConfig;
import io.bulwark.service.fetch.HttpSource.HttpRules;
import io.bulwark.service.fetch.S3Source.ObjectAddresses.PublicAddresses;
import io.bulwark.service.fetch.S3Source.ObjectAddresses.SignedAddresses;
import io.bulwark.service.lifecycle.NanoClock.Deadline;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.S3Utilities;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetUrlRequest;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * Objects in a store that speaks S3. An uploader names bucket and key, the operator says which buckets that may be and
 * where the store is; so the store may have a private address.
 */
final class S3Source implements AutoCloseable {

    private final Set<String> buckets;
    private final ObjectAddresses addresses;
    private final HttpSource http;

    S3Source(Set<String> buckets, ObjectAddresses addresses, HttpSource http) {
        this.buckets = Set.copyOf(buckets);
        this.addresses = addresses;
        this.http = http;
    }

    /**
     * Makes the source of the settings.
     *
     * @throws IllegalStateException if it is to sign and there are no credentials
     */
    static S3Source of(
            FetchConfig.S3 settings, FetchLimits limits, ScheduledExecutorService canceller, BodyReader reader) {
        ObjectAddresses addresses = settings.credentials().equals("none")
                ? new PublicAddresses(settings)
                : new SignedAddresses(settings, credentials());
        return new S3Source(
                settings.buckets().orElse(Set.of()),
                addresses,
                new HttpSource(limits, new StoreRules(), SystemDefaultDnsResolver.INSTANCE, canceller, reader));
    }

    /** Asks for them once, so that a worker without any says so before it reads uploads. */
    private static AwsCredentialsProvider credentials() {
        AwsCredentialsProvider chain = DefaultCredentialsProvider.builder().build();
        try {
            chain.resolveCredentials();
            return chain;
        } catch (SdkException none) {
            throw new IllegalStateException(
                    "bulwark.fetch.schemes has s3 and bulwark.fetch.s3.credentials is chain, but nothing of AWS's chain"
                            + " gives any (environment, web identity, container, instance); public objects want none",
                    none);
        }
    }

    /** Never throws for what the location or its server does. Any thread. */
    FetchResult fetch(URI uri, Deadline deadline) {
        S3Location location;
        try {
            location = S3Location.parse(uri);
        } catch (IllegalArgumentException malformed) {
            return forbidden(malformed.getMessage());
        }
        if (!buckets.contains(location.bucket())) {
            return forbidden("The bucket is not among the buckets that may be read (bulwark.fetch.s3.buckets)");
        }
        try {
            return http.fetch(addresses.of(location), deadline);
        } catch (SdkException unsigned) {
            return new FetchResult.Refused(
                    Reason.FETCH_FAILED,
                    "The request could not be signed (bulwark.fetch.s3.credentials): "
                            + unsigned.getClass().getSimpleName(),
                    FetchResult.Scope.MACHINE);
        }
    }

    private static FetchResult forbidden(String detail) {
        return FetchLimits.forbidden(detail).orElseThrow();
    }

    @Override
    public void close() throws IOException {
        http.close();
    }

    /**
     * An object store: its address is the operator's, and the status says in S3's way what is the matter. A redirect
     * means that the bucket lies elsewhere; it is not followed, because the signature is for this address.
     */
    record StoreRules() implements HttpRules {

        @Override
        public Optional<FetchResult.Refused> forbids(URI uri) {
            return Optional.empty();
        }

        @Override
        public boolean followsRedirects() {
            return false;
        }

        @Override
        public FetchResult.Refused refusal(int status) {
            return switch (status) {
                // 405: the version is the mark of a deletion.
                case 404, 405 ->
                    new FetchResult.Refused(
                            Reason.LOCATION_NOT_FOUND, "The store has no such bucket, object or version");
                case 401, 403 ->
                    new FetchResult.Refused(
                            Reason.FETCH_FAILED,
                            "The store denies access to the object (status " + status
                                    + "): the owner of the credentials"
                                    + " (bulwark.fetch.s3.credentials) needs s3:GetObject, for versions s3:GetObjectVersion,"
                                    + " and s3:ListBucket to be told that an object is missing",
                            FetchResult.Scope.DENIED);
                case 301, 302, 307, 308 ->
                    new FetchResult.Refused(
                            Reason.FETCH_FAILED,
                            "The bucket lies in another region or at another address (bulwark.fetch.s3.region,"
                                    + " bulwark.fetch.s3.endpoint)");
                default ->
                    new FetchResult.Refused(
                            Reason.FETCH_FAILED,
                            "The store answered with status " + status,
                            HttpFailures.scope(status));
            };
        }
    }

    /**
     * An object in a store that speaks S3.
     *
     * @param bucket its name
     * @param key decoded, without a leading slash
     * @param versionId of one version; empty for the latest
     */
    record S3Location(String bucket, String key, Optional<String> versionId) {

        private static final String VERSION = "versionId=";

        /**
         * Reads {@code s3://bucket/key[?versionId=id]}, the key percent-encoded as in any URI.
         *
         * @throws IllegalArgumentException if it is not written so; or the key begins with a slash or a segment of it
         *     is {@code .} or {@code ..}: a server or a client that tidies those would read another object, even of
         *     another bucket
         */
        static S3Location parse(URI uri) {
            String bucket = uri.getRawAuthority();
            String path = uri.getPath();
            if (bucket == null || path == null || path.length() < 2 || uri.getRawFragment() != null) {
                throw new IllegalArgumentException(
                        "A location in S3 is written s3://bucket/key, the key percent-encoded");
            }
            if (path.startsWith("//")
                    || Arrays.stream(path.split("/"))
                            .anyMatch(segment -> segment.equals(".") || segment.equals(".."))) {
                throw new IllegalArgumentException("The key begins with a slash or has a segment that is . or ..");
            }
            return new S3Location(bucket, path.substring(1), version(uri));
        }

        private static Optional<String> version(URI uri) {
            String query = uri.getQuery();
            if (query == null) {
                return Optional.empty();
            }
            if (!query.startsWith(VERSION) || query.length() == VERSION.length() || query.contains("&")) {
                throw new IllegalArgumentException("The only parameter of a location in S3 is ?versionId=");
            }
            return Optional.of(query.substring(VERSION.length()));
        }
    }

    /** Turns an object's location into the address that it is fetched from. Any thread. */
    interface ObjectAddresses {

        /** @throws software.amazon.awssdk.core.exception.SdkException if there are no credentials to sign it with */
        URI of(S3Location location);

        /** Plain addresses, for objects that everybody may read. */
        static final class PublicAddresses implements ObjectAddresses {

            private final S3Utilities utilities;
            private final FetchConfig.S3 settings;

            PublicAddresses(FetchConfig.S3 settings) {
                this.settings = settings;
                this.utilities = S3Utilities.builder()
                        .region(Region.of(settings.region()))
                        .s3Configuration(S3Configuration.builder()
                                .pathStyleAccessEnabled(settings.pathStyle())
                                .build())
                        .build();
            }

            @Override
            public URI of(S3Location location) {
                GetUrlRequest.Builder object =
                        GetUrlRequest.builder().bucket(location.bucket()).key(location.key());
                location.versionId().ifPresent(object::versionId);
                settings.endpoint().map(URI::create).ifPresent(object::endpoint);
                return URI.create(utilities.getUrl(object.build()).toExternalForm());
            }
        }

        /**
         * Addresses with a signature (AWS Signature Version 4) that lets their holder read this one object for a
         * while.
         */
        static final class SignedAddresses implements ObjectAddresses {

            /** Longer than any fetch may take, and longer than clocks differ. */
            private static final Duration VALID_FOR = Duration.ofMinutes(10);

            private final S3Presigner presigner;

            SignedAddresses(FetchConfig.S3 settings, AwsCredentialsProvider credentials) {
                S3Presigner.Builder builder = S3Presigner.builder()
                        .region(Region.of(settings.region()))
                        .credentialsProvider(credentials)
                        .serviceConfiguration(S3Configuration.builder()
                                .pathStyleAccessEnabled(settings.pathStyle())
                                .build());
                settings.endpoint().map(URI::create).ifPresent(builder::endpointOverride);
                this.presigner = builder.build();
            }

            @Override
            public URI of(S3Location location) {
                GetObjectRequest.Builder object =
                        GetObjectRequest.builder().bucket(location.bucket()).key(location.key());
                location.versionId().ifPresent(object::versionId);
                return presigner
                        .presignGetObject(
                                request -> request.signatureDuration(VALID_FOR).getObjectRequest(object.build()))
                        .httpRequest()
                        .getUri();
            }
        }
    }
}
