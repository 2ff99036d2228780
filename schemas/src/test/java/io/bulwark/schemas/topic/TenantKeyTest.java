package io.bulwark.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TenantKeyTest {

    @ParameterizedTest
    @CsvSource({
        "acme, image-1, acme/image-1",
        "acme, a/b, acme/a/b",
        "a/b, c, a%2Fb/c",
        "a%2Fb, c, a%252Fb/c",
        "'', i, /i"
    })
    void aKeyIsReadAsItWasWritten(String tenant, String id, String text) {
        var key = new TenantKey(tenant, id);

        assertThat(key).hasToString(text);
        assertThat(TenantKey.parse(text)).contains(key);
    }

    @Test
    void noTenantWritesTheKeyOfAnother() {
        assertThat(new TenantKey("a/b", "c").toString()).isNotEqualTo(new TenantKey("a", "b/c").toString());
    }

    @Test
    void whatHasNoTenantIsNoKey() {
        assertThat(TenantKey.parse("image-1")).isEmpty();
        assertThat(TenantKey.parse(null)).isEmpty();
    }
}
