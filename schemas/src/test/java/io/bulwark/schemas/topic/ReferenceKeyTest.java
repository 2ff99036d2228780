package io.bulwark.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceKeyTest {

    @Test
    void a_key_has_bank_model_and_an_id_that_may_hold_slashes() {
        ReferenceKey key = new ReferenceKey("default", "826a", "weapons/old/a.png");

        assertThat(key).hasToString("default/826a/weapons/old/a.png");
        assertThat(ReferenceKey.parse(key.toString())).contains(key);
        assertThat(ReferenceKey.parse(key.toString().getBytes(StandardCharsets.UTF_8)))
                .contains(key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "default", "default/826a", "default/826a/", "/826a/a", "default//a"})
    void what_lacks_a_part_is_no_key(String text) {
        assertThat(ReferenceKey.parse(text)).isEmpty();
    }

    @Test
    void a_record_without_a_key_has_none() {
        assertThat(ReferenceKey.parse((String) null)).isEmpty();
        assertThat(ReferenceKey.parse((byte[]) null)).isEmpty();
    }
}
