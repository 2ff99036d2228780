package io.bulwark.service.fetch;

import io.bulwark.events.Reason;
import io.bulwark.service.config.FetchConfig;
import io.bulwark.service.lifecycle.Deadline;
import java.io.IOException;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Objects in a store that speaks S3. An uploader names bucket and key, the operator says which buckets that may be and
 * where the store is; so the store may have a private address.
 */
final class S3Source implements ImageSource, AutoCloseable {

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

    @Override
    public FetchResult fetch(URI uri, Deadline deadline) {
        S3Location location;
        try {
            location = S3Location.parse(uri);
        } catch (IllegalArgumentException malformed) {
            return forbidden(malformed.getMessage());
        }
        if (!buckets.contains(location.bucket())) {
            return forbidden("The bucket is none of those that may be read (bulwark.fetch.s3.buckets)");
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
}
