package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.rows.PillowColour;
import io.bulwark.imaging.rows.PixelRows;
import io.bulwark.imaging.rows.Transparency;
import java.awt.image.BufferedImage;

/**
 * A picture as a person sees it: turned upright, opaque, in RGB. What moderation sees of it is what it sees of the
 * raster it was made of, but that transparency lies over white alone.
 *
 * @param width in pixels
 * @param height in pixels
 * @param rgb {@code [height, width, 3]} unsigned bytes
 */
public record UprightPicture(int width, int height, byte[] rgb) {

    public UprightPicture {
        if (width < 1 || height < 1 || rgb.length != (long) width * height * 3) {
            throw new IllegalArgumentException(
                    "%dx%d pixels of RGB are no %d bytes".formatted(width, height, rgb.length));
        }
    }

    /** Converts, flattens over white and turns by the EXIF orientation. */
    public static UprightPicture of(Raster raster) {
        SeenPicture seen = SeenPicture.of(raster);
        return new UprightPicture(seen.width(), seen.height(), seen.over(255));
    }

    /** What Java2D has; alpha is dropped. */
    public static UprightPicture of(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        int[] packed = image.getRGB(0, 0, width, height, null, 0, width);
        byte[] rgb = new byte[3 * packed.length];
        for (int i = 0; i < packed.length; i++) {
            rgb[3 * i] = (byte) (packed[i] >> 16);
            rgb[3 * i + 1] = (byte) (packed[i] >> 8);
            rgb[3 * i + 2] = (byte) packed[i];
        }
        return new UprightPicture(width, height, rgb);
    }

    /** A copy as Java2D has it, {@code TYPE_INT_RGB}. */
    public BufferedImage image() {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        int[] packed = new int[width * height];
        for (int i = 0; i < packed.length; i++) {
            packed[i] = (rgb[3 * i] & 0xff) << 16 | (rgb[3 * i + 1] & 0xff) << 8 | rgb[3 * i + 2] & 0xff;
        }
        image.setRGB(0, 0, width, height, packed, 0, width);
        return image;
    }

    /** Squeezed or stretched to a size, as a view is. */
    public UprightPicture resized(int newWidth, int newHeight) {
        PreprocessSpec size = PreprocessSpec.squash(newHeight, newWidth);
        byte[] seen = Preprocessor.moderation(size, ViewPolicy.SQUASH)
                .views(still())
                .get(0)
                .pixels();
        return new UprightPicture(newWidth, newHeight, seen);
    }

    /** As a decoder gives a lossless file of it. */
    public Decoded still() {
        return Decoded.still("png", raster());
    }

    /** Its one frame. */
    public Raster raster() {
        return new Raster(Mode.RGB, width, height, rgb, new byte[0], 1);
    }

    /**
     * A picture as a browser paints it: turned upright, in sRGB, with what is seen through kept. Whatever stands behind
     * it is the page's choice; {@link #over} makes one.
     *
     * @param width in pixels
     * @param height in pixels
     * @param rgba {@code [height, width, 4]} unsigned bytes, colours not multiplied by alpha
     */
    public record SeenPicture(int width, int height, byte[] rgba) {

        public SeenPicture {
            if (width < 1 || height < 1 || rgba.length != (long) width * height * 4) {
                throw new IllegalArgumentException(
                        "%dx%d pixels of RGBA are no %d bytes".formatted(width, height, rgba.length));
            }
        }

        /** Converts and turns by the EXIF orientation. */
        public static SeenPicture of(Raster raster) {
            PixelRows rows = Transparency.isReal(raster) ? PixelRows.straight(raster) : PixelRows.opaque(raster);
            int channels = rows.channels();
            byte[] stored = new byte[raster.width() * raster.height() * 4];
            byte[] row = new byte[raster.width() * channels];
            for (int y = 0; y < raster.height(); y++) {
                rows.read(y, 0, raster.width(), row);
                for (int x = 0; x < raster.width(); x++) {
                    int to = (y * raster.width() + x) * 4;
                    int from = x * channels;
                    stored[to] = row[from];
                    stored[to + 1] = row[channels == 1 ? from : from + 1];
                    stored[to + 2] = row[channels == 1 ? from : from + 2];
                    stored[to + 3] = channels == 4 ? row[from + 3] : (byte) 255;
                }
            }
            Pose pose = Pose.ofExif(raster.orientation());
            byte[] upright = pose.see(stored, raster.width(), raster.height(), 4);
            return pose.swapsSides()
                    ? new SeenPicture(raster.height(), raster.width(), upright)
                    : new SeenPicture(raster.width(), raster.height(), upright);
        }

        /**
         * Laid over a gray level, with the roundings of the views that moderation lays over white and over black.
         *
         * @param level 0 black to 255 white
         * @return {@code [height, width, 3]} unsigned bytes
         */
        public byte[] over(int level) {
            byte[] rgb = new byte[width * height * 3];
            for (int from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
                int alpha = rgba[from + 3] & 0xff;
                int behind = PillowColour.scale(level, 255 - alpha);
                for (int c = 0; c < 3; c++) {
                    rgb[to + c] = (byte) Math.min(255, PillowColour.scale(rgba[from + c] & 0xff, alpha) + behind);
                }
            }
            return rgb;
        }
    }
}
