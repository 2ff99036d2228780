package io.bulwark.service.fetch;

import io.bulwark.service.config.FetchConfig;
import java.net.URI;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.S3Utilities;
import software.amazon.awssdk.services.s3.model.GetUrlRequest;

/** Plain addresses, for objects that everybody may read. */
final class PublicAddresses implements ObjectAddresses {

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
