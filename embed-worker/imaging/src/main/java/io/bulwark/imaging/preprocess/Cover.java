package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.preprocess.LinearViews.Levelling;
import io.bulwark.imaging.preprocess.Resampler.Target;
import io.bulwark.imaging.structure.Layout;
import io.bulwark.imaging.structure.Scene;
import io.bulwark.imaging.structure.Scene.Area;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The looks of {@link ViewPolicy#COVER}, from coarse to fine: the whole; its middle square, where squeezing distorts
 * the whole and there are no tiles; square tiles along a wide picture; the content without its margins, the panels and
 * quarters, where a first look found any; some of nine details of a large one. See the package for what they let be
 * seen.
 *
 * @param width of the picture as seen
 * @param height of the picture as seen
 * @param middle whether the middle square is looked at besides the whole
 * @param maxTiles of all looks but the whole and its middle together, at least 2
 * @param detailFrom shorter side from which on a picture is large; 0 where none is
 * @param details that are looked at of a large one, 0 to {@value ModerationOptions#DETAILS}
 */
record Cover(int width, int height, boolean middle, int maxTiles, int detailFrom, int details) {

    /** Aspect ratio, as a fraction, beyond which squeezing a part is not enough. */
    private static final long WIDE = 3;

    private static final long TO = 2;

    /**
     * Aspect ratio in tenths beyond which the whole is distorted: encoders see squeezed pictures worse, see
     * {@code embed-worker/docs/views.md}.
     */
    private static final long DISTORTED = 11;

    /** Share of a tile that it has in common with the next, so that what a border cuts is whole in one of them. */
    private static final double OVERLAP = 0.2;

    /** Whether a first look is needed to choose details. */
    boolean draws() {
        return isLarge(Area.of(width, height)) && details < ModerationOptions.DETAILS;
    }

    /**
     * The looks, the whole first, then its middle. Details keep their share of the tiles, so that a picture full of
     * panels has details, too; where panels are more than the rest, or may be, all that was found is named coarse. So
     * is a part that is longer than 3:2 where its tiles do not fit.
     *
     * @param scenes what first looks showed, with and without alpha; none where none was taken, which {@link #draws}
     *     must not ask for
     * @param layout what was found in them
     * @param key by which details are drawn
     */
    List<PlannedView> looks(PreprocessSpec spec, List<Scene> scenes, Layout layout, SamplingKey key) {
        Target target = Target.whole(spec.width(), spec.height());
        Area whole = Area.of(width, height);
        Area content = layout.contents().isEmpty() ? whole : layout.contents().get(0);
        Area detailed = details < ModerationOptions.DETAILS && isLarge(content) ? content : whole;
        int inDetail = isLarge(detailed) ? details : 0;
        Area stripped = isSqueezed(whole) ? whole : content;
        List<Area> strip = strip(stripped, maxTiles - inDetail);
        int room = maxTiles - inDetail - strip.size();
        int found = layout.contents().size() + layout.panels().size();
        boolean partly = found > room || layout.isUnfinished();
        List<PlannedView> looks = new ArrayList<>();
        looks.add(new PlannedView("whole", whole, target));
        if (middle && isDistorted(whole) && !isSqueezed(whole)) {
            looks.add(new PlannedView(View.MIDDLE, middle(whole), target));
        }
        boolean coarse = !strip.isEmpty() && (isSqueezed(strip.get(0)) || partly && room == 0);
        addNamed(coarse ? View.COARSE : "tile-", 0, strip, target, looks);
        int spare = Math.max(0, room - found);
        int contents = Math.min(room, layout.contents().size());
        int panels = Math.min(room - contents, layout.panels().size());
        String prefix = partly ? View.COARSE : "";
        List<Area> tiles = new ArrayList<>();
        addParts(prefix + "content-", layout.contents().subList(0, contents), stripped, spare, tiles, target, looks);
        addParts(prefix + "panel-", layout.panels().subList(0, panels), stripped, spare, tiles, target, looks);
        addNamed("tile-", strip.size(), tiles, target, looks);
        int quarters = Math.min(spare - tiles.size(), layout.quarters().size());
        addNamed("quarter-", 0, layout.quarters().subList(0, quarters), target, looks);
        if (inDetail > 0) {
            addDetails(detailed, inDetail, scenes, key, target, looks);
        }
        return looks;
    }

    /**
     * Adds a look at each part, and to the tiles those of squeezed ones while they have room; else such a look is
     * coarse.
     */
    private static void addParts(
            String name,
            List<Area> parts,
            Area stripped,
            int spare,
            List<Area> tiles,
            Target target,
            List<PlannedView> looks) {
        for (int i = 0; i < parts.size(); i++) {
            Area box = parts.get(i);
            int needed = isSqueezed(box) && !box.equals(stripped) ? fewestTiles(box) : 0;
            boolean fits = needed <= spare - tiles.size();
            if (fits) {
                tiles.addAll(strip(box, needed));
            }
            String prefix = fits || name.startsWith(View.COARSE) ? "" : View.COARSE;
            looks.add(new PlannedView(prefix + name + (i + 1), box, target));
        }
    }

    private boolean isLarge(Area box) {
        return detailFrom > 0 && details > 0 && Math.min(box.width(), box.height()) >= detailFrom;
    }

    private static boolean isSqueezed(Area box) {
        return TO * Math.max(box.width(), box.height()) > WIDE * Math.min(box.width(), box.height());
    }

    private static boolean isDistorted(Area box) {
        return 10L * Math.max(box.width(), box.height()) > DISTORTED * Math.min(box.width(), box.height());
    }

    private static Area middle(Area of) {
        int side = Math.min(of.width(), of.height());
        return new Area(of.x() + (of.width() - side) / 2, of.y() + (of.height() - side) / 2, side, side);
    }

    /** The tiles along a part so that none is longer than 3:2, but for rounding. */
    private static int fewestTiles(Area of) {
        double ratio = (double) TO * Math.max(of.width(), of.height()) / (WIDE * Math.min(of.width(), of.height()));
        return (int) Math.ceil((ratio - OVERLAP) / (1 - OVERLAP));
    }

    private static List<Area> strip(Area of, int most) {
        List<Area> boxes = new ArrayList<>();
        if (isSqueezed(of) && most >= 2) {
            int longSide = Math.max(of.width(), of.height());
            int shortSide = Math.min(of.width(), of.height());
            double ratio = (double) longSide / shortSide;
            int tiles = (int) Math.min(most, Math.ceil((ratio - OVERLAP) / (1 - OVERLAP)));
            int length = (int) Math.min(
                    longSide, Math.max(shortSide, Math.ceil(longSide / (tiles * (1 - OVERLAP) + OVERLAP))));
            for (int i = 0; i < tiles; i++) {
                int start = start(longSide, length, tiles, i);
                boxes.add(
                        of.width() >= of.height()
                                ? new Area(of.x() + start, of.y(), length, of.height())
                                : new Area(of.x(), of.y() + start, of.width(), length));
            }
        }
        return boxes;
    }

    /** Details that show anything, drawn without replacement. */
    private static void addDetails(
            Area of, int most, List<Scene> scenes, SamplingKey key, Target target, List<PlannedView> looks) {
        List<Area> all = details(of);
        List<Integer> chosen = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            Area area = all.get(i);
            if (most == all.size() || scenes.stream().anyMatch(scene -> !scene.isPlain(area))) {
                chosen.add(i);
            }
        }
        if (chosen.size() > most) {
            SamplingKey.Draws draws = key.draws(cells(scenes));
            List<Integer> left = new ArrayList<>(chosen);
            chosen.clear();
            while (chosen.size() < most) {
                chosen.add(left.remove((int) (draws.next() * left.size())));
            }
            chosen.sort(null);
        }
        chosen.forEach(i -> looks.add(new PlannedView("detail-" + (i + 1), all.get(i), target)));
    }

    /** Of all scenes: else all pictures hidden behind alpha 0 would share one draw. */
    private static byte[] cells(List<Scene> scenes) {
        ByteArrayOutputStream cells = new ByteArrayOutputStream();
        scenes.forEach(scene -> cells.writeBytes(scene.glimpse().cells()));
        return cells.toByteArray();
    }

    /**
     * Two fifths of each side, a tenth of the side shared: whatever is no larger than that tenth is whole in one tile.
     */
    private static List<Area> details(Area of) {
        List<Area> boxes = new ArrayList<>();
        int across = (int) ((2L * of.width() + 4) / 5);
        int down = (int) ((2L * of.height() + 4) / 5);
        for (int row = 0; row < 3; row++) {
            for (int column = 0; column < 3; column++) {
                boxes.add(new Area(
                        of.x() + start(of.width(), across, 3, column),
                        of.y() + start(of.height(), down, 3, row),
                        across,
                        down));
            }
        }
        return boxes;
    }

    private static int start(int side, int length, int tiles, int tile) {
        return (int) Math.round((double) (side - length) * tile / (tiles - 1));
    }

    private static void addNamed(String name, int before, List<Area> boxes, Target target, List<PlannedView> looks) {
        for (int i = 0; i < boxes.size(); i++) {
            looks.add(new PlannedView(name + (before + i + 1), boxes.get(i), target));
        }
    }

    /**
     * One part of a picture as it is to be seen, before anything is computed.
     *
     * @param name of the view
     * @param box the part, in the coordinates of the picture as seen
     * @param target what it is resized to; the window has the encoder's size where nothing is levelled
     * @param levelling how a picture that lies turned in the part is seen upright; empty where none does
     */
    record PlannedView(String name, Area box, Target target, Optional<Levelling> levelling) {

        PlannedView(String name, Area box, Target target) {
            this(name, box, target, Optional.empty());
        }

        /**
         * What is seen of a picture of which a part is not looked at, or its details are not: no first look is needed.
         */
        static List<PlannedView> of(ViewPolicy policy, PreprocessSpec spec, int width, int height) {
            return List.of(policy == ViewPolicy.CENTER_CROP ? centre(spec, width, height) : whole(spec, width, height));
        }

        private static PlannedView whole(PreprocessSpec spec, int width, int height) {
            return new PlannedView("whole", Area.of(width, height), Target.whole(spec.width(), spec.height()));
        }

        private static PlannedView centre(PreprocessSpec spec, int width, int height) {
            PreprocessSpec shortest = new PreprocessSpec(
                    spec.height(),
                    spec.width(),
                    Math.max(spec.resizeTo(), spec.height()),
                    PreprocessSpec.ResizeMode.SHORTEST,
                    spec.interpolation(),
                    true,
                    0,
                    spec.mean(),
                    spec.std());
            ExactPreprocessor.Fit fit = ExactPreprocessor.Fit.of(shortest, width, height);
            Target target = fit.target();
            if (target.window().width() != spec.width() || target.window().height() != spec.height()) {
                // Rounding left the picture a pixel short of the encoder's input.
                return new PlannedView("centre", Area.of(width, height), Target.whole(spec.width(), spec.height()));
            }
            return new PlannedView("centre", Area.of(width, height), target);
        }
    }
}
