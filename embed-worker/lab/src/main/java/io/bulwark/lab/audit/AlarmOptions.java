package io.bulwark.lab.audit;

import io.bulwark.cli.bank.BankFile.StoredReference;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.scaling.ScalingDetector;
import io.bulwark.lab.attack.command.ModerationTarget;
import io.bulwark.lab.attack.command.ModerationTarget.TargetOptions;
import io.bulwark.lab.attack.upload.WatchedObjective.TwinWatch;
import io.bulwark.perception.audit.TwinAuditor.Disagreement;
import io.bulwark.perception.audit.TwinCalibration;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.verdict.VotingPolicy;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The detectors that a joint attack has to keep silent: {@code @Mixin AlarmOptions watchers}. */
final class AlarmOptions {

    private static final double BUDGET = 0.01;

    @Option(
            names = "--twin",
            paramLabel = "LOCATION",
            arity = "0..1",
            fallbackValue = ModelPackage.CLEAN_PARENT,
            description = "The clean encoder that watches, a location as --model takes it; without one, the default"
                    + " model's clean parent. Adds the attack joint: SAFE without an alarm of twin, scaling detector or"
                    + " index.")
    private String twin;

    @Option(
            names = "--twin-threshold",
            paramLabel = "SCORE",
            description = "The worker's bulwark.twin.threshold (default: calibrated on the references, each decided by"
                    + " all the others, at 1 %% of false positives).")
    private Double twinThreshold;

    @Option(
            names = "--scaling-threshold",
            paramLabel = "SCORE",
            description = "The worker's bulwark.scaling.threshold.")
    private double scalingThreshold = 0.16;

    boolean hasTwin() {
        return twin != null;
    }

    /** Opens what watches the victim that was opened; empty where no twin is asked for. */
    Optional<QueryAlarms> open(ModerationTarget target, TargetOptions victim, Output output) {
        if (!hasTwin()) {
            return Optional.empty();
        }
        ModerationTarget watches = victim.open(twin, output);
        try {
            ScalingRun scaling = new ScalingRun(
                    target.moderator().decoder(),
                    target.moderator().encoder().description().preprocess());
            return Optional.of(new QueryAlarms(target, watches, scaling, threshold(target, watches), scalingThreshold));
        } catch (RuntimeException failed) {
            watches.close();
            throw failed;
        }
    }

    private double threshold(ModerationTarget target, ModerationTarget watches) {
        if (twinThreshold != null) {
            return twinThreshold;
        }
        try {
            return TwinCalibration.leaveOneOut(
                            target.references(),
                            watches.references(),
                            new VotingPolicy(target.policy()),
                            new VotingPolicy(watches.policy()),
                            StoredReference::picture,
                            BUDGET)
                    .threshold();
        } catch (IllegalArgumentException tooFew) {
            throw CommandFailure.failed(
                    "the references give the twin no threshold, name one with --twin-threshold: " + tooFew.getMessage(),
                    tooFew);
        }
    }

    /**
     * The detectors beside a worker: its twin, and the look for hidden pictures. A change of small norm hardly touches
     * the second, so no gradient climbs it; that it stays silent is checked. One thread, the target's.
     *
     * @param target the worker
     * @param twin watches it; closed with this
     * @param scaling looks at uploads
     * @param twinThreshold above which the twin's disagreement is audited
     * @param scalingThreshold above which a trace is audited
     */
    record QueryAlarms(
            ModerationTarget target,
            ModerationTarget twin,
            ScalingRun scaling,
            double twinThreshold,
            double scalingThreshold)
            implements AutoCloseable {

        /** Whether an upload is audited. */
        boolean raisedBy(UprightPicture upload) {
            return new TwinWatch(target.moderator(), twin.moderator())
                                    .look(upload)
                                    .score()
                            > twinThreshold
                    || scaling.score(upload) > scalingThreshold;
        }

        /** What joint attacks depend on, in words. */
        String words() {
            return String.format(
                    Locale.ROOT,
                    ", twin %s (%s) above %.4f, %s above %.4f",
                    twin.moderator().encoder().description().fingerprint(),
                    Disagreement.VERSION,
                    twinThreshold,
                    ScalingDetector.VERSION,
                    scalingThreshold);
        }

        @Override
        public void close() {
            twin.close();
        }
    }
}
