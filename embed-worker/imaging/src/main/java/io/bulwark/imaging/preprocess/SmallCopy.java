package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.Raster;
import io.bulwark.imaging.rows.PillowColour;
import io.bulwark.imaging.rows.PixelRows;
import io.bulwark.imaging.structure.Area;
import io.bulwark.imaging.structure.Scene.Glimpse;
import java.util.ArrayList;
import java.util.List;

/** What networks see of a glimpse: in fewer pixels, in RGB, over any ground where there is alpha. */
final class SmallCopy {

    private static final int[] OPAQUE = {0};
    private static final int[] GROUNDS = {255, 0};

    private SmallCopy() {}

    /** The size of a copy of no more pixels than that. */
    static Area sizeFor(Glimpse glimpse, int mostPixels) {
        double scale = Math.min(1, Math.sqrt((double) mostPixels / ((double) glimpse.width() * glimpse.height())));
        return Area.of((int) Math.max(1, glimpse.width() * scale), (int) Math.max(1, glimpse.height() * scale));
    }

    /**
     * The copies, one for each ground.
     *
     * @return each {@code [height, width, 3]} unsigned bytes
     */
    static List<byte[]> of(Glimpse glimpse, Area size, Resampler resampler) {
        List<byte[]> copies = new ArrayList<>();
        for (int ground : glimpse.channels() == 4 ? GROUNDS : OPAQUE) {
            copies.add(resampler.resize(
                    PixelRows.plain(raster(3, Area.of(glimpse.width(), glimpse.height()), rgb(glimpse, ground))),
                    Area.of(glimpse.width(), glimpse.height()),
                    Resampler.Target.whole(size.width(), size.height()),
                    PreprocessSpec.Interpolation.BILINEAR));
        }
        return copies;
    }

    /** Samples of 1, 3 or 4 channels as a picture. */
    static Raster raster(int channels, Area size, byte[] samples) {
        Raster.Mode mode = channels == 1 ? Raster.Mode.L : channels == 3 ? Raster.Mode.RGB : Raster.Mode.RGBA;
        return new Raster(mode, size.width(), size.height(), samples, new byte[0], 1);
    }

    private static byte[] rgb(Glimpse glimpse, int ground) {
        byte[] cells = glimpse.cells();
        int channels = glimpse.channels();
        byte[] rgb = new byte[3 * glimpse.width() * glimpse.height()];
        for (int i = 0; i < rgb.length; i++) {
            int at = channels * (i / 3);
            int behind = channels == 4 ? PillowColour.scale(ground, 255 - (cells[at + 3] & 0xff)) : 0;
            rgb[i] = (byte) Math.min(255, (cells[at + (channels == 1 ? 0 : i % 3)] & 0xff) + behind);
        }
        return rgb;
    }
}
