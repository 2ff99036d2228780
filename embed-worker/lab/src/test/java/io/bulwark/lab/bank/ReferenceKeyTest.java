package io.bulwark.lab.bank;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceKeyTest {

    @Test
    void an_id_may_hold_slashes() {
        ReferenceKey key = new ReferenceKey("default", "826a", "weapons/old/a.png");

        assertThat(key).hasToString("default/826a/weapons/old/a.png");
        assertThat(ReferenceKey.parse(key.toString())).contains(key);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "default", "default/826a", "default/826a/", "/826a/a", "default//a"})
    void anything_else_is_no_key(String text) {
        assertThat(ReferenceKey.parse(text)).isEmpty();
    }
}
