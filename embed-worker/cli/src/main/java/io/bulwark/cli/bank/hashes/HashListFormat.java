package io.bulwark.cli.bank.hashes;

import io.bulwark.perception.hash.CsvHashList;
import io.bulwark.perception.hash.ListedFile;
import io.bulwark.perception.hash.ListedHash;
import io.bulwark.perception.hash.ListedPicture;
import io.bulwark.perception.hash.ReadReport;
import io.bulwark.perception.hash.TextHashList;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.util.List;
import java.util.function.Consumer;

/** How a hash list is written down. */
enum HashListFormat {
    /** A table with a header; both kinds of hashes. */
    CSV,
    /** One PDQ hash a line. */
    PDQ,
    /** One SHA-256 a line, as {@code sha256sum} prints it. */
    SHA256;

    ReadReport read(Reader file, String label, Consumer<ListedHash> into) throws IOException {
        return switch (this) {
            case CSV -> CsvHashList.read(file, label, into);
            case PDQ -> TextHashList.readPdq(file, label, into);
            case SHA256 -> TextHashList.readSha256(file, label, into);
        };
    }

    /** Writes the entries that the format has a place for; answers how many. */
    int write(List<ListedHash> entries, Writer file) throws IOException {
        switch (this) {
            case CSV -> CsvHashList.write(entries, file);
            case PDQ -> TextHashList.writePdq(of(entries, ListedPicture.class), file);
            case SHA256 -> TextHashList.writeSha256(of(entries, ListedFile.class), file);
        }
        return switch (this) {
            case CSV -> entries.size();
            case PDQ -> of(entries, ListedPicture.class).size();
            case SHA256 -> of(entries, ListedFile.class).size();
        };
    }

    private static <T> List<T> of(List<ListedHash> entries, Class<T> kind) {
        return entries.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
