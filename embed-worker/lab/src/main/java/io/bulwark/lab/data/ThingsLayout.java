package io.bulwark.lab.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * THINGS' odd-one-out answers (Hebart et al., eLife 2023), as the perceptual-metrics code reads them: a folder of
 * pictures ({@value #PICTURES}), a list of the picture of each object ({@value #LIST}, a path a line, counted from that
 * folder) and the triplets ({@value #TRIPLETS}, fields between tabs, a heading first): three lines of the list and which
 * of the three people left out, all counted from 1. Fields beyond the fourth are not read.
 *
 * <p>That code leaves out the last triplet of the file ({@code [:-1]}); here it is asked.
 */
public final class ThingsLayout {

    private static final String PICTURES = "Images";
    private static final String LIST = "things_first_imgs_idx.txt";
    private static final String TRIPLETS = "triplets_large_final_correctednc_correctedorder.csv";

    private static final int FIELDS = 4;

    private ThingsLayout() {}

    /**
     * Three pictures, and the one that a person left out.
     *
     * @param id unique in its set
     * @param pictures three
     * @param odd index of the one left out
     */
    public record OddOneOut(String id, List<PictureSource> pictures, int odd) {

        public OddOneOut {
            pictures = List.copyOf(pictures);
            if (pictures.size() != 3 || odd < 0 || odd > 2) {
                throw new IllegalArgumentException(
                        "triplet '%s' has %d pictures, number %d left out; wanted are 3, and 0 to 2"
                                .formatted(id, pictures.size(), odd));
            }
        }
    }

    /**
     * All triplets, in the file's order.
     *
     * @throws DataLayoutException naming file and line, where a picture is missing or a line is no triplet
     */
    public static List<OddOneOut> read(Path folder) {
        List<PictureSource> pictures = pictures(folder);
        Path file = folder.resolve(TRIPLETS);
        List<OddOneOut> triplets = new ArrayList<>();
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            lines.readLine();
            int number = 2;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                triplets.add(triplet(file, number++, line, pictures));
            }
        } catch (IOException e) {
            throw new DataLayoutException(file, "cannot be read: " + e, e);
        }
        if (triplets.isEmpty()) {
            throw new DataLayoutException(file, "holds no triplet behind its heading");
        }
        return triplets;
    }

    private static List<PictureSource> pictures(Path folder) {
        Path file = folder.resolve(LIST);
        try {
            List<PictureSource> pictures = new ArrayList<>();
            for (String line : Files.readAllLines(file)) {
                int number = pictures.size() + 1;
                pictures.add(PictureSource.PictureFile.in(folder.resolve(PICTURES), line.strip())
                        .orElseThrow(() -> new DataLayoutException(
                                file, "line %d: '%s' is no picture in %s".formatted(number, line, PICTURES))));
            }
            return pictures;
        } catch (IOException e) {
            throw new DataLayoutException(file, "cannot be read: " + e, e);
        }
    }

    private static OddOneOut triplet(Path file, int number, String line, List<PictureSource> pictures) {
        String[] fields = line.split("\t", -1);
        if (fields.length < FIELDS) {
            throw new DataLayoutException(
                    file, "line %d: has %d fields between tabs, wanted are 4".formatted(number, fields.length));
        }
        List<PictureSource> three = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            three.add(pictures.get(index(file, number, fields[i], pictures.size())));
        }
        if (new HashSet<>(three).size() < three.size()) {
            throw new DataLayoutException(file, "line %d: names a picture twice".formatted(number));
        }
        return new OddOneOut(String.valueOf(number - 1), three, index(file, number, fields[3], 3));
    }

    private static int index(Path file, int line, String field, int most) {
        try {
            int value = Integer.parseInt(field.strip());
            if (value >= 1 && value <= most) {
                return value - 1;
            }
        } catch (NumberFormatException e) {
            throw new DataLayoutException(file, "line %d: '%s' is no number".formatted(line, field), e);
        }
        throw new DataLayoutException(
                file, "line %d: %s is out of range, allowed are 1 to %d".formatted(line, field.strip(), most));
    }
}
