package io.bulwark.imaging.structure;

import io.bulwark.imaging.structure.Scene.Area;
import io.bulwark.imaging.structure.Scene.Relief;
import java.util.Optional;

/**
 * A picture that was cut to a circle or an ellipse, as portraits are: around it lies plain ground, whose colour may
 * differ from corner to corner. Immutable; any thread.
 *
 * @param box the smallest area that has all of the ellipse, in cells of the small copy
 */
public record RoundPicture(Area box) {

    /** Cells that each side of the box has at least. */
    private static final int SMALLEST = 24;

    /** How far ground may differ from its corner, in each channel: what noise and mediocre JPEGs leave of it. */
    private static final int DRIFT = 24;

    /** Squared distance from the middle, in radii, within which nothing of the ellipse's soft edge lies. */
    private static final double INSIDE = 0.88;

    /** The same, beyond which nothing lies of it. */
    private static final double OUTSIDE = 1.08;

    /** Shares of what lies outside and inside that have to be ground and content. */
    private static final double LEAST_GROUND = 0.97;

    private static final double LEAST_CONTENT = 0.95;

    /** Which cells of the box are beyond the ellipse or on its edge, {@code [box height, box width]}. */
    public boolean[] hidden() {
        boolean[] hidden = new boolean[box.width() * box.height()];
        for (int i = 0; i < hidden.length; i++) {
            hidden[i] = distance(i % box.width(), i / box.width()) > INSIDE;
        }
        return hidden;
    }

    /** The squared distance of a cell of the box from its middle, in radii. */
    private double distance(int x, int y) {
        double across = (2 * x + 1.0) / box.width() - 1;
        double down = (2 * y + 1.0) / box.height() - 1;
        return across * across + down * down;
    }

    /** Looks for one. */
    static Optional<RoundPicture> in(Relief relief) {
        if (Math.min(relief.width(), relief.height()) < SMALLEST) {
            return Optional.empty();
        }
        boolean[] ground = ground(relief);
        return content(ground, relief.width())
                .map(RoundPicture::new)
                .filter(round -> Math.min(round.box.width(), round.box.height()) >= SMALLEST)
                .filter(round -> round.fits(ground, relief.width()));
    }

    private boolean fits(boolean[] ground, int stride) {
        int outside = 0;
        int groundOutside = 0;
        int inside = 0;
        int contentInside = 0;
        for (int y = 0; y < box.height(); y++) {
            for (int x = 0; x < box.width(); x++) {
                boolean isGround = ground[(box.y() + y) * stride + box.x() + x];
                double distance = distance(x, y);
                if (distance > OUTSIDE) {
                    outside++;
                    groundOutside += isGround ? 1 : 0;
                } else if (distance < INSIDE) {
                    inside++;
                    contentInside += isGround ? 0 : 1;
                }
            }
        }
        return groundOutside >= LEAST_GROUND * outside && contentInside >= LEAST_CONTENT * inside;
    }

    /** What is connected with a corner and has its colour, {@code [height, width]}. */
    private static boolean[] ground(Relief relief) {
        boolean[] ground = new boolean[relief.width() * relief.height()];
        int[] waiting = new int[ground.length];
        for (int corner = 0; corner < 4; corner++) {
            int start = corner % 2 * (relief.width() - 1) + corner / 2 * (relief.height() - 1) * relief.width();
            spread(relief, start, ground, waiting);
        }
        return ground;
    }

    private static void spread(Relief relief, int start, boolean[] ground, int[] waiting) {
        int width = relief.width();
        int count = 0;
        if (!ground[start]) {
            ground[start] = true;
            waiting[count++] = start;
        }
        while (count > 0) {
            int at = waiting[--count];
            int x = at % width;
            int y = at / width;
            for (int side = 0; side < 4; side++) {
                int nextX = x + (side == 0 ? -1 : side == 1 ? 1 : 0);
                int nextY = y + (side == 2 ? -1 : side == 3 ? 1 : 0);
                int next = nextY * width + nextX;
                if (nextX >= 0
                        && nextY >= 0
                        && nextX < width
                        && nextY < relief.height()
                        && !ground[next]
                        && relief.isAlike(start % width, start / width, nextX, nextY, DRIFT)) {
                    ground[next] = true;
                    waiting[count++] = next;
                }
            }
        }
    }

    private static Optional<Area> content(boolean[] ground, int width) {
        int left = width;
        int top = ground.length / width;
        int right = 0;
        int bottom = 0;
        for (int i = 0; i < ground.length; i++) {
            if (!ground[i]) {
                left = Math.min(left, i % width);
                right = Math.max(right, i % width + 1);
                top = Math.min(top, i / width);
                bottom = i / width + 1;
            }
        }
        return right == 0 ? Optional.empty() : Optional.of(Area.between(left, top, right, bottom));
    }
}
