package io.bulwark.lab.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClipTokenizerTest {

    private final ClipVocabulary vocabulary =
            ClipVocabulary.fromMerges(List.of("a b", "b c", "ab c</w>", "a a", "aa a</w>"));
    private final ClipTokenizer tokenizer = new ClipTokenizer(vocabulary);

    @Test
    void theLowestRankedPairIsMergedFirstWhereverItStands() {
        assertThat(spelled("bcab")).containsExactly("bc", "a", "b</w>");
        assertThat(spelled("abc")).containsExactly("abc</w>");
    }

    @Test
    void overlappingPairsAreMergedFromTheLeft() {
        assertThat(spelled("aaaa")).containsExactly("aa", "a", "a</w>");
        assertThat(spelled("aaa")).containsExactly("aaa</w>");
    }

    @Test
    void digitsStandAloneAndContractionsAreSplitOff() {
        assertThat(spelled("12")).containsExactly("1</w>", "2</w>");
        assertThat(spelled("b's")).containsExactly("b</w>", "'", "s</w>");
    }

    @Test
    void specialsAreRecognisedInsideAText() {
        assertThat(tokenizer.encode("<START_OF_TEXT>b<end_of_text>"))
                .startsWith(vocabulary.start(), vocabulary.start())
                .endsWith(vocabulary.end(), vocabulary.end())
                .hasSize(5);
    }

    @Test
    void shortTextsArePaddedWithZeroAndLongOnesEndInTheEndToken() {
        int b = vocabulary.ids().get("b</w>");

        assertThat(tokenizer.tokenize("b", 5)).containsExactly(vocabulary.start(), b, vocabulary.end(), 0, 0);
        assertThat(tokenizer.tokenize("b b b b", 4)).containsExactly(vocabulary.start(), b, b, vocabulary.end());
    }

    private List<String> spelled(String text) {
        List<Integer> ids = tokenizer.encode(text);
        return ids.subList(1, ids.size() - 1).stream()
                .map(id -> vocabulary.ids().entrySet().stream()
                        .filter(entry -> entry.getValue().equals(id))
                        .findFirst()
                        .orElseThrow()
                        .getKey())
                .toList();
    }
}
