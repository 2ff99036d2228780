package io.bulwark.service.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.events.ImageLocation;
import io.bulwark.events.Reason;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.testing.TestConfig;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A store that behaves badly; the bucket's name says how. A store that behaves is in {@link S3StoreIT}. */
class S3SourceTest {

    private static final byte[] FILE = "the bytes of an object".getBytes();

    @AutoClose
    private static WebServer store;

    @BeforeAll
    static void startStore() throws IOException {
        store = new WebServer(FILE);
    }

    @Test
    void an_object_comes_from_a_private_address_since_the_operator_named_it_and_its_checksum_counts() {
        try (ImageSources sources = sources(Map.of())) {
            assertThat(sources.fetch(new ImageLocation(
                            "s3://file/key", Sha256.digest(FILE).hex(), (long) FILE.length)))
                    .isInstanceOfSatisfying(
                            FetchResult.Fetched.class,
                            fetched -> assertThat(fetched.bytes()).isEqualTo(FILE));
            assertThat(sources.memoryBytes()).isEqualTo(FILE.length);
            assertThat(reason(sources, new ImageLocation("s3://file/key", "0".repeat(64), null)))
                    .isEqualTo(Reason.CHECKSUM_MISMATCH);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "missing,   LOCATION_NOT_FOUND, no such bucket",
        "forbidden, FETCH_FAILED,       denies access",
        "to-file,   FETCH_FAILED,       another region",
        "broken,    FETCH_FAILED,       status 503",
        "endless,   TOO_LARGE,          bulwark.fetch.max-bytes",
        "trickle,   FETCH_TIMEOUT,      bulwark.fetch.deadline",
        "silent,    FETCH_TIMEOUT,      bulwark.fetch.deadline",
    })
    void what_the_store_does_is_an_answer_and_never_an_exception(String bucket, Reason reason, String told) {
        try (ImageSources sources =
                sources(Map.of("bulwark.fetch.deadline", "400ms", "bulwark.fetch.max-bytes", "100000"))) {
            assertThat(sources.fetch(new ImageLocation("s3://" + bucket + "/secret-key", null, null)))
                    .isInstanceOfSatisfying(FetchResult.Refused.class, refused -> {
                        assertThat(refused.reason()).as(refused.detail()).isEqualTo(reason);
                        assertThat(refused.detail()).contains(told).doesNotContain("secret-key", "127.0.0.1");
                    });
        }
    }

    @Test
    void a_failure_that_passes_is_survived() throws IOException {
        try (WebServer own = new WebServer(FILE);
                ImageSources sources = sources(Map.of("bulwark.fetch.s3.endpoint", own.address("")))) {
            assertThat(sources.fetch(new ImageLocation("s3://twice-broken/key", null, null)))
                    .isInstanceOf(FetchResult.Fetched.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3://other/key", "s3://file/../other/key", "s3://FILE/key", "s3://file:80/key"})
    void a_bucket_that_is_not_named_in_the_settings_is_not_asked_for(String uri) {
        int before = store.requests();
        try (ImageSources sources = sources(Map.of())) {
            assertThat(reason(sources, new ImageLocation(uri, null, null))).isEqualTo(Reason.LOCATION_FORBIDDEN);
        }
        assertThat(store.requests()).isEqualTo(before);
    }

    @Test
    void the_scheme_is_off_unless_it_is_named() {
        try (ImageSources sources = sources(Map.of("bulwark.fetch.schemes", "https"))) {
            assertThat(reason(sources, new ImageLocation("s3://file/key", null, null)))
                    .isEqualTo(Reason.LOCATION_FORBIDDEN);
        }
    }

    @Test
    void the_store_s_address_stays_forbidden_to_other_locations() {
        try (ImageSources sources = sources(
                Map.of("bulwark.fetch.schemes", "http,s3", "bulwark.fetch.ports", Integer.toString(store.port())))) {
            assertThat(reason(sources, new ImageLocation(store.address("/file"), null, null)))
                    .isEqualTo(Reason.LOCATION_FORBIDDEN);
        }
    }

    @Test
    void without_any_credentials_the_worker_does_not_start_and_names_the_setting() {
        System.setProperty("aws.ec2MetadataDisabled", "true");
        System.setProperty("aws.sharedCredentialsFile", "/no/such/file");
        try {
            assertThatThrownBy(() -> sources(Map.of("bulwark.fetch.s3.credentials", "chain"))
                            .close())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("bulwark.fetch.s3.credentials");
        } finally {
            System.clearProperty("aws.ec2MetadataDisabled");
            System.clearProperty("aws.sharedCredentialsFile");
        }
    }

    private static ImageSources sources(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Map.of(
                "bulwark.fetch.schemes", "s3",
                "bulwark.fetch.s3.buckets", "file,missing,forbidden,to-file,broken,twice-broken,endless,trickle,silent",
                "bulwark.fetch.s3.endpoint", store.address(""),
                "bulwark.fetch.s3.path-style", "true",
                "bulwark.fetch.s3.credentials", "none"));
        all.putAll(settings);
        return ImageSources.of(TestConfig.of(all).fetch(), NanoClock.SYSTEM);
    }

    private static Reason reason(ImageSources sources, ImageLocation location) {
        FetchResult result = sources.fetch(location);
        assertThat(result).isInstanceOf(FetchResult.Refused.class);
        return ((FetchResult.Refused) result).reason();
    }
}
