package io.bulwark.stream.review;

import java.io.IOException;
import java.util.List;

/**
 * Cases as CSV (RFC 4180), with a line of names first. Every cell is quoted. A text that a spreadsheet would take for a
 * formula gets an apostrophe in front: ids and labels are what strangers wrote.
 */
public final class CaseTable {

    private static final List<String> NAMES = List.of(
            "imageId",
            "contentSha256",
            "uploaderId",
            "decision",
            "reason",
            "labels",
            "score",
            "decidedBy",
            "byPerson",
            "decidedAt",
            "audited");
    private static final String FORMULA_BEGINS = "=+-@\t\r\n";

    private final Appendable to;

    /** Begins a table. */
    public CaseTable(Appendable to) throws IOException {
        this.to = to;
        line(NAMES);
    }

    /** Adds a line. */
    public void add(Casebook.Case found) throws IOException {
        line(List.of(
                found.image().imageId(),
                found.image().contentSha256(),
                found.image().uploaderId(),
                found.image().decision(),
                found.image().reason().orElse(""),
                String.join(" ", found.image().labels()),
                Double.toString(found.image().score()),
                found.decidedBy(),
                Boolean.toString(found.byPerson()),
                found.decidedAt().toString(),
                Boolean.toString(found.audited())));
    }

    private void line(List<String> cells) throws IOException {
        String between = "";
        for (String cell : cells) {
            boolean formula = !cell.isEmpty() && FORMULA_BEGINS.indexOf(cell.charAt(0)) >= 0;
            to.append(between)
                    .append(formula ? "\"'" : "\"")
                    .append(cell.replace("\"", "\"\""))
                    .append('"');
            between = ",";
        }
        to.append("\r\n");
    }
}
