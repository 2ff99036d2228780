package io.bulwark.perception.model.tfjs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsLiteralTest {

    private static JsonNode read(String literal) {
        return JsLiteral.exported(
                "m.js", "!function(){module.exports=e()}({1:[function(e,a,n){a.exports=" + literal + "},{}]},{},[1])");
    }

    @Test
    void readsWhatMinifiersWrite() {
        JsonNode read = read("{a:!0,b:!1,c:null,\"d-e\":'x',f:[.5,-.5,1e3,17e-21,-2],$g_1:{},h:[]}");
        assertThat(read.path("a").asBoolean()).isTrue();
        assertThat(read.path("b").isBoolean()).isTrue();
        assertThat(read.path("b").asBoolean()).isFalse();
        assertThat(read.path("c").isNull()).isTrue();
        assertThat(read.path("d-e").asText()).isEqualTo("x");
        assertThat(read.path("f").get(0).asDouble()).isEqualTo(0.5);
        assertThat(read.path("f").get(1).asDouble()).isEqualTo(-0.5);
        assertThat(read.path("f").get(3).asDouble()).isEqualTo(17e-21);
        assertThat(read.has("$g_1")).isTrue();
        assertThat(read.path("h")).isEmpty();
    }

    @Test
    void readsABase64Shard() {
        assertThat(read("\"YkKNg8xp+/==\"").asText()).isEqualTo("YkKNg8xp+/==");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "alert(1)         | begins no literal",
                "{a:f()}          | begins no literal",
                "{a:1 b:2}        | where ',' should be",
                "{a 1}            | where ':' should be",
                "{:1}             | a key is missing",
                "{a:1,a:2}        | 'a' is there twice",
                "[1,--2]          | '--2' is not a number",
                "\"no end         | does not end",
                "\"\\u0041\"      | escape",
                "{a:[1,2          | should be",
            })
    void refusesWhatIsNoLiteral(String literal, String words) {
        assertThatThrownBy(() -> read(literal))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("m.js", words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "var a = 1", "exports = 1"})
    void refusesAModuleThatExportsNothing(String module) {
        assertThatThrownBy(() -> JsLiteral.exported("m.js", module)).hasMessageContaining("m.js: exports nothing");
    }

    @Test
    void refusesToNestWithoutEnd() {
        assertThatThrownBy(() -> read("[".repeat(100_000))).hasMessageContaining("nests deeper");
    }

    @Test
    void refusesAModuleThatIsCutOff() {
        assertThatThrownBy(() -> JsLiteral.exported("m.js", "a.exports={a:[1,")).hasMessageContaining("ends too early");
    }
}
