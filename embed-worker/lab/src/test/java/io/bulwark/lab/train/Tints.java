package io.bulwark.lab.train;

import java.util.Random;

/**
 * Triplets in memory: tints under noise, each of a level of red and one of green. People look at the red alone: they
 * choose the picture of the reference's red and another green before the one of its green and another red.
 */
record Tints(int size, int height, int width, long seed) implements TripletSet {

    @Override
    public String name(int index) {
        return "tint-" + index;
    }

    @Override
    public float[] planes(int index) {
        Random random = new Random(seed * 1_000_003 + index);
        float red = random.nextInt(2);
        float green = random.nextInt(2);
        float[] planes = new float[3 * 3 * height * width];
        fill(planes, 0, red, green, random);
        fill(planes, 1, red, 1 - green, random);
        fill(planes, 2, 1 - red, green, random);
        return planes;
    }

    private void fill(float[] planes, int picture, float red, float green, Random random) {
        int area = height * width;
        float[] tint = {red, green, 0.5f};
        for (int i = 0; i < 3 * area; i++) {
            planes[picture * 3 * area + i] = 0.4f * tint[i / area] + 0.6f * random.nextFloat();
        }
    }
}
