package io.bulwark.perception.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NearDuplicatesTest {

    private final Random random = new Random(5);

    private float[][] rows(int count, int length) {
        float[][] rows = new float[count][length];
        for (float[] row : rows) {
            for (int i = 0; i < length; i++) {
                row[i] = random.nextFloat();
            }
        }
        return rows;
    }

    private static float[] nearly(float[] row) {
        float[] copy = row.clone();
        copy[0] += 0.02f;
        return copy;
    }

    @Test
    void contributorsThatShareACopyAreOneAlsoThroughAThird() {
        float[][] embeddings = rows(5, 64);
        float[][] thumbnails = rows(5, 48);
        // The second photograph of b is a copy of a's, the first one of c's.
        embeddings[2] = nearly(embeddings[0]);
        thumbnails[2] = nearly(thumbnails[0]);
        embeddings[3] = nearly(embeddings[1]);
        thumbnails[3] = nearly(thumbnails[1]);

        List<String> clusters = NearDuplicates.clusters(List.of("a", "b", "b", "c", "d"), embeddings, thumbnails);

        assertThat(clusters.subList(0, 4)).containsOnly(clusters.get(0));
        assertThat(clusters.get(4)).isEqualTo("d");
    }

    @Test
    void aCopyIsOneOnlyWhereEmbeddingAndThumbnailAgree() {
        float[][] embeddings = rows(4, 64);
        float[][] thumbnails = rows(4, 48);
        embeddings[1] = nearly(embeddings[0]);
        thumbnails[3] = nearly(thumbnails[2]);
        List<String> contributors = List.of("a", "b", "c", "d");

        assertThat(NearDuplicates.clusters(contributors, embeddings, thumbnails))
                .isEqualTo(contributors);
    }

    @Test
    void copiesThatAreAllOrMostOfTheSetAreOneCluster() {
        float[] picture = rows(1, 64)[0];
        float[] thumbnail = rows(1, 48)[0];
        List<String> two = List.of("a", "b");
        float[][] twice = {picture, picture.clone()};
        assertThat(NearDuplicates.clusters(two, twice)).containsOnly("b");
        assertThat(NearDuplicates.clusters(two, twice, new float[][] {thumbnail, thumbnail.clone()}))
                .containsOnly("b");

        float[][] embeddings = directions(100);
        float[][] thumbnails = rows(100, 48);
        for (int copy = 1; copy < 40; copy++) {
            embeddings[copy] = atCosine(embeddings[0], embeddings[copy], 0.99); // 0.98 between two copies
            thumbnails[copy] = nearly(thumbnails[0]);
        }
        List<String> groups =
                IntStream.range(0, 100).mapToObj(i -> "picture " + i).toList();
        assertThat(new HashSet<>(NearDuplicates.clusters(groups, embeddings))).hasSize(61);
        assertThat(new HashSet<>(NearDuplicates.clusters(groups, embeddings, thumbnails)))
                .hasSize(61);
    }

    @Test
    void aLargeClusterDoesNotTakeTheCubeOfItsPictures() {
        int many = 3000;
        float[][] embeddings = new float[many][];
        Arrays.fill(embeddings, new float[] {1, 0});
        List<String> groups =
                IntStream.range(0, many).mapToObj(i -> "picture " + i).toList();
        assertTimeout(
                Duration.ofSeconds(10),
                () -> assertThat(NearDuplicates.clusters(groups, embeddings)).containsOnly("picture 2999"));
    }

    private float[][] directions(int count) {
        float[][] rows = new float[count][512];
        for (float[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                row[i] = (float) (random.nextGaussian() / Math.sqrt(row.length));
            }
        }
        return rows;
    }

    /** A row at this cosine with the first, towards the second, which is nearly at right angles with it. */
    private static float[] atCosine(float[] first, float[] second, double cosine) {
        float[] row = new float[first.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) (cosine * first[i] + Math.sqrt(1 - cosine * cosine) * second[i]);
        }
        return row;
    }

    @Test
    void aThumbnailHasTheMeanOfEachBlock() {
        byte[] pixels = new byte[32 * 48 * 3];
        for (int y = 0; y < 32; y++) {
            for (int x = 0; x < 48; x++) {
                pixels[(y * 48 + x) * 3] = (byte) (y % 2 == 0 ? 200 : 220);
                pixels[(y * 48 + x) * 3 + 2] = (byte) (x / 3);
            }
        }
        float[] thumbnail = NearDuplicates.thumbnail(pixels, 32, 48);
        assertThat(thumbnail).hasSize(16 * 16 * 3);
        assertThat(thumbnail[0]).isEqualTo(210);
        assertThat(thumbnail[1]).isZero();
        assertThat(thumbnail[(3 * 16 + 7) * 3 + 2]).isEqualTo(7);
    }

    @Test
    void clustersAreCountedAndWeighed() {
        NearDuplicates.Sizes sizes = NearDuplicates.Sizes.of(List.of("a", "a", "a", "b", "c"));
        assertThat(sizes.pictures()).isEqualTo(5);
        assertThat(sizes.clusters()).isEqualTo(3);
        assertThat(sizes.largest()).isEqualTo(3);
        assertThat(sizes.effective()).isEqualTo(25.0 / 11);
        assertThat(NearDuplicates.Sizes.of(List.of()).effective()).isZero();
    }
}
