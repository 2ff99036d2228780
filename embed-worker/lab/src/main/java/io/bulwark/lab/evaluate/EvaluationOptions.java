package io.bulwark.lab.evaluate;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.terminal.Output;
import picocli.CommandLine.Mixin;

/** A model, who attacks it, and how the run goes on: {@code @Mixin EvaluationOptions evaluation}. */
final class EvaluationOptions {

    @Mixin
    private ModelOptions model;

    @Mixin
    private AttackOptions attacks;

    @Mixin
    private RunOptions run;

    ModelOptions model() {
        return model;
    }

    AttackOptions attacks() {
        return attacks;
    }

    RunOptions run() {
        return run;
    }

    SingleEvaluation on(Output output) {
        return new SingleEvaluation(model, attacks, run, output);
    }
}
