package io.bulwark.imaging.preview;

import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.preprocess.ModerationOptions;
import io.bulwark.imaging.preprocess.Pose;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.preprocess.ViewPolicy;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * What a person is shown of a file.
 *
 * @param width in pixels
 * @param height in pixels
 * @param rgb {@code [height, width, 3]} unsigned bytes in sRGB
 * @param frames frames of the file that were judged, 1 for a still
 */
public record Preview(int width, int height, byte[] rgb, int frames) {

    /** Pixels along either side of a picture. */
    public static final int LONGEST_SIDE = 1024;

    /** Pixels along either side of each picture in a strip. */
    public static final int LONGEST_SIDE_IN_STRIP = 256;

    /** Pixels along a whole strip: of more pictures each is smaller. */
    public static final int LONGEST_STRIP = 8192;

    /** Frames that a preview can tell of. */
    public static final int MOST_FRAMES = 256;

    public Preview {
        boolean picture = width <= LONGEST_SIDE && height <= LONGEST_SIDE;
        boolean strip = width <= LONGEST_STRIP && height <= LONGEST_SIDE_IN_STRIP;
        if (width < 1 || height < 1 || !(picture || strip) || rgb.length != width * height * 3) {
            throw new IllegalArgumentException(
                    "%dx%d pixels in %d bytes are no preview".formatted(width, height, rgb.length));
        }
        if (frames < 1 || frames > MOST_FRAMES) {
            throw new IllegalArgumentException(frames + " frames, allowed are 1 to " + MOST_FRAMES);
        }
    }

    /** Pixels to a file that every browser shows: baseline JPEG, sRGB, nothing beside the picture. Any thread. */
    public static final class BaselineJpeg {

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

    /** Decoded pictures to previews. Never larger than the file's own pixels. Any thread. */
    public static final class PreviewMaker {

        private PreviewMaker() {}

        /**
         * The first frame, over white where it is seen through; at most {@value Preview#LONGEST_SIDE} pixels a side.
         */
        public static Preview picture(Decoded decoded) {
            Raster first = decoded.frames().get(0);
            Size size = Size.of(first).within(Preview.LONGEST_SIDE);
            byte[] rgb = looks(decoded.format(), first, size).get(0).pixels();
            return new Preview(
                    size.width(), size.height(), rgb, decoded.frames().size());
        }

        /**
         * Every judged frame from left to right. What is seen through comes over white, over black and, where alpha
         * hides colours, without it, as it was judged.
         */
        public static Preview strip(Decoded decoded) {
            List<Raster> frames = decoded.frames();
            Size size = Size.of(frames.get(0)).within(Preview.LONGEST_SIDE_IN_STRIP);
            List<byte[]> tiles = new ArrayList<>();
            for (Raster frame : frames) {
                looks(decoded.format(), frame, size).forEach(look -> tiles.add(look.pixels()));
            }
            int most = Math.max(1, Preview.LONGEST_STRIP / tiles.size());
            if (size.width() > most) {
                return joined(narrower(tiles, size, most), size.within(most), frames.size());
            }
            return joined(tiles, size, frames.size());
        }

        private static List<byte[]> narrower(List<byte[]> tiles, Size size, int most) {
            Size small = size.within(most);
            return tiles.stream()
                    .map(tile -> looks("png", size.raster(tile), small).get(0).pixels())
                    .toList();
        }

        private static Preview joined(List<byte[]> tiles, Size size, int frames) {
            int row = size.width() * 3;
            byte[] rgb = new byte[tiles.size() * row * size.height()];
            for (int tile = 0; tile < tiles.size(); tile++) {
                for (int y = 0; y < size.height(); y++) {
                    System.arraycopy(tiles.get(tile), y * row, rgb, (y * tiles.size() + tile) * row, row);
                }
            }
            return new Preview(tiles.size() * size.width(), size.height(), rgb, frames);
        }

        /** The whole of a frame as moderation sees it, once for each ground. */
        private static List<View> looks(String format, Raster frame, Size size) {
            PreprocessSpec spec = PreprocessSpec.squash(size.height(), size.width());
            return Preprocessor.moderation(
                            spec,
                            ViewPolicy.SQUASH,
                            ModerationOptions.standard().withoutDetails())
                    .views(Decoded.still(format, frame));
        }

        /** Of an upright picture. */
        private record Size(int width, int height) {

            static Size of(Raster raster) {
                return Pose.ofExif(raster.orientation()).swapsSides()
                        ? new Size(raster.height(), raster.width())
                        : new Size(raster.width(), raster.height());
            }

            Size within(int side) {
                double scale = Math.min(1, (double) side / Math.max(width, height));
                return new Size(shrunk(width, scale), shrunk(height, scale));
            }

            private static int shrunk(int side, double scale) {
                return (int) Math.max(1, Math.round(side * scale));
            }

            Raster raster(byte[] rgb) {
                return new Raster(Raster.Mode.RGB, width, height, rgb, new byte[0], 1);
            }
        }
    }
}
