package io.bulwark.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.lab.bench.Mix.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class MixTest {

    @Test
    void shares_are_read_and_written_alike() {
        Mix mix = Mix.parse("slow=0.05,large=0.01,dead=0.02");

        assertThat(mix.text()).isEqualTo("slow=0.05,large=0.01,dead=0.02");
        assertThat(mix.has(Kind.LARGE)).isTrue();
        assertThat(Mix.parse("slow=0.05").has(Kind.LARGE)).isFalse();
        assertThat(Mix.NONE.isEmpty()).isTrue();
    }

    @Test
    void what_no_share_takes_is_plain() {
        Mix mix = Mix.parse("slow=0.25,dead=0.5");

        assertThat(mix.kind(0)).isEqualTo(Kind.SLOW);
        assertThat(mix.kind(0.25)).isEqualTo(Kind.DEAD);
        assertThat(mix.kind(0.74)).isEqualTo(Kind.DEAD);
        assertThat(mix.kind(0.75)).isEqualTo(Kind.INLINE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "slow",
                "slow=",
                "slow=no",
                "slow=0",
                "slow=-0.1",
                "slow=NaN",
                "slow=0.5,dead=0.5",
                "inline=0.1",
                "late=0.1"
            })
    void what_is_no_mix_is_told_apart_with_an_example(String text) {
        assertThatThrownBy(() -> Mix.parse(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "'")
                .hasMessageContaining("slow=0.05");
    }
}
