package io.bulwark.imaging.png;

import io.bulwark.imaging.ByteCursor;
import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.animation.Blend;
import io.bulwark.imaging.animation.Disposal;
import io.bulwark.imaging.animation.Placement;

/**
 * Walks an animated PNG's chunks from frame to frame (PNG specification, third edition, 11.3.6), keeping none. What
 * browsers would not show, or each in another way, is refused: chunks out of sequence, a frame outside the picture, a frame
 * without data. One thread uses it.
 */
final class PngFrames {

    /**
     * One frame, undecoded.
     *
     * @param data offset of its first data chunk
     * @param skipped bytes before the data in each of them
     */
    record Frame(Placement placement, Blend blend, PngHeader header, int data, int skipped) {}

    private static final int SEQUENCE_NUMBER = 4;
    private static final int SIGNATURE = 8;
    private static final int MILLIS = 1000;

    /** What a denominator of 0 stands for. */
    private static final int USUAL_DENOMINATOR = 100;

    private final byte[] file;
    private final PngHeader header;
    private final ByteCursor in;
    private int framesLeft;
    private int sequence;
    private boolean pictureSeen;
    private Frame announced;

    /**
     * Begins at the start of a file.
     *
     * @param file whose chunks were walked to the end already
     * @param frames after which browsers take no notice of more
     */
    PngFrames(byte[] file, PngHeader header, int frames) {
        this.file = file;
        this.header = header;
        this.framesLeft = frames;
        this.in = new ByteCursor(file, "PNG");
        in.skip(SIGNATURE);
    }

    /** The next frame, null behind the last. A picture that is no part of the animation is the first. */
    Frame next() {
        while (framesLeft > 0 || announced != null || !pictureSeen) {
            int at = in.position();
            int length = in.i32();
            int type = in.i32();
            int start = in.skip(length);
            in.skip(4);
            switch (type) {
                case PngChunks.FCTL -> control(new ByteCursor(file, "PNG", start, start + length));
                case PngChunks.IDAT -> {
                    if (!pictureSeen) {
                        pictureSeen = true;
                        return picture(at);
                    }
                }
                case PngChunks.FDAT -> {
                    count(new ByteCursor(file, "PNG", start, start + length));
                    if (announced != null) {
                        Frame frame = announced;
                        announced = null;
                        return new Frame(frame.placement(), frame.blend(), frame.header(), at, SEQUENCE_NUMBER);
                    }
                }
                case PngChunks.IEND -> {
                    if (announced != null) {
                        throw RefusedException.corrupt("PNG animation ends with a frame without data");
                    }
                    return null;
                }
                default -> {}
            }
        }
        return null;
    }

    private void control(ByteCursor chunk) {
        if (announced != null) {
            throw RefusedException.corrupt("PNG animation holds a frame without data");
        }
        count(chunk);
        int width = chunk.i32();
        int height = chunk.i32();
        PngHeader frame = header.resized(width, height);
        int left = chunk.i32();
        int top = chunk.i32();
        boolean whole = width == header.width() && height == header.height();
        if (left < 0
                || top < 0
                || left > header.width() - width
                || top > header.height() - height
                || !pictureSeen && !whole) {
            throw RefusedException.corrupt("PNG animation of " + header.width() + "x" + header.height()
                    + " pixels holds a frame of " + width + "x" + height + " at " + left + ", " + top);
        }
        int numerator = chunk.u16();
        int denominator = chunk.u16();
        int millis = numerator * MILLIS / (denominator == 0 ? USUAL_DENOMINATOR : denominator);
        int disposal = chunk.u8();
        int blend = chunk.u8();
        if (disposal >= Disposal.values().length || blend >= Blend.values().length) {
            throw RefusedException.corrupt(
                    "PNG animation holds a frame of disposal " + disposal + " and blending " + blend);
        }
        Placement place = new Placement(left, top, width, height, Disposal.values()[disposal], millis);
        framesLeft--;
        announced = new Frame(place, Blend.values()[blend], frame, 0, 0);
    }

    /** The picture of viewers without animation: the first frame, or one that is gone before the animation begins. */
    private Frame picture(int at) {
        Frame frame = announced;
        announced = null;
        Placement place = frame == null
                ? new Placement(0, 0, header.width(), header.height(), Disposal.CLEAR, 0)
                : frame.placement();
        return new Frame(place, Blend.SOURCE, header, at, 0);
    }

    private void count(ByteCursor chunk) {
        int found = chunk.i32();
        if (found != sequence) {
            throw RefusedException.corrupt("PNG animation holds chunk " + found + " in the place of " + sequence);
        }
        sequence++;
    }
}
