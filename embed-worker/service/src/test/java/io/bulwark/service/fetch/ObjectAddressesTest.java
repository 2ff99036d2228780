package io.bulwark.service.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.service.config.FetchConfig;
import io.bulwark.service.fetch.S3Source.ObjectAddresses;
import io.bulwark.service.fetch.S3Source.ObjectAddresses.PublicAddresses;
import io.bulwark.service.fetch.S3Source.ObjectAddresses.SignedAddresses;
import io.bulwark.service.fetch.S3Source.S3Location;
import io.bulwark.service.testing.TestConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

class ObjectAddressesTest {

    private static final S3Location PLAIN = new S3Location("uploads", "a b/c+d%.jpg", Optional.empty());
    private static final S3Location VERSION = new S3Location("uploads", "key", Optional.of("v&7"));
    private static final Map<String, String> STORE =
            Map.of("bulwark.fetch.s3.endpoint", "http://minio:9000", "bulwark.fetch.s3.path-style", "true");

    @Test
    void without_an_endpoint_it_is_aws_in_the_region_with_the_bucket_in_the_host_s_name() {
        Map<String, String> settings = Map.of("bulwark.fetch.s3.region", "eu-central-1");

        assertThat(publicly(settings).of(PLAIN))
                .hasToString("https://uploads.s3.eu-central-1.amazonaws.com/a%20b/c%2Bd%25.jpg");
        assertThat(signed(settings).of(PLAIN).toString())
                .startsWith("https://uploads.s3.eu-central-1.amazonaws.com/a%20b/c%2Bd%25.jpg?")
                .contains("X-Amz-Signature=", "eu-central-1%2Fs3%2Faws4_request")
                .doesNotContain("the-secret");
    }

    @Test
    void an_endpoint_gets_the_bucket_in_the_path_where_it_wants_that() {
        assertThat(publicly(STORE).of(PLAIN)).hasToString("http://minio:9000/uploads/a%20b/c%2Bd%25.jpg");
        assertThat(signed(STORE).of(PLAIN).toString()).startsWith("http://minio:9000/uploads/a%20b/c%2Bd%25.jpg?");

        Map<String, String> byName = new HashMap<>(STORE);
        byName.put("bulwark.fetch.s3.path-style", "false");
        assertThat(publicly(byName).of(VERSION).getHost()).isEqualTo("uploads.minio");
        assertThat(signed(byName).of(VERSION).getHost()).isEqualTo("uploads.minio");
    }

    @Test
    void a_version_is_asked_for_by_its_id() {
        assertThat(publicly(STORE).of(VERSION)).hasToString("http://minio:9000/uploads/key?versionId=v%267");
        assertThat(signed(STORE).of(VERSION).toString()).contains("versionId=v%267");
    }

    private static ObjectAddresses publicly(Map<String, String> settings) {
        return new PublicAddresses(s3(settings));
    }

    private static ObjectAddresses signed(Map<String, String> settings) {
        return new SignedAddresses(
                s3(settings), StaticCredentialsProvider.create(AwsBasicCredentials.create("the-user", "the-secret")));
    }

    private static FetchConfig.S3 s3(Map<String, String> settings) {
        return TestConfig.of(settings).fetch().s3();
    }
}
