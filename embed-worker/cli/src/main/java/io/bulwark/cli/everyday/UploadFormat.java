package io.bulwark.cli.everyday;

import io.bulwark.imaging.preprocess.UprightPicture;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** The file that an attacker uploads. */
public sealed interface UploadFormat {

    /** What such files end with. */
    String extension();

    /** Writes a picture. */
    byte[] encode(UprightPicture picture);

    /** Lossless: the perturbation arrives as it was made. */
    record Png() implements UploadFormat {

        @Override
        public String extension() {
            return "png";
        }

        @Override
        public byte[] encode(UprightPicture picture) {
            return write(picture, extension(), 0);
        }
    }

    /**
     * Lossy, as most uploads are: the attacker's own encoder takes part of the perturbation away.
     *
     * @param quality from 1 to 100
     */
    record Jpeg(int quality) implements UploadFormat {

        public Jpeg {
            if (quality < 1 || quality > 100) {
                throw new IllegalArgumentException("JPEG quality is " + quality + ", allowed is 1 to 100");
            }
        }

        @Override
        public String extension() {
            return "jpg";
        }

        @Override
        public byte[] encode(UprightPicture picture) {
            return write(picture, "jpeg", quality);
        }
    }

    /**
     * The format of that name: {@code png}, or {@code jpeg} and its quality, {@code jpeg:90}.
     *
     * @throws IllegalArgumentException if there is none
     */
    static UploadFormat named(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.equals("png")) {
            return new Png();
        }
        if (lower.matches("jpeg:\\d{1,3}")) {
            return new Jpeg(Integer.parseInt(lower.substring("jpeg:".length())));
        }
        throw new IllegalArgumentException("format '" + name + "' is not png, or jpeg and its quality such as jpeg:90");
    }

    /** What is left of a picture once it is saved as JPEG. @param quality from 1 to 100 */
    static UprightPicture saved(UprightPicture picture, int quality) {
        try {
            return UprightPicture.of(ImageIO.read(new ByteArrayInputStream(new Jpeg(quality).encode(picture))));
        } catch (IOException e) {
            throw new UncheckedIOException("a picture cannot be read from memory", e);
        }
    }

    private static byte[] write(UprightPicture picture, String format, int quality) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(bytes)) {
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            if (quality > 0) {
                parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                parameters.setCompressionQuality(quality / 100f);
            }
            writer.setOutput(stream);
            writer.write(null, new IIOImage(picture.image(), null, null), parameters);
        } catch (IOException e) {
            throw new UncheckedIOException("a picture cannot be written to memory", e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
