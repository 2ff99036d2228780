package io.bulwark.lab.evaluate.acceptance;

import io.bulwark.cli.everyday.Edit;
import io.bulwark.cli.picture.FileViewer.JudgedViews;
import io.bulwark.cli.picture.FileViewer.Sight;
import io.bulwark.cli.terminal.Output;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.lab.experiment.EvaluationProgress.StageLog;
import io.bulwark.lab.experiment.Results.Machine;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.verdict.Calibration.CalibrationGoal;
import io.bulwark.perception.verdict.PolicySettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An acceptance run with a model, from files to a report. One thread.
 *
 * @param twin holds back what it does not call SAFE as well; empty where the model decides alone
 * @param options how the model decides
 * @param views that are judged
 * @param goal of the policy
 * @param edited test files of each label that are edited at most, 0 or more
 * @param edits of each
 * @param augmented whether references keep everyday variants and the policy is calibrated on changed files too
 * @param attack what is attacked
 * @param prevalences at which the traffic is reported
 */
record AcceptanceEvaluation(
        ModelPackage model,
        Optional<ModelPackage> twin,
        EncoderOptions options,
        JudgedViews views,
        CalibrationGoal goal,
        int edited,
        Set<Edit> edits,
        boolean augmented,
        AcceptanceAttack.AcceptanceAttackOptions.Plan attack,
        List<Double> prevalences,
        Output output) {

    AcceptanceReport run(AcceptanceSplit split) {
        ImageDecoder decoder = new StandardImageDecoder(DecodeLimits.standard());
        try (EncoderPool embedder = pool(model, split);
                AcceptanceAttack.Attacker attacker =
                        AcceptanceAttack.Attacker.of(model, options, embedder.description(), attack);
                StageLog looking = new StageLog("acceptance", "unreadable", output);
                StageLog judging = new StageLog("acceptance", "decided wrongly", output)) {
            output.note(AcceptanceCost.measure(split, embedder, decoder, edited, edits)
                    .text(attack.steps(), attacker.seconds()));
            Sights sights = Sights.of(split, embedder, looking);
            try (CalibratedBank bank =
                            CalibratedBank.of(embedder.description(), split.bank(), split.calibration(), sights, goal);
                    Second second = Second.of(this, split, bank, looking)) {
                List<Judged.TestedFile> tested = new AcceptanceCost.AcceptanceRun(
                                file -> second.judge(bank, file, sights.of(file)), embedder.size(), decoder, judging)
                        .test(split, edited, edits);
                List<AcceptanceReport.BankSize> sizes =
                        new CalibratedBank.BankCurve(embedder.description(), split, sights, goal).sizes();
                return new AcceptanceReport(
                        subject(bank, views),
                        split,
                        Stream.of(split.bank(), split.calibration())
                                .flatMap(side -> sights.refused(side).stream())
                                .toList(),
                        goal,
                        bank.calibration(),
                        bank.copySimilarity(),
                        bank.nearCopies(split.test(), sights),
                        tested,
                        sizes,
                        attacker.run(bank, decoder, split, judging),
                        prevalences);
            }
        }
    }

    private EncoderPool pool(ModelPackage of, AcceptanceSplit split) {
        return EncoderPool.of(of, options, views, split.bank(), augmented);
    }

    /** The second encoder of a pair, and what it sees; neither where the model decides alone. */
    private record Second(Optional<EncoderPool> embedder, Optional<Sights> sights) implements AutoCloseable {

        static Second of(AcceptanceEvaluation run, AcceptanceSplit split, CalibratedBank bank, StageLog looking) {
            if (run.twin().isEmpty()) {
                return new Second(Optional.empty(), Optional.empty());
            }
            EncoderPool embedder = run.pool(run.twin().get(), split);
            if (!embedder.description()
                    .preprocess()
                    .makesTheSameViewsAs(bank.encoder().preprocess())) {
                embedder.close();
                throw new IllegalArgumentException(
                        "--twin sees other views than --model: name one of the same input size");
            }
            Sights sights = Sights.of(split, embedder, looking);
            bank.with(CalibratedBank.of(embedder.description(), split.bank(), split.calibration(), sights, run.goal()));
            return new Second(Optional.of(embedder), Optional.of(sights));
        }

        Judged judge(CalibratedBank bank, byte[] file, Sight sight) {
            String sha256 = Sha256.digest(file).hex();
            Optional<Sight> other = sights.map(twin -> twin.of(file));
            synchronized (bank) {
                return other.map(twin -> bank.judge(sha256, sight, twin)).orElseGet(() -> bank.judge(sha256, sight));
            }
        }

        @Override
        public void close() {
            embedder.ifPresent(EncoderPool::close);
        }
    }

    /**
     * Collages of calibration files take their other pictures from the bank's safe files, which then do not vote on
     * them.
     */
    private static AcceptanceReport.Subject subject(CalibratedBank bank, JudgedViews views) {
        Map<String, String> policy = policy(bank);
        if (!views.equals(JudgedViews.standard())) {
            policy.put("views", views.policy() + ", " + views.options());
        }
        return new AcceptanceReport.Subject(
                bank.encoder().name(), bank.encoder().fingerprint(), words(bank), policy, Machine.describe());
    }

    private static String words(CalibratedBank bank) {
        return "%d files, %d rows".formatted(bank.files(), bank.rows());
    }

    /** As the worker takes them, without {@code bulwark.policy.}. */
    private static Map<String, String> policy(CalibratedBank bank) {
        PolicySettings settings = bank.settings();
        Map<String, String> named = new LinkedHashMap<>();
        named.put("flagged-labels", String.join(",", settings.flaggedLabels()));
        named.put("k", String.valueOf(settings.k()));
        named.put("temperature", String.valueOf(settings.temperature()));
        named.put("flag", String.valueOf(settings.thresholds().flag()));
        named.put("safe", String.valueOf(settings.thresholds().safe()));
        named.put("floor", String.valueOf(settings.floor()));
        named.put("known-similarity", String.valueOf(settings.knownSimilarity()));
        bank.twin().ifPresent(twin -> {
            named.put("held back by", twin.encoder().name());
            named.put("its safe", String.valueOf(twin.settings().thresholds().safe()));
        });
        return named;
    }
}
