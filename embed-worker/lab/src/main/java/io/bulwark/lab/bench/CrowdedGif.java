package io.bulwark.lab.bench;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;

/**
 * A small file of many views: a wide transparent animation, of which each frame is looked at as a whole and in four
 * tiles, over white and over black. What an uploader would send to keep a worker busy.
 */
final class CrowdedGif {

    private static final int WIDTH = 300;
    private static final int HEIGHT = 80;
    private static final int FRAMES = 12;
    private static final int BLOCK = 10;
    private static final int COLOURS = 16;
    private static final String METADATA = "javax_imageio_gif_image_1.0";

    private CrowdedGif() {}

    /** The file; the same for the same seed. */
    static byte[] of(long seed) {
        Random random = new Random(seed);
        IndexColorModel colours = colours(random);
        ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.prepareWriteSequence(null);
            for (int i = 0; i < FRAMES; i++) {
                BufferedImage frame = frame(colours, random);
                writer.writeToSequence(new IIOImage(frame, null, metadata(writer, frame)), null);
            }
            writer.endWriteSequence();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** The first is transparent. */
    private static IndexColorModel colours(Random random) {
        byte[] red = new byte[COLOURS];
        byte[] green = new byte[COLOURS];
        byte[] blue = new byte[COLOURS];
        random.nextBytes(red);
        random.nextBytes(green);
        random.nextBytes(blue);
        return new IndexColorModel(4, COLOURS, red, green, blue, 0);
    }

    private static BufferedImage frame(IndexColorModel colours, Random random) {
        BufferedImage frame = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_INDEXED, colours);
        for (int y = 0; y < HEIGHT; y += BLOCK) {
            for (int x = 0; x < WIDTH; x += BLOCK) {
                int index = random.nextInt(3) == 0 ? 0 : random.nextInt(COLOURS);
                for (int at = 0; at < BLOCK * BLOCK; at++) {
                    frame.getRaster().setSample(x + at % BLOCK, y + at / BLOCK, 0, index);
                }
            }
        }
        return frame;
    }

    /** Each frame replaces the one before. */
    private static IIOMetadata metadata(ImageWriter writer, BufferedImage frame) throws IOException {
        IIOMetadata metadata = writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(frame), null);
        IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(METADATA);
        IIOMetadataNode control = (IIOMetadataNode)
                root.getElementsByTagName("GraphicControlExtension").item(0);
        control.setAttribute("disposalMethod", "restoreToBackgroundColor");
        control.setAttribute("transparentColorFlag", "TRUE");
        control.setAttribute("transparentColorIndex", "0");
        control.setAttribute("delayTime", "10");
        metadata.setFromTree(METADATA, root);
        return metadata;
    }
}
