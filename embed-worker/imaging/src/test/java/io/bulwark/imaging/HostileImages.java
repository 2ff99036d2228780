package io.bulwark.imaging;

import io.bulwark.imaging.gif.GifWriter;
import io.bulwark.imaging.png.PngWriter;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Files that break decoders, or that they must not be broken by; all made by code. */
public final class HostileImages {

    private HostileImages() {}

    public static byte[] html() {
        return "<!DOCTYPE html><html><body>not a picture</body></html>".getBytes(StandardCharsets.UTF_8);
    }

    public static byte[] svg() {
        return ("<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\">"
                        + "<rect width=\"9\" height=\"9\"/></svg>")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** A colourful picture with a gradient and a disc. */
    public static BufferedImage picture(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setPaint(new GradientPaint(0, 0, new Color(250, 200, 30), width, height, new Color(20, 60, 200)));
        g.fillRect(0, 0, width, height);
        g.setColor(new Color(10, 130, 60));
        g.fillOval(width / 4, height / 4, width / 2, height / 2);
        g.dispose();
        return image;
    }

    public static byte[] jpeg(int width, int height) {
        return write(picture(width, height), "jpeg", false);
    }

    public static byte[] progressiveJpeg(int width, int height) {
        return write(picture(width, height), "jpeg", true);
    }

    public static byte[] png(int width, int height) {
        return write(picture(width, height), "png", false);
    }

    public static byte[] gif(int width, int height) {
        return write(picture(width, height), "gif", false);
    }

    /** The first part of a JPEG; the markers are whole, the picture's data is not. */
    public static byte[] truncatedJpeg() {
        byte[] whole = jpeg(320, 240);
        return Arrays.copyOf(whole, whole.length * 2 / 3);
    }

    /** A truncated JPEG with an end marker put where it was cut, so that only its data shows it. */
    public static byte[] truncatedJpegWithEnd() {
        byte[] cut = truncatedJpeg();
        cut[cut.length - 2] = (byte) 0xff;
        cut[cut.length - 1] = (byte) 0xd9;
        return cut;
    }

    public static byte[] jpegWithGarbageAppended() {
        byte[] whole = jpeg(320, 240);
        byte[] longer = Arrays.copyOf(whole, whole.length + 5000);
        for (int i = whole.length; i < longer.length; i++) {
            longer[i] = (byte) (i * 31);
        }
        return longer;
    }

    /** A JPEG with an EXIF segment that says how it is to be turned. */
    public static byte[] jpegWithOrientation(int width, int height, int orientation) {
        byte[] plain = jpeg(width, height);
        byte[] tiff = {
            'E',
            'x',
            'i',
            'f',
            0,
            0,
            'M',
            'M',
            0,
            42,
            0,
            0,
            0,
            8,
            0,
            1,
            0x01,
            0x12,
            0,
            3,
            0,
            0,
            0,
            1,
            0,
            (byte) orientation,
            0,
            0,
            0,
            0,
            0,
            0
        };
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(plain, 0, 2);
        out.writeBytes(new byte[] {(byte) 0xff, (byte) 0xe1, 0, (byte) (tiff.length + 2)});
        out.writeBytes(tiff);
        out.write(plain, 2, plain.length - 2);
        return out.toByteArray();
    }

    /** 20000x20000 pixels of one colour: a small file, 1.2 GB decoded. */
    public static byte[] hugePng() {
        int side = 20_000;
        return new PngWriter(side, side, 8, 2, false)
                .chunk("IDAT", PngWriter.deflatedZeros((3L * side + 1) * side))
                .end();
    }

    /** 16-bit gray, a ramp from black to white over the columns. */
    public static byte[] gray16Png(int width, int height) {
        byte[] rows = new byte[(1 + 2 * width) * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int value = 65535 * x / (width - 1);
                int at = y * (1 + 2 * width) + 1 + 2 * x;
                rows[at] = (byte) (value >> 8);
                rows[at + 1] = (byte) value;
            }
        }
        return new PngWriter(width, height, 16, 0, false).rows(rows).end();
    }

    /**
     * An animation whose frames cycle through red, green and blue in their upper half, the last being blue, and have
     * stripes below, others in each frame.
     */
    public static byte[] animatedGif(int width, int height, int frames) {
        GifWriter gif = new GifWriter(width, height);
        for (int i = 0; i < frames; i++) {
            byte[] indices = new byte[width * height];
            Arrays.fill(indices, (byte) (i == frames - 1 ? 3 : 1 + i % 3));
            Random stripes = new Random(i);
            for (int x = 0; x < width; x++) {
                byte stripe = (byte) stripes.nextInt(4);
                for (int y = (height + 1) / 2; y < height; y++) {
                    indices[y * width + x] = stripe;
                }
            }
            gif.frame(0, 0, width, height, -1, 0, false, indices);
        }
        return gif.end();
    }

    /** A small file that says it is a large picture, which is compressed by far. */
    public static byte[] gifBomb(int side, int frames) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] one = new GifWriter(side, side)
                .frame(0, 0, side, side, -1, 0, false, new byte[4])
                .end();
        int header = 13 + 12;
        out.write(one, 0, header);
        for (int i = 0; i < frames; i++) {
            out.write(one, header, one.length - header - 1);
        }
        out.write(0x3b);
        return out.toByteArray();
    }

    /** A GIF of 256 colours and frames of 12 bytes each, which hold no data. */
    public static byte[] gifOfEmptyFrames(int frames) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("GIF89a".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(new byte[] {1, 0, 1, 0, (byte) 0xf7, 0, 0});
        out.writeBytes(new byte[3 * 256]);
        byte[] frame = {0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 8, 0};
        for (int i = 0; i < frames; i++) {
            out.writeBytes(frame);
        }
        out.write(0x3b);
        return out.toByteArray();
    }

    private static byte[] write(BufferedImage image, String format, boolean progressive) {
        ImageWriter writer = ImageIO.getImageWriters(ImageTypeSpecifier.createFromRenderedImage(image), format)
                .next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            ImageWriteParam settings = writer.getDefaultWriteParam();
            if (progressive) {
                settings.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
            }
            writer.write(null, new IIOImage(image, null, null), settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
