package io.bulwark.lab.train;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** Adds up steps for the next report. One thread. */
final class StepAverages {

    private final int steps;
    private final int batch;
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
                taken * batch / seconds);
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
}
