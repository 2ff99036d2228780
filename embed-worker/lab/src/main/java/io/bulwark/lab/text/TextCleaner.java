package io.bulwark.lab.text;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The cleaning that open_clip calls {@code lower}: repairs, HTML unescaped twice, white space folded to single blanks
 * and trimmed, lower case. Any thread.
 */
final class TextCleaner {

    /** Python's idea of white space: Unicode's, and the four information separators. */
    private static final Pattern WHITE_SPACE = Pattern.compile(
            "[\\t-\\r\\x1C-\\x1F \\x{85}\\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}]+");

    private TextCleaner() {}

    static String clean(String text) {
        String unescaped = HtmlEntities.unescape(HtmlEntities.unescape(TextRepair.repair(text)));
        return WHITE_SPACE.matcher(unescaped).replaceAll(" ").strip().toLowerCase(Locale.ROOT);
    }
}
