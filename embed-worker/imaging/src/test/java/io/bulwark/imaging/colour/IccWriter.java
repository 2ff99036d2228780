package io.bulwark.imaging.colour;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Writes ICC profiles tag by tag, broken ones included. */
public final class IccWriter {

    public static final double[] RED = {0.4360, 0.2225, 0.0139};
    public static final double[] GREEN = {0.3851, 0.7169, 0.0971};
    public static final double[] BLUE = {0.1431, 0.0606, 0.7141};

    private static final int HEADER = 128;

    private final ByteBuffer header = ByteBuffer.allocate(HEADER);
    private final Map<String, byte[]> tags = new LinkedHashMap<>();

    public IccWriter(String space, String connection) {
        header.putInt(8, 0x04300000);
        text(12, "mntr").text(16, space).text(20, connection).text(36, "acsp");
        fixed(68, 0.9642).fixed(72, 1).fixed(76, 0.8249);
    }

    /** sRGB with red and blue exchanged: whether a reader applies it is easily seen. */
    public static IccWriter swapped() {
        return rgb(BLUE, GREEN, RED, srgbCurve());
    }

    public static IccWriter rgb(double[] red, double[] green, double[] blue, byte[] curve) {
        return new IccWriter("RGB ", "XYZ ")
                .tag("rXYZ", xyz(red))
                .tag("gXYZ", xyz(green))
                .tag("bXYZ", xyz(blue))
                .tag("rTRC", curve)
                .tag("gTRC", curve)
                .tag("bTRC", curve);
    }

    public static IccWriter gray(double gamma) {
        return new IccWriter("GRAY", "XYZ ").tag("kTRC", gamma(gamma));
    }

    /** A table over CIELAB. */
    public static IccWriter table(String space, byte[] mft2) {
        return new IccWriter(space, "Lab ").tag("A2B0", mft2);
    }

    public IccWriter tag(String name, byte[] data) {
        tags.put(name, data);
        return this;
    }

    public IccWriter without(String name) {
        tags.remove(name);
        return this;
    }

    public IccWriter text(int at, String four) {
        header.put(at, four.getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    public IccWriter fixed(int at, double value) {
        header.putInt(at, fixed(value));
        return this;
    }

    public byte[] bytes() {
        int start = HEADER + 4 + 12 * tags.size();
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        ByteBuffer table = ByteBuffer.allocate(4 + 12 * tags.size()).putInt(tags.size());
        tags.forEach((name, tag) -> {
            table.put(name.getBytes(StandardCharsets.US_ASCII))
                    .putInt(start + data.size())
                    .putInt(tag.length);
            data.writeBytes(tag);
            data.writeBytes(new byte[-tag.length & 3]);
        });
        ByteBuffer profile = ByteBuffer.allocate(start + data.size());
        profile.put(header.array()).put(table.array()).put(data.toByteArray());
        return profile.putInt(0, profile.capacity()).array();
    }

    private static int fixed(double value) {
        return (int) Math.round(value * 65536);
    }

    public static byte[] xyz(double... values) {
        return type("XYZ ", 12)
                .putInt(fixed(values[0]))
                .putInt(fixed(values[1]))
                .putInt(fixed(values[2]))
                .array();
    }

    public static byte[] gamma(double gamma) {
        return type("curv", 6)
                .putInt(1)
                .putShort((short) Math.round(gamma * 256))
                .array();
    }

    public static byte[] samples(int... samples) {
        ByteBuffer curve = type("curv", 4 + 2 * samples.length).putInt(samples.length);
        for (int sample : samples) {
            curve.putShort((short) sample);
        }
        return curve.array();
    }

    public static byte[] parametric(int kind, double... parameters) {
        ByteBuffer curve = type("para", 4 + 4 * parameters.length).putInt(kind << 16);
        for (double parameter : parameters) {
            curve.putInt(fixed(parameter));
        }
        return curve.array();
    }

    public static byte[] srgbCurve() {
        return parametric(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045);
    }

    public static byte[] codePoints(int... codes) {
        return type("cicp", 4)
                .put((byte) codes[0])
                .put((byte) codes[1])
                .put((byte) codes[2])
                .put((byte) codes[3])
                .array();
    }

    private static ByteBuffer type(String name, int length) {
        return ByteBuffer.allocate(8 + length)
                .put(name.getBytes(StandardCharsets.US_ASCII))
                .putInt(0);
    }

    /**
     * A table of 16 bits with straight curves.
     *
     * @param colour from the device's channels, 0 to 1, to sRGB, 0 to 1
     */
    public static byte[] mft2(int channels, int grid, UnaryOperator<double[]> colour) {
        int points = (int) Math.pow(grid, channels);
        ByteBuffer tag = type("mft2", 44 + 4 * channels + 6 * points + 12);
        tag.put((byte) channels).put((byte) 3).put((byte) grid).put((byte) 0);
        for (int i = 0; i < 9; i++) {
            tag.putInt(fixed(i % 4 == 0 ? 1 : 0));
        }
        tag.putShort((short) 2).putShort((short) 2);
        straight(tag, channels);
        for (int i = 0; i < points; i++) {
            double[] device = new double[channels];
            for (int c = channels - 1, rest = i; c >= 0; c--, rest /= grid) {
                device[c] = rest % grid / (grid - 1.0);
            }
            for (double number : lab(colour.apply(device))) {
                tag.putShort((short) Math.round(Math.max(0, Math.min(1, number)) * 65535));
            }
        }
        straight(tag, 3);
        return tag.array();
    }

    private static void straight(ByteBuffer tag, int channels) {
        for (int c = 0; c < channels; c++) {
            tag.putShort((short) 0).putShort((short) 65535);
        }
    }

    /** CIELAB's numbers, 0 to 1, of an sRGB colour, as version 4 has them. */
    private static double[] lab(double[] rgb) {
        double[] f = new double[3];
        double[] white = {0.9642, 1, 0.8249};
        for (int i = 0; i < 3; i++) {
            double value = 0;
            double[][] primaries = {RED, GREEN, BLUE};
            for (int c = 0; c < 3; c++) {
                double level = rgb[c];
                value += primaries[c][i] * (level <= 0.04045 ? level / 12.92 : Math.pow((level + 0.055) / 1.055, 2.4));
            }
            value /= white[i];
            f[i] = value > 216.0 / 24389 ? Math.cbrt(value) : (24389.0 / 27 * value + 16) / 116;
        }
        return new double[] {
            (116 * f[1] - 16) / 100, (500 * (f[0] - f[1]) + 128) / 255, (200 * (f[1] - f[2]) + 128) / 255
        };
    }
}
