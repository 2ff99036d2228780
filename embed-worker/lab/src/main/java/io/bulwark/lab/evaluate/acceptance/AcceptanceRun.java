package io.bulwark.lab.evaluate.acceptance;

import io.bulwark.cli.everyday.Edit;
import io.bulwark.cli.everyday.Surroundings;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.evaluate.EvaluationProgress;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Judges test files, as they are and edited. One thread.
 *
 * @param judge decides
 * @param decoder of what is edited
 * @param progress told of each file; a file counts as fooled if it is decided wrongly
 */
public record AcceptanceRun(FileJudge judge, ImageDecoder decoder, EvaluationProgress progress) {

    /** Harmless pictures that collages draw from; each is held decoded. */
    private static final int OTHERS = 12;

    /**
     * Judges all test files, and edited versions of some. Collages take their other pictures from the safe calibration
     * files. A file that no decoder takes is judged but not edited.
     *
     * @param editedPerLabel files of each label that are edited, the first in the order of hashes; 0 edits none
     * @return in the order of the split
     * @throws IllegalArgumentException if files are to be edited and fewer than {@value Surroundings#FEWEST_OTHERS} safe
     *     calibration files can be decoded
     * @throws UncheckedIOException if a file cannot be read any more
     */
    public List<TestedFile> test(AcceptanceSplit split, int editedPerLabel) {
        List<UprightPicture> others = editedPerLabel > 0 ? others(split.calibration()) : List.of();
        Map<String, Integer> edited = new HashMap<>();
        List<TestedFile> tested = new ArrayList<>();
        progress.begin("test files", split.test().size());
        for (LabelledFile file : split.test()) {
            byte[] bytes = file.bytes();
            Optional<UprightPicture> picture = edited.getOrDefault(file.label(), 0) < editedPerLabel
                    ? Edit.start(bytes, decoder)
                    : Optional.empty();
            picture.ifPresent(seen -> edited.merge(file.label(), 1, Integer::sum));
            TestedFile result = new TestedFile(
                    file,
                    judge.judge(bytes),
                    picture.map(seen -> edits(seen, Surroundings.of(file.sha256(), others)))
                            .orElse(Map.of()));
            tested.add(result);
            progress.advanced(1, result.isRight() ? 0 : 1);
        }
        return tested;
    }

    private Map<Edit, Judged> edits(UprightPicture picture, Surroundings around) {
        Map<Edit, Judged> judged = new EnumMap<>(Edit.class);
        for (Edit edit : Edit.values()) {
            judged.put(edit, judge.judge(edit.upload(picture, around)));
        }
        return judged;
    }

    private List<UprightPicture> others(List<LabelledFile> calibration) {
        return calibration.stream()
                .filter(file -> !file.flagged())
                .flatMap(file -> Edit.start(file.bytes(), decoder).stream())
                .limit(OTHERS)
                .toList();
    }
}
