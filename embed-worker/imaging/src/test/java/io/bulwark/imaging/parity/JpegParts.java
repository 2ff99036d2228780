package io.bulwark.imaging.parity;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * A JPEG in its parts: segments, each with its marker, and behind a scan's header its data.
 *
 * @param parts in the order of the file, from behind SOI to before EOI
 */
record JpegParts(List<Part> parts) {

    static final int APP0 = 0xe0;
    static final int APP1 = 0xe1;
    static final int APP2 = 0xe2;
    static final int APP14 = 0xee;
    private static final int SOF0 = 0xc0;
    private static final int SOF2 = 0xc2;
    private static final int SOS = 0xda;

    /**
     * A segment.
     *
     * @param marker its second byte
     * @param payload without the length
     * @param data entropy-coded bytes that follow a scan's header
     */
    record Part(int marker, byte[] payload, byte[] data) {}

    static JpegParts of(byte[] jpeg) {
        List<Part> parts = new ArrayList<>();
        int at = 2;
        while ((jpeg[at + 1] & 0xff) != 0xd9) {
            int marker = jpeg[at + 1] & 0xff;
            int end = at + 2 + (jpeg[at + 2] & 0xff) * 256 + (jpeg[at + 3] & 0xff);
            int next = marker == SOS ? endOfData(jpeg, end) : end;
            parts.add(new Part(marker, Arrays.copyOfRange(jpeg, at + 4, end), Arrays.copyOfRange(jpeg, end, next)));
            at = next;
        }
        return new JpegParts(List.copyOf(parts));
    }

    private static int endOfData(byte[] jpeg, int start) {
        int at = start;
        while (jpeg[at] != (byte) 0xff || jpeg[at + 1] == 0 || (jpeg[at + 1] & 0xf8) == 0xd0) {
            at++;
        }
        return at;
    }

    byte[] file() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0xff);
        out.write(0xd8);
        for (Part part : parts) {
            int length = part.payload().length + 2;
            out.write(0xff);
            out.write(part.marker());
            out.write(length >> 8);
            out.write(length);
            out.writeBytes(part.payload());
            out.writeBytes(part.data());
        }
        out.write(0xff);
        out.write(0xd9);
        return out.toByteArray();
    }

    JpegParts without(int marker) {
        return new JpegParts(
                parts.stream().filter(part -> part.marker() != marker).toList());
    }

    /** With a segment in front of all others but earlier insertions. */
    JpegParts with(int marker, byte[] payload) {
        int at = 0;
        while (parts.get(at).marker() >= APP0 && parts.get(at).marker() <= 0xef) {
            at++;
        }
        return inserted(at, marker, payload);
    }

    /** With a segment in front of the JFIF marker. */
    JpegParts first(int marker, byte[] payload) {
        return inserted(0, marker, payload);
    }

    /** With a segment behind the first scan. */
    JpegParts behindFirstScan(int marker, byte[] payload) {
        return inserted(indexOf(part -> part.marker() == SOS) + 1, marker, payload);
    }

    /** With a segment behind everything. */
    JpegParts behindAll(int marker, byte[] payload) {
        return inserted(parts.size(), marker, payload);
    }

    /** With Adobe's marker. */
    JpegParts adobe(int transform) {
        return with(APP14, adobePayload(transform));
    }

    static byte[] adobePayload(int transform) {
        byte[] payload = Arrays.copyOf("Adobe".getBytes(StandardCharsets.US_ASCII), 12);
        payload[6] = 100;
        payload[11] = (byte) transform;
        return payload;
    }

    /** With other names for the components, in frame and scans. */
    JpegParts named(String ids) {
        List<Part> renamed = new ArrayList<>();
        for (Part part : parts) {
            byte[] payload = part.payload().clone();
            if (part.marker() == SOF0 || part.marker() == SOF2) {
                for (int i = 0; i < ids.length(); i++) {
                    payload[6 + 3 * i] = (byte) ids.charAt(i);
                }
            } else if (part.marker() == SOS) {
                for (int i = 0; i < payload[0]; i++) {
                    payload[1 + 2 * i] = (byte) ids.charAt(i);
                }
            }
            renamed.add(new Part(part.marker(), payload, part.data()));
        }
        return new JpegParts(List.copyOf(renamed));
    }

    private JpegParts inserted(int at, int marker, byte[] payload) {
        List<Part> more = new ArrayList<>(parts);
        more.add(at, new Part(marker, payload, new byte[0]));
        return new JpegParts(List.copyOf(more));
    }

    private int indexOf(Predicate<Part> wanted) {
        int at = 0;
        while (!wanted.test(parts.get(at))) {
            at++;
        }
        return at;
    }
}
