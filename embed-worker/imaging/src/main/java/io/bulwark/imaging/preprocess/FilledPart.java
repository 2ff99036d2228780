package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.Raster;
import io.bulwark.imaging.mask.MembraneFill;
import io.bulwark.imaging.structure.RoundPicture;
import io.bulwark.imaging.structure.Scene.Area;
import io.bulwark.imaging.structure.Scene.Glimpse;

/**
 * A part of a small copy that is seen once more with some cells filled from around them.
 *
 * @param name of the view
 * @param size of the small copy
 * @param box the part of it, in cells
 * @param hidden which of its cells are filled, {@code [box height, box width]}; not all
 */
record FilledPart(String name, Area size, Area box, boolean[] hidden) {

    /** All of a small copy. */
    static FilledPart withoutText(Glimpse glimpse, boolean[] text) {
        Area all = Area.of(glimpse.width(), glimpse.height());
        return new FilledPart(View.WITHOUT_TEXT, all, all, text);
    }

    static FilledPart round(Glimpse glimpse, RoundPicture round) {
        return new FilledPart(View.ROUND, Area.of(glimpse.width(), glimpse.height()), round.box(), round.hidden());
    }

    MembraneFill fill() {
        return new MembraneFill(box.width(), box.height(), hidden);
    }

    /** @return a copy of the part in modes L, RGB or RGBA, the last with colours multiplied by alpha */
    Raster filled(Glimpse glimpse) {
        int channels = glimpse.channels();
        byte[] cells = new byte[channels * hidden.length];
        for (int y = 0; y < box.height(); y++) {
            int from = channels * ((box.y() + y) * glimpse.width() + box.x());
            System.arraycopy(glimpse.cells(), from, cells, channels * y * box.width(), channels * box.width());
        }
        MembraneFill fill = fill();
        float[] plane = new float[hidden.length];
        for (int channel = 0; channel < channels; channel++) {
            for (int i = 0; i < plane.length; i++) {
                plane[i] = cells[channels * i + channel] & 0xff;
            }
            fill.fill(plane);
            for (int i = 0; i < plane.length; i++) {
                if (hidden[i]) {
                    cells[channels * i + channel] = (byte) Math.round(plane[i]);
                }
            }
        }
        Raster.Mode mode = channels == 1 ? Raster.Mode.L : channels == 3 ? Raster.Mode.RGB : Raster.Mode.RGBA;
        return new Raster(mode, box.width(), box.height(), cells, new byte[0], 1);
    }
}
