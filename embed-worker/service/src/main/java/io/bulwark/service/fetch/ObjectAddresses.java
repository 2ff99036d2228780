package io.bulwark.service.fetch;

import io.bulwark.service.config.FetchConfig;
import io.bulwark.service.fetch.S3Source.S3Location;
import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.S3Utilities;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetUrlRequest;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

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

    /** Addresses with a signature (AWS Signature Version 4) that lets their holder read this one object for a while. */
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
