package io.bulwark.perception.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.Bank.ContentHashes;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.bank.Neighbour;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.verdict.CalibrationFile.FileNeighbours;
import io.bulwark.perception.verdict.ScoredImage.Opinion;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FileNeighboursTest {

    private static final int FILES = 8;

    @Test
    void neitherTheFileNorWhatItShowsVotesAndViewsKeepTheirNames() {
        List<LabelledEmbedding> references = new ArrayList<>();
        for (int i = 0; i < FILES; i++) {
            references.add(new LabelledEmbedding("r-" + i, "safe", at(i / 10.0), Optional.of(file(i))));
        }
        SeenImage image = new SeenImage(
                SeenImage.DEFAULT_TENANT,
                ContentHashes.of(file(0)),
                List.of(new SeenView("whole", at(0), new float[0]), new SeenView("coarse-1", at(0), new float[0])));
        try (Bank bank = MatrixBank.of("model", references)) {
            FileNeighbours neighbours = new FileNeighbours(bank, references, 3);

            assertThat(ids(neighbours.of("safe", image).views().get(0))).containsExactly("r-1", "r-2", "r-3");
            List<Opinion> views = neighbours
                    .of("safe", image, Set.of(file(1), file(2), file(4)))
                    .views();
            assertThat(ids(views.get(0))).containsExactly("r-3", "r-5", "r-6");
            assertThat(views).extracting(Opinion::view).containsExactly("whole", "coarse-1");
        }
    }

    private static List<String> ids(Opinion view) {
        return view.neighbours().stream().map(Neighbour::referenceId).toList();
    }

    private static Sha256 file(int number) {
        return Sha256.digest(new byte[] {(byte) number});
    }

    private static float[] at(double radians) {
        return new float[] {(float) Math.cos(radians), (float) Math.sin(radians)};
    }
}
