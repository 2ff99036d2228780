package io.bulwark.lab.text;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextRepairTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sÃ©|sé",
                "schÃ¶n|schön",
                "âœ” done|✔ done",
                "donâ€™t|don't",
                "ðŸ˜€|😀",
                "ÃƒÂ©|é",
                "Ð¿Ñ€Ð¸Ð²ÐµÑ‚|привет",
            })
    void turnsUtf8ReadAsWindows1252Back(String broken, String mended) {
        assertThat(TextRepair.repair(broken)).isEqualTo(mended);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Spaß", "über naïve café", "Ã", "à la carte", "привет", "写真", "50 €", "Å§"})
    void leavesWellWrittenTextAlone(String text) {
        assertThat(TextRepair.repair(text)).isEqualTo(text);
    }

    @Test
    void aClosingQuoteBehindALetterIsNoMojibake() {
        assertThat(TextRepair.repair("Spaß”")).isEqualTo("Spaß\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ﬁ ﬂ ﬃ|fi fl ffi",
                "ﬅ|ſt",
                "Ǆ|DŽ",
                "ＡＢＣ１２|ABC12",
                "x‘a’ “b”|x'a' \"b\"",
                "zero\u200Bwidth\uFEFF|zero\u200Bwidth",
                "a\u001B[31mred\u001B[0m|ared",
                "bell\u0007|bell",
                "cafe\u0301|café",
                "½ ² ⅷ|½ ² ⅷ",
                "\u0096 quoted\u0094|– quoted\"",
            })
    void repairsTextThatAPersonWouldReadDifferently(String text, String mended) {
        assertThat(TextRepair.repair(text)).isEqualTo(mended);
    }

    @Test
    void unescapesHtmlToTheEndUnlessTheTextHasMarkup() {
        assertThat(TextRepair.repair("&amp;amp;amp;lt;")).isEqualTo("<");
        assertThat(TextRepair.repair("<b> &amp;")).isEqualTo("<b> &amp;");
    }

    @Property(tries = 500)
    void asciiWithoutControlsOrReferencesIsNeverTouched(
            @ForAll @CharRange(from = ' ', to = '%') @CharRange(from = '(', to = '~') @StringLength(max = 40)
                    String text) {
        assertThat(TextRepair.repair(text)).isEqualTo(text);
    }

    @Property(tries = 500)
    void repairingTwiceIsRepairingOnce(@ForAll @StringLength(max = 30) String text) {
        String once = TextRepair.repair(text);

        assertThat(TextRepair.repair(once)).isEqualTo(once);
    }
}
