package io.bulwark.lab.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A printable letter for each byte, so that any UTF-8 text is a word over 256 letters (GPT-2's byte-level BPE):
 * printable Latin-1 stands for itself, the other bytes for U+0100 and up.
 */
final class ByteAlphabet {

    static final int SIZE = 256;

    private static final char[] LETTERS = new char[SIZE];
    private static final List<String> VOCABULARY_ORDER = new ArrayList<>();

    static {
        for (int value = 0; value < SIZE; value++) {
            if (standsForItself(value)) {
                LETTERS[value] = (char) value;
                VOCABULARY_ORDER.add(String.valueOf(LETTERS[value]));
            }
        }
        char next = SIZE;
        for (int value = 0; value < SIZE; value++) {
            if (!standsForItself(value)) {
                LETTERS[value] = next++;
                VOCABULARY_ORDER.add(String.valueOf(LETTERS[value]));
            }
        }
    }

    private ByteAlphabet() {}

    /** The UTF-8 bytes of a text, a letter each. */
    static String spell(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        char[] letters = new char[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            letters[i] = LETTERS[bytes[i] & 0xFF];
        }
        return new String(letters);
    }

    /** The letters in the order of their ids: letters that stand for themselves first. */
    static List<String> inVocabularyOrder() {
        return List.copyOf(VOCABULARY_ORDER);
    }

    private static boolean standsForItself(int value) {
        return (value >= '!' && value <= '~') || (value >= 0xA1 && value <= 0xFF && value != 0xAD);
    }
}
