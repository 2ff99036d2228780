package io.bulwark.lab.text;

import java.text.Normalizer;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What ftfy 6 mends before CLIP's tokenizer sees a text: escaped HTML (unless the text has a {@code <}), mojibake, C1
 * controls, ligatures, full-width forms, curly quotes, terminal escapes, invisible controls; then normal form C. Applied
 * until nothing changes. Line ends are left to the folding of white space. Any thread.
 */
final class TextRepair {

    private static final Pattern C1_CONTROL = Pattern.compile("[\\x{80}-\\x{9F}]");
    private static final Pattern LIGATURE =
            Pattern.compile("[\u0132\u0133\u0149\u01C4-\u01CC\u01F1-\u01F3\uFB00-\uFB06]");
    private static final Pattern WIDE_OR_NARROW = Pattern.compile("[\u3000\uFF01-\uFFEF]");
    private static final Pattern SINGLE_QUOTE = Pattern.compile("[\u02BC\u2018-\u201B]");
    private static final Pattern DOUBLE_QUOTE = Pattern.compile("[\u201C-\u201F]");
    private static final Pattern TERMINAL_ESCAPE = Pattern.compile("\u001B\\[[0-9;]*[a-zA-Z]");
    private static final Pattern INVISIBLE_CONTROL =
            Pattern.compile("[\\x00-\\x08\\x0B\\x0E-\\x1F\\x7F\u206A-\u206F\uFEFF\uFFF9-\uFFFC]");

    /** Ligatures whose compatibility form is not what ftfy writes. */
    private static final Map<String, String> OWN_SPELLING = Map.of("\uFB05", "\u017Ft");

    private TextRepair() {}

    static String repair(String text) {
        boolean unescape = text.indexOf('<') < 0;
        String before;
        String after = text;
        do {
            before = after;
            after = once(unescape ? HtmlEntities.unescapeTerminated(before) : before);
        } while (!after.equals(before));
        return after;
    }

    private static String once(String text) {
        String mended = Mojibake.repair(text);
        mended = C1_CONTROL
                .matcher(mended)
                .replaceAll(match -> Matcher.quoteReplacement(
                        Windows1252.decode((byte) match.group().charAt(0))));
        mended = LIGATURE.matcher(mended).replaceAll(match -> compatible(match.group()));
        mended =
                WIDE_OR_NARROW.matcher(mended).replaceAll(match -> Matcher.quoteReplacement(compatible(match.group())));
        mended = SINGLE_QUOTE.matcher(mended).replaceAll("'");
        mended = DOUBLE_QUOTE.matcher(mended).replaceAll("\"");
        mended = TERMINAL_ESCAPE.matcher(mended).replaceAll("");
        mended = INVISIBLE_CONTROL.matcher(mended).replaceAll("");
        return Normalizer.normalize(mended, Normalizer.Form.NFC);
    }

    private static String compatible(String character) {
        return OWN_SPELLING.getOrDefault(character, Normalizer.normalize(character, Normalizer.Form.NFKC));
    }
}
