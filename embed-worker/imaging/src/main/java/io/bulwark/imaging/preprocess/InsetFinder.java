package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.mask.InsetMask;
import io.bulwark.imaging.mask.InsetMask.Inset;
import io.bulwark.imaging.preprocess.Cover.PlannedView;
import io.bulwark.imaging.preprocess.LinearViews.Levelling;
import io.bulwark.imaging.preprocess.Resampler.Target;
import io.bulwark.imaging.structure.Scene;
import io.bulwark.imaging.structure.Scene.Area;
import io.bulwark.imaging.structure.Scene.Glimpse;
import io.bulwark.imaging.structure.Scene.Rectangles;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Looks at pictures that lie in a picture, turned ones upright: what {@link Scene#rectangles straight edges} and
 * {@link InsetMask} find in the small copies in which structure is looked for, and margins and panels do not show
 * already. Immutable but for a cache of weights; any thread.
 */
final class InsetFinder {

    /** Looks at one picture, over all its small copies. */
    static final int MOST = InsetMask.LOOKED_AT;

    /** Two areas that share this percentage are one look. */
    private static final int ALIKE = 70;

    /**
     * How much finer than the encoder sees it the long side of a turned inset is made, at most: the part around it then
     * has no more than eight times the input's pixels.
     */
    private static final double FINER = 3;

    /** Points along each side of an inset by which it is compared with another. */
    private static final int POINTS = 16;

    private final boolean rectangles;
    private final Optional<InsetMask> mask;
    private final Resampler resampler;

    /** @param rectangles whether straight edges are looked for */
    InsetFinder(boolean rectangles, Optional<InsetMask> mask, Resampler resampler) {
        this.rectangles = rectangles;
        this.mask = mask;
        this.resampler = resampler;
    }

    /** What changes a pixel of a look, beside the options. */
    String fingerprint() {
        return mask.map(known -> " " + View.INSET + known.network().fingerprint())
                .orElse("");
    }

    /**
     * Looks for insets.
     *
     * @param seen parts of the picture that have a view of their own
     * @param width of the picture as seen
     * @param height of the picture as seen
     * @param still false for a frame of an animation, in which rectangles are not looked for: an animation has no room
     *     for many more views
     * @return {@value #MOST} at most; of a small copy first rectangles, then the largest. All are named coarse where there
     *     are more; where nothing but that is known, the whole is one of them
     */
    List<PlannedView> looks(
            List<Scene> scenes, List<Area> seen, PreprocessSpec spec, int width, int height, boolean still) {
        Insets insets = new Insets(seen, width, height);
        for (Scene scene : scenes) {
            if (rectangles && still) {
                insets.add(scene.rectangles(area -> !insets.isKnown(inset(area))));
            }
            mask.ifPresent(network -> {
                for (int ground : TextRemoval.grounds(scene.glimpse())) {
                    insets.add(found(network, scene.glimpse(), ground, insets));
                }
            });
        }
        return insets.looks(spec);
    }

    /** Those of one picture that have a look of their own, and whether there are others. */
    static final class Insets {

        private final List<Area> seen;
        private final int width;
        private final int height;
        private final List<Inset> shown = new ArrayList<>();
        private boolean more;

        Insets(List<Area> seen, int width, int height) {
            this.seen = seen;
            this.width = width;
            this.height = height;
        }

        boolean isKnown(Inset inset) {
            Area box = around(inset, width, height);
            return inset.degrees() == 0 && seen.stream().anyMatch(area -> area.isAlike(box, ALIKE))
                    || shown.stream().anyMatch(other -> areAlike(inset, other));
        }

        void add(Rectangles found) {
            more |= found.more();
            add(found.areas().stream().map(InsetFinder::inset).toList());
        }

        void add(List<Inset> found) {
            int room = MOST - shown.size();
            more |= found.size() > room;
            shown.addAll(found.subList(0, Math.min(found.size(), room)));
        }

        List<PlannedView> looks(PreprocessSpec spec) {
            if (more && shown.isEmpty()) {
                shown.add(inset(Area.of(width, height)));
            }
            String name = (more ? View.COARSE : "") + View.INSET;
            return IntStream.range(0, shown.size())
                    .mapToObj(i -> look(name + (i + 1), shown.get(i), around(shown.get(i), width, height), spec))
                    .toList();
        }
    }

    private static Inset inset(Area area) {
        return new Inset(area.x() + area.width() / 2.0, area.y() + area.height() / 2.0, area.width(), area.height(), 0);
    }

    /** Insets without a look yet. */
    private List<Inset> found(InsetMask network, Glimpse glimpse, int ground, Insets insets) {
        Area small = TextRemoval.within(glimpse, InsetMask.MOST_PIXELS);
        if (Math.min(small.width(), small.height()) < InsetMask.SMALLEST_SIDE) {
            return List.of();
        }
        byte[] rgb = TextRemoval.seen(glimpse, ground, small, resampler);
        UnaryOperator<Inset> inPicture =
                inset -> inset.scaled((double) insets.width / small.width(), (double) insets.height / small.height());
        return network.of(rgb, small.width(), small.height(), inset -> insets.isKnown(inPicture.apply(inset))).stream()
                .map(inPicture)
                .toList();
    }

    /** As {@link Area#isAlike}, of rectangles that may be turned: by a grid of points. */
    private static boolean areAlike(Inset one, Inset other) {
        double turn = StrictMath.toRadians(one.degrees() - other.degrees());
        double cos = StrictMath.cos(turn);
        double sin = StrictMath.sin(turn);
        double otherTurn = StrictMath.toRadians(other.degrees());
        double right = one.x() - other.x();
        double below = one.y() - other.y();
        double across = right * StrictMath.cos(otherTurn) + below * StrictMath.sin(otherTurn);
        double down = below * StrictMath.cos(otherTurn) - right * StrictMath.sin(otherTurn);
        int shared = 0;
        for (int i = 0; i < POINTS * POINTS; i++) {
            double along = ((i % POINTS + 0.5) / POINTS - 0.5) * one.width();
            double aside = ((i / POINTS + 0.5) / POINTS - 0.5) * one.height();
            shared += Math.abs(across + along * cos - aside * sin) <= other.width() / 2
                            && Math.abs(down + along * sin + aside * cos) <= other.height() / 2
                    ? 1
                    : 0;
        }
        double both = one.width() * one.height() * shared / (POINTS * POINTS);
        return 100 * both >= ALIKE * (one.width() * one.height() + other.width() * other.height() - both);
    }

    /** The smallest area that has all of an inset that the picture has. */
    private static Area around(Inset inset, int width, int height) {
        double turn = StrictMath.toRadians(inset.degrees());
        double cos = Math.abs(StrictMath.cos(turn));
        double sin = Math.abs(StrictMath.sin(turn));
        double across = (inset.width() * cos + inset.height() * sin) / 2;
        double down = (inset.width() * sin + inset.height() * cos) / 2;
        int left = within(Math.floor(inset.x() - across), width - 1);
        int top = within(Math.floor(inset.y() - down), height - 1);
        int right = within(Math.ceil(inset.x() + across), width);
        int bottom = within(Math.ceil(inset.y() + down), height);
        return new Area(left, top, Math.max(1, right - left), Math.max(1, bottom - top));
    }

    private static int within(double at, int most) {
        return (int) Math.max(0, Math.min(most, at));
    }

    private static PlannedView look(String name, Inset inset, Area box, PreprocessSpec spec) {
        if (inset.degrees() == 0) {
            return new PlannedView(name, box, Target.whole(spec.width(), spec.height()));
        }
        // As fine as the encoder sees the inset, with a limit for thin ones, and not finer than the picture.
        double across = spec.width() / inset.width();
        double down = spec.height() / inset.height();
        double scale = Math.min(1, Math.min(Math.max(across, down), FINER * Math.min(across, down)));
        Target target = Target.whole((int) Math.max(1, Math.round(box.width() * scale)), (int)
                Math.max(1, Math.round(box.height() * scale)));
        Inset within = new Inset(
                        inset.x() - box.x(), inset.y() - box.y(), inset.width(), inset.height(), inset.degrees())
                .scaled((double) target.width() / box.width(), (double) target.height() / box.height());
        return new PlannedView(
                name,
                box,
                target,
                Optional.of(Levelling.of(within, target.width(), target.height(), spec.width(), spec.height())));
    }
}
