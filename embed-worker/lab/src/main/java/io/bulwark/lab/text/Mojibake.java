package io.bulwark.lab.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * UTF-8 that somebody read as Windows-1252 ({@code Ã©} for {@code é}), turned back.
 *
 * <p>A character beyond ASCII is mended only as part of a whole, shortest-form UTF-8 sequence, and a lone sequence of
 * two only behind {@code Â} or {@code Ã}: {@code Spaß”} is German and stays.
 */
final class Mojibake {

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
