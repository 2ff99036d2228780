package io.bulwark.lab.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * NIGHTS (Fu et al., "DreamSim", NeurIPS 2023): {@code data.csv} with the columns {@code id}, {@code right_vote},
 * {@code votes}, {@code split}, {@code ref_path}, {@code left_path}, {@code right_path} and, for the halves of the test
 * split, {@code is_imagenet}; the paths count from its folder. As in the original evaluation, triplets with fewer than
 * six votes are left out. Other columns are not read. Errors name the line, counted with the heading as the first; a
 * cell that holds line breaks counts as one line.
 */
public final class NightsLayout {

    /** Fewer votes than this were not unanimous over enough people (DreamSim's own filter). */
    static final int LEAST_VOTES = 6;

    private static final String LISTING = "data.csv";

    private NightsLayout() {}

    /** Parts of the data set. */
    public enum Split {
        TRAIN("train"),
        VAL("val"),
        TEST("test"),
        TEST_IMAGENET("test"),
        TEST_NO_IMAGENET("test");

        private final String inTheListing;

        Split(String inTheListing) {
            this.inTheListing = inTheListing;
        }
    }

    /**
     * The triplets of a split in the order of the listing.
     *
     * @throws DataLayoutException if the listing is missing, lacks a column, holds what is no number where one belongs,
     *     gives two triplets one id, or has no triplet of the split
     */
    public static List<Triplet> read(Path folder, Split split) {
        List<Triplet> triplets = rows(folder, split);
        if (triplets.isEmpty()) {
            throw none(folder, split.name().toLowerCase(Locale.ROOT));
        }
        return triplets;
    }

    /**
     * The test split's halves, which the paper reports apart and together; one that has no triplet is left out.
     *
     * @throws DataLayoutException as {@link #read}; also where both have none
     */
    public static Map<Split, List<Triplet>> halves(Path folder) {
        Map<Split, List<Triplet>> halves = new EnumMap<>(Split.class);
        for (Split half : List.of(Split.TEST_IMAGENET, Split.TEST_NO_IMAGENET)) {
            List<Triplet> triplets = rows(folder, half);
            if (!triplets.isEmpty()) {
                halves.put(half, triplets);
            }
        }
        if (halves.isEmpty()) {
            throw none(folder, "test_imagenet or test_no_imagenet");
        }
        return halves;
    }

    private static DataLayoutException none(Path folder, String split) {
        return new DataLayoutException(
                folder.resolve(LISTING),
                "holds no triplet of split %s with %d or more votes".formatted(split, LEAST_VOTES));
    }

    private static List<Triplet> rows(Path folder, Split split) {
        Path listing = folder.resolve(LISTING);
        if (!Files.isRegularFile(listing)) {
            throw new DataLayoutException(folder, "holds no " + LISTING + ", which lists the triplets of NIGHTS");
        }
        List<Triplet> triplets = new ArrayList<>();
        try (MappingIterator<Map<String, String>> rows = new CsvMapper()
                .readerForMapOf(String.class)
                .with(CsvSchema.emptySchema().withHeader())
                .readValues(listing.toFile())) {
            Map<String, Integer> ids = new HashMap<>();
            for (int line = 2; rows.hasNextValue(); line++) {
                Row row = new Row(listing, line, rows.nextValue());
                row.requireItsOwnId(ids.putIfAbsent(row.text("id"), line));
                if (row.isOf(split) && row.number("votes") >= LEAST_VOTES) {
                    triplets.add(row.triplet(folder));
                }
            }
        } catch (JsonProcessingException e) {
            throw new DataLayoutException(listing, "cannot be read as CSV: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new DataLayoutException(listing, "cannot be read as CSV: " + e.getMessage(), e);
        }
        return triplets;
    }

    /** As pandas compares them with {@code True}. */
    private static final Set<String> TRUTHS = Set.of("true", "1");

    private static final Set<String> FALSEHOODS = Set.of("false", "0");

    private record Row(Path listing, int line, Map<String, String> cells) {

        /** Answers are kept by the id. */
        void requireItsOwnId(Integer earlier) {
            if (earlier != null) {
                throw wrong("has the id '%s' of line %d".formatted(text("id"), earlier), null);
            }
        }

        boolean isOf(Split split) {
            if (!text("split").equals(split.inTheListing)) {
                return false;
            }
            return switch (split) {
                case TEST_IMAGENET -> isOfImageNet();
                case TEST_NO_IMAGENET -> !isOfImageNet();
                default -> true;
            };
        }

        private boolean isOfImageNet() {
            String cell = text("is_imagenet").toLowerCase(Locale.ROOT);
            if (!TRUTHS.contains(cell) && !FALSEHOODS.contains(cell)) {
                throw wrong("column 'is_imagenet' holds '%s', allowed are True and False".formatted(cell), null);
            }
            return TRUTHS.contains(cell);
        }

        Triplet triplet(Path folder) {
            double right = number("right_vote");
            if (right != 0 && right != 1) {
                throw wrong("triplet %s has right_vote %s, allowed are 0 and 1".formatted(text("id"), right), null);
            }
            return new Triplet(
                    text("id"),
                    picture(folder, "ref_path"),
                    picture(folder, "left_path"),
                    picture(folder, "right_path"),
                    right);
        }

        private PictureSource.PictureFile picture(Path folder, String column) {
            return PictureSource.PictureFile.in(folder, text(column))
                    .orElseThrow(() -> wrong(
                            "column '%s' names '%s', which is no file in the folder".formatted(column, text(column)),
                            null));
        }

        private DataLayoutException wrong(String problem, Exception cause) {
            return new DataLayoutException(listing, "line %d: %s".formatted(line, problem), cause);
        }

        double number(String column) {
            try {
                return Double.parseDouble(text(column));
            } catch (NumberFormatException e) {
                throw wrong("column '%s' holds '%s', which is no number".formatted(column, text(column)), e);
            }
        }

        String text(String column) {
            String cell = cells.get(column);
            if (cell == null) {
                throw wrong("has no column '%s'".formatted(column), null);
            }
            return cell.strip();
        }
    }
}
