package io.bulwark.service.fetch;

import io.bulwark.service.config.FetchConfig;
import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** Addresses with a signature (AWS Signature Version 4) that lets whoever has them read this one object for a while. */
final class SignedAddresses implements ObjectAddresses {

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
