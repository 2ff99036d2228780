package io.bulwark.imaging.hostile;

import io.bulwark.imaging.heif.HeifFiles;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/** HEIC and AVIF: sizes that are not those of the picture, broken data, sequences. */
final class HostileHeifs {

    private HostileHeifs() {}

    static void addTo(Map<String, Supplier<byte[]>> corpus) {
        byte[] grid = HeifFiles.file("grid.heic");
        byte[] still = HeifFiles.file("lossless.avif");
        corpus.put("a HEIC that claims 10000x10000 pixels", () -> HeifFiles.withSize(grid, 10_000, 10_000));
        corpus.put("a HEIC grid that claims 7000x7000 pixels", () -> HeifFiles.withSize(grid, 7_000, 7_000));
        corpus.put("an AVIF that claims 8x8 pixels", () -> HeifFiles.withSize(still, 8, 8));
        corpus.put("an AVIF that ends in the middle", () -> Arrays.copyOf(still, still.length / 2));
        corpus.put("an AVIF sequence", () -> HeifFiles.file("sequence.avif"));
        corpus.put("a HEIC with broken data", () -> withNoise(grid, 19));
        corpus.put("an AVIF with broken data", () -> withNoise(still, 20));
        corpus.put("an AVIF with a broken configuration", () -> HeifFiles.renamed(still, "av1C", "free"));
    }

    private static byte[] withNoise(byte[] file, int seed) {
        byte[] noisy = file.clone();
        Random random = new Random(seed);
        int data = HeifFiles.after(file, "mdat");
        for (int i = 0; i < 40; i++) {
            noisy[data + random.nextInt(file.length - data)] = (byte) random.nextInt();
        }
        return noisy;
    }
}
