package io.bulwark.imaging.parity;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** ICC profiles (ICC.1:2001-04, version 2.4), written tag by tag. */
final class IccProfiles {

    /** Red, green and blue in XYZ under D50. */
    private static final double[][] SRGB = {{.4360, .2225, .0139}, {.3851, .7169, .0971}, {.1431, .0606, .7141}};

    private static final double[][] P3 = {{.5151, .2412, -.0011}, {.2920, .6922, .0419}, {.1571, .0666, .7841}};
    private static final double[] D50 = {.9642, 1, .8249};
    private static final int GRID = 9;

    private IccProfiles() {}

    static byte[] srgb() {
        return matrix(SRGB, 2.2);
    }

    static byte[] displayP3() {
        return matrix(P3, 2.2);
    }

    /** Red shows blue and blue shows red. */
    static byte[] swapped() {
        return matrix(new double[][] {SRGB[2], SRGB[1], SRGB[0]}, 2.2);
    }

    /** Much darker than it is stored. */
    static byte[] gamma(double gamma) {
        return matrix(SRGB, gamma);
    }

    static byte[] gray(double gamma) {
        Map<String, byte[]> tags = common();
        tags.put("kTRC", curve(gamma));
        return profile("mntr", "GRAY", "XYZ ", tags);
    }

    /** Red shows blue and blue shows red, by a table. */
    static byte[] swappedByTable() {
        ByteArrayOutputStream table = new ByteArrayOutputStream();
        for (int r = 0; r < GRID; r++) {
            for (int g = 0; g < GRID; g++) {
                for (int b = 0; b < GRID; b++) {
                    table.writeBytes(lab(at(b), at(g), at(r)));
                }
            }
        }
        return lookup("mntr", "RGB ", 3, GRID, table.toByteArray());
    }

    /** Inks whose cyan prints yellow and whose yellow prints cyan, by a table. */
    static byte[] swappedInks() {
        ByteArrayOutputStream table = new ByteArrayOutputStream();
        int grid = 5;
        for (int i = 0; i < grid * grid * grid * grid; i++) {
            double[] ink = new double[4];
            for (int c = 3, rest = i; c >= 0; c--, rest /= grid) {
                ink[c] = (rest % grid) / (grid - 1.0);
            }
            double light = 1 - ink[3];
            table.writeBytes(lab((1 - ink[2]) * light, (1 - ink[1]) * light, (1 - ink[0]) * light));
        }
        return lookup("prtr", "CMYK", 4, grid, table.toByteArray());
    }

    private static double at(int step) {
        return step / (GRID - 1.0);
    }

    private static byte[] matrix(double[][] colours, double gamma) {
        Map<String, byte[]> tags = common();
        String[] names = {"r", "g", "b"};
        for (int i = 0; i < 3; i++) {
            tags.put(names[i] + "XYZ", xyz(colours[i]));
            tags.put(names[i] + "TRC", curve(gamma));
        }
        return profile("mntr", "RGB ", "XYZ ", tags);
    }

    /** Type lut8: tables of 256 that change nothing around the grid. */
    private static byte[] lookup(String device, String space, int inputs, int grid, byte[] table) {
        ByteBuffer tag = ByteBuffer.allocate(48 + 256 * (inputs + 3) + table.length);
        put(tag, "mft1")
                .putInt(0)
                .put((byte) inputs)
                .put((byte) 3)
                .put((byte) grid)
                .put((byte) 0);
        for (int i = 0; i < 9; i++) {
            tag.putInt(i % 4 == 0 ? 0x10000 : 0);
        }
        for (int i = 0; i < 256 * inputs; i++) {
            tag.put((byte) i);
        }
        tag.put(table);
        for (int i = 0; i < 256 * 3; i++) {
            tag.put((byte) i);
        }
        Map<String, byte[]> tags = common();
        tags.put("A2B0", tag.array());
        return profile(device, space, "Lab ", tags);
    }

    /** Of an sRGB colour, in lut8's encoding. */
    private static byte[] lab(double red, double green, double blue) {
        double[] rgb = {linear(red), linear(green), linear(blue)};
        double[] f = new double[3];
        for (int i = 0; i < 3; i++) {
            double value = (SRGB[0][i] * rgb[0] + SRGB[1][i] * rgb[1] + SRGB[2][i] * rgb[2]) / D50[i];
            f[i] = value > 216.0 / 24389 ? Math.cbrt(value) : (24389.0 / 27 * value + 16) / 116;
        }
        return new byte[] {
            level((116 * f[1] - 16) * 2.55), level(500 * (f[0] - f[1]) + 128), level(200 * (f[1] - f[2]) + 128)
        };
    }

    private static double linear(double value) {
        return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }

    private static byte level(double value) {
        return (byte) Math.max(0, Math.min(255, Math.round(value)));
    }

    private static Map<String, byte[]> common() {
        Map<String, byte[]> tags = new LinkedHashMap<>();
        ByteBuffer name = ByteBuffer.allocate(12 + 5 + 78);
        put(name, "desc").putInt(0).putInt(5);
        put(name, "test");
        tags.put("desc", name.array());
        tags.put(
                "cprt",
                put(ByteBuffer.allocate(12), "text")
                        .putInt(0)
                        .putInt(0x6e6f0000)
                        .array());
        tags.put("wtpt", xyz(D50));
        return tags;
    }

    private static byte[] xyz(double[] colour) {
        ByteBuffer tag = put(ByteBuffer.allocate(20), "XYZ ").putInt(0);
        for (double value : colour) {
            tag.putInt((int) Math.round(value * 65_536));
        }
        return tag.array();
    }

    private static byte[] curve(double gamma) {
        return put(ByteBuffer.allocate(16), "curv")
                .putInt(0)
                .putInt(1)
                .putShort((short) Math.round(gamma * 256))
                .array();
    }

    private static byte[] profile(String device, String space, String connection, Map<String, byte[]> tags) {
        int start = 132 + 12 * tags.size();
        int length = start
                + tags.values().stream().mapToInt(tag -> tag.length + 3 & ~3).sum();
        ByteBuffer out = ByteBuffer.allocate(length);
        out.putInt(length).putInt(0).putInt(0x02400000);
        put(out, device);
        put(out, space);
        put(out, connection);
        out.putShort((short) 2026).putShort((short) 1).putShort((short) 1).position(36);
        put(out, "acsp").position(68);
        for (double value : D50) {
            out.putInt((int) Math.round(value * 65_536));
        }
        out.position(128);
        out.putInt(tags.size());
        int at = start;
        for (Map.Entry<String, byte[]> tag : tags.entrySet()) {
            put(out, tag.getKey()).putInt(at).putInt(tag.getValue().length);
            out.put(at, tag.getValue());
            at += tag.getValue().length + 3 & ~3;
        }
        return out.array();
    }

    private static ByteBuffer put(ByteBuffer out, String text) {
        return out.put(text.getBytes(StandardCharsets.US_ASCII));
    }
}
