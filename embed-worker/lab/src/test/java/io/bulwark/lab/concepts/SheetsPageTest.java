package io.bulwark.lab.concepts;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.lab.concepts.BankConceptsCommand.SheetsPage;
import io.bulwark.perception.bank.LabelledEmbedding;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SheetsPageTest {

    @Test
    void everyLabelLinksItsSheetAndNoLabelIsMarkup() {
        LabelFinding finding = LabelFinding.of(
                        "model",
                        List.of(
                                new LabelledEmbedding("a", "<b>&\"north", new float[] {1, 0}),
                                new LabelledEmbedding("b", "south", new float[] {0, 1})),
                        1)
                .get(0);

        String page = new String(
                SheetsPage.of("mine", List.of(new SheetsPage.Sheet(finding, "_b___north-1f.png"))),
                StandardCharsets.UTF_8);

        assertThat(page)
                .contains("<title>Labels of the bank mine</title>")
                .contains("<a href=\"_b___north-1f.png\">&lt;b&gt;&amp;&quot;north</a>: 1 references")
                .doesNotContain("<b>", "<script");
    }
}
