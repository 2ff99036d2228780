package io.bulwark.lab.train;

import io.bulwark.lab.terminal.CommandFailure;
import io.bulwark.lab.terminal.Output;
import io.bulwark.lab.terminal.Progress;
import io.bulwark.robustness.picture.HeldOutSplit;
import io.bulwark.robustness.picture.PictureCache;
import io.bulwark.robustness.picture.PictureFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Which pictures are learnt from: {@code @Mixin PictureOptions pictures}. */
final class PictureOptions {

    @Option(
            names = "--data",
            required = true,
            paramLabel = "PATH",
            description =
                    "A folder of pictures, searched to the bottom, or a text file that names one a line; repeatable.")
    private List<Path> data;

    @Option(
            names = "--exclude",
            paramLabel = "FILE",
            description = "A text file of endings of paths, one a line, that are never trained on.")
    private Path exclude;

    @Option(
            names = "--held-out-every",
            description =
                    "Keep one file in N for evaluation: those whose SHA-256 begins with a multiple of N; 0 keeps none.")
    private int heldOutEvery = 5;

    @Option(
            names = "--side",
            paramLabel = "PX",
            description = "Pictures are decoded once and kept as squares of this side.")
    private int side = 224;

    @Option(names = "--crops", description = "Random squares cut from each large photograph besides.")
    private int crops = 64;

    /** The split between training and evaluation. */
    HeldOutSplit split() {
        try {
            return new HeldOutSplit(heldOutEvery);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage("--held-out-every: " + e.getMessage());
        }
    }

    /** All files that are named, of both sides of the split. */
    List<PictureFiles> files() {
        try {
            return PictureFiles.of(data, exclude == null ? List.of() : PictureFiles.endings(exclude));
        } catch (IOException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        }
    }

    /**
     * The pictures, decoded now or before.
     *
     * @param folder of decoded pictures
     */
    PictureCache open(Path folder, Output output) {
        List<PictureFiles> files = new ArrayList<>(files());
        int[] done = {0};
        try (Progress bar = Progress.of("decoding", files.size(), output)) {
            PictureCache.Settings settings = new PictureCache.Settings(side, crops, split());
            return PictureCache.open(files, settings, folder, (count, total) -> {
                bar.stepBy(count - done[0]);
                done[0] = count;
            });
        } catch (IOException e) {
            throw CommandFailure.failed("the pictures cannot be read: " + e.getMessage(), e);
        }
    }
}
