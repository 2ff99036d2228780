package io.bulwark.lab.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What ftfy 6 fixes before CLIP's tokenizer sees a text: escaped HTML (unless the text has a {@code <}), mojibake, C1
 * controls, ligatures, full-width forms, curly quotes, terminal escapes, invisible controls; then normal form C.
 * Applied until nothing changes. Line ends are left to the folding of white space. Any thread.
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

    /**
     * UTF-8 that was read as Windows-1252 ({@code Ã©} for {@code é}), turned back.
     *
     * <p>A character beyond ASCII is mended only as part of a whole, shortest-form UTF-8 sequence, and a lone sequence
     * of two only behind {@code Â} or {@code Ã}: {@code Spaß”} is German and stays.
     */
    static final class Mojibake {

        private Mojibake() {}

        static String repair(String text) {
            StringBuilder repaired = new StringBuilder(text.length());
            int at = 0;
            while (at < text.length()) {
                int end = at;
                boolean convincing = false;
                int sequences = 0;
                StringBuilder run = new StringBuilder();
                for (Optional<Sequence> next = sequence(text, end); next.isPresent(); next = sequence(text, end)) {
                    run.append(next.get().text());
                    convincing |= next.get().convincing();
                    sequences++;
                    end += next.get().length();
                }
                if (convincing || sequences > 1) {
                    repaired.append(run);
                    at = end;
                } else {
                    repaired.append(text.charAt(at));
                    at++;
                }
            }
            return repaired.toString();
        }

        private record Sequence(String text, int length, boolean convincing) {}

        private static Optional<Sequence> sequence(String text, int at) {
            if (at >= text.length()) {
                return Optional.empty();
            }
            int lead = Windows1252.encode(text.charAt(at)).orElse(0);
            int length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
            if (length == 0 || at + length > text.length()) {
                return Optional.empty();
            }
            byte[] bytes = new byte[length];
            for (int i = 0; i < length; i++) {
                OptionalInt value = Windows1252.encode(text.charAt(at + i));
                if (value.isEmpty()) {
                    return Optional.empty();
                }
                bytes[i] = (byte) value.getAsInt();
            }
            try {
                String decoded = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
                return Optional.of(new Sequence(decoded, length, length > 2 || lead <= 0xC3));
            } catch (CharacterCodingException notUtf8) {
                return Optional.empty();
            }
        }
    }

    /** Windows-1252 as the web reads it: its five unassigned bytes are the control characters of the same number. */
    static final class Windows1252 {

        private static final String[] CHARACTERS = new String[256];
        private static final Map<String, Integer> BYTES = new HashMap<>();

        static {
            Charset charset = Charset.forName("windows-1252");
            for (int value = 0; value < 256; value++) {
                String character = new String(new byte[] {(byte) value}, charset);
                CHARACTERS[value] = character.equals("\uFFFD") ? String.valueOf((char) value) : character;
                BYTES.put(CHARACTERS[value], value);
            }
        }

        private Windows1252() {}

        static String decode(byte value) {
            return CHARACTERS[value & 0xFF];
        }

        /** The byte, in [0, 255], that stands for a character; a C1 control stands for itself. Empty for all others. */
        static OptionalInt encode(char character) {
            Integer value = BYTES.get(String.valueOf(character));
            if (value != null) {
                return OptionalInt.of(value);
            }
            return character <= 0xFF ? OptionalInt.of(character) : OptionalInt.empty();
        }
    }
}
