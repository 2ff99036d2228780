package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.rows.PixelRows;
import io.bulwark.imaging.rows.Transparency;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which of a file's views are judged: none without content, each array of pixels once, and
 * {@value ModerationOptions#MOST_VIEWS} at most over all frames, looks and grounds. What that leaves open stands in the
 * names of the rest; see the package.
 */
final class ViewChoice {

    /**
     * Levels between the least and the greatest value of a channel, up to which a view is of one colour: what noise of
     * 3 levels becomes in a JPEG of quality 30.
     */
    static final int NOISE = 12;

    /** The same for the pixels of the picture itself, up to which people see nothing in it: 1 % of the range. */
    private static final int UNSEEN = 3;

    /**
     * Looks at what the whole shows already, the more useful one first. They take the room that other views leave, and
     * neither make a file a sample nor stand for a view that covers it.
     */
    private static final List<String> SHOW_AGAIN = List.of(View.MIDDLE, View.ROUND, View.WITHOUT_TEXT);

    private ViewChoice() {}

    /**
     * Chooses.
     *
     * @param all views of the picture, upright, in their order
     * @return at least one, in their order
     */
    static List<View> of(Decoded picture, List<View> all) {
        List<View> again = SHOW_AGAIN.stream()
                .flatMap(look -> all.stream().filter(view -> view.name().contains(look)))
                .toList();
        List<View> chosen = covering(
                picture,
                all.stream()
                        .filter(view -> SHOW_AGAIN.stream().noneMatch(view.name()::contains))
                        .toList());
        return again.isEmpty() ? chosen : filledUp(chosen, again, all);
    }

    /** Views that are chosen, and as many of the others as there is room for, in the order of all. */
    private static List<View> filledUp(List<View> chosen, List<View> others, List<View> all) {
        List<View> filled = new ArrayList<>(chosen);
        Set<ByteBuffer> seen = new HashSet<>();
        chosen.forEach(view -> seen.add(ByteBuffer.wrap(view.pixels())));
        Map<byte[], Integer> order = new IdentityHashMap<>();
        all.forEach(view -> order.putIfAbsent(view.pixels(), order.size()));
        for (View view : others) {
            if (filled.size() < ModerationOptions.MOST_VIEWS
                    && !isPlain(view.pixels())
                    && seen.add(ByteBuffer.wrap(view.pixels()))) {
                int place = 0;
                while (place < filled.size() && order.get(filled.get(place).pixels()) < order.get(view.pixels())) {
                    place++;
                }
                filled.add(place, view);
            }
        }
        return filled;
    }

    /** What covers the file, each array of pixels once; where it does not, the first name says so. */
    private static List<View> covering(Decoded picture, List<View> all) {
        List<View> distinct = distinct(all);
        if (distinct.isEmpty()) {
            View first = all.get(0);
            return List.of((isPlain(picture) ? first : first.marked(View.COARSE)).marked(View.PLAIN));
        }
        missingCoarse(all, distinct).ifPresent(distinct::add);
        distinct.addAll(unseenFrames(picture, all, distinct));
        if (distinct.size() <= ModerationOptions.MOST_VIEWS) {
            return distinct;
        }
        List<View> sample = sample(distinct);
        sample.set(0, sample.get(0).marked(View.SAMPLED));
        return sample;
    }

    private static List<View> distinct(List<View> all) {
        Set<ByteBuffer> seen = new HashSet<>();
        List<View> distinct = new ArrayList<>();
        for (View view : all) {
            if (!isPlain(view.pixels()) && seen.add(ByteBuffer.wrap(view.pixels()))) {
                distinct.add(view);
            }
        }
        return distinct;
    }

    /** A file of which a part is seen too coarsely says so, though those views are plain or equal to others. */
    private static Optional<View> missingCoarse(List<View> all, List<View> distinct) {
        return distinct.stream().anyMatch(view -> View.isCoarse(view.name()))
                ? Optional.empty()
                : all.stream()
                        .filter(view -> View.isCoarse(view.name()))
                        .findFirst()
                        .map(view -> isPlain(view.pixels()) ? view.marked(View.PLAIN) : view);
    }

    /**
     * One view of each frame that has a plain one alone, though its own pixels are not plain: what it shows is in no
     * view. Such a view is coarse, as that of a file without any other is.
     */
    private static List<View> unseenFrames(Decoded picture, List<View> all, List<View> distinct) {
        List<View> unseen = new ArrayList<>();
        if (picture.totalFrames() == 1) {
            return unseen;
        }
        Set<ByteBuffer> seen = new HashSet<>();
        for (int i = 0; i < picture.frames().size(); i++) {
            String prefix = "frame-" + picture.frameNumbers().get(i) + "/";
            List<View> views =
                    all.stream().filter(view -> view.name().startsWith(prefix)).toList();
            View first = views.get(0);
            if (distinct.stream().noneMatch(view -> view.name().startsWith(prefix))
                    && views.stream().allMatch(view -> isPlain(view.pixels()))
                    && !isPlain(picture.frames().get(i))
                    && seen.add(ByteBuffer.wrap(first.pixels()))) {
                unseen.add(first.marked(View.COARSE).marked(View.PLAIN));
            }
        }
        return unseen;
    }

    /**
     * Of each frame in turn one view: the wholes over all grounds, then all other looks over one ground, then over the
     * next. So a file is covered before any part of it is seen twice.
     */
    private static List<View> sample(List<View> distinct) {
        Map<String, Integer> grounds = new HashMap<>();
        Map<String, List<Ranked>> frames = new HashMap<>();
        for (int i = 0; i < distinct.size(); i++) {
            String name = distinct.get(i).name();
            int slash = name.startsWith("frame-") ? name.indexOf('/') + 1 : 0;
            String look = name.substring(slash).split("/", 2)[0];
            int ground = grounds.merge(name.substring(0, slash) + look, 1, Integer::sum);
            frames.computeIfAbsent(name.substring(0, slash), frame -> new ArrayList<>())
                    .add(new Ranked(i, look.equals("whole") ? 0 : ground));
        }
        List<Ranked> turns = new ArrayList<>();
        for (List<Ranked> frame : frames.values()) {
            frame.sort(Comparator.comparingInt(Ranked::rank));
            for (int turn = 0; turn < frame.size(); turn++) {
                turns.add(new Ranked(frame.get(turn).view(), turn));
            }
        }
        return new ArrayList<>(turns.stream()
                .sorted(Comparator.comparingInt(Ranked::rank).thenComparingInt(Ranked::view))
                .limit(ModerationOptions.MOST_VIEWS)
                .map(Ranked::view)
                .sorted()
                .map(distinct::get)
                .toList());
    }

    /**
     * A view by its place in the list.
     *
     * @param rank the lower, the sooner it is taken
     */
    private record Ranked(int view, int rank) {}

    /**
     * Whether pixels are of one colour.
     *
     * @param rgb interleaved unsigned bytes, RGB
     */
    static boolean isPlain(byte[] rgb) {
        return new Span(3).add(rgb, rgb.length) <= NOISE;
    }

    /**
     * Whether each frame of a file is of one colour in its own pixels, alpha included, and all frames are looked at.
     */
    private static boolean isPlain(Decoded picture) {
        return picture.frames().size() == picture.totalFrames()
                && picture.frames().stream().allMatch(ViewChoice::isPlain);
    }

    private static boolean isPlain(Raster frame) {
        PixelRows rows = Transparency.isReal(frame) ? PixelRows.straight(frame) : PixelRows.opaque(frame);
        Span span = new Span(rows.channels());
        byte[] row = new byte[rows.width() * rows.channels()];
        int widest = 0;
        for (int y = 0; y < rows.height() && widest <= UNSEEN; y++) {
            rows.read(y, 0, rows.width(), row);
            widest = span.add(row, row.length);
        }
        return widest <= UNSEEN;
    }

    /** The range of each channel so far. One thread. */
    private static final class Span {

        private final int[] least;
        private final int[] greatest;

        Span(int channels) {
            least = new int[channels];
            greatest = new int[channels];
            Arrays.fill(least, 255);
        }

        /** Adds pixels; returns the widest range of a channel, in levels. */
        int add(byte[] pixels, int length) {
            int widest = 0;
            for (int c = 0; c < least.length; c++) {
                int low = least[c];
                int high = greatest[c];
                for (int i = c; i < length; i += least.length) {
                    int level = pixels[i] & 0xff;
                    low = Math.min(low, level);
                    high = Math.max(high, level);
                }
                least[c] = low;
                greatest[c] = high;
                widest = Math.max(widest, high - low);
            }
            return widest;
        }
    }
}
