package io.bulwark.perception.hash;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The first row of a CSV list: what stands in which column. */
final class CsvHeader {

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
                throw new InvalidHashListException(line, "the column '" + name + "' is there twice, allowed is once");
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
            throw new InvalidHashListException(line, "the columns " + names + " mean the same, allowed is one of them");
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
