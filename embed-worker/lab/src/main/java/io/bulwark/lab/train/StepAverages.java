package io.bulwark.lab.train;

import com.sun.management.OperatingSystemMXBean;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.lab.experiment.Fields;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Adds up steps for the next report. One thread. */
public final class StepAverages {

    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final int steps;
    private final int batch;
    private final long cpuBefore = PROCESS.getProcessCpuTime();
    private long since = System.nanoTime();
    private int taken;
    private double loss;
    private double clean;
    private double robust;
    private double everyday;
    private double agreement;
    private double cleanAccuracy;
    private double robustAccuracy;
    private double heldOutLoss = Double.NaN;

    StepAverages(int steps, int batch) {
        this.steps = steps;
        this.batch = batch;
    }

    void add(List<ShardResult> results, double lossOfStep) {
        taken++;
        loss += lossOfStep;
        clean += mean(results, ShardResult::cleanCosine);
        robust += mean(results, ShardResult::robustCosine);
        everyday += mean(results, ShardResult::everydayCosine);
        agreement += mean(results, ShardResult::headAgreement);
        cleanAccuracy += mean(results, ShardResult::cleanAccuracy);
        robustAccuracy += mean(results, ShardResult::robustAccuracy);
    }

    /** The loss of pictures that are kept from training, until the next look at them. */
    void looked(double loss) {
        heldOutLoss = loss;
    }

    private static double mean(List<ShardResult> results, ToDoubleFunction<ShardResult> value) {
        return results.stream().mapToDouble(value).average().orElse(Double.NaN);
    }

    /** What was added since the last report. */
    StepReport report(int step, double gradientNorm, double rate) {
        long now = System.nanoTime();
        double seconds = (now - since) / 1e9;
        StepReport report = new StepReport(
                step,
                steps,
                loss / taken,
                clean / taken,
                robust / taken,
                everyday / taken,
                agreement / taken,
                cleanAccuracy / taken,
                robustAccuracy / taken,
                heldOutLoss,
                gradientNorm,
                rate,
                taken * batch / seconds,
                (PROCESS.getProcessCpuTime() - cpuBefore) / 3.6e12);
        since = now;
        taken = 0;
        loss = 0;
        clean = 0;
        robust = 0;
        everyday = 0;
        agreement = 0;
        cleanAccuracy = 0;
        robustAccuracy = 0;
        return report;
    }

    /**
     * How training goes, over the steps since the last report.
     *
     * @param step taken so far
     * @param steps in all
     * @param loss mean
     * @param cleanCosine of the tuned encoder's embeddings of pictures as they are to the parent's; NaN where none are
     *     learnt
     * @param robustCosine of its embeddings of perturbed pictures to the parent's of the pictures as they are
     * @param everydayCosine of its embeddings of everyday versions to the same; NaN where none are learnt
     * @param headAgreement share of clean pictures that the classifier gives the parent's class; NaN where there is
     *     none
     * @param cleanAccuracy share of clean pictures that the goal's prototypes give their class; NaN where there are
     *     none, or none are learnt
     * @param robustAccuracy the same of perturbed pictures
     * @param heldOutLoss of pictures kept from training, at the last look; NaN without held-out pictures
     * @param gradientNorm of the last step, before clipping
     * @param rate of the last step
     * @param imagesPerSecond pictures of batches
     * @param coreHours CPU time of the process since this run of the training began its first step
     */
    record StepReport(
            int step,
            int steps,
            double loss,
            double cleanCosine,
            double robustCosine,
            double everydayCosine,
            double headAgreement,
            double cleanAccuracy,
            double robustAccuracy,
            double heldOutLoss,
            double gradientNorm,
            double rate,
            double imagesPerSecond,
            double coreHours) {

        /** One line for people; what does not apply is left out. */
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "step %d/%d loss %.3f", step, steps, loss)
                    + known(" clean-cosine %.4f", cleanCosine)
                    + known(" robust-cosine %.4f", robustCosine)
                    + known(" everyday-cosine %.4f", everydayCosine)
                    + known(" head-agreement %.3f", headAgreement)
                    + known(" clean-accuracy %.3f", cleanAccuracy)
                    + known(" robust-accuracy %.3f", robustAccuracy)
                    + known(" held-out-loss %.4f", heldOutLoss)
                    + String.format(
                            Locale.ROOT,
                            " gradient %.2f rate %.2e images/s %.1f core-hours %.3f",
                            gradientNorm,
                            rate,
                            imagesPerSecond,
                            coreHours);
        }

        private static String known(String format, double value) {
            return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
        }
    }

    /**
     * What a training will take, by a part of a step that was measured.
     *
     * @param steps in all
     * @param rows pictures or triplets of a step
     * @param secondsPerStep of this device, with whatever else runs on it
     */
    record Cost(int steps, int rows, double secondsPerStep) {

        /** Of all steps. */
        double hours() {
            return steps * secondsPerStep / 3600;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d steps of %d at %.2f s a step, as measured now: %.1f h",
                    steps,
                    rows,
                    secondsPerStep,
                    hours());
        }

        /** For machines. */
        Map<String, Object> fields() {
            return Fields.of("steps", steps, "rows", rows, "secondsPerStep", secondsPerStep, "hours", hours());
        }
    }

    /** Training met a loss or gradient that is no finite number, and stopped before it touched the weights. */
    public static final class DivergedException extends CommandFailure {

        private final int step;
        private final List<String> files;
        private final transient Path checkpoint;

        public DivergedException(int step, String what, List<String> files, Optional<Path> checkpoint) {
            super(
                    "step %d: %s; its batch is %s; the last good checkpoint is %s"
                            .formatted(
                                    step,
                                    what,
                                    files,
                                    checkpoint.map(Path::toString).orElse("none yet")),
                    null);
            this.step = step;
            this.files = List.copyOf(files);
            this.checkpoint = checkpoint.orElse(null);
        }

        /** The step, counted from 1, that was not taken. */
        public int step() {
            return step;
        }

        /** Names of the batch's pictures or triplets. */
        public List<String> files() {
            return files;
        }

        /** The last good checkpoint, where there is one. */
        public Optional<Path> checkpoint() {
            return Optional.ofNullable(checkpoint);
        }
    }
}
