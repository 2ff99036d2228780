package io.bulwark.lab.experiment;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

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
        row(columns);
        text.append("|---".repeat(columns.length)).append("|\n");
        return this;
    }

    /** A row of a table. */
    public Markdown row(Object... cells) {
        text.append(Arrays.stream(cells).map(String::valueOf).collect(Collectors.joining(" | ", "| ", " |\n")));
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
