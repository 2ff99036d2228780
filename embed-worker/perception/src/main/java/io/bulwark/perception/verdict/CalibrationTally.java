package io.bulwark.perception.verdict;

import io.bulwark.perception.verdict.Judgement.Doubt;
import io.bulwark.perception.verdict.Judgement.Outcome;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Counts how files were decided. One thread. */
final class CalibrationTally {

    private final Map<String, int[]> rightOfAll = new TreeMap<>();
    private int flagged;
    private int right;
    private int reviews;
    private int falseFlags;
    private int misses;
    private int unfamiliar;

    void add(CalibrationFile file, Judgement judgement, boolean isFlagged) {
        Outcome outcome = judgement.outcome();
        boolean isRight = outcome == (isFlagged ? Outcome.NSFW : Outcome.SAFE);
        int[] ofLabel = rightOfAll.computeIfAbsent(file.label(), label -> new int[2]);
        ofLabel[0] += isRight ? 1 : 0;
        ofLabel[1]++;
        flagged += isFlagged ? 1 : 0;
        right += isRight ? 1 : 0;
        reviews += outcome == Outcome.REVIEW ? 1 : 0;
        falseFlags += outcome == Outcome.NSFW && !isRight ? 1 : 0;
        misses += outcome == Outcome.SAFE && !isRight ? 1 : 0;
        unfamiliar += judgement.doubt().equals(Optional.of(Doubt.UNFAMILIAR)) ? 1 : 0;
    }

    int flagged() {
        return flagged;
    }

    int right() {
        return right;
    }

    int reviews() {
        return reviews;
    }

    int falseFlags() {
        return falseFlags;
    }

    int misses() {
        return misses;
    }

    int unfamiliar() {
        return unfamiliar;
    }

    Map<String, Double> accuracyByLabel() {
        Map<String, Double> accuracy = new TreeMap<>();
        rightOfAll.forEach((label, counts) -> accuracy.put(label, (double) counts[0] / counts[1]));
        return Collections.unmodifiableMap(accuracy);
    }
}
