package io.bulwark.lab.invert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExplicitWordsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nsfw",
                "NSFW",
                "Porn",
                "pornography",
                "a nude person",
                "explicit-2",
                "sexual_content",
                "gore/blood",
                "Violence",
                "child abuse"
            })
    void wordsThatStandForExplicitContentAreFound(String text) {
        assertThat(ExplicitWords.in(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"gambling", "cards", "Essex", "sextant", "a gorge", "signs_and_symbols", "minority report", ""})
    void otherWordsAreNotEvenWhereTheyHoldOne(String text) {
        assertThat(ExplicitWords.in(text)).isFalse();
    }

    @Test
    void aRefusalSaysWhyAndWhatLiftsIt() {
        assertThatThrownBy(() -> ExplicitWords.refuse("nsfw", false))
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.exitCode()).isEqualTo(ExitCodes.USAGE))
                .hasMessageContaining("'nsfw'")
                .hasMessageContaining("--i-know");
        assertThatCode(() -> ExplicitWords.refuse("nsfw", true)).doesNotThrowAnyException();
        assertThatCode(() -> ExplicitWords.refuse("plants", false)).doesNotThrowAnyException();
    }
}
