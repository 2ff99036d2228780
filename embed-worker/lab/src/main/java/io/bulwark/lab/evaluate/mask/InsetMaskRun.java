package io.bulwark.lab.evaluate.mask;

import io.bulwark.cli.report.Share.Proportion;
import io.bulwark.imaging.mask.InsetMask;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.structure.Scene;
import io.bulwark.imaging.structure.Scene.Area;
import io.bulwark.imaging.structure.Scene.Glimpse;
import io.bulwark.lab.evaluate.mask.MaskAttack.Attacked;
import io.bulwark.lab.evaluate.mask.MaskAttack.Shot;
import io.bulwark.lab.evaluate.mask.MaskObjective.Goal;
import io.bulwark.lab.experiment.EvaluationProgress;
import io.bulwark.lab.picture.CompositeRenderer;
import io.bulwark.lab.picture.CompositeRenderer.Composite;
import io.bulwark.lab.picture.CompositeRenderer.Kind;
import io.bulwark.perception.encoder.DifferentiableMask;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
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

    /** Of the copy that the network sees. */
    private static final int SMALL = (int) Math.sqrt(InsetMask.MOST_PIXELS);

    /** Composites that are drawn for one that is attacked, at most. */
    private static final int TRIES = 20;

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
            byte[] small = small(composite.rgb());
            long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            List<InsetMask.Inset> insets = mask.of(small, SMALL, SMALL);
            millis.add((ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) / 1e6);
            List<boolean[]> found = places(insets);
            Structure structure = Structure.of(composite.rgb());
            List<boolean[]> panels = structure.panels();
            List<boolean[]> rectangles = structure.rectangles();
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

    /** Areas that the finders of margins and panels and of straight edges give. */
    private record Structure(List<boolean[]> panels, List<boolean[]> rectangles) {

        static Structure of(byte[] rgb) {
            Scene scene = Scene.of(new Glimpse(SIDE, SIDE, 3, rgb), SIDE, SIDE, true);
            return new Structure(
                    places(Stream.concat(scene.layout().contents().stream(), scene.layout().panels().stream())),
                    places(scene.rectangles(any -> true).areas().stream()));
        }
    }

    /**
     * What the attack leaves of the views of insets.
     *
     * @param onThePicture views taken by the mask where the attack's changes are laid on the composite itself, blown up to
     *     its size; empty where a view was to be had
     * @param byAny the same by the mask or one of the other finders
     */
    record AttackedInsets(Attacked attacked, Optional<Proportion> onThePicture, Optional<Proportion> byAny) {}

    /**
     * Attacks the mask: insets that it finds are to be lost, all of a composite, and pictures without any are to get a view.
     */
    Map<String, AttackedInsets> attack(
            MaskAttack.Options options, DifferentiableMask gradients, EvaluationProgress progress) {
        Map<String, List<Shot>> shots = new LinkedHashMap<>();
        Map<String, List<boolean[]>> left = new LinkedHashMap<>();
        progress.begin("attacked composites", 2 * options.pictures());
        for (Goal goal : Goal.values()) {
            int done = 0;
            for (int i = 0; done < options.pictures() && i < TRIES * options.pictures(); i++) {
                Composite composite = composite(goal, i);
                List<boolean[]> truths = goal == Goal.BLIND ? truths(composite) : List.of();
                MaskAttack attack = new MaskAttack(
                        new MaskObjective(gradients, (rgb, across, down) -> shows(rgb, truths), goal, SMALL, SMALL),
                        MaskObjective.pixels(small(composite.rgb()), SMALL, SMALL),
                        options.apgd());
                if (attack.isDoneBefore()) {
                    continue;
                }
                attack.all(options, done).forEach((bound, shot) -> {
                    String name = words(goal) + bound;
                    shots.computeIfAbsent(name, any -> new ArrayList<>()).add(shot);
                    if (goal == Goal.BLIND) {
                        left.computeIfAbsent(name, any -> new ArrayList<>())
                                .add(left(laidOn(composite.rgb(), attack.clean(), shot.pixels()), truths));
                    }
                });
                done++;
                progress.advanced(1, 0);
            }
        }
        Map<String, AttackedInsets> attacked = new LinkedHashMap<>();
        Attacked.of(shots)
                .forEach((name, one) -> attacked.put(
                        name, new AttackedInsets(one, share(left.get(name), 0), share(left.get(name), 1))));
        return attacked;
    }

    private static String words(Goal goal) {
        return goal == Goal.BLIND ? "insets, to lose all views of them, " : "no inset, to get a view, ";
    }

    private static Optional<Proportion> share(List<boolean[]> left, int which) {
        return left == null
                ? Optional.empty()
                : Optional.of(
                        Proportion.of(left.stream().filter(one -> one[which]).count(), left.size()));
    }

    /** Of the kinds in turn where there are to be insets. */
    private Composite composite(Goal goal, int index) {
        List<Kind> kinds = goal == Goal.FIRE
                ? List.of(Kind.UNTOUCHED)
                : Stream.of(Kind.values())
                        .filter(kind -> kind != Kind.UNTOUCHED && kind != Kind.CLUTTERED)
                        .toList();
        SplittableRandom random = new SplittableRandom(seed + 7_000_003L * (goal.ordinal() + 1) + index);
        return CompositeRenderer.draw(
                kinds.get(index % kinds.size()), () -> pictures.get(random.nextInt(pictures.size())), SIDE, random);
    }

    private static List<boolean[]> truths(Composite composite) {
        return composite.insets().stream()
                .filter(inset -> isVisible(inset, places(inset.frame())))
                .map(inset -> places(inset.frame()))
                .toList();
    }

    /**
     * Whether a view is taken.
     *
     * @param truths one of which it has to show; empty for any view
     */
    private boolean shows(byte[] small, List<boolean[]> truths) {
        List<boolean[]> found = places(mask.of(small, SMALL, SMALL));
        return truths.isEmpty() ? !found.isEmpty() : truths.stream().anyMatch(truth -> isAmong(truth, found));
    }

    /** Whether the mask shows one of the insets, and whether any finder does. */
    private boolean[] left(byte[] rgb, List<boolean[]> truths) {
        boolean byMask = shows(small(rgb), truths);
        Structure structure = Structure.of(rgb);
        return new boolean[] {
            byMask,
            byMask
                    || truths.stream()
                            .anyMatch(truth ->
                                    isAmong(truth, structure.panels()) || isAmong(truth, structure.rectangles()))
        };
    }

    /** What an attack changed, blown up bilinearly. */
    private static byte[] laidOn(byte[] rgb, float[] clean, float[] found) {
        byte[] changed = new byte[rgb.length];
        double scale = (double) SMALL / SIDE;
        for (int i = 0; i < rgb.length; i++) {
            double x = Math.min(SMALL - 1, Math.max(0, (i / 3 % SIDE + 0.5) * scale - 0.5));
            double y = Math.min(SMALL - 1, Math.max(0, (i / 3 / SIDE + 0.5) * scale - 0.5));
            double sum = 0;
            for (int corner = 0; corner < 4; corner++) {
                int atX = Math.min(SMALL - 1, (int) x + corner % 2);
                int atY = Math.min(SMALL - 1, (int) y + corner / 2);
                int at = (i % 3 * SMALL + atY) * SMALL + atX;
                double weight = (corner % 2 == 0 ? 1 - x + (int) x : x - (int) x)
                        * (corner / 2 == 0 ? 1 - y + (int) y : y - (int) y);
                sum += weight * (found[at] - clean[at]);
            }
            changed[i] = (byte) Math.min(255, Math.max(0, Math.round((rgb[i] & 0xff) + 255 * sum)));
        }
        return changed;
    }

    /** As the network sees a composite. */
    private static byte[] small(byte[] rgb) {
        return new UprightPicture(SIDE, SIDE, rgb).resized(SMALL, SMALL).rgb();
    }

    /** Places of the insets that production looks at, found in the small copy. */
    private static List<boolean[]> places(List<InsetMask.Inset> found) {
        return found.stream()
                .limit(InsetMask.LOOKED_AT)
                .map(inset -> inset.scaled((double) SIDE / SMALL, (double) SIDE / SMALL))
                .map(InsetMaskRun::shape)
                .map(InsetMaskRun::places)
                .toList();
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
