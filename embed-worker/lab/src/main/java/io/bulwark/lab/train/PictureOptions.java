package io.bulwark.lab.train;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.lab.picture.HeldOutOptions;
import io.bulwark.lab.picture.PictureCache;
import io.bulwark.lab.picture.PictureFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
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

    @Mixin
    private HeldOutOptions heldOut;

    @Option(
            names = "--side",
            paramLabel = "PX",
            description = "Pictures are decoded once and kept as squares of this side.")
    private int side = 224;

    @Option(names = "--crops", description = "Random squares cut from each large photograph besides.")
    private int crops = 64;

    @Option(
            names = "--squeeze",
            negatable = true,
            fallbackValue = "true",
            description = "Whether a whole picture is squeezed to a square; with --no-squeeze squares of its shorter "
                    + "side cover it, and its aspect ratio stays.")
    private boolean squeeze = true;

    /** All files that are named, of both sides of the split. */
    List<PictureFiles> files() {
        try {
            return PictureFiles.of(data, heldOut.excluded());
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
            PictureCache.Settings settings = new PictureCache.Settings(side, crops, squeeze, heldOut.split());
            return PictureCache.open(files, settings, folder, (count, total) -> {
                bar.stepBy(count - done[0]);
                done[0] = count;
            });
        } catch (IOException e) {
            throw CommandFailure.failed("the pictures cannot be read: " + e.getMessage(), e);
        }
    }
}
