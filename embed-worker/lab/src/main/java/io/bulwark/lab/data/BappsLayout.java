package io.bulwark.lab.data;

import io.bulwark.lab.data.PictureSource.PictureFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * BAPPS' 2AFC part (Zhang et al., "The Unreasonable Effectiveness of Deep Features as a Perceptual Metric", CVPR 2018):
 * folders {@code ref}, {@code p0}, {@code p1} of pictures and {@code judge} of NumPy files, one number each, the share of
 * people who chose {@code p1}. A folder that holds such folders below it (as {@code 2afc/val} holds {@code cnn},
 * {@code traditional}, ...) is read with all of them.
 */
public final class BappsLayout {

    private static final String JUDGEMENTS = "judge";

    private BappsLayout() {}

    /**
     * All triplets below a folder, in the order of their names.
     *
     * @throws DataLayoutException if there is none, a picture of one is missing, or a judgement is no share
     */
    public static List<Triplet> read(Path folder) {
        List<Triplet> triplets = new ArrayList<>();
        for (Path judge : judgements(folder)) {
            Path set = judge.getParent().getParent();
            String stem = stem(judge);
            triplets.add(new Triplet(
                    folder.relativize(set).resolve(stem).toString(),
                    picture(set.resolve("ref"), stem),
                    picture(set.resolve("p0"), stem),
                    picture(set.resolve("p1"), stem),
                    share(judge)));
        }
        if (triplets.isEmpty()) {
            throw new DataLayoutException(
                    folder, "holds no BAPPS triplets; wanted are folders ref, p0, p1 and judge, in it or below it");
        }
        return triplets;
    }

    private static List<Path> judgements(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".npy"))
                    .filter(file -> file.getParent().endsWith(JUDGEMENTS))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new DataLayoutException(folder, "cannot be read: " + e, e);
        }
    }

    private static double share(Path judge) {
        double share = NpyNumber.read(judge);
        if (!(share >= 0 && share <= 1)) {
            throw new DataLayoutException(judge, "holds %s, a share of people is in [0, 1]".formatted(share));
        }
        return share;
    }

    private static PictureFile picture(Path folder, String stem) {
        return Stream.of(".png", ".jpg", ".jpeg")
                .map(extension -> folder.resolve(stem + extension))
                .filter(Files::isRegularFile)
                .findFirst()
                .map(PictureFile::of)
                .orElseThrow(() -> new DataLayoutException(
                        folder, "holds no picture '%s' (png or jpg), which judge has an answer for".formatted(stem)));
    }

    private static String stem(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.lastIndexOf('.'));
    }
}
