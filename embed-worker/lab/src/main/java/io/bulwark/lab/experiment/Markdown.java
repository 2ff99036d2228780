package io.bulwark.lab.experiment;

import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Text with tables. One thread. */
public final class Markdown {

    private final StringBuilder text = new StringBuilder();

    /** A line, formatted without a locale. */
    public Markdown line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
        return this;
    }

    /** Text as it is, and the end of its line. */
    public Markdown text(String line) {
        text.append(line).append('\n');
        return this;
    }

    /** The title of a section, with an empty line before and after it. */
    public Markdown section(String title) {
        return line("\n## %s\n", title);
    }

    /** The head of a table, with an empty line before it. */
    public Markdown header(Object... columns) {
        text.append('\n');
        int before = text.length();
        row(columns);
        long bars =
                text.substring(before).chars().filter(letter -> letter == '|').count();
        text.append("|---".repeat((int) bars - 1)).append("|\n");
        return this;
    }

    /** A row of a table; a list is as many cells as it has, and null an empty one. */
    public Markdown row(Object... cells) {
        for (Object cell : cells) {
            for (Object part : cell instanceof List<?> several ? several : Collections.singletonList(cell)) {
                text.append(part == null ? "| " : "| " + part + " ");
            }
        }
        text.append("|\n");
        return this;
    }

    /** A cell whose bars do not end it. */
    public static String escaped(String cell) {
        return cell.replace("|", "\\|");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
