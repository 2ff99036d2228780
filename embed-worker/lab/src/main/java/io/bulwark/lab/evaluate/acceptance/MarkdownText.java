package io.bulwark.lab.evaluate.acceptance;

import io.bulwark.cli.report.Proportion;
import io.bulwark.lab.evaluate.acceptance.Judged.Decision;
import java.util.Locale;
import java.util.Optional;

/** A text of paragraphs and tables as it grows. One thread. */
final class MarkdownText {

    private static final String NONE = "–";

    private final StringBuilder text = new StringBuilder();

    /** @param format as {@link String#format} takes it, by the root locale */
    MarkdownText line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
        return this;
    }

    MarkdownText section(String title) {
        return line("\n## %s\n", title);
    }

    /** Begins a table. */
    MarkdownText header(String... columns) {
        text.append("\n");
        row(columns);
        text.append("|---".repeat(columns.length)).append("|\n");
        return this;
    }

    MarkdownText row(String... cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
        return this;
    }

    /** A share with its interval. */
    static String share(Outcomes outcomes, Decision decision) {
        Optional<Proportion> share = outcomes.share(decision);
        return share.map(found -> percent(found.value(), found.low(), found.high()))
                .orElse(NONE);
    }

    /** A share without the interval, where a table is wide. */
    static String bare(Outcomes outcomes, Decision decision) {
        return outcomes.share(decision)
                .map(found -> String.format(Locale.ROOT, "%.1f %%", 100 * found.value()))
                .orElse(NONE);
    }

    static String percent(double value, double low, double high) {
        return String.format(Locale.ROOT, "%.1f %% [%.1f, %.1f]", 100 * value, 100 * low, 100 * high);
    }

    static String number(Estimate estimate) {
        return String.format(Locale.ROOT, "%.1f [%.1f, %.1f]", estimate.value(), estimate.low(), estimate.high());
    }

    /** Labels are free strings. */
    static String escaped(String label) {
        return label.replace("|", "\\|");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
