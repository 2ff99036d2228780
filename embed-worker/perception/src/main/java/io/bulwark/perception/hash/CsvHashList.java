package io.bulwark.perception.hash;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import io.bulwark.perception.hash.EntrySink.HashKind;
import io.bulwark.perception.hash.HashList.InvalidHashListException;
import io.bulwark.perception.hash.HashList.ReadReport;
import io.bulwark.perception.hash.ListedHash.ListedDigest;
import io.bulwark.perception.hash.ListedHash.ListedFile;
import io.bulwark.perception.hash.ListedHash.ListedPicture;
import io.bulwark.perception.hash.TextHashList.ByteOrderMark;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Hash lists as CSV (RFC 4180) with a header. Either each row has one hash, in column {@code hash}, and its kind, in column
 * {@code type}, {@code pdq}, {@code sha256}, {@code sha1} or {@code md5}; or it has a column for each kind, named so.
 * Columns {@code id}, {@code label} and {@code quality} may stand beside them in any order; others are not read.
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
        HashKind kind = HashKind.SHA256;
        String hash = "";
        String quality = "";
        if (entry instanceof ListedPicture picture) {
            kind = HashKind.PDQ;
            hash = picture.hash().hex();
            quality = picture.quality().isPresent()
                    ? Integer.toString(picture.quality().getAsInt())
                    : "";
        } else if (entry instanceof ListedFile file) {
            hash = file.hash().hex();
        } else if (entry instanceof ListedDigest digest) {
            kind = digest.hash().kind() == FileDigest.Kind.MD5 ? HashKind.MD5 : HashKind.SHA1;
            hash = digest.hash().hex();
        }
        return new String[] {entry.id(), entry.label(), kind.written(), hash, quality};
    }

    /** The first row of a CSV list: what stands in which column. */
    static final class CsvHeader {

        private static final List<String> HASH = List.of("hash", "signal_str");
        private static final List<String> KIND = List.of("type", "signal_type");
        private static final List<String> ID = List.of("id");
        private static final List<String> LABEL = List.of("label");
        private static final List<String> OPINION = List.of("category");
        private static final List<String> QUALITY = List.of("quality", "pdq_quality");

        private final Map<String, Integer> columns = new LinkedHashMap<>();
        private final int width;
        private final long line;

        /**
         * Reads the names.
         *
         * @param line where they stand
         * @throws InvalidHashListException if no column holds hashes, or two the same
         */
        CsvHeader(long line, String[] names) {
            this.line = line;
            width = names.length;
            for (int i = 0; i < names.length; i++) {
                String name = names[i].strip().toLowerCase(Locale.ROOT);
                if (columns.putIfAbsent(name, i) != null && !name.isEmpty()) {
                    throw new InvalidHashListException(
                            line, "the column '" + name + "' is there twice, allowed is once");
                }
            }
            boolean named = isThere(HASH) && isThere(KIND);
            boolean each = Arrays.stream(HashKind.values()).anyMatch(this::isThere);
            if (named == each) {
                throw new InvalidHashListException(
                        line,
                        "the columns are %s, wanted are either %s and %s, or %s or both; further ones may be %s, %s and %s"
                                .formatted(
                                        columns.keySet(),
                                        oneOf(HASH),
                                        oneOf(KIND),
                                        oneOf(Arrays.stream(HashKind.values())
                                                .map(HashKind::written)
                                                .toList()),
                                        oneOf(ID),
                                        oneOf(LABEL),
                                        oneOf(QUALITY)));
            }
        }

        private static String oneOf(List<String> names) {
            return "'" + String.join("' or '", names) + "'";
        }

        /** Cells that each row has to have. */
        int width() {
            return width;
        }

        /** Whether each row has one hash and its kind; else it has a column for each kind. */
        boolean namesKinds() {
            return isThere(HASH);
        }

        String hash(String[] row) {
            return cell(row, HASH).strip();
        }

        String kind(String[] row) {
            return cell(row, KIND).strip();
        }

        /** The hash in a kind's own column; empty where there is none. */
        String hash(String[] row, HashKind kind) {
            return cell(row, List.of(kind.written())).strip();
        }

        String id(String[] row) {
            return cell(row, ID);
        }

        String label(String[] row) {
            return cell(row, LABEL);
        }

        /** What ThreatExchange's members say of the hash; empty where they have no opinion. */
        String opinion(String[] row) {
            return cell(row, OPINION).strip();
        }

        String quality(String[] row) {
            return cell(row, QUALITY).strip();
        }

        private boolean isThere(HashKind kind) {
            return columns.containsKey(kind.written());
        }

        private boolean isThere(List<String> names) {
            long found = names.stream().filter(columns::containsKey).count();
            if (found > 1) {
                throw new InvalidHashListException(
                        line, "the columns " + names + " mean the same, allowed is one of them");
            }
            return found == 1;
        }

        private String cell(String[] row, List<String> names) {
            for (String name : names) {
                Integer column = columns.get(name);
                if (column != null && column < row.length) {
                    return row[column];
                }
            }
            return "";
        }
    }
}
