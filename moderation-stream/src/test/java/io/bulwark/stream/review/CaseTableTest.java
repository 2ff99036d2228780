package io.bulwark.stream.review;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CaseTableTest {

    @Test
    void aCaseIsALineUnderTheNames() throws IOException {
        assertThat(table("image", "porn"))
                .isEqualTo("\"imageId\",\"contentSha256\",\"uploaderId\",\"decision\",\"reason\",\"labels\",\"score\","
                        + "\"decidedBy\",\"byPerson\",\"decidedAt\",\"audited\"\r\n"
                        + "\"image\",\"\",\"uploader\",\"NSFW\",\"\",\"porn\",\"0.5\",\"a-model\",\"false\","
                        + "\"1970-01-01T00:00:00Z\",\"false\"\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1"})
    void noSpreadsheetTakesATextForAFormula(String text) throws IOException {
        assertThat(table(text, text)).contains("\"'" + text + "\",").doesNotContain("\"" + text + "\"");
    }

    @Test
    void aQuoteEndsNoCell() throws IOException {
        assertThat(table("a\",\"b", "porn")).contains("\"a\"\",\"\"b\",");
    }

    private static String table(String imageId, String label) throws IOException {
        var written = new StringBuilder();
        new CasePages.CaseTable(written)
                .add(new CasePages.CaseDocument(
                        imageId,
                        null,
                        "uploader",
                        null,
                        "NSFW",
                        null,
                        List.of(label),
                        0.5,
                        "a-model",
                        false,
                        Instant.EPOCH,
                        false,
                        null,
                        null));
        return written.toString();
    }
}
