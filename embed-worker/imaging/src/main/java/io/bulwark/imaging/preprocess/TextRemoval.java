package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.Raster;
import io.bulwark.imaging.mask.TextMask;
import io.bulwark.imaging.rows.PillowColour;
import io.bulwark.imaging.rows.PixelRows;
import io.bulwark.imaging.structure.Scene.Area;
import io.bulwark.imaging.structure.Scene.Glimpse;
import java.util.Optional;

/**
 * A picture without the text that lies over it, at the size of the small copy in which structure is looked for: so an
 * encoder and its twin look behind the same letters, whatever their inputs. Immutable but for a cache of weights; any
 * thread.
 */
final class TextRemoval {

    private static final int[] OPAQUE = {0};
    private static final int[] GROUNDS = {255, 0};

    private final TextMask mask;
    private final Resampler resampler;

    TextRemoval(TextMask mask, Resampler resampler) {
        this.mask = mask;
        this.resampler = resampler;
    }

    /** What changes a pixel of the view. */
    String fingerprint() {
        return View.WITHOUT_TEXT + " " + mask.network().fingerprint();
    }

    /**
     * Looks for text, over any ground where there is alpha.
     *
     * @param glimpse of 1 or 3 channels, or of 4 with colours multiplied by alpha
     * @return empty where there is no text worth a view
     */
    Optional<FilledPart> of(Glimpse glimpse) {
        Area small = within(glimpse, TextMask.MOST_PIXELS);
        if (Math.min(small.width(), small.height()) < TextMask.SMALLEST_SIDE) {
            return Optional.empty();
        }
        boolean[] found = null;
        for (int ground : grounds(glimpse)) {
            Optional<boolean[]> over = mask.of(seen(glimpse, ground, small, resampler), small.width(), small.height());
            if (over.isPresent()) {
                found = found == null ? over.get() : either(found, over.get());
            }
        }
        return Optional.ofNullable(found)
                .map(text -> grown(text, small, glimpse.width(), glimpse.height()))
                .filter(TextRemoval::leavesSome)
                .map(text -> FilledPart.withoutText(glimpse, text));
    }

    /** The size of a small copy for a network that takes this many pixels at most; sides may be 0. */
    static Area within(Glimpse glimpse, int mostPixels) {
        double scale = Math.min(1, Math.sqrt((double) mostPixels / ((double) glimpse.width() * glimpse.height())));
        return Area.of((int) (glimpse.width() * scale), (int) (glimpse.height() * scale));
    }

    /** Gray levels that a small copy is looked at over: two where there is alpha. */
    static int[] grounds(Glimpse glimpse) {
        return glimpse.channels() == 4 ? GROUNDS : OPAQUE;
    }

    /** What a network sees. @return {@code [small height, small width, 3]} */
    static byte[] seen(Glimpse glimpse, int ground, Area small, Resampler resampler) {
        return resampler.resize(
                PixelRows.plain(raster(Raster.Mode.RGB, glimpse, rgb(glimpse, ground))),
                Area.of(glimpse.width(), glimpse.height()),
                Resampler.Target.whole(small.width(), small.height()),
                PreprocessSpec.Interpolation.BILINEAR);
    }

    private static boolean[] either(boolean[] one, boolean[] other) {
        boolean[] both = one.clone();
        for (int i = 0; i < both.length; i++) {
            both[i] |= other[i];
        }
        return both;
    }

    private static boolean leavesSome(boolean[] hidden) {
        for (boolean one : hidden) {
            if (!one) {
                return true;
            }
        }
        return false;
    }

    /** At the glimpse's size, with the soft edges of letters: a pixel of the mask further on each side. */
    private static boolean[] grown(boolean[] text, Area small, int width, int height) {
        boolean[] grown = new boolean[width * height];
        for (int y = 0; y < height; y++) {
            int row = (int) ((long) y * small.height() / height);
            for (int x = 0; x < width; x++) {
                int column = (int) ((long) x * small.width() / width);
                for (int near = 0; near < 9 && !grown[y * width + x]; near++) {
                    int r = row + near / 3 - 1;
                    int c = column + near % 3 - 1;
                    grown[y * width + x] =
                            r >= 0 && c >= 0 && r < small.height() && c < small.width() && text[r * small.width() + c];
                }
            }
        }
        return grown;
    }

    private static Raster raster(Raster.Mode mode, Glimpse glimpse, byte[] samples) {
        return new Raster(mode, glimpse.width(), glimpse.height(), samples, new byte[0], 1);
    }

    private static byte[] rgb(Glimpse glimpse, int ground) {
        byte[] cells = glimpse.cells();
        int channels = glimpse.channels();
        if (channels == 3) {
            return cells;
        }
        byte[] rgb = new byte[3 * glimpse.width() * glimpse.height()];
        for (int i = 0; i < rgb.length; i++) {
            int at = channels * (i / 3);
            int behind = channels == 4 ? PillowColour.scale(ground, 255 - (cells[at + 3] & 0xff)) : 0;
            rgb[i] = (byte) Math.min(255, (cells[at + (channels == 1 ? 0 : i % 3)] & 0xff) + behind);
        }
        return rgb;
    }
}
