package io.bulwark.lab.evaluate.mask;

import io.bulwark.cli.report.Share.Proportion;
import io.bulwark.imaging.mask.InsetMask;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.structure.Scene;
import io.bulwark.imaging.structure.Scene.Area;
import io.bulwark.imaging.structure.Scene.Glimpse;
import io.bulwark.lab.experiment.EvaluationProgress;
import io.bulwark.lab.picture.CompositeRenderer;
import io.bulwark.lab.picture.CompositeRenderer.Composite;
import io.bulwark.lab.picture.CompositeRenderer.Kind;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The inset mask beside the finders of margins and panels and of straight edges, on composites of pictures that neither learnt from. One
 * thread.
 *
 * @param mask asked
 * @param pictures that composites are made of
 * @param seed of the composites
 */
record InsetMaskRun(InsetMask mask, List<UprightPicture> pictures, long seed) {

    /** Of a composite: that of the small copy in which a worker looks for structure, and as large as it gets. */
    private static final int SIDE = 200;

    /** Shared part of two areas from which on one is found by the other. */
    private static final double FOUND = 0.7;

    /** Share of an inset that lies in the picture at least to count. */
    private static final double VISIBLE = 0.9;

    /** Places along a side at which areas are compared. */
    private static final int PLACES = 100;

    /**
     * What was found in composites of a kind; a share of insets is empty where there are none.
     *
     * @param upright upright insets that the mask found
     * @param turned the same of turned ones, in the angle that they are turned by
     * @param panels upright insets that the finder of margins and panels found
     * @param rectangles upright insets that the finder of straight edges found
     * @param byAny upright insets that one of the three found
     * @param boxes that the mask gave for a composite, on average
     * @param panelBoxes that the finder of margins and panels gave
     * @param any composites for which the mask gave any
     * @param anyPanel composites for which the finder of margins and panels gave any
     * @param anyRectangle composites for which the finder of straight edges gave any
     */
    record Found(
            Optional<Proportion> upright,
            Optional<Proportion> turned,
            Optional<Proportion> panels,
            Optional<Proportion> rectangles,
            Optional<Proportion> byAny,
            double boxes,
            double panelBoxes,
            Proportion any,
            Proportion anyPanel,
            Proportion anyRectangle) {}

    /**
     * All that was found.
     *
     * @param millis of CPU that the mask takes for a picture; the median
     */
    record Outcome(Map<Kind, Found> found, double millis) {}

    /** @param composites of each kind */
    Outcome run(int composites, EvaluationProgress progress) {
        progress.begin("composites", composites * Kind.values().length);
        Map<Kind, Found> found = new EnumMap<>(Kind.class);
        List<Double> millis = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            Count count = new Count();
            for (int i = 0; i < composites; i++) {
                SplittableRandom random = new SplittableRandom(seed + 1_000_003L * kind.ordinal() + i);
                Supplier<UprightPicture> next = () -> pictures.get(random.nextInt(pictures.size()));
                count.add(CompositeRenderer.draw(kind, next, SIDE, random), millis);
                progress.advanced(1, 0);
            }
            found.put(kind, count.found(composites));
        }
        millis.sort(null);
        return new Outcome(found, millis.get(millis.size() / 2));
    }

    /** Of one kind. */
    private final class Count {

        private int upright;
        private int turned;
        private int uprightFound;
        private int turnedFound;
        private int panelsFound;
        private int rectanglesFound;
        private int anyFound;
        private int boxes;
        private int panelBoxes;
        private int any;
        private int anyPanel;
        private int anyRectangle;

        void add(Composite composite, List<Double> millis) {
            UprightPicture picture = new UprightPicture(SIDE, SIDE, composite.rgb());
            int side = (int) Math.sqrt(InsetMask.MOST_PIXELS);
            byte[] small = picture.resized(side, side).rgb();
            long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            List<InsetMask.Inset> insets = mask.of(small, side, side);
            millis.add((ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) / 1e6);
            List<boolean[]> found = insets.stream()
                    .limit(InsetMask.LOOKED_AT)
                    .map(inset -> inset.scaled((double) SIDE / side, (double) SIDE / side))
                    .map(InsetMaskRun::shape)
                    .map(InsetMaskRun::places)
                    .toList();
            Scene scene = Scene.of(new Glimpse(SIDE, SIDE, 3, composite.rgb()), SIDE, SIDE, true);
            List<boolean[]> panels =
                    places(Stream.concat(scene.layout().contents().stream(), scene.layout().panels().stream()));
            List<boolean[]> rectangles = places(scene.rectangles(any -> true).areas().stream());
            boxes += found.size();
            panelBoxes += panels.size();
            any += found.isEmpty() ? 0 : 1;
            anyPanel += panels.isEmpty() ? 0 : 1;
            anyRectangle += rectangles.isEmpty() ? 0 : 1;
            for (CompositeRenderer.Inset inset : composite.insets()) {
                boolean[] truth = places(inset.frame());
                if (isVisible(inset, truth)) {
                    count(inset.turned(), isAmong(truth, found), isAmong(truth, panels), isAmong(truth, rectangles));
                }
            }
        }

        private void count(boolean isTurned, boolean byMask, boolean byPanels, boolean byEdges) {
            if (isTurned) {
                turned++;
                turnedFound += byMask ? 1 : 0;
            } else {
                upright++;
                uprightFound += byMask ? 1 : 0;
                panelsFound += byPanels ? 1 : 0;
                rectanglesFound += byEdges ? 1 : 0;
                anyFound += byMask || byPanels || byEdges ? 1 : 0;
            }
        }

        Found found(int composites) {
            return new Found(
                    share(uprightFound, upright),
                    share(turnedFound, turned),
                    share(panelsFound, upright),
                    share(rectanglesFound, upright),
                    share(anyFound, upright),
                    (double) boxes / composites,
                    (double) panelBoxes / composites,
                    Proportion.of(any, composites),
                    Proportion.of(anyPanel, composites),
                    Proportion.of(anyRectangle, composites));
        }
    }

    private static Optional<Proportion> share(int found, int of) {
        return of == 0 ? Optional.empty() : Optional.of(Proportion.of(found, of));
    }

    private static boolean isVisible(CompositeRenderer.Inset inset, boolean[] truth) {
        Rectangle2D bounds = inset.frame().getBounds2D();
        Rectangle2D visible = bounds.createIntersection(new Rectangle2D.Double(0, 0, SIDE, SIDE));
        return visible.getWidth() * visible.getHeight() >= VISIBLE * bounds.getWidth() * bounds.getHeight()
                && count(truth) > 0;
    }

    private static Shape shape(InsetMask.Inset inset) {
        Rectangle2D box = new Rectangle2D.Double(
                inset.x() - inset.width() / 2, inset.y() - inset.height() / 2, inset.width(), inset.height());
        return AffineTransform.getRotateInstance(Math.toRadians(inset.degrees()), inset.x(), inset.y())
                .createTransformedShape(box);
    }

    private static Shape shape(Area area) {
        return new Rectangle2D.Double(area.x(), area.y(), area.width(), area.height());
    }

    private static List<boolean[]> places(Stream<Area> areas) {
        return areas.map(InsetMaskRun::shape).map(InsetMaskRun::places).toList();
    }

    private static boolean[] places(Shape shape) {
        boolean[] places = new boolean[PLACES * PLACES];
        double step = (double) SIDE / PLACES;
        for (int i = 0; i < places.length; i++) {
            places[i] = shape.contains((i % PLACES + 0.5) * step, (i / PLACES + 0.5) * step);
        }
        return places;
    }

    private static int count(boolean[] places) {
        int count = 0;
        for (boolean place : places) {
            count += place ? 1 : 0;
        }
        return count;
    }

    private static boolean isAmong(boolean[] truth, List<boolean[]> found) {
        return found.stream().anyMatch(one -> {
            int both = 0;
            int either = 0;
            for (int i = 0; i < truth.length; i++) {
                both += truth[i] && one[i] ? 1 : 0;
                either += truth[i] || one[i] ? 1 : 0;
            }
            return both >= FOUND * either;
        });
    }
}
