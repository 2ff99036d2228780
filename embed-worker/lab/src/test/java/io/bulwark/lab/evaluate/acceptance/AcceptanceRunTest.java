package io.bulwark.lab.evaluate.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.cli.everyday.Edit;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult.Refused;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.lab.data.TestPictures;
import io.bulwark.lab.evaluate.acceptance.AcceptanceCost.AcceptanceRun;
import io.bulwark.lab.evaluate.acceptance.AcceptanceSplit.LabelledFile;
import io.bulwark.lab.evaluate.acceptance.Judged.Decision;
import io.bulwark.lab.evaluate.acceptance.Judged.FileJudge;
import io.bulwark.lab.evaluate.acceptance.Judged.TestedFile;
import io.bulwark.lab.experiment.EvaluationProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AcceptanceRunTest {

    private final ImageDecoder decoder = new StandardImageDecoder(DecodeLimits.standard());
    private final Map<String, List<Path>> files = new TreeMap<>();
    private final List<byte[]> judged = new ArrayList<>();

    @TempDir
    private Path folder;

    @BeforeEach
    void writeTheFiles() {
        for (String label : List.of("weapons", "cats")) {
            files.put(label, new ArrayList<>());
            for (int i = 0; i < 40; i++) {
                files.get(label)
                        .add(TestPictures.write(
                                folder.resolve(label).resolve(i + ".png"), 24, 16, label.hashCode() + i));
            }
        }
    }

    @Test
    void everyTestFileIsJudgedAsItLiesThereAndALimitedNumberOfEachLabelIsEdited() {
        AcceptanceSplit split = AcceptanceSplit.of(files, Set.of("weapons"));

        List<TestedFile> tested = run().test(split, 3, EnumSet.allOf(Edit.class));

        assertThat(tested).extracting(TestedFile::file).isEqualTo(split.test());
        assertThat(judged).hasSize(split.test().size() + 6 * Edit.values().length);
        for (String label : files.keySet()) {
            assertThat(tested.stream()
                            .filter(file -> file.file().label().equals(label)
                                    && !file.edits().isEmpty()))
                    .hasSize(3)
                    .allMatch(file -> file.edits().size() == Edit.values().length);
        }
    }

    @Test
    void severalThreadsDecideTheSameFilesTheSameInTheSameOrder() {
        AcceptanceSplit split = AcceptanceSplit.of(files, Set.of("weapons"));
        FileJudge byContent = file -> Arrays.hashCode(file) % 2 == 0 ? MadeUp.nsfw("weapons") : MadeUp.safe();

        List<TestedFile> alone = new AcceptanceRun(byContent, 1, decoder, EvaluationProgress.silent())
                .test(split, 3, EnumSet.allOf(Edit.class));
        List<TestedFile> together = new AcceptanceRun(byContent, 4, decoder, EvaluationProgress.silent())
                .test(split, 3, EnumSet.allOf(Edit.class));

        assertThat(together).isEqualTo(alone);
    }

    @Test
    void theJudgeSeesTheEditedFilesAndTheirDecisionsAreKeptApart() {
        FileJudge bySize = file -> file.length > 100_000 ? MadeUp.nsfw("weapons") : MadeUp.safe();
        AcceptanceSplit split = AcceptanceSplit.of(files, Set.of("weapons"));

        TestedFile tested = new AcceptanceRun(bySize, 1, decoder, EvaluationProgress.silent())
                .test(split, 1, EnumSet.allOf(Edit.class))
                .get(0);

        assertThat(tested.original().decision()).isEqualTo(Decision.SAFE);
        assertThat(tested.edits()).containsOnlyKeys(Edit.values());
    }

    @Test
    void whatIsNoPictureIsJudgedButNotEdited() throws IOException {
        AcceptanceSplit pictures = AcceptanceSplit.of(files, Set.of("weapons"));
        Path text = Files.writeString(folder.resolve("note.jpg"), "no picture");
        LabelledFile file = new LabelledFile(text, "weapons", true, "0".repeat(64));
        AcceptanceSplit split =
                new AcceptanceSplit(pictures.bank(), pictures.calibration(), List.of(file), 0, List.of());

        List<TestedFile> tested = run().test(split, 5, EnumSet.allOf(Edit.class));

        assertThat(tested).hasSize(1);
        assertThat(tested.get(0).original().decision()).isEqualTo(Decision.REFUSED);
        assertThat(tested.get(0).edits()).isEmpty();
    }

    @Test
    void withoutEditsNoOtherPicturesAreNeeded() {
        AcceptanceSplit pictures = AcceptanceSplit.of(files, Set.of("weapons"));
        AcceptanceSplit split = new AcceptanceSplit(pictures.bank(), List.of(), pictures.test(), 0, List.of());

        assertThat(run().test(split, 0, EnumSet.allOf(Edit.class)))
                .allMatch(file -> file.edits().isEmpty());
        assertThatThrownBy(() -> run().test(split, 1, EnumSet.allOf(Edit.class)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("collage");
    }

    private AcceptanceRun run() {
        FileJudge judge = file -> {
            judged.add(file);
            return decoder.decode(file) instanceof Refused ? MadeUp.refused() : MadeUp.safe();
        };
        return new AcceptanceRun(judge, 1, decoder, EvaluationProgress.silent());
    }
}
