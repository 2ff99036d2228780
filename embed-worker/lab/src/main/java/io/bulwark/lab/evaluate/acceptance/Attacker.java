package io.bulwark.lab.evaluate.acceptance;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.lab.evaluate.EvaluationProgress;
import io.bulwark.lab.evaluate.OpenedEncoder;
import io.bulwark.lab.evaluate.acceptance.AcceptanceAttackOptions.Plan;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.model.ModelPackage;
import java.util.Optional;

/** The attacker of an acceptance run, with a differentiable copy of the model; does nothing without an attack. */
final class Attacker implements AutoCloseable {

    private static final int AT_ONCE = 4;

    private final Plan plan;
    private final Optional<OpenedEncoder> gradients;

    private Attacker(Plan plan, Optional<OpenedEncoder> gradients) {
        this.plan = plan;
        this.gradients = gradients;
    }

    /**
     * Opens what is needed.
     *
     * @param deciding what decides, which is what must be attacked
     * @throws CommandFailure if that is not in fp32
     */
    static Attacker of(ModelPackage model, EncoderOptions options, EncoderDescription deciding, Plan plan) {
        if (plan.perKind() == 0) {
            return new Attacker(plan, Optional.empty());
        }
        if (!deciding.precision().equals(Precision.FP32.label())) {
            throw CommandFailure.usage(
                    ("--attacked is %d, but --precision is %s: gradients are in fp32, and what is attacked must be "
                                    + "what decides; add --attacked 0, or use --precision fp32")
                            .formatted(2 * plan.perKind(), deciding.precision()));
        }
        return new Attacker(plan, Optional.of(OpenedEncoder.of(model, options, AT_ONCE)));
    }

    /** What the attacks take at most. */
    double seconds() {
        return gradients
                .map(opened -> opened.rate().cost(plan.steps()).toMillis() / 1e3)
                .orElse(0.0);
    }

    /** Attacks test files; empty where no attack is configured. */
    Optional<UnderAttack> run(
            CalibratedBank bank, ImageDecoder decoder, AcceptanceSplit split, EvaluationProgress progress) {
        return gradients.map(opened -> new AcceptanceAttack(
                        opened.encoder().encoder(), decoder, bank, plan.attack(), plan.threat(), AT_ONCE)
                .run(split.test(), plan.perKind(), progress));
    }

    @Override
    public void close() {
        gradients.ifPresent(OpenedEncoder::close);
    }
}
