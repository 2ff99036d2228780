package io.bulwark.perception.hash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.imaging.pdq.PdqHash;
import io.bulwark.perception.hash.HashList.InvalidHashListException;
import io.bulwark.perception.hash.HashList.ReadReport;
import io.bulwark.perception.hash.ListedHash.ListedFile;
import io.bulwark.perception.hash.ListedHash.ListedPicture;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class TextHashListTest {

    private static final String A = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22";
    private static final String B = "6227401f601ff4ccafcc9fad4b0d95d371a2eb7265a3285234d228ca94deeb2d";

    private final List<ListedHash> entries = new ArrayList<>();

    @Test
    void readsPictures() throws IOException {
        ReadReport report =
                readPdq("\uFEFF# bridge\n" + A + "\r\n\n  " + B + ", 100 \n" + A + ",7,dih/bridge, 1.jpg\n");

        assertThat(entries)
                .containsExactly(
                        new ListedPicture(PdqHash.parse(A), OptionalInt.empty(), A, "listed"),
                        new ListedPicture(PdqHash.parse(B), OptionalInt.of(100), B, "listed"),
                        new ListedPicture(PdqHash.parse(A), OptionalInt.of(7), "dih/bridge, 1.jpg", "listed"));
        assertThat(report).isEqualTo(new ReadReport(3, Map.of()));
    }

    @Test
    void readsFiles() throws IOException {
        ReadReport report = readSha256(A + "\n" + B + "  a picture.png\n" + A + " *b.jpg");

        assertThat(entries)
                .containsExactly(
                        new ListedFile(Sha256.parse(A), A, "listed"),
                        new ListedFile(Sha256.parse(B), "a picture.png", "listed"),
                        new ListedFile(Sha256.parse(A), "b.jpg", "listed"));
        assertThat(report.entries()).isEqualTo(3);
    }

    @Test
    void errorsNameTheLineAndWhatIsAllowed() {
        assertRefused(
                () -> readPdq(A + "\n\n" + B.substring(1)),
                3,
                "a PDQ hash has 63 characters, allowed are 64 hexadecimal digits");
        assertRefused(() -> readPdq(A + ",-1"), 1, "the quality is -1, allowed is 0 to 100");
        assertRefused(() -> readPdq(A + ",9.5"), 1, "the quality is no whole number, allowed is 0 to 100");
        assertRefused(() -> readPdq(A + ","), 1, "there is no quality behind the comma, allowed is 0 to 100");
        assertRefused(() -> readPdq(A + ",99244958314735,2021-05-07"), 1, "allowed is 0 to 100");
        assertRefused(() -> readSha256("#\n" + A + ",5"), 2, "a SHA-256 hash has 66 characters");
        assertRefused(() -> readSha256("d41d8cd98f00b204e9800998ecf8427e"), 1, "a SHA-256 hash has 32 characters");
    }

    @Test
    void readsWhatItWrote() throws IOException {
        ListedPicture plain = new ListedPicture(PdqHash.parse(A), OptionalInt.empty(), "x", "y");
        ListedPicture good = new ListedPicture(PdqHash.parse(B), OptionalInt.of(88), "x", "y");
        StringWriter pictures = new StringWriter();
        TextHashList.writePdq(List.of(plain, good), pictures);
        StringWriter files = new StringWriter();
        TextHashList.writeSha256(List.of(new ListedFile(Sha256.parse(A), "x", "y")), files);

        assertThat(pictures).hasToString(A + "\n" + B + ",88\n");
        assertThat(files).hasToString(A + "\n");
        readPdq(pictures.toString());
        readSha256(files.toString());
        assertThat(entries).hasSize(3);
    }

    private ReadReport readPdq(String text) throws IOException {
        return TextHashList.readPdq(new StringReader(text), "listed", entries::add);
    }

    private ReadReport readSha256(String text) throws IOException {
        return TextHashList.readSha256(new StringReader(text), "listed", entries::add);
    }

    private static void assertRefused(ThrowingCallable reading, long line, String problem) {
        assertThatThrownBy(reading)
                .isInstanceOfSatisfying(
                        InvalidHashListException.class,
                        refused -> assertThat(refused.line()).isEqualTo(line))
                .hasMessageContaining(problem);
    }
}
