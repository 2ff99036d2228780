package io.bulwark.lab.text;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * HTML5 character references to text, with the prefix rule: {@code &notit;} is {@code ¬it;} because {@code not} may
 * stand without a semicolon. Source: WHATWG HTML, section 13.2.5.72 and following; numeric references that name C1
 * controls mean Windows-1252, references to non-characters vanish. Any thread.
 */
final class HtmlEntities {

    private static final Pattern REFERENCE =
            Pattern.compile("&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\\t\\n\\f <&#;]{1,32};?)");
    private static final String TABLE = "/io/bulwark/lab/text/html5-entities.txt";
    private static final Map<String, String> NAMED = load();

    private HtmlEntities() {}

    /** Replaces every reference once; what is no reference stays. */
    static String unescape(String text) {
        if (text.indexOf('&') < 0) {
            return text;
        }
        return REFERENCE
                .matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(
                        match.group(1).startsWith("#") ? numeric(match.group(1)) : named(match.group(1))));
    }

    /** Replaces only references that are spelt out with their semicolon, as ftfy does. */
    static String unescapeTerminated(String text) {
        if (text.indexOf('&') < 0) {
            return text;
        }
        return REFERENCE.matcher(text).replaceAll(match -> {
            String body = match.group(1);
            boolean known = body.endsWith(";") && (body.startsWith("#") || NAMED.containsKey(body));
            return Matcher.quoteReplacement(known ? unescape(match.group()) : match.group());
        });
    }

    private static String named(String body) {
        String whole = NAMED.get(body);
        if (whole != null) {
            return whole;
        }
        for (int length = body.length() - 1; length > 1; length--) {
            String prefix = NAMED.get(body.substring(0, length));
            if (prefix != null) {
                return prefix + body.substring(length);
            }
        }
        return "&" + body;
    }

    private static String numeric(String body) {
        boolean hexadecimal = body.charAt(1) == 'x' || body.charAt(1) == 'X';
        String digits = body.substring(hexadecimal ? 2 : 1).replace(";", "");
        int codePoint = parse(digits, hexadecimal ? 16 : 10).orElse(Integer.MAX_VALUE);
        if (codePoint == 0 || codePoint > Character.MAX_CODE_POINT || isSurrogate(codePoint)) {
            return "\uFFFD";
        }
        if (codePoint >= 0x80 && codePoint <= 0x9F) {
            return TextRepair.Windows1252.decode((byte) codePoint);
        }
        return isForbidden(codePoint) ? "" : Character.toString(codePoint);
    }

    private static Optional<Integer> parse(String digits, int radix) {
        try {
            return Optional.of(Integer.parseInt(digits, radix));
        } catch (NumberFormatException tooLarge) {
            return Optional.empty();
        }
    }

    private static boolean isSurrogate(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }

    private static boolean isForbidden(int codePoint) {
        boolean control =
                codePoint < 0x20 && codePoint != '\t' && codePoint != '\n' && codePoint != '\f' && codePoint != '\r';
        boolean nonCharacter = (codePoint & 0xFFFE) == 0xFFFE || (codePoint >= 0xFDD0 && codePoint <= 0xFDEF);
        return control || codePoint == 0x7F || nonCharacter;
    }

    private static Map<String, String> load() {
        Map<String, String> table = new HashMap<>();
        try (InputStream resource = HtmlEntities.class.getResourceAsStream(TABLE);
                BufferedReader lines = new BufferedReader(new InputStreamReader(resource, StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#")) {
                    String[] fields = line.split(" ");
                    StringBuilder text = new StringBuilder();
                    for (int i = 1; i < fields.length; i++) {
                        text.appendCodePoint(Integer.parseInt(fields[i], 16));
                    }
                    table.put(fields[0], text.toString());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the bundled table of HTML entities " + TABLE, e);
        }
        return Map.copyOf(table);
    }
}
