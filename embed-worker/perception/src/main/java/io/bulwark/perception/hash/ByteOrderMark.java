package io.bulwark.perception.hash;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;

/** The sign that spreadsheets put before the first character of a UTF-8 file. */
final class ByteOrderMark {

    private static final int MARK = 0xFEFF;

    private ByteOrderMark() {}

    /** The text behind it. */
    static BufferedReader skip(Reader text) throws IOException {
        BufferedReader buffered = new BufferedReader(text);
        buffered.mark(1);
        if (buffered.read() != MARK) {
            buffered.reset();
        }
        return buffered;
    }
}
