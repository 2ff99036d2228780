package io.bulwark.lab.picture;

import java.util.List;
import java.util.Random;

/** Pictures of coloured noise, in memory. */
public record Noise(int size, int side) implements PictureSet {

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
    public void close() {}
}
