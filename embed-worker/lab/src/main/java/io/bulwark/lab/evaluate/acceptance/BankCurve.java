package io.bulwark.lab.evaluate.acceptance;

import io.bulwark.cli.picture.FileViewer.Sight;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.verdict.CalibrationGoal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What a larger bank would bring: the same test files decided by growing parts of the bank, each calibrated on
 * the same calibration files. Nothing is embedded for it. One thread.
 *
 * @param encoder that looked at the files
 */
public record BankCurve(EncoderDescription encoder, AcceptanceSplit split, Sights sights, CalibrationGoal goal) {

    private static final double[] SHARES = {1.0 / 8, 1.0 / 4, 1.0 / 2, 1};

    /** Smallest first. A part without a readable flagged or safe file, or no larger than the one before, is left out. */
    public List<BankSize> sizes() {
        List<BankSize> sizes = new ArrayList<>();
        int largest = 0;
        for (double share : SHARES) {
            List<LabelledFile> part = split.bankPart(share).stream()
                    .filter(file -> sights.of(file) instanceof Sight.Seen)
                    .toList();
            boolean bothKinds = part.stream().anyMatch(LabelledFile::flagged)
                    && part.stream().anyMatch(file -> !file.flagged());
            if (bothKinds && part.size() > largest) {
                largest = part.size();
                sizes.add(size(part));
            }
        }
        return sizes;
    }

    private BankSize size(List<LabelledFile> part) {
        try (CalibratedBank bank = CalibratedBank.of(encoder, part, split.calibration(), sights, goal)) {
            return new BankSize(
                    bank.files(), outcomes(bank, LabelledFile::flagged), outcomes(bank, file -> !file.flagged()));
        }
    }

    private Outcomes outcomes(CalibratedBank bank, Predicate<LabelledFile> which) {
        return Outcomes.of(split.test().stream()
                .filter(which)
                .map(file -> bank.judge(file.sha256(), sights.of(file)))
                .toList());
    }
}
