package io.bulwark.perception.hash;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Hash lists as CSV (RFC 4180) with a header. Either each row has one hash, in column {@code hash}, and its kind, in column
 * {@code type}, {@code pdq} or {@code sha256}; or it has a column for each kind, named so. Columns {@code id}, {@code label}
 * and {@code quality} may stand beside them in any order; others are not read.
 *
 * <p>What {@code threatexchange dataset --csv} prints is read as it is: there the columns are called {@code signal_str} and
 * {@code signal_type}. Hashes of other kinds are left out and counted, and so are those of {@code category}
 * {@code NEGATIVE_CLASS}, which ThreatExchange's members call false alarms.
 */
public final class CsvHashList {

    private static final CsvMapper MAPPER = CsvMapper.builder()
            .enable(CsvParser.Feature.WRAP_AS_ARRAY)
            .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
            .build();

    private static final String FALSE_ALARM = "NEGATIVE_CLASS";

    private static final String[] COLUMNS = {"id", "label", "type", "hash", "quality"};

    private CsvHashList() {}

    /**
     * Reads a list entry by entry, without keeping it.
     *
     * @param csv not closed
     * @param label of entries that have none; not blank
     * @param into receives each entry as it is read, also of a list that then turns out to be broken
     * @return how many there were
     * @throws InvalidHashListException if the header or a row is not as above
     * @throws IOException if reading fails, or bytes are not of the reader's encoding
     */
    public static ReadReport read(Reader csv, String label, Consumer<? super ListedHash> into) throws IOException {
        EntrySink sink = new EntrySink(label, into);
        long line = 1;
        try {
            MappingIterator<String[]> rows = MAPPER.readerFor(String[].class).readValues(ByteOrderMark.skip(csv));
            CsvHeader header = null;
            while (rows.hasNextValue()) {
                String[] row = rows.nextValue();
                if (header == null) {
                    header = new CsvHeader(line, row);
                } else {
                    read(line, header, row, sink);
                }
                line = rows.getCurrentLocation().getLineNr();
            }
            if (header == null) {
                throw new InvalidHashListException(line, "the file is empty, wanted is at least a header");
            }
        } catch (JsonProcessingException e) {
            if (e.getCause() instanceof IOException reading && !(reading instanceof JsonProcessingException)) {
                throw reading;
            }
            throw new InvalidHashListException(line, "this is no CSV: " + e.getOriginalMessage(), e);
        }
        return sink.report();
    }

    private static void read(long line, CsvHeader header, String[] row, EntrySink sink) {
        if (row.length != header.width()) {
            throw new InvalidHashListException(
                    line, "there are %d cells, the header asks for %d".formatted(row.length, header.width()));
        }
        if (header.opinion(row).equalsIgnoreCase(FALSE_ALARM)) {
            sink.skip("category " + FALSE_ALARM);
        } else if (header.namesKinds()) {
            readNamed(line, header, row, sink);
        } else {
            readEach(line, header, row, sink);
        }
    }

    private static void readNamed(long line, CsvHeader header, String[] row, EntrySink sink) {
        String name = header.kind(row);
        if (name.isEmpty()) {
            throw new InvalidHashListException(line, "the type is missing, wanted is one such as 'pdq' or 'sha256'");
        }
        HashKind kind = HashKind.ofName(name).orElse(null);
        if (kind == null) {
            sink.skip("type " + name.toLowerCase(Locale.ROOT));
        } else {
            add(line, kind, header.hash(row), header, row, sink);
        }
    }

    private static void readEach(long line, CsvHeader header, String[] row, EntrySink sink) {
        boolean any = false;
        for (HashKind kind : HashKind.values()) {
            String hash = header.hash(row, kind);
            if (!hash.isEmpty()) {
                add(line, kind, hash, header, row, sink);
                any = true;
            }
        }
        if (!any) {
            throw new InvalidHashListException(line, "there is no hash in this row, wanted is one or more");
        }
    }

    private static void add(long line, HashKind kind, String hash, CsvHeader header, String[] row, EntrySink sink) {
        sink.add(line, kind, hash, header.quality(row), header.id(row), header.label(row));
    }

    /**
     * Writes a list that {@link #read} reads as it was.
     *
     * @param entries in the order in which they are to stand
     * @param csv flushed, not closed
     */
    public static void write(Iterable<? extends ListedHash> entries, Writer csv) throws IOException {
        SequenceWriter rows = MAPPER.writerFor(String[].class).writeValues(csv);
        rows.write(COLUMNS);
        for (ListedHash entry : entries) {
            rows.write(row(entry));
        }
        rows.flush();
    }

    private static String[] row(ListedHash entry) {
        HashKind kind = entry instanceof ListedPicture ? HashKind.PDQ : HashKind.SHA256;
        String hash = "";
        String quality = "";
        if (entry instanceof ListedPicture picture) {
            hash = picture.hash().hex();
            quality = picture.quality().isPresent()
                    ? Integer.toString(picture.quality().getAsInt())
                    : "";
        } else if (entry instanceof ListedFile file) {
            hash = file.hash().hex();
        }
        return new String[] {entry.id(), entry.label(), kind.written(), hash, quality};
    }
}
