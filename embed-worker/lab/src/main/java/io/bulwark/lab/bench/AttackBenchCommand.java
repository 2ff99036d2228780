package io.bulwark.lab.bench;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.lab.attack.Attack.AttackResult;
import io.bulwark.lab.attack.Attack.Watch;
import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Apgd;
import io.bulwark.lab.attack.loss.EncoderObjective;
import io.bulwark.lab.attack.loss.EncoderObjective.SquaredDistance;
import io.bulwark.lab.bench.BenchCommand.RateOptions;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.Results.Machine;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.IntSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark bench attack}. */
@Command(
        name = "attack",
        description = {
            "APGD's gradient steps a second beside forward passes of the same encoder in the same run: of the",
            "differentiable instance, and of the one that infers. Fails where a batch size reaches less than --least of the former."
        })
final class AttackBenchCommand extends OutputCommand implements Callable<Integer> {

    @Mixin
    private RateOptions rates;

    @Mixin
    private ModelOptions model;

    @Option(
            names = "--least",
            paramLabel = "SHARE",
            description = "Gradient steps for each forward pass that must be reached.")
    private double least = 0.30;

    @Override
    public Integer call() {
        List<Integer> batches = rates.batches();
        Output output = output();
        output.note(Machine.describe());
        Duration each = rates.each();
        List<AttackBenchmark.Result> results = new ArrayList<>();
        EncoderOptions encoderOptions = rates.on(model.options());
        ModelPackage opened = model.open(output);
        try (DifferentiableEncoder gradients = opened.openDifferentiable(encoderOptions);
                Encoder inference = opened.openEncoder(encoderOptions)) {
            for (int batch : batches) {
                AttackBenchmark.Result result = AttackBenchmark.run(gradients, inference, batch, each);
                print(output, opened.manifest().name(), result);
                results.add(result);
            }
        }
        return verdict(output, results);
    }

    private int verdict(Output output, List<AttackBenchmark.Result> results) {
        double lowest = results.stream()
                .mapToDouble(AttackBenchmark.Result::shareOfForward)
                .min()
                .orElse(0);
        boolean holds = lowest >= least;
        output.print(
                Fields.text(
                        "gradient steps for each forward pass: at least %.2f (wanted %.2f)%s",
                        lowest, least, holds ? "" : ", too slow"),
                Map.of("leastShare", lowest, "wanted", least, "holds", holds));
        return holds ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private static void print(Output output, String name, AttackBenchmark.Result result) {
        Map<String, Object> fields = Fields.of(
                "model",
                name,
                "batch",
                result.batch(),
                "gradientStepsPerSecond",
                result.gradientSteps(),
                "forwardImagesPerSecond",
                result.forward(),
                "inferenceImagesPerSecond",
                result.inference(),
                "shareOfForward",
                result.shareOfForward(),
                "shareOfInference",
                result.shareOfInference());
        output.print(
                Fields.text(
                        "%s batch %2d  %6.1f gradient steps/s, %6.1f images/s forward (%.2f), %6.1f images/s as the worker infers (%.2f)",
                        name,
                        result.batch(),
                        result.gradientSteps(),
                        result.forward(),
                        result.shareOfForward(),
                        result.inference(),
                        result.shareOfInference()),
                fields);
    }

    /** How fast APGD steps beside plain forward passes of the same encoder. Runs on the calling thread. */
    static final class AttackBenchmark {

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

            /**
             * Steps for each forward pass of the same instance; one half where a backward pass costs a forward pass.
             */
            double shareOfForward() {
                return gradientSteps / forward;
            }

            /** Steps for each forward pass of the instance that infers. */
            double shareOfInference() {
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
            ByteBuffer views =
                    ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
            float[] pixels = new float[bytes.length];
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = (bytes[i] & 0xff) / 255f;
            }
            float[] targets = new float[batch * gradients.description().dimension()];
            Objective objective = EncoderObjective.of(gradients, new SquaredDistance(targets));
            Apgd apgd = new Apgd(STEPS, 1, Apgd.EarlyStop.NEVER, 1);
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
}
