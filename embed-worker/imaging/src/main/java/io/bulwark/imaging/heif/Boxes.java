package io.bulwark.imaging.heif;

import io.bulwark.imaging.ByteCursor;
import io.bulwark.imaging.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Boxes that lie side by side (ISO/IEC 14496-12, 4.2), each with a type and a content. Reading past an end is a
 * refusal.
 */
final class Boxes {

    private static final String NAME = "HEIF";

    /** Boxes of one level; a phone's picture has some 200 in the fullest. */
    private static final int MOST = 4096;

    private static final int TO_THE_END = 0;
    private static final int LARGE = 1;

    /** Where the content of a box lies. */
    record Box(String type, byte[] file, int start, int end) {

        ByteCursor content() {
            return new ByteCursor(file, NAME, start, end);
        }

        /** The boxes that the content is made of after some bytes. */
        Boxes inside(int skipped) {
            content().skip(skipped);
            return new Boxes(file, start + skipped, end);
        }
    }

    private final List<Box> boxes = new ArrayList<>();

    Boxes(byte[] file, int start, int end) {
        ByteCursor in = new ByteCursor(file, NAME, start, end);
        while (in.remaining() > 0) {
            if (boxes.size() == MOST) {
                throw RefusedException.corrupt("HEIF holds more than " + MOST + " boxes side by side");
            }
            boxes.add(next(file, in));
        }
    }

    private static Box next(byte[] file, ByteCursor in) {
        int from = in.position();
        long size = in.i32() & 0xffffffffL;
        String type = type(file, in);
        if (size == LARGE) {
            size = (long) in.i32() << 32 | in.i32() & 0xffffffffL;
        } else if (size == TO_THE_END) {
            size = in.position() - from + in.remaining();
        }
        long content = size - (in.position() - from);
        if (content > Integer.MAX_VALUE) {
            throw in.truncated();
        }
        int start = in.skip((int) Math.max(-1, content));
        return new Box(type, file, start, in.position());
    }

    /** Four characters. */
    static String type(byte[] file, ByteCursor in) {
        return new String(file, in.skip(4), 4, StandardCharsets.ISO_8859_1);
    }

    List<Box> all() {
        return boxes;
    }

    List<Box> all(String type) {
        return boxes.stream().filter(box -> box.type().equals(type)).toList();
    }

    boolean has(String type) {
        return !all(type).isEmpty();
    }

    /** The one of this type: readers differ in which of several they take. */
    Box one(String type) {
        List<Box> found = all(type);
        if (found.size() != 1) {
            throw RefusedException.corrupt(
                    "HEIF holds " + found.size() + " boxes of type " + type + " where one belongs");
        }
        return found.get(0);
    }
}
