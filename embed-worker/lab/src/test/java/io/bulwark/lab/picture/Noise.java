package io.bulwark.lab.picture;

import java.util.List;
import java.util.Random;

/** Pictures of coloured noise, in memory. */
public class Noise implements PictureSet {

    private final int size;
    private final int side;

    public Noise(int size, int side) {
        this.size = size;
        this.side = side;
    }

    @Override
    public final int size() {
        return size;
    }

    @Override
    public final int side() {
        return side;
    }

    @Override
    public String name(int index) {
        return "noise-" + index;
    }

    @Override
    public int label(int index) {
        return index % 2;
    }

    @Override
    public List<String> classes() {
        return List.of("even", "odd");
    }

    @Override
    public void read(int index, byte[] pixels) {
        new Random(index).nextBytes(pixels);
    }

    @Override
    public String fingerprint() {
        return "noise " + size + " " + side;
    }

    @Override
    public final void close() {}
}
