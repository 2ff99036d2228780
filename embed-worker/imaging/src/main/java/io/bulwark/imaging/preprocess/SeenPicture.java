package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.Raster;
import io.bulwark.imaging.rows.PillowColour;
import io.bulwark.imaging.rows.PixelRows;
import io.bulwark.imaging.rows.RasterRows;
import io.bulwark.imaging.rows.Transparency;

/**
 * A picture as a browser paints it: turned upright, in sRGB, with what is seen through kept. Whatever stands behind it
 * is the page's choice; {@link #over} makes one.
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
        PixelRows rows = Transparency.isReal(raster) ? RasterRows.straight(raster) : RasterRows.opaque(raster);
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
