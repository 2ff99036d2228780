package io.bulwark.imaging.heif;

import io.bulwark.imaging.HostileImages;
import io.bulwark.imaging.png.PngWriter;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.DeflaterOutputStream;

/** The pictures that the files of this package's resources were made from; {@code ORIGIN.md} beside them says how. */
final class HeifSources {

    static final int WIDTH = 96;
    static final int HEIGHT = 64;

    private HeifSources() {}

    /** Writes PNGs into a folder, for {@code heif-enc}. */
    public static void main(String[] folder) throws IOException {
        Path into = Files.createDirectories(Path.of(folder[0]));
        Files.write(into.resolve("picture.png"), png(8, 2, new byte[0]));
        Files.write(into.resolve("deep.png"), png(16, 2, new byte[0]));
        Files.write(into.resolve("alpha.png"), png(8, 6, new byte[0]));
        Files.write(
                into.resolve("linear.png"),
                png(8, 2, ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData()));
        Files.write(into.resolve("odd.png"), HostileImages.png(97, 63));
        Files.write(into.resolve("other.png"), HostileImages.png(64, 48));
    }

    static BufferedImage picture() {
        return HostileImages.picture(WIDTH, HEIGHT);
    }

    /** Opaque to the left, see-through to the right. */
    static int alpha(int x) {
        return 255 - 255 * x / (WIDTH - 1);
    }

    private static byte[] png(int depth, int colourType, byte[] profile) throws IOException {
        PngWriter png = new PngWriter(WIDTH, HEIGHT, depth, colourType, false);
        if (profile.length > 0) {
            byte[] name = "linear\0\0".getBytes(StandardCharsets.US_ASCII);
            byte[] packed = deflated(profile);
            byte[] chunk = new byte[name.length + packed.length];
            System.arraycopy(name, 0, chunk, 0, name.length);
            System.arraycopy(packed, 0, chunk, name.length, packed.length);
            png.chunk("iCCP", chunk);
        }
        return png.chunk("IDAT", deflated(rows(depth, colourType == 6))).end();
    }

    private static byte[] rows(int depth, boolean withAlpha) {
        BufferedImage picture = picture();
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        for (int y = 0; y < HEIGHT; y++) {
            rows.write(0);
            for (int x = 0; x < WIDTH; x++) {
                int rgb = picture.getRGB(x, y);
                for (int shift = 16; shift >= 0; shift -= 8) {
                    rows.write(rgb >> shift);
                    if (depth == 16) {
                        rows.write(rgb >> shift);
                    }
                }
                if (withAlpha) {
                    rows.write(alpha(x));
                }
            }
        }
        return rows.toByteArray();
    }

    private static byte[] deflated(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
            deflater.write(bytes);
        }
        return out.toByteArray();
    }
}
