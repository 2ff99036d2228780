package io.bulwark.imaging.preview;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Pixels to a file that every browser shows: baseline JPEG, sRGB, nothing beside the picture. Any thread. */
public final class BaselineJpeg {

    private static final float QUALITY = 0.9f;

    private BaselineJpeg() {}

    /** Writes a preview as a file. */
    public static byte[] encode(Preview preview) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam options = writer.getDefaultWriteParam();
            options.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            options.setCompressionQuality(QUALITY);
            options.setProgressiveMode(ImageWriteParam.MODE_DISABLED);
            writer.setOutput(out);
            writer.write(null, new IIOImage(image(preview), null, null), options);
            out.flush();
            return bytes.toByteArray();
        } catch (IOException inMemory) {
            throw new UncheckedIOException("A preview could not be written", inMemory);
        } finally {
            writer.dispose();
        }
    }

    private static BufferedImage image(Preview preview) {
        BufferedImage image = new BufferedImage(preview.width(), preview.height(), BufferedImage.TYPE_INT_RGB);
        int[] row = new int[preview.width()];
        byte[] rgb = preview.rgb();
        for (int y = 0, at = 0; y < preview.height(); y++) {
            for (int x = 0; x < preview.width(); x++, at += 3) {
                row[x] = (rgb[at] & 0xff) << 16 | (rgb[at + 1] & 0xff) << 8 | rgb[at + 2] & 0xff;
            }
            image.setRGB(0, y, preview.width(), 1, row, 0, preview.width());
        }
        return image;
    }
}
