package io.bulwark.imaging.parity;

import io.bulwark.imaging.HostileImages;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** One picture as JPEGs of all kinds, by the JDK's libjpeg. */
final class JpegSource {

    static final int WIDTH = 61;
    static final int HEIGHT = 43;
    private static final String TREE = "javax_imageio_jpeg_image_1.0";

    private JpegSource() {}

    static BufferedImage picture() {
        return HostileImages.picture(WIDTH, HEIGHT);
    }

    /** JFIF, YCbCr, 4:2:0. */
    static JpegParts plain() {
        return JpegParts.of(HostileImages.jpeg(WIDTH, HEIGHT));
    }

    static JpegParts progressive() {
        return JpegParts.of(HostileImages.progressiveJpeg(WIDTH, HEIGHT));
    }

    static byte[] gray() {
        BufferedImage gray = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_GRAY);
        gray.getGraphics().drawImage(picture(), 0, 0, null);
        return write(new IIOImage(gray, null, null), false);
    }

    /** Chroma of one sample for this number of columns and rows. */
    static byte[] sampled(int columns, int rows, boolean progressive) {
        return withTree(progressive, sequence -> {
            var first = (IIOMetadataNode)
                    ((IIOMetadataNode) sequence.getElementsByTagName("sof").item(0)).getFirstChild();
            first.setAttribute("HsamplingFactor", String.valueOf(columns));
            first.setAttribute("VsamplingFactor", String.valueOf(rows));
        });
    }

    static byte[] withRestarts() {
        return withTree(false, sequence -> {
            IIOMetadataNode interval = new IIOMetadataNode("dri");
            interval.setAttribute("interval", "2");
            sequence.insertBefore(interval, sequence.getElementsByTagName("sos").item(0));
        });
    }

    /** Red, green and blue as three components, without any marker that says what they mean. */
    static JpegParts bareRgb() {
        return JpegParts.of(write(new IIOImage(picture().getRaster(), null, null), false));
    }

    /** Four components, inverted as Adobe writes them, a black that rises to the right; or their YCCK. */
    static JpegParts inks(boolean ycck) {
        Raster rgb = picture().getRaster();
        WritableRaster raster = raster(4);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                int[] pixel = rgb.getPixel(x, y, new int[3]);
                int[] written = ycck ? ycc(pixel) : pixel;
                for (int c = 0; c < 3; c++) {
                    raster.setSample(x, y, c, written[c]);
                }
                raster.setSample(x, y, 3, 255 - 2 * x);
            }
        }
        return JpegParts.of(write(new IIOImage(raster, null, null), false));
    }

    private static int[] ycc(int[] p) {
        return new int[] {
            (int) Math.round(.299 * p[0] + .587 * p[1] + .114 * p[2]),
            (int) Math.round(128 - .168736 * p[0] - .331264 * p[1] + .5 * p[2]),
            (int) Math.round(128 + .5 * p[0] - .418688 * p[1] - .081312 * p[2])
        };
    }

    private static WritableRaster raster(int bands) {
        return Raster.createInterleavedRaster(java.awt.image.DataBuffer.TYPE_BYTE, WIDTH, HEIGHT, bands, null);
    }

    /** Changes the metadata of a file before it is written. */
    private interface Change {
        void apply(IIOMetadataNode markers);
    }

    private static byte[] withTree(boolean progressive, Change change) {
        ImageWriter writer = writer();
        try {
            ImageWriteParam settings = settings(writer, progressive);
            IIOMetadata metadata =
                    writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(picture()), settings);
            var root = (IIOMetadataNode) metadata.getAsTree(TREE);
            change.apply((IIOMetadataNode)
                    root.getElementsByTagName("markerSequence").item(0));
            metadata.setFromTree(TREE, root);
            return write(new IIOImage(picture(), null, metadata), progressive);
        } catch (IIOInvalidTreeException impossible) {
            throw new UncheckedIOException(impossible);
        } finally {
            writer.dispose();
        }
    }

    private static byte[] write(IIOImage image, boolean progressive) {
        ImageWriter writer = writer();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, image, settings(writer, progressive));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static ImageWriteParam settings(ImageWriter writer, boolean progressive) {
        ImageWriteParam settings = writer.getDefaultWriteParam();
        settings.setProgressiveMode(progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
        return settings;
    }

    private static ImageWriter writer() {
        return ImageIO.getImageWritersByFormatName("jpeg").next();
    }
}
