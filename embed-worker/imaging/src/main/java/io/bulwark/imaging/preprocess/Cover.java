package io.bulwark.imaging.preprocess;

import java.util.ArrayList;
import java.util.List;

/**
 * The looks of {@link ViewPolicy#COVER}, level by level from coarse to fine: the whole; square tiles along a wide picture;
 * tiles of a large one, three by three. See the package for what they let be seen.
 *
 * @param width of the picture as seen
 * @param height of the picture as seen
 * @param maxTiles of all levels but the whole together, at least 2
 * @param detailFrom shorter side from which on a picture is large; 0 where none is
 */
record Cover(int width, int height, int maxTiles, int detailFrom) {

    /** Aspect ratio, as a fraction, beyond which squeezing a part is not enough. */
    private static final long WIDE = 3;

    private static final long TO = 2;

    /** Share of a tile that it has in common with the next, so that what a border cuts is whole in one of them. */
    private static final double OVERLAP = 0.2;

    /** Levels, none of them empty, each in reading order. */
    List<List<Look>> levels(PreprocessSpec spec) {
        Target target = Target.whole(spec.width(), spec.height());
        List<List<Look>> levels = new ArrayList<>();
        levels.add(List.of(new Look("whole", Rect.of(width, height), target)));
        List<Rect> strip = strip();
        boolean detailed = isLarge() && strip.size() + ModerationOptions.DETAILS <= maxTiles;
        if (!strip.isEmpty()) {
            boolean coarse = isLarge() ? !detailed : isSqueezed(strip.get(0));
            levels.add(named(coarse ? View.COARSE : "tile-", strip, target));
        }
        if (detailed) {
            levels.add(named("detail-", details(), target));
        }
        return levels;
    }

    private boolean isLarge() {
        return detailFrom > 0 && Math.min(width, height) >= detailFrom;
    }

    private static boolean isSqueezed(Rect box) {
        return TO * Math.max(box.width(), box.height()) > WIDE * Math.min(box.width(), box.height());
    }

    private List<Rect> strip() {
        List<Rect> boxes = new ArrayList<>();
        if (isSqueezed(Rect.of(width, height))) {
            int longSide = Math.max(width, height);
            int shortSide = Math.min(width, height);
            double ratio = (double) longSide / shortSide;
            int tiles = (int) Math.min(maxTiles, Math.ceil((ratio - OVERLAP) / (1 - OVERLAP)));
            int length = (int) Math.min(
                    longSide, Math.max(shortSide, Math.ceil(longSide / (tiles * (1 - OVERLAP) + OVERLAP))));
            for (int i = 0; i < tiles; i++) {
                int start = start(longSide, length, tiles, i);
                boxes.add(width >= height ? new Rect(start, 0, length, height) : new Rect(0, start, width, length));
            }
        }
        return boxes;
    }

    /** Two fifths of each side, a tenth of the side shared: whatever is no larger than that tenth is whole in one tile. */
    private List<Rect> details() {
        List<Rect> boxes = new ArrayList<>();
        int across = (int) ((2L * width + 4) / 5);
        int down = (int) ((2L * height + 4) / 5);
        for (int row = 0; row < 3; row++) {
            for (int column = 0; column < 3; column++) {
                boxes.add(new Rect(start(width, across, 3, column), start(height, down, 3, row), across, down));
            }
        }
        return boxes;
    }

    private static int start(int side, int length, int tiles, int tile) {
        return (int) Math.round((double) (side - length) * tile / (tiles - 1));
    }

    private static List<Look> named(String name, List<Rect> boxes, Target target) {
        List<Look> looks = new ArrayList<>();
        for (Rect box : boxes) {
            looks.add(new Look(name + (looks.size() + 1), box, target));
        }
        return looks;
    }
}
