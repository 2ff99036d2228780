package io.bulwark.service.bank;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceKeyTest {

    @Test
    void a_key_has_bank_model_and_an_id_that_may_hold_slashes() {
        assertThat(ReferenceKey.parse("default/abc/folder/picture.png".getBytes(StandardCharsets.UTF_8)))
                .contains(new ReferenceKey("default", "abc", "folder/picture.png"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "default", "default/abc", "default/abc/", "/abc/id", "default//id"})
    void what_lacks_a_part_is_no_key(String key) {
        assertThat(ReferenceKey.parse(key.getBytes(StandardCharsets.UTF_8))).isEmpty();
    }

    @Test
    void a_record_without_a_key_has_none() {
        assertThat(ReferenceKey.parse(null)).isEmpty();
    }
}
