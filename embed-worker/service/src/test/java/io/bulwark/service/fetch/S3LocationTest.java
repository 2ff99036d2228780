package io.bulwark.service.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.service.fetch.S3Source.S3Location;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3LocationTest {

    @Test
    void bucket_key_and_version_are_told_apart() {
        assertThat(S3Location.parse(URI.create("s3://uploads/2026/a%20b%2Bc%25.jpg?versionId=v%2F7")))
                .isEqualTo(new S3Location("uploads", "2026/a b+c%.jpg", Optional.of("v/7")));
        assertThat(S3Location.parse(URI.create("s3://my_bucket.eu/key")))
                .isEqualTo(new S3Location("my_bucket.eu", "key", Optional.empty()));
        assertThat(S3Location.parse(URI.create("s3://uploads/double//slashes/")).key())
                .isEqualTo("double//slashes/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3:uploads/key",
                "s3:///key",
                "s3://uploads",
                "s3://uploads/",
                "s3://uploads/key#part",
                "s3://uploads/key?version=1",
                "s3://uploads/key?versionId=",
                "s3://uploads/key?versionId=1&X-Amz-Date=2",
                "s3://uploads/key?X-Amz-Date=2&versionId=1",
                "s3://uploads/../other/key",
                "s3://uploads/a/%2E%2E/%2e%2e/other/key",
                "s3://uploads/..%2Fother/key",
                "s3://uploads/./key",
                "s3://uploads//key",
                "s3://uploads/%2Fkey",
            })
    void what_is_written_otherwise_or_may_leave_the_bucket_is_refused(String text) {
        assertThatThrownBy(() -> S3Location.parse(URI.create(text))).isInstanceOf(IllegalArgumentException.class);
    }
}
