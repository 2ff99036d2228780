package io.bulwark.imaging.structure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the content of a picture is. Immutable; any thread. Coordinates are a glimpse's or, after {@link #in}, a
 * picture's.
 *
 * @param contents what is left when plain margins are cut, at most {@value #MOST_CONTENTS}: the outermost, then the
 *     innermost where margins lie within margins; none where there are no margins to speak of
 * @param panels pictures within the picture, the largest first; at most {@value #MOST_PANELS}
 * @param quarters of the picture, where it has panels: most collages are cut in halves, also where their pictures share
 *     a ground and no line shows it; none that is a panel already
 * @param isUnfinished whether the search for panels stopped early, so that there may be any number more. There is then
 *     at least one content or panel: where nothing else was found, the quarters of the picture are its panels
 */
public record Layout(List<Area> contents, List<Area> panels, List<Area> quarters, boolean isUnfinished) {

    /** Contents at most. */
    public static final int MOST_CONTENTS = 2;

    /** Panels at most that are looked for; who has more panels than views can say so from fewer. */
    public static final int MOST_PANELS = 100;

    /** Panels from which on a picture may be a collage. */
    private static final int FEWEST_OF_COLLAGE = 2;

    /** Nothing is known of the picture: it is all content. */
    public static final Layout NONE = new Layout(List.of(), List.of(), List.of(), false);

    /** Sides of a glimpse below which it shows no structure. */
    private static final int SMALLEST_GLIMPSE = 24;

    /** What a cut leaves, in hundredths of what is shown already, for the rest to be a separate view. */
    private static final int NOTICEABLE = 80;

    /** Two areas that share this percentage are one view. */
    private static final int ALIKE = 80;

    public Layout {
        contents = List.copyOf(contents);
        panels = List.copyOf(panels);
        quarters = List.copyOf(quarters);
    }

    /**
     * Looks for margins and panels. The same cells give the same layout.
     *
     * @param pixels of the picture to a cell, along a side; at least 1
     */
    static Layout of(Scene.Glimpse glimpse, Relief relief, double pixels) {
        if (Math.min(glimpse.width(), glimpse.height()) < SMALLEST_GLIMPSE) {
            return NONE;
        }
        Area whole = Area.of(glimpse.width(), glimpse.height());
        Optional<List<Area>> rings = new Margins(relief).rings(whole);
        if (rings.isEmpty()) {
            return NONE;
        }
        List<Area> contents = contents(whole, rings.get());
        List<Area> shown = new ArrayList<>(contents);
        shown.add(whole);
        List<Area> panels = new ArrayList<>();
        Panels search = new Panels(relief, pixels);
        for (Area panel : search.of(whole, rings.get())) {
            if (panels.size() < MOST_PANELS && shown.stream().noneMatch(other -> panel.isAlike(other, ALIKE))) {
                panels.add(panel);
                shown.add(panel);
            }
        }
        if (search.isUnfinished() && contents.isEmpty() && panels.isEmpty()) {
            panels.addAll(quarters(whole));
            shown.addAll(panels);
        }
        panels.sort(Comparator.comparingLong(Area::size).reversed());
        Area inner = contents.isEmpty() ? whole : contents.get(0);
        List<Area> quarters = panels.size() < FEWEST_OF_COLLAGE
                ? List.of()
                : quarters(inner).stream()
                        .filter(quarter -> shown.stream().noneMatch(other -> quarter.isAlike(other, ALIKE)))
                        .toList();
        return new Layout(contents, panels, quarters, search.isUnfinished());
    }

    private static List<Area> quarters(Area area) {
        int middle = area.x() + area.width() / 2;
        int centre = area.y() + area.height() / 2;
        return List.of(
                Area.between(area.x(), area.y(), middle, centre),
                Area.between(middle, area.y(), area.right(), centre),
                Area.between(area.x(), centre, middle, area.bottom()),
                Area.between(middle, centre, area.right(), area.bottom()));
    }

    private static List<Area> contents(Area whole, List<Area> rings) {
        List<Area> contents = new ArrayList<>();
        Area shown = whole;
        for (Area ring : rings) {
            if (100 * ring.size() <= NOTICEABLE * shown.size()) {
                contents.add(ring);
                shown = ring;
            }
        }
        return contents.size() <= MOST_CONTENTS
                ? contents
                : List.of(contents.get(0), contents.get(contents.size() - 1));
    }

    /**
     * What this shows and what that shows, once each: two layouts of one picture, such as with and without its alpha.
     * Where they do not agree on the margins, neither's are margins: what they left are panels.
     */
    public Layout and(Layout other) {
        boolean agree = !contents.isEmpty()
                && !other.contents.isEmpty()
                && contents.get(0).isAlike(other.contents.get(0), ALIKE);
        List<Area> left = new ArrayList<>();
        List<Area> further = new ArrayList<>(panels);
        if (agree) {
            left.addAll(contents);
            left.set(0, contents.get(0).with(other.contents.get(0)));
        } else {
            further.addAll(contents);
        }
        List<Area> shown = new ArrayList<>(left);
        shown.addAll(further);
        Stream.concat(other.contents.stream(), other.panels.stream())
                .filter(area -> shown.stream().noneMatch(known -> area.isAlike(known, ALIKE)))
                .forEach(further::add);
        further.sort(Comparator.comparingLong(Area::size).reversed());
        return new Layout(
                left, further, quarters.isEmpty() ? other.quarters : quarters, isUnfinished || other.isUnfinished);
    }

    /**
     * The same in the coordinates of the picture.
     *
     * @param glimpse width and height of the glimpse that it was found in
     */
    Layout in(Area glimpse, int width, int height) {
        return new Layout(
                scaled(contents, glimpse, width, height),
                scaled(panels, glimpse, width, height),
                scaled(quarters, glimpse, width, height),
                isUnfinished);
    }

    private static List<Area> scaled(List<Area> areas, Area glimpse, int width, int height) {
        return areas.stream().map(area -> scaled(area, glimpse, width, height)).toList();
    }

    /** Every pixel that a cell is made of belongs to it. */
    private static Area scaled(Area area, Area glimpse, int width, int height) {
        return Area.between(
                (int) ((long) area.x() * width / glimpse.width()),
                (int) ((long) area.y() * height / glimpse.height()),
                (int) (((long) area.right() * width + glimpse.width() - 1) / glimpse.width()),
                (int) (((long) area.bottom() * height + glimpse.height() - 1) / glimpse.height()));
    }
}
