package io.bulwark.service.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.ImageLocation;
import io.bulwark.events.Reason;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.schemas.testing.S3StoreProcess;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.testing.TestConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signed reads from a real store that checks signatures. */
class S3StoreIT {

    private static final byte[] PICTURE = "a picture, for all the store knows".getBytes();

    @TempDir
    static Path folder;

    @AutoClose
    private static S3StoreProcess store;

    @BeforeAll
    static void start() throws IOException {
        Path bucket = Files.createDirectories(folder.resolve("buckets/uploads/2026 märz"));
        Files.write(bucket.resolve("ä b+c%&=.jpg"), PICTURE);
        Files.write(bucket.resolve("large.jpg"), new byte[200_000]);
        Files.setPosixFilePermissions(
                Files.write(bucket.resolveSibling("public.jpg"), PICTURE),
                PosixFilePermissions.fromString("rw-r--r--"));
        Files.setPosixFilePermissions(
                Files.write(bucket.resolveSibling("secret.jpg"), PICTURE),
                PosixFilePermissions.fromString("rw-r-----"));
        Files.createDirectories(folder.resolve("buckets/private"));
        Files.write(folder.resolve("buckets/private/key"), PICTURE);
        store = S3StoreProcess.start(folder.resolve("buckets"));
    }

    @Test
    void an_object_is_read_with_credentials_of_aws_s_chain_whatever_its_key_holds() {
        try (ImageSources sources = sources(S3StoreProcess.SECRET)) {
            FetchResult result = sources.fetch(new ImageLocation(
                    "s3://uploads/2026%20m%C3%A4rz/%C3%A4%20b+c%25&=.jpg",
                    Sha256.digest(PICTURE).hex(), (long) PICTURE.length));

            assertThat(result)
                    .isInstanceOfSatisfying(
                            FetchResult.Fetched.class,
                            fetched -> assertThat(fetched.bytes()).isEqualTo(PICTURE));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "s3://uploads/missing,                   LOCATION_NOT_FOUND",
        "s3://nowhere/key,                       LOCATION_NOT_FOUND",
        "s3://private/key,                       LOCATION_FORBIDDEN",
        "s3://uploads/../private/key,            LOCATION_FORBIDDEN",
        "s3://uploads/2026%20m%C3%A4rz/large.jpg, TOO_LARGE",
    })
    void what_is_not_there_not_allowed_or_too_large_is_refused(String uri, Reason reason) {
        try (ImageSources sources = sources(S3StoreProcess.SECRET)) {
            assertThat(sources.fetch(new ImageLocation(uri, null, null)))
                    .isInstanceOfSatisfying(
                            FetchResult.Refused.class,
                            refused -> assertThat(refused.reason())
                                    .as(refused.detail())
                                    .isEqualTo(reason));
        }
    }

    @Test
    void a_wrong_secret_is_denied_and_the_setting_is_named() {
        try (ImageSources sources = sources("not-the-secret")) {
            assertThat(sources.fetch(new ImageLocation("s3://uploads/2026%20m%C3%A4rz/large.jpg", null, null)))
                    .isInstanceOfSatisfying(FetchResult.Refused.class, refused -> {
                        assertThat(refused.reason()).isEqualTo(Reason.FETCH_FAILED);
                        assertThat(refused.detail())
                                .contains("denies access", "bulwark.fetch.s3.credentials")
                                .doesNotContain("not-the-secret");
                    });
        }
    }

    /** S3Proxy takes what everybody may read of a folder for what everybody may read of a bucket. */
    @Test
    void without_credentials_what_everybody_may_read_is_read_and_the_rest_denied() {
        try (ImageSources sources = sources(Map.of("bulwark.fetch.s3.credentials", "none"))) {
            assertThat(sources.fetch(new ImageLocation("s3://uploads/public.jpg", null, null)))
                    .isInstanceOfSatisfying(
                            FetchResult.Fetched.class,
                            fetched -> assertThat(fetched.bytes()).isEqualTo(PICTURE));
            assertThat(sources.fetch(new ImageLocation("s3://uploads/secret.jpg", null, null)))
                    .isInstanceOfSatisfying(
                            FetchResult.Refused.class,
                            refused -> assertThat(refused.detail()).contains("denies access"));
        }
    }

    /** Credentials by the JVM's properties, the first link of the chain. */
    private static ImageSources sources(String secret) {
        System.setProperty("aws.accessKeyId", S3StoreProcess.USER);
        System.setProperty("aws.secretAccessKey", secret);
        return sources(Map.of());
    }

    private static ImageSources sources(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Map.of(
                "bulwark.fetch.schemes", "s3",
                "bulwark.fetch.max-bytes", "100000",
                "bulwark.fetch.s3.buckets", "uploads,nowhere",
                "bulwark.fetch.s3.endpoint", store.endpoint(),
                "bulwark.fetch.s3.path-style", "true"));
        all.putAll(settings);
        return ImageSources.of(TestConfig.of(all).fetch(), NanoClock.SYSTEM);
    }
}
