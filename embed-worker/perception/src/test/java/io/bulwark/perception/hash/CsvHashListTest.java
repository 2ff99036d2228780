package io.bulwark.perception.hash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.imaging.pdq.PdqHash;
import io.bulwark.perception.hash.HashList.InvalidHashListException;
import io.bulwark.perception.hash.HashList.ReadReport;
import io.bulwark.perception.hash.ListedHash.ListedFile;
import io.bulwark.perception.hash.ListedHash.ListedPicture;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class CsvHashListTest {

    private static final String A = "acecf3355e3125c8e24e2f30e0d4ec4f8482b878b3c34cdbdf063278db275992";
    private static final String B = "8fb70f36e1c4181e82fde7d0f80138430e1e31f07b628e31ccbb687e87e1f307";
    private static final String MD5 = "d41d8cd98f00b204e9800998ecf8427e";

    private final List<ListedHash> entries = new ArrayList<>();

    @Test
    void aReaderThatFailsLaterFailsTheSame() {
        String rows = ("pdq," + A + "\n").repeat(500);
        Reader failing = new Reader() {
            private final Reader start = new StringReader("type,hash\n" + rows);

            @Override
            public int read(char[] into, int offset, int length) throws IOException {
                int read = start.read(into, offset, length);
                if (read < 0) {
                    throw new IOException("the disk is gone");
                }
                return read;
            }

            @Override
            public void close() {}
        };

        assertThatThrownBy(() -> CsvHashList.read(failing, "listed", entries::add))
                .isInstanceOf(IOException.class)
                .hasMessage("the disk is gone");
    }

    @Test
    void readsAHashARowWithItsKind() throws IOException {
        ReadReport report = read("id,label,type,hash,quality\nn-1,csam,pdq," + A + ",97\nn-2,,SHA256," + B + ",\n");

        assertThat(entries)
                .containsExactly(
                        new ListedPicture(PdqHash.parse(A), OptionalInt.of(97), "n-1", "csam"),
                        new ListedFile(Sha256.parse(B), "n-2", "listed"));
        assertThat(report).isEqualTo(new ReadReport(2, Map.of()));
    }

    @Test
    void readsAColumnForEachKind() throws IOException {
        read("SHA256, PDQ ,pdq_quality,ID,note\n" + B + "," + A + ",60,n-1,x\n," + B + ",,n-2,\n" + A + ",,,,\n");

        assertThat(entries)
                .containsExactly(
                        new ListedFile(Sha256.parse(B), "n-1", "listed"),
                        new ListedPicture(PdqHash.parse(A), OptionalInt.of(60), "n-1", "listed"),
                        new ListedPicture(PdqHash.parse(B), OptionalInt.empty(), "n-2", "listed"),
                        new ListedFile(Sha256.parse(A), A, "listed"));
    }

    /** The header and the rows' form are those of ThreatExchange's own pdq_samples.csv. */
    @Test
    void readsWhatThreatExchangePrints() throws IOException {
        ReadReport report = read("collab,signal_type,signal_str,category,tags\r\n"
                + "Sample Signals,pdq," + A + ",INVESTIGATION_SEED,a b\r\n"
                + "Sample Signals,pdq," + B + ",NEGATIVE_CLASS,\r\n"
                + "Sample Signals,video_md5," + MD5 + ",POSITIVE_CLASS,\r\n"
                + "Sample Signals,video_md5," + MD5 + ",POSITIVE_CLASS,\r\n"
                + "Sample Signals,HASH_SHA256," + B + ",DISPUTED,\r\n");

        assertThat(entries)
                .containsExactly(
                        new ListedPicture(PdqHash.parse(A), OptionalInt.empty(), A, "listed"),
                        new ListedFile(Sha256.parse(B), B, "listed"));
        assertThat(report).isEqualTo(new ReadReport(2, Map.of("type video_md5", 2L, "category NEGATIVE_CLASS", 1L)));
    }

    @Test
    void aByteOrderMarkAndBlankLinesSayNothing() throws IOException {
        read("\uFEFFtype,hash\n\npdq," + A + "\n\n\n");

        assertThat(entries).hasSize(1);
    }

    @Test
    void anEmptyListIsAList() throws IOException {
        assertThat(read("type,hash\n")).isEqualTo(new ReadReport(0, Map.of()));
    }

    @Test
    void errorsNameTheLineAndWhatIsAllowed() {
        String start = "id,type,hash,quality\n\"a\nb\",pdq," + A + ",\n\n";

        assertRefused(start + "c,pdq,123,\n", 5, "a PDQ hash has 3 characters, allowed are 64 hexadecimal digits");
        assertRefused(start + "c,sha256," + A.replace('f', 'g') + ",\n", 5, "no hexadecimal digit at position 5 of 64");
        assertRefused(start + "c,pdq," + A + ",101\n", 5, "the quality is 101, allowed is 0 to 100");
        assertRefused(start + "c,pdq," + A + ",high\n", 5, "the quality is no whole number, allowed is 0 to 100");
        assertRefused(start + "c,," + A + ",\n", 5, "the type is missing, wanted is one such as 'pdq' or 'sha256'");
        assertRefused(start + "c,pdq," + A + "\n", 5, "there are 3 cells, the header asks for 4");
        assertRefused(start + "c,pdq," + A + ",1,2\n", 5, "there are 5 cells, the header asks for 4");
        assertRefused(start + "c,pdq,\"" + A + "\n", 5, "this is no CSV");
        assertRefused("pdq,sha256\n" + A + ",\n,\n", 3, "there is no hash in this row");
    }

    @Test
    void aHeaderThatNamesNoHashesIsRefused() {
        assertRefused("", 1, "the file is empty");
        assertRefused(A + "\n" + B + "\n", 1, "wanted are either 'hash' or 'signal_str' and 'type' or 'signal_type'");
        assertRefused("hash,label\n", 1, "the columns are [hash, label]");
        assertRefused("hash,type,pdq\n", 1, "wanted are either");
        assertRefused("type,hash,Hash\n", 1, "the column 'hash' is there twice, allowed is once");
        assertRefused("type,hash,signal_str\n", 1, "the columns [hash, signal_str] mean the same");
    }

    @Test
    void aFileThatCannotBeReadToItsEndIsNoBadList() {
        byte[] latin1 = ("type,hash,id\npdq," + A + ",caf\u00e9\n").getBytes(StandardCharsets.ISO_8859_1);
        Reader utf8 = new InputStreamReader(new ByteArrayInputStream(latin1), StandardCharsets.UTF_8.newDecoder());

        assertThatThrownBy(() -> CsvHashList.read(utf8, "listed", entries::add))
                .isInstanceOf(CharacterCodingException.class);
    }

    @Test
    void aBlankLabelForEntriesWithoutOneIsRefused() {
        assertThatThrownBy(() -> CsvHashList.read(new StringReader("type,hash\n"), " ", entries::add))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Property(tries = 200)
    void readsWhatItWrote(@ForAll("lists") List<ListedHash> written) throws IOException {
        StringWriter csv = new StringWriter();
        CsvHashList.write(written, csv);
        List<ListedHash> found = new ArrayList<>();
        ReadReport report = CsvHashList.read(new StringReader(csv.toString()), "other", found::add);

        assertThat(found).isEqualTo(written);
        assertThat(report).isEqualTo(new ReadReport(written.size(), Map.of()));
    }

    @Test
    void writesAHeaderAndARowForEachEntry() throws IOException {
        StringWriter csv = new StringWriter();
        CsvHashList.write(
                List.of(
                        new ListedPicture(PdqHash.parse(A), OptionalInt.of(97), "n-1", "a, b"),
                        new ListedFile(Sha256.parse(B), "n-2", "c")),
                csv);

        assertThat(csv.toString().replace("\"", ""))
                .isEqualTo("id,label,type,hash,quality\nn-1,a, b,pdq," + A + ",97\nn-2,c,sha256," + B + ",\n");
    }

    @Provide
    Arbitrary<List<ListedHash>> lists() {
        Arbitrary<String> texts = Arbitraries.strings()
                .withChars("ab,\"'#;\n\r\t =-é\uD83D\uDE00\uFEFF")
                .ofMinLength(1)
                .ofMaxLength(6)
                .filter(text -> !text.isBlank());
        Arbitrary<PdqHash> hashes = Combinators.combine(Arbitraries.longs(), Arbitraries.longs())
                .as((a, b) -> new PdqHash(a, b, ~a, a ^ b));
        Arbitrary<OptionalInt> qualities =
                Arbitraries.integers().between(-30, 100).map(q -> q < 0 ? OptionalInt.empty() : OptionalInt.of(q));
        Arbitrary<ListedHash> pictures =
                Combinators.combine(hashes, qualities, texts, texts).as(ListedPicture::new);
        Arbitrary<ListedHash> files = Combinators.combine(hashes, texts, texts)
                .as((hash, id, label) -> new ListedFile(Sha256.of(hash.words()), id, label));
        return Arbitraries.oneOf(pictures, files).list().ofMaxSize(8);
    }

    private ReadReport read(String csv) throws IOException {
        return CsvHashList.read(new StringReader(csv), "listed", entries::add);
    }

    private void assertRefused(String csv, long line, String problem) {
        assertThatThrownBy(() -> read(csv))
                .isInstanceOfSatisfying(
                        InvalidHashListException.class,
                        refused -> assertThat(refused.line()).isEqualTo(line))
                .hasMessageStartingWith("line " + line + ": ")
                .hasMessageContaining(problem);
    }
}
