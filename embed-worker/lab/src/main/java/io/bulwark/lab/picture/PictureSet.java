package io.bulwark.lab.picture;

import java.util.List;

/** Decoded pictures of one square size. Immutable; any thread. */
public interface PictureSet extends AutoCloseable {

    /** How many there are. */
    int size();

    /** Height and width in pixels. */
    int side();

    /** Where a picture comes from: a path, or a number in its file. */
    String name(int index);

    /** The number of its class among {@link #classes()}. */
    int label(int index);

    /** Names of the classes. */
    List<String> classes();

    /**
     * Reads a picture.
     *
     * @param pixels {@code [side, side, 3]} unsigned bytes, RGB; filled
     */
    void read(int index, byte[] pixels);

    /**
     * SHA-256 of what the set is made of: two sets of the same fingerprint hold the same pictures in the same order.
     */
    String fingerprint();

    @Override
    void close();
}
