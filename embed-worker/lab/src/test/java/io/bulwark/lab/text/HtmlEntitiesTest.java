package io.bulwark.lab.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected values are those of Python's {@code html.unescape}. */
class HtmlEntitiesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "&eacute;|é",
                "&eacute|é",
                "&notit;|¬it;",
                "&notin;|∉",
                "&ampersand|&ersand",
                "&nosuch;|&nosuch;",
                "&#233;|é",
                "&#xE9|é",
                "&#150;|–",
                "&#0;|\uFFFD",
                "&#xD800;|\uFFFD",
                "&#x110000;|\uFFFD",
                "&#99999999999999;|\uFFFD",
                "&#128512;|😀",
                "a & b|a & b",
                "&&amp;|&&",
                "&NotEqualTilde;|≂̸",
            })
    void unescapesAsPythonDoes(String escaped, String text) {
        assertThat(HtmlEntities.unescape(escaped)).isEqualTo(text);
    }

    @Test
    void referencesToControlsAndNonCharactersVanish() {
        assertThat(HtmlEntities.unescape("a&#1;b&#x7f;c&#xFFFE;d&#x1FFFF;e")).isEqualTo("abcde");
    }

    @Test
    void whiteSpaceReferencesStay() {
        assertThat(HtmlEntities.unescape("a&#9;b&#10;c&#13;d")).isEqualTo("a\tb\nc\rd");
    }

    @Test
    void onlyTerminatedReferencesAreReplacedWhereThatIsAsked() {
        assertThat(HtmlEntities.unescapeTerminated("&amp; &amp &#233; &#233 &nosuch;"))
                .isEqualTo("& &amp é &#233 &nosuch;");
    }
}
