package io.bulwark.imaging.animation;

import java.util.BitSet;
import java.util.Collection;
import java.util.Iterator;

/**
 * Which frames have to be drawn for some of them to be seen. A frame need not be if its pixels are gone before any of those
 * is shown: it was undone or cleared, or a later one has replaced the whole canvas.
 */
final class DrawingPlan {

    /** A bit of each frame: whether it stays, clears the whole canvas, replaces all of it. */
    private final BitSet keeps = new BitSet();

    private final BitSet clears = new BitSet();
    private final BitSet anew = new BitSet();
    private final BitSet drawn = new BitSet();

    private DrawingPlan() {}

    /**
     * Makes a plan.
     *
     * @param seen numbers of frames, from 0
     */
    static DrawingPlan of(Animation animation, Collection<Integer> seen) {
        DrawingPlan plan = new DrawingPlan();
        int last = seen.stream().mapToInt(Integer::intValue).max().orElse(-1);
        Iterator<AnimationFrame> play = animation.play();
        for (int i = 0; i <= last; i++) {
            plan.note(i, play.next(), animation);
        }
        plan.reckon(last, seen);
        return plan;
    }

    private void note(int i, AnimationFrame frame, Animation animation) {
        Placement place = frame.placement();
        boolean whole = place.left() == 0
                && place.top() == 0
                && place.columns(animation.width()) == animation.width()
                && place.rows(animation.height()) == animation.height();
        keeps.set(i, place.disposal() == Disposal.KEEP);
        clears.set(i, whole && place.disposal() == Disposal.CLEAR);
        anew.set(i, whole && frame.blend() == Blend.SOURCE);
    }

    private void reckon(int last, Collection<Integer> seen) {
        // Whether anybody will see of the canvas what this frame leaves behind.
        boolean needed = false;
        for (int i = last; i >= 0; i--) {
            boolean draws = seen.contains(i) || needed && keeps.get(i);
            drawn.set(i, draws);
            boolean behind = needed && !keeps.get(i) && !clears.get(i);
            needed = draws && !anew.get(i) || behind;
        }
    }

    /** Whether a frame has to be drawn; if not, it goes by. */
    boolean draws(int frame) {
        return drawn.get(frame);
    }
}
