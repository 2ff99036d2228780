package io.bulwark.lab.train;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputOptions;
import io.bulwark.lab.picture.PictureSet;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark train masking}. */
@Command(
        name = "masking",
        description = {
            "Compares the loss after one step of an attack with that after ten, on pictures that were not learnt from.",
            "Give the options of the training. A large gap says that the training's own attack is too weak."
        })
public final class MaskingCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions options;

    @Mixin
    private ParentOptions frozen;

    @Mixin
    private PictureOptions pictures;

    @Mixin
    private RecipeOptions recipe;

    @Mixin
    private DistillationOptions distillation;

    @Parameters(index = "0", paramLabel = "MODEL", description = "The tuned encoder.")
    private String tuned;

    @Option(names = "--work", required = true, paramLabel = "FOLDER", description = "Where decoded pictures are kept.")
    private Path work;

    @Option(names = "--pictures", defaultValue = "128", description = "Asked, evenly spread.")
    private int count;

    @Override
    public Integer call() {
        Output output = options.output();
        ModelPackage parent = frozen.open(output);
        Recipe asked = recipe.recipe(distillation.headWeight(), 0);
        EncoderOptions one = EncoderOptions.defaults().withThreads(1);
        try (PictureSet set = pictures.open(work.resolve("pictures"), output);
                DifferentiableEncoder wanted = parent.openDifferentiable(one);
                DifferentiableEncoder attacked =
                        ModelOptions.open(tuned, output).openDifferentiable(one)) {
            TrainingGoal.Maker goals = distillation.goals(parent, set, asked);
            MaskingCheck check = MaskingCheck.of(wanted, attacked, asked, goals, set, count);
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("pictures", check.pictures());
            fields.put("clean", check.clean());
            fields.put("oneStep", check.oneStep());
            fields.put("tenSteps", check.tenSteps());
            fields.put("gap", check.gap());
            output.print(check.toString(), fields);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(e.getMessage());
        }
        return ExitCodes.OK;
    }
}
