package io.bulwark.lab.text;

import java.nio.charset.Charset;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/** Windows-1252 as the web reads it: its five unassigned bytes are the control characters of the same number. */
final class Windows1252 {

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
