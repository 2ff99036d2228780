package io.bulwark.perception.hash;

import io.bulwark.perception.hash.EntrySink.HashKind;
import io.bulwark.perception.hash.HashList.InvalidHashListException;
import io.bulwark.perception.hash.HashList.ReadReport;
import io.bulwark.perception.hash.ListedHash.ListedDigest;
import io.bulwark.perception.hash.ListedHash.ListedFile;
import io.bulwark.perception.hash.ListedHash.ListedPicture;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.util.function.Consumer;

/**
 * Hash lists as plain text, one hash a line. Blank lines and lines that start with {@code #} are skipped. Such a list
 * does not name the kind of its hashes, so the caller names it.
 *
 * <ul>
 *   <li>PDQ: {@code hash}, {@code hash,quality} or {@code hash,quality,name}, as Meta's {@code pdq-photo-hasher} prints.
 *   <li>SHA-256, SHA-1, MD5: {@code hash} or {@code hash  name}, as {@code sha256sum} prints.
 * </ul>
 *
 * The name is the entry's id; without one it is the hash itself.
 */
public final class TextHashList {

    private static final String COMMENT = "#";

    private TextHashList() {}

    /**
     * Reads a list of PDQ hashes line by line, without keeping it.
     *
     * @param text not closed
     * @param label of all entries; not blank
     * @param into receives each entry as it is read, also of a list that then turns out to be broken
     * @return how many there were
     * @throws InvalidHashListException if a line is not as above
     * @throws IOException if reading fails, or bytes are not of the reader's encoding
     */
    public static ReadReport readPdq(Reader text, String label, Consumer<? super ListedHash> into) throws IOException {
        return read(text, label, into, (line, content, sink) -> {
            String[] parts = content.split(",", 3);
            String quality = parts.length > 1 ? parts[1].strip() : "";
            String id = parts.length > 2 ? parts[2].strip() : "";
            if (parts.length > 1 && quality.isEmpty()) {
                throw new InvalidHashListException(line, "there is no quality behind the comma, allowed is 0 to 100");
            }
            sink.add(line, HashKind.PDQ, parts[0].strip(), quality, id, "");
        });
    }

    /**
     * Reads a list of SHA-256 hashes line by line, without keeping it.
     *
     * @param text not closed
     * @param label of all entries; not blank
     * @param into receives each entry as it is read, also of a list that then turns out to be broken
     * @return how many there were
     * @throws InvalidHashListException if a line is not as above
     * @throws IOException if reading fails, or bytes are not of the reader's encoding
     */
    public static ReadReport readSha256(Reader text, String label, Consumer<? super ListedHash> into)
            throws IOException {
        return readFiles(text, HashKind.SHA256, label, into);
    }

    /** The same of MD5 or SHA-1, as {@code md5sum} and {@code sha1sum} print them. */
    public static ReadReport readDigests(
            Reader text, FileDigest.Kind kind, String label, Consumer<? super ListedHash> into) throws IOException {
        return readFiles(text, kind == FileDigest.Kind.MD5 ? HashKind.MD5 : HashKind.SHA1, label, into);
    }

    private static ReadReport readFiles(Reader text, HashKind kind, String label, Consumer<? super ListedHash> into)
            throws IOException {
        return read(text, label, into, (line, content, sink) -> {
            // sha256sum puts a star before the name of a file that it read as binary.
            String[] parts = content.split("\\s+\\*?", 2);
            sink.add(line, kind, parts[0], "", parts.length > 1 ? parts[1] : "", "");
        });
    }

    private interface Line {

        void read(long line, String content, EntrySink sink);
    }

    private static ReadReport read(Reader text, String label, Consumer<? super ListedHash> into, Line format)
            throws IOException {
        EntrySink sink = new EntrySink(label, into);
        BufferedReader lines = ByteOrderMark.skip(text);
        String content = lines.readLine();
        for (long line = 1; content != null; line++) {
            String stripped = content.strip();
            if (!stripped.isEmpty() && !stripped.startsWith(COMMENT)) {
                format.read(line, stripped, sink);
            }
            content = lines.readLine();
        }
        return sink.report();
    }

    /**
     * Writes the hashes of pictures, {@code hash} or {@code hash,quality} a line. Ids and labels are lost: CSV keeps them.
     *
     * @param text flushed, not closed
     */
    public static void writePdq(Iterable<ListedPicture> entries, Writer text) throws IOException {
        for (ListedPicture entry : entries) {
            text.write(entry.hash().hex());
            if (entry.quality().isPresent()) {
                text.write("," + entry.quality().getAsInt());
            }
            text.write('\n');
        }
        text.flush();
    }

    /**
     * Writes the hashes of files, one a line. Ids and labels are lost: CSV keeps them.
     *
     * @param text flushed, not closed
     */
    public static void writeSha256(Iterable<ListedFile> entries, Writer text) throws IOException {
        for (ListedFile entry : entries) {
            text.write(entry.hash().hex());
            text.write('\n');
        }
        text.flush();
    }

    /** The same of MD5 and SHA-1. */
    public static void writeDigests(Iterable<ListedDigest> entries, Writer text) throws IOException {
        for (ListedDigest entry : entries) {
            text.write(entry.hash().hex());
            text.write('\n');
        }
        text.flush();
    }

    /** The sign that spreadsheets put before the first character of a UTF-8 file. */
    static final class ByteOrderMark {

        private static final int MARK = 0xFEFF;

        private ByteOrderMark() {}

        /** The text behind it. */
        static BufferedReader skip(Reader text) throws IOException {
            BufferedReader buffered = new BufferedReader(text);
            buffered.mark(1);
            if (buffered.read() != MARK) {
                buffered.reset();
            }
            return buffered;
        }
    }
}
