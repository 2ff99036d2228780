package io.bulwark.lab.attack.gradient;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.lab.attack.AttackResult;
import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.Watch;
import io.bulwark.lab.attack.loss.EncoderObjective;
import io.bulwark.lab.attack.loss.SquaredDistance;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.Encoder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.function.IntSupplier;

/** How fast APGD steps beside plain forward passes of the same encoder. Runs on the calling thread. */
public final class AttackBenchmark {

    private static final int WARM_UP_CALLS = 3;
    private static final int STEPS = 25;

    private AttackBenchmark() {}

    /**
     * Rates at one batch size.
     *
     * @param batch pictures at once
     * @param gradientSteps steps of APGD a second, counted for each picture: forward, backward and the step itself
     * @param forward images a second of the differentiable instance
     * @param inference images a second of the instance that infers
     */
    public record Result(int batch, double gradientSteps, double forward, double inference) {

        /** Steps for each forward pass of the same instance; one half where a backward pass costs a forward pass. */
        public double shareOfForward() {
            return gradientSteps / forward;
        }

        /** Steps for each forward pass of the instance that infers. */
        public double shareOfInference() {
            return gradientSteps / inference;
        }
    }

    /**
     * Measures. The rates take turns, so that what else the machine does meets them alike.
     *
     * @param gradients not in use by another thread
     * @param inference of the same package, not in use by another thread
     * @param each time to measure each rate for
     */
    public static Result run(DifferentiableEncoder gradients, Encoder inference, int batch, Duration each) {
        PreprocessSpec spec = gradients.description().preprocess();
        Random random = new Random(1);
        byte[] bytes = new byte[batch * 3 * spec.height() * spec.width()];
        random.nextBytes(bytes);
        ByteBuffer views = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        float[] pixels = new float[bytes.length];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (bytes[i] & 0xff) / 255f;
        }
        float[] targets = new float[batch * gradients.description().dimension()];
        Objective objective = EncoderObjective.of(gradients, new SquaredDistance(targets));
        Apgd apgd = new Apgd(STEPS, 1, EarlyStop.NEVER, 1);
        ThreatModel threat = ThreatModel.linf(4 / 255.0);
        Rate steps = new Rate(() -> {
            AttackResult result = apgd.run(objective, threat, pixels, batch, Watch.silent());
            // The last evaluation is without a gradient; it is charged to the steps all the same.
            return (int) result.gradientSteps();
        });
        Rate forward = new Rate(() -> {
            gradients.embed(pixels, batch);
            return batch;
        });
        Rate inferred = new Rate(() -> inference.embed(views, batch).count());
        for (int round = 0; round < WARM_UP_CALLS; round++) {
            steps.once();
            forward.once();
            inferred.once();
        }
        steps.forget();
        forward.forget();
        inferred.forget();
        while (steps.nanos < each.toNanos()) {
            steps.once();
            forward.until(steps.nanos);
            inferred.until(steps.nanos);
        }
        return new Result(batch, steps.perSecond(), forward.perSecond(), inferred.perSecond());
    }

    /** Work done and the time it took. */
    private static final class Rate {

        private final IntSupplier work;
        private long nanos;
        private long done;

        Rate(IntSupplier work) {
            this.work = work;
        }

        void once() {
            long start = System.nanoTime();
            done += work.getAsInt();
            nanos += System.nanoTime() - start;
        }

        /** Goes on until it has had as much time as another. */
        void until(long others) {
            while (nanos < others) {
                once();
            }
        }

        void forget() {
            nanos = 0;
            done = 0;
        }

        double perSecond() {
            return done * 1e9 / nanos;
        }
    }
}
